//! Values to choose from: those that match what is typed, then the others.
use ratatui::{
    layout::Rect,
    style::{Modifier, Style},
};

use super::{Command, MOST, WIDTH, cursor_row, first_row, keys};
use crate::{
    app::{
        form::{
            Form,
            popup::{Choices, chosen},
        },
        msg::Target,
        state::State,
    },
    domain::schema::Choice,
    text::{shown::Shown, width::wrap},
    ui::canvas::Canvas,
};

fn listed(choices: &Choices) -> u16 {
    u16::try_from(choices.hits().count()).unwrap_or(MOST).clamp(1, MOST)
}

/// Those that do not match, in at most three rows.
fn rest(choices: &Choices, cells: u16) -> Vec<String> {
    let shown = choices.others().map(|it| Shown::line(&it.label).as_str().to_owned());
    let labels: Vec<_> = shown.take(40).collect();
    if labels.is_empty() { labels } else { wrap(&labels.join("  "), usize::from(cells), 3) }
}

/// Rows that it wants.
pub(super) fn height(choices: &Choices, width: u16) -> u16 {
    let cells = WIDTH.min(width.saturating_sub(2)).saturating_sub(6);
    let rest = rest(choices, cells).len();
    let rest = if rest == 0 { 0 } else { rest + 2 };
    listed(choices) + u16::try_from(rest).unwrap_or(0) + 2
}

pub(super) fn draw(
    choices: &Choices,
    form: &Form,
    state: &State,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let set = form.focused().map(chosen).unwrap_or_default();
    let key_row = u16::from(area.height > 2);
    let rows = listed(choices).min(area.height.saturating_sub(key_row));
    let from = first_row(choices.at(), rows);
    let visible = choices.hits().enumerate().skip(from);
    for (y, (index, (choice, hit))) in (area.y..area.y + rows).zip(visible) {
        let row = Rect { y, height: 1, ..area };
        let is_cursor = index == choices.at();
        if is_cursor {
            cursor_row(row, canvas);
        }
        canvas.hit(row, Target::Item(index));
        one(choice, &hit.matched, set.contains(&choice.value), is_cursor, row, canvas);
    }
    if choices.hits().next().is_none() {
        canvas.put(area.x, area.y, area.width, "none of them", theme.dim);
    }
    let last = area.bottom().saturating_sub(key_row);
    others(
        choices,
        Rect { y: area.y + rows, height: last.saturating_sub(area.y + rows), ..area },
        canvas,
    );
    if key_row > 0 {
        hints(choices, state, Rect { y: last, height: 1, ..area }, canvas);
    }
}

fn others(choices: &Choices, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height < 3 || choices.others().next().is_none() {
        return;
    }
    let dim = canvas.theme().dim;
    let title = format!("Not matching “{}”", Shown::line(&choices.filter().text()).as_str());
    canvas.put(area.x, area.y + 1, area.width, &title, dim);
    for (y, line) in (area.y + 2..area.bottom()).zip(rest(choices, area.width)) {
        canvas.put(area.x, y, area.width, &line, dim);
    }
}

fn hints(choices: &Choices, state: &State, mut area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    if choices.is_several() {
        let x = canvas.put(area.x, area.y, area.width, "Space", theme.key);
        let x = canvas.put(x + 1, area.y, area.right().saturating_sub(x + 1), "set", theme.dim) + 3;
        area = Rect { x, width: area.right().saturating_sub(x), ..area };
    }
    let take = if choices.is_several() { "done" } else { "take" };
    let all = [(Command::Open, take), (Command::ClearField, "none"), (Command::Close, "keep")];
    keys(&all, state, area, canvas);
}

fn one(
    choice: &Choice,
    matched: &[usize],
    is_set: bool,
    is_cursor: bool,
    row: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let style = if is_cursor { theme.strong } else { theme.text };
    canvas.put(row.x, row.y, 1, canvas.signs().dot, theme.choice(choice.style));
    let label = if choice.label.is_empty() { "(empty)" } else { choice.label.as_str() };
    let room = row.width.saturating_sub(4);
    underlined(label, matched, style, Rect { x: row.x + 2, width: room, ..row }, canvas);
    if is_set {
        let x = row.right().saturating_sub(1);
        canvas.put(x, row.y, 1, canvas.signs().mark, theme.accent);
    }
}

/// Text with the letters underlined that matched.
fn underlined(text: &str, matched: &[usize], style: Style, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.put(area.x, area.y, area.width, Shown::line(text).as_str(), style);
    let mut x = area.x;
    for (place, c) in text.chars().enumerate() {
        let cells = u16::try_from(Shown::line(&c.to_string()).width()).unwrap_or(1);
        if x.saturating_add(cells) > area.right() {
            break;
        }
        if matched.contains(&place) {
            let spot = Rect { x, y: area.y, width: cells, height: 1 };
            canvas.ground(spot, Style::new().add_modifier(Modifier::UNDERLINED));
        }
        x += cells;
    }
}
