//! From JSON Schema to fields, and between values and JSON. §3.
use indexmap::IndexMap;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value as Json, json};

use crate::domain::{
    schema::{Choice, ChoiceStyle, EntityName, Field, FieldKind},
    value::{Reference, Value},
};
use crate::providers::json::{at, text};

/// So many fields of one entity type are taken; nobody reads more.
const FIELDS: usize = 300;

/// The fields of an object's schema, by name, in its order.
pub fn fields(
    schema: &Json,
    is_entity: &dyn Fn(&str) -> Option<EntityName>,
) -> IndexMap<String, Field> {
    let required = required(schema);
    let members = properties(schema).into_iter().flatten().take(FIELDS);
    let field = |(name, schema): (&String, &Json)| {
        let mut field = field(name, schema, is_entity);
        field.is_required = required.contains(&name.as_str());
        (name.clone(), field)
    };
    members.map(field).collect()
}

/// An object's members.
pub fn properties(schema: &Json) -> Option<&Map<String, Json>> {
    schema.get("properties")?.as_object()
}

/// The names of those that it must have.
pub fn required(schema: &Json) -> Vec<&str> {
    let names = schema.get("required").and_then(Json::as_array).into_iter().flatten();
    names.filter_map(Json::as_str).collect()
}

fn field(name: &str, schema: &Json, is_entity: &dyn Fn(&str) -> Option<EntityName>) -> Field {
    let target = referred(schema).and_then(|collection| is_entity(&collection));
    let kind = if target.is_some() { FieldKind::Reference } else { kind(name, schema) };
    let number = |name: &str| schema.get(name)?.to_string().parse::<Decimal>().ok();
    let length = schema.get("maxLength").and_then(Json::as_u64);
    Field {
        label: text(schema, "title").map_or_else(|| label(name), str::to_owned),
        wire_type: single(schema).unwrap_or_default().to_owned(),
        is_sortable: false,
        max_length: length.and_then(|length| u32::try_from(length).ok()),
        min: number("minimum"),
        max: number("maximum"),
        choices: choices(schema),
        targets: target.into_iter().collect(),
        default: schema.get("default").map(|json| value(kind, json)),
        tooltip: text(schema, "description").map(str::to_owned),
        ..Field::new(name, kind)
    }
}

/// The collection that a value's id is of, where Membrane says so.
fn referred(schema: &Json) -> Option<String> {
    let key = at(schema, &["referenceCollection", "key"])?;
    key.as_str().map(str::to_owned)
}

/// Its one type: `["string", "null"]` is a string that may be missing.
fn single(schema: &Json) -> Option<&str> {
    match schema.get("type")? {
        Json::String(kind) => Some(kind),
        Json::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Json::as_str).filter(|kind| *kind != "null");
            kinds.next()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => None,
    }
}

fn kind(name: &str, schema: &Json) -> FieldKind {
    let has_choices = schema.get("enum").is_some_and(Json::is_array);
    match (single(schema), text(schema, "format")) {
        (Some("string"), _) if has_choices => FieldKind::Enum,
        (Some("string"), Some("date-time")) => FieldKind::DateTime,
        (Some("string"), Some("date")) => FieldKind::Date,
        (Some("string"), Some("uri" | "url")) => FieldKind::Url,
        (Some("string"), _) if is_long(name, schema) => FieldKind::LongText,
        (Some("string"), _) => FieldKind::Text,
        (Some("integer"), _) => FieldKind::Integer,
        (Some("number"), _) => FieldKind::Number,
        (Some("boolean"), _) => FieldKind::Bool,
        (Some("array"), _) if at(schema, &["items"]).and_then(single) == Some("string") => {
            FieldKind::MultiEnum
        }
        _ => FieldKind::Other,
    }
}

fn is_long(name: &str, schema: &Json) -> bool {
    let name = name.to_lowercase();
    let long = ["description", "note", "comment", "body", "message", "content"];
    let most = schema.get("maxLength").and_then(Json::as_u64);
    most.is_some_and(|most| most > 255) || long.iter().any(|part| name.contains(part))
}

fn choices(schema: &Json) -> Vec<Choice> {
    let values = schema.get("enum").or_else(|| at(schema, &["items", "enum"]));
    let values = values.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
    let choice = |value: &str| Choice {
        value: value.to_owned(),
        label: value.to_owned(),
        style: ChoiceStyle::Plain,
    };
    values.map(choice).collect()
}

/// `dateEnd` and `date_end` are `Date end`.
pub fn label(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && before.is_lowercase();
        if matches!(letter, '_' | '-' | ' ') || begins {
            words.push(' ');
        }
        if !matches!(letter, '_' | '-' | ' ') {
            words.extend(letter.to_lowercase());
        }
        before = letter;
    }
    let mut letters = words.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A value as it came; what is no such kind stays JSON.
