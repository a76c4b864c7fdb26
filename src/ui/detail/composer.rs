//! Draws a comment being written; its last row says who will read it. SCREENS §9.12.
use ratatui::{layout::Rect, style::Style};

use crate::{
    app::{
        command::Command,
        detail::Composer,
        state::{State, View},
    },
    domain::{comment::Audience, draft::Part},
    text::{shown::Shown, width::width},
    ui::{canvas::Canvas, form::text},
};

pub(super) fn draw(composer: &Composer, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let mut rest = area;
    if let Some(head) = head(composer).filter(|_| rest.height > 2) {
        canvas.put(rest.x, rest.y, rest.width, Shown::line(&head).as_str(), canvas.theme().dim);
        rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
    }
    let beneath = match rest.height {
        0..=1 => 0,
        2..=4 => 1,
        _ => 3,
    };
    let body = Rect { height: rest.height - beneath, ..rest };
    let ground = Rect { x: body.x.saturating_sub(1), width: body.width + 1, ..body };
    canvas.ground(ground, canvas.theme().field);
    text::draw(composer.edit(), body, true, canvas.theme().text, canvas);
    if beneath > 0 {
        let y = body.bottom() + u16::from(beneath > 1);
        readers(composer, state, Rect { y, height: 1, ..rest }, canvas);
    }
}

fn head(composer: &Composer) -> Option<String> {
    match composer.part() {
        Part::Answer(_) if composer.whom().is_empty() => Some("Your answer".to_owned()),
        Part::Answer(_) => Some(format!("Your answer to {}", composer.whom())),
        Part::Reword(_) => Some("Your comment, in other words".to_owned()),
        Part::Comment | Part::Fields | Part::Run(_) => None,
    }
}

/// `▪ Private note: only the team reads it`, then the keys.
fn readers(composer: &Composer, state: &State, row: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let contexts = state.top().map_or(&[][..], View::contexts);
    let mut right = row.right();
    let audience = [(Command::Audience, "readers")];
    let keys = [(Command::Save, "add")].into_iter();
    let keys = keys.chain(audience.into_iter().filter(|_| composer.has_audiences()));
    for (command, label) in keys {
        let Some(key) = state.world().key(contexts, command) else { continue };
        let wide = u16::try_from(width(&key) + 1 + label.len()).unwrap_or(0);
        if row.width < 50 || right.saturating_sub(wide) < row.x + 44 {
            break;
        }
        let x = right - wide;
        canvas.put(x, row.y, wide, &key, theme.key);
        canvas.put_right(right, row.y, wide, label, theme.dim);
        let hit = Rect { x, width: wide, ..row };
        canvas.hit(hit, crate::app::msg::Target::Hint(command));
        right = x.saturating_sub(3);
    }
    let (text, style) = said(composer, canvas);
    let (square, room) = (canvas.signs().square, right.saturating_sub(row.x + 2));
    canvas.put(row.x, row.y, 1, square, style);
    canvas.put(row.x + 2, row.y, room, text, style);
}

fn said(composer: &Composer, canvas: &Canvas<'_>) -> (&'static str, Style) {
    let theme = canvas.theme();
    if composer.may_have_landed() {
        return ("It may have landed: look below before it is sent again", theme.warn);
    }
    match composer.audience() {
        Audience::Readers => ("Everyone who may see the record reads it", theme.dim),
        Audience::Private => ("Private note: only the team reads it", theme.dim),
        Audience::Public => ("Public: the customer can read it", theme.text),
        Audience::Mailed => ("Public, will be e-mailed to the customer", theme.warn),
    }
}
