//! Draws the popup in which a record to link is chosen.
use ratatui::layout::Rect;

use crate::{
    app::{
        detail::{Detail, Offer},
        msg::Target,
    },
    text::{shown::Shown, width::width},
    ui::{canvas::Canvas, sentence},
};

const WIDE: u16 = 60;
const ROWS: u16 = 12;

pub(super) fn draw(offer: &Offer, view: &Detail, area: Rect, canvas: &mut Canvas<'_>) {
    let width = WIDE.min(area.width.saturating_sub(2));
    let rows = u16::try_from(offer.rows().len()).unwrap_or(ROWS).clamp(1, ROWS);
    let height = (rows + 6).min(area.height);
    let x = area.x + (area.width - width) / 2;
    let y = area.y + (area.height - height) / 3;
    let popup = Rect { x, y, width, height };
    canvas.hit(area, Target::Pane);
    let inside = canvas.popup(popup);
    let theme = canvas.theme();
    let label = view.panels().get(offer.panel()).map_or("", |it| it.link().label.as_str());
    let title = Shown::line_max(&format!("Link to {label}"), usize::from(inside.width));
    if inside.height == 0 {
        return;
    }
    canvas.put(inside.x, inside.y, inside.width, title.as_str(), theme.strong);
    if inside.height > 1 {
        input(offer, Rect { y: inside.y + 1, height: 1, ..inside }, canvas);
    }
    let list = Rect { y: inside.y + 3, height: inside.height.saturating_sub(3), ..inside };
    if offer.rows().is_empty() {
        let text = match offer.failure() {
            Some(failure) => sentence::reason(&failure.error),
            None if !offer.is_answered() => "The server is being asked…".to_owned(),
            None => "Nothing found.".to_owned(),
        };
        if list.height > 0 {
            canvas.put(list.x, list.y, list.width, &text, theme.dim);
        }
        return;
    }
    items(offer, list, canvas);
}

fn input(offer: &Offer, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.ground(area, theme.field_up);
    let text = offer.edit().text();
    let (_, at) = offer.edit().cursor();
    let before: String = text.chars().take(at).collect();
    // A long text scrolls so that its cursor stays visible.
    let skip = width(&before).saturating_sub(usize::from(area.width.saturating_sub(2)));
    let shown: String = text.chars().skip(skip).collect();
    canvas.put(area.x, area.y, area.width, Shown::line(&shown).as_str(), theme.text);
    let caret = area.x + u16::try_from(width(&before).saturating_sub(skip)).unwrap_or(0);
    canvas.cursor(caret.min(area.right().saturating_sub(1)), area.y);
}

fn items(offer: &Offer, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let height = usize::from(area.height);
    let first = (offer.at() + 1).saturating_sub(height);
    for (y, (at, row)) in (area.y..area.bottom()).zip(offer.rows().iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..area };
        if at == offer.at() {
            canvas.ground(line, theme.cursor);
            canvas.put(area.x.saturating_sub(1), y, 1, canvas.signs().bar, theme.accent);
        }
        let right = if row.is_recent { "recent" } else { "" };
        let room = area.width.saturating_sub(8);
        canvas.put(area.x, y, room, Shown::line_max(&row.title, 80).as_str(), theme.text);
        canvas.put_right(area.right(), y, 7.min(area.width), right, theme.dim);
        canvas.hit(line, Target::Item(at));
    }
}
