//! Sign-ins that end in the browser: to Membrane itself, or to an app behind it. They go on while
//! other views are used, so what is known of them is the world's, and the view only shows it.
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::{
    apps,
    msg::Effect,
    run::Deed,
    slots::Slot,
    state::{News, View},
    world::{Health, Move, World},
};
use crate::domain::{
    action::{Action, Answer, Failure, Outcome, Ran, Run},
    connection::{Auth, ConnectionId, Kind},
    error::Error,
    sign_in::SignInStep,
};

#[cfg(test)]
mod tests;
mod view;

pub use view::SignIn;

/// A sign-in, as far as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct SigningIn {
    /// Where to.
    pub door: Door,
    /// How far it is.
    pub stage: Stage,
    /// Since when.
    pub since: Timestamp,
}

/// Where a sign-in leads to, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// To Membrane, by a browser on this machine: it comes back by itself.
    Browser,
    /// To Membrane, by a browser anywhere: a code is brought back.
    ByHand,
    /// To an app behind Membrane, on a page of its own.
    App {
        /// The app or the connection, for people; raw.
        name: String,
        /// The connection that is mended; `None` = a new one.
        mends: Option<String>,
    },
}

/// How far a sign-in is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Nothing was begun: the user is asked first.
    Asked,
    /// The page's address is being asked for.
    Beginning,
    /// The user signs in at this address. It holds no secret.
    Open(String),
    /// The browser came back, or the code was typed: the tokens are asked for.
    Returned,
    /// It did not succeed.
    Failed(Error),
}

impl SigningIn {
    /// The page's address, while it is open.
    pub fn url(&self) -> Option<&str> {
        match &self.stage {
            Stage::Open(url) => Some(url),
            Stage::Asked | Stage::Beginning | Stage::Returned | Stage::Failed(_) => None,
        }
    }
}

/// The sign-in at Membrane that a connection goes through, or that it is itself.
pub fn root(id: ConnectionId, world: &World) -> Option<ConnectionId> {
    let connection = &world.connected(id)?.connection;
    let Some(via) = &connection.via else { return Some(id).filter(|_| is_sign_in(id, world)) };
    let mut all = world.connections.iter();
    let parent = all.find(|(_, it)| it.connection.name == via.connection);
    parent.map(|(id, _)| *id).filter(|id| is_sign_in(*id, world))
}

/// Whether a connection is a sign-in to Membrane itself.
pub fn is_sign_in(id: ConnectionId, world: &World) -> bool {
    let connection = world.connected(id).map(|it| &it.connection);
    connection.is_some_and(|it| it.kind == Kind::Membrane && it.via.is_none())
}

/// Whether its login comes by the browser.
fn is_by_browser(id: ConnectionId, world: &World) -> bool {
    let connection = world.connected(id).map(|it| &it.connection);
    is_sign_in(id, world) && connection.is_some_and(|it| it.auth == Auth::Oauth)
}

/// What a wish to sign in comes to where that ends in a browser; `None` = it does not.
pub(super) fn wished(id: ConnectionId, world: &mut World) -> Option<Vec<Effect>> {
    let root = root(id, world)?;
    if is_under_way(root, world) {
        return Some(show(root, world));
    }
    let health = world.connected(id).map(|it| it.health.clone());
    if let Some(Health::NotSignedIn(Error::Mend { id: app, .. })) = health {
        return Some(mend(root, &app, world));
    }
    is_by_browser(root, world).then(|| start(root, usual(world), world))
}

/// Where the user's browser is.
fn usual(world: &World) -> Door {
    if world.settings.is_remote { Door::ByHand } else { Door::Browser }
}

/// Whether one is waited for.
pub fn is_under_way(id: ConnectionId, world: &World) -> bool {
    world.slots.is_open(Slot::SignIn(id))
}

/// The view of it, over what is on the screen; where none is under way it asks first.
pub(super) fn show(id: ConnectionId, world: &mut World) -> Vec<Effect> {
    if !is_under_way(id, world) {
        put(id, usual(world), Stage::Asked, world);
    }
    open(id, world);
    Vec::new()
}

/// The sign-in ended while something was asked for: the same step, with nothing lost.
pub(super) fn ended(id: ConnectionId, world: &mut World) -> Vec<Effect> {
    match root(id, world).filter(|root| is_by_browser(*root, world)) {
        Some(root) => show(root, world),
        None => Vec::new(),
    }
}

fn open(id: ConnectionId, world: &mut World) {
    let view = SignIn::new(world.new_view(), id);
    world.moves.push(Move::Open(Box::new(View::SignIn(Box::new(view)))));
}

