//! What concerns no single view: commands that work everywhere, schemas, settings.
use super::{Answer, Command, Connected, Effect, Error, Failure, Move, Slot, State, Ticket, moves};
use crate::{
    app::{
        actions::Actions,
        apps,
        connect::Connect,
        exchange::ExchangeView,
        help::Help,
        list::identity,
        msg::{Configured, Goal, Keep, Recall},
        notice::Said,
        palette::{Beneath, Palette},
        picker::ask_health,
        sign_in,
        slots::{Slot as Place, ViewId},
        state::{News, Pane as _, View},
        world::{Health, Writing},
    },
    domain::{
        action::Outcome,
        connection::{Auth, ConnectionId},
        draft::{Draft, DraftState, Recent},
    },
};

/// At most so many records looked at are remembered here.
const RECENTS: usize = 400;

pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    let world = &mut state.world;
    let ids: Vec<_> = world.connections.keys().copied().collect();
    let mut effects = Vec::new();
    for id in ids {
        effects.extend(ask_health(id, world));
        effects.extend(apps::ask(id, world));
        let ticket = world.slots.open(Slot::Recents(id));
        effects.push(Effect::Recall(ticket, Recall::Recents(identity(id, world))));
        let ticket = world.slots.open(Slot::Drafts(id));
        effects.push(Effect::Recall(ticket, Recall::Drafts(identity(id, world))));
    }
    effects
}

/// What the journal had of a connection takes the place of what was known.
pub(super) fn take_recents(state: &mut State, id: ConnectionId, had: &[Recent]) {
    let world = &mut state.world;
    let identity = identity(id, world);
    let known = |it: &Recent| had.iter().any(|had| (&had.entity, &had.id) == (&it.entity, &it.id));
    world.recents.retain(|it| it.identity != identity || !known(it));
    world.recents.extend(had.iter().cloned());
    world.recents.sort_by_key(|it| std::cmp::Reverse(it.at));
    world.recents.truncate(RECENTS);
    world.dirty = true;
}

/// Where the command line says to begin.
pub(super) fn go(state: &mut State, goal: Goal) -> Vec<Effect> {
    match goal {
        Goal::List(connection, entity) => state.world.moves.push(Move::List(connection, entity)),
        Goal::Record(connection, entity, id) => {
            let list = Move::List(connection, Some(entity.clone()));
            state.world.moves.extend([list, Move::Record(connection, entity, id)]);
        }
        Goal::Find(text) => return palette(state, &text),
    }
    Vec::new()
}

/// A command that works everywhere; `None` = the view's business.
#[expect(clippy::wildcard_enum_match_arm, reason = "a view takes the commands that are its own")]
pub(super) fn act(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::Quit => Some(quit(state)),
        Command::Interrupt => Some(interrupt(state)),
        Command::Suspend => Some(vec![Effect::Suspend]),
        Command::Redraw => Some(vec![Effect::Redraw]),
        Command::Connections => {
            let mut effects = Vec::new();
            while state.stack.len() > 1 {
                effects.extend(moves::close(state));
            }
            Some(effects)
        }
        Command::Help => Some(help(state)),
        Command::Palette => Some(palette(state, "")),
        Command::CommandLine => Some(palette(state, ">")),
        Command::SignIn => sign_in(state),
        Command::Actions => actions(state),
        Command::RunLog => Some(run_log(state)),
        Command::Exchange => Some(exchange(state)),
        Command::Messages => {
            let view = ExchangeView::open(state.world.new_view(), None, &state.world);
            state.stack.push(View::Exchange(Box::new(view)));
            Some(Vec::new())
        }
        Command::DropNotice => {
            state.world.notices.drop_newest();
            Some(Vec::new())
        }
        _ => None,
    }
}

/// The connection of the view on top signs in anew; the picker does so for its own cursor, and asks
/// for a second factor's code.
fn sign_in(state: &mut State) -> Option<Vec<Effect>> {
    let id = state.top().and_then(View::connection)?;
    if matches!(state.top(), Some(View::SignIn(_))) {
        return Some(Vec::new());
    }
    if let Some(effects) = sign_in::wished(id, &mut state.world) {
        return Some(effects);
    }
    let id = sign_in::root(id, &state.world).unwrap_or(id);
    let health = state.world.connected(id).map(|it| &it.health);
    if matches!(health, Some(Health::NotSignedIn(Error::SecondFactor))) {
        let effects = act(state, Command::Connections);
        if let Some(View::Picker(picker)) = state.stack.first_mut() {
            picker.ask_code(id);
        }
        return effects;
    }
    let auth = state.world.connected(id).map(|it| it.connection.auth);
    if matches!(auth, Some(Auth::Password | Auth::Cli)) {
        let mut effects = state.world.note("Signing in once more.");
        effects.push(Effect::SignIn(state.world.slots.open(Slot::Health(id)), id, None));
        return Some(effects);
    }
    // A key that was refused is refused again: it must be typed anew.
    let view = Connect::open(state.world.new_view(), Some(id), &state.world);
    state.stack.push(View::Connect(Box::new(view)));
    Some(state.world.note("A refused key does not become a good one: give the new one here."))
}

