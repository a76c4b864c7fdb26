//! Where the fields of a form stand: all of them with an empty row between, if there is room; else
//! as many as fit, around the one with the cursor.
use ratatui::layout::Rect;

use super::{field, lines};
use crate::{
    app::{
        form::{
            Form,
            input::{Entry, Input, Part},
        },
        state::State,
    },
    domain::schema::FieldKind,
};

/// Addresses and numbers: no more rows than these.
const POINT_ROWS: u16 = 5;

/// One part of an address: no more rows than these.
const PART_ROWS: u16 = 3;

/// A field's place on the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Of the field.
    pub index: usize,
    /// Its first row; may lie above the screen.
    pub y: i32,
    /// Rows of its input alone.
    pub rows: u16,
    /// Rows of all that belongs to it.
    pub height: u16,
    /// Rows of the line with the cursor, in a table of lines: the first, and how many.
    pub line: Option<(u16, u16)>,
}

/// How a form so wide is parted. SCREENS §2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub label: u16,
    pub input: u16,
    pub input_width: u16,
    /// For texts of several lines.
    pub wide_width: u16,
    /// Beside the input; `None` = beneath it.
    pub notes: Option<u16>,
    /// Whether the label has a row of its own.
    pub label_above: bool,
}

impl Columns {
    pub(super) fn of(area: Rect) -> Self {
        let x = area.x;
        if area.width < 60 {
            let room = area.width.saturating_sub(4);
            let (label, input) = (x + 3, x + 3);
            let (input_width, wide_width) = (room, room);
            return Self { label, input, input_width, wide_width, notes: None, label_above: true };
        }
        let room = area.width.saturating_sub(25);
        Self {
            label: x + 5,
            input: x + 20,
            input_width: room.min(42),
            wide_width: room.min(92),
            notes: (area.width >= 110).then_some(x + 64),
            label_above: false,
        }
    }
}

/// All fields' places.
pub(super) struct Places {
    all: Vec<Place>,
    body: Rect,
}

impl Places {
    pub(super) fn new(form: &Form, state: &State, body: Rect) -> Self {
        let columns = Columns::of(body);
        let inputs = form.inputs().iter().enumerate();
        let sizes: Vec<_> =
            inputs.map(|(at, input)| size(form, at, input, state, (columns, body.width))).collect();
        let lines: i32 = sizes.iter().map(|(_, height, _)| i32::from(*height)).sum();
        let count = i32::try_from(sizes.len()).unwrap_or(i32::MAX);
        let gap = i32::from(lines + count <= i32::from(body.height) + 1);
        let mut y = 0;
        let mut all: Vec<Place> = Vec::new();
        for (index, (rows, height, line)) in sizes.into_iter().enumerate() {
            all.push(Place { index, y, rows, height, line });
            y += i32::from(height) + gap;
        }
        let top = scrolled(&all, form.at(), y - gap, i32::from(body.height));
        for place in &mut all {
            place.y += i32::from(body.y) - top;
        }
        Self { all, body }
    }

    /// Those of which something can be seen.
    pub(super) fn visible(&self) -> impl Iterator<Item = &Place> {
        let (top, bottom) = (i32::from(self.body.top()), i32::from(self.body.bottom()));
        self.all.iter().filter(move |it| it.y < bottom && it.y + i32::from(it.height) > top)
    }
}

/// How far the fields are moved up, so that the one with the cursor is seen, a third from the top.
fn scrolled(all: &[Place], at: usize, total: i32, height: i32) -> i32 {
    let Some(place) = all.get(at).filter(|_| total > height) else { return 0 };
    let most = (total - height).max(0);
    // Of a table the line with the cursor is seen.
    let (first, rows) = place.line.unwrap_or((0, place.height));
    let y = place.y + i32::from(first);
    let fits = y + i32::from(rows) - height;
    (y - height / 3).max(fits).clamp(0, most).min(y)
}

/// A street of several lines shows them, up to three.
pub(super) fn part_rows(part: &Part) -> u16 {
    u16::try_from(part.edit.rows().len()).unwrap_or(PART_ROWS).clamp(1, PART_ROWS)
}

/// Rows of the input, and of all that belongs to the field.
fn size(
    form: &Form,
    at: usize,
    input: &Input,
    state: &State,
    (columns, width): (Columns, u16),
) -> (u16, u16, Option<(u16, u16)>) {
    if let Some(sheet) = input.sheet() {
        let (rows, line) = lines::size(sheet, state, width);
        let notes =
            u16::from(columns.notes.is_none() && !field::notes(form, at, input, state).is_empty());
        return (rows, rows + notes, Some(line));
    }
    let rows = match input.entry() {
        Entry::Typed(edit) if edit.is_multiline() => {
            let points = matches!(input.field().kind, FieldKind::Emails | FieldKind::Phones);
            let lines = u16::try_from(edit.rows().len()).unwrap_or(u16::MAX);
            let (least, most) = if points { (1, POINT_ROWS) } else { (3, 8) };
            lines.clamp(least, most)
        }
        Entry::Parts(parts, _) => parts.iter().map(part_rows).sum(),
        Entry::Typed(_) | Entry::Picked(_) | Entry::Lines(_) => 1,
    };
    let notes = u16::try_from(field::notes(form, at, input, state).len()).unwrap_or(0);
    let height = match columns.notes {
        Some(_) => rows.max(notes),
        None => rows + notes,
    };
    (rows, height + u16::from(columns.label_above), None)
}
