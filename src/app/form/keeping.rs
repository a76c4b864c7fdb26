//! Drafts: what is typed goes to the journal after a short pause, and at once when the form closes.
use std::time::Duration;

use super::{
    super::{
        confirm::Question,
        msg::{Effect, Keep},
        slots::Slot,
        world::{Move, World},
    },
    Draft, Error, Form, Kept,
};
use crate::domain::{change::Edits, draft::DraftState, value::Value};

/// After the last key.
const PAUSE: Duration = Duration::from_millis(300);

impl Form {
    /// Something was typed or chosen.
    pub(super) fn changed(&mut self, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        if let Some(input) = self.inputs.get_mut(self.at).filter(|it| it.sheet().is_some()) {
            input.renew(&ways);
        }
        self.is_pending = true;
        if !matches!(self.kept, Kept::Refused(_)) {
            self.kept = Kept::Going;
        }
        vec![world.after(Slot::DraftPause(self.id), PAUSE)]
    }

    /// To the journal with it; a form without changes has no draft.
    pub(super) fn keep_draft(&mut self, world: &mut World) -> Vec<Effect> {
        self.is_pending = false;
        world.slots.close(Slot::DraftPause(self.id));
        if self.changes() == 0 {
            self.kept = Kept::Nothing;
            return if self.has_draft { vec![self.no_draft(world)] } else { Vec::new() };
        }
        let state = if self.may_have_landed { DraftState::Sent } else { DraftState::Typing };
        vec![self.keep_as(state, world)]
    }

    pub(super) fn keep_as(&mut self, state: DraftState, world: &mut World) -> Effect {
        self.has_draft = true;
        self.is_pending = false;
        let draft = self.draft(state, world);
        world.keep(Slot::Draft(self.id), Keep::Draft(draft))
    }

    /// The journal forgets it.
    pub(super) fn no_draft(&mut self, world: &mut World) -> Effect {
        self.has_draft = false;
        self.is_pending = false;
        self.kept = Kept::Nothing;
        world.slots.close(Slot::DraftPause(self.id));
        let gone = Keep::NoDraft(self.identity(world), self.entity.clone(), self.draft_id());
        world.keep(Slot::Draft(self.id), gone)
    }

    /// Everything that would be lost without it.
    pub(super) fn draft(&self, state: DraftState, world: &World) -> Draft {
        let typed = self.inputs.iter().filter(|input| input.value().is_err());
        let typed = typed.filter_map(|input| Some((input.name().to_owned(), input.text()?)));
        Draft {
            identity: self.identity(world),
            entity: self.entity.clone(),
            id: self.draft_id(),
            base: self.base.as_deref().cloned(),
            edits: self.changed_values(),
            typed: typed.chain(self.typed_besides()).collect(),
            at: world.now(),
            state,
        }
    }

    /// What says something else than before.
    fn changed_values(&self) -> Edits {
        let changed = self.inputs.iter().filter(|input| input.is_changed());
        let values = changed.filter_map(|input| {
            Some((input.name().to_owned(), input.value().as_ref().ok()?.clone()))
        });
        let carried = self.carried.iter().map(|(name, value)| (name.clone(), value.clone()));
        values.chain(carried).collect()
    }

    /// What is typed, for a comparison with what others saved.
    pub(in crate::app) fn edits_to_compare(&self) -> Edits {
        self.changed_values()
    }

    /// What is sent: only changed fields; of a new record all that has a value, and what was
    /// emptied that the server would fill.
    pub(super) fn edits(&self) -> Edits {
        let mut edits = self.changed_values();
        if self.is_new() {
            for input in self.inputs.iter().filter(|input| input.locked().is_none()) {
                if let Ok(value) = input.value()
                    && !value.is_empty()
                {
                    edits.insert(input.name().to_owned(), value.clone());
                }
            }
            edits.retain(|name, value| !value.is_empty() || self.begins_with_value(name));
        }
        edits
    }

    fn begins_with_value(&self, name: &str) -> bool {
        let input = self.inputs.iter().find(|input| input.name() == name);
        input.is_some_and(|input| *input.before() != Value::Empty)
    }

    pub(super) fn take_kept(
        &mut self,
        result: Result<(), Error>,
        world: &mut World,
    ) -> Vec<Effect> {
        self.kept = match result {
            Ok(()) if !self.has_draft => Kept::Nothing,
            Ok(()) => Kept::Since(world.now()),
            Err(error) => Kept::Refused(error),
        };
        Vec::new()
    }

    pub(super) fn ask_drop(&mut self, world: &mut World) -> Vec<Effect> {
        if self.changes() == 0 && !self.has_draft {
            return world.note("There is no draft: nothing is changed.");
        }
        let draft = Box::new(self.draft(DraftState::Typing, world));
        world.moves.push(Move::Ask(Box::new(Question::DropDraft(draft))));
        Vec::new()
    }

    /// It was asked, and the answer was yes.
    pub(super) fn drop_draft(&mut self, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        self.begin_anew(&ways);
        self.restored = None;
        self.may_have_landed = false;
        let mut effects = world.done("The draft is dropped.");
        effects.push(self.no_draft(world));
        effects
    }
}
