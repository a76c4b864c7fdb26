//! Tickets. Their comments, timers, lines, worksheets and files have rooms of their own.

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, not_found, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::settings;
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::{appointments, worksheets};
use super::{assets, comments, contacts, customers, files, ticket_lines, time, timers, users};
use crate::demo::http::Reply;
use serde_json::{Value, json};

/// To write to a ticket.
pub const EDIT: &str = "Tickets - Edit";
/// To read a ticket.
pub const VIEW: &str = "Tickets - View Details";

/// Tickets.
pub struct Tickets;

impl Resource for Tickets {
    const KIND: Kind = Kind::Ticket;
    const MANY: &'static str = "tickets";
    const ONE: Option<&'static str> = Some("ticket");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(50, Meta::Short);
    const RIGHTS: Rights = Rights {
        list: "Tickets - List/Search",
        view: VIEW,
        create: "Tickets - Create",
        edit: EDIT,
        delete: "Tickets - Delete",
    };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("ticket_type_id", Form::Whole),
        ("number", Form::Whole),
        ("subject", Form::Text),
        ("due_date", Form::Moment),
        ("start_at", Form::Moment),
        ("end_at", Form::Moment),
        ("location_id", Form::Whole),
        ("problem_type", Form::Text),
        ("status", Form::Text),
        ("user_id", Form::Whole),
        ("properties", Form::Tree),
        ("asset_ids", Form::Tree),
        ("signature_name", Form::Text),
        ("sla_id", Form::Whole),
        ("contact_id", Form::Whole),
        ("priority", Form::Text),
        ("outtake_form_date", Form::Moment),
        ("outtake_form_name", Form::Text),
        ("tag_list", Form::Tree),
        ("parent_id", Form::Whole),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        narrow(desk, filter);
        let ask = desk.ask;
        if let Some(text) = ask.query("query") {
            filter.words(text);
        }
        if let Some(number) = ask.query("number") {
            filter.equal("number", number.trim().parse().unwrap_or(-1));
        }
        if let Some(id) = ask.number("parent_id") {
            filter.equal("parent_id", id);
        }
        for (name, test) in [
            ("asset_name", "instr(fold(a.doc ->> 'name'), fold(?)) > 0"),
            ("asset_serial", "a.doc ->> 'asset_serial' = ?"),
        ] {
            if let Some(text) = ask.query(name) {
                filter.term(
                    format!("EXISTS (SELECT 1 FROM json_each(Ticket.doc, '$.asset_ids') AS j JOIN Asset AS a ON a.id = j.value WHERE {test})"),
                    text.to_owned(),
                );
            }
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let of_it = Filter::of("ticket_id", record.id).by("created, id");
        let all = alone || desk.ask.is("all_comments");
        let comments = desk.shelf.page(Kind::Comment, &of_it, if all { i64::MAX } else { 1 }, 0)?;
        let format = comments::format(desk);
        shown["customer_business_then_name"] =
            json!(customers::name_of(desk, record.at("customer_id"))?);
        shown["comments"] = comments.iter().map(|it| comments::show(it, format)).collect();
        shown["user"] = users::by_id(desk, record.at("user_id"))?;
        shown["assets"] = Value::Array(assets::of_ids(desk, record.at("asset_ids"))?);
        let left_out: &[&str] = if alone { &NOT_ALONE } else { &NOT_LISTED };
        if let Some(members) = shown.as_object_mut() {
            members.retain(|name, _| !left_out.contains(&name.as_str()));
        }
        if alone {
            add_detail(desk, record, &mut shown)?;
        } else {
            add_list(desk, record, &mut shown)?;
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        check(desk, change)?;
        settle(desk, change)
    }

    fn written(desk: &Desk<'_>, record: &mut Record, _is_new: bool) -> Result<(), Refusal> {
        for comment in
            desk.ask.body.get("comments_attributes").and_then(Value::as_array).into_iter().flatten()
        {
            let members = comment.as_object().cloned().unwrap_or_default();
            comments::add(desk, record, &members)?;
        }
        Ok(())
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        for kind in
            [Kind::Comment, Kind::Timer, Kind::TicketLine, Kind::Attachment, Kind::Worksheet]
        {
            desk.shelf.remove_of(kind, "ticket_id", record.id)?;
        }
        desk.shelf.remove(Kind::Ticket, record.id)?;
        reply::ok(&json!({"message": "Ticket was successfully deleted. "}))
    }

    fn absent() -> Refusal {
        not_found()
    }
}

/// What lists do not show of a ticket.
const NOT_LISTED: [&str; 5] =
    ["asset_ids", "outtake_form_date", "outtake_form_name", "signature_date", "signature_name"];
/// What the detail does not show by itself, or as a record instead.
const NOT_ALONE: [&str; 7] = [
    "address_id",
    "billing_status",
    "contact_id",
    "contract_id",
    "parent_id",
    "sla_id",
    "ticket_type_id",
];

/// A ticket with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "number": null, "subject": null, "created_at": null, "customer_id": null,
        "customer_business_then_name": null, "due_date": null, "start_at": null, "end_at": null,
        "location_id": null, "problem_type": null, "status": "New", "ticket_type_id": null,
        "properties": {}, "user_id": null, "updated_at": null, "pdf_url": null, "priority": null,
        "resolved_at": null, "signature_name": null, "signature_date": null, "asset_ids": [],
        "outtake_form_name": null, "outtake_form_date": null, "tag_list": [], "contact_id": null,
        "contract_id": null, "sla_id": null, "address_id": null, "parent_id": null,
        "billing_status": null,
    }))
}

