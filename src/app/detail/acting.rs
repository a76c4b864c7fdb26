//! What the commands do to a record.
use super::{
    Action, BUSY, Command, Detail, Effect, LinkChange, Move, Question, Slot, Tab, World, Writing,
    page::Stop,
};
use crate::{
    app::{save::Source, yank},
    domain::{
        change::Edits,
        draft::Part,
        record::RecordId,
        schema::{EntityName, EntityType, Field, FieldKind},
        value::{Reference, Value},
    },
};

impl Detail {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a view knows its own commands")]
    pub(super) fn do_it(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Close | Command::NextRecord | Command::PreviousRecord
                if self.writing.is_some() =>
            {
                world.note(BUSY)
            }
            Command::Close => wish(Move::Close, world),
            Command::Open | Command::FollowLink => self.open_here(world),
            Command::NextTab => self.open_tab(self.tab.step(1), world),
            Command::PreviousTab => self.open_tab(self.tab.step(Tab::ALL.len() - 1), world),
            Command::NextRecord => wish(Move::Neighbour(1), world),
            Command::PreviousRecord => wish(Move::Neighbour(-1), world),
            Command::EmptyFields => {
                self.shows_empty = !self.shows_empty;
                self.lay(world);
                Vec::new()
            }
            Command::FullStamps => {
                self.full_stamps = !self.full_stamps;
                self.lay(world);
                Vec::new()
            }
            Command::Refresh => self.refresh(false, world),
            Command::RefreshAll => self.refresh(true, world),
            Command::Edit => self.edit(world),
            Command::Add => self.add(world),
            Command::Link => self.open_offer(world),
            Command::Unlink => self.unlink(world),
            Command::Delete => self.delete(world),
            Command::Browser => self.browse(world),
            Command::Comment => self.comment(world),
            Command::Answer => self.answer(world),
            Command::SaveFile => self.save_file(world),
            Command::Verbs => wish(Move::Deeds, world),
            command => self.yank(command, world),
        }
    }

    /// A panel row, a reference, something that happened.
    pub(super) fn open_here(&mut self, world: &mut World) -> Vec<Effect> {
        match self.stop() {
            Some(Stop::Field(name)) => self.open_field(&name, world),
            Some(Stop::Line(name, at)) => self.open_line(&name, at, world),
            Some(Stop::Row(at, id)) => {
                if let Some(entity) = self.panels.get(at).map(|it| it.entity().clone()) {
                    world.moves.push(Move::Record(self.connection, entity, id));
                }
                Vec::new()
            }
            Some(Stop::More(at)) => self.open_panel(at, world),
            Some(Stop::Empty(_)) => world.note("Nothing is here yet; a adds one."),
            Some(Stop::Happening(at) | Stop::File(at, _)) => {
                match self.activity.all.get(at).and_then(|it| it.record.clone()) {
                    Some((entity, id)) => wish(Move::Record(self.connection, entity, id), world),
                    None => world.note("There is no record behind this."),
                }
            }
            None => Vec::new(),
        }
    }

    /// The file under the cursor: of a field, or one that hangs on a comment.
    fn save_file(&self, world: &mut World) -> Vec<Effect> {
        let found = match self.stop() {
            Some(Stop::File(at, place)) => {
                self.activity.all.get(at).and_then(|it| it.files.get(place)).cloned()
            }
            Some(Stop::Field(name)) => {
                let is_file = self
                    .entity_type(world)
                    .and_then(|it| it.field(&name))
                    .is_some_and(|it| it.kind == FieldKind::File);
                let value = self.record.as_ref().and_then(|it| it.value(&name));
                let called = match value.filter(|it| is_file && !it.is_empty()) {
                    Some(Value::Text(called)) => Some(called.clone()),
                    Some(Value::Reference(it)) => it.name.clone().or_else(|| Some(it.id.clone())),
                    Some(_) | None => None,
                };
                called.map(|called| (name, called))
            }
            Some(_) | None => None,
        };
        let Some((file, name)) = found else {
            return world.note("Stand on a file to save it.");
        };
        let (connection, entity, id) = (self.connection, self.entity.clone(), self.shows.clone());
        wish(Move::Save(Box::new(Source { connection, entity, id, file, name })), world)
    }

    /// What a line is of: the first record that it points to.
    fn open_line(&self, name: &str, at: usize, world: &mut World) -> Vec<Effect> {
        let line = match self.record.as_ref().and_then(|it| it.value(name)) {
            Some(Value::Lines(lines)) => lines.get(at),
            Some(_) | None => None,
        };
        let columns = self.entity_type(world).and_then(|it| it.field(name)).map(|it| &it.columns);
        let points = |column: &Field| {
            let Value::Reference(it) = line?.fields.get(&column.name)? else { return None };
            Some((target(it, Some(column))?, RecordId::from(it.id.as_str())))
        };
        match columns.into_iter().flatten().find_map(points) {
            Some((entity, id)) => wish(Move::Record(self.connection, entity, id), world),
            None => world.note("This line points to no record; e edits the lines."),
        }
    }

    fn open_field(&self, name: &str, world: &mut World) -> Vec<Effect> {
        let field = self.entity_type(world).and_then(|it| it.field(name)).cloned();
        let value = self.record.as_ref().and_then(|it| it.value(name)).cloned();
        let reference = match value {
            Some(Value::Reference(reference)) => Some(reference),
            Some(Value::References(many)) => many.into_iter().next(),
            Some(Value::Text(url)) if is_web(&url, field.as_ref()) => {
                return vec![Effect::Browse(url)];
            }
            Some(_) | None => None,
        };
        let Some(reference) = reference else {
            return world.note("This field points to no record; e edits it.");
        };
        match target(&reference, field.as_ref()) {
            Some(entity) => {
                let id = RecordId::from(reference.id.as_str());
                wish(Move::Record(self.connection, entity, id), world)
            }
            None => world.note("The server does not say what this points to."),
        }
    }

    /// `2 more`: the whole panel, the cursor on the first row that was not shown.
    fn open_panel(&mut self, at: usize, world: &mut World) -> Vec<Effect> {
        if self.tab == Tab::Related {
            return self.ask_further(at, world).into_iter().collect();
        }
        let last = self.cursor().map_or(0, |_| self.at);
        let stood = self.page.places.get(last.saturating_sub(1)).map(|place| place.stop.clone());
        let mut effects = self.open_tab(Tab::Related, world);
        let found = stood.and_then(|stop| self.page.find(&stop));
        self.at = found.map_or(0, |at| at + 1).min(self.page.places.len().saturating_sub(1));
        self.reveal(world);
        effects.extend(self.ask_further(at, world));
        effects
    }

    fn edit(&mut self, world: &mut World) -> Vec<Effect> {
        if let Some(id) = self.own_comment(world) {
            return self.open_composer(Part::Reword(id), world);
        }
        if self.record.is_none() {
            return Vec::new();
        }
        wish(Move::Edit(self.connection, self.entity.clone(), self.shows.clone()), world)
    }

    fn browse(&self, world: &mut World) -> Vec<Effect> {
        match self.record.as_ref().and_then(|record| record.url.clone()) {
            Some(url) => vec![Effect::Browse(url)],
            None => world.note("The server gives no address for this record."),
        }
    }

    fn delete(&self, world: &mut World) -> Vec<Effect> {
        let Some(record) = &self.record else { return Vec::new() };
        if self.writing.is_some() {
            return world.note(BUSY);
        }
        wish(Move::Delete(self.connection, Box::new(record.clone())), world)
    }

    /// A new record for the panel, which already points here; where it cannot, it is linked then.
    fn add(&mut self, world: &mut World) -> Vec<Effect> {
        let here = self.panel_here().and_then(|at| Some((at, self.panels.get(at)?)));
        let Some((at, panel)) = here else {
            return world.note("Stand in a panel to add to it; Tab goes to the next one.");
        };
        let entity = panel.entity().clone();
        let is_editable = panel.link().is_editable;
        let field = world.entity_type(self.connection, &entity);
        if field.is_some_and(|it| !it.rights.create) {
            return world.note("Your role may not add these.");
        }
        let back = field.and_then(|it| back_reference(it, &self.entity)).map(|it| it.name.clone());
        let mut edits = Edits::new();
        match back {
            Some(field) => {
                let name = Some(self.title(world));
                let (entity, id) = (Some(self.entity.clone()), self.shows.as_str().to_owned());
                edits.insert(field, Value::Reference(Reference { entity, id, name }));
            }
            None if is_editable => self.awaited = Some(at),
            None => return world.note("Records cannot be put into this panel by hand."),
        }
        wish(Move::Add(self.connection, entity, Box::new(edits)), world)
    }

    fn unlink(&self, world: &mut World) -> Vec<Effect> {
        let Some(Stop::Row(at, id)) = self.stop() else {
            return world.note("Stand on a record of a panel to take it out.");
        };
        let Some(panel) = self.panels.get(at) else { return Vec::new() };
        if !panel.link().is_editable {
            return world.note("Records cannot be taken out of this panel.");
        }
        let record = panel.rows().get(&id);
        let entity_type = world.entity_type(self.connection, panel.entity());
        let title = record.map_or_else(String::new, |it| it.title(entity_type));
        let said = format!("{title} ({})", panel.link().label);
        let Some(change) = self.change(at, id) else { return Vec::new() };
        wish(Move::Ask(Box::new(Question::Unlink(self.connection, change, said))), world)
    }

    /// Yes was said.
    pub(super) fn do_confirmed(&mut self, question: &Question, world: &mut World) -> Vec<Effect> {
        if self.writing.is_some() {
            return world.note(BUSY);
        }
        match question {
            Question::Delete(_, record)
                if record.entity == self.entity && record.id == self.shows =>
            {
                self.writing = Some(Writing::Delete(self.title(world)));
                let (entity, id) = (self.entity.clone(), self.shows.clone());
                let action = Action::Delete { entity, id };
                vec![world.call(Slot::Write(self.id), self.connection, action)]
            }
            Question::Unlink(_, change, _) => self.send_unlink(change.clone(), world),
            Question::Mail(..) => self.send_comment(world),
            Question::Delete(..)
            | Question::RemoveConnection(_)
            | Question::DropDraft(_)
            | Question::Run(..) => Vec::new(),
        }
    }

    fn send_unlink(&mut self, change: LinkChange, world: &mut World) -> Vec<Effect> {
        let at = self.panels.iter().position(|panel| panel.link().name == change.link);
        let Some((at, panel)) = at.and_then(|at| Some((at, self.panels.get(at)?))) else {
            return Vec::new();
        };
        let entity_type = world.entity_type(self.connection, panel.entity());
        let record = change.others.first().and_then(|id| panel.rows().get(id));
        let title = record.map_or_else(String::new, |it| it.title(entity_type));
        self.writing = Some(Writing::Unlink(at, title));
        vec![world.call(Slot::Write(self.id), self.connection, Action::Unlink(change))]
    }

    /// Of a panel row where the cursor stands on one, else of the record.
    fn yank(&self, command: Command, world: &mut World) -> Vec<Effect> {
        let row = match self.stop() {
            Some(Stop::Row(at, id)) => self.panels.get(at).and_then(|it| it.rows().get(&id)),
            Some(_) | None => None,
        };
        let Some(record) = row.or(self.record.as_ref()) else { return Vec::new() };
        let cell = match self.stop() {
            Some(Stop::Field(name)) => Some(name),
            Some(_) | None => None,
        };
        let columns: Vec<String> = record.fields.keys().cloned().collect();
        let cell = cell.as_deref();
        yank::act(command, record, &[record], &columns, cell, self.connection, world)
    }
}

