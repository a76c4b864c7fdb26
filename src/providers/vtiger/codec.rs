//! From rows of JSON to records. A4.
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{World, fields::LABEL, ids, lines, types, value};
use crate::{
    domain::{
        error::Error,
        record::{Record, RecordId},
        schema::{EntityType, FieldKind},
        value::Value,
    },
    providers::json::{self, unreadable},
};

/// Whether a read gives all of a record, or a list's columns of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// `retrieve`, and what a write answers.
    Whole,
    /// A row of a query.
    Part,
}

/// A record of one row. What is no field of the schema is left out, and so are the hashes and
/// keys of users (A6). `path` is where the row stands in the answer.
pub fn record(
    row: &Json,
    path: &str,
    entity_type: &EntityType,
    world: &World,
    extent: Extent,
) -> Result<Record, Error> {
    let row = json::object(row, path)?;
    let id = id_of(row, path)?;
    let entity = entity_type.name.clone();
    let url = Some(ids::web_page(&world.context.site, &entity, &id));
    let is_complete = extent == Extent::Whole;
    let fields = values(row, entity_type, world);
    Ok(Record { entity, id, fields, version: None, url, is_complete, cut: Vec::new() })
}

fn values(
    row: &Map<String, Json>,
    entity_type: &EntityType,
    world: &World,
) -> IndexMap<String, Value> {
    let schema = world.context.schema.as_deref();
    let clock = world.clock();
    let mut fields = IndexMap::new();
    for field in entity_type.fields.values() {
        let value = if field.kind == FieldKind::Lines {
            lines::decode(field, row, schema)
        } else if field.name == LABEL && entity_type.title == LABEL {
            label(row, entity_type)
        } else {
            row.get(&field.name).map(|json| value::read(field, json, schema, &clock))
        };
        if let Some(value) = value {
            fields.insert(field.name.clone(), value);
        }
    }
    fields
}

/// As the API composes it; only retrieve gives it, and encoded (A4).
fn label(row: &Map<String, Json>, entity_type: &EntityType) -> Option<Value> {
    let parts = types::title_parts(entity_type);
    let parts: Vec<&str> = parts.iter().filter_map(|part| row.get(part)?.as_str()).collect();
    if parts.is_empty() {
        return None;
    }
    let label = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    Some(if label.is_empty() { Value::Empty } else { Value::Text(label) })
}

/// Ids go into addresses and queries: what is none is refused.
fn id_of(row: &Map<String, Json>, path: &str) -> Result<RecordId, Error> {
    let id = row.get("id").and_then(Json::as_str).filter(|id| ids::parts(id).is_some());
    id.map(RecordId::from).ok_or_else(|| {
        let found = row.get("id").map_or("nothing", json::kind);
        unreadable(&format!("{path}.id"), &format!("a record's id, not {found}"))
    })
}

/// JSON of a server without the secrets of users, wherever they stand.
pub fn without_secrets(json: Json) -> Json {
    match json {
        Json::Array(items) => items.into_iter().map(without_secrets).collect(),
        Json::Object(members) => members
            .into_iter()
            .filter(|(name, _)| !super::stock::is_secret(name))
            .map(|(name, json)| (name, without_secrets(json)))
            .collect(),
        plain @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => plain,
    }
}
