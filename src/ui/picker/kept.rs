//! What a sign-in to Membrane keeps: its rows, and what the one under the cursor asks of the user.
use ratatui::{layout::Rect, style::Style};

use super::{Canvas, Columns, Fit, frame, underline, view_contexts};
use crate::{
    app::{
        apps::{self, App},
        command::Command,
        picker::{Picker, Row, Typing, rows},
        sign_in::{self, Door},
        state::State,
        world::Health,
    },
    domain::{
        connection::{ConnectionId, Kind},
        error::Error,
    },
    text::{shown::Shown, width::wrap},
    ui::{sentence, steps},
};

/// Rows that [`beneath`] takes.
pub(super) const BENEATH: u16 = 8;

/// One that the settings do not name.
pub(super) fn row(
    fit: &Fit,
    (root, app): (ConnectionId, &App),
    state: &State,
    columns: &Columns,
    (y, is_cursor): (u16, bool),
    canvas: &mut Canvas<'_>,
) {
    let Some((place, _, parent)) = state.world().connections().get_full(&root) else { return };
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let (x, wide) = columns.name;
    let (x, wide) = if fit.is_within { (x + 2, wide.saturating_sub(2)) } else { (x, wide) };
    canvas.put(x, y, 1, signs.square, theme.hue(frame::hue(parent, place)));
    let name = Shown::line(&app.name);
    let style = if is_cursor { theme.strong } else { theme.text };
    canvas.put(x + 2, y, wide.saturating_sub(2), name.as_str(), style);
    underline(&fit.matched, name.as_str(), (x + 2, y), canvas);
    let (x, wide) = columns.product;
    canvas.put(x, y, wide, Shown::line(product(app)).as_str(), theme.text);
    let (x, wide) = columns.host;
    let via = format!("via {}", parent.connection.name);
    canvas.put(x, y, wide, Shown::line(&via).as_str(), theme.dim);
    let (sign, style, words) = if matches!(parent.health, Health::Away(..)) {
        (signs.circle, theme.warn, "no answer".to_owned())
    } else if is_mended(root, app, state) {
        (signs.trying, theme.warn, "waits for the browser".to_owned())
    } else {
        self::state(app, canvas)
    };
    let (x, wide) = columns.health;
    canvas.put(x, y, wide.min(1), sign, style);
    let strong = if style == theme.ok { theme.dim } else { theme.text };
    canvas.put(x + 2, y, wide.saturating_sub(2), Shown::line(&words).as_str(), strong);
}

fn product(app: &App) -> &str {
    match app.kind() {
        Kind::Membrane => &app.app,
        kind @ (Kind::Espocrm | Kind::Vtiger | Kind::VtigerCloud | Kind::Syncro) => kind.product(),
    }
}

fn is_mended(root: ConnectionId, app: &App, state: &State) -> bool {
    let world = state.world();
    let door = world.signing_in(root).map(|it| &it.door);
    let is_it = matches!(door, Some(Door::App { mends: Some(id), .. }) if app.is(id));
    is_it && sign_in::is_under_way(root, world)
}

/// Its sign and its words. An unknown state is shown as it came.
pub(super) fn state(app: &App, canvas: &Canvas<'_>) -> (&'static str, Style, String) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    match app.state.as_str() {
        "READY" => (signs.dot, theme.ok, "ready".to_owned()),
        "BUILDING" | "SETUP_IN_PROGRESS" => (signs.trying, theme.warn, "being set up".to_owned()),
        "DISCONNECTED" => ("!", theme.bad, "needs sign-in again".to_owned()),
        "CLIENT_ACTION_REQUIRED" | "NOT_CONFIGURED" => ("!", theme.bad, "needs you".to_owned()),
        "CONFIGURATION_ERROR" => ("!", theme.bad, "wrongly set up".to_owned()),
        "SETUP_FAILED" => ("!", theme.bad, "setup failed".to_owned()),
        other => ("!", theme.warn, other.replace('_', " ").to_lowercase()),
    }
}

