//! Contacts: their records stand bare, without an envelope (§4).

use super::ACCOUNT;
use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::portal;
use super::reply::{self, Answer, Refusal, not_found};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use serde_json::{Value, json};

const VIEW: &str = "Customers - View Detail";
const EDIT: &str = "Customers - Edit";

/// Contacts.
pub struct Contacts;

impl Resource for Contacts {
    const KIND: Kind = Kind::Contact;
    const MANY: &'static str = "contacts";
    const ONE: Option<&'static str> = None;
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(50, Meta::Full);
    const RIGHTS: Rights =
        Rights { list: VIEW, view: VIEW, create: EDIT, edit: EDIT, delete: EDIT };
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("name", Form::Text),
        ("address1", Form::Text),
        ("address2", Form::Text),
        ("city", Form::Text),
        ("state", Form::Text),
        ("zip", Form::Text),
        ("email", Form::Text),
        ("phone", Form::Phone),
        ("mobile", Form::Phone),
        ("notes", Form::Text),
        ("extension", Form::Text),
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

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        if change.is_new && desk.ask.sent("customer_id").is_some() {
            let customer = change.doc.get("customer_id").unwrap_or(&Value::Null);
            desk.linked(Kind::Customer, customer)?.ok_or_else(not_found)?;
        }
        let mut wrong =
            fields::blanks(&change.doc, &[("customer_id", "Customer"), ("name", "Name")]);
        if !change.is_new && !change.has("name") {
            wrong.push("Name can't be blank".into());
        }
        if fields::bad_email(&change.doc).is_some() {
            wrong.push("Email is not an email".into());
        }
        if wrong.is_empty() {
            return Ok(());
        }
        wrong.dedup();
        let mut record = change.doc.clone();
        record.insert("id".into(), Value::Null);
        Err(reply::refuse(422, &json!({"record": record, "errors": wrong.join(",")})))
    }

    /// A contact's title is taken when it is written again, and kept among the properties (§7).
    fn written(desk: &Desk<'_>, record: &mut Record, is_new: bool) -> Result<(), Refusal> {
        if desk.ask.body.get("enable_portal_user").and_then(fields::flag) == Some(true) {
            add_portal_user(desk, record)?;
        }
        let Some(title) = desk.ask.body.get("title").filter(|_| !is_new) else { return Ok(()) };
        if let Some(properties) = record.doc.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("title".into(), Form::Text.keep(title));
        }
        desk.save(Kind::Contact, record)
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Kind::Contact, record.id)?;
        Ok(reply::nothing(200))
    }

    fn absent() -> Refusal {
        not_found()
    }
}

/// Lets a contact with an address into the portal, once.
fn add_portal_user(desk: &Desk<'_>, contact: &Record) -> Result<(), Refusal> {
    let email = contact.text("email");
    let there = desk.shelf.first(Kind::PortalUser, &Filter::of("email", email.to_owned()))?;
    if email.is_empty() || there.is_some() {
        return Ok(());
    }
    let mut user = portal::empty();
    for name in ["email", "customer_id"] {
        user.insert(name.into(), contact.at(name).clone());
    }
    user.insert("contact_id".into(), json!(contact.id));
    desk.add(Kind::PortalUser, user).map(|_| ())
}

/// A contact with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "name": null, "address1": null, "address2": null, "city": null, "state": null, "zip": null,
        "email": null, "phone": null, "mobile": null, "latitude": null, "longitude": null,
        "customer_id": null, "account_id": ACCOUNT, "notes": null, "created_at": null,
        "updated_at": null, "vendor_id": null, "properties": {}, "opt_out": false,
        "extension": null,
    }))
}

/// A contact.
pub fn show(record: &Record) -> Value {
    base(record)
}

/// A contact by id; `null` where there is none.
pub fn by_id(desk: &Desk<'_>, id: &Value) -> Result<Value, Refusal> {
    if is_blank(Some(id)) {
        return Ok(Value::Null);
    }
    Ok(desk.linked(Kind::Contact, id)?.map_or(Value::Null, |contact| show(&contact)))
}

/// `/contacts/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Contacts>(desk, rest)
}