/// After a sign-in, what was refused is asked again.
pub(super) fn healthy(state: &mut State, id: ConnectionId) -> Vec<Effect> {
    let is_its = |of: ConnectionId| of == id || sign_in::root(of, &state.world) == Some(id);
    let waits = match state.top() {
        Some(View::List(list)) => is_its(list.connection()) && list.failure().is_some(),
        Some(View::Detail(detail)) => {
            detail.connection().is_some_and(is_its) && detail.failure().is_some()
        }
        Some(_) | None => false,
    };
    if waits { super::act(state, Command::Refresh, 1) } else { Vec::new() }
}

/// The connection whose sign-in ended while the user waited for this answer.
#[expect(clippy::wildcard_enum_match_arm, reason = "a view waits at few of all slots")]
pub(super) fn is_ended(
    state: &State,
    slot: Slot,
    result: &Result<Answer, Failure>,
) -> Option<ConnectionId> {
    let is_refused = matches!(result, Err(Failure { error: Error::Unauthorized { .. }, .. }));
    let top = state.top().filter(|top| !matches!(top, View::SignIn(_)))?;
    let is_awaited = match slot {
        Slot::Schema(id) => top.connection() == Some(id),
        Slot::Found(..) | Slot::Ahead(..) => false,
        slot => slot.view() == Some(top.pane().id()),
    };
    top.connection().filter(|_| is_refused && is_awaited)
}

/// The connections whose health may be another now that this one is signed in.
pub(super) fn behind(state: &mut State, id: ConnectionId) -> Vec<Effect> {
    let world = &mut state.world;
    let all: Vec<_> = world.connections.iter().map(|(id, it)| (*id, it.health.clone())).collect();
    let waits = all.into_iter().filter(|(of, health)| {
        sign_in::root(*of, world) == Some(id) && matches!(health, Health::NotSignedIn(_))
    });
    let waits: Vec<_> = waits.map(|(of, _)| of).collect();
    waits.into_iter().filter_map(|of| ask_health(of, world)).collect()
}

fn help(state: &mut State) -> Vec<Effect> {
    let of = state.stack.last().map_or(&[][..], View::contexts);
    if !matches!(state.stack.last(), Some(View::Help(_))) {
        let connection = state.connection();
        let view = Help::open(state.world.new_view(), of, connection, &state.world);
        state.stack.push(View::Help(Box::new(view)));
    }
    Vec::new()
}

fn palette(state: &mut State, prefix: &str) -> Vec<Effect> {
    if matches!(state.stack.last(), Some(View::Palette(_))) {
        return Vec::new();
    }
    let id = state.world.new_view();
    let list = state.stack.iter().rev().find_map(View::list);
    let beneath = Beneath {
        contexts: state.top().map_or(&[][..], View::contexts),
        connection: state.connection(),
        entity: list.and_then(|list| list.entity().cloned()),
        on: moves::on_top(state),
    };
    let view = Palette::open(id, prefix, beneath, &mut state.world);
    state.stack.push(View::Palette(Box::new(view)));
    Vec::new()
}

/// Everything that the connection of the view on top can run; the picker has a cursor of its own.
fn actions(state: &mut State) -> Option<Vec<Effect>> {
    if matches!(state.top(), Some(View::Actions(_))) {
        return Some(Vec::new());
    }
    let id = state.connection()?;
    let (view, effects) = Actions::open(state.world.new_view(), id, None, &mut state.world);
    state.stack.push(View::Actions(Box::new(view)));
    Some(effects)
}

