//! Signing in. §1.
use jiff::{SignedDuration, Timestamp};

use super::{
    errors, jwt,
    oauth::{Exchanging, Kept, revoked},
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
    how: How,
}

#[derive(Debug)]
enum How {
    /// Made here, or given by the vendor's own command line.
    Made(Result<(Secret, Timestamp), Error>),
    /// By the browser, or renewed.
    Oauth(Exchanging),
}

impl SignIn {
    /// `None` where the credentials are sent as they are.
    pub fn new(credentials: &Credentials, occasion: &Occasion) -> Option<Self> {
        let Credentials { auth, user, key, secret, code } = credentials;
        let now = occasion.now;
        let how = match auth {
            Auth::WorkspaceKey => How::Made(Ok(jwt::mint(key, secret, user, now))),
            Auth::Cli => How::Made(printed(secret, now)),
            Auth::Oauth => {
                let before = occasion.before.as_ref().map(|before| Kept::read(before.secret()));
                How::Oauth(Exchanging::new(&before.unwrap_or_default(), code.as_deref(), now))
            }
            // The others are no ways into Membrane; settings that name them are refused.
            Auth::Token | Auth::ApiKey | Auth::Hmac | Auth::Password | Auth::AccessKey => {
                return None;
            }
        };
        Some(Self { user: user.clone(), how })
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
                Step::Partial(kept) => Step::Done(self.login(&kept)),
                Step::Done(kept) => Step::Done(kept.and_then(|kept| self.login(&kept))),
            },
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
pub fn authorize(mut exchange: Exchange, login: &Login) -> Exchange {
    let bearer = match login {
        Login::Credentials(credentials) => credentials.secret.clone(),
        Login::Token { token, .. } => Secret::new(Kept::read(token).access),
    };
    let bearer = Secret::new(format!("Bearer {}", bearer.reveal()));
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
        assert!(SignIn::new(&credentials(Auth::Token, "pat-1"), &occasion()).is_none());
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
