//! Rows over real HTTP, against the company's Syncro, through the layer that the program uses.
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use ficha::{
    action::{Layer, Parts},
    cache::Cache,
    demo::{self, Demo, Options},
    domain::{
        action::{Action, Outcome, Run},
        comment::{Audience, Comment},
        connection::{Auth, Connection, ConnectionId, Kind},
        error::Error,
        filter_text,
        query::Query,
        rate::Urgency,
        record::{Page, Record},
        schema::EntityName,
        secret::{Secret, SecretSource, SecretStore},
        value::Value,
    },
    net::budget::{InMemory, Ledger},
    providers::syncro,
};
use jiff::Timestamp;
use serde_json::json;

struct Known(String, Mutex<Option<Secret>>);

impl SecretStore for Known {
    fn read(&self, _: &str, _: &SecretSource) -> Result<Secret, Error> {
        Ok(Secret::new(&self.0))
    }

    fn token(&self, _: &str) -> Option<Secret> {
        self.1.lock().unwrap().clone()
    }

    fn keep_token(&self, _: &str, token: Option<&Secret>) {
        *self.1.lock().unwrap() = token.cloned();
    }
}

pub fn now() -> Timestamp {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

pub async fn company() -> Demo {
    let _ = rustls::crypto::ring::default_provider().install_default();
    demo::start(Options { records: 60, ..Options::new(now()) }).await.unwrap()
}

pub fn layer(demo: &Demo, token: &str, clock: fn() -> Timestamp) -> (Layer, ConnectionId) {
    let connection = Connection {
        name: "acme".to_owned(),
        kind: Kind::Syncro,
        url: demo.introduction().syncro.url.clone(),
        auth: Auth::Token,
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
    };
    let layer = Layer::new(Parts {
        connections: vec![connection],
        secrets: Arc::new(Known(token.to_owned(), Mutex::default())),
        cache: Cache::in_memory(),
        clock,
        timeout: Duration::from_secs(20),
        offline: false,
    });
    let id = layer.find("acme").unwrap();
    (layer, id)
}

pub fn name(entity: &str) -> EntityName {
    EntityName::try_from(entity).unwrap()
}

pub async fn ask((layer, id): &(Layer, ConnectionId), action: Action) -> Result<Outcome, Error> {
    let about = format!("{action:?}");
    let result = layer.run(*id, action, |_| {}).await;
    result.map(|answer| answer.outcome).map_err(|failure| {
        let shown: String = about.chars().take(120).collect();
        super::say(&format!("  {shown}: {:?}", failure.error));
        failure.error
    })
}

async fn page(with: &(Layer, ConnectionId), entity: &str, filter: &str) -> Page {
    ask(with, Action::Types).await.unwrap();
    let schema = with.0.schema(with.1).unwrap();
    let entity_type = schema.entity_type(&name(entity)).unwrap();
    let filter = filter_text::parse(filter, entity_type, jiff::civil::date(2026, 11, 23)).unwrap();
    let query = Query { filter, ..Query::all(name(entity), 200) };
    match ask(with, Action::List(query)).await.unwrap() {
        Outcome::Page(page) => page,
        other => panic!("{other:?}"),
    }
}

pub async fn get(with: &(Layer, ConnectionId), record: &Record) -> Record {
    let get = Action::Get { entity: record.entity.clone(), id: record.id.clone() };
    match ask(with, get).await.unwrap() {
        Outcome::Record(record) => *record,
        other => panic!("{other:?}"),
    }
}

async fn update(
    with: &(Layer, ConnectionId),
    base: &Record,
    field: &str,
    to: Value,
) -> Result<Record, Error> {
    let edits = [(field.to_owned(), to)].into_iter().collect();
    let update = Action::Update { base: Box::new(base.clone()), edits, resolved: false };
    match ask(with, update).await? {
        Outcome::Written(written) => {
            assert!(written.not_stored.is_empty(), "{:?}", written.not_stored);
            Ok(written.record)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_list_of_the_rail_is_read_and_so_is_its_first_record() {
    let demo = company().await;
    let with = layer(&demo, &demo.introduction().syncro.token, now);
    assert!(matches!(ask(&with, Action::Whoami).await.unwrap(), Outcome::Me(_)));
    ask(&with, Action::Types).await.unwrap();
    let schema = with.0.schema(with.1).unwrap();
    let (mut lists, mut records, mut absent) = (0, 0, Vec::new());
    for entity_type in schema.entity_types.values().filter(|it| it.is_tab) {
        let entity = entity_type.name.as_str();
        // Listed below another record only.
        if matches!(entity, "PolicyFolder" | "ProductSerial") {
            continue;
        }
        let list = Action::List(Query::all(entity_type.name.clone(), 200));
        let page = match ask(&with, list).await {
            Ok(Outcome::Page(page)) => page,
            // What the demo does not have yet.
            Err(Error::NotFound { what }) => {
                absent.push(what);
                continue;
            }
            other => panic!("{entity}: {other:?}"),
        };
        lists += 1;
        if let Some(first) = page.records.values().next() {
            let whole = get(&with, first).await;
            assert!(whole.is_complete && whole.id == first.id, "{entity}");
            records += 1;
        }
    }
    super::say(&format!(
        "contract_syncro: {lists} lists of the demo, {records} first records, not there: {absent:?}"
    ));
    assert!(lists >= 20 && records >= 20, "{lists} lists, {records} records");
}

#[tokio::test]
async fn a_ticket_is_changed_compared_commented_and_billed() {
    let demo = company().await;
    let with = layer(&demo, &demo.introduction().syncro.token, now);
    let tickets = page(&with, "Ticket", "").await;
    let ticket = get(&with, tickets.records.values().next().unwrap()).await;
    let changed = update(&with, &ticket, "subject", Value::Text("New words".into())).await.unwrap();
    assert_eq!(changed.fields["subject"], Value::Text("New words".into()));
    let stale = update(&with, &ticket, "subject", Value::Text("Mine".into())).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    let (entity, id) = (ticket.entity.clone(), ticket.id.clone());
    let comment =
        Comment { text: "By phone".into(), audience: Audience::Private, ..<_>::default() };
    let comment = Action::Comment { entity: entity.clone(), id: id.clone(), comment };
    assert_eq!(ask(&with, comment).await.unwrap(), Outcome::Done);
    let activity = Action::Activity { entity: entity.clone(), id: id.clone(), limit: 100 };
    let Outcome::Activity(all) = ask(&with, activity).await.unwrap() else { panic!("no activity") };
    let newest = all.iter().find(|it| it.text == "By phone");
    let newest = newest.unwrap_or_else(|| panic!("{all:#?}"));
    assert_eq!(newest.audience, Some(Audience::Private));
    for key in ["start-timer", "stop-timer", "charge-timer", "invoice-ticket"] {
        let target = Some((entity.clone(), id.clone()));
        let run = Run { key: key.to_owned(), target, input: json!({}), is_write: true };
        let ran = ask(&with, Action::Run(run)).await;
        let Ok(Outcome::Ran(ran)) = ran else { panic!("{key}: {ran:?}") };
        if key == "invoice-ticket" {
            assert_eq!(ran.record.unwrap().0, name("Invoice"));
        }
    }
}

#[tokio::test]
async fn a_missing_permission_is_named_and_a_wrong_token_is_refused() {
    let demo = company().await;
    let limited = layer(&demo, &demo.introduction().syncro.limited_token, now);
    ask(&limited, Action::Types).await.unwrap();
    let schema = limited.0.schema(limited.1).unwrap();
    let mut named = 0;
    for entity in schema.entity_types.values().filter(|it| it.is_tab) {
        let list = Action::List(Query::all(entity.name.clone(), 5));
        let refused = limited.0.run(limited.1, list, |_| {}).await.err().map(|it| it.error);
        if let Some(Error::Forbidden { what }) = refused {
            assert!(what.contains('“'), "{what}");
            named += 1;
        }
    }
    assert!(named > 0, "nothing is closed to the limited token");
    let stranger = layer(&demo, "nobody", now);
    let refused = ask(&stranger, Action::Whoami).await;
    assert!(matches!(refused, Err(Error::Unauthorized { .. })), "{refused:?}");
}

fn real() -> Timestamp {
    Timestamp::now()
}

#[tokio::test]
async fn while_lists_eat_the_allowance_a_save_goes_first() {
    let demo = company().await;
    let with = layer(&demo, &demo.introduction().syncro.token, real);
    let books: Arc<dyn Ledger> = Arc::new(InMemory::default());
    with.0.count_in(Arc::clone(&books));
    let tickets = page(&with, "Ticket", "").await;
    let ticket = get(&with, tickets.records.values().next().unwrap()).await;
    // All but what is kept for saves is spent; it comes back after three seconds.
    let name = format!("syncro-{}", demo.introduction().espocrm.url.replace("http://", ""));
    let then = real() - jiff::SignedDuration::from_secs(57);
    books.change(&name, &mut |spent| {
        for _ in 0..150 {
            syncro::BUDGET.take(spent, then, Urgency::Save);
        }
    });
    let order = Mutex::new(Vec::new());
    let looking = async {
        let looked = with.0.run(with.1, Action::Whoami, |_| {}).await;
        order.lock().unwrap().push("looked");
        looked
    };
    let saving = async {
        let saved = update(&with, &ticket, "subject", Value::Text("Saved".into())).await;
        order.lock().unwrap().push("saved");
        saved
    };
    let (looked, saved) = tokio::join!(looking, saving);
    assert!(looked.is_ok() && saved.is_ok(), "{looked:?} {saved:?}");
    assert_eq!(*order.lock().unwrap(), ["saved", "looked"]);
}

/// The answer to a read past the layer, with the full token.
pub async fn raw(demo: &Demo, path: &str) -> serde_json::Value {
    let syncro = &demo.introduction().syncro;
    let request = client().get(format!("{}/{path}", syncro.url)).bearer_auth(&syncro.token);
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
}

/// A page of the demo itself.
pub async fn raw_at(demo: &Demo, path: &str) -> serde_json::Value {
    let request = client().get(format!("{}/{path}", demo.introduction().espocrm.url));
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
}

/// The demo counts no more.
pub async fn without_limit(demo: &Demo) {
    let url = format!("{}/_demo/syncro/limit", demo.introduction().espocrm.url);
    let answer = client().post(url).body(json!({"requests": null}).to_string()).send().await;
    assert_eq!(answer.unwrap().status(), 200);
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap()
}
