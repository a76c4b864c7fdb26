//! Draws [`Picker`]: the connections with their health. SCREENS §9.2.
use ratatui::{layout::Rect, style::Style};

use super::{Words, canvas::Canvas, frame, input, steps};
use crate::{
    app::{
        apps::{self, App},
        command::Command,
        msg::Target,
        picker::{Picker, Row, Shown as Fit, Typing},
        sign_in::{self, Door},
        slots::Slot,
        state::{State, View},
        world::{Connected, Health},
    },
    domain::{
        connection::{ConnectionId, Kind},
        error::Error,
    },
    text::{shown::Shown, width::width},
};

mod first_run;
mod kept;
#[cfg(test)]
mod tests;

pub(super) fn draw(view: &Picker, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if view.is_first_run(state.world()) {
        return first_run::draw(view, state, area, canvas);
    }
    let margin = if area.width >= 60 { 3 } else { 0 };
    let inner = Rect { x: area.x + margin, width: area.width.saturating_sub(2 * margin), ..area };
    let mut y = inner.y;
    if area.height >= 6 || !matches!(view.typing(), Typing::Nothing) {
        typing(view, state, Rect { height: 1.min(inner.height), ..inner }, canvas);
        y += if area.height >= 10 { 2 } else { 1 };
    }
    let columns = Columns::of(area, margin);
    if area.height >= 10 {
        headings(&columns, y, canvas);
        y += 1;
    }
    let asked = kept::asked(view, state).filter(|_| area.height >= 18);
    let below = match (view.tested(), &asked) {
        (Some(_), _) if area.height >= 22 => 9,
        (None, Some(_)) => kept::BENEATH,
        _ => 0,
    };
    let bottom = area.bottom().saturating_sub(below);
    y = rows(view, state, &columns, Rect { y, height: bottom.saturating_sub(y), ..area }, canvas);
    if below > 0 {
        let height = area.bottom().saturating_sub(y + 1);
        let place = Rect { y: y + 1, height, ..inner };
        match asked.filter(|_| view.tested().is_none()) {
            Some(asked) => kept::beneath(&asked, state, place, canvas),
            None => test(view, state, place, canvas),
        }
    }
}

fn typing(view: &Picker, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.ground(area, theme.field);
    match view.typing() {
        Typing::Nothing => {
            let contexts = view_contexts(state);
            let key = state.world().key(contexts, Command::Filter).unwrap_or_default();
            let x = canvas.put(area.x + 1, area.y, 8, &key, theme.key);
            canvas.put(x + 1, area.y, area.width.saturating_sub(6), "to narrow", theme.dim);
        }
        Typing::Words(edit) => {
            let x = canvas.put(area.x + 1, area.y, 1, "/", theme.key) + 1;
            let room = Rect { x, width: area.right().saturating_sub(x + 1), ..area };
            input::draw(edit, false, room, theme.strong, canvas);
        }
        Typing::Code(id, edit) => {
            let name = state.world().connected(*id).map_or("", |it| it.connection.name.as_str());
            let says = format!("The code that {name} asks for:");
            let says = Shown::line(&says);
            let room = area.width.saturating_sub(10);
            let x = canvas.put(area.x + 1, area.y, room, says.as_str(), theme.text) + 1;
            let room = Rect { x, width: area.right().saturating_sub(x + 1), ..area };
            input::draw(edit, false, room, theme.strong, canvas);
        }
    }
}

fn view_contexts(state: &State) -> &'static [crate::app::keymap::Context] {
    state.top().map_or(&[][..], View::contexts)
}

/// Where the columns stand; 0 wide = not shown. Narrow: the host goes, then the product, then the
/// tags become one letter.
struct Columns {
    name: (u16, u16),
    product: (u16, u16),
    host: (u16, u16),
    health: (u16, u16),
    tags: (u16, u16),
}

impl Columns {
    fn of(area: Rect, margin: u16) -> Self {
        let product = if area.width >= 80 { 13 } else { 0 };
        let tags = if area.width >= 60 { 15 } else { 0 };
        let host = if area.width >= 110 { 26 + (area.width - 110) / 3 } else { 0 };
        let mut x = area.x + margin + 2;
        let end = area.right().saturating_sub(margin);
        let mut next = |wide: u16| {
            let at = (x.min(end), wide.min(end.saturating_sub(x)));
            x = if wide > 0 { x + wide + 1 } else { x };
            at
        };
        let name = if area.width >= 60 { 23 } else { (area.width / 2).min(23) };
        let name = next(name);
        let (product, host) = (next(product), next(host));
        let (health, tags) = (next(22), next(tags));
        Self { name, product, host, health, tags }
    }
}

