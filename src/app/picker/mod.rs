//! The list of connections; without any, the choice of the first run.
use super::{
    command::Command,
    confirm::Question,
    connect::Connect,
    edit::Edit,
    keymap::{Context, Key},
    msg::{Click, Configure, Effect, Target},
    notice::Said,
    slots::{Slot, ViewId},
    state::{Pane, View},
    tested::Tested,
    world::{Connected, Health, Move, World},
};
use crate::{
    domain::{action::Action, check::CheckStep, connection::ConnectionId, error::Error},
    text::fuzzy,
};

#[cfg(test)]
mod tests;

/// A page of connections: nobody has so many that it matters.
const PAGE: usize = 10;

/// The list of connections; without any, the choice of the first run.
#[derive(Debug)]
pub struct Picker {
    id: ViewId,
    /// The connection under the cursor; `None` = the first one.
    at: Option<ConnectionId>,
    /// The first run's cursor: 0 = the demo, 1 = a connection.
    choice: usize,
    typing: Typing,
    tested: Option<Tested>,
}

/// What is being typed above the list.
#[derive(Debug, Default)]
pub enum Typing {
    /// Nothing.
    #[default]
    Nothing,
    /// Words that narrow it.
    Words(Edit),
    /// A second factor's code.
    Code(ConnectionId, Edit),
}

/// A connection that fits the words, and which characters of its text matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub id: ConnectionId,
    /// Characters of its name that matched.
    pub matched: Vec<usize>,
}

impl Picker {
    pub(super) fn new(id: ViewId) -> Self {
        Self { id, at: None, choice: 0, typing: Typing::Nothing, tested: None }
    }

    /// Whether there is nothing to choose from yet.
    pub fn is_first_run(&self, world: &World) -> bool {
        world.connections.is_empty()
    }

    /// Whether the demo is on its way, or the settings are being written.
    pub fn is_starting(&self, world: &World) -> bool {
        world.slots.is_open(Slot::Settings(self.id))
    }

    /// The first run's cursor: 0 = the demo, 1 = a connection.
    pub fn choice(&self) -> usize {
        self.choice
    }

    /// What is being typed above the list.
    pub fn typing(&self) -> &Typing {
        &self.typing
    }

    /// The last test.
    pub fn tested(&self) -> Option<&Tested> {
        self.tested.as_ref()
    }

    /// The connections that fit what is typed, in the order of the settings; with words, best first.
    pub fn shown(&self, world: &World) -> Vec<Shown> {
        let Typing::Words(edit) = &self.typing else {
            let all = world.connections.keys();
            return all.map(|id| Shown { id: *id, matched: Vec::new() }).collect();
        };
        let texts: Vec<String> = world.connections.values().map(searched).collect();
        let hits = fuzzy::rank(&edit.text(), &texts);
        let shown = hits.into_iter().filter_map(|hit| {
            let (id, connected) = world.connections.get_index(hit.index)?;
            let name = connected.connection.name.chars().count();
            let matched = hit.matched.into_iter().filter(|at| *at < name).collect();
            Some(Shown { id: *id, matched })
        });
        shown.collect()
    }

    /// The connection under the cursor.
    pub fn selected(&self, world: &World) -> Option<ConnectionId> {
        let shown = self.shown(world);
        let here = shown.iter().find(|it| Some(it.id) == self.at);
        here.or(shown.first()).map(|it| it.id)
    }

    fn step(&mut self, by: isize, world: &World) {
        if self.is_first_run(world) {
            self.choice = self.choice.saturating_add_signed(by).min(1);
            return;
        }
        let shown = self.shown(world);
        let at = shown.iter().position(|it| Some(it.id) == self.at).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(shown.len().saturating_sub(1));
        self.at = shown.get(next).map(|it| it.id);
    }