fn put(id: ConnectionId, door: Door, stage: Stage, world: &mut World) {
    let since = world.now;
    world.sign_ins.insert(id, SigningIn { door, stage, since });
    world.dirty = true;
}

fn set(id: ConnectionId, stage: Stage, world: &mut World) {
    if let Some(known) = world.sign_ins.get_mut(&id) {
        known.stage = stage;
    }
    world.dirty = true;
}

/// Begins it and shows it.
pub(super) fn start(id: ConnectionId, door: Door, world: &mut World) -> Vec<Effect> {
    open(id, world);
    begin(id, door, world)
}

/// Begins a sign-in to Membrane, once more where one was begun.
fn begin(id: ConnectionId, door: Door, world: &mut World) -> Vec<Effect> {
    let ticket = world.slots.open(Slot::SignIn(id));
    let effect = match door {
        Door::ByHand => Effect::BeginSignIn(ticket, id),
        Door::Browser | Door::App { .. } => Effect::SignInByBrowser(ticket, id),
    };
    put(id, door, Stage::Beginning, world);
    vec![effect]
}

/// With the code that the user brought.
fn complete(id: ConnectionId, code: &str, world: &mut World) -> Vec<Effect> {
    set(id, Stage::Returned, world);
    vec![Effect::SignIn(world.slots.open(Slot::SignIn(id)), id, Some(code.to_owned()))]
}

/// It is waited for no longer; nothing was changed.
fn stop(id: ConnectionId, world: &mut World) -> Vec<Effect> {
    world.sign_ins.remove(&id);
    world.dirty = true;
    let was_open = world.slots.close(Slot::SignIn(id));
    let mut effects = world.note("The sign-in was stopped; nothing was changed.");
    effects.extend(was_open.then_some(Effect::Cancel(Slot::SignIn(id))));
    effects
}

/// What was waited for is not any more: it can be begun anew.
pub(super) fn cut_off(closed: &[Slot], world: &mut World) {
    for slot in closed {
        if let Slot::SignIn(id) = slot {
            set(*id, Stage::Asked, world);
        }
    }
}

/// Signs in to an app anew, for the connection that is there: no second one is made.
pub(super) fn mend(root: ConnectionId, app: &str, world: &mut World) -> Vec<Effect> {
    let known = apps::find(root, app, world);
    let name = known.map_or_else(|| app.to_owned(), |known| known.name.clone());
    let id = known.map_or_else(|| app.to_owned(), |known| known.id.clone());
    let door = Door::App { name, mends: Some(id.clone()) };
    ask(root, door, apps::run("reconnect", Some(&id), json!({}), true), world)
}

/// Connects an app: a connector by its id, or whatever is at an address.
pub(super) fn connect(
    root: ConnectionId,
    name: String,
    run: Run,
    world: &mut World,
) -> Vec<Effect> {
    ask(root, Door::App { name, mends: None }, run, world)
}

fn ask(root: ConnectionId, door: Door, run: Run, world: &mut World) -> Vec<Effect> {
    if world.connected(root).is_some_and(|it| it.connection.read_only) {
        return world.note("This sign-in is read-only.");
    }
    open(root, world);
    put(root, door, Stage::Beginning, world);
    vec![world.call(Slot::SignIn(root), root, Action::Run(run))]
}

/// A deed of a sign-in that gave a page to open: it goes on here. `None` = it gave none.
pub(super) fn adopt(
    id: ConnectionId,
    deed: &Deed,
    ran: &Ran,
    world: &mut World,
) -> Option<Vec<Effect>> {
    let is_page = ["url", "requestId"].iter().all(|name| ran.output.get(*name).is_some());
    if !is_page || !is_sign_in(id, world) {
        return None;
    }
    let of_connection = deed.target.as_ref().filter(|_| deed.key == "reconnect");
    let mends = of_connection.map(|(_, id)| id.as_str().to_owned());
    let name = if deed.on.is_empty() { "the app" } else { &deed.on }.to_owned();
    open(id, world);
    put(id, Door::App { name: name.clone(), mends: mends.clone() }, Stage::Beginning, world);
    Some(went_on(id, &name, mends, ran, world))
}

/// A step of it; the page is opened where there is a browser.
pub(super) fn stepped(id: ConnectionId, step: SignInStep, world: &mut World) -> Vec<Effect> {
    match step {
        SignInStep::Open(url) => opened(id, url, world),
        SignInStep::Returned => {
            set(id, Stage::Returned, world);
            Vec::new()
        }
    }
}

