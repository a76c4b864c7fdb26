//! What a form makes of the record, the layout and a draft of an earlier time.
use super::{
    super::{slots::Slot, state::News, world::World},
    Answer, Draft, Effect, EntityType, Failure, Form, Input, Record, Ways,
};
use crate::domain::{
    action::Outcome,
    change::Edits,
    draft::DraftState,
    schema::{Field, Layout, ReadOnly},
    value::Value,
};

impl Form {
    /// Without a layout the fields stand as in the schema.
    pub(super) fn take_layout(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        if let Ok(Answer { outcome: Outcome::Type(entity_type), .. }) = result {
            if let Some(connected) = world.connections.get_mut(&self.connection) {
                connected.take_type(&entity_type);
            }
            self.described = Some(entity_type);
        }
        self.begin(world)
    }

    pub(super) fn take_record(
        &mut self,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        match result {
            Ok(Answer { outcome: Outcome::Record(record), .. }) => {
                if !record.is_complete {
                    return Vec::new(); // what is not whole is never edited
                }
                self.failure = None;
                if self.is_ready {
                    return self.rebase(record, world);
                }
                self.base = Some(record);
                self.begin(world)
            }
            Ok(_) => Vec::new(),
            Err(failure) if self.is_ready => {
                world.refuse(self.connection, "to read the record again", failure)
            }
            Err(failure) => {
                self.failure = Some(failure);
                Vec::new()
            }
        }
    }

    /// Makes the fields, once everything is there that they need.
    pub(super) fn begin(&mut self, world: &mut World) -> Vec<Effect> {
        let waits = [Slot::Recall(self.id), Slot::Describe(self.id)];
        if self.is_ready || waits.into_iter().any(|slot| world.slots.is_open(slot)) {
            return Vec::new();
        }
        if self.record.is_some() && self.base.is_none() {
            return Vec::new();
        }
        let ways = self.ways(world);
        if let Some(doing) = &self.doing {
            let fields = doing.members.fields();
            return self.begin_with(fields, &ways, world);
        }
        let layout = world.connected(self.connection).and_then(|it| it.layout(&self.entity));
        let Some(entity_type) = self.entity_type(world) else { return Vec::new() };
        let fields = fields(entity_type, layout, self.is_new());
        self.begin_with(fields, &ways, world)
    }

    /// With these fields; a draft of an earlier time lies over them.
    fn begin_with(&mut self, fields: Vec<Field>, ways: &Ways, world: &mut World) -> Vec<Effect> {
        self.inputs = fields.into_iter().map(|field| self.make(field, ways)).collect();
        self.is_ready = true;
        self.at = self.inputs.iter().position(|it| it.locked().is_none()).unwrap_or(0);
        let given = std::mem::take(&mut self.given);
        if let Some(draft) = self.found.take() {
            let effects = self.restore(*draft, ways, world);
            self.lay(given, ways);
            effects
        } else {
            self.lay(given, ways);
            Vec::new()
        }
    }

    fn make(&self, field: Field, ways: &Ways) -> Input {
        let before = match &self.base {
            Some(base) => base.value(&field.name).cloned().unwrap_or_default(),
            None => field.default.clone().unwrap_or_default(),
        };
        let cut = self.base.as_ref().is_some_and(|base| base.cut.contains(&field.name));
        Input::new(field, before, self.is_new(), cut, ways)
    }

    /// Values over what stands there; those without a field are carried along.
    fn lay(&mut self, edits: Edits, ways: &Ways) {
        for (name, value) in edits {
            let input = self.inputs.iter_mut().find(|input| input.name() == name);
            match input.filter(|input| input.locked().is_none()) {
                Some(input) => input.set(value, ways),
                None => {
                    self.carried.insert(name, value);
                }
            }
        }
    }

    /// A draft of an earlier time lies over the record. Where the record was changed meanwhile,
    /// the old base stays, so that the provider sees the conflict.
    fn restore(&mut self, draft: Draft, ways: &Ways, world: &mut World) -> Vec<Effect> {
        self.has_draft = true;
        self.restore_besides(&draft.typed);
        self.restored = Some(draft.at);
        self.may_have_landed = draft.state == DraftState::Sent;
        if self.may_have_landed && self.has_landed(&draft.edits) {
            return self.note_landed(world);
        }
        self.overtaken = self.differing(&draft);
        if !self.overtaken.is_empty()
            && let Some(base) = draft.base
        {
            for name in &self.overtaken {
                let Some(at) = self.inputs.iter().position(|it| it.name() == name) else {
                    continue;
                };
                if let Some(input) = self.inputs.get_mut(at) {
                    input.begin(base.value(name).cloned().unwrap_or_default(), ways);
                }
            }
            self.base = Some(Box::new(base));
        }
        self.lay(draft.edits, ways);
        for (name, text) in draft.typed {
            if let Some(input) = self.inputs.iter_mut().find(|input| input.name() == name) {
                input.set_text(&text, ways);
                let complaint = input.complaint(false);
                input.complain(complaint);
            }
        }
        self.kept = super::Kept::Since(draft.at);
        Vec::new()
    }

