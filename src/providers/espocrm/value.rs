//! From attributes to the value of one field. E§7. Anything unexpected is kept as JSON.
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value as Json};

use super::{
    days::moment,
    json::{is_true, prefixed, suffixed, text},
    shape::Shape,
};
use crate::domain::{
    schema::{EntityName, Field, FieldKind},
    value::{Address, Money, Person, Point, Reference, Value},
};

type Row = Map<String, Json>;

/// The value of a field; `None` when the row does not hold it.
pub fn decode(field: &Field, row: &Row) -> Option<Value> {
    match Shape::of(field) {
        Shape::Single => row.get(&field.name).map(|json| simple(field.kind, json)),
        Shape::Money => money(field, row),
        Shape::DateOrTime => date_or_time(field, row),
        Shape::References => references(field, row),
        Shape::Reference | Shape::AnyReference => reference(field, row),
        Shape::Emails => points(field, row, "emailAddress"),
        Shape::Phones => points(field, row, "phoneNumber"),
        Shape::Address => address(field, row),
        Shape::PersonName => person(field, row),
    }
}

/// A value that is one attribute.
pub fn simple(kind: FieldKind, json: &Json) -> Value {
    let read = match (kind, json) {
        (_, Json::Null) => Some(Value::Empty),
        (FieldKind::Bool, Json::Bool(yes)) => Some(Value::Bool(*yes)),
        (FieldKind::Integer | FieldKind::Duration, Json::Number(number)) => whole(number),
        (FieldKind::Number, json) => decimal(json).map(Value::Number),
        // Enums of numbers are chosen by their text, like any other.
        (FieldKind::Enum, Json::Number(number)) => Some(Value::Text(number.to_string())),
        (FieldKind::MultiEnum, Json::Array(items)) => many(items),
        (FieldKind::Date, Json::String(text)) => text.parse().ok().map(Value::Date),
        (FieldKind::DateTime, Json::String(text)) => moment(text).map(Value::DateTime),
        (
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Enum,
            Json::String(text),
        ) => Some(some_text(text)),
        _ => None,
    };
    read.unwrap_or_else(|| Value::Json(json.clone()))
}

/// null and "" both mean empty. E§7.
fn some_text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

fn whole(number: &Number) -> Option<Value> {
    let exact = number.as_i64().map(Value::Integer);
    exact.or_else(|| decimal(&Json::Number(number.clone())).map(Value::Number))
}

