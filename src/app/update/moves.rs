//! What happens to the stack of views.
use super::{Command, Connected, Effect, Move, State, View, act, mem, shared, tell};
use crate::{
    app::{
        confirm::{Confirm, Question},
        detail::{Detail, Manner},
        form::Form,
        list::List,
        menu::Menu,
        run::{self, Deeds, menu::On},
        save::{Save, Source},
        slots::{Slot, ViewId},
        state::Pane,
        world::Resolution,
    },
    domain::{
        change::Edits, connection::ConnectionId, draft::Part, record::RecordId, schema::EntityName,
    },
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
        Move::List(connection, entity) => open_list(state, connection, entity),
        Move::Act(command) => act(state, command, 1),
        Move::Tell(news) => tell(state, &news),
        Move::Narrow(words) => with_list(state, |list, world| list.narrow(words.as_deref(), world)),
        Move::Filters(terms, words) => {
            with_list(state, |list, world| list.accept(terms, words, world))
        }
        Move::Below(command) => with_list(state, |list, world| list.apply(command, 1, world)),
        Move::Record(connection, entity, id) => record(state, connection, entity, id),
        Move::Neighbour(by) => neighbour(state, by),
        Move::Edit(connection, entity, id) => edit(state, connection, entity, id),
        Move::Add(connection, entity, edits) => add(state, connection, entity, *edits),
        Move::Delete(connection, record) => ask(state, Question::Delete(connection, record)),
        Move::Ask(question) => ask(state, *question),
        Move::SignedIn(connection) => signed_in(state, connection),
        Move::Confirmed(question) => confirmed(state, &question),
        Move::Leave(view) => leave(state, view),
        Move::Resolve(resolution) => resolved(state, *resolution),
        Move::Menu(command) => menu(state, command),
        Move::Deeds => deeds(state),
        Move::Save(source) => save(state, *source),
        Move::Run(connection, deed) => run::begin(connection, *deed, &mut state.world),
        Move::Comment(connection, entity, id, part) => comment(state, connection, entity, id, part),
        Move::Columns(columns) => with_list(state, |list, world| list.set_columns(columns, world)),
        Move::Presets(preset, flags) => {
            with_list(state, |list, world| list.set_preset(preset, flags, world))
        }
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
    let Some(mut view) = state.stack.pop() else { return Vec::new() };
    let mut effects = view.pane_mut().leaving(&mut state.world);
    effects.extend(cancel(state, view.pane().id()));
    effects
}

/// Closing a view closes its slots, and the executor is told to abort what ran for them. Writes go on.
fn cancel(state: &mut State, view: ViewId) -> Vec<Effect> {
    let fits = |slot: Slot| slot.view() == Some(view) && slot.is_read();
    state.world.slots.close_all(fits).into_iter().map(Effect::Cancel).collect()
}

/// The list nearest to the top.
fn with_list(
    state: &mut State,
    change: impl FnOnce(&mut List, &mut crate::app::world::World) -> Vec<Effect>,
) -> Vec<Effect> {
    let list = state.stack.iter_mut().rev().find_map(View::list_mut);
    list.map_or_else(Vec::new, |list| change(list, &mut state.world))
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
    let entity =
        entity.or_else(|| state.world.connected(connection).and_then(Connected::first_type));
    let id = state.world.new_view();
    let (list, asked) = List::open(id, connection, entity, &mut state.world);
    state.stack.push(View::List(Box::new(list)));
    effects.extend(asked);
    effects
}

fn record(
    state: &mut State,
    connection: ConnectionId,
    entity: EntityName,
    id: RecordId,
) -> Vec<Effect> {
    let place = state.stack.last().and_then(View::list).map(|list| list.place_of(&entity));
    let view = state.world.new_view();
    let name = name_of(state, connection, &entity, &id);
    let (mut detail, effects) =
        Detail::open(view, connection, entity, id, place.flatten(), &mut state.world);
    detail.set_name(name);
    state.stack.push(View::Detail(Box::new(detail)));
    effects
}

/// What the view on top calls a record: its title is there before it is read.
fn name_of(
    state: &State,
    connection: ConnectionId,
    entity: &EntityName,
    id: &RecordId,
) -> Option<String> {
    match state.stack.last() {
        Some(View::List(list)) => {
            let row = list.window().rows().get(id).filter(|row| row.entity == *entity)?;
            Some(row.title(state.world.entity_type(connection, entity)))
        }
        Some(View::Detail(detail)) => detail.name_of(entity, id, &state.world),
        Some(_) | None => None,
    }
}

/// The list beneath steps, and its record takes the place of the view on top.
fn neighbour(state: &mut State, by: i8) -> Vec<Effect> {
    let command = if by > 0 { Command::Next } else { Command::Previous };
    let beneath = state.stack.len().checked_sub(2).and_then(|at| state.stack.get_mut(at));
    let Some(View::List(list)) = beneath else {
        return state.world.note("There is no list beneath to go on in.");
    };
    let before = list.window().selected_id().cloned();
    let mut effects = list.apply(command, 1, &mut state.world);
    let Some(next) = list.window().selected().filter(|it| Some(&it.id) != before.as_ref()) else {
        effects.extend(state.world.note("This is the end of the list."));
        return effects;
    };
    let (entity, id, connection) = (next.entity.clone(), next.id.clone(), list.connection());
    let manner = match state.stack.last() {
        Some(View::Detail(detail)) => detail.manner(),
        Some(_) | None => Manner::default(),
    };
    effects.extend(drop_top(state));
    effects.extend(record(state, connection, entity, id));
    if let Some(View::Detail(detail)) = state.stack.last_mut() {
        effects.extend(detail.set_manner(manner, &mut state.world));
    }
    effects
}

