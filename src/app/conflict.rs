//! Three versions of a record: before, theirs, mine. Choose a field at a time.
use super::{
    command::Command,
    form::{Form, input::Input, typed::Ways},
    keymap::{Code, Context, Key},
    msg::{Click, Effect, Target},
    slots::ViewId,
    state::Pane,
    world::{Move, Resolution, World},
};
use crate::domain::{
    change::{Conflict, Edits},
    connection::ConnectionId,
    record::Record,
    schema::{EntityName, Field, FieldKind, ReadOnly},
    value::Value,
};

/// Which value a field gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// Not chosen yet.
    Open,
    /// Theirs.
    Theirs,
    /// Mine.
    Mine,
    /// Another one.
    Other(Value),
}

/// Why a field needs no choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Both sides changed it to the same.
    Same,
    /// Only they changed it.
    Theirs,
    /// Only I did.
    Mine,
}

/// A field with its three values.
#[derive(Clone, Debug)]
pub struct Row {
    /// The field.
    pub field: Field,
    /// As it was when the typing began.
    pub before: Value,
    /// As it is on the server.
    pub theirs: Value,
    /// As typed here.
    pub mine: Value,
    /// What is chosen, where there is something to choose.
    pub choice: Choice,
}

/// Three versions of a record: before, theirs, mine. Choose a field at a time.
#[derive(Debug)]
pub struct ConflictView {
    id: ViewId,
    connection: ConnectionId,
    entity: EntityName,
    title: String,
    base_version: Option<u64>,
    theirs: Box<Record>,
    rows: Vec<Row>,
    settled: Vec<(Row, Settled)>,
    /// Labels of the fields that are the same on both sides; raw.
    equal: Vec<String>,
    /// Whether the fields that need no choice are shown one by one.
    is_unfolded: bool,
    at: usize,
    /// A third value, being typed.
    editing: Option<Input>,
    /// Edits of fields that have no place in the schema: they are sent as they are.
    carried: Edits,
}

impl ConflictView {
    /// `None` where the form does not know the record that it was read from.
    pub(super) fn open(id: ViewId, form: &Form, conflict: Conflict, world: &World) -> Option<Self> {
        let base = form.base()?;
        let Conflict { theirs, fields: both } = conflict;
        let mut view = Self {
            id,
            connection: form.connection()?,
            entity: form.entity().clone(),
            title: form.title(world),
            base_version: base.version,
            theirs: Box::new(theirs),
            rows: Vec::new(),
            settled: Vec::new(),
            equal: Vec::new(),
            is_unfolded: false,
            at: 0,
            editing: None,
            carried: Edits::new(),
        };
        let mut mine = form.edits_to_compare();
        let known = form.entity_type(world).map(|it| it.fields.values().cloned().collect());
        let fields: Vec<Field> = known.unwrap_or_default();
        let of_form = |field: &Field| form.inputs().iter().position(|it| it.name() == field.name);
        let mut fields = fields;
        fields.sort_by_key(|field| of_form(field).unwrap_or(usize::MAX));
        for field in fields {
            let mine = mine.shift_remove(&field.name);
            view.sort_in(field, base, mine, &both);
        }
        view.carried = mine;
        Some(view)
    }

    /// A field finds its place: to be decided, settled, or equal.
    fn sort_in(&mut self, field: Field, base: &Record, mine: Option<Value>, both: &[String]) {
        let before = base.value(&field.name).cloned().unwrap_or_default();
        let theirs = self.theirs.value(&field.name).cloned().unwrap_or_default();
        let they = !theirs.means_the_same(&before);
        let is_named = both.contains(&field.name);
        let is_noise = field.read_only == Some(ReadOnly::Computed) && mine.is_none();
        let same = mine.as_ref().is_some_and(|mine| mine.means_the_same(&theirs));
        let kind = match &mine {
            Some(_) if (they || is_named) && !same => None,
            Some(_) if same => Some(Settled::Same),
            Some(_) => Some(Settled::Mine),
            None if they && !is_noise => Some(Settled::Theirs),
            None => {
                if !is_noise {
                    self.equal.push(field.label);
                }
                return;
            }
        };
        let mine = mine.unwrap_or_else(|| before.clone());
        let row = Row { field, before, theirs, mine, choice: Choice::Open };
        match kind {
            None => self.rows.push(row),
            Some(settled) => self.settled.push((row, settled)),
        }
    }