    fn open(&mut self, world: &mut World) -> Vec<Effect> {
        if self.is_first_run(world) {
            return if self.choice == 0 { self.demo(world) } else { Self::add(world) };
        }
        // An unreachable one opens too: what was kept of it stays readable.
        if let Some(id) = self.selected(world) {
            self.at = Some(id);
            self.typing = Typing::Nothing;
            world.moves.push(Move::List(id, None));
        }
        Vec::new()
    }

    fn demo(&mut self, world: &mut World) -> Vec<Effect> {
        let running = world.connections.iter().find(|(_, it)| it.connection.is_demo);
        if let Some((id, _)) = running {
            world.moves.push(Move::List(*id, None));
            return Vec::new();
        }
        if self.is_starting(world) {
            return Vec::new();
        }
        vec![Effect::StartDemo(world.slots.open(Slot::Settings(self.id)))]
    }

    fn add(world: &mut World) -> Vec<Effect> {
        let form = Connect::open(world.new_view(), None, world);
        world.moves.push(Move::Open(Box::new(View::Connect(Box::new(form)))));
        Vec::new()
    }

    fn edit(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(id) = self.selected(world) else { return Self::add(world) };
        if is_demo(id, world) {
            return world.note("The demo has no settings; it exists for this run only.");
        }
        let form = Connect::open(world.new_view(), Some(id), world);
        world.moves.push(Move::Open(Box::new(View::Connect(Box::new(form)))));
        Vec::new()
    }

    fn remove(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(id) = self.selected(world) else { return Vec::new() };
        if is_demo(id, world) {
            return world.note("The demo is in no settings; it goes with this run.");
        }
        world.moves.push(Move::Ask(Box::new(Question::RemoveConnection(id))));
        Vec::new()
    }

    fn test(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(id) = self.selected(world) else { return Vec::new() };
        let Some(connected) = world.connections.get(&id) else { return Vec::new() };
        let connection = connected.connection.clone();
        self.tested = Some(Tested::begin(Some(id), &connection, world.now));
        let ticket = world.slots.open(Slot::Test(self.id));
        vec![Effect::Check(ticket, Box::new(connection), None)]
    }

    /// Where a second factor is asked for, its code is typed first.
    fn sign_in(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(id) = self.selected(world) else { return Vec::new() };
        let health = world.connected(id).map(|it| &it.health);
        if matches!(health, Some(Health::NotSignedIn(Error::SecondFactor))) {
            self.ask_code(id);
            return Vec::new();
        }
        vec![Effect::SignIn(world.slots.open(Slot::Health(id)), id, None)]
    }

    /// A line for the code that the connection asks for.
    pub(super) fn ask_code(&mut self, id: ConnectionId) {
        self.at = Some(id);
        self.typing = Typing::Code(id, Edit::line(""));
    }

    fn check_all(world: &mut World) -> Vec<Effect> {
        let ids: Vec<_> = world.connections.keys().copied().collect();
        ids.into_iter().filter_map(|id| ask_health(id, world)).collect()
    }

    fn close(&mut self) {
        match self.typing {
            Typing::Nothing => self.tested = None,
            Typing::Words(_) | Typing::Code(..) => self.typing = Typing::Nothing,
        }
    }

    fn accept(&mut self, world: &mut World) -> Vec<Effect> {
        let Typing::Code(id, edit) = &self.typing else { return self.open(world) };
        let (id, code) = (*id, edit.text().trim().to_owned());
        self.typing = Typing::Nothing;
        let code = Some(code).filter(|code| !code.is_empty());
        vec![Effect::SignIn(world.slots.open(Slot::Health(id)), id, code)]
    }
}

/// What the words look through: the name first, so that its letters can be underlined.
fn searched(connected: &Connected) -> String {
    let it = &connected.connection;
    let user = it.user.as_deref().unwrap_or_default();
    format!("{} {} {user} {}", it.name, it.host(), it.kind.product())
}

fn is_demo(id: ConnectionId, world: &World) -> bool {
    world.connected(id).is_some_and(|it| it.connection.is_demo)
}

