//! A month with the numbers of its weeks.
use jiff::civil::Date;
use ratatui::{layout::Rect, style::Style};

use super::{Command, keys};
use crate::{
    app::{
        form::{
            Form,
            input::{Entry, Input},
            popup::Days,
        },
        msg::Target,
        state::State,
    },
    text::{format::Format, shown::Shown},
    ui::canvas::Canvas,
};

const NAMES: [&str; 7] = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];

/// Where a column of the month begins; the numbers of the weeks stand before.
fn column(area: Rect, at: u16) -> u16 {
    area.x + 4 + at * 4
}

pub(super) fn draw(days: &Days, form: &Form, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let Some(connected) = connected else { return };
    let start = connected.schema.as_ref().map_or(1, |it| it.preferences.week_start).min(6);
    // What goes first in a low window: the empty rows, then the words beneath.
    let gap = u16::from(area.height >= 12);
    head(days, state, Rect { height: area.height.min(1), ..area }, canvas);
    let names = area.y + 1 + gap;
    if names < area.bottom() {
        weekdays(start, Rect { y: names, height: 1, ..area }, canvas);
    }
    let mut item = 0;
    let mut y = names;
    for (week, row) in days.weeks(start) {
        y += 1;
        if y < area.bottom() {
            one_week(week, &row, days.day(), item, Rect { y, height: 1, ..area }, canvas);
        }
        item += row.len();
    }
    let y = y + 1 + gap;
    let rest = Rect { y, height: area.bottom().saturating_sub(y), ..area };
    match unread(days, form) {
        Some(text) => no_day(&text, form, rest, canvas),
        None => foot(days.day(), &connected.format, rest, canvas),
    }
}

fn head(days: &Days, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let title = days.day().strftime("%B %Y").to_string();
    canvas.put(area.x, area.y, area.width, &title, canvas.theme().strong);
    let room = 12.min(area.width);
    let right = Rect { x: area.right() - room, width: room, ..area };
    keys(&[(Command::PageUp, ""), (Command::PageDown, "")], state, right, canvas);
}

fn weekdays(start: u8, row: Rect, canvas: &mut Canvas<'_>) {
    let dim = canvas.theme().dim;
    canvas.put(row.x, row.y, row.width.min(2), "wk", dim);
    for at in 0..7 {
        let name = NAMES.get(usize::from((at + u16::from(start)) % 7));
        let x = column(row, at) + 1;
        let room = row.right().saturating_sub(x).min(2);
        canvas.put(x, row.y, room, name.copied().unwrap_or_default(), dim);
    }
}

fn one_week(
    week: i8,
    days: &[Date],
    cursor: Date,
    first: usize,
    row: Rect,
    canvas: &mut Canvas<'_>,
) {
    canvas.put(row.x, row.y, row.width.min(2), &format!("{week:>2}"), canvas.theme().dim);
    for ((at, item), day) in (0_u16..).zip(first..).zip(days) {
        let spot = Rect { x: column(row, at), width: 4, ..row }.intersection(row);
        if !spot.is_empty() {
            one_day(*day, cursor, spot, canvas);
            canvas.hit(spot, Target::Item(item));
        }
    }
}

fn one_day(day: Date, cursor: Date, spot: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let is_other = day.first_of_month() != cursor.first_of_month();
    let is_weekend = day.weekday().to_monday_zero_offset() >= 5;
    let mut style = if is_other || is_weekend { theme.dim } else { theme.text };
    if day == cursor {
        canvas.ground(spot, theme.cell);
        style = theme.strong;
    }
    canvas.put(spot.x, spot.y, spot.width, &format!("{:>3}", day.day()), style);
}

/// What was typed, where that is no day.
fn unread(days: &Days, form: &Form) -> Option<String> {
    let input: &Input = form.focused()?;
    match input.entry() {
        Entry::Typed(edit) if days.is_typed() && input.value().is_err() => Some(edit.text()),
        Entry::Typed(_) | Entry::Parts(..) | Entry::Picked(_) | Entry::Lines(_) => None,
    }
}

/// That it is none: quietly while it is being typed, plainly once it was refused.
fn no_day(text: &str, form: &Form, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let is_refused = form.focused().is_some_and(|it| it.error().is_some());
    let style = if is_refused { theme.bad } else { theme.dim };
    let most = usize::from(area.width).saturating_sub(13);
    let said = format!("\"{}\" is no date", Shown::line_max(text, most).as_str());
    if area.height > 0 {
        canvas.put(area.x, area.y, area.width, &said, style);
    }
    if area.height > 1 {
        canvas.put_all(area.x, area.y + 1, area.width, &typeable(canvas));
    }
}

fn typeable(canvas: &Canvas<'_>) -> [(&'static str, Style); 2] {
    let theme = canvas.theme();
    [("or type: ", theme.dim), ("tomorrow  +2w  end of month", theme.text)]
}

/// The day in words, and what can be typed.
fn foot(day: Date, format: &Format, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let room = |x: u16| area.right().saturating_sub(x);
    if area.height > 0 {
        let x = canvas.put(area.x, area.y, area.width, &format.date_long(day), theme.text) + 3;
        canvas.put(x, area.y, room(x), &format.distance(day), theme.dim);
    }
    if area.height > 1 {
        canvas.put_all(area.x, area.y + 1, area.width, &typeable(canvas));
    }
}
