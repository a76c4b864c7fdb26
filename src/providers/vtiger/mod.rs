//! Vtiger, open source and cloud. "A1" to "C" are sections of its contract.
use std::time::Duration;

use self::{
    activity::Activity,
    agenda::Agenda,
    call::Flavour,
    change::{Delete, Relink},
    create::Create,
    download::Download,
    list::List,
    run::Deed,
    search::Search,
    send::Send,
    single::Get,
    structure::{Describe, Types, Whoami},
    talk::Say,
    update::Update,
    value::Clock,
};
use super::{Context, Input, Step, days::Calendar};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        fits::Here,
        schema::{EntityName, EntityType, Me, Schema},
    },
    net::exchange::{Exchange, Response},
};

mod activity;
mod agenda;
pub mod auth;
mod backwards;
mod call;
mod change;
mod codec;
mod compare;
mod condition;
mod create;
mod download;
mod element;
mod errors;
mod fields;
mod filter;
mod ids;
mod keyset;
mod labels;
mod layout;
mod limits;
mod lines;
mod list;
mod memory;
mod names;
mod naming;
mod offered;
mod run;
mod search;
mod send;
mod single;
mod stock;
mod structure;
mod talk;
mod types;
mod update;
mod value;
mod verbs;
mod vtql;

#[cfg(test)]
#[allow(
    clippy::too_many_lines,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it is surprised, and a table is as long as it is"
)]
mod tests;

pub use self::{call::Flavour as Api, ids::parse_url, limits::rate, memory::Memory};

/// Where the API of open source stands below the site: `webservice.php` is part of each exchange.
pub const BASE_PATH: &[&str] = &[];

/// Where the cloud's operations stand below the site. B.
pub const CLOUD_PATH: &[&str] = &["restapi", "v1", "vtiger", "default"];

/// What every flow knows.
#[derive(Debug)]
struct World {
    flavour: Flavour,
    context: Context,
    memory: Memory,
}

impl World {
    /// The schema, which every action on records needs.
    fn schema(&self) -> Result<&Schema, Error> {
        let schema = self.context.schema.as_deref();
        schema.ok_or_else(|| Error::bug("an action came before the schema"))
    }

    /// The entity type of that name, as far as the user may see it.
    fn entity_type(&self, name: &EntityName) -> Result<&EntityType, Error> {
        let found = self.schema()?.entity_type(name);
        found.ok_or_else(|| Error::NotFound { what: format!("entity type {name}") })
    }

    /// The signed-in user.
    fn me(&self) -> Option<&Me> {
        self.context.schema.as_ref()?.user.as_ref()
    }

    /// The server's clock.
    fn clock(&self) -> Clock {
        Clock::of(self.context.time_zone.as_deref())
    }

    /// When and for whom what the server cannot be asked is looked at here.
    fn here(&self) -> Here {
        let schema = self.context.schema.as_ref();
        let zone = schema.map_or("UTC", |schema| schema.preferences.time_zone.as_str());
        Here::at(self.context.now, zone, self.me().map(|me| me.id.clone()))
    }

    /// The user's calendar.
    fn calendar(&self) -> Calendar {
        Calendar::new(&self.context)
    }
}

/// One action's exchanges.
#[derive(Debug)]
pub struct Conversation {
    world: World,
    flow: Flow,
    turn: Turn,
    /// What is sent after a wait.
    held: Option<Step>,
    /// How long to wait before anything is sent again.
    pause: Option<Duration>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Ours,
    Awaiting,
    Over,
}

/// What each action does with the answers; each holds what it needs, and nothing else.
#[derive(Debug)]
enum Flow {
    Whoami(Whoami),
    Types(Types),
    Describe(Describe),
    List(Box<List>),
    Agenda(Box<Agenda>),
    Get(Get),
    Create(Box<Create>),
    Update(Box<Update>),
    Delete(Delete),
    Relink(Relink),
    Activity(Activity),
    Search(Search),
    Say(Say),
    Deed(Deed),
    Download(Download),
    Send(Send),
}

impl Conversation {
    /// Of that action.
    pub fn new(flavour: Flavour, action: Action, context: Context) -> Self {
        let world = World { flavour, context, memory: Memory::default() };
        Self { world, flow: flow(action), turn: Turn::Ours, held: None, pause: None }
    }

