//! A thread that owns the journal's connection and answers one job after the other.
use std::{sync::mpsc, thread};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::problem::disk;
use crate::domain::error::Error;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle of the thread, which ends when the last handle is gone and its jobs are done.
#[derive(Clone)]
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
}

impl Worker {
    /// Starts the thread. Without a connection, or without a thread, every write is an error.
    pub(super) fn start(db: Option<Connection>) -> Self {
        let (jobs, inbox) = mpsc::channel::<Job>();
        if let Some(mut db) = db {
            let work = move || inbox.into_iter().for_each(|job| job(&mut db));
            if let Err(error) = thread::Builder::new().name("journal".to_owned()).spawn(work) {
                tracing::warn!(%error, "no thread for the journal");
            }
        }
        Self { jobs }
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
        let job: Job = Box::new(move |db| {
            // Whoever asked may have gone meanwhile; the work is done all the same.
            let _ = reply.send(work(db));
        });
        self.jobs.send(job).ok()?;
        answer.await.ok()
    }
}

fn transact<T>(
    db: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// JSON for a column. An error of it is one of the write.
pub(super) fn json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// Nanoseconds since 1970, as the tables hold them; far times are clamped.
pub(super) fn nanoseconds(at: Timestamp) -> i64 {
    let clamped = at.as_nanosecond().clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    i64::try_from(clamped).unwrap_or(i64::MAX)
}

/// The time that the tables hold.
pub(super) fn time(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or(Timestamp::UNIX_EPOCH)
}
