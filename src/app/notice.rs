//! Messages to the user. At most three are shown; all are kept for this run.
use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    msg::Effect,
    slots::{Slot, Slots},
};
use crate::domain::{
    action::Failure, connection::ConnectionId, error::Error, exchanged::Exchanged,
};

/// How long a "done" stays. SCREENS §8.
const DONE_STAYS: Duration = Duration::from_secs(4);
const SHOWN: usize = 3;
const KEPT: usize = 200;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Names it among all of this run.
    pub id: u32,
    /// When it came.
    pub at: Timestamp,
    /// Whose.
    pub connection: Option<ConnectionId>,
    /// What it says.
    pub said: Said,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Something was done; goes by itself.
    Done(String),
    /// Something to know; goes by itself.
    Note(String),
    /// Something was refused or broke; stays until put away.
    Refused {
        /// What was tried: `the change to Olu Adeyemi`; raw.
        tried: String,
        /// Why not.
        error: Error,
        /// The exchange behind it.
        exchange: Option<Arc<Exchanged>>,
    },
}

/// All messages.
#[derive(Debug, Default)]
pub struct Notices {
    next: u32,
    shown: Vec<Notice>,
    kept: Vec<Notice>,
}

impl Notices {
    /// Those on the screen, oldest first.
    pub fn shown(&self) -> &[Notice] {
        &self.shown
    }

    /// All of this run, oldest first.
    pub fn kept(&self) -> &[Notice] {
        &self.kept
    }

    /// The newest refusal on the screen.
    pub fn refusal(&self) -> Option<&Notice> {
        self.shown.iter().rfind(|notice| matches!(notice.said, Said::Refused { .. }))
    }

    pub(super) fn say(
        &mut self,
        at: Timestamp,
        connection: Option<ConnectionId>,
        said: Said,
        slots: &mut Slots,
    ) -> Vec<Effect> {
        self.next += 1;
        let id = self.next;
        let goes = !matches!(said, Said::Refused { .. });
        let notice = Notice { id, at, connection, said };
        // The same refusal again replaces the old one: three equal rows help nobody.
        self.shown.retain(|old| old.said != notice.said);
        self.shown.push(notice.clone());
        self.kept.push(notice);
        let surplus = self.shown.len().saturating_sub(SHOWN);
        self.shown.drain(..surplus);
        let surplus = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..surplus);
        if goes {
            vec![Effect::After(slots.open(Slot::Notice(id)), DONE_STAYS)]
        } else {
            Vec::new()
        }
    }

    pub(super) fn drop_newest(&mut self) -> bool {
        self.shown.pop().is_some()
    }

    /// These signed in: that they were refused the login is over. It stays among all notices.
    pub(super) fn drop_refusals(&mut self, of: &[ConnectionId]) {
        let is_over = |notice: &Notice| {
            let is_refused =
                matches!(notice.said, Said::Refused { error: Error::Unauthorized { .. }, .. });
            is_refused && notice.connection.is_some_and(|id| of.contains(&id))
        };
        self.shown.retain(|notice| !is_over(notice));
    }

    pub(super) fn drop_id(&mut self, id: u32) {
        self.shown.retain(|notice| notice.id != id);
    }
}

impl Said {
    /// From a failure.
    pub fn refused(tried: impl Into<String>, failure: Failure) -> Self {
        Self::Refused { tried: tried.into(), error: failure.error, exchange: failure.exchange }
    }
}
