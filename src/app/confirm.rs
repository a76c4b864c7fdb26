//! A question before something that cannot be undone. The answer is no, unless `y` is pressed.
use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::domain::{
    action::LinkChange,
    action::{Answer, Failure},
    connection::ConnectionId,
    draft::Draft,
    record::Record,
};

/// A question before something that cannot be undone. The answer is no, unless `y` is pressed.
#[derive(Debug)]
pub struct Confirm {
    id: ViewId,
    question: Question,
}

impl Confirm {
    pub(super) fn new(id: ViewId, question: Question) -> Self {
        Self { id, question }
    }
}

impl Pane for Confirm {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Confirm, Context::Everywhere]
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

/// What is asked.
#[derive(Debug)]
pub enum Question {
    /// Delete this record?
    Delete(ConnectionId, Box<Record>),
    /// Take records out of a link? With the record's and the link's names, for people.
    Unlink(ConnectionId, LinkChange, String),
    /// Remove a connection from the settings?
    RemoveConnection(ConnectionId),
    /// Throw a draft away?
    DropDraft(Box<Draft>),
}
