//! Draws [`SignIn`]: where to go, what to bring back, what went wrong.
use ratatui::{layout::Rect, style::Style};

use super::{
    Words,
    canvas::Canvas,
    confirm::{key_row, middle},
    input, sentence, steps,
};
use crate::{
    app::{
        command::Command,
        sign_in::{Door, SignIn, SigningIn, Stage},
        state::{State, View},
    },
    text::{shown::Shown, width::wrap},
};

const WIDE: u16 = 84;
/// Addresses with a challenge in them are long.
const ADDRESS: usize = 8;
/// What stands before the code.
const LABEL: u16 = 9;

pub(super) fn draw(view: &SignIn, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let Some(known) = state.world().signing_in(view.of()) else { return };
    let wide = WIDE.min(area.width.saturating_sub(2));
    let room = usize::from(wide.saturating_sub(6));
    let lines = lines(view, known, state, room, canvas);
    let has_code = view.takes_code(state.world());
    let code = if has_code { 2 } else { 0 };
    let high = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(6 + code);
    let inside = canvas.popup(middle(area, wide, high));
    let theme = canvas.theme();
    let title = title(known, view, state);
    canvas.put(inside.x, inside.y, inside.width, Shown::line(&title).as_str(), theme.strong);
    let bottom = inside.bottom().saturating_sub(2);
    let mut y = inside.y + 2;
    for (text, style) in lines {
        if y < bottom.saturating_sub(code) {
            canvas.put(inside.x, y, inside.width, &text, style);
            y += 1;
        }
    }
    if inside.height > 4 {
        let (sign, style) = sign(known, canvas);
        canvas.put(inside.x, inside.y + 2, 1, sign, style);
    }
    if has_code && y < bottom {
        let row = Rect { y: (y + 1).min(bottom), height: 1, ..inside };
        canvas.put(row.x, row.y, LABEL, "Code", theme.dim);
        let field = Rect { x: row.x + LABEL, width: row.width.saturating_sub(LABEL), ..row };
        canvas.ground(field, theme.field_up);
        let text = Rect { x: field.x + 1, width: field.width.saturating_sub(2), ..field };
        input::draw(view.code(), true, text, theme.strong, canvas);
    }
    if inside.height > 3 {
        let contexts = state.top().map_or(&[][..], View::contexts);
        let row = Rect { y: inside.bottom() - 1, height: 1, ..inside };
        key_row(&keys(view, known), contexts, state, row, canvas);
    }
}

fn title(known: &SigningIn, view: &SignIn, state: &State) -> String {
    match &known.door {
        Door::App { name, mends: None } => format!("Connect {name}"),
        Door::App { name, mends: Some(_) } => format!("Sign in to {name} again"),
        Door::Browser | Door::ByHand => {
            let connected = state.world().connected(view.of());
            let name = connected.map_or("Membrane", |it| it.connection.name.as_str());
            format!("Sign in to {name}")
        }
    }
}

/// What is going on, then the address.
fn lines(
    view: &SignIn,
    known: &SigningIn,
    state: &State,
    room: usize,
    canvas: &Canvas<'_>,
) -> Vec<(String, Style)> {
    let theme = canvas.theme();
    let connected = state.world().connected(view.of());
    let since = connected.map_or_else(String::new, |it| it.format.clock(known.since));
    let said = match &known.stage {
        Stage::Asked => asked(),
        Stage::Beginning => "Membrane is asked for the page to open.".to_owned(),
        Stage::Open(_) => waits(&known.door, &since),
        Stage::Returned => "The browser came back; Membrane is asked for the login.".to_owned(),
        Stage::Failed(error) => failed(&known.door, error),
    };
    let texts = wrap(Shown::line(&said).as_str(), room.saturating_sub(3), 6);
    let mut lines: Vec<_> =
        texts.into_iter().map(|line| (format!("   {line}"), theme.text)).collect();
    if let Some(url) = known.url() {
        lines.push((String::new(), theme.text));
        let address = wrap(Shown::line(url).as_str(), room, ADDRESS);
        lines.extend(address.into_iter().map(|line| (line, theme.link)));
    }
    lines
}

/// The sign before what is going on.
fn sign(known: &SigningIn, canvas: &Canvas<'_>) -> (&'static str, Style) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    match &known.stage {
        Stage::Asked => ("!", theme.warn),
        Stage::Beginning | Stage::Open(_) | Stage::Returned => (signs.trying, theme.warn),
        Stage::Failed(_) => ("!", theme.bad),
    }
}

fn asked() -> String {
    "The sign-in has ended, or was never made. A browser signs you in; nothing that was typed \
     here is lost meanwhile."
        .to_owned()
}

fn waits(door: &Door, since: &str) -> String {
    match door {
        Door::Browser => format!(
            "Sign in on the page that your browser shows (since {since}); then it goes on here by \
             itself. Should it end on a page that cannot be shown, paste its address here."
        ),
        Door::ByHand => {
            "Open this address in a browser anywhere, sign in, and bring the code that \
                         it shows back here; or the address where it ended."
                .to_owned()
        }
        Door::App { .. } => format!(
            "Sign in on the page that your browser shows (since {since}); Membrane keeps the \
             login, ficha never sees it. Then it goes on here by itself."
        ),
    }
}

fn failed(door: &Door, error: &crate::domain::error::Error) -> String {
    let why = steps::capital(&sentence::reason(error));
    let next = match door {
        Door::App { mends: None, .. } => "Nothing was connected.",
        Door::App { .. } => "Nothing was changed; it can be tried again.",
        Door::Browser | Door::ByHand => "It can be begun anew.",
    };
    format!("{why} {next}")
}

fn keys(view: &SignIn, known: &SigningIn) -> Vec<(Command, &'static str)> {
    let has_code = !view.code().is_empty();
    let enter = match (&known.stage, &known.door) {
        (Stage::Asked, Door::ByHand) => Some("show where to sign in"),
        (Stage::Asked, _) => Some("sign in in the browser"),
        (Stage::Failed(_), Door::App { mends: None, .. }) => Some("back"),
        (Stage::Failed(_), _) => Some("try again"),
        (Stage::Open(_), Door::ByHand | Door::Browser) if has_code => Some("with this code"),
        (Stage::Open(_), Door::Browser | Door::App { .. }) => Some("open it again"),
        (Stage::Open(_), Door::ByHand) | (Stage::Beginning | Stage::Returned, _) => None,
    };
    let mut keys: Vec<_> = enter.map(|label| (Command::Open, label)).into_iter().collect();
    if known.url().is_some() {
        keys.push((Command::YankUrl, "copy the address"));
    }
    match known.door {
        Door::Browser => keys.push((Command::ByCode, "no browser here")),
        Door::ByHand => keys.push((Command::ByCode, "a browser here")),
        Door::App { .. } => {}
    }
    if matches!(known.stage, Stage::Beginning | Stage::Open(_) | Stage::Returned) {
        keys.push((Command::StopSignIn, "stop it"));
        keys.push((Command::Close, "meanwhile"));
    } else {
        keys.push((Command::Close, "not now"));
    }
    keys
}

pub(super) fn words(view: &SignIn, state: &State) -> Words {
    let hints = state.world().signing_in(view.of()).map(|known| keys(view, known));
    let hints = hints.unwrap_or_default().into_iter();
    Words {
        hints: hints.map(|(command, label)| (command, Some(label.to_owned()))).collect(),
        ..Words::default()
    }
}
