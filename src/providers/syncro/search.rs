//! The search over everything. §8: what a hit says of itself is little, but enough for a row.
use serde_json::{Map, Value as Json, json};

use super::{
    codec::{Codec, Extent},
    done, entity_type,
    errors::{self, About},
    reading::{id, text},
    schema::name,
    send, table,
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        record::{Page, Record, Total},
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step, json::at},
};

/// `GET /search`; a number is looked for among the tickets first, since people know those.
#[derive(Debug)]
pub struct Search {
    words: String,
    limit: u32,
    found: Page,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Ticket,
    Everything,
}

impl Search {
    /// For these words.
    pub fn new(text: &str, limit: u32) -> Self {
        let words = text.trim().to_owned();
        Self { words, limit: limit.max(1), found: Page::default(), at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        match (self.at, answer) {
            (At::Start, _) if self.words.is_empty() => Ok(done(Outcome::Page(Page::default()))),
            (At::Start, _) => match self.number() {
                Some(number) => {
                    self.at = At::Ticket;
                    Ok(send(Exchange::get(["tickets"]).query("number", number)))
                }
                None => Ok(self.everything()),
            },
            (At::Ticket, Some(response)) => {
                self.take_tickets(context, response);
                Ok(self.everything())
            }
            (At::Everything, Some(response)) => self.take(context, response),
            (At::Ticket | At::Everything, None) => {
                Err(Error::bug("a search was driven out of turn"))
            }
        }
    }

    /// `#1234`, `1234`.
    fn number(&self) -> Option<String> {
        let digits = self.words.trim_start_matches('#');
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && digits.len() <= 12).then(|| digits.to_owned())
    }

    fn everything(&mut self) -> Step {
        self.at = At::Everything;
        send(Exchange::get(["search"]).query("query", self.words.as_str()))
    }

    /// Tickets that this token may not see are no reason to find nothing else.
    fn take_tickets(&mut self, context: &Context, response: &Response) {
        let about = About { resource: "tickets", ..About::default() };
        let Ok(body) = errors::body(response, about) else { return };
        for row in body.get("tickets").and_then(Json::as_array).into_iter().flatten() {
            self.add(record(context, "Ticket", row));
        }
    }

    fn take(&mut self, context: &Context, response: &Response) -> Result<Step, Error> {
        let about = About { resource: "search", needs: "", entity_type: None };
        let body = match errors::body(response, about) {
            Ok(body) => body,
            Err(_) if !self.found.records.is_empty() => Json::Null,
            Err(error) => return Err(error),
        };
        if let Some(said) = body.get("error").and_then(text) {
            return Err(Error::Invalid { field: None, reason: said });
        }
        let results = body.get("results").and_then(Json::as_array);
        if results.is_none() && self.found.records.is_empty() {
            return Err(errors::surprise("search.results", "a list of hits", &body));
        }
        for hit in results.into_iter().flatten() {
            self.add(hit_record(context, hit));
        }
        let mut page = std::mem::take(&mut self.found);
        page.received = page.records.len() as u64;
        page.total = Total::Unknown;
        Ok(done(Outcome::Page(page)))
    }

    fn add(&mut self, record: Option<Record>) {
        let is_full = self.found.records.len() as u64 >= u64::from(self.limit);
        if let Some(record) = record.filter(|_| !is_full) {
            // Ids repeat among types: the first one of an id stands, since pages are keyed by it.
            self.found.records.entry(record.id.clone()).or_insert(record);
        }
    }
}

/// A hit, in the wrapping of the search engine behind it. Unknown types are left out: they could
/// not be opened.
fn hit_record(context: &Context, hit: &Json) -> Option<Record> {
    let hit = hit.get("table").unwrap_or(hit);
    let kind = hit.get("_type").and_then(text)?;
    let own = hit.get("_id").and_then(id)?;
    let source = hit.get("_source")?;
    let source = source.get("table").unwrap_or(source);
    let mut row: Map<String, Json> = source.as_object().cloned().unwrap_or_default();
    row.insert("id".to_owned(), json!(own));
    if let Some(phone) = at(source, &["phones", "0", "number"]).or_else(|| first_phone(source)) {
        row.entry("phone".to_owned()).or_insert_with(|| phone.clone());
    }
    let entity = entity_of(&kind)?;
    add_title(&mut row, entity);
    record(context, entity, &Json::Object(row))
}

fn first_phone(source: &Json) -> Option<&Json> {
    source.get("phones")?.as_array()?.first()?.get("number")
}

/// A customer's composed name is not among what a hit says.
fn add_title(row: &mut Map<String, Json>, entity: &str) {
    if !matches!(entity, "Customer" | "Lead") || row.contains_key("business_then_name") {
        return;
    }
    let part = |names: &[&str]| names.iter().find_map(|name| row.get(*name).and_then(text));
    let person = [part(&["firstname", "first_name"]), part(&["lastname", "last_name"])];
    let person: Vec<_> = person.into_iter().flatten().collect();
    let name = part(&["business_name"]).unwrap_or_else(|| person.join(" "));
    row.insert("business_then_name".to_owned(), json!(name));
}

/// The spelling of types other than `customer` is not documented (§8): every likely one is known.
fn entity_of(kind: &str) -> Option<&'static str> {
    Some(match kind.to_lowercase().trim_end_matches('s') {
        "customer" => "Customer",
        "contact" => "Contact",
        "asset" | "customer_asset" | "customerasset" => "Asset",
        "lead" => "Lead",
        "invoice" => "Invoice",
        "estimate" => "Estimate",
        "ticket" => "Ticket",
        "product" => "Product",
        "purchase_order" | "purchaseorder" => "PurchaseOrder",
        "vendor" => "Vendor",
        "wiki" | "wiki_page" | "wikipage" => "WikiPage",
        _ => return None,
    })
}

fn record(context: &Context, entity: &str, row: &Json) -> Option<Record> {
    let resource = table::resource(entity)?;
    let entity_type = entity_type(context, &name(entity).ok()?).ok()?;
    Codec::new(context, resource, entity_type, None).row(row, "search", Extent::Part).ok()
}
