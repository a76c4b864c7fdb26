//! Draws [`Form`]: heading, fields, and what hangs under one. SCREENS §9.5.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas, field as values, sentence};
use crate::{
    app::{
        command::Command,
        form::{Form, Kept, lines::Sheet},
        msg::Target,
        state::{State, View},
    },
    text::{shown::Shown, width::width},
};

mod field;
mod lines;
mod place;
mod popup;
pub(super) mod text;

use place::{Place, Places};

pub(super) fn draw(form: &Form, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    canvas.hit(area, Target::Pane);
    if !form.is_ready() {
        return waiting(form, state, area, canvas);
    }
    let top = heading(form, state, area, canvas);
    let body = Rect { y: top, height: area.bottom().saturating_sub(top), ..area };
    let places = Places::new(form, state, body);
    let mut focused = None;
    for place in places.visible() {
        field::draw(form, state, place, body, canvas);
        if place.index == form.at() {
            focused = Some(place);
        }
    }
    if let (Some(hanging), Some(place)) = (form.popup(), focused) {
        let cell = lines::cell(form, state, place, body).filter(|_| form.is_in_cell());
        popup::draw(hanging, form, state, cell.as_ref().unwrap_or(place), area, canvas);
    }
}

/// Before the record is there: in its place, so that nothing jumps.
fn waiting(form: &Form, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let x = area.x + margin(area.width);
    let room = area.width.saturating_sub(margin(area.width) + 1);
    let row = |by: u16| area.y + by.min(area.height - 1);
    let Some(failure) = form.failure() else {
        if let Some(asking) = state.world().asking() {
            let text = format!("Reading the record… {} s", asking.as_secs());
            canvas.put(x, area.y, room, &text, theme.dim);
        }
        return;
    };
    canvas.put(x, row(0), room, "The record could not be read.", theme.strong);
    let reason = Shown::line(&sentence::reason(&failure.error));
    canvas.put(x, row(1), room, reason.as_str(), theme.text);
    canvas.put(x, row(2), room, "Only a record that was read whole is edited.", theme.dim);
    let contexts = state.top().map_or(&[][..], View::contexts);
    if let Some(key) = state.world().key(contexts, Command::Refresh).filter(|_| area.height > 4) {
        let x = canvas.put(x, area.y + 4, room, &key, theme.key);
        canvas.put(x + 1, area.y + 4, 12, "try again", theme.dim);
    }
}

fn margin(width: u16) -> u16 {
    if width < 60 { 3 } else { 5 }
}

/// Name and version, then the one thing to know; the row where the fields begin.
fn heading(form: &Form, state: &State, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let theme = canvas.theme();
    let x = area.x + margin(area.width);
    let mut right = area.right().saturating_sub(if area.width < 60 { 1 } else { 5 });
    if let Some(version) = form.base().and_then(|it| it.version).filter(|_| area.width >= 60) {
        let text = format!("version {version}");
        right = canvas.put_right(right, area.y, 24, &text, theme.dim).saturating_sub(2);
    }
    let said = remark(form, state);
    // On a low screen the remark takes the place of the name, which the header says too.
    let is_low = area.height < 12;
    let mut y = area.y;
    if said.is_none() || !is_low {
        let title = Shown::line(&form.title(state.world()));
        canvas.put(x, y, right.saturating_sub(x), title.as_str(), theme.strong);
        y += 1;
    }
    let has_remark = said.is_some();
    if let Some(said) = said {
        let row = Rect { x, y, width: area.right().saturating_sub(x + 1), height: 1 };
        remark_row(&said, state, row, canvas);
    }
    match (is_low, has_remark) {
        (true, true) => y + 1,
        (true, false) => y,
        (false, _) => y + 2,
    }
}

