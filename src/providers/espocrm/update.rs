//! Changes of a record, and what happens when someone else was faster. E§10.
use std::mem;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{
    codec::{self, Extent},
    create::{body, is_stored, written},
    done,
    encode::encode,
    entity_type, errors, send, single, value,
};
use crate::{
    domain::{
        action::Outcome,
        change::{Conflict, Edits, Written},
        error::Error,
        record::Record,
        schema::{EntityType, FieldKind},
        value::Value,
    },
    net::exchange::{Exchange, Method, Response},
    providers::{Context, Step},
};

/// So often is a write repeated that was refused for a version alone.
const TRIES: u32 = 3;

/// Only what changed is sent; the server's check is used where it has one, else ours.
#[derive(Debug)]
pub struct Update {
    /// What the edits were made against.
    base: Record,
    edits: Edits,
    resolved: bool,
    version: Option<u64>,
    tries: u32,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    /// Read before a write that the server does not check.
    Checking,
    Writing,
    /// Refused: read what stands there now.
    Comparing,
    /// Written, or nothing to write: read back.
    Reading(Option<Box<Record>>),
}

impl Update {
    /// Of that record. `resolved`: `base` is what stands there, and mine shall stand.
    pub fn new(base: Record, mut edits: Edits, resolved: bool) -> Self {
        edits.retain(|name, mine| !base.value(name).is_some_and(|value| same(mine, value)));
        let version = base.version;
        Self { base, edits, resolved, version, tries: 0, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let entity_type = entity_type(context, &self.base.entity)?;
        match (mem::replace(&mut self.at, At::Start), answer) {
            (At::Start, None) => self.start(entity_type),
            (At::Checking, Some(response)) => self.check(context, entity_type, response),
            (At::Writing, Some(response)) => self.answered(context, entity_type, response),
            (At::Comparing, Some(response)) => self.compare(context, entity_type, response),
            (At::Reading(answered), Some(response)) => {
                let read = single::whole(context, &self.base.entity, response);
                match (read, answered) {
                    // Neither answer was the product's: perhaps it never saw the write.
                    (Err(_), None) => Err(Error::Unknown),
                    (read, Some(answered)) => Ok(done(written(&self.edits, read, *answered))),
                    (Ok(read), None) => Ok(done(written(&self.edits, Ok(read.clone()), read))),
                }
            }
            _ => Err(Error::bug("an update was driven out of turn")),
        }
    }

    fn start(&mut self, entity_type: &EntityType) -> Result<Step, Error> {
        if self.edits.is_empty() {
            return Ok(self.read(At::Reading(Some(Box::new(self.base.clone())))));
        }
        if self.version.is_none() && !self.resolved {
            return Ok(self.read(At::Checking));
        }
        self.write(entity_type)
    }

    fn read(&mut self, at: At) -> Step {
        self.at = at;
        send(single::read(&self.base.entity, &self.base.id))
    }

    fn write(&mut self, entity_type: &EntityType) -> Result<Step, Error> {
        let mut attributes = body(entity_type, &self.edits)?;
        self.drop_unchanged_parts(entity_type, &mut attributes)?;
        let path = [self.base.entity.as_str(), self.base.id.as_str()];
        let mut exchange = Exchange::new(Method::Put, path).json(Json::Object(attributes));
        if let Some(version) = self.version {
            exchange = exchange.header("X-Version-Number", version.to_string());
        }
        self.tries += 1;
        self.at = At::Writing;
        Ok(send(exchange))
    }

    /// Of an address or a name only the changed parts are sent, so that someone else's change
    /// of another part stays.
    fn drop_unchanged_parts(
        &self,
        entity_type: &EntityType,
        attributes: &mut Map<String, Json>,
    ) -> Result<(), Error> {
        for name in self.edits.keys() {
            let field = entity_type
                .field(name)
                .filter(|field| matches!(field.kind, FieldKind::Address | FieldKind::PersonName));
            if let (Some(field), Some(value)) = (field, self.base.value(name)) {
                let before = encode(field, value)?;
                attributes.retain(|attribute, json| before.get(attribute) != Some(json));
            }
        }
        Ok(())
    }

    /// Our own check, where the server has none.
    fn check(
        &mut self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        let theirs = single::whole(context, &self.base.entity, response)?;
        self.refuse_conflicts(&theirs)?;
        let is_done = |(name, mine): (&String, &Value)| {
            theirs.value(name).is_some_and(|value| same(mine, value))
        };
        if self.edits.iter().all(is_done) {
            // Someone saved the very same: there is nothing left to write.
            let written = Written { record: theirs, not_stored: IndexMap::new() };
            return Ok(done(Outcome::Written(Box::new(written))));
        }
        self.write(entity_type)
    }

    fn answered(
        &mut self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        if (200..300).contains(&response.status) {
            let answered = self.landed(context, entity_type, response);
            return Ok(self.read(At::Reading(answered.map(Box::new))));
        }
        let is_modified = response.status == 409
            && response.header("x-status-reason").is_some_and(|reason| reason.trim() == "modified");
        if !is_modified || self.tries >= TRIES {
            return self.refused(context, entity_type, response, is_modified);
        }
        // The version tells that the record changed, not that these fields did. E§10.
        let said: Json = serde_json::from_slice(&response.body).unwrap_or(Json::Null);
        let version = said.get("versionNumber").and_then(Json::as_u64);
        if let (Some(version), true) = (version, self.is_untouched(entity_type, &said)) {
            self.version = Some(version);
            return self.write(entity_type);
        }
        Ok(self.read(At::Comparing))
    }

    fn refused(
        &mut self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
        is_modified: bool,
    ) -> Result<Step, Error> {
        if is_modified {
            return Ok(self.read(At::Comparing));
        }
        let schema = context.schema.as_deref();
        let entity = self.base.entity.as_str();
        Err(errors::error(response, entity, Some(entity_type), schema))
    }

    /// Whether the refusal's values are those that our edits were made against.
    fn is_untouched(&self, entity_type: &EntityType, said: &Json) -> bool {
        let Some(values) = said.get("values").and_then(Json::as_object) else { return false };
        self.edits.keys().all(|name| {
            let field = entity_type.field(name);
            let theirs = field.and_then(|field| value::decode(field, values));
            match (theirs, self.base.value(name)) {
                (Some(theirs), Some(base)) => same(&theirs, base),
                _ => false,
            }
        })
    }

    fn compare(
        &mut self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        let theirs = single::whole(context, &self.base.entity, response)?;
        self.refuse_conflicts(&theirs)?;
        if self.tries >= TRIES {
            // It changes faster than we can read it: leave it to the user.
            let fields = self.edits.keys().cloned().collect();
            return Err(Error::Conflict(Box::new(Conflict { theirs, fields })));
        }
        self.version = theirs.version;
        self.write(entity_type)
    }

    fn refuse_conflicts(&self, theirs: &Record) -> Result<(), Error> {
        let both = |(name, mine): &(&String, &Value)| {
            let theirs = theirs.value(name).unwrap_or(&Value::Empty);
            let base = self.base.value(name).unwrap_or(&Value::Empty);
            !same(theirs, base) && !same(theirs, mine)
        };
        let fields: Vec<_> = self.edits.iter().filter(both).map(|(name, _)| name.clone()).collect();
        if fields.is_empty() {
            return Ok(());
        }
        Err(Error::Conflict(Box::new(Conflict { theirs: theirs.clone(), fields })))
    }

    /// What the write answered; `None` when that is no record.
    fn landed(
        &self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
    ) -> Option<Record> {
        let body = errors::body(response, self.base.entity.as_str()).ok()?;
        codec::record(&body, "", entity_type, &context.site, Extent::Part).ok()
    }
}

/// Whether two values are the same to the server, so that a change of it is none.
fn same(a: &Value, b: &Value) -> bool {
    is_stored(a, b)
}
