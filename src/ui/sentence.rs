//! Sentences about errors: with the command line's, the only ones. SCREENS §8: who did what, why;
//! then what is safe, and the next step.
use crate::domain::error::Error;

/// What went wrong, as the second half of a sentence that began with who refused what.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Unauthorized { reason } if reason.is_empty() => "the login was refused.".to_owned(),
        Error::Unauthorized { reason } => format!("the login was refused ({reason})."),
        Error::SecondFactor => "it asks for a second factor's code.".to_owned(),
        Error::Forbidden { what } => with("your role may not do this", what),
        Error::LockedOut { wait } => format!(
            "it may have locked this address out after failed sign-ins; wait {} s.",
            wait.as_secs()
        ),
        Error::NotFound { what } => with("it is not there any more", what),
        Error::Invalid { field: Some(field), reason } => format!("{field}: {reason}."),
        Error::Duplicate { records } => format!("{} similar records exist.", records.len()),
        Error::Conflict(_) => "someone saved it while you were editing.".to_owned(),
        Error::RateLimited { wait: Some(wait) } => {
            format!("it was asked too often; it wants {} s of rest.", wait.as_secs())
        }
        Error::RateLimited { wait: None } => "it was asked too often.".to_owned(),
        Error::Timeout => "no answer came in time.".to_owned(),
        Error::Offline { reason } => with("it cannot be reached", reason),
        Error::NotKept => "nothing of this was kept here, and nothing is asked offline.".to_owned(),
        Error::Certificate { reason } => with("its certificate does not hold", reason),
        Error::Redirected { to } => {
            format!("it points to {to}; nothing was sent there. Is that the right address?")
        }
        Error::NotThisProduct { reason } => with("the address is not this product's", reason),
        Error::Maintenance { message } => with("it is being maintained", message),
        Error::Server { status, reason } => with(&format!("the server broke ({status})"), reason),
        Error::Unreadable { path, reason } => {
            format!("its answer cannot be read at {path}: {reason}.")
        }
        Error::TooLarge { limit } => {
            format!("its answer is larger than {} MiB.", limit / 1024 / 1024)
        }
        Error::Unsupported { what } => with("it cannot do this", what),
        Error::ReadOnly => "this connection is read-only; nothing was sent.".to_owned(),
        Error::Unknown => {
            "the line broke: it may have landed. It is not sent again by itself.".to_owned()
        }
        Error::Mend { id, reason, .. } => with(&format!("{id} at Membrane must be mended"), reason),
        Error::RunFailed { causes, .. } => with("it failed", &causes.join(": ")),
        Error::Partly { done, errors } => {
            format!("{done} were done, {} were not.", errors.len())
        }
        Error::Invalid { field: None, reason }
        | Error::Disk { reason }
        | Error::Usage { reason } => format!("{reason}."),
        Error::Bug { what } => format!("a bug of ficha's: {what}."),
    }
}

fn with(what: &str, more: &str) -> String {
    let more = more.trim().trim_end_matches('.');
    if more.is_empty() { format!("{what}.") } else { format!("{what}: {more}.") }
}

/// Whether a sign-in is the next step.
pub(super) fn asks_for_sign_in(error: &Error) -> bool {
    matches!(error, Error::Unauthorized { .. } | Error::SecondFactor | Error::Mend { .. })
}

/// What is safe, and the likely cause; dim beneath.
pub(super) fn comfort(error: &Error) -> &'static str {
    match error {
        Error::Unauthorized { .. } | Error::SecondFactor => {
            "It is not tried again by itself, so that nobody is locked out."
        }
        Error::Timeout
        | Error::Offline { .. }
        | Error::Server { .. }
        | Error::Maintenance { .. } => "What was kept here stays readable.",
        Error::Certificate { .. } | Error::Redirected { .. } => "No key was sent.",
        Error::Mend { .. } => "The records are untouched; a new sign-in there is enough.",
        Error::RunFailed { run_id: Some(_), .. } => "The product's log of the run has more.",
        Error::Unknown => "Look at the record before you send it once more.",
        Error::Invalid { .. } | Error::Conflict(_) | Error::Duplicate { .. } => {
            "Your text is kept."
        }
        Error::Forbidden { .. }
        | Error::LockedOut { .. }
        | Error::NotFound { .. }
        | Error::RateLimited { .. }
        | Error::NotKept
        | Error::NotThisProduct { .. }
        | Error::Unreadable { .. }
        | Error::TooLarge { .. }
        | Error::Unsupported { .. }
        | Error::ReadOnly
        | Error::RunFailed { run_id: None, .. }
        | Error::Partly { .. }
        | Error::Disk { .. }
        | Error::Usage { .. }
        | Error::Bug { .. } => "",
    }
}
