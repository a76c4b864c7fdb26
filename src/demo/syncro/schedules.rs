//! Schedules: invoices that come again, and their lines.

use super::ACCOUNT;
use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::money;
use super::reply::{self, Answer, Refusal, missing};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const EDIT: &str = "Recurring Invoices - Edit";
const LIST: &str = "Recurring Invoices - List";

/// How often.
pub const FREQUENCIES: [&str; 9] = [
    "Daily",
    "Monthly",
    "Weekly",
    "Biweekly",
    "Quarterly",
    "Semi-Annually",
    "Annually",
    "Biennially",
    "Triennially",
];

/// Schedules.
pub struct Schedules;

impl Resource for Schedules {
    const KIND: Kind = Kind::Schedule;
    const MANY: &'static str = "schedules";
    const ONE: Option<&'static str> = Some("schedule");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(50, Meta::None);
    const RIGHTS: Rights = Rights {
        list: LIST,
        view: LIST,
        create: "Recurring Invoices - New",
        edit: EDIT,
        delete: "Recurring Invoices - Delete",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("email_customer", Form::Flag),
        ("frequency", Form::Text),
        ("name", Form::Text),
        ("snail_mail", Form::Flag),
        ("charge_mop", Form::Flag),
        ("invoice_unbilled_ticket_charges", Form::Flag),
        ("paused", Form::Flag),
        ("contract_id", Form::Whole),
        ("location_id", Form::Whole),
        ("user_id", Form::Whole),
        ("invoice_term_id", Form::Whole),
        ("template_id", Form::Whole),
        ("source_id", Form::Whole),
        ("invoice_id", Form::Whole),
        ("period_mode_id", Form::Whole),
        ("last_day_of_month", Form::Flag),
        ("generated_invoice_name", Form::Text),
        ("memo", Form::Text),
        ("keep_pricing_current", Form::Flag),
        ("allow_blank_invoices", Form::Flag),
        ("email_receipt", Form::Flag),
        ("payment_id", Form::Whole),
        ("charge_on_due_date", Form::Flag),
        ("apply_credit", Form::Flag),
        ("reset_prepay_hours", Form::Flag),
        ("invoice_unbilled_ticket_statuses", Form::Text),
        ("unbilled_ticket_charge_order", Form::Text),
        ("create_ticket_on_failed_billing", Form::Flag),
        ("create_ticket_one_month_prior_to_end", Form::Flag),
        ("schedule_retry_card_on_failed_billing", Form::Flag),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        if let Some(id) = desk.ask.number("customer_id") {
            filter.equal("customer_id", id);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let lines = lines(desk, record.id)?;
        let sum: Decimal = lines
            .iter()
            .map(|line| {
                money::of_cents(line.number("retail_cents").unwrap_or(0))
                    * money::amount(line.at("quantity"))
            })
            .sum();
        shown["subtotal"] = money::float(sum.round_dp(2));
        shown["lines"] = lines.iter().map(show_line).collect();
        Ok(shown)
    }

    /// The next run is a day and nothing else (§6).
    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let doc = &mut change.doc;
        if let Some(sent) = desk.ask.body.get("next_run") {
            let day = sent
                .as_str()
                .filter(|text| text.len() == 10)
                .map(|text| Form::Day.keep(&json!(text)));
            doc.insert("next_run".into(), day.unwrap_or_default());
        }
        let mut wrong = Vec::new();
        let known = doc.get("frequency").and_then(Value::as_str);
        if !known.is_some_and(|it| FREQUENCIES.contains(&it)) {
            wrong.push("Frequency Must be a valid selection".to_owned());
        }
        wrong.extend(fields::blanks(
            doc,
            &[
                ("frequency", "Frequency"),
                ("next_run", "Next run"),
                ("name", "Name"),
                ("customer_id", "Customer"),
            ],
        ));
        if wrong.is_empty() { Ok(()) } else { Err(reply::error(wrong)) }
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove_of(Kind::ScheduleLine, "schedule_id", record.id)?;
        desk.shelf.remove(Kind::Schedule, record.id)?;
        Ok(reply::nothing(200))
    }
}

/// A schedule with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "account_id": ACCOUNT, "customer_id": null, "contract_id": null, "email_customer": false,
        "frequency": null, "name": null, "next_run": null, "snail_mail": false, "charge_mop": false,
        "subtotal": 0, "invoice_unbilled_ticket_charges": false, "paused": false,
        "last_invoice_paid": null, "payment_id": null, "charge_on_due_date": false,
        "invoice_term_id": null, "location_id": null, "user_id": null, "recurring_type_id": null,
        "period_mode_id": 0, "subscription_status": "active", "reset_prepay_hours": false,
        "last_day_of_month": false, "keep_pricing_current": true, "generated_invoice_name": null,
        "allow_blank_invoices": false, "template_id": null, "memo": null, "apply_credit": false,
        "invoice_unbilled_ticket_statuses": null, "email_receipt": false, "source_id": null,
        "invoice_id": null, "last_run": null, "created_at": null, "updated_at": null,
        "create_ticket_on_failed_billing": false, "create_ticket_one_month_prior_to_end": false,
        "schedule_retry_card_on_failed_billing": false,
        "unbilled_ticket_charge_order": "ticket_number", "lines": [],
    }))
}

