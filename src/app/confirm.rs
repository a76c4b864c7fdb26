//! A question before something that cannot be undone. The answer is no, unless `y` is pressed.
use jiff::{SignedDuration, Timestamp};

use super::{
    command::Command,
    keymap::Context,
    msg::Effect,
    run::Deed,
    slots::ViewId,
    state::Pane,
    world::{Move, World},
};
use crate::domain::{action::LinkChange, connection::ConnectionId, draft::Draft, record::Record};

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

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Yes => self.yes(world),
            Command::Close | Command::Open => world.moves.push(Move::Close),
            _ => {}
        }
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
    /// Send the comment by e-mail? With the record's name, for people.
    Mail(ConnectionId, String),
    /// Do it, with this input?
    Run(ConnectionId, Box<Deed>, serde_json::Value),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            msg::Msg,
            slots::Slot,
            state::{State, View},
            trial::{answer, calls, press, with_list},
            update::update,
        },
        domain::action::{Action, Outcome},
    };

    /// The question, and so many ms gone since.
    fn asked(ms: i64) -> State {
        let mut state = with_list();
        press(&mut state, "D");
        let later = state.world().now() + SignedDuration::from_millis(ms);
        update(&mut state, Msg::Now(later));
        state
    }

    #[test]
    fn what_is_typed_ahead_deletes_nothing() {
        let mut state = asked(149);
        assert!(press(&mut state, "y").is_empty());
        assert!(matches!(state.top(), Some(View::Confirm(_))), "the question stays");
    }

    #[test]
    fn only_y_means_yes() {
        for key in ["enter", "n", "esc"] {
            let mut state = asked(500);
            assert!(calls(&press(&mut state, key)).is_empty());
            assert!(state.top().and_then(View::list).is_some(), "{key} answers no");
        }
    }

    #[test]
    fn after_yes_the_record_is_deleted_and_leaves_the_list() {
        let mut state = asked(500);
        let effects = press(&mut state, "y");
        assert!(matches!(calls(&effects)[..], [Action::Delete { .. }]), "{effects:?}");
        let list = state.top().unwrap().pane().id();
        answer(&mut state, Slot::Write(list), crate::app::trial::fresh(Outcome::Done));
        let list = state.top().and_then(View::list).unwrap();
        assert_eq!(list.window().rows().len(), 2);
        let told = state.world().notices().shown().last().map(|it| format!("{:?}", it.said));
        assert!(told.is_some_and(|told| told.contains("Ada deleted")));
    }
}
