//! The action layer: connections by id, and what they are asked. It drives providers over
//! channels, through sessions, with the cache in front.
use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

use self::{
    line::Line,
    session::{Books, Session},
    site::Site,
};
use crate::{
    cache::Cache,
    domain::{
        action::{Action, Answer, Failure},
        check::CheckStep,
        connection::{Connection, ConnectionId},
        error::Error,
        exchanged::Exchanged,
        offer::Offer,
        rate::{Rate, Urgency},
        schema::{Me, Schema},
        secret::{Secret, SecretStore},
        sign_in::SignInStep,
    },
    net::{budget::Ledger, loopback::Loopback},
    providers::membrane::oauth,
};

pub mod catalogue;
mod fetch;
pub mod files;
pub mod json;
mod kept;
pub mod line;
mod login;
pub mod session;
mod site;
mod test;
pub mod trail;
mod typed;

/// What the layer is made of; `bootstrap` gives it.
pub struct Parts {
    /// From the settings.
    pub connections: Vec<Connection>,
    /// Where secrets are.
    pub secrets: Arc<dyn SecretStore>,
    /// What was seen before.
    pub cache: Cache,
    /// The shell's clock.
    pub clock: fn() -> Timestamp,
    /// For one exchange.
    pub timeout: Duration,
    /// Whether only the cache is asked.
    pub offline: bool,
}

/// The action layer. Cheap to clone; clones are the same one.
#[derive(Clone)]
pub struct Layer(Arc<Inner>);

pub(crate) struct Inner {
    outside: Outside,
    offline: AtomicBool,
    places: Mutex<Places>,
}

/// What every connection shares.
#[derive(Clone)]
struct Outside {
    secrets: Arc<dyn SecretStore>,
    cache: Cache,
    clock: fn() -> Timestamp,
    timeout: Duration,
    ca_file: Option<Vec<u8>>,
    books: Books,
    /// Where a connection finds the one that it goes through; set once, when the layer is made.
    layer: Arc<OnceLock<Weak<Inner>>>,
}

impl Inner {
    /// The session of the connection of that name.
    fn session(&self, name: &str) -> Option<Session<Line>> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let site = places.sites.iter().find(|(_, site)| site.connection().name == name);
        site.map(|(_, site)| site.session.clone())
    }
}

#[derive(Default)]
struct Places {
    /// In the order of the settings.
    sites: Vec<(ConnectionId, Arc<Site>)>,
    /// Ids are never used again: an answer that comes late must find nobody.
    next: u16,
}

impl Layer {
    /// Nothing is read or sent yet.
    pub fn new(parts: Parts) -> Self {
        Self::trusting(parts, None)
    }

    /// As [`Layer::new`], and trusts these authorities too (PEM).
    pub fn trusting(parts: Parts, ca_file: Option<Vec<u8>>) -> Self {
        let Parts { connections, secrets, cache, clock, timeout, offline } = parts;
        let (books, itself) = (Books::default(), Arc::new(OnceLock::new()));
        let layer = Arc::clone(&itself);
        let outside = Outside { secrets, cache, clock, timeout, ca_file, books, layer };
        let offline = AtomicBool::new(offline);
        let layer = Self(Arc::new(Inner { outside, offline, places: Mutex::default() }));
        // Nobody else has it yet, so that it was not set.
        let _ = itself.set(Arc::downgrade(&layer.0));
        for connection in connections {
            layer.add(connection);
        }
        layer
    }

    /// All of them, in the settings' order.
    pub fn connections(&self) -> Vec<(ConnectionId, Connection)> {
        let places = self.places();
        places.sites.iter().map(|(id, site)| (*id, site.connection().clone())).collect()
    }

    /// The connection of that name.
    pub fn find(&self, name: &str) -> Option<ConnectionId> {
        let places = self.places();
        places.sites.iter().find(|(_, site)| site.connection().name == name).map(|(id, _)| *id)
    }

    /// The connection of that id.
    pub fn connection(&self, id: ConnectionId) -> Option<Connection> {
        self.site(id).ok().map(|site| site.connection().clone())
    }

    /// One more, at the end.
    pub fn add(&self, connection: Connection) -> ConnectionId {
        let site = Arc::new(Site::new(connection, &self.0.outside, None));
        let mut places = self.places();
        let id = ConnectionId(places.next);
        places.next = places.next.saturating_add(1);
        places.sites.push((id, site));
        id
    }

    /// Another connection in an id's place; it signs in anew. An unknown id is left unknown.
    pub fn replace(&self, id: ConnectionId, connection: Connection) {
        let site = Arc::new(Site::new(connection, &self.0.outside, None));
        let mut places = self.places();
        if let Some(place) = places.sites.iter_mut().find(|(known, _)| *known == id) {
            place.1 = site;
        }
    }

    /// Away with it; what it is still doing ends by itself.
    pub fn remove(&self, id: ConnectionId) {
        self.places().sites.retain(|(known, _)| *known != id);
    }

