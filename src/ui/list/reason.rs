//! In place of rows: why there are none, and what to do. SCREENS §9.14.
use ratatui::{layout::Rect, style::Style};

use super::GUTTER;
use crate::{
    app::{
        command::Command,
        list::List,
        state::{State, View},
    },
    domain::{error::Error, verb::NotOffered},
    text::shown::Shown,
    ui::{canvas::Canvas, sentence},
};

/// Skeleton rows while nothing is there yet.
const SKELETON: u16 = 9;

/// In place of rows: why there are none, and what to do.
pub(super) fn waiting(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if let Some(failure) = list.failure() {
        return refused(list, state, &failure.error, area, canvas);
    }
    if list.is_empty() {
        return empty(list, state, area, canvas);
    }
    if list.local().is_some_and(<[usize]>::is_empty) {
        let title = format!("None of the {} loaded rows hold this.", list.window().rows().len());
        return message(area, &title, &[], &[(Command::Open, "ask the server")], state, canvas);
    }
    let Some(asking) = state.world().asking() else { return };
    let theme = canvas.theme();
    let x = area.x + GUTTER;
    let wide = area.width.saturating_sub(GUTTER + 2);
    for row in 0..SKELETON.min(area.height.saturating_sub(3)) {
        let long = wide * (9 - row % 4) / 10;
        canvas.rule(x, area.y + 1 + row, long.min(wide));
    }
    if asking.as_secs() >= 1 {
        let y = area.y + SKELETON + 2;
        let text = format!("The server is being asked… {} s", asking.as_secs());
        if y < area.bottom() {
            canvas.put(x, y, wide, &text, theme.dim);
        }
    }
}

/// The sentence stands 5 rows under the headings, at the title column. SCREENS §9.14.
fn message(
    area: Rect,
    title: &str,
    lines: &[String],
    keys: &[(Command, &str)],
    state: &State,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let x = area.x + GUTTER;
    let wide = area.width.saturating_sub(GUTTER + 1).min(76);
    let mut y = area.y + if area.height > 12 { 5 } else { 1 };
    let bottom = area.bottom();
    let mut put = |text: &str, style: Style, canvas: &mut Canvas<'_>| {
        for line in crate::text::width::wrap(Shown::line(text).as_str(), usize::from(wide), 6) {
            if y < bottom {
                canvas.put(x, y, wide, &line, style);
            }
            y += 1;
        }
    };
    put(title, theme.strong, canvas);
    put(" ", theme.dim, canvas);
    for line in lines.iter().filter(|line| !line.is_empty()) {
        put(line, theme.dim, canvas);
    }
    put(" ", theme.dim, canvas);
    let contexts = state.top().map_or(&[][..], View::contexts);
    for (command, label) in keys {
        let Some(key) = state.world().key(contexts, *command) else { continue };
        if y < bottom {
            canvas.put(x, y, 8, &key, theme.key);
            canvas.put(x + 8, y, wide.saturating_sub(8), label, theme.text);
        }
        y += 1;
    }
}

/// In place of rows: never as if there were none, but what to do instead.
pub(super) fn not_offered(it: &NotOffered, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let title = format!("The API does not offer {}.", it.label);
    let keys = [(Command::Browser, "open the web page")];
    let keys = if it.url.is_some() { &keys[..] } else { &[] };
    message(area, &title, std::slice::from_ref(&it.instead), keys, state, canvas);
}

fn empty(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let plural = list.entity_type(state.world()).map_or("records", |it| it.label_plural.as_str());
    let plural = plural.to_lowercase();
    let can_add = list.entity_type(state.world()).is_some_and(|it| it.rights.create);
    let mut keys = Vec::new();
    if list.is_narrowed() {
        keys.extend([
            (Command::DropFilter, "drop the last filter"),
            (Command::DropFilters, "drop all filters"),
        ]);
    }
    if can_add {
        keys.push((Command::Add, "add one"));
    }
    keys.push((Command::Refresh, "ask again"));
    let title = if list.is_narrowed() {
        format!("No {plural} match these filters.")
    } else {
        format!("No {plural} here yet.")
    };
    message(area, &title, &[], &keys, state, canvas);
}

fn refused(list: &List, state: &State, error: &Error, area: Rect, canvas: &mut Canvas<'_>) {
    let name = state.world().connected(list.connection());
    let name = name.map_or("The server", |it| it.connection.name.as_str());
    let verb = if error.is_away() { "did not answer" } else { "refused" };
    let title = if let Error::Unauthorized { reason } = error {
        let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        format!("{name} refused the login{why}.")
    } else {
        format!("{name} {verb}: {}", sentence::reason(error))
    };
    let lines = [sentence::comfort(error).to_owned()];
    let keys = [
        (Command::Refresh, "try again"),
        (Command::SignIn, "sign in again"),
        (Command::Connections, "another connection, or change this one's settings"),
    ];
    message(area, &title, &lines, &keys, state, canvas);
}
