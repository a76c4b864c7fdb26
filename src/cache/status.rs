//! What the cache holds, for `ficha cache status`.
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::store::Store;
use crate::sqlite::time;

/// What the cache holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The file; `None` in memory.
    pub path: Option<PathBuf>,
    /// Whether it ends with this run.
    pub in_memory: bool,
    /// How large it is, bytes.
    pub bytes: u64,
    /// By connection.
    pub held: Vec<Held>,
}

/// What is kept of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The connection's identity.
    pub identity: String,
    /// How many pages.
    pub pages: u64,
    /// How many records.
    pub records: u64,
    /// How many other things: the schema, activity.
    pub values: u64,
    /// When the oldest of it was seen.
    pub oldest: Option<Timestamp>,
    /// When the newest of it was seen.
    pub newest: Option<Timestamp>,
}

/// Counts.
pub(super) fn status(store: &mut Store) -> Status {
    let bytes = store.look("status", bytes).unwrap_or(0);
    let held = store.look("status", held).unwrap_or_default();
    Status { in_memory: store.path.is_none(), path: store.path.clone(), bytes, held }
}

fn bytes(db: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    db.query_row(sql, [], |row| count(row, 0))
}

fn held(db: &Connection) -> rusqlite::Result<Vec<Held>> {
    let mut statement = db.prepare(
        "SELECT identity,
           (SELECT count(*) FROM page WHERE connection = c.id),
           (SELECT count(*) FROM record WHERE connection = c.id),
           (SELECT count(*) FROM value WHERE connection = c.id),
           min(seen), max(seen)
         FROM connection AS c
         LEFT JOIN (SELECT connection, seen FROM page
                    UNION ALL SELECT connection, seen FROM record
                    UNION ALL SELECT connection, seen FROM value) AS s ON s.connection = c.id
         GROUP BY c.id ORDER BY identity",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Held {
            identity: row.get(0)?,
            pages: count(row, 1)?,
            records: count(row, 2)?,
            values: count(row, 3)?,
            oldest: row.get::<_, Option<i64>>(4)?.map(time),
            newest: row.get::<_, Option<i64>>(5)?.map(time),
        })
    })?;
    rows.collect()
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or(0))
}
