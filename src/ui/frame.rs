//! The frame of every screen: header, status line, hints. SCREENS §2.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::{
    app::{
        command::Command,
        notice::Said,
        state::{State, View},
        world::{Connected, Health},
    },
    domain::{connection::Hue, rate::Rate},
    text::{
        shown::Shown,
        width::{cut, width},
    },
};

/// From so many cells on the header says how the connection is.
const HEADED: u16 = 50;

const CHIP: usize = 16;

/// The hues that connections get by themselves, in order of creation. SCREENS §5.
const HUES: [Hue; 5] = [Hue::Teal, Hue::Blue, Hue::Violet, Hue::Green, Hue::Amber];

/// A connection's hue: chosen, or red for production, or the next free one.
pub(super) fn hue(connected: &Connected, place: usize) -> Hue {
    let connection = &connected.connection;
    let own = || if connection.production { Hue::Red } else { HUES[place % HUES.len()] };
    connection.color.unwrap_or_else(own)
}

/// Chip, tags, breadcrumb; at the right what deviates.
pub(super) fn header(state: &State, said: &Words, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    canvas.ground(area, canvas.theme().bar.patch(canvas.theme().text));
    let right = header_right(state, said, area, canvas);
    let mut x = chip(state, area, canvas);
    if area.width >= 60 {
        x = tags(state, x, area, canvas);
    }
    crumbs(said, x + 1, right.saturating_sub(2), area.y, canvas);
}

fn chip(state: &State, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let (name, style) =
        match state.connection().and_then(|id| state.world().connections().get_full(&id)) {
            Some((place, _, connected)) => {
                (connected.connection.name.as_str(), canvas.theme().chip(hue(connected, place)))
            }
            None => ("ficha", canvas.theme().chip(Hue::Grey)),
        };
    let name = format!(" {} ", cut(Shown::line(name).as_str(), CHIP));
    canvas.put(area.x, area.y, area.width, &name, style)
}

fn tags(state: &State, mut x: u16, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let Some(connected) = state.connection().and_then(|id| state.world().connected(id)) else {
        return x;
    };
    let connection = &connected.connection;
    let theme = canvas.theme();
    if connection.production {
        x = canvas.put(x + 1, area.y, 6, "PROD", theme.bad);
    }
    if connection.read_only {
        let text = if area.width < 80 { "RO" } else { "read-only" };
        x = canvas.put(x + 1, area.y, 10, text, theme.warn);
    }
    x
}

/// Parts go from the left until the rest fits; the last is cut last.
fn crumbs(said: &Words, x: u16, right: u16, y: u16, canvas: &mut Canvas<'_>) {
    let room = usize::from(right.saturating_sub(x));
    let gap = format!(" {} ", canvas.signs().link);
    let parts: Vec<_> = said.crumbs.iter().map(|part| Shown::line(part)).collect();
    let long = |from: usize| {
        let shown = parts.get(from..).unwrap_or_default();
        let gaps = shown.len().saturating_sub(1) * width(&gap);
        shown.iter().map(Shown::width).sum::<usize>() + gaps + if from > 0 { 4 } else { 0 }
    };
    let from = (0..parts.len()).find(|from| long(*from) <= room);
    let from = from.unwrap_or(parts.len().saturating_sub(1));
    let theme = canvas.theme();
    let mut at = x;
    if from > 0 && !parts.is_empty() {
        at = canvas.put(at, y, right.saturating_sub(at), &format!("…{gap}"), theme.dim);
    }
    for (place, part) in parts.iter().enumerate().skip(from) {
        let is_last = place + 1 == parts.len();
        let style = if is_last { theme.strong } else { theme.text };
        at = canvas.put(at, y, right.saturating_sub(at), part.as_str(), style);
        if !is_last {
            at = canvas.put(at, y, right.saturating_sub(at), &gap, theme.dim);
        }
    }
}

/// Unsent changes and the state of the connection; the column where they begin.
fn header_right(state: &State, said: &Words, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let theme = canvas.theme();
    let mut right = area.right().saturating_sub(1);
    if area.width >= HEADED
        && let Some((sign, word, style)) = connection_state(state, canvas)
    {
        right = canvas.put_right(right, area.y, area.width, &word, theme.dim);
        right = canvas.put_right(right.saturating_sub(1), area.y, 1, sign, style);
        let dot = format!(" {} ", canvas.signs().separator);
        if let Some(rate) = rate(state).filter(|rate| rate.is_low()) {
            right = canvas.put_right(right, area.y, 3, &dot, theme.dim);
            right = canvas.put_right(right, area.y, 20, &left_of(rate), theme.warn);
        }
        if !said.unsent.is_empty() {
            right = canvas.put_right(right, area.y, 3, &dot, theme.dim);
        }
    }
    if !said.unsent.is_empty() {
        right = canvas.put_right(right, area.y, 24, &said.unsent, theme.mine);
    }
    right
}

/// What is left of the product's allowance, where it has one.
fn rate(state: &State) -> Option<Rate> {
    state.connection().and_then(|id| state.world().connected(id))?.rate
}

/// `143 left`, where there is little room.
fn left(rate: Rate) -> String {
    format!("{} left", rate.left)
}

/// `143 of 180 left`.
fn left_of(rate: Rate) -> String {
    format!("{} of {} left", rate.left, rate.of)
}

