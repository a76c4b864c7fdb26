//! One box over records, commands, types and connections.
use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::action::{Answer, Failure};

/// One box over records, commands, types and connections.
#[derive(Debug)]
pub struct Palette {
    id: ViewId,
}

impl Palette {
    /// With a prefix typed already: `>` for commands.
    pub(super) fn open(id: ViewId, _prefix: &str, _world: &mut World) -> (Self, Vec<Effect>) {
        (Self { id }, Vec::new())
    }
}

impl Pane for Palette {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Palette, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        if command == Command::Close {
            world.moves.push(Move::Close);
        }
        Vec::new()
    }

    fn answered(
        &mut self,
        _slot: Slot,
        _result: Result<Answer, Failure>,
        _world: &mut World,
    ) -> Vec<Effect> {
        Vec::new()
    }
}
