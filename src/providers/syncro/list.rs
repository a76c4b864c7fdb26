//! Lists: one page of the server an action, more only while a filter is judged here. §3.
use std::mem;

use super::{
    codec::{Codec, Extent},
    done, entity_type,
    envelope::{self, Meta},
    errors::{self, About},
    plan::{self, Plan},
    resource, send, settings,
    structure::Tell,
    table::{Part, Place, Resource},
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::Query,
        record::{Page, Record, Total},
        schema::EntityType,
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step, days::Calendar, fits::Judge},
};

/// So many pages are read at most for one answer, where what comes is looked through here: each
/// costs a piece of the budget that everything shares.
const MOST: u64 = 4;

/// What a page of the server holds, until it says so itself. §3's table; never relied on.
const USUAL: u64 = 25;

/// A list.
#[derive(Debug)]
pub struct List {
    query: Query,
    /// Instead of the type's own path.
    path: Option<Vec<String>>,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Telling(Box<Tell>, Part),
    Reading(Box<Reading>),
}

/// A list that is being read.
#[derive(Debug)]
struct Reading {
    plan: Plan,
    path: Vec<String>,
    /// Rows a page, once that is known.
    size: Option<u64>,
    guess: u64,
    /// The page that was asked for, from 1.
    page: u64,
    /// Waits until the first page has told how many rows a page holds.
    waiting: Option<Sheet>,
    asked: u64,
    /// Where the next row stands.
    next: u64,
    found: Page,
}

/// A page of the server.
#[derive(Debug)]
struct Sheet {
    rows: Vec<serde_json::Value>,
    meta: Meta,
}

impl List {
    /// Records of a type.
    pub fn new(query: Query) -> Self {
        Self { query, path: None, at: At::Start }
    }

    /// Records of a type, from another path.
    pub fn below(query: Query, path: Vec<String>) -> Self {
        Self { query, path: Some(path), at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let resource = resource(&self.query.entity)?;
        let entity_type = entity_type(context, &self.query.entity)?;
        match (&mut self.at, answer) {
            (At::Start, _) => self.start(context, resource, entity_type),
            (At::Telling(tell, part), answer) => {
                if let Some(exchange) = tell.next(answer)? {
                    return Ok(send(exchange));
                }
                let rows = settings::rows(*part, &tell.told);
                let page = local(context, resource, entity_type, &self.query, &rows)?;
                Ok(done(Outcome::Page(page)))
            }
            (At::Reading(reading), Some(response)) => {
                reading.take(context, resource, entity_type, &self.query, response)
            }
            (At::Reading(_), None) => Err(Error::bug("a list was driven out of turn")),
        }
    }

    fn start(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        entity_type: &EntityType,
    ) -> Result<Step, Error> {
        if let Place::Settings(part) = resource.place {
            plan::known(&self.query, entity_type)?;
            let mut tell = Tell::settings();
            let first = tell.next(None)?;
            self.at = At::Telling(Box::new(tell), part);
            return first.map(send).ok_or_else(|| Error::bug("no settings to ask for"));
        }
        let plan = plan::plan(&self.query, resource, entity_type, context)?;
        let path = match self.path.take() {
            Some(path) => path,
            None => path(resource, plan.parent.as_deref()),
        };
        let guess = usual(resource);
        let reading = Reading {
            page: self.query.offset / guess + 1,
            size: None,
            guess,
            waiting: None,
            asked: 0,
            next: self.query.offset,
            found: Page {
                offset: self.query.offset,
                is_filtered_here: plan.residue.is_some(),
                ..Page::default()
            },
            plan,
            path,
        };
        self.at = At::Reading(Box::new(reading));
        let At::Reading(reading) = &mut self.at else { return Err(Error::bug("no list")) };
        Ok(reading.ask(reading.page))
    }
}

/// `customers/7/phones`.
fn path(resource: &Resource, parent: Option<&str>) -> Vec<String> {
    let mut path: Vec<String> = resource.path().split('/').map(str::to_owned).collect();
    if let Place::Below { rest, .. } = resource.place {
        path.extend(parent.map(str::to_owned));
        path.push(rest.to_owned());
    }
    path
}

fn usual(resource: &Resource) -> u64 {
    match resource.name {
        "Customer" | "LineItem" | "Timer" | "PortalUser" | "PolicyFolder" | "Application" => 100,
        "Contact" | "Ticket" | "Asset" | "Contract" | "Patch" => 50,
        _ => USUAL,
    }
}

impl Reading {
    fn ask(&mut self, page: u64) -> Step {
        self.asked += 1;
        let mut exchange = Exchange::get(self.path.iter().cloned());
        exchange.query.clone_from(&self.plan.params);
        if page > 1 {
            exchange = exchange.query("page", page.to_string());
        }
        send(exchange)
    }

    fn take(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        entity_type: &EntityType,
        query: &Query,
        response: &Response,
    ) -> Result<Step, Error> {
        let path = self.path.join("/");
        let entity = Some(entity_type);
        let about = About { resource: &path, needs: resource.needs.list, entity_type: entity };
        let body = errors::body(response, about)?;
        let (rows, meta) = envelope::rows(&body, resource)?;
        let sheet = Sheet { rows, meta };
        let sheet = match self.waiting.take() {
            Some(waiting) => match self.learnt(&sheet, waiting) {
                Some(waiting) => waiting,
                None => return Ok(done(Outcome::Page(mem::take(&mut self.found)))),
            },
            None => match self.learn(sheet) {
                Ok(sheet) => sheet,
                Err(first) => return Ok(self.ask(first)),
            },
        };
        // The page that was guessed at is not the one that holds the next row.
        let size = self.size.unwrap_or(self.guess).max(1);
        let right = self.next / size + 1;
        if right != self.page && self.asked <= MOST + 2 {
            self.page = right;
            return Ok(self.ask(right));
        }
        self.gather(context, resource, entity_type, query, &sheet)?;
        let is_full = self.found.records.len() as u64 >= u64::from(query.limit.max(1));
        let goes_on = self.plan.residue.is_some() && !is_full && self.found.has_more;
        if goes_on && self.asked < MOST {
            self.page += 1;
            return Ok(self.ask(self.page));
        }
        Ok(done(Outcome::Page(mem::take(&mut self.found))))
    }

