//! Whatever a server answers, in whatever order: an outcome or an error, never a panic, and never
//! a conversation without an end.
#![no_main]
use std::sync::{Arc, LazyLock};

use ficha::{
    domain::{
        action::{Action, LinkChange, Outcome},
        query::Query,
        record::{Record, RecordId},
        schema::{EntityName, Schema},
        value::Value,
    },
    net::exchange::Response,
    providers::{Context, Input, Provider, Step},
};
use indexmap::IndexMap;
use libfuzzer_sys::fuzz_target;

/// The longest conversation asks fewer times than this.
const LONGEST: usize = 40;

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let bodies = [
        include_str!("../../tests/fixtures/espocrm/app-user.json"),
        include_str!("../../tests/fixtures/espocrm/metadata.json"),
        include_str!("../../tests/fixtures/espocrm/i18n.json"),
    ];
    let answers = bodies.map(|body| answer(200, false, body.as_bytes()));
    match run(Action::Types, None, &answers) {
        Some(Outcome::Schema(schema)) => schema,
        other => panic!("the fixtures are no schema: {other:?}"),
    }
});

fn answer(status: u16, is_modified: bool, body: &[u8]) -> Response {
    let reason = is_modified.then(|| ("x-status-reason".to_owned(), b"modified".to_vec()));
    Response { status, headers: reason.into_iter().collect(), body: body.to_vec() }
}

/// The answers come one after another, and then again from the first.
fn run(action: Action, schema: Option<Arc<Schema>>, answers: &[Response]) -> Option<Outcome> {
    let now = "2026-11-22T20:00:00Z".parse().expect("a moment");
    let context = Context { now, site: "https://crm.example".into(), schema, ..Context::default() };
    let mut conversation = Provider::Espocrm.start(action, context);
    let (mut input, mut left) = (Input::Go, answers.iter().cycle());
    for _ in 0..LONGEST {
        input = match conversation.next(input) {
            Step::Send(_) => Input::Answer(left.next().cloned().unwrap_or_default()),
            Step::SendAll(_) | Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(outcome) => return outcome.ok(),
        };
    }
    panic!("the conversation did not end")
}

fn entity() -> EntityName {
    EntityName::try_from("Account").expect("a plain name")
}

fn actions() -> Vec<Action> {
    let (entity, id, limit) = (entity(), RecordId::from("6b000000000000001"), 20);
    let query = Query::all(entity.clone(), limit);
    let edits: IndexMap<_, _> = [("name".to_owned(), Value::Text("Acme".to_owned()))].into();
    let base = Record {
        entity: entity.clone(),
        id: id.clone(),
        fields: IndexMap::new(),
        version: Some(1),
        url: None,
        is_complete: true,
        cut: Vec::new(),
    };
    let (link, others) = ("contacts".to_owned(), vec![id.clone()]);
    let change = LinkChange { entity: entity.clone(), id: id.clone(), link: link.clone(), others };
    vec![
        Action::Whoami,
        Action::Types,
        Action::Describe(entity.clone()),
        Action::List(query.clone()),
        Action::Get { entity: entity.clone(), id: id.clone() },
        Action::Create { entity: entity.clone(), edits: edits.clone(), despite_duplicates: false },
        Action::Update { base: Box::new(base.clone()), edits: edits.clone(), resolved: false },
        Action::Update { base: Box::new(Record { version: None, ..base }), edits, resolved: false },
        Action::Delete { entity: entity.clone(), id: id.clone() },
        Action::Related { entity: entity.clone(), id: id.clone(), link, query },
        Action::Link(change.clone()),
        Action::Unlink(change),
        Action::Activity { entity, id, limit },
        Action::Search { text: "acme".to_owned(), limit },
    ]
}

const STATUSES: [u16; 8] = [200, 200, 200, 400, 403, 404, 409, 500];

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (which, status, bytes) = input;
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    // Several bodies stand one after another, with a zero between them.
    let bodies = bytes.split(|byte| *byte == 0).take(8);
    let answers: Vec<_> = bodies.map(|body| answer(status, status == 409, body)).collect();
    let mut actions = actions();
    let action = actions.swap_remove(usize::from(which) % actions.len());
    let _ = run(action, Some(Arc::clone(&SCHEMA)), &answers);
});
