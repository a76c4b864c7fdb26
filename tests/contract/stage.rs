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
        connection::{Auth, Connection, ConnectionId, Kind, Via},
        error::Error,
        query::Query,
        record::{Record, RecordId},
        schema::{EntityName, Schema},
        secret::{Secret, SecretSource, SecretStore},
    },
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::{stand::Stand, vocabulary::Vocabulary};

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
    /// As `Full`, and waits for two seconds only.
    Hasty,
    /// As `Full`, in another process.
    Other,
}

impl Who {
    /// Whether Membrane can stand for them: it holds one login for everybody.
    pub fn is_known_to_membrane(self) -> bool {
        !matches!(self, Self::Limited | Self::Password | Self::TwoFactor | Self::NoCode)
    }
}

/// One secret for every connection: a product behind Membrane has none of its own.
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
    stand: Stand,
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
    pub async fn open(stand: Stand, records: u32) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap();
        let options = Options { records, ..Options::new(now()) };
        let demo = demo::start(options).await.unwrap();
        Self { stand, demo, client, layers: HashMap::new(), ended: HashMap::new() }
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
        let (connections, secret) = self.connections(who);
        let timeout = Duration::from_millis(if who == Who::Hasty { 2_000 } else { 20_000 });
        let secrets = Arc::new(Known { secret, token: Mutex::default() });
        let layer = Layer::new(Parts {
            connections,
            secrets,
            cache: Cache::in_memory(),
            clock: now,
            timeout,
            offline: false,
        });
        let id = layer.find("acme").unwrap();
        (layer, id)
    }

    /// The connection that is played with, and the sign-in behind it.
    fn connections(&self, who: Who) -> (Vec<Connection>, String) {
        let (mut product, mut secret) = self.connection(who);
        let mut all = Vec::new();
        if self.stand.through {
            let there = &self.demo.introduction().membrane;
            secret = if who == Who::Stranger { "nobody's".into() } else { there.token.clone() };
            let via = Via { connection: "membrane".to_owned(), id: self.stand.selector() };
            (product.via, product.user, product.key) = (Some(via), None, None);
            all.push(plain("membrane", Kind::Membrane, &there.url, Auth::Token));
        }
        all.push(product);
        (all, secret)
    }

    fn connection(&self, who: Who) -> (Connection, String) {
        let demo = self.demo.introduction();
        let (url, auth, user, secret) = match self.stand.kind {
            Kind::Espocrm => self.espocrm(who),
            Kind::Vtiger => vtiger(&demo.vtiger, who),
            Kind::VtigerCloud => vtiger(&demo.vtiger_cloud, who),
            Kind::Syncro => {
                let there = &demo.syncro;
                let limited = who == Who::Limited;
                let token = if limited { &there.limited_token } else { &there.token };
                (&there.url, Auth::Token, "", token)
            }
            Kind::Membrane => panic!("Membrane has no records of its own"),
        };
        let secret = if who == Who::Stranger { url } else { secret };
        let user = (!user.is_empty()).then(|| user.to_owned());
        let key = (auth == Auth::Hmac).then(|| demo.espocrm.hmac_key.clone());
        let read_only = who == Who::ReadOnly;
        let connection = plain("acme", self.stand.kind, url, auth);
        (Connection { user, key, read_only, ..connection }, secret.clone())
    }

    fn espocrm(&self, who: Who) -> (&String, Auth, &str, &String) {
        let there = &self.demo.introduction().espocrm;
        let (auth, user, secret) = match who {
            Who::Full | Who::ReadOnly | Who::Hasty | Who::Other | Who::Stranger => {
                (Auth::ApiKey, "", &there.api_key)
            }
            Who::Limited => (Auth::ApiKey, "", &there.limited_api_key),
            Who::Hmac => (Auth::Hmac, "", &there.hmac_secret),
            Who::Password => (Auth::Password, there.user.as_str(), &there.password),
            Who::TwoFactor | Who::NoCode => {
                (Auth::Password, there.two_factor_user.as_str(), &there.password)
            }
        };
        (&there.url, auth, user, secret)
    }

    pub fn stand(&self) -> Stand {
        self.stand
    }

    /// How this product calls what every product has.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        Vocabulary::of(self.stand.kind)
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

/// A connection with nothing but its way in.
fn plain(name: &str, kind: Kind, url: &str, auth: Auth) -> Connection {
    Connection {
        name: name.to_owned(),
        kind,
        url: url.to_owned(),
        auth,
        user: None,
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: true,
    }
}

fn vtiger(there: &demo::Vtiger, who: Who) -> (&String, Auth, &str, &String) {
    if who == Who::Limited {
        return (&there.url, Auth::AccessKey, &there.limited_user, &there.limited_access_key);
    }
    (&there.url, Auth::AccessKey, &there.user, &there.access_key)
}

/// `PUT Account/ID 409`; what Membrane passed on is written as the product sees it.
fn asked(entry: &Json) -> Asked {
    let text = |name: &str| entry[name].as_str().unwrap_or_default();
    let path = text("path").to_owned();
    let passed_on = path.split_once("/proxy/").map_or(path.as_str(), |(_, rest)| rest);
    let below = passed_on.trim_start_matches('/').trim_start_matches("api/v1/");
    let parts = below.split('/').map(|part| if is_id(part) { "ID" } else { part });
    let parts: Vec<_> = parts.collect();
    let line = format!("{} {} {}", text("method"), parts.join("/"), entry["status"]);
    Asked { number: entry["number"].as_u64().unwrap(), path, line }
}

fn is_id(part: &str) -> bool {
    part.len() == 17 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
}
