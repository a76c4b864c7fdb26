//! Signing in (E§2): keys, HMAC, passwords, tokens, two factors, and the lock-out after too many failures.

use super::acl::Role;
use super::reply::{Refusal, refuse};
use super::request::Request;
use crate::demo::random::{Random, mix};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// More failures than this in [`PERIOD`] and the address is locked out.
const MAX_FAILURES: usize = 10;
/// How long a failure counts.
const PERIOD: Duration = Duration::from_secs(60);
/// The code that the second step of the two-factor user takes.
pub const TWO_FACTOR_CODE: &str = "123456";

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct User {
    /// The id of the User record.
    pub id: String,
    /// The login name.
    pub user_name: String,
    /// The whole name.
    pub name: String,
    /// `regular`, `admin` or `api`.
    pub kind: &'static str,
    /// What they may do.
    pub role: Role,
    /// Empty for people.
    pub api_key: String,
    /// The HMAC secret; empty where the key alone is enough.
    pub secret: String,
    /// Empty for API users.
    pub password: String,
    /// Whether a code is asked for.
    pub two_factor: bool,
}

/// Everybody who can sign in, and who has.
#[derive(Debug)]
pub struct Doorkeeper {
    /// By place; the ids are those of the User table.
    pub users: Vec<User>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    tokens: HashMap<String, Token>,
    failures: Vec<Duration>,
    random: Option<Random>,
}

#[derive(Debug, Clone)]
struct Token {
    user: usize,
    secret: Option<String>,
}

/// Who is there, and the token that was made for them.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: User,
    /// The token, for those who came with a password in `Espo-Authorization` or with a token.
    pub token: Option<String>,
    /// The new token's secret, to be set as a cookie.
    pub cookie: Option<String>,
}

impl Doorkeeper {
    /// A keeper of this door; tokens follow from the seed.
    pub fn new(users: Vec<User>, seed: u64) -> Doorkeeper {
        let random = Some(Random::new(mix(seed ^ 0x70CE)));
        Doorkeeper { users, open: Mutex::new(Open { random, ..Open::default() }) }
    }

    /// Who sends this request. `at` is the time since the start.
    pub fn admit(&self, request: &Request, at: Duration) -> Result<Caller, Refusal> {
        let by_token = request
            .header("espo-authorization-by-token")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        if !by_token && self.is_locked(at) {
            return Err(Refusal { status: 403, html: true, ..Refusal::default() });
        }
        let admitted = self.look(request, by_token);
        if let Err(refusal) = &admitted
            && refusal.status == 401
            && refusal.reason.is_none()
            && !by_token
            && tries(request)
        {
            self.open().failures.push(at);
        }
        self.act_as_another(request, admitted?)
    }

    fn look(&self, request: &Request, by_token: bool) -> Result<Caller, Refusal> {
        if let Some(text) = request.header("espo-authorization") {
            let (name, password) = pair(text)?;
            return if by_token {
                self.by_token(request, &name, &password)
            } else {
                self.by_password(request, &name, &password, true)
            };
        }
        if let Some(text) = request.header("x-hmac-authorization") {
            return self.by_hmac(request, text);
        }
        if let Some(key) = request.header("x-api-key") {
            let known = |user: &&User| {
                !user.api_key.is_empty() && user.secret.is_empty() && user.api_key == key
            };
            return self.users.iter().find(known).map(plain).ok_or_else(unknown);
        }
        let Some(text) =
            request.header("authorization").and_then(|text| text.strip_prefix("Basic "))
        else {
            return Err(unknown());
        };
        let (name, password) = pair(text)?;
        self.by_token(request, &name, &password)
            .map(|caller| Caller { token: None, ..caller })
            .or_else(|_| self.by_password(request, &name, &password, false))
    }

