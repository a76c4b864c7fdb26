//! What may follow the keys of a chord, once they have waited. It blocks nothing.
use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::{
    app::state::{State, View},
    text::width::width,
};

pub(super) fn draw(state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if !state.lists_chords() {
        return;
    }
    let contexts = state.top().map_or(&[][..], View::contexts);
    let rows: Vec<_> = state
        .world()
        .keymap()
        .following(contexts, state.pending())
        .into_iter()
        .map(|(chord, command)| (chord.to_string(), command.label()))
        .collect();
    let widest = rows.iter().map(|(chord, label)| width(chord) + 2 + width(label)).max();
    let wide = u16::try_from(widest.unwrap_or(0) + 6).unwrap_or(40).min(area.width);
    let high = u16::try_from(rows.len() + 2).unwrap_or(10).min(area.height.saturating_sub(2));
    let place = Rect {
        x: area.right().saturating_sub(wide + 1),
        y: area.bottom().saturating_sub(high + 2),
        width: wide,
        height: high,
    };
    let inside = canvas.popup(place);
    let theme = canvas.theme();
    for (y, (chord, label)) in (inside.y..inside.bottom()).zip(&rows) {
        let x = canvas.put(inside.x, y, inside.width, chord, theme.key);
        canvas.put(x + 2, y, inside.right().saturating_sub(x + 2), label, theme.text);
    }
}
