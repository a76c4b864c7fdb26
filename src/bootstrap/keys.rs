//! The settings' secrets, and the demo's keys, which stand nowhere.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    domain::{
        error::Error,
        secret::{Secret, SecretSource, SecretStore, Turn},
    },
    secrets::Secrets,
};

/// Begins what cannot be a variable's name, so that no settings file can say it.
const LENT: &str = "=";

/// The settings' secrets, and some that are lent for this run.
pub(super) struct Keys {
    secrets: Arc<Secrets>,
    lent: Mutex<HashMap<String, Secret>>,
}

impl Keys {
    pub(super) fn new(secrets: Arc<Secrets>) -> Self {
        Self { secrets, lent: Mutex::default() }
    }

    /// Lends one to the connection of that name; where it is then.
    pub(super) fn lend(&self, name: &str, secret: Secret) -> SecretSource {
        let place = format!("{LENT}{name}");
        self.lent.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone(), secret);
        SecretSource::Env(place)
    }
}

impl SecretStore for Keys {
    fn read(&self, connection: &str, source: &SecretSource) -> Result<Secret, Error> {
        let SecretSource::Env(place) = source else {
            return self.secrets.read(connection, source);
        };
        if !place.starts_with(LENT) {
            return self.secrets.read(connection, source);
        }
        let lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner).get(place).cloned();
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
