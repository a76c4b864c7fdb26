//! What went wrong, in sentences with the next step, and the exit status of it.
use std::{io, time::Duration};

use serde::Serialize;
use serde_json::Value as Json;

use crate::domain::{action::Failure, error::Error, exchanged::Exchanged};

/// Exit statuses (INTERFACE §1).
pub mod status {
    #![expect(missing_docs, reason = "INTERFACE names them")]
    pub const DONE: u8 = 0;
    pub const FAILED: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const NOT_FOUND: u8 = 3;
    pub const CONFLICT: u8 = 4;
    pub const NOT_ALLOWED: u8 = 5;
    pub const NO_NETWORK: u8 = 6;
    pub const RATE_LIMITED: u8 = 7;
    pub const REFUSED: u8 = 8;
    pub const PARTLY: u8 = 9;
    pub const INTERRUPTED: u8 = 130;
}

/// Why a command ends early.
#[derive(Debug)]
pub enum Stop {
    /// Something is wrong, and the user is told.
    Fault(Box<Fault>),
    /// Nobody reads any more: that is success.
    Pipe,
}

/// Something wrong, as it is told. Its texts may hold what a server said: raw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// One word for scripts: `not-found`.
    pub kind: &'static str,
    /// A sentence.
    pub message: String,
    /// The next step, if there is one.
    pub hint: Option<String>,
    /// HTTP's status, where an answer came.
    pub status: Option<u16>,
    /// What the server calls this request, where it does.
    pub request_id: Option<String>,
    /// Why a deed failed: what the product said, then the cause of that, and so on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What the product's own log knows of the run that failed, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Json>,
    /// The exit status.
    #[serde(skip)]
    pub code: u8,
}

impl Fault {
    /// Without hint and answer.
    pub fn new(kind: &'static str, code: u8, message: impl Into<String>) -> Self {
        let (message, causes) = (message.into(), Vec::new());
        let (hint, status, request_id, run) = (None, None, None, None);
        Self { kind, message, hint, status, request_id, causes, run, code }
    }

    /// With the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Of an error of that connection (`""`: of none).
    pub fn of(error: &Error, connection: &str) -> Self {
        let mut fault = Self::new(kind(error), code(error), message(error, connection));
        if let Error::RunFailed { causes, .. } = error {
            fault.causes.clone_from(causes);
        }
        match hint(error, connection) {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    }

    /// Of a failed action of that connection.
    pub fn of_failure(failure: &Failure, connection: &str) -> Self {
        let mut fault = Self::of(&failure.error, connection);
        fault.status = failure.exchange.as_ref().and_then(|exchange| exchange.status);
        fault.request_id = failure.exchange.as_ref().and_then(|exchange| request_id(exchange));
        fault
    }
}

fn request_id(exchange: &Exchanged) -> Option<String> {
    let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("x-request-id");
    exchange.received_headers.iter().find(named).map(|(_, value)| value.clone())
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Fault::of(&error, "").into()
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Pipe;
        }
        Fault::new("disk", status::FAILED, format!("The result cannot be written: {error}.")).into()
    }
}

/// Wrong usage that clap cannot see.
pub fn usage(message: impl Into<String>) -> Fault {
    Fault::new("usage", status::USAGE, message)
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Unauthorized { .. } => "unauthorized",
        Error::SecondFactor => "second-factor",
        Error::Forbidden { .. } => "forbidden",
        Error::LockedOut { .. } => "locked-out",
        Error::NotFound { .. } => "not-found",
        Error::Invalid { .. } => "invalid",
        Error::Duplicate { .. } => "duplicate",
        Error::Conflict(_) => "conflict",
        Error::RateLimited { .. } => "rate-limited",
        Error::Timeout => "timeout",
        Error::Offline { .. } => "offline",
        Error::NotKept => "not-kept",
        Error::Certificate { .. } => "certificate",
        Error::Redirected { .. } => "redirected",
        Error::NotThisProduct { .. } => "not-this-product",
        Error::Maintenance { .. } => "maintenance",
        Error::Server { .. } => "server",
        Error::Unreadable { .. } => "unreadable",
        Error::TooLarge { .. } => "too-large",
        Error::Unsupported { .. } => "unsupported",
        Error::ReadOnly => "read-only",
        Error::Unknown => "unknown",
        Error::Mend { .. } => "mend",
        Error::RunFailed { .. } => "run-failed",
        Error::Partly { .. } => "partly",
        Error::Disk { .. } => "disk",
        Error::Usage { .. } => "usage",
        Error::Bug { .. } => "bug",
    }
}

