//! What has happened, and what must be done. Both are data, so tests compare them.
use std::time::Duration;

use jiff::Timestamp;

use super::{
    command::Command,
    keymap::Key,
    slots::{Slot, Ticket},
};
use crate::domain::{
    action::{Action, Answer, Failure},
    check::CheckStep,
    connection::{Connection, ConnectionId},
    draft::{Draft, Recent},
    error::Error,
    offer::Offer,
    rate::Rate,
    record::RecordId,
    schema::EntityName,
    secret::Secret,
    sign_in::SignInStep,
};

/// Of the terminal, in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "width and height")]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// What the mouse can hit; `draw` says where each one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A row of a list, by position in the whole list, and its column.
    Row(u64, Option<usize>),
    /// A heading of a list.
    Heading(usize),
    /// A row of the rail.
    Rail(usize),
    /// A row of what lies on top: popup, palette, menu, picker.
    Item(usize),
    /// A tab of a detail.
    Tab(usize),
    /// A field or panel row of a detail, or a field of a form.
    Field(usize),
    /// A hint: runs its command.
    Hint(Command),
    /// A place that takes the wheel: list, text.
    Pane,
}

/// How it was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Click {
    /// Once.
    Once,
    /// A second time, soon.
    Twice,
    /// The wheel, rows; negative = up.
    Wheel(i16),
}

/// What has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The shell's clock; before what it is about.
    Now(Timestamp),
    /// A key.
    Key(Key),
    /// Text from the clipboard, all at once.
    Paste(String),
    /// The mouse.
    Pointed(Target, Click),
    /// From the palette or a script, which know commands already.
    Act(Command),
    /// The terminal's size.
    Resized(Size),
    /// A timer's end.
    Elapsed(Ticket),
    /// The cache's answer, or one before its references have names: more follows.
    Partial(Ticket, Answer),
    /// The answer.
    Answered(Ticket, Result<Answer, Failure>),
    /// What is left of a product's allowance.
    Rated(ConnectionId, Rate),
    /// What the journal had.
    Recalled(Ticket, Recalled),
    /// Whether the journal or the settings took it.
    Kept(Ticket, Result<(), Error>),
    /// A step of a connection's test.
    Checked(Ticket, CheckStep),
    /// A sign-in by the browser goes on.
    SigningIn(Ticket, SignInStep),
    /// What can be run by a key.
    Offered(Ticket, Result<Vec<Offer>, Failure>),
    /// The settings as they are now, after a change of theirs.
    Configured(Ticket, Result<Configured, Error>),
    /// Text from the user's own editor; `None` = left as it was.
    Edited(Ticket, Result<Option<String>, Error>),
    /// Where a file was written, or why it was not.
    Saved(Ticket, Result<String, Error>),
    /// From the command line: where to begin.
    Go(Goal),
    /// Something to know, in a sentence: what is wrong with the settings.
    Told(String),
    /// The terminal is back after a suspension: ask again what may have gone stale.
    Resumed,
}

/// What must be done.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "few of them exist at a time")]
pub enum Effect {
    /// Ask a connection. A read is aborted by the next one of its slot; a write never is.
    Call(Ticket, ConnectionId, Action),
    /// Tell after so long.
    After(Ticket, Duration),
    /// Abort what runs for the slot.
    Cancel(Slot),
    /// Read from the journal.
    Recall(Ticket, Recall),
    /// Write to the journal.
    Keep(Ticket, Box<Keep>),
    /// Change the settings.
    Configure(Ticket, Box<Configure>),
    /// Test a connection that may not be saved yet.
    Check(Ticket, Box<Connection>, Option<Secret>),
    /// Sign in anew after a refusal, with a second factor's code where one is asked for.
    SignIn(Ticket, ConnectionId, Option<String>),
    /// Sign in by a browser on this machine: its address is told, then it comes back by itself.
    SignInByBrowser(Ticket, ConnectionId),
    /// Begin a sign-in by a browser anywhere: its address is told; [`Effect::SignIn`] completes it.
    BeginSignIn(Ticket, ConnectionId),
    /// Ask for all that a connection can run by a key.
    Offers(Ticket, ConnectionId),
    /// To the clipboard.
    Copy(String),
    /// To the web browser.
    Browse(String),
    /// To the user's own editor; the text and the file's ending.
    Edit(Ticket, String, &'static str),
    /// A file to this machine, where nothing stands yet: path and content.
    Save(Ticket, String, Vec<u8>),
    /// Start the built-in company; answered as a change of the settings.
    StartDemo(Ticket),
    /// Back to the shell until `fg`.
    Suspend,
    /// Paint everything anew.
    Redraw,
    /// The end.
    Quit,
}

/// What the journal is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recall {
    /// Remembered columns of a type.
    Columns(String, EntityName),
    /// The draft of a record, or of a new one.
    Draft(String, EntityName, Option<RecordId>),
    /// Records looked at, newest first, of a connection's identity.
    Recents(String),
    /// All drafts of a connection's identity.
    Drafts(String),
}

/// What the journal had.
#[derive(Clone, Debug, PartialEq)]
pub enum Recalled {
    /// Columns.
    Columns(Option<Vec<String>>),
    /// A draft.
    Draft(Option<Box<Draft>>),
    /// Records.
    Recents(Vec<Recent>),
    /// Drafts.
    Drafts(Vec<Draft>),
}

/// What the journal is to keep.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "few of them exist at a time")]
pub enum Keep {
    /// A draft.
    Draft(Draft),
    /// No draft of this any more.
    NoDraft(String, EntityName, Option<RecordId>),
    /// Columns of a type.
    Columns(String, EntityName, Vec<String>),
    /// A record that was looked at.
    Visit(Recent),
}

/// What is to change in the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Configure {
    /// A connection, and its secret where it is new. `None` as the old name = a new one.
    Save(Option<String>, Box<Connection>, Option<Secret>),
    /// Away with a connection and its secret.
    Remove(String),
}

/// The settings after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Configured {
    /// All connections now.
    pub connections: Vec<(ConnectionId, Connection)>,
    /// The one that was added or changed.
    pub changed: Option<ConnectionId>,
    /// What to tell: where the secret is kept now.
    pub note: String,
}

/// Where to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A list.
    List(ConnectionId, Option<EntityName>),
    /// A record, with its list beneath.
    Record(ConnectionId, EntityName, RecordId),
    /// The palette, with words typed already.
    Find(String),
}
