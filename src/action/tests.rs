//! The layer without a server: what is refused, what is kept, what happens when nobody answers.
use std::sync::atomic::AtomicUsize;

use strum::IntoEnumIterator;

use super::{catalogue::tests::schema, *};
use crate::domain::{
    action::{Outcome, Source},
    change::Edits,
    check::{Check, CheckState},
    connection::{Auth, Kind},
    query::{Compare, Filter, Order, Query, Test},
    record::{Page, Record, RecordId, Total},
    schema::EntityName,
    secret::SecretSource,
};

struct NoSecrets;

impl SecretStore for NoSecrets {
    fn read(&self, _: &str, _: &SecretSource) -> Result<Secret, Error> {
        Ok(Secret::new("a-key"))
    }

    fn token(&self, _: &str) -> Option<Secret> {
        None
    }

    fn keep_token(&self, _: &str, _: Option<&Secret>) {}
}

fn clock() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

/// Nobody listens at port 1.
fn connection(name: &str) -> Connection {
    Connection {
        name: name.to_owned(),
        kind: Kind::Espocrm,
        url: "http://127.0.0.1:1".to_owned(),
        auth: Auth::ApiKey,
        user: None,
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    }
}

fn layer(connections: Vec<Connection>, cache: Cache, offline: bool) -> Layer {
    let timeout = Duration::from_secs(5);
    let secrets = Arc::new(NoSecrets);
    Layer::new(Parts { connections, secrets, cache, clock, timeout, offline })
}

fn contact() -> EntityName {
    EntityName::try_from("Contact").unwrap()
}

fn record(id: &str) -> Record {
    let fields = indexmap::IndexMap::new();
    let (entity, id) = (contact(), RecordId::from(id));
    Record { entity, id, fields, version: None, url: None, is_complete: true, cut: Vec::new() }
}

fn page() -> Page {
    // A list's rows are never complete.
    let record = Record { is_complete: false, ..record("1") };
    Page { records: [(record.id.clone(), record)].into(), received: 1, ..Page::default() }
}

async fn filled(identity: &str) -> Cache {
    let cache = Cache::in_memory();
    let text = serde_json::to_string(&schema(&["Contact"])).unwrap();
    cache.keep_value(identity, "schema", &text, clock()).await;
    cache.keep_page(identity, "1", &Query::all(contact(), 20), &page(), clock()).await;
    cache.keep_record(identity, &record("1"), clock()).await;
    cache
}

fn list() -> Action {
    Action::List(Query::all(contact(), 20))
}

