//! Texts by key: the schema, related pages, activity; JSON that only the action layer reads.
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{Kept, records};
use crate::sqlite::{nanoseconds, time};

/// The text of a key.
pub(super) fn read(
    db: &Connection,
    identity: &str,
    key: &str,
) -> rusqlite::Result<Option<Kept<String>>> {
    let connection = records::known_connection(db, identity)?;
    db.prepare_cached("SELECT value, seen FROM value WHERE connection = ?1 AND key = ?2")?
        .query_row(params![connection, key], |row| {
            Ok(Some(Kept { value: row.get(0)?, seen: time(row.get(1)?) }))
        })
}

/// Keeps the text unless a newer one stands there.
pub(super) fn keep(
    db: &Connection,
    identity: &str,
    key: &str,
    value: &str,
    seen: Timestamp,
) -> rusqlite::Result<()> {
    let connection = records::connection(db, identity)?;
    db.prepare_cached(
        "INSERT INTO value (connection, key, value, seen) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (connection, key) DO UPDATE SET value = excluded.value, seen = excluded.seen
         WHERE excluded.seen >= value.seen",
    )?
    .execute(params![connection, key, value, nanoseconds(seen)])
    .map(drop)
}
