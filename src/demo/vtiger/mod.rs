//! Vtiger as its contract describes it: open source's `webservice.php` (part A) and the cloud's REST paths (part B) over
//! tables of their own, which are filled from the company when the first request comes.

pub mod cloud;
mod convert;
mod describe;
mod desk;
pub mod door;
mod entities;
mod files;
mod fill;
mod fold;
mod id;
mod inventory;
mod query;
mod quirks;
mod related;
mod reply;
mod request;
mod schema;
mod store;
mod sync;
mod vtql;
mod write;

use super::books::Books;
use super::http::{Dialect, Reply, Request};
use desk::Desk;
use door::{Caller, Door};
use quirks::Quirks;
use reply::{Answer, Refusal};
use request::Params;
use rusqlite::Connection;
use schema::Schema;
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Below which path the open-source site stands.
pub const PREFIX: &str = "/vtiger";

/// What both ways share: the modules, the tables, who is in, the switches.
#[derive(Debug)]
pub struct Core {
    /// The modules.
    pub schema: Schema,
    /// The company.
    pub books: Arc<Books>,
    /// Who is in.
    pub door: Door,
    quirks: Mutex<Quirks>,
    tables: Mutex<Option<Connection>>,
}

impl Core {
    /// Over the company's books; the tables are not made yet. The error is a mistake in the program.
    pub fn new(books: Arc<Books>) -> Result<Core, String> {
        let door = Door::new(books.seed);
        let schema = Schema::read()?;
        Ok(Core { schema, books, door, quirks: Mutex::default(), tables: Mutex::new(None) })
    }

    /// The switches as they are.
    pub fn quirks(&self) -> Quirks {
        self.switches().clone()
    }

    fn switches(&self) -> MutexGuard<'_, Quirks> {
        self.quirks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the tables, which are filled before the first time.
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if tables.is_none() {
            *tables = Some(fill::fill(&self.schema, &self.books)?);
        }
        tables.as_ref().map_or(Err(Refusal::Dead), work)
    }

    /// The switches: `GET /_demo/vtiger` and `/_demo/vtiger-cloud` tell them, `POST` changes some, for both ways.
    /// `{"end_sessions": true}` ends all sessions.
    fn switches_page(&self, request: &Request) -> Reply {
        let wish = if request.method == "POST" { request.body.as_slice() } else { b"{}" };
        match self.switch(wish) {
            Ok(quirks) => {
                reply::headed(200, "application/json", reply::json_bytes(&json!(quirks), true))
            }
            Err(wrong) => reply::headed(
                400,
                "application/json",
                json!({"error": wrong}).to_string().into_bytes(),
            ),
        }
    }

    fn switch(&self, body: &[u8]) -> Result<Quirks, String> {
        let mut wish: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if wish.remove("end_sessions").is_some_and(|value| value == true) {
            self.door.end_all();
        }
        let mut quirks = self.switches();
        *quirks = quirks.changed(wish)?;
        Ok(quirks.clone())
    }

    /// Takes one of a number of times that a switch still counts.
    fn take(&self, of: impl Fn(&mut Quirks) -> &mut u32) -> bool {
        let mut quirks = self.switches();
        let left = of(&mut quirks);
        let some = *left > 0;
        *left = left.saturating_sub(1);
        some
    }
}

/// `webservice.php`.
#[derive(Debug)]
pub struct Vtiger(pub Arc<Core>);

impl Dialect for Vtiger {
    fn answer(&self, request: &Request) -> Reply {
        match request.path.as_str() {
            "/webservice.php" => self.web_service(request),
            _ => page(),
        }
    }

    fn demo_page(&self, request: &Request) -> Option<Reply> {
        (request.path == PREFIX).then(|| self.0.switches_page(request))
    }
}

/// What the web client answers, also to the cloud's paths (§0).
fn page() -> Reply {
    let page = b"<!DOCTYPE html><html><head><title>vtiger</title></head><body><p>The demo's web client.</body></html>";
    reply::headed(200, "text/html; charset=UTF-8", page.to_vec())
}

/// The operations that read the form; the others read the URL (A12).
const POSTS: [&str; 11] = [
    "login",
    "create",
    "update",
    "revise",
    "delete",
    "extendsession",
    "add_related",
    "logout",
    "convertlead",
    "changepassword",
    "deleteuser",
];

/// Operations that change something.
const WRITES: [&str; 6] = ["create", "update", "revise", "delete", "add_related", "convertlead"];

