//! One field of a form: gutter, label, input, and what is to be said of it.
use ratatui::layout::Rect;

use super::{
    Place,
    place::{Columns, part_rows},
    text, values,
};
use crate::{
    app::{
        form::{
            Form,
            input::{Entry, Input, Locked},
            popup::Popup,
        },
        msg::Target,
        state::State,
    },
    domain::{
        schema::{FieldKind, ReadOnly},
        value::Value,
    },
    text::{format::Format, shown::Shown, width::width},
    ui::canvas::Canvas,
};

/// Of a long value that stood there, so much is shown.
const WAS: usize = 200;

/// Something to be said of a field.
#[derive(Debug, PartialEq)]
pub(super) enum Note {
    /// What is wrong.
    Bad(String),
    /// What stood there.
    Was(String),
    /// Why it is locked, or what it says.
    Plain(String),
}

/// Everything to be said of a field, the worst first.
pub(super) fn notes(form: &Form, at: usize, input: &Input, state: &State) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(locked) = input.locked() {
        return vec![Note::Plain(why(locked).to_owned())];
    }
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let Some(connected) = connected else { return notes };
    notes.extend(input.error().map(|error| Note::Bad(error.to_owned())));
    if input.sheet().is_some() {
        // Each line says for itself what stood there.
        let said = "the server counts the totals again when it is sent";
        let is_quiet = notes.is_empty() && input.is_changed();
        notes.extend(is_quiet.then(|| Note::Plain(said.to_owned())));
        return notes;
    }
    if input.is_changed() && !form.is_new() {
        notes.push(Note::Was(was(input, &connected.format)));
    }
    if at == form.at() {
        notes.extend(in_words(input, &connected.format).map(Note::Plain));
        if input.field().kind == FieldKind::File && notes.is_empty() {
            let now = values::line(input.before(), Some(input.field()), &connected.format);
            let now = if now.is_empty() { String::new() } else { format!("now {now}; ") };
            notes.push(Note::Plain(format!("{now}type the path of a file to send")));
        }
        if notes.is_empty() && form.popup().is_none() {
            notes.extend(input.field().tooltip.clone().map(Note::Plain));
        }
    }
    notes
}

/// Why a field cannot be typed into.
fn why(locked: Locked) -> &'static str {
    match locked {
        Locked::Because(ReadOnly::Computed) => "set by the server",
        Locked::Because(ReadOnly::Forbidden) => "your role cannot change this",
        Locked::Because(ReadOnly::AfterCreate) => "only on a new record",
        Locked::Because(ReadOnly::NoEditor) => {
            "ficha has no editor for this yet; use the web page (o)"
        }
        Locked::Cut => "too long to be read whole; use the web page (o)",
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the values that differ are named, the rest are alike"
)]
fn was(input: &Input, format: &Format) -> String {
    let value = input.before();
    if value.is_empty() {
        return "empty".to_owned();
    }
    match value {
        Value::Text(text) if input.is_multiline() => text.chars().take(WAS).collect(),
        _ => values::line(value, Some(input.field()), format),
    }
}

/// The day that is typed, in words.
fn in_words(input: &Input, format: &Format) -> Option<String> {
    let day = match input.value() {
        Ok(Value::Date(day)) => *day,
        Ok(Value::DateTime(stamp)) => stamp.to_zoned(format.time_zone().clone()).date(),
        Ok(_) | Err(_) => return None,
    };
    Some(format!("{}   {}", format.date_long(day), format.distance(day)))
}

/// A field, its place and its row on the screen.
struct Row<'a> {
    form: &'a Form,
    state: &'a State,
    input: &'a Input,
    place: &'a Place,
    body: Rect,
    columns: Columns,
    has_cursor: bool,
}

impl Row<'_> {
    /// That row of it, if it is on the screen.
    fn y(&self, by: u16) -> Option<u16> {
        let y = u16::try_from(self.place.y + i32::from(by)).ok();
        y.filter(|y| (self.body.top()..self.body.bottom()).contains(y))
    }

    /// What is long has more room, as long as nothing is to be said beside it.
    fn width(&self) -> u16 {
        let is_long = matches!(self.input.field().kind, FieldKind::LongText | FieldKind::Html);
        let is_free = self.columns.notes.is_none()
            || notes(self.form, self.place.index, self.input, self.state).is_empty();
        if is_long && is_free { self.columns.wide_width } else { self.columns.input_width }
    }
}

