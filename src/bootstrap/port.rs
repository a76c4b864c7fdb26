//! What the browser asks of the world: the action layer, the journal, the settings.
use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use tokio::runtime::Handle;

use super::{demo, keys::Keys};
use crate::{
    action::Layer,
    app::msg::{Configure, Configured, Keep, Recall, Recalled},
    cli::shell::DemoOptions,
    config::{self, Paths},
    domain::{
        action::{Action, Answer, Failure, Outcome, Source},
        check::CheckStep,
        connection::{Auth, Connection, ConnectionId, Kind},
        draft::Recent,
        error::Error,
        offer::Offer,
        rate::Rate,
        schema::Me,
        secret::{Secret, SecretSource, SecretStore as _},
        sign_in::SignInStep,
    },
    journal::Journal,
    runtime::Port,
    secrets::Secrets,
};

/// The recents that the rail and the palette know.
const RECENTS: u32 = 200;

/// What the browser asks of the world. Cheap to clone.
#[derive(Clone)]
pub struct World(Arc<Parts>, Option<Handle>);

/// Its parts.
pub(super) struct Parts {
    pub(super) layer: Layer,
    pub(super) journal: Journal,
    pub(super) secrets: Arc<Secrets>,
    pub(super) keys: Arc<Keys>,
    pub(super) paths: Paths,
    pub(super) clock: fn() -> Timestamp,
    /// The built-in company runs as long as this is held.
    pub(super) demo: Mutex<Option<Box<dyn Any + Send>>>,
}

impl World {
    pub(super) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts), None)
    }

    /// With threads of its own for all that takes time.
    #[must_use]
    pub(super) fn on(self, workers: &Handle) -> Self {
        Self(self.0, Some(workers.clone()))
    }

    /// Starts the built-in company, once; its connection.
    pub(super) async fn demo(&self, options: DemoOptions) -> Result<ConnectionId, Error> {
        if let Some(known) = self.0.layer.find(DEMO) {
            return Ok(known);
        }
        let started = demo::start_early(options).await?;
        let connection = |name: &str, kind: Kind, auth: Auth, secret: &str| {
            let wing = started.introduction.get(match kind {
                Kind::Membrane => "membrane",
                Kind::Espocrm | Kind::Vtiger | Kind::VtigerCloud | Kind::Syncro => "espocrm",
            });
            let told = |what: &str| {
                let value = wing.and_then(|it| it.get(what)).and_then(|it| it.as_str());
                value.unwrap_or_default().to_owned()
            };
            let secret = self.0.keys.lend(name, Secret::new(told(secret)));
            built_in(name, kind, told("url"), auth, secret)
        };
        let company = connection(DEMO, Kind::Espocrm, Auth::ApiKey, "api_key");
        let membrane = connection(MEMBRANE, Kind::Membrane, Auth::Token, "token");
        *self.0.demo.lock().unwrap_or_else(PoisonError::into_inner) = Some(started.alive);
        let id = self.0.layer.add(company);
        self.0.layer.add(membrane);
        Ok(id)
    }

    /// What goes through the built-in Membrane exists for this run only, too.
    fn is_built_in(&self, connection: &Connection) -> bool {
        let parent = connection.via.as_ref().and_then(|via| self.0.layer.find(&via.connection));
        let parent = parent.and_then(|id| self.0.layer.connection(id));
        parent.is_some_and(|parent| parent.is_demo)
    }

    fn configured(&self, changed: Option<ConnectionId>, note: String) -> Configured {
        Configured { connections: self.0.layer.connections(), changed, note }
    }

    /// The secret first: a connection without one would be a broken promise.
    fn save(
        &self,
        old: Option<&str>,
        mut connection: Connection,
        secret: Option<&Secret>,
    ) -> Result<Configured, Error> {
        let parts = &self.0;
        if old.is_none() && self.is_built_in(&connection) {
            connection.is_demo = true;
            let note = format!("{} is there for this run only", connection.name);
            return Ok(self.configured(Some(parts.layer.add(connection)), note));
        }
        let mut note = format!("{} saved", connection.name);
        if let Some(secret) = secret {
            let stored = parts.secrets.store(&connection.name, secret, None)?;
            connection.secret = stored.source;
            note = match stored.no_keyring {
                None => format!("{note}; its secret is in the keyring"),
                Some(_) => format!("{note}; its secret is in a file of mode 0600"),
            };
        }
        match old {
            Some(name) => {
                config::replace_connection(&parts.paths, name, &connection)?;
                // A token that is kept may be somebody else's now.
                parts.secrets.keep_token(name, None);
            }
            None => config::add_connection(&parts.paths, &connection)?,
        }
        let id = match old.and_then(|name| parts.layer.find(name)) {
            Some(id) => {
                parts.layer.replace(id, connection);
                id
            }
            None => parts.layer.add(connection),
        };
        Ok(self.configured(Some(id), note))
    }

    fn remove(&self, name: &str) -> Result<Configured, Error> {
        let parts = &self.0;
        let id = parts.layer.find(name);
        if let Some(connection) = id.and_then(|id| parts.layer.connection(id)) {
            config::remove_connection(&parts.paths, name)?;
            parts.secrets.forget(name, &connection.secret)?;
        }
        if let Some(id) = id {
            parts.layer.remove(id);
        }
        Ok(self.configured(None, format!("{name} removed from the settings")))
    }

    fn answer(&self, me: Me) -> Answer {
        let seen = (self.0.clock)();
        Answer { outcome: Outcome::Me(me), source: Source::Network, seen, took_ms: 0 }
    }
}

