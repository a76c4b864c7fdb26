//! Products, their categories, serial numbers, vendors' numbers and stock. There is no delete.

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use super::{ACCOUNT, customers, money, tickets};
use serde_json::{Value, json};

const LIST: &str = "Products - List/Search";
const EDIT: &str = "Products - Edit";

/// Products.
pub struct Products;

impl Resource for Products {
    const KIND: Kind = Kind::Product;
    const MANY: &'static str = "products";
    const ONE: Option<&'static str> = Some("product");
    const VERBS: &'static str = "LGCU";
    const PAGE: Page = Page::of(25, Meta::None);
    const RIGHTS: Rights =
        Rights { list: LIST, view: LIST, create: "Products - Create", edit: EDIT, delete: "" };
    const FIELDS: &'static [fields::Field] = &[
        ("price_cost", Form::Number),
        ("price_retail", Form::Number),
        ("condition", Form::Text),
        ("description", Form::Text),
        ("maintain_stock", Form::Flag),
        ("name", Form::Text),
        ("quantity", Form::Whole),
        ("warranty", Form::Text),
        ("sort_order", Form::Whole),
        ("reorder_at", Form::Whole),
        ("disabled", Form::Flag),
        ("taxable", Form::Flag),
        ("product_category", Form::Text),
        ("upc_code", Form::Text),
        ("discount_percent", Form::Number),
        ("warranty_template_id", Form::Whole),
        ("qb_item_id", Form::Whole),
        ("desired_stock_level", Form::Whole),
        ("price_wholesale", Form::Number),
        ("notes", Form::Text),
        ("tax_rate_id", Form::Whole),
        ("vendor_ids", Form::Tree),
        ("physical_location", Form::Text),
        ("serialized", Form::Flag),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let ask = desk.ask;
        if let Some(text) = ask.query("query") {
            filter.words(text);
        }
        for name in ["name", "upc_code"] {
            if let Some(text) = ask.query(name) {
                filter.equal(name, text.to_owned());
            }
        }
        if let Some(sku) = ask.query("sku") {
            filter.term(
                "id IN (SELECT doc ->> 'product_id' FROM Sku WHERE doc ->> 'sku' = ?)".into(),
                sku.to_owned(),
            );
        }
        if let Some(id) = ask.number("category_id") {
            let name = desk.shelf.get(Kind::Category, id)?.map(|it| it.text("name").to_owned());
            filter.equal("product_category", name.unwrap_or_default());
        }
        if let Some(id) = ask.number("id") {
            filter.term("id = ?".into(), id);
        }
        if let Some(id) = ask.number("id_not") {
            filter.term("id <> ?".into(), id);
        }
        let sorted =
            ["name", "description", "upc_code", "product_category", "created_at", "updated_at"];
        if let Some(order) = ask.query("sort").and_then(|text| customers::order(text, &sorted)) {
            *filter = filter.clone().by(order);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let of_it = Filter::of("product_id", record.id);
        let mut shown = base(record);
        let skus = desk.shelf.all(Kind::Sku, &of_it)?;
        shown["product_skus"] = skus.iter().map(show_sku).collect();
        let stock = desk.shelf.all(Kind::Stock, &of_it)?;
        shown["location_quantities"] = stock.iter().map(base).collect();
        Ok(shown)
    }

    /// `maintain_stock` is lost where a write leaves it out (§5).
    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        if !change.has("maintain_stock") {
            change.doc.insert("maintain_stock".into(), json!(false));
        }
        if let Some(ids) = desk.ask.body.get("category_ids").and_then(Value::as_array) {
            let category = desk.linked(Kind::Category, ids.first().unwrap_or(&Value::Null))?;
            let name = category.map_or(Value::Null, |it| it.at("name").clone());
            change.doc.insert("product_category".into(), name);
        }
        let category = change.doc.get("product_category").cloned().unwrap_or_default();
        change.doc.insert("category_path".into(), category);
        if !change.doc.get("vendor_ids").is_some_and(Value::is_array) {
            change.doc.insert("vendor_ids".into(), json!([]));
        }
        let wanted = [("name", "Name"), ("description", "Description")];
        // Both are wanted in every write, whatever was there.
        let looked_at = if change.is_new { &change.doc } else { &change.sent };
        let wrong = fields::blanks(looked_at, &wanted);
        match (wrong.is_empty(), change.is_new) {
            (true, _) => Ok(()),
            (false, true) => Err(reply::invalid(&wrong, &desk.ask.params())),
            (false, false) => Err(refuse(422, &json!({"success": false, "message": wrong}))),
        }
    }

    fn written(desk: &Desk<'_>, record: &mut Record, _is_new: bool) -> Result<(), Refusal> {
        let skus = desk.ask.body.get("product_skus_attributes").and_then(Value::as_array);
        for sku in skus.into_iter().flatten() {
            if let Some(text) = sku.get("value").and_then(Value::as_str) {
                add_sku(desk, record.id, sku.get("vendor_id").unwrap_or(&Value::Null), text)?;
            }
        }
        Ok(())
    }
}

