//! The JSON Schema of a typed action's input, from the live schema of its entity type.
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json, json};

use super::Verb;
use crate::domain::schema::{EntityType, Field, FieldKind, ReadOnly};

/// The input of a verb with an entity type.
pub fn of(verb: Verb, entity_type: &EntityType) -> Json {
    let id = json!({"type": "string", "minLength": 1, "description": "the record's id"});
    match verb {
        Verb::List => list(entity_type),
        Verb::Get | Verb::Delete => object(Map::from_iter([("id".to_owned(), id)]), &["id"]),
        Verb::Create => {
            let mut members = fields(entity_type, true);
            let despite =
                json!({"type": "boolean", "description": "create it though similar ones exist"});
            members.insert("despite_duplicates".to_owned(), despite);
            let required: Vec<&str> = required(entity_type).collect();
            object(members, &required)
        }
        Verb::Update => {
            let mut members = Map::from_iter([("id".to_owned(), id)]);
            members.extend(fields(entity_type, false));
            object(members, &["id"])
        }
    }
}

fn object(properties: Map<String, Json>, required: &[&str]) -> Json {
    closed(Json::Object(properties), required)
}

fn list(entity_type: &EntityType) -> Json {
    let names: Vec<&str> = entity_type.fields.keys().map(String::as_str).collect();
    let sortable = entity_type.fields.values().filter(|field| field.is_sortable);
    let sortable: Vec<&str> = sortable.map(|field| field.name.as_str()).collect();
    let presets: Vec<&str> =
        entity_type.presets.iter().map(|preset| preset.name.as_str()).collect();
    let mut members = Map::new();
    let mut put = |name: &str, schema: Json| members.insert(name.to_owned(), schema);
    put("limit", json!({"type": "integer", "minimum": 1, "default": super::USUAL_LIMIT}));
    put("offset", json!({"type": "integer", "minimum": 0, "default": 0}));
    put("order", one_of(&sortable));
    put("descending", json!({"type": "boolean", "default": false}));
    put("search", json!({"type": "string", "description": "words that the record's text holds"}));
    put("columns", json!({"type": "array", "items": one_of(&names)}));
    if !presets.is_empty() {
        put("preset", one_of(&presets));
    }
    object(members, &[])
}

/// JSON Schema refuses an enum without values.
fn one_of(names: &[&str]) -> Json {
    if names.is_empty() {
        json!({"type": "string"})
    } else {
        json!({"type": "string", "enum": names})
    }
}

fn required(entity_type: &EntityType) -> impl Iterator<Item = &str> {
    let editable = entity_type.fields.values().filter(|field| can_be_set(field, true));
    editable
        .filter(|field| field.is_required && field.default.is_none())
        .map(|field| field.name.as_str())
}

fn fields(entity_type: &EntityType, is_new: bool) -> Map<String, Json> {
    let editable = entity_type.fields.values().filter(|field| can_be_set(field, is_new));
    editable.map(|field| (field.name.clone(), member(field, is_new))).collect()
}

fn can_be_set(field: &Field, is_new: bool) -> bool {
    match field.read_only {
        None => true,
        Some(ReadOnly::AfterCreate) => is_new,
        Some(ReadOnly::Computed | ReadOnly::Forbidden | ReadOnly::NoEditor) => false,
    }
}

/// A field's schema. An update may set it to null, which clears it.
fn member(field: &Field, is_new: bool) -> Json {
    let mut schema = kind(field);
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(field.label));
        if let Some(tooltip) = &field.tooltip {
            object.insert("description".to_owned(), json!(tooltip));
        }
        if !is_new && !field.is_required {
            clearable(object);
        }
    }
    schema
}

fn clearable(schema: &mut Map<String, Json>) {
    if let Some(Json::String(kind)) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
    if let Some(Json::Array(values)) = schema.get_mut("enum") {
        values.push(Json::Null);
    }
}

