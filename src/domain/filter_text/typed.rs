//! What a value in a filter means, by the kind of its field.
use std::str::FromStr;

use jiff::{Timestamp, ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{
    FilterError, Piece, Problem, Sign, any_of, error, field::Known, field::nearest, print::is_plain,
};
use crate::domain::{
    query::{Compare, Filter, Span, Test},
    schema::FieldKind,
    value::{Reference, Value},
};

/// More days than this are a slip of the finger.
const MAX_DAYS: u32 = 100_000;

/// The test of a field that a sign and its values make.
pub(super) fn test(
    field: &Known<'_>,
    sign: Sign,
    values: &[Piece],
    today: Date,
) -> Result<Filter, FilterError> {
    let compare = match (sign, values) {
        (Sign::Is, values) => return is(field, values, today),
        (_, []) => return Err(error(0..0, Problem::MissingValue)),
        (Sign::Contains, [value, ..]) => Compare::Contains(part(field, value)?),
        (Sign::StartsWith, [value, ..]) => Compare::StartsWith(part(field, value)?),
        (Sign::Above, [value, ..]) => Compare::Above(ordered(field, value, today)?),
        (Sign::AtLeast, [value, ..]) => Compare::AtLeast(ordered(field, value, today)?),
        (Sign::Below, [value, ..]) => Compare::Below(ordered(field, value, today)?),
        (Sign::AtMost, [value, ..]) => Compare::AtMost(ordered(field, value, today)?),
    };
    Ok(condition(field, compare))
}

fn condition(field: &Known<'_>, test: Compare) -> Filter {
    Filter::Test(Test { field: field.name.clone(), test })
}

/// Equal to one of the values. `@me` and days have tests of their own, so that several of them
/// are several tests.
fn is(field: &Known<'_>, values: &[Piece], today: Date) -> Result<Filter, FilterError> {
    let mut tests = Vec::new();
    let mut plain = Vec::new();
    for value in values {
        if is_day(field.kind) {
            tests.push(condition(field, within(field.kind, value, today)?));
        } else if value.is_word("@me") {
            let fits = is_reference(field.kind);
            tests.push(condition(field, Compare::Me));
            if !fits {
                return Err(error(value.at.clone(), Problem::NoUser));
            }
        } else {
            plain.push(typed(field, value)?);
        }
    }
    match plain.len() {
        0 => {}
        1 => tests.extend(plain.pop().map(|value| condition(field, Compare::Is(value)))),
        _ => tests.push(condition(field, Compare::OneOf(plain))),
    }
    Ok(any_of(tests))
}

fn is_day(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Date | FieldKind::DateTime | FieldKind::DateOrTime)
}

fn is_reference(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Reference | FieldKind::AnyReference | FieldKind::References)
}

fn is_number(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Integer | FieldKind::Number | FieldKind::Money | FieldKind::Duration)
}

/// Text to look for inside values, which must be text.
fn part(field: &Known<'_>, value: &Piece) -> Result<String, FilterError> {
    if is_day(field.kind) || is_number(field.kind) || field.kind == FieldKind::Bool {
        return Err(error(value.at.clone(), Problem::NotText(field.name.clone())));
    }
    Ok(value.text.clone())
}

/// A value to compare with.
fn ordered(field: &Known<'_>, value: &Piece, today: Date) -> Result<Value, FilterError> {
    let is_listed = matches!(field.kind, FieldKind::Bool | FieldKind::Enum | FieldKind::MultiEnum);
    if is_listed || is_reference(field.kind) {
        return Err(error(value.at.clone(), Problem::NotOrdered(field.name.clone())));
    }
    if is_day(field.kind) {
        let moment = Timestamp::from_str(&value.text).ok().map(Value::DateTime);
        let moment = moment.filter(|_| field.kind != FieldKind::Date);
        let day = || day(&value.text, today).map(Value::Date);
        return moment.or_else(day).ok_or_else(|| value.wrong(Problem::NotADate));
    }
    typed(field, value)
}

/// One value of a field that holds no days.
fn typed(field: &Known<'_>, value: &Piece) -> Result<Value, FilterError> {
    match field.kind {
        FieldKind::Integer => number(value).map(whole),
        FieldKind::Duration => hours(&value.text).map_or_else(|| number(value).map(whole), Ok),
        FieldKind::Number | FieldKind::Money => number(value).map(Value::Number),
        FieldKind::Bool => truth(&value.text).ok_or_else(|| value.wrong(Problem::NotYesOrNo)),
        FieldKind::Enum | FieldKind::MultiEnum => choice(field, value),
        FieldKind::Reference | FieldKind::AnyReference | FieldKind::References => {
            Ok(reference(value))
        }
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Html
        | FieldKind::Url
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::DateOrTime
        | FieldKind::File
        | FieldKind::Emails
        | FieldKind::Phones
        | FieldKind::Address
        | FieldKind::PersonName
        | FieldKind::Lines
        | FieldKind::Other => Ok(Value::Text(value.text.clone())),
    }
}

