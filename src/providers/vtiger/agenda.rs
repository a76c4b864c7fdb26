//! Events and tasks in one list. A6, A8: two modules to the API, one calendar to people. Its records
//! are those of the modules; only the list is of its own.
use indexmap::IndexMap;

use super::{World, done, ids, list::List};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Filter, Order, Query, Test},
        record::{Page, Record, RecordId, Total},
        schema::{
            Choice, EntityName, EntityType, Field, FieldKind, Layout, ReadOnly, Rights, Schema,
        },
    },
    net::exchange::Response,
    providers::Step,
};

/// What the type is called; people see [`LABEL`].
pub const NAME: &str = "EventsAndTasks";
const LABEL: &str = "Agenda";

/// How far an event or a task has come: each has a field of its own for it.
const STATUS: &str = "status";

/// The modules, each with its field for that.
const HALVES: [(&str, &str); 2] = [("Events", "eventstatus"), ("Calendar", "taskstatus")];

/// What a list shows.
const COLUMNS: [&str; 7] = [
    "subject",
    "activitytype",
    STATUS,
    "date_start",
    "time_start",
    "parent_id",
    "assigned_user_id",
];

/// To reach a page that nobody has been before, both are read so often at most.
const ROUNDS: u8 = 12;

/// The type: what both modules have. `None` where one of them is not there, or not described yet.
pub fn entity_type(schema: &Schema) -> Option<EntityType> {
    let module = |name: &str| {
        let found = schema.entity_types.values().find(|it| it.name.as_str() == name);
        found.filter(|it| !it.fields.is_empty())
    };
    let [(events, _), (tasks, _)] = HALVES;
    let (events, tasks) = (module(events)?, module(tasks)?);
    let is_common =
        |field: &&Field| tasks.field(&field.name).is_some_and(|it| it.kind == field.kind);
    let read_only = Some(ReadOnly::Computed);
    let common = events.fields.values().filter(is_common).map(|field| Field {
        choices: choices([field, tasks.field(&field.name).unwrap_or(field)]),
        read_only,
        is_required: false,
        ..field.clone()
    });
    let mut fields: IndexMap<String, Field> =
        common.map(|field| (field.name.clone(), field)).collect();
    let own: Vec<&Field> = [events, tasks]
        .iter()
        .zip(HALVES)
        .filter_map(|(it, (_, status))| it.field(status))
        .collect();
    let status = Field {
        label: "Status".to_owned(),
        wire_type: "picklist".to_owned(),
        choices: choices(own),
        read_only,
        ..Field::new(STATUS, FieldKind::Enum)
    };
    fields.insert(STATUS.to_owned(), status);
    let columns = COLUMNS.into_iter().filter(|name| fields.contains_key(*name));
    let columns = columns.map(str::to_owned).collect();
    Some(EntityType {
        label: "Agenda entry".to_owned(),
        label_plural: LABEL.to_owned(),
        group: events.group.clone(),
        rights: Rights { read: true, ..Rights::default() },
        title: "subject".to_owned(),
        status: Some(STATUS.to_owned()),
        order: Some(usual()),
        searched: vec!["subject".to_owned()],
        layout: Some(Layout { columns, ..Layout::default() }),
        described: events.described,
        fields,
        ..EntityType::new(EntityName::try_from(NAME).ok()?)
    })
}

/// The newest first, as everywhere.
fn usual() -> Order {
    Order { field: "date_start".to_owned(), descending: true }
}

/// Each once.
fn choices<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Choice> {
    let mut all: Vec<Choice> = Vec::new();
    for choice in fields.into_iter().flat_map(|field| &field.choices) {
        if all.iter().all(|known| known.value != choice.value) {
            all.push(choice.clone());
        }
    }
    all
}

