//! Where a connection's secret comes from, and where it is put.
use std::path::Path;

use super::{SecretArgs, place};
use crate::{
    cli::{
        ask,
        sentence::{Stop, usage},
        shell::{Shell, nobody_to_ask, standard_input},
    },
    domain::{
        connection::Auth,
        error::Error,
        secret::{Secret, SecretSource},
    },
    secrets::Store,
};

/// The options that say where a secret comes from.
const OPTIONS: &str =
    "Give one of --secret-stdin, --secret-env V, --secret-command C, --secret-file F";

impl SecretArgs {
    /// Whether anything was said about the secret.
    pub(super) fn is_given(&self) -> bool {
        self.secret_stdin
            || self.store.is_some()
            || self.secret_env.is_some()
            || self.secret_command.is_some()
            || self.secret_file.is_some()
    }

    /// Where the settings say that the secret is; a new one is asked for and kept.
    pub(super) fn source(
        &self,
        name: &str,
        auth: Auth,
        shell: &Shell,
    ) -> Result<SecretSource, Stop> {
        if let Some(variable) = &self.secret_env {
            return Ok(SecretSource::Env(variable.clone()));
        }
        if let Some(command) = &self.secret_command {
            return Ok(SecretSource::Command(command.clone()));
        }
        if let Some(file) = &self.secret_file {
            return absolute(file);
        }
        let secret =
            if self.secret_stdin { from_standard_input()? } else { typed(name, auth, shell)? };
        keep(name, &secret, self.store, shell)
    }
}

/// The settings take relative paths from their own folder; a person at a shell means another one.
fn absolute(file: &str) -> Result<SecretSource, Stop> {
    let path =
        std::path::absolute(Path::new(file)).map_err(|error| usage(format!("{file}: {error}.")))?;
    if !path.is_file() {
        return Err(usage(format!("There is no file {}.", path.display())).into());
    }
    Ok(SecretSource::File(path.to_string_lossy().into_owned()))
}

/// The first line of standard input.
pub(super) fn from_standard_input() -> Result<Secret, Stop> {
    let text = standard_input()?;
    let secret = Secret::new(text.lines().next().unwrap_or_default());
    if secret.is_empty() { Err(usage("Standard input held no secret.").into()) } else { Ok(secret) }
}

/// Typed by a person; else told how to do without.
pub(super) fn typed(name: &str, auth: Auth, shell: &Shell) -> Result<Secret, Stop> {
    if !shell.is_interactive() {
        return Err(nobody_to_ask("The secret would have to be typed", OPTIONS).into());
    }
    let what = match auth {
        Auth::ApiKey => "API key",
        Auth::Hmac => "secret key",
        Auth::Password => "password",
        Auth::AccessKey => "access key",
        Auth::Token | Auth::Oauth | Auth::Cli => "token",
        Auth::WorkspaceKey => "workspace secret",
    };
    let secret = ask::secret(&format!("{what} of {name}: "), shell)?;
    if secret.is_empty() { Err(usage("Nothing was typed.").into()) } else { Ok(secret) }
}

/// Keeps it and says where.
pub(super) fn keep(
    name: &str,
    secret: &Secret,
    store: Option<Store>,
    shell: &Shell,
) -> Result<SecretSource, Stop> {
    let stored = shell.secrets.store(name, secret, store)?;
    let place = place(&stored.source);
    match &stored.no_keyring {
        None => shell.note(&format!("The secret is kept in: {place}.")),
        Some(reason) => {
            shell.note(&format!("The secret is kept in: {place}, mode 0600 ({reason})."));
        }
    }
    Ok(stored.source)
}

/// Puts a new secret where the old one is; a command's or variable's cannot be changed from here.
pub(super) fn overwrite(
    name: &str,
    secret: &Secret,
    source: &SecretSource,
    shell: &Shell,
) -> Result<(), Stop> {
    match shell.secrets.overwrite(name, secret, source) {
        Ok(()) => Ok(()),
        Err(error @ Error::Usage { .. }) => Err(crate::cli::sentence::Fault::of(&error, name)
            .hint(format!("ficha connection edit {name} --secret-stdin"))
            .into()),
        Err(error) => Err(error.into()),
    }
}
