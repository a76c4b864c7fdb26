//! Signing in. §1.
use jiff::{SignedDuration, Timestamp};

use super::{
    errors, jwt,
    oauth::{Exchanging, Kept, revoked},
    tenancy::Tenancy,
};
use crate::{
    domain::{connection::Auth, error::Error, secret::Secret},
    net::exchange::{Exchange, Response},
    providers::{Credentials, Input, Login, Occasion, Step},
};

/// What the SDK of the vendor sends, so that we are answered like it. "Headers" of the contract.
const VERSION: (&str, &str) = ("membrane-api-version", "2025-10-21");

/// How long a token that does not say is taken to hold. §1d.
const USUAL: SignedDuration = SignedDuration::from_hours(1);

/// From credentials to a token.
#[derive(Debug)]
pub struct SignIn {
    user: String,
    /// The workspace of which a person asks for a token; empty = the token is a tenant's already.
    workspace: String,
    now: Timestamp,
    how: How,
}

#[derive(Debug)]
enum How {
    /// Made here, or given by the vendor's own command line.
    Made(Result<(Secret, Timestamp), Error>),
    /// By the browser, or renewed.
    Oauth(Exchanging),
    /// A person has signed in, and is to be a tenant.
    Person(Kept),
    /// Their workspace is asked.
    Tenancy(Kept, Tenancy),
}

impl SignIn {
    /// `None` where the credentials are sent as they are.
    pub fn new(credentials: &Credentials, occasion: &Occasion) -> Option<Self> {
        let Credentials { auth, user, key, secret, code } = credentials;
        let now = occasion.now;
        let is_persons = matches!(auth, Auth::Oauth | Auth::Token) && !key.is_empty();
        let workspace = if is_persons { key.clone() } else { String::new() };
        let how = match auth {
            Auth::WorkspaceKey => How::Made(Ok(jwt::mint(key, secret, user, now))),
            Auth::Cli => How::Made(printed(secret, now)),
            Auth::Oauth => {
                let before = occasion.before.as_ref().map(|before| Kept::read(before.secret()));
                let before = before.unwrap_or_default();
                match before.person(now).filter(|_| is_persons && code.is_none()) {
                    Some(person) => How::Person(person),
                    None => How::Oauth(Exchanging::new(&before, code.as_deref(), now)),
                }
            }
            Auth::Token if is_persons => {
                let access = secret.reveal().to_owned();
                How::Person(Kept { access, ..Kept::default() })
            }
            // The others are no ways into Membrane; settings that name them are refused.
            Auth::Token | Auth::ApiKey | Auth::Hmac | Auth::Password | Auth::AccessKey => {
                return None;
            }
        };
        Some(Self { user: user.clone(), workspace, now, how })
    }

    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step<Login> {
        match &mut self.how {
            How::Made(made) => Step::Done(made.clone().and_then(|(access, ends)| {
                let access = access.reveal().to_owned();
                let ends = Some(ends.as_second());
                self.login(&Kept { access, ends, ..Kept::default() })
            })),
            How::Oauth(exchanging) => match exchanging.next(input) {
                Step::Send(exchange) => Step::Send(exchange),
                Step::SendAll(exchanges) => Step::SendAll(exchanges),
                Step::Wait(pause) => Step::Wait(pause),
                Step::Partial(kept) | Step::Done(Ok(kept)) => self.signed_in(kept),
                Step::Done(Err(error)) => Step::Done(Err(error)),
            },
            How::Person(person) => {
                let person = person.clone();
                self.ask(person)
            }
            How::Tenancy(person, tenancy) => match tenancy.next(input) {
                Step::Send(exchange) => Step::Send(exchange),
                Step::SendAll(exchanges) => Step::SendAll(exchanges),
                Step::Wait(pause) => Step::Wait(pause),
                Step::Partial(token) | Step::Done(Ok(token)) => {
                    let kept = person.clone().as_tenant(&token.0, token.1);
                    Step::Done(self.login(&kept))
                }
                Step::Done(Err(error)) => Step::Done(Err(error)),
            },
        }
    }

    fn signed_in(&mut self, kept: Kept) -> Step<Login> {
        if self.workspace.is_empty() { Step::Done(self.login(&kept)) } else { self.ask(kept) }
    }

    fn ask(&mut self, person: Kept) -> Step<Login> {
        let token = Secret::new(&person.access);
        let mut tenancy = Tenancy::new(token, &self.workspace, &self.user, self.now);
        let step = tenancy.next(Input::Go);
        self.how = How::Tenancy(person, tenancy);
        match step {
            Step::Send(exchange) => Step::Send(exchange),
            Step::SendAll(_) | Step::Wait(_) | Step::Partial(_) | Step::Done(_) => {
                Step::Done(Err(Error::bug("a workspace was not asked")))
            }
        }
    }

