//! Signing in by the browser: registration, the address to open, tokens for a code, and tokens
//! for the token that renews them. Pure; what is random is given in. §1b.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::errors;
use crate::{
    domain::{error::Error, secret::Secret},
    net::exchange::{Body, Exchange, Form, Method, Response},
    providers::{Input, Step, json::text},
};

/// Where a code is shown to a person instead of being sent anywhere.
pub const BY_HAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Where it goes if the server knows no such place: nobody listens, but the address shows it.
pub const NOWHERE: &str = "http://127.0.0.1:9/callback";

/// So many random bytes are given in.
pub const RANDOM: usize = 64;

/// What is kept between two runs, as one line of JSON. §1d.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Sent as Bearer; empty = nobody has signed in yet.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub access: String,
    /// What gives the next one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub refresh: String,
    /// Seconds since 1970; `None` = it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<i64>,
    /// By what the server knows this ficha.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client: String,
    /// A sign-in that was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun: Option<Begun>,
    /// Where a person asks for a tenant's token: their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Held>,
}

/// A person's token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Sent as Bearer.
    access: String,
    /// Seconds since 1970.
    ends: i64,
}

/// A person's token that ends within so long is renewed.
const AHEAD: i64 = 60;

/// A sign-in that waits for its code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// By what the server knows this ficha.
    client: String,
    /// Where the code goes.
    redirect: String,
    /// What proves that the code was asked for here. PKCE.
    verifier: String,
    /// What proves that the answer belongs to the question.
    state: String,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept(..)")
    }
}

impl Kept {
    /// As it was kept; what cannot be read is nothing.
    pub fn read(kept: &Secret) -> Self {
        serde_json::from_str(kept.reveal()).unwrap_or_default()
    }

    /// One line.
    ///
    /// Errors: none that can come.
    pub fn line(&self) -> Result<Secret, Error> {
        let line = serde_json::to_string(self);
        line.map(Secret::new).map_err(|error| Error::bug(error.to_string()))
    }

    /// As the person signed in, while that holds.
    pub fn person(&self, now: Timestamp) -> Option<Self> {
        let held = self.person.as_ref().filter(|held| held.ends > now.as_second() + AHEAD)?;
        let (access, ends) = (held.access.clone(), Some(held.ends));
        Some(Self { access, ends, person: None, ..self.clone() })
    }

    /// With a tenant's token in place of the person's, which is kept for the next one.
    #[must_use]
    pub fn as_tenant(self, token: &Secret, ends: Timestamp) -> Self {
        let (access, refresh) = (self.access, &self.refresh);
        // A token that the settings hold is not kept a second time.
        let person = self.ends.filter(|_| !refresh.is_empty()).map(|ends| Held { access, ends });
        let (access, ends) = (token.reveal().to_owned(), Some(ends.as_second()));
        Self { access, ends, person, begun: None, ..self }
    }

    /// Everything in it that must not be shown.
    pub fn secrets(&self) -> Vec<Secret> {
        let begun = self.begun.iter().flat_map(|begun| [&begun.verifier, &begun.state]);
        let person = self.person.iter().map(|person| &person.access);
        let own = [&self.access, &self.refresh].into_iter().chain(person).chain(begun);
        own.filter(|secret| !secret.is_empty()).map(Secret::new).collect()
    }
}

/// A sign-in as it begins: registration, then the address to open.
pub struct Beginning {
    redirects: Vec<String>,
    verifier: String,
    state: String,
    site: String,
    scope: Scope,
    is_sent: bool,
}

/// Who signs in. Exactly one may be asked for. §1b.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Scope {
    /// A tenant: workspace and tenant are picked in the page.
    Tenant,
    /// A person of the platform, who then asks for a tenant's token.
    PlatformUser,
}

/// What a person opens, and what is kept until the code comes.
pub struct Opening {
    /// The address to open. It holds no secret: the challenge is a hash.
    pub url: String,
    /// What the answer must bring back.
    pub state: Secret,
    /// With the sign-in that was begun.
    pub kept: Secret,
}

