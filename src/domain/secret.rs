//! Secrets, and where they are kept. Nothing here shows one.
use std::{any::Any, fmt};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::error::Error;

/// A secret in memory. It never shows itself, and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is; a trailing line break is not part of it.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        Self(text)
    }

    /// The secret itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where the settings say that a secret is (INTERFACE §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretSource {
    /// The desktop's keyring, under the connection's name.
    Keyring(bool),
    /// The first line of a command's output.
    Command(String),
    /// An environment variable.
    Env(String),
    /// A file of mode 0600; relative to the settings' folder.
    File(String),
}

/// Whose turn it is to sign a connection in: one process at a time.
pub enum Turn {
    /// Ours, until this is dropped.
    Ours(Box<dyn Any + Send>),
    /// Another process is signing in.
    Theirs,
}

/// Where secrets come from; given in by `bootstrap`. Calls may block: workers make them.
pub trait SecretStore: Send + Sync {
    /// The secret of a connection.
    ///
    /// Errors: [`Error::Unauthorized`] when there is none, [`Error::Disk`] when its place cannot be read.
    fn read(&self, connection: &str, source: &SecretSource) -> Result<Secret, Error>;

    /// A sign-in's token that was kept between two runs, if any.
    fn token(&self, connection: &str) -> Option<Secret>;

    /// Keeps a token for the next run; `None` forgets it. Best effort.
    fn keep_token(&self, connection: &str, token: Option<&Secret>);

    /// The first line that is not empty of what a program prints. Its arguments are given to it
    /// as they are: no shell reads them.
    ///
    /// Errors: [`Error::Unauthorized`] when it cannot be run, fails, or prints nothing.
    fn printed(&self, program: &[&str]) -> Result<Secret, Error> {
        let reason = format!("{} cannot be run here", program.first().unwrap_or(&"nothing"));
        Err(Error::Unauthorized { reason })
    }

    /// Asks for the turn to sign a connection in, and does not wait for it. Where it cannot be
    /// known, or nobody else shares the store, it is ours.
    fn take_turn(&self, _connection: &str) -> Turn {
        Turn::Ours(Box::new(()))
    }
}
