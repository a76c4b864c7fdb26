//! What a session signs in with: read from its place when it is needed, by a worker.
use super::session::{Place, in_worker};
use crate::{
    domain::{connection::Auth, error::Error, secret::Secret},
    providers::{Credentials, Login},
};

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
        None => read(place).await?,
    };
    Ok(Credentials {
        auth: connection.auth,
        user: connection.user.clone().unwrap_or_default(),
        key: connection.key.clone().unwrap_or_default(),
        secret,
        code,
    })
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

/// The token that a run before this one kept, if the connection signs in for tokens.
pub(super) async fn kept<C>(place: &Place<C>) -> Option<Login> {
    if place.connection.auth != Auth::Password || place.given.is_some() {
        return None;
    }
    let name = place.connection.name.clone();
    let token = in_worker(place, move |secrets| secrets.token(&name)).await.flatten()?;
    Some(Login::Token { user: place.connection.user.clone().unwrap_or_default(), token })
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
