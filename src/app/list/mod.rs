//! A list of records, with the rail at its left and the preview at its right.
use std::collections::HashSet;

use jiff::Timestamp;

use super::{
    command::Command,
    confirm::Question,
    geometry,
    keymap::{Context, Key},
    msg::{Click, Effect, Keep, Recall, Recalled, Target},
    rail::Rail,
    slots::{Slot, ViewId},
    state::{News, Pane, View},
    window::Window,
    world::{Connected, Move, World},
};
use crate::domain::{
    action::{Action, Answer, Failure, Outcome, Source},
    connection::ConnectionId,
    query::{Filter, Order, Query},
    record::{Record, RecordId, Total},
    schema::{EntityName, EntityType},
};

mod asking;
mod columns;
pub mod filter;
mod following;
mod moving;
mod preview;
mod taking;

pub(in crate::app) use asking::identity;
use following::Following;
pub use preview::Preview;

/// Where the keys of a list go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The rail.
    Rail,
    /// The records.
    Rows,
}

/// What is on the screen in place of rows, or beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Shows {
    /// Nothing was answered yet.
    #[default]
    Nothing,
    /// Rows of the server, or truly none.
    Fresh {
        /// When they were read.
        seen: Timestamp,
        /// How long that took, ms.
        took_ms: u32,
    },
    /// Rows of the cache.
    Kept {
        /// When they were read.
        seen: Timestamp,
    },
}

/// A list of records.
#[derive(Debug)]
pub struct List {
    id: ViewId,
    connection: ConnectionId,
    entity: Option<EntityName>,
    rail: Rail,
    focus: Focus,
    window: Window,
    columns: Option<Vec<String>>,
    /// The column of the cell cursor.
    cell: usize,
    filters: Vec<Filter>,
    preset: Option<String>,
    flags: Vec<String>,
    order: Option<Order>,
    /// Rows that fit what is being typed, by position; `None` = all.
    local: Option<Vec<usize>>,
    /// What was searched last, for `n` and the underlines.
    searched: String,
    marks: HashSet<RecordId>,
    range_from: Option<RecordId>,
    preview: Option<Preview>,
    /// Narrow screens: the preview lies over the list. Wide ones: it is hidden.
    preview_turned: bool,
    shows: Shows,
    failure: Option<Failure>,
    full_stamps: bool,
    /// The record that is being deleted.
    deleting: Option<Box<Record>>,
    following: Following,
}

impl List {
    /// The list of a type, begun at once if the schema is known.
    pub(super) fn open(
        id: ViewId,
        connection: ConnectionId,
        entity: Option<EntityName>,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let mut list = Self {
            id,
            connection,
            entity,
            rail: Rail::default(),
            focus: Focus::Rows,
            window: Window::default(),
            columns: None,
            cell: 0,
            filters: Vec::new(),
            preset: None,
            flags: Vec::new(),
            order: None,
            local: None,
            searched: String::new(),
            marks: HashSet::new(),
            range_from: None,
            preview: None,
            preview_turned: false,
            shows: Shows::Nothing,
            failure: None,
            full_stamps: false,
            deleting: None,
            following: Following::default(),
        };
        let known = world.connected(connection).is_some_and(|it| it.schema.is_some());
        let mut effects = vec![world.call(Slot::Schema(connection), connection, Action::Types)];
        if known {
            effects.extend(list.begin(world));
        }
        (list, effects)
    }

    /// The connection.
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Of what; `None` before the schema is known.
    pub fn entity(&self) -> Option<&EntityName> {
        self.entity.as_ref()
    }

    /// The rail.
    pub fn rail(&self) -> &Rail {
        &self.rail
    }

    /// Where the keys go.
    pub fn focus(&self) -> Focus {
        self.focus
    }

    /// The rows.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// The columns, once known.
    pub fn columns(&self) -> &[String] {
        self.columns.as_deref().unwrap_or_default()
    }

    /// The column of the cell cursor.
    pub fn cell(&self) -> usize {
        self.cell.min(self.columns().len().saturating_sub(1))
    }

    /// The filters on, in the order they were put on.
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The server's preset that is on.
    pub fn preset(&self) -> Option<&str> {
        self.preset.as_deref()
    }

    /// The server's switches that are on.
    pub fn flags(&self) -> &[String] {
        &self.flags
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        !self.filters.is_empty() || self.preset.is_some() || !self.flags.is_empty()
    }

    /// The order asked for, else the server's own.
    pub fn order<'a>(&'a self, world: &'a World) -> Option<&'a Order> {
        self.order.as_ref().or_else(|| self.entity_type(world)?.order.as_ref())
    }

    /// Positions of the rows that fit what is being typed.
    pub fn local(&self) -> Option<&[usize]> {
        self.local.as_deref()
    }

    /// What was searched last.
    pub fn searched(&self) -> &str {
        &self.searched
    }

    /// Marked records.
    pub fn marks(&self) -> &HashSet<RecordId> {
        &self.marks
    }

    /// The record beside the list.
    pub fn preview(&self) -> Option<&Preview> {
        self.preview.as_ref()
    }

    /// Whether the preview is wanted in a screen so wide.
    pub fn shows_preview(&self, width: u16) -> bool {
        self.preview_turned != (width >= 110)
    }

    /// Where the rows come from.
    pub fn shows(&self) -> &Shows {
        &self.shows
    }

    /// Why the last answer did not come.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Whether whole dates and times are shown.
    pub fn full_stamps(&self) -> bool {
        self.full_stamps
    }

    /// Its entity type, once known.
    pub fn entity_type<'a>(&self, world: &'a World) -> Option<&'a EntityType> {
        world.entity_type(self.connection, self.entity.as_ref()?)
    }

    /// The place of the cursor in the whole list, from 1, and how many there are, for a detail of
    /// that type.
    pub(super) fn place_of(&self, entity: &EntityName) -> Option<(u64, Total)> {
        let place = self.window.start() + self.window.position() as u64 + 1;
        (self.entity.as_ref() == Some(entity)).then_some((place, self.window.total()))
    }

    fn height(&self, world: &World) -> usize {
        geometry::list_rows(world.size(), self.is_narrowed())
    }

    fn selected(&self) -> Option<&Record> {
        self.window.selected()
    }
}

impl Pane for List {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::List, Context::Browse, Context::Everywhere]
    }

    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        match self.focus {
            Focus::Rail => self.apply_rail(command, times, world),
            Focus::Rows => self.apply_rows(command, times, world),
        }
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        self.hit(target, click, world)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
    fn elapsed(&mut self, slot: Slot, world: &mut World) -> Vec<Effect> {
        match slot {
            Slot::PreviewPause(_) => self.ask_preview(world),
            Slot::FollowPause(_) => self.ask_changes(world),
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

    fn recalled(&mut self, _slot: Slot, had: Recalled, world: &mut World) -> Vec<Effect> {
        self.take_columns(had, world)
    }

    fn uncovered(&mut self, world: &mut World) -> Vec<Effect> {
        let mut effects = self.follow(world);
        effects.extend(self.go_on_following(world));
        effects
    }

    fn confirmed(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        self.delete(question, world)
    }

    fn heard(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        self.hear(news, world)
    }
}
