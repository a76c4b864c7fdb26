//! Lines of tickets: the id stands in the body, answers stand bare or wrapped (§4), money is in cents and with a point.

use super::desk::Desk;
use super::fields::{self, Form};
use super::kinds::Kind;
use super::money;
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::base_utc;
use super::shelf::{Doc, Filter, Record, doc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// A line with nothing in it.
pub fn empty(ticket: i64) -> Doc {
    doc(json!({
        "ticket_id": ticket, "user_id": null, "product_id": null, "name": null,
        "description": null, "quantity": "1.0", "product_category": null, "upc_code": null,
        "taxable": true, "cost_cents": null, "retail_cents": null, "created_at": null,
        "updated_at": null, "converted": false, "item_id": null, "position": 1,
        "estimate_line_item_id": null, "old_price": null, "line_discount_percent": null,
        "discount_dollars": null, "original_ticket_line_item_id": null,
    }))
}

/// A line.
pub fn show(line: &Record) -> Value {
    let mut shown = base_utc(line);
    let price = |name: &str| money::float(money::of_cents(line.number(name).unwrap_or(0)));
    shown["price_cost"] = price("cost_cents");
    shown["price_retail"] = price("retail_cents");
    shown
}

const FIELDS: [fields::Field; 6] = [
    ("name", Form::Text),
    ("upc_code", Form::Text),
    ("product_id", Form::Whole),
    ("description", Form::Text),
    ("quantity", Form::Amount),
    ("taxable", Form::Flag),
];

fn take(desk: &Desk<'_>, line: &mut Doc) {
    line.extend(fields::take(&desk.ask.body, &FIELDS));
    for (sent, kept) in [("price_cost", "cost_cents"), ("price_retail", "retail_cents")] {
        if let Some(value) = desk.ask.body.get(sent) {
            let cents = money::read(value).map(money::cents);
            line.insert(kept.into(), json!(cents));
        }
    }
}

/// `POST /tickets/{id}/add_line_item`: a name and a description, even with a product (§5).
pub fn add(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let mut line = empty(ticket.id);
    line.insert("user_id".into(), json!(desk.me()));
    take(desk, &mut line);
    let wrong = fields::blanks(&line, &[("name", "Name"), ("description", "Description")]);
    if !wrong.is_empty() {
        let body = json!({"errors": wrong.join(", "), "params": desk.ask.params()});
        return Err(refuse(422, &body));
    }
    let product = desk.linked(Kind::Product, line.get("product_id").unwrap_or(&Value::Null))?;
    for (member, kept) in [("price_cost", "cost_cents"), ("price_retail", "retail_cents")] {
        if line.get(kept).is_none_or(Value::is_null) {
            let price = product.as_ref().map(|it| money::amount(it.at(member)));
            line.insert(kept.into(), json!(price.map_or(0, money::cents)));
        }
    }
    reply::ok(&show(&placed(desk, ticket, line)?))
}

fn placed(desk: &Desk<'_>, ticket: &Record, mut line: Doc) -> Result<Record, Refusal> {
    let count = desk.shelf.count(Kind::TicketLine, &Filter::of("ticket_id", ticket.id))?;
    line.insert("position".into(), json!(count + 1));
    desk.add(Kind::TicketLine, line)
}

/// The line of a charged timer; its id.
pub fn labour(
    desk: &Desk<'_>,
    ticket: &Record,
    product: Option<i64>,
    text: &str,
    hours: Decimal,
) -> Result<i64, Refusal> {
    let product = desk.linked(Kind::Product, &json!(product))?;
    let mut line = empty(ticket.id);
    let price = product.as_ref().map_or(Decimal::new(95, 0), super::timers::price);
    let name = product.as_ref().map_or("Labor", |it| it.text("name")).to_owned();
    for (member, value) in [
        ("user_id", json!(desk.me())),
        ("product_id", json!(product.as_ref().map(|it| it.id))),
        ("name", json!(name)),
        ("description", json!(text)),
        ("quantity", json!(money::text(hours))),
        ("product_category", json!("Labor")),
        ("cost_cents", json!(0)),
        ("retail_cents", json!(money::cents(price))),
    ] {
        line.insert(member.into(), value);
    }
    Ok(placed(desk, ticket, line)?.id)
}

fn named(desk: &Desk<'_>, ticket: &Record) -> Result<Record, Refusal> {
    let id = desk.ask.sent("ticket_line_item_id").ok_or_else(missing)?;
    let line = desk.shelf.get(Kind::TicketLine, id)?.ok_or_else(missing)?;
    let is_its = line.number("ticket_id") == Some(ticket.id);
    is_its.then_some(line).ok_or_else(missing)
}

/// `PUT /tickets/{id}/update_line_item`.
pub fn update(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let mut line = named(desk, ticket)?;
    take(desk, &mut line.doc);
    desk.save(Kind::TicketLine, &mut line)?;
    reply::ok(&json!({"ticket_line_item": show(&line)}))
}

/// `POST /tickets/{id}/remove_line_item`.
pub fn remove(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let line = named(desk, ticket)?;
    desk.shelf.remove(Kind::TicketLine, line.id)?;
    reply::ok(&json!({"success": true, "message": ""}))
}
