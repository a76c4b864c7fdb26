//! A question before something that cannot be undone. The answer is no, unless `y` is pressed.
use jiff::{SignedDuration, Timestamp};

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

/// What is typed so soon was meant for the view beneath.
const TYPED_AHEAD: SignedDuration = SignedDuration::from_millis(150);

/// A question before something that cannot be undone. The answer is no, unless `y` is pressed.
#[derive(Debug)]
pub struct Confirm {
    id: ViewId,
    question: Question,
    opened: Timestamp,
}

impl Confirm {
    pub(super) fn new(id: ViewId, question: Question, world: &World) -> Self {
        Self { id, question, opened: world.now }
    }

    /// What is asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The view beneath is told; a `y` that was on its way before the question came is not meant.
    fn yes(&self, world: &mut World) {
        let open_for = world.now.duration_since(self.opened);
        if open_for >= TYPED_AHEAD {
            let question = Box::new(self.question.clone());
            world.moves.extend([Move::Close, Move::Confirmed(question)]);
        }
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
        match command {
            Command::Yes => self.yes(world),
            Command::Close | Command::Open => world.moves.push(Move::Close),
            _ => {}
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
#[derive(Clone, Debug)]
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
