//! Lists of the platform's own elements. §2, §3.
use serde_json::Value as Json;

use super::{
    element::{ARCHIVED, Element},
    errors, fits,
    walk::Walk,
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Compare, Filter, Query, Test},
        record::{Page, Record, Total},
        value::Value,
    },
    net::exchange::{Exchange, Response},
    providers::{Step, cursors::Cursors, json::text},
};

/// At most so many items come at once. §2.
const MOST: u64 = 1000;

/// What is filtered or ordered here is read as far as this.
const READ_AT_MOST: u64 = 5000;

/// One page of a list.
#[derive(Debug)]
pub struct List {
    element: Element,
    query: Query,
    asked: Exchange,
    /// What Membrane cannot say of the filter.
    rest: Vec<Filter>,
    walk: Walk,
}

impl List {
    /// Of all elements of a type; `within` limits it to those of one other element.
    ///
    /// Errors: [`Error::Unsupported`] for filters and orders that nobody can apply.
    pub fn new(
        element: Element,
        query: Query,
        within: Option<(&str, &str)>,
        cursors: Cursors,
    ) -> Result<Self, Error> {
        let mut asked = Exchange::get(element.list_path().iter().copied());
        if let Some((name, id)) = within {
            asked = asked.query(name, id);
        }
        let mut rest = Vec::new();
        if let Some(filter) = &query.filter {
            asked = said(element, filter, asked, &mut rest);
        }
        for filter in &rest {
            fits::check(filter)?;
        }
        if query.flags.iter().any(|flag| flag == ARCHIVED) {
            asked = asked.query(ARCHIVED, "true");
        }
        let is_whole = !rest.is_empty() || query.order.is_some();
        let (offset, limit) = (query.offset, u64::from(query.limit.max(1)));
        let (offset, limit) = if is_whole { (0, READ_AT_MOST) } else { (offset, limit) };
        let named = format!("{:?} {:?}", asked.path, asked.query);
        let walk = Walk::new(named, offset, limit, cursors);
        Ok(Self { element, query, asked, rest, walk })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        if let Some(response) = answer {
            let body = errors::body(response, &self.element.list_path().join("/"))?;
            let (items, cursor) = items(&body)?;
            self.walk.take(items, cursor);
            if self.walk.is_there()? {
                return Ok(Step::Done(Ok(Outcome::Page(self.page()?))));
            }
        }
        let mut exchange = self.asked.clone().query("limit", self.walk.size(MOST).to_string());
        if let Some(cursor) = self.walk.cursor() {
            exchange = exchange.query("cursor", cursor);
        }
        Ok(Step::Send(Box::new(exchange)))
    }

    fn page(&self) -> Result<Page, Error> {
        let read = |item: &Json, path: &str| self.element.record(item, path, false).map(Some);
        let page = self.walk.page(read)?;
        if self.rest.is_empty() && self.query.order.is_none() {
            return Ok(page);
        }
        let mut records: Vec<Record> = page.records.into_values().collect();
        records.retain(|record| self.rest.iter().all(|filter| fits::fits(record, filter)));
        if let Some(order) = &self.query.order {
            fits::sort(&mut records, order);
        }
        let all = records.len() as u64;
        let offset = usize::try_from(self.query.offset).unwrap_or(usize::MAX);
        let limit = self.query.limit.max(1) as usize;
        let records = records.into_iter().skip(offset).take(limit);
        let records: indexmap::IndexMap<_, _> =
            records.map(|record| (record.id.clone(), record)).collect();
        let received = records.len() as u64;
        Ok(Page {
            has_more: self.query.offset + received < all,
            total: if page.has_more { Total::More } else { Total::Exact(all) },
            offset: self.query.offset,
            received,
            records,
            is_filtered_here: !self.rest.is_empty(),
        })
    }
}

