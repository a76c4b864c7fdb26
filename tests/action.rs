//! The layer against the built-in company, over real sockets: sign-in, cache, schema, tests.
#![expect(clippy::disallowed_methods, reason = "a test is a shell: it reads the clock")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use ficha::{
    action::{Layer, Parts},
    cache::Cache,
    demo::{self, Demo, Options},
    domain::{
        action::{Action, Answer, Outcome, Source},
        check::{Check, CheckState, CheckStep},
        connection::{Auth, Connection, ConnectionId, Kind},
        error::Error,
        query::Query,
        record::Page,
        schema::EntityName,
        secret::{Secret, SecretSource, SecretStore},
    },
};
use jiff::Timestamp;

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

async fn company() -> Demo {
    demo::start(Options { records: 60, ..Options::new(Timestamp::now()) }).await.unwrap()
}

fn connection(demo: &Demo, auth: Auth, user: &str) -> Connection {
    let espocrm = &demo.introduction().espocrm;
    Connection {
        name: "acme".to_owned(),
        kind: Kind::Espocrm,
        url: espocrm.url.clone(),
        auth,
        user: Some(user.to_owned()),
        key: Some(espocrm.hmac_key.clone()),
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

fn layer(connection: Connection, secret: &str, cache: Cache) -> (Layer, ConnectionId) {
    let secrets = Arc::new(Known { secret: secret.to_owned(), token: Mutex::default() });
    let layer = Layer::new(Parts {
        connections: vec![connection],
        secrets,
        cache,
        clock: Timestamp::now,
        timeout: Duration::from_secs(20),
        offline: false,
    });
    let id = layer.find("acme").unwrap();
    (layer, id)
}

fn by_key(demo: &Demo) -> (Layer, ConnectionId) {
    let key = &demo.introduction().espocrm.api_key;
    layer(connection(demo, Auth::ApiKey, "api"), key, Cache::in_memory())
}

fn contacts() -> Action {
    Action::List(Query::all(EntityName::try_from("Contact").unwrap(), 20))
}

fn page(answer: &Answer) -> &Page {
    let Outcome::Page(page) = &answer.outcome else { panic!("{answer:?}") };
    page
}

/// Paths that were asked for, the oldest first, below the API.
fn paths(layer: &Layer, id: ConnectionId) -> Vec<String> {
    let exchanges = layer.exchanges(id);
    let path = |url: &str| {
        let below = url.split_once("/api/v1/").map_or("", |(_, below)| below).to_owned();
        below.split('?').next().unwrap_or_default().to_owned()
    };
    exchanges.iter().rev().map(|exchanged| path(&exchanged.url)).collect()
}

#[tokio::test]
async fn the_schema_and_the_layout_are_asked_for_once_and_then_known() {
    let demo = company().await;
    let (layer, id) = by_key(&demo);
    let first = layer.run(id, contacts(), |_| panic!("partial")).await.unwrap();
    assert_eq!((first.source, page(&first).records.len()), (Source::Network, 20));
    let begun = paths(&layer, id);
    assert_eq!(begun[..3], ["App/user", "Metadata", "I18n"]);
    let partials = Mutex::new(Vec::new());
    let keep = |answer| partials.lock().unwrap().push(answer);
    let second = layer.run(id, contacts(), keep).await.unwrap();
    assert_eq!(second.source, Source::Network);
    let partials = partials.into_inner().unwrap();
    assert_eq!(partials.iter().map(|answer| answer.source).collect::<Vec<_>>(), [Source::Cache]);
    assert_eq!(page(&partials[0]).records.len(), 20);
    assert_eq!(paths(&layer, id)[begun.len()..], ["Contact"]);
}

#[tokio::test]
async fn a_company_that_went_away_is_shown_from_the_cache() {
    let demo = company().await;
    let (layer, id) = by_key(&demo);
    let seen = layer.run(id, contacts(), |_| {}).await.unwrap();
    let record = page(&seen).records.values().next().unwrap().clone();
    let get = Action::Get { entity: record.entity.clone(), id: record.id.clone() };
    layer.run(id, get.clone(), |_| {}).await.unwrap();
    drop(demo);
    let kept = layer.run(id, contacts(), |_| {}).await.unwrap();
    assert_eq!((kept.source, page(&kept).records.len()), (Source::Cache, 20));
    let kept = layer.run(id, get, |_| {}).await.unwrap();
    let Outcome::Record(kept) = kept.outcome else { panic!("no record") };
    assert!(kept.is_complete && kept.id == record.id);
}

#[tokio::test]
async fn a_password_becomes_a_token_that_serves_for_all() {
    let demo = company().await;
    let espocrm = &demo.introduction().espocrm;
    let connection = connection(&demo, Auth::Password, &espocrm.user);
    let (layer, id) = layer(connection, &espocrm.password, Cache::in_memory());
    let me = layer.sign_in(id, None).await.unwrap();
    assert_eq!(me.login, espocrm.user);
    layer.run(id, contacts(), |_| {}).await.unwrap();
    let exchanges = format!("{:?}", layer.exchanges(id));
    assert!(!exchanges.contains(&espocrm.password));
    layer.sign_out(id).await.unwrap();
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_taken() {
    let demo = company().await;
    let espocrm = &demo.introduction().espocrm;
    let connection = connection(&demo, Auth::Password, &espocrm.two_factor_user);
    let (layer, id) = layer(connection, &espocrm.password, Cache::in_memory());
    let asked = layer.run(id, contacts(), |_| {}).await.unwrap_err();
    assert_eq!(asked.error, Error::SecondFactor);
    let code = Some(espocrm.two_factor_code.clone());
    let me = layer.sign_in(id, code).await.unwrap();
    assert_eq!(me.login, espocrm.two_factor_user);
}

#[tokio::test]
async fn a_signature_is_taken_too() {
    let demo = company().await;
    let secret = demo.introduction().espocrm.hmac_secret.clone();
    let connection = connection(&demo, Auth::Hmac, "");
    let (layer, id) = layer(connection, &secret, Cache::in_memory());
    assert!(layer.run(id, contacts(), |_| {}).await.is_ok());
}

#[tokio::test]
async fn a_wrong_key_is_refused_once_and_not_tried_again() {
    let demo = company().await;
    let connection = connection(&demo, Auth::ApiKey, "");
    let (layer, id) = layer(connection, "not-the-key", Cache::in_memory());
    for _ in 0..3 {
        let refused = layer.run(id, contacts(), |_| {}).await.unwrap_err();
        assert!(matches!(refused.error, Error::Unauthorized { .. }), "{refused:?}");
    }
    assert_eq!(paths(&layer, id).len(), 1);
}

#[tokio::test]
async fn a_test_passes_its_five_steps_and_names_what_it_found() {
    let demo = company().await;
    let (layer, _) = by_key(&demo);
    let steps = Mutex::new(Vec::new());
    let tell = |step: CheckStep| steps.lock().unwrap().push(step);
    let key = Secret::new(&demo.introduction().espocrm.api_key);
    let unsaved = Connection { name: "new".into(), ..connection(&demo, Auth::ApiKey, "") };
    layer.test(&unsaved, Some(key), tell).await.unwrap();
    let steps = steps.into_inner().unwrap();
    let named: Vec<Check> = steps.iter().map(|step| step.check).collect();
    let all = [Check::Address, Check::Answers, Check::Product, Check::SignIn, Check::Permissions];
    assert_eq!(named, all);
    for step in steps {
        assert!(matches!(step.state, CheckState::Passed(..)), "{step:?}");
    }
}

#[tokio::test]
async fn a_site_that_is_no_espocrm_fails_at_the_product() {
    let demo = company().await;
    let (layer, _) = by_key(&demo);
    let steps = Mutex::new(Vec::new());
    let tell = |step: CheckStep| steps.lock().unwrap().push(step);
    let url = format!("{}/somewhere/else", demo.introduction().espocrm.url);
    let wrong = Connection { url, ..connection(&demo, Auth::ApiKey, "") };
    assert!(layer.test(&wrong, Some(Secret::new("k")), tell).await.is_err());
    let steps = steps.into_inner().unwrap();
    let failed = steps.iter().find(|step| matches!(step.state, CheckState::Failed(_))).unwrap();
    assert_eq!(failed.check, Check::Product, "{steps:?}");
}
