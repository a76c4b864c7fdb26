//! One field of a form: what stood there, what is typed, and what that means.
use super::{
    super::{
        edit::Edit,
        keymap::{Code, Key},
    },
    lines::Sheet,
    typed::{self, Ways},
};
use crate::domain::{
    schema::{Field, FieldKind, ReadOnly},
    value::{Address, Person, Value},
};

/// Why a field cannot be typed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// The schema says so.
    Because(ReadOnly),
    /// Only a part of its text was read: saving that would lose the rest.
    Cut,
}

/// How a field is typed.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "few of them exist at a time")]
pub enum Entry {
    /// As text.
    Typed(Edit),
    /// As several short texts; the place of the one with the cursor.
    Parts(Vec<Part>, usize),
    /// It is chosen.
    Picked(Value),
    /// As lines, cell by cell.
    Lines(Box<Sheet>),
}

/// One of several short texts.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub label: &'static str,
    /// Its text.
    pub edit: Edit,
}

/// One field of a form.
#[derive(Clone, Debug)]
pub struct Input {
    field: Field,
    locked: Option<Locked>,
    before: Value,
    /// The text that the field began with: while it stands, the value is `before`, exactly.
    start: String,
    entry: Entry,
    value: Result<Value, String>,
    is_changed: bool,
    /// Whether the next character takes the place of the whole text: days only.
    is_fresh: bool,
    /// What is wrong with it, once it was left or refused.
    error: Option<String>,
}

impl Input {
    pub(in crate::app) fn new(
        field: Field,
        before: Value,
        is_new: bool,
        cut: bool,
        ways: &Ways,
    ) -> Self {
        let locked = if cut { Some(Locked::Cut) } else { lock(&field, is_new) };
        let mut input = Self {
            field,
            locked,
            before: Value::Empty,
            start: String::new(),
            entry: Entry::Picked(Value::Empty),
            value: Ok(Value::Empty),
            is_changed: false,
            is_fresh: true,
            error: None,
        };
        input.begin(before, ways);
        input
    }

