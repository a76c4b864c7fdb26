//! Signing in.
use jiff::Timestamp;

use crate::{
    domain::{error::Error, secret::Secret},
    net::exchange::{Exchange, Response},
    providers::{Credentials, Input, Login, Occasion, Step},
};

/// From credentials to a token.
#[derive(Debug)]
pub struct SignIn;

impl SignIn {
    /// `None` where the credentials are sent as they are.
    pub fn new(_credentials: &Credentials, _occasion: &Occasion) -> Option<Self> {
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

/// When a login ends by itself, where it says so.
pub fn ends_at(_login: &Login) -> Option<Timestamp> {
    None
}

/// Whether the product says that the login ended.
pub fn is_signed_out(response: &Response) -> bool {
    response.status == 401
}

/// What changes when the structure does; the answers carry nothing of the kind.
pub fn stamp(_response: &Response) -> Option<String> {
    None
}
