//! The settings' secrets, and the demo's key, which stands nowhere.
use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    domain::{
        error::Error,
        secret::{Secret, SecretSource, SecretStore, Turn},
    },
    secrets::Secrets,
};

/// Cannot be a variable's name, so that no settings file can say it.
const LENT: &str = "=demo";

/// The settings' secrets, and one that is lent for this run.
pub(super) struct Keys {
    secrets: Arc<Secrets>,
    lent: Mutex<Option<Secret>>,
}

impl Keys {
    pub(super) fn new(secrets: Arc<Secrets>) -> Self {
        Self { secrets, lent: Mutex::default() }
    }

    /// Where the lent one is.
    pub(super) fn lent() -> SecretSource {
        SecretSource::Env(LENT.to_owned())
    }

    pub(super) fn lend(&self, secret: Secret) {
        *self.lent.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret);
    }
}

impl SecretStore for Keys {
    fn read(&self, connection: &str, source: &SecretSource) -> Result<Secret, Error> {
        if *source != Self::lent() {
            return self.secrets.read(connection, source);
        }
        let lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lent.ok_or_else(|| Error::Unauthorized { reason: "the demo has ended".to_owned() })
    }

    fn token(&self, connection: &str) -> Option<Secret> {
        self.secrets.token(connection)
    }

    fn keep_token(&self, connection: &str, token: Option<&Secret>) {
        self.secrets.keep_token(connection, token);
    }

    fn printed(&self, program: &[&str]) -> Result<Secret, Error> {
        self.secrets.printed(program)
    }

    fn take_turn(&self, connection: &str) -> Turn {
        self.secrets.take_turn(connection)
    }
}
