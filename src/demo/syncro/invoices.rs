//! Invoices. A write says all or loses the rest, and a deletion says 200 whatever came of it (§5).

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::lines::{self, Paper, Sums};
use super::reply::{self, Answer, Refusal, errors, missing};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::tickets::{self, Tickets};
use super::{customers, money, payments, time};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const EDIT: &str = "Invoices - Edit";
const VIEW: &str = "Invoices - View Details";

/// Invoices.
pub struct Invoices;

impl Resource for Invoices {
    const KIND: Kind = Kind::Invoice;
    const MANY: &'static str = "invoices";
    const ONE: Option<&'static str> = Some("invoice");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::up_to(25, 25, Meta::Short);
    const RIGHTS: Rights = Rights {
        list: "Invoices - List/Search",
        view: VIEW,
        create: "Invoices - Create",
        edit: EDIT,
        delete: "Invoices - Delete",
    };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("number", Form::Text),
        ("date", Form::Day),
        ("due_date", Form::Day),
        ("ticket_id", Form::Whole),
        ("location_id", Form::Whole),
        ("po_number", Form::Text),
        ("note", Form::Text),
        ("name", Form::Text),
        ("took_payment", Form::Flag),
    ];

    fn blank(desk: &Desk<'_>) -> Doc {
        let mut blank = empty();
        blank.insert("user_id".into(), json!(desk.me()));
        blank.insert("published_date".into(), json!(time::kept(desk.now)));
        blank
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let ask = desk.ask;
        if ask.is("paid") {
            filter.holds("doc ->> 'is_paid'");
        }
        if ask.is("unpaid") {
            filter.holds("NOT doc ->> 'is_paid'");
        }
        if let Some(id) = ask.number("ticket_id") {
            filter.equal("ticket_id", id);
        }
        if let Some(moment) = ask.moment("since_updated_at") {
            filter.after("updated", moment);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let lines = lines::of(desk, Paper::Invoice, record.id)?;
        let sums = Sums::of(&lines);
        let paid = payments::paid(desk, record)?;
        let due = sums.total() - paid;
        sums.write(&mut shown);
        shown["customer_business_then_name"] =
            json!(customers::name_of(desk, record.at("customer_id"))?);
        if alone {
            shown["balance_due"] = json!(money::text(due));
            shown["line_items"] = lines.iter().map(lines::show).collect();
            shown["payments"] = payments::of_invoice(desk, record)?;
            shown["customer"] = customers::by_id(desk, record.at("customer_id"))?;
        } else {
            shown["is_recurring"] = json!(!record.at("schedule_id").is_null());
            shown["amount_paid"] = money::float(paid);
            shown["balance_due"] = money::float(due);
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        if !change.is_new {
            for name in ["due_date", "ticket_id", "location_id", "po_number", "note", "name"] {
                if !change.has(name) {
                    change.doc.insert(name.to_owned(), Value::Null);
                }
            }
        }
        let doc = &mut change.doc;
        if is_blank(doc.get("number")) {
            let number = desk.shelf.largest(Kind::Invoice, "number")? + 1;
            doc.insert("number".into(), json!(number.to_string()));
        }
        if is_blank(doc.get("due_date")) {
            let date = doc.get("date").cloned().unwrap_or_default();
            doc.insert("due_date".into(), date);
        }
        let mut wrong = fields::blanks(doc, &[("customer_id", "Customer"), ("date", "Date")]);
        let customer = doc.get("customer_id").unwrap_or(&Value::Null);
        if wrong.is_empty() && desk.linked(Kind::Customer, customer)?.is_none() {
            wrong.push("Customer must exist".into());
        }
        if wrong.is_empty() { Ok(()) } else { Err(reply::invalid(&wrong, &desk.ask.params())) }
    }

    /// What is paid stays, and the answer is the same.
    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        if payments::paid(desk, record)?.is_zero() {
            desk.shelf.remove_of(Kind::Line, "invoice_id", record.id)?;
            desk.shelf.remove(Kind::Invoice, record.id)?;
        }
        Ok(reply::nothing(200))
    }
}

/// An invoice with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "customer_id": null, "customer_business_then_name": null, "number": null,
        "created_at": null, "updated_at": null, "date": null, "due_date": null, "subtotal": null,
        "total": null, "tax": null, "verified_paid": false, "tech_marked_paid": false,
        "ticket_id": null, "pdf_url": null, "is_paid": false, "location_id": null,
        "po_number": null, "contact_id": null, "note": null, "hardwarecost": null, "user_id": null,
        "name": null, "external_id": null, "schedule_id": null, "qbsdk_external_id": null,
        "xero_id": null, "status": "published", "published_date": null,
    }))
}

