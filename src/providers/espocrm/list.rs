//! Lists, related records, and the search over everything. E§5, E§12, E§15.
use serde_json::Value as Json;

use super::{
    codec::{self, Extent},
    done, entity_type, errors,
    json::text,
    names, query, schema_of, send,
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::Query,
        record::{Page, Record, RecordId},
        schema::EntityName,
    },
    net::exchange::{Exchange, Response},
    providers::{
        Context, Step,
        lookup::{self, Found, Lookup},
    },
};

/// `GET {E}`, or `GET {E}/{id}/{link}`, after the names in the filter were looked up.
#[derive(Debug)]
pub struct List {
    path: Vec<String>,
    query: Query,
    /// Still to be looked up; the last one is on its way.
    lookups: Vec<Lookup>,
    found: Vec<Found>,
    is_asked: bool,
}

impl List {
    /// Records of a type.
    pub fn new(query: Query) -> Self {
        let path = vec![query.entity.to_string()];
        Self { path, query, lookups: Vec::new(), found: Vec::new(), is_asked: false }
    }

    /// Records behind a link.
    pub fn related(entity: &EntityName, id: &RecordId, link: &str, query: Query) -> Self {
        let path = vec![entity.to_string(), id.as_str().to_owned(), link.to_owned()];
        Self { path, ..Self::new(query) }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        match answer {
            None => {
                if let Some(filter) = &self.query.filter {
                    let entity_type = entity_type(context, &self.query.entity)?;
                    self.lookups = lookup::lookups(filter, entity_type, names::is_id, |_| true)?;
                }
                self.ask(context)
            }
            Some(response) if self.is_asked => self.page(context, response),
            Some(response) => {
                if let Some(lookup) = self.lookups.pop() {
                    let ids = names::read(&lookup, response)?;
                    self.found.push(Found { lookup, ids });
                }
                self.ask(context)
            }
        }
    }

    fn ask(&mut self, context: &Context) -> Result<Step, Error> {
        if let Some(lookup) = self.lookups.last() {
            return Ok(send(names::ask(lookup)));
        }
        self.is_asked = true;
        let entity_type = entity_type(context, &self.query.entity)?;
        let exchange = query::list(&self.path, &self.query, entity_type, context, &self.found)?;
        Ok(send(exchange))
    }

    fn page(&self, context: &Context, response: &Response) -> Result<Step, Error> {
        let entity_type = entity_type(context, &self.query.entity)?;
        let schema = context.schema.as_deref();
        let body = errors::body_of(response, &self.path.join("/"), Some(entity_type), schema)?;
        let asked = u64::from(query::size(&self.query));
        let page = codec::page(&body, self.query.offset, asked, |row, path| {
            codec::record(row, path, entity_type, &context.site, Extent::Part).map(Some)
        })?;
        Ok(done(Outcome::Page(page)))
    }
}

/// `GET GlobalSearch`.
#[derive(Debug)]
pub struct Search {
    /// The words.
    pub text: String,
    /// At most so many.
    pub limit: u32,
}

impl Search {
    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let limit = self.limit.clamp(1, query::PAGE_LIMIT);
        let words = self.text.trim();
        match answer {
            // The server refuses to search for nothing; nothing is what is found.
            None if words.is_empty() => Ok(done(Outcome::Page(Page::default()))),
            None => Ok(send(
                Exchange::get(["GlobalSearch"])
                    .query("q", words)
                    .query("offset", "0")
                    .query("maxSize", limit.to_string()),
            )),
            Some(response) => {
                let body = errors::body(response, "GlobalSearch")?;
                let read = |row: &Json, path: &str| mixed(context, row, path);
                Ok(done(Outcome::Page(codec::page(&body, 0, u64::from(limit), read)?)))
            }
        }
    }
}

/// A row that says itself of which type it is. One that is not in the schema is left out: it
/// could not be opened.
pub fn mixed(context: &Context, row: &Json, path: &str) -> Result<Option<Record>, Error> {
    let Some(name) = text(row, "_scope").and_then(|name| EntityName::try_from(name).ok()) else {
        return Ok(None);
    };
    match schema_of(context)?.entity_type(&name) {
        Some(entity_type) => {
            codec::record(row, path, entity_type, &context.site, Extent::Part).map(Some)
        }
        None => Ok(None),
    }
}
