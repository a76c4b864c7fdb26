//! How the cache asks its threads: reads that nobody waits for are left out, writes are counted.
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::oneshot;

use super::store::Store;
use crate::sqlite;

/// So many writes may wait; more are not kept. It bounds the memory of a stuck disk.
const MOST_WAITING: usize = 256;

/// A handle of the thread, which ends when the last handle is gone and its jobs are done.
#[derive(Clone)]
pub(super) struct Worker {
    thread: sqlite::Worker<Store>,
    waiting: Arc<AtomicUsize>,
}

impl Worker {
    /// Starts the thread. Without a store, or without a thread, every job comes to nothing:
    /// the same as an empty cache.
    pub(super) fn start(name: &str, store: Option<Store>) -> Self {
        Self { thread: sqlite::Worker::start(name, store), waiting: Arc::default() }
    }

    /// A read: not done at all when nobody waits for it any more.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.send(move |store| {
            if !reply.is_closed() {
                // Whoever asked may have gone meanwhile.
                let _ = reply.send(work(store));
            }
        });
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
        self.send(move |store| {
            work(store);
            waiting.fetch_sub(1, Ordering::Relaxed);
            // Nobody needs to wait for a write.
            let _ = reply.send(());
            store.enforce_when_due();
        });
        answer
    }

    /// Whether more writes wait than a working disk would leave.
    pub(super) fn is_flooded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= MOST_WAITING
    }

    fn send(&self, work: impl FnOnce(&mut Store) + Send + 'static) {
        if !self.thread.send(work) {
            tracing::debug!("the cache has no thread; nothing is kept");
        }
    }
}
