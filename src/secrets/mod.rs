//! Where secrets are kept: the keyring, a command, the environment, or a file of mode 0600.
//!
//! Everything here may block, for as long as a person needs to unlock a keyring: workers call it.
mod command;
mod file;
#[cfg(all(feature = "keyring", target_os = "linux"))]
mod keyring;
#[cfg(not(all(feature = "keyring", target_os = "linux")))]
mod keyring {
    //! This build has no keyring.
    use crate::domain::secret::Secret;

    const NONE: &str = "this build of ficha has no keyring";

    pub(super) fn read(_name: &str) -> Result<Option<Secret>, String> {
        Err(NONE.to_owned())
    }
    pub(super) fn write(_name: &str, _secret: &Secret) -> Result<(), String> {
        Err(NONE.to_owned())
    }
    pub(super) fn remove(_name: &str) -> Result<(), String> {
        Err(NONE.to_owned())
    }
    pub(super) fn probe() -> Result<(), String> {
        Err(NONE.to_owned())
    }
}
mod turn;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::domain::{
    error::Error,
    secret::{Secret, SecretSource, SecretStore, Turn},
};

/// Where a new secret shall be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Store {
    /// The desktop's keyring.
    Keyring,
    /// A file of mode 0600 beside the settings.
    File,
}

/// Where a new secret was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// For the settings.
    pub source: SecretSource,
    /// Why it is not in the keyring, where it was meant to be if one had answered.
    pub no_keyring: Option<String>,
}

/// All places, and where their files stand.
#[derive(Clone)]
pub struct Secrets {
    folder: PathBuf,
    sessions: PathBuf,
    turns: PathBuf,
    variable: fn(&str) -> Option<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Secrets {
    /// `folder`: the settings' own, to which files are relative; `state`: where session tokens
    /// and the locks of sign-ins are kept; `variable`: looks into the environment.
    pub fn new(folder: &Path, state: &Path, variable: fn(&str) -> Option<String>) -> Self {
        let (sessions, turns) = (state.join("sessions"), state.join("turns"));
        Self { folder: folder.to_path_buf(), sessions, turns, variable }
    }

    /// Keeps a connection's secret; `None`: in the keyring where one answers, else in a file.
    ///
    /// Errors: [`Error::Disk`].
    pub fn store(
        &self,
        name: &str,
        secret: &Secret,
        place: Option<Store>,
    ) -> Result<Stored, Error> {
        let disk = |reason| Error::Disk { reason };
        match place {
            Some(Store::File) => self.store_in_file(name, secret, None),
            Some(Store::Keyring) => {
                keyring::write(name, secret).map_err(disk)?;
                Ok(Stored { source: SecretSource::Keyring(true), no_keyring: None })
            }
            None => match keyring::probe().and_then(|()| keyring::write(name, secret)) {
                Ok(()) => Ok(Stored { source: SecretSource::Keyring(true), no_keyring: None }),
                Err(reason) => self.store_in_file(name, secret, Some(reason)),
            },
        }
    }

    fn store_in_file(
        &self,
        name: &str,
        secret: &Secret,
        no_keyring: Option<String>,
    ) -> Result<Stored, Error> {
        let file = format!("{name}.key");
        file::write(&self.folder.join(&file), secret).map_err(|reason| Error::Disk { reason })?;
        Ok(Stored { source: SecretSource::File(file), no_keyring })
    }

    /// Overwrites a secret where it stands already; what a command or a variable gives is not ours.
    ///
    /// Errors: [`Error::Usage`] for those, [`Error::Disk`].
    pub fn overwrite(
        &self,
        name: &str,
        secret: &Secret,
        source: &SecretSource,
    ) -> Result<(), Error> {
        let disk = |reason| Error::Disk { reason };
        match source {
            SecretSource::Keyring(_) => keyring::write(name, secret).map_err(disk),
            SecretSource::File(path) => file::write(&self.folder.join(path), secret).map_err(disk),
            SecretSource::Command(_) => Err(not_ours("a command")),
            SecretSource::Env(_) => Err(not_ours("an environment variable")),
        }
    }

    /// Forgets a secret that [`Self::store`] kept, and the session. Files that the user made stay.
    ///
    /// Errors: [`Error::Disk`].
    pub fn forget(&self, name: &str, source: &SecretSource) -> Result<(), Error> {
        self.keep_token(name, None);
        if let Some(lock) = plain(name).map(|name| self.turns.join(name)) {
            turn::forget(&lock);
        }
        match source {
            SecretSource::Keyring(_) => {
                keyring::remove(name).map_err(|reason| Error::Disk { reason })
            }
            SecretSource::File(path) if *path == format!("{name}.key") => {
                file::remove(&self.folder.join(path)).map_err(|reason| Error::Disk { reason })
            }
            SecretSource::File(_) | SecretSource::Command(_) | SecretSource::Env(_) => Ok(()),
        }
    }

    /// Whether a keyring answers; else why not.
    ///
    /// Errors: the reason.
    pub fn probe_keyring(&self) -> Result<(), String> {
        keyring::probe()
    }

    fn session(&self, name: &str) -> Option<PathBuf> {
        plain(name).map(|name| self.sessions.join(name))
    }
}

impl SecretStore for Secrets {
    fn read(&self, connection: &str, source: &SecretSource) -> Result<Secret, Error> {
        let missing = |reason: String| Error::Unauthorized { reason };
        let secret = match source {
            SecretSource::Keyring(_) => keyring::read(connection)
                .map_err(|reason| missing(format!("the keyring cannot be read: {reason}")))?
                .ok_or_else(|| missing("the keyring has no secret for it".to_owned()))?,
            SecretSource::Command(line) => command::run(line).map_err(missing)?,
            SecretSource::Env(name) => (self.variable)(name)
                .map(Secret::new)
                .ok_or_else(|| missing(format!("the environment variable {name} is not set")))?,
            SecretSource::File(path) => file::read(&self.folder.join(path)).map_err(missing)?,
        };
        if secret.is_empty() { Err(missing("its secret is empty".to_owned())) } else { Ok(secret) }
    }

