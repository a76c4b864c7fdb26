//! How a connection's exchanges travel: straight to the server, or through a connection at
//! Membrane, which adds the product's credentials. M§4.
use std::{
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use tokio::{
    sync::{Mutex, OnceCell},
    time::sleep,
};

use super::{Inner, session::Session};
use crate::{
    cache::Cache,
    domain::{
        connection::{Connection, Kind, Via},
        error::Error,
    },
    net::{
        channel::{Channel, Direct},
        exchange::{Exchange, Method, Response},
    },
    providers::{
        Provider,
        membrane::{
            errors, run,
            standing::{self, Standing},
        },
    },
};

/// A connection that is being built is looked at anew after so long, where the server does not
/// hold its answer back.
const GLANCE: Duration = Duration::from_secs(1);

/// The cache's key of the place where the product's API begins.
const BASE: &str = "base below the proxy";

/// How a connection's exchanges travel. Cheap to clone.
#[derive(Clone)]
pub enum Line {
    /// To the server itself.
    Direct(Direct),
    /// Through Membrane.
    Through(Through),
}

/// Through a connection at Membrane, with the login of the sign-in there. Cheap to clone.
#[derive(Clone)]
pub struct Through(Arc<Way>);

struct Way {
    via: Via,
    layer: Arc<OnceLock<Weak<Inner>>>,
    provider: Provider,
    /// Where the product's API begins below the proxy, once that is found.
    base: OnceCell<Vec<String>>,
    cache: Cache,
    identity: String,
    clock: fn() -> Timestamp,
    renewing: Mutex<()>,
    renewals: AtomicU64,
}

/// The type that breaks the circle: a line's exchange is another session's.
type Answered = BoxFuture<'static, Result<Response, Error>>;

impl Channel for Line {
    async fn send(&self, exchange: Exchange) -> Result<Response, Error> {
        match self {
            Self::Direct(direct) => direct.send(exchange).await,
            Self::Through(through) => through.send(exchange).await,
        }
    }

    fn address(&self, exchange: &Exchange) -> String {
        match self {
            Self::Direct(direct) => direct.address(exchange),
            Self::Through(through) => through.address(exchange),
        }
    }
}

impl Through {
    /// For that connection; `layer` knows the sign-in that it goes through.
    pub(super) fn new(
        connection: &Connection,
        via: &Via,
        layer: Arc<OnceLock<Weak<Inner>>>,
        cache: Cache,
        clock: fn() -> Timestamp,
    ) -> Self {
        let (provider, identity) = (Provider::from(connection.kind), connection.identity());
        Self(Arc::new(Way {
            via: via.clone(),
            layer,
            provider,
            base: OnceCell::new(),
            cache,
            identity,
            clock,
            renewing: Mutex::default(),
            renewals: AtomicU64::default(),
        }))
    }

    /// The session of the sign-in.
    ///
    /// Errors: [`Error::Usage`] where the settings name none, or another product's.
    pub(super) fn parent(&self) -> Result<Session<Line>, Error> {
        let name = &self.0.via.connection;
        let usage = |why: &str| Error::Usage { reason: format!("it goes through {name}, {why}") };
        let layer = self.0.layer.get().and_then(Weak::upgrade);
        let layer = layer.ok_or_else(|| usage("and everything ends"))?;
        let session = layer.session(name).ok_or_else(|| usage("which does not exist"))?;
        let parent = session.connection();
        if parent.kind != Kind::Membrane || parent.via.is_some() {
            return Err(usage("which is no sign-in to Membrane"));
        }
        Ok(session)
    }

    async fn send(&self, exchange: Exchange) -> Result<Response, Error> {
        let parent = self.parent()?;
        // An app that is reached by its actions is asked of Membrane itself.
        if self.0.provider == Provider::Membrane {
            return self.pass(&parent, exchange).await;
        }
        let base = match self.0.base.get_or_try_init(|| self.find_base(&parent)).await {
            Ok(base) => base,
            // Nothing was sent yet: that may be repeated as if this were the answer.
            Err(Unfound::Passing(response)) => return Ok(response),
            Err(Unfound::Error(error)) => return Err(error),
        };
        let response = self.signed_in(&parent, base, &exchange).await?;
        self.judged(response)
    }

    /// The answer of an app that takes its login. One that no longer does has done nothing, so
    /// that whatever was asked may be sent once more when the login was renewed. M§4.
    async fn signed_in(
        &self,
        parent: &Session<Line>,
        base: &[String],
        exchange: &Exchange,
    ) -> Result<Response, Error> {
        let sent = self.below(base, exchange.clone());
        let before = self.0.renewals.load(Ordering::Acquire);
        let response = self.built(parent, &sent).await?;
        if !self.is_app_signed_out(exchange, &response) {
            return Ok(response);
        }
        self.renew_once(parent, before).await?;
        let response = self.built(parent, &sent).await?;
        // A product may say 401 of a single right, too: then that is its answer.
        if self.0.provider.is_signed_out(exchange, &response) {
            return Err(self.broken("the app refuses its login, also after it was renewed"));
        }
        Ok(response)
    }

    /// The answer of a connection that can be used: one that is being built is waited for, and of
    /// another one it is asked what it needs. Nothing has gone through until then. M§2.
    async fn built(&self, parent: &Session<Line>, exchange: &Exchange) -> Result<Response, Error> {
        let response = self.pass(parent, exchange.clone()).await?;
        if !errors::is_about_connection(&response) {
            return Ok(response);
        }
        let id = self.0.via.id.as_str();
        for _ in 0..standing::LOOKS {
            let found = self.pass(parent, standing::asked(id)).await?;
            match standing::read(id, &found) {
                Ok(Standing::Building) => sleep(GLANCE).await,
                Ok(Standing::Ready) => return self.pass(parent, exchange.clone()).await,
                Err(error @ Error::Mend { .. }) => return Err(error),
                Err(_) => return Ok(response),
            }
        }
        Err(standing::still_building(id))
    }

    fn address(&self, exchange: &Exchange) -> String {
        let outer = match (self.0.provider, self.0.base.get()) {
            (Provider::Membrane, _) => exchange.clone(),
            (_, base) => self.below(base.map_or(&[], Vec::as_slice), exchange.clone()),
        };
        match self.parent() {
            Ok(parent) => parent.address(&outer),
            Err(_) => outer.path.join("/"),
        }
    }

    /// `{METHOD} /connections/{id}/proxy/{path}`. M§4.
    fn below(&self, base: &[String], exchange: Exchange) -> Exchange {
        let door = ["connections", self.0.via.id.as_str(), "proxy"].map(str::to_owned);
        // What its paths begin with anyway is a part of the base.
        let own = self.0.provider.own_path();
        let has_own = exchange.path.iter().zip(own).filter(|(one, own)| one == own).count();
        let skipped = if has_own == own.len() { own.len() } else { 0 };
        let path = exchange.path.into_iter().skip(skipped);
        let path = door.into_iter().chain(base.iter().cloned()).chain(path);
        let timeout =
            Some(exchange.timeout.map_or(run::PATIENCE, |timeout| timeout.max(run::PATIENCE)));
        Exchange { path: path.collect(), timeout, ..exchange }
    }

    /// With the sign-in's login. A lock that another one holds is waited for: nothing was done.
    async fn pass(&self, parent: &Session<Line>, exchange: Exchange) -> Result<Response, Error> {
        for pause in run::LOCKED {
            let response = self.pass_once(parent, exchange.clone()).await?;
            if !errors::is_locked(&response) {
                return Ok(response);
            }
            sleep(pause).await;
        }
        self.pass_once(parent, exchange).await
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the errors that differ are named, the rest are alike"
    )]
    async fn pass_once(
        &self,
        parent: &Session<Line>,
        exchange: Exchange,
    ) -> Result<Response, Error> {
        let name = &self.0.via.connection;
        passed(parent.clone(), exchange).await.map_err(|error| match error {
            Error::Unauthorized { reason } => {
                let reason = reason.trim_end_matches('.');
                let colon = if reason.is_empty() { "" } else { ": " };
                Error::Unauthorized { reason: format!("sign in to {name} first{colon}{reason}") }
            }
            error => error,
        })
    }

    /// What the app answered, or Membrane's own refusal. What may pass is left to be repeated.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the errors that differ are named, the rest are alike"
    )]
    fn judged(&self, response: Response) -> Result<Response, Error> {
        if !errors::is_own(&response) || matches!(response.status, 429 | 502..=504) {
            return Ok(response);
        }
        Err(match errors::error(&response, &self.0.via.id) {
            Error::Mend { reason, url, .. } => {
                Error::Mend { id: self.0.via.id.clone(), reason, url }
            }
            Error::NotFound { what } => self.broken(&what),
            error => error,
        })
    }

    /// Also of a product whose own tokens never end (Syncro): those that Membrane keeps may have.
    fn is_app_signed_out(&self, exchange: &Exchange, response: &Response) -> bool {
        let is_refused = response.status == 401;
        !errors::is_own(response)
            && (is_refused || self.0.provider.is_signed_out(exchange, response))
    }

    /// Exchanges that were under way together share one renewal: `before` is how many there had
    /// been when this one was sent.
    async fn renew_once(&self, parent: &Session<Line>, before: u64) -> Result<(), Error> {
        let _one_at_a_time = self.0.renewing.lock().await;
        if self.0.renewals.load(Ordering::Acquire) != before {
            return Ok(());
        }
        self.renew(parent).await?;
        self.0.renewals.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// The app says that its login ended. Whose that is, `self` decides; then Membrane is asked
    /// to renew the app's.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the errors that differ are named, the rest are alike"
    )]
    async fn renew(&self, parent: &Session<Line>) -> Result<(), Error> {
        let me = self.pass(parent, Exchange::get(["self"])).await?;
        if me.status == 401 {
            return Err(errors::error(&me, "self"));
        }
        let path = ["connections", self.0.via.id.as_str(), "refresh-credentials"];
        let renewed = self.pass(parent, Exchange::new(Method::Post, path)).await?;
        if (200..300).contains(&renewed.status) {
            return Ok(());
        }
        match errors::error(&renewed, "refresh-credentials") {
            Error::Mend { reason, .. }
            | Error::Invalid { reason, .. }
            | Error::NotFound { what: reason }
            | Error::Unauthorized { reason }
            | Error::Forbidden { what: reason } => Err(self.needs(parent, &reason).await),
            error => Err(error),
        }
    }

    /// What the connection itself asks of its user, and where; else that reason.
    async fn needs(&self, parent: &Session<Line>, reason: &str) -> Error {
        let asked = standing::asked(&self.0.via.id);
        let found = self.pass(parent, asked).await;
        match found.and_then(|found| standing::read(&self.0.via.id, &found)) {
            Err(error @ Error::Mend { .. }) => error,
            Ok(_) | Err(_) => self.broken(reason),
        }
    }

    fn broken(&self, reason: &str) -> Error {
        Error::Mend { id: self.0.via.id.clone(), reason: reason.to_owned(), url: None }
    }

    /// Whether the product's own path belongs to the connector's address or to ours, is not
    /// public: it is tried once, and remembered. M§6.
    async fn find_base(&self, parent: &Session<Line>) -> Result<Vec<String>, Unfound> {
        let provider = self.0.provider;
        let full = provider.base_path().iter().chain(provider.own_path());
        let full: Vec<String> = full.map(|it| (*it).to_owned()).collect();
        if full.is_empty() {
            return Ok(full);
        }
        if let Some(kept) = self.kept_base(&full).await {
            return Ok(kept);
        }
        let (mut refusing, mut said) = (false, String::new());
        for base in [full, Vec::new()] {
            let response = self.signed_in(parent, &base, &self.0.provider.probe()).await?;
            match self.found(response)? {
                Found::Here => {
                    let text = base.join("/");
                    let (cache, identity) = (&self.0.cache, &self.0.identity);
                    cache.keep_value(identity, BASE, &format!("/{text}"), (self.0.clock)()).await;
                    return Ok(base);
                }
                // Maybe the product refuses it, maybe it refuses whatever it does not know.
                Found::Refusing => refusing = true,
                Found::Nothing(status) => said = format!("HTTP {status}"),
            }
        }
        // Where it begins is not known then, so that nothing is taken for it.
        if refusing {
            return Err(self.broken("the app does not let its login in").into());
        }
        let reason = format!("behind {} nothing answers as it does ({said})", self.0.via.id);
        Err(Error::NotThisProduct { reason }.into())
    }

    async fn kept_base(&self, full: &[String]) -> Option<Vec<String>> {
        let kept = self.0.cache.value(&self.0.identity, BASE).await?;
        let kept: Vec<String> =
            kept.value.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        (kept.is_empty() || kept == full).then_some(kept)
    }

    fn found(&self, response: Response) -> Result<Found, Unfound> {
        // Those of Membrane, too, that pass.
        if matches!(response.status, 429 | 502..=504) {
            return Err(Unfound::Passing(response));
        }
        let response = self.judged(response)?;
        let json = serde_json::from_slice(&response.body);
        let is_its = json.is_ok_and(|json| self.0.provider.is_probed(&json));
        Ok(match response.status {
            200..=299 if is_its => Found::Here,
            401 | 403 => Found::Refusing,
            status @ 500.. => return Err(Error::Server { status, reason: String::new() }.into()),
            status => Found::Nothing(status),
        })
    }
}

/// What a probe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Here,
    Refusing,
    Nothing(u16),
}

/// Why a probe found nothing.
enum Unfound {
    /// It will pass: this is to be repeated like any answer of its kind.
    Passing(Response),
    Error(Error),
}

impl From<Error> for Unfound {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

fn passed(parent: Session<Line>, exchange: Exchange) -> Answered {
    async move { parent.pass(exchange).await }.boxed()
}