/// The record that the view on top is about, with its name.
#[expect(clippy::wildcard_enum_match_arm, reason = "few views are about a record")]
pub(super) fn on_top(state: &State) -> Option<On> {
    match state.stack.last()? {
        View::List(list) => {
            let record = list.window().selected()?;
            let title = record.title(list.entity_type(&state.world));
            Some((record.entity.clone(), record.id.clone(), title))
        }
        View::Detail(detail) => {
            let title = detail.title(&state.world);
            Some((detail.entity().clone(), detail.shows().clone(), title))
        }
        _ => None,
    }
}

fn deeds(state: &mut State) -> Vec<Effect> {
    let Some(connection) = state.connection() else { return Vec::new() };
    let on = on_top(state);
    let view = state.world.new_view();
    let menu = Deeds::open(view, connection, on.as_ref(), &state.world);
    if menu.items().is_empty() {
        return state.world.note("The product offers nothing more here.");
    }
    state.stack.push(View::Deeds(Box::new(menu)));
    Vec::new()
}

fn save(state: &mut State, source: Source) -> Vec<Effect> {
    let view = state.world.new_view();
    let save = Save::open(view, source, &state.world);
    state.stack.push(View::Save(Box::new(save)));
    Vec::new()
}

fn comment(
    state: &mut State,
    connection: ConnectionId,
    entity: EntityName,
    id: RecordId,
    part: Part,
) -> Vec<Effect> {
    let mut effects = record(state, connection, entity, id);
    if let Some(View::Detail(detail)) = state.stack.last_mut() {
        effects.extend(detail.open_composer(part, &mut state.world));
    }
    effects
}

fn edit(
    state: &mut State,
    connection: ConnectionId,
    entity: EntityName,
    id: RecordId,
) -> Vec<Effect> {
    let view = state.world.new_view();
    let (form, effects) = Form::edit(view, connection, entity, id, &mut state.world);
    state.stack.push(View::Form(Box::new(form)));
    effects
}

fn add(
    state: &mut State,
    connection: ConnectionId,
    entity: EntityName,
    edits: Edits,
) -> Vec<Effect> {
    let view = state.world.new_view();
    let (form, effects) = Form::add(view, connection, entity, edits, &mut state.world);
    state.stack.push(View::Form(Box::new(form)));
    effects
}

fn ask(state: &mut State, question: Question) -> Vec<Effect> {
    let view = state.world.new_view();
    let confirm = Confirm::new(view, question, &state.world);
    state.stack.push(View::Confirm(Box::new(confirm)));
    Vec::new()
}

fn confirmed(state: &mut State, question: &Question) -> Vec<Effect> {
    // A form sends its own input; without one whoever wished it has nothing more to do with it.
    if let Question::Run(connection, deed, input) = question
        && !matches!(state.stack.last(), Some(View::Form(_)))
    {
        return run::start(*connection, deed.as_ref().clone(), input.clone(), &mut state.world);
    }
    let top = state.stack.last_mut();
    top.map_or_else(Vec::new, |view| view.pane_mut().confirmed(question, &mut state.world))
}

/// One view less; the first one stays.
fn leave(state: &mut State, view: ViewId) -> Vec<Effect> {
    let at = state.stack.iter().position(|it| it.pane().id() == view).filter(|at| *at > 0);
    match at {
        Some(at) if at + 1 == state.stack.len() => close(state),
        Some(at) => {
            let mut gone = state.stack.remove(at);
            let mut effects = gone.pane_mut().leaving(&mut state.world);
            effects.extend(cancel(state, view));
            effects
        }
        None => Vec::new(),
    }
}

/// Its view goes, wherever it lies; what was held up is asked again.
fn signed_in(state: &mut State, connection: ConnectionId) -> Vec<Effect> {
    let views: Vec<ViewId> = state
        .stack
        .iter()
        .filter(|view| matches!(view, View::SignIn(view) if view.of() == connection))
        .map(|view| view.pane().id())
        .collect();
    let mut effects: Vec<_> = views.into_iter().flat_map(|view| leave(state, view)).collect();
    effects.extend(shared::healthy(state, connection));
    effects.extend(shared::behind(state, connection));
    effects
}

fn resolved(state: &mut State, resolution: Resolution) -> Vec<Effect> {
    let top = state.stack.last_mut();
    top.map_or_else(Vec::new, |view| view.pane_mut().resolved(resolution, &mut state.world))
}

fn menu(state: &mut State, command: Command) -> Vec<Effect> {
    let view = state.world.new_view();
    let list = state.stack.iter().rev().find_map(View::list);
    let menu = list.map(|list| Menu::open(view, command, list, &state.world));
    state.stack.extend(menu.map(|menu| View::Menu(Box::new(menu))));
    Vec::new()
}