/// The filters that lists of tickets and of comments share.
pub fn narrow(desk: &Desk<'_>, filter: &mut Filter) {
    let ask = desk.ask;
    for name in ["customer_id", "contact_id", "user_id"] {
        if let Some(id) = ask.number(name) {
            filter.equal(name, id);
        }
    }
    if let Some(status) = ask.query("status") {
        with_status(filter, status);
    }
    if ask.is("mine") {
        filter.equal("user_id", desk.me());
    }
    if let Some(moment) = ask.moment("created_after") {
        filter.after("created", moment);
    }
    if let Some(moment) = ask.moment("since_updated_at") {
        filter.after("updated", moment);
    }
    if let Some(moment) = ask.moment("resolved_after") {
        filter.term("doc ->> 'resolved_at' > ?".into(), time::kept(moment));
    }
    if let Some(search) = ask.number("ticket_search_id") {
        saved_search(desk, filter, search);
    }
}

fn with_status(filter: &mut Filter, status: &str) {
    if status == "Not Closed" {
        filter.holds("doc ->> 'status' NOT IN ('Resolved', 'Invoiced')");
    } else {
        filter.equal("status", status.to_owned());
    }
}

fn saved_search(desk: &Desk<'_>, filter: &mut Filter, search: i64) {
    match settings::SEARCHES.iter().position(|(id, _)| *id == search) {
        Some(0) => {
            filter.equal("user_id", desk.me());
            with_status(filter, "Not Closed");
        }
        Some(1) => filter.equal("status", "Waiting for Parts".to_owned()),
        Some(2) => filter.holds("doc ->> 'user_id' IS NULL"),
        Some(_) => filter.holds("doc ->> 'priority' IN ('0 Urgent', '1 High')"),
        None => filter.holds("0"),
    }
}

fn check(desk: &Desk<'_>, change: &Change) -> Result<(), Refusal> {
    let doc = &change.doc;
    let customer = doc.get("customer_id").unwrap_or(&Value::Null);
    if change.is_new && desk.linked(Kind::Customer, customer)?.is_none() {
        return Err(reply::error("Customer required field"));
    }
    if change.is_new && is_blank(doc.get("subject")) {
        return Err(reply::error("Subject required field"));
    }
    let wrong = fields::blanks(doc, &[("customer_id", "Customer"), ("subject", "Subject")]);
    if !wrong.is_empty() {
        return Err(refuse(422, &json!({"success": false, "message": wrong})));
    }
    let parent = doc.get("parent_id").unwrap_or(&Value::Null);
    if change.has("parent_id") && !parent.is_null() && desk.linked(Kind::Ticket, parent)?.is_none()
    {
        return Err(refuse(403, &json!({"error": "Parent ticket is not accessible"})));
    }
    Ok(())
}

/// Numbers, and what follows from a status.
fn settle(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
    let doc = &mut change.doc;
    if is_blank(doc.get("number")) {
        let number = desk.shelf.largest(Kind::Ticket, "number")? + 1;
        doc.insert("number".into(), json!(number));
    }
    for (name, empty) in
        [("properties", json!({})), ("asset_ids", json!([])), ("tag_list", json!([]))]
    {
        let fits = doc
            .get(name)
            .is_some_and(|value| value.is_object() == empty.is_object() && !value.is_null());
        if !fits {
            doc.insert(name.into(), empty);
        }
    }
    let closed = matches!(doc.get("status").and_then(Value::as_str), Some("Resolved" | "Invoiced"));
    if !closed {
        doc.insert("resolved_at".into(), Value::Null);
    } else if is_blank(doc.get("resolved_at")) {
        doc.insert("resolved_at".into(), json!(time::kept(desk.now)));
    }
    Ok(())
}