/// A product with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "price_cost": 0.0, "price_retail": 0.0, "condition": null, "description": null,
        "maintain_stock": false, "name": null, "quantity": 0, "warranty": null, "sort_order": null,
        "reorder_at": null, "disabled": false, "taxable": true, "product_category": null,
        "category_path": null, "upc_code": null, "discount_percent": null,
        "warranty_template_id": null, "qb_item_id": null, "desired_stock_level": null,
        "price_wholesale": 0.0, "notes": null, "tax_rate_id": null, "physical_location": null,
        "serialized": false, "vendor_ids": [], "product_skus": [], "long_description": null,
        "location_quantities": [], "photos": [],
    }))
}

/// `/products/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", ["barcode"]) => barcode(desk),
        ("GET", ["categories"]) => {
            desk.needs(LIST)?;
            let all = desk.shelf.all(Kind::Category, &Filter::all())?;
            reply::ok(&json!({"categories": all.iter().map(base).collect::<Value>()}))
        }
        (_, [id, "product_serials", more @ ..]) => serials(desk, id, more),
        (_, [id, "product_skus", more @ ..]) => skus(desk, id, more),
        ("PUT", [id, "location_quantities"]) => stock(desk, id),
        ("POST", [id, "add_images"]) => add_images(desk, id),
        ("DELETE", [id, "delete_image"]) => delete_image(desk, id),
        _ => resource::route::<Products>(desk, rest),
    }
}

fn barcode(desk: &Desk<'_>) -> Answer {
    desk.needs(LIST)?;
    let code = desk.ask.query("barcode").ok_or_else(missing)?;
    let found = desk.shelf.first(Kind::Product, &Filter::of("upc_code", code.to_owned()))?;
    resource::alone::<Products>(desk, &found.ok_or_else(missing)?, 200)
}

/// A category with nothing in it.
pub fn category(name: &str) -> Doc {
    doc(
        json!({"account_id": ACCOUNT, "ancestry": null, "name": name, "description": name, "device_product_id": null, "names_depth_cache": name}),
    )
}

/// A serial number with nothing said about it.
pub fn serial(product: i64, number: &str) -> Doc {
    doc(json!({
        "created_at": null, "updated_at": null, "product_location_quantity_id": null,
        "line_item_id": null, "serial_number": number, "status": "In Stock",
        "instance_price_cost": null, "instance_price_retail": null, "location_id": null,
        "product_id": product, "_condition": null, "_notes": null,
    }))
}

fn show_serial(record: &Record) -> Value {
    let mut shown = base(record);
    if let Some(members) = shown.as_object_mut() {
        members.shift_remove("product_id");
    }
    shown
}

fn serials(desk: &Desk<'_>, product: &str, more: &[&str]) -> Answer {
    desk.needs(if matches!(more, [] | ["attach_to_line_item"]) && desk.ask.method != "PUT" {
        LIST
    } else {
        EDIT
    })?;
    let product = desk.find(Kind::Product, product)?;
    match (desk.ask.method.as_str(), more) {
        ("GET", []) => {
            let mut filter = Filter::of("product_id", product.id);
            if let Some(status) = desk.ask.query("status") {
                let same = "replace(fold(doc ->> 'status'), ' ', '_') = ?";
                filter.term(same.into(), status.to_owned());
            }
            let page = Page::of(100, Meta::None);
            let (found, _) = resource::paged(desk, Kind::Serial, &filter, page)?;
            reply::ok(&json!({"product_serials": found.iter().map(show_serial).collect::<Value>()}))
        }
        ("POST", []) => {
            desk.needs(EDIT)?;
            let serial =
                desk.add(Kind::Serial, written_serial(desk, &product, serial(product.id, ""), 0)?)?;
            reply::ok(&json!({"product_serial": show_serial(&serial)}))
        }
        ("POST", ["attach_to_line_item"]) => attach(desk, &product),
        ("PUT", [id]) => {
            let mut record = desk.find(Kind::Serial, id)?;
            record.doc = written_serial(desk, &product, record.doc, record.id)?;
            desk.save(Kind::Serial, &mut record)?;
            reply::ok(&json!({"product_serial": show_serial(&record)}))
        }
        _ => Err(missing()),
    }
}

