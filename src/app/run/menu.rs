//! What else the product can do, with a record or without one: each row has a letter that takes it.
use super::{Deed, begin, request};
use crate::{
    app::{
        command::Command,
        keymap::{Context, Key},
        msg::{Click, Effect, Target},
        slots::ViewId,
        state::Pane,
        world::{Move, World},
    },
    domain::{connection::ConnectionId, record::RecordId, schema::EntityName},
};

const PAGE: usize = 10;

/// The menu.
#[derive(Debug)]
pub struct Deeds {
    id: ViewId,
    connection: ConnectionId,
    items: Vec<Item>,
    at: usize,
}

/// A row of the menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What takes it, beside Enter.
    pub letter: Option<char>,
    /// What it does.
    pub deed: Deed,
}

/// A record that deeds are done to, with its name for people.
pub type On = (EntityName, RecordId, String);

/// Everything that can be done: with the record, then without one.
pub fn deeds(connection: ConnectionId, on: Option<&On>, world: &World) -> Vec<Deed> {
    let Some(schema) = world.connected(connection).and_then(|it| it.schema.as_ref()) else {
        return Vec::new();
    };
    let own = on.and_then(|(entity, ..)| schema.entity_type(entity)).map(|it| &it.verbs);
    let with = own.into_iter().flatten().map(|verb| {
        let target = on.map(|(entity, id, _)| (entity.clone(), id.clone()));
        Deed::of(verb, target, on.map(|it| it.2.clone()).unwrap_or_default())
    });
    let without = schema.verbs.iter().map(|verb| Deed::of(verb, None, String::new()));
    with.chain(without).chain(request::deeds(connection, world)).collect()
}

impl Deeds {
    /// Of a record, or of none.
    pub(in crate::app) fn open(
        id: ViewId,
        connection: ConnectionId,
        on: Option<&On>,
        world: &World,
    ) -> Self {
        let mut taken = Vec::new();
        let item = |deed: Deed| {
            let letter = letter(&deed.label, &taken);
            taken.extend(letter);
            Item { letter, deed }
        };
        let items = deeds(connection, on, world).into_iter().map(item).collect();
        Self { id, connection, items, at: 0 }
    }

    /// Its rows.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at.min(self.items.len().saturating_sub(1))
    }

    fn step(&mut self, by: isize) {
        self.at = self.at().saturating_add_signed(by).min(self.items.len().saturating_sub(1));
    }

    fn take(&self, at: usize, world: &mut World) -> Vec<Effect> {
        let Some(item) = self.items.get(at) else { return Vec::new() };
        world.moves.push(Move::Close);
        begin(self.connection, item.deed.clone(), world)
    }
}

/// The first letter of its name that no other row has, else any.
fn letter(label: &str, taken: &[char]) -> Option<char> {
    let own = label.chars().flat_map(char::to_lowercase).filter(char::is_ascii_lowercase);
    let free = |c: &char| !taken.contains(c);
    own.chain('a'..='z').chain('1'..='9').chain('A'..='Z').find(free)
}

impl Pane for Deeds {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Deeds, Context::Everywhere]
    }

    fn takes_text(&self) -> bool {
        true
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        if let Some(by) = command.rows(times, PAGE) {
            self.step(by);
            return Vec::new();
        }
        match command {
            Command::Open => return self.take(self.at(), world),
            Command::Close => world.moves.push(Move::Close),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        let at = self.items.iter().position(|it| it.letter.is_some() && it.letter == key.typed());
        at.map_or_else(Vec::new, |at| self.take(at, world))
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows)),
            (Target::Item(at), Click::Once | Click::Twice) => return self.take(*at, world),
            _ => {}
        }
        Vec::new()
    }
}
