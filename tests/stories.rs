//! Stories: keys as text, the whole program with a real server, the screens that people see.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod support;

#[path = "stories/browsing.rs"]
mod browsing;
