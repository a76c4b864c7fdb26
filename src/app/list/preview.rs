//! The record beside a list: it follows the cursor, and keeps its old content until the new one came.
use std::{collections::HashMap, time::Duration};

use super::{
    Action, Answer, Effect, EntityName, EntityType, Failure, List, Outcome, Record, RecordId, Slot,
    World,
};
use crate::{
    app::{detail::Panel, geometry},
    domain::{
        action::Happening,
        schema::{FieldKind, Link},
        value::Value,
    },
    text::html,
};

/// The cursor rests so long before its record is read.
const PAUSE: Duration = Duration::from_millis(80);
/// Html is laid out for so many cells; the screen wraps it again.
const WIDE: usize = 76;
/// In a lower window there is no room for what is around the record.
const HIGH: u16 = 30;
/// So much of what happened is read.
const HAPPENINGS: u32 = 6;
/// The one panel of a preview.
const PANEL: u8 = 0;
/// So many links are followed until one leads somewhere.
const TRIES: usize = 2;

/// The record beside a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    record: Record,
    /// Html fields as plain text: read once when they come, never while a frame is drawn.
    plain: HashMap<String, String>,
    /// The record under the cursor is another one by now.
    is_stale: bool,
    /// The records behind one link, once they came.
    panel: Option<Panel>,
    /// How many links led to nothing.
    tried: usize,
    /// What happened around it, newest first, once it came.
    activity: Vec<Happening>,
}

impl Preview {
    fn new(record: Record, entity_type: Option<&EntityType>) -> Self {
        let plain = entity_type.map(|it| plain(&record, it)).unwrap_or_default();
        Self { record, plain, is_stale: false, panel: None, tried: 0, activity: Vec::new() }
    }

    /// The records behind one of its links.
    pub fn panel(&self) -> Option<&Panel> {
        self.panel.as_ref()
    }

    /// What happened around it, newest first.
    pub fn activity(&self) -> &[Happening] {
        &self.activity
    }

    /// The same record read again, or another one: then what was around the old one goes.
    fn follow(&mut self, record: Record, entity_type: Option<&EntityType>) {
        let mut fresh = Self::new(record, entity_type);
        if self.record.id == fresh.record.id {
            (fresh.panel, fresh.tried) = (self.panel.take(), self.tried);
            fresh.activity = std::mem::take(&mut self.activity);
        }
        *self = fresh;
    }

    /// A long text, raw but for Html, which is plain text here.
    pub fn text(&self, field: &str) -> Option<&str> {
        if let Some(plain) = self.plain.get(field) {
            return Some(plain);
        }
        if let Value::Text(text) = self.record.value(field)? { Some(text) } else { None }
    }

    /// What is shown.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Whether the record under the cursor is another one by now.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    pub(super) fn refresh(&mut self, record: &Record, entity_type: Option<&EntityType>) {
        if self.record.id == record.id && record.is_complete {
            let is_stale = self.is_stale;
            self.follow(record.clone(), entity_type);
            self.is_stale = is_stale;
        }
    }
}

fn plain(record: &Record, entity_type: &EntityType) -> HashMap<String, String> {
    let is_html = |name: &str| entity_type.field(name).is_some_and(|it| it.kind == FieldKind::Html);
    let one = |(name, value): (&String, &Value)| {
        let Value::Text(text) = value else { return None };
        is_html(name).then(|| (name.clone(), html::to_text(text, WIDE)))
    };
    record.fields.iter().filter_map(one).collect()
}

impl List {
    /// The cursor may stand elsewhere: the preview follows after a pause.
    pub(super) fn follow(&mut self, world: &mut World) -> Vec<Effect> {
        let at = self.window.selected_id();
        let Some(preview) = &mut self.preview else {
            return if at.is_some() { self.begin_pause(world) } else { Vec::new() };
        };
        preview.is_stale = at != Some(&preview.record.id);
        if preview.is_stale { self.begin_pause(world) } else { Vec::new() }
    }

    fn begin_pause(&mut self, world: &mut World) -> Vec<Effect> {
        let wanted = geometry::panes(world.size().width, true).preview > 0;
        if !(wanted || self.preview_turned) {
            return Vec::new();
        }
        vec![world.after(Slot::PreviewPause(self.id), PAUSE)]
    }

    pub(super) fn ask_preview(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(record) = self.selected() else { return Vec::new() };
        let action = Action::Get { entity: record.entity.clone(), id: record.id.clone() };
        vec![world.call(Slot::Preview(self.id), self.connection, action)]
    }

