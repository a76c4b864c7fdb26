//! From values to JSON, strictly: only fields that the API takes, in its own spelling. §6.
use jiff::Timestamp;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Number, Value as Json, json};

use super::{
    reading,
    schema::property_name,
    table::{Resource, Row, Wire, Written},
};
use crate::domain::{
    change::Edits,
    error::Error,
    schema::{EntityType, Field, FieldKind},
    value::{Address, Value},
};

/// For which write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// A new record.
    Create,
    /// A change.
    Update,
}

/// What edits come to.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    /// The record's own attributes.
    pub attributes: Map<String, Json>,
    /// Custom fields, by display name.
    pub properties: Map<String, Json>,
    /// Edits that this write does not take and a change does.
    pub later: Edits,
}

/// The body of edits. Lines are written by requests of their own, and left out here.
///
/// Errors: [`Error::Invalid`] for a field that cannot be written, or cannot hold such a value.
pub fn body(
    resource: &Resource,
    entity_type: &EntityType,
    edits: &Edits,
    purpose: For,
) -> Result<Body, Error> {
    let mut body = Body::default();
    for (name, value) in edits {
        let unknown = || Error::Invalid {
            field: Some(name.clone()),
            reason: format!("{} has no such field", entity_type.name),
        };
        let field = entity_type.field(name).ok_or_else(unknown)?;
        if let Some(property) = property_name(field) {
            body.properties.insert(property.to_owned(), property_value(field, value)?);
            continue;
        }
        let row = resource.row(name).ok_or_else(unknown)?;
        match (row.written, purpose) {
            (Written::Never, _) => return Err(refused(name, "it is computed by the server")),
            (Written::Create, For::Update) => {
                return Err(refused(name, "it can be set on a new record only"));
            }
            (Written::Update, For::Create) => {
                body.later.insert(name.clone(), value.clone());
            }
            _ if matches!(row.wire, Wire::Lines(_) | Wire::Files) => {}
            _ => body.attributes.extend(attributes(field, row, value)?),
        }
    }
    Ok(body)
}

fn refused(field: &str, reason: &str) -> Error {
    Error::Invalid { field: Some(field.to_owned()), reason: reason.to_owned() }
}

/// The attributes of one field.
pub fn attributes(field: &Field, row: &Row, value: &Value) -> Result<Vec<(String, Json)>, Error> {
    let one = |name: &str, json: Json| vec![(name.to_owned(), json)];
    Ok(match row.wire {
        Wire::Address(keys) => address(row.name, keys, value)?,
        Wire::Cents(key) => one(key, cents(row.name, value)?),
        Wire::Renamed { write, .. } => one(write, json(field, value)?),
        Wire::Opening if value.is_empty() => Vec::new(),
        Wire::Opening => {
            let comment = json!({
                "subject": "Initial Issue",
                "body": json(field, value)?,
                "hidden": true,
                "do_not_email": true,
            });
            one("comments_attributes", json!([comment]))
        }
        Wire::Answers(_) => one(row.name, answers(row.name, value)?),
        Wire::Same
        | Wire::At(_)
        | Wire::Named(_)
        | Wire::Flag
        | Wire::Lines(_)
        | Wire::Files
        | Wire::Running => one(row.name, json(field, value)?),
    })
}

/// What was answered to the steps of a worksheet, by each step's own name. Steps are the
/// template's: none is added here.
fn answers(field: &str, value: &Value) -> Result<Json, Error> {
    let Value::Lines(lines) = value else {
        return Err(refused(field, "the steps of a worksheet come from its template"));
    };
    let mut answers = Map::new();
    for line in lines {
        let step = line.id.clone().ok_or_else(|| {
            refused(field, "the steps of a worksheet come from its template: none can be added")
        })?;
        match line.fields.get("value") {
            Some(Value::Text(text)) => answers.insert(step, json!({ "value": text })),
            Some(_) | None => answers.insert(step, json!({ "value": "" })),
        };
    }
    Ok(Json::Object(answers))
}

