//! Keys of a form: from field to field, and text into the one with the cursor.
use super::{
    super::{
        keymap::Code,
        msg::{Click, Target},
        slots::Slot,
        world::{Move, World},
    },
    Command, Effect, Error, Form, Key, Popup,
    input::{Entry, Input},
};
use crate::domain::{schema::FieldKind, value::Value};

const PAGE: isize = 5;

impl Form {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    pub(super) fn apply_fields(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        if let Some(effects) = self.apply_lines(command, world) {
            return effects;
        }
        match command {
            Command::Close => self.close(world),
            Command::Save => self.save(world),
            Command::Refresh => self.refresh(world),
            Command::DropDraft => self.ask_drop(world),
            Command::Next => self.down(world),
            Command::Previous => self.up(world),
            Command::NextPane => self.step(1, world),
            Command::PreviousPane => self.step(-1, world),
            Command::PageDown => self.go(self.at.saturating_add_signed(PAGE), world),
            Command::PageUp => self.go(self.at.saturating_add_signed(-PAGE), world),
            Command::NextError => self.next_error(world),
            _ if self.is_sending => world.note("It is being sent; the answer comes first."),
            Command::Open => self.enter(world),
            Command::UndoField => self.undo(world),
            Command::ClearField => self.set(Value::Empty, world),
            Command::ExternalEditor => self.open_editor(world),
            _ => Vec::new(),
        }
    }

    /// The draft stays, and that is said.
    fn close(&mut self, world: &mut World) -> Vec<Effect> {
        world.moves.push(Move::Close);
        let keeps = self.changes() > 0 && !self.is_sending;
        if keeps { world.note("What you typed is kept as a draft.") } else { Vec::new() }
    }

    fn enter(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(input) = self.input() else { return Vec::new() };
        if input.has_popup() {
            return self.open_popup("", world);
        }
        let breaks = match input.entry() {
            Entry::Typed(edit) => edit.is_multiline(),
            Entry::Parts(parts, at) => parts.get(*at).is_some_and(|it| it.edit.is_multiline()),
            Entry::Picked(_) | Entry::Lines(_) => false,
        };
        if breaks { self.press(Key::plain(Code::Enter), world) } else { self.step(1, world) }
    }

    /// Within a text of several lines first, then on to the next field.
    fn down(&mut self, world: &mut World) -> Vec<Effect> {
        if self.moves_inside(Code::Down, world) { Vec::new() } else { self.step(1, world) }
    }

    fn up(&mut self, world: &mut World) -> Vec<Effect> {
        if self.moves_inside(Code::Up, world) { Vec::new() } else { self.step(-1, world) }
    }

    fn moves_inside(&mut self, code: Code, world: &World) -> bool {
        let ways = self.ways(world);
        let input = self.input_mut().filter(|input| input.is_multiline());
        input.is_some_and(|input| input.press(Key::plain(code), &ways))
    }

    /// To the next or previous part of the field, else to the next or previous field.
    pub(super) fn step(&mut self, by: isize, world: &World) -> Vec<Effect> {
        if self.inputs.get_mut(self.at).is_some_and(|input| input.step(by)) {
            return Vec::new();
        }
        let open = |input: &Input| input.locked().is_none();
        let next = if by > 0 {
            let mut after = self.inputs.iter().enumerate().skip(self.at + 1);
            after.find(|(_, input)| open(input)).map(|(at, _)| at)
        } else {
            self.inputs.iter().take(self.at).rposition(open)
        };
        let Some(next) = next else {
            self.check(self.at, world);
            return Vec::new();
        };
        self.go(next, world);
        if let Some(input) = self.inputs.get_mut(self.at) {
            input.enter(by < 0);
        }
        Vec::new()
    }

    /// To that field; the one that is left is looked at.
    pub(super) fn go(&mut self, at: usize, world: &World) -> Vec<Effect> {
        let at = at.min(self.inputs.len().saturating_sub(1));
        if at != self.at {
            self.check(self.at, world);
            self.at = at;
            self.popup = None;
        }
        Vec::new()
    }

    /// A field is left: says what is wrong with it.
    fn check(&mut self, at: usize, world: &World) {
        let ways = self.ways(world);
        if let Some(input) = self.inputs.get_mut(at) {
            input.settle(&ways);
            let complaint = input.complaint(false).filter(|_| input.is_changed());
            if complaint.is_some() {
                input.complain(complaint);
            }
        }
    }

    fn next_error(&mut self, world: &mut World) -> Vec<Effect> {
        self.check(self.at, world);
        let wrong = |at: &usize| self.inputs.get(*at).is_some_and(|it| it.error().is_some());
        let after = (self.at + 1..self.inputs.len()).find(&wrong);
        match after.or_else(|| (0..=self.at).find(&wrong)) {
            Some(at) => self.go(at, world),
            None => world.note("No field needs attention."),
        }
    }

