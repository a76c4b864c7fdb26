//! EspoCRM 9.2.7 as its contract describes it: paths to handlers, and what they share.

pub mod acl;
mod activities;
pub mod attribute;
pub mod auth;
mod change;
mod dates;
mod desk;
mod files;
mod filters;
pub mod kinds;
mod labels;
mod layouts;
mod list;
mod metadata;
mod params;
mod parse;
mod read;
mod relate;
mod related;
pub mod reply;
pub mod request;
pub mod schema;
mod select;
mod stream;
mod user;
mod validate;
mod where_;
mod write;

use super::books::Books;
use super::clock::Clock;
use super::http::Dialect;
use auth::{Caller, Doorkeeper};
use desk::Desk;
use reply::{Answer, Refusal, Reply, refuse, routed};
use request::Request;
use schema::Schema;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where its API stands.
pub const PREFIX: &str = "/api/v1";

/// The dialect over the company's database.
#[derive(Debug)]
pub struct Espo {
    /// What it knows.
    pub schema: Schema,
    /// Who may come in.
    pub door: Doorkeeper,
    /// The application's time stamp (E§1): changes when caches must be dropped.
    pub stamp: i64,
    /// The site's address, without a slash at its end.
    pub url: String,
    books: Arc<Books>,
    totals: Mutex<HashMap<String, i64>>,
}

/// Paths of the real server that the demo leaves out.
const OUTSIDE: [&str; 9] = [
    "App",
    "Note",
    "Kanban",
    "MassAction",
    "Action",
    "Export",
    "Activities",
    "Stream",
    "Notification",
];

/// What a path leads to: a value, an empty 200, or a page of the router.
enum Found {
    Value(Value),
    Reply(Reply),
}

impl Dialect for Espo {
    fn answer(&self, request: &Request) -> Reply {
        match self
            .open_to_all(request)
            .map_or_else(|| self.signed_in(request), |value| Ok(self.json(&value)))
        {
            Ok(reply) => reply,
            Err(refusal) => refusal.into(),
        }
    }
}

impl Espo {
    /// The dialect over a filled database.
    pub fn new(schema: Schema, books: Arc<Books>, door: Doorkeeper, url: String) -> Espo {
        let stamp = books.clock.now().as_second();
        Espo { schema, door, stamp, url, books, totals: Mutex::new(HashMap::new()) }
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        &self.books.clock
    }

    fn json(&self, value: &Value) -> Reply {
        Reply::json(value, self.stamp)
    }

    /// What needs no signing in, where nobody tries to.
    fn open_to_all(&self, request: &Request) -> Option<Value> {
        let signs_in = ["espo-authorization", "x-hmac-authorization", "x-api-key", "authorization"]
            .iter()
            .any(|name| request.header(name).is_some());
        if signs_in || request.method != "GET" {
            return None;
        }
        match request.path.trim_end_matches('/') {
            "" => Some(json!("EspoCRM REST API")),
            "/Settings" => Some(user::public_settings(self.stamp, &self.url)),
            "/I18n" => Some(labels::all(&self.schema, None)),
            _ => None,
        }
    }

    fn signed_in(&self, request: &Request) -> Result<Reply, Refusal> {
        let parts = request.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if let Some(page) = off_the_map(request, &parts) {
            return Ok(page);
        }
        let caller = self.door.admit(request, self.books.clock.elapsed())?;
        let cookie = caller.cookie.clone();
        let reply = self.route(request, &caller, &parts)?;
        Ok(match cookie {
            Some(secret) => reply.with(
                "Set-Cookie",
                format!("auth-token-secret={secret}; path=/; HttpOnly; SameSite=Lax"),
            ),
            None => reply,
        })
    }

    fn route(&self, request: &Request, caller: &Caller, parts: &[&str]) -> Result<Reply, Refusal> {
        let store = self.books.open();
        let desk = Desk { espo: self, db: &store, caller };
        let found = match system(&desk, request, parts) {
            Some(answer) => answer?,
            None if OUTSIDE.contains(&parts.first().copied().unwrap_or_default()) => {
                Found::Reply(routed(404, None))
            }
            None => records(&desk, request, parts)?,
        };
        Ok(match found {
            Found::Value(value) => self.json(&value),
            Found::Reply(reply) => reply,
        })
    }

    /// A total that was counted before and still holds.
    pub fn known_total(&self, key: &str) -> Option<i64> {
        self.totals().get(key).copied()
    }

    /// Keeps a total until something is written.
    pub fn keep_total(&self, key: String, total: i64) {
        let mut totals = self.totals();
        if totals.len() > 10_000 {
            totals.clear();
        }
        totals.insert(key, total);
    }

    /// Forgets the totals: something was written.
    pub fn forget_totals(&self) {
        self.totals().clear();
    }

