//! From an EspoCRM's bytes to records and schemas. The bytes are the demo's own, fetched once.
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
mod office;

use std::sync::{Arc, LazyLock};

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use ficha::{
    demo::{self, Options},
    domain::{
        action::{Action, Outcome},
        connection::Auth,
        error::Error,
        query::Query,
        schema::Schema,
        secret::Secret,
    },
    net::{
        channel::{Channel as _, Direct},
        client,
        exchange::Response,
    },
    providers::{Context, Credentials, Input, Login, Provider, Step},
};
use jiff::Timestamp;
use office::name;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// The answers to the actions that are measured, in the order of their conversations.
struct Fetched {
    schema: Arc<Schema>,
    types: Vec<Response>,
    list: Vec<Response>,
}

static FETCHED: LazyLock<Fetched> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let demo = runtime.block_on(demo::start(Options::new(Timestamp::UNIX_EPOCH)));
    let demo = demo.expect("a demo");
    let told = &demo.introduction().espocrm;
    let direct = Direct::new(&told.url, Provider::Espocrm.base_path(), client::Options::default());
    let login = Login::Credentials(Credentials {
        auth: Auth::ApiKey,
        user: String::new(),
        key: String::new(),
        secret: Secret::new(&told.api_key),
        code: None,
    });
    let ask = |exchange| {
        let exchange = Provider::Espocrm.authorize(exchange, &login);
        runtime.block_on(direct.send(exchange)).expect("the demo answers")
    };
    let (outcome, types) = record(Action::Types, context(None), ask);
    let Ok(Outcome::Schema(schema)) = outcome else { unreachable!("a schema was asked for") };
    let (_, list) = record(contacts(), context(Some(schema.clone())), ask);
    Fetched { schema, types, list }
});

fn context(schema: Option<Arc<Schema>>) -> Context {
    Context {
        now: Timestamp::UNIX_EPOCH,
        site: "http://127.0.0.1".to_owned(),
        schema,
        ..Context::default()
    }
}

fn contacts() -> Action {
    Action::List(Query::all(name("Contact"), 200))
}

/// The whole conversation, with the answers that it got.
fn record(
    action: Action,
    context: Context,
    mut ask: impl FnMut(ficha::net::exchange::Exchange) -> Response,
) -> (Result<Outcome, Error>, Vec<Response>) {
    let mut conversation = Provider::Espocrm.start(action, context);
    let (mut input, mut answers) = (Input::Go, Vec::new());
    loop {
        input = match conversation.next(input) {
            Step::Send(exchange) => {
                let answer = ask(*exchange);
                answers.push(answer.clone());
                Input::Answer(answer)
            }
            Step::SendAll(_) | Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(outcome) => return (outcome, answers),
        };
    }
}

fn replay(bencher: Bencher, action: &Action, context: &Context, answers: &[Response]) {
    let bytes: usize = answers.iter().map(|it| it.body.len()).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .with_inputs(|| answers.iter().cloned())
        .bench_local_values(|mut answers| {
            let ask = |_| answers.next().expect("as many as before");
            let (outcome, _) = record(action.clone(), context.clone(), ask);
            outcome.expect("as before")
        });
}

/// 200 contacts.
#[divan::bench]
fn a_list_of_200(bencher: Bencher) {
    let fetched = &*FETCHED;
    let context = context(Some(fetched.schema.clone()));
    let bencher = bencher.counter(ItemsCount::new(200_usize));
    replay(bencher, &contacts(), &context, &fetched.list);
}

/// `App/user`, Metadata and I18n: all entity types with their fields, links, rights and labels.
#[divan::bench]
fn a_schema(bencher: Bencher) {
    replay(bencher, &Action::Types, &context(None), &FETCHED.types);
}