pub fn value(kind: FieldKind, json: &Json) -> Value {
    let read = match (kind, json) {
        (_, Json::Null) => Some(Value::Empty),
        (FieldKind::Bool, Json::Bool(yes)) => Some(Value::Bool(*yes)),
        (FieldKind::Integer, Json::Number(number)) => number.as_i64().map(Value::Integer),
        (FieldKind::Number, Json::Number(number)) => decimal(&number.to_string()),
        (FieldKind::Date, Json::String(text)) => text.parse().ok().map(Value::Date),
        (FieldKind::DateTime, Json::String(text)) => text.parse().ok().map(Value::DateTime),
        (FieldKind::MultiEnum, Json::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map(Value::Many)
        }
        (FieldKind::Reference, Json::String(id)) => {
            Some(Value::Reference(Reference { entity: None, id: id.clone(), name: None }))
        }
        (FieldKind::Reference, Json::Object(object)) => pointer(object),
        (_, Json::String(text)) => Some(Value::Text(text.clone())),
        (_, Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => None,
    };
    read.unwrap_or_else(|| Value::Json(json.clone()))
}

fn decimal(text: &str) -> Option<Value> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok().map(Value::Number)
}

fn pointer(object: &Map<String, Json>) -> Option<Value> {
    let id = object.get("id")?.as_str()?.to_owned();
    let name = object.get("name").and_then(Json::as_str).map(str::to_owned);
    Some(Value::Reference(Reference { entity: None, id, name }))
}

/// A value as an action's input takes it.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Bool(yes) => json!(yes),
        Value::Integer(number) => json!(number),
        Value::Number(number) => number_json(number),
        Value::Text(text) => json!(text),
        Value::Many(many) => json!(many),
        Value::Date(day) => json!(day.to_string()),
        Value::DateTime(moment) => json!(moment.to_string()),
        Value::Money(money) => number_json(&money.amount),
        Value::Reference(reference) => json!(reference.id),
        Value::References(many) => many.iter().map(|one| json!(one.id)).collect(),
        Value::Points(points) => points.first().map_or(Json::Null, |point| json!(point.value)),
        Value::Person(person) => json!(person.display()),
        Value::Json(json) => json.clone(),
        // No schema makes fields of the last three kinds.
        Value::Empty | Value::Address(_) | Value::Lines(_) | Value::Upload(_) => Json::Null,
    }
}

/// Exact where JSON's own numbers are.
fn number_json(number: &Decimal) -> Json {
    let whole = number.fract().is_zero().then(|| number.to_i64()).flatten();
    whole.map_or_else(|| json!(number.to_f64()), |whole| json!(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_schema_becomes_fields() {
        use FieldKind::{DateTime, Enum, Integer, MultiEnum, Other, Reference, Text};
        let schema = json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "title": "Name", "maxLength": 100},
            "status": {"type": "string", "enum": ["New", "Done"], "default": "New"},
            "dateEnd": {"type": ["string", "null"], "format": "date-time"},
            "priority": {"type": "integer", "minimum": 1, "maximum": 5},
            "tags": {"type": "array", "items": {"type": "string"}},
            "accountId": {"type": "string", "referenceCollection": {"key": "accounts"}},
            "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        }});
        let account = EntityName::try_from("Account").unwrap();
        let known = |key: &str| (key == "accounts").then(|| account.clone());
        let fields = fields(&schema, &known);
        let kinds: Vec<FieldKind> = fields.values().map(|field| field.kind).collect();
        assert_eq!(kinds, [Text, Enum, DateTime, Integer, MultiEnum, Reference, Other]);
        assert!(fields["name"].is_required && fields["name"].max_length == Some(100));
        assert_eq!(fields["dateEnd"].label, "Date end");
        assert_eq!(fields["status"].default, Some(Value::Text("New".into())));
        assert_eq!(fields["accountId"].targets, [account.clone()]);
    }

    #[test]
    fn a_schema_of_any_shape_gives_what_it_can() {
        for schema in
            [json!(null), json!([]), json!({"properties": []}), json!({"properties": {"a": 5}})]
        {
            assert!(fields(&schema, &|_| None).len() <= 1, "{schema}");
        }
    }

    #[test]
    fn a_value_survives_the_way_out_and_back() {
        for (kind, json) in [
            (FieldKind::Text, json!("a")),
            (FieldKind::Integer, json!(-3)),
            (FieldKind::Number, json!(1.5)),
            (FieldKind::Bool, json!(true)),
            (FieldKind::Date, json!("2026-11-25")),
            (FieldKind::MultiEnum, json!(["a", "b"])),
            (FieldKind::Other, json!({"deep": [1]})),
            (FieldKind::Reference, json!("a1")),
        ] {
            assert_eq!(super::json(&value(kind, &json)), json, "{kind:?}");
        }
        assert_eq!(value(FieldKind::Integer, &json!("x")), Value::Text("x".into()));
    }
}
