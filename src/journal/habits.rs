//! What the user did before, so that ficha begins where they left: columns, recents, and small
//! values by key.
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::worker::json;
use crate::{
    domain::{record::RecordId, schema::EntityName},
    sqlite::{nanoseconds, time},
};

/// So many recents a connection are remembered.
const MOST_RECENTS: u32 = 1_000;

/// A record that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The connection's identity.
    pub identity: String,
    /// The record's type.
    pub entity: EntityName,
    /// The record.
    pub id: RecordId,
    /// Its name then; raw.
    pub title: String,
    /// How often.
    pub visits: u32,
    /// The last time.
    pub at: Timestamp,
}

/// Remembers a list's columns.
pub(super) fn keep_columns(
    db: &Connection,
    identity: &str,
    entity: &EntityName,
    columns: &[String],
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO columns (identity, entity, columns) VALUES (?1, ?2, ?3)";
    db.execute(sql, params![identity, entity.as_str(), json(&columns)?]).map(drop)
}

/// A list's columns, as they were left.
pub(super) fn columns(
    db: &Connection,
    identity: &str,
    entity: &EntityName,
) -> rusqlite::Result<Option<Vec<String>>> {
    let sql = "SELECT columns FROM columns WHERE identity = ?1 AND entity = ?2";
    let json: String = db.query_row(sql, params![identity, entity.as_str()], |row| row.get(0))?;
    Ok(serde_json::from_str(&json).ok())
}

/// Remembers that a record was looked at; the oldest beyond the limit goes.
pub(super) fn visit(db: &Connection, recent: &Recent) -> rusqlite::Result<()> {
    let Recent { identity, entity, id, title, at, .. } = recent;
    db.execute(
        "INSERT INTO recent (identity, entity, record, title, visits, at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5)
         ON CONFLICT DO UPDATE
         SET title = excluded.title, visits = visits + 1, at = max(at, excluded.at)",
        params![identity, entity.as_str(), id.as_str(), title, nanoseconds(*at)],
    )?;
    db.execute(
        "DELETE FROM recent WHERE identity = ?1 AND rowid NOT IN
           (SELECT rowid FROM recent WHERE identity = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2)",
        params![identity, MOST_RECENTS],
    )
    .map(drop)
}

/// The records looked at last, newest first.
pub(super) fn recents(
    db: &Connection,
    identity: Option<&str>,
    limit: u32,
) -> rusqlite::Result<Vec<Recent>> {
    let mut statement = db.prepare(
        "SELECT identity, entity, record, title, visits, at FROM recent
         WHERE identity = ?1 OR ?1 IS NULL ORDER BY at DESC, rowid DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![identity, limit], |row| {
        // A name that is none can only come from outside; the row is passed over.
        let Ok(entity) = EntityName::try_from(row.get::<_, String>(1)?) else { return Ok(None) };
        Ok(Some(Recent {
            identity: row.get(0)?,
            entity,
            id: RecordId::from(row.get::<_, String>(2)?.as_str()),
            title: row.get(3)?,
            visits: row.get(4)?,
            at: time(row.get(5)?),
        }))
    })?;
    rows.filter_map(Result::transpose).collect()
}

/// Keeps a small value by key.
pub(super) fn keep_value(db: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO value (key, value) VALUES (?1, ?2)";
    db.execute(sql, [key, value]).map(drop)
}

/// The value of a key.
pub(super) fn value(db: &Connection, key: &str) -> rusqlite::Result<String> {
    db.query_row("SELECT value FROM value WHERE key = ?1", [key], |row| row.get(0))
}