/// What only a list has.
fn add_list(desk: &Desk<'_>, record: &Record, shown: &mut Value) -> Result<(), Refusal> {
    let kind = settings::TICKETS.iter().find(|one| Some(one.id) == record.number("ticket_type_id"));
    let children = desk.shelf.all(Kind::Ticket, &Filter::of("parent_id", record.id))?;
    let contact = desk.linked(Kind::Contact, record.at("contact_id"))?;
    let agreement = desk.linked(Kind::Contract, record.at("contract_id"))?;
    let due = time::read(record.at("due_date"));
    let open = record.at("resolved_at").is_null();
    let rest = json!({
        "location_name": null, "ticket_type_name": kind.map(|one| one.name), "sla_name": null,
        "creator_name_or_email": null, "contact_fullname": contact.map(|it| it.text("name").to_owned()),
        "contract_name": agreement.map(|it| it.text("name").to_owned()),
        "parent": !children.is_empty(), "child": !record.at("parent_id").is_null(),
        "recurring": false, "customer_reply": record.text("status") == "Customer Reply",
        "total_formatted_billable_time": timers::billable(desk, record.id)?,
        "sla_breached": open && due.is_some_and(|due| due < desk.now),
        "sla_breaching_soon": false, "customer_tag_list": [], "resolution_time": null,
        "response_time": null, "customer_icons": [],
        "child_ticket_ids": children.iter().map(|it| it.id).collect::<Vec<_>>(),
    });
    if let (Some(shown), Value::Object(rest)) = (shown.as_object_mut(), rest) {
        shown.extend(rest);
    }
    Ok(())
}

/// What only the detail has.
fn add_detail(desk: &Desk<'_>, record: &Record, shown: &mut Value) -> Result<(), Refusal> {
    let of_it = Filter::of("ticket_id", record.id);
    let get = |kind: Kind| desk.shelf.all(kind, &of_it);
    let kind = settings::ticket_type(desk, record.number("ticket_type_id"));
    let meetings: Result<Vec<Value>, Refusal> =
        get(Kind::Appointment)?.iter().map(|it| appointments::bare(desk, it)).collect();
    shown["intake_form_html"] = Value::Null;
    shown["outtake_form_html"] = Value::Null;
    shown["attachments"] = get(Kind::Attachment)?.iter().map(files::show).collect();
    shown["ticket_timers"] = get(Kind::Timer)?.iter().map(|it| timers::old(desk, it)).collect();
    shown["line_items"] = get(Kind::TicketLine)?.iter().map(ticket_lines::show).collect();
    shown["worksheet_results"] = get(Kind::Worksheet)?.iter().map(worksheets::show).collect();
    shown["appointments"] = Value::Array(meetings?);
    shown["ticket_fields"] = kind.get("ticket_fields").cloned().unwrap_or_else(|| json!([]));
    shown["ticket_answers"] = json!([]);
    shown["customer"] = customers::by_id(desk, record.at("customer_id"))?;
    shown["contact"] = contacts::by_id(desk, record.at("contact_id"))?;
    shown["ticket_type"] = kind;
    shown["address"] = Value::Null;
    Ok(())
}

/// The product that stands for work.
pub fn labour(desk: &Desk<'_>) -> Result<Option<i64>, Refusal> {
    let filter = Filter::of("product_category", "Labor".to_owned());
    Ok(desk.shelf.first(Kind::Product, &filter)?.map(|product| product.id))
}

/// A ticket by number: what people call it.
pub fn called(record: &Record) -> String {
    format!("ticket {}", record.at("number"))
}

/// `/tickets/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", ["settings"]) => settings::of_tickets(desk),
        (_, [id, "worksheet_results", more @ ..]) => worksheets::route(desk, id, more),
        ("GET", [id, "comments"]) => comments::of_ticket(desk, id),
        (_, [id, work]) => {
            let found = desk.look(Kind::Ticket, id)?;
            act(desk, found, work)
        }
        _ => resource::route::<Tickets>(desk, rest),
    }
}

fn act(desk: &Desk<'_>, found: Option<Record>, work: &str) -> Answer {
    let timed = work.contains("timer");
    desk.needs(match work {
        "print" => VIEW,
        _ if timed => timers::RIGHT,
        _ => EDIT,
    })?;
    let mut ticket = found.ok_or_else(not_found)?;
    let answer = match (desk.ask.method.as_str(), work) {
        ("POST", "comment") => return comments::post(desk, &mut ticket),
        ("POST", "print") => Ok(print(desk, &ticket)),
        ("POST", "add_line_item") => ticket_lines::add(desk, &ticket),
        ("PUT", "update_line_item") => ticket_lines::update(desk, &ticket),
        ("POST", "remove_line_item") => ticket_lines::remove(desk, &ticket),
        ("POST", "timer_entry") => timers::enter(desk, &ticket),
        ("PUT", "update_timer_entry") => timers::change(desk, &ticket),
        ("POST", "delete_timer_entry") => timers::delete(desk, &ticket),
        ("POST", "charge_timer_entry") => timers::charge(desk, &ticket),
        ("POST", "attach_file_url") => files::attach(desk, &ticket),
        ("POST", "delete_attachment") => files::delete(desk, &ticket),
        _ => return Err(missing()),
    }?;
    // Whatever happens to a ticket's parts is a change of the ticket.
    desk.save(Kind::Ticket, &mut ticket)?;
    Ok(answer)
}

fn print(desk: &Desk<'_>, ticket: &Record) -> Reply {
    desk.send("print", "printer", called(ticket), json!({"subject": ticket.at("subject")}));
    reply::nothing(200)
}
