//! Running an action. A run is never repeated blindly: where its answer is lost, the log of runs
//! is asked what became of it. §3, §5.
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::{errors, list::items};
use crate::{
    domain::{action::Ran, error::Error},
    net::exchange::{Exchange, Method, Response},
    providers::json::{at, text},
};

/// Longer than Membrane itself gives a request. §5.
pub const PATIENCE: Duration = Duration::from_secs(65);

/// The log of a run may lag behind the run.
const PAUSE: Duration = Duration::from_secs(2);

/// How often the log is asked.
const ASKED: u32 = 3;

/// How long the lock of a connection is waited for, and how often. §5.
pub const LOCKED: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// What comes next in a run.
#[derive(Debug, PartialEq)]
pub enum Turn {
    /// Send this.
    Send(Box<Exchange>),
    /// Go on after so long.
    Wait(Duration),
    /// The end.
    Done(Ran),
}

/// By what an action is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Membrane's own id; every action has one.
    Id(String),
    /// A key, which actions of the catalogue have not.
    Key(String),
}

impl Selector {
    fn text(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Key(key) => key,
        }
    }
}

/// `connectorId` or `connectorKey`, as it is named by one or the other.
pub fn selector(element: &str, text: &str) -> String {
    format!("{element}{}", if is_id(text) { "Id" } else { "Key" })
}

/// Membrane's ids are 24 hexadecimal digits, or UUIDs.
pub fn is_id(text: &str) -> bool {
    let hex = text.chars().filter(char::is_ascii_hexdigit).count();
    matches!(text.len(), 24 | 36) && hex >= 24 && hex + 4 >= text.len()
}

/// One run.
#[derive(Debug)]
pub struct Run {
    action: Selector,
    connection: Option<String>,
    input: Json,
    /// Whether it changes nothing, so that it may be repeated.
    is_safe: bool,
    begun: Timestamp,
    at: At,
    /// How often another one's lock was waited for.
    locked: usize,
    /// The action's id, where it is run by its key and that is known: logs may name only it.
    id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Acted,
    /// `/act` is not there.
    Older,
    /// The log is to be asked for the nth time.
    Lost(u32),
    /// It was.
    Asked(u32),
}

impl Run {
    /// Of that action, on that connection.
    pub fn new(
        action: Selector,
        connection: Option<String>,
        input: Json,
        is_safe: bool,
        begun: Timestamp,
    ) -> Self {
        Self { action, connection, input, is_safe, begun, at: At::Start, locked: 0, id: None }
    }