fn code(error: &Error) -> u8 {
    match error {
        Error::Unauthorized { .. }
        | Error::SecondFactor
        | Error::Forbidden { .. }
        | Error::LockedOut { .. }
        | Error::Mend { .. }
        | Error::ReadOnly => status::NOT_ALLOWED,
        Error::NotFound { .. } => status::NOT_FOUND,
        Error::Invalid { .. } => status::REFUSED,
        Error::Duplicate { .. } | Error::Conflict(_) => status::CONFLICT,
        Error::RateLimited { .. } => status::RATE_LIMITED,
        Error::Timeout | Error::Offline { .. } | Error::NotKept => status::NO_NETWORK,
        Error::Partly { .. } => status::PARTLY,
        Error::Usage { .. } => status::USAGE,
        Error::Certificate { .. }
        | Error::Redirected { .. }
        | Error::NotThisProduct { .. }
        | Error::Maintenance { .. }
        | Error::Server { .. }
        | Error::Unreadable { .. }
        | Error::TooLarge { .. }
        | Error::Unsupported { .. }
        | Error::Unknown
        | Error::RunFailed { .. }
        | Error::Disk { .. }
        | Error::Bug { .. } => status::FAILED,
    }
}

#[expect(clippy::too_many_lines, reason = "a table: one line an error")]
fn message(error: &Error, connection: &str) -> String {
    let place = if connection.is_empty() { "The server" } else { connection };
    match error {
        Error::Unauthorized { reason } => {
            format!("{place} does not accept the login{}.", because(reason))
        }
        Error::SecondFactor => {
            format!("{place} asks for a second factor, and the code was missing or wrong.")
        }
        Error::Forbidden { what } => {
            format!("Your role on {place} does not allow this{}.", because(what))
        }
        Error::LockedOut { wait } => {
            format!(
                "{place} refuses every sign-in from here for {}: too many have failed.",
                span(*wait)
            )
        }
        Error::NotFound { what } => format!("{place} has no such record{}.", because(what)),
        Error::Invalid { field: Some(field), reason } => {
            format!("{field} was refused{}.", because(reason))
        }
        Error::Invalid { field: None, reason } => {
            format!("The values were refused{}.", because(reason))
        }
        Error::Duplicate { records } if records.is_empty() => {
            "Such a record exists already.".to_owned()
        }
        Error::Duplicate { records } => {
            let ids: Vec<_> = records.iter().map(|record| record.id.as_str()).collect();
            format!("Such a record exists already: {}.", ids.join(", "))
        }
        Error::Conflict(conflict) if conflict.fields.is_empty() => {
            "The record was changed meanwhile; nothing was written.".to_owned()
        }
        Error::Conflict(conflict) => format!(
            "Someone else changed {} meanwhile; nothing was written.",
            conflict.fields.join(", ")
        ),
        Error::RateLimited { wait: Some(wait) } => {
            format!("{place} was asked too often; it wants {} of rest.", span(*wait))
        }
        Error::RateLimited { wait: None } => format!("{place} was asked too often."),
        Error::Timeout => format!("{place} gave no answer in time."),
        Error::Offline { reason } => format!("{place} cannot be reached{}.", because(reason)),
        Error::NotKept => "That was not seen before, so it cannot be shown offline.".to_owned(),
        Error::Certificate { reason } => {
            format!("The certificate of {place} does not hold{}.", because(reason))
        }
        Error::Redirected { to } => {
            format!("{place} points to another address, {to}; nothing was sent there.")
        }
        Error::NotThisProduct { reason } => {
            format!("{place} does not answer as the product does{}.", because(reason))
        }
        Error::Maintenance { message } => {
            format!("{place} is being maintained{}.", because(message))
        }
        Error::Server { status, reason } => {
            format!("{place} broke (HTTP {status}){}.", because(reason))
        }
        Error::Unreadable { path, reason } => {
            format!("The answer of {place} cannot be read at {path}{}.", because(reason))
        }
        Error::TooLarge { limit } => format!("The answer of {place} is larger than {limit} bytes."),
        Error::Unsupported { what } => format!("This cannot be done here{}.", because(what)),
        Error::ReadOnly => "The connection is read-only; nothing was sent.".to_owned(),
        Error::Unknown => {
            "The answer was lost: the change may have been made, or not. It was not repeated."
                .to_owned()
        }
        Error::Mend { id, reason, .. } => {
            format!("{id}, through which {place} is reached, must be mended{}.", because(reason))
        }
        Error::RunFailed { causes, .. } => {
            let first = causes.first().map(String::as_str).unwrap_or_default();
            format!("It failed{}.", because(first))
        }
        Error::Partly { done, errors } => {
            let first = errors.first().map(|error| message(error, connection)).unwrap_or_default();
            format!("{done} done, {} failed. {first}", errors.len())
        }
        Error::Disk { reason } | Error::Usage { reason } => capital(reason),
        Error::Bug { what } => format!("ficha has a bug: {what}."),
    }
}

