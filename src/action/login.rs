//! What a session signs in with: read from its place when it is needed, by a worker.
use std::{any::Any, time::Duration};

use tokio::time::sleep;

use super::session::{Place, in_worker};
use crate::{
    domain::{
        connection::Auth,
        error::Error,
        secret::{Secret, Turn},
    },
    providers::{Credentials, Login},
};

/// Another process that signs in for longer is not waited for: it hangs, or asks its user.
const LONGEST_TURN: Duration = Duration::from_secs(30);

/// How often it is asked whether it is done.
const GLANCE: Duration = Duration::from_millis(50);

/// The credentials of a connection.
///
/// Errors: those of [`SecretStore::read`].
pub(super) async fn credentials<C>(
    place: &Place<C>,
    code: Option<String>,
) -> Result<Credentials, Error> {
    let connection = &place.connection;
    let secret = match &place.given {
        Some(given) => given.clone(),
        None if connection.auth == Auth::Cli => printed(place).await?,
        None if connection.auth.has_secret() => read(place).await?,
        None => Secret::new(""),
    };
    Ok(Credentials {
        auth: connection.auth,
        user: connection.user.clone().unwrap_or_default(),
        key: connection.key.clone().unwrap_or_default(),
        secret,
        code,
    })
}

/// What Membrane's own command line gives, which the user signed in already. M§1d.
async fn printed<C>(place: &Place<C>) -> Result<Secret, Error> {
    let tenant = place.connection.user.clone();
    let asking = in_worker(place, move |secrets| match &tenant {
        Some(tenant) => secrets.printed(&["membrane", "token", "--tenantKey", tenant]),
        None => secrets.printed(&["membrane", "token"]),
    });
    asking.await.unwrap_or_else(|| Err(Error::bug("asking for a token panicked")))
}

async fn read<C>(place: &Place<C>) -> Result<Secret, Error> {
    let (name, source) = (place.connection.name.clone(), place.connection.secret.clone());
    let reading = in_worker(place, move |secrets| secrets.read(&name, &source)).await;
    let secret = reading.unwrap_or_else(|| Err(Error::bug("reading a secret panicked")))?;
    if secret.is_empty() {
        return Err(Error::Unauthorized { reason: "the secret is empty".to_owned() });
    }
    Ok(secret)
}

/// The token that a run before this one kept. Asked only where the product gives tokens.
pub(super) async fn kept<C>(place: &Place<C>) -> Option<Login> {
    if place.given.is_some() {
        return None;
    }
    let name = place.connection.name.clone();
    let token = in_worker(place, move |secrets| secrets.token(&name)).await.flatten()?;
    Some(Login::Token { user: place.connection.user.clone().unwrap_or_default(), token })
}

/// Waits until no other process is signing this connection in; what is given holds the turn
/// until it is dropped. A connection that is not saved has nobody to share with.
pub(super) async fn turn<C>(place: &Place<C>) -> Option<Box<dyn Any + Send>> {
    if place.given.is_some() {
        return None;
    }
    let mut waited = Duration::ZERO;
    while waited < LONGEST_TURN {
        let name = place.connection.name.clone();
        match in_worker(place, move |secrets| secrets.take_turn(&name)).await? {
            Turn::Ours(held) => return Some(held),
            Turn::Theirs => sleep(GLANCE).await,
        }
        waited += GLANCE;
    }
    tracing::warn!(connection = place.connection.name, "another process has not signed in yet");
    None
}

/// Keeps a token for the next run, or forgets it. Best effort, as the store says.
pub(super) async fn keep<C>(place: &Place<C>, token: Option<&Secret>) {
    if place.given.is_some() {
        return;
    }
    let (name, token) = (place.connection.name.clone(), token.cloned());
    in_worker(place, move |secrets| secrets.keep_token(&name, token.as_ref())).await;
}

/// Whether a failed sign-in must not be repeated by itself. What only shows that nobody
/// answered may be.
pub(super) fn is_refusal(error: &Error) -> bool {
    let passing = matches!(
        error,
        Error::RateLimited { .. }
            | Error::LockedOut { .. }
            | Error::Certificate { .. }
            | Error::Server { .. }
    );
    !(error.is_away() || passing)
}