    fn totals(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The router's own pages: no such path, no such method (E§1).
fn off_the_map(request: &Request, parts: &[&str]) -> Option<Reply> {
    let entity = parts.first().copied().unwrap_or_default();
    let allowed: &[&str] = match parts.len() {
        1 => &["GET", "POST"],
        2 if matches!(entity, "App" | "Admin" | "Metadata") => return None,
        2 => &["GET", "DELETE", "PUT", "PATCH"],
        _ if parts.len() > 6 || parts.len() > 4 && entity != "Activities" => {
            return Some(routed(404, None));
        }
        _ => return None,
    };
    if request.method == "HEAD" {
        let reason = format!("Action HEAD 'list' does not exist in controller '{entity}'.");
        return Some(refuse(404, reason).into());
    }
    (!allowed.contains(&request.method.as_str())).then(|| routed(405, Some(&allowed.join(", "))))
}

/// What is no record: `None` leaves it to the records.
fn system(desk: &Desk<'_>, request: &Request, parts: &[&str]) -> Option<Result<Found, Refusal>> {
    let value = |answer: Answer| Some(answer.map(Found::Value));
    match (request.method.as_str(), parts) {
        ("GET", []) => value(Ok(json!("EspoCRM REST API"))),
        ("GET", ["App", "user"]) => value(user::app_user(desk)),
        ("GET", ["App", "about"]) => value(Ok(user::about())),
        ("POST", ["App", "destroyAuthToken"]) => value(destroy(desk, request)),
        ("GET", ["Settings"]) => value(Ok(user::settings(desk))),
        ("GET", ["Metadata"]) => Some(Ok(metadata_of(desk, request))),
        ("GET", ["I18n"]) => value(Ok(labels::all(&desk.espo.schema, Some(desk.role())))),
        ("GET", ["GlobalSearch"]) => value(activities::search(desk, request)),
        ("GET", ["Activities", rest @ ..]) if rest.len() >= 3 => {
            value(activities::get(desk, rest, request))
        }
        ("GET", ["Attachment", "file", id]) => Some(files::download(desk, id).map(Found::Reply)),
        (_, ["Note", rest @ ..]) => {
            stream::route(desk, request, rest).map(|answer| answer.map(Found::Value))
        }
        ("GET", ["CurrencyRate"]) => value(Ok(json!({"USD": 1, "EUR": 1.1, "JPY": 0.0067}))),
        _ => None,
    }
}

fn destroy(desk: &Desk<'_>, request: &Request) -> Answer {
    let body = request.json()?;
    let token = body.get("token").and_then(Value::as_str).unwrap_or_default();
    Ok(json!(desk.espo.door.forget(token)))
}

fn metadata_of(desk: &Desk<'_>, request: &Request) -> Found {
    let tree = metadata::all(&desk.espo.schema, desk.role());
    let params = request.params();
    match params.get("key").and_then(Value::as_str) {
        None => Found::Value(tree),
        Some(key) => match metadata::at(&tree, key) {
            Some(value) => Found::Value(value.clone()),
            None => Found::Reply(Reply::empty_json(desk.espo.stamp)),
        },
    }
}

fn record(record: select::Record) -> Found {
    Found::Value(Value::Object(record))
}

fn records(desk: &Desk<'_>, request: &Request, parts: &[&str]) -> Result<Found, Refusal> {
    let (entity, rest) = parts.split_first().ok_or_else(|| refuse(404, ""))?;
    let one = desk.entity(entity)?;
    match (request.method.as_str(), rest) {
        ("GET", []) => list::list(desk, one, &list::asked(request)?, None).map(Found::Value),
        ("GET", ["layout", name]) => layout(desk, one, name).map(Found::Value),
        ("POST", []) => write::create(desk, one, request).map(record),
        ("GET", [id]) => read::get(desk, one, id).map(record),
        ("PUT" | "PATCH", [id]) => write::update(desk, one, id, request).map(record),
        ("DELETE", [id]) => write::delete(desk, one, id).map(Found::Value),
        ("GET", [id, "stream"]) => stream::get(desk, one, id, false, request).map(Found::Value),
        ("GET", [id, "posts"]) => stream::get(desk, one, id, true, request).map(Found::Value),
        ("GET", [id, "attendees"]) => related::attendees(desk, one, id).map(Found::Value),
        ("PUT", [id, "subscription"]) => {
            related::subscribe(desk, one, id, "Follow", true).map(Found::Value)
        }
        ("DELETE", [id, "subscription"]) => {
            related::subscribe(desk, one, id, "Follow", false).map(Found::Value)
        }
        ("PUT", [id, "starSubscription"]) => {
            related::subscribe(desk, one, id, "Star", true).map(Found::Value)
        }
        ("DELETE", [id, "starSubscription"]) => {
            related::subscribe(desk, one, id, "Star", false).map(Found::Value)
        }
        ("GET", [id, link]) => related::get(desk, one, id, link, request).map(Found::Value),
        ("POST" | "DELETE", [id, link]) if *id != "action" => {
            related::set(desk, one, id, link, request).map(Found::Value)
        }
        _ => Ok(Found::Reply(routed(404, None))),
    }
}

fn layout(desk: &Desk<'_>, one: &schema::Type, name: &str) -> Answer {
    desk.may(one, acl::Deed::Read).map_err(|_| refuse(403, ""))?;
    layouts::get(one, name)
        .ok_or_else(|| refuse(404, format!("Layout {}:{name} is not found.", one.name)))
}
