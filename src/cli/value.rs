//! Values as JSON, as one cell of text, and from the JSON of `--input`.
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use crate::domain::{
    input,
    schema::{EntityName, Field, FieldKind, Preferences},
    value::{Address, Money, Person, Point, Reference, Value},
};

/// As plain JSON: what scripts read.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Empty => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Integer(number) => json!(number),
        Value::Number(number) => number_to_json(*number),
        Value::Text(text) => json!(text),
        Value::Many(many) => json!(many),
        Value::Date(date) => json!(date.to_string()),
        Value::DateTime(time) => json!(time.to_string()),
        Value::Money(money) => json!({"amount": number_to_json(money.amount), "currency": money.currency}),
        Value::Reference(reference) => reference_to_json(reference),
        Value::References(many) => many.iter().map(reference_to_json).collect(),
        Value::Points(many) => many.iter().map(point_to_json).collect(),
        Value::Address(address) => json!(address),
        Value::Person(person) => json!(person),
        Value::Json(json) => json.clone(),
    }
}

/// A JSON number where it stays exact, else text.
fn number_to_json(number: Decimal) -> Json {
    let text = number.normalize().to_string();
    if let Ok(whole) = text.parse::<i64>() {
        return json!(whole);
    }
    match serde_json::from_str::<serde_json::Number>(&text) {
        Ok(number) if number.to_string() == text => Json::Number(number),
        Ok(_) | Err(_) => Json::String(text),
    }
}

fn reference_to_json(reference: &Reference) -> Json {
    let entity = reference.entity.as_ref().map(EntityName::as_str);
    json!({"type": entity, "id": reference.id, "name": reference.name})
}

fn point_to_json(point: &Point) -> Json {
    json!({"value": point.value, "kind": point.kind, "primary": point.is_primary,
        "opted_out": point.is_opted_out, "invalid": point.is_invalid})
}

/// As one cell of text; raw.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Many(many) => many.join(", "),
        Value::Date(date) => date.to_string(),
        Value::DateTime(time) => time.to_string(),
        Value::Money(money) => format!("{} {}", money.amount, money.currency).trim_end().to_owned(),
        Value::Reference(reference) => reference_name(reference),
        Value::References(many) => many.iter().map(reference_name).collect::<Vec<_>>().join(", "),
        Value::Points(many) => many.iter().map(|point| point.value.clone()).collect::<Vec<_>>().join(", "),
        Value::Address(address) => address_line(address),
        Value::Person(person) => person.display(),
        Value::Json(json) => cell_of_json(json),
    }
}

fn reference_name(reference: &Reference) -> String {
    reference.name.clone().unwrap_or_else(|| reference.id.clone())
}

fn address_line(address: &Address) -> String {
    let city = format!("{} {}", address.postal_code, address.city);
    let parts = [address.street.trim(), city.trim(), address.state.trim(), address.country.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// JSON of ours as one cell of text.
pub fn cell_of_json(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(many) => many.iter().map(cell_of_json).collect::<Vec<_>>().join(", "),
        Json::Bool(_) | Json::Number(_) | Json::Object(_) => json.to_string(),
    }
}

/// A field's value from the JSON of `--input`; takes what [`to_json`] gives, and plain text
/// as a person would type it.
///
/// Errors: what is wrong, in a few words.
pub fn from_json(field: &Field, json: &Json, preferences: &Preferences, today: Date) -> Result<Value, String> {
    let wrong = || format!("{json} is no value for it");
    match json {
        Json::Null => Ok(Value::Empty),
        Json::Bool(flag) if field.kind == FieldKind::Bool => Ok(Value::Bool(*flag)),
        Json::Bool(_) => Err(wrong()),
        // As written, so that no digit of an amount is lost.
        Json::Number(number) => typed(field, &number.to_string(), preferences, today),
        Json::String(text) => match field.kind {
            FieldKind::Text | FieldKind::LongText | FieldKind::Html | FieldKind::Url => Ok(Value::Text(text.clone())),
            _ => typed(field, text, preferences, today),
        },
        Json::Array(many) => array(field, many).ok_or_else(wrong),
        Json::Object(parts) => object(field, parts).ok_or_else(wrong),
    }
}

fn typed(field: &Field, text: &str, preferences: &Preferences, today: Date) -> Result<Value, String> {
    input::parse(field, text, preferences, today).map_err(|error| error.to_string())
}

fn array(field: &Field, many: &[Json]) -> Option<Value> {
    match field.kind {
        FieldKind::MultiEnum => many.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<_>>().map(Value::Many),
        FieldKind::References => many.iter().map(|one| reference(field, one)).collect::<Option<_>>().map(Value::References),
        FieldKind::Emails | FieldKind::Phones => many.iter().map(point).collect::<Option<_>>().map(Value::Points),
        _ => None,
    }
}

fn object(field: &Field, parts: &Map<String, Json>) -> Option<Value> {
    let whole = Json::Object(parts.clone());
    match field.kind {
        FieldKind::Money => {
            let amount = parts.get("amount").map(cell_of_json)?.parse().ok()?;
            Some(Value::Money(Money { amount, currency: text(parts, "currency")? }))
        }
        FieldKind::Reference | FieldKind::AnyReference | FieldKind::File => reference(field, &whole).map(Value::Reference),
        FieldKind::Address => Some(Value::Address(Address {
            street: text(parts, "street")?,
            city: text(parts, "city")?,
            state: text(parts, "state")?,
            postal_code: text(parts, "postal_code")?,
            country: text(parts, "country")?,
        })),
        FieldKind::PersonName => Some(Value::Person(Person {
            salutation: text(parts, "salutation")?,
            first: text(parts, "first")?,
            middle: text(parts, "middle")?,
            last: text(parts, "last")?,
            full: String::new(),
        })),
        _ => None,
    }
}

/// `""` where it is absent; `None` where it is no text.
fn text(parts: &Map<String, Json>, name: &str) -> Option<String> {
    match parts.get(name) {
        None | Some(Json::Null) => Some(String::new()),
        Some(Json::String(text)) => Some(text.clone()),
        Some(_) => None,
    }
}

fn reference(field: &Field, json: &Json) -> Option<Reference> {
    let only = || if field.targets.len() == 1 { field.targets.first().cloned() } else { None };
    if let Json::String(id) = json {
        return Some(Reference { entity: only(), id: id.clone(), name: None });
    }
    let id = json.get("id")?.as_str()?.to_owned();
    let entity = match json.get("type").and_then(Json::as_str) {
        Some(name) => Some(EntityName::try_from(name).ok()?),
        None => only(),
    };
    Some(Reference { entity, id, name: json.get("name").and_then(Json::as_str).map(str::to_owned) })
}

fn point(json: &Json) -> Option<Point> {
    if let Json::String(value) = json {
        return Some(Point { value: value.clone(), ..Point::default() });
    }
    let flag = |name: &str| json.get(name).and_then(Json::as_bool).unwrap_or(false);
    Some(Point {
        value: json.get("value")?.as_str()?.to_owned(),
        kind: json.get("kind").and_then(Json::as_str).map(str::to_owned),
        is_primary: flag("primary"),
        is_opted_out: flag("opted_out"),
        is_invalid: flag("invalid"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_its_digits_as_json() {
        for text in ["48200.5", "0.1", "12345678901234567890.123456", "-3"] {
            assert_eq!(cell_of_json(&number_to_json(text.parse().unwrap())), text);
        }
    }
}
