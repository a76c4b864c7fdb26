//! One record: read it, delete it, link and unlink others. E§6, E§11, E§12.
use serde_json::{Value as Json, json};

use super::{
    codec::{self, Extent},
    done, entity_type, errors, send,
};
use crate::{
    domain::{
        action::{LinkChange, Outcome},
        error::Error,
        record::{Record, RecordId},
        schema::EntityName,
    },
    net::exchange::{Exchange, Method, Response},
    providers::{Context, Step},
};

/// `GET {E}/{id}`.
#[derive(Debug)]
pub struct Get {
    /// Its type.
    pub entity: EntityName,
    /// Its id.
    pub id: RecordId,
}

impl Get {
    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        match answer {
            None => Ok(send(read(&self.entity, &self.id))),
            Some(response) => {
                let record = whole(context, &self.entity, response)?;
                Ok(done(Outcome::Record(Box::new(record))))
            }
        }
    }
}

/// The exchange that reads one record.
pub fn read(entity: &EntityName, id: &RecordId) -> Exchange {
    Exchange::get([entity.as_str(), id.as_str()])
}

/// The record that such an exchange answered with.
pub fn whole(context: &Context, entity: &EntityName, response: &Response) -> Result<Record, Error> {
    let entity_type = entity_type(context, entity)?;
    let schema = context.schema.as_deref();
    let body = errors::body_of(response, entity.as_str(), Some(entity_type), schema)?;
    codec::record(&body, "", entity_type, &context.site, Extent::Whole)
}

/// An exchange that is answered with `true`, or with what was made, of which nothing is needed.
/// `false` is a failure that looks like a success.
#[derive(Debug)]
pub struct Truth {
    exchange: Exchange,
    resource: String,
}

impl Truth {
    /// That exchange; `resource` names it for people.
    pub fn of(exchange: Exchange, resource: String) -> Self {
        Self { exchange, resource }
    }

    /// `DELETE {E}/{id}`.
    pub fn delete(entity: &EntityName, id: &RecordId) -> Self {
        let exchange = Exchange::new(Method::Delete, [entity.as_str(), id.as_str()]);
        Self { exchange, resource: format!("{entity}/{}", id.as_str()) }
    }

    /// `POST {E}/{id}/{link}`.
    pub fn link(change: &LinkChange) -> Self {
        Self::change(Method::Post, change)
    }

    /// `DELETE {E}/{id}/{link}`, with a body: without one nothing is done. E§12.
    pub fn unlink(change: &LinkChange) -> Self {
        Self::change(Method::Delete, change)
    }

    fn change(method: Method, change: &LinkChange) -> Self {
        let LinkChange { entity, id, link, others } = change;
        let ids: Vec<_> = others.iter().map(RecordId::as_str).collect();
        let exchange = Exchange::new(method, [entity.as_str(), id.as_str(), link]);
        let resource = format!("{entity}/{}/{link}", id.as_str());
        Self { exchange: exchange.json(json!({ "ids": ids })), resource }
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let Some(response) = answer else { return Ok(send(self.exchange.clone())) };
        let has_landed = (200..300).contains(&response.status);
        let body = errors::body(response, &self.resource);
        // A success that is not the product's own may have landed or not.
        match body.map_err(|error| if has_landed { Error::Unknown } else { error })? {
            Json::Bool(true) => Ok(done(Outcome::Done)),
            Json::Bool(false) => {
                let reason = "the server answered false: nothing was done".to_owned();
                Err(Error::Invalid { field: None, reason })
            }
            // It succeeded; what it says besides is of no use here.
            Json::Null | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
                Ok(done(Outcome::Done))
            }
        }
    }
}
