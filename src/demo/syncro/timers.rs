//! Timers of tickets: the old calls below a ticket, whose answers stand bare, and the new ones, which are wrapped.

use super::desk::Desk;
use super::fields::{self, Form, flag};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, errors, missing, refuse, with};
use super::resource::{self, Meta, Page, base, base_utc};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::{money, ticket_lines, tickets, time};
use crate::demo::http::Reply;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// The permission for all of it.
pub const RIGHT: &str = "Ticket Timers - Overview";

/// A timer with nothing in it.
pub fn empty(ticket: i64, user: i64) -> Doc {
    doc(json!({
        "ticket_id": ticket, "user_id": user, "start_time": null, "end_time": null,
        "recorded": false, "created_at": null, "updated_at": null, "billable": true, "notes": null,
        "toggl_id": null, "product_id": null, "comment_id": null, "ticket_line_item_id": null,
        "active_duration": 0, "billable_time": 0, "billable_override": null, "_status": "stopped",
        "_since": null,
    }))
}

/// Seconds that a timer has run.
fn spent(desk: &Desk<'_>, timer: &Record) -> i64 {
    let before = timer.number("active_duration").unwrap_or(0);
    let running = time::read(timer.at("_since")).map_or(0, |since| seconds(since, desk.now));
    before + running
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0)
}

/// Seconds that are to be paid.
fn payable(desk: &Desk<'_>, timer: &Record) -> i64 {
    timer.number("billable_override").unwrap_or_else(|| spent(desk, timer))
}

/// A timer in a ticket and in the answers of the old calls.
pub fn old(desk: &Desk<'_>, timer: &Record) -> Value {
    let mut shown = base_utc(timer);
    shown["billable_time"] = json!(payable(desk, timer));
    shown
}

/// A timer in the answers of the new calls.
fn new(desk: &Desk<'_>, timer: &Record) -> Value {
    let mut shown = base(timer);
    let spent = spent(desk, timer);
    shown["active_duration"] = json!(spent);
    shown["billable_time"] = json!(payable(desk, timer));
    shown["status"] = json!(format!("status_{}", timer.text("_status")));
    shown["elapsed_seconds"] = json!(spent);
    shown
}

/// `1h 05m`: what a ticket's timers add up to; nothing where it has none.
pub fn billable(desk: &Desk<'_>, ticket: i64) -> Result<Option<String>, Refusal> {
    let timers = desk.shelf.all(Kind::Timer, &Filter::of("ticket_id", ticket))?;
    let sum: i64 = timers.iter().filter(|it| it.is("billable")).map(|it| payable(desk, it)).sum();
    Ok((sum > 0).then(|| format!("{}h {:02}m", sum / 3600, sum % 3600 / 60)))
}

const FIELDS: [fields::Field; 4] = [
    ("user_id", Form::Whole),
    ("notes", Form::Text),
    ("product_id", Form::Whole),
    ("billable_override", Form::Whole),
];

/// `POST /tickets/{id}/timer_entry`.
pub fn enter(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let body = &desk.ask.body;
    let moment = |name: &str| body.get(name).and_then(Value::as_str).and_then(time::moment);
    let Some(start) = moment("start_at") else {
        return Err(reply::error("no implicit conversion of nil into String"));
    };
    let minutes = desk.ask.sent("duration_minutes");
    let end = moment("end_at")
        .or_else(|| minutes.map(|minutes| time::later(start, minutes)))
        .unwrap_or(start);
    let mut timer = empty(ticket.id, desk.me());
    timer.extend(fields::take(body, &FIELDS));
    timer.insert("start_time".into(), json!(time::kept(start)));
    timer.insert("end_time".into(), json!(time::kept(end)));
    timer.insert("active_duration".into(), json!(seconds(start, end)));
    let timer = desk.add(Kind::Timer, timer)?;
    reply::ok(&old(desk, &timer))
}

