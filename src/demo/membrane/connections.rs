//! Connections (§2).

use super::Visit;
use super::answer::{Answer, Given, Refusal, bad_request, found, page, refuse};
use super::apps::Sibling;
use super::connectors;
use super::letterbox;
use crate::demo::http::Reply;
use serde_json::{Value, json};

/// A connection as the platform keeps it.
#[derive(Debug, Clone)]
pub struct Connection {
    /// 24 hexadecimal digits.
    pub id: String,
    /// The stable key.
    pub key: String,
    /// For people.
    pub name: String,
    /// The connector's key: which app.
    pub app: String,
    /// Where it stands.
    pub state: Stage,
    /// When it was archived.
    pub archived: Option<String>,
    /// When it was made, and last changed.
    pub made: String,
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Ready to use.
    Ready,
    /// The user must sign in again at the app.
    NeedsUser,
    /// Being built: ready after so many looks.
    Building(u8),
}

/// Those that the demo starts with: one for each sibling, one for the app of its own, one that needs its user, one that is
/// being built.
pub fn first(siblings: &[Sibling]) -> Vec<Connection> {
    let mut made: Vec<Connection> = Vec::new();
    let mut add = |key: &str, name: &str, app: &str, state: Stage| {
        let id = format!("665{:021}", made.len() + 1);
        let (key, name, app) = (key.to_owned(), name.to_owned(), app.to_owned());
        let at = "2026-11-01T08:00:00.000Z".to_owned();
        made.push(Connection { id, key, name, app, state, archived: None, made: at });
    };
    for sibling in siblings {
        add(sibling.key, &format!("{} demo", sibling.name), sibling.key, Stage::Ready);
    }
    add(letterbox::KEY, "Letterbox demo", letterbox::KEY, Stage::Ready);
    if let Some(first) = siblings.first() {
        add("needs-you", &format!("{} (old login)", first.name), first.key, Stage::NeedsUser);
        add("being-built", &format!("{} (new)", first.name), first.key, Stage::Building(2));
    }
    made
}

/// Requests about connections, the proxy's apart.
pub(super) fn answer(visit: &Visit<'_>, path: &[&str]) -> Result<Reply, Refusal> {
    let method = visit.request.method.as_str();
    let given = match (method, path) {
        ("GET", ["connections"]) => Ok(list(visit)),
        ("POST", ["connections"]) => create(visit),
        ("POST", ["connections", "ensure"]) => ensure(visit),
        ("GET", ["connections", id]) => get(visit, id),
        ("PATCH", ["connections", id]) => patch(visit, id),
        ("DELETE", ["connections", id]) => {
            let now = visit.membrane.stamp();
            change(visit, id, |one| one.archived = Some(now)).map(|_| Given::Empty)
        }
        ("POST", ["connections", id, "restore"]) => {
            change(visit, id, |one| one.archived = None).map(Given::Json)
        }
        ("POST", ["connections", id, "disconnect"]) => {
            change(visit, id, |one| one.state = Stage::NeedsUser).map(|_| Given::Nothing)
        }
        ("POST", ["connections", id, "refresh-credentials"]) => renew(visit, id),
        ("POST", ["connections", id, "test"]) => {
            let is_ready = one(visit, id)?.state == Stage::Ready;
            Ok(json!({"success": is_ready}).into())
        }
        ("GET", ["connections", id, "logs"]) => {
            one(visit, id)?;
            Ok(json!({"items": []}).into())
        }
        ("POST", ["connections", id, "actions", key, "run"]) => super::run::legacy(visit, id, key),
        _ => Err(found("path", &path.join("/"))),
    };
    given.map(Reply::from)
}

