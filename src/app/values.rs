//! Values as they are shown: for one cell, in one line or several. SCREENS §7.
use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::{
    domain::{
        schema::{ChoiceStyle, Field, FieldKind},
        value::{Point, Reference, Value},
    },
    text::{
        format::{Format, has_cents},
        html,
        shown::Shown,
    },
};

/// Html in a cell: no more of it is looked at.
const HTML_IN_CELL: usize = 400;

/// A value for one cell of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Made harmless; one line.
    pub text: Shown,
    /// The unit behind a number, dim: `EUR`.
    pub unit: Shown,
    /// The state before a choice, where it has one.
    pub dot: Option<ChoiceStyle>,
}

impl Cell {
    fn of(text: impl AsRef<str>) -> Self {
        Self { text: Shown::line(text.as_ref()), unit: Shown::line(""), dot: None }
    }

    /// Cells that it needs.
    pub fn width(&self) -> usize {
        let unit = if self.unit.is_empty() { 0 } else { self.unit.width() + 1 };
        self.text.width() + unit + if self.dot.is_some() { 2 } else { 0 }
    }
}

/// Whether columns of this field stand at the right.
pub fn is_right(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Integer
            | FieldKind::Number
            | FieldKind::Money
            | FieldKind::DateTime
            | FieldKind::Duration
    )
}

/// Whether it is never cut: its column is dropped whole instead.
pub fn is_never_cut(kind: FieldKind) -> bool {
    is_right(kind) || matches!(kind, FieldKind::Date | FieldKind::DateOrTime | FieldKind::Phones)
}

/// Whether its values point to records.
pub fn is_link(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Reference | FieldKind::AnyReference | FieldKind::References)
}

/// A value in a list.
pub fn cell(value: &Value, field: Option<&Field>, format: &Format, full: bool) -> Cell {
    match value {
        Value::Empty | Value::Bool(false) => Cell::of(""),
        Value::Bool(true) => Cell::of("yes"),
        Value::Date(date) if !full => Cell::of(format.date_short(*date)),
        Value::DateTime(stamp) if !full => Cell::of(format.stamp_short(*stamp)),
        Value::Money(money) => Cell {
            unit: Shown::line(&money.currency),
            ..Cell::of(format.amount(money.amount, has_cents(money.amount)))
        },
        Value::Text(text) => text_cell(text, field),
        Value::Many(many) => Cell::of(labels(many, field).join(", ")),
        Value::Reference(reference) => Cell::of(name(reference)),
        Value::References(many) => Cell::of(first_of(many.iter().map(name))),
        Value::Points(points) => Cell::of(first_of(ordered(points).map(|it| it.value.as_str()))),
        Value::Address(address) => {
            let parts = [&address.street, &address.city, &address.country];
            let parts: Vec<_> = parts.into_iter().filter(|it| !it.is_empty()).cloned().collect();
            Cell::of(parts.join(", "))
        }
        Value::Person(person) => Cell::of(person.display()),
        Value::Lines(lines) => Cell::of(super::show::counted(lines.len())),
        Value::Upload(upload) => Cell::of(&upload.path),
        Value::Json(json) => Cell::of(short_json(json)),
        Value::Integer(_) | Value::Number(_) | Value::Date(_) | Value::DateTime(_) => {
            Cell::of(line(value, field, format))
        }
    }
}

fn text_cell(text: &str, field: Option<&Field>) -> Cell {
    match field.map(|field| field.kind) {
        Some(FieldKind::Enum) => {
            let choice = field.and_then(|it| it.choices.iter().find(|it| it.value == text));
            let label = choice.map_or(text, |choice| choice.label.as_str());
            let dot = choice.map(|it| it.style).filter(|style| *style != ChoiceStyle::Plain);
            Cell { dot, ..Cell::of(label) }
        }
        Some(FieldKind::Html) => {
            let head: String = text.chars().take(HTML_IN_CELL).collect();
            Cell::of(html::to_text(&head, 200))
        }
        Some(FieldKind::LongText) => {
            let head: String = text.chars().take(HTML_IN_CELL).collect();
            Cell::of(head)
        }
        _ => Cell::of(text),
    }
}

