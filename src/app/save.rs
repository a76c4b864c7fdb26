//! Where a file of a record is to be saved: asked, with a path that may be typed over. A file that
//! stands there already is never written over.
use super::{
    command::Command,
    edit::Edit,
    keymap::{Context, Key},
    msg::Effect,
    slots::{Slot, ViewId},
    state::Pane,
    world::{Move, World},
};
use crate::{
    domain::{
        action::{Action, Answer, Failure, Outcome},
        connection::ConnectionId,
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    text::file_name,
};

/// A file of a record: the field, or the file's own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Whose.
    pub connection: ConnectionId,
    /// The record's type.
    pub entity: EntityName,
    /// The record.
    pub id: RecordId,
    /// Which file of it.
    pub file: String,
    /// What it is called; raw.
    pub name: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The path is typed.
    Asked,
    /// The file is read from the server.
    Reading,
    /// It is written here.
    Writing,
}

/// Where a file is to be saved.
#[derive(Debug)]
pub struct Save {
    id: ViewId,
    source: Source,
    edit: Edit,
    step: Step,
}

impl Save {
    pub(super) fn open(id: ViewId, source: Source, world: &World) -> Self {
        let folder = world.settings.downloads.trim_end_matches('/');
        let path = format!("{folder}/{}", file_name::harmless(&source.name));
        Self { id, source, edit: Edit::line(&path), step: Step::Asked }
    }

    /// What is saved.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The path.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// How far it is.
    pub fn step(&self) -> Step {
        self.step
    }

    fn read(&mut self, world: &mut World) -> Vec<Effect> {
        if self.step != Step::Asked || self.edit.text().trim().is_empty() {
            return Vec::new();
        }
        self.step = Step::Reading;
        let Source { connection, entity, id, file, .. } = self.source.clone();
        vec![world.call(Slot::Run(self.id), connection, Action::Download { entity, id, file })]
    }

    fn refused(&mut self, failure: Failure, world: &mut World) -> Vec<Effect> {
        self.step = Step::Asked;
        let tried = format!("to give {}", self.source.name);
        world.refuse(self.source.connection, tried, failure)
    }
}

impl Pane for Save {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.source.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Path, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, _times: u32, world: &mut World) -> Vec<Effect> {
        match command {
            Command::Open => return self.read(world),
            Command::Close => world.moves.push(Move::Close),
            Command::ClearField => self.edit.set(""),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, _world: &mut World) -> Vec<Effect> {
        if self.step == Step::Asked {
            self.edit.press(key);
        }
        Vec::new()
    }

    fn pasted(&mut self, text: &str, _world: &mut World) -> Vec<Effect> {
        if self.step == Step::Asked {
            self.edit.paste(text.trim());
        }
        Vec::new()
    }

    fn answered(
        &mut self,
        _slot: Slot,
        result: Result<Answer, Failure>,
        world: &mut World,
    ) -> Vec<Effect> {
        match result {
            Ok(Answer { outcome: Outcome::File(file), .. }) => {
                self.step = Step::Writing;
                let path = self.edit.text().trim().to_owned();
                vec![Effect::Save(world.slots.open(Slot::Saved(self.id)), path, file.content)]
            }
            Ok(_) => {
                let odd = Error::bug("a download was answered with something else");
                self.refused(odd.into(), world)
            }
            Err(failure) => self.refused(failure, world),
        }
    }

    fn saved(&mut self, result: Result<String, Error>, world: &mut World) -> Vec<Effect> {
        match result {
            Ok(path) => {
                world.moves.push(Move::Leave(self.id));
                world.done(format!("Saved as {path}"))
            }
            Err(error) => self.refused(error.into(), world),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            msg::Msg,
            state::View,
            trial::{answer, calls, entity, fresh, press, ticket, with_list},
            update::update,
        },
        domain::action::File,
    };

    #[test]
    fn a_file_is_read_then_written_where_it_was_said_to_be() {
        let mut state = with_list();
        let source = Source {
            connection: ConnectionId(0),
            entity: entity("Contact"),
            id: "1".into(),
            file: "log".to_owned(),
            name: "../x/spooler.log".to_owned(),
        };
        state.world.moves.push(Move::Save(Box::new(source)));
        press(&mut state, "ctrl-l");
        let effects = press(&mut state, "enter");
        assert!(matches!(calls(&effects)[..], [Action::Download { .. }]), "{effects:?}");
        let view = state.top().unwrap().pane().id();
        let file = File { name: "a".into(), media_type: String::new(), content: vec![7] };
        let effects = answer(&mut state, Slot::Run(view), fresh(Outcome::File(file)));
        let saves = |it: &Effect| {
            matches!(it, Effect::Save(_, path, content)
                if path.ends_with("/spooler.log") && content == &[7])
        };
        assert!(effects.iter().any(saves), "{effects:?}");
        let written = ticket(&mut state, Slot::Saved(view)).unwrap();
        update(&mut state, Msg::Saved(written, Ok("/tmp/spooler (2).log".to_owned())));
        assert!(state.top().and_then(View::list).is_some());
    }
}
