//! What the servers said, kept for the next look: pages and records by connection, with their
//! words. Deleting it loses nothing, and it never fails an action: what goes wrong inside is
//! logged, and nothing was kept.
mod evict;
mod merge;
mod open;
mod pages;
mod problem;
mod records;
mod search;
mod status;
mod store;
mod values;
mod worker;

use std::{future::Future, path::Path};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction};
use tokio::sync::oneshot;

pub use self::{
    problem::Problem,
    status::{Held, Status},
};
use self::{store::Store, worker::Worker};
use crate::domain::{
    query::Query,
    record::{Page, Record, RecordId},
    schema::EntityName,
};

/// The cache. A handle, cheap to clone: one thread writes, another one reads, so that no read
/// waits for a long write.
#[derive(Clone)]
pub struct Cache {
    reader: Worker,
    writer: Worker,
}

/// How much is kept, and for how long. Oldest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The file's size, bytes; may be exceeded for some writes.
    pub max_bytes: u64,
    /// Counted from the newest time that was brought: the cache has no clock.
    pub max_age: SignedDuration,
}

impl Default for Limits {
    /// 256 MiB, 30 days.
    fn default() -> Self {
        Self { max_bytes: 256 << 20, max_age: SignedDuration::from_hours(30 * 24) }
    }
}

/// Something kept, and when the server said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// What.
    pub value: T,
    /// When.
    pub seen: Timestamp,
}

/// Records of a type that were chosen among the kept ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picked {
    /// The newest first.
    pub records: Vec<Kept<Record>>,
    /// Among so many.
    pub of: u64,
}

impl Cache {
    /// Opens the file, or makes it, mode 0600. It never fails: where the file cannot be used the
    /// cache is in memory, and the problem says why. A broken file is set aside, unless someone
    /// has it open. Blocks for some milliseconds.
    pub fn open(path: &Path, limits: Limits) -> (Self, Option<Problem>) {
        match open::open(path) {
            Ok(opened) => {
                let store = |db: Connection| {
                    Some(Store::new(db, Some(path), Some(opened.lock.clone()), limits))
                };
                let reader = Worker::start("cache-reader", store(opened.reader));
                let writer = Worker::start("cache-writer", store(opened.writer));
                (Self { reader, writer }, opened.problem)
            }
            Err(problem) => (Self::within_memory(limits), Some(problem)),
        }
    }

    /// A cache for this run only.
    pub fn in_memory() -> Self {
        Self::within_memory(Limits::default())
    }

    fn within_memory(limits: Limits) -> Self {
        let store = match open::TABLES.in_memory() {
            Ok(db) => Some(Store::new(db, None, None, limits)),
            Err(error) => {
                tracing::warn!(%error, "no cache, not even in memory");
                None
            }
        };
        let worker = Worker::start("cache", store);
        Self { reader: worker.clone(), writer: worker }
    }

    /// The page that answered this query under this schema stamp.
    pub async fn page(&self, identity: &str, stamp: &str, query: &Query) -> Option<Kept<Page>> {
        let (identity, stamp, query) = (identity.to_owned(), stamp.to_owned(), query.clone());
        self.look("page", move |db| pages::read(db, &identity, &stamp, &query)).await.flatten()
    }

    /// Keeps a page and its rows. Queued at once; the future is for who wants to wait until it
    /// is done, and may be dropped. So are those of all `keep_…` and `forget_…`.
    pub fn keep_page(
        &self,
        identity: &str,
        stamp: &str,
        query: &Query,
        page: &Page,
        seen: Timestamp,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (identity, stamp) = (identity.to_owned(), stamp.to_owned());
        let (query, page) = (query.clone(), page.clone());
        settled(self.keep("keep page", seen, move |db| {
            pages::keep(db, &identity, &stamp, &query, &page, seen)
        }))
    }

    /// A record: complete where it was read by itself (`seen` is then of that reading; lists may
    /// have brought newer values of some fields), else what lists held of it.
    pub async fn record(
        &self,
        identity: &str,
        entity: &EntityName,
        id: &RecordId,
    ) -> Option<Kept<Record>> {
        let (identity, entity, id) = (identity.to_owned(), entity.clone(), id.clone());
        self.look("record", move |db| records::read(db, &identity, &entity, &id)).await.flatten()
    }