/// Beside the modules that it is made of.
pub fn add(schema: &mut Schema) {
    let Some(agenda) = entity_type(schema) else { return };
    let place = schema.entity_types.keys().position(|name| name.as_str() == HALVES[0].0);
    if !schema.entity_types.contains_key(&agenda.name) {
        schema.entity_types.shift_insert(place.unwrap_or(0), agenda.name.clone(), agenda);
    }
}

/// The module that a record of the agenda really is of; any other type is itself.
pub fn module(world: &World, entity: &EntityName, id: &RecordId) -> EntityName {
    let found = world.schema().ok().and_then(|schema| ids::entity(schema, id.as_str()));
    found.filter(|_| entity.as_str() == NAME).unwrap_or_else(|| entity.clone())
}

/// A page of both, merged by the order.
#[derive(Debug)]
pub struct Agenda {
    query: Query,
    order: Order,
    halves: Vec<Half>,
    /// Which of them is being read.
    reading: Option<(usize, Box<List>)>,
    /// How many stand before what is merged next.
    at: u64,
    rounds: u8,
    page: Page,
}

/// How far a module has been merged: to the page that begins at `start`, and in it so many.
#[derive(Debug, Default)]
struct Half {
    start: u64,
    merged: u64,
    page: Page,
}

impl Agenda {
    /// Of that list.
    pub fn new(query: Query) -> Self {
        let order = query.order.clone().unwrap_or_else(usual);
        let page = Page { offset: query.offset, ..Page::default() };
        let halves = HALVES.iter().map(|_| Half::default()).collect();
        Self { query, order, halves, reading: None, at: 0, rounds: 0, page }
    }

    fn name(&self) -> String {
        let Query { filter, .. } = &self.query;
        format!("{NAME} {filter:?} {:?}", self.order)
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        if self.reading.is_none() {
            self.begin(world);
        }
        let Some((half, list)) = &mut self.reading else {
            return Err(Error::bug("an agenda of nothing"));
        };
        let half = *half;
        match list.next(world, answers)? {
            Step::Done(Ok(Outcome::Page(page))) => self.take(world, half, page),
            other @ (Step::Send(_)
            | Step::SendAll(_)
            | Step::Wait(_)
            | Step::Partial(_)
            | Step::Done(_)) => Ok(other),
        }
    }

    fn begin(&mut self, world: &World) {
        let cursors = &world.memory.cursors;
        if self.query.offset == 0 {
            cursors.forget(&self.name());
        }
        if let Some((at, kept)) = cursors.before(&self.name(), self.query.offset) {
            let numbers = kept.split(' ').map(|number| number.parse().unwrap_or_default());
            let numbers: Vec<u64> = numbers.collect();
            for (half, told) in self.halves.iter_mut().zip(numbers.chunks_exact(2)) {
                if let [start, merged] = told {
                    (half.start, half.merged) = (*start, *merged);
                }
            }
            self.at = at;
        }
        self.read(0);
    }

    fn read(&mut self, half: usize) {
        let (Some((module, status)), Some(it)) = (HALVES.get(half), self.halves.get(half)) else {
            return;
        };
        let Ok(entity) = EntityName::try_from(*module) else { return };
        let named =
            |name: &String| if name == STATUS { (*status).to_owned() } else { name.clone() };
        let mut columns: Vec<String> = self.query.columns.iter().map(named).collect();
        if columns.is_empty() {
            columns = COLUMNS.iter().map(|name| named(&(*name).to_owned())).collect();
        }
        columns.extend([(*status).to_owned(), named(&self.order.field)]);
        let wanted = self.query.limit.saturating_add(u32::try_from(it.merged).unwrap_or(0));
        let query = Query {
            columns,
            filter: self.query.filter.clone().map(|filter| renamed(filter, status)),
            order: Some(Order { field: named(&self.order.field), ..self.order.clone() }),
            offset: it.start,
            ..Query::all(entity, wanted)
        };
        self.reading = Some((half, Box::new(List::new(query))));
    }

