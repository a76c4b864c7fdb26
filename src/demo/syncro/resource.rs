//! What the resources have in common: lists in pages, reads, and writes of what may be written.

use super::desk::Desk;
use super::fields::{self, Field};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing};
use super::shelf::{Doc, Filter, Record};
use super::time;
use crate::demo::http::Reply;
use serde_json::{Map, Value, json};

/// What a list says about its pages (§3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meta {
    /// Nothing.
    None,
    /// `total_pages`, `page`.
    Short,
    /// `total_pages`, `page`, `per_page`.
    Sized,
    /// All of it, with `total_entries`.
    Full,
}

/// A list's pages.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// How many records.
    pub size: i64,
    /// How many `per_page` may ask for; 0 where it is not listened to.
    pub most: i64,
    /// What is said about them.
    pub meta: Meta,
}

impl Page {
    /// Pages of one size.
    pub const fn of(size: i64, meta: Meta) -> Page {
        Page { size, most: 0, meta }
    }

    /// Pages of which the client says the size.
    pub const fn up_to(size: i64, most: i64, meta: Meta) -> Page {
        Page { size, most, meta }
    }
}

/// The permissions of the verbs; empty where none is needed.
#[derive(Debug, Clone, Copy)]
pub struct Rights {
    /// To list.
    pub list: &'static str,
    /// To read one.
    pub view: &'static str,
    /// To create.
    pub create: &'static str,
    /// To update.
    pub edit: &'static str,
    /// To delete.
    pub delete: &'static str,
}

impl Rights {
    /// One permission for all.
    pub const fn all(right: &'static str) -> Rights {
        Rights { list: right, view: right, create: right, edit: right, delete: right }
    }
}

/// A write before it is done.
#[derive(Debug)]
pub struct Change {
    /// All members, as they will be.
    pub doc: Doc,
    /// Those that were sent.
    pub sent: Doc,
    /// Whether it is a new record.
    pub is_new: bool,
}

impl Change {
    /// Whether a member was sent.
    pub fn has(&self, name: &str) -> bool {
        self.sent.contains_key(name)
    }
}

/// A resource.
pub trait Resource {
    /// Where its documents are.
    const KIND: Kind;
    /// The member that holds a list.
    const MANY: &'static str;
    /// The member that holds one record; `None` where it stands bare.
    const ONE: Option<&'static str>;
    /// Which of L G C U D there are.
    const VERBS: &'static str;
    /// Its pages.
    const PAGE: Page;
    /// Its permissions.
    const RIGHTS: Rights;
    /// What may be written.
    const FIELDS: &'static [Field];
    /// The order of a list.
    const ORDER: &'static str = "id";
    /// The status of a creation.
    const CREATED: u16 = 200;

    /// A new record before anything is set, with every member that reads show, in their order.
    fn blank(desk: &Desk<'_>) -> Doc;

    /// Applies the list's filters.
    fn narrow(_desk: &Desk<'_>, _filter: &mut Filter) -> Result<(), Refusal> {
        Ok(())
    }

    /// A record as it is read: one alone, or one of a list.
    fn show(_desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        Ok(base(record))
    }

    /// Looks at a write, and settles what follows from it.
    fn check(_desk: &Desk<'_>, _change: &mut Change) -> Result<(), Refusal> {
        Ok(())
    }

    /// What else a write does, once it is done.
    fn written(_desk: &Desk<'_>, _record: &mut Record, _is_new: bool) -> Result<(), Refusal> {
        Ok(())
    }

    /// Deletes a record.
    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Self::KIND, record.id)?;
        reply::ok(&json!({"success": true}))
    }

    /// What is said where there is no such record.
    fn absent() -> Refusal {
        missing()
    }
}

/// Answers where the path is the resource's own.
pub fn route<R: Resource>(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    let has = |verb: char| R::VERBS.contains(verb);
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) if has('L') => list::<R>(desk),
        ("POST", []) if has('C') => create::<R>(desk),
        ("GET", [id]) if has('G') => get::<R>(desk, id),
        ("PUT", [id]) if has('U') => update::<R>(desk, id),
        ("DELETE", [id]) if has('D') => remove::<R>(desk, id),
        _ => Err(missing()),
    }
}

/// A list.
pub fn list<R: Resource>(desk: &Desk<'_>) -> Answer {
    desk.needs(R::RIGHTS.list)?;
    let mut filter = Filter::all().by(R::ORDER);
    R::narrow(desk, &mut filter)?;
    listed::<R>(desk, &filter)
}

/// The asked page of a filter.
pub fn listed<R: Resource>(desk: &Desk<'_>, filter: &Filter) -> Answer {
    let (records, meta) = paged(desk, R::KIND, filter, R::PAGE)?;
    let shown: Result<Vec<Value>, Refusal> =
        records.iter().map(|record| R::show(desk, record, false)).collect();
    reply::ok(&enveloped(R::MANY, shown?, meta))
}

/// A list in its envelope.
pub fn enveloped(name: &str, items: Vec<Value>, meta: Option<Value>) -> Value {
    let mut envelope = Map::new();
    envelope.insert(name.to_owned(), Value::Array(items));
    if let Some(meta) = meta {
        envelope.insert("meta".to_owned(), meta);
    }
    Value::Object(envelope)
}

