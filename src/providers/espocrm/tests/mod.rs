//! Conversations over small hand-written answers: the same ground as the recordings, without them.
use std::sync::Arc;

use serde_json::Value as Json;

use super::{super::Context, Input, Step};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        record::{Record, RecordId},
        schema::{EntityName, EntityType, Schema},
        value::Value,
    },
    net::exchange::{Body, Exchange, Response},
};

mod activities;
mod queries;
mod structure;
mod updates;
mod values;
mod writes;

pub const APP: &str = include_str!("../../../../tests/fixtures/espocrm/app-user.json");
pub const METADATA: &str = include_str!("../../../../tests/fixtures/espocrm/metadata.json");
pub const I18N: &str = include_str!("../../../../tests/fixtures/espocrm/i18n.json");

pub fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

pub fn schema() -> Schema {
    super::schema::schema(&json(APP), &json(METADATA), &json(I18N), "1".to_owned()).unwrap()
}

pub fn name(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

pub fn account() -> EntityType {
    schema().entity_type(&name("Account")).unwrap().clone()
}

pub fn context() -> Context {
    let now = "2026-03-29T10:00:00Z".parse().unwrap();
    Context {
        now,
        site: "https://crm.example".into(),
        schema: Some(Arc::new(schema())),
        ..Context::default()
    }
}

pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec()));
    Response { status, headers: headers.collect(), body: body.as_bytes().to_vec() }
}

pub fn ok(body: &str) -> Response {
    answer(200, &[], body)
}

/// Drives an action over those answers, in order.
pub fn run(action: Action, answers: &[Response]) -> (Result<Outcome, Error>, Vec<Exchange>) {
    let mut conversation = super::Conversation::new(action, context());
    let (mut input, mut sent) = (Input::Go, Vec::new());
    let mut answers = answers.iter();
    loop {
        match conversation.next(input) {
            Step::Send(exchange) => {
                let answer = answers.next().unwrap_or_else(|| panic!("no answer to {exchange:?}"));
                input = Input::Answer(answer.clone());
                sent.push(*exchange);
            }
            Step::Done(outcome) => {
                assert_eq!(answers.count(), 0, "an answer was not asked for");
                return (outcome, sent);
            }
            step @ (Step::SendAll(_) | Step::Wait(_) | Step::Partial(_)) => panic!("{step:?}"),
        }
    }
}

pub fn path(exchange: &Exchange) -> String {
    format!("{} {}", exchange.method, exchange.path.join("/"))
}

pub fn body(exchange: &Exchange) -> &Json {
    match &exchange.body {
        Some(Body::Json(json)) => json,
        other => panic!("no JSON but {other:?}"),
    }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// An account as it was read.
pub fn base(version: Option<u64>, fields: &[(&str, Value)]) -> Record {
    Record {
        entity: name("Account"),
        id: RecordId::from("a1"),
        fields: fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
        version,
        url: None,
        is_complete: true,
        cut: vec![],
    }
}

#[test]
fn a_conversation_that_is_driven_out_of_turn_says_so() {
    let mut conversation = super::Conversation::new(Action::Whoami, context());
    let step = conversation.next(Input::Answer(ok("{}")));
    assert!(matches!(step, Step::Done(Err(Error::Bug { .. }))), "{step:?}");
    let mut conversation = super::Conversation::new(Action::Whoami, context());
    conversation.next(Input::Go);
    let step = conversation.next(Input::Go);
    assert!(matches!(step, Step::Done(Err(Error::Bug { .. }))), "{step:?}");
}

#[test]
fn an_address_of_a_web_page_names_its_record() {
    let read = |url| super::parse_url("https://crm.example/sub", url);
    let found = Some(("Contact".to_owned(), "65f".to_owned()));
    assert_eq!(read("https://crm.example/sub/#Contact/view/65f"), found);
    assert_eq!(read("https://crm.example/sub/?x=1#Contact/edit/65f?tab=2"), found);
    for other in [
        "https://crm.example/sub/#Contact",
        "https://crm.example/sub/#Contact/list/65f",
        "https://crm.example/subway/#Contact/view/65f",
        "https://other.example/#Contact/view/65f",
        "https://crm.example/sub/#Con tact/view/65f",
        "https://crm.example/sub/#Contact/view/",
    ] {
        assert_eq!(read(other), None, "{other}");
    }
}
