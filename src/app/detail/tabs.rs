//! Lays out all fields, and the record as JSON.
use rust_decimal::Decimal;
use serde_json::{Map, json};

use super::page::{Ink, Page, Piece, Stop, piece};
use crate::{
    app::values,
    domain::{
        record::Record,
        schema::EntityType,
        value::{Line, Point, Reference, Value},
    },
    text::{format::Format, shown::Shown},
};

/// No more lines of JSON are laid out.
const JSON_LINES: usize = 20_000;
/// One of them is not wrapped into more.
const JSON_ROWS: usize = 500;

/// Every field of the schema: label, value, name, type.
pub(super) fn fields(
    record: &Record,
    entity_type: &EntityType,
    format: &Format,
    width: u16,
) -> Page {
    let mut page = Page::default();
    let is_narrow = width < 70;
    let (label, name) = (22, 34);
    let room = if is_narrow { width } else { width.saturating_sub(label + name + 4) };
    for field in entity_type.fields.values() {
        let value = record.value(&field.name);
        let (text, ink) = match value {
            None => ("not read".to_owned(), Ink::Dim),
            Some(value) if value.is_empty() => (String::new(), Ink::Nothing),
            Some(value) => (values::line(value, Some(field), format), Ink::Text),
        };
        let kind = format!("{} · {}", field.name, field.wire_type);
        let line = page.lines.len();
        if is_narrow {
            page.add(vec![piece(0, width, &field.label, Ink::Dim)]);
            page.add(vec![Piece { ink, ..piece(0, width, &text, Ink::Text) }]);
            page.add(vec![piece(0, width, &kind, Ink::Dim)]);
        } else {
            page.add(vec![
                piece(0, label, &field.label, Ink::Text),
                Piece { ink, ..piece(label + 2, room, &text, Ink::Text) },
                piece(label + room + 4, name, &kind, Ink::Dim),
            ]);
        }
        let height = page.lines.len() - line;
        page.stop(Stop::Field(field.name.clone()), (0, width), line, height);
    }
    page
}

/// The record's values as JSON, one piece a line; nothing to stand on.
pub(super) fn raw(record: &Record, width: u16) -> Page {
    let mut page = Page::default();
    let text = serde_json::to_string_pretty(&record_json(record)).unwrap_or_default();
    let cells = usize::from(width);
    for line in text.lines() {
        let left = JSON_LINES.saturating_sub(page.lines.len());
        if left == 0 {
            break;
        }
        for text in Shown::lines_max(line, left.min(JSON_ROWS), cells) {
            page.add(vec![Piece { x: 0, width, text, ink: Ink::Text, is_right: false }]);
        }
    }
    page
}

fn record_json(record: &Record) -> serde_json::Value {
    let mut all = Map::new();
    all.insert("id".to_owned(), json!(record.id.as_str()));
    for (name, value) in &record.fields {
        all.insert(name.clone(), value_json(value));
    }
    serde_json::Value::Object(all)
}

fn value_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Empty => serde_json::Value::Null,
        Value::Bool(yes) => json!(yes),
        Value::Integer(number) => json!(number),
        Value::Number(number) => decimal(*number),
        Value::Text(text) => json!(text),
        Value::Many(many) => json!(many),
        Value::Date(date) => json!(date.to_string()),
        Value::DateTime(stamp) => json!(stamp.to_string()),
        Value::Money(it) => json!({ "amount": decimal(it.amount), "currency": it.currency }),
        Value::Reference(reference) => reference_json(reference),
        Value::References(many) => many.iter().map(reference_json).collect(),
        Value::Points(points) => points.iter().map(point_json).collect(),
        Value::Address(it) => json!({
            "street": it.street, "city": it.city, "state": it.state,
            "postalCode": it.postal_code, "country": it.country,
        }),
        Value::Person(it) => json!({
            "salutation": it.salutation, "first": it.first, "middle": it.middle, "last": it.last,
        }),
        Value::Lines(lines) => lines.iter().map(line_json).collect(),
        Value::Upload(upload) => json!(upload.path),
        Value::Json(json) => json.clone(),
    }
}

fn line_json(line: &Line) -> serde_json::Value {
    let fields = line.fields.iter().map(|(name, value)| (name.clone(), value_json(value)));
    serde_json::Value::Object(fields.collect())
}

/// As a number, unless that would change it.
fn decimal(number: Decimal) -> serde_json::Value {
    let text = number.normalize().to_string();
    match text.parse::<serde_json::Number>() {
        Ok(number) if number.to_string() == text => serde_json::Value::Number(number),
        Ok(_) | Err(_) => json!(text),
    }
}

fn reference_json(it: &Reference) -> serde_json::Value {
    let entity = it.entity.as_ref().map(ToString::to_string);
    json!({ "id": it.id, "name": it.name, "entity": entity })
}

fn point_json(it: &Point) -> serde_json::Value {
    json!({
        "value": it.value, "type": it.kind, "primary": it.is_primary,
        "optOut": it.is_opted_out, "invalid": it.is_invalid,
    })
}
