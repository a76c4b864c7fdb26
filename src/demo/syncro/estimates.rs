//! Estimates: what may become an invoice.

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::invoices::{self, Invoices};
use super::kinds::Kind;
use super::lines::{self, Paper, Sums};
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::{customers, time};
use serde_json::{Map, Value, json};

const EDIT: &str = "Estimates - Edit";
const VIEW: &str = "Estimates - View Details";

/// Estimates.
pub struct Estimates;

impl Resource for Estimates {
    const KIND: Kind = Kind::Estimate;
    const MANY: &'static str = "estimates";
    const ONE: Option<&'static str> = Some("estimate");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(25, Meta::Full);
    const RIGHTS: Rights = Rights {
        list: "Estimates - List/Search",
        view: VIEW,
        create: "Estimates - Create",
        edit: EDIT,
        delete: "Estimates - Delete",
    };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("number", Form::Text),
        ("name", Form::Text),
        ("date", Form::Moment),
        ("customer_id", Form::Whole),
        ("note", Form::Text),
        ("status", Form::Text),
        ("ticket_id", Form::Whole),
        ("location_id", Form::Whole),
    ];

    fn blank(desk: &Desk<'_>) -> Doc {
        let mut blank = empty();
        blank.insert("_user_id".into(), json!(desk.me()));
        blank
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let ask = desk.ask;
        if let Some(id) = ask.number("customer_id") {
            filter.equal("customer_id", id);
        }
        if let Some(status) = ask.query("status") {
            filter.term("fold(doc ->> 'status') = fold(?)".into(), status.to_owned());
        }
        if ask.is("mine") {
            filter.equal("_user_id", desk.me());
        }
        for (name, column) in [("created_after", "created"), ("updated_after", "updated")] {
            if let Some(moment) = ask.moment(name) {
                filter.after(column, moment);
            }
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        show(desk, record)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let doc = &mut change.doc;
        if is_blank(doc.get("number")) {
            let number = desk.shelf.largest(Kind::Estimate, "number")? + 1;
            doc.insert("number".into(), json!(number.to_string()));
        }
        let mut wrong = Map::new();
        for name in ["customer_id", "date"] {
            if is_blank(doc.get(name)) {
                wrong.insert(name.into(), json!(["can't be blank"]));
            }
        }
        if !matches!(
            doc.get("status").and_then(Value::as_str),
            Some("Fresh" | "Draft" | "Approved" | "Declined")
        ) {
            wrong.insert("status".into(), json!(["is not included in the list"]));
        }
        if wrong.is_empty() { Ok(()) } else { Err(refuse(422, &Value::Object(wrong))) }
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove_of(Kind::Line, "estimate_id", record.id)?;
        desk.shelf.remove(Kind::Estimate, record.id)?;
        let text = format!("{}: We deleted # {}", record.id, record.text("number"));
        reply::ok(&json!({"message": text}))
    }
}

/// An estimate with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "customer_id": null, "customer_business_then_name": null, "name": null, "number": null,
        "status": "Fresh", "created_at": null, "updated_at": null, "date": null, "subtotal": null,
        "total": null, "tax": null, "ticket_id": null, "pdf_url": null, "location_id": null,
        "invoice_id": null, "employee": null, "note": null, "_user_id": null,
    }))
}

/// An estimate. Its note is written and not read.
fn show(desk: &Desk<'_>, record: &Record) -> Result<Value, Refusal> {
    let mut shown = base(record);
    Sums::of(&lines::of(desk, Paper::Estimate, record.id)?).write(&mut shown);
    shown["customer_business_then_name"] =
        json!(customers::name_of(desk, record.at("customer_id"))?);
    let user = desk.linked(Kind::User, record.at("_user_id"))?;
    shown["employee"] = user.map_or(Value::Null, |user| user.at("full_name").clone());
    if let Some(members) = shown.as_object_mut() {
        members.shift_remove("note");
    }
    Ok(shown)
}

