//! Opening the file. One that cannot be used is not touched: it holds what someone typed.
use std::{path::Path, time::Duration};

use rusqlite::{Connection, config::DbConfig};

use super::problem::Problem;
use crate::sqlite::{self, Tables};

/// The journal's tables.
pub(super) const TABLES: Tables = Tables {
    migrations: &[include_str!("../../assets/migrations/journal/001_begin.sql")],
    proof: "SELECT at FROM draft LIMIT 1; SELECT columns FROM columns LIMIT 1;
            SELECT at FROM recent LIMIT 1; SELECT value FROM value LIMIT 1;
            SELECT number FROM change LIMIT 1;",
};

/// Long: what was typed is worth waiting for, and nobody's keys wait with it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file, or makes it, for the user's eyes only.
pub(super) fn open(path: &Path) -> Result<Connection, Problem> {
    let found = prepare(path).map_err(|error| Problem::from_io(path, &error))?;
    let version = found.map(i64::from).ok_or_else(|| Problem::Broken { path: path.to_owned() })?;
    if version > TABLES.newest() {
        return Err(Problem::Newer { path: path.to_owned(), version });
    }
    let failed = |error: rusqlite::Error| Problem::from_sqlite(path, &error);
    let mut db = raw(path).map_err(failed)?;
    if db.is_readonly(rusqlite::MAIN_DB).map_err(failed)? {
        let reason = "read-only".to_owned();
        return Err(Problem::Unwritable { path: path.to_owned(), reason });
    }
    // The header may be older than what still stands in the log beside the file.
    let (version, is_empty) = inspect(&mut db).map_err(failed)?;
    if version > TABLES.newest() {
        return Err(Problem::Newer { path: path.to_owned(), version });
    }
    if version == 0 && !is_empty {
        return Err(Problem::Broken { path: path.to_owned() });
    }
    ready(&mut db).map_err(failed)?;
    Ok(db)
}

/// Makes the file where there is none; the version that its header gives.
fn prepare(path: &Path) -> std::io::Result<Option<u32>> {
    sqlite::narrow(&sqlite::make(path)?)?;
    sqlite::peek(path)
}

/// Until [`ready`] nothing is written, not even when the connection closes.
fn raw(path: &Path) -> rusqlite::Result<Connection> {
    let db = sqlite::connect(path, PATIENCE)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // FULL: what was kept outlives a power cut.
    db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL;")?;
    Ok(db)
}

/// The version, and whether there is no table; of one moment, since another run may be making
/// the tables just now.
fn inspect(db: &mut Connection) -> rusqlite::Result<(i64, bool)> {
    let moment = db.transaction()?;
    let is_empty = sqlite::is_empty(&moment)?;
    Ok((sqlite::user_version(&moment)?, is_empty))
}

fn ready(db: &mut Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    sqlite::enter_wal(db, "")?;
    TABLES.migrate(db)
}
