//! One record: its fields, what is related to it, and what happened around it. SCREENS §9.4.
use super::{
    command::Command,
    confirm::Question,
    keymap::{Context, Key},
    msg::{Click, Effect, Keep, Recalled, Target},
    slots::{Slot, ViewId},
    state::{News, Pane},
    world::{Connected, Move, World},
};
use crate::domain::{
    action::{Action, Answer, Failure, Happening, LinkChange, Outcome, Source},
    connection::ConnectionId,
    draft::Recent,
    error::Error,
    record::{Record, RecordId, Total},
    schema::{EntityName, EntityType},
    value::Value,
};

mod acting;
mod asking;
mod composer;
mod laying;
mod moving;
mod offer;
mod overview;
pub mod page;
mod panel;
mod parts;
mod tabs;
mod taking;
pub mod threads;

pub use composer::Composer;
pub use offer::{Offer, Offered};
pub use page::Page;
pub use panel::Panel;
pub use parts::Parts;

use super::list::Shows;

/// What of a record is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Fields as the layout has them, and the first rows of the panels.
    #[default]
    Overview,
    /// All panels, all rows.
    Related,
    /// What happened.
    Activity,
    /// All fields of the schema.
    Fields,
    /// The values as JSON.
    Json,
}

impl Tab {
    /// From left to right.
    pub const ALL: [Self; 5] =
        [Self::Overview, Self::Related, Self::Activity, Self::Fields, Self::Json];

    fn step(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        Self::ALL.get((at + by) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

/// What happened around the record, as far as it was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    all: Vec<Happening>,
    is_asked: bool,
    is_answered: bool,
    failure: Option<Failure>,
}

impl Activity {
    /// What has that id.
    fn find(&self, id: &str) -> Option<&Happening> {
        self.all.iter().find(|it| it.id.as_deref() == Some(id))
    }

    /// Newest first.
    pub fn all(&self) -> &[Happening] {
        &self.all
    }

    /// Whether the server was heard.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Why it was not.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

/// How a record is looked at; the next one is looked at in the same way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Manner {
    tab: Tab,
    shows_empty: bool,
    full_stamps: bool,
}

/// What is being written.
#[derive(Clone, Debug, PartialEq)]
enum Writing {
    /// The record goes.
    Delete(String),
    /// A record comes into a panel.
    Link(usize, String),
    /// A record leaves a panel.
    Unlink(usize, String),
    /// A comment is made, or changed.
    Comment,
}

/// Its answer would land nowhere.
const BUSY: &str = "A change is on its way; wait for its answer.";

/// One record.
#[derive(Debug)]
pub struct Detail {
    id: ViewId,
    connection: ConnectionId,
    entity: EntityName,
    shows: RecordId,
    /// Its place in the list beneath, from 1, and how many there are.
    place: Option<(u64, Total)>,
    /// What it was called where it was opened from, until it is read.
    name: Option<String>,
    record: Option<Record>,
    source: Shows,
    failure: Option<Failure>,
    tab: Tab,
    panels: Vec<Panel>,
    activity: Activity,
    /// What is laid out for the tab, and beside it.
    page: Page,
    aside: Page,
    /// The place of the cursor among those of the page.
    at: usize,
    /// The first line on the screen.
    top: usize,
    /// Empty fields that are left out.
    hidden: usize,
    shows_empty: bool,
    full_stamps: bool,
    /// The popup in which a record to link is chosen.
    offer: Option<Offer>,
    /// A comment being written.
    composer: Option<Composer>,
    writing: Option<Writing>,
    /// A new record of this type is being typed; then it comes into this panel.
    awaited: Option<usize>,
}

impl Detail {
    pub(super) fn open(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        shows: RecordId,
        place: Option<(u64, Total)>,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let mut detail = Self {
            id,
            connection,
            entity,
            shows,
            place,
            name: None,
            record: None,
            source: Shows::Nothing,
            failure: None,
            tab: Tab::Overview,
            panels: Vec::new(),
            activity: Activity::default(),
            page: Page::default(),
            aside: Page::default(),
            at: 0,
            top: 0,
            hidden: 0,
            shows_empty: false,
            full_stamps: false,
            offer: None,
            composer: None,
            writing: None,
            awaited: None,
        };
        let effects = detail.ask_all(world);
        (detail, effects)
    }

    /// What it is called where it was opened from.
    pub(super) fn set_name(&mut self, name: Option<String>) {
        self.name = name;
    }

    /// What a record is called here, in a panel or a field.
    pub(super) fn name_of(
        &self,
        entity: &EntityName,
        id: &RecordId,
        world: &World,
    ) -> Option<String> {
        let entity_type = world.entity_type(self.connection, entity);
        let panels = self.panels.iter().filter(|panel| panel.entity() == entity);
        let mut rows = panels.filter_map(|panel| panel.rows().get(id));
        let values = || self.record.iter().flat_map(|record| record.fields.values());
        let named = |value: &Value| {
            let Value::Reference(reference) = value else { return None };
            if reference.id == id.as_str() { reference.name.clone() } else { None }
        };
        let row = rows.next().map(|row| row.title(entity_type));
        row.or_else(|| values().find_map(named))
    }

    /// How it is looked at.
    pub(super) fn manner(&self) -> Manner {
        let Self { tab, shows_empty, full_stamps, .. } = *self;
        Manner { tab, shows_empty, full_stamps }
    }

    /// As another one was looked at.
    pub(super) fn set_manner(&mut self, manner: Manner, world: &mut World) -> Vec<Effect> {
        (self.shows_empty, self.full_stamps) = (manner.shows_empty, manner.full_stamps);
        self.lay(world);
        self.open_tab(manner.tab, world)
    }

    /// Of what.
    pub fn entity(&self) -> &EntityName {
        &self.entity
    }

    /// Which.
    pub fn shows(&self) -> &RecordId {
        &self.shows
    }

    /// Its place in the list beneath, from 1, and how many there are.
    pub fn place(&self) -> Option<(u64, Total)> {
        self.place
    }

    /// The record, once read.
    pub fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// Where it comes from.
    pub fn source(&self) -> &Shows {
        &self.source
    }

    /// Why the last answer did not come.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What of it is shown.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// The records behind its links.
    pub fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// What happened around it.
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// What is laid out for the tab.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// What is laid out beside it.
    pub fn aside(&self) -> &Page {
        &self.aside
    }

    /// Where the cursor stands; `None` = there is no place for it.
    pub fn cursor(&self) -> Option<&page::Place> {
        self.page.places.get(self.at)
    }

    /// Empty fields that are left out.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// The popup in which a record to link is chosen.
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// Its entity type, once known.
    pub fn entity_type<'a>(&self, world: &'a World) -> Option<&'a EntityType> {
        world.entity_type(self.connection, &self.entity)
    }

