//! Records behind a link: found by a field of theirs, by a path, or within the record itself.
use serde_json::{Value as Json, json};

use super::{
    done, entity_type, envelope,
    errors::{self, About},
    list::{self, List},
    reading::text,
    resource, send, single,
    table::{By, Place, Resource, Tie},
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Compare, Filter, Query, Test},
        record::RecordId,
        schema::EntityName,
        value::{Reference, Value},
    },
    net::exchange::Response,
    providers::{Context, Step, json::items},
};

/// Some of the records behind a link.
#[derive(Debug)]
pub struct Related {
    entity: EntityName,
    id: RecordId,
    tie: &'static Tie,
    query: Query,
    list: Option<Box<List>>,
}

impl Related {
    /// Of that record.
    pub fn new(entity: EntityName, id: RecordId, link: &str, query: Query) -> Result<Self, Error> {
        let tie = resource(&entity)?.tie(link);
        let unknown = || Error::NotFound { what: format!("link {link} of {entity}") };
        let tie = tie.ok_or_else(unknown)?;
        let query = Query { entity: super::schema::name(tie.to)?, ..query };
        Ok(Self { entity, id, tie, query, list: None })
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        if let Some(list) = &mut self.list {
            return list.next(context, answer);
        }
        let from = resource(&self.entity)?;
        match (self.tie.by, answer) {
            (By::Within(_) | By::Value { .. }, None) => Ok(send(single::read(from, &self.id))),
            (By::Within(key), Some(response)) => self.within(context, from, key, response),
            (By::Value { field, from: key }, Some(response)) => {
                let record = single::whole(context, from, &self.id, response)?;
                let value = record.value(key).cloned().unwrap_or_default();
                self.narrow(field, value);
                self.begin(context, List::new(self.query.clone()))
            }
            (By::Field(field), _) => {
                let id = self.id.as_str().to_owned();
                self.narrow(field, Value::Reference(Reference { entity: None, id, name: None }));
                self.begin(context, List::new(self.query.clone()))
            }
            (By::Below, _) => {
                let Place::Below { field, .. } = resource(&self.query.entity)?.place else {
                    return Err(Error::bug(format!("{} stand below nothing", self.tie.to)));
                };
                let id = self.id.as_str().to_owned();
                self.narrow(field, Value::Reference(Reference { entity: None, id, name: None }));
                self.begin(context, List::new(self.query.clone()))
            }
            (By::Preset(name), _) => {
                self.query.preset = Some(format!("{name}{}", self.id.as_str()));
                self.begin(context, List::new(self.query.clone()))
            }
            (By::Path(path), _) => {
                let mut path: Vec<_> = path.iter().map(|&part| part.to_owned()).collect();
                path.push(self.id.as_str().to_owned());
                self.begin(context, List::below(self.query.clone(), path))
            }
        }
    }

    fn begin(&mut self, context: &Context, mut list: List) -> Result<Step, Error> {
        let step = list.next(context, None);
        self.list = Some(Box::new(list));
        step
    }

    fn narrow(&mut self, field: &str, value: Value) {
        let test = Filter::Test(Test { field: field.to_owned(), test: Compare::Is(value) });
        self.query.filter = Some(match self.query.filter.take() {
            Some(filter) => Filter::All(vec![test, filter]),
            None => test,
        });
    }

    /// Rows that stand in the record itself.
    fn within(
        &self,
        context: &Context,
        from: &'static Resource,
        key: &str,
        response: &Response,
    ) -> Result<Step, Error> {
        let path = single::path(from, &self.id).join("/");
        let entity = Some(entity_type(context, &self.entity)?);
        let about = About { resource: &path, needs: from.needs.get, entity_type: entity };
        let body = errors::body(response, about)?;
        let map = envelope::single(&body, from, &path)?;
        let to = resource(&self.query.entity)?;
        let inner =
            json!({ to.list: map.get(key).and_then(Json::as_array).cloned().unwrap_or_default() });
        let (rows, _) = envelope::rows(&inner, to)?;
        let others = entity_type(context, &self.query.entity)?;
        let mut page = list::local(context, to, others, &self.query, &rows)?;
        for record in page.records.values_mut() {
            record.is_complete = false;
        }
        Ok(done(Outcome::Page(page)))
    }
}

/// What happened around a record, where the API tells: comments.
pub fn comments(body: &Json) -> impl Iterator<Item = &Json> {
    items(body, &["comments"]).filter(|comment| comment.get("body").and_then(text).is_some())
}
