//! Draws [`Palette`]. SCREENS §9.7.
use ratatui::layout::Rect;

use super::{
    Words,
    canvas::Canvas,
    confirm::{key_row, middle},
    frame, input, sentence,
};
use crate::{
    app::{
        command::Command,
        msg::Target,
        palette::{Entry, Group, Palette, What},
        state::{State, View},
    },
    text::shown::Shown,
};

#[cfg(test)]
mod tests;

const WIDE: u16 = 92;
const HIGH: u16 = 28;

/// A line of the palette.
enum Line<'a> {
    Blank,
    Title(Group),
    Row(usize, &'a Entry),
}

pub(super) fn draw(view: &Palette, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let wide = WIDE.min(area.width.saturating_sub(if area.width < 60 { 0 } else { 2 }));
    let place = middle(area, wide, HIGH.min(area.height));
    canvas.popup(place);
    let margin = if wide < 60 { 1 } else { 3 };
    let inner = Rect { x: place.x + margin, width: wide.saturating_sub(2 * margin), ..place };
    let band = band(view, state, place, inner, canvas);
    let foot = if place.height >= 14 { 2 } else { 0 };
    let body =
        Rect { y: place.y + band, height: place.height.saturating_sub(band + foot), ..inner };
    rows(view, state, place, body, canvas);
    if foot > 0 {
        let y = place.bottom() - 2;
        footer(state, Rect { y, height: 1, ..inner }, canvas);
    }
}

/// The input; the rows that it takes.
fn band(view: &Palette, state: &State, place: Rect, inner: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let theme = canvas.theme();
    let tall = theme.has_grounds() && place.height >= 12;
    let high = if tall { 3 } else { 1 };
    let border = u16::from(!theme.has_grounds() && place.height > 3);
    let band = Rect { height: high.min(place.height.saturating_sub(border)), ..place };
    let band = Rect { y: place.y + border, ..band };
    if band.height == 0 {
        return border;
    }
    if theme.has_grounds() {
        canvas.ground(band, theme.field_up);
    }
    let y = band.y + band.height / 2;
    let (asked, answered) = view.asked(state.world());
    let found = view.entries().iter().filter(|it| matches!(it.what, What::Record(..))).count();
    let count = if asked > answered {
        format!("{answered} of {asked} answered")
    } else if view.edit().is_empty() {
        String::new()
    } else {
        format!("{found} record{} found", if found == 1 { "" } else { "s" })
    };
    let right = if inner.width >= 50 {
        canvas.put_right(inner.right(), y, 30, &count, theme.dim)
    } else {
        inner.right()
    };
    canvas.put(inner.x, y, 1, "/", theme.key);
    let x = inner.x + 2;
    let room = Rect { x, y, width: right.saturating_sub(x + 1), height: 1 };
    if view.edit().is_empty() {
        let text = "a record's name, or > @ # and what it begins";
        canvas.put(x, y, room.width, text, theme.dim);
    }
    input::draw(view.edit(), false, room, theme.strong, canvas);
    band.height + border
}

fn lines<'a>(entries: &[&'a Entry], roomy: bool) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut group = None;
    for (at, entry) in entries.iter().enumerate() {
        if group != Some(entry.group) {
            if roomy || group.is_some() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Title(entry.group));
            group = Some(entry.group);
        }
        lines.push(Line::Row(at, entry));
    }
    lines
}

fn rows(view: &Palette, state: &State, place: Rect, body: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let entries = view.entries();
    if entries.is_empty() && body.height > 1 {
        let (asked, answered) = view.asked(state.world());
        let text = if asked > answered { "The servers are being asked…" } else { NOTHING };
        canvas.put(body.x, body.y + 1, body.width, text, theme.dim);
        return;
    }
    let lines = lines(&entries, body.height >= 10);
    let cursor = view.at();
    let at = lines.iter().position(|line| matches!(line, Line::Row(at, _) if *at == cursor));
    let high = usize::from(body.height);
    let skip = at.map_or(0, |at| (at + 1).saturating_sub(high));
    for (y, line) in (body.y..body.bottom()).zip(lines.iter().skip(skip)) {
        match line {
            Line::Blank => {}
            Line::Title(group) => title(*group, view, state, Rect { y, ..body }, canvas),
            Line::Row(at, entry) => {
                let whole = Rect { y, height: 1, ..place };
                let line = Rect { y, height: 1, ..body };
                row(entry, view, state, (whole, line, *at == cursor), canvas);
                canvas.hit(whole, Target::Item(*at));
            }
        }
    }
}

const NOTHING: &str = "Nothing is called so, here or on the servers that were asked.";