/// The demo's connections.
pub(super) const DEMO: &str = "demo";
const MEMBRANE: &str = "demo-membrane";

/// A connection of the demo's: it stands in no settings.
fn built_in(name: &str, kind: Kind, url: String, auth: Auth, secret: SecretSource) -> Connection {
    Connection {
        name: name.to_owned(),
        kind,
        url,
        auth,
        user: None,
        key: None,
        secret,
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: true,
    }
}

impl Port for World {
    fn workers(&self) -> Handle {
        self.1.clone().unwrap_or_else(Handle::current)
    }

    async fn call(
        &self,
        connection: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> Result<Answer, Failure> {
        self.0.layer.run(connection, action, partial).await
    }

    async fn call_ahead(
        &self,
        connection: ConnectionId,
        action: Action,
        partial: impl Fn(Answer) + Send + Sync,
    ) -> Result<Answer, Failure> {
        self.0.layer.run_ahead(connection, action, partial).await
    }

    fn rate(&self, connection: ConnectionId) -> Option<Rate> {
        self.0.layer.rate(connection)
    }

    async fn recall(&self, recall: Recall) -> Recalled {
        let journal = &self.0.journal;
        match recall {
            Recall::Columns(identity, entity) => {
                Recalled::Columns(journal.columns(&identity, &entity).await)
            }
            Recall::Draft(identity, entity, id) => {
                let draft = journal.draft(&identity, &entity, id.as_ref()).await;
                if let Some(draft) = &draft {
                    // Unchanged, and so taken over from the run that left it.
                    let _ = journal.keep_draft(draft.clone()).await; // it stays theirs then
                }
                Recalled::Draft(draft.map(Box::new))
            }
            Recall::Drafts(identity) => Recalled::Drafts(journal.drafts(Some(&identity)).await),
            Recall::Recents(identity) => {
                let identity = (!identity.is_empty()).then_some(identity.as_str());
                let recents = journal.recents(identity, RECENTS).await.into_iter();
                let plain = recents.map(|it| Recent {
                    identity: it.identity,
                    entity: it.entity,
                    id: it.id,
                    title: it.title,
                    at: it.at,
                });
                Recalled::Recents(plain.collect())
            }
        }
    }

    async fn keep(&self, keep: Keep) -> Result<(), Error> {
        let journal = &self.0.journal;
        match keep {
            Keep::Draft(draft) => journal.keep_draft(draft).await?,
            Keep::NoDraft(identity, entity, id) => {
                journal.drop_draft(&identity, &entity, id.as_ref()).await?;
            }
            Keep::Columns(identity, entity, columns) => {
                journal.keep_columns(&identity, &entity, &columns).await;
            }
            Keep::Visit(it) => {
                journal.visit(&it.identity, &it.entity, &it.id, &it.title, it.at).await;
            }
        }
        Ok(())
    }

    async fn configure(&self, change: Configure) -> Result<Configured, Error> {
        let world = self.clone();
        // Files, the keyring and a lock: a blocking thread's business.
        on_a_thread(move || match change {
            Configure::Save(old, connection, secret) => {
                world.save(old.as_deref(), *connection, secret.as_ref())
            }
            Configure::Remove(name) => world.remove(&name),
        })
        .await
    }

    async fn check(
        &self,
        connection: Connection,
        secret: Option<Secret>,
        step: impl Fn(CheckStep) + Send + Sync,
    ) -> Result<Answer, Failure> {
        let me = self.0.layer.test(&connection, secret, step).await?;
        Ok(self.answer(me))
    }

    async fn sign_in(
        &self,
        connection: ConnectionId,
        code: Option<String>,
    ) -> Result<Answer, Failure> {
        let me = self.0.layer.sign_in(connection, code).await?;
        Ok(self.answer(me))
    }

    async fn sign_in_by_browser(
        &self,
        connection: ConnectionId,
        step: impl Fn(SignInStep) + Send + Sync,
    ) -> Result<Answer, Failure> {
        let me = self.0.layer.sign_in_by_browser(connection, step).await?;
        Ok(self.answer(me))
    }

    async fn begin_sign_in(&self, connection: ConnectionId) -> Result<String, Failure> {
        self.0.layer.begin_sign_in(connection).await
    }

    async fn offers(&self, connection: ConnectionId) -> Result<Vec<Offer>, Failure> {
        self.0.layer.offers(connection).await
    }

    async fn save(&self, path: String, content: Vec<u8>) -> Result<String, Error> {
        let place = crate::action::files::save(&path, &content).await?;
        Ok(place.display().to_string())
    }

    async fn start_demo(&self) -> Result<Configured, Error> {
        let id = self.demo(DemoOptions::default()).await?;
        Ok(self.configured(Some(id), String::new()))
    }
}

#[expect(clippy::disallowed_methods, reason = "composition: the settings' files block")]
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let task = tokio::task::spawn_blocking(work).await;
    task.unwrap_or_else(|_| Err(Error::bug("writing the settings panicked")))
}
