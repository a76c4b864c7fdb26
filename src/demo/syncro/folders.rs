//! Policy folders of a customer: a tree, of which lists must name the customer.

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, errors, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use serde_json::{Value, json};

const LIST: &str = "Policies - List";

/// Policy folders.
pub struct Folders;

impl Resource for Folders {
    const KIND: Kind = Kind::Folder;
    const MANY: &'static str = "policy_folders";
    const ONE: Option<&'static str> = Some("policy_folder");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::up_to(100, 100, Meta::Full);
    const RIGHTS: Rights = Rights {
        list: LIST,
        view: LIST,
        create: "Policies - New",
        edit: "Policies - Edit ($)",
        delete: "Policies - Delete",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("customer_id", Form::Whole),
        ("name", Form::Text),
        ("parent_id", Form::Whole),
        ("partial_policy_id", Form::Whole),
    ];
    const CREATED: u16 = 201;

    fn blank(_desk: &Desk<'_>) -> Doc {
        doc(json!({
            "name": null, "parent_id": null, "partial_policy_id": null,
            "effective_policy_id": null, "created_at": null, "updated_at": null,
            "customer_id": null,
        }))
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let id = desk.ask.number("customer_id").unwrap_or(-1);
        desk.shelf.get(Kind::Customer, id)?.ok_or_else(|| gone("Customer not found"))?;
        filter.equal("customer_id", id);
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        shown["effective_policy_id"] = effective(desk, record)?;
        if let Some(members) = shown.as_object_mut() {
            members.shift_remove("customer_id");
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let of = |name: &str| change.doc.get(name).cloned().unwrap_or_default();
        if change.is_new {
            let customer = desk.linked(Kind::Customer, &of("customer_id"))?;
            customer.ok_or_else(|| gone("Customer not found"))?;
        }
        if is_blank(change.doc.get("name")) {
            return Err(errors(json!(["Name is required"])));
        }
        if change.is_new && is_blank(change.doc.get("parent_id")) {
            return Err(errors(json!(["Parent is required"])));
        }
        let parent = desk.linked(Kind::Folder, &of("parent_id"))?;
        let fits = parent.as_ref().is_some_and(|it| *it.at("customer_id") == of("customer_id"));
        if change.has("parent_id") && !fits {
            return Err(errors(json!(["Parent folder must belong to the same customer"])));
        }
        Ok(())
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        if desk.shelf.first(Kind::Folder, &Filter::of("parent_id", record.id))?.is_some() {
            return Err(errors(json!(["Cannot delete a folder with child folders"])));
        }
        desk.shelf.remove(Kind::Folder, record.id)?;
        Ok(reply::nothing(204))
    }

    fn absent() -> Refusal {
        gone("Policy folder not found")
    }
}

fn gone(what: &str) -> Refusal {
    refuse(404, &json!({"errors": [what]}))
}

/// The policy of a folder, or of the nearest one above it.
fn effective(desk: &Desk<'_>, folder: &Record) -> Result<Value, Refusal> {
    let mut at = folder.clone();
    // No tree is deeper, and one in a circle ends.
    for _ in 0..20 {
        if !at.at("partial_policy_id").is_null() {
            return Ok(at.at("partial_policy_id").clone());
        }
        match desk.linked(Kind::Folder, at.at("parent_id"))? {
            Some(above) => at = above,
            None => break,
        }
    }
    Ok(Value::Null)
}

/// `/policy_folders/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Folders>(desk, rest)
}
