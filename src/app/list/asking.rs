//! What a list asks for, and when.
use super::{
    Action, ConnectionId, Effect, EntityName, Filter, List, Query, Recall, Shows, Slot, Timestamp,
    World,
};

/// The next page is asked for when the cursor comes so near to the end.
const AHEAD: usize = 60;

impl List {
    /// The schema is known: layout, remembered columns, then rows.
    pub(in crate::app) fn begin(&mut self, world: &mut World) -> Vec<Effect> {
        if self.entity.is_none() {
            self.entity = world.connected(self.connection).and_then(super::Connected::first_type);
        }
        let Some(entity) = self.entity.clone() else { return Vec::new() };
        self.rail.point_to(&entity, world, self.connection);
        if self.columns.is_some() {
            return Vec::new();
        }
        let identity = identity(self.connection, world);
        let ticket = world.slots.open(Slot::Recall(self.id));
        let mut effects = vec![Effect::Recall(ticket, Recall::Columns(identity, entity.clone()))];
        let known = world.connected(self.connection).is_some_and(|it| it.layout(&entity).is_some());
        if !known {
            effects.push(self.ask_layout(entity, world));
        }
        effects
    }

    fn ask_layout(&self, entity: EntityName, world: &mut World) -> Effect {
        world.call(Slot::Describe(self.id), self.connection, Action::Describe(entity))
    }

    /// Another type in the same place.
    pub(super) fn turn_to(&mut self, entity: EntityName, world: &mut World) -> Vec<Effect> {
        let mine = self.id;
        let open = world
            .slots
            .close_all(|slot| slot.view() == Some(mine) && !matches!(slot, Slot::Write(_)));
        let mut effects: Vec<_> = open.into_iter().map(Effect::Cancel).collect();
        let mut fresh = Self::open(self.id, self.connection, Some(entity), world);
        std::mem::swap(&mut fresh.0.rail, &mut self.rail);
        fresh.0.preview_turned = self.preview_turned;
        fresh.0.full_stamps = self.full_stamps;
        fresh.0.deleting = self.deleting.take();
        *self = fresh.0;
        effects.extend(fresh.1);
        if let Some(entity) = &self.entity {
            self.rail.point_to(entity, world, self.connection);
        }
        effects
    }

    /// The query of this list, from a place on.
    pub(super) fn query(&self, offset: u64, world: &World) -> Option<Query> {
        let filter = match self.filters.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(Filter::All(many.to_vec())),
        };
        Some(Query {
            entity: self.entity.clone()?,
            columns: self.columns().to_vec(),
            filter,
            preset: self.preset.clone(),
            flags: self.flags.clone(),
            order: self.order.clone(),
            offset,
            limit: world.settings.page_size,
            is_passing: false,
        })
    }

    /// Rows from the start of the window on.
    pub(super) fn ask(&mut self, offset: u64, world: &mut World) -> Vec<Effect> {
        let Some(query) = self.query(offset, world) else { return Vec::new() };
        world.slots.close(Slot::More(self.id));
        vec![
            Effect::Cancel(Slot::More(self.id)),
            world.call(Slot::List(self.id), self.connection, Action::List(query)),
        ]
    }

    /// Everything from the top: filter, order or columns changed.
    pub(super) fn ask_anew(&mut self, world: &mut World) -> Vec<Effect> {
        self.window.forget();
        self.local = None;
        self.shows = Shows::Nothing;
        self.failure = None;
        self.ask(0, world)
    }

    /// The page behind or before the rows, once the cursor comes near.
    pub(super) fn ask_ahead(&mut self, world: &mut World) -> Vec<Effect> {
        if world.slots.is_open(Slot::More(self.id)) || world.slots.is_open(Slot::List(self.id)) {
            return Vec::new();
        }
        let (at, rows) = (self.window.position(), self.window.rows().len());
        let page = u64::from(world.settings.page_size);
        let offset = if self.window.has_more() && at + AHEAD >= rows {
            self.window.next()
        } else if self.window.start() > 0 && at < AHEAD {
            self.window.start().saturating_sub(page)
        } else {
            return Vec::new();
        };
        let Some(query) = self.query(offset, world) else { return Vec::new() };
        vec![world.call(Slot::More(self.id), self.connection, Action::List(query))]
    }

    /// Ages of rows for the status line.
    pub fn seen(&self) -> Option<Timestamp> {
        match self.shows {
            Shows::Nothing => None,
            Shows::Fresh { seen, .. } | Shows::Kept { seen } => Some(seen),
        }
    }
}

/// The identity of a connection, for journal and cache.
pub(in crate::app) fn identity(id: ConnectionId, world: &World) -> String {
    world.connected(id).map_or_else(String::new, |it| it.connection.identity())
}
