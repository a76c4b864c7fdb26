//! What hangs under a field: choices, a month, records. SCREENS §9.5.
use ratatui::layout::Rect;

use super::{Place, place::Columns, sentence, values};
use crate::{
    app::{
        command::Command,
        form::{Form, popup::Popup},
        state::{State, View},
    },
    text::width::width,
    ui::canvas::Canvas,
};

mod choices;
mod days;
mod records;

const WIDTH: u16 = 42;
/// Rows of the list inside.
const MOST: u16 = 12;

pub(super) fn draw(
    popup: &Popup,
    form: &Form,
    state: &State,
    place: &Place,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let inner = match popup {
        Popup::Choices(it) => choices::height(it, area.width),
        Popup::Days(_) => 12,
        Popup::Records(it) => records::height(it),
    };
    let inside = hang(place, inner, area, canvas);
    match popup {
        Popup::Choices(it) => choices::draw(it, form, state, inside, canvas),
        Popup::Days(it) => days::draw(it, form, state, inside, canvas),
        Popup::Records(it) => records::draw(it, form, state, inside, canvas),
    }
}

/// Under the field, or on it where there is no room beneath; the area inside.
fn hang(place: &Place, inner: u16, area: Rect, canvas: &mut Canvas<'_>) -> Rect {
    let columns = Columns::of(area);
    let height = (inner + 2).min(area.height);
    let wide = WIDTH.min(area.width.saturating_sub(2).max(1));
    let x = columns.input.min(area.right().saturating_sub(wide)).max(area.x);
    let first = place.y + i32::from(columns.label_above);
    let beneath = first + i32::from(place.rows);
    let (bottom, high) = (i32::from(area.bottom()), i32::from(height));
    let y = if beneath + high <= bottom {
        beneath
    } else if first - high >= i32::from(area.top()) {
        first - high
    } else {
        bottom - high
    };
    let y = u16::try_from(y).unwrap_or(area.y).max(area.y);
    let inside = canvas.popup(Rect { x, y, width: wide, height });
    // A window too low for the padding gives it up.
    if area.height < inner + 2 && canvas.theme().has_grounds() {
        return Rect { y, height, ..inside };
    }
    inside
}

fn cursor_row(row: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.ground(row, theme.cell);
    canvas.put(row.x.saturating_sub(2), row.y, 1, canvas.signs().bar, theme.accent);
}

/// The first row shown, so that the cursor's is among them.
fn first_row(at: usize, rows: u16) -> usize {
    (at + 1).saturating_sub(usize::from(rows))
}

/// Keys and what they do here; those that do not fit fall off.
fn keys(hints: &[(Command, &str)], state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let contexts = state.top().map_or(&[][..], View::contexts);
    let mut x = area.x;
    for (command, what) in hints {
        let Some(key) = state.world().key(contexts, *command) else { continue };
        let wide = u16::try_from(width(&key) + width(what) + 1).unwrap_or(u16::MAX);
        if x.saturating_add(wide) > area.right() {
            break;
        }
        x = canvas.put(x, area.y, area.right() - x, &key, theme.key) + 1;
        if !what.is_empty() {
            x = canvas.put(x, area.y, area.right().saturating_sub(x), what, theme.dim) + 3;
        }
    }
}
