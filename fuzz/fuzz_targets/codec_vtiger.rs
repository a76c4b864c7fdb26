//! Whatever a Vtiger answers, in whatever order: an outcome or an error, never a panic, and never
//! a conversation without an end.
#![no_main]
use std::sync::{Arc, LazyLock};

use ficha::{
    domain::{
        action::{Action, LinkChange, Outcome, Run},
        query::{Compare, Filter, Order, Query, Test},
        record::{Record, RecordId},
        schema::{EntityName, Schema},
        value::{Line, Reference, Value},
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Input, Provider, Step},
};
use indexmap::IndexMap;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value as Json, json};

/// The longest conversation asks fewer times than this.
const LONGEST: usize = 60;

const ACCOUNT: &str = include_str!("../../tests/fixtures/vtiger/account.json");

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let account: Json = serde_json::from_str(ACCOUNT).expect("the fixture is JSON");
    let told = |exchange: &Exchange| {
        let said = format!("{:?} {:?}", exchange.query, exchange.body);
        let part = ["listtypes", "extendsession", "retrieve"].iter().find(|it| said.contains(**it));
        let described = account["describe"].as_array().expect("a list").iter().find(|module| {
            said.contains("describe") && said.contains(&format!("{}", module["name"]))
        });
        let result = match (described, part) {
            (Some(module), _) => module,
            (None, Some(&"extendsession")) => &account["session"],
            (None, Some(&"retrieve")) => &account["user"],
            (None, Some(part)) => &account[*part],
            (None, None) => &account["currencies"],
        };
        answer(200, json!({"success": true, "result": result}).to_string())
    };
    match run(Provider::Vtiger, Action::Types, None, told) {
        Some(Outcome::Schema(schema)) => schema,
        other => panic!("the fixture is no schema: {other:?}"),
    }
});

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response { status, headers: vec![], body: body.into() }
}

fn run(
    provider: Provider,
    action: Action,
    schema: Option<Arc<Schema>>,
    mut next: impl FnMut(&Exchange) -> Response,
) -> Option<Outcome> {
    let now = "2026-11-22T20:00:00Z".parse().expect("a moment");
    let context =
        Context { now, site: "https://acme.example".into(), schema, ..Context::default() };
    let mut conversation = provider.start(action, context);
    let mut input = Input::Go;
    for _ in 0..LONGEST {
        input = match conversation.next(input) {
            Step::Send(exchange) => Input::Answer(next(&exchange)),
            Step::SendAll(all) => Input::Answers(all.iter().map(&mut next).collect()),
            Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(outcome) => return outcome.ok(),
        };
    }
    panic!("the conversation did not end")
}

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).expect("a plain name")
}

/// Lists in every way that they are read.
fn lists() -> Vec<Action> {
    let mut all = Vec::new();
    let filters = [
        None,
        Some(Filter::Words("ada".to_owned())),
        Some(Filter::Not(Box::new(Filter::Test(Test {
            field: "industry".to_owned(),
            test: Compare::Is(Value::Text("Banking".to_owned())),
        })))),
    ];
    for filter in filters {
        for order in [None, Some(true), Some(false)] {
            let order =
                order.map(|descending| Order { field: "accountname".to_owned(), descending });
            let query = Query::all(entity("Accounts"), 20);
            all.push(Action::List(Query { filter: filter.clone(), order, offset: 60, ..query }));
        }
    }
    all
}

fn actions() -> Vec<Action> {
    let (quotes, id, limit) = (entity("Quotes"), RecordId::from("4x7"), 20);
    let item = Reference { entity: None, id: "14x1".to_owned(), name: None };
    let fields = [("productid".to_owned(), Value::Reference(item))].into();
    let lines = Value::Lines(vec![Line { id: Some("33x1".to_owned()), fields }]);
    let edits: IndexMap<_, _> =
        [("subject".to_owned(), Value::Text("Fire".to_owned())), ("LineItems".to_owned(), lines)]
            .into();
    let base = Record {
        entity: quotes.clone(),
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
        Action::Create { entity: quotes.clone(), edits, despite_duplicates: false },
        Action::Delete { entity: quotes.clone(), id: id.clone() },
        Action::Activity { entity: entity("Contacts"), id: "12x7".into(), limit },
        Action::Search { text: "#7 fire".to_owned(), limit },
        Action::Download {
            entity: entity("Documents"),
            id: "15x7".into(),
            file: "filename".to_owned(),
        },
        Action::Link(LinkChange {
            entity: entity("Accounts"),
            id: "11x7".into(),
            link: "Contacts".to_owned(),
            others: vec!["12x7".into()],
        }),
    ];
    all.extend(lists());
    for link in ["Contacts", "Calendar"] {
        let (entity, query) = (entity("Accounts"), Query::all(entity(link), limit));
        all.push(Action::Related { entity, id: "11x7".into(), link: link.to_owned(), query });
    }
    for name in ["Contacts", "Quotes", "Users", "Documents", "ModComments"] {
        all.push(Action::Describe(entity(name)));
        all.push(Action::Get { entity: entity(name), id: id.clone() });
    }
    for key in ["convert-lead", "query-records", "get-current-user", "delete-record"] {
        let target = Some((entity("Leads"), RecordId::from("10x7")));
        let input = json!({"query": "select * from Users;", "id": "10x7"});
        all.push(Action::Run(Run { key: key.to_owned(), target, input, is_write: true }));
    }
    all
}

const STATUSES: [u16; 8] = [200, 200, 200, 200, 401, 404, 429, 500];

fuzz_target!(|input: (u8, u8, bool, &[u8])| {
    let (which, status, is_cloud, bytes) = input;
    let provider = if is_cloud { Provider::VtigerCloud } else { Provider::Vtiger };
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    // Several bodies stand one after another, with a zero between them.
    let bodies = bytes.split(|byte| *byte == 0).take(8);
    let answers: Vec<_> = bodies.map(|body| answer(status, body)).collect();
    // They come one after another, and then again from the first.
    let mut left = answers.iter().cycle();
    let next = |_: &Exchange| left.next().cloned().unwrap_or_default();
    let mut actions = actions();
    let action = actions.swap_remove(usize::from(which) % actions.len());
    let _ = run(provider, action, Some(Arc::clone(&SCHEMA)), next);
});
