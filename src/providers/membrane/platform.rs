//! The sign-in itself: who it is, and the elements that it sees.
use std::sync::Arc;

use serde_json::{Value as Json, json};
use strum::IntoEnumIterator as _;

use super::{element::Element, errors, verbs};
use crate::{
    domain::{
        action::Outcome,
        change::{Edits, Written},
        error::Error,
        record::{Record, RecordId},
        schema::{Me, Schema},
        value::Value,
    },
    net::exchange::{Exchange, Method, Response},
    providers::{
        Step,
        json::{text, unreadable},
    },
};

/// `GET /self`, for who is signed in or for the schema, which is the same for everybody.
#[derive(Debug)]
pub struct Myself {
    /// Whether the schema is asked for.
    pub is_schema: bool,
}

impl Myself {
    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let Some(response) = answer else {
            return Ok(Step::Send(Box::new(Exchange::get(["self"]))));
        };
        let me = me(&errors::body(response, "self")?)?;
        if !self.is_schema {
            return Ok(Step::Done(Ok(Outcome::Me(me))));
        }
        Ok(Step::Done(Ok(Outcome::Schema(Arc::new(schema(me)?)))))
    }
}

/// Who a token belongs to: a tenant, or a workspace.
pub fn me(body: &Json) -> Result<Me, Error> {
    let id = text(body, "id").ok_or_else(|| unreadable("id", "a text"))?.to_owned();
    let login = text(body, "internalId").or_else(|| text(body, "workspaceKey")).unwrap_or(&id);
    let name = text(body, "name").unwrap_or(login);
    Ok(Me { login: login.to_owned(), name: name.to_owned(), is_admin: false, id })
}

fn schema(me: Me) -> Result<Schema, Error> {
    let types = Element::iter().map(|element| {
        let entity_type = element.entity_type()?;
        Ok((entity_type.name.clone(), entity_type))
    });
    Ok(Schema {
        stamp: "platform 1".to_owned(),
        product: "Membrane".to_owned(),
        user: Some(me),
        entity_types: types.collect::<Result<_, Error>>()?,
        verbs: verbs::verbs(),
        ..Schema::default()
    })
}

/// One element, whole; a run's log with the exchange behind it.
#[derive(Debug)]
pub struct Get {
    element: Element,
    id: String,
    found: Option<Json>,
}

impl Get {
    /// The element of that id.
    pub fn new(element: Element, id: &RecordId) -> Self {
        Self { element, id: id.as_str().to_owned(), found: None }
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let resource = self.element.path(&self.id).join("/");
        match (answer, self.found.take()) {
            (None, _) => Ok(Step::Send(Box::new(read(self.element, &self.id)))),
            (Some(response), None) => {
                let found = errors::body(response, &resource)?;
                if self.element == Element::ActionRunLog {
                    self.found = Some(found);
                    let details = [self.element.path(&self.id), vec!["details".to_owned()]];
                    return Ok(Step::Send(Box::new(Exchange::get(details.concat()))));
                }
                self.done(&found)
            }
            (Some(response), Some(mut log)) => {
                // The raw exchange is an extra: the log says enough without it.
                if let Ok(details) = errors::body(response, &resource) {
                    log["exchange"] = details;
                }
                self.done(&log)
            }
        }
    }

    fn done(&self, found: &Json) -> Result<Step, Error> {
        let record = self.element.record(found, &self.element.path(&self.id).join("/"), true)?;
        Ok(Step::Done(Ok(Outcome::Record(Box::new(record)))))
    }
}

/// As the SDK reads it: a connection's secrets are never asked for.
pub fn read(element: Element, id: &str) -> Exchange {
    let exchange = Exchange::get(element.path(id));
    match element {
        Element::Connection => exchange.query("includeSecrets", "false"),
        Element::Connector | Element::Action | Element::ActionRunLog => exchange,
    }
}

/// Another name or key of a connection, `PATCH`.
#[derive(Debug)]
pub struct Update {
    base: Record,
    edits: Edits,
}

impl Update {
    /// Of that record.
    ///
    /// Errors: [`Error::Unsupported`] for what is no connection.
    pub fn new(base: Record, edits: Edits) -> Result<Self, Error> {
        match Element::of(&base.entity)? {
            Element::Connection => Ok(Self { base, edits }),
            Element::Connector | Element::Action | Element::ActionRunLog => {
                Err(Error::Unsupported { what: format!("changing a {}", base.entity) })
            }
        }
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let id = self.base.id.as_str();
        let Some(response) = answer else {
            let mut body = json!({});
            for (name, value) in &self.edits {
                let text = if let Value::Text(text) = value { Some(text) } else { None };
                body[name.as_str()] = json!(text);
            }
            let path = Element::Connection.path(id);
            return Ok(Step::Send(Box::new(Exchange::new(Method::Patch, path).json(body))));
        };
        let has_landed = (200..300).contains(&response.status);
        let body = errors::body(response, "connections");
        let body = body.map_err(|error| if has_landed { Error::Unknown } else { error })?;
        let read = Element::Connection.record(&body, "connections", true);
        let record = read.unwrap_or_else(|_| self.as_edited());
        let stored = |(name, value): &(&String, &Value)| {
            record.value(name).is_some_and(|now| !now.means_the_same(value))
        };
        let not_stored = self
            .edits
            .iter()
            .filter(stored)
            .map(|(name, _)| (name.clone(), record.value(name).cloned().unwrap_or_default()));
        let not_stored = not_stored.collect();
        Ok(Step::Done(Ok(Outcome::Written(Box::new(Written { record, not_stored })))))
    }

    /// An empty answer says that it was taken.
    fn as_edited(&self) -> Record {
        let mut record = self.base.clone();
        record.fields.extend(self.edits.clone());
        record
    }
}

/// Archives a connection: `DELETE`, 200 and empty. §2.
#[derive(Debug)]
pub struct Delete(pub Element, pub RecordId);

impl Delete {
    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        if self.0 != Element::Connection {
            return Err(Error::Unsupported { what: format!("deleting a {}", self.0) });
        }
        let path = self.0.path(self.1.as_str());
        match answer {
            None => Ok(Step::Send(Box::new(Exchange::new(Method::Delete, path)))),
            Some(response) if (200..300).contains(&response.status) => {
                Ok(Step::Done(Ok(Outcome::Done)))
            }
            Some(response) => Err(errors::error(response, &path.join("/"))),
        }
    }
}
