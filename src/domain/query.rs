//! What a list is asked for.
use serde::{Deserialize, Serialize};

use super::{schema::EntityName, value::Value};

/// One list: which, of what, in which order. Its JSON is the cache's key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The entity type.
    pub entity: EntityName,
    /// Fields to read; empty = the layout's columns.
    pub columns: Vec<String>,
    /// Which records.
    pub filter: Option<Filter>,
    /// A preset of the server, by name.
    pub preset: Option<String>,
    /// Switches of the server, by name.
    pub flags: Vec<String>,
    /// `None` = the server's own.
    pub order: Option<Order>,
    /// How many to skip.
    pub offset: u64,
    /// How many to read at most; the provider keeps to the product's limit.
    pub limit: u32,
    /// Whether it is about this moment only (what changed since a minute ago): its records are
    /// kept, the list is not.
    #[serde(skip)]
    pub is_passing: bool,
}

impl Query {
    /// Everything of a type, from the start.
    pub fn all(entity: EntityName, limit: u32) -> Self {
        Self {
            entity,
            columns: Vec::new(),
            filter: None,
            preset: None,
            flags: Vec::new(),
            order: None,
            offset: 0,
            limit,
            is_passing: false,
        }
    }
}

/// How a list is ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The field.
    pub field: String,
    /// Largest, newest first.
    pub descending: bool,
}

/// A tree of conditions, product-independent. `domain::filter_text` reads and writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    /// All of these.
    All(Vec<Filter>),
    /// At least one of these.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A condition on one field.
    Test(Test),
    /// Words that the record's text must hold, as the product searches.
    Words(String),
}

/// A condition on one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// The field's name, checked against the schema; `link.field` where the product can.
    pub field: String,
    /// How.
    pub test: Compare,
}

/// How a field is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Compare {
    /// Equal; text ignores case.
    Is(Value),
    /// Equal to one of these.
    OneOf(Vec<Value>),
    /// Holds the text.
    Contains(String),
    /// Begins with the text.
    StartsWith(String),
    /// Greater than.
    Above(Value),
    /// Greater or equal.
    AtLeast(Value),
    /// Less than.
    Below(Value),
    /// Less or equal.
    AtMost(Value),
    /// Within days.
    Within(Span),
    /// Has a value.
    HasValue,
    /// Is the signed-in user.
    Me,
}

/// A stretch of days, in the user's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// This day.
    Today,
    /// The last so many days, today included.
    Last(u32),
    /// The next so many days, today included.
    Next(u32),
    /// From the first to the last, both included.
    Between(jiff::civil::Date, jiff::civil::Date),
}
