//! Changes of a record. A7: nothing on the server tells two writers apart, so the fields are read
//! again before they are written, and compared with what the edits were made against.
use serde_json::{Value as Json, json};

use super::{
    World,
    compare::{same, written},
    done,
    element::{self, Element, TAX_TYPE},
    errors, ids, lines,
    naming::{Named, Naming},
    send, single, stock,
};
use crate::{
    domain::{
        action::Outcome,
        change::{Conflict, Edits},
        error::Error,
        record::Record,
        schema::EntityType,
        value::Value,
    },
    net::exchange::Response,
    providers::Step,
};

/// Only what changed is sent.
#[derive(Debug)]
pub struct Update {
    /// What the edits were made against.
    base: Record,
    edits: Edits,
    resolved: bool,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Checking,
    /// Refused: is it there at all?
    Asking(Error),
    Writing,
    /// What stands there now: after an answer that tells nothing, or for totals.
    Reading(Result<Box<Record>, Error>),
    /// Both changed the same: names for what theirs points to.
    Disagreeing(Naming, Box<Conflict>),
    Naming(Naming, Box<Record>),
}

impl Update {
    /// Of that record. `resolved`: `base` is what stands there, and mine shall stand.
    pub fn new(base: Record, mut edits: Edits, resolved: bool) -> Self {
        edits.retain(|name, mine| !base.value(name).is_some_and(|value| same(mine, value)));
        Self { base, edits, resolved, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.base.entity)?;
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => {
                self.base.id = ids::whole(entity_type, &self.base.id);
                let is_checked = self.resolved && !self.edits.is_empty();
                if is_checked {
                    self.write(world, entity_type)
                } else {
                    Ok(self.read(world, At::Checking))
                }
            }
            (At::Checking, [response]) => self.check(world, entity_type, response),
            (At::Asking(error), [response]) => Err(single::missing(error, response, &self.base.id)),
            (At::Writing, [response]) => self.answered(world, entity_type, response),
            (At::Reading(known), [response]) => self.stands(world, entity_type, response, known),
            (At::Disagreeing(naming, mut conflict), answers) => {
                naming.put(answers, std::iter::once(&mut conflict.theirs), world);
                Err(Error::Conflict(conflict))
            }
            (At::Naming(naming, mut record), answers) => {
                naming.put(answers, std::iter::once(&mut *record), world);
                Ok(self.over(*record))
            }
            _ => Err(Error::bug("an update was driven out of turn")),
        }
    }

    fn read(&mut self, world: &World, at: At) -> Step {
        self.at = at;
        send(world.flavour.retrieve(self.base.id.as_str()))
    }

    fn check(
        &mut self,
        world: &World,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        let theirs = match single::whole(response, entity_type, world) {
            Ok(theirs) => theirs,
            Err(error @ Error::Forbidden { .. }) => {
                self.at = At::Asking(error);
                return Ok(send(single::exists(world, entity_type, &self.base.id)));
            }
            Err(error) => return Err(error),
        };
        if self.edits.is_empty() {
            return Ok(self.name(world, theirs));
        }
        let fields = self.disagreed(&theirs);
        if !fields.is_empty() {
            return self.disagree(world, Conflict { theirs, fields });
        }
        let is_done = |(name, mine): (&String, &Value)| {
            theirs.value(name).is_some_and(|value| same(mine, value))
        };
        if self.edits.iter().all(is_done) {
            // Someone saved the very same: there is nothing left to write.
            return Ok(self.name(world, theirs));
        }
        self.write(world, entity_type)
    }

    fn disagreed(&self, theirs: &Record) -> Vec<String> {
        let both = |(name, mine): &(&String, &Value)| {
            let theirs = theirs.value(name).unwrap_or(&Value::Empty);
            let base = self.base.value(name).unwrap_or(&Value::Empty);
            !same(theirs, base) && !same(theirs, mine)
        };
        self.edits.iter().filter(both).map(|(name, _)| name.clone()).collect()
    }

    fn disagree(&mut self, world: &World, conflict: Conflict) -> Result<Step, Error> {
        let Conflict { theirs, fields } = conflict;
        match Naming::one(theirs, world) {
            Named::Ready(theirs) => {
                Err(Error::Conflict(Box::new(Conflict { theirs: *theirs, fields })))
            }
            Named::Asked(naming, theirs, step) => {
                let conflict = Box::new(Conflict { theirs: *theirs, fields });
                self.at = At::Disagreeing(naming, conflict);
                Ok(step)
            }
        }
    }

    fn write(&mut self, world: &World, entity_type: &EntityType) -> Result<Step, Error> {
        let mut element = element::element(entity_type, &self.edits, world)?;
        element.fields.insert("id".to_owned(), json!(self.base.id.as_str()));
        if self.edits.contains_key(lines::FIELD) {
            self.keep_tax_type(&mut element);
        }
        let text = Json::Object(element.fields).to_string();
        self.at = At::Writing;
        Ok(send(world.flavour.upload("revise", &[("element", text.as_str())], element.files)))
    }

    /// Lines that are sent without saying how they are taxed leave the record without it; per line
    /// is what breaks it on PHP 8. A8.
    fn keep_tax_type(&self, element: &mut Element) {
        let known = match self.base.value(TAX_TYPE) {
            Some(Value::Text(known)) if !known.is_empty() => known.as_str(),
            _ => "group",
        };
        element.fields.entry(TAX_TYPE).or_insert(json!(known));
    }

    fn answered(
        &mut self,
        world: &World,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        match single::read("revise", response, entity_type, world) {
            Ok(record) if stock::has_lines(self.base.entity.as_str()) => {
                Ok(self.read(world, At::Reading(Ok(Box::new(record)))))
            }
            Ok(record) => Ok(self.name(world, record)),
            Err(error) if errors::is_unclear(response) => {
                Ok(self.read(world, At::Reading(Err(error))))
            }
            Err(Error::Unreadable { .. }) => Ok(self.read(world, At::Reading(Err(Error::Unknown)))),
            Err(error @ Error::Forbidden { .. }) => {
                self.at = At::Asking(error);
                Ok(send(single::exists(world, entity_type, &self.base.id)))
            }
            Err(error) => Err(error),
        }
    }

    /// After an answer that told nothing: whether what was sent stands there.
    fn stands(
        &mut self,
        world: &World,
        entity_type: &EntityType,
        response: &Response,
        known: Result<Box<Record>, Error>,
    ) -> Result<Step, Error> {
        let read = single::whole(response, entity_type, world);
        match (read, known) {
            (Ok(record), Ok(_)) => Ok(self.name(world, record)),
            // The read failed, the write did not.
            (Err(_), Ok(answered)) => {
                Ok(self.name(world, Record { is_complete: false, ..*answered }))
            }
            (Ok(record), Err(error)) => {
                let stored = |(name, mine): (&String, &Value)| {
                    record.value(name).is_some_and(|value| same(mine, value))
                };
                let is_file = |value: &Value| matches!(value, Value::Upload(_));
                if self.edits.iter().any(stored) {
                    Ok(self.name(world, record))
                } else if self.edits.values().any(is_file) {
                    // Whether a file came cannot be seen.
                    Err(Error::Unknown)
                } else {
                    Err(error)
                }
            }
            (Err(_), Err(_)) => Err(Error::Unknown),
        }
    }

    fn name(&mut self, world: &World, record: Record) -> Step {
        match Naming::one(record, world) {
            Named::Ready(record) => self.over(*record),
            Named::Asked(naming, record, step) => {
                self.at = At::Naming(naming, record);
                step
            }
        }
    }

    fn over(&self, record: Record) -> Step {
        done(Outcome::Written(Box::new(written(&self.edits, record))))
    }
}
