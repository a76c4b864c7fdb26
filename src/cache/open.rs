//! Opening the file: safe for two processes at once, for old, new, broken and foreign files.
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::{
    problem::Problem,
    store::{beside, suspect},
};

/// In order; the place is the version. A released one is never changed.
const MIGRATIONS: &[&str] = &[include_str!("../../assets/migrations/cache/001_begin.sql")];

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

/// A connection in memory, with its tables.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let mut db = Connection::open_in_memory()?;
    migrate(&mut db)?;
    Ok(db)
}

/// The folder, the file and the lock that says "in use"; for the user's eyes only.
fn prepare(path: &Path) -> std::io::Result<File> {
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
    let lock = file.open(beside(path, ".lock"))?;
    lock.try_lock_shared()?;
    narrow(&file.open(path)?)?;
    Ok(lock)
}

/// Mode 0600, for a file that someone copied here with a wider one.
#[cfg(unix)]
fn narrow(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn narrow(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// Connects the writer and brings the tables up to date.
fn connect(path: &Path) -> Result<Connection, Problem> {
    let version = peek(path)?;
    let newest = MIGRATIONS.len() as u64;
    if u64::from(version) > newest {
        return Err(Problem::Newer { path: path.to_owned(), version: version.into() });
    }
    let broken = |error: rusqlite::Error| Problem::from_sqlite(path, &error);
    let mut db = raw(path).map_err(broken)?;
    if db.is_readonly(rusqlite::MAIN_DB).map_err(broken)? {
        let reason = "read-only".to_owned();
        return Err(Problem::Unwritable { path: path.to_owned(), reason });
    }
    patiently(|| enter_wal(&db)).map_err(broken)?;
    migrate(&mut db).map_err(broken)?;
    match user_version(&db).map_err(broken)? {
        version if version > newest.cast_signed() => {
            Err(Problem::Newer { path: path.to_owned(), version })
        }
        _ => Ok(db),
    }
}

/// The version that the file's header gives, without `SQLite` touching the file. 0 = new.
fn peek(path: &Path) -> Result<u32, Problem> {
    let broken = || Problem::Broken { path: path.to_owned() };
    if suspect(path).exists() {
        return Err(broken());
    }
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
        _ => Err(broken()),
    }
}

fn raw(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
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

fn enter_wal(db: &Connection) -> rusqlite::Result<()> {
    // Only a file without tables takes this; it lets eviction give space back.
    db.execute_batch("PRAGMA auto_vacuum = INCREMENTAL;")?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
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
            "SELECT id FROM connection LIMIT 1; SELECT id FROM record LIMIT 1;
             SELECT id FROM page LIMIT 1; SELECT key FROM value LIMIT 1;
             SELECT rowid FROM words LIMIT 1;",
        );
    }
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = usize::try_from(user_version(&transaction)?).unwrap_or(0);
    let tables = "SELECT count(*) FROM sqlite_schema";
    if version == 0 && transaction.query_row(tables, [], |row| row.get::<_, i64>(0))? > 0 {
        // Someone else's file: as good as a broken one.
        return Err(rusqlite::Error::InvalidQuery);
    }
    for sql in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(sql)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", newest)?;
    }
    transaction.commit()
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
