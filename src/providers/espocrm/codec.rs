//! From rows of JSON to records. E§7: one field of ours is one or more attributes of theirs.
use serde_json::{Map, Value as Json};

use super::{
    json::{self, prefixed, suffixed, unreadable},
    shape::Shape,
    value,
};
use crate::domain::{
    error::Error,
    record::{Page, Record, RecordId, Total},
    schema::{EntityName, EntityType, Field, FieldKind, Schema},
};

/// Text attributes are cut to so many characters in lists. E§5.
const CUT_AT: usize = 10_000;

/// The attributes that hold a field's value, in the order in which they are asked for. E§7.
pub fn attributes(field: &Field) -> Vec<String> {
    let name = &field.name;
    let parts = |parts: &[&str]| parts.iter().map(|part| suffixed(name, part)).collect();
    match Shape::of(field) {
        Shape::Single => vec![name.clone()],
        Shape::Money => vec![name.clone(), suffixed(name, "currency")],
        Shape::DateOrTime => vec![name.clone(), suffixed(name, "date")],
        Shape::AnyReference => parts(&["id", "type", "name"]),
        Shape::References => parts(&["ids", "names"]),
        Shape::Reference => parts(&["id", "name"]),
        Shape::Emails | Shape::Phones => vec![name.clone(), suffixed(name, "data")],
        Shape::Address => parts(&["street", "city", "state", "country", "postalCode"]),
        Shape::PersonName => {
            let mut names = vec![name.clone()];
            names.extend(["salutation", "first", "middle", "last"].map(|p| prefixed(p, name)));
            names
        }
    }
}

/// Whether a read gives all of a record, or a list's columns of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// `GET {E}/{id}`.
    Whole,
    /// A list's row, or a write's answer.
    Part,
}

/// A record of one row. `path` is where the row stands in the answer: `list[3]`.
pub fn record(
    row: &Json,
    path: &str,
    entity_type: &EntityType,
    site: &str,
    extent: Extent,
) -> Result<Record, Error> {
    let row = json::object(row, path)?;
    let id = id_of(row, path)?;
    let entity = entity_type.name.clone();
    let mut record = empty(entity, id, site);
    record.version = row.get("versionNumber").and_then(Json::as_u64);
    record.is_complete = extent == Extent::Whole;
    for field in entity_type.fields.values() {
        if let Some(value) = value::decode(field, row) {
            if extent == Extent::Part && is_cut(field, row) {
                record.cut.push(field.name.clone());
            }
            record.fields.insert(field.name.clone(), value);
        }
    }
    Ok(record)
}

/// A record of a row whose type is not known: what it is called, and nothing else.
pub fn nameless(row: &Json, path: &str, entity: EntityName, site: &str) -> Result<Record, Error> {
    let row = json::object(row, path)?;
    let mut record = empty(entity, id_of(row, path)?, site);
    if let Some(name) = row.get("name").and_then(Json::as_str) {
        let name = crate::domain::value::Value::Text(name.to_owned());
        record.fields.insert("name".to_owned(), name);
    }
    Ok(record)
}

fn empty(entity: EntityName, id: RecordId, site: &str) -> Record {
    // Through Membrane nobody may know where people see it.
    let url = Some(web_page(site, &entity, &id)).filter(|_| !site.is_empty());
    let fields = indexmap::IndexMap::new();
    Record { entity, id, fields, version: None, url, is_complete: false, cut: Vec::new() }
}

/// A record that stands in the way of a new one; `None` where it cannot be read. E§9.
pub fn similar(
    row: &Json,
    entity_type: Option<&EntityType>,
    schema: Option<&Schema>,
) -> Option<Record> {
    // Lead conversion mixes types and names them (E§12).
    let named = json::text(row, "_entityType").and_then(|name| EntityName::try_from(name).ok());
    let other = named.as_ref().and_then(|name| schema?.entity_type(name));
    let record = match (other.or(entity_type), named) {
        (Some(entity_type), _) => record(row, "", entity_type, "", Extent::Part).ok(),
        (None, Some(name)) => nameless(row, "", name, "").ok(),
        (None, None) => None,
    };
    // Where the site is, is not known here.
    record.map(|record| Record { url: None, ..record })
}

/// Where people see the record.
pub fn web_page(site: &str, entity: &EntityName, id: &RecordId) -> String {
    format!("{site}/#{entity}/view/{}", id.as_str())
}

/// Ids are opaque, but they go into paths: an empty one would name another thing.
fn id_of(row: &Map<String, Json>, path: &str) -> Result<RecordId, Error> {
    let id = row.get("id").and_then(Json::as_str).filter(|id| !id.is_empty());
    id.map(RecordId::from).ok_or_else(|| {
        let found = row.get("id").map_or("nothing", json::kind);
        unreadable(&join(path, "id"), &format!("a record's id, not {found}"))
    })
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn is_cut(field: &Field, row: &Map<String, Json>) -> bool {
    matches!(field.kind, FieldKind::LongText | FieldKind::Html)
        && row
            .get(&field.name)
            .and_then(Json::as_str)
            .is_some_and(|text| text.len() >= CUT_AT && text.chars().count() == CUT_AT)
}

/// A page of `{total, list}`. `read` makes a record of a row; `None` leaves the row out.
pub fn page(
    body: &Json,
    offset: u64,
    asked: u64,
    mut read: impl FnMut(&Json, &str) -> Result<Option<Record>, Error>,
) -> Result<Page, Error> {
    let rows = body.get("list").ok_or_else(|| unreadable("list", "the list's rows"))?;
    let awaited = || unreadable("list", &format!("a list, not {}", json::kind(rows)));
    let rows = rows.as_array().ok_or_else(awaited)?;
    let mut page = Page { offset, total: total(body), ..Page::default() };
    page.received = rows.len() as u64;
    for (place, row) in rows.iter().enumerate() {
        if let Some(record) = read(row, &format!("list[{place}]"))? {
            // The default order has ties, so pages overlap: a repeated id is dropped. E§5.
            page.records.entry(record.id.clone()).or_insert(record);
        }
    }
    page.has_more = has_more(&page, asked);
    Ok(page)
}

fn total(body: &Json) -> Total {
    match body.get("total").and_then(Json::as_i64) {
        Some(-1) => Total::More,
        Some(-2) => Total::NoMore,
        Some(total) => u64::try_from(total).map_or(Total::Unknown, Total::Exact),
        None => Total::Unknown,
    }
}

fn has_more(page: &Page, asked: u64) -> bool {
    match page.total {
        Total::Exact(total) => page.received > 0 && page.offset + page.received < total,
        Total::More => page.received > 0,
        Total::NoMore => false,
        Total::Unknown => page.received > 0 && page.received >= asked,
    }
}
