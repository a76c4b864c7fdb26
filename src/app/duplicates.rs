//! Records like the new one: open one of them, or create it all the same.
use super::{
    command::Command,
    keymap::Context,
    msg::{Click, Effect, Target},
    slots::ViewId,
    state::Pane,
    world::{Move, Resolution, World},
};
use crate::domain::{change::Edits, connection::ConnectionId, record::Record, schema::EntityName};

/// Records like the new one: open one of them, or create it all the same.
#[derive(Debug)]
pub struct Duplicates {
    id: ViewId,
    connection: ConnectionId,
    entity: EntityName,
    /// What was typed.
    typed: Edits,
    records: Vec<Record>,
    at: usize,
}

impl Duplicates {
    pub(super) fn open(
        id: ViewId,
        connection: ConnectionId,
        entity: &EntityName,
        typed: Edits,
        records: Vec<Record>,
    ) -> Self {
        Self { id, connection, entity: entity.clone(), typed, records, at: 0 }
    }

    /// Of what.
    pub fn entity(&self) -> &EntityName {
        &self.entity
    }

    /// What was typed.
    pub fn typed(&self) -> &Edits {
        &self.typed
    }

    /// The similar ones.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, by: isize) {
        let last = self.records.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    /// The form and its draft stay beneath.
    fn open_record(&self, world: &mut World) {
        if let Some(record) = self.records.get(self.at) {
            let (entity, id) = (record.entity.clone(), record.id.clone());
            world.moves.push(Move::Record(self.connection, entity, id));
        }
    }
}

impl Pane for Duplicates {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Duplicates, Context::Browse, Context::Everywhere]
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a view takes the commands that are its own"
    )]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        let by = isize::try_from(times).unwrap_or(1);
        match command {
            Command::Close => world.moves.push(Move::Close),
            Command::Next => self.go(by),
            Command::Previous => self.go(-by),
            Command::First => self.at = 0,
            Command::Last => self.go(isize::MAX),
            Command::Open => self.open_record(world),
            Command::CreateAnyway => {
                world.moves.push(Move::Close);
                world.moves.push(Move::Resolve(Box::new(Resolution::Despite)));
            }
            _ => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (Target::Item(at), Click::Once) => self.at = *at,
            (Target::Item(at), Click::Twice) => {
                self.at = *at;
                self.open_record(world);
            }
            _ => {}
        }
        self.go(0);
        Vec::new()
    }
}
