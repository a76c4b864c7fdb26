//! Whether a record fits a filter, judged here: for what a product cannot be asked. The words are
//! those of `domain::query`; text ignores case, as it does at the servers.
use std::cmp::Ordering;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::days::Calendar;
use crate::domain::{
    query::{Compare, Filter},
    record::Record,
    schema::{EntityType, Field},
    value::Value,
};

/// What is known of the asker.
#[derive(Debug)]
pub struct Judge<'a> {
    /// Whose fields the filter names.
    pub entity_type: &'a EntityType,
    /// The user's calendar.
    pub calendar: Calendar,
    /// The signed-in user's id.
    pub me: &'a str,
}

impl Judge<'_> {
    /// Whether the record fits. A field that was not read fits nothing, as an empty one.
    pub fn fits(&self, filter: &Filter, record: &Record) -> bool {
        match filter {
            Filter::All(filters) => filters.iter().all(|filter| self.fits(filter, record)),
            Filter::Any(filters) => filters.iter().any(|filter| self.fits(filter, record)),
            Filter::Not(filter) => !self.fits(filter, record),
            Filter::Words(words) => words.split_whitespace().all(|word| holds(record, word)),
            Filter::Test(test) => {
                let value = record.value(&test.field).unwrap_or(&Value::Empty);
                let field = self.entity_type.field(&test.field);
                self.holds(field, value, &test.test)
            }
        }
    }

    fn holds(&self, field: Option<&Field>, value: &Value, compare: &Compare) -> bool {
        let order = |other: &Value| self.order(value, other);
        match compare {
            Compare::HasValue => !value.is_empty() && *value != Value::Bool(false),
            Compare::Is(other) => self.is(field, value, other),
            Compare::OneOf(others) => others.iter().any(|other| self.is(field, value, other)),
            Compare::Contains(part) => {
                let part = part.to_lowercase();
                texts(field, value).iter().any(|text| text.contains(&part))
            }
            Compare::StartsWith(start) => {
                let start = start.to_lowercase();
                texts(field, value).iter().any(|text| text.starts_with(&start))
            }
            Compare::Above(other) => order(other) == Some(Ordering::Greater),
            Compare::AtLeast(other) => order(other).is_some_and(Ordering::is_ge),
            Compare::Below(other) => order(other) == Some(Ordering::Less),
            Compare::AtMost(other) => order(other).is_some_and(Ordering::is_le),
            Compare::Within(span) => {
                let (first, last) = self.calendar.days(*span);
                self.calendar.day_of(value).is_some_and(|day| first <= day && day <= last)
            }
            Compare::Me => ids(value).contains(&self.me),
        }
    }

    fn is(&self, field: Option<&Field>, value: &Value, other: &Value) -> bool {
        if let (Value::Date(day), Value::DateTime(_)) = (other, value) {
            return self.calendar.day_of(value) == Some(*day);
        }
        if let (Some(a), Some(b)) = (number(value), number(other)) {
            return a == b;
        }
        if let Value::Reference(reference) = other {
            return ids(value).contains(&reference.id.as_str());
        }
        let Some(word) = word(other) else { return value.means_the_same(other) };
        let is_id = ids(value).contains(&word.as_str());
        is_id || texts(field, value).contains(&word)
    }

    /// How two values stand to each other; a day is as long as it is.
    fn order(&self, value: &Value, other: &Value) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (number(value), number(other)) {
            return Some(a.cmp(&b));
        }
        if let (Some(at), Some(stretch)) = (self.moment(value), self.calendar.stretch_of(other)) {
            return Some(match () {
                () if at < stretch.start => Ordering::Less,
                () if at >= stretch.end => Ordering::Greater,
                () => Ordering::Equal,
            });
        }
        let (a, b) = (texts(None, value).into_iter().next()?, word(other)?);
        Some(a.cmp(&b))
    }

    fn moment(&self, value: &Value) -> Option<Timestamp> {
        match value {
            Value::Date(_) | Value::DateTime(_) => {
                self.calendar.stretch_of(value).map(|it| it.start)
            }
            Value::Empty
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Many(_)
            | Value::Money(_)
            | Value::Reference(_)
            | Value::References(_)
            | Value::Points(_)
            | Value::Address(_)
            | Value::Person(_)
            | Value::Lines(_)
            | Value::Upload(_)
            | Value::Json(_) => None,
        }
    }
}

fn holds(record: &Record, word: &str) -> bool {
    let word = word.to_lowercase();
    record.fields.values().any(|value| texts(None, value).iter().any(|text| text.contains(&word)))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no numbers")]
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Number(number) => Some(*number),
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}

