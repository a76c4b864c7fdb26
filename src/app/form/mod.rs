//! A record's form: in the same place as the detail. What is typed goes straight into the field
//! with the cursor, and a draft of it to the journal.
use jiff::Timestamp;

use super::{
    command::Command,
    confirm::Question,
    keymap::{Context, Key},
    msg::{Click, Effect, Recall, Recalled, Target},
    slots::{Slot, ViewId},
    state::{News, Pane},
    world::{Resolution, World},
};
use crate::domain::{
    action::{Action, Answer, Failure},
    change::Edits,
    connection::ConnectionId,
    draft::Draft,
    error::Error,
    record::{Record, RecordId},
    schema::{EntityName, EntityType},
};

mod choosing;
mod deed;
pub mod input;
mod keeping;
pub mod lines;
mod moving;
pub mod popup;
mod reading;
mod sending;
pub mod typed;

use input::Input;
use popup::Popup;
use typed::Ways;

/// How far the draft has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Kept {
    /// Nothing was typed.
    #[default]
    Nothing,
    /// On its way, or about to be.
    Going,
    /// The journal has it, since then.
    Since(Timestamp),
    /// The journal did not take it.
    Refused(Error),
}

/// A record's form: in the same place as the detail.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Form {
    id: ViewId,
    connection: ConnectionId,
    entity: EntityName,
    /// `None` = a new record.
    record: Option<RecordId>,
    /// As described, where the schema is not known otherwise.
    described: Option<Box<EntityType>>,
    /// The record that the edits are made against.
    base: Option<Box<Record>>,
    /// What a new record begins with, beside the schema's defaults.
    given: Edits,
    /// Values that have no field here.
    carried: Edits,
    inputs: Vec<Input>,
    /// Whether the inputs were made.
    is_ready: bool,
    at: usize,
    popup: Option<Popup>,
    /// Why the record could not be read.
    failure: Option<Failure>,
    /// A draft of an earlier time, before it is laid over the record.
    found: Option<Box<Draft>>,
    /// Of when the draft was that lies over the record.
    restored: Option<Timestamp>,
    /// Changed here, and meanwhile on the server.
    overtaken: Vec<String>,
    kept: Kept,
    /// Whether something was typed that is not on its way to the journal.
    is_pending: bool,
    has_draft: bool,
    is_sending: bool,
    may_have_landed: bool,
    /// The field whose text is in the user's editor.
    in_editor: Option<String>,
    /// The deed whose input is typed, where it is not a record.
    doing: Option<Box<deed::Doing>>,
}

impl Form {
    /// For a record that exists: it is read whole, and its draft recalled.
    pub(super) fn edit(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        record: RecordId,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let mut form = Self::new(id, connection, entity.clone(), Some(record.clone()));
        let mut effects = form.prepare(world);
        let get = Action::Get { entity, id: record };
        effects.push(world.call(Slot::Detail(id), connection, get));
        (form, effects)
    }

    /// For a new one, with these values already.
    pub(super) fn add(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        edits: Edits,
        world: &mut World,
    ) -> (Self, Vec<Effect>) {
        let mut form = Self::new(id, connection, entity, None);
        form.given = edits;
        let effects = form.prepare(world);
        (form, effects)
    }

    fn new(
        id: ViewId,
        connection: ConnectionId,
        entity: EntityName,
        record: Option<RecordId>,
    ) -> Self {
        Self {
            id,
            connection,
            entity,
            record,
            described: None,
            base: None,
            given: Edits::new(),
            carried: Edits::new(),
            inputs: Vec::new(),
            is_ready: false,
            at: 0,
            popup: None,
            failure: None,
            found: None,
            restored: None,
            overtaken: Vec::new(),
            kept: Kept::Nothing,
            is_pending: false,
            has_draft: false,
            is_sending: false,
            may_have_landed: false,
            in_editor: None,
            doing: None,
        }
    }

    /// Asks for the draft, and for the layout where it is not known.
    fn prepare(&mut self, world: &mut World) -> Vec<Effect> {
        let recall = Recall::Draft(self.identity(world), self.entity.clone(), self.record.clone());
        let mut effects = vec![Effect::Recall(world.slots.open(Slot::Recall(self.id)), recall)];
        let known = world.connected(self.connection).and_then(|it| it.layout(&self.entity));
        if known.is_none() {
            let describe = Action::Describe(self.entity.clone());
            effects.push(world.call(Slot::Describe(self.id), self.connection, describe));
        }
        effects
    }

    /// The connection's name for the journal.
    fn identity(&self, world: &World) -> String {
        let connected = world.connected(self.connection);
        connected.map(|it| it.connection.identity()).unwrap_or_default()
    }

    fn ways(&self, world: &World) -> Ways {
        Ways::of(world, self.connection)
    }

    /// Of what.
    pub fn entity(&self) -> &EntityName {
        &self.entity
    }

    /// Whether the record does not exist yet.
    pub fn is_new(&self) -> bool {
        self.record.is_none()
    }

    /// Its entity type, once known.
    pub fn entity_type<'a>(&'a self, world: &'a World) -> Option<&'a EntityType> {
        let known = world.entity_type(self.connection, &self.entity);
        known.or(self.described.as_deref())
    }

