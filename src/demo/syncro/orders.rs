//! Purchase orders with their lines and files; vendors; part orders, which are only listed.

use super::SUBDOMAIN;
use super::desk::Desk;
use super::fields::{self, Form};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, errors, missing, refuse, with};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use super::upload::Upload;
use super::{money, products, time};
use rust_decimal::Decimal;
use serde_json::{Value, json};

const EDIT: &str = "Purchase Orders - Edit";

/// Purchase orders.
pub struct Orders;

impl Resource for Orders {
    const KIND: Kind = Kind::Order;
    const MANY: &'static str = "purchase_orders";
    const ONE: Option<&'static str> = Some("purchase_order");
    const VERBS: &'static str = "LGC";
    const PAGE: Page = Page::of(20, Meta::None);
    const RIGHTS: Rights = Rights {
        list: "Purchase Orders - List/Search",
        view: "Purchase Orders - View Details",
        create: EDIT,
        edit: EDIT,
        delete: "",
    };
    const ORDER: &'static str = NEWEST;
    const FIELDS: &'static [fields::Field] = &[
        ("expected_date", Form::Moment),
        ("general_notes", Form::Text),
        ("shipping_notes", Form::Text),
        ("user_id", Form::Whole),
        ("vendor_id", Form::Whole),
        ("location_id", Form::Whole),
        ("due_date", Form::Moment),
        ("paid_date", Form::Moment),
        ("delivery_tracking", Form::Text),
    ];

    fn blank(desk: &Desk<'_>) -> Doc {
        let mut blank = empty();
        blank.insert("user_id".into(), json!(desk.me()));
        blank
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        let lines = desk.shelf.all(Kind::OrderLine, &Filter::of("purchase_order_id", record.id))?;
        let sum: i64 = lines.iter().filter_map(|line| line.number("total_cents")).sum();
        let more = money::amount(record.at("other")) + money::amount(record.at("shipping"));
        shown["total"] = money::float(money::of_cents(sum) + more);
        let vendor = desk.linked(Kind::Vendor, record.at("vendor_id"))?;
        shown["vendor"] = vendor.as_ref().map_or(Value::Null, base);
        shown["location"] = Value::Null;
        shown["line_items"] = lines.iter().map(base).collect();
        if let Some(members) = shown.as_object_mut() {
            members.shift_remove("general_notes");
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        for (sent, kept) in [("other_cents", "other"), ("shipping_cents", "shipping")] {
            if let Some(cents) = desk.ask.sent(sent) {
                change.doc.insert(kept.into(), money::float(money::of_cents(cents)));
            }
        }
        let number = desk.shelf.largest(Kind::Order, "number")? + 1;
        change.doc.insert("number".into(), json!(number.to_string()));
        let vendor =
            desk.linked(Kind::Vendor, change.doc.get("vendor_id").unwrap_or(&Value::Null))?;
        if vendor.is_some() { Ok(()) } else { Err(errors(json!(["Vendor can't be blank"]))) }
    }
}

/// A purchase order with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "account_subdomain": SUBDOMAIN, "created_at": null, "updated_at": null,
        "expected_date": null, "number": null, "other": 0.0, "shipping": 0.0,
        "shipping_notes": null, "status": "Open", "total": 0.0, "user_id": null, "vendor_id": null,
        "location_id": null, "due_date": null, "paid_date": null, "delivery_tracking": null,
        "general_notes": null,
    }))
}

/// A line of an order.
pub fn line(order: i64, product: i64, quantity: i64, cost: i64) -> Doc {
    doc(json!({
        "purchase_order_id": order, "product_id": product, "quantity": quantity,
        "cost_cents": cost, "total_cents": cost * quantity, "created_at": null, "updated_at": null,
        "received": false, "position": null, "received_quantity": 0,
        "parent_po_line_item_id": null, "old_cost_cents": null,
    }))
}

