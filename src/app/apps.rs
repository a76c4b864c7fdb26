//! The connections that a sign-in to Membrane keeps, as the list of connections shows them.
use serde_json::Value as Json;

use super::{
    msg::Effect,
    run::{Deed, Way},
    sign_in,
    slots::Slot,
    world::World,
};
use crate::domain::{
    action::{Action, Answer, Failure, Outcome, Run},
    connection::{Auth, Connection, ConnectionId, Kind, Via},
    error::Error,
    query::Query,
    record::{Page, Record, RecordId},
    schema::EntityName,
    secret::SecretSource,
    value::Value,
};

/// Nobody has more of them.
const MOST: u32 = 200;

/// The entity types of a sign-in that are asked here.
const CONNECTION: &str = "Connection";
const CONNECTOR: &str = "Connector";
const ACTION: &str = "Action";
const RUN: &str = "ActionRunLog";

/// A connection that a sign-in keeps. All texts are raw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct App {
    /// Its id there.
    pub id: String,
    /// Its key there, where it has one.
    pub key: Option<String>,
    /// For people.
    pub name: String,
    /// The app behind it.
    pub app: String,
    /// `READY`, `CLIENT_ACTION_REQUIRED`, or whatever else was told.
    pub state: String,
    /// What it asks of the user, or what is wrong with it; may be empty.
    pub needs: String,
}

impl App {
    /// Whether exchanges may go through it.
    pub fn is_ready(&self) -> bool {
        self.state == "READY"
    }

    /// Whether it is being set up.
    pub fn is_built(&self) -> bool {
        matches!(self.state.as_str(), "BUILDING" | "SETUP_IN_PROGRESS")
    }

    /// Whether that is what the settings call so.
    pub fn is(&self, id: &str) -> bool {
        self.id == id || self.key.as_deref() == Some(id)
    }

    /// The product of ours that it is; else it is reached by its actions.
    pub fn kind(&self) -> Kind {
        let words = [Some(self.app.as_str()), self.key.as_deref()];
        words.into_iter().flatten().find_map(product).unwrap_or(Kind::Membrane)
    }

    /// As a connection of the settings, under a name that is free.
    pub(super) fn connection(&self, root: ConnectionId, world: &World) -> Option<Connection> {
        let parent = &world.connected(root)?.connection;
        let kind = self.kind();
        Some(Connection {
            name: free_name(self, world),
            kind,
            url: String::new(),
            auth: Auth::usual(kind),
            user: None,
            key: None,
            secret: SecretSource::Keyring(true),
            read_only: false,
            production: false,
            color: None,
            via: Some(Via { connection: parent.name.clone(), id: self.id.clone() }),
            time_zone: None,
            scripts: Vec::new(),
            is_demo: false,
        })
    }

    fn of(record: &Record) -> Self {
        let said = |field: &str| match record.value(field) {
            Some(Value::Text(text)) => text.clone(),
            Some(_) | None => String::new(),
        };
        let name = Some(said("name")).filter(|name| !name.trim().is_empty());
        Self {
            id: record.id.as_str().to_owned(),
            key: Some(said("key")).filter(|key| !key.is_empty()),
            name: name.unwrap_or_else(|| record.id.as_str().to_owned()),
            app: said("app"),
            state: said("state"),
            needs: said("needs"),
        }
    }
}

/// The product of ours that an app's name or a connector's key means.
fn product(word: &str) -> Option<Kind> {
    let plain = |word: &str| word.to_lowercase().replace(' ', "-");
    let word = plain(word);
    let mut ours = Kind::built().filter(|kind| *kind != Kind::Membrane);
    ours.find(|kind| word == kind.to_string() || word == plain(kind.product()))
}

/// Letters, digits and `-`, as names in the settings are; with a number where it is taken.
fn free_name(app: &App, world: &World) -> String {
    let mut name = String::new();
    for c in app.name.to_lowercase().chars().take(40) {
        match c {
            c if c.is_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { "app" } else { name };
    let is_taken = |name: &str| world.connections.values().any(|it| it.connection.name == name);
    let others = (2..).map(|number: u32| format!("{name}-{number}"));
    let mut all = std::iter::once(name.to_owned()).chain(others);
    all.find(|name| !is_taken(name)).unwrap_or_default()
}

/// The one of that id or key.
pub fn find<'a>(root: ConnectionId, id: &str, world: &'a World) -> Option<&'a App> {
    world.connected(root)?.apps.as_ref()?.iter().find(|app| app.is(id))
}

/// What is known at Membrane of a connection that goes through it.
pub fn behind(id: ConnectionId, world: &World) -> Option<&App> {
    let via = world.connected(id)?.connection.via.as_ref()?;
    find(sign_in::root(id, world)?, &via.id, world)
}

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap_or_else(|_| EntityName::nothing())
}

