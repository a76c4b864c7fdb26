//! EspoCRM 9 and later, over its REST API. "E§" is docs' contract, section by section.
use self::{
    activity::Activity,
    create::Create,
    file::Download,
    list::{List, Search},
    single::{Get, Truth},
    structure::{Describe, Types, Whoami},
    update::Update,
};
use super::{Context, Input, Step, days, send::Send};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        schema::{EntityName, EntityType, Schema},
    },
    net::exchange::{Exchange, Response},
};

mod activity;
pub mod auth;
mod codec;
mod compare;
mod condition;
mod create;
mod encode;
mod errors;
mod fields;
mod file;
mod json;
mod labels;
mod layout;
mod links;
mod list;
mod names;
mod query;
mod references;
mod rights;
mod schema;
mod shape;
mod single;
mod stream;
mod structure;
mod tree;
mod update;
mod value;

#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm, reason = "a test stops where it is surprised")]
mod tests;

/// Where its API stands below the site. E§ notation.
pub const BASE_PATH: &[&str] = &["api", "v1"];

/// Headers that are the login's own.
const LOGIN: [&str; 7] = [
    "authorization",
    "cookie",
    "espo-authorization",
    "espo-authorization-by-token",
    "espo-authorization-code",
    "x-api-key",
    "x-hmac-authorization",
];

/// One action's exchanges.
#[derive(Debug)]
pub struct Conversation {
    context: Context,
    flow: Flow,
    turn: Turn,
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
    Create(Create),
    Update(Box<Update>),
    Truth(Truth),
    Activity(Activity),
    Search(Search),
    Download(Download),
    Send(Send),
    /// What is refused before anything is sent.
    Refused(Error),
}

impl Conversation {
    /// Of that action.
    pub fn new(action: Action, context: Context) -> Self {
        Self { context, flow: flow(action), turn: Turn::Start }
    }

    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step {
        let step = match (self.turn, input) {
            (Turn::Start, Input::Go) => self.turn(None),
            (Turn::Awaiting, Input::Answer(response)) => self.turn(Some(&response)),
            (Turn::Start | Turn::Awaiting | Turn::Over, _) => {
                Err(Error::bug("a conversation was driven out of turn"))
            }
        };
        let step = step.unwrap_or_else(|error| Step::Done(Err(error)));
        self.turn = if matches!(step, Step::Send(_)) { Turn::Awaiting } else { Turn::Over };
        step
    }

    fn turn(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let context = &self.context;
        match &mut self.flow {
            Flow::Whoami(flow) => flow.next(answer),
            Flow::Types(flow) => flow.next(answer),
            Flow::Describe(flow) => flow.next(context, answer),
            Flow::List(flow) => flow.next(context, answer),
            Flow::Get(flow) => flow.next(context, answer),
            Flow::Create(flow) => flow.next(context, answer),
            Flow::Update(flow) => flow.next(context, answer),
            Flow::Truth(flow) => flow.next(answer),
            Flow::Activity(flow) => flow.next(context, answer),
            Flow::Search(flow) => flow.next(context, answer),
            Flow::Send(flow) => flow.next(answer, &LOGIN, BASE_PATH),
            Flow::Download(flow) => flow.next(context, answer),
            Flow::Refused(error) => Err(error.clone()),
        }
    }
}

fn flow(action: Action) -> Flow {
    match action {
        Action::Whoami => Flow::Whoami(Whoami),
        Action::Types => Flow::Types(Types::default()),
        Action::Describe(entity) => Flow::Describe(Describe::new(entity)),
        Action::List(query) => Flow::List(List::new(query)),
        Action::Get { entity, id } => Flow::Get(Get { entity, id }),
        Action::Create { entity, edits, despite_duplicates } => {
            Flow::Create(Create::new(entity, edits, despite_duplicates))
        }
        Action::Update { base, edits, resolved } => {
            Flow::Update(Box::new(Update::new(*base, edits, resolved)))
        }
        Action::Delete { entity, id } => Flow::Truth(Truth::delete(&entity, &id)),
        Action::Related { entity, id, link, query } => {
            Flow::List(List::related(&entity, &id, &link, query))
        }
        Action::Link(change) => Flow::Truth(Truth::link(&change)),
        Action::Unlink(change) => Flow::Truth(Truth::unlink(&change)),
        Action::Activity { entity, id, limit } => Flow::Activity(Activity::new(entity, id, limit)),
        Action::Search { text, limit } => Flow::Search(Search { text, limit }),
        Action::Comment { entity, id, comment } => {
            stream::comment(&entity, &id, &comment).map_or_else(Flow::Refused, Flow::Truth)
        }
        Action::Run(run) => Flow::Refused(Error::Unsupported { what: run.key }),
        Action::Download { entity, id, file } => {
            Flow::Download(Download { entity, id, file, asked: None })
        }
        Action::Send(request) => Flow::Send(Send(request)),
    }
}

fn send(exchange: Exchange) -> Step {
    Step::Send(Box::new(exchange))
}

fn done(outcome: Outcome) -> Step {
    Step::Done(Ok(outcome))
}

/// The schema, which every action on records needs.
fn schema_of(context: &Context) -> Result<&Schema, Error> {
    context.schema.as_deref().ok_or_else(|| Error::bug("an action came before the schema"))
}

/// The entity type of that name, as far as the user may see it.
fn entity_type<'a>(context: &'a Context, name: &EntityName) -> Result<&'a EntityType, Error> {
    let found = schema_of(context)?.entity_type(name);
    found.ok_or_else(|| Error::NotFound { what: format!("entity type {name}") })
}

/// `https://crm/#Contact/view/ID`, or the same with `edit`: `(entity type, record id)`.
pub fn parse_url(site: &str, url: &str) -> Option<(String, String)> {
    let rest = url.trim().strip_prefix(site.trim_end_matches('/'))?;
    let (before, hash) = rest.split_once('#')?;
    if !before.is_empty() && !before.starts_with('/') && !before.starts_with('?') {
        return None;
    }
    let mut parts = hash.trim_start_matches('/').split('/');
    let (entity, view, id) = (parts.next()?, parts.next()?, parts.next()?);
    let id = id.split(['?', '&', '#']).next().filter(|id| !id.is_empty())?;
    let is_known = matches!(view, "view" | "edit") && EntityName::try_from(entity).is_ok();
    is_known.then(|| (entity.to_owned(), id.to_owned()))
}
