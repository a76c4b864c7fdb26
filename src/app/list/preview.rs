//! The record beside a list: it follows the cursor, and keeps its old content until the new one came.
use std::time::Duration;

use super::{
    Action, Answer, Effect, EntityName, Failure, List, Outcome, Record, RecordId, Slot, World,
};
use crate::app::geometry;

/// The cursor rests so long before its record is read.
const PAUSE: Duration = Duration::from_millis(80);

/// The record beside a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    record: Record,
    /// The record under the cursor is another one by now.
    is_stale: bool,
}

impl Preview {
    /// What is shown.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Whether the record under the cursor is another one by now.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    pub(super) fn refresh(&mut self, record: &Record) {
        if self.record.id == record.id && record.is_complete {
            self.record = record.clone();
        }
    }
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
        self.preview = Some(Preview { record: *record, is_stale: false });
        if world.slots.is_open(Slot::Preview(self.id)) {
            Vec::new()
        } else {
            self.ask_neighbour(world)
        }
    }

    fn ask_neighbour(&self, world: &mut World) -> Vec<Effect> {
        let next = self.window.rows().get_index(self.window.position() + 1);
        let Some((id, record)) = next else { return Vec::new() };
        let action = get(&record.entity, id);
        vec![world.call(Slot::Ahead(self.id), self.connection, action)]
    }
}

fn get(entity: &EntityName, id: &RecordId) -> Action {
    Action::Get { entity: entity.clone(), id: id.clone() }
}
