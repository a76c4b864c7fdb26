//! Whether a row fits a filter: for the part of it that the server cannot be asked.
use super::{World, condition, value};
use crate::domain::{
    query::{Compare, Filter},
    record::Record,
    schema::{EntityType, Field, FieldKind},
    value::Value,
};

/// Whether the record fits. A field that was not read does not.
pub fn fits(filter: &Filter, record: &Record, entity_type: &EntityType, world: &World) -> bool {
    match filter {
        Filter::All(all) => all.iter().all(|it| fits(it, record, entity_type, world)),
        Filter::Any(any) => any.iter().any(|it| fits(it, record, entity_type, world)),
        Filter::Not(inner) => !fits(inner, record, entity_type, world),
        Filter::Words(words) => words.split_whitespace().all(|word| {
            let holds = |name: &String| record.value(name).is_some_and(|it| holds(it, word));
            entity_type.searched.iter().any(holds)
        }),
        Filter::Test(test) => {
            let Some(field) = entity_type.field(&test.field) else { return false };
            let value = record.value(&test.field).unwrap_or(&Value::Empty);
            compares(field, value, &test.test, world)
        }
    }
}

fn lower(text: &str) -> String {
    text.trim_end().to_lowercase()
}

/// The text of a value, a reference by its name.
#[expect(clippy::wildcard_enum_match_arm, reason = "other values have no text")]
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Reference(other) => other.name.clone(),
        Value::Many(many) => Some(many.join(", ")),
        other => condition::words_of(other),
    }
}

fn holds(value: &Value, part: &str) -> bool {
    text(value).is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase()))
}

fn compares(field: &Field, value: &Value, compare: &Compare, world: &World) -> bool {
    match compare {
        Compare::Is(wanted) => is(field, value, wanted, world),
        Compare::OneOf(wanted) => wanted.iter().any(|wanted| is(field, value, wanted, world)),
        Compare::Contains(part) => holds(value, part),
        Compare::StartsWith(start) => {
            text(value).is_some_and(|text| text.to_lowercase().starts_with(&start.to_lowercase()))
        }
        Compare::HasValue => !value.is_empty() && *value != Value::Bool(false),
        Compare::Me => is_me(value, world),
        Compare::Within(span) => {
            let (first, last) = world.calendar().days(*span);
            world.calendar().day_of(value).is_some_and(|day| (first..=last).contains(&day))
        }
        Compare::Above(other) => {
            order(field, value, other, world) == Some(std::cmp::Ordering::Greater)
        }
        Compare::AtLeast(other) => {
            order(field, value, other, world).is_some_and(std::cmp::Ordering::is_ge)
        }
        Compare::Below(other) => {
            order(field, value, other, world) == Some(std::cmp::Ordering::Less)
        }
        Compare::AtMost(other) => {
            order(field, value, other, world).is_some_and(std::cmp::Ordering::is_le)
        }
    }
}

fn is_me(value: &Value, world: &World) -> bool {
    let me = world.me();
    matches!((value, me), (Value::Reference(other), Some(me)) if other.id == me.id)
}

fn is(field: &Field, value: &Value, wanted: &Value, world: &World) -> bool {
    if wanted.is_empty() {
        return value.is_empty();
    }
    match (value, wanted) {
        (Value::Reference(a), Value::Reference(b)) => a.id == b.id,
        (Value::Reference(a), Value::Text(text)) => {
            a.id == *text || a.name.as_deref().is_some_and(|name| lower(name) == lower(text))
        }
        (Value::Many(many), wanted) => condition::words_of(wanted).is_some_and(|word| {
            let stored = condition::stored_choice(field, &word);
            many.iter().any(|one| lower(one) == lower(&stored))
        }),
        (Value::Bool(yes), Value::Text(text)) => value::yes_or_no(text) == Some(*yes),
        (Value::Text(text), wanted) => condition::words_of(wanted).is_some_and(|words| {
            let words = if field.kind == FieldKind::Enum {
                condition::stored_choice(field, &words)
            } else {
                words
            };
            lower(text) == lower(&words)
        }),
        (Value::Date(_) | Value::DateTime(_), wanted) => {
            order(field, value, wanted, world) == Some(std::cmp::Ordering::Equal)
        }
        (value, wanted) => match (value::number_of(value), value::number_of(wanted)) {
            (Some(a), Some(b)) => a == b,
            _ => value.means_the_same(wanted),
        },
    }
}

/// How a value stands to another; a moment within a day is equal to the day.
fn order(field: &Field, value: &Value, other: &Value, world: &World) -> Option<std::cmp::Ordering> {
    let calendar = world.calendar();
    match (field.kind, value) {
        (_, Value::Empty) => None,
        (FieldKind::DateTime, Value::DateTime(at)) => {
            let stretch = calendar.stretch_of(other)?;
            Some(if *at < stretch.start {
                std::cmp::Ordering::Less
            } else if *at >= stretch.end {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            })
        }
        (FieldKind::Date, value) => Some(calendar.day_of(value)?.cmp(&calendar.day_of(other)?)),
        (
            FieldKind::Integer | FieldKind::Number | FieldKind::Money | FieldKind::Duration,
            value,
        ) => Some(value::number_of(value)?.cmp(&value::number_of(other)?)),
        (_, value) => Some(lower(&text(value)?).cmp(&lower(&text(other)?))),
    }
}
