//! A form that asks for the input of a deed: its fields come from a JSON Schema, and what is sent
//! is JSON. Typing, choosing, drafts and errors are as for a record.
use serde_json::{Map, Value as Json};

use super::{
    super::{
        confirm::Question,
        msg::Recall,
        run::{self, Deed, Way, input, members::Members, request},
        slots::Slot,
        world::{self, Move, World},
    },
    Effect, Error, Failure, Form,
};
use crate::domain::{
    action::{Outcome, Ran},
    connection::ConnectionId,
    draft::{DraftState, Part},
    record::RecordId,
    schema::EntityName,
};

/// What a draft calls the members that no field can say, and JSON that could not be read.
const BESIDES: &str = "\u{1f}besides";
const RAW: &str = "\u{1f}raw";

/// What a form is for, where it asks for a deed's input.
#[derive(Debug)]
pub(super) struct Doing {
    pub(super) deed: Deed,
    pub(super) members: Members,
    /// Members of the input that no field can say.
    besides: Json,
    /// What came back from the editor and is no JSON.
    raw: Option<String>,
}

impl Form {
    /// For the input of a deed; a draft of it comes back.
    pub(in crate::app) fn run(
        id: super::ViewId,
        connection: ConnectionId,
        deed: Deed,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let entity = deed.target.as_ref().map_or_else(EntityName::nothing, |(it, _)| it.clone());
        let is_type = |name: &EntityName| world.entity_type(connection, name).is_some();
        let members = Members::of(&deed.input, &is_type);
        let mut form = Self::new(id, connection, entity, None);
        let (given, besides) = match &deed.given {
            Some(given) => input::parted(&members, given),
            None => (super::Edits::new(), Json::Object(Map::new())),
        };
        form.given = given;
        form.doing = Some(Box::new(Doing { deed, members, besides, raw: None }));
        let recall = Recall::Draft(form.identity(world), form.entity.clone(), form.draft_id());
        let effects = vec![Effect::Recall(world.slots.open(Slot::Recall(id)), recall)];
        (form, effects)
    }

    /// The deed that it asks for.
    pub fn deed(&self) -> Option<&Deed> {
        self.doing.as_ref().map(|it| &it.deed)
    }

    /// By what the journal knows its draft.
    pub(super) fn draft_id(&self) -> Option<RecordId> {
        match self.deed() {
            Some(deed) => Part::Run(deed.key.clone()).place(deed.target.as_ref().map(|(_, id)| id)),
            None => self.record.clone(),
        }
    }

    /// Whether something was said that no field shows.
    pub(super) fn has_besides(&self) -> bool {
        let says = |it: &Doing| {
            it.raw.is_some() || it.besides.as_object().is_some_and(|it| !it.is_empty())
        };
        self.doing.as_ref().is_some_and(|it| says(it))
    }

    /// For the draft: what no field shows.
    pub(super) fn typed_besides(&self) -> Vec<(String, String)> {
        let Some(doing) = self.doing.as_ref().filter(|_| self.has_besides()) else {
            return Vec::new();
        };
        let besides = (BESIDES.to_owned(), doing.besides.to_string());
        let raw = doing.raw.iter().map(|text| (RAW.to_owned(), text.clone()));
        std::iter::once(besides).chain(raw).collect()
    }

    pub(super) fn restore_besides(&mut self, typed: &indexmap::IndexMap<String, String>) {
        let Some(doing) = &mut self.doing else { return };
        let besides = typed.get(BESIDES).and_then(|it| serde_json::from_str(it).ok());
        doing.besides = besides.unwrap_or_else(|| Json::Object(Map::new()));
        doing.raw = typed.get(RAW).cloned();
    }

    pub(super) fn drop_besides(&mut self) {
        if let Some(doing) = &mut self.doing {
            (doing.besides, doing.raw) = (Json::Object(Map::new()), None);
        }
    }

    /// The input as it is typed.
    fn typed_input(&self) -> Result<Json, (String, String)> {
        let Some(doing) = &self.doing else { return Ok(Json::Null) };
        let input = input::of(&doing.members, &self.edits(), &doing.besides)?;
        doing.deed.action(input.clone()).map(|_| input)
    }

    /// All was looked at: the question before it, else it is done.
    pub(super) fn save_deed(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(doing) = &self.doing else { return Vec::new() };
        if doing.raw.is_some() {
            return world.note("What your editor left is no JSON; C-e opens it again.");
        }
        match self.typed_input() {
            Ok(input) if doing.deed.asks.is_some() => {
                let deed = Box::new(doing.deed.clone());
                let question = Question::Run(self.connection, deed, input);
                world.moves.push(Move::Ask(Box::new(question)));
                Vec::new()
            }
            Ok(input) => self.send_deed(&input, world),
            Err((field, why)) => {
                let at = self.place(&field).unwrap_or(self.at);
                if let Some(input) = self.inputs.get_mut(at) {
                    input.complain(Some(why));
                }
                self.at = at;
                Vec::new()
            }
        }
    }