fn headings(columns: &Columns, y: u16, canvas: &mut Canvas<'_>) {
    let dim = canvas.theme().dim;
    for (text, (x, wide)) in [
        ("Name", columns.name),
        ("Product", columns.product),
        ("Host · user", columns.host),
        ("Health", columns.health),
    ] {
        canvas.put(x, y, wide, text, dim);
    }
}

/// The row behind the last one.
fn rows(
    view: &Picker,
    state: &State,
    columns: &Columns,
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> u16 {
    let shown = view.shown(state.world());
    if shown.is_empty() && area.height > 0 {
        let text = "No connection is called so.";
        canvas.put(columns.name.0, area.y, area.width, text, canvas.theme().dim);
        return area.y + 1;
    }
    let selected = view.row(state.world());
    let at = shown.iter().position(|it| Some(&it.row) == selected.as_ref()).unwrap_or(0);
    let first = (at + 1).saturating_sub(usize::from(area.height));
    let mut y = area.y;
    for (place, fit) in shown.iter().enumerate().skip(first) {
        if y >= area.bottom() {
            break;
        }
        let line = Rect { y, height: 1, ..area };
        if place == at {
            cursor(columns, line, canvas);
        }
        match &fit.row {
            Row::Own(id) => row(fit, *id, view, state, columns, (y, place == at), canvas),
            Row::Kept(root, app) => {
                if let Some(app) = apps::find(*root, app, state.world()) {
                    kept::row(fit, (*root, app), state, columns, (y, place == at), canvas);
                }
            }
            Row::Another(_) => {
                let (x, wide) = columns.name;
                let text = "+ connect another app";
                canvas.put(x + 2, y, wide.saturating_sub(2).max(22), text, canvas.theme().dim);
            }
        }
        canvas.hit(line, Target::Item(place));
        y += 1;
    }
    y
}

fn cursor(columns: &Columns, line: Rect, canvas: &mut Canvas<'_>) {
    let margin = columns.name.0.saturating_sub(line.x + 3);
    let wide = line.width.saturating_sub(2 * margin);
    canvas.ground(Rect { x: line.x + margin, width: wide, ..line }, canvas.theme().cursor);
    canvas.put(line.x + margin, line.y, 1, canvas.signs().bar, canvas.theme().accent);
}

fn row(
    fit: &Fit,
    id: ConnectionId,
    view: &Picker,
    state: &State,
    columns: &Columns,
    (y, is_cursor): (u16, bool),
    canvas: &mut Canvas<'_>,
) {
    let Some((place, _, connected)) = state.world().connections().get_full(&id) else { return };
    let (theme, signs, connection) = (canvas.theme(), canvas.signs(), &connected.connection);
    let (x, wide) = columns.name;
    if sign_in::is_sign_in(id, state.world()) && !matches!(view.typing(), Typing::Words(_)) {
        let sign = if view.is_folded(id) { signs.folded } else { signs.down };
        canvas.put(x.saturating_sub(2), y, 1, sign, theme.dim);
    }
    let (x, wide) = if fit.is_within { (x + 2, wide.saturating_sub(2)) } else { (x, wide) };
    canvas.put(x, y, 1, signs.square, theme.hue(frame::hue(connected, place)));
    let style = if is_cursor { theme.strong } else { theme.text };
    let name = Shown::line(&connection.name);
    let end = canvas.put(x + 2, y, wide.saturating_sub(2), name.as_str(), style);
    underline(&fit.matched, name.as_str(), (x + 2, y), canvas);
    if columns.tags.1 == 0 {
        letters(connected, end, y, canvas);
    }
    let behind = apps::behind(id, state.world());
    let (x, wide) = columns.product;
    canvas.put(x, y, wide, Shown::line(product(connected, behind)).as_str(), theme.text);
    let (x, wide) = columns.host;
    canvas.put(x, y, wide, Shown::line(&host(connected)).as_str(), theme.dim);
    let told = behind.filter(|app| !app.is_ready()).map(|app| kept::state(app, canvas));
    let (sign, sign_style, words) = told.unwrap_or_else(|| health(id, connected, state, canvas));
    let (x, wide) = columns.health;
    canvas.put(x, y, wide.min(1), sign, sign_style);
    let strong = if sign_style == theme.ok { theme.dim } else { theme.text };
    canvas.put(x + 2, y, wide.saturating_sub(2), Shown::line(&words).as_str(), strong);
    tags(connected, columns.tags, y, canvas);
}

/// Of an app that is reached by its actions, the app itself.
fn product<'a>(connected: &'a Connected, behind: Option<&'a App>) -> &'a str {
    let own = connected.connection.kind.product();
    match (&connected.connection.via, connected.connection.kind) {
        (Some(_), Kind::Membrane) => behind.map_or("an app", |app| app.app.as_str()),
        _ => own,
    }
}

fn letters(connected: &Connected, end: u16, y: u16, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let mut x = end;
    if connected.connection.production {
        x = canvas.put(x + 1, y, 1, "P", theme.bad);
    }
    if connected.connection.read_only {
        canvas.put(x + 1, y, 1, "R", theme.warn);
    }
}

fn tags(connected: &Connected, (mut x, wide): (u16, u16), y: u16, canvas: &mut Canvas<'_>) {
    let (theme, end) = (canvas.theme(), x + wide);
    if connected.connection.production {
        x = canvas.put(x, y, end.saturating_sub(x), "PROD", theme.bad) + 1;
    }
    if connected.connection.read_only {
        canvas.put(x, y, end.saturating_sub(x), "read-only", theme.warn);
    }
}

fn host(connected: &Connected) -> String {
    let connection = &connected.connection;
    if connection.is_demo {
        return format!("{} · built in", connection.host());
    }
    if let Some(via) = &connection.via {
        return format!("via {}", via.connection);
    }
    match connection.user.as_deref().filter(|user| !user.is_empty()) {
        Some(user) => format!("{} · {user}", connection.host()),
        None => connection.host().to_owned(),
    }
}

/// Its sign and its words.
fn health(
    id: ConnectionId,
    connected: &Connected,
    state: &State,
    canvas: &Canvas<'_>,
) -> (&'static str, Style, String) {
    let (theme, signs, world) = (canvas.theme(), canvas.signs(), state.world());
    if connected.connection.is_demo {
        return (signs.dot, theme.ok, "built in".to_owned());
    }
    let is_sign_in = sign_in::is_sign_in(id, world);
    let door = world.signing_in(id).map(|it| &it.door);
    if matches!(door, Some(Door::Browser | Door::ByHand)) && sign_in::is_under_way(id, world) {
        return (signs.trying, theme.warn, "signing in…".to_owned());
    }
    if world.slots().is_open(Slot::Health(id)) {
        return (signs.trying, theme.warn, "checking…".to_owned());
    }
    match &connected.health {
        Health::Unknown if world.settings().is_offline => {
            (signs.circle, theme.warn, "offline".to_owned())
        }
        Health::Unknown => (signs.trying, theme.dim, "not asked yet".to_owned()),
        Health::Live(_) if is_sign_in => (signs.dot, theme.ok, "signed in".to_owned()),
        Health::Live(ms) => (signs.dot, theme.ok, format!("{ms} ms")),
        Health::NotSignedIn(Error::SecondFactor) => ("!", theme.bad, "needs a code".to_owned()),
        Health::NotSignedIn(_) if is_sign_in => ("!", theme.bad, "needs sign-in".to_owned()),
        Health::NotSignedIn(_) => ("!", theme.bad, "needs sign-in again".to_owned()),
        Health::Away(_, error) => away(error, canvas),
    }
}

fn away(error: &Error, canvas: &Canvas<'_>) -> (&'static str, Style, String) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let fits = [
        (matches!(error, Error::Certificate { .. }), "certificate"),
        (matches!(error, Error::Redirected { .. }), "points elsewhere"),
        (matches!(error, Error::NotThisProduct { .. }), "another product"),
    ];
    if let Some((_, words)) = fits.iter().find(|(fits, _)| *fits) {
        return ("!", theme.bad, (*words).to_owned());
    }
    let is_maintained = matches!(error, Error::Maintenance { .. });
    let words = if is_maintained { "being maintained" } else { "no answer" };
    (signs.circle, theme.warn, words.to_owned())
}

