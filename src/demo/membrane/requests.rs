//! Requests for a connection: a page for the user's browser, and what becomes of it (§2 A).

use super::Visit;
use super::answer::{Answer, bad_request, found, html};
use super::connections::{self, Stage};
use super::connectors;
use crate::demo::http::Reply;
use serde_json::{Value, json};

/// How many looks the user of the demo needs where nobody opens the page.
const LOOKS: u32 = 3;

/// A request that may still wait.
#[derive(Debug, Clone)]
pub struct Pending {
    app: String,
    name: Option<String>,
    key: Option<String>,
    /// The connection that is mended, not made anew.
    mends: Option<String>,
    redirect: Option<String>,
    made: String,
    looks: u32,
    result: Option<String>,
}

/// `connection-requests`.
pub(super) fn answer(visit: &Visit<'_>, path: &[&str]) -> Answer {
    match (visit.request.method.as_str(), path) {
        ("POST", ["connection-requests"]) => create(visit),
        ("GET", ["connection-requests", id]) => look(visit, id),
        _ => Err(found("path", &path.join("/"))),
    }
}

fn create(visit: &Visit<'_>) -> Answer {
    let body = visit.body()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let mends = text("connectionId").map(|id| connections::one(visit, id)).transpose()?;
    let named = ["connectorKey", "connectorId", "integrationKey", "integrationId"];
    let named = named.iter().find_map(|name| text(name));
    let app = match (&mends, named) {
        (Some(one), _) => one.app.clone(),
        (None, Some(named)) => {
            connectors::find(visit.membrane, named).ok_or_else(|| found("connector", named))?
        }
        (None, None) => {
            return Err(bad_request("Name a connector, an integration or a connection"));
        }
    };
    let owned = |name: &str| text(name).map(str::to_owned);
    let made = visit.membrane.stamp();
    let mut state = visit.membrane.state();
    let id = state.name("request");
    let pending = Pending {
        app,
        name: owned("name"),
        key: owned("connectionKey"),
        mends: mends.map(|one| one.id),
        redirect: owned("redirectUri"),
        made,
        looks: 0,
        result: None,
    };
    state.pending.insert(id.clone(), pending.clone());
    drop(state);
    Ok(shown(visit, &id, &pending).into())
}

/// Where no browser comes, the demo's user signs in after some looks.
fn look(visit: &Visit<'_>, id: &str) -> Answer {
    let is_due = {
        let mut state = visit.membrane.state();
        let pending = state.pending.get_mut(id).ok_or_else(|| found("request", id))?;
        pending.looks += 1;
        pending.looks >= LOOKS && pending.result.is_none()
    };
    if is_due {
        finish(visit, id)?;
    }
    let state = visit.membrane.state();
    let pending = state.pending.get(id).cloned().ok_or_else(|| found("request", id))?;
    drop(state);
    Ok(shown(visit, id, &pending).into())
}

fn finish(visit: &Visit<'_>, id: &str) -> Answer<Pending> {
    let pending = visit.membrane.state().pending.get(id).cloned();
    let mut pending = pending.ok_or_else(|| found("request", id))?;
    if pending.result.is_none() {
        let result = if let Some(one) = &pending.mends {
            connections::mend(visit, one).map(|_| one.clone())?
        } else {
            let (key, name) = (pending.key.as_deref(), pending.name.as_deref());
            connections::add(visit, &pending.app, key, name, Stage::Ready).id
        };
        pending.result = Some(result);
        visit.membrane.state().pending.insert(id.to_owned(), pending.clone());
    }
    Ok(pending)
}

/// The page that the browser opens, for a request or for a connection that asks for its user.
pub(super) fn page(visit: &Visit<'_>, id: &str) -> Reply {
    let done = "<h1>Connected</h1><p>You can close this page.</p>";
    match finish(visit, id) {
        Ok(Pending { redirect: Some(redirect), result: Some(result), .. }) => {
            html(302, "").with("Location", format!("{redirect}?connectionId={result}"))
        }
        Ok(_) => html(200, done),
        Err(_) if connections::mend(visit, id).is_ok() => html(200, done),
        Err(_) => html(404, "<h1>This request is not known.</h1>"),
    }
}

fn shown(visit: &Visit<'_>, id: &str, pending: &Pending) -> Value {
    let mut shown = json!({
        "requestId": id, "tenantId": "6650000000000000000000ad", "connectorKey": pending.app,
        "status": if pending.result.is_some() { "success" } else { "pending" },
        "createdAt": pending.made, "url": format!("{}/connect/{id}", visit.membrane.url),
    });
    if let Some(result) = &pending.result {
        shown["resultConnectionId"] = json!(result);
    }
    shown
}
