//! Contracts: bare records (§4), of which one that is gone reads as `null`.

use super::ACCOUNT;
use super::desk::Desk;
use super::fields::{self, Form};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use super::time;
use serde_json::{Value, json};

const EDIT: &str = "Contracts - Edit";

/// Contracts.
pub struct Contracts;

impl Resource for Contracts {
    const KIND: Kind = Kind::Contract;
    const MANY: &'static str = "contracts";
    const ONE: Option<&'static str> = None;
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(50, Meta::Full);
    const RIGHTS: Rights = Rights {
        list: "Contracts - List/Search",
        view: EDIT,
        create: EDIT,
        edit: EDIT,
        delete: "Contracts - Delete",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("contract_amount", Form::Text),
        ("customer_id", Form::Whole),
        ("description", Form::Text),
        ("start_date", Form::Day),
        ("end_date", Form::Day),
        ("name", Form::Text),
        ("primary_contact", Form::Text),
        ("status", Form::Text),
        ("likelihood", Form::Whole),
        ("apply_to_all", Form::Flag),
        ("sla_id", Form::Whole),
        ("tag_list", Form::Tree),
        ("non_billable_product_ids", Form::Tree),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let schedules = desk.shelf.all(Kind::Schedule, &Filter::of("contract_id", record.id))?;
        shown["schedule_ids"] = schedules.iter().map(|it| json!(it.id)).collect();
        let stamp = time::local(record.updated);
        for price in shown["product_price_overrides"].as_array_mut().into_iter().flatten() {
            price["contract_id"] = json!(record.id);
            price["created_at"] = json!(stamp);
            price["updated_at"] = json!(stamp);
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let looked_at = if change.is_new { &change.doc } else { &change.sent };
        let wrong = fields::blanks(looked_at, &[("customer_id", "Customer")]);
        if !wrong.is_empty() {
            let mut record = change.doc.clone();
            record.insert("id".into(), Value::Null);
            return Err(refuse(422, &json!({"record": record, "errors": wrong.join(",")})));
        }
        for name in ["tag_list", "non_billable_product_ids"] {
            if !change.doc.get(name).is_some_and(Value::is_array) {
                change.doc.insert(name.into(), json!([]));
            }
        }
        if let Some(prices) = desk.ask.body.get("product_price_overrides").and_then(Value::as_array)
        {
            let kept = prices.iter().zip(1..).map(|(price, place)| override_of(price, place));
            change.doc.insert("product_price_overrides".into(), kept.collect());
        }
        Ok(())
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Kind::Contract, record.id)?;
        Ok(reply::nothing(200))
    }
}

fn override_of(price: &Value, place: i64) -> Value {
    let of = |name: &str| price.get(name).cloned().unwrap_or_default();
    json!({
        "id": fields::whole(&of("id")).unwrap_or(place), "contract_id": null,
        "product_id": of("product_id"), "price_retail_cents": of("price_retail_cents"),
        "discount_percentage": of("discount_percentage"),
        "blacklisted": fields::flag(&of("blacklisted")).unwrap_or(false),
        "created_at": null, "updated_at": null,
    })
}

/// A contract with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "account_id": ACCOUNT, "customer_id": null, "name": null, "contract_amount": null,
        "start_date": null, "end_date": null, "primary_contact": null, "description": null,
        "created_at": null, "updated_at": null, "status": "Opportunity", "likelihood": 0,
        "apply_to_all": false, "sla_id": null, "tag_list": [], "non_billable_product_ids": [],
        "schedule_ids": [], "product_price_overrides": [],
    }))
}

/// `/contracts/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", [id]) => {
            desk.needs(EDIT)?;
            match desk.look(Kind::Contract, id)? {
                Some(contract) => resource::alone::<Contracts>(desk, &contract, 200),
                None => reply::ok(&Value::Null),
            }
        }
        _ => resource::route::<Contracts>(desk, rest),
    }
}
