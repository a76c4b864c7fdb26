//! Which records a filter means, and their order, as far as that can be told here: for lists of
//! what was kept, and for what a product cannot be asked.
use std::cmp::Ordering;

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use super::{
    query::{Compare, Filter, Order, Span},
    record::Record,
    value::Value,
};

/// When and for whom a filter is read.
#[derive(Clone, Debug)]
pub struct Here {
    /// Today, where the user is.
    pub today: Date,
    /// Where the user is.
    pub zone: TimeZone,
    /// The signed-in user's id.
    pub me: Option<String>,
}

impl Here {
    /// At that moment, in the zone of that IANA name; UTC where it is unknown.
    pub fn at(now: Timestamp, zone: &str, me: Option<String>) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Self { today: now.to_zoned(zone.clone()).date(), zone, me }
    }

    /// Whether the record is meant. `None` = a field that decides it was not read.
    pub fn fits(&self, record: &Record, filter: &Filter) -> Option<bool> {
        match filter {
            Filter::All(parts) => all(parts.iter().map(|part| self.fits(record, part))),
            Filter::Any(parts) => {
                let none = all(parts.iter().map(|part| self.fits(record, part).map(|fits| !fits)));
                none.map(|none| !none)
            }
            Filter::Not(part) => self.fits(record, part).map(|fits| !fits),
            Filter::Test(test) => {
                record.value(&test.field).map(|value| self.holds(value, &test.test))
            }
            Filter::Words(words) => Some(has_words(record, words)),
        }
    }

    fn holds(&self, value: &Value, test: &Compare) -> bool {
        let order = |other: &Value| self.compare(value, other);
        match test {
            Compare::Is(other) => self.is(value, other),
            Compare::OneOf(others) => others.iter().any(|other| self.is(value, other)),
            Compare::Contains(part) => any_text(value, |text| text.contains(&part.to_lowercase())),
            Compare::StartsWith(part) => {
                any_text(value, |text| text.starts_with(&part.to_lowercase()))
            }
            Compare::Above(other) => order(other) == Some(Ordering::Greater),
            Compare::AtLeast(other) => order(other).is_some_and(Ordering::is_ge),
            Compare::Below(other) => order(other) == Some(Ordering::Less),
            Compare::AtMost(other) => order(other).is_some_and(Ordering::is_le),
            Compare::Within(span) => self.day(value).is_some_and(|day| self.is_within(day, *span)),
            // A switch that is off is as good as empty, as the servers have it.
            Compare::HasValue => !value.is_empty() && *value != Value::Bool(false),
            Compare::Me => self.me.as_ref().is_some_and(|me| points_to(value, me)),
        }
    }

    fn is(&self, value: &Value, other: &Value) -> bool {
        match (value, other) {
            (value, Value::Reference(other)) => points_to(value, &other.id),
            (Value::Bool(false), Value::Empty) | (Value::Empty, Value::Bool(false)) => true,
            (Value::Money(a), Value::Money(b)) if b.currency.is_empty() => a.amount == b.amount,
            (value, Value::Text(text)) => {
                let text = text.to_lowercase();
                any_text(value, |own| own == text)
            }
            _ => value.means_the_same(other) || self.compare(value, other) == Some(Ordering::Equal),
        }
    }

    /// Numbers with numbers, days with days, text with text; an empty value with nothing.
    fn compare(&self, a: &Value, b: &Value) -> Option<Ordering> {
        if a.is_empty() || b.is_empty() {
            return None;
        }
        if let (Some(a), Some(b)) = (number(a), number(b)) {
            return Some(a.cmp(&b));
        }
        if let (Value::DateTime(a), Value::DateTime(b)) = (a, b) {
            return Some(a.cmp(b));
        }
        if let (Some(a), Some(b)) = (self.day(a), self.day(b)) {
            return Some(a.cmp(&b));
        }
        Some(first_text(a)?.cmp(&first_text(b)?))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other values are no days")]
    fn day(&self, value: &Value) -> Option<Date> {
        match value {
            Value::Date(day) => Some(*day),
            Value::DateTime(at) => Some(at.to_zoned(self.zone.clone()).date()),
            _ => None,
        }
    }

    fn is_within(&self, day: Date, span: Span) -> bool {
        let by = |days: u32| i64::from(days.saturating_sub(1).min(1_000_000)).days();
        let (first, last) = match span {
            Span::Today => (Some(self.today), Some(self.today)),
            Span::Last(days) => (self.today.checked_sub(by(days)).ok(), Some(self.today)),
            Span::Next(days) => (Some(self.today), self.today.checked_add(by(days)).ok()),
            Span::Between(first, last) => (Some(first), Some(last)),
        };
        // A span that leaves the calendar has no end on that side.
        first.is_none_or(|first| first <= day) && last.is_none_or(|last| day <= last)
    }

    /// Which one of two records comes first; one without a value comes last.
    pub fn order(&self, a: &Record, b: &Record, order: &Order) -> Ordering {
        let value = |record: &'_ Record| record.value(&order.field).cloned().unwrap_or_default();
        let (a, b) = (value(a), value(b));
        match (a.is_empty(), b.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let found = self.compare(&a, &b).unwrap_or(Ordering::Equal);
                if order.descending { found.reverse() } else { found }
            }
        }
    }
}

/// `false` as soon as one is; else `None` as soon as one is.
fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut is_known = true;
    let refused = parts.any(|part| {
        is_known &= part.is_some();
        part == Some(false)
    });
    if refused { Some(false) } else { is_known.then_some(true) }
}