    /// Of what.
    pub fn entity(&self) -> &EntityName {
        &self.entity
    }

    /// The record's name; raw.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The version that the typing began from.
    pub fn base_version(&self) -> Option<u64> {
        self.base_version
    }

    /// The record as it is on the server.
    pub fn theirs(&self) -> &Record {
        &self.theirs
    }

    /// The fields to decide about.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Those that settled themselves.
    pub fn settled(&self) -> &[(Row, Settled)] {
        &self.settled
    }

    /// The fields that are the same on both sides, by their labels; raw.
    pub fn equal(&self) -> &[String] {
        &self.equal
    }

    /// Whether the fields that need no choice are shown one by one.
    pub fn is_unfolded(&self) -> bool {
        self.is_unfolded
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    /// A third value, being typed.
    pub fn editing(&self) -> Option<&Input> {
        self.editing.as_ref()
    }

    /// How many are not chosen yet.
    pub fn open_choices(&self) -> usize {
        self.rows.iter().filter(|row| row.choice == Choice::Open).count()
    }

    /// What will be sent, by field, as far as it is chosen.
    pub fn to_send(&self) -> Edits {
        let mut edits = Edits::new();
        for row in &self.rows {
            let value = match &row.choice {
                Choice::Mine => row.mine.clone(),
                Choice::Other(value) => value.clone(),
                Choice::Open | Choice::Theirs => continue,
            };
            if !value.means_the_same(&row.theirs) {
                edits.insert(row.field.name.clone(), value);
            }
        }
        for (row, settled) in &self.settled {
            if *settled == Settled::Mine {
                edits.insert(row.field.name.clone(), row.mine.clone());
            }
        }
        edits.extend(self.carried.clone());
        edits
    }

    fn choose(&mut self, choice: Choice) {
        if let Some(row) = self.rows.get_mut(self.at) {
            row.choice = choice;
        }
        // On to the next one that is open, so that h and l alone decide everything.
        let open = |row: &Row| row.choice == Choice::Open;
        let after = self.rows.iter().skip(self.at + 1).position(open);
        self.at = after.map_or(self.at, |by| self.at + 1 + by);
    }

    fn choose_all(&mut self, choice: &Choice) {
        for row in &mut self.rows {
            row.choice = choice.clone();
        }
    }

    fn go(&mut self, by: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the kinds that differ are named, the rest are alike"
    )]
    fn edit(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(row) = self.rows.get(self.at) else { return Vec::new() };
        let mut field = row.field.clone();
        match field.kind {
            FieldKind::Reference | FieldKind::AnyReference | FieldKind::References => {
                return world.note("Records are chosen in the form: Esc goes back there.");
            }
            FieldKind::Enum | FieldKind::MultiEnum | FieldKind::Bool => {
                field.kind = FieldKind::Text;
            }
            _ => {}
        }
        field.read_only = None;
        let ways = Ways::of(world, self.connection);
        let shown = match &row.choice {
            Choice::Other(value) => value,
            Choice::Open | Choice::Theirs | Choice::Mine => &row.mine,
        };
        let start = super::form::typed::written(shown, &row.field, &ways);
        let is_text = field.kind == FieldKind::Text;
        let value = if is_text { Value::Text(start) } else { shown.clone() };
        self.editing = Some(Input::new(field, value, false, false, &ways));
        Vec::new()
    }

