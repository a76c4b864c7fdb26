//! Records to choose from, in groups; the server's group says how far it is.
use ratatui::layout::Rect;

use super::{Command, MOST, cursor_row, first_row, keys, sentence, values};
use crate::{
    app::{
        form::{
            Form,
            popup::{Asked, From, Records, pointed},
        },
        msg::Target,
        state::State,
    },
    domain::value::Reference,
    text::shown::Shown,
    ui::canvas::Canvas,
};

/// A row of what is offered.
#[derive(Clone, Copy, PartialEq)]
enum Line {
    Blank,
    Title(From),
    Row(usize),
}

/// Rows with the titles of their groups; the server's title is always there.
fn lines(records: &Records) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut last = None;
    let mut title = |from: From, lines: &mut Vec<Line>| {
        if last == Some(from) {
            return;
        }
        if last.is_some() {
            lines.push(Line::Blank);
        }
        lines.push(Line::Title(from));
        last = Some(from);
    };
    for (index, (from, _)) in records.rows().iter().enumerate() {
        title(*from, &mut lines);
        lines.push(Line::Row(index));
    }
    title(From::Server, &mut lines);
    lines
}

/// Rows that it wants.
pub(super) fn height(records: &Records) -> u16 {
    let lines = u16::try_from(lines(records).len()).unwrap_or(MOST);
    lines.min(MOST + 4) + 2 + 2 * u16::from(records.targets() > 1)
}

pub(super) fn draw(
    records: &Records,
    form: &Form,
    state: &State,
    mut area: Rect,
    canvas: &mut Canvas<'_>,
) {
    if records.targets() > 1 && area.height > 5 {
        target(records, state, Rect { height: 1, ..area }, canvas);
        area.y += 2;
        area.height -= 2;
    }
    let set = form.focused().map(pointed).unwrap_or_default();
    let key_row = u16::from(area.height > 2);
    let room = area.height.saturating_sub(key_row);
    let lines = lines(records);
    let cursor = lines.iter().position(|it| *it == Line::Row(records.at()));
    let from = first_row(cursor.unwrap_or(0), room);
    for (y, line) in (area.y..area.y + room).zip(lines.iter().skip(from)) {
        let row = Rect { y, height: 1, ..area };
        match line {
            Line::Blank => {}
            Line::Title(from) => title(*from, records, state, row, canvas),
            Line::Row(index) => one(records, *index, &set, row, canvas),
        }
    }
    if key_row > 0 {
        let take = if records.is_several() { "add, take out" } else { "take" };
        let all = [(Command::Open, take), (Command::ClearField, "none"), (Command::Close, "keep")];
        keys(&all, state, Rect { y: area.bottom() - 1, height: 1, ..area }, canvas);
    }
}

fn one(records: &Records, index: usize, set: &[Reference], row: Rect, canvas: &mut Canvas<'_>) {
    let Some((_, reference)) = records.rows().get(index) else { return };
    let theme = canvas.theme();
    let is_cursor = index == records.at();
    if is_cursor {
        cursor_row(row, canvas);
    }
    canvas.hit(row, Target::Item(index));
    let style = if is_cursor { theme.strong } else { theme.text };
    let name = Shown::line(values::name(reference));
    canvas.put(row.x, row.y, row.width.saturating_sub(3), name.as_str(), style);
    if set.iter().any(|it| it.id == reference.id) {
        let x = row.right().saturating_sub(2);
        canvas.put(x, row.y, 1, canvas.signs().mark, theme.accent);
    }
}

/// The type that is searched, where there are several.
fn target(records: &Records, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(target) = records.target() else { return };
    let known = state.connection().and_then(|id| state.world().entity_type(id, target));
    let label = Shown::line(known.map_or(target.as_str(), |it| it.label_plural.as_str()));
    let room = area.width.saturating_sub(16);
    let x = canvas.put(area.x, area.y, room, label.as_str(), canvas.theme().strong) + 2;
    let all = [(Command::Left, ""), (Command::Right, "other type")];
    keys(&all, state, Rect { x, width: area.right().saturating_sub(x), ..area }, canvas);
}

fn title(from: From, records: &Records, state: &State, row: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let text = match from {
        From::Set => "Set",
        From::Recent => "Recent",
        From::Server => "On the server",
    };
    let x = canvas.put(row.x, row.y, row.width, text, theme.dim);
    if from != From::Server {
        return;
    }
    let found = records.rows().iter().any(|(from, _)| *from == From::Server);
    let (said, style) = match records.asked() {
        Asked::Waits => match state.world().asking() {
            Some(asking) => (format!("asking… {} s", asking.as_secs()), theme.dim),
            None => return,
        },
        Asked::Answered if found => return,
        Asked::Answered => ("nothing else found".to_owned(), theme.dim),
        Asked::Failed(failure) => (sentence::reason(&failure.error), theme.warn),
    };
    let room = row.right().saturating_sub(x + 2);
    let said = Shown::line_max(&said, usize::from(room));
    canvas.put_right(row.right(), row.y, room, said.as_str(), style);
}