    /// The field.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.field.name
    }

    /// Why it cannot be typed into.
    pub fn locked(&self) -> Option<Locked> {
        self.locked
    }

    /// What stood there.
    pub fn before(&self) -> &Value {
        &self.before
    }

    /// What is typed.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// What is typed, as a value, or why it is none.
    pub fn value(&self) -> &Result<Value, String> {
        &self.value
    }

    /// Whether it says something else than before.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// What is wrong with it.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether it takes several lines of text.
    pub fn is_multiline(&self) -> bool {
        matches!(&self.entry, Entry::Typed(edit) if edit.is_multiline())
    }

    /// Whether something is chosen from a list or calendar that hangs under it.
    pub fn has_popup(&self) -> bool {
        self.locked.is_none()
            && match self.field.kind {
                FieldKind::Enum | FieldKind::MultiEnum => !self.field.choices.is_empty(),
                FieldKind::Date
                | FieldKind::DateTime
                | FieldKind::DateOrTime
                | FieldKind::Reference
                | FieldKind::AnyReference
                | FieldKind::References => true,
                FieldKind::Text
                | FieldKind::LongText
                | FieldKind::Html
                | FieldKind::Url
                | FieldKind::Integer
                | FieldKind::Number
                | FieldKind::Money
                | FieldKind::Bool
                | FieldKind::Duration
                | FieldKind::File
                | FieldKind::Emails
                | FieldKind::Phones
                | FieldKind::Address
                | FieldKind::PersonName
                | FieldKind::Lines
                | FieldKind::Other => false,
            }
    }

    /// Whether its text is a day, which is typed anew and not on.
    fn is_day(&self) -> bool {
        matches!(self.field.kind, FieldKind::Date | FieldKind::DateTime | FieldKind::DateOrTime)
    }

    /// From now on what is typed takes the place of a day that stands there.
    pub(in crate::app) fn freshen(&mut self) {
        self.is_fresh = true;
    }

    /// It was left: a day that was typed as `+2w` is written as the day that it is.
    pub(in crate::app) fn settle(&mut self, ways: &Ways) {
        self.is_fresh = true;
        let is_typed = self.is_day() && self.text().as_ref() != Some(&self.start);
        if let (true, Ok(value)) = (is_typed, &self.value) {
            self.set(value.clone(), ways);
        }
    }

    /// Begins anew from a value.
    pub(in crate::app) fn begin(&mut self, before: Value, ways: &Ways) {
        self.entry = entry(&self.field, &before, self.locked.is_some(), ways);
        if self.locked.is_none() && self.field.kind == FieldKind::Lines {
            self.entry = Entry::Lines(Box::new(Sheet::new(&self.field, &before, &before)));
        }
        self.start = self.text().unwrap_or_default();
        self.is_fresh = true;
        self.before = before;
        self.error = None;
        self.renew(ways);
    }

    /// As it was.
    pub(in crate::app) fn undo(&mut self, ways: &Ways) {
        let value = self.before.clone();
        self.set(value, ways);
    }

    /// To this value.
    pub(in crate::app) fn set(&mut self, value: Value, ways: &Ways) {
        self.entry = entry(&self.field, &value, self.locked.is_some(), ways);
        if self.locked.is_none() && self.field.kind == FieldKind::Lines {
            self.entry = Entry::Lines(Box::new(Sheet::new(&self.field, &self.before, &value)));
        }
        self.is_fresh = true;
        self.renew(ways);
        // A text need not say all of a value: flags of a number, seconds of a time.
        self.is_changed = !value.means_the_same(&self.before);
        self.value = Ok(value);
    }

    /// To this text, as if it was typed.
    pub(in crate::app) fn set_text(&mut self, text: &str, ways: &Ways) {
        match &mut self.entry {
            Entry::Typed(edit) => edit.set(text),
            Entry::Parts(parts, _) => {
                for (part, text) in parts.iter_mut().zip(text.split('\n')) {
                    part.edit.set(text);
                }
            }
            Entry::Lines(sheet) => sheet.set_text(text, ways),
            Entry::Picked(_) => return,
        }
        self.renew(ways);
    }

    /// Its lines, where it has some.
    pub fn sheet(&self) -> Option<&Sheet> {
        if let Entry::Lines(sheet) = &self.entry { Some(sheet) } else { None }
    }

    pub(in crate::app) fn sheet_mut(&mut self) -> Option<&mut Sheet> {
        if let Entry::Lines(sheet) = &mut self.entry { Some(sheet) } else { None }
    }

    /// Its text, where it is typed.
    pub(in crate::app) fn text(&self) -> Option<String> {
        match &self.entry {
            Entry::Typed(edit) => Some(edit.text()),
            Entry::Parts(parts, _) => {
                let texts: Vec<_> = parts.iter().map(|part| part.edit.text()).collect();
                Some(texts.join("\n"))
            }
            Entry::Lines(sheet) => Some(sheet.text()),
            Entry::Picked(_) => None,
        }
    }

    /// Whether the key did something.
    pub(in crate::app) fn press(&mut self, key: Key, ways: &Ways) -> bool {
        let replaces = self.replaces() && key.typed().is_some();
        let Some(edit) = self.edit_mut() else { return false };
        if replaces {
            edit.set("");
        }
        if breaks_before_type(edit, key) {
            edit.press(Key::plain(Code::End));
        }
        let done = edit.press(key);
        if done {
            self.renew(ways);
        }
        done
    }

    pub(in crate::app) fn paste(&mut self, text: &str, ways: &Ways) -> bool {
        let replaces = self.replaces();
        let Some(edit) = self.edit_mut() else { return false };
        if replaces {
            edit.set("");
        }
        edit.paste(text);
        self.renew(ways);
        true
    }

    /// Whether the first key since the field was entered is this one, and the field a day.
    fn replaces(&mut self) -> bool {
        std::mem::take(&mut self.is_fresh) && self.is_day()
    }

    /// The text with the cursor.
    fn edit_mut(&mut self) -> Option<&mut Edit> {
        if self.locked.is_some() {
            return None;
        }
        match &mut self.entry {
            Entry::Typed(edit) => Some(edit),
            Entry::Parts(parts, at) => parts.get_mut(*at).map(|part| &mut part.edit),
            Entry::Picked(_) | Entry::Lines(_) => None,
        }
    }

    /// To the next or previous part, if there is one.
    pub(in crate::app) fn step(&mut self, by: isize) -> bool {
        let Entry::Parts(parts, at) = &mut self.entry else { return false };
        let next = at.checked_add_signed(by).filter(|next| *next < parts.len());
        if let Some(next) = next {
            *at = next;
        }
        next.is_some()
    }

    /// To the first part, or the last one.
    pub(in crate::app) fn enter(&mut self, from_below: bool) {
        if let Entry::Parts(parts, at) = &mut self.entry {
            *at = if from_below { parts.len().saturating_sub(1) } else { 0 };
        }
    }

    pub(in crate::app) fn renew(&mut self, ways: &Ways) {
        self.value = match &self.entry {
            Entry::Picked(value) => Ok(value.clone()),
            Entry::Lines(sheet) => sheet.value(),
            Entry::Typed(_) | Entry::Parts(..) if self.text().as_ref() == Some(&self.start) => {
                Ok(self.before.clone())
            }
            Entry::Typed(edit) => typed::read(&self.field, &edit.text(), &self.before, ways),
            Entry::Parts(parts, _) => Ok(composed(self.field.kind, parts, &self.before)),
        };
        self.is_changed =
            self.value.as_ref().map_or(true, |value| !value.means_the_same(&self.before));
        // A complaint goes as soon as its reason does; a new one waits until the field is left.
        self.error = self.error.take().and_then(|_| self.complaint(false));
    }

    /// What is wrong with it now; an untouched field only when the record is new.
    pub(in crate::app) fn complaint(&self, is_new: bool) -> Option<String> {
        if self.locked.is_some() || !(self.is_changed || is_new) {
            return None;
        }
        let missing = self.sheet().and_then(Sheet::missing);
        match &self.value {
            Err(reason) => Some(reason.clone()),
            Ok(_) if missing.is_some() => missing,
            Ok(value) if self.field.is_required && value.is_empty() => {
                Some("needs a value".to_owned())
            }
            Ok(_) => None,
        }
    }

    pub(in crate::app) fn complain(&mut self, error: Option<String>) {
        self.error = error;
    }
}

