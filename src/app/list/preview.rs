//! The record beside a list: it follows the cursor, and keeps its old content until the new one came.
use std::{collections::HashMap, time::Duration};

use super::{
    Action, Answer, Effect, EntityName, EntityType, Failure, List, Outcome, Record, RecordId, Slot,
    World,
};
use crate::{
    app::geometry,
    domain::{schema::FieldKind, value::Value},
    text::html,
};

/// The cursor rests so long before its record is read.
const PAUSE: Duration = Duration::from_millis(80);
/// Html is laid out for so many cells; the screen wraps it again.
const WIDE: usize = 76;

/// The record beside a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    record: Record,
    /// Html fields as plain text: read once when they come, never while a frame is drawn.
    plain: HashMap<String, String>,
    /// The record under the cursor is another one by now.
    is_stale: bool,
}

impl Preview {
    fn new(record: Record, entity_type: Option<&EntityType>) -> Self {
        let plain = entity_type.map(|it| plain(&record, it)).unwrap_or_default();
        Self { record, plain, is_stale: false }
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
            *self = Self { is_stale, ..Self::new(record.clone(), entity_type) };
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
        let entity_type = world.entity_type(self.connection, &record.entity);
        self.preview = Some(Preview::new(*record, entity_type));
        if world.slots.is_open(Slot::Preview(self.id)) {
            Vec::new()
        } else {
            self.ask_neighbours(world)
        }
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
