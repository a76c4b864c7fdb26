//! An open list follows its server, where the product can be asked for what changed lately alone:
//! rows are replaced in place, under the same selected record. Only a list that is seen asks, and
//! it goes last where the product counts.
use jiff::{Timestamp, ToSpan};

use super::{Action, Answer, Effect, Failure, List, Outcome, Query, Record, RecordId, Slot, World};
use crate::domain::{
    query::{Compare, Filter, Test},
    value::Value,
};

/// So many changed records are asked for at once.
const MOST: u32 = 200;

/// What a list knows of the server's changes.
#[derive(Debug, Default)]
pub(super) struct Following {
    /// All that changed before that moment of the server is shown.
    since: Option<Timestamp>,
    /// When the answer under way was asked for.
    asked: Option<Timestamp>,
    /// Changed records that may belong to the list no more.
    changed: Vec<RecordId>,
    /// Whether the answer under way tells which of them still do.
    is_second: bool,
    /// Whether the record under the cursor changed.
    is_selected: bool,
}

impl Following {
    /// All rows are as the server had them when it was asked.
    pub(super) fn begin(&mut self, seen: Timestamp, took_ms: u32) {
        let took = i64::from(took_ms).milliseconds();
        *self = Self { since: seen.checked_sub(took).ok(), ..Self::default() };
    }
}

impl List {
    /// The pause until what changed is asked for; none where the product cannot be asked so.
    pub(super) fn await_changes(&self, world: &mut World) -> Option<Effect> {
        self.entity_type(world)?.follow.as_ref()?;
        let pause = world.settings.follow.filter(|_| !world.settings.is_offline)?;
        Some(world.after(Slot::FollowPause(self.id), pause))
    }

    /// It is seen again: what changed meanwhile is asked for, if the pause ended while it was not.
    pub(super) fn go_on_following(&mut self, world: &mut World) -> Vec<Effect> {
        let waits = [Slot::FollowPause(self.id), Slot::Follow(self.id), Slot::List(self.id)];
        if self.following.since.is_none() || waits.iter().any(|slot| world.slots.is_open(*slot)) {
            return Vec::new();
        }
        world.shown = Some(self.id);
        self.ask_changes(world)
    }

    /// What changed since the last time. Nobody sees a list that lies beneath another view: it asks
    /// once it is seen again.
    pub(super) fn ask_changes(&mut self, world: &mut World) -> Vec<Effect> {
        let is_asking = [Slot::List(self.id), Slot::More(self.id)];
        if is_asking.iter().any(|slot| world.slots.is_open(*slot)) {
            return self.await_changes(world).into_iter().collect();
        }
        if world.shown != Some(self.id) {
            return Vec::new();
        }
        self.following.is_second = false;
        self.following.asked = Some(world.now);
        self.changes(0, world).into_iter().collect()
    }

    /// All that changed, whether it fits this list or not; the second time what still fits.
    fn changes(&self, offset: u64, world: &mut World) -> Option<Effect> {
        let field = self.entity_type(world)?.follow.as_ref()?.changed.clone();
        // The server's clock may be another one, and what is written may be seen a little later.
        let since = self.following.since?.checked_sub(1.minute()).ok()?;
        let test = Compare::AtLeast(Value::DateTime(since));
        let mut filters = vec![Filter::Test(Test { field, test })];
        let mut query = self.query(offset, world)?;
        if self.following.is_second {
            filters.extend(query.filter.take());
        } else {
            (query.preset, query.flags) = (None, Vec::new());
        }
        let filter = if filters.len() == 1 { filters.pop() } else { Some(Filter::All(filters)) };
        let query = Query { filter, order: None, limit: MOST, is_passing: true, ..query };
        Some(world.call(Slot::Follow(self.id), self.connection, Action::List(query)))
    }

    /// A refusal changes nothing: the rows stay with their age, and it is asked again later.
    pub(super) fn take_changes(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Ok(Answer { outcome: Outcome::Page(page), seen, took_ms, .. }) = result else {
            return self.await_changes(world).into_iter().collect();
        };
        let (next, has_more) = (page.offset + page.received, page.has_more && page.received > 0);
        let is_narrowed = self.is_narrowed();
        for record in page.records.into_values() {
            if is_narrowed && !self.following.is_second {
                self.following.changed.push(record.id);
            } else {
                self.following.changed.retain(|id| *id != record.id);
                self.take_changed(record, world);
            }
        }
        if has_more {
            return self.changes(next, world).into_iter().collect();
        }
        if !self.following.is_second && !self.following.changed.is_empty() {
            self.following.is_second = true;
            return self.changes(0, world).into_iter().collect();
        }
        self.drop_changed(world);
        // None where fresh rows came meanwhile: they say since when.
        if let Some(asked) = self.following.asked.take() {
            self.following.since = Some(asked);
        }
        self.shows = super::Shows::Fresh { seen, took_ms };
        world.dirty = true;
        let mut effects = self.follow(world);
        if std::mem::take(&mut self.following.is_selected) {
            effects.extend(self.ask_preview(world));
        }
        effects.extend(self.await_changes(world));
        effects
    }

