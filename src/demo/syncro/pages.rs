//! Wiki pages and canned responses.

use super::ACCOUNT;
use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, errors, missing, refuse, with};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use serde_json::{Value, json};

const READ: &str = "Documentation - Allow Usage";

/// Wiki pages.
pub struct Wiki;

impl Resource for Wiki {
    const KIND: Kind = Kind::Wiki;
    const MANY: &'static str = "wiki_pages";
    const ONE: Option<&'static str> = Some("wiki_page");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(100, Meta::None);
    const RIGHTS: Rights = Rights {
        list: READ,
        view: READ,
        create: "Documentation - Create",
        edit: "Documentation - Edit",
        delete: "Documentation - Delete",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("name", Form::Text),
        ("slug", Form::Text),
        ("body", Form::Text),
        ("customer_id", Form::Whole),
        ("asset_id", Form::Whole),
        ("visibility", Form::Text),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    /// Whose page it is, and who may see it, is written and not read.
    fn show(_desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        let mut shown = base(record);
        shown["interpolated_body"] = record.at("body").clone();
        if let Some(members) = shown.as_object_mut() {
            members.retain(|name, _| {
                !matches!(name.as_str(), "customer_id" | "asset_id" | "visibility")
            });
        }
        Ok(shown)
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let mut wrong = fields::blanks(&change.doc, &[("body", "Body"), ("name", "Name")]);
        if change.doc.get("visibility").and_then(Value::as_str) == Some("internal") {
            wrong.push("Visibility is not included in the list".into());
        }
        if !wrong.is_empty() {
            let body = json!({"success": false, "errors": wrong, "params": desk.ask.params()});
            return Err(refuse(422, &body));
        }
        if is_blank(change.doc.get("slug")) {
            let name = change.doc.get("name").and_then(Value::as_str).unwrap_or_default();
            change.doc.insert("slug".into(), json!(slug(name)));
        }
        Ok(())
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Kind::Wiki, record.id)?;
        Ok(reply::nothing(200))
    }
}

/// A page with nothing in it.
pub fn empty() -> Doc {
    doc(
        json!({"account_id": ACCOUNT, "name": null, "slug": null, "body": null, "interpolated_body": null}),
    )
}

/// `How to: reset` as `how-to-reset`.
pub fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.join("-")
}

/// `/wiki_pages/…`.
pub fn wiki(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Wiki>(desk, rest)
}

/// The categories of canned responses.
pub const CATEGORIES: [(i64, &str); 3] =
    [(4501, "General"), (4502, "Spare parts"), (4503, "日本語")];

const CANNED: [fields::Field; 4] = [
    ("title", Form::Text),
    ("body", Form::Text),
    ("subject", Form::Text),
    ("canned_response_category_id", Form::Whole),
];

/// `/canned_responses/…`: even reading needs the permission to manage them.
pub fn canned(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    desk.needs("Ticket Canned Responses - Manage")?;
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) => {
            let mut filter = Filter::all();
            if let Some(text) = desk.ask.query("query") {
                filter.words(text);
            }
            let found = desk.shelf.all(Kind::Canned, &filter)?;
            reply::ok(&json!({"canned_responses": found.iter().map(show).collect::<Value>()}))
        }
        ("GET", ["settings"]) => {
            let categories = CATEGORIES.iter().map(|(id, name)| json!({"id": id, "name": name}));
            reply::ok(&json!({
                "canned_response_categories": categories.collect::<Value>(),
                "subjects": ["Update", "Reply", "進捗"], "can_manage": true,
            }))
        }
        ("POST", []) => {
            let mut new = doc(
                json!({"title": null, "body": null, "subject": null, "canned_response_category_id": null}),
            );
            take(desk, &mut new)?;
            Ok(with(201, &json!({"canned_response": show(&desk.add(Kind::Canned, new)?)})))
        }
        ("PATCH", [id]) => {
            let mut found = desk.find(Kind::Canned, id)?;
            take(desk, &mut found.doc)?;
            desk.save(Kind::Canned, &mut found)?;
            reply::ok(&json!({"canned_response": show(&found)}))
        }
        ("DELETE", [id]) => {
            let found = desk.find(Kind::Canned, id)?;
            desk.shelf.remove(Kind::Canned, found.id)?;
            Ok(reply::nothing(204))
        }
        _ => Err(missing()),
    }
}

fn show(record: &Record) -> Value {
    let mut shown = base(record);
    let category = record.number("canned_response_category_id");
    let name = CATEGORIES.iter().find(|(id, _)| Some(*id) == category).map(|(_, name)| *name);
    shown["category_name"] = json!(name);
    shown
}

fn take(desk: &Desk<'_>, doc: &mut Doc) -> Result<(), Refusal> {
    doc.extend(fields::take(&desk.ask.body, &CANNED));
    let wrong = fields::blanks(doc, &[("title", "Title"), ("body", "Body")]);
    if wrong.is_empty() { Ok(()) } else { Err(errors(wrong)) }
}
