//! Values as one cell of text.
use serde_json::Value as Json;

use crate::domain::value::{Address, Line, Reference, Value};

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
        Value::Points(many) => {
            many.iter().map(|point| point.value.clone()).collect::<Vec<_>>().join(", ")
        }
        Value::Address(address) => address_line(address),
        Value::Person(person) => person.display(),
        Value::Lines(lines) => lines.iter().map(line).collect::<Vec<_>>().join("; "),
        Value::Upload(upload) => upload.path.clone(),
        Value::Json(json) => cell_of_json(json),
    }
}

fn reference_name(reference: &Reference) -> String {
    reference.name.clone().unwrap_or_else(|| reference.id.clone())
}

/// A line's values, those that are empty left out.
fn line(line: &Line) -> String {
    let cells = line.fields.values().map(cell).filter(|cell| !cell.is_empty());
    cells.collect::<Vec<_>>().join(" ")
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