    fn take(&mut self, world: &World, half: usize, mut page: Page) -> Result<Step, Error> {
        if let (Some((_, status)), Some(it)) = (HALVES.get(half), self.halves.get_mut(half)) {
            for record in page.records.values_mut() {
                let value = record.value(status).cloned().unwrap_or_default();
                record.fields.insert(STATUS.to_owned(), value);
            }
            it.page = page;
        }
        if half + 1 < self.halves.len() {
            self.read(half + 1);
            return self.next(world, &[]);
        }
        self.merge(world);
        let is_short = (self.page.records.len() as u64) < u64::from(self.query.limit.max(1));
        if is_short && self.page.has_more && self.at < self.query.offset {
            self.rounds += 1;
            if self.rounds >= ROUNDS {
                let what = "so far down the agenda at once: go there page by page".to_owned();
                return Err(Error::Unsupported { what });
            }
            self.read(0);
            return self.next(world, &[]);
        }
        Ok(done(Outcome::Page(self.over(world))))
    }

    /// Takes the next ones of both, until the page is full, or nobody knows what comes next.
    fn merge(&mut self, world: &World) {
        let here = world.here();
        let wanted = self.query.limit.max(1) as usize;
        while self.page.records.len() < wanted {
            if self.halves.iter().any(|half| half.first().is_none() && half.page.has_more) {
                break;
            }
            let heads = self.halves.iter().enumerate();
            let heads = heads.filter_map(|(at, half)| Some((at, half.first()?)));
            let Some((half, record)) = heads.min_by(|(_, a), (_, b)| here.order(a, b, &self.order))
            else {
                break;
            };
            let record = record.clone();
            if let Some(half) = self.halves.get_mut(half) {
                half.merged += 1;
            }
            if self.at >= self.query.offset {
                self.page.received += 1;
                self.page.records.insert(record.id.clone(), record);
            }
            self.at += 1;
        }
        self.page.has_more = self.halves.iter().any(|it| it.first().is_some() || it.page.has_more);
        self.page.is_filtered_here = self.halves.iter().any(|it| it.page.is_filtered_here);
        self.page.total = self.total();
        for half in &mut self.halves {
            if half.first().is_none() {
                (half.start, half.merged) = (half.start + half.page.received, 0);
            }
        }
    }

    fn total(&self) -> Total {
        let each = self.halves.iter().map(|half| match half.page.total {
            Total::Exact(total) => Some(total),
            Total::More | Total::NoMore | Total::Unknown => None,
        });
        match each.sum::<Option<u64>>() {
            Some(total) => Total::Exact(total),
            None if self.page.has_more => Total::More,
            None => Total::Unknown,
        }
    }

    fn over(&mut self, world: &World) -> Page {
        if self.page.has_more {
            let places = self.halves.iter().map(|half| format!("{} {}", half.start, half.merged));
            let places: Vec<String> = places.collect();
            world.memory.cursors.keep(&self.name(), self.at, &places.join(" "));
        } else {
            self.page.total = Total::Exact(self.at);
        }
        std::mem::take(&mut self.page)
    }
}

impl Half {
    /// The first one that is not merged yet.
    fn first(&self) -> Option<&Record> {
        let place = usize::try_from(self.merged).ok()?;
        self.page.records.get_index(place).map(|(_, record)| record)
    }
}

/// The filter with the module's own field for how far it has come.
fn renamed(filter: Filter, status: &str) -> Filter {
    let all =
        |filters: Vec<Filter>| filters.into_iter().map(|filter| renamed(filter, status)).collect();
    match filter {
        Filter::All(filters) => Filter::All(all(filters)),
        Filter::Any(filters) => Filter::Any(all(filters)),
        Filter::Not(filter) => Filter::Not(Box::new(renamed(*filter, status))),
        Filter::Test(Test { field, test }) if field == STATUS => {
            Filter::Test(Test { field: status.to_owned(), test })
        }
        other @ (Filter::Test(_) | Filter::Words(_)) => other,
    }
}
