//! What works here; filters as one types, and runs.
use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::action::{Answer, Failure};

/// What works here; filters as one types, and runs.
#[derive(Debug)]
pub struct Help {
    id: ViewId,
    /// Those of the view beneath.
    of: &'static [Context],
}

impl Help {
    pub(super) fn open(id: ViewId, of: &'static [Context]) -> Self {
        Self { id, of }
    }
}

impl Pane for Help {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Help, Context::Everywhere]
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