fn wish(wish: Move, world: &mut World) -> Vec<Effect> {
    world.moves.push(wish);
    Vec::new()
}

fn is_web(url: &str, field: Option<&Field>) -> bool {
    let is_url = field.is_some_and(|field| field.kind == FieldKind::Url);
    is_url && (url.starts_with("https://") || url.starts_with("http://"))
}

/// What a reference points to: its own word, else the only one that its field may point to.
fn target(reference: &Reference, field: Option<&Field>) -> Option<EntityName> {
    let only = || match field.map(|field| field.targets.as_slice()) {
        Some([one]) => Some(one.clone()),
        Some(_) | None => None,
    };
    reference.entity.clone().or_else(only)
}

/// The field of a new record that points back: the only one that can, or the one named so.
fn back_reference<'a>(of: &'a EntityType, to: &EntityName) -> Option<&'a Field> {
    let points = |field: &&Field| {
        let is_one = matches!(field.kind, FieldKind::Reference | FieldKind::AnyReference);
        is_one && field.read_only.is_none() && field.targets.contains(to)
    };
    let all: Vec<&Field> = of.fields.values().filter(points).collect();
    let named = all.iter().find(|field| field.name.eq_ignore_ascii_case(to.as_str()));
    match (named, all.as_slice()) {
        (Some(field), _) => Some(field),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}
