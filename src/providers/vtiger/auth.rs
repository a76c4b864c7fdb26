//! Signing in.
use crate::{
    domain::{error::Error, secret::Secret},
    net::exchange::{Exchange, Response},
    providers::{Credentials, Input, Login, Step},
};

/// The server takes the exchanges of one session one after another. A1.
pub const PARALLEL_LOGINS: usize = 3;

/// From credentials to a token.
#[derive(Debug)]
pub struct SignIn;

impl SignIn {
    /// `None` where the credentials are sent as they are.
    pub fn new(_credentials: &Credentials) -> Option<Self> {
        None
    }

    /// What comes next.
    pub fn next(&mut self, _input: Input) -> Step<Login> {
        Step::Done(Err(Error::Unsupported { what: "this product".to_owned() }))
    }
}

/// Ends the token at the server.
pub fn sign_out(_login: &Login) -> Option<Exchange> {
    None
}

/// With the login's headers.
pub fn authorize(exchange: Exchange, _login: &Login) -> Exchange {
    exchange
}

/// What must not be shown of a login.
pub fn secrets(login: &Login) -> Vec<Secret> {
    vec![login.secret().clone()]
}

/// Whether the product says that the login ended.
pub fn is_signed_out(response: &Response) -> bool {
    response.status == 401
}

/// What changes when the structure does; the answers carry nothing of the kind.
pub fn stamp(_response: &Response) -> Option<String> {
    None
}