fn create() -> Action {
    Action::Create { entity: contact(), edits: Edits::new(), despite_duplicates: false }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn a_read_only_connection_refuses_writes_before_anything_is_sent() {
    let connection = Connection { read_only: true, ..connection("acme") };
    let layer = layer(vec![connection], Cache::in_memory(), false);
    let id = layer.find("acme").unwrap();
    let refused = is_send(layer.run(id, create(), |_| {})).await.unwrap_err();
    assert_eq!((refused.error, refused.exchange), (Error::ReadOnly, None));
    assert!(layer.exchanges(id).is_empty());
}

#[tokio::test]
async fn offline_only_what_was_kept_is_read_and_nothing_is_written() {
    let acme = connection("acme");
    let cache = filled(&acme.identity()).await;
    let layer = layer(vec![acme], cache, true);
    let id = layer.find("acme").unwrap();
    let answer = layer.run(id, list(), |_| panic!("partial")).await.unwrap();
    assert_eq!((answer.source, &answer.outcome), (Source::Cache, &Outcome::Page(page())));
    let Outcome::Schema(_) = layer.run(id, Action::Types, |_| {}).await.unwrap().outcome else {
        panic!("no schema")
    };
    let unseen = Action::Get { entity: contact(), id: RecordId::from("2") };
    assert_eq!(layer.run(id, unseen, |_| {}).await.unwrap_err().error, Error::NotKept);
    let refused = layer.run(id, create(), |_| {}).await.unwrap_err();
    assert!(matches!(refused.error, Error::Offline { .. }), "{refused:?}");
    assert!(layer.exchanges(id).is_empty());
}

fn page_of(answer: &Answer) -> &Page {
    let Outcome::Page(page) = &answer.outcome else { panic!("{answer:?}") };
    page
}

#[tokio::test]
async fn offline_a_list_that_was_never_asked_for_is_made_of_kept_records_and_says_so() {
    let acme = connection("acme");
    let cache = filled(&acme.identity()).await;
    let named = |id: &str, name: &str| {
        let mut record = Record { is_complete: false, ..record(id) };
        record.fields.insert("name".into(), crate::domain::value::Value::Text(name.into()));
        record
    };
    for (id, name) in [("2", "Berta"), ("3", "Anna")] {
        cache.keep_record(&acme.identity(), &named(id, name), clock()).await;
    }
    let layer = layer(vec![acme], cache, true);
    let id = layer.find("acme").unwrap();
    let name = |compare| Some(Filter::Test(Test { field: "name".into(), test: compare }));
    let by_name = Some(Order { field: "name".into(), descending: false });
    let query =
        Query { order: by_name, columns: vec!["phone".into()], ..Query::all(contact(), 20) };
    let ids =
        |page: &Page| page.records.keys().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
    let all = layer.run(id, Action::List(query.clone()), |_| {}).await.unwrap();
    let page = page_of(&all);
    assert_eq!(
        (ids(page), page.total),
        (vec!["3".into(), "2".into(), "1".into()], Total::Exact(3))
    );
    assert!(page.is_filtered_here && !page.has_more && all.source == Source::Cache);
    let filter = name(Compare::StartsWith("an".into()));
    let some =
        layer.run(id, Action::List(Query { filter, ..query.clone() }), |_| {}).await.unwrap();
    assert_eq!(ids(page_of(&some)), ["3"]);
    let second = Query { offset: 1, limit: 1, ..query.clone() };
    let second = layer.run(id, Action::List(second), |_| {}).await.unwrap();
    assert_eq!((ids(page_of(&second)), page_of(&second).has_more), (vec!["2".into()], true));
    let preset = Query { preset: Some("active".into()), ..query };
    let refused = layer.run(id, Action::List(preset), |_| {}).await.unwrap_err();
    assert_eq!(refused.error, Error::NotKept, "only the server knows what that means");
}

#[tokio::test]
async fn when_nobody_answers_the_kept_page_is_shown_first_and_given_last() {
    let acme = connection("acme");
    let cache = filled(&acme.identity()).await;
    let layer = layer(vec![acme], cache, false);
    let id = layer.find("acme").unwrap();
    let partials = AtomicUsize::new(0);
    let count = |answer: Answer| {
        assert_eq!(answer.source, Source::Cache);
        partials.fetch_add(1, Ordering::Relaxed);
    };
    let answer = is_send(layer.run(id, list(), count)).await.unwrap();
    assert_eq!((answer.source, partials.into_inner()), (Source::Cache, 1));
    assert!(!layer.exchanges(id).is_empty());
}

#[tokio::test]
async fn when_nobody_answers_and_nothing_was_kept_it_fails_with_the_exchange() {
    let layer = layer(vec![connection("acme")], Cache::in_memory(), false);
    let id = layer.find("acme").unwrap();
    let failure = layer.run(id, list(), |_| panic!("partial")).await.unwrap_err();
    assert!(matches!(failure.error, Error::Offline { .. }), "{failure:?}");
    assert_eq!(failure.exchange.unwrap().status, None);
}

#[tokio::test]
async fn another_connection_never_sees_what_was_kept() {
    let acme = connection("acme");
    let cache = filled(&acme.identity()).await;
    let layer = layer(vec![acme, connection("other")], cache, true);
    let id = layer.find("other").unwrap();
    assert_eq!(layer.run(id, list(), |_| {}).await.unwrap_err().error, Error::NotKept);
}

#[test]
fn an_id_is_never_used_again() {
    let layer = layer(vec![connection("a"), connection("b")], Cache::in_memory(), false);
    let b = layer.find("b").unwrap();
    layer.remove(b);
    let c = layer.add(connection("c"));
    assert_ne!(b, c);
    assert_eq!(layer.connection(b), None);
    layer.replace(c, connection("d"));
    assert_eq!(layer.find("d"), Some(c));
    let names: Vec<_> = layer.connections().into_iter().map(|(_, known)| known.name).collect();
    assert_eq!(names, ["a", "d"]);
}

#[tokio::test]
async fn a_test_says_which_steps_were_not_reached() {
    let steps = Mutex::new(Vec::new());
    let layer = layer(Vec::new(), Cache::in_memory(), false);
    let tell = |step: CheckStep| steps.lock().unwrap().push(step);
    let secret = Some(Secret::new("a-key"));
    let failed = is_send(layer.test(&connection("new"), secret, tell)).await;
    assert!(matches!(failed.unwrap_err().error, Error::Offline { .. }));
    let steps = steps.into_inner().unwrap();
    let names: Vec<Check> = steps.iter().map(|step| step.check).collect();
    assert_eq!(names, Check::iter().collect::<Vec<_>>());
    assert!(matches!(steps[0].state, CheckState::Passed(..)));
    assert!(matches!(steps[1].state, CheckState::Failed(_)));
    assert!(steps[2..].iter().all(|step| step.state == CheckState::NotReached));
}