    fn token(&self, connection: &str) -> Option<Secret> {
        // A token that cannot be read is one that is asked for anew.
        file::read(&self.session(connection)?).ok().filter(|token| !token.is_empty())
    }

    fn keep_token(&self, connection: &str, token: Option<&Secret>) {
        let Some(path) = self.session(connection) else { return };
        let kept = match token {
            Some(token) => file::write(&path, token),
            None => file::remove(&path),
        };
        if let Err(reason) = kept {
            // Best effort: without it the next run signs in again.
            tracing::warn!(connection, reason, "the session's token was not kept");
        }
    }

    fn printed(&self, program: &[&str]) -> Result<Secret, Error> {
        command::program(program).map_err(|reason| Error::Unauthorized { reason })
    }

    fn take_turn(&self, connection: &str) -> Turn {
        plain(connection).map_or_else(turn::unshared, |name| turn::take(&self.turns.join(name)))
    }
}

/// Names are checked when the settings are read; this is the last door before the disk.
fn plain(name: &str) -> Option<&str> {
    let is_plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    is_plain.then_some(name)
}

fn not_ours(place: &str) -> Error {
    Error::Usage { reason: format!("its secret comes from {place}, which ficha does not change") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(folder: &Path) -> Secrets {
        Secrets::new(folder, &folder.join("state"), |name| {
            (name == "KEY").then(|| "from-env".into())
        })
    }

    #[test]
    fn a_secret_comes_from_each_of_its_places() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = secrets(folder.path());
        let stored = secrets.store("acme", &Secret::new("from-file\n"), Some(Store::File)).unwrap();
        assert_eq!(stored.source, SecretSource::File("acme.key".into()));
        assert_eq!(secrets.read("acme", &stored.source).unwrap().reveal(), "from-file");
        let env = SecretSource::Env("KEY".into());
        assert_eq!(secrets.read("acme", &env).unwrap().reveal(), "from-env");
        let command = SecretSource::Command("echo one; echo two".into());
        assert_eq!(secrets.read("acme", &command).unwrap().reveal(), "one");
    }

    #[test]
    fn a_missing_secret_says_where_it_was_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = secrets(folder.path());
        for (source, word) in [
            (SecretSource::Env("NOPE".into()), "NOPE"),
            (SecretSource::File("nope.key".into()), "nope.key"),
            (SecretSource::Command("echo oops >&2; exit 3".into()), "oops"),
            (SecretSource::Command("true".into()), "empty"),
        ] {
            let Err(Error::Unauthorized { reason }) = secrets.read("acme", &source) else {
                panic!()
            };
            assert!(reason.contains(word), "{reason}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_mending_command() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("open.key");
        std::fs::write(&path, "hunter2").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let source = SecretSource::File("open.key".into());
        let Err(Error::Unauthorized { reason }) = secrets(folder.path()).read("a", &source) else {
            panic!()
        };
        assert!(reason.contains("chmod 600") && !reason.contains("hunter2"), "{reason}");
    }

    #[test]
    fn two_at_once_sign_in_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (secrets(folder.path()), secrets(folder.path()));
        let Turn::Ours(held) = one.take_turn("acme") else { panic!("nobody else was there") };
        assert!(matches!(other.take_turn("acme"), Turn::Theirs));
        assert!(matches!(other.take_turn("beta"), Turn::Ours(_)), "another connection");
        drop(held);
        assert!(matches!(other.take_turn("acme"), Turn::Ours(_)));
    }

    #[test]
    fn where_no_lock_can_be_made_nobody_waits_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state"), "a file where the folder should be").unwrap();
        assert!(matches!(secrets(folder.path()).take_turn("acme"), Turn::Ours(_)));
    }

    #[test]
    fn a_removed_connection_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = secrets(folder.path());
        drop(secrets.take_turn("acme"));
        secrets.forget("acme", &SecretSource::Env("KEY".into())).unwrap();
        assert_eq!(std::fs::read_dir(folder.path().join("state/turns")).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_token_is_kept_for_the_user_alone_and_forgotten_on_request() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let secrets = secrets(folder.path());
        secrets.keep_token("acme", Some(&Secret::new("tok")));
        let path = folder.path().join("state/sessions/acme");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(secrets.token("acme").unwrap().reveal(), "tok");
        secrets.keep_token("acme", None);
        assert!(secrets.token("acme").is_none() && !path.exists());
        secrets.keep_token("../acme", Some(&Secret::new("tok")));
        assert!(!folder.path().join("state/acme").exists());
    }
}