    /// The parts of a window for it.
    pub fn parts(&self, world: &World) -> Parts {
        // A table of lines has the whole width, where that is not more than enough.
        let is_table = |value: &Value| matches!(value, Value::Lines(lines) if !lines.is_empty());
        let has_lines = self.record.iter().flat_map(|it| it.fields.values()).any(is_table);
        let has_aside = match self.tab {
            Tab::Overview => !has_lines || world.size().width >= 160,
            Tab::Activity => true,
            Tab::Related | Tab::Fields | Tab::Json => false,
        };
        let parts = Parts::new(world.size(), has_aside);
        match &self.composer {
            Some(composer) => parts.with_composer(composer.rows(parts.main.min(76), parts.rows)),
            None => parts,
        }
    }

    /// Its name for people, raw.
    pub fn title(&self, world: &World) -> String {
        if let Some(record) = &self.record {
            return record.title(self.entity_type(world));
        }
        if let Some(name) = &self.name {
            return name.clone();
        }
        // As it was called when it was looked at last.
        let identity = self.identity(world);
        let is_this = |it: &&Recent| {
            it.entity == self.entity && it.id == self.shows && it.identity == identity
        };
        let known = world.recents.iter().find(is_this);
        known.map_or_else(|| self.shows.as_str().to_owned(), |it| it.title.clone())
    }

    fn identity(&self, world: &World) -> String {
        world.connected(self.connection).map_or_else(String::new, |it| it.connection.identity())
    }
}

impl Pane for Detail {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        if self.composer.is_some() {
            &[Context::Composer, Context::Everywhere]
        } else if self.offer.is_some() {
            &[Context::Popup, Context::Everywhere]
        } else {
            &[Context::Detail, Context::Browse, Context::Everywhere]
        }
    }

    fn takes_text(&self) -> bool {
        self.offer.is_some() || self.composer.is_some()
    }

    fn holds_keys(&self) -> bool {
        self.composer.as_ref().is_some_and(Composer::is_waiting)
    }

    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        if self.composer.is_some() {
            return self.apply_composer(command, world);
        }
        if self.offer.is_some() {
            return self.apply_offer(command, world);
        }
        if self.step(command, times, world) {
            return self.come_near(world);
        }
        self.do_it(command, world)
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.composer.is_some() {
            return self.type_composer(key, world);
        }
        self.type_offer(key, world)
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        if self.composer.is_some() {
            return self.paste_composer(text, world);
        }
        self.paste_offer(text, world)
    }

    fn recalled(&mut self, _slot: Slot, had: Recalled, world: &mut World) -> Vec<Effect> {
        self.take_recalled(had, world)
    }

    fn kept(&mut self, slot: Slot, result: Result<(), Error>, world: &mut World) -> Vec<Effect> {
        if matches!(slot, Slot::Draft(_)) {
            self.take_kept(result, world);
        }
        Vec::new()
    }

    fn edited(&mut self, result: Result<Option<String>, Error>, world: &mut World) -> Vec<Effect> {
        self.take_edited(result, world)
    }

    fn leaving(&mut self, world: &mut World) -> Vec<Effect> {
        self.keep_pending(world)
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        self.hit(target, click, world)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
    fn elapsed(&mut self, slot: Slot, world: &mut World) -> Vec<Effect> {
        match slot {
            Slot::OfferPause(_) => self.ask_offer(world),
            Slot::DraftPause(_) => self.keep_comment(world),
            _ => Vec::new(),
        }
    }

    fn answered(
        &mut self,
        slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        self.take(slot, result, world)
    }

    fn confirmed(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        self.do_confirmed(question, world)
    }

    fn resized(&mut self, world: &mut World) -> Vec<Effect> {
        self.lay(world);
        self.ask_activity(world)
    }

    fn learned(&mut self, connection: ConnectionId, world: &mut World) -> Vec<Effect> {
        if connection == self.connection { self.know_type(world) } else { Vec::new() }
    }

    fn uncovered(&mut self, _world: &mut World) -> Vec<Effect> {
        self.awaited = None;
        Vec::new()
    }

    fn heard(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        self.hear(news, world)
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