    pub(super) fn undo(&mut self, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        let Some(input) = self.input_mut() else { return Vec::new() };
        input.complain(None);
        input.undo(&ways);
        self.changed(world)
    }

    /// The field with the cursor gets this value.
    pub(super) fn set(&mut self, value: Value, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        let input = self.input_mut().filter(|input| input.locked().is_none());
        let Some(input) = input else { return Vec::new() };
        input.set(value, &ways);
        self.changed(world)
    }

    pub(super) fn type_into_field(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        if self.sheet().is_some() && !self.is_in_cell() {
            return self.type_over_cell(key, world);
        }
        let Some(input) = self.input().filter(|input| input.locked().is_none()) else {
            return Vec::new();
        };
        match (input.field().kind, key.typed()) {
            (FieldKind::Bool, Some(typed)) => {
                let now = *input.value() == Ok(Value::Bool(true));
                match typed {
                    ' ' => self.set(Value::Bool(!now), world),
                    'x' | 'y' => self.set(Value::Bool(true), world),
                    'n' => self.set(Value::Bool(false), world),
                    _ => Vec::new(),
                }
            }
            (_, Some(typed)) if matches!(input.entry(), Entry::Picked(_)) => {
                let text = typed.to_string();
                self.open_popup(text.trim(), world)
            }
            _ => self.press(key, world),
        }
    }

    fn press(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        let Some(input) = self.input_mut() else { return Vec::new() };
        let before = input.text();
        if input.press(key, &ways) && input.text() != before {
            return self.changed(world);
        }
        Vec::new()
    }

    pub(super) fn paste(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        if self.popup.is_some() && self.paste_into_popup(text) {
            return self.searched(world);
        }
        let ways = self.ways(world);
        let Some(input) = self.input_mut() else { return Vec::new() };
        if input.paste(text, &ways) {
            self.follow_day(world);
            return self.changed(world);
        }
        if input.has_popup() {
            self.open_popup(text, world)
        } else {
            world.note("Nothing can be pasted here.")
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the kinds that differ are named, the rest are alike"
    )]
    fn open_editor(&mut self, world: &mut World) -> Vec<Effect> {
        if self.deed().is_some() {
            return self.edit_json(world);
        }
        let Some(input) = self.input() else { return Vec::new() };
        let (Entry::Typed(edit), None) = (input.entry(), input.locked()) else {
            return world.note("This field is no text.");
        };
        let ending = match input.field().kind {
            FieldKind::Html => ".html",
            FieldKind::LongText => ".md",
            _ => ".txt",
        };
        let (text, name) = (edit.text(), input.name().to_owned());
        self.in_editor = Some(name);
        vec![Effect::Edit(world.slots.open(Slot::Editor(self.id)), text, ending)]
    }

    /// Back from the user's editor, which ends a file with a line break that nobody typed.
    pub(super) fn take_edited(
        &mut self,
        result: Result<Option<String>, Error>,
        world: &mut World,
    ) -> Vec<Effect> {
        let name = self.in_editor.take();
        let text = match result {
            Ok(Some(text)) => text,
            Ok(None) => return Vec::new(),
            Err(error) => {
                return world.refuse(self.connection, "to open your editor", error.into());
            }
        };
        if self.deed().is_some() {
            return self.take_json(&text, world);
        }
        let ways = self.ways(world);
        let input = self.inputs.iter_mut().find(|input| Some(input.name()) == name.as_deref());
        let Some(input) = input else { return Vec::new() };
        let had_end = input.text().is_some_and(|old| old.ends_with('\n'));
        let text = if had_end { text.as_str() } else { text.strip_suffix('\n').unwrap_or(&text) };
        input.set_text(text, &ways);
        self.changed(world)
    }

    pub(super) fn hit(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (Target::Field(at), Click::Once | Click::Twice) => {
                let again = *at == self.at && click == Click::Twice;
                self.go(*at, world);
                if again && self.sheet().is_some() {
                    return self.begin_cell("", world);
                }
                if again && self.popup.is_none() && !self.is_sending {
                    let is_bool = self.input().is_some_and(|it| it.field().kind == FieldKind::Bool);
                    let space = Key::char(' ');
                    return if is_bool {
                        self.type_into_field(space, world)
                    } else {
                        self.enter(world)
                    };
                }
                Vec::new()
            }
            (Target::Item(at), Click::Once | Click::Twice) if !self.is_sending => {
                match &mut self.popup {
                    Some(Popup::Choices(choices)) => choices.point(*at),
                    Some(Popup::Records(records)) => records.point(*at),
                    Some(Popup::Days(_)) => self.point_day(*at, world),
                    None => return Vec::new(),
                }
                self.take(world)
            }
            (Target::Pane | Target::Field(_), Click::Wheel(rows)) => {
                if self.popup.is_some() {
                    return Vec::new();
                }
                self.go(self.at.saturating_add_signed(isize::from(rows.signum())), world)
            }
            _ => Vec::new(),
        }
    }
}
