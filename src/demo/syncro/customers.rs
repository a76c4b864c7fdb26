//! Customers, and what hangs on them: phones, payment profiles.

use super::contacts;
use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::money;
use super::reply::{self, Answer, Refusal, missing};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base, base_utc};
use super::shelf::{Doc, Filter, NEWEST, Record, doc};
use serde_json::{Value, json};

const EDIT: &str = "Customers - Edit";
const VIEW: &str = "Customers - View Detail";

/// Customers.
pub struct Customers;

/// What lists may be ordered by.
const SORTED: [&str; 10] = [
    "firstname",
    "lastname",
    "business_name",
    "email",
    "phone",
    "city",
    "state",
    "zip",
    "created_at",
    "updated_at",
];

impl Resource for Customers {
    const KIND: Kind = Kind::Customer;
    const MANY: &'static str = "customers";
    const ONE: Option<&'static str> = Some("customer");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(100, Meta::Full);
    const RIGHTS: Rights = Rights {
        list: "Customers - List/Search",
        view: VIEW,
        create: "Customers - Create",
        edit: EDIT,
        delete: "Customers - Delete",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("business_name", Form::Text),
        ("firstname", Form::Text),
        ("lastname", Form::Text),
        ("email", Form::Text),
        ("phone", Form::Phone),
        ("mobile", Form::Phone),
        ("address", Form::Text),
        ("address_2", Form::Text),
        ("city", Form::Text),
        ("state", Form::Text),
        ("zip", Form::Text),
        ("notes", Form::Text),
        ("get_sms", Form::Flag),
        ("opt_out", Form::Flag),
        ("no_email", Form::Flag),
        ("ref_customer_id", Form::Whole),
        ("referred_by", Form::Text),
        ("tax_rate_id", Form::Whole),
        ("notification_email", Form::Text),
        ("invoice_cc_emails", Form::Text),
        ("invoice_term_id", Form::Whole),
        ("properties", Form::Tree),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let ask = desk.ask;
        for name in ["firstname", "lastname", "business_name", "email"] {
            if let Some(text) = ask.query(name) {
                filter.like(name, text);
            }
        }
        if let Some(text) = ask.query("query") {
            filter.words(text);
        }
        if let Some(id) = ask.number("id") {
            filter.term("id = ?".into(), id);
        }
        let wanted: Vec<_> =
            ask.query_all("id[]").iter().filter_map(|id| id.parse().ok()).collect();
        if !wanted.is_empty() {
            filter.ids(&wanted);
        }
        if let Some(id) = ask.number("id_not") {
            filter.term("id <> ?".into(), id);
        }
        if !ask.is("include_disabled") {
            filter.holds("NOT COALESCE(doc ->> 'disabled', 0)");
        }
        if let Some(order) = ask.query("sort").and_then(|text| order(text, &SORTED)) {
            *filter = filter.clone().by(order);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, alone: bool) -> Result<Value, Refusal> {
        let mut shown = full(desk, record)?;
        if alone {
            add_detail(desk, record, &mut shown)?;
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        if let Some(text) = fields::bad_email(&change.doc) {
            wrong.push("Email is not an email".to_owned());
            wrong.push(format!("Email Only able to parse up to \"{text}\""));
        }
        let named = ["business_name", "firstname", "lastname", "email"];
        if named.iter().all(|name| is_blank(change.doc.get(*name))) {
            wrong.push("Business name or name or email can't be blank".to_owned());
        }
        settle(desk, &mut change.doc);
        match (wrong.is_empty(), change.is_new) {
            (true, _) => Ok(()),
            (false, true) => Err(reply::invalid(&wrong, &desk.ask.params())),
            (false, false) => Err(reply::refuse(422, &json!({"success": false, "message": wrong}))),
        }
    }

    /// Whoever has papers cannot go: the real server disables such customers in its pages (U). Here they go with all.
    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        for kind in [Kind::Contact, Kind::Phone, Kind::Profile, Kind::PortalUser] {
            desk.shelf.remove_of(kind, "customer_id", record.id)?;
        }
        desk.shelf.remove(Kind::Customer, record.id)?;
        reply::ok(&json!({"message": "Customer was deleted from the system."}))
    }
}

/// Wishes about mail are written as members and read among the properties, as `"1"` or `"0"` (L3).
fn settle(desk: &Desk<'_>, doc: &mut Doc) {
    let properties = doc.entry("properties").or_insert_with(|| json!({}));
    if !properties.is_object() {
        *properties = json!({});
    }
    for (sent, kept) in [
        ("get_billing", "notification_billing"),
        ("get_marketing", "notification_marketing"),
        ("get_reports", "notification_reports"),
    ] {
        if let Some(yes) = desk.ask.body.get(sent).and_then(fields::flag) {
            properties[kept] = json!(if yes { "1" } else { "0" });
        }
    }
}

/// A customer with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "firstname": null, "lastname": null, "business_name": null, "email": null, "phone": null,
        "mobile": null, "created_at": null, "updated_at": null, "pdf_url": null, "address": null,
        "address_2": null, "city": null, "state": null, "zip": null, "latitude": null,
        "longitude": null, "notes": null, "get_sms": false, "opt_out": false, "disabled": false,
        "no_email": false, "location_name": null, "location_id": null, "properties": {},
        "tax_rate_id": null, "notification_email": null, "invoice_cc_emails": null,
        "invoice_term_id": null, "referred_by": null, "ref_customer_id": null,
    }))
}

