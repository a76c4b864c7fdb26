//! The cloud's REST paths (part B): Basic authentication, limits in headers, errors as HTTP statuses, and some
//! operations that open source does not have.

use super::desk::{Desk, label};
use super::door;
use super::id::Id;
use super::quirks::Quirks;
use super::reply::{self, Answer, Refusal, denied, no_module, refuse};
use super::request::Params;
use super::vtql::sql::{Plan, quoted, selected};
use super::{Core, as_one, ask, related, write};
use crate::demo::http::{Dialect, Reply, Request};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Below which path the cloud's site stands.
pub const PREFIX: &str = "/vtiger-cloud";
const API: &str = "/restapi/v1/vtiger/default/";

/// The cloud over the same tables.
#[derive(Debug)]
pub struct Cloud {
    core: Arc<Core>,
    used: Mutex<Used>,
}

/// How many requests there were, in which minute and on which day since the start.
#[derive(Debug, Default, Clone, Copy)]
struct Used {
    minute: u64,
    in_minute: u32,
    in_day: u32,
}

impl Cloud {
    /// Over what open source has, too.
    pub fn new(core: Arc<Core>) -> Cloud {
        Cloud { core, used: Mutex::default() }
    }

    /// Counts a request. False where the minute or the day has no more.
    fn count(&self, quirks: &Quirks, at: Duration) -> (Used, bool) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = at.as_secs() / 60;
        if used.minute != minute {
            *used = Used { minute, in_minute: 0, ..*used };
        }
        let fits = used.in_minute < quirks.minute_limit && used.in_day < quirks.daily_limit;
        used.in_minute = used.in_minute.saturating_add(u32::from(fits));
        used.in_day = used.in_day.saturating_add(u32::from(fits));
        (*used, fits)
    }

    fn limits(&self, reply: Reply, quirks: &Quirks, used: Used) -> Reply {
        let now = self.core.books.clock.now().as_second();
        let left = |limit: u32, used: u32| limit.saturating_sub(used).to_string();
        reply
            .with("X-FloodControl-MinuteLimit", quirks.minute_limit.to_string())
            .with("X-FloodControl-MinuteRemaining", left(quirks.minute_limit, used.in_minute))
            .with("X-FloodControl-MinuteReset", (now - now % 60 + 60).to_string())
            .with("X-RateLimit-DailyLimit", quirks.daily_limit.to_string())
            .with("X-RateLimit-DailyRemaining", left(quirks.daily_limit, used.in_day))
            .with("X-RateLimit-DailyReset", (now - now % 86_400 + 86_400).to_string())
            .with("X-Vtiger-Version", "20250701")
    }
}

impl Dialect for Cloud {
    fn answer(&self, request: &Request) -> Reply {
        let Some(operation) = request.path.strip_prefix(API) else { return super::page() };
        let quirks = self.core.quirks();
        let (used, fits) = self.count(&quirks, self.core.books.clock.elapsed());
        let reply = if fits {
            self.operate(operation.trim_end_matches('/'), request, &quirks)
        } else {
            failed(429, "Too many requests", &quirks)
        };
        self.limits(reply, &quirks, used)
    }

    fn demo_page(&self, request: &Request) -> Option<Reply> {
        (request.path == PREFIX).then(|| self.core.switches_page(request))
    }
}

fn failed(status: u16, message: &str, quirks: &Quirks) -> Reply {
    let error =
        json!({"success": false, "error": {"code": status.to_string(), "message": message}});
    let body = if quirks.bare_errors { Vec::new() } else { error.to_string().into_bytes() };
    reply::headed(status, "application/json", body)
}

/// The operations that read a form; `tags_retrieve` takes either.
const POSTS: [&str; 11] = [
    "create",
    "update",
    "revise",
    "delete",
    "add_related",
    "delete_related",
    "convertlead",
    "reopen",
    "tags_add",
    "tags_delete",
    "changepassword",
];