fn opened(id: ConnectionId, url: String, world: &mut World) -> Vec<Effect> {
    let is_by_hand = world.sign_ins.get(&id).is_some_and(|it| it.door == Door::ByHand);
    set(id, Stage::Open(url.clone()), world);
    if is_by_hand { Vec::new() } else { vec![Effect::Browse(url)] }
}

/// How it ended; `is_shown` says whether the user looks at it.
pub(super) fn answered(
    id: ConnectionId,
    result: &Result<Answer, Failure>,
    is_shown: bool,
    world: &mut World,
) -> Vec<Effect> {
    let door = world.sign_ins.get(&id).map(|it| it.door.clone());
    match (door, result) {
        (Some(Door::App { name, mends }), Ok(answer)) => {
            if let Outcome::Ran(ran) = &answer.outcome {
                return went_on(id, &name, mends, ran, world);
            }
            let odd = Error::bug("a sign-in was answered with something else");
            failed(id, odd.into(), is_shown, world)
        }
        (_, Ok(answer)) => signed_in(id, answer, world),
        (Some(_), Err(failure)) => failed(id, failure.clone(), is_shown, world),
        (None, Err(_)) => Vec::new(),
    }
}

/// It may be tried again where it is shown; else it is told.
fn failed(id: ConnectionId, failure: Failure, is_shown: bool, world: &mut World) -> Vec<Effect> {
    set(id, Stage::Failed(failure.error.clone()), world);
    if is_shown { Vec::new() } else { world.refuse(id, "the sign-in", failure) }
}

fn signed_in(id: ConnectionId, answer: &Answer, world: &mut World) -> Vec<Effect> {
    let me = if let Outcome::Me(me) = &answer.outcome { me.name.as_str() } else { "" };
    let who = if me.is_empty() { String::new() } else { format!(" as {me}") };
    let name = world.connected(id).map(|it| it.connection.name.clone()).unwrap_or_default();
    world.learn(id, &Ok((answer.source, answer.took_ms)));
    let is_its = |of: &ConnectionId| root(*of, world) == Some(id);
    let all: Vec<_> = world.connections.keys().copied().filter(is_its).collect();
    world.notices.drop_refusals(&all);
    over(id, world);
    let mut effects = world.done(format!("Signed in to {name}{who}"));
    effects.extend(apps::ask(id, world));
    effects
}

/// Its view goes, wherever it lies.
fn over(id: ConnectionId, world: &mut World) {
    world.sign_ins.remove(&id);
    world.moves.push(Move::SignedIn(id));
}

/// What an app's sign-in comes to next: a page to open, something to wait for, or its end.
fn went_on(
    id: ConnectionId,
    name: &str,
    mends: Option<String>,
    ran: &Ran,
    world: &mut World,
) -> Vec<Effect> {
    let said = |member: &str| ran.output.get(member).and_then(Json::as_str);
    if let (Some(url), Some(request)) = (said("url"), said("requestId")) {
        let wait = apps::run("await-connection", None, json!({ "requestId": request }), false);
        let mut effects = opened(id, url.to_owned(), world);
        effects.push(world.call(Slot::SignIn(id), id, Action::Run(wait)));
        return effects;
    }
    let made = ran.record.as_ref().map(|(_, made)| made.as_str().to_owned());
    match (said("status"), said("state"), made) {
        (Some("success"), _, made) => connected(id, name, mends.or(made), world),
        (_, Some("READY"), Some(made)) => connected(id, name, Some(made), world),
        (_, Some("BUILDING" | "SETUP_IN_PROGRESS"), Some(made)) => {
            let wait = apps::run("await", Some(&made), json!({}), false);
            vec![world.call(Slot::SignIn(id), id, Action::Run(wait))]
        }
        (_, Some("CLIENT_ACTION_REQUIRED" | "DISCONNECTED"), Some(made)) => {
            let anew = apps::run("reconnect", Some(&made), json!({}), true);
            vec![world.call(Slot::SignIn(id), id, Action::Run(anew))]
        }
        (_, state, _) => {
            let needs = said("needs").filter(|needs| !needs.is_empty());
            let why = needs.or(state).unwrap_or("nothing is said of why").to_owned();
            let failure = Error::RunFailed { causes: vec![why], run_id: None };
            failed(id, failure.into(), true, world)
        }
    }
}

/// The rows of the picker are read again, and the new one is gone to.
fn connected(id: ConnectionId, name: &str, made: Option<String>, world: &mut World) -> Vec<Effect> {
    over(id, world);
    if let Some(made) = made {
        world.moves.push(Move::Tell(News::Connected(id, made)));
    }
    let mut effects = world.done(format!("{name} is connected"));
    effects.extend(apps::ask(id, world));
    effects
}
