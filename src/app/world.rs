//! What all views share: connections, slots, notices, keys, the size and the time.
use std::{collections::HashMap, sync::Arc, time::Duration};

use indexmap::IndexMap;
use jiff::Timestamp;

use super::{
    apps::App,
    command::Command,
    confirm::Question,
    keymap::{Context, Keymap},
    msg::{Effect, Keep, Size},
    notice::{Notices, Said},
    run::Deed,
    sign_in::SigningIn,
    slots::{Slot, Slots, Ticket, ViewId},
    state::{News, View},
};
use crate::{
    domain::{
        action::{Action, Failure, Source},
        change::Edits,
        connection::{Connection, ConnectionId},
        draft::{Draft, Part, Recent},
        error::Error,
        query::Filter,
        rate::Rate,
        record::{Record, RecordId, Total},
        schema::{EntityName, EntityType, Layout, Rights, Schema},
    },
    text::format::Format,
};

/// Waiting is shown after this. SCREENS §1.
const PATIENCE: Duration = Duration::from_millis(150);
const SECOND: Duration = Duration::from_secs(1);

/// What all views share. Its fields are open to `app` alone.
#[derive(Debug)]
pub struct World {
    pub(super) slots: Slots,
    pub(super) connections: IndexMap<ConnectionId, Connected>,
    pub(super) notices: Notices,
    pub(super) recents: Vec<Recent>,
    /// What was typed and has not landed, as the journal has it.
    pub(super) drafts: Vec<Draft>,
    pub(super) size: Size,
    pub(super) now: Timestamp,
    pub(super) keymap: Keymap,
    pub(super) settings: Settings,
    /// Since when a server is being asked, once that is worth showing.
    pub(super) asking_since: Option<Timestamp>,
    pub(super) is_patient: bool,
    /// The view that is seen, whatever small lies over it.
    pub(super) shown: Option<ViewId>,
    pub(super) moves: Vec<Move>,
    pub(super) dirty: bool,
    /// The user wants to go; a write is waited for.
    pub(super) leaves: bool,
    /// Writes of forms that are under way.
    pub(super) writes: HashMap<ViewId, Writing>,
    /// Sign-ins that end in the browser, by the connection that is signed in.
    pub(super) sign_ins: HashMap<ConnectionId, SigningIn>,
    /// Requests of the user's own, the newest first.
    pub(super) requests: Vec<(ConnectionId, serde_json::Value)>,
    views: u32,
}

/// What of the settings the views need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Rows of one page that lists ask for; at most 200.
    pub page_size: u32,
    /// After so long an open list asks what changed, where its product tells; `None` = never.
    pub follow: Option<Duration>,
    /// Whether anything is asked of a network.
    pub is_offline: bool,
    /// Where the settings are, for people.
    pub config_path: String,
    /// Where the log is, for people.
    pub log_path: String,
    /// Where files are saved where nothing else is said.
    pub downloads: String,
    /// Whether the user's browser is on another machine: this one is reached by SSH.
    pub is_remote: bool,
    /// Where new secrets would go, for people: `keyring (found: …)`, `a file of mode 0600`.
    pub secrets_place: String,
}

/// A connection and what is known of it.
#[derive(Debug)]
pub struct Connected {
    /// Its settings.
    pub connection: Connection,
    /// Its structure, once read.
    pub schema: Option<Arc<Schema>>,
    /// Layouts by type, once described.
    pub(super) layouts: HashMap<EntityName, Layout>,
    /// How many there are of a type, as its unfiltered list told.
    pub(super) totals: HashMap<EntityName, Total>,
    /// How values are shown for its user.
    pub format: Format,
    /// How it answers.
    pub health: Health,
    /// What is left of the product's allowance, where it has one.
    pub rate: Option<Rate>,
    /// The connections that it keeps, where it is a sign-in to Membrane; `None` = not read yet.
    pub apps: Option<Vec<App>>,
    /// Why they could not be read.
    pub no_apps: Option<Error>,
}

/// How a connection answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Health {
    /// Not asked yet.
    Unknown,
    /// It answered, in so many ms.
    Live(u32),
    /// It did not answer; since when.
    Away(Timestamp, Error),
    /// It refused the login, or Membrane's login to it has ended.
    NotSignedIn(Error),
}

/// How a form's write goes on after it was held up.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Resolution {
    /// Not yet: what was typed meanwhile, by field.
    Later(Edits),
    /// With these values, against the record as it is now.
    Send(Box<Record>, Edits),
    /// The new record shall exist beside similar ones.
    Despite,
}