    /// Fields of the draft that the server has otherwise than when typing began.
    fn differing(&self, draft: &Draft) -> Vec<String> {
        let (Some(old), Some(new)) = (&draft.base, &self.base) else { return Vec::new() };
        let names = draft.edits.keys().chain(draft.typed.keys());
        names.filter(|name| !same(old, new, name)).cloned().collect()
    }

    /// Whether the record says already what was sent.
    fn has_landed(&self, edits: &Edits) -> bool {
        let Some(base) = &self.base else { return false };
        let landed = |(name, value): (&String, &Value)| {
            base.value(name).unwrap_or(&Value::Empty).means_the_same(value)
        };
        !edits.is_empty() && edits.iter().all(landed)
    }

    fn note_landed(&mut self, world: &mut World) -> Vec<Effect> {
        self.restored = None;
        self.may_have_landed = false;
        let mut effects = world.done("What was sent before has landed: the record has it.");
        effects.push(self.no_draft(world));
        effects
    }

    /// The record anew: untouched fields follow it. Where someone changed what is being changed
    /// here, the old base stays, so that the provider sees the conflict.
    fn rebase(&mut self, record: Box<Record>, world: &mut World) -> Vec<Effect> {
        let edits = self.edits();
        let ways = self.ways(world);
        let old = self.base.replace(record);
        if self.may_have_landed && self.has_landed(&edits) {
            self.begin_anew(&ways);
            return self.note_landed(world);
        }
        let Some(new) = self.base.clone() else { return Vec::new() };
        self.overtaken.clear();
        for input in &mut self.inputs {
            let value = new.value(input.name()).cloned().unwrap_or_default();
            if !input.is_changed() {
                input.begin(value, &ways);
            } else if !value.means_the_same(input.before()) {
                self.overtaken.push(input.name().to_owned());
            }
        }
        if !self.overtaken.is_empty() {
            self.base = old;
        }
        if std::mem::take(&mut self.may_have_landed) {
            return world.note("What was sent has not landed; it can be sent again.");
        }
        Vec::new()
    }

    /// All fields as the record has them.
    pub(super) fn begin_anew(&mut self, ways: &Ways) {
        let base = self.base.as_deref();
        for input in &mut self.inputs {
            let value = match base {
                Some(base) => base.value(input.name()).cloned().unwrap_or_default(),
                None => input.field().default.clone().unwrap_or_default(),
            };
            input.begin(value, ways);
        }
        self.carried.clear();
        self.overtaken.clear();
        self.drop_besides();
    }

    /// Another view wrote this record.
    pub(super) fn hear(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        match news {
            News::Written(connection, record)
                if *connection == self.connection
                    && self.record.as_ref() == Some(&record.id)
                    && record.is_complete
                    && self.is_ready
                    && !self.is_sending =>
            {
                self.rebase(record.clone(), world)
            }
            News::Written(..) | News::Deleted(..) | News::Touched(..) | News::Connected(..) => {
                Vec::new()
            }
        }
    }

    /// Reads the record again.
    pub(super) fn refresh(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(id) = self.record.clone() else {
            return world.note("A new record has nothing to read yet.");
        };
        let get = super::Action::Get { entity: self.entity.clone(), id };
        vec![world.call(Slot::Detail(self.id), self.connection, get)]
    }
}

fn same(old: &Record, new: &Record, name: &str) -> bool {
    let value = |record: &Record| record.value(name).cloned().unwrap_or_default();
    value(old).means_the_same(&value(new))
}

/// The layout's fields in their order, else the schema's; of a new record also all that must have
/// a value, and none that only the server fills.
fn fields(entity_type: &EntityType, layout: Option<&Layout>, is_new: bool) -> Vec<Field> {
    let sections = layout.or(entity_type.layout.as_ref()).into_iter().flat_map(|it| &it.sections);
    let cells = sections.flat_map(|section| section.rows.iter().flatten());
    let mut names: Vec<&str> = Vec::new();
    for cell in cells {
        let name = cell.field.as_str();
        if entity_type.field(name).is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        let plain = |field: &&Field| field.read_only != Some(ReadOnly::Computed);
        names = entity_type.fields.values().filter(plain).map(|it| it.name.as_str()).collect();
    }
    if is_new {
        let needed = |it: &&Field| {
            it.is_required && it.read_only.is_none() && !names.contains(&it.name.as_str())
        };
        let needed: Vec<_> =
            entity_type.fields.values().filter(needed).map(|it| it.name.as_str()).collect();
        names.extend(needed);
    }
    let fields = names.into_iter().filter_map(|name| entity_type.field(name));
    let shown = |it: &&Field| !is_new || matches!(it.read_only, None | Some(ReadOnly::AfterCreate));
    fields.filter(shown).cloned().collect()
}
