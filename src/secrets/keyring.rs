//! The desktop's keyring, by the Secret Service.
//!
//! Its library starts a runtime of its own and may wait for a person, so each request runs on a
//! thread of its own with a limit; it would panic on a worker of ours.
use std::{sync::mpsc, time::Duration};

use keyring_core::{Entry, api::CredentialStoreApi as _};
use zbus_secret_service_keyring_store::Store;

use crate::domain::secret::Secret;

const SERVICE: &str = "ficha";

/// A person may have to unlock it.
const LIMIT: Duration = Duration::from_secs(60);

/// To learn whether one answers at all.
const PROBE_LIMIT: Duration = Duration::from_secs(3);

/// The secret under that name, if any.
///
/// Errors: why not.
pub(super) fn read(name: &str) -> Result<Option<Secret>, String> {
    let name = name.to_owned();
    ask(LIMIT, move || match entry(&name)?.get_password() {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(reason(&error)),
    })
}

/// Keeps it under that name.
///
/// Errors: why not.
pub(super) fn write(name: &str, secret: &Secret) -> Result<(), String> {
    let (name, secret) = (name.to_owned(), secret.clone());
    ask(LIMIT, move || entry(&name)?.set_password(secret.reveal()).map_err(|error| reason(&error)))
}

/// Removes it; one that is not there is gone already.
///
/// Errors: why not.
pub(super) fn remove(name: &str) -> Result<(), String> {
    let name = name.to_owned();
    ask(LIMIT, move || match entry(&name)?.delete_credential() {
        Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
        Err(error) => Err(reason(&error)),
    })
}

/// Whether one answers.
///
/// Errors: why not.
pub(super) fn probe() -> Result<(), String> {
    ask(PROBE_LIMIT, || Store::new().map(|_| ()).map_err(|error| reason(&error)))
}

fn entry(name: &str) -> Result<Entry, String> {
    let store = Store::new().map_err(|error| reason(&error))?;
    store.build(SERVICE, name, None).map_err(|error| reason(&error))
}

fn ask<T: Send + 'static>(
    limit: Duration,
    question: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody waits any more when the limit has passed.
        let _ = sender.send(question());
    });
    match receiver.recv_timeout(limit) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(format!("no keyring answered within {} s", limit.as_secs()))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err("the keyring's library broke".to_owned()),
    }
}

/// Never the bytes that some of its errors hold.
fn reason(error: &keyring_core::Error) -> String {
    let is_its_content = matches!(
        error,
        keyring_core::Error::BadEncoding(_) | keyring_core::Error::BadDataFormat(..)
    );
    if is_its_content {
        "what it keeps under that name is no text".to_owned()
    } else if matches!(
        error,
        keyring_core::Error::PlatformFailure(_) | keyring_core::Error::NoStorageAccess(_)
    ) {
        tracing::info!("no keyring answers: {error}");
        "no keyring answers here".to_owned()
    } else {
        format!("the keyring refused ({error})")
    }
}
