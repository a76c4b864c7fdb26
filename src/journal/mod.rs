//! What the user typed, did and wrote. Unlike the cache it cannot be had again: ficha never
//! deletes the file, and a write is on the disk when it says so.
mod changes;
mod drafts;
mod habits;
mod open;
mod problem;
mod worker;

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use rusqlite::Connection;

pub use self::{
    changes::{Change, Deed},
    drafts::{Draft, DraftState},
    habits::Recent,
    problem::Problem,
};
use self::{drafts::Place, worker::Worker};
use crate::domain::{error::Error, record::RecordId, schema::EntityName};

/// The journal. A handle, cheap to clone; one thread reads and writes.
#[derive(Clone)]
pub struct Journal {
    worker: Worker,
    instance: Arc<str>,
}

impl Journal {
    /// Opens the file, or makes it, mode 0600. `instance` names this run among others that may
    /// have drafts of the same record. A file that cannot be used is left as it is: the journal
    /// is then in memory, and the problem says why. Blocks for some milliseconds.
    pub fn open(path: &Path, instance: &str) -> (Self, Option<Problem>) {
        match open::open(path) {
            Ok(db) => (Self::on(Some(db), instance), None),
            Err(problem) => (Self::on(memory(), instance), Some(problem)),
        }
    }

    /// A journal for this run only.
    pub fn in_memory() -> Self {
        Self::on(memory(), "memory")
    }

    fn on(db: Option<Connection>, instance: &str) -> Self {
        Self { worker: Worker::start(db), instance: instance.into() }
    }

    /// Keeps a draft as this run's; it is on the disk when this ends. Whoever continues a draft
    /// that [`Self::draft`] gave keeps it first as it is: it then moves from the run that left it.
    ///
    /// Errors: [`Error::Disk`]; what was kept before still stands.
    pub async fn keep_draft(&self, draft: Draft) -> Result<(), Error> {
        let instance = Arc::clone(&self.instance);
        self.worker.write(move |db| drafts::keep(db, &instance, &draft)).await
    }

    /// Drops this run's draft, and others' older ones that say the same; what another run typed
    /// differently stays. After a save.
    ///
    /// Errors: [`Error::Disk`].
    pub async fn drop_draft(
        &self,
        identity: &str,
        entity: &EntityName,
        id: Option<&RecordId>,
    ) -> Result<(), Error> {
        let instance = Arc::clone(&self.instance);
        let place = Place::new(identity, entity, id);
        self.worker.write(move |db| drafts::leave(db, &instance, &place)).await
    }

    /// Drops a draft as [`Self::draft`] or [`Self::drafts`] gave it, whichever run typed it; what
    /// was typed since stays. When the user does not want it.
    ///
    /// Errors: [`Error::Disk`].
    pub async fn discard_draft(&self, draft: Draft) -> Result<(), Error> {
        self.worker.write(move |db| drafts::discard(db, &draft)).await
    }

    /// The newest draft of a record, or of a new one, whichever run typed it.
    pub async fn draft(
        &self,
        identity: &str,
        entity: &EntityName,
        id: Option<&RecordId>,
    ) -> Option<Draft> {
        let place = Place::new(identity, entity, id);
        self.worker.read(move |db| drafts::newest(db, &place)).await.flatten()
    }

    /// All drafts, of all runs, of one connection or of all; newest first.
    pub async fn drafts(&self, identity: Option<&str>) -> Vec<Draft> {
        let identity = identity.map(str::to_owned);
        let found = self.worker.read(move |db| drafts::all(db, identity.as_deref())).await;
        found.unwrap_or_default()
    }

    /// Remembers a list's columns.
    pub async fn keep_columns(&self, identity: &str, entity: &EntityName, columns: &[String]) {
        let (identity, entity, columns) = (identity.to_owned(), entity.clone(), columns.to_vec());
        let done =
            self.worker.write(move |db| habits::keep_columns(db, &identity, &entity, &columns));
        unimportant(done.await);
    }

    /// A list's columns, as they were left.
    pub async fn columns(&self, identity: &str, entity: &EntityName) -> Option<Vec<String>> {
        let (identity, entity) = (identity.to_owned(), entity.clone());
        self.worker.read(move |db| habits::columns(db, &identity, &entity)).await.flatten()
    }

    /// Remembers that a record was looked at.
    pub async fn visit(
        &self,
        identity: &str,
        entity: &EntityName,
        id: &RecordId,
        title: &str,
        at: Timestamp,
    ) {
        let (identity, title) = (identity.to_owned(), title.to_owned());
        let (entity, id) = (entity.clone(), id.clone());
        let recent = Recent { identity, entity, id, title, visits: 1, at };
        unimportant(self.worker.write(move |db| habits::visit(db, &recent)).await);
    }

    /// The records looked at last, of one connection or of all; newest first.
    pub async fn recents(&self, identity: Option<&str>, limit: u32) -> Vec<Recent> {
        let identity = identity.map(str::to_owned);
        let found = self.worker.read(move |db| habits::recents(db, identity.as_deref(), limit));
        found.await.unwrap_or_default()
    }

    /// Keeps a small value: the last connection, the last type.
    pub async fn keep_value(&self, key: &str, value: &str) {
        let (key, value) = (key.to_owned(), value.to_owned());
        unimportant(self.worker.write(move |db| habits::keep_value(db, &key, &value)).await);
    }

    /// The value of a key.
    pub async fn value(&self, key: &str) -> Option<String> {
        let key = key.to_owned();
        self.worker.read(move |db| habits::value(db, &key)).await
    }

    /// Writes down what a CRM took, and gives its number; on the disk when this ends.
    ///
    /// Errors: [`Error::Disk`].
    pub async fn written(&self, change: Change) -> Result<u64, Error> {
        self.worker.write(move |db| changes::write(db, &change)).await
    }

    /// The last changes, of one connection or of all; newest first.
    pub async fn history(&self, identity: Option<&str>, limit: u32) -> Vec<Change> {
        let identity = identity.map(str::to_owned);
        let found = self.worker.read(move |db| changes::last(db, identity.as_deref(), limit));
        found.await.unwrap_or_default()
    }

    /// Lets the file grow no more, as a full disk would: for tests.
    #[doc(hidden)]
    pub async fn fill_disk(&self) {
        let grown = self.worker.read(|db| {
            let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
            db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        });
        grown.await.unwrap_or_default();
    }
}

fn memory() -> Option<Connection> {
    open::TABLES
        .in_memory()
        .inspect_err(|error| tracing::warn!(%error, "no journal, not even in memory"))
        .ok()
}

/// A habit that is not remembered is no error for the user; the worker has logged it.
fn unimportant(done: Result<(), Error>) {
    drop(done);
}