    fn by_hmac(&self, request: &Request, text: &str) -> Result<Caller, Refusal> {
        let bytes = STANDARD.decode(text).map_err(|_| malformed())?;
        let colon = bytes.iter().position(|byte| *byte == b':').ok_or_else(malformed)?;
        let (key, digest) = bytes.split_at(colon);
        let digest = digest.get(1..).unwrap_or_default();
        let known = |user: &&User| !user.secret.is_empty() && user.api_key.as_bytes() == key;
        let user = self.users.iter().find(known).ok_or_else(unknown)?;
        let right = sign(&user.secret, &format!("{} {}", request.method, request.path));
        let hex = right.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        if digest == hex.as_bytes() || digest == right { Ok(plain(user)) } else { Err(unknown()) }
    }

    fn by_password(
        &self,
        request: &Request,
        name: &str,
        password: &str,
        keeps: bool,
    ) -> Result<Caller, Refusal> {
        let known = |user: &User| {
            !user.password.is_empty() && user.user_name == name && user.password == password
        };
        let place = self.users.iter().position(known).ok_or_else(unknown)?;
        let user = self.users.get(place).ok_or_else(unknown)?;
        if user.two_factor {
            match request.header("espo-authorization-code") {
                None => return Err(second_step()),
                Some(code) if code != TWO_FACTOR_CODE => return Err(unknown()),
                Some(_) => {}
            }
        }
        if !keeps {
            return Ok(plain(user));
        }
        let wants = request
            .header("espo-authorization-create-token-secret")
            .is_some_and(|text| text == "true");
        let mut open = self.open();
        let random = open.random.get_or_insert_with(|| Random::new(1));
        let (token, secret) = (random.hex(32), wants.then(|| random.hex(32)));
        open.tokens.insert(token.clone(), Token { user: place, secret: secret.clone() });
        Ok(Caller { user: user.clone(), token: Some(token), cookie: secret })
    }

    fn by_token(&self, request: &Request, name: &str, token: &str) -> Result<Caller, Refusal> {
        let found = self.open().tokens.get(token).cloned().ok_or_else(unknown)?;
        let user =
            self.users.get(found.user).filter(|user| user.user_name == name).ok_or_else(unknown)?;
        if found.secret.is_some() && found.secret.as_deref() != request.cookie("auth-token-secret")
        {
            return Err(unknown());
        }
        Ok(Caller { user: user.clone(), token: Some(token.to_owned()), cookie: None })
    }

    fn act_as_another(&self, request: &Request, caller: Caller) -> Result<Caller, Refusal> {
        let Some(name) =
            request.header("x-another-user").filter(|_| caller.user.role == Role::Admin)
        else {
            return Ok(caller);
        };
        let user = self.users.iter().find(|user| user.user_name == name).ok_or_else(unknown)?;
        Ok(Caller { user: user.clone(), ..caller })
    }

    /// Forgets a token; false where it is not known.
    pub fn forget(&self, token: &str) -> bool {
        self.open().tokens.remove(token).is_some()
    }

    fn is_locked(&self, at: Duration) -> bool {
        let mut open = self.open();
        open.failures.retain(|failure| at.saturating_sub(*failure) < PERIOD);
        open.failures.len() > MAX_FAILURES
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn plain(user: &User) -> Caller {
    Caller { user: user.clone(), token: None, cookie: None }
}

/// Whether the request carries credentials at all.
fn tries(request: &Request) -> bool {
    ["espo-authorization", "x-hmac-authorization", "x-api-key", "authorization"]
        .iter()
        .any(|name| request.header(name).is_some())
}

fn unknown() -> Refusal {
    Refusal { status: 401, html: true, ..Refusal::default() }
}

fn malformed() -> Refusal {
    Refusal { html: true, ..refuse(400, "Auth: Bad authorization string provided.") }
}

fn second_step() -> Refusal {
    let body = json!({"status": "secondStepRequired", "message": "enterTotpCode", "view": null, "token": null, "data": {}});
    Refusal { html: true, body: Some(body), ..refuse(401, "second-step-required") }
}

/// `base64(name:password)`.
fn pair(text: &str) -> Result<(String, String), Refusal> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| malformed())?;
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    let (name, password) = text.split_once(':').ok_or_else(malformed)?;
    Ok((name.to_owned(), password.to_owned()))
}

fn sign(secret: &str, text: &str) -> Vec<u8> {
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        // HMAC takes keys of any length.
        Err(_) => Vec::new(),
    }
}
