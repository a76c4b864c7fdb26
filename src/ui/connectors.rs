//! Draws [`Connectors`]: what is typed, and the apps that fit.
use ratatui::layout::Rect;

use super::{
    Words,
    canvas::Canvas,
    confirm::{key_row, middle},
    input, sentence, steps,
};
use crate::{
    app::{
        command::Command,
        connectors::{Connector, Connectors},
        msg::Target,
        state::{State, View},
    },
    text::{shown::Shown, width::wrap},
};

const WIDE: u16 = 76;
const ROWS: u16 = 14;
const NAME: u16 = 26;

pub(super) fn draw(view: &Connectors, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let place = middle(area, WIDE.min(area.width.saturating_sub(2)), ROWS + 8);
    let inside = canvas.popup(place);
    let theme = canvas.theme();
    canvas.put(inside.x, inside.y, inside.width, "Connect an app", theme.strong);
    if inside.height > 2 {
        let field = Rect { y: inside.y + 2, height: 1, ..inside };
        canvas.ground(field, theme.field_up);
        let text = Rect { x: field.x + 1, width: field.width.saturating_sub(2), ..field };
        if view.edit().is_empty() {
            let says = "its name, or the address of its site";
            canvas.put(text.x + 2, text.y, text.width.saturating_sub(2), says, theme.dim);
        }
        input::draw(view.edit(), false, text, theme.strong, canvas);
    }
    let top = inside.y + 4;
    let bottom = inside.bottom().saturating_sub(2);
    let list = Rect { y: top, height: bottom.saturating_sub(top), ..inside };
    let rows = view.rows();
    if rows.is_empty() {
        empty(view, state, list, canvas);
    } else {
        found(&rows, view.at(), (place, list), canvas);
    }
    if inside.height > 5 {
        let contexts = state.top().map_or(&[][..], View::contexts);
        let keys = [(Command::Open, "connect it, in the browser"), (Command::Close, "back")];
        let row = Rect { y: inside.bottom() - 1, height: 1, ..inside };
        key_row(&keys, contexts, state, row, canvas);
    }
}

fn found(rows: &[Connector], at: usize, (place, list): (Rect, Rect), canvas: &mut Canvas<'_>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let first = (at + 1).saturating_sub(usize::from(list.height));
    for (y, (row, one)) in (list.y..list.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let line = Rect { x: place.x, y, width: place.width, height: 1 };
        if row == at {
            canvas.ground(line, theme.cursor);
            canvas.put(line.x + 1, y, 1, signs.bar, theme.accent);
        }
        let style = if row == at { theme.strong } else { theme.text };
        let name = Shown::line(&one.name);
        let wide = if one.id.is_some() { NAME } else { NAME + 6 }.min(list.width);
        let end = canvas.put(list.x, y, wide, name.as_str(), style);
        let x = (list.x + NAME + 2).max(end + 2);
        let room = list.right().saturating_sub(x);
        canvas.put(x, y, room, Shown::line(&one.about).as_str(), theme.dim);
        canvas.hit(line, Target::Item(row));
    }
}

/// Why nothing is there.
fn empty(view: &Connectors, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let says = match view.failure() {
        Some(failure) => steps::capital(&sentence::reason(&failure.error)),
        None if view.is_read() => {
            "No app is called so. Its address can be typed too: crm.example.com".to_owned()
        }
        None if state.world().asking().is_some() => "Membrane is being asked…".to_owned(),
        None => String::new(),
    };
    let lines = wrap(Shown::line(&says).as_str(), usize::from(area.width), 4);
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.put(area.x, y, area.width, &line, theme.text);
    }
}

pub(super) fn words(_view: &Connectors, _state: &State) -> Words {
    Words {
        hints: vec![
            (Command::Open, Some("connect".to_owned())),
            (Command::Next, None),
            (Command::Previous, None),
            (Command::Close, Some("back".to_owned())),
        ],
        ..Words::default()
    }
}