impl Beginning {
    /// At that site (without trailing slash). The code goes to the first redirect that the
    /// server takes.
    pub fn new(site: &str, redirects: &[&str], random: &[u8; RANDOM], scope: Scope) -> Self {
        let (verifier, state) = random.split_at(RANDOM / 2);
        Self {
            redirects: redirects.iter().rev().map(|it| (*it).to_owned()).collect(),
            verifier: URL_SAFE_NO_PAD.encode(verifier),
            state: URL_SAFE_NO_PAD.encode(state),
            site: site.to_owned(),
            scope,
            is_sent: false,
        }
    }

    /// What comes next; ends with the opening. `before` is what was kept until now.
    pub fn next(&mut self, input: &Input, before: &Kept) -> Step<Opening> {
        let step = match input {
            Input::Go if !self.is_sent => self.register(),
            Input::Answer(response) if self.is_sent => self.registered(response, before),
            Input::Go | Input::Answer(_) | Input::Answers(_) => {
                Err(Error::bug("a sign-in was driven out of turn"))
            }
        };
        step.unwrap_or_else(|error| Step::Done(Err(error)))
    }

    /// RFC 7591. §1b.
    fn register(&mut self) -> Result<Step<Opening>, Error> {
        self.is_sent = true;
        let redirect = self.redirects.last().ok_or_else(|| Error::bug("no redirect"))?;
        let body = json!({
            "client_name": "ficha",
            "redirect_uris": [redirect],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        });
        let exchange = Exchange::new(Method::Post, ["oauth", "register"]).json(body);
        // A second registration does no harm.
        Ok(Step::Send(Box::new(Exchange { is_safe: true, ..exchange })))
    }

    fn registered(&mut self, response: &Response, before: &Kept) -> Result<Step<Opening>, Error> {
        let is_refused = response.status == 400 && self.redirects.len() > 1;
        if is_refused {
            self.redirects.pop();
            return self.register();
        }
        let body = errors::body(response, "oauth/register")?;
        let client = text(&body, "client_id").ok_or_else(|| unreadable("client_id"))?.to_owned();
        let redirect = self.redirects.pop().ok_or_else(|| Error::bug("no redirect"))?;
        let url = self.address(&client, &redirect)?;
        let (verifier, state) = (self.verifier.clone(), self.state.clone());
        let begun = Begun { client, redirect, verifier, state: state.clone() };
        let kept = Kept { begun: Some(begun), ..before.clone() }.line()?;
        Ok(Step::Done(Ok(Opening { url, state: Secret::new(state), kept })))
    }

    fn address(&self, client: &str, redirect: &str) -> Result<String, Error> {
        let wrong = |error: url::ParseError| Error::Usage { reason: error.to_string() };
        let mut url = Url::parse(&format!("{}/oauth/authorize", self.site)).map_err(wrong)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client)
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", &self.scope.to_string())
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }
}

/// Tokens: for a code, or for the token that renews.
#[derive(Debug)]
pub struct Exchanging {
    form: Result<Vec<(&'static str, Secret)>, Error>,
    client: String,
    refresh: String,
    now: Timestamp,
    is_sent: bool,
}

impl Exchanging {
    /// After that; `code` is what the browser gave, or what a person brought.
    pub fn new(before: &Kept, code: Option<&str>, now: Timestamp) -> Self {
        let form = match (code, &before.begun) {
            (Some(code), Some(begun)) => code_of(code, begun).map(|code| for_code(&code, begun)),
            (Some(_), None) => Err(refused("no sign-in was begun that this code could complete")),
            (None, begun) if before.refresh.is_empty() => Err(refused(match begun {
                Some(_) => "the sign-in was begun, but not completed",
                None if before.access.is_empty() => "nobody has signed in yet",
                None => "the sign-in has ended",
            })),
            (None, _) => Ok(vec![
                ("grant_type", Secret::new("refresh_token")),
                ("refresh_token", Secret::new(&before.refresh)),
                ("client_id", Secret::new(&before.client)),
            ]),
        };
        let begun = before.begun.as_ref().filter(|_| code.is_some());
        let client = begun.map_or_else(|| before.client.clone(), |begun| begun.client.clone());
        let refresh = if code.is_some() { String::new() } else { before.refresh.clone() };
        Self { form, client, refresh, now, is_sent: false }
    }

