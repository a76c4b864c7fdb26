//! What a CRM is asked, and what it answers: the one contract that TUI, command line, cache,
//! providers and contract tests share.
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    change::{Edits, Written},
    comment::{Audience, Comment},
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
    /// A comment on a record, an answer to one, or another text in one's place. What the
    /// product can do says [`super::comment::Comments`].
    Comment {
        /// The record's type.
        entity: EntityName,
        /// The record.
        id: RecordId,
        /// What is said, to whom.
        comment: Comment,
    },
    /// One of the product's own deeds: a [`super::verb::Verb`] of the schema, or an action that
    /// the product knows by a key of its own.
    Run(Run),
    /// The file behind a field of kind `File`.
    Download {
        /// The record's type.
        entity: EntityName,
        /// The record.
        id: RecordId,
        /// The field, or the file's own id where a [`Happening`] brought it.
        file: String,
    },
    /// A request as the user wrote it, with the connection's login (`ficha request`).
    Send(Request),
}

/// A deed by its key.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// `convert-lead`, `query-records`; unique within a connection.
    pub key: String,
    /// The record that it is done to, where it is one.
    pub target: Option<(EntityName, RecordId)>,
    /// As the verb's input schema wants it; an object.
    pub input: serde_json::Value,
    /// Whether it changes something; decides as for every other action.
    pub is_write: bool,
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
    /// To [`Action::Delete`], [`Action::Link`], [`Action::Unlink`], [`Action::Comment`].
    Done,
    /// To [`Action::Activity`].
    Activity(Vec<Happening>),
    /// To [`Action::Send`].
    Json(Reply),
    /// To [`Action::Run`].
    Ran(Ran),
    /// To [`Action::Download`].
    File(File),
}

/// What a deed gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// As the product answered, or its useful part; raw.
    pub output: serde_json::Value,
    /// The record that came of it, or that was changed: to go there, or to read it again.
    pub record: Option<(EntityName, RecordId)>,
    /// By what the product's own log knows this run, where it keeps one (Membrane `actionRunId`).
    pub run_id: Option<String>,
}

/// A file's content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name as the server says, raw: a path in it means nothing.
    pub name: String,
    /// `image/png`; may be empty.
    pub media_type: String,
    /// All of it.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({:?}, {} bytes)", self.name, self.content.len())
    }
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// Its id, where it can be answered or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The id of what it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
    /// Who reads it, where the product tells its readers apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// Whether the signed-in user may put another text in its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_edit: bool,
    /// The files that hang on it: id for [`Action::Download`], and name, raw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<(String, String)>,
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
            | Self::Unlink(_)
            | Self::Comment { .. } => true,
            Self::Run(run) => run.is_write,
            Self::Send(request) => request.method != "GET" && request.method != "HEAD",
            Self::Whoami
            | Self::Types
            | Self::Describe(_)
            | Self::List(_)
            | Self::Get { .. }
            | Self::Related { .. }
            | Self::Activity { .. }
            | Self::Search { .. }
            | Self::Download { .. } => false,
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
