//! Signing in. E§2.
use crate::{
    net::exchange::{Exchange, Response},
    providers::{Credentials, Input, Login, Step},
};

/// From user and password to a token.
#[derive(Debug)]
pub struct SignIn;

impl SignIn {
    /// `None` for keys, which are sent as they are.
    pub fn new(_credentials: &Credentials) -> Option<Self> {
        None
    }

    /// What comes next.
    pub fn next(&mut self, _input: Input) -> Step<Login> {
        Step::Done(Err(crate::domain::error::Error::bug("not written yet")))
    }
}

/// Ends the token.
pub fn sign_out(_login: &Login) -> Option<Exchange> {
    None
}

/// With the login's headers.
pub fn authorize(exchange: Exchange, _login: &Login) -> Exchange {
    exchange
}

/// 401.
pub fn is_signed_out(response: &Response) -> bool {
    response.status == 401
}

/// `X-App-Timestamp`.
pub fn stamp(response: &Response) -> Option<String> {
    response.header("x-app-timestamp")
}
