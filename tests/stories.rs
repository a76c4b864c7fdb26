//! Stories: keys as text, the whole program with a real server, the screens that people see.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
mod support;

#[path = "stories/browsing.rs"]
mod browsing;
#[path = "stories/editing.rs"]
mod editing;
#[path = "stories/membrane.rs"]
mod membrane;
#[path = "stories/service.rs"]
mod service;
#[path = "stories/vtiger.rs"]
mod vtiger;
