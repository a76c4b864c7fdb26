//! Deletes, and links between records. A7, A9.
use serde_json::json;

use super::{World, call::Flavour, done, errors, ids, send, single, types};
use crate::{
    domain::{
        action::{LinkChange, Outcome},
        error::Error,
        record::RecordId,
        schema::EntityName,
    },
    net::exchange::{Exchange, Response},
    providers::Step,
};

/// `delete`; what is refused or broken is looked for afterwards.
#[derive(Debug)]
pub struct Delete {
    entity: EntityName,
    id: RecordId,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Writing,
    /// Why it did not say that it was done, and whether it may be gone all the same.
    Looking(Error, bool),
}

impl Delete {
    /// Of that record.
    pub fn new(entity: EntityName, id: RecordId) -> Self {
        Self { entity, id, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.entity)?;
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => {
                self.id = ids::whole(entity_type, &self.id);
                self.at = At::Writing;
                Ok(send(world.flavour.write("delete", &[("id", self.id.as_str())])))
            }
            (At::Writing, [response]) => match errors::result(response, "delete") {
                Ok(_) => Ok(done(Outcome::Done)),
                Err(error) => {
                    let is_unclear = errors::is_unclear(response);
                    if !is_unclear && !matches!(error, Error::Forbidden { .. }) {
                        return Err(error);
                    }
                    self.at = At::Looking(error, is_unclear);
                    Ok(send(single::exists(world, entity_type, &self.id)))
                }
            },
            (At::Looking(error, true), [response]) => match errors::rows(response, "query") {
                Ok(rows) if rows.is_empty() => Ok(done(Outcome::Done)),
                Ok(_) => Err(error),
                Err(_) => Err(Error::Unknown),
            },
            (At::Looking(error, false), [response]) => {
                Err(single::missing(error, response, &self.id))
            }
            _ => Err(Error::bug("a delete was driven out of turn")),
        }
    }
}

/// Links or unlinks, one record after another: the API takes one at a time. A9.
#[derive(Debug)]
pub struct Relink {
    change: LinkChange,
    is_link: bool,
    done: usize,
    errors: Vec<Error>,
}

impl Relink {
    /// Of those records.
    pub fn new(change: LinkChange, is_link: bool) -> Self {
        Self { change, is_link, done: 0, errors: Vec::new() }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        if let [response] = answers {
            match errors::result(response, "link") {
                Ok(_) => self.done += 1,
                Err(_) if errors::is_unclear(response) => self.errors.push(Error::Unknown),
                Err(error) => self.errors.push(error),
            }
        }
        let at = self.done + self.errors.len();
        match self.change.others.get(at) {
            Some(other) => Ok(send(self.one(world, other)?)),
            None => self.over(),
        }
    }

    fn over(&mut self) -> Result<Step, Error> {
        match (self.done, self.errors.len()) {
            (_, 0) => Ok(done(Outcome::Done)),
            (0, 1) => Err(self.errors.pop().unwrap_or(Error::Unknown)),
            (done, _) => Err(Error::Partly { done, errors: std::mem::take(&mut self.errors) }),
        }
    }

    /// A reference is set or emptied in the other record; all else is a relation of the server's.
    fn one(&self, world: &World, other: &RecordId) -> Result<Exchange, Error> {
        let LinkChange { entity, id, link, .. } = &self.change;
        let entity_type = world.entity_type(entity)?;
        let id = ids::whole(entity_type, id);
        let leads = entity_type.links.get(link).and_then(|link| link.entity.clone());
        let target = match leads {
            Some(name) => world.entity_type(&name)?,
            None => {
                return Err(Error::Unsupported { what: format!("{entity} has no link {link}") });
            }
        };
        let other = ids::whole(target, other);
        if let Some(field) = types::reference_to(target, entity) {
            let value = if self.is_link { id.as_str() } else { "" };
            let element = json!({ "id": other.as_str(), field: value }).to_string();
            return Ok(world.flavour.write("revise", &[("element", &element)]));
        }
        let params = [("sourceRecordId", id.as_str()), ("relatedRecordId", other.as_str())];
        match (self.is_link, world.flavour) {
            (true, _) => {
                let params = [params[0], params[1], ("relationIdLabel", link.as_str())];
                Ok(world.flavour.write("add_related", &params))
            }
            (false, Flavour::Cloud) => Ok(world.flavour.write("delete_related", &params)),
            (false, Flavour::Open) => {
                let what = format!(
                    "unlinking {link}: Vtiger's API can link but not unlink here; open the record in the browser"
                );
                Err(Error::Unsupported { what })
            }
        }
    }
}
