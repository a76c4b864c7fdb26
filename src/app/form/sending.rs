//! Sending a form, and what becomes of it. Whatever the answer, what was typed stays until the
//! record has it.
use super::{
    super::{
        conflict::ConflictView,
        duplicates::Duplicates,
        slots::Slot,
        state::{News, View},
        world::{Move, Resolution, World, Writing},
    },
    Action, Answer, Effect, Error, Failure, Form, Record,
};
use crate::domain::{
    action::Outcome,
    change::{Conflict, Edits, Written},
    draft::DraftState,
    value::Value,
};

impl Form {
    /// The changed fields, if nothing is wrong with them.
    pub(super) fn save(&mut self, world: &mut World) -> Vec<Effect> {
        if self.is_sending {
            return world.note("It is being sent; the answer comes first.");
        }
        if !self.is_ready {
            return Vec::new();
        }
        let is_new = self.is_new();
        for input in &mut self.inputs {
            let complaint = input.complaint(is_new);
            input.complain(complaint);
        }
        if let Some(at) = self.inputs.iter().position(|input| input.error().is_some()) {
            self.at = at;
            return Vec::new();
        }
        if self.deed().is_some() {
            return self.save_deed(world);
        }
        let edits = self.edits();
        if edits.is_empty() && !is_new {
            return world.note("Nothing is changed, so nothing is sent.");
        }
        self.send(edits, false, world)
    }

    /// `insists`: theirs were seen and mine shall stand, or similar records were seen.
    fn send(&mut self, edits: Edits, insists: bool, world: &mut World) -> Vec<Effect> {
        let action = match &self.base {
            Some(base) => Action::Update { base: base.clone(), edits, resolved: insists },
            None => {
                Action::Create { entity: self.entity.clone(), edits, despite_duplicates: insists }
            }
        };
        self.is_sending = true;
        self.popup = None;
        // The draft says that it was sent before it is: a crash in between loses nothing.
        let mut effects = vec![self.keep_as(DraftState::Sent, world)];
        let writing = Writing {
            connection: self.connection,
            name: self.title(world),
            draft: self.draft(DraftState::Sent, world),
        };
        world.writes.insert(self.id, writing);
        effects.push(world.call(Slot::Write(self.id), self.connection, action));
        effects
    }

    pub(super) fn take_written(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        self.is_sending = false;
        match result {
            Ok(Answer { outcome: Outcome::Written(written), .. }) => self.saved(*written, world),
            Ok(answer) if self.deed().is_some() => self.take_ran(answer.outcome, world),
            Err(failure) if self.deed().is_some() => self.not_ran(failure, world),
            Ok(_) => {
                let odd = Error::bug("a write was answered with something else");
                self.stay("the change", odd.into(), world)
            }
            Err(failure) => self.held_up(failure, world),
        }
    }

    /// It landed: all views hear of it, and the form goes.
    fn saved(&mut self, written: Written, world: &mut World) -> Vec<Effect> {
        let Written { record, not_stored } = written;
        let mut effects = vec![self.no_draft(world)];
        let name = record.title(self.entity_type(world));
        let labels = self.changed_labels();
        let said = if self.is_new() || labels.is_empty() {
            format!("{name} saved")
        } else {
            format!("{name} saved · {}", labels.join(", "))
        };
        effects.extend(world.done(said));
        for (field, value) in not_stored {
            effects.extend(self.not_stored(&field, &value, world));
        }
        let (entity, id) = (record.entity.clone(), record.id.clone());
        world.moves.push(Move::Tell(News::Written(self.connection, Box::new(record))));
        world.moves.push(Move::Close);
        if self.is_new() {
            world.moves.push(Move::Record(self.connection, entity, id));
        }
        effects
    }

    fn changed_labels(&self) -> Vec<String> {
        let changed = self.inputs.iter().filter(|input| input.is_changed());
        changed.map(|input| input.field().label.clone()).collect()
    }

