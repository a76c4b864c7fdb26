//! The platform's own deeds: connecting an app, mending a connection, testing it. §2.
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{
    element::{self, Element},
    errors,
    run::{Run, Selector, Turn, is_id, selector},
    standing,
};
use crate::{
    domain::{
        action::{self, Outcome, Ran},
        error::Error,
        record::RecordId,
        verb::Verb,
    },
    net::exchange::{Exchange, Method, Response},
    providers::{
        Context, Step,
        json::{text, unreadable},
    },
};

/// A person signs in meanwhile.
const PAUSE: Duration = Duration::from_secs(2);

/// As long as somebody may take: ten minutes.
const ASKED: u32 = 300;

/// One deed.
#[derive(Debug)]
pub struct Deed {
    what: What,
    is_sent: bool,
}

#[derive(Debug)]
enum What {
    /// Sent once; the answer is the output.
    Once(Exchange, After),
    /// Asked until a person has signed in.
    Wait { request: String, left: u32, connection: Option<String> },
    /// Asked until it is built.
    Built { id: String, left: u32 },
    /// An action's run.
    Run(Run),
}

/// What an answer means.
#[derive(Debug)]
enum After {
    /// A connection request: where to go, and what to wait for.
    Request,
    /// `{success}`.
    Test,
    /// Nothing is said.
    Nothing(RecordId),
    /// The connection.
    Connection,
}

/// What can be done without a record.
pub fn verbs() -> Vec<Verb> {
    vec![
        Verb {
            description: "Begins a sign-in to an app; it ends in the browser.".to_owned(),
            input: json!({"type": "object", "required": ["connector"], "properties": {
                "connector": {"type": "string", "title": "Connector", "description": "Its key, or its id"},
                "name": {"type": "string", "title": "Name", "description": "What the connection is called"},
            }}),
            ..Verb::new("connect", "Connect an app")
        },
        Verb {
            description: "Finds or makes the connection to an app by its address.".to_owned(),
            input: json!({"type": "object", "required": ["appUrl"], "properties": {
                "appUrl": {"type": "string", "format": "uri", "title": "Address"},
                "name": {"type": "string", "title": "Name"},
            }}),
            ..Verb::new("ensure-connection", "Connect by address")
        },
        Verb {
            description: "Waits until a sign-in that was begun has ended.".to_owned(),
            input: json!({"type": "object", "required": ["requestId"], "properties": {
                "requestId": {"type": "string"},
            }}),
            is_write: false,
            ..Verb::new("await-connection", "Wait for a sign-in")
        },
    ]
}

impl Deed {
    /// Of that run.
    ///
    /// Errors: [`Error::Unsupported`] for a deed of no name, [`Error::Invalid`] for input that
    /// lacks what it needs.
    pub fn new(run: &action::Run, context: &Context) -> Result<Self, Error> {
        let what = match &run.target {
            None => without_record(run, context)?,
            Some((entity, id)) => match (Element::of(entity)?, run.key.as_str()) {
                (Element::Connection, key) => match of_connection(key, id) {
                    Some(what) => what,
                    None => on_connection(run, id, context),
                },
                (Element::Connector, "connect-connector") => {
                    What::Once(request(&json!({"connectorId": id.as_str()})), After::Request)
                }
                (Element::Action, "run") => of_action(run, id, context),
                (Element::Connector | Element::Action | Element::ActionRunLog, key) => {
                    return Err(unsupported(key));
                }
            },
        };
        Ok(Self { what, is_sent: false })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let is_sent = std::mem::replace(&mut self.is_sent, answer.is_none());
        match &mut self.what {
            What::Run(run) => Ok(match run.next(answer)? {
                Turn::Send(exchange) => Step::Send(exchange),
                Turn::Wait(pause) => Step::Wait(pause),
                Turn::Done(ran) => done(ran),
            }),
            What::Once(exchange, after) => match answer {
                None if is_sent => Err(Error::bug("a deed was driven out of turn")),
                None => Ok(Step::Send(Box::new(exchange.clone()))),
                Some(response) => after.read(response),
            },
            What::Wait { request, left, connection } => waited(request, left, connection, answer),
            What::Built { id, left } => built(id, left, answer),
        }
    }
}

