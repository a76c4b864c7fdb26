//! Providers do no I/O: an action becomes a conversation that says what to send next.
use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use crate::{
    domain::{
        action::{Action, Outcome},
        connection::{Auth, Kind, Script},
        error::Error,
        rate::Rate,
        schema::Schema,
        secret::Secret,
    },
    net::{
        budget::Budget,
        exchange::{Exchange, Response},
    },
};

mod cursors;
mod days;
pub mod espocrm;
mod fits;
mod json;
mod lookup;
pub mod membrane;
mod send;
pub mod syncro;
pub mod vtiger;
mod words;

/// What a conversation may know of its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Now, as the shell's clock says.
    pub now: Timestamp,
    /// The site's base address without trailing slash: web pages of records are below it.
    pub site: String,
    /// The connection's schema; every action but `Whoami`, `Types` and `Send` needs it. For
    /// `Types` it is what was known before, where something was.
    pub schema: Option<Arc<Schema>>,
    /// Scripts that the settings name, where the product does not list them.
    pub scripts: Vec<Script>,
    /// The user that the connection's settings name, where they name one.
    pub user: Option<String>,
    /// The server's time zone as the settings say, where its API does not; `None` = UTC.
    pub time_zone: Option<String>,
}

/// What a conversation is told.
#[derive(Debug)]
pub enum Input {
    /// Begin, or go on after a partial outcome or a wait.
    Go,
    /// The answer to what was sent.
    Answer(Response),
    /// The answers to all that was sent at once, in the same order.
    Answers(Vec<Response>),
}

/// What a conversation wants next.
#[derive(Debug, PartialEq)]
pub enum Step<T = Outcome> {
    /// Send this, bring the answer.
    Send(Box<Exchange>),
    /// Send these at once, as far as the connection allows, bring all answers. Reads only.
    SendAll(Vec<Exchange>),
    /// Go on after so long.
    Wait(Duration),
    /// Show this already; more follows.
    Partial(T),
    /// The end.
    Done(Result<T, Error>),
}

/// What a connection signs in with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// How.
    pub auth: Auth,
    /// The user, where one is needed.
    pub user: String,
    /// The public half of a pair.
    pub key: String,
    /// The secret half.
    pub secret: Secret,
    /// The second factor's code, once the product has asked for it.
    pub code: Option<String>,
}

/// When somebody signs in, and after what.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// Now, as the shell's clock says.
    pub now: Timestamp,
    /// The login that ended or is about to: what it holds may renew it (OAuth's refresh token).
    pub before: Option<Login>,
}

/// What a session sends along: the credentials themselves, or the token that a sign-in gave.
#[derive(Clone, Debug)]
pub enum Login {
    /// Sent with every exchange (API key, HMAC).
    Credentials(Credentials),
    /// What a sign-in gave.
    Token {
        /// Whose.
        user: String,
        /// The token, or all that the provider needs to go on with, as text that only it reads:
        /// one line, at most 64 KiB. Sessions compare it and keep it for the next run.
        token: Secret,
    },
}

/// An enum, not a trait object: a new product makes the compiler list what to fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// EspoCRM.
    Espocrm,
    /// Vtiger, open source.
    Vtiger,
    /// Vtiger's cloud.
    VtigerCloud,
    /// Syncro.
    Syncro,
    /// Membrane itself.
    Membrane,
}

impl From<Kind> for Provider {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Espocrm => Self::Espocrm,
            Kind::Vtiger => Self::Vtiger,
            Kind::VtigerCloud => Self::VtigerCloud,
            Kind::Syncro => Self::Syncro,
            Kind::Membrane => Self::Membrane,
        }
    }
}

impl Provider {
    /// The conversation of an action.
    pub fn start(self, action: Action, context: Context) -> Conversation {
        match self {
            Self::Espocrm => Conversation::Espocrm(espocrm::Conversation::new(action, context)),
            Self::Vtiger => {
                Conversation::Vtiger(vtiger::Conversation::new(vtiger::Api::Open, action, context))
            }
            Self::VtigerCloud => {
                Conversation::Vtiger(vtiger::Conversation::new(vtiger::Api::Cloud, action, context))
            }
            Self::Syncro => Conversation::Syncro(syncro::Conversation::new(action, context)),
            Self::Membrane => Conversation::Membrane(membrane::Conversation::new(action, context)),
        }
    }

