//! A list's menus: its columns, the server's presets.
use super::{
    command::Command,
    keymap::Context,
    list::List,
    msg::{Click, Effect, Target},
    slots::ViewId,
    state::Pane,
    world::{Move, World},
};
use crate::domain::{connection::ConnectionId, schema::EntityType};

#[cfg(test)]
mod tests;

const PAGE: usize = 10;

/// A list's menus: its columns, the server's presets.
#[derive(Debug)]
pub struct Menu {
    id: ViewId,
    connection: ConnectionId,
    of: Command,
    items: Vec<Item>,
    at: usize,
}

/// A row of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As the server spells it; empty = no preset.
    pub name: String,
    /// For people; raw.
    pub label: String,
    /// Whether it is included, on, or chosen.
    pub is_on: bool,
    /// Whether only one of its kind can be on.
    pub is_choice: bool,
}

impl Menu {
    /// Of a list: [`Command::Columns`] or [`Command::Presets`].
    #[expect(clippy::wildcard_enum_match_arm, reason = "only two commands open a menu")]
    pub(super) fn open(id: ViewId, of: Command, list: &List, world: &World) -> Self {
        let entity_type = list.entity_type(world);
        let items = entity_type.map_or_else(Vec::new, |entity_type| match of {
            Command::Presets => presets(entity_type, list),
            _ => columns(entity_type, list),
        });
        let at = items.iter().position(|item| item.is_choice && item.is_on).unwrap_or(0);
        Self { id, connection: list.connection(), of, items, at }
    }

    /// Which menu.
    pub fn of(&self) -> Command {
        self.of
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

    fn toggle(&mut self) {
        let at = self.at();
        let Some(is_choice) = self.items.get(at).map(|item| item.is_choice) else { return };
        for (place, item) in self.items.iter_mut().enumerate() {
            if is_choice && item.is_choice {
                item.is_on = place == at;
            } else if place == at {
                item.is_on = !item.is_on;
            }
        }
        if !is_choice {
            self.step(1);
        }
    }

    /// Only columns have an order.
    fn carry(&mut self, by: isize) {
        let (from, to) = (self.at(), self.at().saturating_add_signed(by));
        if self.of == Command::Columns && to < self.items.len() {
            self.items.swap(from, to);
            self.at = to;
        }
    }

    fn accept(&mut self, world: &mut World) -> Vec<Effect> {
        let on = |is_choice: bool| {
            let items = self.items.iter().filter(move |it| it.is_on && it.is_choice == is_choice);
            items.map(|it| it.name.clone()).collect::<Vec<_>>()
        };
        if self.of == Command::Columns {
            let columns = on(false);
            if columns.is_empty() {
                return world.note("A list needs at least one column.");
            }
            world.moves.extend([Move::Close, Move::Columns(columns)]);
            return Vec::new();
        }
        if self.items.get(self.at()).is_some_and(|item| item.is_choice) {
            self.toggle();
        }
        let on = |is_choice: bool| {
            let items = self.items.iter().filter(move |it| it.is_on && it.is_choice == is_choice);
            items.map(|it| it.name.clone()).collect::<Vec<_>>()
        };
        let preset = on(true).pop().filter(|name| !name.is_empty());
        world.moves.extend([Move::Close, Move::Presets(preset, on(false))]);
        Vec::new()
    }
}

/// The list's own first, in their order; then all others.
fn columns(entity_type: &EntityType, list: &List) -> Vec<Item> {
    let shown = list.columns().iter().filter_map(|name| entity_type.field(name));
    let others = entity_type.fields.values().filter(|field| !list.columns().contains(&field.name));
    let item = |is_on| {
        move |field: &crate::domain::schema::Field| Item {
            name: field.name.clone(),
            label: field.label.clone(),
            is_on,
            is_choice: false,
        }
    };
    shown.map(item(true)).chain(others.map(item(false))).collect()
}

fn presets(entity_type: &EntityType, list: &List) -> Vec<Item> {
    let all = Item {
        name: String::new(),
        label: format!("All {}", entity_type.label_plural.to_lowercase()),
        is_on: list.preset().is_none(),
        is_choice: true,
    };
    let presets = entity_type.presets.iter().map(|preset| Item {
        name: preset.name.clone(),
        label: preset.label.clone(),
        is_on: list.preset() == Some(&preset.name),
        is_choice: true,
    });
    let flags = entity_type.flags.iter().map(|flag| Item {
        name: flag.name.clone(),
        label: flag.label.clone(),
        is_on: list.flags().contains(&flag.name),
        is_choice: false,
    });
    std::iter::once(all).chain(presets).chain(flags).collect()
}

impl Pane for Menu {
    fn id(&self) -> ViewId {
        self.id
    }

    fn connection(&self) -> Option<ConnectionId> {
        Some(self.connection)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Menu, Context::Browse, Context::Everywhere]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        let by = isize::try_from(times).unwrap_or(1);
        match command {
            Command::Next => self.step(by),
            Command::Previous => self.step(-by),
            Command::HalfPageDown | Command::PageDown => self.step(PAGE.cast_signed()),
            Command::HalfPageUp | Command::PageUp => self.step(-PAGE.cast_signed()),
            Command::First => self.at = 0,
            Command::Last => self.step(isize::MAX),
            Command::Toggle => self.toggle(),
            Command::MoveUp => self.carry(-1),
            Command::MoveDown => self.carry(1),
            Command::Open => return self.accept(world),
            Command::Close => world.moves.push(Move::Close),
            _ => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, _world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows)),
            (Target::Item(at), Click::Once | Click::Twice) => {
                self.at = *at;
                self.toggle();
                self.at = *at;
            }
            _ => {}
        }
        Vec::new()
    }
}