/// An invoice by id, or by number.
fn either(desk: &Desk<'_>, id: &str) -> Result<Option<Record>, Refusal> {
    let found = desk.look(Kind::Invoice, id)?;
    if found.is_some() {
        return Ok(found);
    }
    Ok(desk.shelf.first(Kind::Invoice, &Filter::of("number", id.to_owned()))?)
}

/// What is still to be paid.
pub fn balance(desk: &Desk<'_>, invoice: &Record) -> Result<Decimal, Refusal> {
    let sums = Sums::of(&lines::of(desk, Paper::Invoice, invoice.id)?);
    Ok(sums.total() - payments::paid(desk, invoice)?)
}

/// `/invoices/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", [id]) => {
            desk.needs(VIEW)?;
            let invoice = either(desk, id)?.ok_or_else(missing)?;
            resource::alone::<Invoices>(desk, &invoice, 200)
        }
        // It says 200 even where there is nothing to delete.
        ("DELETE", [id]) => {
            desk.needs("Invoices - Delete")?;
            match desk.look(Kind::Invoice, id)? {
                Some(invoice) => Invoices::remove(desk, &invoice),
                None => Ok(reply::nothing(200)),
            }
        }
        ("GET", [id, "ticket"]) => ticket(desk, id),
        (_, [id, "line_items", more @ ..]) => line_items(desk, id, more),
        ("POST", [id, work]) => act(desk, id, work),
        _ => resource::route::<Invoices>(desk, rest),
    }
}

fn ticket(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(VIEW)?;
    desk.needs(tickets::VIEW)?;
    let invoice = desk.find(Kind::Invoice, id)?;
    let ticket = desk.linked(Kind::Ticket, invoice.at("ticket_id"))?.ok_or_else(missing)?;
    resource::alone::<Tickets>(desk, &ticket, 200)
}

fn line_items(desk: &Desk<'_>, id: &str, more: &[&str]) -> Answer {
    desk.needs(EDIT)?;
    let mut invoice = desk.find(Kind::Invoice, id)?;
    let answer = match (desk.ask.method.as_str(), more) {
        ("POST", []) => {
            let line = lines::add(desk, Paper::Invoice, invoice.id)?;
            json!({"line_item": lines::show(&line)})
        }
        ("PUT", [line]) => {
            let line = lines::find(desk, Paper::Invoice, invoice.id, line)?;
            let line = lines::update(desk, Paper::Invoice, line)?;
            json!({"line_item": lines::show(&line)})
        }
        ("DELETE", [line]) => {
            let line = lines::find(desk, Paper::Invoice, invoice.id, line)?;
            desk.shelf.remove(Kind::Line, line.id)?;
            json!({"success": true})
        }
        _ => return Err(missing()),
    };
    let due = balance(desk, &invoice)?;
    invoice.set("is_paid", due <= Decimal::ZERO);
    desk.save(Kind::Invoice, &mut invoice)?;
    reply::ok(&answer)
}

fn act(desk: &Desk<'_>, id: &str, work: &str) -> Answer {
    desk.needs(if matches!(work, "print" | "email") { VIEW } else { EDIT })?;
    let mut invoice = desk.find(Kind::Invoice, id)?;
    let about = format!("invoice {}", invoice.text("number"));
    match work {
        "print" => {
            desk.send("print", "printer", about, json!({"invoice_id": invoice.id}));
            reply::ok(&json!({"message": "We queued up a print job"}))
        }
        "email" => {
            let customer = desk.linked(Kind::Customer, invoice.at("customer_id"))?;
            let to = customer.as_ref().map_or("", |it| it.text("email"));
            desk.send("email", to, about, json!({"invoice_id": invoice.id}));
            reply::ok(&json!({"message": "We queued up an email"}))
        }
        "publish" => turn(desk, &mut invoice, "published"),
        "convert_to_draft" => turn(desk, &mut invoice, "draft"),
        _ => Err(missing()),
    }
}

fn turn(desk: &Desk<'_>, invoice: &mut Record, to: &str) -> Answer {
    if invoice.text("status") == to {
        return Err(errors(json!([format!("Invoice is already {to}")])));
    }
    if to == "draft" && !payments::paid(desk, invoice)?.is_zero() {
        return Err(errors(json!(["An invoice with payments cannot become a draft"])));
    }
    invoice.set("status", to);
    invoice.set("published_date", (to == "published").then(|| time::kept(desk.now)));
    desk.save(Kind::Invoice, invoice)?;
    resource::alone::<Invoices>(desk, invoice, 200)
}
