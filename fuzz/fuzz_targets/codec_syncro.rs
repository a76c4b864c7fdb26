//! Whatever a Syncro answers, in whatever order: an outcome or an error, never a panic, and never
//! a conversation without an end.
#![no_main]
use std::sync::{Arc, LazyLock};

use ficha::{
    domain::{
        action::{Action, Outcome, Run},
        query::Query,
        record::{Record, RecordId},
        schema::{EntityName, Schema},
        value::{Line, Value},
    },
    net::exchange::Response,
    providers::{Context, Input, Provider, Step},
};
use indexmap::IndexMap;
use libfuzzer_sys::fuzz_target;

/// The longest conversation asks fewer times than this.
const LONGEST: usize = 60;

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let account: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/fixtures/syncro/account.json"))
            .expect("the fixture is JSON");
    let answers = ["me", "settings", "tabs", "tickets"]
        .map(|part| answer(200, account[part].to_string().as_bytes()));
    match run(Action::Types, None, &answers) {
        Some(Outcome::Schema(schema)) => schema,
        other => panic!("the fixture is no schema: {other:?}"),
    }
});

fn answer(status: u16, body: &[u8]) -> Response {
    Response { status, headers: vec![], body: body.to_vec() }
}

/// The answers come one after another, and then again from the first.
fn run(action: Action, schema: Option<Arc<Schema>>, answers: &[Response]) -> Option<Outcome> {
    let now = "2026-11-22T20:00:00Z".parse().expect("a moment");
    let context =
        Context { now, site: "https://acme.example".into(), schema, ..Context::default() };
    let mut conversation = Provider::Syncro.start(action, context);
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

fn actions() -> Vec<Action> {
    let (ticket, id, limit) = (entity("Ticket"), RecordId::from("7"), 20);
    let lines = Value::Lines(vec![Line { id: Some("1".to_owned()), fields: IndexMap::new() }]);
    let edits: IndexMap<_, _> =
        [("subject".to_owned(), Value::Text("Fire".to_owned())), ("line_items".to_owned(), lines)]
            .into();
    let base = Record {
        entity: ticket.clone(),
        id: id.clone(),
        fields: IndexMap::new(),
        version: None,
        url: None,
        is_complete: true,
        cut: Vec::new(),
    };
    let mut all = vec![
        Action::Whoami,
        Action::Types,
        Action::Update { base: Box::new(base), edits: edits.clone(), resolved: false },
        Action::Create { entity: ticket.clone(), edits, despite_duplicates: false },
        Action::Delete { entity: entity("Invoice"), id: id.clone() },
        Action::Activity { entity: ticket.clone(), id: id.clone(), limit },
        Action::Search { text: "#7 fire".to_owned(), limit },
    ];
    for link in ["timers", "assets", "worksheets"] {
        let query = Query::all(ticket.clone(), limit);
        let (entity, id) = (ticket.clone(), id.clone());
        all.push(Action::Related { entity, id, link: link.to_owned(), query });
    }
    for name in ["Ticket", "User", "Appointment", "Timer", "Product", "Setting", "CustomField"] {
        let mut query = Query::all(entity(name), limit);
        query.offset = 60;
        all.push(Action::List(query));
        all.push(Action::Get { entity: entity(name), id: id.clone() });
    }
    for key in ["stop-timer", "charge-timer", "invoice-ticket"] {
        let target = Some((ticket.clone(), id.clone()));
        let input = serde_json::Value::Null;
        all.push(Action::Run(Run { key: key.to_owned(), target, input, is_write: true }));
    }
    all
}

const STATUSES: [u16; 8] = [200, 200, 200, 201, 401, 404, 422, 500];

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (which, status, bytes) = input;
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    // Several bodies stand one after another, with a zero between them.
    let bodies = bytes.split(|byte| *byte == 0).take(8);
    let answers: Vec<_> = bodies.map(|body| answer(status, body)).collect();
    let mut actions = actions();
    let action = actions.swap_remove(usize::from(which) % actions.len());
    let _ = run(action, Some(Arc::clone(&SCHEMA)), &answers);
});
