//! The line in which a filter is typed.
use ratatui::layout::Rect;

use super::counts;
use crate::{
    app::{
        command::Command,
        list::filter::FilterLine,
        state::{State, View},
    },
    text::{shown::Shown, width::width},
    ui::{Words, canvas::Canvas},
};

/// The line in which a filter is typed lies over the status line.
pub(in crate::ui) fn draw_filter(line: &FilterLine, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let y = area.bottom().saturating_sub(1);
    let row = Rect { y, height: 1, ..area };
    canvas.clear(row, theme.bar.patch(theme.text));
    let x = canvas.put(area.x + 1, y, 2, "/", theme.key) + 1;
    let text = line.edit().text();
    let wide = area.width.saturating_sub(4);
    let (_, at) = line.edit().cursor();
    let before: String = text.chars().take(at).collect();
    // A long text scrolls so that its cursor stays visible.
    let skip = width(&before).saturating_sub(usize::from(wide.saturating_sub(2)));
    let shown: String = text.chars().skip(skip).collect();
    canvas.put(x, y, wide, Shown::line(&shown).as_str(), theme.strong);
    let caret = x + u16::try_from(width(&before) - skip).unwrap_or(0);
    canvas.cursor(caret.min(area.right().saturating_sub(1)), y);
    if let Some(error) = line.error() {
        let mut said = error.what.to_string();
        if !error.nearest.is_empty() {
            said = format!("{said}; did you mean {}?", error.nearest.join(", "));
        }
        canvas.put_right(area.right().saturating_sub(1), y, wide / 2 + 8, &said, theme.bad);
    }
}

pub(in crate::ui) fn filter_words(state: &State) -> Words {
    let list = state.stack().iter().rev().find_map(View::list);
    Words {
        mode: "FILTER",
        status: list.map(|list| counts(list, state)).unwrap_or_default(),
        hints: vec![
            (Command::Open, Some("ask the server".to_owned())),
            (Command::Close, Some("back".to_owned())),
            (Command::Next, None),
            (Command::Previous, None),
        ],
        note: "status:open  amount>10k  created:7d  -type:customer  @me".to_owned(),
        ..Words::default()
    }
}
