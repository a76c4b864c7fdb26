//! `GET Metadata` (E§4), made from the schema and cut to what a role may see.

use super::acl::Role;
use super::kinds;
use super::schema::{Choice, Field, Link, Schema, Type};
use serde_json::{Map, Value, json};

/// The metadata for one role.
pub fn all(schema: &Schema, role: Role) -> Value {
    let seen: Vec<&Type> =
        schema.types.values().filter(|one| !one.is("hidden") && role.sees(&one.name)).collect();
    let each = |make: fn(&Type) -> Value| {
        seen.iter().map(|one| (one.name.clone(), make(one))).collect::<Map<_, _>>()
    };
    let mut entity_defs = each(entity_defs);
    for stub in schema.types.values().filter(|one| !one.is("hidden") && !role.sees(&one.name)) {
        if let Some(options) = referenced_options(stub, &seen) {
            entity_defs.insert(stub.name.clone(), options);
        }
    }
    json!({
        "aclDefs": {},
        "app": app(),
        "clientDefs": each(client_defs),
        "dashlets": {},
        "entityAcl": {},
        "entityDefs": entity_defs,
        "fields": fields(),
        "integrations": {},
        "logicDefs": each(logic_defs),
        "notificationDefs": {},
        "scopes": each(scopes),
        "streamDefs": {},
        "themes": {"Espo": {"stylesheet": "client/css/espo/espo.css"}},
    })
}

/// One sub-tree at a dotted key; `None` answers 200 with no body.
pub fn at<'a>(tree: &'a Value, key: &str) -> Option<&'a Value> {
    key.split('.').try_fold(tree, |at, part| at.get(part)).filter(|value| !value.is_null())
}

fn app() -> Value {
    json!({
        "regExpPatterns": {
            "noBadCharacters": {"pattern": "[^<>=]+"},
            "digits": {"pattern": "[0-9]+"},
            "phoneNumberLoose": {"pattern": "[0-9A-Za-z_@:#\\+\\(\\)\\-\\. ]+", "isSystem": true},
        },
        "reactions": {"list": [{"type": "Like", "iconClass": "far fa-thumbs-up"}]},
        "currency": {"symbolMap": {"USD": "$", "EUR": "€", "JPY": "¥"}, "list": ["USD", "EUR", "JPY"]},
        "record": {"selectApplierClassNameList": []},
    })
}

fn fields() -> Value {
    let one = |name: &&str| {
        let mut about = Map::new();
        about.insert("filter".into(), json!(kinds::is_filterable(name)));
        about.insert("notSortable".into(), json!(kinds::is_unsortable(name)));
        if let Some(parts) = kinds::parts(name) {
            about.insert("actualFields".into(), json!(parts.actual));
            about.insert("notActualFields".into(), json!(parts.companions));
            if parts.prefix {
                about.insert("naming".into(), json!("prefix"));
            }
        }
        ((*name).to_owned(), Value::Object(about))
    };
    Value::Object(kinds::NAMES.iter().map(one).collect())
}

fn scopes(one: &Type) -> Value {
    let module = if one.is("custom") { "Custom" } else { "Crm" };
    let mut scope = json!({
        "entity": true, "layouts": true, "tab": one.is("tab"), "acl": one.is("acl"), "module": module,
        "customizable": true, "importable": true, "object": true, "stream": one.is("stream"), "stars": one.is("stars"),
        "isCustom": one.is("custom"), "calendar": one.is("calendar"), "activity": one.is("activity"),
        "duplicateCheckFieldList": one.list("duplicates"),
    });
    if one.is("custom") {
        scope["type"] = json!("BasePlus");
    }
    if let Some(status) = one.status() {
        scope["statusField"] = json!(status.name);
        let ignored: Vec<String> =
            one.list("ignored").iter().map(|value| value.replace('-', " ")).collect();
        scope["kanbanStatusIgnoreList"] = json!(ignored);
    }
    for (key, values) in [
        ("completedStatusList", ["Completed", "Held"].as_slice()),
        ("canceledStatusList", ["Canceled", "Not Held"].as_slice()),
    ] {
        let known = |value: &&&str| {
            one.status().is_some_and(|it| it.options.iter().any(|option| option.value == ***value))
        };
        let values: Vec<&&str> = values.iter().filter(known).collect();
        if one.is("calendar") {
            scope[key] = json!(values);
        }
    }
    scope
}

fn entity_defs(one: &Type) -> Value {
    let mut fields = Map::new();
    for field in one.fields.values() {
        fields.insert(field.name.clone(), field_def(one, field));
        for (name, def) in parts_of(one, field) {
            fields.entry(name).or_insert(def);
        }
    }
    let links: Map<String, Value> =
        one.links.values().map(|link| (link.name.clone(), link_def(one, link))).collect();
    let (order, descending) = one.order();
    let mut collection = json!({
        "orderBy": order, "order": if descending { "desc" } else { "asc" }, "textFilterFields": one.list("text"),
    });
    if one.is("uncounted") {
        collection["countDisabled"] = json!(true);
    }
    let mut defs = json!({"fields": fields, "links": links, "collection": collection});
    if one.is("occ") {
        defs["optimisticConcurrencyControl"] = json!(true);
    }
    defs
}

