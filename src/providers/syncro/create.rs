//! New records: written, completed by a change where the API takes something in a change only, its
//! lines added, and read back.
use std::collections::VecDeque;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::{
    codec::{Codec, Extent},
    done, encode,
    encode::{Body, For},
    entity_type, envelope,
    errors::{self, About},
    files, lines, resource, send, single,
    table::{Place, Resource, Wire},
    update::{not_stored, unwritten},
};
use crate::{
    domain::{
        action::Outcome,
        change::{Edits, Written},
        error::Error,
        record::{Record, RecordId},
        schema::{EntityName, EntityType, FieldKind},
        value::Value,
    },
    net::exchange::{Exchange, Method, Response},
    providers::{Context, Step},
};

/// A new record.
#[derive(Debug)]
pub struct Create {
    entity: EntityName,
    edits: Edits,
    /// What the write answered, once it did.
    created: Option<Record>,
    /// What is still to be written.
    rest: VecDeque<Exchange>,
    /// Of the rest what was refused: told at the end, since the record exists.
    refused: Vec<Error>,
    later: Edits,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Writing,
    Completing,
    Reading,
}

impl Create {
    /// Of those values.
    pub fn new(entity: EntityName, edits: Edits) -> Self {
        Self {
            entity,
            edits,
            created: None,
            rest: VecDeque::new(),
            refused: Vec::new(),
            later: Edits::new(),
            at: At::Start,
        }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let resource = resource(&self.entity)?;
        let entity_type = entity_type(context, &self.entity)?;
        match (self.at, answer) {
            (At::Start, _) => {
                self.at = At::Writing;
                self.write(resource, entity_type).map(send)
            }
            (At::Writing, Some(response)) => {
                let record = self.landed(context, resource, entity_type, response)?;
                self.rest = self.completion(resource, entity_type, &record)?;
                self.created = Some(record);
                self.go_on(resource)
            }
            (At::Completing, Some(response)) => {
                if !(200..300).contains(&response.status) {
                    self.refused.push(errors::error(response, about(resource, entity_type)));
                }
                self.go_on(resource)
            }
            (At::Reading, Some(response)) => self.read(context, resource, response),
            (At::Writing | At::Completing | At::Reading, None) => {
                Err(Error::bug("a new record was driven out of turn"))
            }
        }
    }

    fn write(
        &mut self,
        resource: &'static Resource,
        entity_type: &EntityType,
    ) -> Result<Exchange, Error> {
        if !resource.can.create {
            let what = format!("new {}: the API offers it not", resource.many.to_lowercase());
            return Err(Error::Unsupported { what });
        }
        let Body { mut attributes, properties, later } =
            encode::body(resource, entity_type, &self.edits, For::Create)?;
        self.later = later;
        // An empty text in a new record says nothing.
        attributes.retain(|_, json| !json.is_null());
        let path = self.path(resource)?;
        if let Place::Below { field, .. } = resource.place {
            attributes.shift_remove(field);
        }
        // The one id that is a text, and that only in a new record.
        if let ("ProductSku", Some(vendor)) = (resource.name, attributes.get_mut("vendor_id")) {
            *vendor = json!(vendor.to_string().trim_matches('"'));
        }
        // Assets ignore them here (§7): a change follows.
        if !properties.is_empty() {
            attributes.insert("properties".to_owned(), Json::Object(properties));
        }
        Ok(Exchange::new(Method::Post, path).json(Json::Object(attributes)))
    }

    fn path(&self, resource: &Resource) -> Result<Vec<String>, Error> {
        let Place::Below { field, path, rest, .. } = resource.place else {
            return Ok(vec![resource.path().to_owned()]);
        };
        let Some(Value::Reference(parent)) = self.edits.get(field) else {
            let reason = "required".to_owned();
            return Err(Error::Invalid { field: Some(field.to_owned()), reason });
        };
        Ok(vec![path.to_owned(), parent.id.clone(), rest.to_owned()])
    }

    fn parent(&self, resource: &Resource) -> Option<&str> {
        let Place::Below { field, .. } = resource.place else { return None };
        match self.edits.get(field) {
            Some(Value::Reference(parent)) => Some(&parent.id),
            _ => None,
        }
    }

