//! Payments: made, and never changed. Written in cents, read as numbers.

use super::desk::Desk;
use super::fields::{self, Form};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::{customers, invoices, money, time};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

const LIST: &str = "Payments - View List";

/// Payments.
pub struct Payments;

impl Resource for Payments {
    const KIND: Kind = Kind::Payment;
    const MANY: &'static str = "payments";
    const ONE: Option<&'static str> = Some("payment");
    const VERBS: &'static str = "LGC";
    const PAGE: Page = Page::of(25, Meta::Short);
    const RIGHTS: Rights =
        Rights { list: LIST, view: LIST, create: "Payments - Create", edit: "", delete: "" };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("ref_num", Form::Text),
        ("payment_method", Form::Text),
        ("signature_date", Form::Moment),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        if let Some(text) = desk.ask.query("query") {
            filter.words(text);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        if let Some(members) = shown.as_object_mut() {
            members.shift_remove("customer_id");
        }
        shown["customer"] = customers::by_id(desk, record.at("customer_id"))?;
        Ok(shown)
    }

    /// To one invoice, or to several by `apply_payments {invoice: cents}`.
    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let ask = desk.ask;
        let cents = ask.sent("amount_cents").unwrap_or(0);
        let mut applied = Map::new();
        let named = ask.body.get("invoice_number").and_then(Value::as_str);
        let invoice = match (ask.sent("invoice_id"), named) {
            (Some(id), _) => desk.shelf.get(Kind::Invoice, id)?,
            (None, Some(number)) => {
                desk.shelf.first(Kind::Invoice, &Filter::of("number", number.to_owned()))?
            }
            (None, None) => None,
        };
        if let Some(invoice) = &invoice {
            applied.insert(invoice.id.to_string(), json!(cents));
            change.doc.insert("customer_id".into(), invoice.at("customer_id").clone());
        }
        for (id, cents) in
            ask.body.get("apply_payments").and_then(Value::as_object).into_iter().flatten()
        {
            applied.insert(id.clone(), json!(fields::whole(cents).unwrap_or(0)));
        }
        let mut wrong = fields::blanks(&change.doc, &[("customer_id", "Customer")]);
        if cents <= 0 {
            wrong.push("Payment amount must be greater than 0".into());
        }
        if !wrong.is_empty() {
            // Card numbers are not sent back.
            return Err(reply::invalid(&wrong, &json!({"amount_cents": cents})));
        }
        let ids: Vec<i64> = applied.keys().filter_map(|id| id.parse().ok()).collect();
        change.doc.insert("payment_amount".into(), money::float(money::of_cents(cents)));
        change.doc.insert("invoice_ids".into(), json!(ids));
        change.doc.insert("applied_at".into(), json!(time::kept(desk.now)));
        change.doc.insert("_applied".into(), Value::Object(applied));
        Ok(())
    }

    fn written(desk: &Desk<'_>, record: &mut Record, _is_new: bool) -> Result<(), Refusal> {
        for id in record.at("invoice_ids").as_array().into_iter().flatten() {
            if let Some(mut invoice) = desk.linked(Kind::Invoice, id)? {
                let due = invoices::balance(desk, &invoice)?;
                invoice.set("is_paid", due <= Decimal::ZERO);
                desk.save(Kind::Invoice, &mut invoice)?;
            }
        }
        Ok(())
    }
}

/// A payment with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "created_at": null, "updated_at": null, "success": true, "payment_amount": 0,
        "invoice_ids": [], "ref_num": null, "applied_at": null, "payment_method": null,
        "transaction_response": null, "signature_date": null, "customer_id": null, "_applied": {},
    }))
}

fn applied(payment: &Record, invoice: i64) -> Option<i64> {
    payment.at("_applied").get(invoice.to_string())?.as_i64()
}

fn of_customer(desk: &Desk<'_>, invoice: &Record) -> Result<Vec<Record>, Refusal> {
    let Some(customer) = invoice.number("customer_id") else { return Ok(Vec::new()) };
    Ok(desk.shelf.all(Kind::Payment, &Filter::of("customer_id", customer))?)
}

/// What was paid of an invoice.
pub fn paid(desk: &Desk<'_>, invoice: &Record) -> Result<Decimal, Refusal> {
    let payments = of_customer(desk, invoice)?;
    let cents: i64 = payments.iter().filter_map(|payment| applied(payment, invoice.id)).sum();
    Ok(money::of_cents(cents))
}

/// An invoice's payments as its detail shows them.
pub fn of_invoice(desk: &Desk<'_>, invoice: &Record) -> Result<Value, Refusal> {
    let payments = of_customer(desk, invoice)?;
    let its = payments.iter().filter(|payment| applied(payment, invoice.id).is_some());
    Ok(its
        .map(|payment| {
            let mut shown = base(payment);
            if let Some(members) = shown.as_object_mut() {
                members.shift_remove("customer_id");
            }
            shown
        })
        .collect())
}

/// The ways to pay.
pub const METHODS: [&str; 6] =
    ["Credit Card", "Cash", "Check", "Offline CC", "Überweisung", "Other"];

/// `/payment_methods`.
pub fn methods(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    if desk.ask.method != "GET" || !rest.is_empty() {
        return Err(missing());
    }
    let stamp = time::kept(desk.syncro.started);
    let one = |(place, name): (usize, &&str)| json!({"id": place + 1, "name": name, "created_at": stamp, "updated_at": stamp, "uses_card_processing": false});
    reply::ok(&json!({"payment_methods": METHODS.iter().enumerate().map(one).collect::<Value>()}))
}

/// `/payments/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Payments>(desk, rest)
}
