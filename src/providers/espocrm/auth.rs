//! Signing in. E§2.
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::errors;
use crate::{
    domain::{connection::Auth, error::Error, secret::Secret},
    net::exchange::{Exchange, Method, Response},
    providers::{Credentials, Input, Login, Step},
};

/// From user and password to a token, in one exchange.
#[derive(Debug)]
pub struct SignIn {
    credentials: Credentials,
    is_sent: bool,
}

impl SignIn {
    /// `None` for keys, which are sent as they are.
    pub fn new(credentials: &Credentials) -> Option<Self> {
        match credentials.auth {
            Auth::Password => Some(Self { credentials: credentials.clone(), is_sent: false }),
            Auth::ApiKey
            | Auth::Hmac
            | Auth::AccessKey
            | Auth::Token
            | Auth::Oauth
            | Auth::WorkspaceKey
            | Auth::Cli => None,
        }
    }

    /// What comes next. Ends with [`Error::SecondFactor`] when a code is needed (or none came),
    /// with [`Error::Unauthorized`] when user, password or code are wrong.
    pub fn next(&mut self, input: Input) -> Step<Login> {
        match input {
            Input::Go if !self.is_sent => {
                self.is_sent = true;
                Step::Send(Box::new(self.ask()))
            }
            Input::Answer(response) if self.is_sent => Step::Done(self.read(&response)),
            Input::Go | Input::Answer(_) | Input::Answers(_) => {
                Step::Done(Err(Error::bug("a sign-in was driven out of turn")))
            }
        }
    }

    // No token secret is asked for: it would come as a cookie, and we keep none. E§2.
    fn ask(&self) -> Exchange {
        let mut exchange = Exchange::get(["App", "user"]);
        let Credentials { user, secret, code, .. } = &self.credentials;
        exchange.secret_headers.push(("Espo-Authorization".into(), pair(user, secret)));
        if let Some(code) = code {
            let code = Secret::new(code.trim());
            exchange.secret_headers.push(("Espo-Authorization-Code".into(), code));
        }
        exchange
    }

    fn read(&self, response: &Response) -> Result<Login, Error> {
        let body = errors::body(response, "App/user").map_err(|error| self.about_code(error))?;
        let token = body.get("token").and_then(serde_json::Value::as_str);
        let token = token.filter(|token| !token.is_empty()).ok_or_else(|| Error::Unreadable {
            path: "token".to_owned(),
            reason: "the sign-in gave no token".to_owned(),
        })?;
        Ok(Login::Token { user: self.credentials.user.clone(), token: Secret::new(token) })
    }

    /// A wrong code is refused like a wrong password; the password was right before the code came.
    fn about_code(&self, error: Error) -> Error {
        let is_refused = matches!(error, Error::Unauthorized { .. });
        if is_refused && self.credentials.code.is_some() { Error::SecondFactor } else { error }
    }
}

/// Ends the token at the server.
pub fn sign_out(login: &Login) -> Option<Exchange> {
    match login {
        Login::Token { token, .. } => {
            let exchange = Exchange::new(Method::Post, ["App", "destroyAuthToken"]);
            Some(exchange.json(json!({ "token": token.reveal() })))
        }
        Login::Credentials(_) => None,
    }
}

/// With the login's headers.
pub fn authorize(mut exchange: Exchange, login: &Login) -> Exchange {
    let (name, secret) = match login {
        Login::Token { user, token } => {
            exchange.headers.push(("Espo-Authorization-By-Token".into(), "true".into()));
            ("Espo-Authorization", pair(user, token))
        }
        Login::Credentials(credentials) => match credentials.auth {
            // The others are no ways into an EspoCRM; settings that name them are refused.
            Auth::ApiKey
            | Auth::AccessKey
            | Auth::Token
            | Auth::Oauth
            | Auth::WorkspaceKey
            | Auth::Cli => ("X-Api-Key", credentials.secret.clone()),
            Auth::Hmac => ("X-Hmac-Authorization", signed(&exchange, credentials)),
            Auth::Password => ("Espo-Authorization", pair(&credentials.user, &credentials.secret)),
        },
    };
    exchange.secret_headers.push((name.to_owned(), secret));
    exchange
}

fn pair(user: &str, secret: &Secret) -> Secret {
    Secret::new(STANDARD.encode(format!("{user}:{}", secret.reveal())))
}

