//! From rows of JSON to records.
use serde_json::{Map, Value as Json};

use super::{
    reading::{self, Reader},
    schema::property_name,
    table::{Place, Resource},
};
use crate::{
    domain::{
        error::Error,
        record::{Record, RecordId},
        schema::{EntityType, FieldKind},
        value::Value,
    },
    providers::{
        Context,
        json::{kind, unreadable},
    },
};

/// Whether all of a record was read, or a list's part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A single record.
    Whole,
    /// A list's row, or a write's answer.
    Part,
}

/// Rows become records with this.
#[derive(Debug)]
pub struct Codec<'a> {
    /// The written schema.
    pub resource: &'static Resource,
    /// The schema of this account.
    pub entity_type: &'a EntityType,
    /// The site, for web pages.
    pub site: &'a str,
    /// The record below which the rows stand, if they do.
    pub parent: Option<&'a str>,
    /// The account's habits.
    pub reader: Reader,
}

impl<'a> Codec<'a> {
    /// For that type.
    pub fn new(
        context: &'a Context,
        resource: &'static Resource,
        entity_type: &'a EntityType,
        parent: Option<&'a str>,
    ) -> Self {
        let reader = Reader::new(context);
        Self { resource, entity_type, site: &context.site, parent, reader }
    }

    /// A row that is JSON of any kind. `path` is where it stands: `tickets[3]`.
    pub fn row(&self, row: &Json, path: &str, extent: Extent) -> Result<Record, Error> {
        let awaited = || unreadable(path, &format!("an object, not {}", kind(row)));
        self.record(row.as_object().ok_or_else(awaited)?, path, extent)
    }

    /// The record of a row.
    pub fn record(
        &self,
        row: &Map<String, Json>,
        path: &str,
        extent: Extent,
    ) -> Result<Record, Error> {
        let own = row.get("id").and_then(reading::id);
        let own = own.ok_or_else(|| unreadable(&format!("{path}.id"), "a record's id"))?;
        let id = match self.parent {
            Some(parent) => RecordId::from(format!("{parent}-{own}").as_str()),
            None => RecordId::from(own.as_str()),
        };
        let mut record = Record {
            entity: self.entity_type.name.clone(),
            url: web_page(self.site, self.resource, &id),
            id,
            fields: indexmap::IndexMap::new(),
            version: None,
            is_complete: extent == Extent::Whole,
            cut: Vec::new(),
        };
        for field in self.entity_type.fields.values() {
            let value = match property_name(field) {
                Some(name) => self.reader.property(field, name, row),
                None => self
                    .resource
                    .row(&field.name)
                    .and_then(|known| self.reader.field(field, known, row)),
            };
            if let Some(value) = value {
                record.fields.insert(field.name.clone(), value);
            }
        }
        self.add_parent(&mut record);
        self.tidy(&mut record);
        Ok(record)
    }

    /// Rows below another record do not say which; they are told.
    fn add_parent(&self, record: &mut Record) {
        let (Some(parent), Place::Below { field, .. }) = (self.parent, self.resource.place) else {
            return;
        };
        let Some(of) = self.entity_type.field(field) else { return };
        let value = self.reader.value(of, &Json::String(parent.to_owned()));
        record.fields.insert(field.to_owned(), value);
    }

    /// Of `properties` only what no field shows; what the agent tells is shown by fields.
    fn tidy(&self, record: &mut Record) {
        let own = self.entity_type.field("properties");
        if own.is_none_or(|field| field.kind != FieldKind::Other) {
            return;
        }
        let Some(Value::Json(Json::Object(map))) = record.fields.get_mut("properties") else {
            return;
        };
        for field in self.entity_type.fields.values() {
            if let Some(name) = property_name(field) {
                map.shift_remove(name);
            }
        }
        for name in ["kabuto_information", "kabuto_live_uuid", "title"] {
            map.shift_remove(name);
        }
        if map.is_empty() {
            record.fields.insert("properties".to_owned(), Value::Empty);
        }
    }
}

/// Where people see the record, where it has a page of its own.
pub fn web_page(site: &str, resource: &Resource, id: &RecordId) -> Option<String> {
    match resource.place {
        Place::Path(path) if !resource.single.is_empty() || resource.can.get => {
            Some(format!("{site}/{path}/{}", id.as_str()))
        }
        Place::Path(_) | Place::Below { .. } | Place::Under { .. } | Place::Settings(_) => None,
    }
}

/// The parent's id and the own one of a record below another.
pub fn halves(id: &RecordId) -> Option<(&str, &str)> {
    let (parent, own) = id.as_str().rsplit_once('-')?;
    (!parent.is_empty() && !own.is_empty()).then_some((parent, own))
}