/// New credentials from the app, where it gives any; else its user must sign in again.
fn renew(visit: &Visit<'_>, selector: &str) -> Answer {
    let one = usable(visit, selector)?;
    let is_renewable = visit.membrane.state().switches.signed_out.remove(&one.id);
    if is_renewable == Some(false) {
        change(visit, &one.id, |one| one.state = Stage::NeedsUser)?;
        usable(visit, &one.id)?;
    }
    Ok(Given::Nothing)
}

fn list(visit: &Visit<'_>) -> Given {
    let holds = |name: &str, value: &str| visit.param(name).is_none_or(|wanted| wanted == value);
    let words = visit.param("search").map(str::to_lowercase);
    let archived = visit.param("includeArchived") == Some("true");
    let state = visit.membrane.state();
    let fits = |one: &&Connection| {
        (archived || one.archived.is_none())
            && words.as_ref().is_none_or(|words| one.name.to_lowercase().contains(words))
            && holds("connectorId", &connectors::id(&one.app))
            && holds("integrationKey", &one.app)
            && holds("integrationId", &connectors::integration_id(&one.app))
            && holds("externalAppId", &connectors::app_id(&one.app))
            && holds("connected", if one.state == Stage::Ready { "true" } else { "false" })
    };
    let items = state.connections.iter().filter(fits).map(|one| shown(visit, one)).collect();
    drop(state);
    page(items, visit.param("limit"), visit.param("cursor"), 100).into()
}

/// The connection of that id or key.
pub(super) fn one(visit: &Visit<'_>, selector: &str) -> Answer<Connection> {
    let state = visit.membrane.state();
    let known = state.connections.iter().find(|one| one.id == selector || one.key == selector);
    known.cloned().ok_or_else(|| found("connection", selector))
}

/// The same, if it can be used: archived and disconnected ones cannot.
pub(super) fn usable(visit: &Visit<'_>, selector: &str) -> Answer<Connection> {
    let one = one(visit, selector)?;
    let data = json!({"connectionId": one.id, "connectorKey": one.app});
    let refused = |key: &str, message: &str| {
        refuse(400, "connection", key, message).with("data", data.clone())
    };
    if one.archived.is_some() {
        return Err(refused("connection_is_defunct", "The connection is archived"));
    }
    match one.state {
        Stage::Ready => Ok(one),
        Stage::NeedsUser => Err(refused(
            "connection_is_defunct",
            "The app refuses the credentials of this connection; connect it again",
        )),
        Stage::Building(_) => {
            Err(refused("connection_is_building", "The connection is being built"))
        }
    }
}

/// `wait` would hold the answer until a change; here each look moves what is being built on (§2).
fn get(visit: &Visit<'_>, selector: &str) -> Answer {
    let waits = visit.param("wait") == Some("true");
    let changed = change(visit, selector, |one| {
        one.state = match one.state {
            Stage::Building(0 | 1) => Stage::Ready,
            Stage::Building(_) if waits => Stage::Ready,
            Stage::Building(looks) => Stage::Building(looks - 1),
            Stage::Ready | Stage::NeedsUser => one.state,
        };
    });
    changed.map(Given::Json)
}

fn change(
    visit: &Visit<'_>,
    selector: &str,
    change: impl FnOnce(&mut Connection),
) -> Answer<Value> {
    let mut state = visit.membrane.state();
    let known = state.connections.iter_mut().find(|one| one.id == selector || one.key == selector);
    let known = known.ok_or_else(|| found("connection", selector))?;
    change(known);
    Ok(shown(visit, known))
}

fn patch(visit: &Visit<'_>, selector: &str) -> Answer {
    let body = visit.body()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let changed = change(visit, selector, |one| {
        one.name = text("name").unwrap_or_else(|| one.name.clone());
        one.key = text("key").unwrap_or_else(|| one.key.clone());
    });
    changed.map(Given::Json)
}

