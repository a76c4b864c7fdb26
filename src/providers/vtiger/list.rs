//! Lists, related records, and the search over everything. A6, A9.
use serde_json::Value as Json;

use super::{
    World,
    codec::{self, Extent},
    done, errors,
    fields::LABEL,
    filter, matches,
    names::{self, Found, Lookup},
    naming::Naming,
    stock, types,
    vtql::{Condition, MOST, Select, Test},
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Filter, Query},
        record::{Page, Record, RecordId, Total},
        schema::{EntityName, EntityType, FieldKind},
    },
    net::exchange::{Exchange, Response},
    providers::{Step, json::text},
};

/// So many rows are looked through at most where a filter is applied here.
const SCANNED: u64 = 1_000;

/// A list, after the names in its filter were looked up; its references are named before it ends.
#[derive(Debug)]
pub struct List {
    query: Query,
    relation: Option<Relation>,
    at: At,
    found: Vec<Found>,
    /// What has been read so far.
    page: Page,
    has_ended: bool,
}

/// Where the records hang on another one. A9.
#[derive(Debug)]
struct Relation {
    entity: EntityName,
    id: RecordId,
    link: String,
}

#[derive(Debug)]
enum At {
    Start,
    LookingUp(Vec<Lookup>),
    Reading { with_count: bool },
    Naming(Naming, Vec<Record>),
}

impl List {
    /// Records of a type.
    pub fn new(query: Query) -> Self {
        let page = Page { offset: query.offset, ..Page::default() };
        Self { query, relation: None, at: At::Start, found: Vec::new(), page, has_ended: false }
    }

    /// Records behind a link.
    pub fn related(entity: EntityName, id: RecordId, link: String, query: Query) -> Self {
        Self { relation: Some(Relation { entity, id, link }), ..Self::new(query) }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match std::mem::replace(&mut self.at, At::Start) {
            At::Start => self.start(world),
            At::LookingUp(lookups) => {
                for (lookup, response) in lookups.into_iter().zip(answers) {
                    let ids = lookup.read(response, world)?;
                    self.found.push(Found { lookup, ids });
                }
                self.ask(world)
            }
            At::Reading { with_count } => self.read(world, answers, with_count),
            At::Naming(naming, mut records) => {
                naming.put(answers, records.iter_mut(), world);
                self.keep(world, records)
            }
        }
    }

