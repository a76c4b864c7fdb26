//! What a connection sent and received lately, secrets removed.
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::exchanged::Exchanged;

/// So many exchanges are remembered.
const KEPT: usize = 50;

/// The last exchanges of a connection.
#[derive(Default)]
pub struct Trail(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    exchanges: VecDeque<Arc<Exchanged>>,
    stamp: Option<String>,
}

impl Trail {
    /// Remembers one, and writes a line of it into the log: no values, no query.
    pub(super) fn keep(
        &self,
        exchanged: Exchanged,
        stamp: Option<String>,
        connection: &str,
    ) -> Arc<Exchanged> {
        let path = exchanged.url.split('?').next().unwrap_or_default();
        let (status, ms) = (exchanged.status.unwrap_or_default(), exchanged.took.as_millis());
        let (method, attempts) = (&exchanged.method, exchanged.attempts);
        tracing::info!(connection, method, path, status, ms, attempts, "exchange");
        let exchanged = Arc::new(exchanged);
        let mut kept = self.kept();
        kept.exchanges.truncate(KEPT - 1);
        kept.exchanges.push_front(Arc::clone(&exchanged));
        if stamp.is_some() {
            kept.stamp = stamp;
        }
        exchanged
    }

    /// The newest first.
    pub fn exchanges(&self) -> Vec<Arc<Exchanged>> {
        self.kept().exchanges.iter().cloned().collect()
    }

    /// What the newest answer said of the structure.
    pub fn stamp(&self) -> Option<String> {
        self.kept().stamp.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