    /// The kept records of a type that are wanted; the cache's own thread chooses.
    pub async fn pick(
        &self,
        identity: &str,
        entity: &EntityName,
        is_wanted: impl Fn(&Record) -> bool + Send + 'static,
    ) -> Picked {
        let (identity, entity) = (identity.to_owned(), entity.clone());
        let picked = self.look("pick", move |db| records::pick(db, &identity, &entity, is_wanted));
        picked.await.unwrap_or_default()
    }

    /// Keeps a record; pages show its values from now on.
    pub fn keep_record(
        &self,
        identity: &str,
        record: &Record,
        seen: Timestamp,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (identity, record) = (identity.to_owned(), record.clone());
        settled(self.keep("keep record", seen, move |db| {
            let connection = records::connection(db, &identity)?;
            records::keep(db, connection, &record, seen)
        }))
    }

    /// Forgets a record that was deleted; pages close the gap.
    pub fn forget_record(
        &self,
        identity: &str,
        entity: &EntityName,
        id: &RecordId,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (identity, entity, id) = (identity.to_owned(), entity.clone(), id.clone());
        settled(Some(self.writer.write(move |store| {
            store.keep("forget record", None, |db| records::forget(db, &identity, &entity, &id));
        })))
    }

    /// The text that was kept under a key.
    pub async fn value(&self, identity: &str, key: &str) -> Option<Kept<String>> {
        let (identity, key) = (identity.to_owned(), key.to_owned());
        self.look("value", move |db| values::read(db, &identity, &key)).await.flatten()
    }

    /// Keeps a text under a key: the schema, related pages, activity.
    pub fn keep_value(
        &self,
        identity: &str,
        key: &str,
        value: &str,
        seen: Timestamp,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (identity, key, value) = (identity.to_owned(), key.to_owned(), value.to_owned());
        settled(
            self.keep("keep value", seen, move |db| {
                values::keep(db, &identity, &key, &value, seen)
            }),
        )
    }

    /// Records of a connection that hold all the words; the last word may be a beginning.
    /// The text is never taken for syntax.
    pub async fn search(&self, identity: &str, text: &str, limit: u32) -> Vec<Record> {
        let (identity, text) = (identity.to_owned(), text.to_owned());
        let found = self.look("search", move |db| search::find(db, &identity, &text, limit)).await;
        found.unwrap_or_default()
    }

    /// What is held.
    pub async fn status(&self) -> Status {
        self.reader.read(status::status).await.unwrap_or_default()
    }

    /// Forgets a connection, or everything, and gives the space back.
    pub async fn clear(&self, identity: Option<&str>) {
        let identity = identity.map(str::to_owned);
        let done = self.writer.write(move |store| {
            store.keep("clear", None, |db| evict::clear(db, identity.as_deref()));
            if let Err(error) = evict::give_back(&store.db) {
                store.note("clear", &error);
            }
        });
        settled(Some(done)).await;
    }

    /// Waits until everything that was queued so far is done: before a short run ends.
    pub async fn settle(&self) {
        settled(Some(self.writer.write(|_| {}))).await;
    }

    async fn look<T: Send + 'static>(
        &self,
        what: &'static str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Option<T> {
        self.reader.read(move |store| store.look(what, read)).await.flatten()
    }

    fn keep(
        &self,
        what: &'static str,
        seen: Timestamp,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Option<oneshot::Receiver<()>> {
        if self.writer.is_flooded() {
            tracing::warn!(what, "too many writes wait; not kept");
            return None;
        }
        Some(self.writer.write(move |store| store.keep(what, Some(seen), write)))
    }
}

/// Ends when the write is done; one that was not taken is done already.
async fn settled(done: Option<oneshot::Receiver<()>>) {
    if let Some(done) = done {
        // An error says that the thread is gone: there is nothing to wait for.
        let _ = done.await;
    }
}
