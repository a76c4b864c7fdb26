//! Draws what a detail has laid out: the lines on the screen, no more.
use ratatui::{layout::Rect, style::Style};

use crate::{
    app::{
        command::Command,
        detail::{
            Detail, Page, Tab,
            page::{Ink, Piece, Place, Stop},
        },
        msg::Target,
        state::{State, View},
    },
    ui::{canvas::Canvas, sentence},
};

pub(super) fn draw(view: &Detail, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if view.tab() == Tab::Activity
        && let Some(text) = activity_note(view, state)
    {
        return note(&text, area, canvas);
    }
    if view.tab() == Tab::Related && view.panels().is_empty() {
        return note("Nothing is related to records of this type.", area, canvas);
    }
    let top = view.top(usize::from(area.height));
    // While a comment is written the cursor stands in its text.
    let cursor = view.cursor().filter(|_| view.composer().is_none());
    if let Some(place) = cursor {
        ground(place, top, area, canvas);
    }
    lines(view.page(), top, area, canvas);
    if let Some(place) = cursor.filter(|place| matches!(place.stop, Stop::Row(..))) {
        strengthen(place, view.page(), top, area, canvas);
    }
    let places = &view.page().places;
    // One that begins above the screen may end on it; two stand beside each other.
    let first = places.partition_point(|place| place.line < top).saturating_sub(2);
    let end = top + usize::from(area.height);
    for (at, place) in places.iter().enumerate().skip(first) {
        if place.line >= end {
            break;
        }
        if let Some(seen) = seen(place, top, area) {
            canvas.hit(seen, Target::Field(at));
        }
    }
    if let Some(panel) = cursor.and_then(|place| place.stop.panel()) {
        add_hint(panel, view, state, top, area, canvas);
    }
}

/// The name in the cursor's row.
fn strengthen(place: &Place, page: &Page, top: usize, area: Rect, canvas: &mut Canvas<'_>) {
    let name = page.lines.get(place.line).and_then(|line| line.first());
    if let (Some(name), Some(seen)) = (name, seen(place, top, area)) {
        put(&Piece { ink: Ink::Strong, ..name.clone() }, area, seen.y, canvas);
    }
}

/// What is to be said in place of the activity.
pub(super) fn activity_note(view: &Detail, state: &State) -> Option<String> {
    let activity = view.activity();
    if !activity.all().is_empty() {
        return None;
    }
    if let Some(failure) = activity.failure() {
        return Some(format!("This was not read: {}", sentence::reason(&failure.error)));
    }
    if activity.is_answered() {
        return Some("Nothing has happened here yet.".to_owned());
    }
    Some(
        if state.world().asking().is_some() { "The server is being asked…" } else { "" }.to_owned(),
    )
}

pub(super) fn note(text: &str, area: Rect, canvas: &mut Canvas<'_>) {
    let style = canvas.theme().dim;
    let lines = crate::text::width::wrap(text, usize::from(area.width), 4);
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.put(area.x, y, area.width, &line, style);
    }
}

/// The lines from `top` on.
pub(in crate::ui) fn lines(page: &Page, top: usize, area: Rect, canvas: &mut Canvas<'_>) {
    for (y, line) in (area.y..area.bottom()).zip(page.lines.iter().skip(top)) {
        for piece in line {
            put(piece, area, y, canvas);
        }
    }
}

fn put(piece: &Piece, area: Rect, y: u16, canvas: &mut Canvas<'_>) {
    let x = area.x + piece.x;
    let room = piece.width.min(area.right().saturating_sub(x));
    if piece.ink == Ink::Rule {
        return canvas.rule(x, y, room);
    }
    let (style, sign) = look(piece.ink, canvas);
    let text = sign.unwrap_or(piece.text.as_str());
    if piece.is_right {
        canvas.put_right(x + room, y, room, text, style);
    } else {
        canvas.put(x, y, room, text, style);
    }
}

fn look(ink: Ink, canvas: &Canvas<'_>) -> (Style, Option<&'static str>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    match ink {
        Ink::Text => (theme.text, None),
        Ink::Strong => (theme.strong, None),
        Ink::Dim => (theme.dim, None),
        Ink::Link => (theme.link, None),
        Ink::Bad => (theme.bad, None),
        Ink::Mine => (theme.mine, None),
        Ink::Rule => (theme.rule, None),
        Ink::Dot(style) => (theme.choice(style), Some(signs.dot)),
        Ink::Nothing => (theme.dim, Some(signs.none)),
    }
}

/// The part of a place that is on the screen.
fn seen(place: &Place, top: usize, area: Rect) -> Option<Rect> {
    let first = place.line.max(top);
    let end = (place.line + place.height).min(top + usize::from(area.height));
    let height = u16::try_from(end.checked_sub(first)?).ok().filter(|height| *height > 0)?;
    let y = area.y + u16::try_from(first - top).ok()?;
    let x = area.x + place.x.min(area.width);
    Some(Rect { x, y, width: place.width.min(area.right() - x), height })
}

/// The cursor's ground, and the bar before it.
fn ground(place: &Place, top: usize, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(seen) = seen(place, top, area) else { return };
    let theme = canvas.theme();
    let before = u16::from(seen.x > 0);
    let wide = Rect { x: seen.x - before, width: seen.width + before, ..seen };
    canvas.ground(wide, theme.cursor);
    for y in seen.y..seen.bottom() {
        if before > 0 {
            canvas.put(seen.x - 1, y, 1, canvas.signs().bar, theme.accent);
        }
    }
}

/// `a add` at the right of the panel that has the cursor.
fn add_hint(
    panel: usize,
    view: &Detail,
    state: &State,
    top: usize,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let line = view.page().headings.iter().find(|(at, _)| *at == panel).map(|(_, line)| *line);
    let Some(row) = line.and_then(|line| line.checked_sub(top)) else { return };
    let Ok(row) = u16::try_from(row) else { return };
    let contexts = state.top().map_or(&[][..], View::contexts);
    let Some(key) = state.world().key(contexts, Command::Add) else { return };
    if row >= area.height || area.width < 30 {
        return;
    }
    let (y, theme) = (area.y + row, canvas.theme());
    let left = canvas.put_right(area.right(), y, 3, "add", theme.dim);
    let key_at = left.saturating_sub(1);
    let begins = canvas.put_right(key_at, y, 8, &key, theme.key);
    let hit = Rect { x: begins, y, width: area.right() - begins, height: 1 };
    canvas.hit(hit, Target::Hint(Command::Add));
}
