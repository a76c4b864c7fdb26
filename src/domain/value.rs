//! What a field holds. Raw, from codec to cache to form: only a view makes it `Shown`.
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::schema::EntityName;

/// The value of one field of one record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "v", rename_all = "kebab-case")]
pub enum Value {
    /// Known to be empty.
    #[default]
    Empty,
    /// Yes or no.
    Bool(bool),
    /// A whole number; seconds for durations.
    Integer(i64),
    /// A number with decimals.
    Number(Decimal),
    /// Text, HTML, a URL, or an enum's stored value.
    Text(String),
    /// Several stored values.
    Many(Vec<String>),
    /// A day.
    Date(Date),
    /// A moment, UTC.
    DateTime(Timestamp),
    /// Money.
    Money(Money),
    /// One record.
    Reference(Reference),
    /// Several records.
    References(Vec<Reference>),
    /// Addresses or numbers by which someone is reached.
    Points(Vec<Point>),
    /// A postal address.
    Address(Address),
    /// A person's name.
    Person(Person),
    /// The lines of a quote, in order.
    Lines(Vec<Line>),
    /// A file that is to be sent; what is read of a `File` field is its name, as text.
    Upload(Upload),
    /// A surprise, or what has no form of its own: kept as it came.
    Json(serde_json::Value),
}

/// One line of a quote, an invoice, a ticket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// As the product knows it; `None` = new.
    pub id: Option<String>,
    /// By the names of the field's columns; absent = as the server counts it.
    pub fields: IndexMap<String, Value>,
}

/// A file on this machine that is to be sent. The action layer reads it; a draft holds its path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Where it is, as typed.
    pub path: String,
    /// What was read; never kept.
    #[serde(skip)]
    pub content: Option<Arc<[u8]>>,
}

/// An amount and its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In units, not cents.
    pub amount: Decimal,
    /// ISO 4217, or what the server says; may be empty.
    pub currency: String,
}

/// A value that points to another record; its name may still be on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its entity type, where known.
    pub entity: Option<EntityName>,
    /// Its id.
    pub id: String,
    /// Its name for people, raw.
    pub name: Option<String>,
}

/// An e-mail address or a phone number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The address or number, as stored.
    pub value: String,
    /// `Mobile`, `Office`; phones only.
    pub kind: Option<String>,
    /// The one to use first.
    pub is_primary: bool,
    /// They asked not to be written to or called.
    pub is_opted_out: bool,
    /// Known not to work.
    pub is_invalid: bool,
}

/// A postal address. Empty parts are empty strings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the parts of an address name themselves")]
pub struct Address {
    pub street: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
}

/// A person's name in parts. Empty parts are empty strings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the parts of a name name themselves")]
pub struct Person {
    pub salutation: String,
    pub first: String,
    pub middle: String,
    pub last: String,
    /// As the server composes it; may be empty.
    pub full: String,
}

impl Point {
    /// Whether it is that address, in any case, or that number.
    pub fn is_at(&self, value: &str) -> bool {
        self.value == value
            || (self.value.contains('@') && self.value.to_lowercase() == value.to_lowercase())
    }

    /// Whether both have the same kind, or one of them says none.
    pub fn is_kind_of(&self, other: &Self) -> bool {
        let kind = |point: &Self| point.kind.clone().filter(|kind| !kind.is_empty());
        match (kind(self), kind(other)) {
            (Some(a), Some(b)) => a == b,
            (None, _) | (_, None) => true,
        }
    }
}

impl Person {
    /// The name as the server composes it, else its parts in the usual order.
    pub fn display(&self) -> String {
        if !self.full.is_empty() {
            return self.full.clone();
        }
        let parts = [&self.salutation, &self.first, &self.middle, &self.last];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).cloned().collect();
        parts.join(" ")
    }
}

