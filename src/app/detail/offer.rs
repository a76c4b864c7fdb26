//! The popup in which a record to link is chosen: those looked at lately, then those of the server.
use std::time::Duration;

use super::{
    Action, Answer, Click, Command, Detail, Effect, Failure, Key, Outcome, RecordId, Slot, World,
};
use crate::{
    app::edit::Edit,
    domain::query::{Filter, Query},
    text::fuzzy,
};

/// Nothing is typed for so long before the server is asked.
const PAUSE: Duration = Duration::from_millis(200);
/// So many of each kind.
const RECENTS: usize = 5;
const READ: u32 = 8;

/// A record that can be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Which.
    pub id: RecordId,
    /// Its name, raw.
    pub title: String,
    /// Whether it was looked at lately.
    pub is_recent: bool,
}

/// The popup in which a record to link is chosen.
#[derive(Debug)]
pub struct Offer {
    panel: usize,
    edit: Edit,
    found: Vec<Offered>,
    rows: Vec<Offered>,
    at: usize,
    is_answered: bool,
    failure: Option<Failure>,
}

impl Offer {
    /// Whether the server was heard about what is typed.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// The panel that it is for.
    pub fn panel(&self) -> usize {
        self.panel
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// What can be chosen.
    pub fn rows(&self) -> &[Offered] {
        &self.rows
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Why the server told nothing.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

impl Detail {
    pub(super) fn open_offer(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(panel) = self.panel_here() else {
            return world.note("Stand in a panel to link to it; Tab goes to the next one.");
        };
        if !self.panels.get(panel).is_some_and(|it| it.link().is_editable) {
            return world.note("Records cannot be put into this panel by hand.");
        }
        let (edit, found, rows) = (Edit::line(""), Vec::new(), Vec::new());
        let is_answered = false;
        self.offer = Some(Offer { panel, edit, found, rows, at: 0, is_answered, failure: None });
        self.gather(world);
        self.ask_offer(world)
    }

    fn close_offer(&mut self, world: &mut World) -> Vec<Effect> {
        self.offer = None;
        let slots = [Slot::OfferPause(self.id), Slot::Offer(self.id)];
        let open = slots.into_iter().filter(|slot| world.slots.close(*slot));
        open.map(Effect::Cancel).collect()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view knows its own commands")]
    pub(super) fn apply_offer(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        let Some(offer) = &mut self.offer else { return Vec::new() };
        let last = offer.rows.len().saturating_sub(1);
        match command {
            Command::Close => return self.close_offer(world),
            Command::Open => return self.choose(world),
            Command::Next | Command::NextPane => offer.at = (offer.at + 1).min(last),
            Command::Previous => offer.at = offer.at.saturating_sub(1),
            Command::PageDown => offer.at = last,
            Command::PageUp => offer.at = 0,
            // These keys move in the text.
            Command::Left => {
                return self.type_offer(Key::plain(super::super::keymap::Code::Left), world);
            }
            Command::Right => {
                return self.type_offer(Key::plain(super::super::keymap::Code::Right), world);
            }
            Command::ClearField => {
                return self.type_offer(Key::plain(super::super::keymap::Code::Delete), world);
            }
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn type_offer(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        let Some(offer) = &mut self.offer else { return Vec::new() };
        let before = offer.edit.text();
        offer.edit.press(key);
        if offer.edit.text() == before { Vec::new() } else { self.changed_offer(world) }
    }

    pub(super) fn paste_offer(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let Some(offer) = &mut self.offer else { return Vec::new() };
        offer.edit.paste(text);
        self.changed_offer(world)
    }

    fn changed_offer(&mut self, world: &mut World) -> Vec<Effect> {
        if let Some(offer) = &mut self.offer {
            offer.is_answered = false;
        }
        self.gather(world);
        vec![world.after(Slot::OfferPause(self.id), PAUSE)]
    }

    pub(super) fn ask_offer(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(offer) = &self.offer else { return Vec::new() };
        let Some(panel) = self.panels.get(offer.panel) else { return Vec::new() };
        let words = offer.edit.text().trim().to_owned();
        let entity = panel.entity().clone();
        let title = world.entity_type(self.connection, &entity).map(|it| it.title.clone());
        let query = Query {
            columns: title.into_iter().collect(),
            filter: (!words.is_empty()).then_some(Filter::Words(words)),
            ..Query::all(entity, READ)
        };
        vec![world.call(Slot::Offer(self.id), self.connection, Action::List(query))]
    }

    pub(super) fn take_offer(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        let Some(offer) = &mut self.offer else { return Vec::new() };
        offer.is_answered = true;
        match result {
            Ok(Answer { outcome: Outcome::Page(page), .. }) => {
                let entity = self.panels.get(offer.panel).map(|it| it.entity().clone());
                let entity_type = entity.and_then(|it| world.entity_type(self.connection, &it));
                let records = page.records.values();
                let one = |record: &super::Record| Offered {
                    id: record.id.clone(),
                    title: record.title(entity_type),
                    is_recent: false,
                };
                offer.found = records.map(one).collect();
                offer.failure = None;
            }
            Ok(_) => {}
            Err(failure) => offer.failure = Some(failure),
        }
        self.gather(world);
        Vec::new()
    }

    /// Recent ones that match, then those of the server; rows that were there keep their place.
    fn gather(&mut self, world: &World) {
        let identity = self.identity(world);
        let Some(offer) = &mut self.offer else { return };
        let Some(panel) = self.panels.get(offer.panel) else { return };
        let fits = |it: &&super::Recent| {
            it.identity == identity
                && it.entity == *panel.entity()
                && !(it.entity == self.entity && it.id == self.shows)
                && !panel.rows().contains_key(&it.id)
        };
        let recents: Vec<&super::Recent> = world.recents.iter().filter(fits).collect();
        let titles: Vec<&str> = recents.iter().map(|it| it.title.as_str()).collect();
        let hits = fuzzy::rank(&offer.edit.text(), &titles);
        let near = hits.iter().take(RECENTS).filter_map(|hit| recents.get(hit.index));
        let mut rows: Vec<Offered> = near
            .map(|it| Offered { id: it.id.clone(), title: it.title.clone(), is_recent: true })
            .collect();
        for found in &offer.found {
            let is_new = rows.iter().all(|row| row.id != found.id);
            if is_new && !panel.rows().contains_key(&found.id) {
                rows.push(found.clone());
            }
        }
        let stood = offer.rows.get(offer.at).map(|row| row.id.clone());
        let again = stood.and_then(|id| rows.iter().position(|row| row.id == id));
        offer.at = again.unwrap_or(0);
        offer.rows = rows;
    }

    fn choose(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(offer) = &self.offer else { return Vec::new() };
        let Some(row) = offer.rows.get(offer.at).cloned() else { return Vec::new() };
        let panel = offer.panel;
        let mut effects = self.close_offer(world);
        effects.extend(self.link(panel, row.id, row.title, world));
        effects
    }

    pub(super) fn hit_offer(&mut self, at: usize, click: Click, world: &mut World) -> Vec<Effect> {
        let Some(offer) = &mut self.offer else { return Vec::new() };
        offer.at = at.min(offer.rows.len().saturating_sub(1));
        if click == Click::Twice { self.choose(world) } else { Vec::new() }
    }
}
