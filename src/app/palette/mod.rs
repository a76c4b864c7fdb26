//! One box over records, commands, types and connections.
use std::time::Duration;

use super::{
    command::Command,
    edit::Edit,
    keymap::{Context, Key},
    msg::{Click, Effect, Target},
    run::{Deed, menu::On},
    slots::{Slot, ViewId},
    state::Pane,
    world::{Health, Move, World},
};
use crate::domain::{
    action::{Action, Answer, Failure, Outcome, Source},
    connection::ConnectionId,
    error::Error,
    record::{Page, RecordId},
    schema::EntityName,
    verb::NotOffered,
};

mod rows;
#[cfg(test)]
mod tests;

/// Servers are asked when nobody types for so long.
const PAUSE: Duration = Duration::from_millis(200);
/// Shorter words find everything.
const LEAST: usize = 2;
/// Records asked of each connection.
const LIMIT: u32 = 8;
const PAGE: usize = 10;

/// One box over records, commands, types and connections.
#[derive(Debug)]
pub struct Palette {
    id: ViewId,
    /// Of the view beneath.
    of: &'static [Context],
    connection: Option<ConnectionId>,
    entity: Option<EntityName>,
    /// The record that the view beneath is about.
    on: Option<On>,
    edit: Edit,
    /// Found without asking.
    near: Vec<Entry>,
    /// From caches.
    kept: Vec<Entry>,
    /// From servers.
    far: Vec<Entry>,
    failed: Vec<(ConnectionId, Error)>,
    /// How many servers were asked.
    asked: usize,
    /// What the cursor stands on; `None` = the first row. It stays there when rows are added.
    at: Option<What>,
}

/// A group of rows, in the order of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What a pasted address points to.
    Address,
    /// Records kept here.
    Kept,
    /// Records from servers.
    Far,
    /// Commands of ficha.
    Commands,
    /// Entity types.
    Types,
    /// What the product can do. Behind the types: who types a list's name and Enter means the list.
    Deeds,
    /// Connections.
    Connections,
    /// What an API does not offer.
    NotOffered,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub group: Group,
    /// Its name; raw.
    pub title: String,
    /// What kind of thing it is, or what it does; raw.
    pub place: String,
    /// Whose it is.
    pub connection: Option<ConnectionId>,
    /// Its key, or its age.
    pub aside: String,
    /// Which characters of the title matched.
    pub matched: Vec<usize>,
    /// What Enter does.
    pub what: What,
}

/// What Enter does.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Opens a record.
    Record(ConnectionId, EntityName, RecordId),
    /// Runs a command, unless it is refused for a reason.
    Command(Command, Option<&'static str>),
    /// Does something that the product can do.
    Deed(ConnectionId, Box<Deed>),
    /// Opens a list.
    Type(ConnectionId, EntityName),
    /// Opens a connection.
    Connection(ConnectionId),
    /// Nothing: it tells that a server did not answer.
    Failed(ConnectionId),
    /// Says what to do instead, and opens the web page where one is known.
    NotOffered(Box<NotOffered>),
}

