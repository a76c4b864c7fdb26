//! What a detail makes of answers and news.
use super::{
    Action, Answer, Detail, Effect, Failure, LinkChange, Move, News, Outcome, Record, RecordId,
    Shows, Slot, Source, World, Writing,
};
use crate::domain::error::Error;

impl Detail {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a view knows its own slots")]
    pub(super) fn take(
        &mut self,
        slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        match slot {
            Slot::Detail(_) => self.take_record(result, world),
            Slot::Describe(_) => self.take_layout(result, world),
            Slot::Panel(_, at) => self.take_panel(usize::from(at), result, world),
            Slot::Activity(_) => self.take_activity(result, world),
            Slot::Offer(_) => self.take_offer(result, world),
            Slot::Write(_) => self.take_written(result, world),
            _ => Vec::new(),
        }
    }

    /// A failure keeps what is shown; it is told beside it.
    fn take_record(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        let answer = match result {
            Ok(answer) => answer,
            Err(failure) => {
                if matches!(failure.error, Error::NotFound { .. } | Error::Forbidden { .. }) {
                    // What was kept is not theirs to see any more.
                    self.record = None;
                }
                self.failure = Some(failure);
                self.lay(world);
                return Vec::new();
            }
        };
        let Outcome::Record(record) = answer.outcome else { return Vec::new() };
        let is_first = self.record.is_none();
        self.source = match answer.source {
            Source::Network => Shows::Fresh { seen: answer.seen, took_ms: answer.took_ms },
            Source::Cache => Shows::Kept { seen: answer.seen },
        };
        (self.record, self.failure) = (Some(*record), None);
        self.lay(world);
        if is_first { self.visit(world) } else { Vec::new() }
    }

    /// Without a layout a detail still has sections: one, of the schema's fields.
    fn take_layout(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        if let Ok(Answer { outcome: Outcome::Type(entity_type), .. }) = result
            && let Some(connected) = world.connections.get_mut(&self.connection)
        {
            connected.take_type(&entity_type);
        }
        self.know_type(world)
    }

    fn take_panel(
        &mut self,
        at: usize,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Some(panel) = self.panels.get_mut(at) else { return Vec::new() };
        match result {
            Ok(Answer { outcome: Outcome::Page(page), .. }) => panel.take(page),
            Ok(_) => {}
            Err(failure) => panel.fail(failure),
        }
        self.lay(world);
        Vec::new()
    }

    fn take_activity(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        match result {
            Ok(Answer { outcome: Outcome::Activity(all), .. }) => {
                self.activity.all = all;
                (self.activity.is_answered, self.activity.failure) = (true, None);
            }
            Ok(_) => {}
            Err(failure) => self.activity.failure = Some(failure),
        }
        self.lay(world);
        Vec::new()
    }

    fn take_written(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        let Some(writing) = self.writing.take() else { return Vec::new() };
        if let Err(failure) = result {
            if writing == Writing::Comment {
                return self.not_commented(failure, world);
            }
            return world.refuse(self.connection, writing.tried(), failure);
        }
        match writing {
            Writing::Comment => self.commented(world),
            Writing::Delete(title) => {
                let (entity, id) = (self.entity.clone(), self.shows.clone());
                world.moves.push(Move::Tell(News::Deleted(self.connection, entity, id)));
                world.done(format!("{title} deleted"))
            }
            Writing::Link(at, title) => {
                let mut effects = world.done(format!("{title} linked"));
                effects.extend(self.ask_panel(at, world));
                effects
            }
            Writing::Unlink(at, title) => {
                let mut effects = world.done(format!("{title} unlinked"));
                effects.extend(self.ask_panel(at, world));
                effects
            }
        }
    }

    pub(super) fn hear(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        match news {
            News::Written(connection, record) if *connection == self.connection => {
                let is_this = record.entity == self.entity && record.id == self.shows;
                if is_this {
                    return self.take_news(record, world);
                }
                self.hear_related(record, world)
            }
            News::Deleted(connection, entity, id) if *connection == self.connection => {
                if *entity == self.entity && *id == self.shows {
                    world.moves.push(Move::Leave(self.id));
                    return Vec::new();
                }
                let mut effects = Vec::new();
                for at in 0..self.panels.len() {
                    if self.panels.get_mut(at).is_some_and(|it| it.remove(entity, id)) {
                        effects.extend(self.ask_panel(at, world));
                    }
                }
                self.lay(world);
                effects
            }
            News::Touched(connection, entity, id)
                if *connection == self.connection
                    && *entity == self.entity
                    && *id == self.shows =>
            {
                self.refresh(false, world)
            }
            News::Written(..) | News::Deleted(..) | News::Touched(..) | News::Connected(..) => {
                Vec::new()
            }
        }
    }

    /// The record itself was written, here or elsewhere.
    fn take_news(&mut self, record: &Record, world: &mut World) -> Vec<Effect> {
        let mut effects = Vec::new();
        if record.is_complete {
            self.record = Some(record.clone());
            self.source = Shows::Fresh { seen: world.now, took_ms: 0 };
            self.failure = None;
        } else {
            effects.push(self.ask_record(world));
        }
        self.activity.is_asked = false;
        effects.extend(self.ask_activity(world));
        self.lay(world);
        effects
    }

    /// A record of a panel's type was written: it may belong there now, or no more.
    fn hear_related(&mut self, record: &Record, world: &mut World) -> Vec<Effect> {
        let awaits =
            |at: &usize| self.panels.get(*at).is_some_and(|it| *it.entity() == record.entity);
        if let Some(at) = self.awaited.filter(awaits) {
            self.awaited = None;
            let title = record.title(world.entity_type(self.connection, &record.entity));
            return self.link(at, record.id.clone(), title, world);
        }
        let mut is_here = false;
        for panel in &mut self.panels {
            is_here |= panel.refresh(record);
        }
        if is_here {
            self.lay(world);
        }
        let awaits =
            |at: &usize| self.panels.get(*at).is_some_and(|it| *it.entity() == record.entity);
        let touched: Vec<usize> = (0..self.panels.len()).filter(awaits).collect();
        touched.into_iter().filter_map(|at| self.ask_panel(at, world)).collect()
    }

    /// A record comes into a panel.
    pub(super) fn link(
        &mut self,
        at: usize,
        other: RecordId,
        title: String,
        world: &mut World,
    ) -> Vec<Effect> {
        if self.writing.is_some() {
            return world.note(super::BUSY);
        }
        let Some(change) = self.change(at, other) else { return Vec::new() };
        self.writing = Some(Writing::Link(at, title));
        vec![world.call(Slot::Write(self.id), self.connection, Action::Link(change))]
    }

    /// One record and one other of a panel.
    pub(super) fn change(&self, at: usize, other: RecordId) -> Option<LinkChange> {
        Some(LinkChange {
            entity: self.entity.clone(),
            id: self.shows.clone(),
            link: self.panels.get(at)?.link().name.clone(),
            others: vec![other],
        })
    }
}

impl Writing {
    /// As the notice of a refusal says it.
    fn tried(&self) -> String {
        match self {
            Self::Delete(title) => format!("the deletion of {title}"),
            Self::Link(_, title) => format!("the link to {title}"),
            Self::Unlink(_, title) => format!("the end of the link to {title}"),
            Self::Comment => "the comment".to_owned(),
        }
    }
}
