//! What the user wants: the one list that keymap, palette, help and docs share.
use serde::Deserialize;
use strum::{Display, EnumIter, EnumMessage, EnumString};

/// A wish of the user. `message` is its short name for hints, `detailed_message` what it does.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    EnumString,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[expect(missing_docs, reason = "each one's messages say it")]
pub enum Command {
    // --- everywhere
    #[strum(
        message = "quit",
        detailed_message = "leave ficha; what is unsent stays as a draft, a change on its way is waited for"
    )]
    Quit,
    #[strum(
        message = "quit",
        detailed_message = "once: stop what is being asked; twice: leave at once, drafts are kept"
    )]
    Interrupt,
    #[strum(message = "to the shell", detailed_message = "suspend ficha; fg comes back")]
    Suspend,
    #[strum(message = "help", detailed_message = "what works here, by key, name or description")]
    Help,
    #[strum(message = "find", detailed_message = "find records, types, connections and commands")]
    Palette,
    #[strum(message = "command", detailed_message = "run a command by name")]
    CommandLine,
    #[strum(
        message = "back",
        detailed_message = "one level back; clears marks and filters first; never quits"
    )]
    Close,
    #[strum(message = "redraw", detailed_message = "paint the whole screen anew")]
    Redraw,
    #[strum(message = "connections", detailed_message = "choose another connection")]
    Connections,
    #[strum(
        message = "what was exchanged",
        detailed_message = "the request and answer behind the notice, without secrets"
    )]
    Exchange,
    #[strum(message = "put away", detailed_message = "put the newest notice away")]
    DropNotice,
    #[strum(message = "messages", detailed_message = "all notices of this run")]
    Messages,
    // --- moving
    #[strum(message = "down", detailed_message = "next row")]
    Next,
    #[strum(message = "up", detailed_message = "previous row")]
    Previous,
    #[strum(message = "top", detailed_message = "first row")]
    First,
    #[strum(message = "end", detailed_message = "last row")]
    Last,
    #[strum(message = "half page down", detailed_message = "half a page down")]
    HalfPageDown,
    #[strum(message = "half page up", detailed_message = "half a page up")]
    HalfPageUp,
    #[strum(message = "page down", detailed_message = "a page down")]
    PageDown,
    #[strum(message = "page up", detailed_message = "a page up")]
    PageUp,
    #[strum(message = "left", detailed_message = "previous column")]
    Left,
    #[strum(message = "right", detailed_message = "next column")]
    Right,
    #[strum(message = "next part", detailed_message = "to the next pane, panel or field")]
    NextPane,
    #[strum(message = "previous part", detailed_message = "to the previous pane, panel or field")]
    PreviousPane,
    #[strum(message = "open", detailed_message = "open what the cursor stands on")]
    Open,
    // --- lists
    #[strum(
        message = "filter",
        detailed_message = "narrow what is loaded as you type; Enter asks the server"
    )]
    Filter,
    #[strum(message = "filter by cell", detailed_message = "only records with this cell's value")]
    FilterByCell,
    #[strum(message = "exclude cell", detailed_message = "no records with this cell's value")]
    ExcludeCell,
    #[strum(message = "drop filter", detailed_message = "drop the last filter")]
    DropFilter,
    #[strum(message = "drop all", detailed_message = "drop all filters")]
    DropFilters,
    #[strum(message = "presets", detailed_message = "the server's own filters")]
    Presets,
    #[strum(message = "next hit", detailed_message = "next row that holds the searched text")]
    NextHit,
    #[strum(
        message = "previous hit",
        detailed_message = "previous row that holds the searched text"
    )]
    PreviousHit,
    #[strum(
        message = "sort",
        detailed_message = "order by the cell's column; again: the other way round"
    )]
    Sort,
    #[strum(message = "reverse", detailed_message = "turn the order round")]
    Reverse,
    #[strum(
        message = "columns",
        detailed_message = "choose and move columns; remembered for this type"
    )]
    Columns,
    #[strum(message = "mark", detailed_message = "mark this record and go down")]
    Mark,
    #[strum(
        message = "mark a range",
        detailed_message = "mark from here to where you press it again"
    )]
    MarkRange,
    #[strum(message = "mark all", detailed_message = "mark all that is loaded")]
    MarkAll,
    #[strum(message = "invert marks", detailed_message = "mark what is not marked")]
    InvertMarks,
    #[strum(message = "preview", detailed_message = "show or hide the preview")]
    Preview,
    #[strum(message = "newer", detailed_message = "go to what is new at the top")]
    Newer,
    #[strum(message = "full times", detailed_message = "whole dates and times, or short ones")]
    FullStamps,
    #[strum(message = "refresh", detailed_message = "ask the server again")]
    Refresh,
    #[strum(message = "refresh all", detailed_message = "ask again, types and layouts too")]
    RefreshAll,
    #[strum(message = "go to link", detailed_message = "open the record that the cell points to")]
    FollowLink,
    // --- records
    #[strum(message = "add", detailed_message = "a new record")]
    Add,
    #[strum(message = "edit", detailed_message = "edit this record")]
    Edit,
    #[strum(message = "delete", detailed_message = "delete this record; asks first")]
    Delete,
    #[strum(message = "browser", detailed_message = "open the record's web page")]
    Browser,
    #[strum(message = "next record", detailed_message = "the next record of the list")]
    NextRecord,
    #[strum(message = "previous record", detailed_message = "the previous record of the list")]
    PreviousRecord,
    #[strum(message = "empty fields", detailed_message = "show or hide empty fields")]
    EmptyFields,
    #[strum(message = "fold", detailed_message = "show or hide the fields that need no choice")]
    Fold,
    #[strum(message = "next tab", detailed_message = "the next tab")]
    NextTab,
    #[strum(message = "previous tab", detailed_message = "the previous tab")]
    PreviousTab,
    #[strum(message = "link", detailed_message = "link an existing record to this panel")]
    Link,
    #[strum(
        message = "unlink",
        detailed_message = "take the record under the cursor out of this panel; asks first"
    )]
    Unlink,
    #[strum(message = "comment", detailed_message = "write a comment on this record")]
    Comment,
    #[strum(
        message = "answer",
        detailed_message = "answer the comment under the cursor; elsewhere ask the server again"
    )]
    Answer,
    #[strum(
        message = "more actions",
        detailed_message = "what else the product can do, with this record or without one"
    )]
    Verbs,
    #[strum(
        message = "actions",
        detailed_message = "all actions of this connection, with what each takes and gives"
    )]
    Actions,
    #[strum(
        message = "its log",
        detailed_message = "what the product's own log says of the run that failed, or was shown"
    )]
    RunLog,
    #[strum(message = "more of it", detailed_message = "the next page of what an action gave")]
    MoreOfIt,
    #[strum(message = "save file", detailed_message = "save the file under the cursor")]
    SaveFile,
    // --- copying
    #[strum(message = "row", detailed_message = "copy the row, tab-separated")]
    YankRow,
    #[strum(message = "cell", detailed_message = "copy the cell's value")]
    YankCell,
    #[strum(message = "id", detailed_message = "copy the record's id")]
    YankId,
    #[strum(message = "address", detailed_message = "copy the record's web address")]
    YankUrl,
    #[strum(message = "JSON", detailed_message = "copy the record as JSON")]
    YankJson,
    #[strum(message = "CSV", detailed_message = "copy marked records, or this one, as CSV")]
    YankCsv,
    #[strum(
        message = "Markdown",
        detailed_message = "copy as Markdown: the record, or a report of what was exchanged"
    )]
    YankMarkdown,
    #[strum(message = "command", detailed_message = "copy the same as a ficha command")]
    YankCommand,
    // --- forms and popups
    #[strum(message = "send", detailed_message = "send the changed fields")]
    Save,
    #[strum(message = "undo this field", detailed_message = "put the field back as it was")]
    UndoField,
    #[strum(message = "next error", detailed_message = "to the next field that needs attention")]
    NextError,
    #[strum(message = "your editor", detailed_message = "edit the text in your own editor")]
    ExternalEditor,
    #[strum(message = "empty it", detailed_message = "set the field to nothing")]
    ClearField,
    #[strum(message = "edit cell", detailed_message = "type into the cell under the cursor")]
    EditCell,
    #[strum(
        message = "move line",
        detailed_message = "the line goes along with the cursor, until it is pressed again"
    )]
    MoveLine,
    #[strum(message = "undo line", detailed_message = "put the line back as it was")]
    UndoLine,
    #[strum(message = "who reads it", detailed_message = "another circle of readers")]
    Audience,
    #[strum(message = "theirs", detailed_message = "take their value")]
    Theirs,
    #[strum(message = "mine", detailed_message = "keep my value")]
    Mine,
    #[strum(message = "all theirs", detailed_message = "take all their values")]
    AllTheirs,
    #[strum(message = "all mine", detailed_message = "keep all my values")]
    AllMine,
    #[strum(message = "yes", detailed_message = "yes, do it")]
    Yes,
    #[strum(
        message = "create all the same",
        detailed_message = "create the record though similar ones exist"
    )]
    CreateAnyway,
    #[strum(message = "drop the draft", detailed_message = "throw away what was typed; asks first")]
    DropDraft,
    // --- connections
    #[strum(message = "add", detailed_message = "add a connection")]
    AddConnection,
    #[strum(message = "edit", detailed_message = "change a connection's settings")]
    EditConnection,
    #[strum(message = "test", detailed_message = "test the connection step by step")]
    TestConnection,
    #[strum(
        message = "remove",
        detailed_message = "remove the connection from the settings; asks first"
    )]
    RemoveConnection,
    #[strum(message = "try the demo", detailed_message = "the built-in company, on this machine")]
    Demo,
    #[strum(message = "sign in again", detailed_message = "try the login once more")]
    SignIn,
    #[strum(
        message = "by a code",
        detailed_message = "sign in with a browser on another machine: it shows a code to bring back"
    )]
    ByCode,
    #[strum(message = "stop it", detailed_message = "wait for the sign-in no longer")]
    StopSignIn,
    // --- lists in popups
    #[strum(
        message = "include",
        detailed_message = "include or leave out the row under the cursor"
    )]
    Toggle,
    #[strum(message = "move up", detailed_message = "move the row up")]
    MoveUp,
    #[strum(message = "move down", detailed_message = "move the row down")]
    MoveDown,
}

impl Command {
    /// One to three words, for hints.
    pub fn label(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// How many rows down it takes a cursor where a page is so long; `None` = it does not step.
    #[expect(clippy::wildcard_enum_match_arm, reason = "few of all commands step")]
    pub(super) fn rows(self, times: u32, page: usize) -> Option<isize> {
        let by = isize::try_from(times).unwrap_or(1);
        match self {
            Self::Next => Some(by),
            Self::Previous => Some(-by),
            Self::PageDown => Some(page.cast_signed()),
            Self::PageUp => Some(-page.cast_signed()),
            _ => None,
        }
    }

    /// What it does, for help.
    pub fn description(self) -> &'static str {
        self.get_detailed_message().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_command_says_what_it_does() {
        for command in Command::iter() {
            assert!(!command.label().is_empty(), "{command} has no label");
            assert!(!command.description().is_empty(), "{command} has no description");
        }
    }
}
