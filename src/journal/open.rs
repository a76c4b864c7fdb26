//! Opening the file. One that cannot be used is not touched: it holds what someone typed.
use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::Read,
    path::Path,
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};

use super::problem::Problem;

/// In order; the place is the version. A released one is never changed.
const MIGRATIONS: &[&str] = &[include_str!("../../assets/migrations/journal/001_begin.sql")];

/// Long: what was typed is worth waiting for, and nobody's keys wait with it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file, or makes it, for the user's eyes only.
pub(super) fn open(path: &Path) -> Result<Connection, Problem> {
    prepare(path).map_err(|error| Problem::from_io(path, &error))?;
    let newest = MIGRATIONS.len() as u64;
    let version = peek(path)?;
    if u64::from(version) > newest {
        return Err(Problem::Newer { path: path.to_owned(), version: version.into() });
    }
    let failed = |error: rusqlite::Error| Problem::from_sqlite(path, &error);
    let mut db = raw(path).map_err(failed)?;
    if db.is_readonly(rusqlite::MAIN_DB).map_err(failed)? {
        let reason = "read-only".to_owned();
        return Err(Problem::Unwritable { path: path.to_owned(), reason });
    }
    // The header may be older than what still stands in the log beside the file.
    let (version, is_empty) = inspect(&mut db).map_err(failed)?;
    if version > newest.cast_signed() {
        return Err(Problem::Newer { path: path.to_owned(), version });
    }
    if version == 0 && !is_empty {
        return Err(Problem::Broken { path: path.to_owned() });
    }
    ready(&mut db).map_err(failed)?;
    Ok(db)
}

/// A connection in memory, with its tables.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let mut db = Connection::open_in_memory()?;
    migrate(&mut db)?;
    Ok(db)
}

fn prepare(path: &Path) -> std::io::Result<()> {
    let mut folder = DirBuilder::new();
    let mut file = OpenOptions::new();
    folder.recursive(true);
    file.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path.parent() {
        folder.create(parent)?;
    }
    narrow(&file.open(path)?)
}

/// Mode 0600, for a file that someone copied here with a wider one.
#[cfg(unix)]
fn narrow(file: &File) -> std::io::Result<()> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn narrow(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// The version that the file's header gives, without `SQLite` touching the file. 0 = new.
fn peek(path: &Path) -> Result<u32, Problem> {
    let mut header = Vec::new();
    let file = File::open(path).map_err(|error| Problem::from_io(path, &error))?;
    file.take(100).read_to_end(&mut header).map_err(|error| Problem::from_io(path, &error))?;
    if header.is_empty() {
        return Ok(0);
    }
    let version = header.get(60..64).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    match version {
        Some(version) if header.starts_with(b"SQLite format 3\0") && header.len() == 100 => {
            Ok(u32::from_be_bytes(version))
        }
        _ => Err(Problem::Broken { path: path.to_owned() }),
    }
}

/// Until [`ready`] nothing is written, not even when the connection closes.
fn raw(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // FULL: what was kept outlives a power cut.
    db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL;")?;
    Ok(db)
}

/// The version, and whether there is no table; of one moment, since another run may be making
/// the tables just now.
fn inspect(db: &mut Connection) -> rusqlite::Result<(i64, bool)> {
    let moment = db.transaction()?;
    let is_empty =
        moment.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
    Ok((user_version(&moment)?, is_empty))
}

fn ready(db: &mut Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    patiently(|| db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())))?;
    migrate(db)
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

fn user_version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Runs what is missing, in one transaction; another process may have been faster.
fn migrate(db: &mut Connection) -> rusqlite::Result<()> {
    let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if user_version(db)? >= newest {
        // Proves that the tables are there and their roots can be read.
        return db.execute_batch(
            "SELECT at FROM draft LIMIT 1; SELECT columns FROM columns LIMIT 1;
             SELECT at FROM recent LIMIT 1; SELECT value FROM value LIMIT 1;
             SELECT number FROM change LIMIT 1;",
        );
    }
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = usize::try_from(user_version(&transaction)?).unwrap_or(0);
    for sql in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(sql)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", newest)?;
    }
    transaction.commit()
}