/// `/purchase_orders/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("PUT", [id]) => change(desk, id),
        ("POST", [id, "create_po_line_item"]) => add_line(desk, id),
        ("POST", [id, "receive"]) => receive(desk, id),
        ("POST", [id, "attachments"]) => attach(desk, id),
        _ => resource::route::<Orders>(desk, rest),
    }
}

/// Five members, and no others.
fn change(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(EDIT)?;
    let mut order = desk.find(Kind::Order, id)?;
    let fields = [
        ("status", Form::Text),
        ("general_notes", Form::Text),
        ("delivery_tracking", Form::Text),
        ("vendor_id", Form::Whole),
    ];
    order.doc.extend(fields::take(&desk.ask.body, &fields));
    if let Some(cents) = desk.ask.sent("shipping_cents") {
        order.set("shipping", money::float(money::of_cents(cents)));
    }
    desk.save(Kind::Order, &mut order)?;
    resource::alone::<Orders>(desk, &order, 200)
}

fn add_line(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(EDIT)?;
    let mut order = desk.find(Kind::Order, id)?;
    let product =
        desk.linked(Kind::Product, desk.ask.body.get("product_id").unwrap_or(&Value::Null))?;
    let product = product.filter(|it| it.is("maintain_stock")).ok_or_else(|| {
        errors("Error adding that item  - please ensure that the item you are trying to add is set to ‘Maintain Stock’.")
    })?;
    let cost = money::cents(money::amount(product.at("price_cost")));
    let new = line(order.id, product.id, desk.ask.sent("quantity").unwrap_or(1), cost);
    let new = desk.add(Kind::OrderLine, new)?;
    desk.save(Kind::Order, &mut order)?;
    reply::ok(&json!({"po_line_item": base(&new)}))
}

/// What came goes into the stock, with its serial numbers.
fn receive(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(EDIT)?;
    let mut order = desk.find(Kind::Order, id)?;
    let body = &desk.ask.body;
    let mut line = desk
        .linked(Kind::OrderLine, body.get("line_item_id").unwrap_or(&Value::Null))?
        .filter(|line| line.number("purchase_order_id") == Some(order.id))
        .ok_or_else(missing)?;
    let came = desk.ask.sent("received_quantity").unwrap_or(0);
    let so_far = line.number("received_quantity").unwrap_or(0) + came;
    line.set("received_quantity", so_far);
    line.set("received", so_far >= line.number("quantity").unwrap_or(0));
    desk.save(Kind::OrderLine, &mut line)?;
    if let Some(mut product) = desk.linked(Kind::Product, line.at("product_id"))? {
        product.set("quantity", product.number("quantity").unwrap_or(0) + came);
        desk.save(Kind::Product, &mut product)?;
        for number in body.get("serial_numbers").and_then(Value::as_array).into_iter().flatten() {
            let number = number.as_str().unwrap_or_default();
            desk.add(Kind::Serial, products::serial(product.id, number))?;
        }
    }
    order.set("status", "Received");
    desk.save(Kind::Order, &mut order)?;
    resource::alone::<Orders>(desk, &order, 200)
}

/// The largest file, and how many an order may have.
const LARGEST: usize = 10 * 1024 * 1024;
const MOST: i64 = 10;
const KINDS: [&str; 8] = ["jpg", "jpeg", "png", "gif", "pdf", "csv", "xls", "xlsx"];

