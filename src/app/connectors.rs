//! Apps that can be connected through a sign-in to Membrane: found by words, or by an address.
use std::time::Duration;

use super::{
    apps,
    command::Command,
    connect::site,
    edit::Edit,
    keymap::{Context, Key},
    msg::{Click, Effect, Target},
    sign_in,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::{
    action::{Answer, Failure, Outcome},
    connection::ConnectionId,
    record::{Record, RecordId},
    value::Value,
};

/// After this the server is asked for what is typed.
const PAUSE: Duration = Duration::from_millis(200);
const PAGE: usize = 10;

/// Apps that can be connected.
#[derive(Debug)]
pub struct Connectors {
    id: ViewId,
    root: ConnectionId,
    edit: Edit,
    /// `None` = not read yet.
    found: Option<Vec<Connector>>,
    failure: Option<Failure>,
    at: usize,
}

/// An app that can be connected. All texts are raw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connector {
    /// Its id; `None` = whatever is at the address.
    pub id: Option<RecordId>,
    /// For people.
    pub name: String,
    /// A few words about it, or the address.
    pub about: String,
}

impl Connector {
    fn of(record: &Record) -> Self {
        let said = |field: &str| match record.value(field) {
            Some(Value::Text(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(_) | None => None,
        };
        let about = ["description", "appUri", "key"].into_iter().find_map(said);
        Self {
            id: Some(record.id.clone()),
            name: said("name").unwrap_or_else(|| record.id.as_str().to_owned()),
            about: about.unwrap_or_default(),
        }
    }
}

impl Connectors {
    pub(super) fn open(id: ViewId, root: ConnectionId, world: &mut World) -> (Self, Vec<Effect>) {
        let view = Self { id, root, edit: Edit::line(""), found: None, failure: None, at: 0 };
        let effects = vec![view.ask(world)];
        (view, effects)
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// Why nothing could be found.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Whether anything was read yet.
    pub fn is_read(&self) -> bool {
        self.found.is_some()
    }

    /// What can be connected: those that were found, then whatever is at a typed address.
    pub fn rows(&self) -> Vec<Connector> {
        let found = self.found.iter().flatten().cloned();
        found.chain(self.address()).collect()
    }

    /// A typed address, where it is one: it has a dot, and no blank.
    fn address(&self) -> Option<Connector> {
        let typed = self.edit.text();
        let typed = typed.trim();
        if !typed.contains('.') || typed.contains(char::is_whitespace) {
            return None;
        }
        let address = site::site(typed).ok()?;
        Some(Connector { id: None, name: "Whatever is at this address".to_owned(), about: address })
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at.min(self.rows().len().saturating_sub(1))
    }

    fn ask(&self, world: &mut World) -> Effect {
        world.call(Slot::Offer(self.id), self.root, apps::connectors(&self.edit.text()))
    }

    fn step(&mut self, by: isize) {
        self.at = self.at().saturating_add_signed(by).min(self.rows().len().saturating_sub(1));
    }

    fn take(&self, at: usize, world: &mut World) -> Vec<Effect> {
        let Some(one) = self.rows().get(at).cloned() else { return Vec::new() };
        world.moves.push(Move::Leave(self.id));
        let (name, run) = if let Some(id) = &one.id {
            (one.name, apps::connector(id))
        } else {
            let input = serde_json::json!({ "appUrl": one.about });
            (one.about.clone(), apps::run("ensure-connection", None, input, true))
        };
        sign_in::connect(self.root, name, run, world)
    }

    fn changed(&mut self, world: &mut World) -> Vec<Effect> {
        self.at = 0;
        vec![world.after(Slot::OfferPause(self.id), PAUSE)]
    }
}

impl Pane for Connectors {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.root)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Palette, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        if let Some(by) = command.rows(times, PAGE) {
            self.step(by);
            return Vec::new();
        }
        match command {
            Command::Open => return self.take(self.at(), world),
            Command::Close => world.moves.push(Move::Close),
            Command::Refresh => return vec![self.ask(world)],
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.edit.press(key) { self.changed(world) } else { Vec::new() }
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        self.edit.paste(text.trim());
        self.changed(world)
    }

    fn elapsed(&mut self, slot: Slot, world: &mut World) -> Vec<Effect> {
        if slot == Slot::OfferPause(self.id) { vec![self.ask(world)] } else { Vec::new() }
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows)),
            (Target::Item(at), Click::Once | Click::Twice) => return self.take(*at, world),
            _ => {}
        }
        Vec::new()
    }

    fn answered(
        &mut self,
        _slot: Slot,
        result: Result<Answer, Failure>,
        _world: &mut World,
    ) -> Vec<Effect> {
        match result {
            Ok(Answer { outcome: Outcome::Page(page), .. }) => {
                self.found = Some(page.records.values().map(Connector::of).collect());
                self.failure = None;
            }
            Ok(_) => {}
            Err(failure) => self.failure = Some(failure),
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            state::{State, View},
            trial::{answer, calls, connection, entity, fresh, press, state, write},
        },
        domain::{
            action::Action,
            connection::{Auth, Connection, Kind},
            record::Page,
        },
    };

    const STUDIO: ConnectionId = ConnectionId(0);

    fn opened() -> State {
        let mut state = state(&["studio"]);
        let studio = Connection { kind: Kind::Membrane, auth: Auth::Oauth, ..connection("studio") };
        state.world.connections.get_mut(&STUDIO).unwrap().connection = studio;
        press(&mut state, "G enter");
        assert!(matches!(state.top(), Some(View::Connectors(_))), "{:?}", state.top());
        state
    }

    fn found(state: &mut State) {
        let record = Record {
            entity: entity("Connector"),
            id: RecordId::from("k1"),
            fields: [("name".to_owned(), Value::Text("Letterbox".to_owned()))]
                .into_iter()
                .collect(),
            version: None,
            url: None,
            is_complete: false,
            cut: Vec::new(),
        };
        let records = [(record.id.clone(), record)].into_iter().collect();
        let page = Page { records, received: 1, ..Page::default() };
        let view = state.top().unwrap().pane().id();
        answer(state, Slot::Offer(view), fresh(Outcome::Page(page)));
    }

    #[test]
    fn the_one_under_the_cursor_is_connected_in_the_browser() {
        let mut state = opened();
        found(&mut state);
        let effects = press(&mut state, "enter");
        let asked = calls(&effects);
        let [Action::Run(run)] = asked.as_slice() else { panic!("{effects:?}") };
        assert_eq!(run.key, "connect-connector");
        assert!(matches!(state.top(), Some(View::SignIn(_))), "{:?}", state.top());
    }

    #[test]
    fn an_address_is_offered_as_soon_as_it_is_one() {
        let mut state = opened();
        found(&mut state);
        write(&mut state, "crm.example.com");
        let effects = press(&mut state, "down enter");
        let asked = calls(&effects);
        let [Action::Run(run)] = asked.as_slice() else { panic!("{effects:?}") };
        assert_eq!(run.key, "ensure-connection");
        assert_eq!(run.input["appUrl"], "https://crm.example.com");
    }
}
