//! Opening the file: safe for two processes at once, for old, new, broken and foreign files.
use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rusqlite::Connection;

use super::{problem::Problem, store::suspect};
use crate::sqlite::{self, Tables, beside};

/// The cache's tables.
pub(super) const TABLES: Tables = Tables {
    migrations: &[include_str!("../../assets/migrations/cache/001_begin.sql")],
    proof: "SELECT id FROM connection LIMIT 1; SELECT id FROM record LIMIT 1;
            SELECT id FROM page LIMIT 1; SELECT key FROM value LIMIT 1;
            SELECT rowid FROM words LIMIT 1;",
};

/// Short: a page that is not kept is no loss, a caller who waits is one.
const PATIENCE: Duration = Duration::from_millis(500);

/// A file that is in order.
pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) reader: Connection,
    pub(super) lock: Arc<File>,
    /// Said to the user although all is well now.
    pub(super) problem: Option<Problem>,
}

/// Opens the file, and begins a new one where it is broken and nobody has it open.
pub(super) fn open(path: &Path) -> Result<Opened, Problem> {
    let lock = prepare(path).map_err(|error| Problem::from_io(path, &error))?;
    let (writer, problem) = match connect(path) {
        Err(Problem::Broken { .. }) => begin_anew(path, &lock)?,
        found => (found?, None),
    };
    let reader = reader(path).map_err(|error| Problem::from_sqlite(path, &error))?;
    Ok(Opened { writer, reader, lock: Arc::new(lock), problem })
}

/// The folder, the file and the lock that says "in use"; for the user's eyes only.
fn prepare(path: &Path) -> std::io::Result<File> {
    let lock = sqlite::make(&beside(path, ".lock"))?;
    lock.try_lock_shared()?;
    sqlite::narrow(&sqlite::make(path)?)?;
    Ok(lock)
}

/// Connects the writer and brings the tables up to date.
fn connect(path: &Path) -> Result<Connection, Problem> {
    let version = peek(path)?;
    if version > TABLES.newest() {
        return Err(Problem::Newer { path: path.to_owned(), version });
    }
    let broken = |error: rusqlite::Error| Problem::from_sqlite(path, &error);
    let mut db = raw(path).map_err(broken)?;
    if db.is_readonly(rusqlite::MAIN_DB).map_err(broken)? {
        let reason = "read-only".to_owned();
        return Err(Problem::Unwritable { path: path.to_owned(), reason });
    }
    // Only a file without tables takes this; it lets eviction give space back.
    sqlite::enter_wal(&db, "PRAGMA auto_vacuum = INCREMENTAL;").map_err(broken)?;
    TABLES.migrate(&mut db).map_err(broken)?;
    match sqlite::user_version(&db).map_err(broken)? {
        version if version > TABLES.newest() => {
            Err(Problem::Newer { path: path.to_owned(), version })
        }
        _ => Ok(db),
    }
}

/// The version that the file's header gives. 0 = new.
fn peek(path: &Path) -> Result<i64, Problem> {
    let broken = || Problem::Broken { path: path.to_owned() };
    if suspect(path).exists() {
        return Err(broken());
    }
    let found = sqlite::peek(path).map_err(|error| Problem::from_io(path, &error))?;
    found.map(i64::from).ok_or_else(broken)
}

fn raw(path: &Path) -> rusqlite::Result<Connection> {
    let db = sqlite::connect(path, PATIENCE)?;
    // FAST: what was cleared does not stay behind in half-used pages; freed ones are given back.
    db.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = FAST;",
    )?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(db)
}

fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let db = raw(path)?;
    // No mmap: a file that someone cuts short would end the program.
    db.execute_batch("PRAGMA query_only = ON;")?;
    Ok(db)
}

/// Sets a broken file aside if nobody else has it open, and begins a new one.
fn begin_anew(path: &Path, lock: &File) -> Result<(Connection, Option<Problem>), Problem> {
    let failed = |error: std::io::Error| Problem::from_io(path, &error);
    lock.unlock().map_err(failed)?;
    if lock.try_lock().is_err() {
        return Err(Problem::Broken { path: path.to_owned() });
    }
    // Someone may have mended it between the look and the lock.
    let done = match connect(path) {
        Err(Problem::Broken { .. }) => set_aside(path).map_err(failed).and_then(|aside| {
            prepare_file(path).map_err(failed)?;
            let problem = Problem::SetAside { path: path.to_owned(), aside };
            Ok((connect(path)?, Some(problem)))
        }),
        found => found.map(|db| (db, None)),
    };
    lock.unlock().map_err(failed)?;
    lock.try_lock_shared().map_err(|error| failed(error.into()))?;
    done
}

fn prepare_file(path: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(drop)
}

/// Renames the file and what belongs to it; the mark goes.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let names = (1..=9).map(|number| beside(path, &format!(".broken-{number}")));
    let free = names.into_iter().find(|name| !name.exists());
    let aside = free.unwrap_or_else(|| beside(path, ".broken-9"));
    for ending in ["-wal", "-shm"] {
        let old = beside(path, ending);
        if old.exists() {
            fs::rename(&old, beside(&aside, ending))?;
        }
    }
    fs::rename(path, &aside)?;
    if suspect(path).exists() {
        fs::remove_file(suspect(path))?;
    }
    Ok(aside)
}