/// `/estimates/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", [id]) => {
            desk.needs(VIEW)?;
            let mut found = desk.look(Kind::Estimate, id)?;
            if let (None, Some(number)) = (&found, desk.ask.query("number")) {
                let filter = Filter::of("number", number.to_owned());
                found = desk.shelf.first(Kind::Estimate, &filter)?;
            }
            resource::alone::<Estimates>(desk, &found.ok_or_else(missing)?, 200)
        }
        (_, [id, "line_items", more @ ..]) => line_items(desk, id, more),
        ("POST", [id, "convert_to_invoice"]) => convert(desk, id),
        ("POST", [id, work @ ("print" | "email")]) => out(desk, id, work),
        _ => resource::route::<Estimates>(desk, rest),
    }
}

fn line_items(desk: &Desk<'_>, id: &str, more: &[&str]) -> Answer {
    desk.needs(EDIT)?;
    let mut estimate = desk.find(Kind::Estimate, id)?;
    let answer = match (desk.ask.method.as_str(), more) {
        ("POST", []) => {
            let line = lines::add(desk, Paper::Estimate, estimate.id)?;
            json!({"estimate": show(desk, &estimate)?, "line_item": lines::show(&line)})
        }
        ("PUT", [line]) => {
            let line = lines::find(desk, Paper::Estimate, estimate.id, line)?;
            let line = lines::update(desk, Paper::Estimate, line)?;
            json!({"line_item": lines::show(&line)})
        }
        ("DELETE", [line]) => {
            let line = lines::find(desk, Paper::Estimate, estimate.id, line)?;
            desk.shelf.remove(Kind::Line, line.id)?;
            json!({"estimate": show(desk, &estimate)?})
        }
        _ => return Err(missing()),
    };
    desk.save(Kind::Estimate, &mut estimate)?;
    reply::ok(&answer)
}

/// Both answer the same words (§5's examples).
fn out(desk: &Desk<'_>, id: &str, work: &str) -> Answer {
    desk.needs(VIEW)?;
    let estimate = desk.find(Kind::Estimate, id)?;
    let about = format!("estimate {}", estimate.text("number"));
    let content = json!({"estimate_id": estimate.id});
    if work == "print" {
        desk.send("print", "printer", about, content);
    } else {
        let customer = desk.linked(Kind::Customer, estimate.at("customer_id"))?;
        desk.send("email", customer.as_ref().map_or("", |it| it.text("email")), about, content);
    }
    reply::ok(&json!({"message": "We queued up a print job"}))
}

fn convert(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(VIEW)?;
    desk.needs("Invoices - Create")?;
    let mut estimate = desk.find(Kind::Estimate, id)?;
    if !estimate.at("invoice_id").is_null() {
        return Err(reply::error("Validation failed: Estimate has been converted already"));
    }
    let lines = lines::of(desk, Paper::Estimate, estimate.id)?;
    if lines.is_empty() {
        return Err(reply::error("Validation failed: Item can't be blank, Name can't be blank"));
    }
    let mut invoice = invoices::empty();
    let number = desk.shelf.largest(Kind::Invoice, "number")? + 1;
    let today = time::day(desk.now);
    for (name, value) in [
        ("customer_id", estimate.at("customer_id").clone()),
        ("number", json!(number.to_string())),
        ("date", json!(today)),
        ("due_date", json!(today)),
        ("ticket_id", estimate.at("ticket_id").clone()),
        ("name", estimate.at("name").clone()),
        ("user_id", json!(desk.me())),
        ("hardwarecost", json!("0.0")),
        ("published_date", json!(time::kept(desk.now))),
    ] {
        invoice.insert(name.to_owned(), value);
    }
    let invoice = desk.add(Kind::Invoice, invoice)?;
    for line in lines {
        let mut copy = line.doc;
        copy.insert("estimate_id".into(), Value::Null);
        copy.insert("invoice_id".into(), json!(invoice.id));
        desk.add(Kind::Line, copy)?;
    }
    estimate.set("invoice_id", invoice.id);
    estimate.set("status", "Approved");
    desk.save(Kind::Estimate, &mut estimate)?;
    resource::alone::<Invoices>(desk, &invoice, 200)
}
