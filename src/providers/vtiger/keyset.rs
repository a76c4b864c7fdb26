//! Where a list goes on: behind a record, whatever was added or changed before it. A6: `id > last`
//! with `ORDER BY id` gives every record once, where offsets shift.
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    condition, types,
    vtql::{Condition, Order, Test},
};
use crate::{
    domain::{
        error::Error,
        query::Query,
        schema::{EntityType, Field, FieldKind},
    },
    providers::json::text,
};

/// A value that is longer is not compared with: addresses are cut at about 8 KB. A1.
const LONGEST: usize = 200;

/// The order of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// By these fields, and then by `id`.
    pub fields: Vec<String>,
    /// Largest, newest first.
    pub is_falling: bool,
    /// Whether a record's place in it can be said: by what is compared with certainty.
    is_keyed: bool,
}

impl Way {
    /// As the query says. A name that is no field would be answered with an empty success (A6), so
    /// it is refused here.
    ///
    /// Errors: [`Error::Unsupported`].
    pub fn of(query: &Query, entity_type: &EntityType) -> Result<Self, Error> {
        let Some(order) = &query.order else {
            return Ok(Self { fields: Vec::new(), is_falling: true, is_keyed: true });
        };
        let field = entity_type.field(&order.field).filter(|field| field.is_sortable);
        let field = field.ok_or_else(|| Error::Unsupported {
            what: format!("ordering {} by {}", entity_type.name, order.field),
        })?;
        let is_label = field.name == entity_type.title;
        let parts = if is_label { types::title_parts(entity_type) } else { Vec::new() };
        let fields = if parts.is_empty() { vec![field.name.clone()] } else { parts };
        let fields: Vec<String> = fields.into_iter().filter(|name| name != "id").collect();
        let is_falling = order.descending;
        let known = || fields.iter().filter_map(|name| entity_type.field(name));
        // Of several fields, a later one without a value hides between others where it falls.
        let is_keyed =
            known().all(is_comparable) && (!is_falling || known().skip(1).all(|it| it.is_required));
        Ok(Self { fields, is_falling, is_keyed })
    }

    /// Whether a record's place in it can be said.
    pub fn is_keyed(&self) -> bool {
        self.is_keyed
    }

    /// As the rows of it are asked for.
    pub fn order(&self) -> Order {
        match self.fields.as_slice() {
            [] if self.is_falling => Order::Newest,
            fields => Order::Rising(fields.to_vec()),
        }
    }

    /// Whether it is read from the end of the rising order.
    pub fn is_backwards(&self) -> bool {
        self.is_falling && !self.fields.is_empty()
    }

    /// What a record has to be to have a place in it before those without a value.
    pub fn has_value(&self, entity_type: &EntityType) -> Option<Condition> {
        let field = entity_type.field(self.fields.first()?)?;
        Some(condition::stored(field))
    }
}

/// What the database orders by the very value that the API gives.
fn is_comparable(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldKind::Text
            | FieldKind::Url
            | FieldKind::Enum
            | FieldKind::Integer
            | FieldKind::Number
            | FieldKind::Money
            | FieldKind::Bool
            | FieldKind::Date
            | FieldKind::DateTime
    )
}

/// A record's place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    values: Vec<String>,
    id: String,
}

impl Place {
    /// Of a row; `None` where it cannot be said: a field holds what no query does. Nothing may be
    /// there as an empty text, or not at all: that is only told apart where all have a value.
    pub fn of(row: &Json, way: &Way, has_value: bool) -> Option<Self> {
        let is_empty = |text: &str| text.is_empty() && has_value;
        let value = |name: &String| match row.get(name)? {
            Json::String(text) => (is_sayable(text) || is_empty(text)).then(|| text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
        };
        if !way.is_keyed {
            return None;
        }
        let values = way.fields.iter().map(value).collect::<Option<_>>()?;
        Some(Self { values, id: text(row, "id")?.to_owned() })
    }

    /// Of a row among those that have no value to be ordered by.
    pub fn valueless(row: &Json, way: &Way) -> Option<Self> {
        let id = text(row, "id").filter(|_| way.is_keyed)?;
        Some(Self { values: Vec::new(), id: id.to_owned() })
    }

    /// Whether it is among those that have no value, where the list is ordered by one.
    pub fn is_valueless(&self) -> bool {
        self.values.is_empty()
    }

    /// As it was kept.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// To be kept.
    pub fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Alternatives of what comes behind it: the same values and a later id, or the first ones the
    /// same and the next one further on.
    pub fn behind(&self, way: &Way) -> Vec<Vec<Condition>> {
        let further = if way.is_falling { Test::Below } else { Test::Above };
        let pairs: Vec<_> = way.fields.iter().zip(&self.values).collect();
        let from = |same: usize| {
            let mut all: Vec<_> = pairs
                .iter()
                .take(same)
                .map(|(name, value)| Condition::new(name, Test::Equal, value.as_str()))
                .collect();
            all.push(match pairs.get(same) {
                Some((name, value)) => Condition::new(name, further, value.as_str()),
                None => Condition::new("id", further, self.id.as_str()),
            });
            all
        };
        (0..=pairs.len()).rev().map(from).collect()
    }
}

/// Whether a query can hold it as it is.
fn is_sayable(text: &str) -> bool {
    !text.trim().is_empty()
        && text.len() <= LONGEST
        && text.chars().all(|c| c != '\\' && !c.is_control() && c.len_utf8() < 4)
}
