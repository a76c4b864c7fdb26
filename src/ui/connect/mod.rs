//! Draws [`Connect`]: all on one screen. UX §1.14.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas, input, steps};
use crate::{
    app::{
        command::Command,
        connect::{Connect, Part},
        msg::Target,
        state::State,
    },
    domain::connection::{Auth, Kind},
    text::{
        shown::Shown,
        width::{width, wrap},
    },
};

#[cfg(test)]
mod tests;

const GUTTER: u16 = 5;
const LABEL: u16 = 16;
const INPUT: u16 = 42;

pub(super) fn draw(view: &Connect, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let gutter = if area.width >= 60 { GUTTER } else { 1 };
    let inner = Rect {
        x: area.x + gutter.min(area.width),
        width: area.width.saturating_sub(gutter + 1),
        ..area
    };
    let mut y = area.y;
    if area.height >= 14 {
        let title = view.changes().map_or("A new connection", |old| old.name.as_str());
        canvas.put(inner.x, y, inner.width, Shown::line(title).as_str(), theme.strong);
        y += 2;
    }
    let parts: Vec<Part> = view.parts().collect();
    let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
    let tall = u16::from(area.height >= 2 * count + 16);
    // Where not all fit, the field with the keys is among those that do.
    let room = usize::from(area.bottom().saturating_sub(y)).max(1);
    let at = parts.iter().position(|part| *part == view.at()).unwrap_or(0);
    let skip = if parts.len() > room { (at + 1).saturating_sub(room) } else { 0 };
    for (place, part) in parts.iter().enumerate().skip(skip) {
        if y >= area.bottom() {
            return;
        }
        field(view, *part, place, Rect { y, height: 1, ..inner }, canvas);
        y += 1 + tall;
    }
    let rest = Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..inner };
    beneath(view, state, rest, canvas);
}

fn field(view: &Connect, part: Part, place: usize, area: Rect, canvas: &mut Canvas<'_>) {
    let (theme, is_here) = (canvas.theme(), view.at() == part);
    let label = if area.width >= 50 { LABEL } else { 11.min(area.width / 2) };
    if is_here {
        canvas.put(area.x.saturating_sub(2), area.y, 1, canvas.signs().bar, theme.accent);
    }
    canvas.put(area.x, area.y, label, part.label(view.auth()), theme.dim);
    let x = area.x + label;
    let wide = INPUT.min(area.right().saturating_sub(x));
    let box_ = Rect { x, width: wide, ..area };
    canvas.hit(Rect { width: label + wide, ..area }, Target::Field(place));
    if view.takes_keys(part) {
        canvas.ground(box_, if is_here { theme.cell } else { theme.field });
    }
    value(view, part, box_, is_here, canvas);
    let (note, style) = match view.error(part) {
        Some(error) => (format!("! {error}"), theme.bad),
        None => (note(view, part), if is_warned(view, part) { theme.warn } else { theme.dim }),
    };
    let at = x + wide + 3;
    let beside = area.right().saturating_sub(at);
    if usize::from(beside) >= width(&note).min(30) {
        canvas.put(at, area.y, beside, &note, style);
    } else if view.error(part).is_some() {
        // No room beside it: the reason stands over the field's right end.
        let room = wide.saturating_sub(12);
        canvas.put_right(box_.right(), area.y, room, &note, style);
    }
}

fn value(view: &Connect, part: Part, area: Rect, is_here: bool, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let style = if is_here { theme.strong } else { theme.text };
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(edit) = view.edit(part) {
        let is_secret = part == Part::Secret;
        if is_here {
            return input::draw(edit, is_secret, inside, style, canvas);
        }
        let text = edit.text();
        let text = if is_secret { "•".repeat(text.chars().count()) } else { text };
        canvas.put(inside.x, area.y, inside.width, Shown::line(&text).as_str(), style);
        return;
    }
    let check = |on: bool| if on { "[x]" } else { "[ ]" }.to_owned();
    let text = match part {
        Part::Product if view.takes_keys(part) => format!("‹ {} ›", view.kind().product()),
        Part::Product => view.kind().product().to_owned(),
        Part::SignIn => format!("‹ {} ›", how(view.auth())),
        Part::Production => check(view.production()),
        Part::ReadOnly => check(view.read_only()),
        Part::Colour => {
            view.color().map_or("‹ the next free one ›".to_owned(), |hue| format!("‹ {hue} ›"))
        }
        Part::Address | Part::Name | Part::User | Part::Key | Part::Secret => String::new(),
    };
    let end = canvas.put(inside.x, area.y, inside.width, &text, style);
    if let (Part::Colour, Some(hue)) = (part, view.color()) {
        canvas.put(end + 1, area.y, 1, canvas.signs().square, theme.hue(hue));
    }
}

