//! The rail at the left of a list: entity types, and records looked at.
use super::world::World;
use crate::domain::{
    connection::ConnectionId,
    draft::{Draft, Recent},
    schema::EntityName,
};

/// At most so many recent records.
const RECENTS: usize = 8;

/// The rail: where its cursor stands.
#[derive(Debug, Default)]
pub struct Rail {
    at: usize,
}

/// A row of the rail.
#[derive(Clone, Debug, PartialEq)]
pub enum RailRow<'a> {
    /// A dim word over a group.
    Heading(&'static str),
    /// Nothing.
    Blank,
    /// An entity type, by name.
    Type(EntityName),
    /// What was typed and has not landed.
    Draft(&'a Draft),
    /// A record looked at.
    Recent(&'a Recent),
}

impl Rail {
    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    /// All rows.
    pub fn rows<'a>(&self, world: &'a World, connection: ConnectionId) -> Vec<RailRow<'a>> {
        let Some(connected) = world.connected(connection) else { return Vec::new() };
        let mut rows = vec![RailRow::Heading("Records")];
        rows.extend(connected.tabs().map(|entity_type| RailRow::Type(entity_type.name.clone())));
        let mut drafts = world.drafts(connection).peekable();
        if drafts.peek().is_some() {
            rows.extend([RailRow::Blank, RailRow::Heading("Drafts")]);
            rows.extend(drafts.take(RECENTS).map(RailRow::Draft));
        }
        let identity = connected.connection.identity();
        let mut recents = world.recents().iter().filter(|it| it.identity == identity).peekable();
        if recents.peek().is_some() {
            rows.extend([RailRow::Blank, RailRow::Heading("Recent")]);
            rows.extend(recents.take(RECENTS).map(RailRow::Recent));
        }
        rows
    }

    pub(super) fn point_to(
        &mut self,
        entity: &EntityName,
        world: &World,
        connection: ConnectionId,
    ) {
        let rows = self.rows(world, connection);
        let at = rows.iter().position(|row| *row == RailRow::Type(entity.clone()));
        self.at = at.unwrap_or(1);
    }

    /// Down or up by so many rows that can be taken.
    pub(super) fn step(&mut self, by: isize, world: &World, connection: ConnectionId) {
        let rows = self.rows(world, connection);
        let takes: Vec<_> = (0..rows.len())
            .filter(|at| {
                matches!(
                    rows.get(*at),
                    Some(RailRow::Type(_) | RailRow::Draft(_) | RailRow::Recent(_))
                )
            })
            .collect();
        let place = takes.iter().position(|at| *at >= self.at).unwrap_or(0);
        let place = place.saturating_add_signed(by).min(takes.len().saturating_sub(1));
        if let Some(at) = takes.get(place) {
            self.at = *at;
        }
    }

    pub(super) fn set(&mut self, at: usize) {
        self.at = at;
    }
}