    /// What comes next; ends with what is to be kept.
    pub fn next(&mut self, input: Input) -> Step<Kept> {
        let step = match (input, &self.form) {
            (_, Err(error)) => Err(error.clone()),
            (Input::Go, Ok(form)) if !self.is_sent => {
                self.is_sent = true;
                Ok(Step::Send(Box::new(asked(form))))
            }
            (Input::Answer(response), Ok(_)) if self.is_sent => {
                self.read(&response).map(|kept| Step::Done(Ok(kept)))
            }
            (Input::Go | Input::Answer(_) | Input::Answers(_), Ok(_)) => {
                Err(Error::bug("a sign-in was driven out of turn"))
            }
        };
        step.unwrap_or_else(|error| Step::Done(Err(error)))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the errors that differ are named, the rest are alike"
    )]
    fn read(&self, response: &Response) -> Result<Kept, Error> {
        let body = errors::body(response, "oauth/token").map_err(|error| match error {
            // `invalid_grant`: the code was used, the sign-in was ended elsewhere.
            Error::Invalid { reason, .. } => Error::Unauthorized { reason },
            error => error,
        })?;
        let access = text(&body, "access_token").ok_or_else(|| unreadable("access_token"))?;
        // A server that renews without a new one means the old one to be used again.
        let refresh = text(&body, "refresh_token").unwrap_or(&self.refresh);
        let ends = body
            .get("expires_in")
            .and_then(Json::as_i64)
            .and_then(|seconds| self.now.checked_add(SignedDuration::from_secs(seconds)).ok());
        let ends = ends.or_else(|| super::jwt::ends(&Secret::new(access)));
        Ok(Kept {
            access: access.to_owned(),
            refresh: refresh.to_owned(),
            ends: ends.map(Timestamp::as_second),
            client: self.client.clone(),
            begun: None,
            person: None,
        })
    }
}

fn for_code(code: &str, begun: &Begun) -> Vec<(&'static str, Secret)> {
    vec![
        ("grant_type", Secret::new("authorization_code")),
        ("code", Secret::new(code)),
        ("redirect_uri", Secret::new(&begun.redirect)),
        ("client_id", Secret::new(&begun.client)),
        ("code_verifier", Secret::new(&begun.verifier)),
    ]
}

/// A form whose values stand nowhere else: what was sent is shown without them.
fn asked(form: &[(&'static str, Secret)]) -> Exchange {
    let secret_fields = form.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let form = Form { secret_fields: secret_fields.collect(), ..Form::default() };
    let mut exchange = Exchange::new(Method::Post, ["oauth", "token"]);
    exchange.body = Some(Body::Form(form));
    exchange
}

/// The code itself, or the whole address where a browser ended: people paste either. Its state
/// must be ours then.
fn code_of(typed: &str, begun: &Begun) -> Result<String, Error> {
    let typed = typed.trim();
    let Ok(url) = Url::parse(typed) else { return Ok(typed.to_owned()) };
    let find = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, it)| it);
    if let Some(error) = find("error") {
        return Err(refused(&find("error_description").unwrap_or(error)));
    }
    if find("state").is_some_and(|state| state != begun.state) {
        return Err(refused("the address belongs to another sign-in"));
    }
    find("code").map(String::from).ok_or_else(|| refused("the address holds no code"))
}

fn refused(reason: &str) -> Error {
    Error::Unauthorized { reason: reason.to_owned() }
}

fn unreadable(member: &str) -> Error {
    crate::providers::json::unreadable(member, "a text")
}

/// What ends a sign-in at the server, RFC 7009: with the token that renews all others go too.
pub fn revoked(kept: &Kept) -> Option<Exchange> {
    let token = Some(&kept.refresh).filter(|token| !token.is_empty()).unwrap_or(&kept.access);
    if token.is_empty() || kept.client.is_empty() {
        return None;
    }
    let form = [("token", Secret::new(token)), ("client_id", Secret::new(&kept.client))];
    let exchange = asked(&form);
    Some(Exchange { path: vec!["oauth".to_owned(), "revoke".to_owned()], ..exchange })
}

