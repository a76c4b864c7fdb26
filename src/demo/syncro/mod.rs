//! Syncro's REST API v1 as its contract describes it: the door, the limit, and paths to handlers.
//!
//! The company is copied from EspoCRM's tables into documents of its own when it is first asked for, and what EspoCRM
//! does not know is made up from the seed.

mod access;
mod desk;
mod fields;
mod kinds;
mod limit;
mod money;
mod outbox;
mod reply;
mod resource;
mod seed;
mod shelf;
mod time;
mod upload;

mod alerts;
mod appointments;
mod assets;
mod blueprints;
mod comments;
mod contacts;
mod contracts;
mod customers;
mod estimates;
mod files;
mod folders;
mod invoices;
mod leads;
mod lines;
mod orders;
mod pages;
mod payments;
mod portal;
mod presence;
mod products;
mod schedules;
mod search;
mod settings;
mod ticket_lines;
mod tickets;
mod timers;
mod users;
mod worksheets;

use super::books::Books;
use super::http::{Dialect, Reply, Request};
use access::{Caller, Tokens};
use desk::{Ask, Desk};
use jiff::Timestamp;
use limit::Limit;
use outbox::Outbox;
use reply::{Answer, Refusal, missing};
use rusqlite::Connection;
use serde_json::{Value, json};
use shelf::Shelf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where it stands.
pub const PREFIX: &str = "/syncro";
/// Where its API stands below that.
const API: &str = "/api/v1";
/// The account's number, and its name in addresses.
pub const ACCOUNT: i64 = 28_393;
/// The account's name in addresses.
pub const SUBDOMAIN: &str = "robot-house";

/// The dialect over the company's books.
#[derive(Debug)]
pub struct Syncro {
    books: Arc<Books>,
    tokens: Tokens,
    shelf: Mutex<Option<Connection>>,
    limit: Mutex<Limit>,
    /// What would have left the house.
    pub outbox: Outbox,
    /// When the demo began.
    pub started: Timestamp,
}

/// The full token and the limited one of a seed.
pub fn tokens(seed: u64) -> (String, String) {
    let tokens = Tokens::of(seed);
    (tokens.full, tokens.limited)
}

impl Dialect for Syncro {
    fn answer(&self, request: &Request) -> Reply {
        let at = self.books.clock.elapsed();
        if !self.limit().take(at) {
            return too_many();
        }
        match self.admitted(request) {
            Ok(reply) | Err(Refusal(reply)) => reply,
        }
    }

    fn demo_page(&self, request: &Request) -> Option<Reply> {
        let reply = match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/syncro/sent") => reply::with(200, &json!({"sent": self.outbox.all()})),
            ("GET", "/syncro/limit") => self.limit_page(),
            ("POST", "/syncro/limit") => self.set_limit(&request.body),
            _ => return None,
        };
        Some(reply)
    }
}

impl Syncro {
    /// The dialect over the company's books; nothing is copied yet.
    pub fn new(books: Arc<Books>) -> Syncro {
        let tokens = Tokens::of(books.seed);
        let started = books.clock.started();
        Syncro {
            started,
            books,
            tokens,
            shelf: Mutex::new(None),
            limit: Mutex::new(Limit::default()),
            outbox: Outbox::default(),
        }
    }

    fn limit(&self) -> MutexGuard<'_, Limit> {
        self.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limit_page(&self) -> Reply {
        let limit = self.limit();
        let millis = u64::try_from(limit.within.as_millis()).unwrap_or(u64::MAX);
        let page = json!({"requests": limit.most, "milliseconds": millis, "taken": limit.taken()});
        reply::with(200, &page)
    }

    /// `{"requests":20,"milliseconds":2000}`; `requests` null for no limit.
    fn set_limit(&self, body: &[u8]) -> Reply {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let most = body.get("requests").and_then(Value::as_u64);
        let millis = body.get("milliseconds").and_then(Value::as_u64).unwrap_or(60_000);
        let most = most.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        *self.limit() = Limit::new(most, Duration::from_millis(millis));
        self.limit_page()
    }

    fn admitted(&self, request: &Request) -> Answer {
        let path = request.path.strip_prefix(API).ok_or_else(missing)?;
        let asked = Request { path: path.to_owned(), ..request.clone() };
        let caller = self.tokens.admit(&asked).ok_or_else(unknown)?;
        let ask = Ask::read(&asked)?;
        let mut made = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if made.is_none() {
            *made = Some(seed::make(&self.books)?);
        }
        let db = made.as_ref().ok_or_else(missing)?;
        self.answered(db, caller, &ask)
    }

    /// All of a request happens, or nothing of it.
    fn answered(&self, db: &Connection, caller: Caller, ask: &Ask) -> Answer {
        db.execute_batch("BEGIN")?;
        let now = self.books.clock.now();
        let desk = Desk { syncro: self, shelf: Shelf(db), caller, ask, now };
        let answer = route(&desk);
        db.execute_batch(if answer.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        answer
    }
}

/// 429, of which nothing is documented: no `Retry-After`, and no JSON (§2).
fn too_many() -> Reply {
    let headers = vec![("Content-Type", "text/plain".to_owned())];
    Reply { status: 429, headers, body: b"Retry later\n".to_vec() }
}

/// 401 for who has no token. Its text is not documented; that of a missing permission is another.
fn unknown() -> Refusal {
    reply::refuse(401, &json!({"error": "Not authorized"}))
}

fn route(desk: &Desk<'_>) -> Answer {
    let parts: Vec<&str> = desk.ask.parts.iter().map(String::as_str).collect();
    let Some((head, rest)) = parts.split_first() else { return Err(missing()) };
    match *head {
        "me" | "users" | "otp_login" => users::route(desk, &parts),
        "settings" => settings::route(desk, rest),
        "customers" => customers::route(desk, rest),
        "contacts" => contacts::route(desk, rest),
        "customer_assets" => assets::route(desk, rest),
        "tickets" => tickets::route(desk, rest),
        "ticket_comments" if desk.ask.method == "GET" && rest.is_empty() => comments::flat(desk),
        "ticket_timers" => timers::route(desk, rest),
        "invoices" => invoices::route(desk, rest),
        "estimates" => estimates::route(desk, rest),
        "line_items" => lines::route(desk, rest),
        "payments" => payments::route(desk, rest),
        "payment_methods" => payments::methods(desk, rest),
        "products" => products::route(desk, rest),
        "appointments" => appointments::route(desk, rest),
        "appointment_types" => appointments::types(desk, rest),
        "rmm_alerts" => alerts::route(desk, rest),
        "rmm" => blueprints::run_script(desk, rest),
        "ticket_blueprints" => blueprints::route(desk, rest),
        "new_ticket_forms" => blueprints::forms(desk, rest),
        "contracts" => contracts::route(desk, rest),
        "leads" => leads::route(desk, rest),
        "schedules" => schedules::route(desk, rest),
        "purchase_orders" => orders::route(desk, rest),
        "items" => orders::parts(desk, rest),
        "vendors" => orders::vendors(desk, rest),
        "wiki_pages" => pages::wiki(desk, rest),
        "canned_responses" => pages::canned(desk, rest),
        "portal_users" => portal::route(desk, rest),
        "policy_folders" => folders::route(desk, rest),
        "timelogs" => presence::timelogs(desk, rest),
        "user_devices" => presence::devices(desk, rest),
        "callerid" if desk.ask.method == "GET" && rest.is_empty() => presence::caller_id(desk),
        "search" if desk.ask.method == "GET" && rest.is_empty() => search::find(desk),
        _ => Err(missing()),
    }
}
