//! Records and pages.
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{
    schema::{EntityName, EntityType},
    value::Value,
};

/// The id of a record, opaque. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId(pub Arc<str>);

impl RecordId {
    /// As the product spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RecordId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

/// One thing of the CRM, or what a list holds of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its type.
    pub entity: EntityName,
    /// Its id.
    pub id: RecordId,
    /// By field name. A field that is absent was not read; an empty one is `Value::Empty`.
    pub fields: IndexMap<String, Value>,
    /// What an update must bring, where the product checks it.
    pub version: Option<u64>,
    /// Its web page.
    pub url: Option<String>,
    /// Whether all of it was read; a list's rows are not complete, and are never edited.
    pub is_complete: bool,
    /// Fields whose text the server cut (E§5: 10,000 characters in lists).
    pub cut: Vec<String>,
}

impl Record {
    /// The value of a field; `None` = not read.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)
    }

    /// Its name for people, raw; the id when it has none.
    pub fn title(&self, entity_type: Option<&EntityType>) -> String {
        let field = entity_type.map_or("name", |entity_type| entity_type.title.as_str());
        match self.value(field) {
            Some(Value::Text(text)) if !text.trim().is_empty() => text.clone(),
            Some(Value::Person(person)) if !person.display().is_empty() => person.display(),
            _ => self.id.as_str().to_owned(),
        }
    }
}

/// How many there are, as far as the server tells. E§5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Total {
    /// So many.
    Exact(u64),
    /// More than were given (EspoCRM -1).
    More,
    /// No more than were given (EspoCRM -2).
    NoMore,
    /// The server does not say (null).
    #[default]
    Unknown,
}

/// Some of a list, keyed by id: that is what a selection holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// In the server's order.
    pub records: IndexMap<RecordId, Record>,
    /// Of the whole list.
    pub total: Total,
    /// How many stand before this page.
    pub offset: u64,
    /// How many rows the server sent, repeated ids counted too; the next page starts behind them.
    pub received: u64,
    /// Whether more can be asked for behind this page.
    pub has_more: bool,
    /// Whether part of the filter was applied here, to what was read so far, since the product
    /// cannot say it: then the total counts what the server could filter. Of a page from the
    /// cache: it was made of the records that are kept, and the total counts them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_filtered_here: bool,
}
