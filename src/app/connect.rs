//! The settings of one connection: new or changed.
use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::{
    action::{Answer, Failure},
    connection::ConnectionId,
};

/// The settings of one connection: new or changed.
#[derive(Debug)]
pub struct Connect {
    id: ViewId,
    /// `None` = a new one.
    changes: Option<ConnectionId>,
}

impl Connect {
    pub(super) fn open(id: ViewId, changes: Option<ConnectionId>, _world: &World) -> Self {
        Self { id, changes }
    }
}

impl Pane for Connect {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Connection, Context::Everywhere]
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
