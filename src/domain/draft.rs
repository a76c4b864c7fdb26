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
    /// Of which, and of what of it ([`Part::place`]); `None` = a new record.
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

/// What of a record a draft is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its fields.
    Fields,
    /// A new comment on it.
    Comment,
    /// An answer to the comment of that id.
    Answer(String),
    /// Another text for the comment of that id.
    Reword(String),
    /// The input of a deed, by its key.
    Run(String),
}

/// Stands between a record's id and the name of a part; no product has it in an id.
const BEHIND: char = '\u{1f}';

impl Part {
    /// The id by which the journal knows a draft of this part: it has one draft an id.
    pub fn place(&self, record: Option<&RecordId>) -> Option<RecordId> {
        let name = match self {
            Self::Fields => return record.cloned(),
            Self::Comment => "comment".to_owned(),
            Self::Answer(id) => format!("answer:{id}"),
            Self::Reword(id) => format!("reword:{id}"),
            Self::Run(key) => format!("run:{key}"),
        };
        let record = record.map_or("", RecordId::as_str);
        Some(RecordId::from(format!("{record}{BEHIND}{name}").as_str()))
    }

    /// The record and the part that such an id is of.
    pub fn of(place: Option<&RecordId>) -> (Option<RecordId>, Self) {
        let parted = place.and_then(|id| id.as_str().split_once(BEHIND));
        let Some((record, name)) = parted else { return (place.cloned(), Self::Fields) };
        let record = (!record.is_empty()).then(|| RecordId::from(record));
        let part = match name.split_once(':') {
            Some(("answer", id)) => Self::Answer(id.to_owned()),
            Some(("reword", id)) => Self::Reword(id.to_owned()),
            Some(("run", key)) => Self::Run(key.to_owned()),
            Some(_) | None => Self::Comment,
        };
        (record, part)
    }
}

impl Draft {
    /// The record that it is of, and what of it.
    pub fn part(&self) -> (Option<RecordId>, Part) {
        Part::of(self.id.as_ref())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_again_by_its_place() {
        let id = RecordId::from("12x34");
        let parts = [
            Part::Fields,
            Part::Comment,
            Part::Answer("7:1".to_owned()),
            Part::Reword("8".to_owned()),
            Part::Run("convert-lead".to_owned()),
        ];
        for part in parts {
            let place = part.place(Some(&id));
            assert_eq!(Part::of(place.as_ref()), (Some(id.clone()), part));
        }
        let place = Part::Run("sync".to_owned()).place(None);
        assert_eq!(Part::of(place.as_ref()), (None, Part::Run("sync".to_owned())));
        assert_eq!(Part::of(None), (None, Part::Fields));
    }
}