fn written_serial(
    desk: &Desk<'_>,
    product: &Record,
    mut serial: Doc,
    own: i64,
) -> Result<Doc, Refusal> {
    let wrong = |text: &str| refuse(422, &json!({"success": false, "message": [text]}));
    let body = &desk.ask.body;
    serial.extend(fields::take(body, &[("serial_number", Form::Text)]));
    for (sent, kept) in [
        ("price_cost_cents", "instance_price_cost"),
        ("price_retail_cents", "instance_price_retail"),
    ] {
        if let Some(cents) = desk.ask.sent(sent) {
            serial.insert(kept.into(), money::float(money::of_cents(cents)));
        }
    }
    let number = serial.get("serial_number").and_then(Value::as_str).unwrap_or_default();
    if number.is_empty() {
        return Err(wrong("Serial number can't be blank"));
    }
    if number.contains("E+") {
        return Err(wrong(
            "Serial number scientific-notation not allowed, may have been introduced by a spreadsheet program inferring Numerical from a csv.",
        ));
    }
    let mut same = Filter::of("product_id", product.id);
    same.equal("serial_number", number.to_owned());
    if desk.shelf.first(Kind::Serial, &same)?.is_some_and(|found| found.id != own) {
        return Err(wrong("Serial number has already been taken"));
    }
    Ok(serial)
}

fn attach(desk: &Desk<'_>, product: &Record) -> Answer {
    match desk.ask.body.get("record_type").and_then(Value::as_str) {
        Some("LineItem") => {
            let may = ["Invoices - Edit", "Estimates - Edit"].iter().any(|it| desk.caller.may(it));
            if !may {
                return Err(reply::not_authorized());
            }
        }
        Some("TicketLineItem") => desk.needs(tickets::EDIT)?,
        Some(_) | None => {}
    }
    let used = || {
        refuse(
            422,
            &json!({"status": "attached", "errors": "One of the serial numbers has already been used. Please try again."}),
        )
    };
    let line = desk.ask.sent("line_item_id");
    for id in
        desk.ask.body.get("product_serial_ids").and_then(Value::as_array).into_iter().flatten()
    {
        let mut serial = desk.linked(Kind::Serial, id)?.ok_or_else(used)?;
        if serial.text("status") != "In Stock" || serial.number("product_id") != Some(product.id) {
            return Err(used());
        }
        serial.set("status", "Reserved");
        serial.set("line_item_id", line);
        desk.save(Kind::Serial, &mut serial)?;
    }
    reply::ok(&json!({"status": "attached"}))
}

/// A vendor's number: written as `value`, read as `sku`.
fn show_sku(sku: &Record) -> Value {
    json!({"id": sku.id, "vendor_name": sku.at("vendor_name"), "sku": sku.at("sku")})
}

fn add_sku(desk: &Desk<'_>, product: i64, vendor: &Value, text: &str) -> Result<Record, Refusal> {
    let vendor = desk.linked(Kind::Vendor, vendor)?;
    let name = vendor.map_or(Value::Null, |it| it.at("name").clone());
    desk.add(Kind::Sku, doc(json!({"product_id": product, "vendor_name": name, "sku": text})))
}

