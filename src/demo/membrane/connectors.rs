//! Which apps there are, and how they are found (§2 Finding apps).

use super::answer::{Answer, found, page};
use super::{Membrane, Visit, letterbox};
use crate::demo::random::mix;
use serde_json::{Value, json};

/// An app that can be connected.
struct Connector {
    key: &'static str,
    name: &'static str,
    /// By which `ensure` finds it.
    domain: String,
}

fn all(membrane: &Membrane) -> Vec<Connector> {
    let siblings = membrane.siblings.iter();
    let mut all: Vec<Connector> = siblings
        .map(|it| Connector { key: it.key, name: it.name, domain: domain(it.key) })
        .collect();
    all.push(Connector { key: letterbox::KEY, name: "Letterbox", domain: domain(letterbox::KEY) });
    all
}

fn domain(key: &str) -> String {
    match key {
        "espocrm" => "espocrm.com".to_owned(),
        "syncro" => "syncromsp.com".to_owned(),
        other => format!("{other}.example"),
    }
}

/// An id that follows from a name: always the same.
fn made_of(kind: u64, key: &str) -> String {
    let sum = key.bytes().fold(kind, |sum, byte| mix(sum ^ u64::from(byte)));
    format!("6652{:04x}{sum:016x}", kind & 0xFFFF)
}

/// The connector's id.
pub fn id(key: &str) -> String {
    made_of(1, key)
}

/// The integration's id.
pub fn integration_id(key: &str) -> String {
    made_of(2, key)
}

/// The external app's id.
pub fn app_id(key: &str) -> String {
    made_of(3, key)
}

/// The app's name for people.
pub fn title(membrane: &Membrane, key: &str) -> String {
    let known = all(membrane).into_iter().find(|one| one.key == key);
    known.map_or_else(|| key.to_owned(), |one| one.name.to_owned())
}

/// The app of that key or id, of whichever kind.
pub fn find(membrane: &Membrane, named: &str) -> Option<String> {
    let is_it = |one: &Connector| {
        [one.key.to_owned(), id(one.key), integration_id(one.key), app_id(one.key)]
            .iter()
            .any(|known| known == named)
    };
    all(membrane).into_iter().find(is_it).map(|one| one.key.to_owned())
}

/// The app whose name stands in a sentence.
pub fn guess(membrane: &Membrane, intent: &str) -> Option<String> {
    let intent = intent.to_lowercase();
    let is_named = |one: &Connector| intent.contains(&one.name.to_lowercase());
    all(membrane).into_iter().find(is_named).map(|one| one.key.to_owned())
}

/// The app of an address: only its domain counts.
pub fn by_domain(membrane: &Membrane, url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host).to_lowercase();
    all(membrane).into_iter().find(|one| one.domain == host).map(|one| one.key.to_owned())
}

/// Lists and searches.
pub(super) fn answer(visit: &Visit<'_>, path: &[&str]) -> Answer {
    let (limit, cursor) = (visit.param("limit"), visit.param("cursor"));
    let search = visit.param("search").or(visit.param("q")).unwrap_or_default().to_lowercase();
    let fits = |one: &Connector| {
        [one.name, one.key, one.domain.as_str()]
            .iter()
            .any(|text| text.to_lowercase().contains(&search))
    };
    let found_ones: Vec<Connector> = all(visit.membrane).into_iter().filter(fits).collect();
    let items: Vec<Value> = match path {
        ["search"] => {
            let kind = visit.param("elementType").unwrap_or("connector").to_lowercase();
            if kind != "connector" {
                return Ok(page(Vec::new(), limit, cursor, 25).into());
            }
            let hit = |one: &Connector| json!({"elementType": "connector", "element": shown(one)});
            found_ones.iter().map(hit).collect()
        }
        ["integrations"] => found_ones.iter().map(integration).collect(),
        ["external-apps" | "universe", ..] if path.len() <= 2 => {
            let is_apps = matches!(path, ["external-apps"] | ["universe", "apps"]);
            found_ones.iter().map(if is_apps { app } else { shown }).collect()
        }
        _ => return Err(found("path", &path.join("/"))),
    };
    Ok(page(items, limit, cursor, 25).into())
}

/// One of them by id or key.
pub(super) fn one(visit: &Visit<'_>, named: &str) -> Answer {
    let key = find(visit.membrane, named);
    let known = all(visit.membrane).into_iter().find(|one| Some(one.key) == key.as_deref());
    known.map(|one| shown(&one).into()).ok_or_else(|| found("connector", named))
}

fn shown(one: &Connector) -> Value {
    let logo = format!("https://static.example/{}.png", one.key);
    json!({"id": id(one.key), "key": one.key, "name": one.name, "logoUri": logo, "isPublic": true})
}

fn integration(one: &Connector) -> Value {
    json!({
        "id": integration_id(one.key), "key": one.key, "name": one.name,
        "connectorId": id(one.key), "state": "READY",
    })
}

fn app(one: &Connector) -> Value {
    json!({
        "id": app_id(one.key), "key": one.key, "name": one.name,
        "appUri": format!("https://{}/", one.domain), "defaultConnectorId": id(one.key),
    })
}

/// How one can sign in at an app (§2 Auth options).
pub(super) fn options(visit: &Visit<'_>) -> Answer {
    let body = visit.body()?;
    let named = ["connectorId", "integrationId", "integrationKey", "connectionId"];
    let named = named.iter().find_map(|name| body.get(*name).and_then(Value::as_str));
    find(visit.membrane, named.unwrap_or_default())
        .ok_or_else(|| found("connector", named.unwrap_or_default()))?;
    let option = json!({
        "key": "default", "type": "client-credentials", "title": "Address and key",
        "inputSchema": {"type": "object", "properties": {"url": {"type": "string"}}},
    });
    Ok(json!([option]).into())
}
