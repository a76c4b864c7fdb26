//! The browser of actions: everything that can be run by a connection, with what each takes and
//! gives. What Membrane has for it stands first, and is found by its meaning; what every product has
//! follows.
use std::time::Duration;

use serde_json::Value as Json;

use super::{
    apps,
    command::Command,
    edit::Edit,
    keymap::{Context, Key},
    msg::{Click, Effect, Target},
    run::{self, Deed, Way},
    sign_in,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::{
    domain::{
        action::{Answer, Failure, Outcome},
        connection::{ConnectionId, Kind},
        offer::Offer,
        record::{Record, RecordId},
        value::{Reference, Value},
    },
    text::fuzzy,
};

/// After this Membrane is asked for what is meant.
const PAUSE: Duration = Duration::from_millis(250);
const PAGE: usize = 10;
/// So many actions of Membrane are read at a time.
const MOST: u32 = 200;

/// The browser of actions.
#[derive(Debug)]
pub struct Actions {
    id: ViewId,
    connection: ConnectionId,
    /// The connection at Membrane whose actions are meant, and the sign-in that keeps it.
    through: Option<Through>,
    edit: Edit,
    /// What every product has; `None` = not read yet.
    own: Option<Vec<Shown>>,
    /// What Membrane has.
    theirs: Option<Vec<Shown>>,
    /// What it took the words to mean, in its order.
    found: Vec<Shown>,
    /// The words that are asked for, and those that `found` came for.
    asked: String,
    meant: String,
    failure: Option<Failure>,
    at: usize,
    top: usize,
    is_json: bool,
}

/// The way to Membrane's own actions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Through {
    root: ConnectionId,
    /// `None` = those of all its connections.
    app: Option<String>,
}

/// An action as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What it is.
    pub offer: Offer,
    /// Of which connection at Membrane, for people; empty = the connection's own.
    pub of: String,
    deed: Deed,
    connection: ConnectionId,
}

impl Actions {
    /// Of a connection; `app` is one that a sign-in keeps and that the settings do not name.
    pub(super) fn open(
        id: ViewId,
        connection: ConnectionId,
        app: Option<String>,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let via = world.connected(connection).and_then(|it| it.connection.via.clone());
        let app = app.or_else(|| via.map(|via| via.id));
        let through = sign_in::root(connection, world).map(|root| Through { root, app });
        let mut view = Self {
            id,
            connection,
            through,
            edit: Edit::line(""),
            own: None,
            theirs: None,
            found: Vec::new(),
            asked: String::new(),
            meant: String::new(),
            failure: None,
            at: 0,
            top: 0,
            is_json: false,
        };
        let effects = view.begin(world);
        (view, effects)
    }

