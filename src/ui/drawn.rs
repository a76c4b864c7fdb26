//! For tests: a screen as text.
use ratatui::{Terminal, backend::TestBackend};

use super::{
    canvas::{HitMap, Look, Signs},
    draw_frame,
    theme::{Light, Theme},
};
use crate::app::state::State;

pub(super) fn look(light: Light) -> Look {
    Look { theme: Theme::new(light, None, true).0, signs: Signs::UNICODE }
}

/// Rows as text, trailing blanks cut; the second cell of a wide character is left out.
pub(super) fn screen(state: &State, width: u16, height: u16) -> String {
    painted(state, width, height, Light::Dark).0
}

pub(super) fn painted(state: &State, width: u16, height: u16, light: Light) -> (String, HitMap) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut hits = HitMap::default();
    terminal.draw(|frame| hits = draw_frame(state, &look(light), frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y: u16| {
        let mut text = String::new();
        let mut skip = 0;
        for x in 0..width {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            skip = crate::text::width::width(symbol).saturating_sub(1);
            text.push_str(symbol);
        }
        text.trim_end().to_owned()
    };
    ((0..height).map(row).collect::<Vec<_>>().join("\n"), hits)
}

/// All sizes that a terminal may have on the way to a usable one; nothing panics.
pub(super) fn survives_all_sizes(state: &State) {
    for width in [0, 1, 2, 3, 5, 8, 10, 20, 39, 60, 80, 110, 200] {
        for height in [0, 1, 2, 3, 5, 6, 8, 10, 12, 14, 24, 30, 60] {
            painted(state, width, height, if height % 2 == 0 { Light::Dark } else { Light::None });
        }
    }
}