/// A value as one JSON value.
pub fn json(field: &Field, value: &Value) -> Result<Json, Error> {
    if value.is_empty() {
        return Ok(nothing(field.kind));
    }
    let json = match (field.kind, value) {
        (FieldKind::Bool, Value::Bool(yes)) => json!(yes),
        (
            FieldKind::Integer | FieldKind::Number | FieldKind::Money | FieldKind::Duration,
            value,
        ) => number(amount(value).ok_or_else(|| refused(&field.name, "a number is wanted"))?),
        (FieldKind::Date | FieldKind::DateTime, Value::Date(day)) => json!(day.to_string()),
        (FieldKind::Date, Value::DateTime(at)) => {
            json!(at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
        }
        (FieldKind::DateTime, Value::DateTime(at)) => json!(moment(*at)),
        (FieldKind::Reference, Value::Reference(other)) => id(&other.id),
        (FieldKind::References, Value::References(others)) => {
            others.iter().map(|other| id(&other.id)).collect()
        }
        (FieldKind::MultiEnum, Value::Many(many)) => json!(many),
        // Types of tickets are chosen by their numbers.
        (FieldKind::Enum, Value::Text(text)) if field.name.ends_with("_id") => id(text),
        (
            FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Html
            | FieldKind::Url
            | FieldKind::Enum
            | FieldKind::Emails
            | FieldKind::Phones,
            Value::Text(text),
        ) => json!(text),
        _ => return Err(refused(&field.name, "this field cannot hold such a value")),
    };
    Ok(json)
}

/// What empties a field.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are emptied alike")]
fn nothing(kind: FieldKind) -> Json {
    match kind {
        FieldKind::MultiEnum | FieldKind::References => json!([]),
        FieldKind::Bool => json!(false),
        FieldKind::Text | FieldKind::LongText | FieldKind::Html | FieldKind::Url => json!(""),
        _ => Json::Null,
    }
}

/// Values of custom fields are text; switches are `"1"` and `"0"` (§7).
fn property_value(field: &Field, value: &Value) -> Result<Json, Error> {
    Ok(match (field.kind, value) {
        (FieldKind::Bool, Value::Bool(yes)) => json!(if *yes { "1" } else { "0" }),
        (_, value) if value.is_empty() => json!(""),
        (_, value) => json!(reading::text(&json(field, value)?).unwrap_or_default()),
    })
}

/// Numbers are numbers there; what is none is left as it is.
pub fn id(text: &str) -> Json {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no numbers")]
fn amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}

/// As a JSON number. Requests take numbers (§8): more digits than one holds are sent as text.
pub fn number(decimal: Decimal) -> Json {
    let written = decimal.normalize().to_string();
    if let Ok(whole) = written.parse::<i64>() {
        return json!(whole);
    }
    let float = written.parse::<f64>().ok().and_then(Number::from_f64);
    match float {
        Some(float)
            if reading::decimal(&Json::Number(float.clone())) == Some(decimal.normalize()) =>
        {
            Json::Number(float)
        }
        _ => json!(written),
    }
}

/// Units become whole cents; half a cent is refused, not rounded.
fn cents(field: &str, value: &Value) -> Result<Json, Error> {
    if value.is_empty() {
        return Ok(Json::Null);
    }
    let cents = amount(value).and_then(|units| units.checked_mul(Decimal::ONE_HUNDRED));
    let whole = cents.filter(Decimal::is_integer).and_then(|cents| cents.to_i64());
    whole
        .map(|cents| json!(cents))
        .ok_or_else(|| refused(field, "an amount in whole cents is wanted"))
}

/// RFC 3339, UTC (§6).
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Two lines at most, and no country: what has no place is refused, not lost.
#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no addresses")]
fn address(field: &str, keys: [&str; 5], value: &Value) -> Result<Vec<(String, Json)>, Error> {
    let empty = Address::default();
    let address = match value {
        Value::Address(address) => address,
        value if value.is_empty() => &empty,
        _ => return Err(refused(field, "an address is wanted")),
    };
    if !address.country.trim().is_empty() {
        return Err(refused(field, "Syncro's addresses have no country"));
    }
    let [line, second, city, state, zip] = keys;
    let mut lines = address.street.lines().filter(|line| !line.trim().is_empty());
    let (first, rest) = (lines.next().unwrap_or_default(), lines.collect::<Vec<_>>());
    if second.is_empty() && !rest.is_empty() || rest.len() > 1 {
        return Err(refused(field, "the street has too many lines"));
    }
    let parts = [
        (line, first),
        (second, rest.first().copied().unwrap_or_default()),
        (city, &address.city),
        (state, &address.state),
        (zip, &address.postal_code),
    ];
    let parts = parts.into_iter().filter(|(key, _)| !key.is_empty());
    Ok(parts.map(|(key, text)| (key.to_owned(), json!(text))).collect())
}
