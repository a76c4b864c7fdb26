//! The two stores on real files: reopened, shared, broken, newer, full.
#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]
#[path = "store/cache.rs"]
mod cache;
#[path = "store/journal.rs"]
mod journal;
#[path = "store/seed.rs"]
mod seed;