/// A write under way, and what to do should its view be gone when it is answered.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    pub connection: ConnectionId,
    /// The record's name; raw.
    pub name: String,
    /// What was sent.
    pub draft: Draft,
}

/// What is to happen to the stack of views, after the view that wishes it is done.
#[derive(Debug)]
pub(super) enum Move {
    /// A view on top.
    Open(Box<View>),
    /// The view on top goes, and what it waits for.
    Close,
    /// A record's detail on top.
    Record(ConnectionId, EntityName, RecordId),
    /// The next (1) or previous (-1) record of the list beneath, in place of the view on top.
    Neighbour(i8),
    /// A record's form on top.
    Edit(ConnectionId, EntityName, RecordId),
    /// A form for a new record, with these values already.
    Add(ConnectionId, EntityName, Box<Edits>),
    /// The question whether to delete a record.
    Delete(ConnectionId, Box<Record>),
    /// A question on top.
    Ask(Box<Question>),
    /// A question was answered with yes: the view on top is told.
    Confirmed(Box<Question>),
    /// This view goes, wherever it lies.
    Leave(ViewId),
    /// How a write that was held up goes on: the view on top is told.
    Resolve(Box<Resolution>),
    /// The menu of a list: columns, presets.
    Menu(Command),
    /// What else the product can do with what the view on top shows.
    Deeds,
    /// A file of a record.
    Save(Box<super::save::Source>),
    /// A deed.
    Run(ConnectionId, Box<Deed>),
    /// A comment on a record, or another part of one, being written.
    Comment(ConnectionId, EntityName, RecordId, Part),
    /// The list beneath shows these columns.
    Columns(Vec<String>),
    /// The list beneath asks with this preset and these switches.
    Presets(Option<String>, Vec<String>),
    /// The list beneath shows only loaded rows that hold these words; `None` = all.
    Narrow(Option<String>),
    /// A command for the list beneath, while a filter is typed.
    Below(Command),
    /// The list beneath asks its server with these filters.
    Filters(Vec<Filter>, String),
    /// A sign-in succeeded: its view goes, and what it held up is asked again.
    SignedIn(ConnectionId),
    /// Back to a connection's list of a type.
    List(ConnectionId, Option<EntityName>),
    /// As if the user had asked for it in the view that is then on top.
    Act(Command),
    /// Tells all views.
    Tell(News),
}

impl World {
    /// What is left of a product's allowance; drawn anew only where that changed.
    pub(super) fn note_rate(&mut self, connection: ConnectionId, rate: Rate) {
        let Some(connected) = self.connections.get_mut(&connection) else { return };
        self.dirty |= connected.rate != Some(rate);
        connected.rate = Some(rate);
    }
}

impl Connected {
    pub(super) fn new(connection: Connection) -> Self {
        let format = Format::plain(Timestamp::UNIX_EPOCH);
        let (schema, layouts, totals) = (None, HashMap::new(), HashMap::new());
        let (health, rate) = (Health::Unknown, None);
        let (apps, no_apps) = (None, None);
        Self { connection, schema, layouts, totals, format, health, rate, apps, no_apps }
    }

    /// The connections as the settings have them now; what was known of unchanged ones stays.
    pub(super) fn merge(
        mut old: IndexMap<ConnectionId, Self>,
        new: Vec<(ConnectionId, Connection)>,
    ) -> IndexMap<ConnectionId, Self> {
        let keep = |(id, connection): (ConnectionId, Connection)| {
            let same = old.swap_remove(&id).filter(|known| known.connection == connection);
            (id, same.unwrap_or_else(|| Self::new(connection)))
        };
        new.into_iter().map(keep).collect()
    }

    pub(super) fn take_schema(&mut self, schema: Arc<Schema>, now: Timestamp) {
        let wishes = &schema.preferences;
        self.format = Format::new(&wishes.time_zone, &wishes.thousands, &wishes.decimal_mark, now);
        if self.schema.as_ref().is_some_and(|old| old.stamp != schema.stamp) {
            self.layouts.clear();
        }
        self.schema = Some(schema);
    }

    /// The entity types of the rail, in order.
    pub fn tabs(&self) -> impl Iterator<Item = &EntityType> {
        let all = self.schema.iter().flat_map(|schema| schema.entity_types.values());
        all.filter(|entity_type| entity_type.is_tab && entity_type.rights.read)
    }

