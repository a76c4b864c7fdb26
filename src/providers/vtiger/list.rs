//! Lists and related records. A6, A9.
use serde_json::Value as Json;

use super::{
    World,
    backwards::{self, Backwards, Next},
    codec::{self, Extent},
    done, errors,
    fields::LABEL,
    filter, ids,
    keyset::{Place, Way},
    names,
    naming::Naming,
    types,
    vtql::{Condition, MOST, Order, Select, Test},
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
    providers::{
        Step,
        lookup::{self, Found, Lookup},
    },
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
    /// Behind which record to go on; `None` = it is not known, or cannot be said.
    place: Option<Place>,
    /// Those of the rows that were read last.
    places: Vec<Option<Place>>,
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
    /// An order that is read from its end: how many there are.
    Counting(Box<Backwards>),
    /// Their rows.
    ReadingBack(Box<Backwards>),
    Reading {
        way: Way,
        with_count: bool,
    },
    Naming(Naming, Vec<Record>),
}

impl List {
    /// Records of a type.
    pub fn new(query: Query) -> Self {
        Self {
            page: Page { offset: query.offset, ..Page::default() },
            query,
            relation: None,
            at: At::Start,
            found: Vec::new(),
            has_ended: false,
            place: None,
            places: Vec::new(),
        }
    }

    /// Records behind a link.
    pub fn related(entity: EntityName, id: RecordId, link: String, query: Query) -> Self {
        Self { relation: Some(Relation { entity, id, link }), ..Self::new(query) }
    }

    /// The list's name in the session's memory: all that it is asked for, but where and how many.
    fn name(&self) -> String {
        let Query { entity, filter, order, .. } = &self.query;
        format!("{entity} {filter:?} {order:?} {:?}", self.relation)
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match std::mem::replace(&mut self.at, At::Start) {
            At::Start => self.start(world),
            At::LookingUp(lookups) => {
                for (lookup, response) in lookups.into_iter().zip(answers) {
                    let ids = names::read(&lookup, response, world)?;
                    self.found.push(Found { lookup, ids });
                }
                self.ask(world)
            }
            At::Counting(back) => self.counted(world, back, answers),
            At::ReadingBack(back) => self.read_back(world, back, answers),
            At::Reading { way, with_count } => self.read(world, answers, &way, with_count),
            At::Naming(naming, mut records) => {
                naming.put(answers, records.iter_mut(), world);
                self.keep(world, records)
            }
        }
    }

    fn start(&mut self, world: &World) -> Result<Step, Error> {
        if self.query.offset == 0 {
            world.memory.cursors.forget(&self.name());
        }
        let entity_type = world.entity_type(&self.query.entity)?;
        let lookups = match &self.query.filter {
            Some(filter) => {
                let is_known = |name: &EntityName| world.entity_type(name).is_ok();
                lookup::lookups(filter, entity_type, |text| ids::parts(text).is_some(), is_known)?
            }
            None => Vec::new(),
        };
        if lookups.is_empty() {
            return self.ask(world);
        }
        let exchanges =
            lookups.iter().map(|lookup| names::ask(lookup, world)).collect::<Result<_, _>>()?;
        self.at = At::LookingUp(lookups);
        Ok(Step::SendAll(exchanges))
    }

    /// How many stand before what is asked for next.
    fn seen(&self) -> u64 {
        self.query.offset + self.page.received
    }

    /// To find some that fit, a page is looked through.
    fn most(&self) -> u32 {
        if self.page.is_filtered_here { MOST } else { self.query.limit.clamp(1, MOST) }
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
        let way = Way::of(&self.query, entity_type)?;
        let columns = columns(&self.query, entity_type, asked.rest.as_ref(), &way.fields);
        let select = Select {
            any: asked.any,
            order: way.order(),
            limit: (self.seen(), self.most()),
            ..Select::all(entity_type.name.as_str(), columns, MOST)
        };
        let kept = || world.memory.cursors.at(&self.name(), self.seen());
        let place = self.place.clone().or_else(|| Place::read(&kept()?));
        let Some(Relation { entity, id, .. }) = &self.relation else {
            return Ok(self.ask_for(world, entity_type, way, select, place));
        };
        let Some(field) = types::reference_to(entity_type, entity) else {
            return self.ask_relation(world, way, select, place.as_ref());
        };
        let id = ids::whole(world.entity_type(entity)?, id);
        let own = Condition::new(field, Test::Equal, id.as_str());
        Ok(self.ask_for(world, entity_type, way, with(select, &own), place))
    }

