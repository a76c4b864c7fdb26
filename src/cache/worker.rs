//! A thread that owns a store and answers one job after the other.
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use tokio::sync::oneshot;

use super::store::Store;

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// So many writes may wait; more are not kept. It bounds the memory of a stuck disk.
const MOST_WAITING: usize = 256;

/// A handle of the thread, which ends when the last handle is gone and its jobs are done.
#[derive(Clone)]
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
    waiting: Arc<AtomicUsize>,
}

impl Worker {
    /// Starts the thread. Without a store, or without a thread, every job comes to nothing:
    /// the same as an empty cache.
    pub(super) fn start(name: &str, store: Option<Store>) -> Self {
        let (jobs, inbox) = mpsc::channel::<Job>();
        if let Some(mut store) = store {
            let work = move || inbox.into_iter().for_each(|job| job(&mut store));
            if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(work) {
                tracing::warn!(%error, "no thread for the cache");
            }
        }
        Self { jobs, waiting: Arc::default() }
    }

    /// A read: not done at all when nobody waits for it any more.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |store| {
            if !reply.is_closed() {
                // Whoever asked may have gone meanwhile.
                let _ = reply.send(work(store));
            }
        }));
        answer.await.ok()
    }

    /// A write: queued now, done whether or not someone waits for the answer.
    pub(super) fn write(
        &self,
        work: impl FnOnce(&mut Store) + Send + 'static,
    ) -> oneshot::Receiver<()> {
        let (reply, answer) = oneshot::channel();
        let waiting = Arc::clone(&self.waiting);
        waiting.fetch_add(1, Ordering::Relaxed);
        self.send(Box::new(move |store| {
            work(store);
            waiting.fetch_sub(1, Ordering::Relaxed);
            // Nobody needs to wait for a write.
            let _ = reply.send(());
            store.enforce_when_due();
        }));
        answer
    }

    /// Whether more writes wait than a working disk would leave.
    pub(super) fn is_flooded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= MOST_WAITING
    }

    fn send(&self, job: Job) {
        if self.jobs.send(job).is_err() {
            tracing::debug!("the cache has no thread; nothing is kept");
        }
    }
}
