//! The company's books: the one database that every dialect is about, and the clock that they share.

use super::clock::Clock;
use rusqlite::Connection;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The database in EspoCRM's words (its tables are that dialect's entity types), and what it was made from. A dialect
/// with words of its own copies what it needs into tables of its own, when it is first asked.
#[derive(Debug)]
pub struct Books {
    db: Mutex<Connection>,
    /// The one clock.
    pub clock: Clock,
    /// What names, keys and numbers follow from.
    pub seed: u64,
}

impl Books {
    /// Over a filled database.
    pub fn new(db: Connection, clock: Clock, seed: u64) -> Books {
        Books { db: Mutex::new(db), clock, seed }
    }

    /// The database, for one request.
    pub fn open(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
