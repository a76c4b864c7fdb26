//! `ficha connection add`, `edit` and `remove`.
use std::str::FromStr as _;

use serde_json::json;

use super::{Add, Edit, Parts};
use crate::{
    cli::{
        output::Out,
        sentence::{Stop, usage},
        shell::Shell,
    },
    config::{self, check_name, check_url},
    domain::{
        connection::{Auth, Connection, Kind, Via},
        secret::{SecretSource, SecretStore as _},
    },
    secrets::Store,
};

/// Adds one.
pub(super) fn add(add: Add, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    check_new_name(&add.name, shell)?;
    let kind = kind(&add.kind)?;
    let mut connection = Connection {
        kind,
        name: add.name,
        url: String::new(),
        auth: Auth::usual(kind),
        user: None,
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: shell.global.read_only,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    };
    connection.via = add.via.as_deref().map(|via| through(via, shell)).transpose()?;
    let usual = kind.usual_url().filter(|_| connection.via.is_none()).map(str::to_owned);
    let url = add.url.or(usual);
    if url.is_none() && connection.via.is_none() {
        return Err(usage("Where is it? Give --url.").into());
    }
    set(&mut connection, url, add.parts)?;
    if connection.via.is_none() && connection.auth.has_secret() {
        connection.secret = add.secret.source(&connection.name, connection.auth, shell)?;
    }
    config::add_connection(&shell.config.paths, &connection)?;
    let name = &connection.name;
    told(
        out,
        shell,
        name,
        &format!("Connection {name} was added. Try it: ficha connection test {name}"),
    )
}

/// `NAME/ID`: a sign-in to Membrane, and the id or key of a connection there.
fn through(typed: &str, shell: &Shell) -> Result<Via, Stop> {
    let parts = typed.split_once('/').filter(|(name, id)| !name.is_empty() && !id.is_empty());
    let Some((name, id)) = parts else {
        return Err(usage(format!("{typed:?} is no NAME/ID.")).into());
    };
    let (_, parent) = shell.find(name)?;
    if parent.kind != Kind::Membrane || parent.via.is_some() {
        return Err(usage(format!("{name} is no sign-in to Membrane.")).into());
    }
    Ok(Via { connection: name.to_owned(), id: id.to_owned() })
}

/// Changes one.
pub(super) fn edit(edit: Edit, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (_, old) = shell.find(&edit.name)?;
    let mut connection = old.clone();
    if let Some(name) = edit.rename {
        check_new_name(&name, shell)?;
        connection.name = name;
    }
    connection.read_only = (connection.read_only || shell.global.read_only) && !edit.writable;
    set(&mut connection, edit.url, edit.parts)?;
    if edit.secret.is_given() {
        connection.secret = edit.secret.source(&connection.name, connection.auth, shell)?;
    } else if connection.name != old.name {
        copy_secret(&old, &mut connection, shell)?;
    }
    config::replace_connection(&shell.config.paths, &old.name, &connection)?;
    if connection.name != old.name {
        shell.secrets.forget(&old.name, &old.secret)?;
    } else if connection != old {
        // A token that is kept may be somebody else's now.
        shell.secrets.keep_token(&old.name, None);
    }
    let name = &connection.name;
    told(out, shell, name, &format!("Connection {name} was changed."))
}

/// What ficha keeps under the old name is kept under the new one too.
fn copy_secret(old: &Connection, new: &mut Connection, shell: &Shell) -> Result<(), Stop> {
    let place = match &old.secret {
        SecretSource::Keyring(_) => Store::Keyring,
        SecretSource::File(path) if *path == format!("{}.key", old.name) => Store::File,
        SecretSource::File(_) | SecretSource::Command(_) | SecretSource::Env(_) => return Ok(()),
    };
    let kept = shell.secrets.read(&old.name, &old.secret)?;
    new.secret = shell.secrets.store(&new.name, &kept, Some(place))?.source;
    Ok(())
}

/// Removes one.
pub(super) fn remove(name: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    // A broken one can be removed too: then nothing is known of its secret.
    let known = shell.config.connection(name);
    config::remove_connection(&shell.config.paths, name)?;
    if let Some(connection) = known
        && let Err(error) = shell.secrets.forget(name, &connection.secret)
    {
        let fault = crate::cli::sentence::Fault::of(&error, name);
        shell.note(&format!("Its secret could not be removed: {}", fault.message));
    }
    told(out, shell, name, &format!("Connection {name} was removed."))
}

fn told(out: &mut Out, shell: &Shell, name: &str, text: &str) -> Result<(), Stop> {
    if out.is_json() {
        out.json(&json!({"connection": name}))?;
    } else {
        shell.note(text);
    }
    Ok(())
}

fn check_new_name(name: &str, shell: &Shell) -> Result<(), Stop> {
    check_name(name).map_err(|why| usage(format!("A connection {why}.")))?;
    if shell.config.connection(name).is_some() || shell.config.problem_of(name).is_some() {
        let fault = usage(format!("There is a connection {name:?} already."));
        return Err(fault.hint(format!("Change it: ficha connection edit {name}")).into());
    }
    Ok(())
}

fn check_auth(kind: Kind, auth: Auth) -> Result<(), Stop> {
    let known = kind.auths();
    if known.contains(&auth) {
        return Ok(());
    }
    let ways = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let fault = usage(format!("{} has no sign-in by {auth}.", kind.product()));
    Err(fault.hint(format!("Known: {ways}.")).into())
}

fn kind(name: &str) -> Result<Kind, Stop> {
    let spoken = Kind::built().map(|kind| kind.to_string()).collect::<Vec<_>>().join(", ");
    let hint = format!("This build speaks {spoken}.");
    match Kind::from_str(name) {
        Ok(kind) if kind.is_built() => Ok(kind),
        Ok(kind) => {
            Err(usage(format!("Connections of kind {kind} are not built yet.")).hint(hint).into())
        }
        Err(_) => Err(usage(format!("There is no kind {name:?}.")).hint(hint).into()),
    }
}

fn set(connection: &mut Connection, url: Option<String>, parts: Parts) -> Result<(), Stop> {
    if let Some(url) = url {
        let url = connection.kind.site(&url);
        check_url(&url).map_err(|why| usage(format!("The connection {why}.")))?;
        url.trim_end_matches('/').clone_into(&mut connection.url);
    }
    connection.auth = parts.auth.unwrap_or(connection.auth);
    check_auth(connection.kind, connection.auth)?;
    connection.user = parts.user.or_else(|| connection.user.take());
    connection.key = parts.key.or_else(|| connection.key.take());
    connection.color = parts.color.or(connection.color);
    connection.production |= parts.production;
    match connection.missing_half() {
        Some(half) => Err(usage(format!("{} needs --{half}.", connection.auth)).into()),
        None => Ok(()),
    }
}
