//! Running an action, or a request of the caller's own (§3 Run).

use super::Visit;
use super::actions::{self, Action};
use super::answer::{Answer, Refusal, bad_request, html, refuse};
use super::catalogue::How;
use super::connections::{self, Connection};
use super::logs::Run;
use super::switches::Switches;
use super::{letterbox, proxy};
use crate::demo::http::{Reply, Request};
use serde_json::{Map, Value, json};

const FIELDS: [&str; 11] = [
    "id",
    "key",
    "api",
    "code",
    "connectionId",
    "connectionKey",
    "integrationId",
    "integrationKey",
    "externalAppId",
    "input",
    "meta",
];

/// `POST /act`, where that is there already.
pub(super) fn act(visit: &Visit<'_>) -> Result<Reply, Refusal> {
    if visit.membrane.state().switches.has_no_act {
        // Not the envelope: nobody has this path.
        let gone = json!({"statusCode": 404, "message": "Cannot POST /act", "error": "Not Found"});
        return Err(Refusal { status: 404, body: gone });
    }
    maybe_lost(visit, || dispatched(visit))
}

/// What was done stays done, though its answer is lost on the way.
fn maybe_lost(visit: &Visit<'_>, run: impl FnOnce() -> Answer) -> Result<Reply, Refusal> {
    if Switches::take(&mut visit.membrane.state().switches.run_locked) {
        return Err(proxy::locked());
    }
    let answer = run();
    if Switches::take(&mut visit.membrane.state().switches.lost_runs) {
        return Ok(html(504, "<h1>504 Gateway Time-out</h1>"));
    }
    answer.map(Reply::from)
}

/// Strict about its fields, and exactly one thing to do.
fn dispatched(visit: &Visit<'_>) -> Answer {
    let body = visit.body()?;
    if let Some(strange) = body.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(bad_request(&format!("Unrecognized key: {strange:?}")));
    }
    let dispatches: Vec<&str> =
        ["id", "key", "api", "code"].into_iter().filter(|name| body.contains_key(*name)).collect();
    let [dispatch] = dispatches.as_slice() else {
        return Err(bad_request("Exactly one of id, key, api and code is needed"));
    };
    let one = connection(visit, |name| body.get(name).and_then(Value::as_str))?;
    let input = body.get("input").cloned().unwrap_or_else(|| json!({}));
    match *dispatch {
        "api" => {
            let api = body.get("api").and_then(Value::as_object).cloned().unwrap_or_default();
            inline(visit, &one, &api)
        }
        "code" => Err(refuse(400, "custom_code", "custom_code", "The demo runs no code")),
        name => {
            let wanted = body.get(name).and_then(Value::as_str).unwrap_or_default();
            run(visit, &one, &actions::of(visit, &one, wanted)?, input)
        }
    }
}

/// The connection that a body or a query names; the first ready one where none is (§3).
fn connection<'a>(visit: &Visit<'_>, text: impl Fn(&str) -> Option<&'a str>) -> Answer<Connection> {
    if let Some(selector) = text("connectionId").or_else(|| text("connectionKey")) {
        return connections::usable(visit, selector);
    }
    let app = text("integrationKey").map(str::to_owned).or_else(|| {
        text("integrationId").and_then(|id| super::connectors::find(visit.membrane, id))
    });
    let id = {
        let state = visit.membrane.state();
        let fits = |one: &&Connection| app.as_ref().is_none_or(|app| *app == one.app);
        state.connections.iter().find(fits).map(|one| one.id.clone())
    };
    connections::usable(visit, &id.unwrap_or_default())
}

/// `POST /actions/{selector}/run`.
pub(super) fn older(visit: &Visit<'_>, selector: &str) -> Result<Reply, Refusal> {
    maybe_lost(visit, || by_selector(visit, selector))
}

fn by_selector(visit: &Visit<'_>, selector: &str) -> Answer {
    let one = connection(visit, |name| visit.param(name))?;
    let body = visit.body()?;
    let input = body.get("input").cloned().unwrap_or_else(|| json!({}));
    run(visit, &one, &actions::of(visit, &one, selector)?, input)
}

/// `POST /connections/{selector}/actions/{key}/run`: the body is the input.
pub(super) fn legacy(visit: &Visit<'_>, selector: &str, key: &str) -> Answer {
    let one = connections::usable(visit, selector)?;
    let input = Value::Object(visit.body()?);
    run(visit, &one, &actions::of(visit, &one, key)?, input)
}

