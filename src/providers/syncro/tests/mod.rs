//! The provider from outside: actions in, exchanges and outcomes out.
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{
    schema::{self, Told},
    *,
};
use crate::{
    domain::{
        connection::Script,
        query::Query,
        record::{Record, RecordId},
        schema::Schema,
        value::Value,
    },
    net::exchange::Body,
};

mod lists;
mod structure;
mod writes;

/// An account with two custom fields of assets, one of tickets, and two users.
pub fn told() -> Told {
    let me = json!({
        "user_id": 1, "user_name": "Ada Haas", "user_email": "ada@acme.example", "admin": false,
        "permissions": {
            "ticket": {"read": true, "write": true, "delete": false},
            "script": {"execute": true},
        },
    });
    let settings = json!({
        "locale": {"currency_symbol": "$", "time_zone": "America/Los_Angeles"},
        "customers": {"customer_fields": []},
        "assets": {
            "asset_types": [{"id": 1, "name": "Laptop"}],
            "asset_type_fields": [
                {"id": 5, "name": "Model No.:", "field_type": "text_field", "asset_type_id": 1},
                {"id": 6, "name": "Encrypted", "field_type": "check_box", "asset_type_id": 1},
            ],
        },
        "ticket": {
            "ticket_types": [{"id": 3, "name": "Incident"}],
            "ticket_type_fields": [{
                "id": 9, "name": "Room", "field_type": "select_box", "ticket_type_id": 3,
            }],
            "ticket_type_field_answers": [
                {"id": 1, "ticket_field_id": 9, "content": "101"},
                {"id": 2, "ticket_field_id": 8, "content": "elsewhere"},
            ],
            "problem_types": ["Virus", "Other"],
            "priorities": ["", "1 High"],
        },
    });
    let tabs = json!({"tabs": {"contracts": false, "tickets": true}});
    let tickets = json!({
        "ticket_status_list": ["New", "In Progress", "Resolved"],
        "users": [{"id": 1, "name": "Ada Haas"}, {"id": 2, "name": "Bat Man"}],
        "saved_searches": [{"id": 44, "name": "Old ones"}],
    });
    Told { me, settings, tabs, tickets }
}

pub fn account() -> Schema {
    schema::schema(&told(), "https://acme.example", &["Clean up".to_owned()]).unwrap()
}

pub fn context() -> Context {
    Context {
        now: "2026-11-23T12:00:00Z".parse().unwrap(),
        site: "https://acme.example".to_owned(),
        schema: Some(Arc::new(account())),
        scripts: vec![Script { label: "Clean up".to_owned(), id: 77 }],
        ..Context::default()
    }
}

pub fn name(entity: &str) -> EntityName {
    EntityName::try_from(entity).unwrap()
}

pub fn answer(status: u16, body: &Json) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

/// `PUT tickets/1?x=y {"a":1}`.
pub fn line(exchange: &Exchange) -> String {
    let query: Vec<_> =
        exchange.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut line = format!("{} {}", exchange.method, exchange.path.join("/"));
    if !query.is_empty() {
        line = format!("{line}?{}", query.join("&"));
    }
    if let Some(Body::Json(json)) = &exchange.body {
        line = format!("{line} {json}");
    }
    line
}

/// Whether names of customers are asked for: that is another story, told in `names`.
fn is_about_names(exchange: &Exchange) -> bool {
    exchange.query.iter().any(|(name, _)| name == "id[]")
}

/// Drives an action with those answers: what it asked, and how it ended.
pub fn talk(action: Action, answers: &[(u16, Json)]) -> (Vec<String>, Result<Outcome, Error>) {
    let mut conversation = Conversation::new(action, context());
    let (mut input, mut asked, mut left) = (Input::Go, Vec::new(), answers.iter());
    loop {
        input = match conversation.next(input) {
            Step::Send(exchange) if is_about_names(&exchange) => {
                Input::Answer(answer(200, &json!({"customers": []})))
            }
            Step::Send(exchange) => {
                asked.push(line(&exchange));
                let (status, body) = left.next().unwrap_or_else(|| panic!("asked {asked:?}"));
                Input::Answer(answer(*status, body))
            }
            Step::SendAll(exchanges) => {
                asked.extend(exchanges.iter().map(line));
                let answers = exchanges.iter().map(|_| left.next().unwrap());
                Input::Answers(answers.map(|(status, body)| answer(*status, body)).collect())
            }
            Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(result) => {
                assert!(left.next().is_none(), "asked only {asked:?}");
                return (asked, result);
            }
        };
    }
}

pub fn list(entity: &str, filter: &str) -> Query {
    let account = account();
    let entity_type = account.entity_type(&name(entity)).unwrap();
    let filter =
        crate::domain::filter_text::parse(filter, entity_type, jiff::civil::date(2026, 11, 23));
    Query { filter: filter.unwrap(), ..Query::all(name(entity), 50) }
}

pub fn page(result: Result<Outcome, Error>) -> crate::domain::record::Page {
    match result {
        Ok(Outcome::Page(page)) => page,
        other => panic!("{other:?}"),
    }
}

/// The record that an object reads as.
pub fn record(entity: &str, json: &Json) -> Record {
    let (context, entity) = (context(), name(entity));
    let entity_type = entity_type(&context, &entity).unwrap();
    let codec = codec::Codec::new(&context, resource(&entity).unwrap(), entity_type, None);
    codec.row(json, "test", codec::Extent::Whole).unwrap()
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn id(id: u32) -> RecordId {
    RecordId::from(id.to_string().as_str())
}