fn has_words(record: &Record, words: &str) -> bool {
    let words = words.to_lowercase();
    words
        .split_whitespace()
        .all(|word| record.fields.values().any(|value| any_text(value, |text| text.contains(word))))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values point nowhere")]
fn points_to(value: &Value, id: &str) -> bool {
    match value {
        Value::Reference(one) => one.id == id,
        Value::References(several) => several.iter().any(|one| one.id == id),
        _ => false,
    }
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

/// Whether one of a value's texts, in lower case, is as wanted.
fn any_text(value: &Value, is_wanted: impl Fn(&str) -> bool) -> bool {
    texts(value).iter().any(|text| is_wanted(&text.to_lowercase()))
}

fn first_text(value: &Value) -> Option<String> {
    texts(value).first().map(|text| text.to_lowercase())
}

/// What a value says in words; several where it holds several.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::Bool(yes) => vec![yes.to_string(), (if *yes { "yes" } else { "no" }).to_owned()],
        Value::Integer(whole) => vec![whole.to_string()],
        Value::Number(number) => vec![number.normalize().to_string()],
        Value::Money(money) => vec![money.amount.normalize().to_string()],
        Value::Many(many) => many.clone(),
        Value::Date(day) => vec![day.to_string()],
        Value::DateTime(at) => vec![at.to_string()],
        Value::Reference(one) => one.name.iter().cloned().collect(),
        Value::References(many) => many.iter().filter_map(|one| one.name.clone()).collect(),
        Value::Points(points) => points.iter().map(|point| point.value.clone()).collect(),
        Value::Person(person) => vec![person.display(), person.first.clone(), person.last.clone()],
        Value::Address(it) => {
            let parts = [&it.street, &it.city, &it.state, &it.postal_code, &it.country];
            parts.into_iter().filter(|part| !part.is_empty()).cloned().collect()
        }
        Value::Json(json) => vec![json.to_string()],
        Value::Empty | Value::Lines(_) | Value::Upload(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        filter_text,
        query::Test,
        schema::{EntityName, EntityType, Field, FieldKind},
        value::Reference,
    };

    fn here() -> Here {
        let now = "2026-11-24T23:30:00Z".parse().unwrap();
        Here::at(now, "Europe/Berlin", Some("u1".into()))
    }

    fn record() -> Record {
        let owner = Reference { entity: None, id: "u1".into(), name: Some("Mara Vogel".into()) };
        let at: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let fields = [
            ("name", Value::Text("Turbines, lot 1".into())),
            ("amount", Value::Number(Decimal::from(12_000))),
            ("created", Value::DateTime(at)),
            ("owner", Value::Reference(owner)),
            ("note", Value::Empty),
        ];
        Record {
            entity: EntityName::try_from("Deal").unwrap(),
            id: "1".into(),
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            version: None,
            url: None,
            is_complete: true,
            cut: Vec::new(),
        }
    }

    fn fits(text: &str) -> Option<bool> {
        let mut deal = EntityType::new(EntityName::try_from("Deal").unwrap());
        for (name, kind) in [
            ("name", FieldKind::Text),
            ("amount", FieldKind::Money),
            ("created", FieldKind::DateTime),
            ("owner", FieldKind::Reference),
            ("note", FieldKind::Text),
            ("unread", FieldKind::Text),
        ] {
            deal.fields.insert(name.to_owned(), Field::new(name, kind));
        }
        let filter = filter_text::parse(text, &deal, here().today).unwrap().unwrap();
        here().fits(&record(), &filter)
    }

    #[test]
    fn what_is_typed_means_the_records_that_it_describes() {
        for (text, is_meant) in [
            ("name:~TURB", true),
            ("name:^lot", false),
            ("amount>10k amount<=12k", true),
            ("-amount>10k", false),
            ("owner:@me", true),
            ("owner:\"mara vogel\"", true),
            ("created:2d", true),
            ("created:today", false),
            ("-note:*", true),
            ("name:~nothing or amount>1", true),
            ("lot turbines", true),
            ("lot vessels", false),
        ] {
            assert_eq!(fits(text), Some(is_meant), "{text}");
        }
    }

    #[test]
    fn what_was_not_read_decides_nothing_unless_the_rest_does() {
        for (text, told) in [
            ("unread:x", None),
            ("-unread:x", None),
            ("unread:x amount>99k", Some(false)),
            ("unread:x or amount>1", Some(true)),
            ("unread:x or amount>99k", None),
        ] {
            assert_eq!(fits(text), told, "{text}");
        }
    }

    #[test]
    fn records_without_a_value_come_last_either_way() {
        let with = |name: &str| {
            let mut record = record();
            record.fields.insert("name".into(), Value::Text(name.into()));
            record
        };
        for descending in [false, true] {
            let order = Order { field: "name".into(), descending };
            let mut records = [with("b"), with(""), with("A")];
            records.sort_by(|a, b| here().order(a, b, &order));
            let names = records.map(|record| texts(&record.fields["name"]).concat());
            assert_eq!(names, if descending { ["b", "A", ""] } else { ["A", "b", ""] });
        }
    }

    #[test]
    fn a_test_of_me_without_a_user_means_nobody() {
        let test = Filter::Test(Test { field: "owner".into(), test: Compare::Me });
        let nobody = Here { me: None, ..here() };
        assert_eq!(nobody.fits(&record(), &test), Some(false));
    }
}
