//! Syncro and RepairShopr, over their REST API. "§" is a section of its contract.
use std::time::Duration;

use self::{
    activity::Activity,
    create::Create,
    deeds::Deed,
    doubt::Doubt,
    list::List,
    names::Naming,
    related::Related,
    search::Search,
    simple::Simple,
    single::Get,
    structure::{Describe, Types, Whoami},
    table::Resource,
    update::Update,
};
use super::{Context, Input, Step, send::Send};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        schema::{EntityName, EntityType},
    },
    net::{
        budget::Budget,
        exchange::{Exchange, Response},
    },
};

mod absent;
mod activity;
pub mod auth;
mod codec;
mod create;
mod custom;
mod deeds;
mod doubt;
mod encode;
mod envelope;
mod errors;
mod files;
mod layout;
mod lines;
mod list;
mod names;
mod plan;
mod reading;
mod related;
mod schema;
mod search;
mod settings;
mod simple;
mod single;
mod structure;
mod table;
mod update;

#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm, reason = "a test stops where it is surprised")]
mod tests;

pub use self::names::Names;

/// Where its API stands below the site.
pub const BASE_PATH: &[&str] = &["api", "v1"];

/// §2: 180 a minute for all that comes from one address.
pub const BUDGET: Budget = Budget { name: "syncro", most: 180, span: Duration::from_secs(60) };

/// Headers that are the login's own.
const LOGIN: [&str; 4] = ["authorization", "authorization2fatoken", "cookie", "x-api-key"];

/// One action's exchanges.
#[derive(Debug)]
pub struct Conversation {
    context: Context,
    flow: Result<Flow, Error>,
    turn: Turn,
    /// A refusal that may be the token's: `/me` tells.
    doubt: Option<Doubt>,
    /// What customers are called, as far as that was asked before.
    names: Names,
    /// What waits for them.
    naming: Option<Naming>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Start,
    Awaiting,
    Over,
}

/// What each action does with the answers; each holds what it needs, and nothing else.
#[derive(Debug)]
enum Flow {
    Whoami(Whoami),
    Types(Types),
    Describe(Describe),
    List(List),
    Get(Get),
    Create(Box<Create>),
    Update(Box<Update>),
    Related(Box<Related>),
    Activity(Activity),
    Search(Search),
    Simple(Simple),
    Deed(Box<Deed>),
    Send(Send),
}

impl Conversation {
    /// Of that action.
    pub fn new(action: Action, context: Context) -> Self {
        let (flow, names) = (flow(action), Names::default());
        Self { context, flow, turn: Turn::Start, doubt: None, names, naming: None }
    }