/// Those that the settings do not name, of all sign-ins.
pub(super) fn unnamed(state: &State) -> Vec<&App> {
    let world = state.world();
    let ids = world.connections().keys().filter(|id| sign_in::is_sign_in(**id, world));
    ids.flat_map(|id| rows::kept(*id, world)).collect()
}

/// What the row under the cursor asks of the user, and the keys for it.
pub(super) struct Asked {
    title: String,
    says: String,
    keys: Vec<(Command, &'static str)>,
}

/// `None` = all is well there.
pub(super) fn asked(view: &Picker, state: &State) -> Option<Asked> {
    if !matches!(view.typing(), Typing::Nothing) {
        return None;
    }
    let world = state.world();
    match view.row(world)? {
        Row::Kept(root, app) => Some(of_app(apps::find(root, &app, world)?, false)),
        Row::Own(id) => match apps::behind(id, world).filter(|app| !app.is_ready()) {
            Some(app) => Some(of_app(app, true)),
            None => of_sign_in(id, state),
        },
        Row::Another(root) => {
            let error = apps::failure(root, world)?;
            let says = steps::capital(&sentence::reason(error));
            let keys = vec![(Command::Refresh, "ask again")];
            Some(Asked { title: "The connections could not be read".to_owned(), says, keys })
        }
    }
}

fn of_app(app: &App, has_settings: bool) -> Asked {
    let mut keys = match (app.is_ready(), app.is_built()) {
        (true, _) => vec![(Command::Open, "open; it is then in the settings too")],
        (false, true) => vec![(Command::Refresh, "ask again")],
        (false, false) => vec![(Command::Open, "sign in again in the browser")],
    };
    if has_settings {
        keys.push((Command::Browser, "open what was kept"));
    } else {
        keys.push((Command::TestConnection, "test"));
        keys.push((Command::RemoveConnection, "archive"));
    }
    let says = match (app.needs.is_empty(), app.is_ready(), app.is_built()) {
        (false, ..) => app.needs.clone(),
        (true, true, _) => "Membrane keeps its login; ficha never sees it.".to_owned(),
        (true, false, true) => "Membrane is setting it up.".to_owned(),
        (true, false, false) => {
            "The login that Membrane keeps for it works no more. A new sign-in mends it; the \
             connection stays the same one."
                .to_owned()
        }
    };
    Asked { title: app.name.clone(), says, keys }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "one error has a sentence of its own")]
fn of_sign_in(id: ConnectionId, state: &State) -> Option<Asked> {
    let world = state.world();
    let connected = world.connected(id).filter(|_| sign_in::is_sign_in(id, world))?;
    let Health::NotSignedIn(error) = &connected.health else { return None };
    let keys = vec![(Command::Open, "sign in"), (Command::Browser, "open what was kept")];
    let says = match error {
        Error::Unauthorized { reason } if !reason.is_empty() => {
            format!("{}.", steps::capital(reason))
        }
        error => steps::capital(&sentence::reason(error)),
    };
    Some(Asked { title: connected.connection.name.clone(), says, keys })
}

/// Beneath the rows: what it is, what it asks, and the keys.
pub(super) fn beneath(asked: &Asked, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2).min(76), ..area };
    canvas.put(area.x, area.y, area.width, Shown::line(&asked.title).as_str(), theme.strong);
    let mut y = area.y + 1;
    for line in wrap(Shown::line(&asked.says).as_str(), usize::from(area.width), 3) {
        if y < area.bottom() {
            canvas.put(area.x, y, area.width, &line, theme.text);
            y += 1;
        }
    }
    y += 1;
    for (command, label) in &asked.keys {
        let Some(key) = state.world().key(view_contexts(state), *command) else { continue };
        if y < area.bottom() {
            canvas.put(area.x, y, 7.min(area.width), &key, theme.key);
            canvas.put(area.x + 7, y, area.width.saturating_sub(7), label, theme.dim);
            y += 1;
        }
    }
}
