//! The only function that changes [`State`]: a table, then one short function a message.
use std::{mem, time::Duration};

use super::{
    command::Command,
    keymap::{Code, Key, Meaning},
    msg::{Click, Effect, Msg, Recalled, Target},
    slots::{Slot, Ticket},
    state::{News, State, View},
    world::{Connected, Move},
};
use crate::domain::{
    action::{Answer, Failure},
    error::Error,
};

mod ahead;
mod moves;
mod shared;

pub(in crate::app) use ahead::Ahead;

/// After this the keys that may follow are listed.
const CHORD_PAUSE: Duration = Duration::from_millis(400);
/// Counts are cut here: nobody means more.
const MOST: u32 = 99_999;

/// What is asked at the start, before any message: which connections answer, and what was looked
/// at in them. The runtime calls it once.
pub fn begin(state: &mut State) -> Vec<Effect> {
    shared::begin(state)
}

/// What happens next.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Now(now) => {
            state.world.tell_time(now);
            return Vec::new();
        }
        Msg::Key(key) => pressed(state, key),
        Msg::Paste(text) => pasted(state, &text),
        Msg::Pointed(target, click) => pointed(state, &target, click),
        Msg::Act(command) => act(state, command, 1),
        Msg::Resized(size) => {
            state.world.size = size;
            state.world.dirty = true;
            let world = &mut state.world;
            state.stack.iter_mut().flat_map(|view| view.pane_mut().resized(world)).collect()
        }
        Msg::Elapsed(ticket) => elapsed(state, ticket),
        Msg::Partial(ticket, answer) => partial(state, ticket, answer),
        Msg::Answered(ticket, result) => answered(state, ticket, result),
        Msg::Rated(connection, rate) => {
            state.world.note_rate(connection, rate);
            return Vec::new();
        }
        Msg::Recalled(ticket, had) => recalled(state, ticket, had),
        Msg::Kept(ticket, result) => kept(state, ticket, result),
        Msg::Checked(ticket, step) => checked(state, ticket, step),
        Msg::SigningIn(ticket, step) => signing_in(state, ticket, step),
        Msg::Offered(ticket, result) => {
            at_view(state, ticket, |pane, _, world| pane.offered(result, world))
        }
        Msg::Configured(ticket, result) => shared::configured(state, ticket, result),
        Msg::Edited(ticket, result) => {
            at_view(state, ticket, |pane, _, world| pane.edited(result, world))
        }
        Msg::Saved(ticket, result) => {
            at_view(state, ticket, |pane, _, world| pane.saved(result, world))
        }
        Msg::Go(goal) => shared::go(state, goal),
        Msg::Told(text) => state.world.tell(text),
        Msg::Resumed => resumed(state),
    };
    effects.extend(moves::run(state));
    effects.extend(ahead::release(state));
    let shown = state.stack.iter().rev().find(|view| !view.is_overlay());
    state.world.shown = shown.map(|view| view.pane().id());
    effects.extend(state.world.watch());
    if state.world.leaves && !state.world.slots.is_writing() {
        effects.extend(shared::leave(state));
    }
    effects
}

fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(view) = state.stack.last() else { return Vec::new() };
    let (contexts, takes_text) = (view.contexts(), view.pane().takes_text());
    state.world.dirty = true;
    if state.pending.is_empty() && ahead::holds(state, key) {
        return Vec::new();
    }
    if !takes_text && state.pending.is_empty() && counted(state, key) {
        return Vec::new();
    }
    state.pending.push(key);
    match state.world.keymap.meaning(contexts, &state.pending) {
        Meaning::Command(command) => {
            forget_keys(state);
            let times = state.count.take().unwrap_or(1);
            act(state, command, times)
        }
        Meaning::Pending => vec![state.world.after(Slot::Chord, CHORD_PAUSE)],
        Meaning::None => {
            let was_chord = state.pending.len() > 1;
            forget_keys(state);
            state.count = None;
            if key.alt {
                return escaped(state, key);
            }
            match state.stack.last_mut() {
                Some(view) if takes_text && !was_chord => {
                    view.pane_mut().typed(key, &mut state.world)
                }
                _ => Vec::new(),
            }
        }
    }
}