pub(super) fn draw(form: &Form, state: &State, place: &Place, body: Rect, canvas: &mut Canvas<'_>) {
    let Some(input) = form.inputs().get(place.index) else { return };
    let has_cursor = place.index == form.at();
    let columns = Columns::of(body);
    let row = Row { form, state, input, place, body, columns, has_cursor };
    for y in (0..place.height).filter_map(|by| row.y(by)) {
        canvas.hit(Rect { y, height: 1, ..body }, Target::Field(place.index));
    }
    if let Some(y) = row.y(0) {
        gutter(&row, y, canvas);
        label(&row, y, canvas);
    }
    match input.sheet() {
        Some(sheet) => super::lines::draw(sheet, form, state, (place, has_cursor), body, canvas),
        None => entry(&row, canvas),
    }
    let label_above = u16::from(columns.label_above && input.sheet().is_none());
    let above = label_above + place.rows;
    for (by, said) in (0_u16..).zip(&notes(form, place.index, input, state)) {
        let (by, x) = match columns.notes {
            Some(x) => (by, x),
            None => (above + by, columns.input + 1),
        };
        if let Some(y) = row.y(by) {
            let width = body.right().saturating_sub(x + 1);
            note(said, Rect { x, y, width, height: 1 }, canvas);
        }
    }
}

fn gutter(row: &Row<'_>, y: u16, canvas: &mut Canvas<'_>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let x = row.body.x + if row.body.width < 60 { 0 } else { 2 };
    if row.has_cursor {
        canvas.put(x, y, 1, signs.bar, theme.accent);
    }
    if row.input.error().is_some() {
        canvas.put(x + 1, y, 1, "!", theme.bad);
    } else if row.input.is_changed() {
        canvas.put(x + 1, y, 1, signs.changed, theme.mine);
    }
}

fn label(row: &Row<'_>, y: u16, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let style = if row.has_cursor { theme.strong } else { theme.dim };
    let needed = row.input.field().is_required && row.input.locked().is_none();
    let star = if needed { " *" } else { "" };
    let is_wide = row.columns.label_above || row.input.sheet().is_some();
    let room = if is_wide { row.columns.input_width } else { 14 };
    let most = usize::from(room).saturating_sub(star.len());
    let label = Shown::line_max(&row.input.field().label, most);
    let x = canvas.put(row.columns.label, y, room, label.as_str(), style);
    canvas.put(x, y, 2, star, style);
}

/// The rows of the input itself, as far as they are on the screen.
fn entry(row: &Row<'_>, canvas: &mut Canvas<'_>) {
    let first = row.place.y + i32::from(row.columns.label_above);
    let top = first.max(i32::from(row.body.top()));
    let bottom = (first + i32::from(row.place.rows)).min(i32::from(row.body.bottom()));
    let (Ok(y), Ok(height)) = (u16::try_from(top), u16::try_from(bottom - top)) else { return };
    let skipped = usize::try_from(top - first).unwrap_or(0);
    let area = Rect { x: row.columns.input, y, width: row.width(), height };
    let area = area.intersection(row.body);
    if area.is_empty() {
        return;
    }
    if row.input.locked().is_some() {
        return locked(row, area, canvas);
    }
    if let Entry::Parts(..) = row.input.entry() {
        return parts(row, skipped, area, canvas);
    }
    let theme = canvas.theme();
    canvas.ground(area, if row.has_cursor { theme.cell } else { theme.field });
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let style = if row.has_cursor { theme.strong } else { theme.text };
    let hanging = row.form.popup().filter(|_| row.has_cursor);
    match (row.input.entry(), hanging) {
        (Entry::Typed(edit), _) => text::draw(edit, inside, row.has_cursor, style, canvas),
        (_, Some(Popup::Choices(it))) if !it.filter().is_empty() => {
            text::draw(it.filter(), inside, true, style, canvas);
        }
        (_, Some(Popup::Records(it))) if !it.search().is_empty() => {
            text::draw(it.search(), inside, true, style, canvas);
        }
        (Entry::Picked(_) | Entry::Parts(..) | Entry::Lines(_), _) => picked(row, inside, canvas),
    }
}

