//! Actions: lists, searches by intent, and each by id or key (§3).

use super::Visit;
use super::answer::{Answer, Refusal, denied, found, page};
use super::catalogue::{self, Entry};
use super::connections::{self, Connection};
use super::connectors;
use super::tokens::Caller;
use serde_json::{Value, json};

/// An action of one app.
#[derive(Debug)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// The app.
    pub app: String,
    /// What it is.
    pub entry: &'static Entry,
}

/// `actions`.
pub(super) fn answer(visit: &Visit<'_>, caller: &Caller, path: &[&str]) -> Answer {
    match (visit.request.method.as_str(), path) {
        ("GET", ["actions"]) => list(visit),
        ("GET", ["actions", selector]) => {
            let all = apps(visit).into_iter().flat_map(|app| of_app(&app)).collect::<Vec<_>>();
            let one = all.iter().find(|it| it.id == *selector || it.entry.key == *selector);
            one.map(|action| shown(visit, action).into()).ok_or_else(|| unknown(selector))
        }
        ("POST", ["actions"]) | ("DELETE", ["actions", _]) if !caller.is_manager => {
            Err(denied("Only the workspace's manager may change actions"))
        }
        _ => Err(found("path", &path.join("/"))),
    }
}

fn unknown(selector: &str) -> Refusal {
    found("action", selector)
}

/// The action of a connection's app by id or key.
pub(super) fn of(visit: &Visit<'_>, one: &Connection, selector: &str) -> Answer<Action> {
    let mut all = of_app(&one.app);
    let place = all.iter().position(|it| it.id == selector || it.entry.key == selector);
    let action = all.swap_remove(place.ok_or_else(|| unknown(selector))?);
    if is_building(visit, &action) {
        let message = "The action is being built";
        return Err(super::answer::refuse(400, "configuration", "action_is_building", message));
    }
    Ok(action)
}

fn of_app(app: &str) -> Vec<Action> {
    let entries = catalogue::entries(app).iter();
    let made = |entry| Action { id: id(app, entry), app: app.to_owned(), entry };
    entries.map(made).collect()
}

fn id(app: &str, entry: &Entry) -> String {
    connectors::id(&format!("{app}/{}", entry.key))
}

fn apps(visit: &Visit<'_>) -> Vec<String> {
    let state = visit.membrane.state();
    let mut apps: Vec<String> = state.connections.iter().map(|one| one.app.clone()).collect();
    apps.sort();
    apps.dedup();
    apps
}

/// One of them is built only once it was looked at (§3: not to be run while BUILDING).
fn is_building(visit: &Visit<'_>, action: &Action) -> bool {
    action.entry.is_built_later && visit.membrane.state().runs.is_empty()
}

fn list(visit: &Visit<'_>) -> Answer {
    let selector = visit.param("connectionId").or(visit.param("connectionKey"));
    let app = match selector {
        Some(selector) => Some(connections::one(visit, selector)?.app),
        None => ["integrationKey", "integrationId", "externalAppId"]
            .iter()
            .find_map(|name| visit.param(name))
            .map(|named| connectors::find(visit.membrane, named).unwrap_or_default()),
    };
    let apps = app.map_or_else(|| apps(visit), |app| vec![app]);
    let mut all: Vec<Action> = apps.iter().flat_map(|app| of_app(app)).collect();
    if let Some(search) = visit.param("search") {
        let search = search.to_lowercase();
        all.retain(|action| action.entry.name.to_lowercase().contains(&search));
    }
    // Without a connection the intent is ignored (§3).
    let intent = visit.param("intent").filter(|_| selector.is_some());
    if let Some(intent) = intent {
        rank(&mut all, intent);
    }
    let usual = if intent.is_some() { 10 } else { 100 };
    let items = all.iter().map(|action| shown(visit, action)).collect();
    Ok(page(items, visit.param("limit"), visit.param("cursor"), usual).into())
}

/// Those that share the most words with the intent first; those with none are left out.
fn rank(all: &mut Vec<Action>, intent: &str) {
    let words: Vec<String> = intent.to_lowercase().split_whitespace().map(stem).collect();
    let score = |action: &Action| {
        let text = format!("{} {}", action.entry.name, action.entry.description).to_lowercase();
        let known: Vec<String> = text.split_whitespace().map(stem).collect();
        words.iter().filter(|word| known.contains(word)).count()
    };
    all.retain(|action| score(action) > 0);
    all.sort_by_key(|action| std::cmp::Reverse(score(action)));
}

fn stem(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).trim_end_matches('s').to_owned()
}

fn shown(visit: &Visit<'_>, action: &Action) -> Value {
    let entry = action.entry;
    let mut shown = json!({
        "id": action.id, "key": entry.key, "name": entry.name, "description": entry.description,
        "type": entry.kind, "integrationId": connectors::integration_id(&action.app),
        "integrationKey": action.app, "externalAppId": connectors::app_id(&action.app),
        "inputSchema": entry.input, "outputSchema": entry.output, "isPublic": true,
        "state": if is_building(visit, action) { "BUILDING" } else { "READY" },
        "createdAt": "2026-11-01T08:00:00.000Z", "updatedAt": "2026-11-01T08:00:00.000Z",
    });
    if entry.has_no_key {
        // Actions of the catalogue have none: they are run by id (§3).
        if let Some(object) = shown.as_object_mut() {
            object.remove("key");
        }
    }
    shown
}