/// The records of the asked page, and what is said about the pages.
pub fn paged(
    desk: &Desk<'_>,
    kind: Kind,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<Record>, Option<Value>), Refusal> {
    let total = desk.shelf.count(kind, filter)?;
    let (number, size) = asked_page(desk, page);
    let records = desk.shelf.page(kind, filter, size, (number - 1).saturating_mul(size))?;
    Ok((records, meta(page.meta, number, size, total)))
}

/// The number and the size of the asked page.
pub fn asked_page(desk: &Desk<'_>, page: Page) -> (i64, i64) {
    let number = desk.ask.number("page").unwrap_or(1).max(1);
    let wanted = desk.ask.number("per_page").filter(|size| *size > 0);
    (
        number,
        wanted
            .map_or(page.size, |size| if page.most > 0 { size.min(page.most) } else { page.size }),
    )
}

/// What is said about the pages.
pub fn meta(meta: Meta, number: i64, size: i64, total: i64) -> Option<Value> {
    let pages = (total + size - 1) / size.max(1);
    match meta {
        Meta::None => None,
        Meta::Short => Some(json!({"total_pages": pages, "page": number})),
        Meta::Sized => Some(json!({"total_pages": pages, "page": number, "per_page": size})),
        Meta::Full => Some(
            json!({"total_pages": pages, "total_entries": total, "per_page": size, "page": number}),
        ),
    }
}

/// One record.
pub fn get<R: Resource>(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(R::RIGHTS.view)?;
    let record = desk.look(R::KIND, id)?.ok_or_else(R::absent)?;
    alone::<R>(desk, &record, 200)
}

/// One record in its envelope.
pub fn alone<R: Resource>(desk: &Desk<'_>, record: &Record, status: u16) -> Answer {
    let shown = R::show(desk, record, true)?;
    Ok(reply::with(status, &wrapped(R::ONE, shown)))
}

/// A value in its envelope.
pub fn wrapped(name: Option<&str>, value: Value) -> Value {
    match name {
        Some(name) => json!({name: value}),
        None => value,
    }
}

/// A new record.
pub fn create<R: Resource>(desk: &Desk<'_>) -> Answer {
    desk.needs(R::RIGHTS.create)?;
    let record = make::<R>(desk, &desk.ask.body)?;
    alone::<R>(desk, &record, R::CREATED)
}

/// Makes a record from a body.
pub fn make<R: Resource>(desk: &Desk<'_>, body: &Map<String, Value>) -> Result<Record, Refusal> {
    let sent = fields::take(body, R::FIELDS);
    let mut doc = R::blank(desk);
    doc.extend(sent.clone());
    let mut change = Change { doc, sent, is_new: true };
    R::check(desk, &mut change)?;
    let mut record = desk.add(R::KIND, change.doc)?;
    R::written(desk, &mut record, true)?;
    Ok(record)
}

/// Sets what was sent, and leaves the rest.
pub fn update<R: Resource>(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(R::RIGHTS.edit)?;
    let mut record = desk.look(R::KIND, id)?.ok_or_else(R::absent)?;
    let sent = fields::take(&desk.ask.body, R::FIELDS);
    let mut doc = record.doc.clone();
    doc.extend(sent.clone());
    let mut change = Change { doc, sent, is_new: false };
    R::check(desk, &mut change)?;
    record.doc = change.doc;
    desk.save(R::KIND, &mut record)?;
    R::written(desk, &mut record, false)?;
    alone::<R>(desk, &record, 200)
}

fn remove<R: Resource>(desk: &Desk<'_>, id: &str) -> Result<Reply, Refusal> {
    desk.needs(R::RIGHTS.delete)?;
    let record = desk.look(R::KIND, id)?.ok_or_else(R::absent)?;
    R::remove(desk, &record)
}

/// A record's members, moments in the account's zone.
pub fn base(record: &Record) -> Value {
    rendered(record, time::local)
}

/// A record's members, moments in UTC: some answers are like that (§6).
pub fn base_utc(record: &Record) -> Value {
    rendered(record, time::kept)
}

fn rendered(record: &Record, write: fn(jiff::Timestamp) -> String) -> Value {
    let mut shown = Map::with_capacity(record.doc.len() + 3);
    shown.insert("id".to_owned(), json!(record.id));
    // What is for the demo alone has a name with a stroke before it.
    for (name, value) in record.doc.iter().filter(|(name, _)| !name.starts_with('_')) {
        let value = match name.as_str() {
            "created_at" => json!(write(record.created)),
            "updated_at" => json!(write(record.updated)),
            name if time::is_moment(name) => match kept_moment(value) {
                Some(at) => json!(write(at)),
                None => value.clone(),
            },
            _ => value.clone(),
        };
        shown.insert(name.clone(), value);
    }
    Value::Object(shown)
}

fn kept_moment(value: &Value) -> Option<jiff::Timestamp> {
    let text = value.as_str().filter(|text| text.len() == 24 && text.ends_with('Z'))?;
    text.parse().ok()
}