/// A value in one line: in a detail, a form, a conflict. Raw; to be made `Shown`.
pub fn line(value: &Value, field: Option<&Field>, format: &Format) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Integer(seconds) if is_duration(field) => format.duration(*seconds),
        Value::Integer(number) => format.integer(*number),
        Value::Number(number) => format.decimal(number.normalize()),
        Value::Text(text) => text_line(text, field).into_owned(),
        Value::Many(many) => labels(many, field).join(", "),
        Value::Date(date) => format.date(*date),
        Value::DateTime(stamp) => format.stamp(*stamp),
        Value::Money(money) => format.money(money.amount, &money.currency, cents(money.amount)),
        Value::Reference(reference) => name(reference).to_owned(),
        Value::References(many) => many.iter().map(name).collect::<Vec<_>>().join(", "),
        Value::Points(points) => ordered(points).map(point).collect::<Vec<_>>().join(", "),
        Value::Address(_) | Value::Person(_) => lines(value, field, format).join(", "),
        Value::Lines(lines) => super::show::counted(lines.len()),
        Value::Upload(upload) => upload.path.clone(),
        Value::Json(json) => short_json(json),
    }
}

/// A value in as many lines as it has by itself: addresses, long texts.
pub fn lines(value: &Value, field: Option<&Field>, format: &Format) -> Vec<String> {
    match value {
        Value::Address(it) => {
            let town = [it.postal_code.as_str(), it.city.as_str()].join(" ");
            let land = [it.state.as_str(), it.country.as_str()];
            let land: Vec<_> = land.into_iter().filter(|part| !part.is_empty()).collect();
            let parts = [it.street.as_str(), town.trim(), &land.join(", ")];
            parts
                .iter()
                .flat_map(|it| it.lines())
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect()
        }
        Value::Person(person) => vec![person.display()],
        Value::Text(text) => text_line(text, field).lines().map(str::to_owned).collect(),
        Value::Points(points) => ordered(points).map(point).collect(),
        Value::Empty
        | Value::Bool(_)
        | Value::Integer(_)
        | Value::Number(_)
        | Value::Many(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::Money(_)
        | Value::Reference(_)
        | Value::References(_)
        | Value::Lines(_)
        | Value::Upload(_)
        | Value::Json(_) => vec![line(value, field, format)],
    }
}

fn is_duration(field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.kind == FieldKind::Duration)
}

fn text_line<'a>(text: &'a str, field: Option<&'a Field>) -> Cow<'a, str> {
    match field.map(|field| field.kind) {
        Some(FieldKind::Enum) => Cow::Borrowed(label(text, field)),
        Some(FieldKind::Html) => Cow::Owned(html::to_text(text, 76)),
        _ => Cow::Borrowed(text),
    }
}

/// A choice's label; the stored value where there is none.
pub fn label<'a>(value: &'a str, field: Option<&'a Field>) -> &'a str {
    let choice = field.and_then(|field| field.choices.iter().find(|it| it.value == value));
    choice.map_or(value, |choice| choice.label.as_str())
}

fn labels<'a>(many: &'a [String], field: Option<&'a Field>) -> Vec<&'a str> {
    many.iter().map(|value| label(value, field)).collect()
}

/// The id until the name is known: a reference is never blank.
pub fn name(reference: &Reference) -> &str {
    reference.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&reference.id)
}

/// The primary one first.
fn ordered(points: &[Point]) -> impl Iterator<Item = &Point> {
    let primary = points.iter().filter(|point| point.is_primary);
    primary.chain(points.iter().filter(|point| !point.is_primary))
}

fn point(point: &Point) -> String {
    let mut notes: Vec<&str> = point.kind.as_deref().into_iter().collect();
    notes.extend(point.is_opted_out.then_some("opted out"));
    notes.extend(point.is_invalid.then_some("invalid"));
    if notes.is_empty() {
        return point.value.clone();
    }
    format!("{} ({})", point.value, notes.join(", "))
}

fn first_of<'a>(mut all: impl Iterator<Item = &'a str>) -> String {
    let Some(first) = all.next() else { return String::new() };
    match all.count() {
        0 => first.to_owned(),
        more => format!("{first} +{more}"),
    }
}

fn short_json(json: &serde_json::Value) -> String {
    json.to_string().chars().take(HTML_IN_CELL).collect()
}

fn cents(amount: Decimal) -> bool {
    let _ = amount;
    true // in details money always shows its cents; SCREENS §7
}