/// `firstname ASC` as SQL, where the member is one of these.
pub fn order(text: &str, of: &[&str]) -> Option<String> {
    let mut words = text.split_whitespace();
    let name = words.next()?;
    let name = of.iter().find(|known| **known == name)?;
    let way = if words.next().is_some_and(|way| way.eq_ignore_ascii_case("desc")) {
        "DESC"
    } else {
        "ASC"
    };
    let key = match *name {
        "created_at" => "created".to_owned(),
        "updated_at" => "updated".to_owned(),
        name => format!("fold(doc ->> '{name}')"),
    };
    Some(format!("{key} {way}, id {way}"))
}

/// The names that follow from a customer's: of the person, of either, of both.
pub fn names(record: &Record) -> [String; 3] {
    let person = format!("{} {}", record.text("firstname"), record.text("lastname"));
    let person = person.trim().to_owned();
    let business = record.text("business_name");
    let either = if business.is_empty() { person.clone() } else { business.to_owned() };
    let both = match (business.is_empty(), person.is_empty()) {
        (true, _) => person.clone(),
        (false, true) => business.to_owned(),
        (false, false) => format!("{business} - {person}"),
    };
    [person, either, both]
}

/// A customer as assets show it: without its contacts.
pub fn short(record: &Record) -> Value {
    let mut shown = base(record);
    let [person, either, both] = names(record);
    shown["fullname"] = json!(person);
    shown["online_profile_url"] = json!(format!(
        "https://{}.example/my_profile/v2/index?portal_key=demo{}",
        super::SUBDOMAIN,
        record.id
    ));
    shown["business_and_full_name"] = json!(both);
    shown["business_then_name"] = json!(either);
    shown
}

/// A customer with its contacts.
pub fn full(desk: &Desk<'_>, record: &Record) -> Result<Value, Refusal> {
    let mut shown = short(record);
    let people = desk.shelf.all(Kind::Contact, &Filter::of("customer_id", record.id))?;
    shown["contacts"] = people.iter().map(contacts::show).collect();
    Ok(shown)
}

/// A customer by id, with its contacts; `null` where there is none.
pub fn by_id(desk: &Desk<'_>, id: &Value) -> Result<Value, Refusal> {
    match desk.linked(Kind::Customer, id)? {
        Some(customer) => full(desk, &customer),
        None => Ok(Value::Null),
    }
}

/// A customer's business or name; empty where there is none.
pub fn name_of(desk: &Desk<'_>, id: &Value) -> Result<String, Refusal> {
    let customer = desk.linked(Kind::Customer, id)?;
    Ok(customer.map(|customer| names(&customer)[1].clone()).unwrap_or_default())
}

/// What the detail has beside the list (§8).
fn add_detail(desk: &Desk<'_>, record: &Record, shown: &mut Value) -> Result<(), Refusal> {
    let of = Filter::of("customer_id", record.id);
    let phones = desk.shelf.all(Kind::Phone, &of)?;
    let contracts = desk.shelf.all(Kind::Contract, &of)?;
    let schedules = desk.shelf.all(Kind::Schedule, &of)?;
    let newest = of.by(NEWEST);
    let tickets = desk.shelf.page(Kind::Ticket, &newest, 10, 0)?;
    let invoices = desk.shelf.page(Kind::Invoice, &newest, 10, 0)?;
    let link = |record: &Record| json!({"id": record.id, "number": record.at("number")});
    shown["phones"] = phones.iter().map(base_utc).collect();
    shown["addresses"] = json!([]);
    shown["contracts"] = contracts.iter().map(base).collect();
    shown["ticket_links"] = tickets.iter().map(link).collect();
    shown["invoice_links"] = invoices.iter().map(link).collect();
    shown["recurring_invoices"] =
        schedules.iter().map(|it| json!({"id": it.id, "name": it.at("name")})).collect();
    shown["prepay_hours"] = json!(money::text(rust_decimal::Decimal::ZERO));
    shown["internal_warning_value"] = Value::Null;
    Ok(())
}

