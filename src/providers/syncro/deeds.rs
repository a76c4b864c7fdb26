//! The product's own deeds: timers, printing, e-mail, scripts, alerts. A table of what each is
//! called and wants, and the requests that each takes.
use serde_json::{Map, Value as Json, json};

use super::{
    done, envelope,
    errors::{self, About},
    resource, send, single,
};
use crate::{
    domain::{
        action::{Outcome, Ran, Run},
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

mod finding;
mod requests;
mod table;

pub use self::table::{Offered, verb, without_record};

/// A deed that is being done.
#[derive(Debug)]
pub struct Deed {
    run: Run,
    verb: &'static table::Row,
    at: At,
    /// What was found out before: timers, the record.
    found: Vec<Json>,
    /// What is still to be sent.
    rest: Vec<Exchange>,
    ran: Ran,
    landed: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Finding,
    Doing,
}

impl Deed {
    /// That one, by its key.
    pub fn new(run: Run) -> Result<Self, Error> {
        let verb = table::row(&run.key);
        let unknown = || Error::Usage { reason: format!("Syncro knows no action {}", run.key) };
        let verb = verb.ok_or_else(unknown)?;
        let (found, rest, ran) = (Vec::new(), Vec::new(), Ran::default());
        Ok(Self { run, verb, at: At::Start, found, rest, ran, landed: 0 })
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        match (self.at, answer) {
            (At::Start, _) => {
                table::check(self.verb, &self.run)?;
                match finding::ask(self.verb.key, self.target_id()?, &self.run.input) {
                    Some(exchange) => {
                        self.at = At::Finding;
                        Ok(send(exchange))
                    }
                    None => self.begin(context),
                }
            }
            (At::Finding, Some(response)) => {
                let about = About { resource: self.verb.key, ..About::default() };
                let body = errors::body(response, about)?;
                self.found = finding::read(self.verb.key, &body, context, self.target_id()?)?;
                self.begin(context)
            }
            (At::Doing, Some(response)) => self.did(response),
            (At::Finding | At::Doing, None) => Err(Error::bug("a deed was driven out of turn")),
        }
    }

    /// The id of the record that it is done to.
    fn target_id(&self) -> Result<&str, Error> {
        match (&self.run.target, self.verb.entity) {
            (_, "") => Ok(""),
            (Some((entity, id)), of) if entity.as_str() == of => Ok(id.as_str()),
            (_, of) => {
                let reason = format!("{} is done to a record of type {of}", self.verb.key);
                Err(Error::Usage { reason })
            }
        }
    }

    fn begin(&mut self, context: &Context) -> Result<Step, Error> {
        self.at = At::Doing;
        let made = requests::requests(
            self.verb.key,
            self.target_id()?,
            &self.run.input,
            &self.found,
            context,
        )?;
        self.rest = made;
        self.rest.reverse();
        Ok(self.go_on())
    }

    fn go_on(&mut self) -> Step {
        match self.rest.pop() {
            Some(next) => send(next),
            None => done(Outcome::Ran(std::mem::take(&mut self.ran))),
        }
    }

    /// A later refusal does not undo what was done, and says how much that was.
    fn did(&mut self, response: &Response) -> Result<Step, Error> {
        let has_landed = (200..300).contains(&response.status);
        let about = About { resource: self.verb.key, needs: self.verb.needs, entity_type: None };
        let body = match errors::body(response, about) {
            Ok(body) => body,
            // It succeeded, whatever it says.
            Err(_) if has_landed => Json::Null,
            Err(error) if self.landed == 0 => return Err(error),
            Err(error) => return Err(Error::Partly { done: self.landed, errors: vec![error] }),
        };
        let is_refused = |it: &Json| *it == json!(false) || *it == json!("false");
        if body.get("success").is_some_and(is_refused) {
            let said = errors::error(&Response { status: 422, ..response.clone() }, about);
            return Err(said);
        }
        self.landed += 1;
        if self.landed == 1 {
            self.ran.record = self.record(&body);
            self.ran.output = body;
            let target = self.ran.record.as_ref().map(|(_, id)| id.as_str().to_owned());
            let more = requests::after(self.verb.key, target.as_deref(), &self.found);
            self.rest.extend(more.into_iter().rev());
        }
        Ok(self.go_on())
    }

    /// What came of it, else what it was done to.
    fn record(&self, body: &Json) -> Option<(EntityName, RecordId)> {
        let made = (!self.verb.makes.is_empty()).then(|| {
            let entity = EntityName::try_from(self.verb.makes).ok()?;
            let resource = resource(&entity).ok()?;
            let own = match envelope::single(body, resource, "") {
                Ok(map) => super::create::id_in(map),
                // A blueprint tells the number alone.
                Err(_) => id_of(body, &format!("{}_id", resource.single)),
            };
            Some((entity, own?))
        });
        made.flatten().or_else(|| self.run.target.clone())
    }
}

/// The id under that key.
fn id_of(body: &Json, key: &str) -> Option<RecordId> {
    let own = body.get(key).and_then(super::reading::id)?;
    Some(RecordId::from(own.as_str()))
}

/// The text of an input, where one was given.
fn text<'a>(input: &'a Json, name: &str) -> Option<&'a str> {
    input.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Inputs of those names, as they are, where they were given.
fn given(input: &Json, names: &[&str]) -> Map<String, Json> {
    let is_there = |json: &&Json| !json.is_null() && json.as_str() != Some("");
    let one = |name: &&str| Some(((*name).to_owned(), input.get(*name).filter(is_there)?.clone()));
    names.iter().filter_map(one).collect()
}

/// The path of a record of that type.
fn path_of(entity: &str, id: &str) -> Result<Vec<String>, Error> {
    Ok(single::path(resource(&super::schema::name(entity)?)?, &RecordId::from(id)))
}