    /// The draft says that it was sent before it is: a crash in between loses nothing.
    pub(super) fn send_deed(&mut self, input: &Json, world: &mut World) -> Vec<Effect> {
        let Some(deed) = self.deed().cloned() else { return Vec::new() };
        if self.is_sending {
            return Vec::new();
        }
        let action = match deed.action(input.clone()) {
            Ok(action) => action,
            Err((member, why)) => return world.note(format!("{member}: {why}")),
        };
        self.is_sending = true;
        self.popup = None;
        if deed.way == Way::Send {
            request::remember(self.connection, input, world);
        }
        let is_write = deed.writes(input);
        let (state, slot) = if is_write {
            (DraftState::Sent, Slot::Write(self.id))
        } else {
            (DraftState::Typing, Slot::Run(self.id))
        };
        let mut effects = vec![self.keep_as(state, world)];
        if is_write {
            let (connection, draft) = (self.connection, self.draft(state, world));
            world.writes.insert(self.id, world::Writing { connection, name: deed.named(), draft });
        }
        effects.push(world.call(slot, self.connection, action));
        effects
    }

    pub(super) fn take_ran(&mut self, outcome: Outcome, world: &mut World) -> Vec<Effect> {
        let Some(ran) = run::ran(outcome) else {
            let odd = Error::bug("a deed was answered with something else");
            return self.stay("what was asked for", odd.into(), world);
        };
        self.ran(ran, world)
    }

    /// It was done: the form goes.
    fn ran(&mut self, ran: Ran, world: &mut World) -> Vec<Effect> {
        let Some(deed) = self.deed().cloned() else { return Vec::new() };
        let deed = Deed { given: self.typed_input().ok(), ..deed };
        let mut effects = vec![self.no_draft(world)];
        world.moves.push(Move::Leave(self.id));
        effects.extend(run::done(self.connection, &deed, ran, world));
        effects
    }

    /// Nothing of what was typed goes. What the server says of a member stands at its field.
    pub(super) fn not_ran(&mut self, failure: Failure, world: &mut World) -> Vec<Effect> {
        let tried = self.deed().map(Deed::named).unwrap_or_default();
        if let Error::Invalid { field: Some(field), reason } = &failure.error
            && let Some(at) = self.member(field)
        {
            return self.refused(at, &reason.clone(), world);
        }
        if failure.error == Error::Unknown {
            self.may_have_landed = true;
            return world.refuse(self.connection, tried, failure);
        }
        self.stay(&tried, failure, world)
    }

    /// The field of a member that a server names: as a path, or by its last name.
    fn member(&self, named: &str) -> Option<usize> {
        let path = named.trim_start_matches('/').replace('.', "/");
        self.place(&path).or_else(|| {
            let members = &self.doing.as_ref()?.members.0;
            let is_it =
                |name: &str| members.iter().find(|it| it.path.last().is_some_and(|it| it == name));
            self.place(&is_it(named)?.field.name)
        })
    }

    /// The whole input, in the user's editor.
    pub(super) fn edit_json(&mut self, world: &mut World) -> Vec<Effect> {
        let raw = self.doing.as_ref().and_then(|it| it.raw.clone());
        let text = match (raw, self.typed_input()) {
            (Some(raw), _) => raw,
            (None, Ok(input)) => serde_json::to_string_pretty(&input).unwrap_or_default(),
            (None, Err((field, _))) => {
                self.at = self.place(&field).unwrap_or(self.at);
                return world.note("This field is no JSON yet; mend it here first.");
            }
        };
        vec![Effect::Edit(world.slots.open(Slot::Editor(self.id)), text, ".json")]
    }

    /// Back from there: members go to their fields; what cannot be read is kept as it is.
    pub(super) fn take_json(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        let Some(doing) = &mut self.doing else { return Vec::new() };
        let json = match serde_json::from_str::<Json>(text) {
            Ok(json) if json.is_object() => json,
            Ok(_) => return self.keep_raw(text, "The input is an object: { … }", world),
            Err(error) => return self.keep_raw(text, &format!("That is no JSON: {error}"), world),
        };
        let (mut edits, besides) = input::parted(&doing.members, &json);
        (doing.besides, doing.raw) = (besides, None);
        for input in self.inputs.iter_mut().filter(|it| it.locked().is_none()) {
            input.set(edits.shift_remove(input.name()).unwrap_or_default(), &ways);
        }
        self.changed(world)
    }

    fn keep_raw(&mut self, text: &str, why: &str, world: &mut World) -> Vec<Effect> {
        if let Some(doing) = &mut self.doing {
            doing.raw = Some(text.to_owned());
        }
        let mut effects = self.changed(world);
        effects.extend(world.note(format!("{why}. It is kept; C-e opens it again.")));
        effects
    }
}