/// The letters that matched; they are characters of what is shown.
pub(super) fn underline(
    matched: &[usize],
    text: &str,
    (x, y): (u16, u16),
    canvas: &mut Canvas<'_>,
) {
    for (at, _) in text.chars().enumerate().filter(|(at, _)| matched.contains(at)) {
        let before: String = text.chars().take(at).collect();
        let Ok(offset) = u16::try_from(width(&before)) else { return };
        let cell = Rect { x: x.saturating_add(offset), y, width: 1, height: 1 };
        canvas.ground(cell, canvas.theme().accent.underlined());
    }
}

/// Beneath the rows: the last test.
fn test(view: &Picker, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(tested) = view.tested() else { return };
    let Some(connected) = tested.connection().and_then(|id| state.world().connected(id)) else {
        return;
    };
    let theme = canvas.theme();
    let x = area.x + 2;
    let name = Shown::line(&connected.connection.name);
    let room = area.width.saturating_sub(2);
    let end = canvas.put(x, area.y, room, name.as_str(), theme.strong);
    let clock = connected.format.clock(tested.begun());
    let said = if tested.is_over() { format!("tested {clock}") } else { "being tested".to_owned() };
    canvas.put(end + 3, area.y, area.right().saturating_sub(end + 3), &said, theme.dim);
    let height = area.height.saturating_sub(2);
    let place = Rect { x, y: area.y + 2, width: room, height };
    steps::draw(tested, place, canvas);
}