    /// How many rows a page holds: as it says, or as a page that is not the last one has. Else
    /// which page tells.
    fn learn(&mut self, sheet: Sheet) -> Result<Sheet, u64> {
        let rows = sheet.rows.len() as u64;
        let is_last = sheet.meta.pages.is_none_or(|pages| self.page >= pages);
        let told = sheet.meta.size.filter(|size| *size >= rows);
        if self.size.is_none() {
            self.size = told.or((!is_last && rows > 0).then_some(rows));
        }
        if self.size.is_none() && self.page == 1 {
            self.size = Some(rows.max(self.guess));
        }
        if self.size.is_some() {
            return Ok(sheet);
        }
        // A last page tells nothing: the first one does.
        self.waiting = Some(sheet);
        Err(1)
    }

    /// The first page came: the one that waited may be the first once more, from a server that
    /// does not know pages. `None` = there is nothing behind.
    fn learnt(&mut self, first: &Sheet, waiting: Sheet) -> Option<Sheet> {
        self.size = Some((first.rows.len() as u64).max(1));
        let id = |sheet: &Sheet| sheet.rows.first().and_then(|row| row.get("id")).cloned();
        let is_same = id(first).is_some() && id(first) == id(&waiting);
        (!is_same).then_some(waiting)
    }

    fn gather(
        &mut self,
        context: &Context,
        resource: &'static Resource,
        entity_type: &EntityType,
        query: &Query,
        sheet: &Sheet,
    ) -> Result<(), Error> {
        let size = self.size.unwrap_or(self.guess).max(1);
        let begin = (self.page - 1) * size;
        let codec = Codec::new(context, resource, entity_type, self.plan.parent.as_deref());
        let judge = judge(context, entity_type);
        let skip = usize::try_from(self.next.saturating_sub(begin)).unwrap_or(usize::MAX);
        let mut is_cut = false;
        for (place, row) in sheet.rows.iter().enumerate().skip(skip) {
            if self.found.records.len() as u64 >= u64::from(query.limit.max(1)) {
                is_cut = true;
                break;
            }
            let record = codec.row(row, &format!("{}[{place}]", resource.list), Extent::Part)?;
            self.next += 1;
            self.found.received += 1;
            if self.plan.residue.as_ref().is_none_or(|filter| judge.fits(filter, &record)) {
                // Rows move between pages while they are read: a repeated one is dropped.
                self.found.records.entry(record.id.clone()).or_insert(record);
            }
        }
        let more = self.more(resource, sheet);
        self.found.has_more = is_cut || more;
        self.found.total = total(sheet, begin, more);
        Ok(())
    }

    /// Whether the server has a page behind this one. §3: without `meta` the next one tells.
    fn more(&self, resource: &Resource, sheet: &Sheet) -> bool {
        if let Some(pages) = sheet.meta.pages {
            return self.page < pages && !sheet.rows.is_empty();
        }
        let is_below = matches!(resource.place, Place::Below { .. });
        let is_paged = !is_below && !UNPAGED.contains(&resource.name);
        is_paged && sheet.rows.len() as u64 >= self.guess.min(USUAL)
    }
}

fn total(sheet: &Sheet, begin: u64, more: bool) -> Total {
    let behind = begin + sheet.rows.len() as u64;
    match sheet.meta.entries {
        Some(entries) => Total::Exact(entries),
        None if !more => Total::Exact(behind),
        None => Total::More,
    }
}

/// Lists that take no `page`.
const UNPAGED: [&str; 7] = [
    "User",
    "Timelog",
    "AppointmentType",
    "PaymentMethod",
    "CannedResponse",
    "NewTicketForm",
    "ProductCategory",
];

fn judge<'a>(context: &'a Context, entity_type: &'a EntityType) -> Judge<'a> {
    let me = context.schema.as_ref().and_then(|schema| schema.user.as_ref());
    let me = me.map_or("", |me| me.id.as_str());
    Judge { entity_type, calendar: Calendar::new(context), me }
}

/// A page of rows that are all here.
pub fn local(
    context: &Context,
    resource: &'static Resource,
    entity_type: &EntityType,
    query: &Query,
    rows: &[serde_json::Value],
) -> Result<Page, Error> {
    let codec = Codec::new(context, resource, entity_type, None);
    let judge = judge(context, entity_type);
    let mut fitting: Vec<Record> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let record = codec.row(row, &format!("{}[{place}]", resource.name), Extent::Whole)?;
        if query.filter.as_ref().is_none_or(|filter| judge.fits(filter, &record)) {
            fitting.push(record);
        }
    }
    let total = fitting.len() as u64;
    let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let limit = usize::try_from(query.limit.max(1)).unwrap_or(usize::MAX);
    let records = fitting.into_iter().skip(offset).take(limit);
    let records: indexmap::IndexMap<_, _> =
        records.map(|record| (record.id.clone(), record)).collect();
    let received = records.len() as u64;
    Ok(Page {
        has_more: query.offset + received < total,
        received,
        records,
        total: Total::Exact(total),
        offset: query.offset,
        is_filtered_here: false,
    })
}
