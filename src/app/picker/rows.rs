//! The rows of the list: a sign-in to Membrane unfolds into what it keeps.
use super::Typing;
use crate::{
    app::{
        apps::App,
        sign_in::{is_sign_in, root},
        world::{Connected, World},
    },
    domain::connection::ConnectionId,
    text::fuzzy,
};

/// What a row stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A connection of the settings.
    Own(ConnectionId),
    /// One that a sign-in keeps and that is not in the settings: the sign-in, and its id there.
    Kept(ConnectionId, String),
    /// Another app for this sign-in.
    Another(ConnectionId),
}

/// A row that fits the words, and which characters of its name matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub row: Row,
    /// Whether it stands within a sign-in.
    pub is_within: bool,
    /// Characters of its name that matched.
    pub matched: Vec<usize>,
}

impl Row {
    /// The connection of the settings that it is, or that keeps it.
    pub fn connection(&self) -> ConnectionId {
        match self {
            Self::Own(id) | Self::Kept(id, _) | Self::Another(id) => *id,
        }
    }
}

/// The rows; with words, only those that fit, best first and flat.
pub(super) fn shown(typing: &Typing, folded: &[ConnectionId], world: &World) -> Vec<Shown> {
    let Typing::Words(edit) = typing else { return all(folded, world) };
    let rows: Vec<Shown> =
        all(&[], world).into_iter().filter(|it| !matches!(it.row, Row::Another(_))).collect();
    let texts: Vec<(usize, String)> = rows.iter().map(|it| searched(&it.row, world)).collect();
    let words: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
    let hits = fuzzy::rank(&edit.text(), &words);
    let shown = hits.into_iter().filter_map(|hit| {
        let (row, (name, _)) = (rows.get(hit.index)?, texts.get(hit.index)?);
        let matched = hit.matched.into_iter().filter(|at| at < name).collect();
        Some(Shown { matched, is_within: false, row: row.row.clone() })
    });
    shown.collect()
}

/// In the order of the settings; what goes through a sign-in stands beneath it.
fn all(folded: &[ConnectionId], world: &World) -> Vec<Shown> {
    let mut rows = Vec::new();
    for id in world.connections.keys() {
        let parent = root(*id, world);
        if parent.is_some_and(|parent| parent != *id) {
            continue;
        }
        rows.push(Shown { row: Row::Own(*id), is_within: false, matched: Vec::new() });
        if is_sign_in(*id, world) && !folded.contains(id) {
            rows.extend(within(*id, world));
        }
    }
    rows
}

fn within(id: ConnectionId, world: &World) -> impl Iterator<Item = Shown> {
    let own =
        world.connections.keys().filter(move |of| **of != id && root(**of, world) == Some(id));
    let kept = kept(id, world).map(move |app| Row::Kept(id, app.id.clone()));
    let rows = own.map(|of| Row::Own(*of)).chain(kept).chain([Row::Another(id)]);
    rows.map(|row| Shown { row, is_within: true, matched: Vec::new() })
}

/// What a sign-in keeps and the settings do not name.
fn kept(id: ConnectionId, world: &World) -> impl Iterator<Item = &App> {
    let apps = world.connected(id).and_then(|it| it.apps.as_ref());
    let is_named = move |app: &App| {
        world.connections.iter().any(|(of, it)| {
            let via = it.connection.via.as_ref();
            via.is_some_and(|via| app.is(&via.id)) && root(*of, world) == Some(id)
        })
    };
    apps.into_iter().flatten().filter(move |app| !is_named(app))
}

/// How long its name is, and what the words look through: the name first, so that its letters
/// can be underlined.
fn searched(row: &Row, world: &World) -> (usize, String) {
    let (name, more) = match row {
        Row::Own(id) => world.connected(*id).map(of_settings).unwrap_or_default(),
        Row::Kept(id, app) => {
            let app = crate::app::apps::find(*id, app, world);
            app.map(|it| (it.name.clone(), it.app.clone())).unwrap_or_default()
        }
        Row::Another(_) => Default::default(),
    };
    (name.chars().count(), format!("{name} {more}"))
}

fn of_settings(connected: &Connected) -> (String, String) {
    let it = &connected.connection;
    let user = it.user.as_deref().unwrap_or_default();
    let via = it.via.as_ref().map_or("", |via| via.connection.as_str());
    (it.name.clone(), format!("{} {user} {} {via}", it.host(), it.kind.product()))
}
