//! The one error shape, by what the user can do about it. It holds no sentences of ours:
//! `ui::status` and `cli` make them, since only there the live keys are known.
use std::time::Duration;

use super::{change::Conflict, record::Record};

/// Why an action was not done. Texts in it come from outside and are raw.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// Sign in anew: key, password or token were refused, or there is no secret.
    Unauthorized {
        /// What the server or the secret's place said, if anything.
        reason: String,
    },
    /// The product asks for a second factor, which came wrong or not at all.
    SecondFactor,
    /// A role forbids it.
    Forbidden {
        /// What the server said.
        what: String,
    },
    /// Too many failed sign-ins from here: everything is refused for a while. E§2.
    LockedOut {
        /// How long to wait.
        wait: Duration,
    },
    /// It is not there any more.
    NotFound {
        /// What the server said.
        what: String,
    },
    /// A value was refused.
    Invalid {
        /// The field, where the server names one.
        field: Option<String>,
        /// Why: `required`, `maxLength`, or a sentence of the server.
        reason: String,
    },
    /// Records like the new one exist already. E§9.
    Duplicate {
        /// Those that the user may see.
        records: Vec<Record>,
    },
    /// Someone saved the same fields meanwhile. E§10.
    Conflict(Box<Conflict>),
    /// Asked too often.
    RateLimited {
        /// How long to wait, where the server tells.
        wait: Option<Duration>,
    },
    /// No answer in time. A write may have landed: see [`Error::Unknown`].
    Timeout,
    /// No network, no such host, or refused.
    Offline {
        /// What the system said.
        reason: String,
    },
    /// `--offline` or the cache was asked, and it has not seen this.
    NotKept,
    /// The certificate does not hold.
    Certificate {
        /// What is wrong with it.
        reason: String,
    },
    /// The server points to another host; nothing was sent there.
    Redirected {
        /// Where to.
        to: String,
    },
    /// It answers, but not as this product does.
    NotThisProduct {
        /// What was seen instead.
        reason: String,
    },
    /// The product is being maintained.
    Maintenance {
        /// What it said.
        message: String,
    },
    /// The server broke.
    Server {
        /// The HTTP status.
        status: u16,
        /// What it said.
        reason: String,
    },
    /// The answer cannot be read.
    Unreadable {
        /// The JSON path of the surprise, or the resource.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The answer is larger than anything we asked for.
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
    /// The product or the channel cannot do this.
    Unsupported {
        /// What.
        what: String,
    },
    /// The connection is read-only; nothing was sent.
    ReadOnly,
    /// A write that may have landed; it is not repeated.
    Unknown,
    /// The connection through which the product is reached has lost its login there: it is
    /// mended where it is kept. A second one would not help.
    Mend {
        /// Its id or key at Membrane.
        id: String,
        /// What was said of it.
        reason: String,
        /// The page where it is mended, where one is known.
        url: Option<String>,
    },
    /// A deed was begun and failed.
    RunFailed {
        /// Why: what the product said, then the cause of that, and so on. At least one.
        causes: Vec<String>,
        /// By what the product's own log knows the run.
        run_id: Option<String>,
    },
    /// Some of many were done.
    Partly {
        /// How many were.
        done: usize,
        /// What stopped the others.
        errors: Vec<Error>,
    },
    /// A file cannot be read or written.
    Disk {
        /// What and why.
        reason: String,
    },
    /// The settings or the input cannot be used as they are.
    Usage {
        /// What and why.
        reason: String,
    },
    /// A bug of ours.
    Bug {
        /// What was found.
        what: String,
    },
}

impl Error {
    /// Whether the network or the server is away, so that the cache may stand in.
    pub fn is_away(&self) -> bool {
        matches!(
            self,
            Self::Timeout
                | Self::Offline { .. }
                | Self::Server { status: 502..=504, .. }
                | Self::Maintenance { .. }
        )
    }

    /// A bug of ours, in a few words.
    pub fn bug(what: impl Into<String>) -> Self {
        Self::Bug { what: what.into() }
    }
}
