//! Filters and orders that the server cannot say, applied to records that were read.
use std::cmp::Ordering;

use crate::domain::{
    error::Error,
    query::{Compare, Filter, Order, Test},
    record::Record,
    value::Value,
};

/// Whether a record is meant by a filter. What cannot be compared does not fit.
pub fn fits(record: &Record, filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| fits(record, part)),
        Filter::Any(parts) => parts.iter().any(|part| fits(record, part)),
        Filter::Not(part) => !fits(record, part),
        Filter::Words(words) => {
            let all: Vec<String> = record.fields.values().map(text).collect();
            let all = all.join("\n");
            words.to_lowercase().split_whitespace().all(|word| all.contains(word))
        }
        Filter::Test(test) => {
            compares(record.value(&test.field).unwrap_or(&Value::Empty), &test.test)
        }
    }
}

/// Whether all of a filter can be applied here: what cannot must not look like nothing found.
///
/// Errors: [`Error::Unsupported`].
pub fn check(filter: &Filter) -> Result<(), Error> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().try_for_each(check),
        Filter::Not(part) => check(part),
        Filter::Test(Test { field, test: Compare::Within(_) | Compare::Me }) => {
            Err(Error::Unsupported { what: format!("filtering {field} by days or by me") })
        }
        Filter::Words(_) | Filter::Test(_) => Ok(()),
    }
}

fn compares(value: &Value, test: &Compare) -> bool {
    let order = |other: &Value| compare(value, other);
    match test {
        Compare::Is(other) => is_same(value, other),
        Compare::OneOf(others) => others.iter().any(|other| is_same(value, other)),
        Compare::Contains(part) => text(value).contains(&part.to_lowercase()),
        Compare::StartsWith(part) => text(value).starts_with(&part.to_lowercase()),
        Compare::Above(other) => order(other) == Some(Ordering::Greater),
        Compare::AtLeast(other) => order(other).is_some_and(Ordering::is_ge),
        Compare::Below(other) => order(other) == Some(Ordering::Less),
        Compare::AtMost(other) => order(other).is_some_and(Ordering::is_le),
        Compare::HasValue => !value.is_empty(),
        // Refused before.
        Compare::Within(_) | Compare::Me => false,
    }
}

fn is_same(value: &Value, other: &Value) -> bool {
    value.means_the_same(other) || (!value.is_empty() && text(value) == text(other))
}

/// In lower case, for comparing.
fn text(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.to_lowercase(),
        Value::Bool(yes) => yes.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Many(many) => many.join("\n").to_lowercase(),
        Value::Date(day) => day.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Reference(reference) => {
            reference.name.as_ref().unwrap_or(&reference.id).to_lowercase()
        }
        Value::Person(person) => person.display().to_lowercase(),
        Value::Points(points) => {
            points.iter().map(|point| point.value.to_lowercase()).collect::<Vec<_>>().join("\n")
        }
        Value::Money(money) => money.amount.to_string(),
        Value::Json(json) => json.to_string().to_lowercase(),
        Value::References(_) | Value::Address(_) | Value::Lines(_) | Value::Upload(_) => {
            String::new()
        }
    }
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Empty, _) | (_, Value::Empty) => None,
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Integer(a), Value::Number(b)) => Some(rust_decimal::Decimal::from(*a).cmp(b)),
        (Value::Number(a), Value::Integer(b)) => Some(a.cmp(&rust_decimal::Decimal::from(*b))),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (a, b) => Some(text(a).cmp(&text(b))),
    }
}

/// Orders records; those without a value stand last.
pub fn sort(records: &mut [Record], order: &Order) {
    records.sort_by(|a, b| {
        let value = |record: &Record| record.value(&order.field).cloned().unwrap_or_default();
        let (a, b) = (value(a), value(b));
        match (a.is_empty(), b.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let way = compare(&a, &b).unwrap_or(Ordering::Equal);
                if order.descending { way.reverse() } else { way }
            }
        }
    });
}
