//! Comments of tickets: listed, written, and neither changed nor deleted.

use super::desk::Desk;
use super::fields::{self, Form, flag};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, not_found, refuse};
use super::resource::{self, Meta, Page, base};
use super::shelf::{Filter, Record, doc};
use super::{tickets, users};
use crate::text::html;
use serde_json::{Map, Value, json};

/// How a comment's body is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Without markup.
    Plain,
    /// As it was written.
    Original,
}

/// The asked format.
pub fn format(desk: &Desk<'_>) -> Format {
    match desk.ask.query("comment_format") {
        Some("richtext" | "original") => Format::Original,
        Some(_) | None => Format::Plain,
    }
}

/// A comment.
pub fn show(record: &Record, format: Format) -> Value {
    let mut shown = base(record);
    if format == Format::Plain && record.is("is_rich_text") {
        shown["body"] = json!(html::to_text(record.text("body"), 1_000));
    }
    shown
}

fn with_user(desk: &Desk<'_>, record: &Record) -> Result<Value, Refusal> {
    let mut shown = show(record, format(desk));
    shown["user"] = users::by_id(desk, record.at("user_id"))?;
    Ok(shown)
}

fn listed(desk: &Desk<'_>, filter: &Filter, page: Page) -> Answer {
    let (records, meta) = resource::paged(desk, Kind::Comment, filter, page)?;
    let shown: Result<Vec<Value>, Refusal> =
        records.iter().map(|record| with_user(desk, record)).collect();
    reply::ok(&resource::enveloped("comments", shown?, meta))
}

/// `GET /tickets/{id}/comments`: newest first.
pub fn of_ticket(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(tickets::VIEW)?;
    let ticket = desk.look(Kind::Ticket, id)?.ok_or_else(not_found)?;
    let ask = desk.ask;
    let by = if ask.query("sort_by") == Some("updated_at") { "updated" } else { "created" };
    let up = ask.query("sort_direction").is_some_and(|way| way.eq_ignore_ascii_case("asc"));
    let way = if up { "ASC" } else { "DESC" };
    let mut filter = Filter::of("ticket_id", ticket.id).by(format!("{by} {way}, id {way}"));
    for (name, condition) in [
        ("created_after", "created > ?"),
        ("created_before", "created < ?"),
        ("updated_after", "updated > ?"),
        ("updated_before", "updated < ?"),
    ] {
        if let Some(moment) = ask.moment(name) {
            filter.term(condition.into(), moment.as_millisecond());
        }
    }
    listed(desk, &filter, Page::up_to(10, 100, Meta::Sized))
}

/// `GET /ticket_comments`: of all tickets that the filters leave.
pub fn flat(desk: &Desk<'_>) -> Answer {
    desk.needs(tickets::VIEW)?;
    let ask = desk.ask;
    let mut of = Filter::all();
    tickets::narrow(desk, &mut of);
    let mut filter = of.inside("ticket_id", "Ticket");
    if let Some(id) = ask.number("ticket_id") {
        filter.equal("ticket_id", id);
    }
    for (name, condition) in
        [("comment_created_after", "created > ?"), ("comment_created_before", "created < ?")]
    {
        if let Some(moment) = ask.moment(name) {
            filter.term(condition.into(), moment.as_millisecond());
        }
    }
    let filter = filter.by("doc ->> 'ticket_id', created DESC, id DESC");
    listed(desk, &filter, Page::up_to(25, 100, Meta::Sized))
}

const FIELDS: [fields::Field; 4] =
    [("subject", Form::Text), ("body", Form::Text), ("tech", Form::Text), ("hidden", Form::Flag)];

/// `POST /tickets/{id}/comment`.
pub fn post(desk: &Desk<'_>, ticket: &mut Record) -> Answer {
    let sent = fields::take(&desk.ask.body, &FIELDS);
    let wrong = fields::blanks(&sent, &[("body", "Body"), ("subject", "Subject")]);
    if !wrong.is_empty() {
        return Err(refuse(422, &json!({"success": false, "message": wrong})));
    }
    let comment = add(desk, ticket, &desk.ask.body)?;
    let mut shown = show(&comment, Format::Original);
    if let Some(members) = shown.as_object_mut() {
        members.shift_remove("is_rich_text");
    }
    reply::ok(&json!({"comment": shown}))
}

/// Adds a comment, and sends what it sends: a mail unless it is hidden or says otherwise, and a short message.
pub fn add(
    desk: &Desk<'_>,
    ticket: &mut Record,
    sent: &Map<String, Value>,
) -> Result<Record, Refusal> {
    let mut comment = doc(json!({
        "created_at": null, "updated_at": null, "ticket_id": ticket.id, "subject": null,
        "body": null, "tech": null, "hidden": false, "user_id": desk.me(), "is_rich_text": false,
    }));
    comment.extend(fields::take(sent, &FIELDS));
    if comment.get("hidden").is_none_or(Value::is_null) {
        comment.insert("hidden".into(), json!(false));
    }
    if comment.get("tech").is_none_or(Value::is_null) {
        let me = desk.shelf.get(Kind::User, desk.me())?;
        comment.insert("tech".into(), me.map_or(Value::Null, |it| it.at("full_name").clone()));
    }
    let comment = desk.add(Kind::Comment, comment)?;
    let silent = sent.get("do_not_email").and_then(flag) == Some(true);
    let customer = desk.linked(Kind::Customer, ticket.at("customer_id"))?;
    let text = |name: &str| customer.as_ref().map_or("", |it| it.text(name));
    if !silent && !comment.is("hidden") {
        let content = json!({"subject": comment.at("subject"), "body": comment.at("body")});
        desk.send("email", text("email"), tickets::called(ticket), content);
    }
    if let Some(message) = sent.get("sms_body").and_then(Value::as_str).filter(|it| !it.is_empty())
    {
        desk.send("sms", text("mobile"), tickets::called(ticket), json!({"body": message}));
    }
    desk.save(Kind::Ticket, ticket)?;
    Ok(comment)
}
