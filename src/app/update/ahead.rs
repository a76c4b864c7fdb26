//! Keys typed before a view can take them: they wait for it, in order. A form that is still being
//! read loses nothing of what its user types already.
use super::{Command, Effect, Key, State, pasted, pressed};
use crate::app::{keymap::Meaning, slots::ViewId};

/// Whoever types more than this ahead holds a key down.
const MOST: usize = 4_096;

/// What waits, and for which view.
#[derive(Debug, Default)]
pub(in crate::app) struct Ahead {
    of: Option<ViewId>,
    typed: Vec<Typed>,
}

#[derive(Debug)]
enum Typed {
    Key(Key),
    Paste(String),
}

/// Whether the key waits for the view on top. What closes or leaves works at once.
pub(super) fn holds(state: &mut State, key: Key) -> bool {
    let Some(view) = state.stack.last() else { return false };
    let (pane, contexts) = (view.pane(), view.contexts());
    if !pane.holds_keys() {
        return false;
    }
    let at_once = [Command::Close, Command::Interrupt, Command::Suspend, Command::Redraw];
    match state.world.keymap.meaning(contexts, &[key]) {
        Meaning::Command(command) if at_once.contains(&command) => false,
        Meaning::Command(_) | Meaning::Pending | Meaning::None => {
            hold(state, Typed::Key(key));
            true
        }
    }
}

/// Pasted text waits as keys do.
pub(super) fn holds_paste(state: &mut State, text: &str) -> bool {
    let holds = state.stack.last().is_some_and(|view| view.pane().holds_keys());
    if holds {
        hold(state, Typed::Paste(text.to_owned()));
    }
    holds
}

fn hold(state: &mut State, typed: Typed) {
    let top = state.stack.last().map(|view| view.pane().id());
    if state.ahead.of != top {
        state.ahead = Ahead { of: top, typed: Vec::new() };
    }
    if state.ahead.typed.len() < MOST {
        state.ahead.typed.push(typed);
    }
}

/// Once the view takes keys they are typed; for another view they were not meant.
pub(super) fn release(state: &mut State) -> Vec<Effect> {
    let Some(of) = state.ahead.of else { return Vec::new() };
    let top = state.stack.last().map(|view| (view.pane().id(), view.pane().holds_keys()));
    if top == Some((of, true)) {
        return Vec::new();
    }
    let waited = std::mem::take(&mut state.ahead);
    if top != Some((of, false)) {
        return Vec::new();
    }
    let mut effects = Vec::new();
    for typed in waited.typed {
        effects.extend(match typed {
            Typed::Key(key) => pressed(state, key),
            Typed::Paste(text) => pasted(state, &text),
        });
        effects.extend(super::moves::run(state));
    }
    effects
}
