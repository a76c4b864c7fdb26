//! Users of the portal: bare records, listed, written, invited, and not read one by one.

use super::ACCOUNT;
use super::desk::Desk;
use super::fields::{self, Form};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use serde_json::{Value, json};

/// Users of the portal.
pub struct PortalUsers;

impl Resource for PortalUsers {
    const KIND: Kind = Kind::PortalUser;
    const MANY: &'static str = "portal_users";
    const ONE: Option<&'static str> = None;
    const VERBS: &'static str = "LCUD";
    const PAGE: Page = Page::of(100, Meta::Full);
    const RIGHTS: Rights = Rights::all("Global Admin");
    const FIELDS: &'static [fields::Field] = &[
        ("contact_id", Form::Whole),
        ("customer_id", Form::Whole),
        ("email", Form::Text),
        ("portal_group_id", Form::Whole),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        if let Some(id) = desk.ask.number("customer_id") {
            filter.equal("customer_id", id);
        }
        if let Some(email) = desk.ask.query("email") {
            filter.equal("email", email.to_owned());
        }
        Ok(())
    }

    /// The complaint repeats the body, passwords and all, as the real one does.
    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let body = &desk.ask.body;
        let mut wrong = fields::blanks(&change.doc, &[("email", "Email")]);
        if body.get("password") != body.get("password_confirmation") {
            wrong.push("Password confirmation doesn't match Password".into());
        }
        if wrong.is_empty() { Ok(()) } else { Err(reply::invalid(&wrong, &desk.ask.params())) }
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Kind::PortalUser, record.id)?;
        reply::ok(&base(record))
    }
}

/// A user with nothing said.
pub fn empty() -> Doc {
    doc(json!({
        "email": null, "account_id": ACCOUNT, "customer_id": null, "contact_id": null,
        "created_at": null, "updated_at": null, "portal_group_id": 4,
    }))
}

/// `/portal_users/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("POST", ["create_invitation"]) => invite(desk),
        _ => resource::route::<PortalUsers>(desk, rest),
    }
}

fn invite(desk: &Desk<'_>) -> Answer {
    desk.needs("Global Admin")?;
    let id = desk.ask.body.get("id").unwrap_or(&Value::Null);
    let user = desk.linked(Kind::PortalUser, id)?.ok_or_else(missing)?;
    if user.text("email").is_empty() || fields::bad_email(&user.doc).is_some() {
        let text = "Invalid email, correct the contact's email and try to resend.";
        return Err(refuse(422, &json!({"success": false, "message": text})));
    }
    desk.send("invitation", user.text("email"), format!("portal user {}", user.id), Value::Null);
    reply::ok(&json!({"success": true, "message": "All set, we BCC'd you on that invitation."}))
}