impl Cloud {
    fn operate(&self, operation: &str, request: &Request, quirks: &Quirks) -> Reply {
        let mut params = Params::of(request);
        params.read_json(request);
        let posts = POSTS.contains(&operation);
        let either = operation == "tags_retrieve";
        if request.method != if posts { "POST" } else { "GET" }
            && !(either && request.method == "POST")
        {
            return failed(405, "Method not allowed", quirks);
        }
        params.read_form(request.method == "POST");
        let core = &*self.core;
        let answer = core.with(|db| {
            let caller =
                basic(request).and_then(|(user, key)| door::by_key(db, &user, &key).transpose());
            let Some(caller) = caller.transpose()? else { return Ok(None) };
            as_one(db, |db| {
                let desk = core.desk(db, caller, quirks, &params, true)?;
                Ok(Some(own(&desk, operation).unwrap_or_else(|| ask(&desk, operation))))
            })
        });
        match answer {
            Ok(None) => failed(401, "Invalid username or access key", quirks),
            Ok(Some(answer)) => self.told(&answer, operation, quirks),
            Err(refusal) => self.told(&Err(refusal), operation, quirks),
        }
    }

    fn told(&self, answer: &Answer, operation: &str, quirks: &Quirks) -> Reply {
        let landed = answer.is_ok() && POSTS.contains(&operation);
        if landed && self.core.take(|quirks| &mut quirks.land_and_break) {
            return failed(
                500,
                "Internal Server Error",
                &Quirks { bare_errors: true, ..quirks.clone() },
            );
        }
        match (answer, reply::envelope(answer)) {
            (Ok(_), Some(value)) => {
                reply::headed(200, "application/json", value.to_string().into_bytes())
            }
            (Err(_), Some(_)) if quirks.bare_errors => {
                reply::headed(400, "application/json", Vec::new())
            }
            (Err(_), Some(value)) => {
                reply::headed(400, "application/json", value.to_string().into_bytes())
            }
            (_, None) => failed(404, "Operation not found", quirks),
        }
    }
}

/// `Authorization: Basic …`
fn basic(request: &Request) -> Option<(String, String)> {
    let text = request.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (user, key) = text.split_once(':')?;
    Some((user.to_owned(), key.to_owned()))
}

/// The operations that open source does not have.
fn own(desk: &Desk<'_>, operation: &str) -> Option<Answer> {
    Some(match operation {
        "me" => me(desk),
        "lookup" => lookup(desk),
        "delete_related" => related::remove(desk),
        "reopen" => reopen(desk),
        "tags_add" => tags_add(desk),
        "tags_delete" => tags_delete(desk),
        "tags_retrieve" => {
            desk.find(desk.params.get("id")).and_then(|(_, number)| tags(desk, number))
        }
        "get_account_hierarchy" => hierarchy(desk),
        _ => return None,
    })
}

fn me(desk: &Desk<'_>) -> Answer {
    let users = desk.core.schema.modules.get("Users").ok_or(Refusal::Dead)?;
    let mut record = desk.read(users, desk.caller.number)?;
    let id = record.shift_remove("id").unwrap_or_default();
    record.shift_insert(0, "id".into(), id);
    Ok(Value::Object(record))
}

/// Records in which a field holds a number or an address: `searchIn={"Contacts":["mobile","phone"]}`.
fn lookup(desk: &Desk<'_>) -> Answer {
    let value = desk.params.get("value");
    let wanted: Map<String, Value> =
        serde_json::from_str(desk.params.get("searchIn")).unwrap_or_default();
    if value.is_empty() || !matches!(desk.params.get("type"), "phone" | "email") {
        return Err(refuse("MANDATORY_FIELDS_MISSING", "type and value are needed"));
    }
    let mut found = Vec::new();
    for (name, fields) in &wanted {
        let module = desk.module(name).ok_or_else(|| no_module(name))?;
        let known = fields.as_array().into_iter().flatten().filter_map(Value::as_str);
        let columns: Vec<String> = known
            .filter(|name| module.fields.contains_key(*name))
            .map(|name| format!("t.{} = ?1", quoted(name)))
            .collect();
        if columns.is_empty() {
            continue;
        }
        let kept = desk.shown(module);
        let names = selected(&kept);
        let sql = format!(
            "SELECT t.id{names} FROM {} t WHERE {} LIMIT 100",
            quoted(module.table()),
            columns.join(" OR ")
        );
        let plan = Plan { sql, values: vec![Sql::Text(value.to_owned())], fields: kept };
        for mut record in desk.records(module, &plan)? {
            record.insert("label".into(), json!(label(module, &record)));
            found.push(record);
        }
    }
    Ok(json!(found))
}

