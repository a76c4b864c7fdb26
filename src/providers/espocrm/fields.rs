//! Fields of an entity type. E§4, E§7.
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{
    json::{at, entries, is_true, items, prefixed, suffixed, text},
    labels::Labels,
    rights::Acl,
    value,
};
use crate::domain::{
    schema::{Choice, ChoiceStyle, EntityName, Field, FieldKind, ReadOnly},
    value::Value,
};

/// Where fields come from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The answer to `GET Metadata`.
    pub metadata: &'a Json,
    /// The answer to `GET I18n`.
    pub labels: Labels<'a>,
    /// The user's rights.
    pub acl: Acl<'a>,
}

/// The fields that the user may see, without those that are parts of another.
pub fn fields(source: Source<'_>, scope: &str) -> IndexMap<String, Field> {
    let Some(defs) = at(source.metadata, &["entityDefs", scope, "fields"]) else {
        return IndexMap::new();
    };
    let Some(defs) = defs.as_object() else { return IndexMap::new() };
    let parts = parts_of_others(defs);
    defs.iter()
        .filter(|(name, def)| is_shown(name, def) && !parts.contains(*name))
        .filter(|(name, _)| source.acl.can_read(scope, name))
        .map(|(name, def)| (name.clone(), field(source, scope, name, def)))
        .collect()
}

fn is_shown(name: &str, def: &Json) -> bool {
    let is_hidden = ["disabled", "utility", "directAccessDisabled"].iter().any(|k| is_true(def, k));
    let kind = text(def, "type").unwrap_or_default();
    // Ranges have no form of their own: their two ends are fields already.
    let is_formless = matches!(
        kind,
        "map" | "base" | "password" | "" | "rangeInt" | "rangeFloat" | "rangeCurrency"
    );
    !is_hidden && !is_formless && name != "id"
}

/// Fields that hold a part of another: `billingAddressCity`, `firstName`, `amountCurrency`.
fn parts_of_others(defs: &Map<String, Json>) -> Vec<String> {
    defs.iter()
        .flat_map(|(name, def)| match text(def, "type").unwrap_or_default() {
            "personName" => {
                ["salutation", "first", "middle", "last"].map(|part| prefixed(part, name)).to_vec()
            }
            "address" => ["street", "city", "state", "country", "postalCode", "map"]
                .map(|part| suffixed(name, part))
                .to_vec(),
            "currency" => ["currency", "converted"].map(|part| suffixed(name, part)).to_vec(),
            "email" | "phone" => {
                ["isOptedOut", "isInvalid", "data"].map(|part| suffixed(name, part)).to_vec()
            }
            "datetimeOptional" => vec![suffixed(name, "date")],
            _ => Vec::new(),
        })
        .collect()
}

fn field(source: Source<'_>, scope: &str, name: &str, def: &Json) -> Field {
    let wire_type = text(def, "type").unwrap_or_default();
    let kind = kind_of(source, scope, def);
    Field {
        name: name.to_owned(),
        label: source.labels.field(scope, name),
        kind,
        wire_type: wire_type.to_owned(),
        is_required: is_required(source.metadata, scope, name, def, kind),
        read_only: read_only(source, scope, name, def, kind),
        is_sortable: is_sortable(def, kind),
        max_length: def.get("maxLength").and_then(Json::as_u64).and_then(|n| n.try_into().ok()),
        min: def.get("min").and_then(value::decimal),
        max: def.get("max").and_then(value::decimal),
        choices: choices(source, scope, name, def, kind),
        targets: targets(source.metadata, scope, name, def),
        default: default(def, kind),
        tooltip: tooltip(source.labels, scope, name, def),
        columns: Vec::new(),
        totals: Vec::new(),
    }
}

