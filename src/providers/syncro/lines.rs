//! Lines are written by requests of their own: what was added, changed and taken out. §4, §8.
use serde_json::{Map, Value as Json, json};

use super::{
    encode::{self, attributes},
    table::{Resource, Row, Way, Wire, Written},
};
use crate::{
    domain::{
        error::Error,
        record::RecordId,
        schema::Field,
        value::{Line, Value},
    },
    net::exchange::{Exchange, Method},
};

/// The requests that make `mine` of `theirs`: changes, then removals, then additions, so that what
/// fails on the way leaves the most of what was wanted.
///
/// Errors: [`Error::Invalid`] for what a line cannot hold, [`Error::Unsupported`] for what the API
/// does not do with lines of this type.
pub fn requests(
    resource: &Resource,
    field: &Field,
    id: &RecordId,
    theirs: &Value,
    mine: &Value,
) -> Result<Vec<Exchange>, Error> {
    let Some(row) = resource.row(&field.name) else { return Ok(Vec::new()) };
    let Wire::Lines(lines) = row.wire else { return Ok(Vec::new()) };
    let (theirs, mine) = (all(theirs), all(mine));
    let kept = |id: &str| mine.iter().any(|line| line.id.as_deref() == Some(id));
    let place = Place { path: resource.path(), id: id.as_str(), way: lines.way, field };
    let mut requests = Vec::new();
    for line in mine {
        let old = theirs.iter().find(|old| old.id.is_some() && old.id == line.id);
        if let (Some(old), Some(own)) = (old, &line.id) {
            let changed = changed(lines.columns, old, line);
            if changed.iter().any(|row| row.written == Written::Create) {
                // No request changes that: the line is made anew, and the old one taken out.
                requests.push(place.add(lines.columns, &merged(old, line))?);
                requests.push(place.remove(own)?);
            } else if !changed.is_empty() {
                requests.push(place.change(own, lines.columns, old, line, &changed)?);
            }
        }
    }
    for own in theirs.iter().filter_map(|line| line.id.as_deref()).filter(|id| !kept(id)) {
        requests.push(place.remove(own)?);
    }
    for line in mine {
        let is_known = theirs.iter().any(|old| old.id.is_some() && old.id == line.id);
        if !is_known {
            requests.push(place.add(lines.columns, line)?);
        }
    }
    Ok(requests)
}

fn all(value: &Value) -> &[Line] {
    if let Value::Lines(lines) = value { lines } else { &[] }
}

/// The columns that differ.
fn changed<'a>(columns: &'a [Row], old: &Line, new: &Line) -> Vec<&'a Row> {
    let differs = |row: &&Row| match (new.fields.get(row.name), old.fields.get(row.name)) {
        (None, _) => false,
        (Some(new), Some(old)) => !new.means_the_same(old),
        (Some(new), None) => !new.is_empty(),
    };
    columns.iter().filter(|row| row.written != Written::Never).filter(differs).collect()
}

/// What the new line leaves out is as it was.
fn merged(old: &Line, new: &Line) -> Line {
    let mut whole = old.clone();
    whole.fields.extend(new.fields.clone());
    whole
}

/// Where the lines of one record are.
struct Place<'a> {
    path: &'static str,
    id: &'a str,
    way: Way,
    field: &'a Field,
}

impl Place<'_> {
    fn add(&self, columns: &[Row], line: &Line) -> Result<Exchange, Error> {
        let columns = columns.iter().filter(|row| row.written != Written::Never);
        let body = self.body(columns, line)?;
        let last = match self.way {
            Way::Body => "add_line_item",
            Way::Path(_) => "line_items",
            Way::AddOnly => "create_po_line_item",
        };
        let exchange = Exchange::new(Method::Post, [self.path, self.id, last]);
        Ok(exchange.json(Json::Object(body)))
    }

    fn change(
        &self,
        own: &str,
        columns: &[Row],
        old: &Line,
        new: &Line,
        changed: &[&Row],
    ) -> Result<Exchange, Error> {
        let writable =
            columns.iter().filter(|row| matches!(row.written, Written::Both | Written::Update));
        let mut sent = match self.way {
            Way::AddOnly => return Err(unsupported("changing lines of purchase orders")),
            // "All parameters overwrite existing params" (§5): what is left out is lost.
            Way::Path(true) => self.body(writable, &merged(old, new))?,
            Way::Body | Way::Path(false) => self.body(changed.iter().copied(), new)?,
        };
        Ok(match self.way {
            Way::Body => {
                sent.insert("ticket_line_item_id".to_owned(), encode::id(own));
                Exchange::new(Method::Put, [self.path, self.id, "update_line_item"])
            }
            Way::Path(_) | Way::AddOnly => {
                Exchange::new(Method::Put, [self.path, self.id, "line_items", own])
            }
        }
        .json(Json::Object(sent)))
    }

    fn remove(&self, own: &str) -> Result<Exchange, Error> {
        match self.way {
            Way::AddOnly => Err(unsupported("removing lines of purchase orders")),
            Way::Body => {
                let body = json!({ "ticket_line_item_id": encode::id(own) });
                let path = [self.path, self.id, "remove_line_item"];
                Ok(Exchange::new(Method::Post, path).json(body))
            }
            Way::Path(_) => {
                Ok(Exchange::new(Method::Delete, [self.path, self.id, "line_items", own]))
            }
        }
    }

    fn body<'r>(
        &self,
        columns: impl Iterator<Item = &'r Row>,
        line: &Line,
    ) -> Result<Map<String, Json>, Error> {
        let mut body = Map::new();
        for row in columns {
            let Some(value) = line.fields.get(row.name).filter(|value| !value.is_empty()) else {
                continue;
            };
            let column = self.field.columns.iter().find(|field| field.name == row.name);
            let column = column.ok_or_else(|| Error::bug(format!("no column {}", row.name)))?;
            body.extend(attributes(column, row, value)?);
        }
        Ok(body)
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.to_owned() }
}