fn create(visit: &Visit<'_>) -> Answer {
    let body = visit.body()?;
    let named = ["connectorKey", "integrationKey", "connectorId", "integrationId", "externalAppId"];
    let named = named.iter().find_map(|name| body.get(*name).and_then(Value::as_str));
    let intent = body.get("intent").and_then(Value::as_str);
    let app = match (named, intent) {
        (Some(named), _) => connectors::find(visit.membrane, named),
        (None, Some(intent)) => connectors::guess(visit.membrane, intent),
        (None, None) => {
            return Err(bad_request("Name a connector, an integration, an app or an intent"));
        }
    };
    let app = app.ok_or_else(|| found("connector", named.or(intent).unwrap_or_default()))?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let made = add(visit, &app, text("key"), text("name"), Stage::NeedsUser);
    Ok(shown(visit, &made).into())
}

/// Finds one of that app, or makes one (§2).
fn ensure(visit: &Visit<'_>) -> Answer {
    let body = visit.body()?;
    let url = body.get("appUrl").and_then(Value::as_str).unwrap_or_default();
    let app = connectors::by_domain(visit.membrane, url).ok_or_else(|| found("app at", url))?;
    let known = {
        let state = visit.membrane.state();
        let is_theirs = |one: &&Connection| one.app == app && one.archived.is_none();
        state.connections.iter().find(is_theirs).cloned()
    };
    let title = body.get("name").and_then(Value::as_str);
    let one = known.unwrap_or_else(|| add(visit, &app, None, title, Stage::NeedsUser));
    Ok(shown(visit, &one).into())
}

/// One more.
pub(super) fn add(
    visit: &Visit<'_>,
    app: &str,
    key: Option<&str>,
    name: Option<&str>,
    stands: Stage,
) -> Connection {
    let made = visit.membrane.stamp();
    let mut state = visit.membrane.state();
    let id = state.id();
    let title = connectors::title(visit.membrane, app);
    let one = Connection {
        key: key.map_or_else(|| format!("{app}-{}", state.connections.len() + 1), str::to_owned),
        name: name.map_or(title, str::to_owned),
        app: app.to_owned(),
        state: stands,
        archived: None,
        made,
        id,
    };
    state.connections.push(one.clone());
    one
}

/// The user has signed in at the app: the connection of that id or key works again.
pub(super) fn mend(visit: &Visit<'_>, selector: &str) -> Answer<Value> {
    let id = one(visit, selector)?.id;
    visit.membrane.state().switches.signed_out.remove(&id);
    change(visit, selector, |one| {
        one.state = Stage::Ready;
        one.archived = None;
    })
}

/// As the API shows it.
pub(super) fn shown(visit: &Visit<'_>, one: &Connection) -> Value {
    let state = match one.state {
        Stage::Ready => "READY",
        Stage::NeedsUser => "CLIENT_ACTION_REQUIRED",
        Stage::Building(_) => "BUILDING",
    };
    let is_ready = one.state == Stage::Ready;
    let mut shown = json!({
        "id": one.id, "key": one.key, "name": one.name, "userId": "6650000000000000000000ad",
        "tenantId": "6650000000000000000000ad", "state": state, "connected": is_ready,
        "disconnected": !is_ready, "isTest": true,
        "connectorId": connectors::id(&one.app), "connectorVersion": "1.0.0",
        "integrationId": connectors::integration_id(&one.app),
        "externalAppId": connectors::app_id(&one.app),
        "integration": {
            "id": connectors::integration_id(&one.app), "key": one.app,
            "name": connectors::title(visit.membrane, &one.app),
        },
        "canTest": true, "canRefreshCredentials": true, "createdAt": one.made, "updatedAt": one.made,
    });
    if let Some(archived) = &one.archived {
        shown["archivedAt"] = json!(archived);
    }
    if one.state == Stage::NeedsUser {
        shown["clientAction"] = json!({
            "type": "connect",
            "description": "Sign in again: the app no longer takes the credentials that are kept.",
            "uiUrl": format!("{}/connect/{}", visit.membrane.url, one.id),
        });
    }
    shown
}
