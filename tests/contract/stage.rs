//! A running demo, and whoever signs in to it.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use ficha::{
    action::{Layer, Parts},
    cache::Cache,
    demo::{self, Demo, Options},
    domain::{
        action::{Action, Outcome, Source},
        connection::{Auth, Connection, ConnectionId, Kind},
        error::Error,
        query::Query,
        record::{Record, RecordId},
        schema::{EntityName, Schema},
        secret::{Secret, SecretSource, SecretStore},
    },
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

/// The moment of the company, and of the program that asks it.
pub const NOW: &str = "2026-11-23T02:00:00Z";

/// Who signs in, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A key that may do nearly everything.
    Full,
    /// A key with a narrow role.
    Limited,
    /// A signature.
    Hmac,
    /// A person with a password.
    Password,
    /// A person whose second factor is asked for and given.
    TwoFactor,
    /// The same, with no code.
    NoCode,
    /// A key that nobody has.
    Stranger,
    /// As `Full`, in a connection that is read-only.
    ReadOnly,
    /// As `Full`, and waits for 300 ms only.
    Hasty,
}

/// One secret for every connection.
struct Known {
    secret: String,
    token: Mutex<Option<Secret>>,
}

impl SecretStore for Known {
    fn read(&self, _: &str, _: &SecretSource) -> Result<Secret, Error> {
        Ok(Secret::new(&self.secret))
    }

    fn token(&self, _: &str) -> Option<Secret> {
        self.token.lock().unwrap().clone()
    }

    fn keep_token(&self, _: &str, token: Option<&Secret>) {
        *self.token.lock().unwrap() = token.cloned();
    }
}

/// What a row ended with.
pub type Ended = Result<(Source, Outcome), Error>;

/// The demo, the layers that ask it, and what the rows before ended with.
pub struct Stage {
    kind: Kind,
    demo: Demo,
    client: reqwest::Client,
    layers: HashMap<Who, (Layer, ConnectionId)>,
    /// By the row's name.
    pub ended: HashMap<String, Ended>,
}

/// One request as the demo's log tells it.
pub struct Asked {
    pub number: u64,
    pub path: String,
    pub line: String,
}

