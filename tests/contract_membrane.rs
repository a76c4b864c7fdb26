//! Membrane: our requests equal those that the vendor's own SDK made, in method, path, query and
//! body.
#![expect(clippy::disallowed_methods, reason = "a test is a shell: it reads the environment")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use ficha::{
    domain::{
        action::{Action, Outcome, Request, Run},
        connection::Auth,
        query::{Filter, Query},
        record::RecordId,
        schema::{EntityName, Schema},
        secret::Secret,
    },
    net::exchange::{Body, Exchange, Response},
    providers::{self, Context, Credentials, Input, Login, Provider, Step, membrane::Memory},
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

/// A request in the SDK's recording.
#[derive(Debug, PartialEq)]
struct Asked {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    body: Json,
}

fn recorded() -> Option<Vec<(Asked, Json)>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/contracts");
    let folder = std::env::var_os("FICHA_CONTRACTS").map_or(beside, PathBuf::from);
    let text = std::fs::read_to_string(folder.join("membrane/sdk-recorded.jsonl")).ok()?;
    let asked = |line: &str| {
        let json: Json = serde_json::from_str(line).unwrap();
        let query = serde_json::from_value(json["query"].clone()).unwrap();
        let of = |name: &str| json[name].as_str().unwrap().to_owned();
        let asked =
            Asked { method: of("method"), path: of("path"), query, body: json["body"].clone() };
        (asked, json["headers"].clone())
    };
    Some(text.lines().filter(|line| !line.trim().is_empty()).map(asked).collect())
}

fn of(exchange: &Exchange) -> Asked {
    let body = match &exchange.body {
        None => Json::Null,
        Some(Body::Json(json)) => json.clone(),
        Some(Body::Text(text)) => serde_json::from_str(text).unwrap(),
        Some(Body::Form(_)) => panic!("a form"),
    };
    Asked {
        method: exchange.method.to_string(),
        path: format!("/{}", exchange.path.join("/")),
        query: exchange.query.iter().cloned().collect(),
        body,
    }
}

/// All that an action sends: each exchange is answered with the next of `answers`.
fn sent(action: Action, memory: &Memory, answers: &[Json]) -> Vec<Exchange> {
    let context = Context { now: Timestamp::UNIX_EPOCH, ..Context::default() };
    let context = Context { schema: Some(Arc::new(Schema::default())), ..context };
    let memory = providers::Memory { membrane: memory.clone(), ..<_>::default() };
    let mut conversation = Provider::Membrane.start(action, context).told(&memory);
    let (mut input, mut answers, mut sent) = (Input::Go, answers.iter(), Vec::new());
    loop {
        match conversation.next(input) {
            Step::Send(exchange) => sent.push(*exchange),
            Step::Done(_) => return sent,
            Step::SendAll(_) | Step::Wait(_) | Step::Partial(_) => panic!("more than asked for"),
        }
        let Some(answer) = answers.next() else { return sent };
        let status = if answer.is_null() { 404 } else { 200 };
        let body = answer.to_string().into_bytes();
        input = Input::Answer(Response { status, headers: Vec::new(), body });
    }
}

const CONNECTION: &str = "665000000000000000000001";
const ACTION: &str = "665000000000000000000101";

fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

fn list(name: &str, limit: u32) -> Query {
    Query::all(entity(name), limit)
}

fn get(name: &str, id: &str) -> Action {
    Action::Get { entity: entity(name), id: RecordId::from(id) }
}

fn actions(limit: u32, words: Option<&str>) -> Action {
    let filter = words.map(|words| Filter::Words(words.to_owned()));
    Action::Related {
        entity: entity("Connection"),
        id: RecordId::from(CONNECTION),
        link: "actions".to_owned(),
        query: Query { filter, ..list("Action", limit) },
    }
}

fn request(method: &str, path: &str, query: &[(&str, &str)], body: Option<Json>) -> Action {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Action::Send(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.collect(),
        headers: Vec::new(),
        body: body.map(|body| body.to_string()),
    })
}

fn run(key: &str, target: Option<(&str, &str)>, input: Json) -> Action {
    let target = target.map(|(name, id)| (entity(name), RecordId::from(id)));
    Action::Run(Run { key: key.to_owned(), target, input, is_write: true })
}