    fn start(&mut self, world: &World) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.query.entity)?;
        let lookups = match &self.query.filter {
            Some(filter) => names::lookups(filter, entity_type, world)?,
            None => Vec::new(),
        };
        if lookups.is_empty() {
            return self.ask(world);
        }
        let exchanges = lookups.iter().map(|lookup| lookup.ask(world)).collect::<Result<_, _>>()?;
        self.at = At::LookingUp(lookups);
        Ok(Step::SendAll(exchanges))
    }

    fn ask(&mut self, world: &World) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.query.entity)?;
        let asked = filter::ask(self.query.filter.as_ref(), entity_type, world, &self.found)?;
        self.page.is_filtered_here = asked.rest.is_some();
        if asked.is_never {
            let page =
                Page { offset: self.query.offset, total: Total::Exact(0), ..Page::default() };
            return Ok(done(Outcome::Page(page)));
        }
        let select = self.select(entity_type, asked.any, asked.rest.as_ref())?;
        let with_count = self.page.received == 0 && self.query.offset == 0 && self.query.limit > 1;
        let exchanges = self.exchanges(world, entity_type, select, with_count)?;
        let with_count = exchanges.len() > 1;
        self.at = At::Reading { with_count };
        Ok(Step::SendAll(exchanges))
    }

    /// The rows, and how many there are. A relation of many to many cannot be counted with a
    /// condition, so it is not.
    fn exchanges(
        &self,
        world: &World,
        entity_type: &EntityType,
        mut select: Select,
        with_count: bool,
    ) -> Result<Vec<Exchange>, Error> {
        let flavour = world.flavour;
        if let Some(Relation { entity, id, link }) = &self.relation {
            let id = super::ids::whole(world.entity_type(entity)?, id);
            let Some(field) = types::reference_to(entity_type, entity) else {
                let prefix = entity_type.id_prefix.as_deref().unwrap_or("1");
                let query = select.related(prefix);
                let params =
                    [("query", query.as_str()), ("id", id.as_str()), ("relatedLabel", link)];
                return Ok(vec![flavour.read("query_related", &params)]);
            };
            let own = Condition::new(field, Test::Equal, id.as_str());
            if select.any.is_empty() {
                select.any.push(Vec::new());
            }
            for all in &mut select.any {
                all.push(own.clone());
            }
        }
        let rows = flavour.query(&select.to_string());
        let count = with_count.then(|| flavour.query(&select.count()));
        Ok(std::iter::once(rows).chain(count).collect())
    }

    fn select(
        &self,
        entity_type: &EntityType,
        any: Vec<Vec<Condition>>,
        rest: Option<&Filter>,
    ) -> Result<Select, Error> {
        let columns = columns(&self.query, entity_type, rest);
        let offset = self.query.offset + self.page.received;
        let (order, descending) = order(&self.query, entity_type)?;
        // To find some that fit, a page is looked through.
        let limit = if rest.is_some() { MOST } else { self.query.limit.clamp(1, MOST) };
        Ok(Select {
            any,
            order,
            descending,
            limit: (offset, limit),
            ..Select::all(entity_type.name.as_str(), columns, limit)
        })
    }

    fn read(
        &mut self,
        world: &World,
        answers: &[Response],
        with_count: bool,
    ) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.query.entity)?;
        let [rows, rest @ ..] = answers else { return Err(Error::bug("a list without an answer")) };
        let rows = errors::rows(rows, "query")?;
        let limit = if self.page.is_filtered_here { MOST } else { self.query.limit.clamp(1, MOST) };
        self.has_ended = rows.len() < limit as usize;
        let records = records(&rows, entity_type, world)?;
        if let (true, Some(count)) = (with_count, rest.first()) {
            self.page.total = count_of(count).map_or(Total::Unknown, Total::Exact);
        }
        let (naming, exchanges) = Naming::of(records.iter(), world);
        if exchanges.is_empty() {
            let mut records = records;
            naming.put(&[], records.iter_mut(), world);
            return self.keep(world, records);
        }
        self.at = At::Naming(naming, records);
        Ok(Step::SendAll(exchanges))
    }

    /// Takes those that fit; asks for more while too few do.
    fn keep(&mut self, world: &World, records: Vec<Record>) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.query.entity)?;
        let wanted = self.query.limit.max(1) as usize;
        let rest = self.query.filter.as_ref().filter(|_| self.page.is_filtered_here);
        let mut is_full = false;
        for record in records {
            if rest.is_some() && self.page.records.len() >= wanted {
                is_full = true;
                break;
            }
            self.page.received += 1;
            if rest.is_none_or(|filter| matches::fits(filter, &record, entity_type, world)) {
                self.page.records.entry(record.id.clone()).or_insert(record);
            }
        }
        let is_enough = rest.is_none() || is_full || self.page.records.len() >= wanted;
        if !is_enough && !self.has_ended && self.page.received < SCANNED {
            return self.ask(world);
        }
        Ok(done(Outcome::Page(self.ended(is_full))))
    }

    fn ended(&mut self, is_full: bool) -> Page {
        let mut page = std::mem::take(&mut self.page);
        page.has_more = is_full || !self.has_ended;
        let seen = page.offset + page.received;
        page.total = match page.total {
            _ if page.is_filtered_here && page.has_more => Total::Unknown,
            _ if page.is_filtered_here => match page.offset {
                0 => Total::Exact(page.records.len() as u64),
                _ => Total::Unknown,
            },
            _ if !page.has_more => Total::Exact(seen),
            Total::Exact(total) => {
                page.has_more = total > seen;
                Total::Exact(total)
            }
            Total::More | Total::NoMore | Total::Unknown => Total::More,
        };
        page
    }
}

/// The records of a query's rows.
pub fn records(
    rows: &[Json],
    entity_type: &EntityType,
    world: &World,
) -> Result<Vec<Record>, Error> {
    let read = |(place, row): (usize, &Json)| {
        codec::record(row, &format!("result[{place}]"), entity_type, world, Extent::Part)
    };
    rows.iter().enumerate().map(read).collect()
}

fn count_of(response: &Response) -> Option<u64> {
    let rows = errors::rows(response, "query").ok()?;
    text(rows.first()?, "count")?.parse().ok()
}