    /// The API's path below the site, where exchanges start: EspoCRM's `api/v1`.
    pub fn base_path(self) -> &'static [&'static str] {
        match self {
            Self::Espocrm => espocrm::BASE_PATH,
            Self::Vtiger => vtiger::BASE_PATH,
            Self::VtigerCloud => vtiger::CLOUD_PATH,
            Self::Syncro => syncro::BASE_PATH,
            Self::Membrane => membrane::BASE_PATH,
        }
    }

    /// The cheapest read that a product answers with JSON to whoever may use it: where the base
    /// path belongs is tried with it.
    pub fn probe(self) -> Exchange {
        match self {
            Self::Espocrm => Exchange::get(["App", "user"]),
            Self::Vtiger => Exchange::get([""; 0]).query("operation", "listtypes"),
            Self::VtigerCloud | Self::Syncro => Exchange::get(["me"]),
            Self::Membrane => Exchange::get(["self"]),
        }
    }

    /// The conversation that turns credentials, or the login before, into a login. `None` where
    /// credentials are sent as they are: that depends on their `auth` alone.
    pub fn sign_in(self, credentials: &Credentials, occasion: &Occasion) -> Option<SignIn> {
        match self {
            Self::Espocrm => espocrm::auth::SignIn::new(credentials).map(SignIn::Espocrm),
            Self::Vtiger => {
                vtiger::auth::SignIn::new(vtiger::Api::Open, credentials).map(SignIn::Vtiger)
            }
            Self::VtigerCloud => {
                vtiger::auth::SignIn::new(vtiger::Api::Cloud, credentials).map(SignIn::Vtiger)
            }
            Self::Syncro => syncro::auth::SignIn::new(credentials).map(SignIn::Syncro),
            Self::Membrane => {
                membrane::auth::SignIn::new(credentials, occasion).map(SignIn::Membrane)
            }
        }
    }

    /// Whether that way of signing in gives a token, which is kept between two runs.
    pub fn signs_in(self, auth: Auth) -> bool {
        let (user, key, secret) = (String::new(), String::new(), Secret::new(""));
        let credentials = Credentials { auth, user, key, secret, code: None };
        let occasion = Occasion { now: Timestamp::UNIX_EPOCH, before: None };
        self.sign_in(&credentials, &occasion).is_some()
    }

    /// How many logins a session may hold at once. More than 1 only where the server takes the
    /// exchanges of one login one after another (Vtiger, A1): then each login carries one
    /// exchange at a time. Else one login carries as many as there are.
    pub fn parallel_logins(self) -> usize {
        match self {
            Self::Vtiger => vtiger::auth::PARALLEL_LOGINS,
            Self::Espocrm | Self::VtigerCloud | Self::Syncro | Self::Membrane => 1,
        }
    }

    /// How often the product may be asked, where it counts that for all that comes from here.
    pub fn budget(self) -> Option<Budget> {
        match self {
            Self::Syncro => Some(syncro::BUDGET),
            Self::Espocrm | Self::Vtiger | Self::VtigerCloud | Self::Membrane => None,
        }
    }

    /// What the product's answers say of how often it may still be asked.
    pub fn rate(self, response: &Response) -> Option<Rate> {
        match self {
            Self::VtigerCloud => vtiger::rate(response),
            // Syncro's say nothing (§2 of its contract): it is counted here.
            Self::Espocrm | Self::Vtiger | Self::Syncro | Self::Membrane => None,
        }
    }

    /// When a login ends by itself, where it says so: the session renews it before.
    pub fn ends_at(self, login: &Login) -> Option<Timestamp> {
        match self {
            Self::Membrane => membrane::auth::ends_at(login),
            Self::Espocrm | Self::Vtiger | Self::VtigerCloud | Self::Syncro => None,
        }
    }

    /// What a login tells of whoever signed in is remembered for conversations.
    pub fn remember(self, login: &Login, memory: &Memory) {
        match self {
            Self::Vtiger => memory.vtiger.profile.tell(vtiger::auth::profile(login)),
            Self::Espocrm | Self::VtigerCloud | Self::Syncro | Self::Membrane => {}
        }
    }

    /// All secrets that a login holds: they are taken out of whatever is shown.
    pub fn secrets(self, login: &Login) -> Vec<Secret> {
        match self {
            Self::Vtiger | Self::VtigerCloud => vtiger::auth::secrets(login),
            Self::Membrane => membrane::auth::secrets(login),
            Self::Espocrm | Self::Syncro => vec![login.secret().clone()],
        }
    }

    /// The exchange that ends a token at the server; the login's headers are still to be added.
    pub fn sign_out(self, login: &Login) -> Option<Exchange> {
        match self {
            Self::Espocrm => espocrm::auth::sign_out(login),
            Self::Vtiger | Self::VtigerCloud => vtiger::auth::sign_out(login),
            Self::Syncro => syncro::auth::sign_out(login),
            Self::Membrane => membrane::auth::sign_out(login),
        }
    }

    /// The exchange with the login's headers.
    pub fn authorize(self, exchange: Exchange, login: &Login) -> Exchange {
        match self {
            Self::Espocrm => espocrm::auth::authorize(exchange, login),
            Self::Vtiger | Self::VtigerCloud => vtiger::auth::authorize(exchange, login),
            Self::Syncro => syncro::auth::authorize(exchange, login),
            Self::Membrane => membrane::auth::authorize(exchange, login),
        }
    }

    /// Whether the product says that the token ended. Each has its own way; not all use 401.
    pub fn is_signed_out(self, exchange: &Exchange, response: &Response) -> bool {
        match self {
            Self::Espocrm => espocrm::auth::is_signed_out(response),
            Self::Vtiger | Self::VtigerCloud => vtiger::auth::is_signed_out(response),
            Self::Syncro => syncro::auth::is_signed_out(response),
            Self::Membrane => membrane::auth::is_signed_out(exchange, response),
        }
    }

    /// What changes when the structure does, where answers carry it (EspoCRM `X-App-Timestamp`).
    pub fn stamp(self, response: &Response) -> Option<String> {
        match self {
            Self::Espocrm => espocrm::auth::stamp(response),
            Self::Vtiger | Self::VtigerCloud => vtiger::auth::stamp(response),
            Self::Syncro => syncro::auth::stamp(response),
            Self::Membrane => membrane::auth::stamp(response),
        }
    }

    /// What an address of the product's web pages points to: `(entity type, record id)`.
    pub fn parse_url(self, site: &str, url: &str) -> Option<(String, String)> {
        match self {
            Self::Espocrm => espocrm::parse_url(site, url),
            Self::Vtiger | Self::VtigerCloud => vtiger::parse_url(site, url),
            Self::Syncro => syncro::parse_url(site, url),
            Self::Membrane => membrane::parse_url(site, url),
        }
    }
}

