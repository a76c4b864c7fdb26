//! Why an action of Membrane failed: what its own log of that run knows, with the exchange
//! between Membrane and the app.
use serde_json::{Value as Json, json};

use super::{
    note,
    record::word,
    sentence::{Fault, Stop},
    shell::Shell,
};
use crate::domain::{
    action::{Action, Failure, Outcome},
    connection::{Connection, ConnectionId, Kind},
    error::Error,
    record::{Record, RecordId},
    schema::EntityName,
    value::Value,
};

/// No more lines of an exchange are told.
const LINES: usize = 60;

/// The failure of a run, with the log of it where Membrane kept one.
pub async fn stop(failure: &Failure, place: (ConnectionId, &Connection), shell: &Shell) -> Stop {
    let (id, connection) = place;
    let mut fault = Fault::of_failure(failure, &connection.name);
    if let Error::RunFailed { run_id: Some(run), .. } = &failure.error {
        fault.run = read(run, sign_in(id, connection, shell), shell).await;
    }
    fault.into()
}

/// Where the log is: at the sign-in itself, or at the one that the connection goes through.
fn sign_in(id: ConnectionId, connection: &Connection, shell: &Shell) -> Option<ConnectionId> {
    match &connection.via {
        Some(via) => shell.layer.find(&via.connection),
        None => (connection.kind == Kind::Membrane).then_some(id),
    }
}

/// That the log cannot be read hides nothing: the failure itself is told.
async fn read(run: &str, sign_in: Option<ConnectionId>, shell: &Shell) -> Option<Json> {
    let entity = EntityName::try_from("ActionRunLog").ok()?;
    let get = Action::Get { entity, id: RecordId::from(run) };
    let answer = shell.try_run(sign_in?, get).await.ok()?;
    let Outcome::Record(record) = answer.outcome else { return None };
    Some(document(&record))
}

fn document(record: &Record) -> Json {
    let json = |name: &str| match record.value(name) {
        Some(Value::Json(json)) => json.clone(),
        Some(Value::Number(number)) => json!(number.to_string().parse::<f64>().ok()),
        Some(_) | None => json!(word(record, name)),
    };
    json!({
        "id": record.id.as_str(),
        "name": word(record, "name"),
        "status": word(record, "status"),
        "duration_ms": json("duration"),
        "input": json("input"),
        "exchange": json("exchange"),
    })
}

/// For people, on standard error.
pub fn tell(run: &Json) {
    let text = |name: &str| run.get(name).and_then(Json::as_str).unwrap_or_default();
    note(&format!("  The run {}, {}: {}", text("id"), text("name"), text("status")));
    for (title, name) in [("Input", "input"), ("Exchange", "exchange")] {
        let Some(part) = run.get(name).filter(|part| !part.is_null()) else { continue };
        let pretty = serde_json::to_string_pretty(part).unwrap_or_default();
        let count = pretty.lines().count();
        note(&format!("  {title}:"));
        for line in pretty.lines().take(LINES) {
            note(&format!("    {line}"));
        }
        if count > LINES {
            note(&format!("    … {} lines more; -o json has all", count - LINES));
        }
    }
}
