//! A thread that owns a store and does one thing after the other: `SQLite` blocks.
use std::{sync::mpsc, thread};

type Work<T> = Box<dyn FnOnce(&mut T) + Send>;

/// A handle of the thread, which ends when the last handle is gone and its work is done.
pub struct Worker<T> {
    inbox: mpsc::Sender<Work<T>>,
}

impl<T> Clone for Worker<T> {
    fn clone(&self) -> Self {
        Self { inbox: self.inbox.clone() }
    }
}

impl<T: Send + 'static> Worker<T> {
    /// Starts the thread. Without a store, or without a thread, nothing that is sent is done.
    pub fn start(name: &str, store: Option<T>) -> Self {
        let (inbox, sent) = mpsc::channel::<Work<T>>();
        if let Some(mut store) = store {
            let all = move || sent.into_iter().for_each(|work| work(&mut store));
            if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(all) {
                tracing::warn!(%error, name, "no thread for a store");
            }
        }
        Self { inbox }
    }

    /// Queues it. `false`: there is no thread, and it will not be done.
    #[must_use]
    pub fn send(&self, work: impl FnOnce(&mut T) + Send + 'static) -> bool {
        self.inbox.send(Box::new(work)).is_ok()
    }
}
