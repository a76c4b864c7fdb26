//! Tickets from what was prepared: blueprints, and forms of the web pages.

use super::appointments::{self, Appointments};
use super::comments;
use super::customers::Customers;
use super::desk::Desk;
use super::fields;
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse, with};
use super::resource::{self, Meta, Page, Resource, base_utc};
use super::shelf::{Doc, Filter, Record};
use super::tickets::Tickets;
use super::time;
use serde_json::{Map, Value, json};

/// `/ticket_blueprints/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) => {
            desk.needs("Ticket Blueprints - Manage")?;
            let page = Page::up_to(20, 100, Meta::Full);
            let (found, meta) = resource::paged(desk, Kind::Blueprint, &Filter::all(), page)?;
            let shown = found.iter().map(resource::base).collect();
            reply::ok(&resource::enveloped("ticket_blueprints", shown, meta))
        }
        ("POST", [id, "apply"]) => apply(desk, id),
        _ => Err(missing()),
    }
}

fn apply(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs("Ticket Blueprints - Create Ticket From Blueprint")?;
    let blueprint = desk.find(Kind::Blueprint, id)?;
    let customer = desk.ask.body.get("customer_id").unwrap_or(&Value::Null);
    let customer = desk.linked(Kind::Customer, customer)?;
    let customer = customer.ok_or_else(|| reply::error("Customer not found"))?;
    let named = |subject: &Value, parent: Option<i64>| {
        let body = json!({"customer_id": customer.id, "subject": subject, "problem_type": "Other", "parent_id": parent});
        resource::make::<Tickets>(desk, body.as_object().unwrap_or(&Map::new()))
    };
    let parent = named(blueprint.at("name"), None)?;
    let mut children = Vec::new();
    for subject in blueprint.at("_children").as_array().into_iter().flatten() {
        children.push(named(subject, Some(parent.id))?.id);
    }
    Ok(with(201, &json!({"ticket_id": parent.id, "child_ticket_ids": children})))
}

/// `/new_ticket_forms/…`.
pub fn forms(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    let create = Tickets::RIGHTS.create;
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) => {
            desk.needs("Ticket Workflows - Manage")?;
            let all = desk.shelf.all(Kind::Form, &Filter::all())?;
            reply::ok(
                &json!({"new_ticket_forms": all.iter().map(resource::base).collect::<Value>()}),
            )
        }
        ("GET", [id]) => {
            desk.needs(create)?;
            let form = desk.find(Kind::Form, id)?;
            reply::ok(&json!({"new_ticket_form": resource::base(&form)}))
        }
        ("POST", [id, "process_form"]) => {
            desk.needs(create)?;
            desk.find(Kind::Form, id)?;
            process(desk)
        }
        _ => Err(missing()),
    }
}

/// A customer, a ticket for it, and an appointment where there is to be one.
fn process(desk: &Desk<'_>) -> Answer {
    let empty = Map::new();
    let part = |name: &str| desk.ask.body.get(name).and_then(Value::as_object).unwrap_or(&empty);
    let (who, what, when) =
        (part("customer_details"), part("ticket_details"), part("appointments"));
    refuse_incomplete(what, when)?;
    let customer = known(desk, who)?;
    let mut body = what.clone();
    body.insert("customer_id".into(), json!(customer.id));
    let mut ticket = resource::make::<Tickets>(desk, &body)?;
    if let Some(text) = what.get("description").filter(|it| !fields::is_blank(Some(it))) {
        let comment = json!({"subject": "Initial Issue", "body": text, "do_not_email": what.get("do_not_email")});
        comments::add(desk, &mut ticket, comment.as_object().unwrap_or(&empty))?;
    }
    if !when.is_empty() {
        let mut meeting = appointments::empty();
        meeting.extend(fields::take(when, Appointments::FIELDS));
        meeting.insert("ticket_id".into(), json!(ticket.id));
        meeting.insert("customer_id".into(), json!(customer.id));
        meeting.insert("_user_id".into(), when.get("user_id").cloned().unwrap_or_default());
        desk.add(Kind::Appointment, meeting)?;
    }
    reply::ok(&json!({"ticket": base_utc(&ticket)}))
}

/// Complaints are nested by part (§5).
fn refuse_incomplete(what: &Map<String, Value>, when: &Map<String, Value>) -> Result<(), Refusal> {
    let blank = |of: &Map<String, Value>, names: &[&str]| {
        let missing = names.iter().filter(|name| fields::is_blank(of.get(**name)));
        missing.map(|name| ((*name).to_owned(), json!(["can't be blank"]))).collect::<Doc>()
    };
    let mut wrong = Map::new();
    let ticket = blank(what, &["subject"]);
    if !ticket.is_empty() {
        wrong.insert("ticket_details".into(), Value::Object(ticket));
    }
    let meeting = blank(when, &["summary", "start_at", "end_at"]);
    if !when.is_empty() && !meeting.is_empty() {
        wrong.insert("appointments".into(), Value::Object(meeting));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(refuse(422, &json!({"success": false, "errors": wrong})))
}

/// The customer with this address, or a new one.
fn known(desk: &Desk<'_>, who: &Map<String, Value>) -> Result<Record, Refusal> {
    let email = who.get("email").and_then(Value::as_str).unwrap_or_default();
    if !email.is_empty() {
        let found = desk.shelf.first(Kind::Customer, &Filter::of("email", email.to_owned()))?;
        if let Some(customer) = found {
            return Ok(customer);
        }
    }
    resource::make::<Customers>(desk, who)
}

/// The scripts of the account: the API runs them and does not list them.
pub const SCRIPTS: [(i64, &str); 4] = [
    (4601, "Reboot tonight"),
    (4602, "Clear the print queue"),
    (4603, "Collect robot logs"),
    (4604, "ディスクの掃除"),
];

/// `POST /rmm/public_scripts/{asset_id}/schedule`: written down, and no script runs.
pub fn run_script(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    let ("POST", ["public_scripts", asset, "schedule"]) = (desk.ask.method.as_str(), rest) else {
        return Err(missing());
    };
    desk.needs("Scripts - Execute")?;
    let asset = desk.look(Kind::Asset, asset)?;
    let asset = asset.ok_or_else(|| refuse(404, &json!({"error": "Asset not found"})))?;
    let id = desk.ask.sent("script_id");
    let script = SCRIPTS.iter().find(|(known, _)| Some(*known) == id);
    let (_, name) =
        script.ok_or_else(|| refuse(404, &json!({"error": "No such script on account"})))?;
    let text = |name: &str| desk.ask.body.get(name).and_then(Value::as_str);
    if text("freq").is_some_and(|often| often != "once") {
        return Err(reply::error("recurring schedules are not supported through the api."));
    }
    let later = text("run_type") == Some("later");
    if later && text("next_time").and_then(time::moment).is_none() {
        return Err(reply::error("next_time can't be blank"));
    }
    desk.send("script", asset.text("name"), format!("script {name}"), desk.ask.params());
    reply::ok(&json!({"message": "Ok, script scheduled."}))
}
