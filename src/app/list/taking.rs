//! What a list makes of answers and news.
use super::{
    Action, Answer, Effect, Failure, Filter, List, Move, News, Outcome, Question, Recalled, Shows,
    Slot, Source, Total, World, columns,
};

impl List {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
    pub(super) fn take(
        &mut self,
        slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        match slot {
            Slot::Describe(_) => self.take_layout(result, world),
            Slot::List(_) | Slot::More(_) => self.take_page(slot, result, world),
            Slot::Preview(_) => self.take_preview(result, world),
            Slot::Panel(..) | Slot::Activity(_) => self.take_around(result, world),
            Slot::Write(_) => self.take_deleted(result, world),
            Slot::Follow(_) => self.take_changes(result, world),
            _ => Vec::new(),
        }
    }

    /// Without a layout a list still has columns: those of the schema.
    fn take_layout(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        if let Ok(Answer { outcome: Outcome::Type(entity_type), .. }) = result
            && let Some(connected) = world.connections.get_mut(&self.connection)
        {
            connected.take_type(&entity_type);
        }
        self.choose_columns(None, world)
    }

    /// Remembered columns go before those of the layout.
    pub(super) fn take_columns(&mut self, had: Recalled, world: &mut World) -> Vec<Effect> {
        let Recalled::Columns(remembered) = had else { return Vec::new() };
        let waits = world.slots.is_open(Slot::Describe(self.id));
        if remembered.is_none() && waits {
            Vec::new()
        } else {
            self.choose_columns(remembered, world)
        }
    }

    /// The first columns that are known hold; then the rows are asked for.
    fn choose_columns(
        &mut self,
        remembered: Option<Vec<String>>,
        world: &mut World,
    ) -> Vec<Effect> {
        if self.columns.is_some() || world.slots.is_open(Slot::Recall(self.id)) {
            return Vec::new();
        }
        let Some(entity_type) = self.entity_type(world) else { return Vec::new() };
        let layout = world.connected(self.connection).and_then(|it| it.layout(&entity_type.name));
        self.columns = Some(columns::choose(entity_type, layout, remembered));
        self.ask(0, world)
    }

    fn take_page(
        &mut self,
        slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let answer = match result {
            Ok(answer) => answer,
            Err(failure) => {
                self.fail(failure, world);
                return Vec::new();
            }
        };
        let Outcome::Page(page) = answer.outcome else { return Vec::new() };
        self.failure = None;
        let is_fresh = matches!(slot, Slot::List(_)) && answer.source == Source::Network;
        if is_fresh {
            self.following.begin(answer.seen, answer.took_ms);
        }
        if matches!(slot, Slot::List(_)) {
            self.shows = match answer.source {
                Source::Network => Shows::Fresh { seen: answer.seen, took_ms: answer.took_ms },
                Source::Cache => Shows::Kept { seen: answer.seen },
            };
        }
        if !page.is_filtered_here {
            self.note_total(page.total, world);
        }
        self.window.take(page, self.height(world));
        self.prune_marks();
        let mut effects = self.follow(world);
        effects.extend(self.ask_ahead(world));
        if is_fresh {
            effects.extend(self.await_changes(world));
        }
        effects
    }

    /// The rail counts what unfiltered lists have told.
    fn note_total(&mut self, total: Total, world: &mut World) {
        let Some(entity) = self.entity.clone().filter(|_| !self.is_narrowed()) else { return };
        if let (Total::Exact(_), Some(connected)) =
            (total, world.connections.get_mut(&self.connection))
        {
            connected.totals.insert(entity, total);
        }
    }

    /// What is shown stays; the reason is shown beside or in place of it.
    pub(in crate::app) fn fail(&mut self, failure: Failure, world: &mut World) {
        world.dirty = true;
        self.failure = Some(failure);
    }

    pub(super) fn hear(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        match news {
            News::Written(connection, record) if *connection == self.connection => {
                if let Some(preview) = &mut self.preview {
                    let entity_type = world.entity_type(self.connection, &record.entity);
                    preview.refresh(record, entity_type);
                }
                let known = self.window.refresh(record);
                if !known && self.entity.as_ref() == Some(&record.entity) {
                    self.window.put_first(record.as_ref().clone(), self.height(world));
                }
            }
            News::Deleted(connection, entity, id)
                if *connection == self.connection && self.entity.as_ref() == Some(entity) =>
            {
                self.marks.remove(id);
                self.window.remove(id, self.height(world));
                return self.follow(world);
            }
            News::Touched(connection, entity, _)
                if *connection == self.connection && Some(entity) == self.entity.as_ref() =>
            {
                return self.ask(self.window.start(), world);
            }
            News::Written(..) | News::Deleted(..) | News::Touched(..) | News::Connected(..) => {}
        }
        Vec::new()
    }

    /// The question was answered with yes.
    pub(super) fn delete(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        let Question::Delete(connection, record) = question else { return Vec::new() };
        if world.slots.is_open(Slot::Write(self.id)) {
            return world.note("A change is still on its way; delete once it is answered.");
        }
        self.deleting = Some(record.clone());
        let action = Action::Delete { entity: record.entity.clone(), id: record.id.clone() };
        vec![world.call(Slot::Write(self.id), *connection, action)]
    }

    fn take_deleted(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        let Some(record) = self.deleting.take() else { return Vec::new() };
        let title = record.title(world.entity_type(self.connection, &record.entity));
        match result {
            Ok(_) => {
                let news = News::Deleted(self.connection, record.entity, record.id);
                world.moves.push(Move::Tell(news));
                world.done(format!("{title} deleted"))
            }
            Err(failure) => world.refuse(self.connection, format!("deleting {title}"), failure),
        }
    }

    /// Marks never point to records that are not there.
    fn prune_marks(&mut self) {
        let rows = self.window.rows();
        self.marks.retain(|id| rows.contains_key(id));
    }

    pub(in crate::app) fn set_filters(
        &mut self,
        filters: Vec<Filter>,
        world: &mut World,
    ) -> Vec<Effect> {
        self.filters = filters;
        self.ask_anew(world)
    }
}
