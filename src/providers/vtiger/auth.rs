//! Signing in: challenge and md5 (A3), or Basic with every exchange (B).
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    call::Flavour,
    errors::{self, code_of},
};
use crate::{
    domain::{error::Error, secret::Secret},
    net::exchange::{Body, Exchange, Response},
    providers::{Credentials, Input, Login, Step, json::text},
};

/// The server takes the exchanges of one session one after another. A1.
pub const PARALLEL_LOGINS: usize = 3;

/// Answers that only say that a session ended are small; no larger body is parsed for it.
const SMALL: usize = 4_096;

/// From user and access key to a session's name.
#[derive(Debug)]
pub struct SignIn {
    credentials: Credentials,
    at: At,
    /// One user has one live challenge: another client's voids ours, so the pair is tried twice.
    tries: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Challenged,
    Answered,
}

impl SignIn {
    /// `None` where the credentials are sent as they are.
    pub fn new(flavour: Flavour, credentials: &Credentials) -> Option<Self> {
        match flavour {
            Flavour::Open => {
                Some(Self { credentials: credentials.clone(), at: At::Start, tries: 0 })
            }
            Flavour::Cloud => None,
        }
    }

    /// What comes next. Ends with [`Error::Unauthorized`] when user or key are wrong.
    pub fn next(&mut self, input: Input) -> Step<Login> {
        match (self.at, input) {
            (At::Start, Input::Go) => self.challenge(),
            (At::Challenged, Input::Answer(response)) => match self.answer(&response) {
                Ok(exchange) => Step::Send(Box::new(exchange)),
                Err(error) => Step::Done(Err(error)),
            },
            (At::Answered, Input::Answer(response)) => self.login(&response),
            (At::Start | At::Challenged | At::Answered, _) => {
                Step::Done(Err(Error::bug("a sign-in was driven out of turn")))
            }
        }
    }

    fn challenge(&mut self) -> Step<Login> {
        self.at = At::Challenged;
        let user = self.credentials.user.as_str();
        Step::Send(Box::new(Flavour::Open.read("getchallenge", &[("username", user)])))
    }

    fn answer(&mut self, response: &Response) -> Result<Exchange, Error> {
        let challenge = errors::result(response, "getchallenge").map_err(about_login)?;
        let token = text(&challenge, "token").ok_or_else(|| missing("token"))?;
        let key = digest(token, self.credentials.secret.reveal());
        let params = [("username", self.credentials.user.as_str())];
        let mut exchange = Flavour::Open.write("login", &params);
        if let Some(Body::Form(form)) = &mut exchange.body {
            form.secret_fields.push(("accessKey".to_owned(), key));
        }
        // Twice the same answer to a challenge is taken twice (A3): repeating it does no harm.
        exchange.is_safe = true;
        self.at = At::Answered;
        Ok(exchange)
    }

    fn login(&mut self, response: &Response) -> Step<Login> {
        let is_void = code_of(response).is_some_and(|code| {
            matches!(code.as_str(), "INVALID_USER_CREDENTIALS" | "INVALID_AUTH_TOKEN")
        });
        if is_void && self.tries == 0 {
            self.tries = 1;
            return self.challenge();
        }
        Step::Done(self.read(response))
    }

    fn read(&self, response: &Response) -> Result<Login, Error> {
        let session = errors::result(response, "login").map_err(about_login)?;
        let name = text(&session, "sessionName").ok_or_else(|| missing("sessionName"))?;
        let token = Token { session: name.to_owned(), profile: profile_of(&session) };
        let token = serde_json::to_string(&token).unwrap_or_else(|_| name.to_owned());
        Ok(Login::Token { user: self.credentials.user.clone(), token: Secret::new(token) })
    }
}

/// What a login's token holds: the session's name, and who it is of, since whoever is no
/// administrator cannot read their own record (A11).
#[derive(Serialize, Deserialize)]
struct Token {
    session: String,
    profile: Json,
}

/// What the sign-in's answer tells of the user; before 7.x it tells nothing. A3.
fn profile_of(session: &Json) -> Json {
    let told = ["username", "first_name", "last_name", "time_zone", "is_admin"];
    let told =
        told.iter().filter_map(|name| Some(((*name).to_owned(), session.get(*name)?.clone())));
    Json::Object(told.filter(|(_, value)| value.is_string()).collect())
}

