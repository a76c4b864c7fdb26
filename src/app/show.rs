//! A value as plain text, for search and copies: raw, without colour, not cut.
use rust_decimal::Decimal;

use crate::{domain::value::Value, text::format::Format};

/// In one or several lines.
pub fn plain(value: &Value, format: &Format) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.normalize().to_string(),
        Value::Text(text) => text.clone(),
        Value::Many(many) => many.join(", "),
        Value::Date(date) => date.to_string(),
        Value::DateTime(stamp) => format.stamp(*stamp),
        Value::Money(money) => amount(money.amount, &money.currency),
        Value::Reference(reference) => {
            reference.name.clone().unwrap_or_else(|| reference.id.clone())
        }
        Value::References(many) => {
            let names = many.iter().map(|it| it.name.clone().unwrap_or_else(|| it.id.clone()));
            names.collect::<Vec<_>>().join(", ")
        }
        Value::Points(points) => {
            points.iter().map(|point| point.value.clone()).collect::<Vec<_>>().join(", ")
        }
        Value::Address(address) => {
            [&address.street, &address.postal_code, &address.city, &address.state, &address.country]
                .into_iter()
                .filter(|part| !part.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        }
        Value::Person(person) => person.display(),
        Value::Lines(lines) => counted(lines.len()),
        Value::Upload(upload) => upload.path.clone(),
        Value::Json(json) => json.to_string(),
    }
}

/// How many lines a table has, in words.
pub fn counted(lines: usize) -> String {
    if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") }
}

fn amount(amount: Decimal, currency: &str) -> String {
    format!("{amount} {currency}").trim_end().to_owned()
}