#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm, reason = "a test stops where it is surprised")]
mod tests {
    use super::*;

    const SITE: &str = "https://api.membrane.example";

    fn now() -> Timestamp {
        Timestamp::from_second(1_764_000_000).unwrap()
    }

    fn answer(status: u16, body: &Json) -> Input {
        let body = body.to_string().into_bytes();
        Input::Answer(Response { status, headers: Vec::new(), body })
    }

    fn opened(redirects: &[&str], before: &Kept) -> Opening {
        let random = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let mut beginning = Beginning::new(SITE, redirects, &random, Scope::Tenant);
        let Step::Send(register) = beginning.next(&Input::Go, before) else { panic!() };
        let Some(Body::Json(body)) = &register.body else { panic!() };
        assert_eq!(body["token_endpoint_auth_method"], "none");
        assert_eq!(body["redirect_uris"], json!([redirects[0]]));
        match beginning.next(&answer(201, &json!({"client_id": "ficha-7"})), before) {
            Step::Done(Ok(opening)) => opening,
            _ => panic!("no opening"),
        }
    }

    fn form(exchange: &Exchange) -> Vec<(String, String)> {
        let Some(Body::Form(form)) = &exchange.body else { panic!() };
        let fields = form.secret_fields.iter();
        fields.map(|(name, value)| (name.clone(), value.reveal().to_owned())).collect()
    }