/// The items of a list's answer, and its cursor, which is a text or, at workspaces, a number. §1c.
pub fn items(body: &Json) -> Result<(Vec<Json>, Option<String>), Error> {
    let items = body.get("items").and_then(Json::as_array);
    let items = items.ok_or_else(|| crate::providers::json::unreadable("items", "a list"))?;
    let cursor = text(body, "cursor").map(str::to_owned);
    let number = || body.get("cursor").and_then(Json::as_u64).map(|cursor| cursor.to_string());
    Ok((items.clone(), cursor.or_else(number)))
}

/// What Membrane can say of a filter goes into the query; the rest is left.
fn said(element: Element, filter: &Filter, asked: Exchange, rest: &mut Vec<Filter>) -> Exchange {
    match filter {
        Filter::All(parts) => {
            parts.iter().fold(asked, |asked, part| said(element, part, asked, rest))
        }
        Filter::Words(words) if element != Element::ActionRunLog => {
            let words = words.trim();
            let within = asked.query.iter().any(|(name, _)| name == "connectionId");
            // The meaning of words is understood within one connection only. §3.
            let name = if element == Element::Action && within { "intent" } else { "search" };
            let most: String = words.chars().take(200).collect();
            if most.is_empty() { asked } else { asked.query(name, most) }
        }
        Filter::Test(Test { field, test: Compare::Is(value) }) => {
            match parameter(element, field, value) {
                Some((name, value)) => asked.query(name, value),
                None => left(filter, asked, rest),
            }
        }
        Filter::Words(_) | Filter::Any(_) | Filter::Not(_) | Filter::Test(_) => {
            left(filter, asked, rest)
        }
    }
}

fn left(filter: &Filter, asked: Exchange, rest: &mut Vec<Filter>) -> Exchange {
    rest.push(filter.clone());
    asked
}

fn parameter(element: Element, field: &str, value: &Value) -> Option<(&'static str, String)> {
    match (element, field, value) {
        (Element::Action | Element::ActionRunLog, "connection", Value::Reference(to)) => {
            Some(("connectionId", to.id.clone()))
        }
        (Element::ActionRunLog, "action", Value::Reference(to)) => {
            Some(("actionId", to.id.clone()))
        }
        (Element::ActionRunLog, "status", Value::Text(status)) => Some(("status", status.clone())),
        (Element::Connection, "connected", Value::Bool(yes)) => {
            Some(("connected", yes.to_string()))
        }
        _ => None,
    }
}

/// Words over everything, `GET /search`. §2.
#[derive(Debug)]
pub struct Search {
    /// The words.
    pub text: String,
    /// At most so many.
    pub limit: u32,
    /// Only these.
    pub only: Option<Element>,
}

impl Search {
    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        let words: String = self.text.trim().chars().take(200).collect();
        match answer {
            // Membrane refuses to search for nothing; nothing is what is found.
            None if words.is_empty() => Ok(Step::Done(Ok(Outcome::Page(Page::default())))),
            None => {
                let mut exchange = Exchange::get(["search"]).query("q", words);
                if self.only == Some(Element::Connector) {
                    exchange = exchange.query("elementType", "connector");
                }
                let limit = self.limit.clamp(1, 100).to_string();
                Ok(Step::Send(Box::new(exchange.query("limit", limit))))
            }
            Some(response) => {
                let (hits, _) = items(&errors::body(response, "search")?)?;
                Ok(Step::Done(Ok(Outcome::Page(found(&hits, self.only)?))))
            }
        }
    }
}

fn found(hits: &[Json], only: Option<Element>) -> Result<Page, Error> {
    let mut page = Page { received: hits.len() as u64, ..Page::default() };
    for (at, hit) in hits.iter().enumerate() {
        // What is no type of ours could not be opened.
        let element = text(hit, "elementType").and_then(Element::of_hit);
        let Some(element) = element.filter(|it| only.is_none_or(|only| only == *it)) else {
            continue;
        };
        let json = hit.get("element").unwrap_or(&Json::Null);
        let record = element.record(json, &format!("items[{at}].element"), false)?;
        page.records.insert(record.id.clone(), record);
    }
    page.total = Total::Unknown;
    Ok(page)
}
