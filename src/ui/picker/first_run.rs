//! Draws the first run. SCREENS §9.1.
use ratatui::{layout::Rect, style::Style};

use super::Canvas;
use crate::{
    app::{
        command::Command,
        msg::Target,
        picker::Picker,
        state::{State, View},
    },
    text::{shown::Shown, width::wrap},
};

const WIDE: u16 = 74;
/// The index card: the one ornament of the program.
const CARD: (u16, u16) = (30, 8);

const CHOICES: [(Command, &str, &str); 2] = [
    (Command::Demo, "Try the demo", "A made-up company on this machine. No login, no network."),
    (
        Command::AddConnection,
        "Add a connection",
        "EspoCRM, Vtiger, Syncro, or Membrane: by key, token, password or browser.",
    ),
];

pub(super) fn draw(view: &Picker, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let header = Rect { y: 0, height: 1, ..area };
    if area.y > 0 {
        canvas.clear(header, canvas.theme().base.patch(canvas.theme().text));
    }
    let wide = WIDE.min(area.width.saturating_sub(2));
    let x = area.x + (area.width - wide.min(area.width)) / 2;
    let has_card = area.height >= 26;
    let high = if has_card { 27 } else { 17 };
    let mut at = Rect { x, width: wide, ..area };
    at.y += area.height.saturating_sub(high) / 3;
    at.height = area.bottom().saturating_sub(at.y);
    if has_card {
        card(at, canvas);
        skip(&mut at, CARD.1 + 2);
    }
    choices(view, state, &mut at, canvas);
    outlook(state, at, canvas);
}

fn skip(area: &mut Rect, rows: u16) {
    let rows = rows.min(area.height);
    area.y += rows;
    area.height -= rows;
}

fn card(area: Rect, canvas: &mut Canvas<'_>) {
    let (theme, rule) = (canvas.theme(), canvas.signs().rule);
    let card = Rect { width: CARD.0.min(area.width), height: CARD.1, ..area };
    canvas.clear(card, theme.raised.patch(theme.text));
    let line = rule.repeat(usize::from(card.width));
    for (row, style) in [(2, theme.bad), (4, theme.accent), (6, theme.accent)] {
        canvas.put(card.x, card.y + row, card.width, &line, style);
    }
    for (row, text, style) in
        [(1, "ficha", theme.strong), (3, "every CRM,", theme.text), (5, "one keyboard", theme.text)]
    {
        canvas.put(card.x + 2, card.y + row, card.width.saturating_sub(2), text, style);
    }
}

fn choices(view: &Picker, state: &State, at: &mut Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    line(at, 0, "There are no connections yet. What first?", theme.text, canvas);
    skip(at, u16::from(at.height > 10));
    let contexts = state.top().map_or(&[][..], View::contexts);
    for (place, (command, name, promise)) in CHOICES.iter().enumerate() {
        let rows = Rect { height: 2.min(at.height), ..*at };
        if rows.height == 0 {
            return;
        }
        if place == view.choice() {
            canvas.ground(rows, theme.cursor);
            for y in rows.y..rows.bottom() {
                canvas.put(rows.x, y, 1, canvas.signs().bar, theme.accent);
            }
        }
        let key = state.world().key(contexts, *command).unwrap_or_default();
        canvas.put(rows.x + 2, rows.y, 4, &key, theme.key);
        let room = rows.width.saturating_sub(6);
        canvas.put(rows.x + 6, rows.y, room, name, theme.strong);
        if rows.height > 1 {
            canvas.put(rows.x + 6, rows.y + 1, room, promise, theme.dim);
        }
        canvas.hit(rows, Target::Item(place));
        skip(at, 3);
    }
}

/// The same from a shell, and where secrets and settings go.
fn outlook(state: &State, mut at: Rect, canvas: &mut Canvas<'_>) {
    let (theme, settings) = (canvas.theme(), state.world().settings());
    skip(&mut at, 1);
    if at.height >= 6 {
        line(&mut at, 2, "The same from a shell", theme.dim, canvas);
        line(&mut at, 2, "ficha demo", theme.text, canvas);
        let add = "ficha connection add NAME --kind espocrm --url https://…";
        line(&mut at, 2, add, theme.text, canvas);
        skip(&mut at, 1);
    }
    let places = format!(
        "Nothing leaves this machine before you connect. Secrets go to {}; settings to {}.",
        super::super::connect::secrets_place(state),
        settings.config_path
    );
    let room = usize::from(at.width.saturating_sub(2).min(70));
    for text in wrap(Shown::line(&places).as_str(), room, 3) {
        line(&mut at, 2, &text, theme.dim, canvas);
    }
}

fn line(at: &mut Rect, indent: u16, text: &str, style: Style, canvas: &mut Canvas<'_>) {
    if at.height > 0 {
        canvas.put(at.x + indent, at.y, at.width.saturating_sub(indent), text, style);
        skip(at, 1);
    }
}