/// Esc and a key that come at once look like Alt and the key (a slow line joins them). Where
/// Alt and the key mean nothing, the two were meant.
fn escaped(state: &mut State, key: Key) -> Vec<Effect> {
    let mut effects = pressed(state, Key::plain(Code::Esc));
    effects.extend(moves::run(state));
    effects.extend(pressed(state, Key { alt: false, ..key }));
    effects
}

/// Digits before a command say how often.
fn counted(state: &mut State, key: Key) -> bool {
    let digit = key.typed().and_then(|c| c.to_digit(10));
    match (digit, state.count) {
        (Some(0), None) | (None, _) => false,
        (Some(digit), count) => {
            let count = count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
            state.count = Some(count.min(MOST));
            true
        }
    }
}

fn forget_keys(state: &mut State) {
    state.pending.clear();
    state.lists_chords = false;
    state.world.slots.close(Slot::Chord);
}

/// A command: those of all views first, then the view on top.
pub(super) fn act(state: &mut State, command: Command, times: u32) -> Vec<Effect> {
    state.world.dirty = true;
    if let Some(effects) = shared::act(state, command) {
        return effects;
    }
    let Some(view) = state.stack.last_mut() else { return Vec::new() };
    view.pane_mut().apply(command, times, &mut state.world)
}

fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    if ahead::holds_paste(state, text) {
        return Vec::new();
    }
    let Some(view) = state.stack.last_mut() else { return Vec::new() };
    state.world.dirty = true;
    view.pane_mut().pasted(text, &mut state.world)
}

