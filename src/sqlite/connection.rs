//! A connection to a file that is there.
use std::{path::Path, thread, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

/// Connects, without making the file; `patience` is how long another process may hold it.
///
/// Errors: `SQLite`'s. Most faults of the file show with the first statement only.
pub fn connect(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(patience)?;
    Ok(db)
}

/// Changes to WAL, after `pragmas`, which only a file without tables takes; may be empty.
///
/// Errors: `SQLite`'s.
pub fn enter_wal(db: &Connection, pragmas: &str) -> rusqlite::Result<()> {
    patiently(|| {
        db.execute_batch(pragmas)?;
        db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
    })
}

/// The change to WAL ignores the busy time-out: two first runs at once meet here.
fn patiently(mut work: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    for _ in 0..50 {
        match work() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                thread::sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
    work()
}

/// The version of the tables.
///
/// Errors: `SQLite`'s.
pub fn user_version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Whether there is no table.
///
/// Errors: `SQLite`'s.
pub fn is_empty(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Writes in one transaction: all of it or nothing.
///
/// Errors: those of `work` and `SQLite`'s.
pub fn transact<T>(
    db: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}