fn connection_state(
    state: &State,
    canvas: &Canvas<'_>,
) -> Option<(&'static str, String, ratatui::style::Style)> {
    let connected = state.connection().and_then(|id| state.world().connected(id))?;
    let (signs, theme) = (canvas.signs(), canvas.theme());
    if state.world().settings().is_offline {
        return Some(("!", "offline".to_owned(), theme.warn));
    }
    if state.world().asking().is_some() {
        return Some((signs.asking, "asking".to_owned(), theme.dim));
    }
    Some(match &connected.health {
        Health::Unknown => (signs.trying, "not asked yet".to_owned(), theme.dim),
        Health::Live(_) => (signs.dot, "live".to_owned(), theme.ok),
        Health::Away(since, _) => {
            let since = connected.format.clock(*since);
            ("!", format!("no answer since {since}"), theme.warn)
        }
        Health::NotSignedIn(_) => (signs.circle, "not signed in".to_owned(), theme.warn),
    })
}

/// Counts and age at the left, what was just kept at the right, and what is left of an allowance
/// that is not low: a low one stands in the header.
pub(super) fn status(state: &State, said: &Words, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let theme = canvas.theme();
    canvas.ground(area, theme.bar.patch(theme.text));
    let room = area.width.saturating_sub(2);
    let is_above = |rate: &Rate| rate.is_low() && area.width >= HEADED;
    let rate = rate(state).filter(|rate| !is_above(rate));
    let rate = rate.map(|rate| if area.width >= 60 { left_of(rate) } else { left(rate) });
    let aside = [Some(said.aside.clone()).filter(|aside| !aside.is_empty()), rate];
    let aside: Vec<_> = aside.into_iter().flatten().collect();
    let aside = Shown::line(&aside.join(&format!(" {} ", canvas.signs().separator)));
    let left =
        canvas.put_right(area.right().saturating_sub(1), area.y, room, aside.as_str(), theme.dim);
    let gap = if aside.is_empty() { 0 } else { 2 };
    let room = left.saturating_sub(area.x + 1 + gap);
    canvas.put(area.x + 1, area.y, room, Shown::line(&said.status).as_str(), theme.text);
}

/// What was just done, where an overlay covers the notices.
fn over_notice(state: &State) -> &str {
    let covered = state.top().is_some_and(View::is_overlay);
    match state.world().notices().shown().last().map(|notice| &notice.said) {
        Some(Said::Done(text) | Said::Note(text)) if covered => text,
        _ => "",
    }
}

/// The keys that work now, most used first; what does not fit falls off at the right.
pub(super) fn hints(state: &State, said: &Words, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let theme = canvas.theme();
    let mut x = area.x;
    if !said.mode.is_empty() {
        let chip = theme.chip(Hue::Blue);
        x = canvas.put(x, area.y, area.width, &format!(" {} ", said.mode), chip) + 1;
    }
    if let Some(count) = state.count() {
        x = canvas.put(x + 1, area.y, 8, &count.to_string(), theme.strong) + 1;
    }
    let note = Shown::line(if said.note.is_empty() { over_notice(state) } else { &said.note });
    let noted = u16::try_from(note.width()).unwrap_or(u16::MAX).saturating_add(2);
    let end = area.right().saturating_sub(1);
    let mut gap = 1;
    for Hint { command, key, label } in fitting(state, said, area, end.saturating_sub(x)) {
        x += gap;
        let begins = x;
        x = canvas.put(x, area.y, end.saturating_sub(x), &key, theme.key);
        x = canvas.put(x + 1, area.y, end.saturating_sub(x + 1), label.as_str(), theme.dim);
        let hit = Rect { x: begins, y: area.y, width: x - begins, height: 1 };
        canvas.hit(hit, crate::app::msg::Target::Hint(command));
        gap = 3;
    }
    if x + noted < end {
        canvas.put_right(end, area.y, noted, note.as_str(), theme.dim);
    }
}

/// A key and what it does.
struct Hint {
    command: Command,
    key: String,
    label: Shown,
}

impl Hint {
    fn width(&self) -> usize {
        width(&self.key) + 1 + self.label.width()
    }
}

/// The hints that have room, in order of use. `?` is kept first: whoever knows it finds the rest.
fn fitting(state: &State, said: &Words, area: Rect, room: u16) -> Vec<Hint> {
    let contexts = state.top().map_or(&[][..], View::contexts);
    let hint = |(command, label): &(Command, Option<String>)| {
        let key = state.world().key(contexts, *command)?;
        let label = Shown::line(label.as_deref().unwrap_or_else(|| command.label()));
        Some(Hint { command: *command, key, label })
    };
    let most = if area.width < 40 { 3 } else { usize::MAX };
    let all: Vec<Hint> = said.hints.iter().filter_map(hint).collect();
    let help = all.iter().position(|hint| hint.command == Command::Help);
    let mut left = usize::from(room);
    let mut kept = vec![false; all.len()];
    for at in help.into_iter().chain((0..all.len()).filter(|at| Some(*at) != help)) {
        let Some(hint) = all.get(at) else { break };
        if hint.width() + 3 > left + 2 || kept.iter().filter(|it| **it).count() == most {
            break;
        }
        left = left.saturating_sub(hint.width() + 3);
        if let Some(keep) = kept.get_mut(at) {
            *keep = true;
        }
    }
    all.into_iter().zip(kept).filter_map(|(hint, keep)| keep.then_some(hint)).collect()
}
