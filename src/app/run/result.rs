//! A deed being done, and what it gave: as fields, as a table, or as JSON.
use serde_json::Value as Json;

use super::{Deed, output, paging};
use crate::{
    app::{
        command::Command,
        detail::Page,
        keymap::Context,
        msg::{Click, Effect, Target},
        slots::{Slot, ViewId},
        state::Pane,
        world::{Move, World},
    },
    domain::{
        action::{Answer, Failure, Ran},
        connection::ConnectionId,
        error::Error,
    },
};

/// Columns and rows of a popup in a window of that size, and of what is inside it.
pub fn inside(width: u16, height: u16) -> (u16, u16) {
    let wide = width.saturating_sub(2).min(104);
    let high = height.saturating_sub(3).min(34);
    (wide.saturating_sub(6), high.saturating_sub(6))
}

/// A deed being done, and what it gave.
#[derive(Debug)]
pub struct ResultView {
    id: ViewId,
    connection: ConnectionId,
    deed: Deed,
    /// `None` = it is being done.
    ran: Option<Ran>,
    is_json: bool,
    page: Page,
    top: usize,
}

impl ResultView {
    /// Being done.
    pub(in crate::app) fn start(
        id: ViewId,
        connection: ConnectionId,
        deed: Deed,
        input: Json,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let slot = if deed.writes(&input) { Slot::Write(id) } else { Slot::Run(id) };
        let deed = Deed { given: Some(input.clone()), ..deed };
        let effects = match deed.action(input) {
            Ok(action) => vec![world.call(slot, connection, action)],
            Err((member, why)) => world.note(format!("{member}: {why}")),
        };
        let (page, top) = (Page::default(), 0);
        (Self { id, connection, deed, ran: None, is_json: false, page, top }, effects)
    }

    /// Done.
    pub(in crate::app) fn of(
        id: ViewId,
        connection: ConnectionId,
        deed: Deed,
        ran: Ran,
        world: &World,
    ) -> Self {
        let (page, top) = (Page::default(), 0);
        let mut view = Self { id, connection, deed, ran: Some(ran), is_json: false, page, top };
        view.lay(world);
        view
    }

    /// What was done.
    pub fn deed(&self) -> &Deed {
        &self.deed
    }

    /// What it gave; `None` = it is being done.
    pub fn ran(&self) -> Option<&Ran> {
        self.ran.as_ref()
    }

    /// Whether it is shown as JSON.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// What is laid out.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The first line on a screen with so many rows for it.
    pub fn top(&self, rows: usize) -> usize {
        self.top.min(self.page.lines.len().saturating_sub(rows))
    }

    /// The input that asks for the next page.
    pub fn more(&self) -> Option<Json> {
        let ran = self.ran.as_ref().filter(|_| !self.deed.is_write)?;
        let nothing = Json::Null;
        let given = self.deed.given.as_ref().unwrap_or(&nothing);
        paging::next(&self.deed.input, given, &ran.output)
    }

    fn ask_more(&self, world: &mut World) -> Vec<Effect> {
        if world.slots.is_open(Slot::Run(self.id)) {
            return Vec::new();
        }
        match self.more().map(|input| self.deed.action(input)) {
            Some(Ok(action)) => vec![world.call(Slot::Run(self.id), self.connection, action)],
            Some(Err((member, why))) => world.note(format!("{member}: {why}")),
            None => world.note("This is all of it."),
        }
    }

    /// One more page; after a failure those that are there stay.
    fn take_more(&mut self, result: Result<Answer, Failure>, world: &mut World) -> Vec<Effect> {
        match result.map(|answer| super::ran(answer.outcome)) {
            Ok(more) => {
                if let (Some(ran), Some(more)) = (&mut self.ran, more) {
                    ran.output = paging::joined(std::mem::take(&mut ran.output), &more.output);
                }
                self.lay(world);
                Vec::new()
            }
            Err(failure) => world.refuse(self.connection, self.deed.named(), failure),
        }
    }

    fn lay(&mut self, world: &World) {
        let (width, _) = inside(world.size().width, world.size().height);
        let Some(ran) = &self.ran else { return };
        self.page = if self.is_json {
            output::as_json(&ran.output, width)
        } else {
            output::laid_out(&ran.output, width)
        };
    }

    fn scroll(&mut self, by: isize, world: &World) {
        let (_, rows) = inside(world.size().width, world.size().height);
        let top = self.top(usize::from(rows)).saturating_add_signed(by);
        self.top = top.min(self.page.lines.len().saturating_sub(usize::from(rows)));
    }

    fn copy(&self, command: Command, world: &mut World) -> Vec<Effect> {
        let Some(ran) = &self.ran else { return Vec::new() };
        let text = if command == Command::YankJson || !ran.output.is_string() {
            serde_json::to_string_pretty(&ran.output).unwrap_or_default()
        } else {
            ran.output.as_str().unwrap_or_default().to_owned()
        };
        let mut effects = world.done("Copied");
        effects.push(Effect::Copy(text));
        effects
    }
}

impl Pane for ResultView {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Result, Context::Browse, Context::Everywhere]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        let (_, rows) = inside(world.size().width, world.size().height);
        let (page, times) = (usize::from(rows).max(1), isize::try_from(times).unwrap_or(1));
        match command {
            Command::Close if self.ran.is_none() && self.deed.is_write => {
                return world.note("It is being done; wait for the answer.");
            }
            Command::Close | Command::Open => world.moves.push(Move::Close),
            Command::Next => self.scroll(times, world),
            Command::Previous => self.scroll(-times, world),
            Command::PageDown | Command::HalfPageDown => self.scroll(page.cast_signed(), world),
            Command::PageUp | Command::HalfPageUp => self.scroll(-page.cast_signed(), world),
            Command::First => self.top = 0,
            Command::Last => self.scroll(isize::MAX, world),
            Command::NextPane | Command::PreviousPane => {
                (self.is_json, self.top) = (!self.is_json, 0);
                self.lay(world);
            }
            Command::YankJson | Command::YankCell => return self.copy(command, world),
            Command::MoreOfIt => return self.ask_more(world),
            _ => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, _target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        if let Click::Wheel(rows) = click {
            self.scroll(isize::from(rows), world);
        }
        Vec::new()
    }

    fn answered(
        &mut self,
        _slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        if self.ran.is_some() {
            return self.take_more(result, world);
        }
        // What is to be shown of it is shown by a view of its own.
        world.moves.push(Move::Leave(self.id));
        match result.map(|answer| super::ran(answer.outcome)) {
            Ok(Some(ran)) => super::done(self.connection, &self.deed, ran, world),
            Ok(None) => {
                let odd = Error::bug("a deed was answered with something else");
                world.refuse(self.connection, self.deed.named(), odd.into())
            }
            Err(failure) => world.refuse(self.connection, self.deed.named(), failure),
        }
    }

    fn resized(&mut self, world: &mut World) -> Vec<Effect> {
        self.lay(world);
        Vec::new()
    }
}
