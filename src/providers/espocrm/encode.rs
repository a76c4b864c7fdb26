//! From values to attributes. E§7, E§10: `null` clears.
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value as Json, json};

use super::json::{prefixed, suffixed};
use crate::domain::{
    error::Error,
    schema::{Field, FieldKind},
    value::{Address, Person, Point, Reference, Value},
};

/// The attributes that store a value in a field.
///
/// Errors: [`Error::Invalid`] when the field cannot hold such a value.
pub fn encode(field: &Field, value: &Value) -> Result<Map<String, Json>, Error> {
    let name = field.name.as_str();
    if value.is_empty() {
        return Ok(cleared(field));
    }
    let one = |json: Json| [(name.to_owned(), json)].into_iter().collect();
    let attributes: Map<String, Json> = match (field.kind, value) {
        (FieldKind::Money, Value::Money(money)) => {
            let mut map: Map<_, _> = one(number(money.amount));
            if !money.currency.is_empty() {
                map.insert(suffixed(name, "currency"), json!(money.currency));
            }
            map
        }
        (
            FieldKind::Money | FieldKind::Number | FieldKind::Integer | FieldKind::Duration,
            Value::Integer(whole),
        ) => one(json!(whole)),
        (FieldKind::Number | FieldKind::Money, Value::Number(decimal)) => one(number(*decimal)),
        (FieldKind::DateOrTime, Value::Date(date)) => pairs([
            (name.to_owned(), Json::Null),
            (suffixed(name, "date"), json!(date.to_string())),
        ]),
        (FieldKind::DateOrTime, Value::DateTime(at)) => {
            pairs([(name.to_owned(), json!(moment(*at))), (suffixed(name, "date"), Json::Null)])
        }
        (FieldKind::DateTime, Value::DateTime(at)) => one(json!(moment(*at))),
        (FieldKind::Date, Value::Date(date)) => one(json!(date.to_string())),
        (FieldKind::Reference | FieldKind::File, Value::Reference(other)) => {
            pairs([(suffixed(name, "id"), json!(other.id))])
        }
        (FieldKind::AnyReference, Value::Reference(other)) => typed(field, other)?,
        (FieldKind::References | FieldKind::File, Value::References(others)) => {
            let ids: Vec<_> = others.iter().map(|other| other.id.as_str()).collect();
            pairs([(suffixed(name, "ids"), json!(ids))])
        }
        (FieldKind::Emails, Value::Points(points)) => listed(name, points, "emailAddress"),
        (FieldKind::Phones, Value::Points(points)) => listed(name, points, "phoneNumber"),
        (FieldKind::Address, Value::Address(address)) => parts_of_address(name, address),
        (FieldKind::PersonName, Value::Person(person)) => parts_of_person(name, person),
        (FieldKind::Enum, Value::Text(text)) => one(enum_value(field, text)),
        (FieldKind::MultiEnum, Value::Many(many)) => one(json!(many)),
        (FieldKind::Bool, Value::Bool(yes)) => one(json!(yes)),
        (
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Emails
            | FieldKind::Phones,
            Value::Text(text),
        ) => one(json!(text)),
        (FieldKind::Other, Value::Json(json)) => one(json.clone()),
        _ => return Err(refused(field, "this field cannot hold such a value")),
    };
    Ok(attributes)
}

/// A reference to one of several types says which.
fn typed(field: &Field, other: &Reference) -> Result<Map<String, Json>, Error> {
    let entity = other.entity.as_ref().ok_or_else(|| refused(field, "of which type?"))?;
    Ok(pairs([
        (suffixed(&field.name, "id"), json!(other.id)),
        (suffixed(&field.name, "type"), json!(entity.as_str())),
    ]))
}

fn refused(field: &Field, reason: &str) -> Error {
    Error::Invalid { field: Some(field.name.clone()), reason: reason.to_owned() }
}

fn pairs<const N: usize>(pairs: [(String, Json); N]) -> Map<String, Json> {
    pairs.into_iter().collect()
}

