//! The list of connections; without any, the choice of the first run.
use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::action::{Answer, Failure};

/// The list of connections; without any, the choice of the first run.
#[derive(Debug)]
pub struct Picker {
    id: ViewId,
}

impl Picker {
    pub(super) fn new(id: ViewId) -> Self {
        Self { id }
    }
}

impl Pane for Picker {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Picker, Context::Browse, Context::Everywhere]
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
