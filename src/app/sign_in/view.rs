//! The view of a sign-in: the page's address, a line for the code, what went wrong.
use super::{Door, Stage, begin, complete, mend, stop, usual};
use crate::{
    app::{
        command::Command,
        connect::Hidden,
        edit::Edit,
        keymap::{Context, Key},
        msg::Effect,
        slots::ViewId,
        state::Pane,
        world::{Move, World},
    },
    domain::connection::ConnectionId,
};

/// The view of a sign-in.
#[derive(Debug)]
pub struct SignIn {
    id: ViewId,
    of: ConnectionId,
    /// It shows itself as dots: it is as good as a login for a while.
    code: Hidden,
}

impl SignIn {
    pub(super) fn new(id: ViewId, of: ConnectionId) -> Self {
        Self { id, of, code: Hidden(Edit::line("")) }
    }

    /// Whose.
    pub fn of(&self) -> ConnectionId {
        self.of
    }

    /// The code, or the address where the browser ended; to be masked.
    pub fn code(&self) -> &Edit {
        self.code.edit()
    }

    /// Whether a code can be typed now.
    pub fn takes_code(&self, world: &World) -> bool {
        let known = world.sign_ins.get(&self.of);
        known.is_some_and(|it| {
            !matches!(it.door, Door::App { .. }) && matches!(it.stage, Stage::Open(_))
        })
    }

    /// Enter: the next step of what is shown.
    fn accept(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(known) = world.sign_ins.get(&self.of).cloned() else {
            return begin(self.of, usual(world), world);
        };
        match (known.stage, known.door) {
            (Stage::Asked | Stage::Failed(_), Door::App { mends: Some(app), .. }) => {
                world.moves.push(Move::Leave(self.id));
                mend(self.of, &app, world)
            }
            (Stage::Asked, door) => begin(self.of, door, world),
            (Stage::Failed(_), Door::App { mends: None, .. }) => {
                world.moves.push(Move::Leave(self.id));
                Vec::new()
            }
            (Stage::Failed(_), door @ (Door::Browser | Door::ByHand)) => {
                begin(self.of, door, world)
            }
            (Stage::Open(_), Door::Browser | Door::ByHand) if !self.code.0.is_empty() => {
                let code = self.code.0.text().trim().to_owned();
                complete(self.of, &code, world)
            }
            (Stage::Open(url), Door::Browser | Door::App { .. }) => vec![Effect::Browse(url)],
            (Stage::Open(_), Door::ByHand) => world.note("Type the code that the page shows."),
            (Stage::Beginning | Stage::Returned, _) => Vec::new(),
        }
    }

    /// What was begun goes on.
    fn close(&self, world: &mut World) -> Vec<Effect> {
        world.moves.push(Move::Leave(self.id));
        if !super::is_under_way(self.of, world) {
            world.sign_ins.remove(&self.of);
            return Vec::new();
        }
        let contexts = [Context::Picker, Context::Browse];
        let key = world.key(&contexts, Command::SignIn).unwrap_or_default();
        world.note(format!("The sign-in goes on; {key} in the list of connections shows it."))
    }

    fn copy(&self, world: &mut World) -> Vec<Effect> {
        let url = world.sign_ins.get(&self.of).and_then(|it| it.url()).map(str::to_owned);
        let Some(url) = url else { return world.note("There is no address yet.") };
        let mut effects = world.done("Copied");
        effects.push(Effect::Copy(url));
        effects
    }

    /// By a browser elsewhere, or again by one on this machine.
    fn other_browser(&self, world: &mut World) -> Vec<Effect> {
        match world.sign_ins.get(&self.of).map(|it| &it.door) {
            Some(Door::App { .. }) => Vec::new(),
            Some(Door::ByHand) => begin(self.of, Door::Browser, world),
            Some(Door::Browser) | None => begin(self.of, Door::ByHand, world),
        }
    }
}

impl Pane for SignIn {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.of)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::SignIn, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Open => self.accept(world),
            Command::Close => self.close(world),
            Command::ByCode => self.other_browser(world),
            Command::YankUrl => self.copy(world),
            Command::StopSignIn => {
                world.moves.push(Move::Leave(self.id));
                stop(self.of, world)
            }
            _ => Vec::new(),
        }
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.takes_code(world) {
            self.code.0.press(key);
        }
        Vec::new()
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        if self.takes_code(world) {
            self.code.0.paste(text.trim());
        }
        Vec::new()
    }
}
