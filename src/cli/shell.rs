//! What every command needs: the layer, the settings, the output.
use std::{
    any::Any,
    future::Future,
    io::{BufRead as _, IsTerminal as _, Read as _},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value as Json;

use super::{
    args::Global,
    sentence::{Fault, Stop, status, usage},
};
use crate::{
    action::Layer,
    config::{Config, Environment, nearest},
    domain::{
        action::{Action, Answer, Failure, Outcome, Source},
        connection::{Connection, ConnectionId},
        error::Error,
        record::RecordId,
        schema::{EntityName, EntityType, Schema},
        secret::Secret,
    },
    secrets::Secrets,
};

/// What runs when bootstrap started the built-in company.
pub struct Started {
    /// What `ficha demo --serve` prints (INTERFACE §1).
    pub introduction: Json,
    /// Runs until this is dropped.
    pub alive: Box<dyn Any + Send>,
}

/// How the built-in company shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoOptions {
    /// So many records in all.
    pub records: Option<u32>,
    /// Makes data and failures repeat.
    pub seed: Option<u64>,
    /// Before each answer.
    pub latency: Option<Duration>,
    /// `429:10%,drop:1%`.
    pub fail: Option<String>,
    /// A free one without it.
    pub port: Option<u16>,
}

/// A future in a box.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Starts the built-in company; `cli` itself does not know it.
pub type Starter = fn(DemoOptions) -> Boxed<Result<Started, Error>>;

/// What was kept for offline use; bootstrap answers for the cache.
pub trait Kept: Send + Sync {
    /// What is there, as JSON objects: one a connection.
    fn status(&self) -> Boxed<Json>;
    /// Forgets what was kept of a connection's identity, or everything.
    fn clear(&self, identity: Option<String>) -> Boxed<()>;
}

/// What every command needs.
pub struct Shell {
    /// Asks the CRMs.
    pub layer: Layer,
    /// The settings.
    pub config: Config,
    /// The places of secrets.
    pub secrets: Arc<Secrets>,
    /// What was typed for every command.
    pub global: Global,
    /// What the environment says.
    pub environment: Environment,
    /// The clock.
    pub clock: fn() -> Timestamp,
    /// Starts the built-in company.
    pub demo: Starter,
    /// The cache.
    pub kept: Arc<dyn Kept>,
    /// Reads a secret from the terminal without showing it; `None` = interrupted.
    pub type_secret: fn() -> std::io::Result<Option<Secret>>,
    /// Whether it was said that an answer is not the server's of now.
    pub is_age_told: AtomicBool,
}

/// A connection with its schema.
#[derive(Clone)]
pub struct Place {
    /// Its id in the layer.
    pub id: ConnectionId,
    /// Its name.
    pub name: String,
    /// Its schema.
    pub schema: Arc<Schema>,
}

impl Shell {
    /// The connection to use: named on the command line, in the environment, in the settings, or
    /// the only one.
    pub fn connection(&self) -> Result<(ConnectionId, Connection), Stop> {
        let named = match self.global.connection.as_slice() {
            [] => None,
            [name] => Some(name.clone()),
            [_, _, ..] => return Err(usage("Only find takes more than one -c.").into()),
        };
        let usual =
            || Some(self.config.settings.connection.clone()).filter(|name| !name.is_empty());
        match named.or_else(|| self.environment.connection.clone()).or_else(usual) {
            Some(name) => self.find(&name),
            None => self.only_one(),
        }
    }