/// Method and path are signed, the query and the body are not. E§2.
fn signed(exchange: &Exchange, credentials: &Credentials) -> Secret {
    let text = format!("{} /{}", exchange.method, exchange.path.join("/"));
    // HMAC takes keys of any length, so the error cannot come; an empty signature is refused.
    let digest = Hmac::<Sha256>::new_from_slice(credentials.secret.reveal().as_bytes())
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default();
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16));
    let hex: String = digest.iter().flat_map(digits).flatten().collect();
    Secret::new(STANDARD.encode(format!("{}:{hex}", credentials.key)))
}

/// Whether the token ended: 401, but not the question for a second factor.
pub fn is_signed_out(response: &Response) -> bool {
    response.status == 401
        && response.header("x-status-reason").as_deref() != Some("second-step-required")
}

/// `X-App-Timestamp`.
pub fn stamp(response: &Response) -> Option<String> {
    response.header("x-app-timestamp")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(auth: Auth) -> Credentials {
        let (user, key) = ("bob".to_owned(), "K".to_owned());
        Credentials { auth, user, key, secret: Secret::new("S"), code: None }
    }

    fn secret_header(exchange: &Exchange, name: &str) -> String {
        let found = exchange.secret_headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.reveal().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_key_is_sent_as_it_is_and_never_shown() {
        let login = Login::Credentials(credentials(Auth::ApiKey));
        let exchange = authorize(Exchange::get(["Account"]), &login);
        assert_eq!(secret_header(&exchange, "X-Api-Key"), "S");
        assert!(exchange.headers.is_empty());
        assert!(!format!("{exchange:?}").contains("\"S\""));
    }

    #[test]
    fn a_signature_covers_method_and_path_but_not_the_query() {
        let login = Login::Credentials(credentials(Auth::Hmac));
        let plain = authorize(Exchange::get(["Account"]), &login);
        let query = authorize(Exchange::get(["Account"]).query("maxSize", "1"), &login);
        let name = "X-Hmac-Authorization";
        assert_eq!(secret_header(&plain, name), secret_header(&query, name));
        let text = STANDARD.decode(secret_header(&plain, name)).unwrap();
        let text = String::from_utf8(text).unwrap();
        // printf 'GET /Account' | openssl dgst -sha256 -hmac S
        let digest = text.strip_prefix("K:").unwrap();
        assert_eq!(digest, EXPECTED);
        let other = authorize(Exchange::get(["Account", "1"]), &login);
        assert_ne!(secret_header(&plain, name), secret_header(&other, name));
    }

    const EXPECTED: &str = "f4e373d28f4682b382a42b887a36b83b74112c96c63d15dcf19997c69109ae64";

    #[test]
    fn a_password_becomes_a_token() {
        let mut sign_in = SignIn::new(&credentials(Auth::Password)).unwrap();
        let Step::Send(exchange) = sign_in.next(Input::Go) else { panic!("nothing sent") };
        assert_eq!(secret_header(&exchange, "Espo-Authorization"), STANDARD.encode("bob:S"));
        let body = br#"{"token":"abc"}"#.to_vec();
        let answer = Response { status: 200, headers: vec![], body };
        let Step::Done(Ok(Login::Token { user, token })) = sign_in.next(Input::Answer(answer))
        else {
            panic!("no token")
        };
        assert_eq!((user.as_str(), token.reveal()), ("bob", "abc"));
    }

    #[test]
    fn a_wrong_code_asks_for_the_code_again_and_not_for_the_password() {
        let code = Some("123456".to_owned());
        let with_code = Credentials { code, ..credentials(Auth::Password) };
        let mut sign_in = SignIn::new(&with_code).unwrap();
        let Step::Send(exchange) = sign_in.next(Input::Go) else { panic!("nothing sent") };
        assert_eq!(secret_header(&exchange, "Espo-Authorization-Code"), "123456");
        let answer = Response { status: 401, ..Response::default() };
        let step = sign_in.next(Input::Answer(answer));
        assert!(matches!(step, Step::Done(Err(Error::SecondFactor))), "{step:?}");
    }

    #[test]
    fn only_tokens_are_signed_out() {
        assert!(sign_out(&Login::Credentials(credentials(Auth::ApiKey))).is_none());
        let token = Login::Token { user: "bob".into(), token: Secret::new("abc") };
        let exchange = sign_out(&token).unwrap();
        assert_eq!(exchange.path, ["App", "destroyAuthToken"]);
        assert!(!exchange.is_safe);
    }
}
