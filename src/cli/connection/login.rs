//! `ficha connection login` and `logout`.
use serde_json::json;

use super::{Login, secret};
use crate::{
    cli::{
        membrane,
        output::Out,
        sentence::{Fault, Stop},
        shell::Shell,
    },
    domain::{connection::Auth, error::Error, schema::Me},
};

/// Signs in, with a new secret where one is given, or typed by a person.
pub(super) async fn login(login: Login, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (mut id, mut connection) = shell.find(&login.name)?;
    if let Some(via) = &connection.via {
        (id, connection) = shell.find(&via.connection)?;
    }
    if connection.auth == Auth::Oauth && login.code.is_none() {
        return membrane::login_by_browser(id, &connection.name, shell, out).await;
    }
    let name = &connection.name;
    if !connection.auth.has_secret() {
        // Nothing is typed: it is asked for, or the code is enough.
    } else if login.secret_stdin {
        secret::overwrite(name, &secret::from_standard_input()?, &connection.secret, shell)?;
    } else if login.code.is_none() {
        let typed = secret::typed(name, connection.auth, shell)?;
        secret::overwrite(name, &typed, &connection.secret, shell)?;
    }
    let signed_in = shell.layer.sign_in(id, login.code.clone()).await;
    let me: Me = match signed_in {
        Err(failure) if failure.error == Error::SecondFactor => {
            let hint = format!("ficha connection login {name} --code CODE");
            return Err(Fault::of_failure(&failure, name).hint(hint).into());
        }
        other => other.map_err(|failure| Fault::of_failure(&failure, name))?,
    };
    told(&me, name, shell, out)
}

/// Who is signed in now.
pub(in crate::cli) fn told(me: &Me, name: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    if out.is_json() {
        let user = json!({"id": me.id, "login": me.login, "name": me.name, "admin": me.is_admin});
        out.json(&json!({"connection": name, "user": user}))?;
    } else {
        shell.note(&format!("Signed in to {name} as {} ({}).", me.name, me.login));
    }
    Ok(())
}

/// Ends the session, here and at the server.
pub(super) async fn logout(name: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (id, connection) = shell.find(name)?;
    let name = &connection.name;
    shell.layer.sign_out(id).await.map_err(|failure| Fault::of_failure(&failure, name))?;
    if out.is_json() {
        out.json(&json!({"connection": name}))?;
    } else {
        shell.note(&format!(
            "Signed out of {name}. Its secret is still in: {}.",
            super::place(&connection.secret)
        ));
    }
    Ok(())
}