    /// In its place; a new one above the others. One that is not among the rows lies further down.
    fn take_changed(&mut self, record: Record, world: &World) {
        if self.window.rows().contains_key(&record.id) {
            if self.window.differs(&record) {
                self.window.refresh(&record);
                self.following.is_selected |= self.window.selected_id() == Some(&record.id);
            }
            return;
        }
        let made = self.entity_type(world).and_then(|it| it.follow.as_ref());
        let made = made.and_then(|follow| record.value(&follow.created));
        let is_new = match (made, self.following.since) {
            (Some(Value::DateTime(made)), Some(since)) => {
                since.checked_sub(1.minute()).is_ok_and(|since| *made >= since)
            }
            _ => false,
        };
        if is_new && self.window.start() == 0 && self.order.is_none() {
            self.window.put_above(record);
        }
    }

    /// What changed and fits no more goes, but for the record under the cursor.
    fn drop_changed(&mut self, world: &World) {
        for id in std::mem::take(&mut self.following.changed) {
            if self.window.selected_id() != Some(&id) {
                self.marks.remove(&id);
                self.window.remove(&id, self.height(world));
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        app::{
            msg::Msg,
            slots::ViewId,
            state::{State, View},
            trial::{answer, calls, entity, page, press, ticket, with_list},
            update::update,
        },
        domain::{connection::ConnectionId, schema::Follow},
    };

    /// A list whose product tells what changed; its pause runs.
    fn following() -> (State, ViewId) {
        let mut state = with_list();
        state.world.settings.follow = Some(Duration::from_secs(30));
        let connected = state.world.connections.get_mut(&ConnectionId(0)).unwrap();
        let schema = Arc::make_mut(connected.schema.as_mut().unwrap());
        let (changed, created) = ("city".to_owned(), "note".to_owned());
        let contact = schema.entity_types.get_mut(&entity("Contact")).unwrap();
        contact.follow = Some(Follow { changed, created });
        press(&mut state, "r");
        let list = state.top().unwrap().pane().id();
        answer(&mut state, Slot::List(list), page(&[("1", "Ada"), ("2", "Ben"), ("3", "海蓝")]));
        (state, list)
    }

    fn pause_ends(state: &mut State, list: ViewId) -> Vec<Effect> {
        let ticket = ticket(state, Slot::FollowPause(list)).expect("the pause runs");
        update(state, Msg::Elapsed(ticket))
    }

    fn asks_changes(effects: &[Effect]) -> bool {
        let passing = |action: &&Action| match action {
            Action::List(query) => query.is_passing && query.filter.is_some(),
            _ => false,
        };
        calls(effects).iter().any(passing)
    }

    #[test]
    fn what_changed_takes_its_place_under_the_same_selected_record() {
        let (mut state, list) = following();
        press(&mut state, "j j");
        assert!(asks_changes(&pause_ends(&mut state, list)));
        let effects = answer(&mut state, Slot::Follow(list), page(&[("1", "Ada Haas")]));
        let shown = state.top().and_then(View::list).unwrap();
        let titles: Vec<_> = shown.window().rows().values().map(|it| it.title(None)).collect();
        assert_eq!(titles, ["Ada Haas", "Ben", "海蓝"]);
        assert_eq!(shown.window().selected_id().unwrap().as_str(), "3");
        let goes_on = |it: &Effect| matches!(it, Effect::After(ticket, _) if ticket.slot() == Slot::FollowPause(list));
        assert!(effects.iter().any(goes_on), "it goes on by itself: {effects:?}");
    }

    #[test]
    fn a_list_that_is_not_seen_asks_nothing_and_wakes_nobody_until_it_is() {
        let (mut state, list) = following();
        press(&mut state, "enter");
        let effects = pause_ends(&mut state, list);
        assert!(effects.is_empty(), "{effects:?}");
        assert!(!state.world.slots.is_open(Slot::FollowPause(list)), "no timer runs at rest");
        assert!(asks_changes(&press(&mut state, "esc")), "seen again, it asks at once");
    }

    #[test]
    fn what_fits_a_narrowed_list_no_more_goes() {
        let (mut state, list) = following();
        press(&mut state, "l f");
        answer(&mut state, Slot::List(list), page(&[("1", "Ada"), ("2", "Ben"), ("3", "海蓝")]));
        press(&mut state, "j j");
        pause_ends(&mut state, list);
        let changed = page(&[("1", "Ada Haas"), ("2", "Ben")]);
        let effects = answer(&mut state, Slot::Follow(list), changed);
        assert!(asks_changes(&effects), "which of them still fit");
        answer(&mut state, Slot::Follow(list), page(&[("1", "Ada Haas")]));
        let shown = state.top().and_then(View::list).unwrap();
        let titles: Vec<_> = shown.window().rows().values().map(|it| it.title(None)).collect();
        assert_eq!(titles, ["Ada Haas", "海蓝"]);
    }
}