/// A line with nothing in it.
pub fn empty_line(schedule: i64) -> Doc {
    doc(json!({
        "cost_cents": 0, "description": null, "name": null, "position": 0, "product_id": null,
        "quantity": "1.0", "retail_cents": 0, "schedule_id": schedule, "taxable": false,
        "user_id": null, "product_category": null, "asset_type_id": null,
        "recurring_type_id": null, "device_ids": [], "one_time_charge": false,
    }))
}

fn lines(desk: &Desk<'_>, schedule: i64) -> Result<Vec<Record>, Refusal> {
    let filter = Filter::of("schedule_id", schedule).by("doc ->> 'position', id");
    Ok(desk.shelf.all(Kind::ScheduleLine, &filter)?)
}

fn show_line(line: &Record) -> Value {
    let mut shown = base(line);
    let price = |name: &str| money::float(money::of_cents(line.number(name).unwrap_or(0)));
    shown["price_cost"] = price("cost_cents");
    shown["price_retail"] = price("retail_cents");
    shown
}

const LINE: [fields::Field; 11] = [
    ("product_id", Form::Whole),
    ("description", Form::Text),
    ("name", Form::Text),
    ("position", Form::Whole),
    ("quantity", Form::Amount),
    ("retail_cents", Form::Whole),
    ("cost_cents", Form::Whole),
    ("one_time_charge", Form::Flag),
    ("taxable", Form::Flag),
    ("user_id", Form::Whole),
    ("product_category", Form::Text),
];

fn take(desk: &Desk<'_>, line: &mut Doc) -> Result<(), Refusal> {
    let body = &desk.ask.body;
    line.extend(fields::take(body, &LINE));
    line.extend(fields::take(
        body,
        &[("recurring_type_id", Form::Whole), ("asset_type_id", Form::Whole)],
    ));
    for (sent, kept) in [("price_retail", "retail_cents"), ("price_cost", "cost_cents")] {
        if let Some(amount) = body.get(sent).and_then(money::read) {
            line.insert(kept.into(), json!(money::cents(amount)));
        }
    }
    let product = desk.linked(Kind::Product, line.get("product_id").unwrap_or(&Value::Null))?;
    if let Some(product) = product.filter(|_| is_blank(line.get("name"))) {
        line.insert("name".into(), product.at("name").clone());
        line.insert("description".into(), product.at("description").clone());
        if !body.contains_key("retail_cents") && !body.contains_key("price_retail") {
            let cents = |name: &str| json!(money::cents(money::amount(product.at(name))));
            line.insert("retail_cents".into(), cents("price_retail"));
            line.insert("cost_cents".into(), cents("price_cost"));
        }
    }
    let wrong = fields::blanks(line, &[("name", "Name")]);
    if wrong.is_empty() { Ok(()) } else { Err(reply::error(wrong)) }
}

/// `/schedules/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    let (schedule, more) = match rest {
        [id, "add_line_item"] if desk.ask.method == "POST" => (id, Work::Add),
        [id, "line_items"] if desk.ask.method == "POST" => (id, Work::Add),
        [id, "remove_line_item"] if desk.ask.method == "POST" => {
            let named =
                desk.ask.sent("schedule_line_item_id").or_else(|| fields::whole(&desk.ask.raw));
            (id, Work::Remove(named.ok_or_else(missing)?.to_string()))
        }
        [id, "line_items", line] if desk.ask.method == "PUT" => {
            (id, Work::Update((*line).to_owned()))
        }
        [id, "line_items", line] if desk.ask.method == "DELETE" => {
            (id, Work::Remove((*line).to_owned()))
        }
        _ => return resource::route::<Schedules>(desk, rest),
    };
    line_work(desk, schedule, &more)
}

enum Work {
    Add,
    Update(String),
    Remove(String),
}

fn line_work(desk: &Desk<'_>, schedule: &str, work: &Work) -> Answer {
    desk.needs(EDIT)?;
    let mut schedule = desk.find(Kind::Schedule, schedule)?;
    let mine = |id: &str| {
        let line = desk.find(Kind::ScheduleLine, id)?;
        let is_its = line.number("schedule_id") == Some(schedule.id);
        is_its.then_some(line).ok_or_else(missing)
    };
    let answer = match work {
        Work::Add => {
            let mut line = empty_line(schedule.id);
            line.insert("user_id".into(), json!(desk.me()));
            take(desk, &mut line)?;
            json!({"schedule_line_item": show_line(&desk.add(Kind::ScheduleLine, line)?)})
        }
        Work::Update(id) => {
            let mut line = mine(id)?;
            take(desk, &mut line.doc)?;
            desk.save(Kind::ScheduleLine, &mut line)?;
            json!({"schedule_line_item": show_line(&line)})
        }
        Work::Remove(id) => {
            desk.shelf.remove(Kind::ScheduleLine, mine(id)?.id)?;
            json!({"success": true})
        }
    };
    desk.save(Kind::Schedule, &mut schedule)?;
    reply::ok(&answer)
}