    /// Runs an action. `partial` gets what is known already (from the cache), and pages of long
    /// answers. If the network is away and something was kept, the answer is `Ok` with
    /// `source: Cache` though the layer is not offline: that is how the caller sees it.
    ///
    /// Errors: any; [`Error::ReadOnly`] before anything is sent, [`Error::NotKept`] offline.
    pub async fn run(
        &self,
        id: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> Result<Answer, Failure> {
        let site = self.site(id)?;
        fetch::run(&site, action, self.is_offline(), Urgency::Asked, &partial).await
    }

    /// The same, for what nobody waits for: it goes last where a product counts.
    ///
    /// Errors: as [`Layer::run`].
    pub async fn run_ahead(
        &self,
        id: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> Result<Answer, Failure> {
        let site = self.site(id)?;
        fetch::run(&site, action, self.is_offline(), Urgency::Ahead, &partial).await
    }

    /// From now on it is counted there how often products are asked. Once only.
    pub fn count_in(&self, ledger: Arc<dyn Ledger>) {
        // A second one would count anew: the first stays.
        let _ = self.0.outside.books.set(ledger);
    }

    /// What is left of a product's allowance, where it has one and it is known.
    pub fn rate(&self, id: ConnectionId) -> Option<Rate> {
        self.site(id).ok()?.session.rate()
    }

    /// Tries a connection, maybe one that is not saved, step by step: `step` is called as each
    /// ends. `secret` stands instead of the kept one.
    pub async fn test(
        &self,
        connection: &Connection,
        secret: Option<Secret>,
        step: impl Fn(CheckStep) + Send + Sync,
    ) -> Result<Me, Failure> {
        let site = Site::new(connection.clone(), &self.0.outside, secret);
        test::run(&site, self.0.outside.clock, &step).await
    }

    /// Signs in, though an earlier try was refused; `code` is the second factor's.
    pub async fn sign_in(&self, id: ConnectionId, code: Option<String>) -> Result<Me, Failure> {
        let site = self.site(id)?;
        if self.is_offline() {
            return Err(fetch::working_offline().into());
        }
        site.session.sign_in(code).await?;
        site.whoami().await
    }

    /// Signs in by the browser: `step` is told what to open, then how it goes on.
    ///
    /// Errors: [`Error::Usage`] where the connection signs in otherwise, [`Error::Timeout`] after
    /// five minutes.
    pub async fn sign_in_by_browser(
        &self,
        id: ConnectionId,
        step: impl Fn(SignInStep) + Send + Sync,
    ) -> Result<Me, Failure> {
        if self.is_offline() {
            return Err(fetch::working_offline().into());
        }
        let site = self.site(id)?;
        let loopback = Loopback::new().await?;
        let opening = site.session.begin(&[&loopback.redirect()], &random()?).await?;
        step(SignInStep::Open(opening.url));
        let code = loopback.code(opening.state).await?;
        step(SignInStep::Returned);
        self.sign_in(id, Some(code.reveal().to_owned())).await
    }

    /// Begins a sign-in by a browser that may be on another machine: the address to open there.
    /// [`Self::sign_in`] completes it with the code that it shows, or with the address where it
    /// ended.
    ///
    /// Errors: [`Error::Usage`] where the connection signs in otherwise.
    pub async fn begin_sign_in(&self, id: ConnectionId) -> Result<String, Failure> {
        if self.is_offline() {
            return Err(fetch::working_offline().into());
        }
        let redirects = [oauth::BY_HAND, oauth::NOWHERE];
        let opening = self.site(id)?.session.begin(&redirects, &random()?).await?;
        Ok(opening.url)
    }

    /// Ends the token at the server, and forgets it here even if the server is away.
    pub async fn sign_out(&self, id: ConnectionId) -> Result<(), Failure> {
        self.site(id)?.session.sign_out().await
    }

    /// From now on only the cache is asked, or the network again.
    pub fn set_offline(&self, offline: bool) {
        self.0.offline.store(offline, Ordering::Relaxed);
    }

    /// Whether only the cache is asked.
    pub fn is_offline(&self) -> bool {
        self.0.offline.load(Ordering::Relaxed)
    }

    /// What was sent and received lately, the newest first; at most 50.
    pub fn exchanges(&self, id: ConnectionId) -> Vec<Arc<Exchanged>> {
        self.site(id).map(|site| site.session.trail().exchanges()).unwrap_or_default()
    }

    /// The schema as far as it is loaded: nothing is asked or awaited.
    pub fn schema(&self, id: ConnectionId) -> Option<Arc<Schema>> {
        self.site(id).ok()?.known_schema()
    }

    /// Everything that can be run by a key ([`Action::Run`] without a record): the product's own
    /// deeds, then the typed actions that every product has.
    ///
    /// Errors: those of reading the schema.
    pub async fn offers(&self, id: ConnectionId) -> Result<Vec<Offer>, Failure> {
        let site = self.site(id)?;
        Ok(typed::offers(site.schema(self.is_offline()).await?.as_ref()))
    }

    /// The next action reads the schema from the server again.
    pub async fn forget_schema(&self, id: ConnectionId) {
        if let Ok(site) = self.site(id) {
            site.forget_schema().await;
        }
    }

    fn site(&self, id: ConnectionId) -> Result<Arc<Site>, Error> {
        let places = self.places();
        let site = places.sites.iter().find(|(known, _)| *known == id);
        let gone = || Error::Usage { reason: "this connection was removed".to_owned() };
        site.map(|(_, site)| Arc::clone(site)).ok_or_else(gone)
    }

    /// Never held across an await.
    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody can guess it.
fn random() -> Result<[u8; oauth::RANDOM], Error> {
    let mut bytes = [0; oauth::RANDOM];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| Error::bug(format!("the system gives nothing random: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
