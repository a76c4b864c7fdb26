//! Draws [`Save`]: the file, the path that may be typed over, the keys.
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
        save::{Save, Step},
        state::{State, View},
    },
    text::shown::Shown,
};

const WIDE: u16 = 76;

pub(super) fn draw(view: &Save, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let place = middle(area, WIDE.min(area.width.saturating_sub(2)), 8);
    let inside = canvas.popup(place);
    let theme = canvas.theme();
    if inside.height == 0 {
        return;
    }
    let title = format!("Save {}", view.source().name);
    canvas.put(inside.x, inside.y, inside.width, Shown::line(&title).as_str(), theme.strong);
    if inside.height > 2 {
        let row = Rect { y: inside.y + 2, height: 1, ..inside };
        canvas.ground(row, theme.field_up);
        input::draw(view.edit(), false, row, theme.strong, canvas);
    }
    if inside.height > 3 {
        let said = match view.step() {
            Step::Asked => "What stands there already is left alone: the name gets a number.",
            Step::Reading => "The file is being read…",
            Step::Writing => "The file is being written…",
        };
        canvas.put(inside.x, inside.y + 3, inside.width, said, theme.dim);
    }
    if inside.height > 4 {
        let contexts = state.top().map_or(&[][..], View::contexts);
        let keys = [(Command::Open, "save"), (Command::Close, "back")];
        let row = Rect { y: inside.bottom() - 1, height: 1, ..inside };
        key_row(&keys, contexts, state, row, canvas);
    }
}

pub(super) fn words(_view: &Save, _state: &State) -> Words {
    Words {
        mode: "SAVE",
        hints: vec![
            (Command::Open, Some("save".to_owned())),
            (Command::ClearField, Some("empty it".to_owned())),
            (Command::Close, Some("back".to_owned())),
        ],
        ..Words::default()
    }
}