    /// Of the action with that id, which logs name it by.
    #[must_use]
    pub fn known_as(self, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..self }
    }

    /// What comes next: nothing is given at the start and after a wait.
    ///
    /// Errors: [`Error::RunFailed`], [`Error::Mend`], [`Error::Unknown`] where nobody knows what
    /// became of it.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Turn, Error> {
        match (self.at, answer) {
            (At::Start, None) => {
                self.at = At::Acted;
                Ok(send(self.act()))
            }
            (At::Acted, Some(response)) if response.status == 404 => {
                // Nothing ran, so the older place may be tried: there the action may be.
                self.at = At::Older;
                Ok(send(self.older()))
            }
            (At::Acted | At::Older, Some(response)) => match LOCKED.get(self.locked) {
                // Nothing ran: another one was at it.
                Some(pause) if errors::is_locked(response) => {
                    self.locked += 1;
                    self.at = At::Start;
                    Ok(Turn::Wait(*pause))
                }
                _ => self.answered(response),
            },
            (At::Lost(times), None) => {
                self.at = At::Asked(times);
                Ok(send(self.log()))
            }
            (At::Asked(times), Some(response)) => self.logged(response, times),
            (At::Start | At::Acted | At::Older | At::Lost(_) | At::Asked(_), _) => {
                Err(Error::bug("a run was driven out of turn"))
            }
        }
    }

    fn answered(&mut self, response: &Response) -> Result<Turn, Error> {
        if !self.is_safe && errors::is_ambiguous(response) {
            self.at = At::Lost(1);
            return Ok(Turn::Wait(PAUSE));
        }
        if !(200..300).contains(&response.status) {
            return Err(errors::of_run(response, self.action.text()));
        }
        match errors::body(response, "act") {
            Ok(body) => {
                let output = body.get("output").cloned().unwrap_or(Json::Null);
                let run_id = text(&body, "actionRunId").map(str::to_owned);
                Ok(Turn::Done(Ran { output, record: None, run_id }))
            }
            Err(error) if self.is_safe => Err(error),
            // It succeeded, and what it says cannot be read.
            Err(_) => {
                self.at = At::Lost(1);
                Ok(Turn::Wait(PAUSE))
            }
        }
    }

    fn logged(&mut self, response: &Response, times: u32) -> Result<Turn, Error> {
        let found = errors::body(response, "action-run-logs").and_then(|body| items(&body));
        let (logs, _) = found.unwrap_or_default();
        match logs.iter().find(|log| self.is_ours(log)) {
            Some(log) if text(log, "status") == Some("error") => Err(errors::of_log(log)),
            Some(log) if text(log, "status") == Some("success") => Ok(Turn::Done(Ran {
                output: log.get("output").cloned().unwrap_or(Json::Null),
                record: None,
                run_id: text(log, "id").map(str::to_owned),
            })),
            Some(_) | None if times < ASKED => {
                self.at = At::Lost(times + 1);
                Ok(Turn::Wait(PAUSE))
            }
            Some(_) | None => Err(Error::Unknown),
        }
    }

    /// The same action, the same input, not before we began.
    fn is_ours(&self, log: &Json) -> bool {
        let ids = ["connectionActionId", "integrationActionId", "universalActionId", "actionId"];
        let named = ids.iter().filter_map(|name| text(log, name));
        let inner = ["id", "key"].iter().filter_map(|name| at(log, &["action", name])?.as_str());
        let is_it = |name: &str| name == self.action.text() || self.id.as_deref() == Some(name);
        let is_action = named.chain(inner).any(is_it);
        let input = log.get("input").unwrap_or(&Json::Null);
        let created = text(log, "createdAt").and_then(|text| text.parse::<Timestamp>().ok());
        is_action && *input == self.input && created.is_some_and(|at| at >= self.since())
    }

    /// The server counts in its own milliseconds.
    fn since(&self) -> Timestamp {
        let second = SignedDuration::from_secs(1);
        self.begun.checked_sub(second).unwrap_or(self.begun)
    }

    fn act(&self) -> Exchange {
        let mut body = match &self.action {
            Selector::Id(id) => json!({ "id": id }),
            Selector::Key(key) => json!({ "key": key }),
        };
        if let Some(connection) = &self.connection {
            body[selector("connection", connection)] = json!(connection);
        }
        body["input"] = self.input.clone();
        self.patient(Exchange::new(Method::Post, ["act"]).json(body))
    }

    fn older(&self) -> Exchange {
        let path = ["actions", self.action.text(), "run"];
        let exchange = Exchange::new(Method::Post, path).json(json!({ "input": self.input }));
        self.patient(match &self.connection {
            Some(connection) => exchange.query(selector("connection", connection), connection),
            None => exchange,
        })
    }

    fn patient(&self, exchange: Exchange) -> Exchange {
        Exchange {
            is_safe: self.is_safe,
            tells_loss: true,
            timeout: Some(PATIENCE),
            limit: LARGEST,
            ..exchange
        }
    }

    fn log(&self) -> Exchange {
        let mut exchange = Exchange::get(["action-run-logs"]);
        // By a key nothing is filtered there; what is ours is found by what it is.
        if let Some(connection) = self.connection.as_ref().filter(|it| is_id(it)) {
            exchange = exchange.query("connectionId", connection);
        }
        exchange.query("from", self.since().to_string()).query("limit", "20")
    }
}

/// Membrane's own limit for an answer. §5.
pub const LARGEST: u64 = 30 * 1024 * 1024;

