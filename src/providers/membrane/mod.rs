//! Membrane: its connections, its actions, and the way through it. "§" is a section of its contract.
//!
//! A sign-in to Membrane is a connection of its own, whose records are the platform's elements.
//! An app that is reached through it by its actions is another one.
use self::{
    app::App,
    element::Element,
    list::{List, Search},
    platform::{Delete, Get, Myself, Update},
    send::Send,
    verbs::Deed,
};
use super::{Context, Input, Step, cursors::Cursors};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        query::Query,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::Response,
};

mod app;
pub mod auth;
mod element;
pub mod errors;
mod fits;
mod jwt;
mod list;
pub mod oauth;
mod platform;
mod run;
mod send;
mod verbs;
pub mod walk;

/// Where its API stands below the site.
pub const BASE_PATH: &[&str] = &[];

/// One action's exchanges.
#[derive(Debug)]
pub struct Conversation {
    context: Context,
    memory: Memory,
    /// Made when it begins: then everything is known.
    flow: Result<Flow, Option<Action>>,
    turn: Turn,
}

/// What a session tells its conversations. Cheap to clone; clones share what is learnt.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The connection at Membrane whose app is meant; `None` = Membrane itself.
    app: Option<String>,
    cursors: Cursors,
}

impl Memory {
    /// Of a session; `app` is the id or key of the connection at Membrane whose app is meant.
    pub fn new(app: Option<String>) -> Self {
        Self { app, cursors: Cursors::default() }
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Start,
    Awaiting,
    Waiting,
    Over,
}

/// What each action does with the answers; each holds what it needs, and nothing else.
#[derive(Debug)]
enum Flow {
    Myself(Myself),
    Describe(EntityName),
    List(Box<List>),
    Get(Get),
    Update(Box<Update>),
    Delete(Delete),
    Search(Search),
    Deed(Box<Deed>),
    Send(Send),
    App(Box<app::Flow>),
}

impl Conversation {
    /// Of that action.
    pub fn new(action: Action, context: Context) -> Self {
        let (memory, flow) = (Memory::default(), Err(Some(action)));
        Self { context, memory, flow, turn: Turn::Start }
    }

    /// With what the session knows, and its earlier conversations learnt.
    #[must_use]
    pub fn told(self, memory: Memory) -> Self {
        Self { memory, ..self }
    }

    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step {
        let step = match (self.turn, input) {
            (Turn::Start, Input::Go) => self.begin(),
            (Turn::Waiting, Input::Go) => self.turn(None),
            (Turn::Awaiting, Input::Answer(response)) => self.turn(Some(&response)),
            (Turn::Start | Turn::Awaiting | Turn::Waiting | Turn::Over, _) => {
                Err(Error::bug("a conversation was driven out of turn"))
            }
        };
        let step = step.unwrap_or_else(|error| Step::Done(Err(error)));
        self.turn = match step {
            Step::Send(_) | Step::SendAll(_) => Turn::Awaiting,
            Step::Wait(_) | Step::Partial(_) => Turn::Waiting,
            Step::Done(_) => Turn::Over,
        };
        step
    }

    fn begin(&mut self) -> Result<Step, Error> {
        if let Err(action) = &mut self.flow {
            let action = action.take().ok_or_else(|| Error::bug("an action was begun twice"))?;
            let (context, Memory { app, cursors }) = (&self.context, &self.memory);
            self.flow = Ok(match app {
                Some(connection) => {
                    let (connection, context) = (connection.clone(), context.clone());
                    let app = App { connection, context };
                    Flow::App(Box::new(app::Flow::new(app, action, cursors)?))
                }
                None => flow(action, context, cursors)?,
            });
        }
        self.turn(None)
    }

    fn turn(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let Ok(flow) = &mut self.flow else {
            return Err(Error::bug("a conversation was driven before it began"));
        };
        match flow {
            Flow::Myself(flow) => flow.next(answer),
            Flow::Describe(entity) => {
                let described = Element::of(entity)?.entity_type()?;
                Ok(Step::Done(Ok(Outcome::Type(Box::new(described)))))
            }
            Flow::List(flow) => flow.next(answer),
            Flow::Get(flow) => flow.next(answer),
            Flow::Update(flow) => flow.next(answer),
            Flow::Delete(flow) => flow.next(answer),
            Flow::Search(flow) => flow.next(answer),
            Flow::Deed(flow) => flow.next(answer),
            Flow::Send(flow) => flow.next(answer),
            Flow::App(flow) => flow.next(answer),
        }
    }
}

fn flow(action: Action, context: &Context, cursors: &Cursors) -> Result<Flow, Error> {
    Ok(match action {
        Action::Whoami => Flow::Myself(Myself { is_schema: false }),
        Action::Types => Flow::Myself(Myself { is_schema: true }),
        Action::Describe(entity) => Flow::Describe(entity),
        Action::List(query) => list(query, None, cursors)?,
        Action::Get { entity, id } => Flow::Get(Get::new(Element::of(&entity)?, &id)),
        Action::Update { base, edits, .. } => Flow::Update(Box::new(Update::new(*base, edits)?)),
        Action::Delete { entity, id } => Flow::Delete(Delete(Element::of(&entity)?, id)),
        Action::Related { entity, id, link, query } => {
            related(&entity, &id, &link, query, cursors)?
        }
        Action::Search { text, limit } => Flow::Search(Search { text, limit, only: None }),
        Action::Run(run) => Flow::Deed(Box::new(Deed::new(&run, context)?)),
        Action::Send(request) => Flow::Send(Send::new(request)),
        Action::Create { .. } => {
            return Err(unsupported("making one here; connect an app instead"));
        }
        Action::Link(_) | Action::Unlink(_) => return Err(unsupported("linking")),
        Action::Activity { .. } => return Err(unsupported("activity")),
        Action::Comment { .. } => return Err(unsupported("commenting")),
        Action::Download { .. } => return Err(unsupported("reading files")),
    })
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.to_owned() }
}

/// Connectors that are searched for by words are found by their meaning, as everywhere. §2.
fn list(query: Query, within: Option<(&str, &str)>, cursors: &Cursors) -> Result<Flow, Error> {
    use crate::domain::query::Filter;
    let element = Element::of(&query.entity)?;
    match (&query.filter, element) {
        (Some(Filter::Words(words)), Element::Connector) if query.offset == 0 => {
            let (text, limit) = (words.clone(), query.limit);
            Ok(Flow::Search(Search { text, limit, only: Some(element) }))
        }
        _ => Ok(Flow::List(Box::new(List::new(element, query, within, cursors.clone())?))),
    }
}

fn related(
    entity: &EntityName,
    id: &RecordId,
    link: &str,
    query: Query,
    cursors: &Cursors,
) -> Result<Flow, Error> {
    let (name, to) = match (Element::of(entity)?, link) {
        (Element::Connection, "actions") => ("connectionId", Element::Action),
        (Element::Connection, "runs") => ("connectionId", Element::ActionRunLog),
        (Element::Connector, "connections") => ("connectorId", Element::Connection),
        (Element::Action, "runs") => ("actionId", Element::ActionRunLog),
        (Element::Connection | Element::Connector | Element::Action | Element::ActionRunLog, _) => {
            return Err(Error::NotFound { what: format!("link {link}") });
        }
    };
    let query = Query { entity: to.name()?, ..query };
    list(query, Some((name, id.as_str())), cursors)
}

/// What an address of the web pages points to: `(entity type, record id)`.
pub fn parse_url(_site: &str, _url: &str) -> Option<(String, String)> {
    None
}