fn lock(field: &Field, is_new: bool) -> Option<Locked> {
    if let Some(why) = field.read_only
        && !(is_new && why == ReadOnly::AfterCreate)
    {
        return Some(Locked::Because(why));
    }
    let has_none = field.kind == FieldKind::Lines && field.columns.is_empty();
    let none = has_none || field.kind == FieldKind::Other;
    none.then_some(Locked::Because(ReadOnly::NoEditor))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a file's value is a path or no text at all")]
fn entry(field: &Field, value: &Value, is_locked: bool, ways: &Ways) -> Entry {
    if is_locked {
        return Entry::Picked(value.clone());
    }
    let text = || typed::written(value, field, ways);
    match field.kind {
        FieldKind::LongText | FieldKind::Html | FieldKind::Emails => {
            Entry::Typed(Edit::lines(&text()))
        }
        FieldKind::Phones => Entry::Typed(numbers(&text())),
        // What stands there is a name; what is typed is the path of another file.
        FieldKind::File => match value {
            Value::Upload(upload) => Entry::Typed(Edit::line(&upload.path)),
            _ => Entry::Typed(Edit::line("")),
        },
        FieldKind::Enum | FieldKind::MultiEnum if field.choices.is_empty() => {
            Entry::Typed(Edit::line(&text()))
        }
        FieldKind::Text
        | FieldKind::Url
        | FieldKind::Integer
        | FieldKind::Number
        | FieldKind::Money
        | FieldKind::Duration
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::DateOrTime => Entry::Typed(Edit::line(&text())),
        FieldKind::Address => Entry::Parts(address_parts(value), 0),
        FieldKind::PersonName => Entry::Parts(person_parts(value), 0),
        FieldKind::Bool
        | FieldKind::Enum
        | FieldKind::MultiEnum
        | FieldKind::Reference
        | FieldKind::AnyReference
        | FieldKind::References
        | FieldKind::Lines
        | FieldKind::Other => Entry::Picked(value.clone()),
    }
}

/// Numbers to type over: the cursor stands behind the last one, before its type.
fn numbers(text: &str) -> Edit {
    let mut edit = Edit::lines(text);
    let last = text.lines().last().unwrap_or_default();
    if let Some((number, _)) = last.rsplit_once(" (") {
        edit.go_to_column(number.chars().count());
    }
    edit
}

/// Whether a number is left by this key: its type belongs to it and is not torn off.
fn breaks_before_type(edit: &Edit, key: Key) -> bool {
    let (row, column) = edit.cursor();
    let rest: String =
        edit.rows().get(row).into_iter().flat_map(|it| it.chars().skip(column)).collect();
    key.code == Code::Enter && rest.starts_with(" (")
}

fn parts<const N: usize>(all: [(&'static str, &str); N], several: &str) -> Vec<Part> {
    let part = |(label, text): (&'static str, &str)| {
        let edit = if label == several { Edit::lines(text) } else { Edit::line(text) };
        Part { label, edit }
    };
    all.into_iter().map(part).collect()
}

fn address_parts(value: &Value) -> Vec<Part> {
    let none = Address::default();
    let it = if let Value::Address(address) = value { address } else { &none };
    let all = [
        ("street", it.street.as_str()),
        ("city", &it.city),
        ("state", &it.state),
        ("postal code", &it.postal_code),
        ("country", &it.country),
    ];
    parts(all, "street")
}

fn person_parts(value: &Value) -> Vec<Part> {
    let none = Person::default();
    let it = if let Value::Person(person) = value { person } else { &none };
    let all = [
        ("salutation", it.salutation.as_str()),
        ("first", &it.first),
        ("middle", &it.middle),
        ("last", &it.last),
    ];
    parts(all, "")
}

/// The value that the parts make; as before where nothing was changed.
fn composed(kind: FieldKind, parts: &[Part], before: &Value) -> Value {
    let text = |at: usize| parts.get(at).map(|part| part.edit.text()).unwrap_or_default();
    let value = if kind == FieldKind::Address {
        Value::Address(Address {
            street: text(0),
            city: text(1),
            state: text(2),
            postal_code: text(3),
            country: text(4),
        })
    } else {
        let (salutation, first, middle, last) = (text(0), text(1), text(2), text(3));
        Value::Person(Person { salutation, first, middle, last, full: String::new() })
    };
    if value.means_the_same(before) {
        return before.clone();
    }
    if value.is_empty() { Value::Empty } else { value }
}
