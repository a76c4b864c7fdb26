//! Three versions of a record: before, theirs, mine. Choose a field at a time.
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

/// Three versions of a record: before, theirs, mine. Choose a field at a time.
#[derive(Debug)]
pub struct ConflictView {
    id: ViewId,
    connection: ConnectionId,
}

impl ConflictView {}

impl Pane for ConflictView {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Conflict, Context::Browse, Context::Everywhere]
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
