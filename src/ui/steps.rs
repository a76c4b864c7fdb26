//! Draws a connection's test, step by step. SCREENS §9.2.
use ratatui::layout::Rect;
use strum::IntoEnumIterator;

use super::{canvas::Canvas, sentence};
use crate::{
    app::tested::Tested,
    domain::check::{Check, CheckState},
    text::{shown::Shown, width::wrap},
};

/// Where the figures stand, from the signs on.
const FIGURES: u16 = 34;

/// Steps at the left; beside them, or beneath where it is narrow, what it means. The row behind.
pub(super) fn draw(tested: &Tested, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let beside = area.width >= 100;
    let mut y = area.y;
    let left = if beside { Rect { width: 58, ..area } } else { area };
    let mut is_next = true;
    for check in Check::iter() {
        if y >= area.bottom() {
            return y;
        }
        let state = tested.state(check);
        step(tested, check, state, is_next, Rect { y, height: 1, ..left }, canvas);
        is_next &= state.is_some();
        y += 1;
    }
    let place = if beside {
        Rect { x: area.x + 60, width: area.width - 60, ..area }
    } else {
        Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area }
    };
    let end = meaning(tested, place, canvas);
    y.max(end)
}

fn step(
    tested: &Tested,
    check: Check,
    state: Option<&CheckState>,
    is_next: bool,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let (sign, sign_style, style, figure) = match state {
        Some(CheckState::Passed(ms, words)) => {
            (signs.mark, theme.ok, theme.text, figure(*ms, words))
        }
        Some(CheckState::Failed(_)) => ("!", theme.bad, theme.text, String::new()),
        Some(CheckState::NotReached) => {
            (signs.separator, theme.dim, theme.dim, "not reached".to_owned())
        }
        None if is_next => (signs.trying, theme.warn, theme.text, "asking…".to_owned()),
        None => (signs.separator, theme.dim, theme.dim, String::new()),
    };
    canvas.put(area.x, area.y, 1, sign, sign_style);
    let words = words(check, matches!(state, Some(CheckState::Failed(_))), tested.product());
    let room = area.width.saturating_sub(3);
    let end = canvas.put(area.x + 3, area.y, room, &words, style);
    let at = (area.x + FIGURES).max(end + 2);
    let room = area.right().saturating_sub(at);
    canvas.put(at, area.y, room, Shown::line(&figure).as_str(), theme.dim);
}

/// `96 ms`, or with what was learnt: `96 ms · EspoCRM 9.2.7`.
fn figure(ms: u32, words: &str) -> String {
    if words.is_empty() { format!("{ms} ms") } else { format!("{ms} ms · {words}") }
}

fn words(check: Check, failed: bool, product: &str) -> String {
    match (check, failed) {
        (Check::Address, false) => "Address".to_owned(),
        (Check::Address, true) => "The address cannot be used".to_owned(),
        (Check::Answers, false) => "The server answers".to_owned(),
        (Check::Answers, true) => "The server does not answer".to_owned(),
        (Check::Product, false) => format!("It is {product}"),
        (Check::Product, true) => format!("It does not answer as {product}"),
        (Check::SignIn, false) => "Sign-in".to_owned(),
        (Check::SignIn, true) => "The login was refused".to_owned(),
        (Check::Permissions, false) => "Permissions".to_owned(),
        (Check::Permissions, true) => "The user may see nothing".to_owned(),
    }
}

/// Why it did not pass, and what helps; or that all is well.
fn meaning(tested: &Tested, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let theme = canvas.theme();
    let mut lines = Vec::new();
    match tested.failure() {
        Some(error) => {
            lines.push((capital(&sentence::reason(error)), theme.text));
            lines.push((sentence::comfort(error).to_owned(), theme.dim));
        }
        None if tested.is_passed() => {
            lines.push(("Everything that ficha needs works.".to_owned(), theme.text));
        }
        None => {}
    }
    let mut y = area.y;
    for (text, style) in lines {
        for line in wrap(Shown::line(&text).as_str(), usize::from(area.width.min(56)), 4) {
            if y < area.bottom() {
                canvas.put(area.x, y, area.width, &line, style);
                y += 1;
            }
        }
    }
    y
}

/// The second half of a sentence, standing alone.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}