fn attach(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(EDIT)?;
    let order = desk.find(Kind::Order, id)?;
    let Some(Upload { name, bytes, digest }) = &desk.ask.upload else {
        return Err(errors(json!(["File can't be blank"])));
    };
    if *bytes > LARGEST {
        return Err(refuse(413, &json!({"errors": ["File exceeds 10 MB"]})));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if !KINDS.contains(&ending.as_str()) {
        return Err(refuse(415, &json!({"errors": ["File type is not allowed"]})));
    }
    let of = Filter::of("order_id", order.id);
    let files = desk.shelf.all(Kind::Attachment, &of)?;
    if files.iter().any(|file| file.text("_digest") == digest) {
        return Err(errors(json!(["File has already been attached"])));
    }
    if i64::try_from(files.len()).unwrap_or(MOST) >= MOST {
        return Err(errors(json!(["A purchase order has at most 10 files"])));
    }
    let file = json!({"order_id": order.id, "file_name": name, "file_size": bytes, "created_at": null, "updated_at": null, "_digest": digest});
    let file = desk.add(Kind::Attachment, doc(file))?;
    Ok(with(201, &json!({"attachment": base(&file)})))
}

/// Vendors. There is no delete.
pub struct Vendors;

impl Resource for Vendors {
    const KIND: Kind = Kind::Vendor;
    const MANY: &'static str = "vendors";
    const ONE: Option<&'static str> = Some("vendor");
    const VERBS: &'static str = "LGCU";
    const PAGE: Page = Page::of(100, Meta::None);
    const RIGHTS: Rights = Rights {
        list: "Vendors - List",
        view: "Vendors - View Details",
        create: "Vendors - New",
        edit: "Vendors - Edit",
        delete: "",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("name", Form::Text),
        ("rep_first_name", Form::Text),
        ("rep_last_name", Form::Text),
        ("email", Form::Text),
        ("phone", Form::Phone),
        ("account_number", Form::Text),
        ("address", Form::Text),
        ("city", Form::Text),
        ("state", Form::Text),
        ("zip", Form::Text),
        ("website", Form::Text),
        ("notes", Form::Text),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        doc(json!({
            "name": null, "rep_first_name": null, "rep_last_name": null, "email": null,
            "phone": null, "account_number": null, "created_at": null, "updated_at": null,
            "address": null, "city": null, "state": null, "zip": null, "website": null,
            "notes": null,
        }))
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let mut wrong = fields::blanks(&change.doc, &[("name", "Name")]);
        if fields::bad_email(&change.doc).is_some() {
            wrong.push("Email is not an email".into());
        }
        match (wrong.is_empty(), change.is_new) {
            (true, _) => Ok(()),
            (false, true) => Err(reply::invalid(&wrong, &desk.ask.params())),
            (false, false) => Err(refuse(422, &json!({"success": false, "message": wrong}))),
        }
    }
}

/// `/vendors/…`.
pub fn vendors(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Vendors>(desk, rest)
}

/// A part order.
pub fn part(ticket: i64, number: i64, price: Decimal) -> Doc {
    doc(json!({
        "requestedon": null, "ticketnum": number.to_string(), "parturl": "https://parts.example/",
        "shipping": null, "deststore": null, "orderedby": null, "orderedon": null,
        "trackingnum": null, "receivedon": null, "price": money::text(price),
        "account_id": super::ACCOUNT, "description": null, "destination_location_id": null,
        "from_location_id": null, "from_name": null, "received_at": null, "user_id": null,
        "created_at": null, "updated_at": null, "due_at": null, "ticket_id": ticket,
        "logistic_state": null, "product_id": null, "quantity": 1, "round_trip": false,
        "trip_leg": null, "retail_cents": null, "taxable": true, "converted": false, "notes": null,
        "refurb_id": null, "invoice_id": null,
    }))
}

/// `/items`: part orders.
pub fn parts(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    if desk.ask.method != "GET" || !rest.is_empty() {
        return Err(missing());
    }
    desk.needs("Parts Orders - List/Search")?;
    let mut filter = Filter::all().by(NEWEST);
    if let Some(text) = desk.ask.query("query") {
        filter.words(text);
    }
    if desk.ask.is("completed") {
        filter.holds("doc ->> 'receivedon' IS NOT NULL");
    }
    let (items, meta) = resource::paged(desk, Kind::Part, &filter, Page::of(50, Meta::Short))?;
    reply::ok(&resource::enveloped("items", items.iter().map(base).collect(), meta))
}

/// A day's start, as orders keep their days.
pub fn day(at: jiff::Timestamp) -> String {
    time::kept(time::moment(&time::day(at)).unwrap_or(at))
}