fn title(group: Group, view: &Palette, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let text = match group {
        Group::Address => "From the address",
        Group::Kept => "Records kept here",
        Group::Far => "From the servers",
        Group::Commands => "Commands",
        Group::Deeds => "Actions",
        Group::Types => "Types",
        Group::Connections => "Connections",
        Group::NotOffered => "Not offered by the API",
    };
    let dim = canvas.theme().dim;
    canvas.put(area.x, area.y, area.width, text, dim);
    let (asked, answered) = view.asked(state.world());
    if group == Group::Far && asked > 1 {
        let text = format!("{answered} of {asked} answered");
        canvas.put_right(area.right(), area.y, area.width / 2, &text, dim);
    }
}

fn row(
    entry: &Entry,
    view: &Palette,
    state: &State,
    (whole, line, is_cursor): (Rect, Rect, bool),
    canvas: &mut Canvas<'_>,
) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    if is_cursor {
        canvas.ground(whole, theme.cursor);
        let inset = u16::from(!theme.has_grounds());
        canvas.put(whole.x + inset, whole.y, 1, signs.bar, theme.accent);
    }
    if let What::Failed(id) = entry.what {
        let said = failed(view, state, id);
        canvas.put(line.x, line.y, 1, signs.circle, theme.warn);
        let room = line.width.saturating_sub(2);
        canvas.put(line.x + 2, line.y, room, Shown::line(&said).as_str(), theme.dim);
        return;
    }
    let is_command = matches!(entry.what, What::Command(..));
    let place = line.x + line.width * 2 / 5;
    let owner = line.x + line.width * 7 / 10;
    let style = if is_cursor { theme.strong } else { theme.text };
    let shown = Shown::line(&entry.title);
    let end = place.saturating_sub(1);
    canvas.put(line.x, line.y, end.saturating_sub(line.x), shown.as_str(), style);
    if shown.as_str() == entry.title {
        let cut: Vec<usize> = visible(&entry.matched, &entry.title, end.saturating_sub(line.x));
        super::picker::underline(&cut, &entry.title, (line.x, line.y), canvas);
    }
    let aside = Shown::line(&entry.aside);
    let key = if is_command { theme.key } else { theme.dim };
    let right = canvas.put_right(line.right(), line.y, 12, aside.as_str(), key);
    let has_owner = entry.connection.is_some();
    let room = if has_owner { owner.min(right) } else { right };
    let width = room.saturating_sub(place + 1);
    let refused = matches!(entry.what, What::Command(_, Some(_)));
    let style = if refused { theme.warn } else { theme.dim };
    canvas.put(place, line.y, width, Shown::line(&entry.place).as_str(), style);
    if let Some(id) = entry.connection.filter(|_| line.width >= 50) {
        connection(id, state, owner, right.saturating_sub(1), line.y, canvas);
    }
}

/// Matched characters that are not cut off.
fn visible(matched: &[usize], title: &str, cells: u16) -> Vec<usize> {
    let whole = crate::text::width::width(title) <= usize::from(cells);
    let most = if whole { usize::MAX } else { usize::from(cells.saturating_sub(1)) };
    let fits = |at: &usize| {
        let upto: String = title.chars().take(at + 1).collect();
        crate::text::width::width(&upto) <= most
    };
    matched.iter().copied().filter(fits).collect()
}

fn connection(
    id: crate::domain::connection::ConnectionId,
    state: &State,
    x: u16,
    right: u16,
    y: u16,
    canvas: &mut Canvas<'_>,
) {
    let Some((place, _, connected)) = state.world().connections().get_full(&id) else { return };
    let (theme, square) = (canvas.theme(), canvas.signs().square);
    if x + 3 < right {
        canvas.put(x, y, 1, square, theme.hue(frame::hue(connected, place)));
        let name = Shown::line(&connected.connection.name);
        canvas.put(x + 2, y, right.saturating_sub(x + 2), name.as_str(), theme.dim);
    }
}

fn failed(view: &Palette, state: &State, id: crate::domain::connection::ConnectionId) -> String {
    let name = state.world().connected(id).map_or("", |it| it.connection.name.as_str());
    match view.failure(id) {
        Some(error) if error.is_away() => {
            format!("{name} did not answer; its kept copy was searched")
        }
        Some(error) => format!("{name} could not search: {}", sentence::reason(error)),
        None => name.to_owned(),
    }
}

fn footer(state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let contexts = state.top().map_or(&[][..], View::contexts);
    key_row(&[(Command::Open, "open")], contexts, state, area, canvas);
    let theme = canvas.theme();
    let mut x = area.x + 13;
    for (key, what) in [("/", "records"), (">", "commands"), ("@", "connections"), ("#", "types")] {
        let room = area.right().saturating_sub(x);
        if usize::from(room) < what.len() + 2 {
            return;
        }
        x = canvas.put(x, area.y, room, key, theme.key);
        x = canvas.put(x + 1, area.y, room - 2, what, theme.dim) + 2;
    }
}

pub(super) fn words(_view: &Palette, _state: &State) -> Words {
    Words { hints: vec![(Command::Open, None), (Command::Close, None)], ..Words::default() }
}