    fn begin(&mut self, world: &mut World) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.has_own(world) {
            effects.push(Effect::Offers(world.slots.open(Slot::Offer(self.id)), self.connection));
        }
        effects.extend(self.mean(world));
        effects
    }

    /// An app that is reached by its actions has nothing besides; nor has one that is only kept.
    fn has_own(&self, world: &World) -> bool {
        let own = world.connected(self.connection).map(|it| &it.connection);
        let is_by_actions = own.is_some_and(|it| it.kind == Kind::Membrane && it.via.is_some());
        let is_kept = self.through.as_ref().is_some_and(|it| it.app.is_some())
            && own.is_some_and(|it| it.via.is_none());
        !(is_by_actions || is_kept)
    }

    /// Asks Membrane for what is meant by the words; without any, for all.
    fn mean(&mut self, world: &mut World) -> Option<Effect> {
        let through = self.through.clone()?;
        self.edit.text().trim().clone_into(&mut self.asked);
        let action = apps::actions(through.app.as_deref(), &self.edit.text(), MOST);
        Some(world.call(Slot::Run(self.id), through.root, action))
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// Whether anything is there yet.
    pub fn is_read(&self) -> bool {
        self.own.is_some() || self.theirs.is_some()
    }

    /// Why something of it could not be read.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Whether schemas are shown as JSON.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// The first line of what is told of the action under the cursor.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Whether the words were understood by Membrane, and not only compared here.
    pub fn is_meant(&self) -> bool {
        !self.meant.is_empty() && self.meant == self.edit.text().trim()
    }

    /// What fits: what Membrane took the words to mean, then what is spelt like them.
    pub fn rows(&self) -> Vec<&Shown> {
        let words = self.edit.text();
        let spelt =
            |all: &'_ Option<Vec<Shown>>| fitting(all.as_deref().unwrap_or_default(), &words);
        let (theirs, own) = (spelt(&self.theirs), spelt(&self.own));
        let theirs = theirs.into_iter().filter_map(|at| self.theirs.as_ref()?.get(at));
        let own = own.into_iter().filter_map(|at| self.own.as_ref()?.get(at));
        let found: &[Shown] = if self.is_meant() { &self.found } else { &[] };
        let is_new = |one: &&Shown| found.iter().all(|known| known.deed != one.deed);
        found.iter().chain(theirs.chain(own).filter(is_new)).collect()
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at.min(self.rows().len().saturating_sub(1))
    }

    /// The action under the cursor.
    pub fn selected(&self) -> Option<&Shown> {
        self.rows().get(self.at()).copied()
    }

    fn step(&mut self, by: isize) {
        let most = self.rows().len().saturating_sub(1);
        self.at = self.at().saturating_add_signed(by).min(most);
        self.top = 0;
    }

    fn run(&self, world: &mut World) -> Vec<Effect> {
        let Some(one) = self.selected() else { return Vec::new() };
        if !one.offer.is_allowed {
            return world.note("Your role does not allow this.");
        }
        // It may go through a sign-in that is not: what counts is whose actions these are.
        let is_read_only =
            world.connected(self.connection).is_some_and(|it| it.connection.read_only);
        if one.offer.is_write && is_read_only {
            return world.note("This connection is read-only.");
        }
        run::begin(one.connection, one.deed.clone(), world)
    }

    fn changed(&mut self, world: &mut World) -> Vec<Effect> {
        (self.at, self.top) = (0, 0);
        match self.through {
            Some(_) => vec![world.after(Slot::OfferPause(self.id), PAUSE)],
            None => Vec::new(),
        }
    }

    fn copy(&self, world: &mut World) -> Vec<Effect> {
        let Some(one) = self.selected() else { return Vec::new() };
        let text = serde_json::to_string_pretty(&one.offer.input).unwrap_or_default();
        let mut effects = world.done("Copied: what it takes");
        effects.push(Effect::Copy(text));
        effects
    }

    fn of_record(&self, record: &Record, root: ConnectionId) -> Shown {
        let text = |field: &str| match record.value(field) {
            Some(Value::Text(text)) => text.clone(),
            Some(_) | None => String::new(),
        };
        let json = |field: &str| match record.value(field) {
            Some(Value::Json(json)) => json.clone(),
            Some(_) | None => Json::Null,
        };
        let own = self.through.as_ref().and_then(|it| it.app.clone());
        let (of, its) = match record.value("connection") {
            Some(Value::Reference(Reference { id, name, .. })) if own.is_none() => {
                (name.clone().unwrap_or_else(|| id.clone()), Some(id.clone()))
            }
            Some(_) | None => (String::new(), None),
        };
        let app = own.or(its);
        let (key, name) = (text("key"), text("name"));
        let offer = Offer {
            name: if name.is_empty() { key.clone() } else { name },
            key: if key.is_empty() { record.id.as_str().to_owned() } else { key },
            description: text("description"),
            input: json("inputSchema"),
            output: json("outputSchema"),
            is_write: !apps::only_reads(&text("type"), &text("key")),
            is_allowed: true,
            asks: apps::removes(&text("type"), &text("key"))
                .then(|| "Run it? What it removes may not come back.".to_owned()),
        };
        let deed = Deed {
            target: Some((record.entity.clone(), RecordId::from(record.id.as_str()))),
            way: Way::Act(app),
            key: "run".to_owned(),
            ..deed(&offer)
        };
        Shown { offer, of, deed, connection: root }
    }
}