/// A closed ticket or task is open again.
fn reopen(desk: &Desk<'_>) -> Answer {
    let (module, number) = desk.find(desk.params.get("id"))?;
    let (field, value) = match module.name.as_str() {
        "HelpDesk" => ("ticketstatus", "Open"),
        "Calendar" => ("taskstatus", "Not Started"),
        "Potentials" => ("sales_stage", "Prospecting"),
        _ => return Err(denied("")),
    };
    let element = Map::from_iter([(field.to_owned(), json!(value))]);
    write::revise(desk, module, number, &element)?;
    desk.whole(module, number).map(Value::Object)
}

fn tags(desk: &Desk<'_>, number: i64) -> Answer {
    let mut statement =
        desk.db.prepare_cached("SELECT name FROM tag WHERE id = ?1 ORDER BY name")?;
    let names: Vec<String> =
        statement.query_map([number], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(json!({"tags": names}))
}

fn sent_tags(desk: &Desk<'_>) -> Vec<String> {
    serde_json::from_str(desk.params.get("tags")).unwrap_or_default()
}

fn tags_add(desk: &Desk<'_>) -> Answer {
    let (_, number) = desk.find(desk.params.get("id"))?;
    for name in sent_tags(desk) {
        let name = write::value::kept(&name, 100, false);
        desk.db.execute(
            "INSERT OR IGNORE INTO tag (id, name) VALUES (?1, ?2)",
            rusqlite::params![number, name],
        )?;
    }
    tags(desk, number)
}

fn tags_delete(desk: &Desk<'_>) -> Answer {
    let (_, number) = desk.find(desk.params.get("id"))?;
    if desk.params.get("delete_all") == "1" {
        desk.db.execute("DELETE FROM tag WHERE id = ?1", [number])?;
    }
    for name in sent_tags(desk) {
        desk.db.execute(
            "DELETE FROM tag WHERE id = ?1 AND name = ?2",
            rusqlite::params![number, name],
        )?;
    }
    tags(desk, number)
}

/// An account's mother and its daughters, each with its depth.
fn hierarchy(desk: &Desk<'_>) -> Answer {
    let (module, number) = desk.find(desk.params.get("id"))?;
    if module.name != "Accounts" {
        return Err(denied(""));
    }
    let sql = "WITH RECURSIVE up (id, mother) AS (SELECT id, account_id FROM Accounts WHERE id = ?1 \
               UNION SELECT a.id, a.account_id FROM Accounts a JOIN up ON a.id = up.mother), \
               tree (id, depth) AS (SELECT COALESCE((SELECT id FROM up WHERE mother = 0), ?1), 0 \
               UNION SELECT a.id, tree.depth + 1 FROM Accounts a JOIN tree ON a.account_id = tree.id WHERE tree.depth < 20) \
               SELECT tree.id, a.accountname, MIN(tree.depth) FROM tree JOIN Accounts a ON a.id = tree.id GROUP BY tree.id ORDER BY 3, 1 LIMIT 500";
    let mut statement = desk.db.prepare_cached(sql)?;
    let rows = statement.query_map([number], |row| {
        let id = Id { prefix: module.prefix, number: row.get(0)? }.write();
        Ok(json!({"id": id, "accountname": row.get::<_, String>(1)?, "depth": row.get::<_, i64>(2)?}))
    })?;
    let rows: Vec<Value> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(json!(rows))
}
