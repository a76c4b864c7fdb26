//! Alerts of devices. Deleting one only resolves it (§4).

use super::desk::Desk;
use super::fields::{self, Form};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse, with};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::{ACCOUNT, time};
use serde_json::{Value, json};

const LIST: &str = "RMM Alerts - List";

/// Alerts.
pub struct Alerts;

impl Resource for Alerts {
    const KIND: Kind = Kind::Alert;
    const MANY: &'static str = "rmm_alerts";
    const ONE: Option<&'static str> = Some("rmm_alert");
    const VERBS: &'static str = "LGD";
    const PAGE: Page = Page::of(25, Meta::Short);
    const RIGHTS: Rights = Rights {
        list: LIST,
        view: LIST,
        create: "RMM Alerts - Create",
        edit: "",
        delete: "RMM Alerts - Delete",
    };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("asset_id", Form::Whole),
        ("description", Form::Text),
        ("resolved", Form::Flag),
        ("status", Form::Text),
        ("properties", Form::Tree),
        ("formatted_output", Form::Text),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        match desk.ask.query("status") {
            Some("all") => {}
            Some("resolved") => filter.holds("doc ->> 'resolved'"),
            Some(_) | None => {
                filter.holds("NOT doc ->> 'resolved'");
                let now = time::kept(desk.now);
                filter.term("COALESCE(doc ->> '_muted_until', '') < ?".into(), now);
            }
        }
        if let Some(moment) = desk.ask.moment("created_after") {
            filter.after("created", moment);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let ticket = desk.linked(Kind::Ticket, record.at("_ticket_id"))?;
        shown["ticket_number"] = ticket.as_ref().map_or(Value::Null, |it| it.at("number").clone());
        shown["ticket_status"] = ticket.as_ref().map_or(Value::Null, |it| it.at("status").clone());
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let asset = desk.linked(Kind::Asset, change.doc.get("asset_id").unwrap_or(&Value::Null))?;
        let name = asset.as_ref().map_or(Value::Null, |it| it.at("name").clone());
        change.doc.insert("computer_name".into(), name);
        if change.doc.get("customer_id").is_none_or(Value::is_null) {
            let customer = asset.map_or(Value::Null, |it| it.at("customer_id").clone());
            change.doc.insert("customer_id".into(), customer);
        }
        let wrong = fields::blanks(
            &change.doc,
            &[("customer_id", "Customer"), ("description", "Description")],
        );
        if wrong.is_empty() { Ok(()) } else { Err(reply::invalid(&wrong, &desk.ask.params())) }
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        let mut record = record.clone();
        record.set("resolved", true);
        record.set("status", "resolved");
        desk.save(Kind::Alert, &mut record)?;
        reply::ok(&json!({"success": "true"}))
    }
}

/// An alert with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "customer_id": null, "ticket_number": null, "ticket_status": null, "computer_name": null,
        "properties": {}, "resolved": false, "check_id": null, "status": null,
        "formatted_output": null, "description": null, "created_at": null, "updated_at": null,
        "asset_id": null, "_ticket_id": null, "_muted_until": null,
    }))
}

/// `/rmm_alerts/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("POST", []) => create(desk),
        ("POST", [id, "mute"]) => mute(desk, id),
        _ => resource::route::<Alerts>(desk, rest),
    }
}

/// The body may be wrapped in `rmm_alert` or not (§8); the answer has another shape than a read.
fn create(desk: &Desk<'_>) -> Answer {
    desk.needs(Alerts::RIGHTS.create)?;
    let body = desk.ask.body.get("rmm_alert").and_then(Value::as_object).unwrap_or(&desk.ask.body);
    let alert = resource::make::<Alerts>(desk, body)?;
    let mut shown = base(&alert);
    shown["account_id"] = json!(ACCOUNT);
    shown["ticket_id"] = Value::Null;
    if let Some(members) = shown.as_object_mut() {
        members.shift_remove("ticket_number");
        members.shift_remove("ticket_status");
    }
    Ok(with(201, &json!({"success": true, "alert": shown})))
}

/// How long an alert can be quiet, in hours.
const MUTES: [(&str, i64); 7] = [
    ("1-hour", 1),
    ("1-day", 24),
    ("2-days", 48),
    ("1-week", 168),
    ("2-weeks", 336),
    ("1-month", 720),
    ("forever", 876_000),
];

fn mute(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs("RMM Alerts - Clear/Manage")?;
    let mut alert = desk.look(Kind::Alert, id)?.ok_or_else(missing)?;
    let asked = desk.ask.query("mute_for").unwrap_or_default();
    let hours = MUTES.iter().find(|(name, _)| *name == asked).map(|(_, hours)| *hours);
    let wrong = || refuse(422, &json!({"errors": {"mute_for": ["is not included in the list"]}}));
    let until = time::later(desk.now, hours.ok_or_else(wrong)? * 60);
    alert.set("_muted_until", time::kept(until));
    desk.save(Kind::Alert, &mut alert)?;
    reply::ok(&json!({"success": "true"}))
}
