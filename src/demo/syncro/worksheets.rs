//! Worksheets of tickets: lists of what is to be done, from a template of the web pages.

use super::desk::Desk;
use super::fields::{self, Form, flag};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, not_found};
use super::resource::{self, Meta, Page};
use super::shelf::{Doc, Filter, Record, doc};
use super::tickets;
use serde_json::{Value, json};

/// The account's one template.
pub const TEMPLATE: i64 = 4401;
/// Its name.
pub const NAME: &str = "Robot acceptance";

/// A worksheet with nothing done.
pub fn empty(ticket: i64) -> Doc {
    let step = |(place, name): (usize, &str)| json!({"name": name, "slug": name.to_lowercase().replace(' ', "-"), "id": place + 1, "position": place, "history": []});
    let steps = ["Emergency stop", "Axes move freely", "安全柵", "Customer signed"];
    doc(json!({
        "ticket_id": ticket, "worksheet_template_id": TEMPLATE, "name": NAME, "public": true,
        "complete": null, "required": false, "user_id": null, "answers": {},
        "field_list": steps.into_iter().enumerate().map(step).collect::<Vec<_>>(),
    }))
}

/// A worksheet.
pub fn show(sheet: &Record) -> Value {
    resource::base(sheet)
}

/// `/tickets/{id}/worksheet_results/…`.
pub fn route(desk: &Desk<'_>, ticket: &str, more: &[&str]) -> Answer {
    desk.needs(tickets::VIEW)?;
    let ticket = desk.look(Kind::Ticket, ticket)?.ok_or_else(not_found)?;
    match (desk.ask.method.as_str(), more) {
        ("GET", []) => {
            let of = Filter::of("ticket_id", ticket.id);
            let page = Page::of(25, Meta::None);
            let (sheets, _) = resource::paged(desk, Kind::Worksheet, &of, page)?;
            reply::ok(&json!({"worksheet_results": sheets.iter().map(show).collect::<Value>()}))
        }
        ("POST", []) => {
            let mut sheet = empty(ticket.id);
            take(desk, &mut sheet);
            wrapped(&desk.add(Kind::Worksheet, sheet)?)
        }
        ("GET", [id]) => wrapped(&mine(desk, &ticket, id)?),
        ("PUT", [id]) => {
            let mut sheet = mine(desk, &ticket, id)?;
            take(desk, &mut sheet.doc);
            desk.save(Kind::Worksheet, &mut sheet)?;
            wrapped(&sheet)
        }
        ("DELETE", [id]) => {
            let sheet = mine(desk, &ticket, id)?;
            desk.shelf.remove(Kind::Worksheet, sheet.id)?;
            Ok(reply::nothing(200))
        }
        _ => Err(missing()),
    }
}

fn wrapped(sheet: &Record) -> Answer {
    reply::ok(&json!({"worksheet_result": show(sheet)}))
}

fn mine(desk: &Desk<'_>, ticket: &Record, id: &str) -> Result<Record, Refusal> {
    let sheet = desk.find(Kind::Worksheet, id)?;
    let is_its = sheet.number("ticket_id") == Some(ticket.id);
    is_its.then_some(sheet).ok_or_else(missing)
}

fn take(desk: &Desk<'_>, sheet: &mut Doc) {
    let body = &desk.ask.body;
    let fields = [
        ("worksheet_template_id", Form::Whole),
        ("user_id", Form::Whole),
        ("public", Form::Flag),
        ("required", Form::Flag),
        ("answers", Form::Tree),
    ];
    sheet.extend(fields::take(body, &fields));
    if let Some(title) = body.get("title").and_then(Value::as_str) {
        sheet.insert("name".into(), json!(title));
    }
    if let Some(done) = body.get("complete") {
        sheet.insert("complete".into(), json!(flag(done)));
    }
}