fn pointed(state: &mut State, target: &Target, click: Click) -> Vec<Effect> {
    if let Target::Hint(command) = target {
        return if click == Click::Once { act(state, *command, 1) } else { Vec::new() };
    }
    let Some(view) = state.stack.last_mut() else { return Vec::new() };
    state.world.dirty = true;
    view.pane_mut().pointed(target, click, &mut state.world)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
fn elapsed(state: &mut State, ticket: Ticket) -> Vec<Effect> {
    if !state.world.accept(ticket) {
        return Vec::new();
    }
    match ticket.slot() {
        Slot::Chord => {
            state.lists_chords = !state.pending.is_empty();
            state.world.dirty = true;
        }
        Slot::Patience => state.world.impatient(),
        Slot::Notice(id) => {
            state.world.notices.drop_id(id);
            state.world.dirty = true;
        }
        Slot::Leaving | Slot::Recents(_) => {}
        slot => return elapsed_in_view(state, slot),
    }
    Vec::new()
}

fn elapsed_in_view(state: &mut State, slot: Slot) -> Vec<Effect> {
    let view = state.stack.iter_mut().find(|view| Some(view.pane().id()) == slot.view());
    view.map_or_else(Vec::new, |view| view.pane_mut().elapsed(slot, &mut state.world))
}

fn partial(state: &mut State, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    if !state.world.slots.is_newest(ticket) {
        return Vec::new();
    }
    state.world.dirty = true;
    let slot = ticket.slot();
    if let Some(effects) = shared::partial(state, slot, &answer) {
        return effects;
    }
    let view = state.stack.iter_mut().find(|view| Some(view.pane().id()) == slot.view());
    view.map_or_else(Vec::new, |view| view.pane_mut().partial(slot, answer, &mut state.world))
}

fn answered(state: &mut State, ticket: Ticket, result: Result<Answer, Failure>) -> Vec<Effect> {
    if !state.world.accept(ticket) {
        return Vec::new();
    }
    let slot = ticket.slot();
    // A neighbour fetched ahead, and an answer that nothing changed, change nothing on the screen.
    state.world.dirty |= !matches!(slot, Slot::Ahead(..) | Slot::Follow(_));
    shared::learn(state, slot, &result);
    let is_ended = shared::is_ended(state, slot, &result);
    let mut effects = shared::answered(state, slot, &result).unwrap_or_else(|| {
        let view = state.stack.iter_mut().find(|view| Some(view.pane().id()) == slot.view());
        view.map_or_else(Vec::new, |view| view.pane_mut().answered(slot, result, &mut state.world))
    });
    if let Some(connection) = is_ended {
        effects.extend(super::sign_in::ended(connection, &mut state.world));
    }
    effects
}

fn at_view(
    state: &mut State,
    ticket: Ticket,
    tell: impl FnOnce(&mut dyn super::state::Pane, Slot, &mut super::world::World) -> Vec<Effect>,
) -> Vec<Effect> {
    if !state.world.accept(ticket) {
        return Vec::new();
    }
    state.world.dirty = true;
    let slot = ticket.slot();
    let view = state.stack.iter_mut().find(|view| Some(view.pane().id()) == slot.view());
    view.map_or_else(Vec::new, |view| tell(view.pane_mut(), slot, &mut state.world))
}

fn recalled(state: &mut State, ticket: Ticket, had: Recalled) -> Vec<Effect> {
    if let (Slot::Recents(id), Recalled::Recents(recents)) = (ticket.slot(), &had) {
        if state.world.accept(ticket) {
            shared::take_recents(state, id, recents);
        }
        return Vec::new();
    }
    if let (Slot::Drafts(_), Recalled::Drafts(drafts)) = (ticket.slot(), &had) {
        if state.world.accept(ticket) {
            state.world.drafts.extend(drafts.iter().cloned());
            state.world.dirty = true;
        }
        return Vec::new();
    }
    at_view(state, ticket, |pane, slot, world| pane.recalled(slot, had, world))
}

/// What was not kept is never lost in silence, though its view may be gone.
fn kept(state: &mut State, ticket: Ticket, result: Result<(), Error>) -> Vec<Effect> {
    let slot = ticket.slot();
    let is_there = state.stack.iter().any(|view| Some(view.pane().id()) == slot.view());
    match result {
        Err(error) if !is_there => {
            if state.world.accept(ticket) {
                shared::not_kept(state, slot, error)
            } else {
                Vec::new()
            }
        }
        result => at_view(state, ticket, |pane, slot, world| pane.kept(slot, result, world)),
    }
}

/// A step of a sign-in that is still waited for.
fn signing_in(
    state: &mut State,
    ticket: Ticket,
    step: crate::domain::sign_in::SignInStep,
) -> Vec<Effect> {
    let Slot::SignIn(id) = ticket.slot() else { return Vec::new() };
    if !state.world.slots.is_newest(ticket) {
        return Vec::new();
    }
    super::sign_in::stepped(id, step, &mut state.world)
}

fn checked(
    state: &mut State,
    ticket: Ticket,
    step: crate::domain::check::CheckStep,
) -> Vec<Effect> {
    if !state.world.slots.is_newest(ticket) {
        return Vec::new();
    }
    state.world.dirty = true;
    let slot = ticket.slot();
    let view = state.stack.iter_mut().find(|view| Some(view.pane().id()) == slot.view());
    view.map_or_else(Vec::new, |view| view.pane_mut().checked(step, &mut state.world))
}

/// After `fg`: what was read may be old, and what was asked may never be answered.
fn resumed(state: &mut State) -> Vec<Effect> {
    state.world.dirty = true;
    if state.world.slots.is_writing() { Vec::new() } else { act(state, Command::Refresh, 1) }
}

/// Tells all other views.
pub(super) fn tell(state: &mut State, news: &News) -> Vec<Effect> {
    let world = &mut state.world;
    if let News::Deleted(_, entity, id) = news {
        world.recents.retain(|it| (&it.entity, &it.id) != (entity, id));
    }
    state.stack.iter_mut().flat_map(|view| view.pane_mut().heard(news, world)).collect()
}

#[cfg(test)]
mod tests;