impl Vtiger {
    fn web_service(&self, request: &Request) -> Reply {
        let mut params = Params::of(request);
        let operation = params.either("operation").to_lowercase();
        let posts = POSTS.contains(&operation.as_str());
        if !(request.method == "POST" || request.method == "GET") {
            return reply::dead();
        }
        params.read_form(posts);
        let quirks = self.0.quirks();
        let answer = self.operate(&operation, request, &params, &quirks);
        let landed = answer.is_ok() && WRITES.contains(&operation.as_str());
        if landed && self.0.take(|quirks| &mut quirks.land_and_break) {
            return reply::dead();
        }
        let mut reply = reply::written(&answer, quirks.is_8_4);
        if self.0.take(|quirks| &mut quirks.notices) {
            let notice = b"<br />\n<b>Warning</b>:  Undefined array key \"module\" in <b>/var/www/vtiger/include/utils.php</b> on line <b>114</b><br />\n";
            reply.body.splice(0..0, notice.iter().copied());
        }
        reply
    }

    fn operate(
        &self,
        operation: &str,
        request: &Request,
        params: &Params,
        quirks: &Quirks,
    ) -> Answer {
        let core = &*self.0;
        if quirks.broken.iter().any(|broken| broken == operation) {
            return Err(Refusal::Dead);
        }
        let at = core.books.clock.elapsed();
        let session = params.either("sessionName");
        match operation {
            "getchallenge" => {
                let now = core.books.clock.now().as_second();
                core.with(|db| core.door.challenge(db, params.get("username"), quirks, at, now))
            }
            "login" => core.with(|db| {
                core.door.login(db, params.get("username"), params.get("accessKey"), at)
            }),
            "extendsession" => core.with(|db| core.door.extend(db, session, quirks, at)),
            // By GET it finds no session to end.
            "logout" if request.method == "GET" => Err(Refusal::Dead),
            _ if !is_known(operation) => Err(Refusal::Dead),
            _ => core.with(|db| {
                let caller = core.door.admit(db, session, quirks, at)?;
                if operation == "logout" {
                    return core.door.logout(session);
                }
                as_one(db, |db| {
                    let desk = core.desk(db, caller, quirks, params, false)?;
                    ask(&desk, operation)
                })
            }),
        }
    }
}

/// Whether webservice.php has the operation and what stands behind it.
fn is_known(operation: &str) -> bool {
    const READS: [&str; 9] = [
        "listtypes",
        "describe",
        "query",
        "retrieve",
        "relatedtypes",
        "retrieve_related",
        "query_related",
        "sync",
        "files_retrieve",
    ];
    READS.contains(&operation) || POSTS.contains(&operation)
}

impl Core {
    fn desk<'a>(
        &'a self,
        db: &'a Connection,
        caller: Caller,
        quirks: &'a Quirks,
        params: &'a Params,
        is_cloud: bool,
    ) -> Result<Desk<'a>, Refusal> {
        let groups = desk::groups(db)?;
        Ok(Desk { core: self, db, caller, quirks, params, is_cloud, groups })
    }
}

/// A request lands whole or not at all.
fn as_one<T>(
    db: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    db.execute_batch("BEGIN")?;
    let done = work(db);
    // PHP dies after what it wrote: an order that is taxed individually is kept (A8).
    let keeps = matches!(done, Ok(_) | Err(Refusal::Dead));
    db.execute_batch(if keeps { "COMMIT" } else { "ROLLBACK" })?;
    done
}

/// The operations that both ways share.
fn ask(desk: &Desk<'_>, operation: &str) -> Answer {
    match operation {
        "listtypes" => Ok(describe::list_types(desk)),
        "describe" => describe::describe(desk),
        "query" => query::query(desk),
        "retrieve" => retrieve(desk),
        "create" => write::create(desk),
        "revise" => write::change(desk, false),
        "update" => write::change(desk, true),
        "delete" => write::delete(desk),
        "files_retrieve" => files::retrieve(desk),
        "relatedtypes" => related::types(desk),
        "retrieve_related" => related::retrieve(desk),
        "query_related" => related::query(desk),
        "add_related" => related::add(desk),
        "convertlead" => convert::convert(desk),
        "sync" => sync::sync(desk),
        // The file that it is said to stand in may not be opened (A12).
        "changepassword" | "deleteuser" => Err(Refusal::Restricted),
        _ => Err(Refusal::Dead),
    }
}

fn retrieve(desk: &Desk<'_>) -> Answer {
    let (module, number) = desk.find(desk.params.get("id"))?;
    if module.has_lines {
        return inventory::retrieved(desk, module, number);
    }
    let mut record = desk.whole(module, number)?;
    files::add_ids(desk, module, number, &mut record)?;
    Ok(serde_json::Value::Object(record))
}
