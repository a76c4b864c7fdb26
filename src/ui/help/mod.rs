//! Draws [`Help`]. SCREENS §9.9.
use ratatui::layout::Rect;

use super::{
    Words,
    canvas::Canvas,
    confirm::{key_row, middle},
    input,
};
use crate::{
    app::{
        command::Command,
        help::{Help, Row, place},
        msg::Target,
        state::{State, View},
    },
    text::shown::Shown,
};

#[cfg(test)]
mod tests;

const WIDE: u16 = 96;
const HIGH: u16 = 31;
const KEYS: u16 = 12;
const NAME: u16 = 24;

enum Line<'a> {
    Blank,
    Title(String),
    Row(usize, &'a Row),
    Text(String),
}

pub(super) fn draw(view: &Help, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let wide = WIDE.min(area.width.saturating_sub(if area.width < 60 { 0 } else { 2 }));
    let place = middle(area, wide, HIGH.min(area.height));
    let inside = canvas.popup(place);
    let theme = canvas.theme();
    let mut y = inside.y;
    if inside.height >= 10 {
        canvas.put(inside.x, y, inside.width, &title(view), theme.strong);
        y += 2;
    }
    if y < inside.bottom() {
        filter(view, Rect { y, height: 1, ..inside }, canvas);
        y += 1;
    }
    let foot = if inside.height >= 10 { 2 } else { 0 };
    let bottom = inside.bottom().saturating_sub(foot);
    let body = Rect { y, height: bottom.saturating_sub(y), ..inside };
    rows(view, state, place, body, canvas);
    if foot > 0 {
        let contexts = state.top().map_or(&[][..], View::contexts);
        let all = if view.is_all() { "only here" } else { "all places" };
        let keys = [(Command::Open, "run it"), (Command::NextPane, all), (Command::Close, "close")];
        let y = inside.bottom() - 1;
        key_row(&keys, contexts, state, Rect { y, height: 1, ..inside }, canvas);
    }
}

fn title(view: &Help) -> String {
    match view.place() {
        Some(of) if !view.is_all() => format!("Help: {}", place(of).to_lowercase()),
        _ => "Help: all places".to_owned(),
    }
}

fn filter(view: &Help, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.ground(area, theme.field_up);
    let count = format!("{} of {} · key, name or description", view.rows().len(), view.count());
    let right = if area.width >= 60 {
        canvas.put_right(area.right().saturating_sub(1), area.y, 50, &count, theme.dim)
    } else {
        area.right()
    };
    canvas.put(area.x + 1, area.y, 1, "/", theme.key);
    let x = area.x + 3;
    let room = Rect { x, width: right.saturating_sub(x + 1), ..area };
    input::draw(view.edit(), false, room, theme.strong, canvas);
}

fn lines<'a>(view: &'a Help, state: &State, canvas: &Canvas<'_>) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut group = "";
    for (at, row) in view.rows().enumerate() {
        if group != row.group {
            group = &row.group;
            lines.extend([Line::Blank, Line::Title(row.group.clone())]);
        }
        lines.push(Line::Row(at, row));
    }
    if view.rows().len() == 0 {
        lines.extend([Line::Blank, Line::Text("No key does this; C-p finds commands.".into())]);
    }
    if view.edit().is_empty() {
        lines.extend(facts(view, state, canvas));
    }
    lines
}

/// The signs, and what is known of the connection.
fn facts<'a>(view: &Help, state: &State, canvas: &Canvas<'_>) -> Vec<Line<'a>> {
    let (signs, settings) = (canvas.signs(), state.world().settings());
    let mut lines = vec![
        Line::Blank,
        Line::Title("Signs in the gutter".to_owned()),
        Line::Text(format!(
            "{} marked   {} changed here   ! refused or conflict   {} list values only   {} being read",
            signs.mark, signs.changed, signs.kept, signs.asking
        )),
        Line::Blank,
    ];
    let connected = view.of_connection().and_then(|id| state.world().connected(id));
    if let Some(connected) = connected {
        let product = connected.schema.as_ref().map_or_else(
            || connected.connection.kind.product().to_owned(),
            |schema| schema.product.clone(),
        );
        let it = &connected.connection;
        lines.push(Line::Title("This connection".to_owned()));
        lines.push(Line::Text(format!("{}  {product}, {}", it.name, it.host())));
        lines.push(Line::Blank);
    }
    lines.push(Line::Title("This program".to_owned()));
    lines.push(Line::Text(concat!("ficha ", env!("CARGO_PKG_VERSION")).to_owned()));
    lines.push(Line::Text(format!("settings  {}", settings.config_path)));
    lines.push(Line::Text(format!("log       {}", settings.log_path)));
    lines
}

fn rows(view: &Help, state: &State, place: Rect, body: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let lines = lines(view, state, canvas);
    let cursor = view.at();
    let at = lines.iter().position(|line| matches!(line, Line::Row(at, _) if *at == cursor));
    let high = usize::from(body.height);
    // At the last row what stands behind it comes into view too.
    let is_last = cursor + 1 == view.rows().len() && cursor > 0;
    let target = if is_last { lines.len() } else { at.map_or(0, |at| at + 3) };
    let skip = target.min(lines.len()).saturating_sub(high).min(at.unwrap_or(0));
    for (y, line) in (body.y..body.bottom()).zip(lines.iter().skip(skip)) {
        match line {
            Line::Blank => {}
            Line::Title(text) => {
                canvas.put(body.x, y, body.width, text, theme.dim);
            }
            Line::Text(text) => {
                canvas.put(body.x, y, body.width, Shown::line(text).as_str(), theme.text);
            }
            Line::Row(at, row) => {
                let whole = Rect { y, height: 1, ..place };
                one(row, (whole, Rect { y, height: 1, ..body }), *at == cursor, canvas);
                canvas.hit(whole, Target::Item(*at));
            }
        }
    }
}

fn one(row: &Row, (whole, line): (Rect, Rect), is_cursor: bool, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    if is_cursor {
        canvas.ground(whole, theme.cursor);
        let x = line.x.saturating_sub(2);
        canvas.put(x, whole.y, 1, canvas.signs().bar, theme.accent);
    }
    let keys = if line.width >= 60 { KEYS } else { 9 };
    canvas.put(line.x, line.y, keys, &row.keys, theme.key);
    let x = line.x + keys + 1;
    let room = line.right().saturating_sub(x);
    let style = if is_cursor { theme.strong } else { theme.text };
    canvas.put(x, line.y, NAME.min(room), row.command.label(), style);
    let x = x + NAME + 1;
    let room = line.right().saturating_sub(x);
    canvas.put(x, line.y, room, row.command.description(), theme.dim);
}

pub(super) fn words(_view: &Help, _state: &State) -> Words {
    Words {
        hints: vec![
            (Command::Open, Some("run it".to_owned())),
            (Command::Next, None),
            (Command::Previous, None),
            (Command::NextPane, Some("all places".to_owned())),
            (Command::Close, None),
        ],
        ..Words::default()
    }
}