/// The number as it was written, without the noise of binary fractions; also from text, as
/// exact money comes (E§7).
pub fn decimal(json: &Json) -> Option<Decimal> {
    let written = match json {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.trim().to_owned(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    written.parse().ok().or_else(|| Decimal::from_scientific(&written).ok())
}

fn many(items: &[Json]) -> Option<Value> {
    let items: Option<Vec<_>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    items.map(|items| if items.is_empty() { Value::Empty } else { Value::Many(items) })
}

fn money(field: &Field, row: &Row) -> Option<Value> {
    let json = row.get(&field.name)?;
    if json.is_null() || json.as_str() == Some("") {
        return Some(Value::Empty);
    }
    let Some(amount) = decimal(json) else { return Some(Value::Json(json.clone())) };
    let currency = row.get(&suffixed(&field.name, "currency")).and_then(Json::as_str);
    Some(Value::Money(Money { amount, currency: currency.unwrap_or_default().to_owned() }))
}

/// The date counts where there is one: the moment beside it is derived from it. E§7.
fn date_or_time(field: &Field, row: &Row) -> Option<Value> {
    let date = row.get(&suffixed(&field.name, "date"));
    if let Some(json) = date.filter(|json| !json.is_null()) {
        return Some(simple(FieldKind::Date, json));
    }
    row.get(&field.name).or(date).map(|json| simple(FieldKind::DateTime, json))
}

fn reference(field: &Field, row: &Row) -> Option<Value> {
    let name = row.get(&suffixed(&field.name, "name")).and_then(Json::as_str);
    let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    let json = row.get(&suffixed(&field.name, "id"))?;
    if json.is_null() || json.as_str() == Some("") {
        return Some(Value::Empty);
    }
    let Some(id) = json.as_str().map(str::to_owned) else {
        return Some(Value::Json(json.clone()));
    };
    let named = row.get(&suffixed(&field.name, "type")).and_then(Json::as_str);
    let entity = if field.kind == FieldKind::AnyReference {
        named.and_then(|name| EntityName::try_from(name).ok())
    } else {
        field.targets.first().cloned()
    };
    Some(Value::Reference(Reference { entity, id, name }))
}

fn references(field: &Field, row: &Row) -> Option<Value> {
    let json = row.get(&suffixed(&field.name, "ids"))?;
    let ids = match json {
        Json::Null => return Some(Value::Empty),
        Json::Array(ids) => ids.iter().map(Json::as_str).collect::<Option<Vec<_>>>(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => None,
    };
    let Some(ids) = ids else { return Some(Value::Json(json.clone())) };
    if ids.is_empty() {
        return Some(Value::Empty);
    }
    let names = row.get(&suffixed(&field.name, "names"));
    let other = |id: &str| Reference {
        entity: field.targets.first().cloned(),
        id: id.to_owned(),
        name: names.and_then(|names| text(names, id)).map(str::to_owned),
    };
    Some(Value::References(ids.into_iter().map(other).collect()))
}

/// The primary decides whether there are any: the data beside it may be stale. E§10.
fn points(field: &Field, row: &Row, key: &str) -> Option<Value> {
    let primary = row.get(&field.name);
    let data = row.get(&suffixed(&field.name, "data"));
    if let Some(json) = primary {
        match json.as_str() {
            _ if json.is_null() => return Some(Value::Empty),
            Some("") => return Some(Value::Empty),
            Some(_) => {}
            None => return Some(Value::Json(json.clone())),
        }
    }
    let listed = data
        .and_then(Json::as_array)
        .map(|items| items.iter().filter_map(|item| point(item, key)).collect::<Vec<_>>());
    match (listed.filter(|points| !points.is_empty()), primary) {
        (Some(points), _) => Some(Value::Points(points)),
        (None, Some(Json::String(value))) => {
            let value = value.clone();
            Some(Value::Points(vec![Point { value, is_primary: true, ..Point::default() }]))
        }
        (None, _) => data.map(|_| Value::Empty),
    }
}

fn point(item: &Json, key: &str) -> Option<Point> {
    Some(Point {
        value: text(item, key)?.to_owned(),
        kind: text(item, "type").map(str::to_owned),
        is_primary: is_true(item, "primary"),
        is_opted_out: is_true(item, "optOut"),
        is_invalid: is_true(item, "invalid"),
    })
}

/// Texts of some attributes; `None` when the row holds none of them, or a surprise.
enum Parts<const N: usize> {
    Absent,
    Texts([String; N]),
    Surprise(Json),
}

fn parts<const N: usize>(row: &Row, names: &[String; N]) -> Parts<N> {
    let found = names.each_ref().map(|name| row.get(name));
    if found.iter().all(Option::is_none) {
        return Parts::Absent;
    }
    let odd = |json: &&Json| !json.is_string() && !json.is_null();
    if found.iter().flatten().any(odd) {
        let kept = names
            .iter()
            .zip(found)
            .filter_map(|(name, json)| json.map(|json| (name.clone(), json.clone())));
        return Parts::Surprise(Json::Object(kept.collect()));
    }
    Parts::Texts(found.map(|json| json.and_then(Json::as_str).unwrap_or_default().to_owned()))
}

fn address(field: &Field, row: &Row) -> Option<Value> {
    let names = ["street", "city", "state", "postalCode", "country"];
    match parts(row, &names.map(|part| suffixed(&field.name, part))) {
        Parts::Absent => None,
        Parts::Surprise(json) => Some(Value::Json(json)),
        Parts::Texts([street, city, state, postal_code, country]) => {
            let address = Address { street, city, state, postal_code, country };
            let is_empty = address == Address::default();
            Some(if is_empty { Value::Empty } else { Value::Address(address) })
        }
    }
}

fn person(field: &Field, row: &Row) -> Option<Value> {
    let part = |part| prefixed(part, &field.name);
    let names = [part("salutation"), part("first"), part("middle"), part("last")];
    let mut all = names.to_vec();
    all.push(field.name.clone());
    let [salutation, first, middle, last, full] = <[String; 5]>::try_from(all).ok()?;
    match parts(row, &[salutation, first, middle, last, full]) {
        Parts::Absent => None,
        Parts::Surprise(json) => Some(Value::Json(json)),
        Parts::Texts([salutation, first, middle, last, full]) => {
            let person = Person { salutation, first, middle, last, full };
            let is_empty = person.display().is_empty();
            Some(if is_empty { Value::Empty } else { Value::Person(person) })
        }
    }
}