    /// Where a connection begins.
    pub(super) fn first_type(&self) -> Option<EntityName> {
        self.tabs().next().map(|entity_type| entity_type.name.clone())
    }

    /// A type as the server described it: its layout, and what it says anew of fields and links.
    pub(super) fn take_type(&mut self, entity_type: &EntityType) {
        if let Some(layout) = &entity_type.layout {
            self.layouts.insert(entity_type.name.clone(), layout.clone());
        }
        let Some(schema) = &mut self.schema else { return };
        let is_new = schema.entity_type(&entity_type.name).is_some_and(|known| {
            known.fields != entity_type.fields
                || known.links != entity_type.links
                || known.verbs != entity_type.verbs
        });
        if is_new {
            let types = &mut Arc::make_mut(schema).entity_types;
            types.insert(entity_type.name.clone(), entity_type.clone());
        }
    }

    pub(super) fn forget_layouts(&mut self) {
        self.layouts.clear();
    }

    /// The layout of a type, once described.
    pub fn layout(&self, entity: &EntityName) -> Option<&Layout> {
        self.layouts.get(entity)
    }

    /// How many there are of a type, as far as its lists have told.
    pub fn total(&self, entity: &EntityName) -> Option<Total> {
        self.totals.get(entity).copied()
    }

    /// What a user of the schema can do; `None` before it is known.
    pub fn rights(&self, entity: &EntityName) -> Option<Rights> {
        Some(self.schema.as_ref()?.entity_type(entity)?.rights)
    }
}

/// It answers, but not as the server that is meant: nothing can be asked of it either.
fn is_not_there(error: &Error) -> bool {
    matches!(
        error,
        Error::Certificate { .. } | Error::Redirected { .. } | Error::NotThisProduct { .. }
    )
}

impl World {
    pub(super) fn new(keymap: Keymap, settings: Settings) -> Self {
        Self {
            slots: Slots::default(),
            connections: IndexMap::new(),
            notices: Notices::default(),
            recents: Vec::new(),
            drafts: Vec::new(),
            size: Size::default(),
            now: Timestamp::UNIX_EPOCH,
            keymap,
            settings,
            asking_since: None,
            is_patient: false,
            shown: None,
            moves: Vec::new(),
            dirty: true,
            leaves: false,
            writes: HashMap::new(),
            sign_ins: HashMap::new(),
            requests: Vec::new(),
            views: 0,
        }
    }

    /// The connections, in the order of the settings.
    pub fn connections(&self) -> &IndexMap<ConnectionId, Connected> {
        &self.connections
    }

    /// A connection.
    pub fn connected(&self, id: ConnectionId) -> Option<&Connected> {
        self.connections.get(&id)
    }

    /// An entity type of a connection.
    pub fn entity_type(&self, id: ConnectionId, name: &EntityName) -> Option<&EntityType> {
        self.connected(id)?.schema.as_ref()?.entity_type(name)
    }

    /// The messages.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// Records looked at, newest first.
    pub fn recents(&self) -> &[Recent] {
        &self.recents
    }

    /// What was typed and has not landed, of a connection.
    pub fn drafts(&self, id: ConnectionId) -> impl Iterator<Item = &Draft> {
        let identity = self.connected(id).map(|it| it.connection.identity());
        let is_of = move |it: &&Draft| {
            identity.as_ref().is_some_and(|own| Connection::is_same_user(&it.identity, own))
        };
        self.drafts.iter().filter(is_of)
    }

    /// What is known of drafts follows what the journal is told.
    fn note_draft(&mut self, keep: &Keep) {
        let (identity, entity, id) = match keep {
            Keep::Draft(draft) => (&draft.identity, &draft.entity, &draft.id),
            Keep::NoDraft(identity, entity, id) => (identity, entity, id),
            Keep::Columns(..) | Keep::Visit(_) => return,
        };
        let is_it = |it: &Draft| {
            (&it.entity, &it.id) == (entity, id) && Connection::is_same_user(&it.identity, identity)
        };
        self.drafts.retain(|it| !is_it(it));
        if let Keep::Draft(draft) = keep {
            self.drafts.push(draft.clone());
        }
    }

    /// A sign-in that ends in the browser, as far as it has come.
    pub fn signing_in(&self, id: ConnectionId) -> Option<&SigningIn> {
        self.sign_ins.get(&id)
    }