/// The fields of the columns, of what names a record, of how far it has come, and of what the
/// filter still has to look at. Lines are never asked for. A6.
fn columns(query: &Query, entity_type: &EntityType, rest: Option<&Filter>) -> Vec<String> {
    let usual =
        || entity_type.layout.as_ref().map(|layout| layout.columns.clone()).unwrap_or_default();
    let chosen = if query.columns.is_empty() { usual() } else { query.columns.clone() };
    let mut names = vec![entity_type.title.clone()];
    names.extend(entity_type.status.clone());
    names.extend(chosen);
    if let Some(rest) = rest {
        looked_at(rest, entity_type, &mut names);
    }
    let mut columns: Vec<String> = Vec::new();
    for name in names {
        let parts = if name == LABEL { types::title_parts(entity_type) } else { vec![name] };
        for part in parts {
            let is_asked = entity_type
                .field(&part)
                .is_some_and(|field| field.kind != FieldKind::Lines && field.wire_type != LABEL);
            if is_asked && !columns.contains(&part) {
                columns.push(part);
            }
        }
    }
    columns
}

fn looked_at(filter: &Filter, entity_type: &EntityType, names: &mut Vec<String>) {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => {
            for filter in filters {
                looked_at(filter, entity_type, names);
            }
        }
        Filter::Not(filter) => looked_at(filter, entity_type, names),
        Filter::Test(test) => names.push(test.field.clone()),
        Filter::Words(_) => names.extend(entity_type.searched.clone()),
    }
}

/// A name that is no field would be answered with an empty success (A6), so it is refused here.
fn order(query: &Query, entity_type: &EntityType) -> Result<(Vec<String>, bool), Error> {
    let Some(order) = &query.order else { return Ok((Vec::new(), true)) };
    let field = entity_type.field(&order.field).filter(|field| field.is_sortable);
    let field = field.ok_or_else(|| Error::Unsupported {
        what: format!("ordering {} by {}", entity_type.name, order.field),
    })?;
    let is_label = field.name == LABEL;
    let fields = if is_label { types::title_parts(entity_type) } else { vec![field.name.clone()] };
    Ok((fields, order.descending))
}

/// The likeliest modules, each by its names; all at once.
#[derive(Debug)]
pub struct Search {
    /// The words.
    pub text: String,
    /// At most so many.
    pub limit: u32,
    /// Where was asked.
    pub asked: Vec<EntityName>,
}

impl Search {
    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        if answers.is_empty() {
            return self.ask(world);
        }
        let mut page = Page::default();
        let mut refused = None;
        for (entity, response) in self.asked.iter().zip(answers) {
            let entity_type = world.entity_type(entity)?;
            match errors::rows(response, "query") {
                Ok(rows) => {
                    for record in records(&rows, entity_type, world)? {
                        page.records.insert(record.id.clone(), record);
                    }
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match refused {
            // When no module answered, that is no empty list.
            Some(error) if page.records.is_empty() => Err(error),
            _ => {
                page.records.truncate(self.limit as usize);
                page.received = page.records.len() as u64;
                Ok(done(Outcome::Page(page)))
            }
        }
    }

    fn ask(&mut self, world: &World) -> Result<Step, Error> {
        let words = self.text.trim();
        let schema = world.schema()?;
        let named = stock::SEARCHED.iter().filter_map(|name| EntityName::try_from(*name).ok());
        let custom =
            schema.entity_types.values().filter(|it| it.group.as_deref() == Some(stock::OTHER));
        let places = named.chain(custom.map(|it| it.name.clone()));
        // The cloud counts calls: there the likeliest ones are enough. B.
        let most = if world.flavour == super::call::Flavour::Cloud { 5 } else { 20 };
        let mut exchanges = Vec::new();
        for name in places.take(most) {
            let Some(entity_type) = schema.entity_type(&name).filter(|it| it.described.is_some())
            else {
                continue;
            };
            let mut query = Query::all(name.clone(), self.limit.clamp(1, 20));
            query.filter = Some(Filter::Words(words.to_owned()));
            let asked = filter::ask(query.filter.as_ref(), entity_type, world, &[])?;
            let columns = columns(&query, entity_type, None);
            let select =
                Select { any: asked.any, ..Select::all(name.as_str(), columns, query.limit) };
            exchanges.push(world.flavour.query(&select.to_string()));
            self.asked.push(name);
        }
        if words.is_empty() || exchanges.is_empty() {
            return Ok(done(Outcome::Page(Page::default())));
        }
        Ok(Step::SendAll(exchanges))
    }
}