    /// The third value, if it can be read.
    fn take_typed(&mut self, world: &mut World) -> Vec<Effect> {
        let ways = Ways::of(world, self.connection);
        let (Some(input), Some(row)) = (self.editing.as_mut(), self.rows.get(self.at)) else {
            return Vec::new();
        };
        let as_typed = input.value().clone();
        let value = match (&as_typed, row.field.kind) {
            (Ok(Value::Text(text)), FieldKind::Enum | FieldKind::MultiEnum | FieldKind::Bool) => {
                super::form::typed::read(&row.field, text, &row.before, &ways)
            }
            _ => as_typed,
        };
        match value {
            Ok(value) => {
                self.editing = None;
                self.choose(Choice::Other(value));
            }
            Err(reason) => input.complain(Some(reason)),
        }
        Vec::new()
    }

    fn send(&mut self, world: &mut World) -> Vec<Effect> {
        if self.editing.is_some() {
            self.take_typed(world);
            if self.editing.is_some() {
                return Vec::new();
            }
        }
        if let Some(at) = self.rows.iter().position(|row| row.choice == Choice::Open) {
            self.at = at;
            let label = self.rows.get(at).map_or("", |row| row.field.label.as_str());
            return world.note(format!("{label} is not chosen yet."));
        }
        let resolution = Resolution::Send(self.theirs.clone(), self.to_send());
        world.moves.push(Move::Close);
        world.moves.push(Move::Resolve(Box::new(resolution)));
        Vec::new()
    }

    /// Back to the form; third values go with it.
    fn leave(&mut self, world: &mut World) {
        let mut typed = Edits::new();
        for row in &self.rows {
            if let Choice::Other(value) = &row.choice {
                typed.insert(row.field.name.clone(), value.clone());
            }
        }
        world.moves.push(Move::Close);
        if !typed.is_empty() {
            world.moves.push(Move::Resolve(Box::new(Resolution::Later(typed))));
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn apply_editing(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        let ways = Ways::of(world, self.connection);
        match command {
            Command::Close => self.editing = None,
            Command::Open => return self.take_typed(world),
            Command::Save => return self.send(world),
            Command::Left => self.press(Key::plain(Code::Left), &ways),
            Command::Right => self.press(Key::plain(Code::Right), &ways),
            Command::Next => self.press(Key::plain(Code::Down), &ways),
            Command::Previous => self.press(Key::plain(Code::Up), &ways),
            Command::NextPane => {
                if let Some(input) = &mut self.editing {
                    input.step(1);
                }
            }
            Command::ClearField => self.press(Key::plain(Code::Delete), &ways),
            _ => {}
        }
        Vec::new()
    }

    fn press(&mut self, key: Key, ways: &Ways) {
        if let Some(input) = &mut self.editing {
            input.press(key, ways);
        }
    }
}

impl Pane for ConflictView {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        if self.editing.is_some() {
            &[Context::Popup, Context::Everywhere]
        } else {
            &[Context::Conflict, Context::Browse, Context::Everywhere]
        }
    }

    fn takes_text(&self) -> bool {
        self.editing.is_some()
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        if self.editing.is_some() {
            return self.apply_editing(command, world);
        }
        let by = isize::try_from(times).unwrap_or(1);
        match command {
            Command::Close => self.leave(world),
            Command::Next | Command::NextPane => self.go(by),
            Command::Previous | Command::PreviousPane => self.go(-by),
            Command::First => self.at = 0,
            Command::Last => self.go(isize::MAX),
            Command::Theirs => self.choose(Choice::Theirs),
            Command::Mine => self.choose(Choice::Mine),
            Command::AllTheirs => self.choose_all(&Choice::Theirs),
            Command::AllMine => self.choose_all(&Choice::Mine),
            Command::Fold => self.is_unfolded = !self.is_unfolded,
            Command::Edit | Command::Open => return self.edit(world),
            Command::Save => return self.send(world),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        self.press(key, &Ways::of(world, self.connection));
        Vec::new()
    }

    fn pasted(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let ways = Ways::of(world, self.connection);
        if let Some(input) = &mut self.editing {
            input.paste(text, &ways);
        }
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, _world: &mut World) -> Vec<Effect> {
        if let (Target::Item(at), Click::Once | Click::Twice) = (target, click)
            && self.editing.is_none()
        {
            self.at = *at;
            self.go(0);
        }
        Vec::new()
    }
}