/// The record of a run in Membrane's log: of the result on top, else of the newest refusal.
fn run_log(state: &mut State) -> Vec<Effect> {
    let shown = match state.top() {
        Some(View::Result(view)) => {
            let id = view.ran().and_then(|ran| ran.run_id.clone());
            view.connection().zip(id)
        }
        Some(_) | None => None,
    };
    let refused = state.world.notices.refusal().and_then(|notice| match &notice.said {
        Said::Refused { error: Error::RunFailed { run_id: Some(id), .. }, .. } => {
            notice.connection.zip(Some(id.clone()))
        }
        Said::Refused { .. } | Said::Done(_) | Said::Note(_) => None,
    });
    let found: Option<(ConnectionId, String)> = shown.or(refused);
    let root = found.and_then(|(of, run)| Some((sign_in::root(of, &state.world)?, run)));
    let Some((root, run)) = root else {
        return state.world.note("No run with a log of its own was shown or refused.");
    };
    let (entity, id) = apps::log(&run);
    state.world.moves.push(Move::Record(root, entity, id));
    Vec::new()
}

fn exchange(state: &mut State) -> Vec<Effect> {
    let Some(notice) = state.world.notices.refusal().map(|notice| notice.id) else {
        return state.world.note("No notice has an exchange behind it.");
    };
    let view = ExchangeView::open(state.world.new_view(), Some(notice), &state.world);
    state.stack.push(View::Exchange(Box::new(view)));
    Vec::new()
}

/// Writes under way are waited for, and that is said.
fn quit(state: &mut State) -> Vec<Effect> {
    if state.world.slots.is_writing() {
        state.world.leaves = true;
        return state.world.note(
            "A change is on its way; ficha leaves when it is answered. Ctrl-c twice leaves now.",
        );
    }
    leave(state)
}

/// What was typed and not kept yet goes to the journal before the end.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    let world = &mut state.world;
    let views = state.stack.iter_mut();
    let mut effects: Vec<_> = views.flat_map(|view| view.pane_mut().leaving(world)).collect();
    effects.push(Effect::Quit);
    effects
}

/// The first time it stops what is asked; a second time soon after, it leaves.
fn interrupt(state: &mut State) -> Vec<Effect> {
    if state.world.slots.close(Slot::Leaving) {
        return leave(state);
    }
    let reads = |slot: Place| slot.is_read();
    let closed = state.world.slots.close_all(reads);
    sign_in::cut_off(&closed, &mut state.world);
    let mut effects: Vec<_> = closed.into_iter().map(Effect::Cancel).collect();
    effects.push(state.world.after(Slot::Leaving, std::time::Duration::from_secs(2)));
    effects.extend(state.world.note("Stopped. Ctrl-c once more leaves ficha; drafts are kept."));
    effects
}

/// What an answer tells of its connection.
pub(super) fn learn(state: &mut State, slot: Slot, result: &Result<Answer, Failure>) {
    let owner = owner(state, slot);
    let told = match result {
        Ok(answer) => Ok((answer.source, answer.took_ms)),
        Err(failure) => Err(failure.error.clone()),
    };
    if let Some(id) = owner {
        state.world.learn(id, &told);
    }
}

pub(super) fn partial(state: &mut State, slot: Slot, answer: &Answer) -> Option<Vec<Effect>> {
    match (slot, &answer.outcome) {
        (Slot::Schema(id), _) => Some(take_schema(state, id, answer)),
        (Slot::Apps(id), _) => {
            apps::take(id, &Ok(answer.clone()), &mut state.world);
            Some(Vec::new())
        }
        // Something was learnt of the structure on the way: what a server cannot do after all.
        (slot, Outcome::Type(entity_type)) => {
            let connection = owner(state, slot);
            let connected = connection.and_then(|id| state.world.connections.get_mut(&id));
            if let Some(connected) = connected {
                connected.take_type(entity_type);
            }
            Some(Vec::new())
        }
        _ => None,
    }
}

/// The connection that the slot is about.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others belong to a view")]
fn owner(state: &State, slot: Slot) -> Option<ConnectionId> {
    match slot {
        Slot::Schema(id) | Slot::Health(id) | Slot::Apps(id) | Slot::Found(_, id) => Some(id),
        _ => {
            let mut views = state.stack.iter();
            let view = views.find(|view| Some(view.pane().id()) == slot.view());
            view.and_then(View::connection)
        }
    }
}

pub(super) fn answered(
    state: &mut State,
    slot: Slot,
    result: &Result<Answer, Failure>,
) -> Option<Vec<Effect>> {
    match (slot, result) {
        (Slot::Schema(id), Ok(answer)) => Some(take_schema(state, id, answer)),
        (Slot::Schema(id), Err(failure)) => Some(no_schema(state, id, failure)),
        (Slot::Health(id), Ok(_)) => Some(healthy(state, id)),
        (Slot::Health(_), Err(_)) => Some(Vec::new()),
        (Slot::Apps(id), _) => {
            apps::take(id, result, &mut state.world);
            Some(Vec::new())
        }
        (Slot::SignIn(id), _) => {
            let mut views = state.stack.iter();
            let is_shown = views.any(|it| matches!(it, View::SignIn(view) if view.of() == id));
            Some(sign_in::answered(id, result, is_shown, &mut state.world))
        }
        (Slot::Write(view), _) => written(state, view, result),
        _ => None,
    }
}