pub(super) fn words(view: &Picker, state: &State) -> Words {
    let world = state.world();
    if view.is_first_run(world) {
        return Words {
            hints: [
                (Command::Open, "start"),
                (Command::Next, "choose"),
                (Command::Help, "help"),
                (Command::Quit, "quit"),
            ]
            .map(|(command, label)| (command, Some(label.to_owned())))
            .to_vec(),
            status: if view.is_starting(world) { "The demo is starting…" } else { "" }.to_owned(),
            note: concat!("ficha ", env!("CARGO_PKG_VERSION")).to_owned(),
            ..Words::default()
        };
    }
    let mut hints: Vec<(Command, Option<String>)> = vec![(Command::Open, None)];
    let more = match view.typing() {
        Typing::Nothing => &[
            Command::AddConnection,
            Command::EditConnection,
            Command::TestConnection,
            Command::SignIn,
            Command::Demo,
            Command::Help,
            Command::RemoveConnection,
            Command::Quit,
        ][..],
        Typing::Words(_) => &[Command::Close, Command::Next, Command::Previous][..],
        Typing::Code(..) => &[Command::Close][..],
    };
    if let Typing::Code(..) = view.typing() {
        hints = vec![(Command::Open, Some("sign in".to_owned()))];
    }
    hints.extend(more.iter().map(|command| (*command, None)));
    Words {
        crumbs: vec!["Connections".to_owned()],
        status: counts(state),
        hints,
        ..Words::default()
    }
}

/// `9 connections, 1 sign-in · 1 needs you · 1 not reached`.
fn counts(state: &State) -> String {
    let world = state.world();
    let all = world.connections();
    let sign_ins = all.keys().filter(|id| sign_in::is_sign_in(**id, world)).count();
    let kept = kept::unnamed(state);
    let many =
        |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut first = many(all.len() - sign_ins + kept.len(), "connection");
    if sign_ins > 0 {
        first = format!("{first}, {}", many(sign_ins, "sign-in"));
    }
    let mut parts = vec![first];
    let asks = |app: &App| !app.is_ready() && !app.is_built();
    let needs = |(id, it): &(&ConnectionId, &Connected)| {
        matches!(it.health, Health::NotSignedIn(_)) || apps::behind(**id, world).is_some_and(asks)
    };
    let needs = all.iter().filter(needs).count() + kept.iter().filter(|app| asks(app)).count();
    let away = all.values().filter(|it| matches!(it.health, Health::Away(..))).count();
    if needs > 0 {
        parts.push(format!("{needs} need{} you", if needs == 1 { "s" } else { "" }));
    }
    if away > 0 {
        parts.push(format!("{away} not reached"));
    }
    parts.join(" · ")
}
