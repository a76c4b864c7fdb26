//! Typed field edits, and what becomes of them.
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{record::Record, value::Value};

/// New values by field name. Only these are sent.
pub type Edits = IndexMap<String, Value>;

/// A write's answer: the record as it is now, and what the server did not keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// Read back, or as the write answered.
    pub record: Record,
    /// Fields that were sent and are not stored, with what stands there instead. E§9.
    pub not_stored: IndexMap<String, Value>,
}

/// Someone else saved a field that we changed too: base, theirs, mine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// The record as it stands on the server now.
    pub theirs: Record,
    /// Names of the fields that both sides changed, differently.
    pub fields: Vec<String>,
}