/// What we send for each thing that the SDK's check does.
fn ours() -> Vec<Exchange> {
    let platform = Memory::new(None);
    let app = Memory::new(Some(CONNECTION.to_owned()));
    let more = [json!({"items": [{"id": "a"}], "cursor": "1"})];
    let lead = json!({"lastName": "Check"});
    let mut all = Vec::new();
    let mut take = |action, memory: &Memory, answers: &[Json]| {
        all.extend(sent(action, memory, answers));
    };
    take(Action::Whoami, &platform, &[]);
    take(Action::List(list("Connection", 1)), &platform, &[]);
    let second = Query { offset: 1, ..list("Connection", 1) };
    take(Action::List(list("Connection", 1)), &platform, &more);
    take(Action::List(second), &platform, &[]);
    take(get("Connection", CONNECTION), &platform, &[]);
    take(get("Connection", "000000000000000000000000"), &platform, &[]);
    take(actions(10, Some("list leads")), &platform, &[]);
    take(get("Action", ACTION), &platform, &[]);
    // Where `/act` is missing: the older place.
    let on = json!({"input": {"maxSize": 2}, "connection": CONNECTION});
    take(run("run", Some(("Action", ACTION)), on), &platform, &[Json::Null]);
    take(run("list-leads", None, json!({"maxSize": 2})), &app, &[]);
    for (method, path, body) in [
        ("POST", "/api/v1/Lead", Some(lead.clone())),
        ("PUT", "/api/v1/Lead/1", Some(lead.clone())),
        ("PATCH", "/api/v1/Lead/1", Some(lead)),
        ("DELETE", "/api/v1/Lead/1", None),
    ] {
        take(request(method, path, &[], body), &app, &[]);
    }
    take(request("GET", "/api/v1/Lead", &[("maxSize", "1")], None), &app, &[]);
    let find = request("GET", "/search", &[("q", "espocrm"), ("elementType", "connector")], None);
    take(find, &platform, &[]);
    all
}

/// Requests of the SDK that no typed action of ours makes in exactly these words: they can be
/// sent as requests all the same.
fn is_by_hand(asked: &Asked) -> bool {
    let query: Vec<&str> = asked.query.keys().map(String::as_str).collect();
    match (asked.path.as_str(), query.as_slice()) {
        // Ours always say how many they want, and the SDK begins with a cursor of 0.
        ("/connections", [])
        | ("/actions", ["connectionId"] | ["connectionId", "cursor", "limit"]) => true,
        // Inline requests, and one that must be refused: we use the proxy.
        ("/act", []) => asked.body.get("api").is_some(),
        _ => false,
    }
}

#[test]
fn our_requests_equal_the_sdks() {
    let Some(recorded) = recorded() else {
        eprintln!("SKIPPED: the SDK's recording is not there (FICHA_CONTRACTS)");
        return;
    };
    assert!(recorded.len() >= 20, "{}", recorded.len());
    let ours: Vec<Asked> = ours().iter().map(of).collect();
    let mut compared = 0;
    for (asked, headers) in recorded {
        if is_by_hand(&asked) {
            let query: Vec<(&str, &str)> =
                asked.query.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let body = Some(asked.body.clone()).filter(|body| !body.is_null());
            let by_hand = request(&asked.method, &asked.path, &query, body);
            let sent = sent(by_hand, &Memory::new(None), &[]);
            assert_eq!(of(&sent[0]), asked);
            continue;
        }
        assert!(ours.contains(&asked), "nothing of ours equals {asked:#?}");
        assert_eq!(headers["membrane-api-version"], "2025-10-21");
        compared += 1;
    }
    assert!(compared >= 15, "{compared}");
}

#[test]
fn every_request_carries_the_token_and_the_sdks_version_and_shows_neither_secret() {
    let secret = Secret::new("pat-5ecret");
    let (user, key) = (String::new(), String::new());
    let credentials = Credentials { auth: Auth::Token, user, key, secret, code: None };
    let login = Login::Credentials(credentials);
    for exchange in ours() {
        let authorized = Provider::Membrane.authorize(exchange, &login);
        let version = ("membrane-api-version".to_owned(), "2025-10-21".to_owned());
        assert!(authorized.headers.contains(&version));
        let bearer = &authorized.secret_headers[0];
        assert_eq!((bearer.0.as_str(), bearer.1.reveal()), ("Authorization", "Bearer pat-5ecret"));
        assert!(!format!("{authorized:?}{:?}", Outcome::Done).contains("5ecret"));
    }
}