fn field_def(one: &Type, field: &Field) -> Value {
    let mut def = Map::new();
    def.insert("type".into(), json!(field.kind));
    def.extend(field.params.clone());
    let styles = styles(&field.options);
    if matches!(
        field.kind.as_str(),
        "enum" | "multiEnum" | "checklist" | "array" | "enumInt" | "enumFloat"
    ) {
        if !field.params.contains_key("optionsReference") {
            def.insert("options".into(), options(field));
        }
        if !styles.is_empty() {
            def.insert("style".into(), Value::Object(styles));
        }
    }
    if field.kind == "phone" {
        let types: Vec<&str> = field.options.iter().map(|option| option.value.as_str()).collect();
        def.insert("typeList".into(), json!(types));
        def.insert("defaultType".into(), json!(types.first()));
    }
    if let Some(relation) = one.links.get(&field.name).and_then(|link| link.relation.as_ref())
        && !relation.columns.is_empty()
    {
        let columns: Map<String, Value> =
            relation.columns.iter().map(|(key, name)| (key.clone(), json!(name))).collect();
        def.insert("columns".into(), Value::Object(columns));
        def.insert("additionalAttributeList".into(), json!(["columns"]));
    }
    Value::Object(def)
}

fn options(field: &Field) -> Value {
    let number = |text: &str| text.parse::<f64>().map_or(json!(text), |value| json!(value));
    let value = |choice: &Choice| {
        if field.kind.starts_with("enum") && field.kind != "enum" {
            number(&choice.value)
        } else {
            json!(choice.value)
        }
    };
    field.options.iter().map(value).collect()
}

fn styles(options: &[Choice]) -> Map<String, Value> {
    options
        .iter()
        .filter_map(|choice| {
            choice.style.as_ref().map(|style| (choice.value.clone(), json!(style)))
        })
        .collect()
}

/// The fields that the server adds for the parts of composed ones.
fn parts_of(one: &Type, field: &Field) -> Vec<(String, Value)> {
    let named = |part: &str| kinds::attribute_name(&field.name, part, false);
    match field.kind.as_str() {
        "address" => ["street", "city", "state", "country", "postalCode"]
            .iter()
            .map(|part| {
                let (kind, length) =
                    if *part == "street" { ("text", 255) } else { ("varchar", 100) };
                (named(part), json!({"type": kind, "maxLength": length}))
            })
            .collect(),
        "currency" => vec![
            (named("converted"), json!({"type": "currencyConverted", "readOnly": true})),
            (
                named("currency"),
                json!({"type": "enum", "options": ["USD", "EUR", "JPY"], "layoutDetailDisabled": true, "utility": true}),
            ),
        ],
        "personName" => ["salutation", "first", "last", "middle"]
            .iter()
            .map(|part| kinds::attribute_name(&field.name, part, true))
            .filter(|name| !one.fields.contains_key(name))
            .map(|name| (name, json!({"type": "varchar", "maxLength": 100, "utility": true})))
            .collect(),
        "email" | "phone" => vec![
            (named("isOptedOut"), json!({"type": "bool", "notStorable": true, "utility": true})),
            (named("isInvalid"), json!({"type": "bool", "notStorable": true, "utility": true})),
        ],
        _ => Vec::new(),
    }
}

fn link_def(one: &Type, link: &Link) -> Value {
    let mut def = json!({"type": link.kind});
    if !link.entity.is_empty() {
        def["entity"] = json!(link.entity);
    }
    if !link.foreign.is_empty() {
        def["foreign"] = json!(link.foreign);
    }
    if let Some(relation) = &link.relation {
        let mut letters = relation.name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        def["relationName"] = json!(first.into_iter().chain(letters).collect::<String>());
        let map: Map<String, Value> =
            relation.middle.iter().map(|(key, name)| (key.clone(), json!(name))).collect();
        if !map.is_empty() {
            def["columnAttributeMap"] = Value::Object(map);
        }
        if link.name == "teams" || one.fields.contains_key(&link.name) {
            def["layoutRelationshipsDisabled"] = json!(true);
        }
    }
    def
}

fn client_defs(one: &Type) -> Value {
    let filter = |choice: &Choice| match &choice.style {
        Some(style) => json!({"name": choice.value, "style": style}),
        None => json!(choice.value),
    };
    let mut bools = vec!["onlyMy"];
    if one.is("stream") {
        bools.push("followed");
    }
    let icon = one.params.get("icon").map(|icon| icon.replacen('-', " ", 1));
    let panels: Map<String, Value> = one
        .links
        .values()
        .filter(|link| link.kind.starts_with("has"))
        .map(|link| (link.name.clone(), json!({"layout": "listSmall"})))
        .collect();
    json!({
        "controller": "controllers/record",
        "filterList": one.filters.iter().map(filter).collect::<Vec<_>>(),
        "boolFilterList": bools,
        "kanbanViewMode": one.is("kanban"),
        "iconClass": icon,
        "color": one.params.get("color"),
        "relationshipPanels": panels,
    })
}

fn logic_defs(one: &Type) -> Value {
    if one.name != "Case" && one.name != "CEquipment" {
        return json!({});
    }
    let (field, value) =
        if one.name == "Case" { ("description", "Pending") } else { ("repairEnd", "Fault") };
    json!({"fields": {field: {"visible": {"conditionGroup": [
        {"type": "equals", "attribute": "status", "value": value},
    ]}}}})
}

/// What stays of a forbidden scope: the options that a visible field refers to (rec:metadata-key-forbidden-lead).
fn referenced_options(stub: &Type, seen: &[&Type]) -> Option<Value> {
    let references: Vec<&str> = seen
        .iter()
        .flat_map(|one| one.fields.values())
        .filter_map(|field| field.params.get("optionsReference").and_then(Value::as_str))
        .collect();
    let fields: Map<String, Value> = stub
        .fields
        .values()
        .filter(|field| references.contains(&format!("{}.{}", stub.name, field.name).as_str()))
        .map(|field| (field.name.clone(), json!({"options": options(field)})))
        .collect();
    (!fields.is_empty()).then(|| json!({"fields": fields}))
}
