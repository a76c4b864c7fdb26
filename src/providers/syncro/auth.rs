//! Signing in: a token in a header, and nothing else. §1: as a query value it would stand in logs.
use crate::{
    domain::{error::Error, secret::Secret},
    net::exchange::{Exchange, Response},
    providers::{Credentials, Input, Login, Step},
};

/// There is no sign-in: the token is sent as it is.
#[derive(Debug)]
pub struct SignIn;

impl SignIn {
    /// Never one.
    pub fn new(_credentials: &Credentials) -> Option<Self> {
        None
    }

    /// What comes next.
    pub fn next(&mut self, _input: Input) -> Step<Login> {
        Step::Done(Err(Error::bug("a token needs no sign-in")))
    }
}

/// A token cannot be ended over the API.
pub fn sign_out(_login: &Login) -> Option<Exchange> {
    None
}

/// With the login's headers.
pub fn authorize(mut exchange: Exchange, login: &Login) -> Exchange {
    let token = match login {
        Login::Token { token, .. } => token,
        Login::Credentials(credentials) => &credentials.secret,
    };
    let bearer = Secret::new(format!("Bearer {}", token.reveal().trim()));
    exchange.secret_headers.push(("Authorization".to_owned(), bearer));
    exchange
}

/// Whether the token is worth nothing. §1: a missing permission answers 401 too, and then says so;
/// such an answer is looked into by the conversation.
pub fn is_signed_out(response: &Response) -> bool {
    response.status == 401 && !is_about_permissions(response)
}

/// A 401 that may be a missing permission only.
pub fn is_about_permissions(response: &Response) -> bool {
    let said = String::from_utf8_lossy(&response.body).to_lowercase();
    response.status == 401 && (said.contains("permission") || said.contains("not authorized"))
}

/// What changes when the structure does; the answers carry nothing of the kind.
pub fn stamp(_response: &Response) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::Auth;

    #[test]
    fn the_token_stands_in_a_header_that_is_never_shown() {
        let (user, key, code) = (String::new(), String::new(), None);
        let secret = Secret::new("T-1\n");
        let login = Login::Credentials(Credentials { auth: Auth::Token, user, key, secret, code });
        let exchange = authorize(Exchange::get(["me"]), &login);
        let (name, value) = &exchange.secret_headers[0];
        assert_eq!((name.as_str(), value.reveal()), ("Authorization", "Bearer T-1"));
        assert!(exchange.query.is_empty() && !format!("{exchange:?}").contains("T-1"));
    }

    #[test]
    fn a_missing_permission_does_not_end_the_token() {
        let answer = |status, body: &str| Response { status, body: body.into(), ..<_>::default() };
        let said = r#"{"error":"Not authorized. Please ask account admin to update your group permissions."}"#;
        assert!(!is_signed_out(&answer(401, said)));
        assert!(is_signed_out(&answer(401, "")));
        assert!(is_signed_out(&answer(401, r#"{"error":"Invalid token"}"#)));
        assert!(!is_signed_out(&answer(403, "")));
    }
}
