//! What the journal keeps: drafts of forms, and what was seen and written.
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use super::{
    change::Edits,
    record::{Record, RecordId},
    schema::EntityName,
};

/// What was typed into a form and has not landed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The connection's identity ([`super::connection::Connection::identity`]).
    pub identity: String,
    /// Of what.
    pub entity: EntityName,
    /// Of which; `None` = a new record.
    pub id: Option<RecordId>,
    /// The record as it was when typing began.
    pub base: Option<Record>,
    /// New values by field.
    pub edits: Edits,
    /// What was typed and cannot be read as a value yet, by field.
    pub typed: IndexMap<String, String>,
    /// When it was kept.
    pub at: Timestamp,
    /// How far it has come.
    pub state: DraftState,
}

/// How far a draft has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DraftState {
    /// Being typed.
    Typing,
    /// Sent: it may have landed.
    Sent,
}

/// A record that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// The connection's identity.
    pub identity: String,
    /// Of what.
    pub entity: EntityName,
    /// Which.
    pub id: RecordId,
    /// Its name then; raw.
    pub title: String,
    /// When.
    pub at: Timestamp,
}