fn without_record(run: &action::Run, context: &Context) -> Result<What, Error> {
    let given = |name: &str| text(&run.input, name).map(str::to_owned);
    let needed = |name: &str| {
        let missing = || Error::Invalid { field: Some(name.to_owned()), reason: "required".into() };
        given(name).ok_or_else(missing)
    };
    Ok(match run.key.as_str() {
        "connect" => {
            let connector = needed("connector")?;
            let mut body = json!({ selector("connector", &connector): connector });
            if let Some(name) = given("name") {
                body["name"] = json!(name);
            }
            What::Once(request(&body), After::Request)
        }
        "ensure-connection" => {
            let mut body = json!({ "appUrl": needed("appUrl")? });
            if let Some(name) = given("name") {
                body["name"] = json!(name);
            }
            let exchange = Exchange::new(Method::Post, ["connections", "ensure"]).json(body);
            What::Once(exchange, After::Connection)
        }
        "await-connection" => {
            What::Wait { request: needed("requestId")?, left: ASKED, connection: None }
        }
        // Whatever else has a key is an action of the workspace.
        key => {
            let (action, input) = (by_name(key), run.input.clone());
            What::Run(Run::new(action, None, input, !run.is_write, context.now))
        }
    })
}

fn of_connection(key: &str, id: &RecordId) -> Option<What> {
    let post = |verb: &str| Exchange::new(Method::Post, ["connections", id.as_str(), verb]);
    let nothing = || After::Nothing(id.clone());
    Some(match key {
        "test" => What::Once(post("test"), After::Test),
        // Of the three ways that are described, the one that no token's URL needs. §2.
        "reconnect" => What::Once(request(&json!({"connectionId": id.as_str()})), After::Request),
        "refresh-credentials" => What::Once(post("refresh-credentials"), nothing()),
        "archive" => {
            let exchange = Exchange::new(Method::Delete, ["connections", id.as_str()]);
            What::Once(exchange, nothing())
        }
        "restore" => What::Once(post("restore"), nothing()),
        "disconnect" => What::Once(post("disconnect"), nothing()),
        "await" => What::Built { id: id.as_str().to_owned(), left: ASKED },
        _ => return None,
    })
}

/// Whatever else has a key is an action of the connection's app.
fn on_connection(run: &action::Run, id: &RecordId, context: &Context) -> What {
    let (action, connection) = (by_name(&run.key), Some(id.as_str().to_owned()));
    What::Run(Run::new(action, connection, run.input.clone(), !run.is_write, context.now))
}

/// Actions of the catalogue have no key: they are named by their id. §3.
fn by_name(name: &str) -> Selector {
    if is_id(name) { Selector::Id(name.to_owned()) } else { Selector::Key(name.to_owned()) }
}

fn of_action(run: &action::Run, id: &RecordId, context: &Context) -> What {
    let input = run.input.get("input").cloned().unwrap_or_else(|| json!({}));
    let connection = text(&run.input, "connection").map(str::to_owned);
    let action = Selector::Id(id.as_str().to_owned());
    What::Run(Run::new(action, connection, input, !run.is_write, context.now))
}

fn request(body: &Json) -> Exchange {
    Exchange::new(Method::Post, ["connection-requests"]).json(body.clone())
}

fn unsupported(key: &str) -> Error {
    Error::Unsupported { what: format!("there is no {key} here") }
}