fn entry(desk: &Desk<'_>, ticket: &Record) -> Result<Record, Refusal> {
    let id = desk.ask.sent("timer_entry_id").ok_or_else(missing)?;
    let timer = desk.shelf.get(Kind::Timer, id)?.ok_or_else(missing)?;
    let is_its = timer.number("ticket_id") == Some(ticket.id);
    is_its.then_some(timer).ok_or_else(missing)
}

/// `PUT /tickets/{id}/update_timer_entry`.
pub fn change(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let mut timer = entry(desk, ticket)?;
    let body = &desk.ask.body;
    timer.doc.extend(fields::take(body, &FIELDS));
    if let Some(start) = body.get("start_at").and_then(Value::as_str).and_then(time::moment) {
        let length = timer.number("active_duration").unwrap_or(0);
        timer.set("start_time", time::kept(start));
        timer.set("end_time", time::kept(time::later(start, length / 60)));
    }
    if let Some(minutes) = desk.ask.sent("duration_minutes") {
        timer.set("active_duration", minutes * 60);
        if let Some(start) = time::read(timer.at("start_time")) {
            timer.set("end_time", time::kept(time::later(start, minutes)));
        }
    }
    desk.save(Kind::Timer, &mut timer)?;
    reply::ok(&old(desk, &timer))
}

/// `POST /tickets/{id}/delete_timer_entry`.
pub fn delete(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let timer = entry(desk, ticket)?;
    desk.shelf.remove(Kind::Timer, timer.id)?;
    reply::ok(&json!({"success": true}))
}

/// `POST /tickets/{id}/charge_timer_entry`: makes the line that is to be paid.
pub fn charge(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let mut timer = entry(desk, ticket)?;
    if !timer.is("recorded") {
        let product = match timer.number("product_id") {
            Some(id) => Some(id),
            None => tickets::labour(desk)?,
        };
        let hours = Decimal::new(payable(desk, &timer), 0) / Decimal::new(3600, 0);
        let text = if timer.text("notes").is_empty() { "Work" } else { timer.text("notes") };
        let line = ticket_lines::labour(desk, ticket, product, text, hours.round_dp(2))?;
        timer.set("product_id", product);
        timer.set("ticket_line_item_id", line);
        timer.set("recorded", true);
        desk.save(Kind::Timer, &mut timer)?;
    }
    reply::ok(&old(desk, &timer))
}

/// `/ticket_timers/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    desk.needs(RIGHT)?;
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) => list(desk),
        ("POST", []) => begin(desk),
        ("PATCH", [id]) => set_billable(desk, id),
        ("POST", [id, "start"]) => turn(desk, id, "running"),
        ("POST", [id, "pause"]) => turn(desk, id, "paused"),
        ("POST", [id, "stop"]) => turn(desk, id, "stopped"),
        _ => Err(missing()),
    }
}

fn list(desk: &Desk<'_>) -> Answer {
    let ask = desk.ask;
    let mut filter = Filter::all().by(NEWEST);
    for name in ["ticket_id", "user_id"] {
        if let Some(id) = ask.number(name) {
            filter.equal(name, id);
        }
    }
    if let Some(id) = ask.number("customer_id") {
        filter.term(
            "doc ->> 'ticket_id' IN (SELECT id FROM Ticket WHERE doc ->> 'customer_id' = ?)".into(),
            id,
        );
    }
    if let Some(moment) = ask.moment("created_at_gt") {
        filter.after("created", moment);
    }
    if let Some(moment) = ask.moment("created_at_lt") {
        filter.term("created < ?".into(), moment.as_millisecond());
    }
    if let Some(status) = ask.query("status") {
        filter.equal("_status", status.to_owned());
    }
    match ask.query("billing_status") {
        Some("non-billable") => filter.holds("NOT doc ->> 'billable'"),
        Some("unbilled") => filter.holds("doc ->> 'billable' AND NOT doc ->> 'recorded'"),
        Some("billed" | "invoiced") => filter.holds("doc ->> 'recorded'"),
        Some(_) | None => {}
    }
    let (timers, meta) = resource::paged(desk, Kind::Timer, &filter, Page::of(100, Meta::Full))?;
    let shown = timers.iter().map(|timer| new(desk, timer)).collect();
    reply::ok(&resource::enveloped("ticket_timers", shown, meta))
}

