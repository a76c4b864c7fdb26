//! How a name in a filter is looked up. E§5.
use serde_json::{Value as Json, json};

use super::{errors, query::PAGE_LIMIT};
use crate::{
    domain::error::Error,
    net::exchange::{Exchange, Response},
    providers::lookup::{How, Lookup},
};

/// Whether a text looks like a record's id: 17 hexadecimal digits. E§.
pub fn is_id(text: &str) -> bool {
    text.len() == 17 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The exchange that finds it.
pub fn ask(lookup: &Lookup) -> Exchange {
    let kind = match lookup.how {
        How::Is | How::Begins => "startsWith",
        How::Holds => "contains",
    };
    let params = json!({
        "select": ["id", "name"],
        "maxSize": PAGE_LIMIT,
        // The very name comes before those that only begin with it.
        "orderBy": "name",
        "order": "asc",
        "where": [{ "type": kind, "attribute": "name", "value": lookup.text }],
    });
    Exchange::get([lookup.entity.as_str()]).query("searchParams", params.to_string())
}

/// The ids that it stands for: those of that very name, else those that begin so.
///
/// Errors: [`Error::Unsupported`] when there are too many to be named in a filter.
pub fn read(lookup: &Lookup, response: &Response) -> Result<Vec<String>, Error> {
    let body = match errors::body(response, lookup.entity.as_str()) {
        Ok(body) => body,
        // What the user may not see has no name for them.
        Err(Error::Forbidden { .. } | Error::NotFound { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let rows = body.get("list").and_then(Json::as_array).cloned().unwrap_or_default();
    let read = |row: &Json| {
        let name = row.get("name").and_then(Json::as_str).unwrap_or_default();
        Some((row.get("id")?.as_str()?.to_owned(), name.to_lowercase()))
    };
    let rows: Vec<_> = rows.iter().filter_map(read).collect();
    let wanted = lookup.text.to_lowercase();
    let same: Vec<_> = rows.iter().filter(|(_, name)| *name == wanted).cloned().collect();
    let chosen = if lookup.how == How::Is && !same.is_empty() { same } else { rows };
    let is_full = chosen.len() >= PAGE_LIMIT as usize;
    if is_full {
        return Err(lookup.too_many());
    }
    Ok(chosen.into_iter().map(|(id, _)| id).collect())
}