impl After {
    fn read(&self, response: &Response) -> Result<Step, Error> {
        let has_landed = (200..300).contains(&response.status);
        let body = errors::body(response, "Membrane");
        // It succeeded, but nobody can say with what.
        let body = body.map_err(|error| if has_landed { Error::Unknown } else { error })?;
        let connection = |id: &str| {
            let entity = Element::Connection.name()?;
            Ok::<_, Error>(Some((entity, RecordId::from(id))))
        };
        let ran = match self {
            Self::Request => asked_for(&body)?,
            Self::Test => {
                let success = body.get("success").and_then(Json::as_bool);
                let success = success.ok_or_else(|| unreadable("success", "true or false"))?;
                Ran { output: json!({ "success": success }), ..Ran::default() }
            }
            Self::Nothing(id) => Ran { record: connection(id.as_str())?, ..Ran::default() },
            Self::Connection => Ran {
                record: connection(text(&body, "id").ok_or(Error::Unknown)?)?,
                output: connection_output(&body),
                run_id: None,
            },
        };
        Ok(done(ran))
    }
}

/// What is shown of a connection request: its page, and nothing that signs anybody in.
fn asked_for(body: &Json) -> Result<Ran, Error> {
    let id = text(body, "requestId").ok_or_else(|| unreadable("requestId", "a text"))?;
    let url = text(body, "url").filter(|url| url.starts_with("http"));
    let url = url.ok_or_else(|| unreadable("url", "a web address"))?;
    let status = text(body, "status").unwrap_or("pending");
    let output = json!({ "requestId": id, "url": url, "status": status });
    Ok(Ran { output, ..Ran::default() })
}

fn connection_output(body: &Json) -> Json {
    json!({
        "id": text(body, "id"),
        "name": text(body, "name"),
        "state": element::state(body),
        "needs": element::needs(body),
        "url": element::page(body),
    })
}

fn done(ran: Ran) -> Step {
    Step::Done(Ok(Outcome::Ran(ran)))
}

/// `pending | success | cancelled | error`. §2.
fn waited(
    request: &str,
    left: &mut u32,
    connection: &mut Option<String>,
    answer: Option<&Response>,
) -> Result<Step, Error> {
    let Some(response) = answer else {
        return Ok(Step::Send(Box::new(Exchange::get(["connection-requests", request]))));
    };
    let body = errors::body(response, "connection-requests")?;
    match text(&body, "status") {
        Some("success") => {
            *connection = text(&body, "resultConnectionId").map(str::to_owned);
            let entity = Element::Connection.name()?;
            let record = connection.as_deref().map(|id| (entity, RecordId::from(id)));
            let output = json!({ "status": "success", "connectionId": connection });
            Ok(done(Ran { output, record, run_id: None }))
        }
        Some("cancelled") => {
            let reason = "the sign-in was cancelled in the browser".to_owned();
            Err(Error::Unauthorized { reason })
        }
        Some("error") => {
            let said = errors::sentence(body.get("resultError").unwrap_or(&Json::Null));
            let said =
                if said.is_empty() { "the app refused the sign-in".to_owned() } else { said };
            Err(Error::RunFailed { causes: vec![said], run_id: None })
        }
        Some(_) | None => again(left),
    }
}

/// A connection that is being built is asked for with patience. §2.
fn built(id: &str, left: &mut u32, answer: Option<&Response>) -> Result<Step, Error> {
    let Some(response) = answer else { return Ok(Step::Send(Box::new(standing::asked(id)))) };
    let body = errors::body(response, "connections")?;
    match element::state(&body).as_str() {
        "BUILDING" | "SETUP_IN_PROGRESS" => again(left),
        _ => {
            let record = Some((Element::Connection.name()?, RecordId::from(id)));
            Ok(done(Ran { output: connection_output(&body), record, run_id: None }))
        }
    }
}

fn again(left: &mut u32) -> Result<Step, Error> {
    *left = left.saturating_sub(1);
    if *left == 0 { Err(Error::Timeout) } else { Ok(Step::Wait(PAUSE)) }
}