/// A foreign field is a copy of another entity type's field, so it is shown as that one.
fn kind_of(source: Source<'_>, scope: &str, def: &Json) -> FieldKind {
    match text(def, "type").unwrap_or_default() {
        "foreign" => foreign_kind(source.metadata, scope, def).unwrap_or(FieldKind::Other),
        wire_type => kind(wire_type),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all other kinds are one attribute already")]
fn foreign_kind(metadata: &Json, scope: &str, def: &Json) -> Option<FieldKind> {
    let (link, field) = (text(def, "link")?, text(def, "field")?);
    let entity = text(at(metadata, &["entityDefs", scope, "links", link])?, "entity")?;
    let wire_type = text(at(metadata, &["entityDefs", entity, "fields", field])?, "type")?;
    // Only what is one attribute can be copied into one attribute.
    Some(match kind(wire_type) {
        FieldKind::Money => FieldKind::Number,
        FieldKind::DateOrTime => FieldKind::DateTime,
        FieldKind::Emails | FieldKind::Phones | FieldKind::PersonName => FieldKind::Text,
        FieldKind::Reference
        | FieldKind::AnyReference
        | FieldKind::References
        | FieldKind::File
        | FieldKind::Address => FieldKind::Other,
        kind => kind,
    })
}

/// What a type of E§7 is to us.
pub fn kind(wire_type: &str) -> FieldKind {
    match wire_type {
        "varchar" | "number" | "barcode" | "colorpicker" | "password" => FieldKind::Text,
        "text" => FieldKind::LongText,
        "wysiwyg" => FieldKind::Html,
        "url" => FieldKind::Url,
        "int" | "autoincrement" => FieldKind::Integer,
        "float" | "decimal" | "currencyConverted" => FieldKind::Number,
        "currency" => FieldKind::Money,
        "bool" => FieldKind::Bool,
        "enum" | "enumInt" | "enumFloat" => FieldKind::Enum,
        "multiEnum" | "array" | "checklist" | "urlMultiple" => FieldKind::MultiEnum,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::DateTime,
        "datetimeOptional" => FieldKind::DateOrTime,
        "duration" => FieldKind::Duration,
        "link" | "linkOne" => FieldKind::Reference,
        "linkParent" => FieldKind::AnyReference,
        "linkMultiple" => FieldKind::References,
        "file" | "image" | "attachmentMultiple" => FieldKind::File,
        "email" => FieldKind::Emails,
        "phone" => FieldKind::Phones,
        "address" => FieldKind::Address,
        "personName" => FieldKind::PersonName,
        _ => FieldKind::Other,
    }
}

/// A person's name is required when its last name is (E§9: `lead-empty` names the field `name`).
fn is_required(metadata: &Json, scope: &str, name: &str, def: &Json, kind: FieldKind) -> bool {
    let of = |field: &str| {
        at(metadata, &["entityDefs", scope, "fields", field])
            .is_some_and(|def| is_true(def, "required"))
    };
    is_true(def, "required") || kind == FieldKind::PersonName && of(&prefixed("last", name))
}

fn read_only(
    source: Source<'_>,
    scope: &str,
    name: &str,
    def: &Json,
    kind: FieldKind,
) -> Option<ReadOnly> {
    let is_computed = ["readOnly", "notStorable", "directUpdateDisabled", "clientReadOnly"]
        .iter()
        .any(|key| is_true(def, key))
        || matches!(
            text(def, "type").unwrap_or_default(),
            "autoincrement" | "number" | "foreign" | "currencyConverted" | "duration"
        );
    if is_computed {
        Some(ReadOnly::Computed)
    } else if !source.acl.can_edit(scope, name) {
        Some(ReadOnly::Forbidden)
    } else if matches!(kind, FieldKind::Other | FieldKind::File) {
        Some(ReadOnly::NoEditor)
    } else if is_true(def, "readOnlyAfterCreate") {
        Some(ReadOnly::AfterCreate)
    } else {
        None
    }
}

fn is_sortable(def: &Json, kind: FieldKind) -> bool {
    let is_manifold = matches!(
        kind,
        FieldKind::References
            | FieldKind::MultiEnum
            | FieldKind::File
            | FieldKind::Lines
            | FieldKind::Other
    );
    !is_manifold && !is_true(def, "orderDisabled") && !is_true(def, "notStorable")
}

/// Options stand in the field itself, or in a field or a path that it names. E§4. A phone's are
/// the types that a number may have.
fn choices(
    source: Source<'_>,
    scope: &str,
    name: &str,
    def: &Json,
    kind: FieldKind,
) -> Vec<Choice> {
    if kind == FieldKind::Phones {
        let types = items(def, &["typeList"]).filter_map(Json::as_str);
        return types.map(|it| choice(source.labels, scope, name, def, it.to_owned())).collect();
    }
    if !matches!(kind, FieldKind::Enum | FieldKind::MultiEnum) {
        return Vec::new();
    }
    let named = text(def, "optionsReference").and_then(|reference| reference.split_once('.'));
    let (scope, name, def) = named
        .and_then(|(scope, name)| {
            let def = at(source.metadata, &["entityDefs", scope, "fields", name])?;
            Some((scope, name, def))
        })
        .unwrap_or((scope, name, def));
    let path: Vec<_> = text(def, "optionsPath").map(|p| p.split('.').collect()).unwrap_or_default();
    let options = match def.get("options") {
        Some(options @ Json::Array(_)) => Some(options),
        _ if path.is_empty() => None,
        _ => at(source.metadata, &path),
    };
    let options = options.and_then(Json::as_array).into_iter().flatten().filter_map(option);
    options.map(|value| choice(source.labels, scope, name, def, value)).collect()
}

fn option(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

fn choice(labels: Labels<'_>, scope: &str, name: &str, def: &Json, value: String) -> Choice {
    let at_path = text(def, "translation").and_then(|path| labels.choice_at(path, &value));
    let label = at_path.or_else(|| labels.choice(scope, name, &value));
    let style = def.get("style").and_then(|styles| text(styles, &value));
    Choice { label: label.unwrap_or_else(|| value.clone()), style: style_of(style), value }
}

fn style_of(style: Option<&str>) -> ChoiceStyle {
    match style {
        Some("primary") => ChoiceStyle::Accent,
        Some("success") => ChoiceStyle::Good,
        Some("warning") => ChoiceStyle::Warn,
        Some("danger") => ChoiceStyle::Bad,
        // `info` and `default` mark what needs no attention: cancelled, not held.
        _ => ChoiceStyle::Plain,
    }
}

fn targets(metadata: &Json, scope: &str, name: &str, def: &Json) -> Vec<EntityName> {
    let link = at(metadata, &["entityDefs", scope, "links", name]);
    let one = text(def, "entity").or_else(|| text(link?, "entity"));
    let many = items(def, &["entityList"]).filter_map(Json::as_str);
    one.into_iter().chain(many).filter_map(|name| EntityName::try_from(name).ok()).collect()
}

/// Defaults that are programs (`javascript: …`) are left to the server.
fn default(def: &Json, kind: FieldKind) -> Option<Value> {
    let json = def.get("default")?;
    if json.as_str().is_some_and(|text| text.starts_with("javascript:")) {
        return None;
    }
    let is_simple = matches!(
        kind,
        FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Integer
            | FieldKind::Number
            | FieldKind::Bool
            | FieldKind::Enum
            | FieldKind::MultiEnum
            | FieldKind::Date
    );
    let value = is_simple.then(|| value::simple(kind, json))?;
    (!value.is_empty() && !matches!(value, Value::Json(_))).then_some(value)
}

fn tooltip(labels: Labels<'_>, scope: &str, name: &str, def: &Json) -> Option<String> {
    match def.get("tooltip")? {
        Json::Bool(true) => labels.tooltip(scope, name),
        Json::String(other) => labels.tooltip(scope, other),
        Json::Bool(false) | Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// Names of the entity types that the metadata describes.
pub fn scopes(metadata: &Json) -> Vec<&str> {
    entries(metadata, &["scopes"])
        .filter(|(_, scope)| is_true(scope, "entity") && !is_true(scope, "disabled"))
        .filter(|(name, _)| at(metadata, &["entityDefs", name, "fields"]).is_some())
        .map(|(name, _)| name.as_str())
        .collect()
}
