//! Pages: which records, in which order; the records themselves stand beside them.
use indexmap::IndexSet;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::{Kept, records};
use crate::{
    domain::{
        query::Query,
        record::{Page, Record, RecordId, Total},
        schema::EntityName,
    },
    sqlite::{nanoseconds, time},
};

/// A page without its records.
#[derive(Serialize, Deserialize)]
struct Frame {
    /// In the server's order. The type too, since a search finds several.
    ids: Vec<(EntityName, RecordId)>,
    /// The fields that any row had: another list may have brought the records more.
    fields: IndexSet<String>,
    total: Total,
    offset: u64,
    received: u64,
    has_more: bool,
}

/// Keeps a page and its rows. A stamp that changed replaces what the old one gave.
pub(super) fn keep(
    db: &Connection,
    identity: &str,
    stamp: &str,
    query: &Query,
    page: &Page,
    seen: Timestamp,
) -> rusqlite::Result<()> {
    let connection = records::connection(db, identity)?;
    for record in page.records.values() {
        if record.is_complete {
            // The row has to be there for the page, whatever else is known.
            let row = Record { is_complete: false, ..record.clone() };
            records::keep(db, connection, &row, seen)?;
        }
        records::keep(db, connection, record, seen)?;
    }
    let (Some(key), Some(frame)) = (json(query), json(&Frame::of(page))) else { return Ok(()) };
    db.prepare_cached(
        "INSERT INTO page (connection, entity, query, stamp, frame, seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (connection, query) DO UPDATE
         SET stamp = excluded.stamp, frame = excluded.frame, seen = excluded.seen
         WHERE excluded.seen >= page.seen",
    )?
    .execute(params![connection, query.entity.as_str(), key, stamp, frame, nanoseconds(seen)])
    .map(drop)
}

/// The page as it was, with what is known of its records now; `None` when one is missing:
/// a shorter list would look like the truth.
pub(super) fn read(
    db: &Connection,
    identity: &str,
    stamp: &str,
    query: &Query,
) -> rusqlite::Result<Option<Kept<Page>>> {
    let connection = records::known_connection(db, identity)?;
    let (frame, seen): (String, i64) = db
        .prepare_cached(
            "SELECT frame, seen FROM page WHERE connection = ?1 AND query = ?2 AND stamp = ?3",
        )?
        .query_row(params![connection, json(query), stamp], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Ok(frame) = serde_json::from_str::<Frame>(&frame) else { return Ok(None) };
    let page = frame.fill(db, connection)?;
    Ok(page.map(|value| Kept { value, seen: time(seen) }))
}

/// Takes a record out of every page of its connection that shows it.
pub(super) fn remove(
    db: &Connection,
    connection: i64,
    entity: &EntityName,
    id: &RecordId,
) -> rusqlite::Result<()> {
    let mut showing = db.prepare_cached(
        "SELECT id, frame FROM page WHERE connection = ?1 AND instr(frame, json_quote(?2)) > 0",
    )?;
    let rows = showing.query_map(params![connection, id.as_str()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let Ok(mut frame) = serde_json::from_str::<Frame>(&row.1) else { continue };
        if frame.remove(entity, id) {
            db.execute("UPDATE page SET frame = ?2 WHERE id = ?1", params![row.0, json(&frame)])?;
        }
    }
    Ok(())
}

impl Frame {
    fn of(page: &Page) -> Self {
        let name = |record: &Record| (record.entity.clone(), record.id.clone());
        let fields = page.records.values().flat_map(|record| record.fields.keys().cloned());
        Self {
            ids: page.records.values().map(name).collect(),
            fields: fields.collect(),
            total: page.total,
            offset: page.offset,
            received: page.received,
            has_more: page.has_more,
        }
    }

    fn fill(self, db: &Connection, connection: i64) -> rusqlite::Result<Option<Page>> {
        let mut page = Page {
            total: self.total,
            offset: self.offset,
            received: self.received,
            has_more: self.has_more,
            ..Page::default()
        };
        for (entity, id) in self.ids {
            let found = records::standing(db, connection, &entity, &id)?;
            let Some(listed) = found.and_then(|(_, standing)| standing.listed) else {
                return Ok(None);
            };
            let mut record = listed.value;
            record.fields.retain(|name, _| self.fields.contains(name));
            record.cut.retain(|name| self.fields.contains(name));
            page.records.insert(id, record);
        }
        Ok(Some(page))
    }

    /// Whether it was there. What stands behind it moves up on the server too.
    fn remove(&mut self, entity: &EntityName, id: &RecordId) -> bool {
        let before = self.ids.len();
        self.ids.retain(|(kind, other)| (kind, other) != (entity, id));
        if self.ids.len() == before {
            return false;
        }
        self.received = self.received.saturating_sub(1);
        if let Total::Exact(total) = self.total {
            self.total = Total::Exact(total.saturating_sub(1));
        }
        true
    }
}

fn json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}
