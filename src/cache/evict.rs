//! Limits of age and size: the oldest goes first.
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::Limits;
use crate::sqlite::nanoseconds;

/// So often at most a share is taken away at a time; the next time goes on.
const MOST_ROUNDS: u32 = 8;

/// Enforces both limits. `now` is the newest time that was brought; `None` = age is unknown.
pub(super) fn enforce(
    db: &mut Connection,
    limits: Limits,
    now: Option<Timestamp>,
) -> rusqlite::Result<()> {
    let eldest = now.and_then(|now| now.checked_sub(limits.max_age).ok());
    if let Some(eldest) = eldest {
        delete_before(db, nanoseconds(eldest))?;
    }
    for _ in 0..MOST_ROUNDS {
        let used = used_bytes(db)?;
        if used <= limits.max_bytes || !delete_share(db, used, limits.max_bytes)? {
            return Ok(());
        }
        give_back(db)?;
    }
    Ok(())
}

/// Bytes of pages in use; free ones do not count.
fn used_bytes(db: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let used = (pragma("page_count")? - pragma("freelist_count")?) * pragma("page_size")?;
    Ok(u64::try_from(used).unwrap_or(0))
}

/// Deletes the oldest rows, down to four fifths of what may be, if rows were equally large.
/// Whether there was anything to delete.
fn delete_share(db: &mut Connection, used: u64, most: u64) -> rusqlite::Result<bool> {
    const SEEN: &str = "SELECT seen FROM page UNION ALL SELECT seen FROM record
                        UNION ALL SELECT seen FROM value";
    let rows: i64 =
        db.query_row(&format!("SELECT count(*) FROM ({SEEN})"), [], |row| row.get(0))?;
    let Some(last) = u64::try_from(rows).ok().and_then(|rows| rows.checked_sub(1)) else {
        return Ok(false);
    };
    let wanted = most / 5 * 4;
    let share =
        u128::from(last) * u128::from(used.saturating_sub(wanted)) / u128::from(used.max(1));
    let share = i64::try_from(share).unwrap_or(0);
    let sql = format!("SELECT seen FROM ({SEEN}) ORDER BY seen LIMIT 1 OFFSET ?1");
    let cutoff: i64 = db.query_row(&sql, [share], |row| row.get(0))?;
    delete_before(db, cutoff.saturating_add(1))?;
    Ok(true)
}

/// Deletes what was seen before a time, and pages that would have a gap.
fn delete_before(db: &mut Connection, eldest: i64) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for sql in [
        "DELETE FROM words WHERE rowid IN (SELECT id FROM record WHERE seen < ?1)",
        "DELETE FROM record WHERE seen < ?1",
        "DELETE FROM page WHERE seen < ?1",
        "DELETE FROM value WHERE seen < ?1",
    ] {
        transaction.execute(sql, params![eldest])?;
    }
    transaction.commit()
}

/// Forgets a connection, or all.
pub(super) fn clear(db: &Transaction<'_>, identity: Option<&str>) -> rusqlite::Result<()> {
    const WHOSE: &str = "(SELECT id FROM connection WHERE identity = ?1 OR ?1 IS NULL)";
    let records = format!("SELECT id FROM record WHERE connection IN {WHOSE}");
    db.execute(&format!("DELETE FROM words WHERE rowid IN ({records})"), [identity])?;
    for table in ["record", "page", "value"] {
        db.execute(&format!("DELETE FROM {table} WHERE connection IN {WHOSE}"), [identity])?;
    }
    db.execute("DELETE FROM connection WHERE identity = ?1 OR ?1 IS NULL", [identity])?;
    Ok(())
}

/// Makes the index forget what was deleted, and the file smaller.
pub(super) fn give_back(db: &Connection) -> rusqlite::Result<()> {
    db.execute("INSERT INTO words (words) VALUES ('optimize')", [])?;
    let mut vacuum = db.prepare("PRAGMA incremental_vacuum")?;
    let mut steps = vacuum.query([])?;
    while steps.next()?.is_some() {}
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