/// What the conversations of one session tell each other.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Membrane's.
    pub membrane: membrane::Memory,
    /// Vtiger's.
    pub vtiger: vtiger::Memory,
    /// Syncro's.
    pub syncro: syncro::Names,
}

/// One action's exchanges, as a machine.
#[derive(Debug)]
pub enum Conversation {
    /// With an EspoCRM.
    Espocrm(espocrm::Conversation),
    /// With a Vtiger.
    Vtiger(vtiger::Conversation),
    /// With a Syncro.
    Syncro(syncro::Conversation),
    /// With Membrane.
    Membrane(membrane::Conversation),
}

impl Conversation {
    /// With what its session knows.
    #[must_use]
    pub fn told(self, memory: &Memory) -> Self {
        match self {
            Self::Membrane(conversation) => {
                Self::Membrane(conversation.told(memory.membrane.clone()))
            }
            Self::Vtiger(conversation) => Self::Vtiger(conversation.told(memory.vtiger.clone())),
            Self::Syncro(conversation) => Self::Syncro(conversation.told(memory.syncro.clone())),
            other @ Self::Espocrm(_) => other,
        }
    }

    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step {
        match self {
            Self::Espocrm(conversation) => conversation.next(input),
            Self::Vtiger(conversation) => conversation.next(input),
            Self::Syncro(conversation) => conversation.next(input),
            Self::Membrane(conversation) => conversation.next(input),
        }
    }
}

/// A sign-in, as a machine; it ends with a login.
#[derive(Debug)]
pub enum SignIn {
    /// At an EspoCRM.
    Espocrm(espocrm::auth::SignIn),
    /// At a Vtiger.
    Vtiger(vtiger::auth::SignIn),
    /// At a Syncro.
    Syncro(syncro::auth::SignIn),
    /// At Membrane.
    Membrane(membrane::auth::SignIn),
}

impl SignIn {
    /// What comes next.
    pub fn next(&mut self, input: Input) -> Step<Login> {
        match self {
            Self::Espocrm(sign_in) => sign_in.next(input),
            Self::Vtiger(sign_in) => sign_in.next(input),
            Self::Syncro(sign_in) => sign_in.next(input),
            Self::Membrane(sign_in) => sign_in.next(input),
        }
    }
}

impl Login {
    /// Its secret as a whole.
    pub fn secret(&self) -> &Secret {
        match self {
            Self::Credentials(credentials) => &credentials.secret,
            Self::Token { token, .. } => token,
        }
    }
}

impl PartialEq for Login {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Token { token: a, .. }, Self::Token { token: b, .. }) => a == b,
            (Self::Credentials(a), Self::Credentials(b)) => a.secret == b.secret,
            (Self::Token { .. } | Self::Credentials(_), _) => false,
        }
    }
}
