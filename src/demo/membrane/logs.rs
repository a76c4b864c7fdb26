//! What each run of an action sent and received (§3 Run).

use super::Visit;
use super::answer::{Answer, Given, found, page};
use serde_json::{Value, json};

/// A run that is over.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// When it began.
    pub at: String,
    /// The connection.
    pub connection: String,
    /// The action's id, where it was one.
    pub action: Option<String>,
    /// Its key, where it shows one.
    pub key: Option<String>,
    /// What it was called.
    pub name: String,
    /// As given.
    pub input: Value,
    /// As answered, or the error's envelope.
    pub result: Result<Value, Value>,
    /// The exchanges with the app, secrets left out.
    pub exchanges: Vec<Value>,
}

/// `action-run-logs`.
pub(super) fn answer(visit: &Visit<'_>, path: &[&str]) -> Answer {
    match (visit.request.method.as_str(), path) {
        ("GET", ["action-run-logs"]) => Ok(list(visit)),
        ("GET", ["action-run-logs", id]) => one(visit, id).map(|run| shown(&run).into()),
        ("GET", ["action-run-logs", id, "details"]) => {
            let run = one(visit, id)?;
            Ok(json!({"id": run.id, "requests": run.exchanges}).into())
        }
        _ => Err(found("path", &path.join("/"))),
    }
}

fn one(visit: &Visit<'_>, id: &str) -> Answer<Run> {
    let state = visit.membrane.state();
    let known = state.runs.iter().find(|run| run.id == id).cloned();
    known.ok_or_else(|| found("run", id))
}

/// The newest first.
fn list(visit: &Visit<'_>) -> Given {
    let is = |name: &str, value: &str| visit.param(name).is_none_or(|wanted| wanted == value);
    let state = visit.membrane.state();
    let fits = |run: &&Run| {
        is("connectionId", &run.connection)
            && is("actionId", run.action.as_deref().unwrap_or_default())
            && is("status", if run.result.is_ok() { "success" } else { "error" })
            && visit.param("from").is_none_or(|from| run.at.as_str() >= from)
            && visit.param("to").is_none_or(|to| run.at.as_str() <= to)
    };
    let items = state.runs.iter().rev().filter(fits).map(shown).collect();
    drop(state);
    page(items, visit.param("limit"), visit.param("cursor"), 25).into()
}

fn shown(run: &Run) -> Value {
    let mut shown = json!({
        "id": run.id, "name": run.name, "connectionId": run.connection, "input": run.input,
        "status": if run.result.is_ok() { "success" } else { "error" },
        "createdAt": run.at, "completedAt": run.at, "duration": 12,
    });
    match &run.result {
        Ok(output) => shown["output"] = output.clone(),
        Err(error) => shown["error"] = error.clone(),
    }
    if let Some(action) = &run.action {
        shown["actionId"] = json!(action);
        shown["action"] = json!({"id": action, "key": run.key, "name": run.name});
    }
    shown
}
