//! What was sent and received, behind a notice; and all notices of this run.
use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::action::{Answer, Failure};

/// What was sent and received, behind a notice; and all notices of this run.
#[derive(Debug)]
pub struct ExchangeView {
    id: ViewId,
    /// `None` = all notices.
    notice: Option<u32>,
}

impl ExchangeView {
    pub(super) fn open(id: ViewId, notice: Option<u32>) -> Self {
        Self { id, notice }
    }
}

impl Pane for ExchangeView {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Exchange, Context::Browse, Context::Everywhere]
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
