//! The one connection of a worker, and how an error inside becomes "not kept".
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction};

use super::{Limits, evict};
use crate::sqlite::{beside, transact};

/// After so many writes the limits are enforced again.
const WRITES_BETWEEN: u32 = 64;

/// A connection to the cache's tables.
pub(super) struct Store {
    pub(super) db: Connection,
    pub(super) path: Option<PathBuf>,
    pub(super) limits: Limits,
    /// The newest time that was brought: there is no clock here.
    newest: Option<Timestamp>,
    writes: u32,
    /// Says to other processes that the file is in use.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// A store on a connection whose tables are in order.
    pub(super) fn new(
        db: Connection,
        path: Option<&Path>,
        lock: Option<Arc<File>>,
        limits: Limits,
    ) -> Self {
        let path = path.map(Path::to_owned);
        // Due at once, so that the first write of a run enforces what the last run left.
        Self { db, path, limits, newest: None, writes: WRITES_BETWEEN, _lock: lock }
    }

    /// Reads; an error is logged and is `None`, as is a broken row.
    pub(super) fn look<T>(
        &mut self,
        what: &str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Option<T> {
        match read(&self.db).optional() {
            Ok(found) => found,
            Err(error) => {
                self.note(what, &error);
                None
            }
        }
    }

    /// Writes in one transaction: all of it or nothing; an error is logged.
    pub(super) fn keep(
        &mut self,
        what: &str,
        seen: Option<Timestamp>,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) {
        self.newest = self.newest.max(seen);
        self.writes += 1;
        if let Err(error) = transact(&mut self.db, write) {
            self.note(what, &error);
        }
    }

    /// Enforces the limits after the first write, and after every so many.
    pub(super) fn enforce_when_due(&mut self) {
        if self.writes <= WRITES_BETWEEN {
            return;
        }
        self.writes = 0;
        if let Err(error) = evict::enforce(&mut self.db, self.limits, self.newest) {
            self.note("evict", &error);
        }
    }

    /// Logs an error, which never holds a value; a file found broken is remembered as such, so
    /// that the next run sets it aside.
    pub(super) fn note(&self, what: &str, error: &rusqlite::Error) {
        tracing::warn!(what, code = ?error.sqlite_error_code(), "the cache failed");
        let broken = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase];
        let is_broken = error.sqlite_error_code().is_some_and(|code| broken.contains(&code));
        let Some(path) = self.path.as_deref().filter(|_| is_broken) else { return };
        if let Err(error) = File::create(suspect(path)) {
            tracing::warn!(%error, "cannot mark the cache as broken");
        }
    }
}

/// The mark of a file that was found broken while in use.
pub(super) fn suspect(path: &Path) -> PathBuf {
    beside(path, ".suspect")
}