/// `12`, `1.5k`, `2m`.
fn number(value: &Piece) -> Result<Decimal, FilterError> {
    let text = value.text.trim().to_ascii_lowercase();
    let suffixes = [("k", 1000), ("m", 1_000_000)];
    let short = suffixes.iter().find_map(|(suffix, by)| Some((text.strip_suffix(suffix)?, *by)));
    let (digits, by) = short.unwrap_or((text.as_str(), 1));
    let number = Decimal::from_str_exact(digits).ok();
    let number = number.and_then(|number| number.checked_mul(Decimal::from(by)));
    number.ok_or_else(|| value.wrong(Problem::NotANumber))
}

/// A whole number where it is one: `<2.5` makes sense for integers too.
fn whole(number: Decimal) -> Value {
    let integer = i64::try_from(number).ok().filter(|_| number.fract().is_zero());
    integer.map_or(Value::Number(number), Value::Integer)
}

/// `1:30` in seconds.
fn hours(text: &str) -> Option<Value> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    Some(Value::Integer(i64::from(hours) * 3600 + i64::from(minutes) * 60))
}

fn truth(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Some(Value::Bool(true)),
        "no" | "false" | "0" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// By stored value, else by value or label ignoring case. Where the server lists no choices,
/// anything may be one.
fn choice(field: &Known<'_>, value: &Piece) -> Result<Value, FilterError> {
    let wanted = value.text.to_lowercase();
    let choices = || field.choices.iter();
    let exact = choices().find(|choice| choice.value == value.text);
    let by_value = || choices().find(|choice| choice.value.to_lowercase() == wanted);
    let by_label = || choices().find(|choice| choice.label.to_lowercase() == wanted);
    if let Some(found) = exact.or_else(by_value).or_else(by_label) {
        return Ok(Value::Text(found.value.clone()));
    }
    if field.choices.is_empty() {
        return Ok(Value::Text(value.text.clone()));
    }
    let mut refused = value.wrong(Problem::NoChoice);
    let pairs = || choices().map(|choice| (choice.value.as_str(), choice.label.as_str()));
    refused.nearest = nearest(&wanted, pairs());
    if refused.nearest.is_empty() {
        refused.nearest = pairs().map(|(value, _)| value.to_owned()).take(12).collect();
    }
    Err(refused)
}

/// A name, which the provider looks up; `#id` is exactly that record.
fn reference(value: &Piece) -> Value {
    let id = value.text.strip_prefix('#').filter(|id| is_plain(id) && !value.is_quoted);
    let exact = |id: &str| Reference { entity: None, id: id.to_owned(), name: None };
    id.map_or_else(|| Value::Text(value.text.clone()), |id| Value::Reference(exact(id)))
}

/// `today`, `7d`, `next:7d`, a day, a month, a range; of moments also exactly one.
fn within(kind: FieldKind, value: &Piece, today: Date) -> Result<Compare, FilterError> {
    let text = value.text.trim().to_lowercase();
    if let Some(span) = span(&text, today) {
        return Ok(Compare::Within(span));
    }
    let moment = Timestamp::from_str(&value.text).ok().filter(|_| kind != FieldKind::Date);
    if let Some(moment) = moment {
        return Ok(Compare::Is(Value::DateTime(moment)));
    }
    let day = day(&text, today).ok_or_else(|| value.wrong(Problem::NotADate))?;
    if kind == FieldKind::Date {
        return Ok(Compare::Is(Value::Date(day)));
    }
    // A moment is never equal to a day: the day is meant from its start to its end.
    Ok(Compare::Within(Span::Between(day, day)))
}

fn span(text: &str, today: Date) -> Option<Span> {
    if text == "today" {
        return Some(Span::Today);
    }
    if let Some(days) = text.strip_prefix("next:") {
        return days_of(days).map(Span::Next);
    }
    if let Some(days) = days_of(text) {
        return Some(Span::Last(days));
    }
    if let Some((from, to)) = text.split_once("..") {
        return Some(Span::Between(day(from, today)?, day(to, today)?));
    }
    month(text)
}

fn days_of(text: &str) -> Option<u32> {
    text.strip_suffix('d')?.parse().ok().filter(|days| *days <= MAX_DAYS)
}

/// `2026-03`.
fn month(text: &str) -> Option<Span> {
    let (year, month) = text.split_once('-')?;
    let is_month = year.len() == 4 && month.len() == 2;
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    is_month.then(|| Span::Between(first, first.last_of_month()))
}

/// `2026-03-09`, `9 Mar 2026` as it is shown, or a word.
fn day(text: &str, today: Date) -> Option<Date> {
    match text.to_ascii_lowercase().as_str() {
        "today" => Some(today),
        "yesterday" => today.checked_sub(1.day()).ok(),
        "tomorrow" => today.checked_add(1.day()).ok(),
        // A date's own reading would also take a moment and drop its time.
        text if text.chars().all(|c| c.is_ascii_digit() || c == '-') => Date::from_str(text).ok(),
        text => Date::strptime("%d %b %Y", text).ok(),
    }
}