    fn login(&self, kept: &Kept) -> Result<Login, Error> {
        Ok(Login::Token { user: self.user.clone(), token: kept.line()? })
    }
}

/// What the vendor's command line printed.
fn printed(token: &Secret, now: Timestamp) -> Result<(Secret, Timestamp), Error> {
    if token.is_empty() || token.reveal().contains(char::is_whitespace) {
        let reason = "membrane token printed no token".to_owned();
        return Err(Error::Unauthorized { reason });
    }
    let usual = || now.checked_add(USUAL).unwrap_or(now);
    Ok((token.clone(), jwt::ends(token).unwrap_or_else(usual)))
}

/// Ends the token at the server: those of a browser's sign-in only. The others end by themselves.
pub fn sign_out(login: &Login) -> Option<Exchange> {
    match login {
        Login::Token { token, .. } => revoked(&Kept::read(token)),
        Login::Credentials(_) => None,
    }
}

/// With the login's headers.
pub fn authorize(exchange: Exchange, login: &Login) -> Exchange {
    let bearer = match login {
        Login::Credentials(credentials) => credentials.secret.clone(),
        Login::Token { token, .. } => Secret::new(Kept::read(token).access),
    };
    bearing(exchange, &bearer)
}

/// With that token.
pub fn bearing(mut exchange: Exchange, token: &Secret) -> Exchange {
    let bearer = Secret::new(format!("Bearer {}", token.reveal()));
    exchange.secret_headers.push(("Authorization".to_owned(), bearer));
    for (name, value) in [VERSION, ("Accept", "application/json, text/plain, */*")] {
        // The user's own stand.
        if !exchange.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            exchange.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    exchange
}

/// What must not be shown of a login.
pub fn secrets(login: &Login) -> Vec<Secret> {
    match login {
        Login::Credentials(credentials) => vec![credentials.secret.clone()],
        Login::Token { token, .. } => Kept::read(token).secrets(),
    }
}

/// When a login ends by itself, where it says so. One that was only begun has ended already.
pub fn ends_at(login: &Login) -> Option<Timestamp> {
    let Login::Token { token, .. } = login else { return None };
    let kept = Kept::read(token);
    if kept.access.is_empty() {
        return Some(Timestamp::UNIX_EPOCH);
    }
    Timestamp::from_second(kept.ends?).ok()
}

/// Whether Membrane says that the login ended. Below its proxy a 401 may be the app's. §4.
pub fn is_signed_out(exchange: &Exchange, response: &Response) -> bool {
    let is_unclear = !errors::is_own(response) && !is_below_proxy(exchange);
    response.status == 401 && (errors::is_own_refusal(response) || is_unclear)
}

fn is_below_proxy(exchange: &Exchange) -> bool {
    matches!(exchange.path.as_slice(), [folder, _, proxy, ..] if folder == "connections" && proxy == "proxy")
}

/// What changes when the structure does; the answers carry nothing of the kind.
pub fn stamp(_response: &Response) -> Option<String> {
    None
}

#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm, reason = "a test stops where it is surprised")]
mod tests {
    use super::*;

    fn credentials(auth: Auth, secret: &str) -> Credentials {
        let (user, key) = ("acme".to_owned(), "wk".to_owned());
        Credentials { auth, user, key, secret: Secret::new(secret), code: None }
    }

    fn occasion() -> Occasion {
        Occasion { now: Timestamp::from_second(1_764_000_000).unwrap(), before: None }
    }

    fn bearer(exchange: &Exchange) -> &str {
        let found = exchange.secret_headers.iter().find(|(name, _)| name == "Authorization");
        found.map_or("", |(_, value)| value.reveal())
    }

    #[test]
    fn a_token_is_sent_as_it_is_with_the_sdks_headers() {
        let plain = Credentials { key: String::new(), ..credentials(Auth::Token, "pat-1") };
        assert!(SignIn::new(&plain, &occasion()).is_none());
        let login = Login::Credentials(credentials(Auth::Token, "pat-1"));
        let exchange = authorize(Exchange::get(["self"]), &login);
        assert_eq!(bearer(&exchange), "Bearer pat-1");
        let version = ("membrane-api-version".to_owned(), "2025-10-21".to_owned());
        assert!(exchange.headers.contains(&version));
        assert!(!format!("{exchange:?}").contains("pat-1"));
    }

    fn made(auth: Auth, secret: &str) -> Result<Login, Error> {
        let mut sign_in = SignIn::new(&credentials(auth, secret), &occasion()).unwrap();
        match sign_in.next(Input::Go) {
            Step::Done(login) => login,
            step => panic!("{step:?}"),
        }
    }

    #[test]
    fn a_workspaces_token_is_made_here_and_ends_within_the_hour() {
        let login = made(Auth::WorkspaceKey, "s3cret").unwrap();
        assert_eq!(ends_at(&login).unwrap().as_second(), 1_764_003_600);
        let exchange = authorize(Exchange::get(["self"]), &login);
        assert!(bearer(&exchange).starts_with("Bearer eyJ"));
        let secrets = secrets(&login);
        assert!(secrets.iter().any(|it| bearer(&exchange).ends_with(it.reveal())));
    }

    fn sent(step: Step<Login>) -> Exchange {
        match step {
            Step::Send(exchange) => *exchange,
            step => panic!("{step:?}"),
        }
    }

    fn said(body: &serde_json::Value) -> Input {
        let body = body.to_string().into_bytes();
        Input::Answer(Response { status: 200, headers: Vec::new(), body })
    }

    #[test]
    fn a_persons_token_is_not_sent_but_for_a_tenants() {
        use serde_json::json;
        let mut sign_in =
            SignIn::new(&credentials(Auth::Token, "pat-person"), &occasion()).unwrap();
        let asked = sent(sign_in.next(Input::Go));
        assert_eq!(
            (asked.path[0].as_str(), bearer(&asked)),
            ("org-workspaces", "Bearer pat-person")
        );
        let found = json!({"items": [{"id": "w1", "key": "wk", "secret": "5ecret"}]});
        sent(sign_in.next(said(&found)));
        let Step::Done(Ok(login)) = sign_in.next(said(&json!({"token": "tenant"}))) else {
            panic!()
        };
        let exchange = authorize(Exchange::get(["self"]), &login);
        assert_eq!(bearer(&exchange), "Bearer tenant");
        assert!(secrets(&login).iter().all(|it| !it.reveal().contains("5ecret")));
    }

    #[test]
    fn a_persons_sign_in_is_used_again_while_it_holds() {
        use serde_json::json;
        let kept = |ends: i64| {
            let person = json!({"access": "person", "ends": ends});
            let kept = json!({"access": "old", "ends": 5, "refresh": "r", "client": "c", "person": person});
            Login::Token { user: String::new(), token: Secret::new(kept.to_string()) }
        };
        for (ends, first) in [(1_764_003_000, "org-workspaces"), (1_764_000_010, "oauth")] {
            let occasion = Occasion { before: Some(kept(ends)), ..occasion() };
            let mut sign_in = SignIn::new(&credentials(Auth::Oauth, ""), &occasion).unwrap();
            assert_eq!(sent(sign_in.next(Input::Go)).path[0], first);
        }
    }

    #[test]
    fn the_vendors_command_line_gives_a_token_or_nothing() {
        let login = made(Auth::Cli, "abc").unwrap();
        assert_eq!(ends_at(&login).unwrap().as_second(), 1_764_003_600);
        for bad in ["", "Not logged in"] {
            assert!(matches!(made(Auth::Cli, bad), Err(Error::Unauthorized { .. })), "{bad}");
        }
    }

    #[test]
    fn a_sign_in_that_was_only_begun_is_no_login() {
        let token =
            Secret::new(r#"{"begun":{"client":"c","redirect":"r","verifier":"v","state":"s"}}"#);
        let login = Login::Token { user: String::new(), token };
        assert_eq!(ends_at(&login), Some(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn no_error_of_membranes_own_but_its_refusal_ends_a_login() {
        let answer = |body: &str| Response { status: 401, headers: Vec::new(), body: body.into() };
        let own = r#"{"type":"bad_request","key":"not_authenticated","message":"m"}"#;
        let defunct = r#"{"type":"connection","key":"connection_is_defunct","message":"m"}"#;
        let (direct, proxied) = (Exchange::get(["self"]), ["connections", "c1", "proxy", "x"]);
        let proxied = Exchange::get(proxied);
        for (body, direct_, proxied_) in
            [(own, true, true), (defunct, false, false), ("", true, false), ("{}", true, false)]
        {
            assert_eq!(is_signed_out(&direct, &answer(body)), direct_, "{body}");
            assert_eq!(is_signed_out(&proxied, &answer(body)), proxied_, "{body}");
        }
    }
}