/// A write whose view is gone is told all the same. `None` = the view is there to tell it.
fn written(
    state: &mut State,
    view: ViewId,
    result: &Result<Answer, Failure>,
) -> Option<Vec<Effect>> {
    let writing = state.world.writes.remove(&view);
    if state.stack.iter().any(|it| it.pane().id() == view) {
        return None;
    }
    let Some(Writing { connection, name, draft }) = writing else {
        let said = result.as_ref().err().map(|failure| Said::refused("a change", failure.clone()));
        return Some(said.map_or_else(Vec::new, |said| state.world.say(None, said)));
    };
    Some(match result {
        Ok(answer) => landed(state, view, connection, &name, draft, answer),
        Err(failure) => held_up(state, view, connection, &name, draft, failure),
    })
}

fn landed(
    state: &mut State,
    view: ViewId,
    connection: ConnectionId,
    name: &str,
    draft: Draft,
    answer: &Answer,
) -> Vec<Effect> {
    let gone = Keep::NoDraft(draft.identity, draft.entity, draft.id);
    let mut effects = vec![state.world.keep(Slot::Draft(view), gone)];
    if let Outcome::Written(written) = &answer.outcome {
        let news = News::Written(connection, Box::new(written.record.clone()));
        state.world.moves.push(Move::Tell(news));
    }
    effects.extend(state.world.done(format!("{name} saved")));
    effects
}

/// The draft stays. One that surely did not land is being typed again.
fn held_up(
    state: &mut State,
    view: ViewId,
    connection: ConnectionId,
    name: &str,
    draft: Draft,
    failure: &Failure,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if failure.error != Error::Unknown {
        let draft = Draft { state: DraftState::Typing, ..draft };
        effects.push(state.world.keep(Slot::Draft(view), Keep::Draft(draft)));
    }
    let tried = format!("the change to {name}");
    effects.extend(state.world.refuse(connection, tried, failure.clone()));
    effects
}

/// What the journal did not take is said, also when the view is gone.
pub(super) fn not_kept(state: &mut State, slot: Slot, error: Error) -> Vec<Effect> {
    if !matches!(slot, Slot::Draft(_)) {
        return Vec::new();
    }
    state.world.say(None, Said::refused("to keep the draft", error.into()))
}

/// The views that wait for it begin.
fn take_schema(state: &mut State, id: ConnectionId, answer: &Answer) -> Vec<Effect> {
    let Outcome::Schema(schema) = &answer.outcome else { return Vec::new() };
    let Some(connected) = state.world.connections.get_mut(&id) else { return Vec::new() };
    connected.take_schema(schema.clone(), state.world.now);
    let world = &mut state.world;
    let mut effects = Vec::new();
    for view in &mut state.stack {
        effects.extend(view.pane_mut().learned(id, world));
        if let View::List(list) = view
            && list.connection() == id
        {
            effects.extend(list.begin(world));
        }
    }
    effects
}

fn no_schema(state: &mut State, id: ConnectionId, failure: &Failure) -> Vec<Effect> {
    let world = &mut state.world;
    for view in &mut state.stack {
        if let View::List(list) = view
            && list.connection() == id
        {
            list.fail(failure.clone(), world);
        }
    }
    Vec::new()
}

/// The settings as they are now; the view that changed them is told.
pub(super) fn configured(
    state: &mut State,
    ticket: Ticket,
    result: Result<Configured, Error>,
) -> Vec<Effect> {
    if !state.world.accept(ticket) {
        return Vec::new();
    }
    state.world.dirty = true;
    let (changed, note) = match result {
        Ok(configured) => {
            let old = std::mem::take(&mut state.world.connections);
            state.world.connections = Connected::merge(old, configured.connections);
            (Ok(configured.changed), configured.note)
        }
        Err(error) => (Err(error), String::new()),
    };
    let mut effects = if note.is_empty() { Vec::new() } else { state.world.done(note) };
    let slot = ticket.slot();
    let view = state.stack.iter_mut().find(|view| Some(view.pane().id()) == slot.view());
    if let Some(view) = view {
        effects.extend(view.pane_mut().configured(changed, &mut state.world));
    }
    effects.extend(moves::run(state));
    effects
}