    /// The terminal's size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The shell's clock, as of the last message.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The keys.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is awaited.
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// For how long a server has been asked, once that is worth showing.
    pub fn asking(&self) -> Option<Duration> {
        let since = self.asking_since.filter(|_| !self.is_patient)?;
        Duration::try_from(self.now.duration_since(since)).ok()
    }

    /// The keys that do this in the contexts, for hints.
    pub fn key(&self, contexts: &[Context], command: Command) -> Option<String> {
        self.keymap.chord(contexts, command).map(ToString::to_string)
    }

    pub(super) fn tell_time(&mut self, now: Timestamp) {
        self.now = now;
        for connected in self.connections.values_mut() {
            connected.format.set_now(now);
        }
    }

    pub(super) fn new_view(&mut self) -> ViewId {
        self.views += 1;
        ViewId(self.views)
    }

    /// Asks a connection.
    pub(super) fn call(&mut self, slot: Slot, connection: ConnectionId, action: Action) -> Effect {
        Effect::Call(self.slots.open(slot), connection, action)
    }

    /// A timer.
    pub(super) fn after(&mut self, slot: Slot, delay: Duration) -> Effect {
        Effect::After(self.slots.open(slot), delay)
    }

    /// Something for the journal whose answer nobody waits for but to say that it failed.
    pub(super) fn keep(&mut self, slot: Slot, keep: Keep) -> Effect {
        self.note_draft(&keep);
        Effect::Keep(self.slots.open(slot), Box::new(keep))
    }

    pub(super) fn say(&mut self, connection: Option<ConnectionId>, said: Said) -> Vec<Effect> {
        self.dirty = true;
        self.notices.say(self.now, connection, said, &mut self.slots)
    }

    pub(super) fn done(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.say(None, Said::Done(text.into()))
    }

    pub(super) fn note(&mut self, text: impl Into<String>) -> Vec<Effect> {
        self.say(None, Said::Note(text.into()))
    }

    /// What the shell has to tell at the start; it stays until put away.
    pub(super) fn tell(&mut self, text: String) -> Vec<Effect> {
        let error = Error::Usage { reason: text };
        self.say(None, Said::refused("a part of its settings", error.into()))
    }

    pub(super) fn refuse(
        &mut self,
        connection: ConnectionId,
        tried: impl Into<String>,
        failure: Failure,
    ) -> Vec<Effect> {
        self.say(Some(connection), Said::refused(tried, failure))
    }

    /// What an answer tells of the connection that gave it.
    pub(super) fn learn(&mut self, id: ConnectionId, told: &Result<(Source, u32), Error>) {
        let now = self.now;
        let Some(connected) = self.connections.get_mut(&id) else { return };
        let away = |error: &Error| match connected.health {
            Health::Away(since, _) => Health::Away(since, error.clone()),
            Health::Unknown | Health::Live(_) | Health::NotSignedIn(_) => {
                Health::Away(now, error.clone())
            }
        };
        let health = match told {
            Ok((Source::Network, took)) => Health::Live(*took),
            // The server was asked, and what was kept is the answer: it is away.
            Ok((Source::Cache, _)) if !self.settings.is_offline => {
                away(&Error::Offline { reason: String::new() })
            }
            Err(
                error @ (Error::Unauthorized { .. } | Error::SecondFactor | Error::Mend { .. }),
            ) => Health::NotSignedIn(error.clone()),
            Err(error) if error.is_away() || is_not_there(error) => away(error),
            Ok(_) | Err(_) => return,
        };
        connected.health = health;
    }

    /// Starts, goes on with or ends the watch over waiting. Called once an update.
    pub(super) fn watch(&mut self) -> Option<Effect> {
        if !self.slots.is_asking() {
            self.dirty |= self.asking_since.take().is_some() && !self.is_patient;
            return self.slots.close(Slot::Patience).then_some(Effect::Cancel(Slot::Patience));
        }
        if self.slots.is_open(Slot::Patience) {
            return None;
        }
        self.is_patient = self.asking_since.is_none();
        self.asking_since.get_or_insert(self.now);
        let delay = if self.is_patient { PATIENCE } else { SECOND };
        Some(self.after(Slot::Patience, delay))
    }

    /// The watch's timer ended: waiting is worth showing now.
    pub(super) fn impatient(&mut self) {
        self.is_patient = false;
        self.dirty = true;
    }

    /// Whether the ticket's answer is still wanted; closes its slot.
    pub(super) fn accept(&mut self, ticket: Ticket) -> bool {
        self.slots.accept(ticket)
    }
}