/// What is compared with, in lower case.
#[expect(clippy::wildcard_enum_match_arm, reason = "other values have no words")]
fn word(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_lowercase()),
        Value::Integer(whole) => Some(whole.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values are no references")]
fn ids(value: &Value) -> Vec<&str> {
    match value {
        Value::Reference(reference) => vec![reference.id.as_str()],
        Value::References(references) => references.iter().map(|it| it.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Every text of a value, in lower case; a choice is its value and its label.
fn texts(field: Option<&Field>, value: &Value) -> Vec<String> {
    let mut texts = plain_texts(value);
    let labels = field.into_iter().flat_map(|field| &field.choices);
    let labels = labels.filter(|choice| texts.contains(&choice.value)).map(|it| it.label.clone());
    let labels: Vec<_> = labels.collect();
    texts.extend(labels);
    texts.into_iter().map(|text| text.to_lowercase()).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values have no texts")]
fn plain_texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::Many(many) => many.clone(),
        Value::Integer(whole) => vec![whole.to_string()],
        Value::Number(number) => vec![number.to_string()],
        Value::Date(day) => vec![day.to_string()],
        Value::Bool(yes) => vec![if *yes { "yes" } else { "no" }.to_owned()],
        Value::Reference(reference) => reference.name.iter().cloned().collect(),
        Value::References(all) => all.iter().filter_map(|it| it.name.clone()).collect(),
        Value::Points(points) => points.iter().map(|point| point.value.clone()).collect(),
        Value::Person(person) => vec![person.display()],
        Value::Address(address) => {
            let parts = [&address.street, &address.city, &address.state, &address.postal_code];
            parts.into_iter().chain([&address.country]).cloned().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        domain::{
            filter_text::parse,
            record::RecordId,
            schema::{Choice, ChoiceStyle, EntityName, FieldKind, Schema},
            value::{Money, Reference},
        },
        providers::Context,
    };

    fn entity_type() -> EntityType {
        let mut entity_type = EntityType::new(EntityName::try_from("Ticket").unwrap());
        let kinds = [
            ("subject", FieldKind::Text),
            ("status", FieldKind::Enum),
            ("amount", FieldKind::Money),
            ("due", FieldKind::DateTime),
            ("closed", FieldKind::Bool),
            ("user", FieldKind::Reference),
            ("empty", FieldKind::Text),
        ];
        for (name, kind) in kinds {
            entity_type.fields.insert(name.to_owned(), Field::new(name, kind));
        }
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            style: ChoiceStyle::Plain,
        };
        entity_type.fields.get_mut("status").unwrap().choices =
            vec![choice("1", "New"), choice("2", "Resolved")];
        entity_type.fields.get_mut("user").unwrap().targets =
            vec![EntityName::try_from("User").unwrap()];
        entity_type
    }

    fn record() -> Record {
        let amount = Money { amount: Decimal::from(10_000), currency: "USD".to_owned() };
        let user = Reference { entity: None, id: "7".to_owned(), name: Some("Ada Haas".into()) };
        let fields = [
            ("subject", Value::Text("Printer on fire".to_owned())),
            ("status", Value::Text("1".to_owned())),
            ("amount", Value::Money(amount)),
            ("due", Value::DateTime("2026-11-23T10:00:00Z".parse().unwrap())),
            ("closed", Value::Bool(false)),
            ("user", Value::Reference(user)),
            ("empty", Value::Empty),
        ];
        Record {
            entity: EntityName::try_from("Ticket").unwrap(),
            id: RecordId::from("1"),
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            version: None,
            url: None,
            is_complete: true,
            cut: Vec::new(),
        }
    }

    fn fits(text: &str) -> bool {
        let (entity_type, schema) = (entity_type(), Some(Arc::new(Schema::default())));
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let calendar = Calendar::new(&Context { now, schema, ..Context::default() });
        let today = jiff::civil::date(2026, 11, 23);
        let filter = parse(text, &entity_type, today).unwrap().unwrap();
        Judge { entity_type: &entity_type, calendar, me: "7" }.fits(&filter, &record())
    }

    #[test]
    fn what_fits_is_what_people_mean() {
        for text in [
            "printer FIRE",
            "subject:\"printer on fire\"",
            "subject:~fire",
            "subject:^print",
            "status:New",
            "status:New,Resolved",
            "amount>=10k",
            "amount:10000",
            "due:today",
            "due:7d",
            "due>=2026-11-23",
            "closed:no",
            "user:@me",
            "user:*",
            "-empty:*",
            "status:Resolved or amount>5k",
            "-subject:~water",
        ] {
            assert!(fits(text), "{text}");
        }
    }

    #[test]
    fn the_others_do_not_fit() {
        for text in [
            "water",
            "subject:printer",
            "subject:^fire",
            "status:Resolved",
            "amount>10k",
            "due:2026-10",
            "due<2026-11-23",
            "closed:yes",
            "closed:*",
            "empty:*",
            "-user:@me",
        ] {
            assert!(!fits(text), "{text}");
        }
    }
}