fn hint(error: &Error, connection: &str) -> Option<String> {
    let name = if connection.is_empty() { "NAME" } else { connection };
    let hint = match error {
        Error::Unauthorized { .. } | Error::SecondFactor => {
            format!("Sign in anew: ficha connection login {name}")
        }
        Error::Forbidden { .. } => "Ask an administrator of the CRM for the right.".to_owned(),
        Error::LockedOut { wait } => {
            format!("Wait {}, then: ficha connection login {name}", span(*wait))
        }
        Error::NotFound { .. } => "Check the id, or look for it: ficha find TEXT".to_owned(),
        Error::Duplicate { .. } => {
            "Look at them, or create it all the same with --despite-duplicates.".to_owned()
        }
        Error::Conflict(_) => {
            "Read the record again (ficha get), then repeat the update.".to_owned()
        }
        Error::RateLimited { .. } => "Wait, then repeat it.".to_owned(),
        Error::Timeout => "Repeat it, or give it longer with --timeout.".to_owned(),
        Error::Offline { .. } => {
            format!("Check the network and the address: ficha connection test {name}")
        }
        Error::NotKept => "Repeat it without --offline.".to_owned(),
        Error::Redirected { to } => {
            format!("If that is right: ficha connection edit {name} --url {to}")
        }
        Error::NotThisProduct { .. } => {
            "Check the connection's url and kind: ficha connection list".to_owned()
        }
        Error::Certificate { .. } => {
            "Check the address, the clock, and this machine's list of authorities.".to_owned()
        }
        Error::ReadOnly => "Drop --read-only, or read_only in the settings.".to_owned(),
        Error::Unknown => "Read the record again to see which.".to_owned(),
        Error::Mend { url: Some(url), .. } => format!("Mend it in the browser: {url}"),
        Error::Mend { id, url: None, .. } => {
            format!("Mend it: ficha membrane connect --reconnect {id}")
        }
        Error::RunFailed { run_id: Some(id), .. } => {
            format!("Its log, at the sign-in to Membrane: ficha get ActionRunLog {id}")
        }
        Error::Maintenance { .. } | Error::Server { .. } => {
            "Try again later; ficha doctor shows what answers.".to_owned()
        }
        Error::Invalid { .. }
        | Error::Unreadable { .. }
        | Error::TooLarge { .. }
        | Error::Unsupported { .. }
        | Error::RunFailed { run_id: None, .. }
        | Error::Partly { .. }
        | Error::Disk { .. }
        | Error::Usage { .. }
        | Error::Bug { .. } => return None,
    };
    Some(hint)
}

fn because(reason: &str) -> String {
    let reason = reason.trim().trim_end_matches('.');
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

fn capital(reason: &str) -> String {
    let reason = reason.trim().trim_end_matches('.');
    let mut chars = reason.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn span(wait: Duration) -> String {
    match wait.as_secs() {
        0..=1 => "a second".to_owned(),
        seconds @ 2..=119 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_login_names_the_connection_and_the_next_step() {
        let error = Error::Unauthorized { reason: "bad key.".to_owned() };
        let fault = Fault::of(&error, "acme");
        assert_eq!(fault.message, "acme does not accept the login: bad key.");
        assert_eq!(fault.hint.as_deref(), Some("Sign in anew: ficha connection login acme"));
        assert_eq!(fault.code, 5);
    }

    #[test]
    fn a_broken_pipe_is_success() {
        assert!(matches!(Stop::from(io::Error::from(io::ErrorKind::BrokenPipe)), Stop::Pipe));
    }
}
