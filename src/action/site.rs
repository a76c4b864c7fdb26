//! One connection as the layer holds it: its session, its schema, its corner of the cache.
use std::sync::{Arc, Mutex as Lock, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::{
    Outside,
    line::{Line, Through},
    session::{Place, Session},
};
use crate::{
    cache::Cache,
    domain::{
        action::{Action, Failure, Outcome},
        connection::Connection,
        error::Error,
        schema::{EntityType, Me, Schema},
        secret::Secret,
    },
    net::{
        channel::{self, Direct},
        client::Options,
    },
    providers::{Context, Provider},
};

/// A schema that is older is asked for again.
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// The cache's key of the schema.
const SCHEMA: &str = "schema";

/// One connection.
pub(super) struct Site {
    pub session: Session<Line>,
    pub cache: Cache,
    pub clock: fn() -> Timestamp,
    pub identity: String,
    address: String,
    schema: Lock<Option<Loaded>>,
    /// One loads, the others wait for it.
    loading: Mutex<()>,
}

#[derive(Clone)]
struct Loaded {
    schema: Arc<Schema>,
    seen: Timestamp,
    /// What the server's answers carried when this was read. Not the schema's own stamp where
    /// the product's answers carry another one: that would ask again and again.
    stamp: Option<String>,
}

impl Site {
    pub fn new(connection: Connection, outside: &Outside, given: Option<Secret>) -> Self {
        let api = Provider::from(connection.kind).base_path();
        let Outside { secrets, cache, clock, timeout, ca_file, books, layer } = outside.clone();
        let channel = match &connection.via {
            Some(via) => Line::Through(Through::new(&connection, via, layer, cache.clone(), clock)),
            None => Line::Direct(Direct::new(&connection.url, api, Options { timeout, ca_file })),
        };
        let address = channel::site(&connection.url).map(String::from);
        let address = address.unwrap_or_else(|_| connection.url.clone());
        Self {
            identity: connection.identity(),
            session: Session::counting(Place { connection, channel, secrets, clock, given }, books),
            address: address.trim_end_matches('/').to_owned(),
            cache,
            clock,
            schema: Lock::default(),
            loading: Mutex::default(),
        }
    }

    pub fn connection(&self) -> &Connection {
        self.session.connection()
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What a conversation may know.
    pub fn context(&self, schema: Option<Arc<Schema>>) -> Context {
        let Connection { user, time_zone, scripts, .. } = self.connection().clone();
        let (now, site) = (self.now(), self.address.clone());
        Context { now, site, schema, scripts, user, time_zone }
    }

    pub async fn whoami(&self) -> Result<Me, Failure> {
        let outcome = self.session.run(Action::Whoami, self.context(None), |_| {}).await?;
        let Outcome::Me(me) = outcome else {
            return Err(Error::bug(format!("whoami gave {outcome:?}")).into());
        };
        Ok(me)
    }

    pub fn known_schema(&self) -> Option<Arc<Schema>> {
        self.loaded().map(|loaded| loaded.schema)
    }

    /// The schema: from memory, else from the cache, else from the server; and from the server
    /// if it is old or the structure has changed, unless the server is away.
    pub async fn schema(&self, offline: bool) -> Result<Arc<Schema>, Failure> {
        if let Some(loaded) = self.loaded().filter(|loaded| offline || self.is_fresh(loaded)) {
            return Ok(loaded.schema);
        }
        let _only_one = self.loading.lock().await;
        let kept = match self.loaded() {
            Some(loaded) => Some(loaded),
            None => self.kept_schema().await,
        };
        match kept {
            Some(loaded) if offline || self.is_fresh(&loaded) => Ok(loaded.schema),
            None if offline => Err(Error::NotKept.into()),
            old => self.fresh_schema(old).await,
        }
    }

    async fn fresh_schema(&self, old: Option<Loaded>) -> Result<Arc<Schema>, Failure> {
        let known = old.as_ref().map(|old| Arc::clone(&old.schema));
        let result = self.session.run(Action::Types, self.context(known), |_| {}).await;
        match (result, old) {
            (Ok(Outcome::Schema(schema)), _) => Ok(self.keep_schema(schema).await),
            (Ok(other), _) => Err(Error::bug(format!("types gave {other:?}")).into()),
            (Err(failure), Some(old)) if failure.error.is_away() => Ok(old.schema),
            (Err(failure), _) => Err(failure),
        }
    }

    /// Takes a schema that the server gave; layouts that are known stay if nothing changed.
    pub async fn keep_schema(&self, schema: Arc<Schema>) -> Arc<Schema> {
        let stamp = self.session.trail().stamp();
        let schema = match self.known_schema().filter(|old| old.stamp == schema.stamp) {
            Some(old) => Arc::new(with_layouts(Schema::clone(&schema), &old)),
            None => schema,
        };
        let loaded = Loaded { schema, seen: self.now(), stamp };
        self.write_schema(&loaded).await;
        loaded.schema
    }

    /// Takes one entity type that the server described, with its layouts.
    pub async fn keep_type(&self, entity_type: &EntityType) {
        let Some(mut loaded) = self.loaded() else { return };
        let mut schema = Schema::clone(&loaded.schema);
        schema.entity_types.insert(entity_type.name.clone(), entity_type.clone());
        loaded.schema = Arc::new(schema);
        self.write_schema(&loaded).await;
    }

    /// What the settings add to a schema is a part of its key: another setting, another schema.
    fn schema_key(&self) -> String {
        let scripts = self.connection().scripts.iter().map(|script| script.label.as_str());
        std::iter::once(SCHEMA).chain(scripts).collect::<Vec<_>>().join("\n")
    }

    pub async fn forget_schema(&self) {
        *self.lock() = None;
        // An empty text is no schema: there is no call to forget a value.
        self.cache.keep_value(&self.identity, &self.schema_key(), "", self.now()).await;
    }

    async fn write_schema(&self, loaded: &Loaded) {
        *self.lock() = Some(loaded.clone());
        if let Ok(text) = serde_json::to_string(&*loaded.schema) {
            self.cache.keep_value(&self.identity, &self.schema_key(), &text, loaded.seen).await;
        }
    }

    /// What an earlier run kept; what cannot be read was written by another version.
    async fn kept_schema(&self) -> Option<Loaded> {
        let kept = self.cache.value(&self.identity, &self.schema_key()).await?;
        let schema: Schema = serde_json::from_str(&kept.value).ok()?;
        let stamp = Some(schema.stamp.clone());
        let loaded = Loaded { schema: Arc::new(schema), seen: kept.seen, stamp };
        *self.lock() = Some(loaded.clone());
        Some(loaded)
    }

    fn is_fresh(&self, loaded: &Loaded) -> bool {
        let answered = self.session.trail().stamp();
        let same = answered.is_none() || answered == loaded.stamp;
        same && self.now().duration_since(loaded.seen) < OLDEST
    }

    /// When what is in memory was read.
    pub fn schema_seen(&self) -> Option<Timestamp> {
        self.loaded().map(|loaded| loaded.seen)
    }

    fn loaded(&self) -> Option<Loaded> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Loaded>> {
        self.schema.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn with_layouts(mut schema: Schema, old: &Schema) -> Schema {
    for (name, entity_type) in &mut schema.entity_types {
        if entity_type.layout.is_none() {
            let known = old.entity_type(name).and_then(|known| known.layout.clone());
            entity_type.layout = known;
        }
    }
    schema
}
