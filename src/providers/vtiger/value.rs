//! Values of one field, as they come and as they are sent. A4: everything is text.
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{ids, labels::decoded};
use crate::domain::{
    schema::{Field, FieldKind, Schema},
    value::{Money, Reference, Value},
};

/// Between the values of a multipicklist. A5.
const BETWEEN: &str = " |##| ";

/// A value that is one member of a row. Times are those of UTC here; [`Clock`] knows better.
pub fn simple(field: &Field, json: &Json, schema: Option<&Schema>) -> Value {
    read(field, json, schema, &Clock::utc())
}

/// The server's clock, which the API does not tell. A4: a setting of the connection.
#[derive(Clone, Debug)]
pub struct Clock(TimeZone);

impl Clock {
    /// UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Of that zone; UTC where it is not known.
    pub fn of(zone: Option<&str>) -> Self {
        Self(zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC))
    }

    /// `YYYY-MM-DD HH:MM:SS` of the server.
    pub fn moment(&self, text: &str) -> Option<Timestamp> {
        let civil: DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
        civil.to_zoned(self.0.clone()).ok().map(|zoned| zoned.timestamp())
    }

    /// A moment as the server writes it.
    pub fn written(&self, at: Timestamp) -> String {
        at.to_zoned(self.0.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// A value as it came. Anything unexpected is kept as JSON.
pub fn read(field: &Field, json: &Json, schema: Option<&Schema>, clock: &Clock) -> Value {
    let text = match json {
        Json::Null => return Value::Empty,
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Bool(yes) => if *yes { "1" } else { "0" }.to_owned(),
        Json::Array(_) | Json::Object(_) => return Value::Json(json.clone()),
    };
    if text.is_empty() {
        return Value::Empty;
    }
    of_text(field, &text, schema, clock).unwrap_or_else(|| Value::Json(json.clone()))
}

fn of_text(field: &Field, text: &str, schema: Option<&Schema>, clock: &Clock) -> Option<Value> {
    match field.kind {
        FieldKind::Bool => yes_or_no(text).map(Value::Bool),
        FieldKind::Integer | FieldKind::Duration => whole(text),
        FieldKind::Number => decimal(text).map(Value::Number),
        FieldKind::Money => {
            let currency = schema.map_or(String::new(), currency);
            decimal(text).map(|amount| Value::Money(Money { amount, currency }))
        }
        FieldKind::Date => match text {
            "0000-00-00" => Some(Value::Empty),
            text => text.trim().parse().ok().map(Value::Date),
        },
        FieldKind::DateTime => match text {
            text if text.starts_with("0000-00-00") => Some(Value::Empty),
            text => clock.moment(text).map(Value::DateTime),
        },
        FieldKind::MultiEnum => {
            Some(Value::Many(text.split(BETWEEN.trim()).map(|one| one.trim().to_owned()).collect()))
        }
        FieldKind::Reference | FieldKind::AnyReference => Some(reference(field, text, schema)),
        FieldKind::File => Some(Value::Text(decoded(text).into_owned())),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Html
        | FieldKind::Url
        | FieldKind::Enum
        | FieldKind::DateOrTime
        | FieldKind::References
        | FieldKind::Emails
        | FieldKind::Phones
        | FieldKind::Address
        | FieldKind::PersonName
        | FieldKind::Lines
        | FieldKind::Other => Some(Value::Text(text.to_owned())),
    }
}

/// Amounts are not converted (A4): they are of the install's own currency, as far as it has one.
fn currency(schema: &Schema) -> String {
    match schema.preferences.currencies.as_slice() {
        [only] => only.clone(),
        _ => String::new(),
    }
}

fn reference(field: &Field, id: &str, schema: Option<&Schema>) -> Value {
    // `11x0` and `0` point to nothing.
    if id == "0" || ids::parts(id).is_some_and(|(_, number)| number == "0") {
        return Value::Empty;
    }
    let entity = match field.targets.as_slice() {
        [only] => Some(only.clone()),
        _ => schema.and_then(|schema| ids::entity(schema, id)),
    };
    Value::Reference(Reference { entity, id: id.to_owned(), name: None })
}

/// `0`, `1`, `on`, `off`, and what PHP makes of true. A4.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "on" | "yes" | "true" => Some(true),
        "0" | "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

fn whole(text: &str) -> Option<Value> {
    let exact = text.trim().parse().ok().map(Value::Integer);
    exact.or_else(|| {
        let number = decimal(text)?;
        let whole = number.fract().is_zero().then(|| i64::try_from(number).ok()).flatten();
        Some(whole.map_or(Value::Number(number), Value::Integer))
    })
}

/// Without the zeros at its end: currencies come with eight places. A4.
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let number: Option<Decimal> = text.parse().ok();
    number.or_else(|| Decimal::from_scientific(text).ok()).map(|number| number.normalize())
}

/// The number in a value.
#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no numbers")]
pub fn number_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        Value::Text(text) => decimal(text),
        _ => None,
    }
}

/// A value as it is sent, times as those of UTC; `None` where the field cannot hold it.
pub fn text_of(field: &Field, value: &Value) -> Option<String> {
    write(field, value, &Clock::utc())
}

/// A value as it is sent; `""` clears (A7).
pub fn write(field: &Field, value: &Value, clock: &Clock) -> Option<String> {
    if value.is_empty() {
        return Some(String::new());
    }
    match (field.kind, value) {
        (FieldKind::Bool, Value::Bool(yes)) => Some(if *yes { "1" } else { "0" }.to_owned()),
        (
            FieldKind::Integer | FieldKind::Number | FieldKind::Money | FieldKind::Duration,
            Value::Integer(_) | Value::Number(_) | Value::Money(_),
        ) => number_of(value).map(|number| number.normalize().to_string()),
        (FieldKind::Date, Value::Date(date)) => Some(date.to_string()),
        (FieldKind::DateTime, Value::DateTime(at)) => Some(clock.written(*at)),
        (FieldKind::MultiEnum, Value::Many(many)) => Some(many.join(BETWEEN)),
        (FieldKind::Reference | FieldKind::AnyReference, Value::Reference(other)) => {
            Some(other.id.clone())
        }
        (
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Enum
            | FieldKind::File,
            Value::Text(text),
        ) => Some(text.clone()),
        _ => None,
    }
}
