//! Who is here and who calls: attendance, phones of technicians, caller ids.

use super::ACCOUNT;
use super::desk::Desk;
use super::fields::{self, Form, bare};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::{base, base_utc};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::{customers, time};
use crate::demo::http::Reply;
use serde_json::{Value, json};

/// An attendance with nothing said.
pub fn empty(user: i64) -> Doc {
    doc(json!({
        "in_at": null, "out_at": null, "account_id": ACCOUNT, "user_id": user, "in_note": null,
        "out_note": null, "created_at": null, "updated_at": null, "lunch": null,
        "manually_updated": null,
    }))
}

/// Those of others need a permission; without it everybody sees their own.
fn whose(desk: &Desk<'_>) -> Option<i64> {
    if desk.caller.may("Timelogs - Manage") { desk.ask.number("user_id") } else { Some(desk.me()) }
}

fn last(desk: &Desk<'_>, user: i64) -> Result<Option<Record>, Refusal> {
    Ok(desk.shelf.first(Kind::Timelog, &Filter::of("user_id", user).by(NEWEST))?)
}

/// `/timelogs`, `/timelogs/last`: reads are in a list, writes bare (§4).
pub fn timelogs(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) => {
            let mut filter = Filter::all().by(NEWEST);
            if let Some(user) = whose(desk) {
                filter.equal("user_id", user);
            }
            let logs = desk.shelf.page(Kind::Timelog, &filter, 100, 0)?;
            reply::ok(&json!({"timelogs": logs.iter().map(base).collect::<Value>()}))
        }
        ("GET", ["last"]) => {
            let log = last(desk, whose(desk).unwrap_or_else(|| desk.me()))?;
            reply::ok(&base(&log.ok_or_else(missing)?))
        }
        ("PUT", []) => clock(desk),
        _ => Err(missing()),
    }
}

/// In, out, or to lunch: the open attendance is written, or a new one begun.
fn clock(desk: &Desk<'_>) -> Answer {
    let open = last(desk, desk.me())?.filter(|log| log.at("out_at").is_null());
    let mut log = if let Some(log) = open {
        log
    } else {
        let mut new = empty(desk.me());
        new.insert("in_at".into(), json!(time::kept(desk.now)));
        desk.add(Kind::Timelog, new)?
    };
    let fields = [
        ("lunch", Form::Flag),
        ("in_at", Form::Moment),
        ("out_at", Form::Moment),
        ("in_note", Form::Text),
        ("out_note", Form::Text),
    ];
    log.doc.extend(fields::take(&desk.ask.body, &fields));
    desk.save(Kind::Timelog, &mut log)?;
    reply::ok(&base(&log))
}

const DEVICE: [fields::Field; 6] = [
    ("device_uuid", Form::Text),
    ("device_name", Form::Text),
    ("registration_token_gcm", Form::Text),
    ("system_name", Form::Text),
    ("model", Form::Text),
    ("screen_size", Form::Text),
];

/// `/user_devices`: found by the name that they gave themselves.
pub fn devices(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("POST", []) => {
            let mut new = doc(json!({
                "user_id": desk.me(), "registration_token_gcm": null, "device_uuid": null,
                "account_id": null, "name": null, "device_name": null, "system_name": null,
                "model": null, "screen_size": null, "disabled": false, "created_at": null,
                "updated_at": null,
            }));
            new.extend(fields::take(&desk.ask.body, &DEVICE));
            if fields::is_blank(new.get("device_uuid")) {
                return Err(refuse(422, &json!({"message": "Missing params device_uuid"})));
            }
            reply::ok(&base_utc(&desk.add(Kind::Device, new)?))
        }
        ("GET", [id]) => reply::ok(&base_utc(&device(desk, id)?)),
        ("PUT", [id]) => {
            let mut found = device(desk, id)?;
            let fields = [("registration_token_gcm", Form::Text)];
            found.doc.extend(fields::take(&desk.ask.body, &fields));
            desk.save(Kind::Device, &mut found)?;
            reply::ok(&base_utc(&found))
        }
        _ => Err(missing()),
    }
}

fn device(desk: &Desk<'_>, id: &str) -> Result<Record, Refusal> {
    let found = desk.shelf.first(Kind::Device, &Filter::of("device_uuid", id.to_owned()))?;
    found.ok_or_else(missing)
}

/// `/callerid?did=`: who calls, or a word that is no JSON (§8).
pub fn caller_id(desk: &Desk<'_>) -> Answer {
    let number = bare(desk.ask.query("did").unwrap_or_default());
    let phone = desk.shelf.first(Kind::Phone, &Filter::of("number", number))?;
    let Some(phone) = phone else {
        let headers = vec![("Content-Type", "text/plain; charset=utf-8".to_owned())];
        return Ok(Reply { status: 200, headers, body: b"Disabled".to_vec() });
    };
    let customer = phone.at("customer_id");
    let mut open = Filter::of("customer_id", phone.number("customer_id").unwrap_or(0));
    open.holds("doc ->> 'status' NOT IN ('Resolved', 'Invoiced')");
    let ticket = desk.shelf.first(Kind::Ticket, &open.by(NEWEST))?;
    let status = ticket.map_or(Value::Null, |ticket| ticket.at("status").clone());
    reply::ok(
        &json!({"data": {"name": customers::name_of(desk, customer)?, "ticket_status": status}}),
    )
}
