//! One record.
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
    record::{RecordId, Total},
    schema::EntityName,
};

/// One record.
#[derive(Debug)]
pub struct Detail {
    id: ViewId,
    connection: ConnectionId,
    entity: EntityName,
    shows: RecordId,
    /// Its place in the list beneath, from 1, and how many there are.
    place: Option<(u64, Total)>,
}

impl Detail {
    pub(super) fn open(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        shows: RecordId,
        place: Option<(u64, Total)>,
        _world: &mut World,
    ) -> (Self, Vec<Effect>) {
        (Self { id, connection, entity, shows, place }, Vec::new())
    }
}

impl Pane for Detail {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Detail, Context::Browse, Context::Everywhere]
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
