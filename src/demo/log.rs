//! The requests that the server received, without their secrets.

use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many are kept.
const KEPT: usize = 2_000;

/// One request and the status it got.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Counts from 1.
    pub number: u64,
    /// In upper case.
    pub method: String,
    /// The path.
    pub path: String,
    /// The raw query.
    pub query: String,
    /// 0 where no answer was given.
    pub status: u16,
    /// What went wrong on purpose.
    pub fault: Option<String>,
    /// Chosen headers; credentials are only named.
    pub headers: Vec<(String, String)>,
}

/// The last requests.
#[derive(Debug, Default)]
pub struct Log(Mutex<(u64, VecDeque<Entry>)>);

impl Log {
    /// Adds one, and lets the oldest go.
    pub fn add(&self, mut entry: Entry) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        entry.number = kept.0;
        if kept.1.len() >= KEPT {
            kept.1.pop_front();
        }
        kept.1.push_back(entry);
    }

    /// All that are kept, oldest first.
    pub fn all(&self) -> Vec<Entry> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.1.iter().cloned().collect()
    }
}

const SECRET: [&str; 6] = [
    "authorization",
    "espo-authorization",
    "espo-authorization-code",
    "x-api-key",
    "x-hmac-authorization",
    "cookie",
];
const SHOWN: [&str; 9] = [
    "accept",
    "content-type",
    "content-length",
    "user-agent",
    "x-no-total",
    "x-version-number",
    "x-skip-duplicate-check",
    "espo-authorization-by-token",
    "espo-authorization-create-token-secret",
];

/// The headers worth keeping; of credentials only that they were there.
pub fn shown(headers: &[(String, String)]) -> Vec<(String, String)> {
    let one = |(name, value): &(String, String)| {
        if SECRET.contains(&name.as_str()) {
            return Some((name.clone(), "…".to_owned()));
        }
        SHOWN.contains(&name.as_str()).then(|| (name.clone(), value.clone()))
    };
    headers.iter().filter_map(one).collect()
}
