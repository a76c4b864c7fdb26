//! Tables by version.
use rusqlite::Connection;

use super::connection::{is_empty, transact, user_version};

/// The tables of a file, and how to come to them from any older version.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    /// In order; the place is the version. A released one is never changed.
    pub migrations: &'static [&'static str],
    /// Reads from every table: proves that they are there and their roots can be read.
    pub proof: &'static str,
}

impl Tables {
    /// The version that the last migration makes.
    pub fn newest(&self) -> i64 {
        i64::try_from(self.migrations.len()).unwrap_or(i64::MAX)
    }

    /// Runs what is missing, in one transaction; another process may have been faster.
    ///
    /// Errors: `SQLite`'s; `InvalidQuery` for someone else's file, which is as good as a broken one.
    pub fn migrate(&self, db: &mut Connection) -> rusqlite::Result<()> {
        if user_version(db)? >= self.newest() {
            return db.execute_batch(self.proof);
        }
        transact(db, |db| {
            let version = usize::try_from(user_version(db)?).unwrap_or(0);
            if version == 0 && !is_empty(db)? {
                return Err(rusqlite::Error::InvalidQuery);
            }
            for sql in self.migrations.iter().skip(version) {
                db.execute_batch(sql)?;
            }
            if version < self.migrations.len() {
                db.pragma_update(None, "user_version", self.newest())?;
            }
            Ok(())
        })
    }

    /// A connection in memory, with these tables.
    ///
    /// Errors: `SQLite`'s.
    pub fn in_memory(&self) -> rusqlite::Result<Connection> {
        let mut db = Connection::open_in_memory()?;
        self.migrate(&mut db)?;
        Ok(db)
    }
}