fn run(visit: &Visit<'_>, one: &Connection, action: &Action, input: Value) -> Answer {
    let mut exchanges = Vec::new();
    let result = match missing(action, &input) {
        Some(name) => Err(refuse(
            400,
            "action_run",
            "invalid_input",
            &format!("Input property {name:?} is required"),
        )),
        None => done(visit, one, action, &input, &mut exchanges),
    };
    log(visit, one, Some(action), input, result, exchanges)
}

fn missing(action: &Action, input: &Value) -> Option<String> {
    let required = action.entry.input.get("required").and_then(Value::as_array)?;
    let names = required.iter().filter_map(Value::as_str);
    names.into_iter().find(|name| input.get(*name).is_none_or(Value::is_null)).map(str::to_owned)
}

fn done(
    visit: &Visit<'_>,
    one: &Connection,
    action: &Action,
    input: &Value,
    exchanges: &mut Vec<Value>,
) -> Answer<Value> {
    match &action.entry.how {
        How::Letterbox => letterbox::run(visit, &action.entry.key, input),
        How::Call(call) => {
            let request = call.request(input);
            let reply = proxy::ask(visit, one, request.clone());
            exchanges.push(exchange(visit, one, &request, &reply));
            let body: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
            if (200..300).contains(&reply.status) { Ok(body) } else { Err(upstream(&reply, &body)) }
        }
    }
}

/// The app's refusal, with the cause beneath (§5).
fn upstream(reply: &Reply, body: &Value) -> Refusal {
    let cause = json!({
        "type": "bad_request", "key": "api_request_failed",
        "message": format!("The app answered with status {}", reply.status),
        "data": {"response": {"status": reply.status, "data": body}},
    });
    refuse(400, "action_run", "action_run_failed", "The action failed").with("causedByError", cause)
}

/// As raw as it may be on the platform: with the app's credentials among the headers, which no
/// client may show.
fn exchange(visit: &Visit<'_>, one: &Connection, request: &Request, reply: &Reply) -> Value {
    let mut headers: Map<String, Value> =
        request.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    headers.extend(visit.membrane.credentials(&one.app));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(4000).collect::<String>();
    json!({
        "request": {
            "method": request.method, "path": request.path, "query": request.query,
            "headers": headers, "body": text(&request.body),
        },
        "response": {"status": reply.status, "body": text(&reply.body)},
    })
}

/// `api`: the app's status, headers and body, whatever they are.
fn inline(visit: &Visit<'_>, one: &Connection, api: &Map<String, Value>) -> Answer {
    let text = |name: &str| api.get(name).and_then(Value::as_str).unwrap_or_default();
    let path = if text("path").is_empty() { text("url") } else { text("path") };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in api.get("query").and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        query.append_pair(name, &value);
    }
    let body = api.get("body").or(api.get("data"));
    let kind = ("content-type".to_owned(), "application/json".to_owned());
    let request = Request {
        method: text("method").to_owned(),
        path: format!("/{}", path.trim_start_matches('/')),
        query: query.finish(),
        headers: body.map(|_| kind).into_iter().collect(),
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    };
    let reply = proxy::ask(visit, one, request.clone());
    let exchanges = vec![exchange(visit, one, &request, &reply)];
    let data: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    let output = json!({"status": reply.status, "data": data});
    log(visit, one, None, Value::Object(api.clone()), Ok(output), exchanges)
}

/// Writes the run down, and names it in the answer.
fn log(
    visit: &Visit<'_>,
    one: &Connection,
    action: Option<&Action>,
    input: Value,
    result: Answer<Value>,
    exchanges: Vec<Value>,
) -> Answer {
    let at = visit.membrane.stamp();
    let mut state = visit.membrane.state();
    let id = state.id();
    let run = Run {
        id: id.clone(),
        at,
        connection: one.id.clone(),
        action: action.map(|action| action.id.clone()),
        key: action.filter(|it| !it.entry.has_no_key).map(|it| it.entry.key.clone()),
        name: action.map_or("API request", |action| action.entry.name.as_str()).to_owned(),
        input,
        result: result.clone().map_err(|refusal| refusal.body),
        exchanges,
    };
    state.runs.push(run);
    drop(state);
    match result {
        Ok(output) => Ok(json!({"output": output, "actionRunId": id}).into()),
        Err(refusal) => Err(refusal.with("actionRunId", json!(id))),
    }
}
