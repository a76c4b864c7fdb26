//! Leads: with a status on the way from `New` to `Won` or `Lost`. There is no delete.

use super::customers;
use super::desk::Desk;
use super::fields::{self, Form, flag, is_blank};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

const LIST: &str = "Leads - List/Search";

/// What a lead may be.
pub const STATUSES: [&str; 10] = [
    "New",
    "Lead",
    "First Contact",
    "Opportunity",
    "Prospect",
    "Waiting on Client",
    "In Negotiation",
    "Pending",
    "Won",
    "Lost",
];

/// Leads.
pub struct Leads;

impl Resource for Leads {
    const KIND: Kind = Kind::Lead;
    const MANY: &'static str = "leads";
    const ONE: Option<&'static str> = Some("lead");
    const VERBS: &'static str = "LGCU";
    const PAGE: Page = Page::of(25, Meta::Full);
    const RIGHTS: Rights = Rights { list: LIST, view: LIST, create: "", edit: "", delete: "" };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("address", Form::Text),
        ("business_name", Form::Text),
        ("city", Form::Text),
        ("zip", Form::Text),
        ("state", Form::Text),
        ("converted", Form::Flag),
        ("message_read", Form::Flag),
        ("disabled", Form::Flag),
        ("email", Form::Text),
        ("first_name", Form::Text),
        ("last_name", Form::Text),
        ("mobile", Form::Phone),
        ("phone", Form::Phone),
        ("ticket_description", Form::Text),
        ("ticket_problem_type", Form::Text),
        ("ticket_subject", Form::Text),
        ("location_id", Form::Whole),
        ("customer_id", Form::Whole),
        ("ticket_id", Form::Whole),
        ("hidden_notes", Form::Text),
        ("contact_id", Form::Whole),
        ("status", Form::Text),
        ("user_id", Form::Whole),
        ("mailbox_id", Form::Whole),
        ("opportunity_start_date", Form::Moment),
        ("opportunity_amount_dollars", Form::Number),
        ("likelihood", Form::Whole),
        ("properties", Form::Tree),
        ("ticket_properties", Form::Tree),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let ask = desk.ask;
        if let Some(text) = ask.query("query") {
            filter.words(text);
        }
        let listed = ask.query("status_list").unwrap_or_default().split(',').map(str::trim);
        let statuses: Vec<Cell> = listed
            .chain(ask.query_all("statuses[]"))
            .filter(|text| !text.is_empty())
            .map(|text| Cell::Text(text.to_owned()))
            .collect();
        if !statuses.is_empty() {
            filter.among("status", statuses);
        }
        for (name, key) in [("users[]", "user_id"), ("mailbox_ids[]", "mailbox_id")] {
            let ids = ask.query_all(name);
            if !ids.is_empty() {
                filter.among(
                    key,
                    ids.iter().map(|id| Cell::Integer(id.parse().unwrap_or(-1))).collect(),
                );
            }
        }
        if let Some(has) = ask.query("has_ticket").and_then(|text| flag(&json!(text))) {
            let not = if has { "NOT" } else { "" };
            filter.holds(&format!("doc ->> 'ticket_id' IS {not} NULL"));
        }
        Ok(())
    }

    /// Much of what is written is not read.
    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let person = format!("{} {}", record.text("first_name"), record.text("last_name"));
        let customer = customers::name_of(desk, record.at("customer_id"))?;
        let names = [record.text("business_name"), &customer, person.trim()];
        let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        shown["business_then_name"] = json!(name);
        if let Some(members) = shown.as_object_mut() {
            members.retain(|name, _| !UNREAD.contains(&name.as_str()));
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let checked_in = desk.ask.body.get("from_check_in").and_then(flag) == Some(true);
        let asked = change.is_new && checked_in || change.has("ticket_description");
        let mut wrong = Vec::new();
        if asked && is_blank(change.doc.get("ticket_description")) {
            wrong.push("Ticket description can't be blank".to_owned());
        }
        if !change
            .doc
            .get("status")
            .and_then(Value::as_str)
            .is_some_and(|it| STATUSES.contains(&it))
        {
            wrong.push("Status is not included in the list".to_owned());
        }
        if wrong.is_empty() { Ok(()) } else { Err(reply::invalid(&wrong, &desk.ask.params())) }
    }

    fn absent() -> Refusal {
        refuse(404, &json!({"error": "Lead not found"}))
    }
}

/// What is written and not read.
const UNREAD: [&str; 9] = [
    "business_name",
    "converted",
    "disabled",
    "hidden_notes",
    "opportunity_start_date",
    "opportunity_amount_dollars",
    "likelihood",
    "properties",
    "ticket_properties",
];

/// A lead with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "first_name": null, "last_name": null, "email": null, "phone": "", "mobile": "",
        "created_at": null, "updated_at": null, "address": "", "city": "", "state": "", "zip": "",
        "ticket_subject": null, "ticket_description": null, "ticket_problem_type": null,
        "ticket_id": null, "customer_id": null, "contact_id": null, "mailbox_id": null,
        "mailbox_name": null, "business_then_name": null, "has_attachments": false,
        "message_read": false, "status": "New", "user_id": null, "location_id": null,
        "business_name": null,
    }))
}

/// `/leads/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Leads>(desk, rest)
}