    /// The record as it was read.
    pub fn base(&self) -> Option<&Record> {
        self.base.as_deref()
    }

    /// The record's name; of a new one what it will be. Raw.
    pub fn title(&self, world: &World) -> String {
        if let Some(deed) = self.deed() {
            return deed.named();
        }
        let entity_type = self.entity_type(world);
        if let Some(base) = &self.base {
            base.title(entity_type)
        } else {
            let label = entity_type.map_or(self.entity.as_str(), |it| it.label.as_str());
            format!("New {label}")
        }
    }

    /// The fields, once the record was read.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Whether the fields are there.
    pub fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// The place of the field with the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What hangs under it.
    pub fn popup(&self) -> Option<&Popup> {
        self.popup.as_ref()
    }

    /// Why the record could not be read.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Of when the draft was that lies over the record.
    pub fn restored(&self) -> Option<Timestamp> {
        self.restored
    }

    /// Fields that were changed here, and meanwhile on the server.
    pub fn overtaken(&self) -> &[String] {
        &self.overtaken
    }

    /// How far the draft has come.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Whether the answer to what was sent is awaited.
    pub fn is_sending(&self) -> bool {
        self.is_sending
    }

    /// Whether what was sent may have landed.
    pub fn may_have_landed(&self) -> bool {
        self.may_have_landed
    }

    /// How many fields say something else than before.
    pub fn changes(&self) -> usize {
        let typed = self.inputs.iter().filter(|input| input.is_changed()).count();
        typed + self.carried.len() + usize::from(self.has_besides())
    }

    /// The fields that need attention.
    pub fn errors(&self) -> impl Iterator<Item = &Input> {
        self.inputs.iter().filter(|input| input.error().is_some())
    }

    /// What is typed: the field with the cursor, or the cell of its lines.
    pub fn focused(&self) -> Option<&Input> {
        let input = self.inputs.get(self.at)?;
        Some(input.sheet().and_then(lines::Sheet::cell).unwrap_or(input))
    }

    fn input(&self) -> Option<&Input> {
        self.focused()
    }

    fn input_mut(&mut self) -> Option<&mut Input> {
        let input = self.inputs.get_mut(self.at)?;
        if input.sheet().is_some_and(|sheet| sheet.cell().is_some()) {
            return input.sheet_mut().and_then(lines::Sheet::cell_mut);
        }
        Some(input)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input.name() == name)
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
        if self.popup.is_some() {
            &[Context::Popup, Context::Everywhere]
        } else if self.sheet().is_some() && !self.is_in_cell() {
            &[Context::Lines, Context::Form, Context::Everywhere]
        } else {
            &[Context::Form, Context::Everywhere]
        }
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        match self.popup {
            Some(_) => self.apply_popup(command, world),
            None => self.apply_fields(command, world),
        }
    }

    fn holds_keys(&self) -> bool {
        !self.is_ready && self.failure.is_none()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.is_sending || !self.is_ready {
            return Vec::new();
        }
        match self.popup {
            Some(_) => self.type_into_popup(key, world),
            None => self.type_into_field(key, world),
        }
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        if self.is_sending || !self.is_ready {
            return Vec::new();
        }
        self.paste(text, world)
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        self.hit(target, click, world)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
    fn elapsed(&mut self, slot: Slot, world: &mut World) -> Vec<Effect> {
        match slot {
            Slot::DraftPause(_) => self.keep_draft(world),
            Slot::OfferPause(_) => self.ask_offer(world),
            _ => Vec::new(),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
    fn answered(
        &mut self,
        slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        match slot {
            Slot::Detail(_) => self.take_record(result, world),
            Slot::Describe(_) => self.take_layout(result, world),
            Slot::Offer(_) => self.take_offer(result, world),
            Slot::Write(_) | Slot::Run(_) => self.take_written(result, world),
            _ => Vec::new(),
        }
    }

    fn recalled(&mut self, _slot: Slot, had: Recalled, world: &mut World) -> Vec<Effect> {
        if let Recalled::Draft(draft) = had {
            self.found = draft;
        }
        self.begin(world)
    }

    fn kept(&mut self, _slot: Slot, result: Result<(), Error>, world: &mut World) -> Vec<Effect> {
        self.take_kept(result, world)
    }

    fn edited(&mut self, result: Result<Option<String>, Error>, world: &mut World) -> Vec<Effect> {
        self.take_edited(result, world)
    }

    fn confirmed(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        match question {
            Question::DropDraft(_) => self.drop_draft(world),
            Question::Run(_, _, input) => self.send_deed(input, world),
            Question::Delete(..)
            | Question::Unlink(..)
            | Question::RemoveConnection(_)
            | Question::Mail(..) => Vec::new(),
        }
    }

    fn resolved(&mut self, resolution: Resolution, world: &mut World) -> Vec<Effect> {
        self.resolve(resolution, world)
    }

    fn leaving(&mut self, world: &mut World) -> Vec<Effect> {
        if self.is_pending { self.keep_draft(world) } else { Vec::new() }
    }

    fn heard(&mut self, news: &News, world: &mut World) -> Vec<Effect> {
        self.hear(news, world)
    }
}

#[cfg(test)]
mod days_tests;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
pub(crate) mod tests;
