//! A list's menus: its columns, the server's presets.
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

/// A list's menus: its columns, the server's presets.
#[derive(Debug)]
pub struct Menu {
    id: ViewId,
    connection: ConnectionId,
    of: Command,
}

impl Menu {
    /// Of a list: [`Command::Columns`] or [`Command::Presets`].
    pub(super) fn open(id: ViewId, of: Command, list: &super::list::List, _world: &World) -> Self {
        Self { id, connection: list.connection(), of }
    }
}

impl Pane for Menu {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Menu, Context::Browse, Context::Everywhere]
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