/// Reads them, from what was kept at first.
pub(super) fn ask(root: ConnectionId, world: &mut World) -> Vec<Effect> {
    if !sign_in::is_sign_in(root, world) {
        return Vec::new();
    }
    let query = Query::all(entity(CONNECTION), MOST);
    vec![world.call(Slot::Apps(root), root, Action::List(query))]
}

/// Connectors that fit some words, or the first ones.
pub(super) fn connectors(words: &str) -> Action {
    let mut query = Query::all(entity(CONNECTOR), 50);
    let words = words.trim();
    query.filter =
        (!words.is_empty()).then(|| crate::domain::query::Filter::Words(words.to_owned()));
    Action::List(query)
}

/// The actions of a connection that a sign-in keeps, or of all: those that are meant by the words.
pub(super) fn actions(app: Option<&str>, words: &str, most: u32) -> Action {
    let words = words.trim();
    let filter = (!words.is_empty()).then(|| crate::domain::query::Filter::Words(words.to_owned()));
    let query = Query { filter, ..Query::all(entity(ACTION), most) };
    match app {
        Some(app) => Action::Related {
            entity: entity(CONNECTION),
            id: RecordId::from(app),
            link: "actions".to_owned(),
            query,
        },
        None => Action::List(query),
    }
}

/// Whether an action only reads, as far as its type and key tell.
pub(super) fn only_reads(of_type: &str, key: &str) -> bool {
    let by_type = matches!(
        of_type,
        "list-data-records" | "find-data-record-by-id" | "match-data-record" | "search-data-record"
    );
    by_type || ["list-", "get-", "find-", "search-"].iter().any(|verb| key.starts_with(verb))
}

/// Whether an action takes something away, as far as its type and key tell.
pub(super) fn removes(of_type: &str, key: &str) -> bool {
    of_type == "delete-data-record"
        || ["delete-", "remove-"].iter().any(|verb| key.starts_with(verb))
}

/// They came; after a failure those that are known stay.
pub(super) fn take(root: ConnectionId, result: &Result<Answer, Failure>, world: &mut World) {
    let Some(connected) = world.connections.get_mut(&root) else { return };
    match result {
        Ok(answer) => {
            if let Outcome::Page(page) = &answer.outcome {
                connected.apps = Some(all(page));
            }
            connected.no_apps = None;
        }
        Err(failure) => connected.no_apps = Some(failure.error.clone()),
    }
    world.dirty = true;
}

fn all(page: &Page) -> Vec<App> {
    page.records.values().map(App::of).collect()
}

/// A deed of the sign-in, with a connection where it is one.
pub(super) fn run(key: &str, connection: Option<&str>, input: Json, is_write: bool) -> Run {
    let target = connection.map(|id| (entity(CONNECTION), RecordId::from(id)));
    Run { key: key.to_owned(), target, input, is_write }
}

/// Begins a sign-in to a connector's app.
pub(super) fn connector(id: &RecordId) -> Run {
    let target = Some((entity(CONNECTOR), id.clone()));
    let (key, input) = ("connect-connector".to_owned(), serde_json::json!({}));
    Run { key, target, input, is_write: true }
}

/// Testing or archiving a connection, as a deed: it asks where it must, and is told when it is done.
pub(super) fn deed(key: &str, app: &App) -> Deed {
    let (label, asks, is_write) = match key {
        "archive" => ("Archive", Some(format!("Archive {}?", app.name)), true),
        _ => ("Test", None, false),
    };
    Deed {
        key: key.to_owned(),
        label: label.to_owned(),
        description: match asks {
            Some(_) => "Whatever goes through it stops. Membrane can restore it.".to_owned(),
            None => "Asks the app whether the kept login still works.".to_owned(),
        },
        input: serde_json::json!({}),
        asks,
        is_write,
        target: Some((entity(CONNECTION), RecordId::from(app.id.as_str()))),
        on: app.name.clone(),
        way: Way::Run,
        given: None,
    }
}

/// Whether a deed asks an app whether the kept login works.
pub(super) fn is_test(deed: &Deed) -> bool {
    deed.key == "test" && deed.target.as_ref().is_some_and(|(it, _)| it.as_str() == CONNECTION)
}

/// Whether a deed may change what is shown here.
pub(super) fn changes(deed: &Deed) -> bool {
    deed.is_write && deed.target.as_ref().is_some_and(|(it, _)| it.as_str() == CONNECTION)
}

/// What is wrong with the list, where it could not be read.
pub fn failure(root: ConnectionId, world: &World) -> Option<&Error> {
    world.connected(root)?.no_apps.as_ref()
}

/// The place of a run in Membrane's log.
pub(super) fn log(run_id: &str) -> (EntityName, RecordId) {
    (entity(RUN), RecordId::from(run_id))
}