fn skus(desk: &Desk<'_>, product: &str, more: &[&str]) -> Answer {
    desk.needs(if desk.ask.method == "GET" { LIST } else { EDIT })?;
    let product = desk.find(Kind::Product, product)?;
    let body = &desk.ask.body;
    let vendor = desk.linked(Kind::Vendor, body.get("vendor_id").unwrap_or(&Value::Null))?;
    let value = body.get("value").and_then(Value::as_str).unwrap_or_default();
    let complete = || {
        let blank = [(vendor.is_none(), "Vendor is blank"), (value.is_empty(), "Value is blank")];
        let wrong: Vec<&str> = blank.iter().filter(|(is, _)| *is).map(|(_, text)| *text).collect();
        if wrong.is_empty() { Ok(()) } else { Err(refuse(400, &json!({"message": wrong}))) }
    };
    match (desk.ask.method.as_str(), more) {
        ("GET", []) => {
            let found = desk.shelf.all(Kind::Sku, &Filter::of("product_id", product.id))?;
            reply::ok(&json!({"product_skus": found.iter().map(show_sku).collect::<Value>()}))
        }
        ("POST", []) => {
            complete()?;
            let vendor = json!(vendor.as_ref().map(|it| it.id));
            let sku = add_sku(desk, product.id, &vendor, value)?;
            reply::ok(&json!({"product_sku": show_sku(&sku)}))
        }
        ("PUT", [id]) => {
            complete()?;
            let mut sku = desk.find(Kind::Sku, id)?;
            sku.set("sku", value);
            sku.set("vendor_name", vendor.as_ref().map(|it| it.text("name").to_owned()));
            desk.save(Kind::Sku, &mut sku)?;
            reply::ok(&json!({"product_sku": show_sku(&sku)}))
        }
        ("DELETE", [id]) => {
            let sku = desk.find(Kind::Sku, id)?;
            desk.shelf.remove(Kind::Sku, sku.id)?;
            Ok(reply::nothing(204))
        }
        _ => Err(missing()),
    }
}

/// A product's stock at the one location.
pub fn stock_of(product: i64, quantity: i64) -> Doc {
    doc(json!({
        "product_id": product, "quantity": quantity, "price_cost_cents": null,
        "price_retail_cents": null, "location_id": 1, "tax_rate_id": null, "created_at": null,
        "updated_at": null, "reorder_at": null, "desired_stock_level": 0,
    }))
}

/// `PUT /products/{id}/location_quantities`: the answer stands bare.
fn stock(desk: &Desk<'_>, product: &str) -> Answer {
    desk.needs("Products - Edit Quantities")?;
    let mut product = desk.find(Kind::Product, product)?;
    let id = desk.ask.sent("location_quantity_id").ok_or_else(missing)?;
    let mut stock = desk.shelf.get(Kind::Stock, id)?.ok_or_else(missing)?;
    if stock.number("product_id") != Some(product.id) {
        return Err(missing());
    }
    let quantity = desk.ask.sent("quantity").unwrap_or(0);
    stock.set("quantity", quantity);
    product.set("quantity", quantity);
    desk.save(Kind::Stock, &mut stock)?;
    desk.save(Kind::Product, &mut product)?;
    reply::ok(&base(&stock))
}

fn add_images(desk: &Desk<'_>, product: &str) -> Answer {
    desk.needs(EDIT)?;
    let mut product = desk.find(Kind::Product, product)?;
    let body = &desk.ask.body;
    let one = || body.get("url").map(|url| json!([{"url": url, "filename": body.get("filename")}]));
    let files = body.get("files").cloned().or_else(one).filter(|it| !is_blank(Some(it)));
    let files = files.ok_or_else(|| {
        reply::error("Please pass 'url' & 'filename' or 'files([{}])' parameter.")
    })?;
    let mut photos = product.at("photos").as_array().cloned().unwrap_or_default();
    for file in files.as_array().into_iter().flatten() {
        let url = file.get("url").and_then(Value::as_str).unwrap_or_default();
        desk.send("fetch", url, format!("product {}", product.id), file.clone());
        photos.push(json!({"id": product.id * 10 + i64::try_from(photos.len()).unwrap_or(0), "photo_url": url}));
    }
    product.set("photos", photos);
    desk.save(Kind::Product, &mut product)?;
    reply::ok(&json!({"message": "Success! Those will be added shortly in background workers."}))
}

fn delete_image(desk: &Desk<'_>, product: &str) -> Answer {
    desk.needs(EDIT)?;
    let mut product = desk.find(Kind::Product, product)?;
    let photos = product.at("photos").as_array().cloned().unwrap_or_default();
    let wanted = desk.ask.number("photo_id");
    let left: Vec<Value> =
        photos.iter().filter(|photo| photo["id"].as_i64() != wanted).cloned().collect();
    if left.len() == photos.len() {
        return Err(refuse(404, &json!({"message": "Photo Not Found."})));
    }
    product.set("photos", left);
    desk.save(Kind::Product, &mut product)?;
    reply::ok(&json!({"message": "Success! Image removed."}))
}
