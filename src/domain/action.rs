//! What a CRM is asked, and what it answers: the one contract that TUI, command line, cache,
//! providers and contract tests share.
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    change::{Edits, Written},
    error::Error,
    exchanged::Exchanged,
    query::Query,
    record::{Page, Record, RecordId},
    schema::{EntityName, EntityType, Me, Schema},
};

/// What a CRM is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Who is signed in; the cheapest check that a connection works.
    Whoami,
    /// The schema: entity types, fields, links, rights, labels.
    Types,
    /// One entity type with its layouts.
    Describe(EntityName),
    /// Some of a list.
    List(Query),
    /// One record, whole.
    Get {
        /// Its type.
        entity: EntityName,
        /// Its id.
        id: RecordId,
    },
    /// A new record.
    Create {
        /// Its type.
        entity: EntityName,
        /// Its values.
        edits: Edits,
        /// Whether to create it though the server knows similar ones.
        despite_duplicates: bool,
    },
    /// Changed fields of a record.
    Update {
        /// The record as it was read, whole: what the edits were made against.
        base: Box<Record>,
        /// The new values.
        edits: Edits,
        /// Whether theirs were seen and mine shall stand: `base` is then theirs.
        resolved: bool,
    },
    /// Away with it.
    Delete {
        /// Its type.
        entity: EntityName,
        /// Its id.
        id: RecordId,
    },
    /// Some of the records behind a link.
    Related {
        /// The record's type.
        entity: EntityName,
        /// The record.
        id: RecordId,
        /// The link's name.
        link: String,
        /// Which of them; its entity type is what the link leads to.
        query: Query,
    },
    /// Links records.
    Link(LinkChange),
    /// Unlinks records.
    Unlink(LinkChange),
    /// What happened around a record: notes, calls, mails; newest first.
    Activity {
        /// The record's type.
        entity: EntityName,
        /// The record.
        id: RecordId,
        /// At most so many.
        limit: u32,
    },
    /// A search over all entity types.
    Search {
        /// The words.
        text: String,
        /// At most so many.
        limit: u32,
    },
    /// A request as the user wrote it, with the connection's login (`ficha request`).
    Send(Request),
}

/// One record and the others of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkChange {
    /// The record's type.
    pub entity: EntityName,
    /// The record.
    pub id: RecordId,
    /// The link's name.
    pub link: String,
    /// The others.
    pub others: Vec<RecordId>,
}

/// A request as the user wrote it. The path is relative to the product's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, in capitals.
    pub method: String,
    /// `Account/65f…`; raw, may hold `{name}` that were filled in already.
    pub path: String,
    /// Names and values, raw.
    pub query: Vec<(String, String)>,
    /// Names and values; they cannot replace the login's.
    pub headers: Vec<(String, String)>,
    /// As written.
    pub body: Option<String>,
}

/// What a CRM answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// To [`Action::Whoami`].
    Me(Me),
    /// To [`Action::Types`].
    Schema(Arc<Schema>),
    /// To [`Action::Describe`].
    Type(Box<EntityType>),
    /// To [`Action::List`], [`Action::Related`], [`Action::Search`].
    Page(Page),
    /// To [`Action::Get`].
    Record(Box<Record>),
    /// To [`Action::Create`], [`Action::Update`].
    Written(Box<Written>),
    /// To [`Action::Delete`], [`Action::Link`], [`Action::Unlink`].
    Done,
    /// To [`Action::Activity`].
    Activity(Vec<Happening>),
    /// To [`Action::Send`].
    Json(Reply),
}

/// What a request of the user's own was answered with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, where it is JSON.
    pub json: Option<serde_json::Value>,
    /// The body as text, where it is not.
    pub text: String,
}

/// One thing that happened around a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Option<Timestamp>,
    /// One word: `note`, `mail`, `call`, `meet`, `task`, `field`.
    pub kind: String,
    /// Who; raw.
    pub author: String,
    /// One line; raw.
    pub title: String,
    /// More lines; raw, may be empty.
    pub text: String,
    /// The record that it is, where it is one.
    pub record: Option<(EntityName, RecordId)>,
}

impl Action {
    /// Whether it changes something: such a one is never aborted and never repeated blindly.
    pub fn is_write(&self) -> bool {
        match self {
            Self::Create { .. }
            | Self::Update { .. }
            | Self::Delete { .. }
            | Self::Link(_)
            | Self::Unlink(_) => true,
            Self::Send(request) => request.method != "GET" && request.method != "HEAD",
            Self::Whoami
            | Self::Types
            | Self::Describe(_)
            | Self::List(_)
            | Self::Get { .. }
            | Self::Related { .. }
            | Self::Activity { .. }
            | Self::Search { .. } => false,
        }
    }
}

/// Where an answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The server.
    Network,
    /// What was kept.
    Cache,
}

/// An outcome with its age.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What was answered.
    pub outcome: Outcome,
    /// By whom.
    pub source: Source,
    /// When the server said it.
    pub seen: Timestamp,
    /// How long the exchanges took, ms; 0 from the cache.
    pub took_ms: u32,
}

/// An error with the exchange behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What went wrong.
    pub error: Error,
    /// The last exchange of the conversation, secrets removed.
    pub exchange: Option<Arc<Exchanged>>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, exchange: None }
    }
}
