//! Whatever Membrane, or an app through it, answers, in whatever order: an outcome or an error,
//! never a panic, and never a conversation without an end.
#![no_main]
use std::sync::{Arc, LazyLock};

use ficha::{
    domain::{
        action::{Action, Outcome, Run},
        query::{Filter, Order, Query},
        record::{Record, RecordId},
        schema::{EntityName, Schema},
        value::Value,
    },
    net::exchange::Response,
    providers::{Context, Input, Memory, Provider, Step, membrane},
};
use indexmap::IndexMap;
use libfuzzer_sys::fuzz_target;

/// The longest conversation asks and waits fewer times than this: a person may take ten minutes
/// to sign in, and a list may have two hundred pages.
const LONGEST: usize = 1_300;

const APP: &str = "665000000000000000000001";

static FIXTURE: LazyLock<serde_json::Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../tests/fixtures/membrane/app.json"))
        .expect("the fixture is JSON")
});

/// Of the sign-in, and of an app that is reached by its actions.
static SCHEMAS: LazyLock<[Arc<Schema>; 2]> = LazyLock::new(|| {
    let of = |parts: &[&str], app| {
        let answers: Vec<_> =
            parts.iter().map(|part| answer(200, FIXTURE[*part].to_string().as_bytes())).collect();
        match run(Action::Types, None, app, &answers) {
            Some(Outcome::Schema(schema)) => schema,
            other => panic!("the fixture is no schema: {other:?}"),
        }
    };
    [of(&["self"], None), of(&["self", "connection", "actions"], Some(APP))]
});

fn answer(status: u16, body: &[u8]) -> Response {
    Response { status, headers: vec![], body: body.to_vec() }
}

/// The answers come one after another, and then again from the first.
fn run(
    action: Action,
    schema: Option<Arc<Schema>>,
    app: Option<&str>,
    answers: &[Response],
) -> Option<Outcome> {
    let now = "2026-11-22T20:00:00Z".parse().expect("a moment");
    let site = "https://api.getmembrane.com".into();
    let context = Context { now, site, schema, ..Context::default() };
    let membrane = membrane::Memory::new(app.map(str::to_owned));
    let memory = Memory { membrane, ..Memory::default() };
    let mut conversation = Provider::Membrane.start(action, context).told(&memory);
    let mut left = answers.iter().cycle();
    let mut next = || left.next().cloned().unwrap_or_default();
    let mut input = Input::Go;
    for _ in 0..LONGEST {
        input = match conversation.next(input) {
            Step::Send(_) => Input::Answer(next()),
            Step::SendAll(all) => Input::Answers(all.iter().map(|_| next()).collect()),
            Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(outcome) => return outcome.ok(),
        };
    }
    panic!("the conversation did not end")
}

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).expect("a plain name")
}

fn actions(names: &[&str]) -> Vec<Action> {
    let (id, limit) = (RecordId::from("7"), 20);
    let mut all =
        vec![Action::Whoami, Action::Types, Action::Search { text: "ada".to_owned(), limit }];
    for name in names {
        let (entity, edits) =
            (entity(name), IndexMap::from([("name".to_owned(), Value::Text("A".into()))]));
        let base = Record {
            entity: entity.clone(),
            id: id.clone(),
            fields: IndexMap::new(),
            version: None,
            url: None,
            is_complete: true,
            cut: Vec::new(),
        };
        let words = Some(Filter::Words("ada".to_owned()));
        let order = Some(Order { field: "name".to_owned(), descending: true });
        all.extend([
            Action::List(Query::all(entity.clone(), limit)),
            Action::List(Query { offset: 40, filter: words, ..Query::all(entity.clone(), limit) }),
            Action::List(Query { order, ..Query::all(entity.clone(), limit) }),
            Action::Get { entity: entity.clone(), id: id.clone() },
            Action::Create {
                entity: entity.clone(),
                edits: edits.clone(),
                despite_duplicates: true,
            },
            Action::Update { base: Box::new(base), edits, resolved: false },
            Action::Delete { entity, id: id.clone() },
        ]);
    }
    for link in ["actions", "runs"] {
        let (query, link) = (Query::all(entity("Action"), limit), link.to_owned());
        all.push(Action::Related { entity: entity("Connection"), id: id.clone(), link, query });
    }
    for (key, is_write) in [
        ("connect", true),
        ("await-connection", false),
        ("ensure-connection", true),
        ("ring-the-bell", true),
        ("list-people", false),
        ("test", false),
        ("reconnect", true),
        ("await", false),
        ("archive", true),
    ] {
        let input = serde_json::json!({"connector": "espocrm", "appUrl": "https://a.example", "requestId": "r"});
        for target in [None, Some((entity("Connection"), id.clone()))] {
            let (key, input) = (key.to_owned(), input.clone());
            all.push(Action::Run(Run { key, target, input, is_write }));
        }
    }
    all
}

const STATUSES: [u16; 10] = [200, 200, 200, 204, 400, 401, 404, 429, 500, 504];

fuzz_target!(|input: (bool, u8, u8, &[u8])| {
    let (is_app, which, status, bytes) = input;
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    // Several bodies stand one after another, with a zero between them.
    let bodies = bytes.split(|byte| *byte == 0).take(8);
    let answers: Vec<_> = bodies.map(|body| answer(status, body)).collect();
    let (names, app): (&[&str], _) = if is_app {
        (&["Person", "Task"], Some(APP))
    } else {
        (&["Connection", "Action", "ActionRunLog"], None)
    };
    let mut actions = actions(names);
    let action = actions.swap_remove(usize::from(which) % actions.len());
    let schema = Arc::clone(&SCHEMAS[usize::from(is_app)]);
    let _ = run(action, Some(schema), app, &answers);
});
