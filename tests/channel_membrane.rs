//! Products through Membrane's proxy and apps by its actions, over real HTTP to the demo: where
//! the base path is, whose login ended, locks, limits, time-outs, answers that get lost.
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
        action::{Action, Failure, Outcome, Run},
        connection::{Auth, Connection, ConnectionId, Kind, Via},
        error::Error,
        query::{Filter, Query},
        record::{Page, Record, RecordId},
        schema::EntityName,
        secret::{Secret, SecretSource, SecretStore},
        value::Value,
    },
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

/// The sign-in's token; nothing else has a secret.
struct Known(Mutex<Option<Secret>>, String);

impl SecretStore for Known {
    fn read(&self, name: &str, _: &SecretSource) -> Result<Secret, Error> {
        assert_eq!(name, "mem", "only the sign-in has a secret");
        Ok(Secret::new(&self.1))
    }

    fn token(&self, _: &str) -> Option<Secret> {
        self.0.lock().unwrap().clone()
    }

    fn keep_token(&self, _: &str, token: Option<&Secret>) {
        *self.0.lock().unwrap() = token.cloned();
    }
}

struct House {
    demo: Demo,
    client: reqwest::Client,
}

/// The products of which a connection stands in the demo, with a type that each has.
const PRODUCTS: [(Kind, &str, &str); 4] = [
    (Kind::Espocrm, "espocrm", "Contact"),
    (Kind::Vtiger, "vtiger", "Contacts"),
    (Kind::VtigerCloud, "vtiger-cloud", "Contacts"),
    (Kind::Syncro, "syncro", "Customer"),
];

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

fn list(name: &str) -> Action {
    Action::List(Query::all(entity(name), 5))
}

fn named(name: &str, words: &str) -> Action {
    let filter = Some(Filter::Words(words.to_owned()));
    Action::List(Query { filter, ..Query::all(entity(name), 5) })
}

fn account(name: &str) -> Action {
    let edits = [("name".to_owned(), Value::Text(name.to_owned()))].into_iter().collect();
    Action::Create { entity: entity("Account"), edits, despite_duplicates: true }
}

fn run(key: &str, input: Json, is_write: bool) -> Action {
    Action::Run(Run { key: key.to_owned(), target: None, input, is_write })
}

impl House {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap();
        let options = Options { records: 60, ..Options::new(Timestamp::now()) };
        Self { demo: demo::start(options).await.unwrap(), client }
    }

    fn site(&self) -> &str {
        &self.demo.introduction().espocrm.url
    }

    async fn post(&self, page: &str, body: Json) {
        let url = format!("{}/_demo/{page}", self.site());
        let answer = self.client.post(url).body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    async fn switch(&self, wish: Json) {
        self.post("membrane", wish).await;
    }

    async fn fail(&self, spec: &str) {
        self.post("faults", json!({ "spec": spec })).await;
    }

    /// `POST connections/…/refresh-credentials 204` below Membrane, the oldest first.
    async fn asked(&self) -> Vec<String> {
        let url = format!("{}/_demo/log", self.site());
        let text = self.client.get(url).send().await.unwrap().text().await.unwrap();
        let log: Json = serde_json::from_str(&text).unwrap();
        let line = |entry: &Json| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let below = text("path").trim_start_matches("/membrane/").to_owned();
            format!("{} {below} {}", text("method"), entry["status"])
        };
        log["requests"].as_array().unwrap().iter().map(line).collect()
    }

    async fn count(&self, part: &str) -> usize {
        self.asked().await.iter().filter(|line| line.contains(part)).count()
    }

    fn connection(&self, name: &str, kind: Kind, via: Option<&str>) -> Connection {
        let url = self.demo.introduction().membrane.url.clone();
        Connection {
            name: name.to_owned(),
            kind,
            url: if via.is_some() { String::new() } else { url },
            auth: if via.is_some() { Auth::usual(kind) } else { Auth::Token },
            user: None,
            key: None,
            secret: SecretSource::Keyring(true),
            read_only: false,
            production: false,
            color: None,
            via: via.map(|id| Via { connection: "mem".to_owned(), id: id.to_owned() }),
            time_zone: None,
            scripts: Vec::new(),
            is_demo: true,
        }
    }

    fn desk(&self) -> Desk {
        let token = self.demo.introduction().membrane.token.clone();
        self.desk_of(&token, Cache::in_memory(), Duration::from_secs(20))
    }

    fn desk_of(&self, token: &str, cache: Cache, timeout: Duration) -> Desk {
        let products = PRODUCTS.map(|(kind, key, _)| self.connection(key, kind, Some(key)));
        let others = [
            self.connection("mem", Kind::Membrane, None),
            self.connection("letters", Kind::Membrane, Some("letterbox")),
            self.connection("old", Kind::Espocrm, Some("needs-you")),
            self.connection("new", Kind::Espocrm, Some("being-built")),
        ];
        let layer = Layer::new(Parts {
            connections: products.into_iter().chain(others).collect(),
            secrets: Arc::new(Known(Mutex::default(), token.to_owned())),
            cache,
            clock: Timestamp::now,
            timeout,
            offline: false,
        });
        Desk(layer)
    }
}

