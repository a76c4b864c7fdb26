//! Deeds: what a product can do beyond reading and writing records. A form asks for their input,
//! a question stands before what cannot be taken back, and what came of them is shown. Where a
//! deed comes from (a verb of the schema, an action that a product knows by a key) is not known here.
use serde_json::{Value as Json, json};

use super::{msg::Effect, state::View, world::World};
use crate::domain::{
    action::{Action, Outcome, Ran, Run},
    connection::ConnectionId,
    error::Error,
    record::RecordId,
    schema::EntityName,
    verb::Verb,
};

pub mod input;
pub mod members;
pub mod menu;
pub mod outline;
pub mod output;
pub mod paging;
pub mod request;
pub mod result;

use members::Members;
pub use menu::Deeds;
pub use result::ResultView;

use super::{apps, confirm::Question, form::Form, sign_in, world::Move};

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// Its key: `convert-lead`.
    pub key: String,
    /// For people; raw.
    pub label: String,
    /// A sentence about it; raw, may be empty.
    pub description: String,
    /// JSON Schema of its input.
    pub input: Json,
    /// The question to be answered with yes before it is done; raw.
    pub asks: Option<String>,
    /// Whether it changes something.
    pub is_write: bool,
    /// The record that it is done to, where it is one.
    pub target: Option<(EntityName, RecordId)>,
    /// What that is called; raw.
    pub on: String,
    /// How it is asked for.
    pub way: Way,
    /// What its form begins with.
    pub given: Option<Json>,
}

/// How a deed is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By its key.
    Run,
    /// As a request of the user's own: the input is the request.
    Send,
    /// As an action of Membrane's, with the connection that it is run with where one is meant.
    Act(Option<String>),
}

impl Deed {
    /// A verb of the schema, done to a record where it is one.
    pub fn of(verb: &Verb, target: Option<(EntityName, RecordId)>, on: String) -> Self {
        Self {
            key: verb.key.clone(),
            label: verb.label.clone(),
            description: verb.description.clone(),
            input: verb.input.clone(),
            asks: verb.asks.clone(),
            is_write: verb.is_write,
            target,
            on,
            way: Way::Run,
            given: None,
        }
    }

    /// Whether something must or can be said before it is done.
    pub fn takes_input(&self) -> bool {
        Members::takes_any(&self.input)
    }

    /// What is asked of the connection.
    ///
    /// Errors: the member that cannot be sent so, and why.
    pub(super) fn action(&self, input: Json) -> Result<Action, (String, String)> {
        if self.way == Way::Send {
            return request::action(&input);
        }
        let input = match &self.way {
            Way::Act(app) => json!({ "input": input, "connection": app }),
            Way::Run | Way::Send => input,
        };
        let (key, target, is_write) = (self.key.clone(), self.target.clone(), self.is_write);
        Ok(Action::Run(Run { key, target, input, is_write }))
    }

    /// Whether doing it with that input changes something.
    pub(super) fn writes(&self, input: &Json) -> bool {
        match self.way {
            Way::Run | Way::Act(_) => self.is_write,
            Way::Send => request::is_write(input),
        }
    }

    /// As a notice says it: `Convert lead on Ada Brandt`; raw.
    pub fn named(&self) -> String {
        if self.on.is_empty() {
            self.label.clone()
        } else {
            format!("{} on {}", self.label, self.on)
        }
    }
}

/// What an answer gave, where it is one to a deed.
pub(super) fn ran(outcome: Outcome) -> Option<Ran> {
    match outcome {
        Outcome::Ran(ran) => Some(ran),
        Outcome::Json(reply) => Some(request::ran(reply)),
        Outcome::Me(_)
        | Outcome::Schema(_)
        | Outcome::Type(_)
        | Outcome::Page(_)
        | Outcome::Record(_)
        | Outcome::Written(_)
        | Outcome::Done
        | Outcome::Activity(_)
        | Outcome::File(_) => None,
    }
}

/// A form where it takes input, else the question before it, else it is done.
pub(super) fn begin(connection: ConnectionId, deed: Deed, world: &mut World) -> Vec<Effect> {
    let is_read_only = world.connected(connection).is_some_and(|it| it.connection.read_only);
    if deed.is_write && is_read_only {
        return world.note("This connection is read-only.");
    }
    if deed.takes_input() {
        let (form, effects) = Form::run(world.new_view(), connection, deed, world);
        world.moves.push(Move::Open(Box::new(View::Form(Box::new(form)))));
        return effects;
    }
    let input = Json::Object(serde_json::Map::new());
    if deed.asks.is_some() {
        let question = Question::Run(connection, Box::new(deed), input);
        world.moves.push(Move::Ask(Box::new(question)));
        return Vec::new();
    }
    start(connection, deed, input, world)
}

/// It is done, and what comes of it is awaited.
pub(super) fn start(
    connection: ConnectionId,
    deed: Deed,
    input: Json,
    world: &mut World,
) -> Vec<Effect> {
    let (view, effects) = ResultView::start(world.new_view(), connection, deed, input, world);
    world.moves.push(Move::Open(Box::new(View::Result(Box::new(view)))));
    effects
}

/// It was done: the record that came of it is gone to, the one it was done to is read again, and
/// what else was given is shown.
pub(super) fn done(
    connection: ConnectionId,
    deed: &Deed,
    ran: Ran,
    world: &mut World,
) -> Vec<Effect> {
    if let Some(effects) = sign_in::adopt(connection, deed, &ran, world) {
        return effects;
    }
    let mut effects = told(connection, deed, &ran, world);
    if apps::changes(deed) {
        effects.extend(apps::ask(connection, world));
    }
    for (entity, id) in deed.target.iter().chain(&ran.record) {
        let news = super::state::News::Touched(connection, entity.clone(), id.clone());
        world.moves.push(Move::Tell(news));
    }
    let is_elsewhere = ran.record.is_some() && ran.record != deed.target;
    match ran.record.clone().filter(|_| is_elsewhere) {
        Some((entity, id)) => world.moves.push(Move::Record(connection, entity, id)),
        None if output::says_something(&ran.output) && ran.record.is_none() => {
            let view = ResultView::of(world.new_view(), connection, deed.clone(), ran, world);
            world.moves.push(Move::Open(Box::new(View::Result(Box::new(view)))));
        }
        None => {}
    }
    effects
}

/// That it was done; or that the product says it was not.
fn told(connection: ConnectionId, deed: &Deed, ran: &Ran, world: &mut World) -> Vec<Effect> {
    if ran.output.get("success") != Some(&Json::Bool(false)) {
        return world.done(deed.named());
    }
    if let Some((_, id)) = deed.target.as_ref().filter(|_| apps::is_test(deed)) {
        let reason = "the app refuses the login that is kept".to_owned();
        let error = Error::Mend { id: id.as_str().to_owned(), reason, url: None };
        return world.refuse(connection, deed.named(), error.into());
    }
    let said = ["error", "message"].iter().find_map(|name| ran.output.get(*name)?.as_str());
    let causes = vec![said.unwrap_or("it says that it did not succeed").to_owned()];
    let error = Error::RunFailed { causes, run_id: ran.run_id.clone() };
    world.refuse(connection, deed.named(), error.into())
}

#[cfg(test)]
mod tests;