/// Whether a connection answers: asked in the background, once; the demo always does.
pub(super) fn ask_health(id: ConnectionId, world: &mut World) -> Option<Effect> {
    if world.settings.is_offline || is_demo(id, world) {
        return None;
    }
    Some(world.call(Slot::Health(id), id, Action::Whoami))
}

impl Pane for Picker {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        match self.typing {
            Typing::Nothing => &[Context::Picker, Context::Browse, Context::Everywhere],
            Typing::Words(_) | Typing::Code(..) => &[Context::Palette, Context::Everywhere],
        }
    }

    fn takes_text(&self) -> bool {
        !matches!(self.typing, Typing::Nothing)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        let by = isize::try_from(times).unwrap_or(1);
        match command {
            Command::Next | Command::NextPane => self.step(by, world),
            Command::Previous | Command::PreviousPane => self.step(-by, world),
            Command::HalfPageDown | Command::PageDown => self.step(PAGE.cast_signed(), world),
            Command::HalfPageUp | Command::PageUp => self.step(-PAGE.cast_signed(), world),
            Command::First => self.step(isize::MIN, world),
            Command::Last => self.step(isize::MAX, world),
            Command::Filter if !self.is_first_run(world) => {
                self.typing = Typing::Words(Edit::line(""));
            }
            Command::Close => self.close(),
            Command::Open => return self.accept(world),
            Command::AddConnection => return Self::add(world),
            Command::EditConnection => return self.edit(world),
            Command::TestConnection => return self.test(world),
            Command::RemoveConnection => return self.remove(world),
            Command::Demo => return self.demo(world),
            Command::SignIn => return self.sign_in(world),
            Command::Refresh | Command::RefreshAll => return Self::check_all(world),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        match &mut self.typing {
            Typing::Nothing => {}
            Typing::Code(_, edit) => {
                edit.press(key);
            }
            Typing::Words(edit) => {
                if edit.press(key) {
                    self.at = None;
                    self.at = self.selected(world);
                }
            }
        }
        Vec::new()
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        match &mut self.typing {
            Typing::Nothing => {}
            Typing::Code(_, edit) | Typing::Words(edit) => edit.paste(text),
        }
        self.at = self.selected(world);
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows.signum()), world),
            (Target::Item(at), Click::Once) if self.is_first_run(world) => {
                self.choice = (*at).min(1);
                return self.open(world);
            }
            (Target::Item(at), _) => {
                self.at = self.shown(world).get(*at).map(|it| it.id).or(self.at);
                if click == Click::Twice {
                    return self.open(world);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn checked(&mut self, step: CheckStep, world: &mut World) -> Vec<Effect> {
        Tested::advance(&mut self.tested, self.id, step, world);
        Vec::new()
    }

    /// The demo began, or a connection went.
    fn configured(
        &mut self,
        changed: Result<Option<ConnectionId>, Error>,
        world: &mut World,
    ) -> Vec<Effect> {
        match changed {
            Ok(Some(id)) => {
                self.at = Some(id);
                world.moves.push(Move::List(id, None));
                Vec::new()
            }
            Ok(None) => {
                self.tested = None;
                Vec::new()
            }
            Err(error) => world.say(None, Said::refused("this", error.into())),
        }
    }

    /// New connections are asked whether they answer.
    fn uncovered(&mut self, world: &mut World) -> Vec<Effect> {
        let new: Vec<_> = world
            .connections
            .iter()
            .filter(|(_, it)| it.health == Health::Unknown)
            .map(|(id, _)| *id)
            .filter(|id| !world.slots.is_open(Slot::Health(*id)))
            .collect();
        new.into_iter().filter_map(|id| ask_health(id, world)).collect()
    }

    fn confirmed(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        let Question::RemoveConnection(id) = question else { return Vec::new() };
        let Some(connected) = world.connected(*id) else { return Vec::new() };
        let name = connected.connection.name.clone();
        let ticket = world.slots.open(Slot::Settings(self.id));
        vec![Effect::Configure(ticket, Box::new(Configure::Remove(name)))]
    }
}
