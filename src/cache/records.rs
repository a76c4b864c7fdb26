//! Records in the tables, and their words in the full-text index.
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Kept, Picked, merge::Standing, search};
use crate::{
    domain::{
        record::{Record, RecordId},
        schema::EntityName,
    },
    sqlite::{nanoseconds, time},
};

/// The number of a connection, given at its first write.
pub(super) fn connection(db: &Connection, identity: &str) -> rusqlite::Result<i64> {
    if let Some(id) = known_connection(db, identity).optional()? {
        return Ok(id);
    }
    db.execute("INSERT INTO connection (identity) VALUES (?1)", [identity])?;
    Ok(db.last_insert_rowid())
}

/// The number of a connection; no row = nothing was kept for it.
pub(super) fn known_connection(db: &Connection, identity: &str) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT id FROM connection WHERE identity = ?1")?
        .query_row([identity], |row| row.get(0))
}

/// What stands of a record, with its row's number.
pub(super) fn standing(
    db: &Connection,
    connection: i64,
    entity: &EntityName,
    id: &RecordId,
) -> rusqlite::Result<Option<(i64, Standing)>> {
    db.prepare_cached(
        "SELECT id, listed, listed_seen, whole, whole_seen FROM record
         WHERE connection = ?1 AND entity = ?2 AND record = ?3",
    )?
    .query_row(params![connection, entity.as_str(), id.as_str()], |row| {
        Ok((row.get(0)?, standing_of(row, 1)?))
    })
    .optional()
}

/// Reads `listed, listed_seen, whole, whole_seen`, which begin at that column.
pub(super) fn standing_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Standing> {
    Ok(Standing { listed: kept(row, first)?, whole: kept(row, first + 2)? })
}

/// JSON that cannot be read counts as absent: the cache is no place to fail.
fn kept(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Kept<Record>>> {
    let json: Option<String> = row.get(first)?;
    let seen: Option<i64> = row.get(first + 1)?;
    let value = json.and_then(|json| serde_json::from_str(&json).ok());
    Ok(value.zip(seen).map(|(value, seen)| Kept { value, seen: time(seen) }))
}

/// The record, whole where it was read by itself.
pub(super) fn read(
    db: &Connection,
    identity: &str,
    entity: &EntityName,
    id: &RecordId,
) -> rusqlite::Result<Option<Kept<Record>>> {
    let connection = known_connection(db, identity)?;
    Ok(standing(db, connection, entity, id)?.and_then(|(_, standing)| standing.best()))
}

/// So many of a type are looked through: more than anybody has looked at.
const MOST: u32 = 20_000;

/// The kept records of a type that are wanted, newest first, and how many there are.
pub(super) fn pick(
    db: &Connection,
    identity: &str,
    entity: &EntityName,
    is_wanted: impl Fn(&Record) -> bool,
) -> rusqlite::Result<Picked> {
    let connection = known_connection(db, identity)?;
    let mut statement = db.prepare_cached(
        "SELECT listed, listed_seen, whole, whole_seen FROM record
         WHERE connection = ?1 AND entity = ?2 ORDER BY seen DESC LIMIT ?3",
    )?;
    let mut rows = statement.query(params![connection, entity.as_str(), MOST])?;
    let mut picked = Picked::default();
    while let Some(row) = rows.next()? {
        let Some(kept) = standing_of(row, 0)?.best() else { continue };
        picked.of += 1;
        if is_wanted(&kept.value) {
            picked.records.push(kept);
        }
    }
    Ok(picked)
}

/// Merges a record into what stands.
pub(super) fn keep(
    db: &Connection,
    connection: i64,
    record: &Record,
    seen: Timestamp,
) -> rusqlite::Result<()> {
    let found = standing(db, connection, &record.entity, &record.id)?;
    let (row, old) = found.map_or((None, Standing::default()), |(row, old)| (Some(row), old));
    let mut new = old.clone();
    if record.is_complete {
        new.take_whole(record, seen);
    } else {
        new.take_listed(record, seen);
    }
    if new == old {
        return Ok(());
    }
    let row = store(db, connection, record, row, &new)?;
    let (before, after) = (search::words(&old), search::words(&new));
    if before == after {
        return Ok(());
    }
    db.prepare_cached("INSERT OR REPLACE INTO words (rowid, title, rest) VALUES (?1, ?2, ?3)")?
        .execute(params![row, after.title, after.rest])
        .map(drop)
}

fn store(
    db: &Connection,
    connection: i64,
    record: &Record,
    row: Option<i64>,
    new: &Standing,
) -> rusqlite::Result<i64> {
    let (listed, listed_seen) = columns(new.listed.as_ref());
    let (whole, whole_seen) = columns(new.whole.as_ref());
    let seen = new.seen().map(nanoseconds);
    if let Some(row) = row {
        db.prepare_cached(
            "UPDATE record SET listed = ?2, listed_seen = ?3, whole = ?4, whole_seen = ?5, seen = ?6
             WHERE id = ?1",
        )?
        .execute(params![row, listed, listed_seen, whole, whole_seen, seen])?;
        return Ok(row);
    }
    db.prepare_cached(
        "INSERT INTO record
           (connection, entity, record, listed, listed_seen, whole, whole_seen, seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .insert(params![
        connection,
        record.entity.as_str(),
        record.id.as_str(),
        listed,
        listed_seen,
        whole,
        whole_seen,
        seen
    ])
}

fn columns(kept: Option<&Kept<Record>>) -> (Option<String>, Option<i64>) {
    let json = kept.and_then(|kept| serde_json::to_string(&kept.value).ok());
    (json, kept.map(|kept| nanoseconds(kept.seen)))
}

/// Forgets a record that is not there any more; pages that showed it close the gap.
pub(super) fn forget(
    db: &Connection,
    identity: &str,
    entity: &EntityName,
    id: &RecordId,
) -> rusqlite::Result<()> {
    let Some(connection) = known_connection(db, identity).optional()? else { return Ok(()) };
    if let Some((row, _)) = standing(db, connection, entity, id)? {
        db.execute("DELETE FROM words WHERE rowid = ?1", [row])?;
        db.execute("DELETE FROM record WHERE id = ?1", [row])?;
    }
    super::pages::remove(db, connection, entity, id)
}