/// Those whose key, name or description fits the words, best first; without any, all.
fn fitting(all: &[Shown], words: &str) -> Vec<usize> {
    if words.trim().is_empty() {
        return (0..all.len()).collect();
    }
    let text = |one: &Shown| format!("{} {}", one.offer.name, one.offer.key);
    let texts: Vec<String> = all.iter().map(text).collect();
    fuzzy::rank(words.trim(), &texts).into_iter().map(|hit| hit.index).collect()
}

fn deed(offer: &Offer) -> Deed {
    Deed {
        key: offer.key.clone(),
        label: offer.name.clone(),
        description: offer.description.clone(),
        input: offer.input.clone(),
        asks: offer.asks.clone(),
        is_write: offer.is_write,
        target: None,
        on: String::new(),
        way: Way::Run,
        given: None,
    }
}

impl Pane for Actions {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Actions, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Next | Command::Previous => {
                let by = isize::try_from(times).unwrap_or(1);
                self.step(if command == Command::Next { by } else { -by });
            }
            Command::PageDown => self.top = self.top.saturating_add(PAGE),
            Command::PageUp => self.top = self.top.saturating_sub(PAGE),
            Command::NextPane | Command::PreviousPane => {
                (self.is_json, self.top) = (!self.is_json, 0);
            }
            Command::Open => return self.run(world),
            Command::YankJson => return self.copy(world),
            Command::Refresh => return self.begin(world),
            Command::ClearField => {
                self.edit.set("");
                return self.changed(world);
            }
            Command::Close => world.moves.push(Move::Close),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.edit.press(key) { self.changed(world) } else { Vec::new() }
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        self.edit.paste(text.trim());
        self.changed(world)
    }

    fn elapsed(&mut self, slot: Slot, world: &mut World) -> Vec<Effect> {
        if slot == Slot::OfferPause(self.id) {
            self.mean(world).into_iter().collect()
        } else {
            Vec::new()
        }
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (Target::Pane, Click::Wheel(rows)) => {
                self.top = self.top.saturating_add_signed(isize::from(rows));
            }
            (_, Click::Wheel(rows)) => self.step(isize::from(rows.signum())),
            (Target::Item(at), Click::Once) => (self.at, self.top) = (*at, 0),
            (Target::Item(at), Click::Twice) => {
                self.at = *at;
                return self.run(world);
            }
            _ => {}
        }
        Vec::new()
    }

    /// What Membrane has.
    fn answered(
        &mut self,
        _slot: Slot,
        result: Result<Answer, Failure>,
        _world: &mut World,
    ) -> Vec<Effect> {
        match (result, self.through.as_ref().map(|it| it.root)) {
            (Ok(Answer { outcome: Outcome::Page(page), .. }), Some(root)) => {
                let all = page.records.values().map(|record| self.of_record(record, root));
                let all: Vec<Shown> = all.collect();
                if self.asked.is_empty() {
                    self.theirs = Some(all);
                } else {
                    self.found = all;
                }
                self.meant.clone_from(&self.asked);
                self.failure = None;
            }
            (Ok(_), _) => {}
            (Err(failure), _) => self.failure = Some(failure),
        }
        Vec::new()
    }

    /// What the connection has.
    fn offered(&mut self, result: Result<Vec<Offer>, Failure>, _world: &mut World) -> Vec<Effect> {
        match result {
            Ok(offers) => {
                let connection = self.connection;
                let shown = offers.into_iter().map(|offer| Shown {
                    deed: deed(&offer),
                    of: String::new(),
                    offer,
                    connection,
                });
                self.own = Some(shown.collect());
            }
            Err(failure) => self.failure = Some(failure),
        }
        Vec::new()
    }
}