fn send(exchange: Exchange) -> Turn {
    Turn::Send(Box::new(exchange))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::exchange::Body;

    const CONNECTION: &str = "665000000000000000000001";

    fn run(is_safe: bool) -> Run {
        let begun = "2026-11-25T16:00:00Z".parse().unwrap();
        let (key, connection) = (Selector::Key("create-task".into()), Some(CONNECTION.to_owned()));
        Run::new(key, connection, json!({"name": "Call"}), is_safe, begun)
    }

    fn answer(status: u16, body: &Json) -> Response {
        Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    fn sent(turn: Turn) -> Exchange {
        let Turn::Send(exchange) = turn else { panic!("{turn:?}") };
        *exchange
    }

    #[test]
    fn an_action_is_run_once_with_patience() {
        let mut run = run(false);
        let exchange = sent(run.next(None).unwrap());
        assert_eq!((exchange.method, exchange.path.join("/").as_str()), (Method::Post, "act"));
        assert_eq!(exchange.timeout, Some(PATIENCE));
        assert!(!exchange.is_safe);
        let body =
            json!({"key": "create-task", "connectionId": CONNECTION, "input": {"name": "Call"}});
        assert_eq!(exchange.body, Some(Body::Json(body)));
        let done =
            run.next(Some(&answer(200, &json!({"output": {"id": "1"}, "actionRunId": "r"}))));
        let ran = Ran { output: json!({"id": "1"}), record: None, run_id: Some("r".into()) };
        assert_eq!(done, Ok(Turn::Done(ran)));
    }

    #[test]
    fn a_connection_is_named_by_its_id_or_by_its_key() {
        let begun = "2026-11-25T16:00:00Z".parse().unwrap();
        let (action, on) = (Selector::Id(CONNECTION.into()), Some("letters".to_owned()));
        let mut run = Run::new(action, on, json!({}), false, begun);
        let acted = sent(run.next(None).unwrap());
        let body = json!({"id": CONNECTION, "connectionKey": "letters", "input": {}});
        assert_eq!(acted.body, Some(Body::Json(body)));
        let older = sent(run.next(Some(&answer(404, &json!({})))).unwrap());
        assert_eq!(older.query, [("connectionKey".to_owned(), "letters".to_owned())]);
        run.next(Some(&Response::lost())).unwrap();
        let log = sent(run.next(None).unwrap());
        assert!(log.query.iter().all(|(name, _)| name != "connectionId"));
    }

    #[test]
    fn where_act_is_missing_the_older_place_is_taken() {
        let mut run = run(false);
        run.next(None).unwrap();
        let older =
            sent(run.next(Some(&answer(404, &json!({"message": "Cannot POST /act"})))).unwrap());
        assert_eq!(older.path, ["actions", "create-task", "run"]);
        assert_eq!(older.query, [("connectionId".to_owned(), CONNECTION.to_owned())]);
        assert_eq!(older.body, Some(Body::Json(json!({"input": {"name": "Call"}}))));
        let gone = json!({"type": "bad_request", "key": "not_found", "message": "No such action"});
        let failed = run.next(Some(&answer(404, &gone)));
        assert_eq!(failed, Err(Error::NotFound { what: "No such action".into() }));
    }

    #[test]
    fn anothers_lock_is_waited_for_three_times_and_then_told() {
        let lock = json!({"type": "concurrency", "key": "lock_timeout", "message": "Locked"});
        let mut run = run(false);
        for pause in LOCKED {
            run.next(None).unwrap();
            assert_eq!(run.next(Some(&answer(400, &lock))), Ok(Turn::Wait(pause)));
        }
        run.next(None).unwrap();
        let end = run.next(Some(&answer(400, &lock)));
        assert_eq!(end, Err(Error::RateLimited { wait: None }));
    }

    fn lost() -> Run {
        let mut run = run(false);
        run.next(None).unwrap();
        assert_eq!(run.next(Some(&Response::lost())), Ok(Turn::Wait(PAUSE)));
        run
    }

    fn log(status: &str, created: &str, input: &Json) -> Json {
        json!({"items": [{"id": "r9", "status": status, "createdAt": created, "input": input,
            "action": {"id": "a1", "key": "create-task"}, "output": {"id": "7"},
            "error": {"message": "No rights"}}]})
    }

    #[test]
    fn a_lost_answer_is_looked_up_and_the_run_never_repeated() {
        let input = json!({"name": "Call"});
        let mut run = lost();
        let asked = sent(run.next(None).unwrap());
        assert_eq!((asked.method, asked.path.join("/").as_str()), (Method::Get, "action-run-logs"));
        let done = run.next(Some(&answer(200, &log("success", "2026-11-25T16:00:03Z", &input))));
        let ran = Ran { output: json!({"id": "7"}), record: None, run_id: Some("r9".into()) };
        assert_eq!(done, Ok(Turn::Done(ran)));
        let mut failed = lost();
        failed.next(None).unwrap();
        let end = failed.next(Some(&answer(200, &log("error", "2026-11-25T16:00:03Z", &input))));
        assert!(matches!(end, Err(Error::RunFailed { .. })), "{end:?}");
    }

    #[test]
    fn an_earlier_run_and_one_of_another_input_are_not_ours() {
        for (created, input) in [
            ("2026-11-25T15:59:00Z", json!({"name": "Call"})),
            ("2026-11-25T16:00:03Z", json!({"name": "Mail"})),
        ] {
            let mut run = lost();
            for _ in 1..ASKED {
                run.next(None).unwrap();
                let turn = run.next(Some(&answer(200, &log("success", created, &input))));
                assert_eq!(turn, Ok(Turn::Wait(PAUSE)));
            }
            run.next(None).unwrap();
            let end = run.next(Some(&answer(200, &log("success", created, &input))));
            assert_eq!(end, Err(Error::Unknown));
        }
    }

    #[test]
    fn a_gateway_that_gives_up_is_a_lost_answer_for_what_writes_only() {
        let gateway = Response { status: 504, body: b"<html>".to_vec(), ..Response::default() };
        let mut writes = run(false);
        writes.next(None).unwrap();
        assert_eq!(writes.next(Some(&gateway)), Ok(Turn::Wait(PAUSE)));
        let mut reads = run(true);
        reads.next(None).unwrap();
        assert!(matches!(reads.next(Some(&gateway)), Err(Error::Server { status: 504, .. })));
    }
}
