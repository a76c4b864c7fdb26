//! The rail at the left of a list: entity types, and records looked at.
use super::world::{Connected, World};
use crate::domain::{
    connection::ConnectionId,
    draft::{Draft, Recent},
    schema::EntityName,
    verb::NotOffered,
};

/// At most so many recent records.
const RECENTS: usize = 8;

/// What entity types that stand in no group stand under.
const UNGROUPED: &str = "Records";

/// The rail: where its cursor stands, and whether its fold is open.
#[derive(Debug, Default)]
pub struct Rail {
    at: usize,
    is_unfolded: bool,
}

/// A row of the rail.
#[derive(Clone, Debug, PartialEq)]
pub enum RailRow<'a> {
    /// A dim word over a group; raw.
    Heading(&'a str),
    /// Nothing.
    Blank,
    /// An entity type, by name.
    Type(EntityName),
    /// What the API does not offer, so many of them; the rows beneath are shown or not.
    Fold(usize),
    /// One of them.
    NotOffered(&'a NotOffered),
    /// What was typed and has not landed.
    Draft(&'a Draft),
    /// A record looked at.
    Recent(&'a Recent),
}

impl RailRow<'_> {
    /// Whether the cursor can stand there.
    pub fn is_place(&self) -> bool {
        match self {
            Self::Heading(_) | Self::Blank => false,
            Self::Type(_)
            | Self::Fold(_)
            | Self::NotOffered(_)
            | Self::Draft(_)
            | Self::Recent(_) => true,
        }
    }
}

impl Rail {
    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether what the API does not offer is listed.
    pub fn is_unfolded(&self) -> bool {
        self.is_unfolded
    }

    /// What is not offered, where the cursor stands on such a thing.
    pub fn not_offered<'a>(
        &self,
        world: &'a World,
        connection: ConnectionId,
    ) -> Option<&'a NotOffered> {
        match self.rows(world, connection).get(self.at) {
            Some(RailRow::NotOffered(it)) => Some(it),
            Some(_) | None => None,
        }
    }

    /// All rows.
    pub fn rows<'a>(&self, world: &'a World, connection: ConnectionId) -> Vec<RailRow<'a>> {
        let Some(connected) = world.connected(connection) else { return Vec::new() };
        let mut rows = types(connected);
        rows.extend(self.fold(connected));
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

    /// The fold at the end of the types, and what stands in it while it is open.
    fn fold<'a>(&self, connected: &'a Connected) -> Vec<RailRow<'a>> {
        let all = connected.schema.as_ref().map_or(&[][..], |schema| &schema.not_offered);
        if all.is_empty() {
            return Vec::new();
        }
        let shown = if self.is_unfolded { all } else { &[] };
        let fold = [RailRow::Blank, RailRow::Fold(all.len())];
        fold.into_iter().chain(shown.iter().map(RailRow::NotOffered)).collect()
    }

    /// Opens the fold, or closes it.
    pub(super) fn turn_fold(&mut self) {
        self.is_unfolded = !self.is_unfolded;
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
        let takes: Vec<_> =
            (0..rows.len()).filter(|at| rows.get(*at).is_some_and(RailRow::is_place)).collect();
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

/// The entity types under the words of their groups.
fn types(connected: &Connected) -> Vec<RailRow<'_>> {
    let mut rows = Vec::new();
    let mut group = None;
    for entity_type in connected.tabs() {
        let word = entity_type.group.as_deref().unwrap_or(UNGROUPED);
        if group != Some(word) {
            rows.extend(group.map(|_| RailRow::Blank));
            rows.push(RailRow::Heading(word));
            group = Some(word);
        }
        rows.push(RailRow::Type(entity_type.name.clone()));
    }
    if rows.is_empty() { vec![RailRow::Heading(UNGROUPED)] } else { rows }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{
            msg::Effect,
            state::{State, View},
            trial::{press, schema, with_list},
        },
        domain::verb::NotOffered,
    };

    const HERE: ConnectionId = ConnectionId(0);

    fn grouped() -> State {
        let mut state = with_list();
        let mut schema = schema();
        for (at, entity_type) in schema.entity_types.values_mut().enumerate() {
            entity_type.group = Some(["People", "Sales"][at].to_owned());
        }
        let missing = |label: &str, url: Option<&str>| NotOffered {
            label: label.to_owned(),
            instead: format!("Look at {label} in the browser."),
            url: url.map(str::to_owned),
        };
        let page = "https://acme.example/reports";
        schema.not_offered = vec![missing("Reports", Some(page)), missing("Roles", None)];
        let now = state.world.now;
        state.world.connections.get_mut(&HERE).unwrap().take_schema(Arc::new(schema), now);
        state
    }

    fn rows(state: &State) -> Vec<String> {
        let list = state.top().and_then(View::list).unwrap();
        let rows = list.rail().rows(state.world(), HERE);
        let text = |row: &RailRow<'_>| match row {
            RailRow::Heading(word) => format!("[{word}]"),
            RailRow::Blank => String::new(),
            RailRow::Type(name) => name.to_string(),
            RailRow::Fold(count) => format!("fold {count}"),
            RailRow::NotOffered(it) => it.label.clone(),
            RailRow::Draft(_) | RailRow::Recent(_) => "…".to_owned(),
        };
        rows.iter().map(text).collect()
    }

    #[test]
    fn types_of_a_group_stand_under_its_word() {
        let state = grouped();
        assert_eq!(rows(&state), ["[People]", "Contact", "", "[Sales]", "Account", "", "fold 2"]);
    }

    #[test]
    fn what_is_not_offered_is_folded_until_it_is_opened() {
        let mut state = grouped();
        press(&mut state, "tab G enter");
        assert_eq!(rows(&state)[6..], ["fold 2", "Reports", "Roles"]);
        press(&mut state, "enter");
        assert_eq!(rows(&state)[6..], ["fold 2"]);
    }

    #[test]
    fn o_opens_the_web_page_of_what_is_not_offered() {
        let mut state = grouped();
        let effects = press(&mut state, "tab G enter j o");
        assert!(
            matches!(&effects[..], [Effect::Browse(url)] if url.ends_with("/reports")),
            "{effects:?}"
        );
        let effects = press(&mut state, "j o");
        assert!(!effects.iter().any(|it| matches!(it, Effect::Browse(_))), "{effects:?}");
    }

    #[test]
    fn enter_says_what_to_do_instead() {
        let mut state = grouped();
        press(&mut state, "tab G enter j enter");
        let said = format!("{:?}", state.world().notices().shown().last().unwrap().said);
        assert!(said.contains("Look at Reports in the browser."), "{said}");
    }
}
