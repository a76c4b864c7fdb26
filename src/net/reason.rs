//! What went wrong on the wire, by what the user can do about it.
use std::{error::Error as StdError, io};

use rustls::CertificateError;

use crate::domain::error::Error;

/// How an [`Error::Offline`] begins when the name of the host is not known.
pub const NO_SUCH_HOST: &str = "no such host";

/// The error of an exchange that failed before its answer's headers were read.
/// `host` is for people; `is_safe` says whether repeating it does no harm.
pub fn of_sending(error: &reqwest::Error, host: &str, is_safe: bool) -> Error {
    if let Some(tls) = tls_error(error) {
        return tls;
    }
    // The connection alone took too long. A read says so at once: it would only wait again.
    if error.is_connect() && !(is_safe && error.is_timeout() && !error.is_dns()) {
        return Error::Offline { reason: of_connecting(error, host) };
    }
    if error.is_builder() {
        return Error::Usage { reason: deepest(error) };
    }
    if !is_safe {
        return Error::Unknown;
    }
    if error.is_timeout() {
        return Error::Timeout;
    }
    Error::Offline { reason: format!("{host} closed the connection: {}", deepest(error)) }
}

/// The error of an answer that stopped in its middle.
pub fn of_reading(error: &reqwest::Error, is_safe: bool) -> Error {
    if !is_safe {
        return Error::Unknown;
    }
    if error.is_timeout() {
        return Error::Timeout;
    }
    let reason = format!("the answer was cut: {}", deepest(error));
    if error.is_decode() && io_kind(error) != Some(io::ErrorKind::UnexpectedEof) {
        return Error::Unreadable { path: "body".to_owned(), reason };
    }
    Error::Offline { reason }
}

fn of_connecting(error: &reqwest::Error, host: &str) -> String {
    if error.is_dns() {
        return format!("{NO_SUCH_HOST}: {host}");
    }
    if error.is_timeout() {
        return format!("{host} does not answer");
    }
    match io_kind(error) {
        Some(io::ErrorKind::ConnectionRefused) => format!("{host} refuses the connection"),
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            format!("there is no way to {host}")
        }
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            format!("{host} closed the connection")
        }
        Some(_) | None => deepest(error),
    }
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        inner(error).or_else(|| error.source())
    })
}

/// What an `io::Error` wraps: its `source` leaves that one out.
fn inner<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(wrapped)
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).last().map(io::Error::kind)
}

/// The innermost message, which is the one that says something; it never holds an address.
fn deepest(error: &reqwest::Error) -> String {
    chain(error)
        .last()
        .filter(|last| !last.is::<reqwest::Error>())
        .map_or_else(|| "the connection failed".to_owned(), std::string::ToString::to_string)
}

fn tls_error(error: &reqwest::Error) -> Option<Error> {
    let tls = chain(error).find_map(|error| error.downcast_ref::<rustls::Error>())?;
    #[expect(clippy::wildcard_enum_match_arm, reason = "rustls' enum is open")]
    Some(match tls {
        rustls::Error::InvalidCertificate(why) => {
            Error::Certificate { reason: of_certificate(why) }
        }
        rustls::Error::InvalidMessage(_) => {
            Error::Offline { reason: "it does not speak TLS; http:// perhaps?".to_owned() }
        }
        other => Error::Certificate { reason: other.to_string() },
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls' enum is open")]
fn of_certificate(why: &CertificateError) -> String {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; is the clock right?".to_owned()
        }
        CertificateError::UnknownIssuer => "its issuer is not known here".to_owned(),
        CertificateError::NotValidForName => "it is for another host".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("it is for another host: {}", presented.join(", "))
        }
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::BadSignature => "its signature is wrong".to_owned(),
        other => other.to_string(),
    }
}