/// The session's name. One that an earlier version kept is nothing but that.
fn session(token: &Secret) -> Secret {
    let read: Result<Token, _> = serde_json::from_str(token.reveal());
    read.map_or_else(|_| token.clone(), |token| Secret::new(token.session))
}

/// What a login tells of its user: JSON.
pub fn profile(login: &Login) -> Option<String> {
    match login {
        Login::Token { token, .. } => {
            let token: Token = serde_json::from_str(token.reveal()).ok()?;
            Some(token.profile.to_string())
        }
        Login::Credentials(_) => None,
    }
}

/// An unknown user is refused like anything else that is not allowed. A2.
fn about_login(error: Error) -> Error {
    let Error::Forbidden { what } = error else { return error };
    Error::Unauthorized { reason: what }
}

fn missing(what: &str) -> Error {
    let reason = format!("the sign-in gave no {what}");
    Error::Unreadable { path: what.to_owned(), reason }
}

/// `md5hex(token + key)`. A3.
fn digest(token: &str, key: &str) -> Secret {
    let digest = Md5::new().chain_update(token).chain_update(key).finalize();
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16));
    Secret::new(digest.iter().flat_map(digits).flatten().collect::<String>())
}

/// Ends the session at the server, which may fail there: 8.0.0 on PHP 8 answers 500. A3.
pub fn sign_out(login: &Login) -> Option<Exchange> {
    match login {
        Login::Token { .. } => Some(Flavour::Open.write("logout", &[])),
        Login::Credentials(_) => None,
    }
}

/// With the session's name, or the credentials themselves.
pub fn authorize(mut exchange: Exchange, login: &Login) -> Exchange {
    match login {
        Login::Token { token, .. } => {
            let session = ("sessionName".to_owned(), session(token));
            match &mut exchange.body {
                Some(Body::Form(form)) => form.secret_fields.push(session),
                Some(Body::Json(_) | Body::Text(_)) | None => exchange.secret_query.push(session),
            }
        }
        Login::Credentials(credentials) => {
            let basic = Secret::new(format!("Basic {}", pair(credentials).reveal()));
            exchange.secret_headers.push(("Authorization".to_owned(), basic));
        }
    }
    exchange
}

/// What must not be shown of a login.
pub fn secrets(login: &Login) -> Vec<Secret> {
    let inner = match login {
        Login::Credentials(credentials) => pair(credentials),
        Login::Token { token, .. } => session(token),
    };
    vec![login.secret().clone(), inner]
}

fn pair(credentials: &Credentials) -> Secret {
    Secret::new(STANDARD.encode(format!("{}:{}", credentials.user, credentials.secret.reveal())))
}

/// Whether the session is unknown, idle for too long, or too old. A2; B: 401.
pub fn is_signed_out(response: &Response) -> bool {
    response.status == 401
        || (response.body.len() < SMALL
            && code_of(response).is_some_and(|code| {
                matches!(
                    code.as_str(),
                    "INVALID_SESSIONID"
                        | "SESSION_LEFT_IDLE"
                        | "SESSION_EXPIRED"
                        | "AUTHENTICATION_REQUIRED"
                )
            }))
}