    /// With what the session knows, and its earlier conversations learnt.
    #[must_use]
    pub fn told(mut self, memory: Memory) -> Self {
        self.world.memory = memory;
        self
    }

    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step {
        if let (Some(held), Input::Go) = (self.held.take(), &input) {
            return held;
        }
        let step = match (self.turn, input) {
            (Turn::Ours, Input::Go) => self.turn(&[]),
            (Turn::Awaiting, Input::Answer(response)) => self.answered(&[response]),
            (Turn::Awaiting, Input::Answers(responses)) => self.answered(&responses),
            (Turn::Ours | Turn::Awaiting | Turn::Over, _) => {
                Err(Error::bug("a conversation was driven out of turn"))
            }
        };
        let step = step.unwrap_or_else(|error| Step::Done(Err(error)));
        self.turn = match &step {
            Step::Send(_) | Step::SendAll(_) => Turn::Awaiting,
            Step::Wait(_) | Step::Partial(_) => Turn::Ours,
            Step::Done(_) => Turn::Over,
        };
        self.paced(step)
    }

    fn answered(&mut self, responses: &[Response]) -> Result<Step, Error> {
        self.pause = responses.iter().filter_map(limits::pause).max();
        self.turn(responses)
    }

    /// With the wait that the server's budget asks for. B.
    fn paced(&mut self, step: Step) -> Step {
        let sends = matches!(step, Step::Send(_) | Step::SendAll(_));
        match self.pause.take().filter(|_| sends) {
            Some(pause) => {
                self.held = Some(step);
                Step::Wait(pause)
            }
            None => step,
        }
    }

    fn turn(&mut self, answers: &[Response]) -> Result<Step, Error> {
        let world = &self.world;
        match &mut self.flow {
            Flow::Whoami(flow) => flow.next(world, answers),
            Flow::Types(flow) => flow.next(world, answers),
            Flow::Describe(flow) => flow.next(world, answers),
            Flow::List(flow) => flow.next(world, answers),
            Flow::Agenda(flow) => flow.next(world, answers),
            Flow::Get(flow) => flow.next(world, answers),
            Flow::Create(flow) => flow.next(world, answers),
            Flow::Update(flow) => flow.next(world, answers),
            Flow::Delete(flow) => flow.next(world, answers),
            Flow::Relink(flow) => flow.next(world, answers),
            Flow::Activity(flow) => flow.next(world, answers),
            Flow::Search(flow) => flow.next(world, answers),
            Flow::Say(flow) => flow.next(world, answers),
            Flow::Deed(flow) => flow.next(world, answers),
            Flow::Download(flow) => flow.next(world, answers),
            Flow::Send(flow) => flow.next(world, answers),
        }
    }
}

fn flow(action: Action) -> Flow {
    match action {
        Action::Whoami => Flow::Whoami(Whoami::default()),
        Action::Types => Flow::Types(Types::default()),
        Action::Describe(entity) => Flow::Describe(Describe::new(entity)),
        Action::List(query) if query.entity.as_str() == agenda::NAME => {
            Flow::Agenda(Box::new(Agenda::new(query)))
        }
        Action::List(query) => Flow::List(Box::new(List::new(query))),
        Action::Get { entity, id } => Flow::Get(Get::new(entity, id)),
        Action::Related { entity, id, link, query } => {
            Flow::List(Box::new(List::related(entity, id, link, query)))
        }
        Action::Create { entity, edits, despite_duplicates } => {
            Flow::Create(Box::new(Create::new(entity, edits, despite_duplicates)))
        }
        Action::Update { base, edits, resolved } => {
            Flow::Update(Box::new(Update::new(*base, edits, resolved)))
        }
        Action::Delete { entity, id } => Flow::Delete(Delete::new(entity, id)),
        Action::Link(change) => Flow::Relink(Relink::new(change, true)),
        Action::Unlink(change) => Flow::Relink(Relink::new(change, false)),
        Action::Activity { entity, id, limit } => Flow::Activity(Activity::new(entity, id, limit)),
        Action::Comment { entity, id, comment } => Flow::Say(Say::new(entity, id, comment)),
        Action::Run(run) => Flow::Deed(Deed::new(run)),
        Action::Download { entity, id, file } => Flow::Download(Download::new(entity, id, file)),
        Action::Search { text, limit } => Flow::Search(Search::new(text, limit)),
        Action::Send(request) => Flow::Send(Send(request)),
    }
}

fn send(exchange: Exchange) -> Step {
    Step::Send(Box::new(exchange))
}

fn done(outcome: Outcome) -> Step {
    Step::Done(Ok(outcome))
}
