//! Notices, directly above the status line. SCREENS §2, §8.
use ratatui::layout::Rect;

use super::{canvas::Canvas, sentence};
use crate::{
    app::{
        command::Command,
        geometry,
        notice::{Notice, Said},
        state::{State, View},
    },
    domain::error::Error,
    text::shown::Shown,
};

/// Rows that the notices take from the view.
pub(super) fn height(state: &State, body: Rect) -> u16 {
    let rows = state.world().notices().shown().iter().map(rows_of).sum::<u16>();
    rows.min(body.height.saturating_sub(2))
}

fn rows_of(notice: &Notice) -> u16 {
    match notice.said {
        Said::Done(_) | Said::Note(_) => 1,
        Said::Refused { .. } => 2,
    }
}

/// Newest lowest; over the list's pane only.
#[expect(clippy::wildcard_enum_match_arm, reason = "one view differs from all others")]
pub(super) fn draw(state: &State, view: &View, area: Rect, canvas: &mut Canvas<'_>) {
    let (left, right) = match view {
        View::List(list) => {
            let panes = geometry::panes(area.width, list.shows_preview(area.width));
            (panes.rail, panes.preview)
        }
        _ => (0, 0),
    };
    let pane = Rect { x: area.x + left, width: area.width.saturating_sub(left + right), ..area };
    let mut y = area.y;
    for notice in state.world().notices().shown() {
        let rows = rows_of(notice);
        if y + rows > area.bottom() {
            break;
        }
        one(notice, state, Rect { y, height: rows, ..pane }, canvas);
        y += rows;
    }
}

fn one(notice: &Notice, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.clear(area, theme.popup.patch(theme.text));
    let (style, sign) = match &notice.said {
        Said::Done(_) => (theme.ok, canvas.signs().mark),
        Said::Note(_) => (theme.accent, canvas.signs().separator),
        Said::Refused { error, .. } if error.is_away() => (theme.warn, "!"),
        Said::Refused { .. } => (theme.bad, "!"),
    };
    for y in area.y..area.bottom() {
        canvas.put(area.x, y, 1, canvas.signs().bar, style);
    }
    canvas.put(area.x + 2, area.y, 1, sign, style);
    let room = area.width.saturating_sub(5);
    let text = Shown::line(&said(notice, state));
    canvas.put(area.x + 4, area.y, room, text.as_str(), theme.text);
    if let Said::Refused { error, .. } = &notice.said {
        beneath(
            error,
            state,
            Rect { x: area.x + 4, y: area.y + 1, width: room, height: 1 },
            canvas,
        );
    }
}

/// A notice in one sentence, raw.
pub(super) fn said(notice: &Notice, state: &State) -> String {
    match &notice.said {
        Said::Done(text) | Said::Note(text) => text.clone(),
        Said::Refused { tried, error, .. } => {
            let name = notice.connection.and_then(|id| state.world().connected(id));
            let name = name.map_or("ficha", |it| it.connection.name.as_str());
            let unanswered = error.is_away() || matches!(error, Error::Unknown);
            let verb = if unanswered { "did not answer to" } else { "refused" };
            format!("{name} {verb} {tried}: {}", sentence::reason(error))
        }
    }
}

/// What is safe, then keys.
fn beneath(error: &Error, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let comfort = sentence::comfort(error);
    let mut x = canvas.put(area.x, area.y, area.width, comfort, theme.dim);
    let contexts = state.top().map_or(&[][..], View::contexts);
    let mut commands = vec![Command::Exchange, Command::DropNotice];
    if sentence::asks_for_sign_in(error) {
        commands.insert(0, Command::SignIn);
    }
    if matches!(error, Error::RunFailed { run_id: Some(_), .. }) {
        commands.insert(0, Command::RunLog);
    }
    for command in commands {
        let Some(key) = state.world().key(contexts, command) else { continue };
        x = if x == area.x { x } else { x + 3 };
        let room = |x: u16| area.right().saturating_sub(x);
        x = canvas.put(x, area.y, room(x), &key, theme.key);
        x = canvas.put(x + 1, area.y, room(x + 1), command.label(), theme.dim);
    }
}