/// What changes when the structure does; the answers carry nothing of the kind.
pub fn stamp(_response: &Response) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::Auth;

    fn credentials() -> Credentials {
        let (user, key) = ("ada".to_owned(), String::new());
        Credentials { auth: Auth::AccessKey, user, key, secret: Secret::new("KEY"), code: None }
    }

    fn answer(body: &str) -> Input {
        Input::Answer(Response { status: 200, headers: vec![], body: body.as_bytes().to_vec() })
    }

    const CHALLENGE: &str = r#"{"success":true,"result":{"token":"T"}}"#;
    const REFUSED: &str = r#"{"success":false,"error":{"code":"INVALID_USER_CREDENTIALS","message":"Invalid username or password"}}"#;

    fn form(step: &Step<Login>) -> (String, String) {
        let Step::Send(exchange) = step else { panic!("{step:?}") };
        let Some(Body::Form(form)) = &exchange.body else { panic!("{exchange:?}") };
        (form.shown(), form.secret_fields[0].1.reveal().to_owned())
    }

    #[test]
    fn a_challenge_is_answered_with_the_md5_of_token_and_key() {
        let mut sign_in = SignIn::new(Flavour::Open, &credentials()).unwrap();
        let Step::Send(asked) = sign_in.next(Input::Go) else { panic!("nothing sent") };
        assert_eq!(asked.query[1], ("username".into(), "ada".into()));
        let (shown, key) = form(&sign_in.next(answer(CHALLENGE)));
        // printf TKEY | md5sum
        assert_eq!(key, "d2500ad054637dfb9c46375eb28f7182");
        assert_eq!(shown, "accessKey=removed&operation=login&username=ada");
        let session = r#"{"success":true,"result":{"sessionName":"s1","userId":"19x1","first_name":"Ada","time_zone":"Asia/Tokyo"}}"#;
        let Step::Done(Ok(login)) = sign_in.next(answer(session)) else { panic!("no token") };
        let Login::Token { user, token } = &login else { panic!("no token") };
        assert_eq!((user.as_str(), super::session(token).reveal()), ("ada", "s1"));
        let told = profile(&login).unwrap();
        assert!(told.contains("Asia/Tokyo") && !told.contains("s1"), "{told}");
        assert!(secrets(&login).iter().any(|it| it.reveal() == "s1"));
    }

    #[test]
    fn a_refused_pair_is_tried_once_more_and_not_again() {
        let mut sign_in = SignIn::new(Flavour::Open, &credentials()).unwrap();
        sign_in.next(Input::Go);
        sign_in.next(answer(CHALLENGE));
        let again = sign_in.next(answer(REFUSED));
        assert!(matches!(again, Step::Send(exchange) if exchange.query[0].1 == "getchallenge"));
        sign_in.next(answer(CHALLENGE));
        let step = sign_in.next(answer(REFUSED));
        let reason = "Invalid username or password".to_owned();
        assert_eq!(step, Step::Done(Err(Error::Unauthorized { reason })));
    }

    #[test]
    fn an_unknown_user_and_another_product_are_told_apart() {
        let denied = r#"{"success":false,"error":{"code":"ACCESS_DENIED","message":"no"}}"#;
        let mut sign_in = SignIn::new(Flavour::Open, &credentials()).unwrap();
        sign_in.next(Input::Go);
        let step = sign_in.next(answer(denied));
        assert!(matches!(step, Step::Done(Err(Error::Unauthorized { .. }))), "{step:?}");
        let mut sign_in = SignIn::new(Flavour::Open, &credentials()).unwrap();
        sign_in.next(Input::Go);
        let step = sign_in.next(answer("<!doctype html>"));
        assert!(matches!(step, Step::Done(Err(Error::NotThisProduct { .. }))), "{step:?}");
    }

    #[test]
    fn the_session_goes_into_the_form_of_a_write_and_into_the_address_of_a_read() {
        // As an earlier version kept it.
        let login = Login::Token { user: "ada".into(), token: Secret::new("s1") };
        let read = authorize(Flavour::Open.query("select id from Contacts;"), &login);
        assert_eq!(read.secret_query[0].1.reveal(), "s1");
        let write = authorize(Flavour::Open.write("delete", &[("id", "12x1")]), &login);
        assert!(write.secret_query.is_empty());
        assert!(!format!("{read:?}{write:?}").contains("s1"));
        let basic = authorize(Flavour::Cloud.read("me", &[]), &Login::Credentials(credentials()));
        assert_eq!(basic.secret_headers[0].1.reveal(), "Basic YWRhOktFWQ==");
        assert_eq!(basic.path, ["me"]);
    }

    #[test]
    fn every_way_in_which_a_session_ends_is_seen() {
        for code in ["INVALID_SESSIONID", "SESSION_LEFT_IDLE", "SESSION_EXPIRED"] {
            let body = format!(r#"{{"success":false,"error":{{"code":"{code}","message":""}}}}"#);
            let response = Response { status: 200, body: body.into_bytes(), headers: vec![] };
            assert!(is_signed_out(&response), "{code}");
        }
        let refused = Response { body: REFUSED.as_bytes().to_vec(), ..Response::default() };
        assert!(!is_signed_out(&refused));
    }
}
