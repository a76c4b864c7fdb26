//! How many exchanges a connection has under way: HTTP/1.1 opens one TCP connection for each.
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// At most so many exchanges of one connection at once; browsers take six.
pub const AT_ONCE: usize = 6;

/// Cheap to clone; all clones share the places.
#[derive(Clone, Debug)]
pub struct Limit(Arc<Semaphore>);

impl Default for Limit {
    fn default() -> Self {
        Self::new(AT_ONCE)
    }
}

impl Limit {
    /// With so many places.
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }

    /// Waits for a place, first come, first served; it is free again when the answer is dropped.
    /// `None` never comes, since nothing closes the semaphore: then there is no limit.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}
