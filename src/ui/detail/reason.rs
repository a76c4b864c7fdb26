//! In place of a record: that it is being read, or why it is not there and what to do.
use ratatui::layout::Rect;

use crate::{
    app::{
        command::Command,
        detail::Detail,
        state::{State, View},
    },
    domain::error::Error,
    text::{shown::Shown, width::wrap},
    ui::{canvas::Canvas, sentence},
};

/// Skeleton rows while nothing is there yet.
const SKELETON: u16 = 9;

pub(super) fn draw(view: &Detail, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    match view.failure() {
        Some(failure) => refused(&failure.error, view, state, area, canvas),
        None => waiting(state, area, canvas),
    }
}

fn refused(error: &Error, view: &Detail, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let name = connected.map_or("The server", |it| it.connection.name.as_str());
    let what = view.entity_type(state.world()).map_or("record", |it| it.label.as_str());
    let what = what.to_lowercase();
    let title = if matches!(error, Error::NotFound { .. }) {
        format!("This {what} is not in {name} any more.")
    } else if matches!(error, Error::Forbidden { .. }) {
        format!("Your role may not see this {what} in {name}.")
    } else {
        let verb = if error.is_away() { "did not answer" } else { "refused" };
        format!("{name} {verb}: {}", sentence::reason(error))
    };
    let mut keys = vec![(Command::Refresh, "try again"), (Command::Close, "back")];
    if sentence::asks_for_sign_in(error) {
        keys.insert(0, (Command::SignIn, "sign in again"));
    }
    message(&title, sentence::comfort(error), &keys, state, area, canvas);
}

fn message(
    title: &str,
    comfort: &str,
    keys: &[(Command, &str)],
    state: &State,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let wide = area.width.min(76);
    let mut y = area.y + if area.height > 12 { 3 } else { 0 };
    for (text, style) in [(title, theme.strong), (comfort, theme.dim)] {
        for line in wrap(Shown::line(text).as_str(), usize::from(wide), 6) {
            if y < area.bottom() && !line.is_empty() {
                canvas.put(area.x, y, wide, &line, style);
                y += 1;
            }
        }
    }
    y += 1;
    let contexts = state.top().map_or(&[][..], View::contexts);
    for (command, label) in keys {
        let Some(key) = state.world().key(contexts, *command) else { continue };
        if y < area.bottom() {
            canvas.put(area.x, y, 8.min(wide), &key, theme.key);
            canvas.put(area.x + 8, y, wide.saturating_sub(8), label, theme.text);
        }
        y += 1;
    }
}

/// Lines in the shape of fields, once waiting is worth showing.
fn waiting(state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(asking) = state.world().asking() else { return };
    for row in 0..SKELETON.min(area.height.saturating_sub(3)) {
        canvas.rule(area.x, area.y + row, 8.min(area.width));
        let long = area.width.saturating_sub(12) * (9 - row % 4) / 12;
        canvas.rule(area.x + 12, area.y + row, long);
    }
    let y = area.y + SKELETON + 1;
    if asking.as_secs() >= 1 && y < area.bottom() {
        let text = format!("The server is being asked… {} s", asking.as_secs());
        canvas.put(area.x, y, area.width, &text, canvas.theme().dim);
    }
}