impl Palette {
    /// With a prefix typed already: `>` for commands.
    pub(super) fn open(id: ViewId, prefix: &str, beneath: Beneath, world: &mut World) -> Self {
        let mut palette = Self {
            id,
            of: beneath.contexts,
            connection: beneath.connection,
            entity: beneath.entity,
            on: beneath.on,
            edit: Edit::line(prefix),
            near: Vec::new(),
            kept: Vec::new(),
            far: Vec::new(),
            failed: Vec::new(),
            asked: 0,
            at: None,
        };
        palette.look_here(world);
        palette
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// How many servers were asked, and how many of them have answered.
    pub fn asked(&self, world: &World) -> (usize, usize) {
        let open = world.connections.keys();
        let open = open.filter(|id| world.slots.is_open(Slot::Found(self.id, **id))).count();
        (self.asked, self.asked.saturating_sub(open))
    }

    /// All rows, in the order of the groups.
    pub fn entries(&self) -> Vec<&Entry> {
        let mut all: Vec<&Entry> = self.near.iter().chain(&self.kept).chain(&self.far).collect();
        all.sort_by_key(|entry| entry.group);
        all
    }

    /// Why a server did not answer.
    pub fn failure(&self, id: ConnectionId) -> Option<&Error> {
        self.failed.iter().find(|(of, _)| *of == id).map(|(_, error)| error)
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        let at = self.entries().iter().position(|entry| Some(&entry.what) == self.at.as_ref());
        at.unwrap_or(0)
    }

    /// The prefix and the words behind it.
    fn needle(&self) -> (Option<char>, String) {
        let text = self.edit.text();
        let mut chars = text.chars();
        match chars.next() {
            Some(prefix @ ('>' | '@' | '#' | '/')) => {
                (Some(prefix), chars.as_str().trim().to_owned())
            }
            _ => (None, text.trim().to_owned()),
        }
    }

    /// What is found without asking: at once, with each key.
    fn look_here(&mut self, world: &World) {
        let (prefix, needle) = self.needle();
        let most = |group: usize| if prefix.is_some() { 60 } else { group };
        let wants = |sign: char| prefix.is_none_or(|it| it == sign);
        let mut near = Vec::new();
        near.extend(self.pasted_record(world));
        if wants('/') {
            near.extend(rows::best(rows::recents(world), &needle, most(6)));
        }
        if wants('>') && (prefix.is_some() || !needle.is_empty()) {
            let mut all = rows::commands(self.of, self.connection, self.entity.as_ref(), world);
            // Asked for by their sign they stand among the commands, the best match first.
            let group = if prefix.is_some() { Group::Commands } else { Group::Deeds };
            all.extend(rows::deeds(group, self.connection, self.on.as_ref(), world));
            near.extend(rows::best(all, &needle, most(6)));
        }
        if wants('#') {
            near.extend(rows::best(rows::types(self.connection, world), &needle, most(5)));
            let missing = rows::not_offered(self.connection, world);
            if !needle.is_empty() {
                near.extend(rows::best(missing, &needle, most(5)));
            }
        }
        if wants('@') {
            near.extend(rows::best(rows::connections(world), &needle, most(5)));
        }
        self.near = near;
    }

    /// The record that a pasted address points to.
    fn pasted_record(&self, world: &World) -> Option<Entry> {
        let text = self.edit.text();
        let (entity, id) = rows::address(&text)?;
        let connection = rows::owner(&text, self.connection, world)?;
        Some(Entry {
            group: Group::Address,
            title: format!("{entity} {}", id.as_str()),
            place: "the record of this address".to_owned(),
            connection: Some(connection),
            aside: String::new(),
            matched: Vec::new(),
            what: What::Record(connection, entity, id),
        })
    }

    /// Something else is typed: what servers said before is not about it any more.
    fn retyped(&mut self, world: &mut World) -> Vec<Effect> {
        self.kept.clear();
        self.far.clear();
        self.failed.clear();
        self.asked = 0;
        self.at = None;
        let mine = self.id;
        let waits = |slot: Slot| matches!(slot, Slot::Found(view, _) if view == mine);
        let open = world.slots.close_all(waits);
        let mut effects: Vec<_> = open.into_iter().map(Effect::Cancel).collect();
        self.look_here(world);
        let (prefix, needle) = self.needle();
        let is_address = rows::address(&self.edit.text()).is_some();
        if matches!(prefix, None | Some('/')) && needle.chars().count() >= LEAST && !is_address {
            effects.push(world.after(Slot::FindPause(self.id), PAUSE));
        } else if world.slots.close(Slot::FindPause(self.id)) {
            effects.push(Effect::Cancel(Slot::FindPause(self.id)));
        }
        effects
    }

    /// The current connection, and all others that answer.
    fn ask(&mut self, world: &mut World) -> Vec<Effect> {
        let (_, text) = self.needle();
        let current = self.connection;
        let answers = |id: ConnectionId, health: &Health| {
            Some(id) == current || matches!(health, Health::Live(_))
        };
        let of = world
            .connections
            .iter()
            .filter(|(id, it)| answers(**id, &it.health) || it.connection.is_demo);
        let ids: Vec<_> = of.map(|(id, _)| *id).collect();
        self.asked = ids.len();
        let call = |id: ConnectionId| {
            let action = Action::Search { text: text.clone(), limit: LIMIT };
            world.call(Slot::Found(self.id, id), id, action)
        };
        ids.into_iter().map(call).collect()
    }

    fn take(&mut self, id: ConnectionId, page: Page, source: Source, world: &World) {
        let group = match source {
            Source::Cache => Group::Kept,
            Source::Network => Group::Far,
        };
        let (_, needle) = self.needle();
        let known: Vec<What> = self.entries().iter().map(|entry| entry.what.clone()).collect();
        let new = page.records.into_values().filter_map(|record| {
            let what = What::Record(id, record.entity.clone(), record.id.clone());
            let entity_type = world.entity_type(id, &record.entity);
            let title = record.title(entity_type);
            (!known.contains(&what)).then(|| Entry {
                group,
                place: entity_type.map_or(record.entity.as_str(), |it| &it.label).to_owned(),
                connection: Some(id),
                aside: String::new(),
                matched: rows::matched(&title, &needle),
                title,
                what,
            })
        });
        match source {
            Source::Cache => self.kept.extend(new),
            Source::Network => self.far.extend(new),
        }
    }

    fn fail(&mut self, id: ConnectionId, error: Error) {
        self.failed.push((id, error));
        self.far.push(Entry {
            group: Group::Far,
            title: String::new(),
            place: String::new(),
            connection: Some(id),
            aside: String::new(),
            matched: Vec::new(),
            what: What::Failed(id),
        });
    }

    fn step(&mut self, by: isize) {
        let (at, entries) = (self.at(), self.entries());
        let next = at.saturating_add_signed(by).min(entries.len().saturating_sub(1));
        self.at = entries.get(next).map(|entry| entry.what.clone());
    }

    fn run(&self, world: &mut World) -> Vec<Effect> {
        let entries = self.entries();
        let Some(entry) = entries.get(self.at()) else { return Vec::new() };
        match &entry.what {
            What::Record(connection, entity, id) => {
                let opened = Move::Record(*connection, entity.clone(), id.clone());
                world.moves.extend([Move::Close, opened]);
            }
            What::Command(_, Some(reason)) => {
                return world.note(format!("Not possible here: {reason}."));
            }
            What::Command(command, None) => {
                world.moves.extend([Move::Close, Move::Act(*command)]);
            }
            What::Deed(connection, deed) => {
                world.moves.extend([Move::Close, Move::Run(*connection, deed.clone())]);
            }
            What::Type(connection, entity) => {
                world.moves.push(Move::List(*connection, Some(entity.clone())));
            }
            What::Connection(connection) => world.moves.push(Move::List(*connection, None)),
            What::NotOffered(it) => return instead(it, world),
            What::Failed(_) => {}
        }
        Vec::new()
    }
}

/// Closes the box, says what to do, and opens the page where that is done.
fn instead(it: &NotOffered, world: &mut World) -> Vec<Effect> {
    world.moves.push(Move::Close);
    let mut effects = world.note(format!("{}: {}", it.label, it.instead));
    effects.extend(it.url.clone().map(Effect::Browse));
    effects
}

/// What lies beneath the palette.
pub(super) struct Beneath {
    pub(super) contexts: &'static [Context],
    pub(super) connection: Option<ConnectionId>,
    pub(super) entity: Option<EntityName>,
    pub(super) on: Option<On>,
}

impl Pane for Palette {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Palette, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        if let Some(by) = command.rows(times, PAGE) {
            self.step(by);
            return Vec::new();
        }
        match command {
            Command::Open => return self.run(world),
            Command::Close => world.moves.push(Move::Close),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        let before = self.edit.text();
        self.edit.press(key);
        if self.edit.text() == before { Vec::new() } else { self.retyped(world) }
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        self.edit.paste(text.trim());
        self.retyped(world)
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows)),
            (Target::Item(at), Click::Once | Click::Twice) => {
                let what = self.entries().get(*at).map(|entry| entry.what.clone());
                let again = what.is_some() && what == self.at;
                self.at = what;
                if again || click == Click::Twice {
                    return self.run(world);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a palette has few of all slots")]
    fn elapsed(&mut self, slot: Slot, world: &mut World) -> Vec<Effect> {
        match slot {
            Slot::FindPause(_) => self.ask(world),
            _ => Vec::new(),
        }
    }

    fn answered(
        &mut self,
        slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Slot::Found(_, id) = slot else { return Vec::new() };
        // What the cursor stood on first, by itself, is where it stays when rows come above it.
        if self.at.is_none() {
            self.at = self.entries().first().map(|entry| entry.what.clone());
        }
        match result {
            Ok(Answer { outcome: Outcome::Page(page), source, .. }) => {
                self.take(id, page, source, world);
            }
            Ok(_) => {}
            Err(failure) => self.fail(id, failure.error),
        }
        Vec::new()
    }
}
