//! How a connection's exchanges travel: straight to the server, or through a connection at
//! Membrane, which adds the product's credentials. M§4.
use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use tokio::{sync::OnceCell, time::sleep};

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
    providers::{Provider, membrane::errors},
};

/// Longer than Membrane itself gives a request. M§5.
const PATIENCE: Duration = Duration::from_secs(65);

/// How long the lock of a connection is waited for, and how often. M§5.
const LOCKED: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

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
        let (via, base) = (via.clone(), OnceCell::new());
        Self(Arc::new(Way { via, layer, provider, base, cache, identity, clock }))
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
        let base = self.0.base.get_or_try_init(|| self.find_base(&parent)).await?;
        let response = self.pass(&parent, self.below(base, exchange.clone())).await?;
        if !self.is_app_signed_out(&exchange, &response) {
            return self.judged(response);
        }
        self.mend(&parent).await?;
        if !exchange.is_safe {
            let reason = "its login to the app had ended and was renewed; nothing was written, \
                          so it can be sent again";
            return Err(self.broken(reason));
        }
        let response = self.pass(&parent, self.below(base, exchange.clone())).await?;
        if self.is_app_signed_out(&exchange, &response) {
            return Err(self.broken("the app refuses its login, also after it was renewed"));
        }
        self.judged(response)
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
        let path = door.into_iter().chain(base.iter().cloned()).chain(exchange.path);
        let timeout = Some(exchange.timeout.map_or(PATIENCE, |timeout| timeout.max(PATIENCE)));
        Exchange { path: path.collect(), timeout, ..exchange }
    }

    /// With the sign-in's login. A lock that another one holds is waited for: nothing was done.
    async fn pass(&self, parent: &Session<Line>, exchange: Exchange) -> Result<Response, Error> {
        for pause in LOCKED {
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

    fn is_app_signed_out(&self, exchange: &Exchange, response: &Response) -> bool {
        !errors::is_own(response) && self.0.provider.is_signed_out(exchange, response)
    }

    /// The app says that its login ended. Whose that is, `self` decides; then Membrane is asked
    /// to renew the app's.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the errors that differ are named, the rest are alike"
    )]
    async fn mend(&self, parent: &Session<Line>) -> Result<(), Error> {
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
            | Error::Forbidden { what: reason } => Err(self.broken(&reason)),
            error => Err(error),
        }
    }

    fn broken(&self, reason: &str) -> Error {
        Error::Mend { id: self.0.via.id.clone(), reason: reason.to_owned(), url: None }
    }

    /// Whether the product's own path belongs to the connector's address or to ours, is not
    /// public: it is tried once, and remembered. M§6.
    async fn find_base(&self, parent: &Session<Line>) -> Result<Vec<String>, Error> {
        let full: Vec<String> =
            self.0.provider.base_path().iter().map(|it| (*it).to_owned()).collect();
        if full.is_empty() {
            return Ok(full);
        }
        if let Some(kept) = self.kept_base(&full).await {
            return Ok(kept);
        }
        let mut said = String::new();
        for base in [full, Vec::new()] {
            let probe = self.below(&base, self.0.provider.probe());
            let response = self.pass(parent, probe).await?;
            match self.found(&response)? {
                Found::Here => {
                    let text = base.join("/");
                    let (cache, identity) = (&self.0.cache, &self.0.identity);
                    cache.keep_value(identity, BASE, &format!("/{text}"), (self.0.clock)()).await;
                    return Ok(base);
                }
                // It is the product that refuses: so it is there.
                Found::Refusing => return Ok(base),
                Found::Nothing => said = format!("HTTP {}", response.status),
            }
        }
        let reason = format!("behind {} nothing answers as it does ({said})", self.0.via.id);
        Err(Error::NotThisProduct { reason })
    }

    async fn kept_base(&self, full: &[String]) -> Option<Vec<String>> {
        let kept = self.0.cache.value(&self.0.identity, BASE).await?;
        let kept: Vec<String> =
            kept.value.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        (kept.is_empty() || kept == full).then_some(kept)
    }

    fn found(&self, response: &Response) -> Result<Found, Error> {
        if errors::is_own(response) {
            let judged = self.judged(response.clone());
            return Err(judged.err().unwrap_or_else(|| errors::error(response, "proxy")));
        }
        let is_json = serde_json::from_slice::<serde_json::Value>(&response.body).is_ok();
        Ok(match response.status {
            200..=299 if is_json => Found::Here,
            401 | 403 => Found::Refusing,
            status @ (429 | 500..) => {
                return Err(match status {
                    429 => Error::RateLimited { wait: response.retry_after() },
                    _ => Error::Server { status, reason: String::new() },
                });
            }
            _ => Found::Nothing,
        })
    }
}

/// What a probe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Here,
    Refusing,
    Nothing,
}

fn passed(parent: Session<Line>, exchange: Exchange) -> Answered {
    async move { parent.pass(exchange).await }.boxed()
}
