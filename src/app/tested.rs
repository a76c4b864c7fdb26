//! A connection's test as it runs: the steps so far.
use jiff::Timestamp;

use super::{
    slots::{Slot, ViewId},
    world::World,
};
use crate::domain::{
    check::{Check, CheckState, CheckStep},
    connection::{Connection, ConnectionId},
};

/// A connection's test as it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// Whose; `None` = one that is being typed.
    connection: Option<ConnectionId>,
    /// Its product, for people.
    product: &'static str,
    begun: Timestamp,
    steps: Vec<CheckStep>,
}

impl Tested {
    pub(super) fn begin(id: Option<ConnectionId>, of: &Connection, now: Timestamp) -> Self {
        Self { connection: id, product: of.kind.product(), begun: now, steps: Vec::new() }
    }

    /// Takes the next step of the test that a view began; the last one closes its slot.
    pub(super) fn advance(
        tested: &mut Option<Self>,
        view: ViewId,
        step: CheckStep,
        world: &mut World,
    ) {
        if tested.as_mut().is_some_and(|tested| tested.take(step)) {
            world.slots.close(Slot::Test(view));
        }
    }

    /// Takes the next step; whether it was the last one.
    fn take(&mut self, step: CheckStep) -> bool {
        self.steps.retain(|old| old.check != step.check);
        self.steps.push(step);
        self.is_over()
    }

    /// Whose; `None` = one that is being typed.
    pub fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// Its product, for people.
    pub fn product(&self) -> &'static str {
        self.product
    }

    /// When it began.
    pub fn begun(&self) -> Timestamp {
        self.begun
    }

    /// How a step went; `None` = it has not come so far.
    pub fn state(&self, check: Check) -> Option<&CheckState> {
        self.steps.iter().find(|step| step.check == check).map(|step| &step.state)
    }

    /// Whether nothing more comes.
    pub fn is_over(&self) -> bool {
        self.state(Check::Permissions).is_some()
    }

    /// Why it did not pass.
    pub fn failure(&self) -> Option<&crate::domain::error::Error> {
        self.steps.iter().find_map(|step| match &step.state {
            CheckState::Failed(error) => Some(error),
            CheckState::Passed(..) | CheckState::NotReached => None,
        })
    }

    /// Whether all steps passed.
    pub fn is_passed(&self) -> bool {
        self.is_over() && self.failure().is_none()
    }
}
