//! Draws one line of text being typed, with its cursor.
use ratatui::{layout::Rect, style::Style};

use super::canvas::Canvas;
use crate::{
    app::edit::Edit,
    text::{shown::Shown, width::width},
};

/// A long text scrolls so that its cursor stays visible. Masked, each character is a `•`.
pub(super) fn draw(edit: &Edit, masked: bool, area: Rect, style: Style, canvas: &mut Canvas<'_>) {
    let room = usize::from(area.width);
    if room < 2 || area.height == 0 {
        return;
    }
    let shown = |text: String| if masked { "•".repeat(text.chars().count()) } else { text };
    let text = edit.text();
    let (_, at) = edit.cursor();
    let before: String = text.chars().take(at).collect();
    let before = shown(before);
    let mut skipped = 0;
    let mut left = width(&before);
    for c in before.chars() {
        if left + 1 < room {
            break;
        }
        left -= width(c.encode_utf8(&mut [0; 4])).min(left);
        skipped += 1;
    }
    let visible: String = shown(text).chars().skip(skipped).collect();
    canvas.put(area.x, area.y, area.width, Shown::line(&visible).as_str(), style);
    let caret = area.x.saturating_add(u16::try_from(left).unwrap_or(0));
    canvas.cursor(caret.min(area.right() - 1), area.y);
}