    fn only_one(&self) -> Result<(ConnectionId, Connection), Stop> {
        let all = self.layer.connections();
        match all.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(usage("There is no connection yet.")
                .hint("Add one: ficha connection add NAME --kind espocrm --url https://…, or try: ficha demo")
                .into()),
            several => {
                let names: Vec<_> = several.iter().map(|(_, one)| one.name.as_str()).collect();
                let fault = usage("There are several connections; say which.");
                Err(fault.hint(format!("-c NAME, one of: {}", names.join(", "))).into())
            }
        }
    }

    /// The connection of that name.
    pub fn find(&self, name: &str) -> Result<(ConnectionId, Connection), Stop> {
        let found = self.layer.find(name).and_then(|id| Some((id, self.layer.connection(id)?)));
        if let Some(found) = found {
            return Ok(found);
        }
        if let Some(problem) = self.config.problem_of(name) {
            return Err(usage(problem.message.clone())
                .hint("Mend the settings: ficha config path")
                .into());
        }
        let all = self.layer.connections();
        let names = all.iter().map(|(_, connection)| connection.name.as_str());
        let near = nearest(name, names).join(", ");
        let fault = usage(format!("There is no connection {name:?}."));
        let hint = if near.is_empty() {
            "See them: ficha connection list".to_owned()
        } else {
            format!("Did you mean {near}?")
        };
        Err(fault.hint(hint).into())
    }

    /// The connection to use, with its schema.
    pub async fn place(&self) -> Result<Place, Stop> {
        let (id, connection) = self.connection()?;
        self.place_of(id, &connection.name).await
    }

    /// That connection with its schema.
    pub async fn place_of(&self, id: ConnectionId, name: &str) -> Result<Place, Stop> {
        let Outcome::Schema(schema) = self.run(id, name, Action::Types).await?.outcome else {
            return Err(surprise());
        };
        Ok(Place { id, name: name.to_owned(), schema })
    }

    /// Runs an action; a failure is told with the connection's name.
    pub async fn run(&self, id: ConnectionId, name: &str, action: Action) -> Result<Answer, Stop> {
        let answer = self.try_run(id, action).await;
        answer.map_err(|failure| Fault::of_failure(&failure, name).into())
    }

    /// Runs an action; a failure is the caller's.
    pub async fn try_run(&self, id: ConnectionId, action: Action) -> Result<Answer, Failure> {
        if self.global.read_only && action.is_write() {
            return Err(Error::ReadOnly.into());
        }
        let answer = self.layer.run(id, action, |_| ()).await?;
        self.tell_age(&answer);
        Ok(answer)
    }

    /// Nobody takes for the server's what was kept here, once.
    fn tell_age(&self, answer: &Answer) {
        let is_told = match &answer.outcome {
            // A list that was made of kept records says so itself.
            Outcome::Page(page) => page.is_filtered_here,
            Outcome::Record(_) | Outcome::Activity(_) => false,
            Outcome::Schema(_)
            | Outcome::Type(_)
            | Outcome::Me(_)
            | Outcome::Written(_)
            | Outcome::Done
            | Outcome::Json(_)
            | Outcome::Ran(_)
            | Outcome::File(_) => true,
        };
        let is_fresh = answer.source == Source::Network;
        if is_fresh || is_told || self.is_age_told.swap(true, Ordering::Relaxed) {
            return;
        }
        let seconds = (self.clock)().duration_since(answer.seen).as_secs().max(0);
        let age = match seconds {
            0..60 => format!("{seconds} s"),
            60..3_600 => format!("{} min", seconds / 60),
            3_600..86_400 => format!("{} h", seconds / 3_600),
            _ => format!("{} days", seconds / 86_400),
        };
        let why = if self.global.offline { "asked" } else { "reached" };
        self.note(&format!("ficha: kept here {age} ago; the server was not {why}."));
    }

    /// Today, where the user of that schema is.
    pub fn today(&self, schema: &Schema) -> Date {
        let zone = TimeZone::get(&schema.preferences.time_zone).unwrap_or(TimeZone::UTC);
        (self.clock)().to_zoned(zone).date()
    }

    /// The fields of `--columns`, checked against the type's; those that every record has too.
    pub fn columns(&self, entity_type: &EntityType) -> Result<Option<Vec<String>>, Stop> {
        let Some(columns) = &self.global.columns else { return Ok(None) };
        let own = super::record::OWN_COLUMNS;
        for column in columns {
            if !entity_type.fields.contains_key(column) && !own.contains(&column.as_str()) {
                return Err(unknown_field(entity_type, column).into());
            }
        }
        Ok(Some(columns.clone()))
    }

    /// A note beside the result.
    pub fn note(&self, text: &str) {
        super::note(text);
    }

    /// Whether a person can be asked.
    pub fn is_interactive(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }
}

