//! What would have left the house: mails, printed papers, scripts. They are only written down.

use serde::Serialize;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

/// How many are kept.
const KEPT: usize = 1_000;

/// Something that left.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    /// `email`, `print`, `script`, `sms`, `fetch` or `invitation`.
    pub what: &'static str,
    /// Where it would have gone: an address, a printer, an asset.
    pub to: String,
    /// What about: `ticket 1042`.
    pub about: String,
    /// The content.
    pub content: Value,
}

/// All that left.
#[derive(Debug, Default)]
pub struct Outbox(Mutex<Vec<Sent>>);

impl Outbox {
    /// Adds one, and lets the oldest go.
    pub fn add(&self, sent: Sent) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(sent);
    }

    /// All, oldest first.
    pub fn all(&self) -> Vec<Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
