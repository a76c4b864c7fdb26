//! Values as text to type over, and what is typed as values. An untouched text is never read
//! back: what a value cannot show of itself (seconds, flags) would be lost.
use super::super::{show, world::World};
use crate::{
    domain::{
        connection::ConnectionId,
        error::Error,
        input::parse_value,
        schema::{Field, FieldKind, Preferences},
        value::{Point, Value},
    },
    text::format::Format,
};

/// How the user of a connection writes numbers and days.
#[derive(Clone, Debug)]
pub struct Ways {
    /// As the server has them.
    pub preferences: Preferences,
    /// How values are shown, and what today is.
    pub format: Format,
}

impl Ways {
    pub(in crate::app) fn of(world: &World, connection: ConnectionId) -> Self {
        let connected = world.connected(connection);
        let schema = connected.and_then(|it| it.schema.as_ref());
        Self {
            preferences: schema.map(|it| it.preferences.clone()).unwrap_or_default(),
            format: connected.map_or_else(|| Format::plain(world.now()), |it| it.format.clone()),
        }
    }
}

/// A value as the text that a field begins with; raw.
pub(in crate::app) fn written(value: &Value, field: &Field, ways: &Ways) -> String {
    let format = &ways.format;
    match value {
        Value::Integer(seconds) if field.kind == FieldKind::Duration => format.duration(*seconds),
        Value::Integer(number) => format.integer(*number),
        Value::Number(number) => format.decimal(number.normalize()),
        Value::Money(money) => format.money(money.amount, &money.currency, true),
        Value::Date(date) => format.date(*date),
        Value::DateTime(stamp) => format.stamp(*stamp),
        Value::Points(points) => ordered(points).map(point).collect::<Vec<_>>().join("\n"),
        Value::Empty
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Many(_)
        | Value::Reference(_)
        | Value::References(_)
        | Value::Address(_)
        | Value::Person(_)
        | Value::Lines(_)
        | Value::Upload(_)
        | Value::Json(_) => show::plain(value, format),
    }
}

/// The primary one first.
fn ordered(points: &[Point]) -> impl Iterator<Item = &Point> {
    let primary = points.iter().filter(|point| point.is_primary);
    primary.chain(points.iter().filter(|point| !point.is_primary))
}

fn point(point: &Point) -> String {
    match point.kind.as_deref().filter(|kind| !kind.is_empty()) {
        Some(kind) => format!("{} ({kind})", point.value),
        None => point.value.clone(),
    }
}

/// What is typed, as a value; `before` gives what the text does not show. Else a sentence.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors that are dealt with here are named")]
pub(in crate::app) fn read(
    field: &Field,
    text: &str,
    before: &Value,
    ways: &Ways,
) -> Result<Value, String> {
    if matches!(field.kind, FieldKind::Emails | FieldKind::Phones) {
        return points(field, text, before);
    }
    let plain;
    let text = match field.kind {
        FieldKind::Integer | FieldKind::Number | FieldKind::Money => {
            plain = text.replace('\u{2212}', "-");
            plain.as_str()
        }
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Html
        | FieldKind::Url
        | FieldKind::Bool
        | FieldKind::Enum
        | FieldKind::MultiEnum
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::DateOrTime
        | FieldKind::Duration
        | FieldKind::Reference
        | FieldKind::AnyReference
        | FieldKind::References
        | FieldKind::File
        | FieldKind::Emails
        | FieldKind::Phones
        | FieldKind::Address
        | FieldKind::PersonName
        | FieldKind::Lines
        | FieldKind::Other => text,
    };
    let today = ways.format.today();
    parse_value(field, text, &ways.preferences, today).map_err(|error| match error {
        Error::Invalid { reason, .. } => reason,
        other => format!("{other:?}"),
    })
}

/// One a line, the first is the one to use: `+49 30 5550 (Mobile)`.
fn points(field: &Field, text: &str, before: &Value) -> Result<Value, String> {
    let known: &[Point] = if let Value::Points(points) = before { points } else { &[] };
    let mut points: Vec<Point> = Vec::new();
    for line in text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()) {
        let mut point = one_point(line, known);
        let is_known = known.iter().any(|it| it.value == point.value && it.kind == point.kind);
        if !is_known {
            check_point(field, &point, known)?;
        }
        point.is_primary = points.is_empty();
        if points.iter().all(|other| other.value != point.value) {
            points.push(point);
        }
    }
    if points.is_empty() { Ok(Value::Empty) } else { Ok(Value::Points(points)) }
}

fn one_point(line: &str, known: &[Point]) -> Point {
    let parted = line.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let (value, kind) = match parted {
        Some((value, kind)) if !value.trim().is_empty() => (value.trim(), Some(kind.trim())),
        _ => (line, None),
    };
    let same = known.iter().find(|point| point.value == value);
    let mut point = same.cloned().unwrap_or_default();
    value.clone_into(&mut point.value);
    if let Some(kind) = kind.filter(|kind| !kind.is_empty()) {
        point.kind = Some(kind.to_owned());
    }
    point
}

/// Digits and what stands between them; letters belong into the type alone.
fn check_number(value: &str) -> Result<(), String> {
    let mut open = 0_i32;
    for c in value.chars() {
        open += i32::from(c == '(') - i32::from(c == ')');
        if open < 0 {
            break;
        }
    }
    if open != 0 {
        return Err(format!("{value}: a parenthesis is missing; +49 30 5550 (Mobile)"));
    }
    let has_digit = value.contains(|c: char| c.is_ascii_digit());
    if has_digit && !value.contains(char::is_alphabetic) {
        return Ok(());
    }
    Err(format!("{value} is no phone number; +49 30 5550 (Mobile)"))
}

/// One of the field's types, or one that stands there; where none are known, a word.
fn check_type(field: &Field, kind: &str, known: &[Point]) -> Result<(), String> {
    if known.iter().any(|point| point.kind.as_deref() == Some(kind)) {
        return Ok(());
    }
    let names: Vec<&str> = field.choices.iter().map(|choice| choice.value.as_str()).collect();
    if names.contains(&kind) {
        return Ok(());
    }
    if !names.is_empty() {
        return Err(format!("({kind}) is none of {}", names.join(", ")));
    }
    let is_word = kind.chars().all(|c| c.is_alphabetic() || c == ' ');
    if is_word { Ok(()) } else { Err(format!("({kind}) is no type of a number; (Mobile)")) }
}

fn check_point(field: &Field, point: &Point, known: &[Point]) -> Result<(), String> {
    let value = point.value.as_str();
    if field.kind == FieldKind::Phones {
        if known.iter().all(|it| it.value != value) {
            check_number(value)?;
        }
        return point.kind.as_deref().map_or(Ok(()), |kind| check_type(field, kind, known));
    }
    let parts = value.split_once('@');
    let holds = parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if holds && !value.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(format!("{value} is no e-mail address"))
}