impl Value {
    /// Whether there is nothing to see: null, "", no items.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.is_empty(),
            Self::Many(many) => many.is_empty(),
            Self::References(many) => many.is_empty(),
            Self::Lines(many) => many.is_empty(),
            Self::Upload(upload) => upload.path.is_empty(),
            Self::Points(many) => many.iter().all(|point| point.value.is_empty()),
            Self::Address(address) => *address == Address::default(),
            Self::Person(person) => person.display().is_empty(),
            Self::Json(json) => json.is_null(),
            Self::Bool(_)
            | Self::Integer(_)
            | Self::Number(_)
            | Self::Date(_)
            | Self::DateTime(_)
            | Self::Money(_)
            | Self::Reference(_) => false,
        }
    }

    /// Whether two values mean the same to a user: two empties are equal, a reference is
    /// its id, a person its parts, an e-mail address itself in any case, and a number without a
    /// kind the number of any kind. What decides about conflicts and about "not stored".
    pub fn means_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reference(a), Self::Reference(b)) => a.id == b.id,
            (Self::References(a), Self::References(b)) => same_set(a, b),
            (Self::Person(a), Self::Person(b)) => {
                (&a.salutation, &a.first, &a.middle, &a.last)
                    == (&b.salutation, &b.first, &b.middle, &b.last)
            }
            (Self::Money(a), Self::Money(b)) => a.amount == b.amount && a.currency == b.currency,
            (Self::Integer(a), Self::Number(b)) | (Self::Number(b), Self::Integer(a)) => {
                Decimal::from(*a) == *b
            }
            (a, b) if a.is_empty() && b.is_empty() => true,
            (Self::Points(a), Self::Points(b)) => same_points(a, b),
            (Self::Lines(a), Self::Lines(b)) => same_lines(a, b),
            (a, b) => a == b,
        }
    }
}

fn same_points(a: &[Point], b: &[Point]) -> bool {
    let flags = |point: &Point| (point.is_primary, point.is_opted_out, point.is_invalid);
    let same = |a: &Point, b: &Point| a.is_at(&b.value) && a.is_kind_of(b) && flags(a) == flags(b);
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// Line by line; what one of both leaves to the server says nothing.
fn same_lines(a: &[Line], b: &[Line]) -> bool {
    let same = |a: &Line, b: &Line| {
        (a.id.is_none() || b.id.is_none() || a.id == b.id)
            && a.fields.iter().all(|(name, value)| {
                b.fields.get(name).is_none_or(|other| value.means_the_same(other))
            })
    };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn same_set(a: &[Reference], b: &[Reference]) -> bool {
    a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| x.id == y.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_empties_mean_the_same() {
        let empties = [
            Value::Empty,
            Value::Text(String::new()),
            Value::Many(vec![]),
            Value::References(vec![]),
        ];
        for a in &empties {
            assert!(empties.iter().all(|b| a.means_the_same(b)), "{a:?}");
        }
        assert!(!Value::Bool(false).means_the_same(&Value::Empty));
    }

    #[test]
    fn a_reference_is_its_id_whatever_its_name() {
        let named = |name: &str| {
            let (entity, id) = (None, "1".to_owned());
            Value::Reference(Reference { entity, id, name: Some(name.to_owned()) })
        };
        assert!(named("a").means_the_same(&named("b")));
    }

    #[test]
    fn a_number_without_a_kind_means_the_one_of_any_kind() {
        let points = |value: &str, kind: Option<&str>| {
            let (value, kind) = (value.to_owned(), kind.map(str::to_owned));
            Value::Points(vec![Point { value, kind, is_primary: true, ..Point::default() }])
        };
        assert!(points("+49 1", None).means_the_same(&points("+49 1", Some("Mobile"))));
        assert!(points("A@b.c", None).means_the_same(&points("a@B.c", None)));
        for other in [points("+49 1", Some("Fax")), points("+491", None)] {
            assert!(!points("+49 1", Some("Mobile")).means_the_same(&other));
        }
    }

    #[test]
    fn a_value_survives_the_cache() {
        let value =
            Value::Money(Money { amount: Decimal::new(4_820_050, 2), currency: "EUR".into() });
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
