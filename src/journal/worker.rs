//! How the journal asks the thread that owns its connection.
use rusqlite::{Connection, OptionalExtension, Transaction};
use tokio::sync::oneshot;

use super::problem::disk;
use crate::{
    domain::error::Error,
    sqlite::{self, transact},
};

/// A handle of the thread, which ends when the last handle is gone and its jobs are done.
#[derive(Clone)]
pub(super) struct Worker {
    thread: sqlite::Worker<Connection>,
}

impl Worker {
    /// Starts the thread. Without a connection, or without a thread, every write is an error.
    pub(super) fn start(db: Option<Connection>) -> Self {
        Self { thread: sqlite::Worker::start("journal", db) }
    }

    /// Writes in one transaction, which is on the disk when this ends. Once asked it is done,
    /// even if nobody waits any more. Errors: [`Error::Disk`].
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let done = self.ask(move |db| transact(db, work).map_err(|error| disk(&error))).await;
        done.unwrap_or_else(|| Err(Error::Disk { reason: "the journal is not there".to_owned() }))
    }

    /// Reads; no row and an error are `None`, the error is logged.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Option<T> {
        let found = self.ask(move |db| work(db).optional()).await?;
        found.unwrap_or_else(|error| {
            tracing::warn!(code = ?error.sqlite_error_code(), "the journal cannot be read");
            None
        })
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let is_queued = self.thread.send(move |db| {
            // Whoever asked may have gone meanwhile; the work is done all the same.
            let _ = reply.send(work(db));
        });
        if is_queued { answer.await.ok() } else { None }
    }
}

/// JSON for a column. An error of it is one of the write.
pub(super) fn json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