    fn landed(
        &self,
        context: &Context,
        resource: &'static Resource,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Record, Error> {
        let has_landed = (200..300).contains(&response.status);
        let codec = Codec::new(context, resource, entity_type, self.parent(resource));
        let body = errors::body(response, about(resource, entity_type));
        let record = body.and_then(|body| {
            let map = envelope::single(&body, resource, resource.path())?;
            codec.record(map, resource.path(), Extent::Part)
        });
        // It succeeded, but does not say what it made: it must not be made again.
        record.map_err(|error| if has_landed { Error::Unknown } else { error })
    }

    /// What a new record takes in a second step only, and its lines.
    fn completion(
        &self,
        resource: &'static Resource,
        entity_type: &EntityType,
        record: &Record,
    ) -> Result<VecDeque<Exchange>, Error> {
        let mut rest = VecDeque::new();
        let mut change = encode::body(resource, entity_type, &self.later, For::Update)?.attributes;
        if resource.name == "Asset" {
            let of_it = encode::body(resource, entity_type, &self.edits, For::Create)?;
            if !of_it.properties.is_empty() {
                change.insert("properties".to_owned(), Json::Object(of_it.properties));
            }
        }
        change.retain(|name, _| !is_apart(resource, name));
        if !change.is_empty() {
            self.add_wanted(resource, &mut change);
            let path = single::path(resource, &record.id);
            rest.push_back(Exchange::new(Method::Put, path).json(Json::Object(change)));
        }
        for (name, mine) in &self.edits {
            let field = entity_type.field(name).filter(|it| it.kind == FieldKind::Lines);
            if let Some(field) = field {
                let theirs = Value::Empty;
                rest.extend(lines::requests(resource, field, &record.id, &theirs, mine)?);
            }
        }
        rest.extend(files::requests(resource, &record.id, &self.edits)?);
        Ok(rest)
    }

    /// What every change wants (§5).
    fn add_wanted(&self, resource: &Resource, change: &mut Map<String, Json>) {
        let super::table::Update::Part(wanted) = resource.can.update else { return };
        for &name in wanted {
            if let Some(Value::Text(text)) = self.edits.get(name) {
                change.entry(name).or_insert_with(|| json!(text));
            }
        }
    }

    fn go_on(&mut self, resource: &'static Resource) -> Result<Step, Error> {
        if let Some(next) = self.rest.pop_front() {
            self.at = At::Completing;
            return Ok(send(next));
        }
        let created = self.created.as_ref().ok_or_else(|| Error::bug("nothing was made"))?;
        if !resource.can.get {
            let not_stored = not_stored(&self.edits, created);
            return Ok(self.end(Written { record: created.clone(), not_stored }));
        }
        self.at = At::Reading;
        Ok(send(single::read(resource, &created.id)))
    }

    fn read(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        response: &Response,
    ) -> Result<Step, Error> {
        let created = self.created.take().ok_or_else(|| Error::bug("nothing was made"))?;
        let written = match single::whole(context, resource, &created.id, response) {
            Ok(record) => {
                let not_stored = not_stored(&self.edits, &record);
                Written { record, not_stored }
            }
            // The read failed, the write did not.
            Err(_) => Written { record: created, not_stored: IndexMap::new() },
        };
        Ok(self.end(written))
    }

    /// What was refused on the way shows as not stored: the record exists all the same.
    fn end(&self, mut written: Written) -> Step {
        if !self.refused.is_empty() {
            written.not_stored.extend(unwritten(&self.edits, &written.record));
        }
        done(Outcome::Written(Box::new(written)))
    }
}

fn about<'a>(resource: &'a Resource, entity_type: &'a EntityType) -> About<'a> {
    let entity_type = Some(entity_type);
    About { resource: resource.path(), needs: resource.needs.create, entity_type }
}

/// Whether the attribute is written by requests of its own: lines, files.
pub fn is_apart(resource: &Resource, name: &str) -> bool {
    resource.row(name).is_some_and(|row| matches!(row.wire, Wire::Lines(_) | Wire::Files))
}

/// The id of what a write made or changed, where it says so.
pub fn id_in(map: &Map<String, Json>) -> Option<RecordId> {
    map.get("id").and_then(super::reading::id).map(|id| RecordId::from(id.as_str()))
}
