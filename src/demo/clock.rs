//! The demo's clock: starts at the moment it was given and goes on from there.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::{Duration, Instant};

/// A clock.
#[derive(Debug, Clone)]
pub struct Clock {
    started: Instant,
    now: Timestamp,
}

impl Clock {
    /// Starts at `now`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the demo's one clock: it must move on while the server runs"
    )]
    pub fn start(now: Timestamp) -> Clock {
        Clock { started: Instant::now(), now }
    }

    /// The moment it started at.
    pub fn started(&self) -> Timestamp {
        self.now
    }

    /// How long it has run.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The moment it shows.
    pub fn now(&self) -> Timestamp {
        self.now.checked_add(self.elapsed()).unwrap_or(self.now)
    }

    /// The moment as EspoCRM writes it: `YYYY-MM-DD HH:mm:ss`, UTC.
    pub fn stamp(&self) -> String {
        moment(self.now())
    }
}

/// A moment as EspoCRM writes it.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A day as EspoCRM writes it.
pub fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string()
}