    /// The neighbours come next, so that going on costs nothing.
    pub(super) fn take_preview(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Ok(Answer { outcome: Outcome::Record(record), .. }) = result else {
            return Vec::new(); // the list itself tells what is wrong with the connection
        };
        if self.window.selected_id() != Some(&record.id) {
            return Vec::new();
        }
        self.window.refresh(&record);
        let mut effects = Vec::new();
        if self.preview.as_ref().is_some_and(|it| it.record.id != record.id) {
            // What is still on its way is around another record.
            let around = [Slot::Panel(self.id, PANEL), Slot::Activity(self.id)];
            let open = around.into_iter().filter(|slot| world.slots.close(*slot));
            effects.extend(open.map(Effect::Cancel));
        }
        let entity_type = world.entity_type(self.connection, &record.entity);
        match &mut self.preview {
            Some(preview) => preview.follow(*record, entity_type),
            None => self.preview = Some(Preview::new(*record, entity_type)),
        }
        if !world.slots.is_open(Slot::Preview(self.id)) {
            effects.extend(self.ask_around(world));
            effects.extend(self.ask_neighbours(world));
        }
        effects
    }

    /// Some of its related records, and what happened: where there is room to show them.
    fn ask_around(&self, world: &mut World) -> Vec<Effect> {
        let size = world.size();
        let Some(preview) = self.preview.as_ref().filter(|_| size.height >= HIGH) else {
            return Vec::new();
        };
        if !self.shows_preview(size.width) {
            return Vec::new();
        }
        let (entity, id) = (preview.record.entity.clone(), preview.record.id.clone());
        let mut effects = self.ask_related(world);
        let action = Action::Activity { entity, id, limit: HAPPENINGS };
        effects.push(world.call(Slot::Activity(self.id), self.connection, action));
        effects
    }

    fn ask_related(&self, world: &mut World) -> Vec<Effect> {
        let related = self.related(world);
        let call = |action| world.call(Slot::Panel(self.id, PANEL), self.connection, action);
        related.map(call).into_iter().collect()
    }

    fn related(&self, world: &World) -> Option<Action> {
        let record = &self.preview.as_ref()?.record;
        let connected = world.connected(self.connection)?;
        let schema = connected.schema.as_ref()?;
        let (link, other) = self.chosen_link(world)?;
        let query = Panel::new(link, other.clone()).query(schema, connected.layout(other));
        let (entity, id, link) = (record.entity.clone(), record.id.clone(), link.name.clone());
        Some(Action::Related { entity, id, link, query })
    }

    /// The layout's panels that lead to money, then the others: the next one to be tried.
    fn chosen_link<'a>(&self, world: &'a World) -> Option<(&'a Link, &'a EntityName)> {
        let preview = self.preview.as_ref()?;
        let connected = world.connected(self.connection)?;
        let schema = connected.schema.as_ref()?;
        let links = &schema.entity_type(&preview.record.entity)?.links;
        let names = connected.layout(&preview.record.entity)?.panels.iter();
        let known = names.filter_map(|name| {
            let link = links.get(name).filter(|link| !link.is_slow)?;
            let other = link.entity.as_ref()?;
            let other_type = schema.entity_type(other).filter(|it| it.rights.read)?;
            let has_money = other_type.fields.values().any(|it| it.kind == FieldKind::Money);
            Some((link, other, has_money))
        });
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(_, _, has_money)| !has_money);
        known.get(preview.tried).map(|(link, other, _)| (*link, *other))
    }

    /// What came of [`Self::ask_around`]; what did not come is not missed here.
    pub(super) fn take_around(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Ok(Answer { outcome, .. }) = result else { return Vec::new() };
        let panel = self.chosen_link(world).map(|(link, other)| Panel::new(link, other.clone()));
        let Some(preview) = &mut self.preview else { return Vec::new() };
        if let Outcome::Activity(activity) = outcome {
            preview.activity = activity;
        } else if let (Outcome::Page(page), Some(mut panel)) = (outcome, panel) {
            let is_last = !world.slots.is_open(Slot::Panel(self.id, PANEL));
            if page.records.is_empty() && is_last && preview.tried + 1 < TRIES {
                preview.tried += 1;
                return self.ask_related(world);
            }
            panel.take(page);
            preview.panel = Some(panel);
        }
        Vec::new()
    }

    /// Both ways, so that going on and going back cost nothing.
    fn ask_neighbours(&self, world: &mut World) -> Vec<Effect> {
        let at = self.window.position();
        let places = [(1, at.checked_add(1)), (-1, at.checked_sub(1))];
        let ask = |(by, place): (i8, Option<usize>)| {
            let (id, record) = self.window.rows().get_index(place?)?;
            let action = get(&record.entity, id);
            Some(world.call(Slot::Ahead(self.id, by), self.connection, action))
        };
        places.into_iter().filter_map(ask).collect()
    }
}

fn get(entity: &EntityName, id: &RecordId) -> Action {
    Action::Get { entity: entity.clone(), id: id.clone() }
}