/// Read-only: no ground, dim.
fn locked(row: &Row<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let connected = row.state.connection().and_then(|id| row.state.world().connected(id));
    let Some(connected) = connected else { return };
    let (x, room) = (area.x + 1, area.width.saturating_sub(2));
    let (value, field) = (row.input.before(), row.input.field());
    let cell = values::cell(value, Some(field), &connected.format, true);
    let text = format!("{} {}", cell.text.as_str(), cell.unit.as_str());
    let text = if text.trim().is_empty() { canvas.signs().none } else { text.trim_end() };
    canvas.put(x, area.y, room, text, canvas.theme().dim);
}

/// A chosen value.
fn picked(row: &Row<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let connected = row.state.connection().and_then(|id| row.state.world().connected(id));
    let (Some(connected), Ok(value)) = (connected, row.input.value()) else { return };
    let (theme, field) = (canvas.theme(), row.input.field());
    let plain = if row.has_cursor { theme.strong } else { theme.text };
    if row.has_cursor {
        canvas.cursor(area.x, area.y);
    }
    if field.kind == FieldKind::Bool {
        let sign = if *value == Value::Bool(true) { "[x]" } else { "[ ]" };
        canvas.put(area.x, area.y, area.width, sign, plain);
        return;
    }
    let is_link = values::is_link(field.kind);
    let style = if is_link && !row.has_cursor { theme.link } else { plain };
    let mut x = area.x;
    if let Some(dot) = values::cell(value, Some(field), &connected.format, true).dot {
        x = canvas.put(x, area.y, 2, canvas.signs().dot, theme.choice(dot)) + 1;
    }
    let text = Shown::line(&values::line(value, Some(field), &connected.format));
    let tail = if is_link && !text.is_empty() { 2 } else { 0 };
    let room = area.right().saturating_sub(x + tail);
    x = canvas.put(x, area.y, room, text.as_str(), style);
    if tail > 0 {
        canvas.put(x + 1, area.y, 1, canvas.signs().link, theme.dim);
    }
}

/// Several short texts, each with its name.
fn parts(row: &Row<'_>, skipped: usize, area: Rect, canvas: &mut Canvas<'_>) {
    let Entry::Parts(parts, at) = row.input.entry() else { return };
    let theme = canvas.theme();
    let name = 12.min(area.width / 2);
    let first = i32::from(area.y) - i32::try_from(skipped).unwrap_or(0);
    let mut next = first;
    for (index, part) in parts.iter().enumerate() {
        let (top, height) = (next, i32::from(part_rows(part)));
        next += height;
        // A part of which only the end is on the screen shows what fits there.
        let y = top.max(i32::from(area.y));
        let bottom = (top + height).min(i32::from(area.bottom()));
        let (Ok(y), Ok(rows)) = (u16::try_from(y), u16::try_from(bottom - y)) else { continue };
        if rows == 0 {
            continue;
        }
        let here = row.has_cursor && index == *at;
        canvas
            .ground(Rect { y, height: rows, ..area }, if here { theme.cell } else { theme.field });
        let (said, style) =
            if here { (theme.strong, theme.strong) } else { (theme.dim, theme.text) };
        canvas.put(area.x + 1, y, name, part.label, said);
        let x = area.x + 1 + name;
        let inside = Rect { x, y, width: area.right().saturating_sub(x + 1), height: rows };
        text::draw(&part.edit, inside, here, style, canvas);
    }
}

fn note(note: &Note, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let (head, text, style) = match note {
        Note::Bad(text) => (("! ", theme.bad), text, theme.bad),
        Note::Was(text) => (("was ", theme.dim), text, theme.text),
        Note::Plain(text) => (("", theme.dim), text, theme.dim),
    };
    let room = usize::from(area.width).saturating_sub(width(head.0));
    let shown = Shown::line_max(text, room);
    canvas.put_all(area.x, area.y, area.width, &[head, (shown.as_str(), style)]);
}
