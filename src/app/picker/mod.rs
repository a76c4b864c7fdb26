//! The list of connections; without any, the choice of the first run.
use super::{
    actions::Actions,
    apps,
    command::Command,
    confirm::Question,
    connect::Connect,
    connectors::Connectors,
    edit::Edit,
    keymap::{Context, Key},
    msg::{Click, Configure, Effect, Target},
    notice::Said,
    run, sign_in,
    slots::{Slot, ViewId},
    state::{News, Pane, View},
    tested::Tested,
    world::{Health, Move, World},
};
use crate::domain::{action::Action, check::CheckStep, connection::ConnectionId, error::Error};

pub mod rows;
#[cfg(test)]
mod tests;

pub use rows::{Row, Shown};

/// A page of connections: nobody has so many that it matters.
const PAGE: usize = 10;

/// The list of connections; without any, the choice of the first run.
#[derive(Debug)]
pub struct Picker {
    id: ViewId,
    /// The row under the cursor; `None` = the first one.
    at: Option<Row>,
    /// Sign-ins whose connections are folded away.
    folded: Vec<ConnectionId>,
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

impl Picker {
    pub(super) fn new(id: ViewId) -> Self {
        Self { id, at: None, folded: Vec::new(), choice: 0, typing: Typing::Nothing, tested: None }
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

    /// The rows that fit what is typed; with words, best first.
    pub fn shown(&self, world: &World) -> Vec<Shown> {
        rows::shown(&self.typing, &self.folded, world)
    }

    /// Whether the connections of a sign-in are folded away.
    pub fn is_folded(&self, id: ConnectionId) -> bool {
        self.folded.contains(&id)
    }

    /// The row under the cursor.
    pub fn row(&self, world: &World) -> Option<Row> {
        let shown = self.shown(world);
        let here = shown.iter().find(|it| Some(&it.row) == self.at.as_ref());
        here.or(shown.first()).map(|it| it.row.clone())
    }

    /// The connection of the settings under the cursor.
    pub fn selected(&self, world: &World) -> Option<ConnectionId> {
        match self.row(world)? {
            Row::Own(id) => Some(id),
            Row::Kept(..) | Row::Another(_) => None,
        }
    }

    fn step(&mut self, by: isize, world: &World) {
        if self.is_first_run(world) {
            self.choice = self.choice.saturating_add_signed(by).min(1);
            return;
        }
        let shown = self.shown(world);
        let at = shown.iter().position(|it| Some(&it.row) == self.at.as_ref()).unwrap_or(0);
        let next = at.saturating_add_signed(by).min(shown.len().saturating_sub(1));
        self.at = shown.get(next).map(|it| it.row.clone());
    }

    fn open(&mut self, world: &mut World) -> Vec<Effect> {
        if self.is_first_run(world) {
            return if self.choice == 0 { self.demo(world) } else { Self::add(world) };
        }
        let Some(row) = self.row(world) else { return Vec::new() };
        self.at = Some(row.clone());
        self.typing = Typing::Nothing;
        match row {
            Row::Own(id) => match Self::next_step(id, world) {
                Some(effects) => effects,
                None => Self::list(id, world),
            },
            Row::Kept(root, app) => self.open_kept(root, &app, world),
            Row::Another(root) => {
                let (view, effects) = Connectors::open(world.new_view(), root, world);
                world.moves.push(Move::Open(Box::new(View::Connectors(Box::new(view)))));
                effects
            }
        }
    }

    /// An unreachable one opens too: what was kept of it stays readable.
    fn list(id: ConnectionId, world: &mut World) -> Vec<Effect> {
        world.moves.push(Move::List(id, None));
        Vec::new()
    }

    /// What must be done in the browser first, where that is known.
    fn next_step(id: ConnectionId, world: &mut World) -> Option<Vec<Effect>> {
        if world.settings.is_offline {
            return None;
        }
        let is_broken = apps::behind(id, world).is_some_and(|app| !app.is_ready());
        let health = world.connected(id).map(|it| &it.health);
        let is_refused = matches!(health, Some(Health::NotSignedIn(_)));
        if is_broken || is_refused { Self::mend(id, world) } else { None }
    }

    /// What goes through Membrane is mended there; a sign-in is signed in.
    fn mend(id: ConnectionId, world: &mut World) -> Option<Vec<Effect>> {
        let root = sign_in::root(id, world)?;
        let broken = apps::behind(id, world).filter(|app| !app.is_ready());
        match broken.map(|app| (app.is_built(), app.id.clone())) {
            Some((true, _)) => Some(world.note("Membrane is still setting it up; r asks again.")),
            Some((false, app)) => Some(sign_in::mend(root, &app, world)),
            None => sign_in::wished(id, world),
        }
    }

    /// One that the settings do not name yet: it is named there, then opened.
    fn open_kept(&self, root: ConnectionId, app: &str, world: &mut World) -> Vec<Effect> {
        let Some(known) = apps::find(root, app, world).cloned() else { return Vec::new() };
        if known.is_built() {
            return world.note("Membrane is still setting it up; r asks again.");
        }
        if !known.is_ready() {
            return sign_in::mend(root, &known.id, world);
        }
        if self.is_starting(world) {
            return Vec::new();
        }
        let Some(connection) = known.connection(root, world) else { return Vec::new() };
        let ticket = world.slots.open(Slot::Settings(self.id));
        vec![Effect::Configure(ticket, Box::new(Configure::Save(None, Box::new(connection), None)))]
    }

    /// Testing or archiving one that Membrane keeps.
    fn do_kept(key: &str, root: ConnectionId, app: &str, world: &mut World) -> Vec<Effect> {
        let Some(known) = apps::find(root, app, world) else { return Vec::new() };
        let deed = apps::deed(key, known);
        run::begin(root, deed, world)
    }

    /// Everything that the row under the cursor can run.
    fn actions(&self, world: &mut World) -> Vec<Effect> {
        let (id, app) = match self.row(world) {
            Some(Row::Own(id)) => (id, None),
            Some(Row::Kept(root, app)) => (root, Some(app)),
            Some(Row::Another(_)) | None => return Vec::new(),
        };
        let (view, effects) = Actions::open(world.new_view(), id, app, world);
        world.moves.push(Move::Open(Box::new(View::Actions(Box::new(view)))));
        effects
    }

    fn fold(&mut self, folds: bool, world: &World) {
        let Some(row) = self.row(world) else { return };
        let Some(root) = sign_in::root(row.connection(), world) else { return };
        self.folded.retain(|it| *it != root);
        if folds {
            self.folded.push(root);
            self.at = Some(Row::Own(root));
        }
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
        let id = match self.row(world) {
            Some(Row::Own(id)) => id,
            Some(Row::Kept(..)) => {
                return world.note("It has no settings here yet; Enter opens it and names it.");
            }
            Some(Row::Another(_)) => return Vec::new(),
            None => return Self::add(world),
        };
        if is_demo(id, world) {
            return world.note("The demo has no settings; it exists for this run only.");
        }
        let form = Connect::open(world.new_view(), Some(id), world);
        world.moves.push(Move::Open(Box::new(View::Connect(Box::new(form)))));
        Vec::new()
    }

    fn remove(&mut self, world: &mut World) -> Vec<Effect> {
        if let Some(Row::Kept(root, app)) = self.row(world) {
            return Self::do_kept("archive", root, &app, world);
        }
        let Some(id) = self.selected(world) else { return Vec::new() };
        if is_demo(id, world) {
            return world.note("The demo is in no settings; it goes with this run.");
        }
        world.moves.push(Move::Ask(Box::new(Question::RemoveConnection(id))));
        Vec::new()
    }

    fn test(&mut self, world: &mut World) -> Vec<Effect> {
        if let Some(Row::Kept(root, app)) = self.row(world) {
            return Self::do_kept("test", root, &app, world);
        }
        let Some(id) = self.selected(world) else { return Vec::new() };
        let Some(connected) = world.connections.get(&id) else { return Vec::new() };
        let connection = connected.connection.clone();
        self.tested = Some(Tested::begin(Some(id), &connection, world.now));
        let ticket = world.slots.open(Slot::Test(self.id));
        vec![Effect::Check(ticket, Box::new(connection), None)]
    }

    /// Where a second factor is asked for, its code is typed first.
    fn sign_in(&mut self, world: &mut World) -> Vec<Effect> {
        if let Some(Row::Kept(root, app)) = self.row(world) {
            return sign_in::mend(root, &app, world);
        }
        let Some(id) = self.selected(world) else { return Vec::new() };
        if let Some(effects) = Self::mend(id, world) {
            return effects;
        }
        let id = sign_in::root(id, world).unwrap_or(id);
        let health = world.connected(id).map(|it| &it.health);
        if matches!(health, Some(Health::NotSignedIn(Error::SecondFactor))) {
            self.ask_code(id);
            return Vec::new();
        }
        vec![Effect::SignIn(world.slots.open(Slot::Health(id)), id, None)]
    }

    /// A line for the code that the connection asks for.
    pub(super) fn ask_code(&mut self, id: ConnectionId) {
        self.at = Some(Row::Own(id));
        self.typing = Typing::Code(id, Edit::line(""));
    }

    fn check_all(world: &mut World) -> Vec<Effect> {
        let ids: Vec<_> = world.connections.keys().copied().collect();
        let mut effects = Vec::new();
        for id in ids {
            effects.extend(ask_health(id, world));
            effects.extend(apps::ask(id, world));
        }
        effects
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
            Command::Actions => return self.actions(world),
            Command::Left => self.fold(true, world),
            Command::Right => self.fold(false, world),
            Command::Browser => {
                // What was kept stays readable, whatever the connection needs.
                return self.selected(world).map_or_else(Vec::new, |id| Self::list(id, world));
            }
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
                    self.at = self.row(world);
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
        self.at = self.row(world);
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
                let row = self.shown(world).get(*at).map(|it| it.row.clone());
                self.at = row.or_else(|| self.at.take());
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
                self.at = Some(Row::Own(id));
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
        let mut effects = Vec::new();
        for id in new {
            effects.extend(ask_health(id, world));
            effects.extend(apps::ask(id, world));
        }
        effects
    }

    /// A connection that was made is under the cursor.
    fn heard(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        if let News::Connected(root, app) = news {
            let own = world.connections.keys().copied().find(|id| {
                sign_in::root(*id, world) == Some(*root)
                    && apps::behind(*id, world).is_some_and(|known| known.is(app))
            });
            self.at = Some(own.map_or_else(|| Row::Kept(*root, app.clone()), Row::Own));
            self.folded.retain(|it| it != root);
        }
        Vec::new()
    }

    fn confirmed(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        let Question::RemoveConnection(id) = question else { return Vec::new() };
        let Some(connected) = world.connected(*id) else { return Vec::new() };
        let name = connected.connection.name.clone();
        let ticket = world.slots.open(Slot::Settings(self.id));
        vec![Effect::Configure(ticket, Box::new(Configure::Remove(name)))]
    }
}