fn wrapped(desk: &Desk<'_>, timer: &Record, status: u16) -> Reply {
    with(status, &json!({"ticket_timer": new(desk, timer)}))
}

/// A timer of the caller; the one that is not stopped yet goes on, and is answered with 200.
fn begin(desk: &Desk<'_>) -> Answer {
    let id = desk.ask.sent("ticket_id").ok_or_else(|| errors(json!(["ticket_id is required"])))?;
    let gone = || refuse(404, &json!({"errors": ["Ticket not found"]}));
    desk.shelf.get(Kind::Ticket, id)?.ok_or_else(gone)?;
    let mut mine = Filter::of("ticket_id", id);
    mine.equal("user_id", desk.me());
    mine.holds("doc ->> '_status' <> 'stopped'");
    if let Some(mut timer) = desk.shelf.first(Kind::Timer, &mine)? {
        if timer.text("_status") == "paused" {
            timer.set("_status", "running");
            timer.set("_since", time::kept(desk.now));
            desk.save(Kind::Timer, &mut timer)?;
        }
        return Ok(wrapped(desk, &timer, 200));
    }
    let mut timer = empty(id, desk.me());
    let fields = [
        ("product_id", Form::Whole),
        ("comment_id", Form::Whole),
        ("notes", Form::Text),
        ("billable", Form::Flag),
    ];
    timer.extend(fields::take(&desk.ask.body, &fields));
    for name in ["start_time", "_since"] {
        timer.insert(name.into(), json!(time::kept(desk.now)));
    }
    timer.insert("_status".into(), json!("running"));
    let timer = desk.add(Kind::Timer, timer)?;
    Ok(wrapped(desk, &timer, 201))
}

fn known(desk: &Desk<'_>, id: &str) -> Result<Record, Refusal> {
    let gone = || refuse(404, &json!({"errors": ["Ticket timer not found"]}));
    desk.look(Kind::Timer, id)?.ok_or_else(gone)
}

/// `billable` stands in the query or in the body (§8).
fn set_billable(desk: &Desk<'_>, id: &str) -> Answer {
    let mut timer = known(desk, id)?;
    let sent = desk.ask.body.get("billable").cloned();
    let asked = sent.or_else(|| desk.ask.query("billable").map(|text| json!(text)));
    let billable = match asked {
        Some(Value::Bool(yes)) => Some(yes),
        Some(Value::String(text)) if matches!(text.as_str(), "true" | "false") => {
            flag(&json!(text))
        }
        Some(_) | None => None,
    };
    let billable = billable.ok_or_else(|| errors(json!(["Billable must be true or false"])))?;
    timer.set("billable", billable);
    desk.save(Kind::Timer, &mut timer)?;
    Ok(wrapped(desk, &timer, 200))
}

fn turn(desk: &Desk<'_>, id: &str, to: &str) -> Answer {
    let mut timer = known(desk, id)?;
    let from = timer.text("_status").to_owned();
    let fits = match to {
        "running" => from != "running",
        "paused" => from == "running",
        _ => from != "stopped",
    };
    if !fits {
        let text = format!("Ticket timer cannot transition from status 'status_{from}'");
        return Err(errors(json!([text])));
    }
    timer.set("active_duration", spent(desk, &timer));
    let running = to == "running";
    timer.set("_since", running.then(|| time::kept(desk.now)));
    timer.set("end_time", (to == "stopped").then(|| time::kept(desk.now)));
    timer.set("_status", to);
    desk.save(Kind::Timer, &mut timer)?;
    Ok(wrapped(desk, &timer, 200))
}

/// An hour's price, as a reminder of what a timer costs.
pub fn price(product: &Record) -> Decimal {
    money::amount(product.at("price_retail"))
}