    /// With what the conversations before have learnt of names.
    #[must_use]
    pub fn told(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step {
        let step = match (self.turn, input) {
            (Turn::Start, Input::Go) => self.turn(None),
            (Turn::Awaiting, Input::Answer(response)) => self.turn(Some(&response)),
            (Turn::Awaiting, Input::Answers(responses)) => self.all(&responses),
            (Turn::Start | Turn::Awaiting | Turn::Over, _) => {
                Err(Error::bug("a conversation was driven out of turn"))
            }
        };
        let step = step.unwrap_or_else(|error| Step::Done(Err(error)));
        self.turn = if matches!(step, Step::Send(_) | Step::SendAll(_)) {
            Turn::Awaiting
        } else {
            Turn::Over
        };
        step
    }

    /// Only the schema is asked for in one go.
    fn all(&mut self, responses: &[Response]) -> Result<Step, Error> {
        let Ok(Flow::Types(flow)) = &self.flow else {
            return Err(Error::bug("several answers came where one was asked for"));
        };
        flow.take(&self.context, responses)
    }

    fn turn(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        if let (Some(doubt), Some(response)) = (self.doubt.take(), answer) {
            return Err(doubt.decide(response));
        }
        if let (Some(naming), Some(response)) = (self.naming.take(), answer) {
            return Ok(done(naming.end(response, &self.names)));
        }
        let step = self.asked(answer)?;
        let Step::Done(Ok(outcome @ (Outcome::Page(_) | Outcome::Record(_)))) = step else {
            return Ok(step);
        };
        Ok(match Naming::begin(Box::new(outcome), &self.names) {
            Ok((naming, exchange)) => {
                self.naming = Some(naming);
                send(exchange)
            }
            Err(outcome) => done(*outcome),
        })
    }

    fn asked(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let context = &self.context;
        let step = match self.flow.as_mut().map_err(|error| error.clone())? {
            Flow::Whoami(flow) => flow.next(answer),
            Flow::Types(flow) => Ok(flow.ask()),
            Flow::Describe(flow) => flow.next(context),
            Flow::List(flow) => flow.next(context, answer),
            Flow::Get(flow) => flow.next(context, answer),
            Flow::Create(flow) => flow.next(context, answer),
            Flow::Update(flow) => flow.next(context, answer),
            Flow::Related(flow) => flow.next(context, answer),
            Flow::Activity(flow) => flow.next(context, answer),
            Flow::Search(flow) => flow.next(context, answer),
            Flow::Simple(flow) => flow.next(answer),
            Flow::Deed(flow) => flow.next(context, answer),
            Flow::Send(flow) => flow.next(answer, &LOGIN, BASE_PATH),
        };
        match (step, answer) {
            (Err(error @ Error::Forbidden { .. }), Some(response)) if response.status == 401 => {
                self.doubt = Some(Doubt(error));
                Ok(send(Exchange::get(["me"])))
            }
            (step, _) => step,
        }
    }
}

fn flow(action: Action) -> Result<Flow, Error> {
    Ok(match action {
        Action::Whoami => Flow::Whoami(Whoami),
        Action::Types => Flow::Types(Types),
        Action::Describe(entity) => Flow::Describe(Describe(entity)),
        Action::List(query) => Flow::List(List::new(query)),
        Action::Get { entity, id } => Flow::Get(Get::new(entity, id)),
        // The API knows no duplicates.
        Action::Create { entity, edits, despite_duplicates: _ } => {
            Flow::Create(Box::new(Create::new(entity, edits)))
        }
        Action::Update { base, edits, resolved } => {
            Flow::Update(Box::new(Update::new(*base, edits, resolved)))
        }
        Action::Delete { entity, id } => Flow::Simple(Simple::delete(&entity, &id)?),
        Action::Related { entity, id, link, query } => {
            Flow::Related(Box::new(Related::new(entity, id, &link, query)?))
        }
        Action::Link(change) => Flow::Update(Box::new(Update::link(change, true)?)),
        Action::Unlink(change) => Flow::Update(Box::new(Update::link(change, false)?)),
        Action::Activity { entity, id, limit } => Flow::Activity(Activity::new(entity, id, limit)),
        Action::Search { text, limit } => Flow::Search(Search::new(&text, limit)),
        Action::Comment { entity, id, comment } => {
            Flow::Simple(Simple::comment(&entity, &id, &comment)?)
        }
        Action::Run(run) => Flow::Deed(Box::new(Deed::new(run)?)),
        Action::Download { .. } => {
            return Err(Error::Unsupported {
                what: "reading attached files: open the ticket in the browser".to_owned(),
            });
        }
        Action::Send(request) => Flow::Send(Send(request)),
    })
}

fn send(exchange: Exchange) -> Step {
    Step::Send(Box::new(wanting_json(exchange)))
}

/// Without these some answers are web pages (§1): a write without a body names its type too.
fn wanting_json(exchange: Exchange) -> Exchange {
    let exchange = exchange.header("Accept", "application/json");
    if exchange.is_safe || exchange.body.is_some() {
        return exchange;
    }
    exchange.header("Content-Type", "application/json")
}

fn done(outcome: Outcome) -> Step {
    Step::Done(Ok(outcome))
}

/// The written schema of that type.
fn resource(name: &EntityName) -> Result<&'static Resource, Error> {
    let found = table::resource(name.as_str());
    found.ok_or_else(|| Error::NotFound { what: format!("entity type {name}") })
}

/// The entity type of that name, as the account has it.
fn entity_type<'a>(context: &'a Context, name: &EntityName) -> Result<&'a EntityType, Error> {
    let schema = context.schema.as_deref();
    let schema = schema.ok_or_else(|| Error::bug("an action came before the schema"))?;
    let found = schema.entity_type(name);
    found.ok_or_else(|| Error::NotFound { what: format!("entity type {name}") })
}

/// `https://acme.syncromsp.com/tickets/7`: `(entity type, record id)`.
pub fn parse_url(site: &str, url: &str) -> Option<(String, String)> {
    let rest = url.trim().strip_prefix(site.trim_end_matches('/'))?.strip_prefix('/')?;
    let rest = rest.split(['?', '#']).next()?;
    let (path, id) = rest.trim_end_matches('/').rsplit_once('/')?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let found = table::ALL.iter().find(|resource| resource.path() == path && is_id)?;
    Some((found.name.to_owned(), id.to_owned()))
}
