//! The two stores on real files: reopened, shared, broken, newer, full.
#[path = "store/cache.rs"]
mod cache;
#[path = "store/journal.rs"]
mod journal;
#[path = "store/seed.rs"]
mod seed;