impl Stage {
    pub async fn open(kind: Kind, records: u32) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap();
        let options = Options { records, ..Options::new(now()) };
        let demo = demo::start(options).await.unwrap();
        Self { kind, demo, client, layers: HashMap::new(), ended: HashMap::new() }
    }

    /// The layer of somebody, signed in and with a schema where that is possible.
    pub async fn layer(&mut self, who: Who) -> (Layer, ConnectionId) {
        if let Some((layer, id)) = self.layers.get(&who) {
            return (layer.clone(), *id);
        }
        let (layer, id) = self.new_layer(who);
        if who == Who::TwoFactor {
            let code = self.demo.introduction().espocrm.two_factor_code.clone();
            layer.sign_in(id, Some(code)).await.unwrap();
        }
        if !matches!(who, Who::Stranger | Who::NoCode) {
            // Refused where the row is about that; the row then says so itself.
            let _ = layer.run(id, Action::Types, |_| {}).await;
        }
        self.layers.insert(who, (layer.clone(), id));
        (layer, id)
    }

    pub fn new_layer(&self, who: Who) -> (Layer, ConnectionId) {
        let (connection, secret) = self.connection(who);
        let timeout = Duration::from_millis(if who == Who::Hasty { 300 } else { 20_000 });
        let secrets = Arc::new(Known { secret, token: Mutex::default() });
        let layer = Layer::new(Parts {
            connections: vec![connection],
            secrets,
            cache: Cache::in_memory(),
            clock: now,
            timeout,
            offline: false,
        });
        let id = layer.find("acme").unwrap();
        (layer, id)
    }

    fn connection(&self, who: Who) -> (Connection, String) {
        let there = match self.kind {
            Kind::Espocrm => &self.demo.introduction().espocrm,
            other => panic!("no stage for {other} yet"),
        };
        let (auth, user, secret) = match who {
            Who::Full | Who::ReadOnly | Who::Hasty => (Auth::ApiKey, "", &there.api_key),
            Who::Limited => (Auth::ApiKey, "", &there.limited_api_key),
            Who::Stranger => (Auth::ApiKey, "", &there.url),
            Who::Hmac => (Auth::Hmac, "", &there.hmac_secret),
            Who::Password => (Auth::Password, there.user.as_str(), &there.password),
            Who::TwoFactor | Who::NoCode => {
                (Auth::Password, there.two_factor_user.as_str(), &there.password)
            }
        };
        let connection = Connection {
            name: "acme".to_owned(),
            kind: self.kind,
            url: there.url.clone(),
            auth,
            user: (!user.is_empty()).then(|| user.to_owned()),
            key: Some(there.hmac_key.clone()),
            secret: SecretSource::Keyring(true),
            read_only: who == Who::ReadOnly,
            production: false,
            color: None,
            via: None,
            time_zone: None,
            scripts: Vec::new(),
            is_demo: true,
        };
        (connection, secret.clone())
    }

    /// Every request fails so from now on; `""` = none does.
    pub async fn fail(&self, spec: &str) {
        let body = json!({ "spec": spec }).to_string();
        let answer = self.client.post(self.url("_demo/faults")).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{spec}");
    }

    /// What was asked after the request of that number; read again until there are `least`, since
    /// a request whose line was cut is written down a little later.
    pub async fn asked_after(&self, number: u64, least: usize) -> Vec<Asked> {
        for _ in 0..200 {
            let asked: Vec<_> =
                self.log().await.into_iter().filter(|a| a.number > number).collect();
            if asked.len() >= least {
                return asked;
            }
        }
        self.log().await.into_iter().filter(|asked| asked.number > number).collect()
    }

    pub async fn log(&self) -> Vec<Asked> {
        let text = self.client.get(self.url("_demo/log")).send().await.unwrap();
        let log: Json = serde_json::from_str(&text.text().await.unwrap()).unwrap();
        log["requests"].as_array().unwrap().iter().map(asked).collect()
    }

    /// A request with a key that nobody has, past the layer.
    pub async fn knock(&self) -> u16 {
        let request = self.client.get(self.url("api/v1/App/user")).header("X-Api-Key", "no");
        request.send().await.unwrap().status().as_u16()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.demo.introduction().espocrm.url)
    }

    pub fn host(&self) -> &str {
        &self.demo.introduction().espocrm.url
    }

    /// The record that a row ended with: the first one of a page.
    pub fn record(&self, row: &str) -> Record {
        match self.ended.get(row) {
            Some(Ok((_, Outcome::Record(record)))) => *record.clone(),
            Some(Ok((_, Outcome::Written(written)))) => written.record.clone(),
            Some(Ok((_, Outcome::Page(page)))) => page.records.values().next().unwrap().clone(),
            Some(Err(Error::Conflict(conflict))) => conflict.theirs.clone(),
            other => panic!("{row} ended with no record: {other:?}"),
        }
    }

    pub fn id(&self, row: &str) -> RecordId {
        self.record(row).id
    }

    /// All records of a type with those columns: page after page, none twice.
    pub async fn all(&mut self, who: Who, entity: &EntityName, columns: &[&str]) -> Vec<Record> {
        let (layer, id) = self.layer(who).await;
        let mut all: Vec<Record> = Vec::new();
        loop {
            let mut query = Query::all(entity.clone(), 200);
            query.columns = columns.iter().map(|&column| column.to_owned()).collect();
            query.offset = all.len() as u64;
            let answer = layer.run(id, Action::List(query), |_| {}).await.unwrap();
            let Outcome::Page(page) = answer.outcome else { panic!("no page") };
            all.extend(page.records.into_values());
            if !page.has_more {
                return all;
            }
        }
    }

    pub async fn schema(&mut self, who: Who) -> Arc<Schema> {
        let (layer, id) = self.layer(who).await;
        layer.schema(id).unwrap()
    }
}

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// `PUT Account/ID 409`, with the fault where there was one.
fn asked(entry: &Json) -> Asked {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let path = text("path").to_owned();
    let below = path.trim_start_matches("/api/v1/");
    let parts = below.split('/').map(|part| if is_id(part) { "ID" } else { part });
    let parts: Vec<_> = parts.collect();
    let line = format!("{} {} {}", text("method"), parts.join("/"), entry["status"]);
    Asked { number: entry["number"].as_u64().unwrap(), path, line }
}

fn is_id(part: &str) -> bool {
    part.len() == 17 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The products whose types this table is about; the others have tables of their own.
pub fn kinds() -> impl Iterator<Item = Kind> {
    Kind::built().filter(|kind| *kind == Kind::Espocrm)
}
