//! A record's form: in the same place as the detail.
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
    change::Edits,
    connection::ConnectionId,
    record::RecordId,
    schema::EntityName,
};

/// A record's form: in the same place as the detail.
#[derive(Debug)]
pub struct Form {
    id: ViewId,
    connection: ConnectionId,
    entity: EntityName,
    /// `None` = a new record.
    record: Option<RecordId>,
}

impl Form {
    /// For a record that exists.
    pub(super) fn edit(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        record: RecordId,
        _world: &mut World,
    ) -> (Self, Vec<Effect>) {
        (Self { id, connection, entity, record: Some(record) }, Vec::new())
    }

    /// For a new one, with these values already.
    pub(super) fn add(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        _edits: Edits,
        _world: &mut World,
    ) -> (Self, Vec<Effect>) {
        (Self { id, connection, entity, record: None }, Vec::new())
    }
}

impl Pane for Form {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Form, Context::Everywhere]
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