fn how(auth: Auth) -> &'static str {
    match auth {
        Auth::ApiKey => "API key",
        Auth::Hmac => "HMAC key pair",
        Auth::Password => "user and password",
        Auth::AccessKey => "user and access key",
        Auth::Token => "token",
        Auth::Oauth => "in the browser",
        Auth::WorkspaceKey => "workspace key and secret",
        Auth::Cli => "the membrane command",
    }
}

fn is_warned(view: &Connect, part: Part) -> bool {
    part == Part::Address && view.is_open_line()
}

/// What helps to fill the field.
fn note(view: &Connect, part: Part) -> String {
    let text = match part {
        Part::Address if view.is_open_line() => "http:// can be read on the way; use https://",
        Part::Address => "the site; any page of it will do",
        Part::Name => "what you will call it",
        Part::Product if view.via().is_some() => "through Membrane, which keeps the login",
        Part::SignIn => match view.auth() {
            Auth::ApiKey => "Administration › API users gives one",
            Auth::Hmac => "signed; the secret key is never sent",
            Auth::Password => "exchanged for a token at sign-in",
            Auth::AccessKey => "My Preferences shows it; it is not the password",
            Auth::Token if view.kind() == Kind::Membrane => "Console › Settings › Access gives one",
            Auth::Token => "Admin › API Tokens gives one",
            Auth::Oauth => "nothing to type; the browser asks you",
            Auth::WorkspaceKey => "tokens are made of it here",
            Auth::Cli => "an installed command is asked for a token",
        },
        Part::User if view.auth().has_tenant() => "whose connections; empty = the usual one",
        Part::User => "as you type it at the login",
        Part::Key if view.auth() == Auth::WorkspaceKey => {
            "not secret; beside the workspace's secret"
        }
        Part::Key => "the public one of the pair",
        Part::Secret if view.changes().is_some() => "empty = as it was",
        Part::Production => "a red chip, so that nobody forgets",
        Part::ReadOnly => "ficha then sends no change at all",
        Part::Product | Part::Secret | Part::Colour => "",
    };
    text.to_owned()
}

/// Where new secrets go, within a sentence: `the keyring (found: …)`, `a file of mode 0600`.
pub(super) fn secrets_place(state: &State) -> String {
    let place = &state.world().settings().secrets_place;
    if place.starts_with("keyring") { format!("the {place}") } else { place.clone() }
}

/// The test, the same from a shell, and where the secret goes.
fn beneath(view: &Connect, state: &State, mut area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    if let Some(tested) = view.tested() {
        let end = steps::draw(tested, area, canvas);
        let used = (end + 1).saturating_sub(area.y).min(area.height);
        area.y += used;
        area.height -= used;
    }
    let settings = state.world().settings();
    let wide = usize::from(area.width.min(100));
    let mut lines = Vec::new();
    if area.height >= 5 {
        lines.push(("The same from a shell".to_owned(), theme.dim));
        let line = Shown::line(&view.command_line());
        lines.extend(wrap(line.as_str(), wide, 3).into_iter().map(|it| (it, theme.text)));
        lines.push((String::new(), theme.text));
    }
    let place = secrets_place(state);
    let places = match view.auth() {
        _ if view.via().is_some() => format!("The settings go to {}.", settings.config_path),
        Auth::Oauth | Auth::Cli => format!(
            "There is no secret to type; tokens stay in a file of mode 0600. The settings go to {}.",
            settings.config_path
        ),
        Auth::ApiKey
        | Auth::Hmac
        | Auth::Password
        | Auth::AccessKey
        | Auth::Token
        | Auth::WorkspaceKey => {
            format!("The secret goes to {place}; the rest to {}.", settings.config_path)
        }
    };
    let places = wrap(Shown::line(&places).as_str(), wide, 2);
    lines.extend(places.into_iter().map(|it| (it, theme.dim)));
    for (y, (text, style)) in (area.y..area.bottom()).zip(lines) {
        canvas.put(area.x, y, area.width, &text, style);
    }
}

pub(super) fn words(view: &Connect, _state: &State) -> Words {
    let here = view.changes().map_or_else(|| "New".to_owned(), |old| old.name.clone());
    let status = if view.is_saving() {
        "The settings are being written…"
    } else if view.tested().is_some_and(crate::app::tested::Tested::is_passed) {
        "The test passed; nothing is saved yet"
    } else {
        "Nothing is saved yet"
    };
    Words {
        crumbs: vec!["Connections".to_owned(), here],
        status: status.to_owned(),
        mode: "EDIT",
        hints: vec![
            (Command::Save, Some("save and open".to_owned())),
            (Command::TestConnection, None),
            (Command::NextPane, Some("next field".to_owned())),
            (Command::Right, Some("choose".to_owned())),
            (Command::Close, None),
        ],
        ..Words::default()
    }
}