impl Place {
    /// The entity type of that name, in any case.
    pub fn entity_type(&self, name: &str) -> Result<&EntityType, Stop> {
        let types = &self.schema.entity_types;
        let exact = EntityName::try_from(name).ok().and_then(|name| types.get(&name));
        let alike = || types.values().find(|one| one.name.as_str().eq_ignore_ascii_case(name));
        let label = || types.values().find(|one| one.label_plural.eq_ignore_ascii_case(name));
        if let Some(found) = exact.or_else(alike).or_else(label) {
            return Ok(found);
        }
        let near = nearest(name, types.keys().map(EntityName::as_str)).join(", ");
        let fault = usage(format!("{} has no entity type {name:?}.", self.name));
        let hint = if near.is_empty() {
            "See them: ficha type list".to_owned()
        } else {
            format!("Did you mean {near}?")
        };
        Err(fault.hint(hint).into())
    }
}

/// A field that the type does not have.
pub fn unknown_field(entity_type: &EntityType, name: &str) -> Fault {
    let near = nearest(name, entity_type.fields.keys().map(String::as_str)).join(", ");
    let fault = usage(format!("{} has no field {name:?}.", entity_type.name));
    if near.is_empty() {
        fault.hint(format!("See them: ficha type describe {}", entity_type.name))
    } else {
        fault.hint(format!("Did you mean {near}?"))
    }
}

/// An outcome of another kind than the action's: a bug.
pub fn surprise() -> Stop {
    Error::bug("an action was answered with the outcome of another one").into()
}

/// Ids as typed, or with `-` those on standard input: the first word of each line.
pub fn ids(typed: &[String]) -> Result<Vec<RecordId>, Stop> {
    let mut found = Vec::new();
    for id in typed {
        if id != "-" {
            found.push(RecordId::from(id.as_str()));
            continue;
        }
        for line in std::io::stdin().lock().lines() {
            let line =
                line.map_err(|error| usage(format!("Standard input cannot be read: {error}.")))?;
            if let Some(id) = line.split_whitespace().next() {
                found.push(RecordId::from(id));
            }
        }
    }
    Ok(found)
}

/// Input of more is a mistake.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// All of standard input.
pub fn standard_input() -> Result<String, Stop> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MAX_INPUT).read_to_string(&mut text);
    read.map_err(|error| usage(format!("Standard input cannot be read: {error}.")))?;
    Ok(text)
}

/// The text of an argument: itself, `@FILE`, or `-` for standard input.
pub fn text_of(argument: &str) -> Result<String, Stop> {
    if argument == "-" {
        return standard_input();
    }
    let Some(path) = argument.strip_prefix('@') else { return Ok(argument.to_owned()) };
    let wrong = |error| usage(format!("The file {path} cannot be read: {error}."));
    std::fs::read_to_string(path).map_err(|error| wrong(error).into())
}

/// The JSON of an argument: itself, `@FILE`, or `-` for standard input.
pub fn json_of(argument: &str) -> Result<Json, Stop> {
    let text = text_of(argument)?;
    serde_json::from_str(&text)
        .map_err(|error| usage(format!("The input is no JSON: {error}.")).into())
}

/// A person is needed and there is none.
pub fn nobody_to_ask(what: &str, hint: &str) -> Fault {
    Fault::new(
        "unauthorized",
        status::NOT_ALLOWED,
        format!("{what}, and standard input is no terminal."),
    )
    .hint(hint)
}