    fn ask_for(
        &mut self,
        world: &World,
        entity_type: &EntityType,
        way: Way,
        mut select: Select,
        place: Option<Place>,
    ) -> Step {
        let flavour = world.flavour;
        if way.is_backwards() {
            let has_value = way.has_value(entity_type);
            let back = Backwards::new(select, way, has_value, place, self.seen());
            return self.count(world, Box::new(back));
        }
        let with_count = self.seen() == 0 && self.query.limit > 1;
        let count = with_count.then(|| flavour.query(&select.count()));
        if let Some(any) = place.and_then(|it| filter::both(&select.any, &it.behind(&way))) {
            (select.any, select.limit.0) = (any, 0);
        }
        let rows = flavour.query(&select.to_string());
        self.at = At::Reading { way, with_count };
        Step::SendAll(std::iter::once(rows).chain(count).collect())
    }

    fn count(&mut self, world: &World, mut back: Box<Backwards>) -> Step {
        let counts = back.counts(world.flavour);
        self.at = At::Counting(back);
        Step::SendAll(counts)
    }

    /// A relation of many to many cannot be counted with a condition, so it is not, and equal ones
    /// of a falling order come as the database likes.
    fn ask_relation(
        &mut self,
        world: &World,
        way: Way,
        mut select: Select,
        place: Option<&Place>,
    ) -> Result<Step, Error> {
        let Some(Relation { entity, id, link }) = &self.relation else {
            return Err(Error::bug("a relation of nothing"));
        };
        let entity_type = world.entity_type(&self.query.entity)?;
        let behind = place.filter(|_| !way.is_backwards());
        if let Some(any) = behind.and_then(|place| filter::both(&select.any, &place.behind(&way))) {
            (select.any, select.limit.0) = (any, 0);
        }
        if let (true, Some(first)) = (way.is_backwards(), way.fields.first()) {
            select.order = Order::Falling(first.clone());
        }
        let id = ids::whole(world.entity_type(entity)?, id);
        let query = select.related(entity_type.id_prefix.as_deref().unwrap_or("1"));
        let params = [("query", query.as_str()), ("id", id.as_str()), ("relatedLabel", link)];
        let exchange: Exchange = world.flavour.read("query_related", &params);
        self.at = At::Reading { way, with_count: false };
        Ok(Step::SendAll(vec![exchange]))
    }

    fn counted(
        &mut self,
        world: &World,
        mut back: Box<Backwards>,
        answers: &[Response],
    ) -> Result<Step, Error> {
        let next = back.counted(world.flavour, answers)?;
        if self.seen() == 0 {
            self.page.total = Total::Exact(back.total());
        }
        match next {
            Next::Rows(exchange) => {
                self.at = At::ReadingBack(back);
                Ok(Step::SendAll(vec![*exchange]))
            }
            Next::Count => Ok(self.count(world, back)),
            Next::Ended => {
                (self.has_ended, self.page.total) = (true, Total::Exact(back.total()));
                Ok(self.over(world))
            }
        }
    }

    fn read_back(
        &mut self,
        world: &World,
        mut back: Box<Backwards>,
        answers: &[Response],
    ) -> Result<Step, Error> {
        let Some(read) = back.read(answers)? else { return Ok(self.count(world, back)) };
        self.has_ended = read.has_ended;
        let (rows, places): (Vec<_>, Vec<_>) = read.rows.into_iter().unzip();
        self.take(world, &rows, places)
    }

