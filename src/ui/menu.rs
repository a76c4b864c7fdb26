//! Draws [`Menu`]: columns, presets.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas, confirm::middle};
use crate::{
    app::{command::Command, menu::Menu, msg::Target, state::State},
    text::shown::Shown,
};

const WIDE: u16 = 46;

pub(super) fn draw(view: &Menu, _state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let rows = u16::try_from(view.items().len()).unwrap_or(u16::MAX).clamp(1, 24);
    let place = middle(area, WIDE.min(area.width.saturating_sub(2)), rows.saturating_add(4));
    let inside = canvas.popup(place);
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let title = if view.of() == Command::Presets { "Show" } else { "Columns" };
    if inside.height > 0 {
        canvas.put(inside.x, inside.y, inside.width, title, theme.strong);
    }
    let top = inside.y + 2;
    let high = usize::from(inside.bottom().saturating_sub(top));
    let first = (view.at() + 1).saturating_sub(high);
    for (y, (at, item)) in (top..inside.bottom()).zip(view.items().iter().enumerate().skip(first)) {
        let line = Rect { x: place.x, y, width: place.width.min(area.width), height: 1 };
        if at == view.at() {
            canvas.ground(line, theme.cursor);
            canvas.put(line.x + 1, y, 1, signs.bar, theme.accent);
        }
        if item.is_on {
            let sign = if item.is_choice { signs.dot } else { signs.mark };
            canvas.put(inside.x, y, 1, sign, theme.accent);
        }
        let style = if at == view.at() { theme.strong } else { theme.text };
        let room = inside.width.saturating_sub(3);
        let end = canvas.put(inside.x + 3, y, room, Shown::line(&item.label).as_str(), style);
        if view.of() == Command::Columns && item.name != item.label {
            let left = inside.right().saturating_sub(end + 2);
            canvas.put(end + 2, y, left, Shown::line(&item.name).as_str(), theme.dim);
        }
        canvas.hit(line, Target::Item(at));
    }
    if view.items().is_empty() && high > 0 {
        canvas.put(inside.x, top, inside.width, "The server offers none here.", theme.dim);
    }
}

pub(super) fn words(view: &Menu, _state: &State) -> Words {
    let hints: &[(Command, &str)] = if view.of() == Command::Columns {
        &[
            (Command::Open, "show these"),
            (Command::Toggle, "include"),
            (Command::MoveUp, "move up"),
            (Command::MoveDown, "move down"),
            (Command::Close, "as it was"),
        ]
    } else {
        &[(Command::Open, "show"), (Command::Toggle, "on or off"), (Command::Close, "as it was")]
    };
    Words {
        hints: hints.iter().map(|(it, label)| (*it, Some((*label).to_owned()))).collect(),
        ..Words::default()
    }
}
