//! What works here; filters as one types, and runs.
use strum::IntoEnumIterator;

use super::{
    command::Command,
    edit::Edit,
    keymap::{Context, Key},
    msg::{Click, Effect, Target},
    slots::ViewId,
    state::Pane,
    world::{Move, World},
};
use crate::{domain::connection::ConnectionId, text::fuzzy};

#[cfg(test)]
mod tests;

const PAGE: usize = 12;

/// What works here; filters as one types, and runs.
#[derive(Debug)]
pub struct Help {
    id: ViewId,
    connection: Option<ConnectionId>,
    /// Those of the view beneath.
    of: &'static [Context],
    /// All places, not only what works here.
    is_all: bool,
    edit: Edit,
    /// Everything that could be listed, in order; made anew for the other half of `is_all`.
    all: Vec<Row>,
    /// Places in `all` that fit what is typed.
    shown: Vec<usize>,
    at: usize,
}

/// A row of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its group, for people.
    pub group: String,
    /// Its keys.
    pub keys: String,
    /// What it runs.
    pub command: Command,
    /// Whether it works in the view beneath.
    pub is_here: bool,
}

impl Help {
    pub(super) fn open(
        id: ViewId,
        of: &'static [Context],
        connection: Option<ConnectionId>,
        world: &World,
    ) -> Self {
        let mut help = Self {
            id,
            connection,
            of,
            is_all: false,
            edit: Edit::line(""),
            all: Vec::new(),
            shown: Vec::new(),
            at: 0,
        };
        help.list(world);
        help
    }

    /// What is typed.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// Whether all places are listed.
    pub fn is_all(&self) -> bool {
        self.is_all
    }

    /// Where the view beneath stands.
    pub fn place(&self) -> Option<Context> {
        self.of.first().copied()
    }

    /// Whose facts are told at the end.
    pub fn of_connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// How many rows there are without a filter.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The rows that fit.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.shown.iter().filter_map(|at| self.all.get(*at)).collect::<Vec<_>>().into_iter()
    }

    /// The row of the cursor.
    pub fn at(&self) -> usize {
        self.at.min(self.shown.len().saturating_sub(1))
    }

    fn list(&mut self, world: &World) {
        self.all = if self.is_all { everywhere(self.of, world) } else { here(self.of, world) };
        self.filter();
    }

    /// By key, name or description; in the order of the groups, the cursor on what fits best.
    fn filter(&mut self) {
        let typed = self.edit.text();
        let needle = fuzzy::fold(typed.trim());
        let fit = |row: &Row| fit(row, typed.trim(), &needle);
        let holds: Vec<(usize, u8)> =
            self.all.iter().enumerate().filter_map(|(at, row)| Some((at, fit(row)?))).collect();
        let labels: Vec<&str> = self.all.iter().map(|row| row.command.label()).collect();
        self.shown = if holds.is_empty() {
            fuzzy::rank(&typed, &labels).into_iter().map(|hit| hit.index).collect()
        } else {
            holds.iter().map(|(at, _)| *at).collect()
        };
        self.shown.sort_unstable();
        let best = holds.iter().min_by_key(|(_, fit)| *fit).map(|(at, _)| *at);
        self.at = self.shown.iter().position(|at| Some(*at) == best).unwrap_or(0);
    }

    fn step(&mut self, by: isize) {
        self.at = self.at().saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
    }

    /// Closes, and does it in the view beneath.
    fn run(&self, world: &mut World) -> Vec<Effect> {
        let Some(row) = self.rows().nth(self.at()) else { return Vec::new() };
        if !row.is_here {
            return world.note("This works in another place; its group names it.");
        }
        world.moves.extend([Move::Close, Move::Act(row.command)]);
        Vec::new()
    }
}

/// How well a row fits: by its key, its name, or its description; `None` = not as it is typed.
fn fit(row: &Row, typed: &str, needle: &str) -> Option<u8> {
    let label = fuzzy::fold(row.command.label());
    if row.keys.split("  ").any(|key| key == typed) || needle.is_empty() {
        Some(0)
    } else if label.starts_with(needle) {
        Some(1)
    } else if label.contains(needle) {
        Some(2)
    } else {
        fuzzy::fold(row.command.description()).contains(needle).then_some(3)
    }
}

fn here(of: &[Context], world: &World) -> Vec<Row> {
    let group = |context: Context| match context {
        Context::Browse | Context::Everywhere => "Everywhere",
        Context::Picker
        | Context::Connection
        | Context::List
        | Context::Filter
        | Context::Detail
        | Context::Form
        | Context::Popup
        | Context::Conflict
        | Context::Duplicates
        | Context::Palette
        | Context::Help
        | Context::Confirm
        | Context::Menu
        | Context::Composer
        | Context::Lines
        | Context::Deeds
        | Context::Result
        | Context::Path
        | Context::Actions
        | Context::SignIn
        | Context::Exchange => "Here",
    };
    let bindings = world.keymap.bindings(of).into_iter();
    let rows = bindings.map(|(context, chord, command)| (group(context), chord, command, true));
    merged(rows.map(|(group, chord, command, is_here)| {
        (group.to_owned(), chord.to_string(), command, is_here)
    }))
}

fn everywhere(of: &[Context], world: &World) -> Vec<Row> {
    let rows = Context::iter().flat_map(|context| {
        let is_here = of.contains(&context);
        let bindings = world.keymap.bindings(&[context]).into_iter();
        let rows: Vec<_> = bindings
            .map(|(_, chord, command)| (place(context), chord.to_string(), command, is_here))
            .collect();
        rows
    });
    merged(rows)
}

/// A context for people: `Filter`.
pub fn place(context: Context) -> String {
    let name = context.to_string();
    let mut chars = name.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// Several keys for the same stand in one row, in the order of the commands.
fn merged(rows: impl Iterator<Item = (String, String, Command, bool)>) -> Vec<Row> {
    let mut merged: Vec<Row> = Vec::new();
    for (group, keys, command, is_here) in rows {
        let same = |row: &&mut Row| row.group == group && row.command == command;
        match merged.iter_mut().find(same) {
            Some(row) => {
                row.keys += "  ";
                row.keys += &keys;
            }
            None => merged.push(Row { group, keys, command, is_here }),
        }
    }
    let groups: Vec<String> = merged.iter().map(|row| row.group.clone()).collect();
    let rank = |row: &Row| groups.iter().position(|group| *group == row.group);
    merged.sort_by_key(|row| (rank(row), row.command));
    merged
}

impl Pane for Help {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Help, Context::Everywhere]
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
            Command::NextPane => {
                self.is_all = !self.is_all;
                self.list(world);
            }
            Command::Open => return self.run(world),
            Command::Close if !self.edit.is_empty() => {
                self.edit.set("");
                self.filter();
            }
            Command::Close => world.moves.push(Move::Close),
            _ => {}
        }
        Vec::new()
    }

    fn typed(&mut self, key: Key, _world: &mut World) -> Vec<Effect> {
        if self.edit.press(key) {
            self.filter();
        }
        Vec::new()
    }

    fn pasted(&mut self, text: &str, _world: &mut World) -> Vec<Effect> {
        self.edit.paste(text);
        self.filter();
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows)),
            (Target::Item(at), Click::Once) => self.at = *at,
            (Target::Item(at), Click::Twice) => {
                self.at = *at;
                return self.run(world);
            }
            _ => {}
        }
        Vec::new()
    }
}