    #[test]
    fn the_address_asks_for_one_scope_with_a_challenge_and_holds_no_secret() {
        let opening = opened(&["http://127.0.0.1:4321/callback"], &Kept::default());
        let url = Url::parse(&opening.url).unwrap();
        let of = |name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, it)| it.into_owned()).unwrap()
        };
        assert_eq!(
            (of("scope").as_str(), of("code_challenge_method").as_str()),
            ("tenant", "S256")
        );
        assert_eq!(of("redirect_uri"), "http://127.0.0.1:4321/callback");
        assert_eq!(of("state"), opening.state.reveal());
        let kept = Kept::read(&opening.kept);
        let verifier = kept.begun.unwrap().verifier;
        assert!(verifier.len() >= 43, "RFC 7636");
        assert_eq!(of("code_challenge"), URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier)));
        assert!(!opening.url.contains(&verifier));
    }

    #[test]
    fn a_code_brings_tokens_and_what_was_begun_is_over() {
        let opening = opened(&[BY_HAND], &Kept::default());
        let before = Kept::read(&opening.kept);
        let mut exchanging = Exchanging::new(&before, Some(" c0de\n"), now());
        let Step::Send(asked) = exchanging.next(Input::Go) else { panic!() };
        assert!(!asked.is_safe, "a code is good for one use");
        let form = form(&asked);
        for (name, value) in [
            ("grant_type", "authorization_code"),
            ("code", "c0de"),
            ("redirect_uri", BY_HAND),
            ("client_id", "ficha-7"),
        ] {
            assert!(form.contains(&(name.to_owned(), value.to_owned())), "{name}: {form:?}");
        }
        let tokens = json!({"access_token": "a", "refresh_token": "r", "expires_in": 3600});
        let Step::Done(Ok(kept)) = exchanging.next(answer(200, &tokens)) else { panic!() };
        assert_eq!((kept.access.as_str(), kept.refresh.as_str()), ("a", "r"));
        assert_eq!(kept.ends, Some(1_764_003_600));
        assert!(kept.begun.is_none() && kept.client == "ficha-7");
    }

    #[test]
    fn a_pasted_address_is_taken_only_with_our_own_state() {
        let opening = opened(&[NOWHERE], &Kept::default());
        let before = Kept::read(&opening.kept);
        let state = opening.state.reveal();
        let good = format!("{NOWHERE}?code=c0de&state={state}");
        let mut exchanging = Exchanging::new(&before, Some(&good), now());
        assert!(matches!(exchanging.next(Input::Go), Step::Send(_)));
        for bad in [
            format!("{NOWHERE}?code=c0de&state=other"),
            format!("{NOWHERE}?error=access_denied&state={state}"),
            format!("{NOWHERE}?state={state}"),
        ] {
            let mut exchanging = Exchanging::new(&before, Some(&bad), now());
            let step = exchanging.next(Input::Go);
            assert!(matches!(step, Step::Done(Err(Error::Unauthorized { .. }))), "{bad}");
        }
    }

    #[test]
    fn a_server_that_shows_no_codes_gets_an_address_that_does() {
        let random = [7; RANDOM];
        let mut beginning = Beginning::new(SITE, &[BY_HAND, NOWHERE], &random, Scope::PlatformUser);
        beginning.next(&Input::Go, &Kept::default());
        let no = answer(400, &json!({"error": "invalid_redirect_uri"}));
        let Step::Send(again) = beginning.next(&no, &Kept::default()) else { panic!() };
        let Some(Body::Json(body)) = &again.body else { panic!() };
        assert_eq!(body["redirect_uris"], json!([NOWHERE]));
    }

    fn signed_in() -> Kept {
        Kept {
            access: "old".into(),
            refresh: "r1".into(),
            ends: Some(5),
            client: "ficha-7".into(),
            begun: None,
            person: None,
        }
    }

    #[test]
    fn a_renewal_keeps_the_old_refresh_token_where_no_new_one_comes() {
        let mut renewal = Exchanging::new(&signed_in(), None, now());
        let Step::Send(asked) = renewal.next(Input::Go) else { panic!() };
        let form = form(&asked);
        assert!(form.contains(&("refresh_token".to_owned(), "r1".to_owned())), "{form:?}");
        let Step::Done(Ok(kept)) = renewal.next(answer(200, &json!({"access_token": "new"})))
        else {
            panic!()
        };
        assert_eq!((kept.access.as_str(), kept.refresh.as_str()), ("new", "r1"));
    }

    #[test]
    fn an_ended_sign_in_and_one_that_never_was_are_refusals() {
        let mut ended = Exchanging::new(&signed_in(), None, now());
        ended.next(Input::Go);
        let gone = json!({"error": "invalid_grant", "error_description": "Token was revoked"});
        let step = ended.next(answer(400, &gone));
        let reason = "Token was revoked".to_owned();
        assert!(step == Step::Done(Err(Error::Unauthorized { reason })));
        let mut never = Exchanging::new(&Kept::default(), None, now());
        assert!(matches!(never.next(Input::Go), Step::Done(Err(Error::Unauthorized { .. }))));
    }

    #[test]
    fn an_older_sign_in_stays_until_the_new_one_is_complete() {
        let opening = opened(&[BY_HAND], &signed_in());
        let kept = Kept::read(&opening.kept);
        assert_eq!((kept.access.as_str(), kept.refresh.as_str()), ("old", "r1"));
        let mut renewal = Exchanging::new(&kept, None, now());
        assert!(matches!(renewal.next(Input::Go), Step::Send(_)));
    }

    #[test]
    fn signing_out_ends_what_renews() {
        let exchange = revoked(&signed_in()).unwrap();
        assert_eq!(exchange.path, ["oauth", "revoke"]);
        assert!(form(&exchange).contains(&("token".to_owned(), "r1".to_owned())));
        assert!(revoked(&Kept::default()).is_none());
    }

    #[test]
    fn what_cannot_be_read_is_nothing_and_everything_secret_is_named() {
        assert!(Kept::read(&Secret::new("no json")) == Kept::default());
        let kept = Kept::read(&opened(&[BY_HAND], &signed_in()).kept);
        let secrets: Vec<String> = kept.secrets().iter().map(|it| it.reveal().to_owned()).collect();
        let begun = kept.begun.unwrap();
        assert_eq!(secrets, ["old".to_owned(), "r1".to_owned(), begun.verifier, begun.state]);
    }
}