/// Whoever sits before the layer.
struct Desk(Layer);

impl Desk {
    fn id(&self, name: &str) -> ConnectionId {
        self.0.find(name).unwrap()
    }

    async fn run(&self, name: &str, action: Action) -> Result<Outcome, Error> {
        let answer = self.0.run(self.id(name), action, |_| {}).await;
        answer.map(|answer| answer.outcome).map_err(|failure: Failure| failure.error)
    }

    async fn page(&self, name: &str, action: Action) -> Page {
        match self.run(name, action).await {
            Ok(Outcome::Page(page)) => page,
            other => panic!("{name}: {other:?}"),
        }
    }

    async fn made(&self, name: &str, action: Action) -> Record {
        match self.run(name, action).await {
            Ok(Outcome::Written(written)) => written.record,
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn each_product_answers_through_the_proxy_as_it_does_directly() {
    let house = House::open().await;
    let desk = house.desk();
    for (_, key, entity) in PRODUCTS {
        assert_eq!(desk.page(key, list(entity)).await.records.len(), 5, "{key}");
    }
    let direct = house.asked().await.into_iter().filter(|line| line.contains("/api/v1/"));
    let past = direct.filter(|line| !line.contains("/proxy/")).collect::<Vec<_>>();
    assert!(past.is_empty(), "past Membrane: {past:?}");
}

#[tokio::test]
async fn where_the_products_api_begins_is_found_by_one_probe_and_remembered_in_the_cache() {
    let house = House::open().await;
    let cache = Cache::in_memory();
    let token = house.demo.introduction().membrane.token.clone();
    let wrong = "GET connections/syncro/proxy/api/v1/me";
    for _ in 0..2 {
        let desk = house.desk_of(&token, cache.clone(), Duration::from_secs(20));
        desk.page("syncro", list("Customer")).await;
        desk.page("syncro", list("Ticket")).await;
        assert_eq!(house.count(wrong).await, 1, "{:?}", house.asked().await);
    }
    assert!(house.count("GET connections/syncro/proxy/customers").await >= 2);
    // A connector whose base already ends where EspoCRM's API begins.
    house.switch(json!({"bases": {"espocrm": "/api/v1"}})).await;
    let desk = house.desk();
    assert_eq!(desk.page("espocrm", list("Account")).await.records.len(), 5);
    assert!(house.count("connections/espocrm/proxy/Account").await >= 1);
}

#[tokio::test]
async fn a_login_that_the_app_ended_is_renewed_and_both_reads_and_writes_are_done_once() {
    let house = House::open().await;
    let desk = house.desk();
    for (_, key, entity) in PRODUCTS {
        desk.page(key, list(entity)).await;
        house.switch(json!({"app_signs_out": key})).await;
        assert_eq!(desk.page(key, list(entity)).await.records.len(), 5, "{key}");
        let renewals = format!("POST connections/{key}/refresh-credentials 204");
        assert_eq!(house.count(&renewals).await, 1, "{key}");
    }
    house.switch(json!({"app_signs_out": "espocrm"})).await;
    desk.made("espocrm", account("Once Only Ltd")).await;
    let found = desk.page("espocrm", named("Account", "Once Only Ltd")).await;
    assert_eq!(found.records.len(), 1, "a refused write was not done, so it is done once");
}

#[tokio::test]
async fn a_login_that_cannot_be_renewed_says_where_it_is_mended_and_works_again_after_that() {
    let house = House::open().await;
    let desk = house.desk();
    desk.page("espocrm", list("Account")).await;
    house.switch(json!({"app_signs_out": "espocrm", "for_good": true})).await;
    for _ in 0..2 {
        let Err(Error::Mend { id, reason, url }) = desk.run("espocrm", list("Contact")).await
        else {
            panic!("not to be mended")
        };
        assert_eq!(id, "espocrm");
        assert!(reason.contains("Sign in again") && url.unwrap().contains("/connect/"), "{reason}");
    }
    let before = desk.page("mem", list("Connection")).await.received;
    let mend = Action::Run(Run {
        key: "reconnect".to_owned(),
        target: Some((entity("Connection"), RecordId::from("espocrm"))),
        input: json!({}),
        is_write: true,
    });
    let Ok(Outcome::Ran(begun)) = desk.run("mem", mend).await else { panic!("not begun") };
    let page = begun.output["url"].as_str().unwrap();
    house.client.get(page).send().await.unwrap();
    assert_eq!(desk.page("espocrm", list("Contact")).await.records.len(), 5);
    assert_eq!(desk.page("mem", list("Connection")).await.received, before, "no second one");
}

#[tokio::test]
async fn a_connection_of_which_the_app_has_ended_the_login_long_ago_asks_for_its_user_at_once() {
    let house = House::open().await;
    let refused = house.desk().run("old", list("Account")).await;
    let Err(Error::Mend { id, url, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(id, "needs-you");
    assert!(url.unwrap().starts_with("http"));
    assert_eq!(house.count("refresh-credentials").await, 0);
}

#[tokio::test]
async fn membranes_own_refusal_is_not_taken_for_the_apps() {
    let house = House::open().await;
    let desk = house.desk_of("pat-wrong", Cache::in_memory(), Duration::from_secs(20));
    for (_, key, entity) in PRODUCTS {
        let Err(Error::Unauthorized { reason }) = desk.run(key, list(entity)).await else {
            panic!("{key} was let in")
        };
        assert!(reason.contains("sign in to mem first"), "{reason}");
    }
    assert_eq!(house.count("refresh-credentials").await, 0);
    // A token that was refused is not tried again and again.
    assert_eq!(house.count(" 401").await, 1, "{:?}", house.asked().await);
}

#[tokio::test]
async fn anothers_lock_is_waited_for_a_little_and_then_told() {
    let house = House::open().await;
    let desk = house.desk();
    desk.page("espocrm", list("Account")).await;
    house.switch(json!({"locked": 1})).await;
    desk.made("espocrm", account("Locked Out Ltd")).await;
    assert_eq!(desk.page("espocrm", named("Account", "Locked Out")).await.records.len(), 1);
    house.switch(json!({"locked": 4})).await;
    let refused = desk.run("espocrm", list("Account")).await;
    assert!(matches!(refused, Err(Error::RateLimited { .. })), "{refused:?}");
}

#[tokio::test]
async fn limits_of_membrane_and_of_the_app_are_waited_out_even_at_the_first_exchange() {
    let house = House::open().await;
    for switch in ["limited", "app_limited"] {
        let desk = house.desk();
        house.switch(json!({ switch: 1 })).await;
        desk.page("espocrm", list("Account")).await;
        house.switch(json!({ switch: 1 })).await;
        let name = format!("{switch} Ltd");
        desk.made("espocrm", account(&name)).await;
        assert_eq!(desk.page("espocrm", named("Account", &name)).await.records.len(), 1);
        house.switch(json!({ switch: 1 })).await;
        let refreshed = Query { offset: 5, ..Query::all(entity("Account"), 5) };
        assert_eq!(desk.page("espocrm", Action::List(refreshed)).await.records.len(), 5);
    }
}

#[tokio::test]
async fn a_connection_that_is_being_built_is_waited_for() {
    let house = House::open().await;
    let desk = house.desk();
    assert_eq!(desk.page("new", list("Account")).await.records.len(), 5);
    house.switch(json!({"building": "letterbox"})).await;
    assert_eq!(desk.page("letters", list("Person")).await.records.len(), 5);
    assert!(house.count("GET connections/being-built").await >= 1);
}

#[tokio::test]
async fn the_proxy_and_runs_are_given_longer_than_a_product_that_is_asked_directly() {
    let house = House::open().await;
    let token = house.demo.introduction().membrane.token.clone();
    let hasty = house.desk_of(&token, Cache::in_memory(), Duration::from_millis(150));
    hasty.page("espocrm", list("Account")).await;
    hasty.page("letters", list("Person")).await;
    house.fail("slow:100%@400ms").await;
    hasty.page("espocrm", list("Contact")).await;
    let ran = hasty
        .run("letters", run("send-letter", json!({"to": [], "subject": "a", "text": "b"}), true));
    assert!(!matches!(ran.await, Err(Error::Timeout | Error::Unknown)));
    let direct = hasty.run("mem", Action::Whoami).await;
    assert!(matches!(direct, Err(Error::Timeout)), "{direct:?}");
}

#[tokio::test]
async fn a_proxied_write_whose_answer_is_lost_is_unknown_and_sent_once() {
    let house = House::open().await;
    let desk = house.desk();
    desk.page("espocrm", list("Account")).await;
    house.fail("drop:100%").await;
    let lost = desk.run("espocrm", account("Lost Ltd")).await;
    assert!(matches!(lost, Err(Error::Unknown)), "{lost:?}");
    house.fail("").await;
    assert_eq!(house.count("POST connections/espocrm/proxy/api/v1/Account").await, 1);
}

#[tokio::test]
async fn a_run_whose_answer_is_lost_is_found_in_the_log_and_not_run_again() {
    let house = House::open().await;
    let desk = house.desk();
    desk.page("letters", list("Person")).await;
    house.switch(json!({"lost_runs": 1})).await;
    let edits = [("name".to_owned(), Value::Text("Lost Person".to_owned()))];
    let edits = edits.into_iter().collect();
    let create = Action::Create { entity: entity("Person"), edits, despite_duplicates: false };
    let made = desk.made("letters", create).await;
    assert_eq!(made.value("name"), Some(&Value::Text("Lost Person".into())));
    assert_eq!(house.count("POST act 504").await, 1);
    assert!(house.count("GET action-run-logs 200").await >= 1);
    assert_eq!(desk.page("letters", named("Person", "Lost Person")).await.records.len(), 1);
}

#[tokio::test]
async fn where_act_is_missing_the_older_endpoint_runs_the_same() {
    let house = House::open().await;
    let desk = house.desk();
    house.switch(json!({"has_no_act": true})).await;
    assert_eq!(desk.page("letters", list("Person")).await.records.len(), 5);
    let edits = [("name".to_owned(), Value::Text("Older".to_owned()))].into_iter().collect();
    let create = Action::Create { entity: entity("Person"), edits, despite_duplicates: false };
    desk.made("letters", create).await;
    assert!(house.count("POST actions/create-person/run 200").await == 1);
    let failed = desk.run("letters", run("bounce-letter", json!({}), true)).await;
    let Err(Error::RunFailed { causes, run_id }) = failed else { panic!("{failed:?}") };
    assert!(causes.len() == 3 && run_id.is_some(), "{causes:?}");
}

#[tokio::test]
async fn anothers_lock_is_waited_for_by_runs_too() {
    let house = House::open().await;
    let desk = house.desk();
    desk.page("letters", list("Person")).await;
    house.switch(json!({"run_locked": 1})).await;
    let ran = desk.run("letters", run("ring-the-bell", json!({}), true)).await;
    assert!(matches!(ran, Ok(Outcome::Ran(_))), "{ran:?}");
}

#[tokio::test]
async fn answers_without_a_body_are_answers() {
    let house = House::open().await;
    let desk = house.desk();
    desk.run("mem", Action::Types).await.unwrap();
    for key in ["refresh-credentials", "archive", "restore", "disconnect"] {
        let target = Some((entity("Connection"), RecordId::from("letterbox")));
        let input = json!({});
        let deed = Action::Run(Run { key: key.to_owned(), target, input, is_write: true });
        let done = desk.run("mem", deed).await;
        assert!(matches!(done, Ok(Outcome::Ran(_))), "{key}: {done:?}");
    }
}

#[tokio::test]
async fn a_connector_is_read_by_its_id() {
    let house = House::open().await;
    let desk = house.desk();
    let page = desk.page("mem", list("Connector")).await;
    for record in page.records.values() {
        let get = Action::Get { entity: entity("Connector"), id: record.id.clone() };
        let read = desk.run("mem", get).await;
        assert!(matches!(read, Ok(Outcome::Record(_))), "{read:?}");
    }
}
