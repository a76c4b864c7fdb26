//! Lines of invoices and estimates, and the sums that follow from them.

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::money;
use super::reply::{self, Answer, Refusal, errors, missing, refuse};
use super::resource::{self, Meta, Page, base_utc};
use super::shelf::{Doc, Filter, Record, doc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// The tax on what is taxable, in percent.
const TAX: i64 = 19;

/// Whose lines: the member that points back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// An invoice.
    Invoice,
    /// An estimate.
    Estimate,
}

impl Paper {
    /// The member of a line.
    pub fn key(self) -> &'static str {
        match self {
            Paper::Invoice => "invoice_id",
            Paper::Estimate => "estimate_id",
        }
    }
}

/// A line with nothing in it.
pub fn empty(paper: Paper, id: i64) -> Doc {
    let mut line = doc(json!({
        "created_at": null, "updated_at": null, "invoice_id": null, "item": null, "name": null,
        "cost": "0.0", "price": "0.0", "quantity": "1.0", "product_id": null, "taxable": true,
        "discount_percent": null, "position": 1, "invoice_bundle_id": null,
        "discount_dollars": null, "estimate_id": null,
    }));
    line.insert(paper.key().into(), json!(id));
    line
}

/// A line. Which estimate it belongs to is not said.
pub fn show(line: &Record) -> Value {
    let mut shown = base_utc(line);
    if let Some(members) = shown.as_object_mut() {
        members.shift_remove("estimate_id");
    }
    shown
}

/// A paper's lines in their order.
pub fn of(desk: &Desk<'_>, paper: Paper, id: i64) -> Result<Vec<Record>, Refusal> {
    let filter = Filter::of(paper.key(), id).by("doc ->> 'position', id");
    Ok(desk.shelf.all(Kind::Line, &filter)?)
}

/// What lines add up to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Without tax.
    pub subtotal: Decimal,
    /// The tax.
    pub tax: Decimal,
}

impl Sums {
    /// Of these lines.
    pub fn of(lines: &[Record]) -> Sums {
        let mut sums = Sums::default();
        let mut taxable = Decimal::ZERO;
        for line in lines {
            let whole = money::amount(line.at("price")) * money::amount(line.at("quantity"));
            let share = money::amount(line.at("discount_percent")) / Decimal::ONE_HUNDRED;
            let less = whole * share + money::amount(line.at("discount_dollars"));
            let worth = (whole - less).round_dp(2);
            sums.subtotal += worth;
            if line.is("taxable") {
                taxable += worth;
            }
        }
        sums.tax = (taxable * Decimal::new(TAX, 2)).round_dp(2);
        sums
    }

    /// With tax.
    pub fn total(self) -> Decimal {
        self.subtotal + self.tax
    }

    /// Writes the three sums, as texts.
    pub fn write(self, shown: &mut Value) {
        shown["subtotal"] = json!(money::text(self.subtotal));
        shown["total"] = json!(money::text(self.total()));
        shown["tax"] = json!(money::text(self.tax));
    }
}

const FIELDS: [fields::Field; 9] = [
    ("product_id", Form::Whole),
    ("item", Form::Text),
    ("name", Form::Text),
    ("quantity", Form::Amount),
    ("price", Form::Amount),
    ("cost", Form::Amount),
    ("taxable", Form::Flag),
    ("position", Form::Whole),
    ("discount_dollars", Form::Amount),
];

fn take(desk: &Desk<'_>, line: &mut Doc) {
    line.extend(fields::take(&desk.ask.body, &FIELDS));
    for name in ["discount_percent", "line_discount_percent"] {
        if let Some(value) = desk.ask.body.get(name) {
            line.insert("discount_percent".into(), Form::Number.keep(value));
        }
    }
}

/// Adds the line of a body. A product gives what is not said; on an invoice it gives price, cost and tax in any case.
pub fn add(desk: &Desk<'_>, paper: Paper, id: i64) -> Result<Record, Refusal> {
    let mut line = empty(paper, id);
    take(desk, &mut line);
    let body = &desk.ask.body;
    let code = body.get("upc_code").and_then(Value::as_str).unwrap_or_default();
    let product = match line.get("product_id").and_then(Value::as_i64) {
        Some(product) => desk.shelf.get(Kind::Product, product)?,
        None if code.is_empty() => None,
        None => desk.shelf.first(Kind::Product, &Filter::of("upc_code", code.to_owned()))?,
    };
    if let Some(product) = &product {
        line.insert("product_id".into(), json!(product.id));
        let mut give = |name: &str, value: Value, always: bool| {
            if always || !body.contains_key(name) {
                line.insert(name.to_owned(), value);
            }
        };
        let always = paper == Paper::Invoice;
        let price = |name: &str| json!(money::text(money::amount(product.at(name))));
        give("item", product.at("name").clone(), false);
        give("name", product.at("description").clone(), false);
        give("price", price("price_retail"), always);
        give("cost", price("price_cost"), always);
        give("taxable", product.at("taxable").clone(), always);
    }
    if is_blank(line.get("item")) {
        return Err(errors("validation error: Item can't be blank"));
    }
    if !body.contains_key("position") {
        let count = desk.shelf.count(Kind::Line, &Filter::of(paper.key(), id))?;
        line.insert("position".into(), json!(count + 1));
    }
    desk.add(Kind::Line, line)
}

/// A paper's line.
pub fn find(desk: &Desk<'_>, paper: Paper, id: i64, line: &str) -> Result<Record, Refusal> {
    let line = desk.find(Kind::Line, line)?;
    let is_its = line.number(paper.key()) == Some(id);
    is_its.then_some(line).ok_or_else(missing)
}

/// Writes the line of a body. On an invoice what is not sent is reset (§5).
pub fn update(desk: &Desk<'_>, paper: Paper, mut line: Record) -> Result<Record, Refusal> {
    if paper == Paper::Invoice {
        for (name, value) in [
            ("price", json!("0.0")),
            ("cost", json!("0.0")),
            ("taxable", json!(false)),
            ("discount_percent", Value::Null),
            ("discount_dollars", Value::Null),
        ] {
            line.doc.insert(name.to_owned(), value);
        }
    }
    take(desk, &mut line.doc);
    if is_blank(line.doc.get("item")) {
        return Err(refuse(422, &json!({"item": ["can't be blank"]})));
    }
    desk.save(Kind::Line, &mut line)?;
    Ok(line)
}

/// `/line_items`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    if desk.ask.method != "GET" || !rest.is_empty() {
        return Err(missing());
    }
    desk.needs("Global Admin")?;
    let mut filter = Filter::all();
    for name in ["invoice_id", "estimate_id"] {
        if let Some(id) = desk.ask.number(name) {
            filter.equal(name, id);
        }
        if desk.ask.is(&format!("{name}_not_null")) {
            filter.holds(&format!("doc ->> '{name}' IS NOT NULL"));
        }
    }
    let (lines, meta) = resource::paged(desk, Kind::Line, &filter, Page::of(100, Meta::Full))?;
    reply::ok(&resource::enveloped("line_items", lines.iter().map(show).collect(), meta))
}
