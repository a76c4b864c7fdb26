//! What happens to the stack of views.
use super::{Connected, Effect, Move, News, State, View, act, mem, tell};
use crate::{
    app::{list::List, slots::ViewId},
    domain::{connection::ConnectionId, schema::EntityName},
};

/// A chain of moves longer than this is a bug of ours, not a wish of the user.
const MOST: usize = 16;

/// Runs what the views wished, until they wish no more.
pub(super) fn run(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    for _ in 0..MOST {
        let moves = mem::take(&mut state.world.moves);
        if moves.is_empty() {
            break;
        }
        state.world.dirty = true;
        for wish in moves {
            effects.extend(one(state, wish));
        }
    }
    effects
}

fn one(state: &mut State, wish: Move) -> Vec<Effect> {
    match wish {
        Move::Open(view) => {
            state.stack.push(*view);
            Vec::new()
        }
        Move::Close => close(state),
        Move::Replace(view) => {
            let effects = drop_top(state);
            state.stack.push(*view);
            effects
        }
        Move::List(connection, entity) => open_list(state, connection, entity),
        Move::Act(command) => act(state, command, 1),
        Move::Tell(news) => tell(state, &news),
    }
}

/// One level back. The first view stays.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    if state.stack.len() < 2 {
        return Vec::new();
    }
    let mut effects = drop_top(state);
    if let Some(view) = state.stack.last_mut() {
        effects.extend(view.pane_mut().uncovered(&mut state.world));
    }
    effects
}

fn drop_top(state: &mut State) -> Vec<Effect> {
    state.stack.pop().map_or_else(Vec::new, |view| cancel(state, view.pane().id()))
}

/// Closing a view closes its slots, and the executor is told to abort what ran for them. Writes go on.
fn cancel(state: &mut State, view: ViewId) -> Vec<Effect> {
    use crate::app::slots::Slot;
    let fits = |slot: Slot| {
        slot.view() == Some(view) && !matches!(slot, Slot::Write(_) | Slot::Draft(_))
    };
    state.world.slots.close_all(fits).into_iter().map(Effect::Cancel).collect()
}

/// Closes everything but the first view, and opens a list.
fn open_list(
    state: &mut State,
    connection: ConnectionId,
    entity: Option<EntityName>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    while state.stack.len() > 1 {
        effects.extend(drop_top(state));
    }
    let entity = entity.or_else(|| {
        state.world.connected(connection).and_then(Connected::first_type)
    });
    let id = state.world.new_view();
    let (list, asked) = List::open(id, connection, entity, &mut state.world);
    state.stack.push(View::List(Box::new(list)));
    effects.extend(asked);
    effects
}