fn kind(field: &Field) -> Json {
    match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Html => text(field),
        FieldKind::Url => with(text(field), "format", json!("uri")),
        FieldKind::Integer | FieldKind::Duration => bounded(field, "integer"),
        FieldKind::Number => bounded(field, "number"),
        FieldKind::Bool => json!({"type": "boolean"}),
        FieldKind::Enum => one_of(&choices(field)),
        FieldKind::MultiEnum => {
            json!({"type": "array", "items": one_of(&choices(field)), "uniqueItems": true})
        }
        FieldKind::Date => json!({"type": "string", "format": "date"}),
        FieldKind::DateTime => json!({"type": "string", "format": "date-time"}),
        FieldKind::DateOrTime => {
            json!({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]})
        }
        FieldKind::Money => closed(
            json!({"amount": {"type": ["number", "string"]}, "currency": {"type": "string"}}),
            &["amount"],
        ),
        FieldKind::Reference | FieldKind::AnyReference | FieldKind::File => reference(field),
        FieldKind::References => json!({"type": "array", "items": reference(field)}),
        FieldKind::Emails => points(&json!({"type": "string", "format": "email"})),
        FieldKind::Phones => points(&json!({"type": "string"})),
        FieldKind::Address => parts(&["street", "city", "state", "postal_code", "country"]),
        FieldKind::PersonName => parts(&["salutation", "first", "middle", "last"]),
        FieldKind::Lines => lines(field),
        FieldKind::Other => json!({}),
    }
}

fn with(mut schema: Json, name: &str, value: Json) -> Json {
    if let Some(object) = schema.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
    schema
}

fn text(field: &Field) -> Json {
    let schema = json!({"type": "string"});
    field.max_length.map_or(schema.clone(), |most| with(schema, "maxLength", json!(most)))
}

fn bounded(field: &Field, kind: &str) -> Json {
    let mut schema = json!({"type": kind});
    for (name, bound) in [("minimum", field.min), ("maximum", field.max)] {
        if let Some(bound) = bound {
            let whole = bound.fract().is_zero().then(|| bound.to_i64()).flatten();
            let number = whole.map_or_else(|| json!(bound.to_f64()), |whole| json!(whole));
            schema = with(schema, name, number);
        }
    }
    schema
}

fn choices(field: &Field) -> Vec<&str> {
    field.choices.iter().map(|choice| choice.value.as_str()).collect()
}

/// `{"id": …}`; with the type too where several are possible.
fn reference(field: &Field) -> Json {
    let id = json!({"type": "string", "minLength": 1});
    if field.kind != FieldKind::AnyReference {
        return closed(json!({"id": id}), &["id"]);
    }
    let targets: Vec<&str> = field.targets.iter().map(super::EntityName::as_str).collect();
    closed(json!({"id": id, "type": one_of(&targets)}), &["id", "type"])
}

fn points(value: &Json) -> Json {
    let mut members = json!({"value": value, "kind": {"type": "string"}});
    for flag in ["primary", "opted_out", "invalid"] {
        members = with(members, flag, json!({"type": "boolean"}));
    }
    json!({"type": "array", "items": closed(members, &["value"])})
}

fn parts(names: &[&str]) -> Json {
    let members: Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    closed(Json::Object(members), &[])
}

/// `{"id": …}` names a line that is there; the order is the lines' order.
fn lines(field: &Field) -> Json {
    let editable = field.columns.iter().filter(|column| column.read_only.is_none());
    let mut members: Map<String, Json> =
        editable.map(|column| (column.name.clone(), kind(column))).collect();
    members.insert("id".to_owned(), json!({"type": "string"}));
    json!({"type": "array", "items": closed(Json::Object(members), &[])})
}

fn closed(properties: Json, required: &[&str]) -> Json {
    let mut schema = json!({"type": "object"});
    schema["properties"] = properties;
    schema["required"] = json!(required);
    schema["additionalProperties"] = Json::Bool(false);
    schema
}