    /// The server took it without a word, and has something else now.
    fn not_stored(&self, field: &str, value: &Value, world: &mut World) -> Vec<Effect> {
        let input = self.inputs.iter().find(|input| input.name() == field);
        let label = input.map_or(field, |input| input.field().label.as_str());
        let ways = self.ways(world);
        let now = match input {
            Some(input) => super::typed::written(value, input.field(), &ways),
            None => super::super::show::plain(value, &ways.format),
        };
        let now = if now.is_empty() { "nothing".to_owned() } else { now };
        world.note(format!("The server did not keep {label}: it stands at {now}."))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the errors that are dealt with here are named"
    )]
    fn held_up(&mut self, failure: Failure, world: &mut World) -> Vec<Effect> {
        match failure.error.clone() {
            Error::Invalid { field: Some(field), reason } => match self.place(&field) {
                Some(at) => self.refused(at, &reason, world),
                None => self.stay_as(failure, world),
            },
            Error::Conflict(conflict) if self.base.is_some() => self.compare(*conflict, world),
            Error::Duplicate { records } => self.open_duplicates(records, world),
            Error::Unknown => {
                self.may_have_landed = true;
                let tried = format!("the change to {}", self.title(world));
                world.refuse(self.connection, tried, failure)
            }
            _ => self.stay_as(failure, world),
        }
    }

    fn stay_as(&mut self, failure: Failure, world: &mut World) -> Vec<Effect> {
        let tried = format!("the change to {}", self.title(world));
        self.stay(&tried, failure, world)
    }

    /// Nothing landed: the draft is being typed again, and the reason is said.
    pub(super) fn stay(&mut self, tried: &str, failure: Failure, world: &mut World) -> Vec<Effect> {
        let mut effects = vec![self.type_on(world)];
        effects.extend(world.refuse(self.connection, tried, failure));
        effects
    }

    fn type_on(&mut self, world: &mut World) -> Effect {
        self.may_have_landed = false;
        self.keep_as(DraftState::Typing, world)
    }

    /// The server refused one field: its text stays, and the cursor goes there.
    pub(super) fn refused(&mut self, at: usize, reason: &str, world: &mut World) -> Vec<Effect> {
        let reason = match reason {
            "required" => "needs a value",
            "maxLength" => "is too long for the server",
            other => other,
        };
        if let Some(input) = self.inputs.get_mut(at) {
            input.complain(Some(reason.to_owned()));
        }
        self.at = at;
        vec![self.type_on(world)]
    }

    fn compare(&mut self, conflict: Conflict, world: &mut World) -> Vec<Effect> {
        let effect = self.type_on(world);
        let id = world.new_view();
        if let Some(view) = ConflictView::open(id, self, conflict, world) {
            world.moves.push(Move::Open(Box::new(View::Conflict(Box::new(view)))));
        }
        vec![effect]
    }

    fn open_duplicates(&mut self, records: Vec<Record>, world: &mut World) -> Vec<Effect> {
        let effect = self.type_on(world);
        let id = world.new_view();
        let view = Duplicates::open(id, self.connection, &self.entity, self.edits(), records);
        world.moves.push(Move::Open(Box::new(View::Duplicates(Box::new(view)))));
        vec![effect]
    }

    /// What the view over the form found out.
    pub(super) fn resolve(&mut self, resolution: Resolution, world: &mut World) -> Vec<Effect> {
        if self.is_sending {
            return Vec::new();
        }
        match resolution {
            Resolution::Later(edits) => {
                let ways = self.ways(world);
                for (name, value) in edits {
                    if let Some(at) = self.place(&name)
                        && let Some(input) = self.inputs.get_mut(at)
                    {
                        input.set(value, &ways);
                    }
                }
                self.changed(world)
            }
            Resolution::Send(theirs, edits) => self.send_chosen(theirs, edits, world),
            Resolution::Despite => {
                let edits = self.edits();
                self.send(edits, true, world)
            }
        }
    }

    /// The form stands on their record from now on, with the chosen values typed over it: should
    /// this be held up too, nothing of the choice is lost.
    fn send_chosen(&mut self, theirs: Box<Record>, edits: Edits, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        self.base = Some(theirs);
        self.begin_anew(&ways);
        self.restored = None;
        for (name, value) in &edits {
            match self.place(name).and_then(|at| self.inputs.get_mut(at)) {
                Some(input) => input.set(value.clone(), &ways),
                None => {
                    self.carried.insert(name.clone(), value.clone());
                }
            }
        }
        if edits.is_empty() {
            world.moves.push(Move::Close);
            let mut effects = world.done("Their values stand; nothing was left to send.");
            effects.push(self.no_draft(world));
            return effects;
        }
        self.send(edits, true, world)
    }
}