/// The one thing to know, the worst first.
struct Remark {
    sign: &'static str,
    text: String,
    key: Option<(Command, &'static str)>,
    is_bad: bool,
}

impl Remark {
    fn plain(sign: &'static str, text: impl Into<String>) -> Self {
        Self { sign, text: text.into(), key: None, is_bad: false }
    }
}

fn remark(form: &Form, state: &State) -> Option<Remark> {
    if let Kept::Refused(error) = form.kept() {
        let reason = sentence::reason(error);
        let reason = reason.trim_end_matches('.');
        let text = format!("the draft could NOT be kept: {reason}; your text is still here");
        return Some(Remark { is_bad: true, ..Remark::plain("!", text) });
    }
    if form.is_sending() {
        return Some(Remark::plain("", "sending…"));
    }
    if let Some(input) = form.errors().next() {
        let text = format!("{}: {}", input.field().label, input.error().unwrap_or_default());
        let key = Some((Command::NextError, "go there"));
        return Some(Remark { key, is_bad: true, ..Remark::plain("!", text) });
    }
    if form.may_have_landed() {
        let key = (!form.is_new()).then_some((Command::Refresh, "look at the record"));
        return Some(Remark { key, ..Remark::plain("?", "what was sent may have landed") });
    }
    if !form.overtaken().is_empty() {
        let labels: Vec<_> = form.overtaken().iter().map(|name| label(form, name)).collect();
        let labels = labels.join(", ");
        let text = format!("changed on the server meanwhile: {labels}; you choose on sending");
        return Some(Remark::plain("!", text));
    }
    if form.restored().is_none()
        && let Some(deed) = form.deed().filter(|it| !it.description.is_empty())
    {
        return Some(Remark::plain("", deed.description.clone()));
    }
    let connected = state.connection().and_then(|id| state.world().connected(id))?;
    let text = format!("draft of {} restored", connected.format.clock(form.restored()?));
    Some(Remark { key: Some((Command::DropDraft, "drops it")), ..Remark::plain("~", text) })
}

fn label<'a>(form: &'a Form, name: &'a str) -> &'a str {
    let input = form.inputs().iter().find(|input| input.name() == name);
    input.map_or(name, |input| input.field().label.as_str())
}

fn remark_row(said: &Remark, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let style = match said.sign {
        "~" => theme.mine,
        _ if said.is_bad => theme.bad,
        _ => theme.warn,
    };
    let room = |x: u16| area.right().saturating_sub(x);
    let mut x = area.x;
    if !said.sign.is_empty() {
        x = canvas.put(x, area.y, room(x), said.sign, style) + 1;
    }
    let contexts = state.top().map_or(&[][..], View::contexts);
    let key = said.key.and_then(|(it, what)| Some((state.world().key(contexts, it)?, what)));
    let tail = key.as_ref().map_or(0, |(key, what)| width(key) + width(what) + 4);
    let most = room(x).saturating_sub(u16::try_from(tail).unwrap_or(0));
    x = canvas.put(x, area.y, most, Shown::line(&said.text).as_str(), theme.text);
    if let Some((key, what)) = key {
        x = canvas.put(x + 2, area.y, room(x + 2), &key, theme.key);
        canvas.put(x + 1, area.y, room(x + 1), what, theme.dim);
    }
}

pub(super) fn words(form: &Form, state: &State) -> Words {
    let world = state.world();
    let entity_type = form.entity_type(world);
    let plural = entity_type.map_or(form.entity().as_str(), |it| it.label_plural.as_str());
    let (mode, last) = if form.is_new() { ("NEW", "new") } else { ("EDIT", "edit") };
    let mut crumbs = vec![plural.to_owned()];
    if !form.is_new() {
        crumbs.push(form.title(world));
    }
    crumbs.push(last.to_owned());
    let mode = if let Some(deed) = form.deed() {
        crumbs = vec![deed.on.clone(), deed.label.clone()];
        crumbs.retain(|crumb| !crumb.is_empty());
        "RUN"
    } else {
        mode
    };
    let changes = form.changes();
    let unsent = if changes == 0 { String::new() } else { format!("~{changes} unsent") };
    let (status, aside) = (status(form), kept(form.kept(), state));
    Words { crumbs, status, aside, mode, unsent, note: String::new(), hints: hints(form) }
}

fn status(form: &Form) -> String {
    if form.is_sending() {
        return "sending…".to_owned();
    }
    if !form.is_ready() {
        return String::new();
    }
    let mut parts = match form.changes() {
        0 => vec!["nothing changed yet".to_owned()],
        changes => vec![format!("{changes} changed")],
    };
    match form.errors().count() {
        0 => {}
        1 => parts.push("1 needs attention".to_owned()),
        more => parts.push(format!("{more} need attention")),
    }
    if !form.is_new() && form.changes() > 0 {
        parts.push("only changed fields are sent".to_owned());
    }
    parts.join(" · ")
}

/// How far a draft has come, for the status line.
pub(super) fn kept(kept: &Kept, state: &State) -> String {
    match kept {
        Kept::Nothing | Kept::Going => String::new(),
        Kept::Refused(_) => "draft NOT kept".to_owned(),
        Kept::Since(at) => {
            let connected = state.connection().and_then(|id| state.world().connected(id));
            let clock = connected.map(|it| it.format.clock_with_seconds(*at));
            format!("draft kept {}", clock.unwrap_or_default())
        }
    }
}

fn hints(form: &Form) -> Vec<(Command, Option<String>)> {
    let said = |text: &str| Some(text.to_owned());
    if !form.is_ready() {
        return vec![(Command::Refresh, None), (Command::Close, None)];
    }
    if form.popup().is_some() {
        return vec![
            (Command::Open, said("take")),
            (Command::ClearField, said("none")),
            (Command::Save, Some(sends(form))),
            (Command::Close, said("keep as it was")),
        ];
    }
    if let Some(sheet) = form.sheet() {
        return line_hints(form, sheet);
    }
    let input = form.inputs().get(form.at());
    let (has_popup, is_text) =
        input.map_or((false, false), |it| (it.has_popup(), it.is_multiline()));
    let mut hints = vec![(Command::Save, Some(sends(form)))];
    hints.push((Command::NextPane, said("next field")));
    hints.push((Command::Close, said("back, draft stays")));
    if form.errors().next().is_some() {
        hints.push((Command::NextError, said("next error")));
    }
    if has_popup {
        hints.push((Command::Open, said("choose")));
    }
    if is_text || form.deed().is_some() {
        hints.push((Command::ExternalEditor, None));
    }
    hints.push((Command::UndoField, None));
    hints.push((Command::ClearField, None));
    hints
}

/// What works in a table of lines.
fn line_hints(form: &Form, sheet: &Sheet) -> Vec<(Command, Option<String>)> {
    let said = |text: &str| Some(text.to_owned());
    if sheet.cell().is_some() {
        return vec![
            (Command::NextPane, said("take, next cell")),
            (Command::Open, said("take")),
            (Command::Close, said("as it was")),
        ];
    }
    if sheet.is_carried() {
        let step = (Command::Next, said("down"));
        return vec![step, (Command::Previous, said("up")), (Command::MoveLine, said("here"))];
    }
    vec![
        (Command::EditCell, None),
        (Command::Add, said("add line")),
        (Command::Delete, said("drop line")),
        (Command::MoveLine, None),
        (Command::UndoLine, None),
        (Command::Save, Some(sends(form))),
        (Command::NextPane, said("next field")),
        (Command::Close, said("back, draft stays")),
    ]
}

fn sends(form: &Form) -> String {
    match form.changes() {
        _ if form.deed().is_some() => "do it".to_owned(),
        _ if form.is_new() => "create".to_owned(),
        1 => "send 1 change".to_owned(),
        0 => "send".to_owned(),
        changes => format!("send {changes} changes"),
    }
}

#[cfg(test)]
mod tests;
