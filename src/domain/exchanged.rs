//! What was sent and received, with secrets removed: behind each notice, and in the log.
use std::time::Duration;

use jiff::Timestamp;

/// One HTTP exchange as it may be shown. Made by `net::redact`, never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// When it was sent.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// How often it was tried.
    pub attempts: u32,
    /// `PUT`.
    pub method: String,
    /// The whole address; secrets in it removed.
    pub url: String,
    /// Names and values; the secret ones' values are removed.
    pub sent_headers: Vec<(String, String)>,
    /// Text, cut at 64 KiB.
    pub sent: String,
    /// Its size, bytes.
    pub sent_bytes: u64,
    /// `None` = no answer came.
    pub status: Option<u16>,
    /// Those that matter.
    pub received_headers: Vec<(String, String)>,
    /// Text, cut at 64 KiB.
    pub received: String,
    /// Its size, bytes.
    pub received_bytes: u64,
}
