//! Views: pure functions of [`State`]. Their cost follows the screen, not the list.
use ratatui::{
    Frame,
    layout::{Rect, Size},
};

use crate::app::{
    geometry,
    msg::Size as Cells,
    state::{State, View},
};
use canvas::{Canvas, HitMap, Look};
use drawing::Drawing;

mod actions;
pub mod canvas;
mod chords;
mod confirm;
mod conflict;
mod connect;
mod connectors;
mod detail;
pub mod drawing;
#[cfg(test)]
mod drawn;
mod duplicates;
mod exchange;
mod field;
mod form;
mod frame;
mod help;
mod input;
mod list;
mod menu;
mod notice;
mod palette;
mod picker;
mod preview;
mod rail;
mod run;
mod save;
mod sentence;
mod sign_in;
mod steps;
mod table;
pub mod theme;

/// Draws everything: rows, what the mouse can hit, where the text cursor stands.
pub fn draw(state: &State, look: &Look, size: Size, drawing: &mut Drawing) {
    drawing.begin(size);
    let area = drawing.area();
    let mut canvas = Canvas::new(drawing, look);
    canvas.ground(area, look.theme.base.patch(look.theme.text));
    paint(state, area, &mut canvas);
}

/// Draws everything into a frame of ratatui's own; tells what the mouse can hit.
pub fn draw_frame(state: &State, look: &Look, frame: &mut Frame<'_>) -> HitMap {
    let mut drawing = Drawing::default();
    draw(state, look, frame.area().as_size(), &mut drawing);
    drawing.paint(frame.buffer_mut());
    if let Some(cursor) = drawing.cursor() {
        frame.set_cursor_position(cursor);
    }
    drawing.hits().clone()
}

fn paint(state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let rows = geometry::rows(Cells { width: area.width, height: area.height });
    let top = area.y + rows.header + rows.gap;
    let body = Rect { y: top, height: rows.body, ..area };
    let base = state.stack().iter().rposition(|view| !view.is_overlay()).unwrap_or(0);
    let Some((view, overlays)) = state.stack().get(base..).and_then(<[View]>::split_first) else {
        return;
    };
    let below = words(view, state);
    let above = overlays.last().map(|top| words(top, state));
    let said = above.as_ref().unwrap_or(&below);
    frame::header(state, &below, Rect { height: rows.header, ..area }, canvas);
    let notices = notice::height(state, body);
    one(view, state, Rect { height: body.height - notices, ..body }, canvas);
    notice::draw(state, view, Rect { y: body.bottom() - notices, height: notices, ..body }, canvas);
    let status = Rect { y: body.bottom(), height: rows.status, ..area };
    frame::status(state, said, status, canvas);
    let hints = Rect { y: body.bottom() + rows.status, height: rows.hints, ..area };
    frame::hints(state, said, hints, canvas);
    for overlay in overlays {
        one(overlay, state, Rect { height: area.height - rows.hints, ..area }, canvas);
    }
    chords::draw(state, area, canvas);
}

/// A view in the body; an overlay over everything but the hints.
fn one(view: &View, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    match view {
        View::Picker(view) => picker::draw(view, state, area, canvas),
        View::Connect(view) => connect::draw(view, state, area, canvas),
        View::List(view) => list::draw(view, state, area, canvas),
        View::Filter(view) => list::draw_filter(view, area, canvas),
        View::Detail(view) => detail::draw(view, state, area, canvas),
        View::Form(view) => form::draw(view, state, area, canvas),
        View::Conflict(view) => conflict::draw(view, state, area, canvas),
        View::Duplicates(view) => duplicates::draw(view, state, area, canvas),
        View::Palette(view) => palette::draw(view, state, area, canvas),
        View::Help(view) => help::draw(view, state, area, canvas),
        View::Confirm(view) => confirm::draw(view, state, area, canvas),
        View::Menu(view) => menu::draw(view, state, area, canvas),
        View::Deeds(view) => run::draw_menu(view, state, area, canvas),
        View::Result(view) => run::draw_result(view, state, area, canvas),
        View::Save(view) => save::draw(view, state, area, canvas),
        View::Actions(view) => actions::draw(view, state, area, canvas),
        View::Connectors(view) => connectors::draw(view, state, area, canvas),
        View::SignIn(view) => sign_in::draw(view, state, area, canvas),
        View::Exchange(view) => exchange::draw(view, state, area, canvas),
    }
}

/// What the view says in the frame around it.
#[derive(Debug, Default)]
struct Words {
    /// Parts of the breadcrumb, raw; the last is the strongest.
    crumbs: Vec<String>,
    /// At the left of the status line.
    status: String,
    /// At its right.
    aside: String,
    /// The chip before the hints: `EDIT`.
    mode: &'static str,
    /// What is unsent, for the header: `~3 unsent`.
    unsent: String,
    /// At the right of the hints.
    note: String,
    /// Commands whose keys are shown, by use, with a label where the usual one does not fit.
    hints: Vec<(crate::app::command::Command, Option<String>)>,
}

fn words(view: &View, state: &State) -> Words {
    match view {
        View::Picker(view) => picker::words(view, state),
        View::Connect(view) => connect::words(view, state),
        View::List(view) => list::words(view, state),
        View::Filter(_) => list::filter_words(state),
        View::Detail(view) => detail::words(view, state),
        View::Form(view) => form::words(view, state),
        View::Conflict(view) => conflict::words(view, state),
        View::Duplicates(view) => duplicates::words(view, state),
        View::Palette(view) => palette::words(view, state),
        View::Help(view) => help::words(view, state),
        View::Confirm(view) => confirm::words(view, state),
        View::Menu(view) => menu::words(view, state),
        View::Deeds(view) => run::menu_words(view, state),
        View::Result(view) => run::result_words(view, state),
        View::Save(view) => save::words(view, state),
        View::Actions(view) => actions::words(view, state),
        View::Connectors(view) => connectors::words(view, state),
        View::SignIn(view) => sign_in::words(view, state),
        View::Exchange(view) => exchange::words(view, state),
    }
}