    fn read(
        &mut self,
        world: &World,
        answers: &[Response],
        way: &Way,
        with_count: bool,
    ) -> Result<Step, Error> {
        let [rows, rest @ ..] = answers else { return Err(Error::bug("a list without an answer")) };
        let rows = errors::rows(rows, "query")?;
        self.has_ended = rows.len() < self.most() as usize;
        if let (true, Some(counted)) = (with_count, rest.first()) {
            self.page.total = backwards::count(counted).map_or(Total::Unknown, Total::Exact);
        }
        let places = rows.iter().map(|row| Place::of(row, way, false)).collect();
        self.take(world, &rows, places)
    }

    fn take(
        &mut self,
        world: &World,
        rows: &[Json],
        places: Vec<Option<Place>>,
    ) -> Result<Step, Error> {
        let mut records = records(rows, world.entity_type(&self.query.entity)?, world)?;
        self.places = places;
        let (naming, exchanges) = Naming::of(records.iter(), world);
        if exchanges.is_empty() {
            naming.put(&[], records.iter_mut(), world);
            return self.keep(world, records);
        }
        self.at = At::Naming(naming, records);
        Ok(Step::SendAll(exchanges))
    }

    /// Takes those that fit; asks for more while too few do.
    fn keep(&mut self, world: &World, records: Vec<Record>) -> Result<Step, Error> {
        let wanted = self.query.limit.max(1) as usize;
        let rest = self.query.filter.as_ref().filter(|_| self.page.is_filtered_here);
        for (record, place) in records.into_iter().zip(std::mem::take(&mut self.places)) {
            if rest.is_some() && self.page.records.len() >= wanted {
                self.has_ended = false;
                break;
            }
            self.page.received += 1;
            self.place = place;
            if rest.is_none_or(|filter| fits(filter, &record, world)) {
                self.page.records.entry(record.id.clone()).or_insert(record);
            }
        }
        let is_enough = rest.is_none() || self.page.records.len() >= wanted;
        if !is_enough && !self.has_ended && self.page.received < SCANNED {
            return self.ask(world);
        }
        Ok(self.over(world))
    }

    fn over(&mut self, world: &World) -> Step {
        let seen = self.seen();
        if let (Some(place), false) = (&self.place, self.has_ended) {
            world.memory.cursors.keep(&self.name(), seen, &place.written());
        }
        let mut page = std::mem::take(&mut self.page);
        page.has_more = !self.has_ended;
        page.total = match page.total {
            _ if page.is_filtered_here && page.has_more => Total::Unknown,
            _ if page.is_filtered_here => match page.offset {
                0 => Total::Exact(page.records.len() as u64),
                _ => Total::Unknown,
            },
            _ if !page.has_more && (page.received > 0 || page.offset == 0) => Total::Exact(seen),
            // Behind the end: that it is there is all that is known.
            total if !page.has_more => total,
            Total::Exact(total) => {
                page.has_more = total > seen;
                Total::Exact(total)
            }
            Total::More | Total::NoMore | Total::Unknown => Total::More,
        };
        done(Outcome::Page(page))
    }
}

/// The same, and that too.
fn with(mut select: Select, condition: &Condition) -> Select {
    if select.any.is_empty() {
        select.any.push(Vec::new());
    }
    for all in &mut select.any {
        all.push(condition.clone());
    }
    select
}

/// Whether a row is meant, as far as the server could not be asked.
pub fn fits(rest: &Filter, record: &Record, world: &World) -> bool {
    world.here().fits(record, rest) == Some(true)
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

/// The fields of the columns, of what names a record, of how far it has come, of the order, and of
/// what the filter still has to look at. Lines are never asked for. A6.
pub fn columns(
    query: &Query,
    entity_type: &EntityType,
    rest: Option<&Filter>,
    order: &[String],
) -> Vec<String> {
    let usual =
        || entity_type.layout.as_ref().map(|layout| layout.columns.clone()).unwrap_or_default();
    let chosen = if query.columns.is_empty() { usual() } else { query.columns.clone() };
    let mut names = vec![entity_type.title.clone()];
    names.extend(entity_type.status.clone());
    names.extend(chosen);
    names.extend_from_slice(order);
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