/// What empties a field. Companions that the server computes are left out.
fn cleared(field: &Field) -> Map<String, Json> {
    let name = field.name.as_str();
    let nulls = |names: Vec<String>| names.into_iter().map(|name| (name, Json::Null)).collect();
    match field.kind {
        FieldKind::Bool => pairs([(name.to_owned(), json!(false))]),
        FieldKind::DateOrTime => nulls(vec![name.to_owned(), suffixed(name, "date")]),
        FieldKind::Reference => nulls(vec![suffixed(name, "id")]),
        FieldKind::AnyReference => nulls(vec![suffixed(name, "id"), suffixed(name, "type")]),
        FieldKind::File if !super::shape::is_several(field) => nulls(vec![suffixed(name, "id")]),
        FieldKind::References | FieldKind::File => pairs([(suffixed(name, "ids"), json!([]))]),
        FieldKind::MultiEnum => pairs([(name.to_owned(), json!([]))]),
        FieldKind::Address => parts_of_address(name, &Address::default()),
        FieldKind::PersonName => parts_of_person(name, &Person::default()),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Html
        | FieldKind::Url
        | FieldKind::Integer
        | FieldKind::Number
        | FieldKind::Money
        | FieldKind::Enum
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Duration
        | FieldKind::Emails
        | FieldKind::Phones
        | FieldKind::Lines
        | FieldKind::Other => nulls(vec![name.to_owned()]),
    }
}

/// As a JSON number where that keeps every digit, else as text, which the server takes too.
pub fn number(decimal: Decimal) -> Json {
    let written = decimal.normalize().to_string();
    if let Ok(whole) = written.parse::<i64>() {
        return json!(whole);
    }
    let float = written.parse::<f64>().ok().and_then(Number::from_f64);
    match float {
        Some(float) if super::value::decimal(&Json::Number(float.clone())) == Some(decimal) => {
            Json::Number(float)
        }
        _ => Json::String(written),
    }
}

/// `YYYY-MM-DD HH:mm:ss`, UTC: fractions are refused by the server. E§8.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Enums of numbers are stored as numbers.
pub fn enum_value(field: &Field, text: &str) -> Json {
    let number = match field.wire_type.as_str() {
        "enumInt" => text.parse::<i64>().ok().map(|whole| json!(whole)),
        "enumFloat" => text.parse::<Decimal>().ok().map(number),
        _ => None,
    };
    number.unwrap_or_else(|| json!(text))
}

/// The list, and the primary beside it: the server keeps both in step.
fn listed(name: &str, points: &[Point], key: &str) -> Map<String, Json> {
    let filled: Vec<_> = points.iter().filter(|point| !point.value.is_empty()).collect();
    let primary = filled.iter().position(|point| point.is_primary).unwrap_or(0);
    let items = filled.iter().enumerate().map(|(place, point)| {
        let mut item = json!({
            key: point.value,
            "primary": place == primary,
            "optOut": point.is_opted_out,
            "invalid": point.is_invalid,
        });
        if let (Some(kind), Some(item)) = (&point.kind, item.as_object_mut()) {
            item.insert("type".to_owned(), json!(kind));
        }
        item
    });
    let data = Json::Array(items.collect());
    let first = filled.get(primary).map_or(Json::Null, |point| json!(point.value));
    pairs([(name.to_owned(), first), (suffixed(name, "data"), data)])
}

fn or_null(text: &str) -> Json {
    if text.is_empty() { Json::Null } else { json!(text) }
}

fn parts_of_address(name: &str, address: &Address) -> Map<String, Json> {
    let Address { street, city, state, postal_code, country } = address;
    let parts = [
        ("street", street),
        ("city", city),
        ("state", state),
        ("postalCode", postal_code),
        ("country", country),
    ];
    pairs(parts.map(|(part, text)| (suffixed(name, part), or_null(text))))
}

/// The composed name is the server's own. E§7.
fn parts_of_person(name: &str, person: &Person) -> Map<String, Json> {
    let Person { salutation, first, middle, last, full: _ } = person;
    let parts = [("salutation", salutation), ("first", first), ("middle", middle), ("last", last)];
    pairs(parts.map(|(part, text)| (prefixed(part, name), or_null(text))))
}