/// `/customers/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", ["latest"]) => {
            desk.needs(EDIT)?;
            let last = desk.shelf.first(Kind::Customer, &Filter::all().by(NEWEST))?;
            resource::alone::<Customers>(desk, &last.ok_or_else(missing)?, 200)
        }
        ("GET", ["autocomplete"]) => autocomplete(desk),
        (_, [id, "phones", more @ ..]) => phones(desk, id, more),
        (_, [id, "payment_profiles", more @ ..]) => profiles(desk, id, more),
        _ => resource::route::<Customers>(desk, rest),
    }
}

fn autocomplete(desk: &Desk<'_>) -> Answer {
    let mut filter = Filter::all();
    if let Some(text) = desk.ask.query("query") {
        filter.words(text);
    }
    let found = desk.shelf.page(Kind::Customer, &filter, 10, 0)?;
    let shown: Result<Vec<Value>, Refusal> =
        found.iter().map(|record| full(desk, record)).collect();
    reply::ok(&json!({"customers": shown?}))
}

const PHONE: &[fields::Field] =
    &[("label", Form::Text), ("number", Form::Phone), ("extension", Form::Text)];

/// A list and flat writes; no reading of one.
fn phones(desk: &Desk<'_>, customer: &str, more: &[&str]) -> Answer {
    desk.needs(if desk.ask.method == "GET" { VIEW } else { EDIT })?;
    let customer = desk.find(Kind::Customer, customer)?;
    match (desk.ask.method.as_str(), more) {
        ("GET", []) => {
            let of = Filter::of("customer_id", customer.id).by(NEWEST);
            let phones = desk.shelf.all(Kind::Phone, &of)?;
            reply::ok(&json!({"phones": phones.iter().map(base_utc).collect::<Value>()}))
        }
        ("POST", []) => {
            let mut phone = doc(
                json!({"label": null, "number": null, "customer_id": customer.id, "created_at": null, "updated_at": null, "extension": null}),
            );
            phone.extend(fields::take(&desk.ask.body, PHONE));
            numbered(desk, &phone, &json!({"customer_id": customer.id.to_string()}))?;
            reply::ok(&base_utc(&desk.add(Kind::Phone, phone)?))
        }
        ("PUT", [id]) => {
            let mut phone = mine(desk, Kind::Phone, &customer, id)?;
            phone.doc.extend(fields::take(&desk.ask.body, PHONE));
            let params = json!({"customer_id": customer.id.to_string(), "id": id});
            numbered(desk, &phone.doc, &params)?;
            desk.save(Kind::Phone, &mut phone)?;
            reply::ok(&base_utc(&phone))
        }
        ("DELETE", [id]) => {
            let phone = mine(desk, Kind::Phone, &customer, id)?;
            desk.shelf.remove(Kind::Phone, phone.id)?;
            Ok(reply::nothing(200))
        }
        _ => Err(missing()),
    }
}

fn mine(desk: &Desk<'_>, kind: Kind, customer: &Record, id: &str) -> Result<Record, Refusal> {
    let found = desk.find(kind, id)?;
    let is_mine = found.number("customer_id") == Some(customer.id);
    is_mine.then_some(found).ok_or_else(missing)
}

fn numbered(desk: &Desk<'_>, phone: &Doc, path: &Value) -> Result<(), Refusal> {
    if !is_blank(phone.get("number")) {
        return Ok(());
    }
    let mut params = doc(path.clone());
    params.extend(desk.ask.body.clone());
    Err(reply::invalid(&["Number can't be blank".into()], &Value::Object(params)))
}

/// Saved cards. The demo's account takes none by itself, so that none can be added.
fn profiles(desk: &Desk<'_>, customer: &str, more: &[&str]) -> Answer {
    let customer = desk.find(Kind::Customer, customer)?;
    match (desk.ask.method.as_str(), more) {
        ("GET", []) => {
            let of = Filter::of("customer_id", customer.id);
            let found = desk.shelf.all(Kind::Profile, &of)?;
            reply::ok(&json!({"payment_profiles": found.iter().map(base_utc).collect::<Value>()}))
        }
        ("POST", []) => Err(reply::refuse(
            422,
            &json!({"message": "Account not configured to use integrated processing."}),
        )),
        ("GET", [id]) => {
            let found = mine(desk, Kind::Profile, &customer, id)?;
            reply::ok(&json!({"payment_profile": base_utc(&found)}))
        }
        ("PUT", [id]) => {
            let mut found = mine(desk, Kind::Profile, &customer, id)?;
            let fields = [("expiration", Form::Text), ("last_four", Form::Text)];
            found.doc.extend(fields::take(&desk.ask.body, &fields));
            desk.save(Kind::Profile, &mut found)?;
            reply::ok(&json!({"payment_profile": base_utc(&found)}))
        }
        ("DELETE", [id]) => {
            let found = mine(desk, Kind::Profile, &customer, id)?;
            desk.shelf.remove(Kind::Profile, found.id)?;
            reply::ok(&json!({"success": true}))
        }
        _ => Err(missing()),
    }
}
