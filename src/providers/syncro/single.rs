//! One record: read by its id, or looked for in its list where the API reads no single one.
use super::{
    codec::{Codec, Extent, halves},
    done, entity_type, envelope,
    errors::{self, About},
    list::List,
    reading::Reader,
    resource, send,
    table::{Place, Resource},
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        query::{Compare, Filter, Query, Test},
        record::{Record, RecordId},
        schema::EntityName,
        value::Value,
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

/// So many answers are looked through for one record, each of up to four pages.
const MOST: u32 = 5;

/// Reads one record.
#[derive(Debug)]
pub struct Get {
    /// Its type.
    pub entity: EntityName,
    /// Its id.
    pub id: RecordId,
    looked: u32,
    list: Option<Box<List>>,
    /// The record whose lines are asked for by themselves.
    bare: Option<Box<Record>>,
}

impl Get {
    /// That one.
    pub fn new(entity: EntityName, id: RecordId) -> Self {
        Self { entity, id, looked: 0, list: None, bare: None }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let resource = resource(&self.entity)?;
        if let Some(list) = &mut self.list {
            let step = list.next(context, answer)?;
            return self.look(context, step);
        }
        match answer {
            Some(response) => {
                if let Some(record) = self.bare.take() {
                    let record = with_lines(context, resource, *record, response)?;
                    return Ok(done(Outcome::Record(Box::new(record))));
                }
                let record = whole(context, resource, &self.id, response)?;
                if lacks_lines(resource) && record.value(LINES).is_none() {
                    self.bare = Some(Box::new(record));
                    return Ok(send(
                        Exchange::get(["line_items"]).query("estimate_id", self.id.as_str()),
                    ));
                }
                Ok(done(Outcome::Record(Box::new(record))))
            }
            None if resource.can.get => Ok(send(read(resource, &self.id))),
            None => self.look_from(context, 0),
        }
    }

    fn look_from(&mut self, context: &Context, offset: u64) -> Result<Step, Error> {
        self.looked += 1;
        let mut query = Query::all(self.entity.clone(), 1000);
        query.offset = offset;
        query.filter = self.narrowed();
        let mut list = List::new(query);
        let step = list.next(context, None)?;
        self.list = Some(Box::new(list));
        Ok(step)
    }

    /// Below another record only that one's are looked through.
    fn narrowed(&self) -> Option<Filter> {
        let resource = resource(&self.entity).ok()?;
        let Place::Below { field, .. } = resource.place else { return None };
        let (parent, _) = halves(&self.id)?;
        let test = Compare::Is(Value::Text(parent.to_owned()));
        Some(Filter::Test(Test { field: field.to_owned(), test }))
    }

    fn look(&mut self, context: &Context, step: Step) -> Result<Step, Error> {
        let Step::Done(Ok(Outcome::Page(mut page))) = step else { return Ok(step) };
        if let Some(mut record) = page.records.swap_remove(&self.id) {
            // Nothing more can be read of it.
            record.is_complete = true;
            return Ok(done(Outcome::Record(Box::new(record))));
        }
        if page.has_more && page.received > 0 && self.looked < MOST {
            return self.look_from(context, page.offset + page.received);
        }
        Err(Error::NotFound { what: format!("{} {}", self.entity, self.id.as_str()) })
    }
}

/// Where an estimate has its lines.
const LINES: &str = "line_items";

/// Whether a record of that type may come without its lines: no example of an estimate shows
/// them, though they are written there.
pub fn lacks_lines(resource: &Resource) -> bool {
    resource.name == "Estimate"
}

/// The record with the lines that were asked for by themselves. Only administrators may: who may
/// not sees the rest, and the lines are not said to be none.
fn with_lines(
    context: &Context,
    resource: &'static Resource,
    mut record: Record,
    response: &Response,
) -> Result<Record, Error> {
    let about = About { resource: "line_items", ..About::default() };
    let body = match errors::body(response, about) {
        Ok(body) => body,
        Err(Error::Forbidden { .. } | Error::NotFound { .. }) => return Ok(record),
        Err(error) => return Err(error),
    };
    let entity_type = entity_type(context, &record.entity)?;
    let (Some(row), Some(field)) = (resource.row(LINES), entity_type.field(LINES)) else {
        return Ok(record);
    };
    let rows = body.as_object().ok_or_else(|| errors::surprise(LINES, "an object", &body))?;
    if let Some(lines) = Reader::new(context).field(field, row, rows) {
        record.fields.insert(LINES.to_owned(), lines);
    }
    Ok(record)
}

/// The path of one record.
pub fn path(resource: &Resource, id: &RecordId) -> Vec<String> {
    if let (Place::Below { path, rest, .. }, Some((parent, own))) = (resource.place, halves(id)) {
        return [path, parent, rest, own].map(str::to_owned).to_vec();
    }
    let mut path: Vec<String> = resource.path().split('/').map(str::to_owned).collect();
    path.push(id.as_str().to_owned());
    path
}

/// The exchange that reads one record.
pub fn read(resource: &Resource, id: &RecordId) -> Exchange {
    Exchange::get(path(resource, id))
}

/// The record that such an exchange answered with.
pub fn whole(
    context: &Context,
    resource: &'static Resource,
    id: &RecordId,
    response: &Response,
) -> Result<Record, Error> {
    let entity_type = entity_type(context, &super::schema::name(resource.name)?)?;
    let path = path(resource, id).join("/");
    let entity = Some(entity_type);
    let about = About { resource: &path, needs: resource.needs.get, entity_type: entity };
    let body = errors::body(response, about)?;
    let map = envelope::single(&body, resource, &path)?;
    let parent = halves(id).map(|(parent, _)| parent);
    let parent = parent.filter(|_| matches!(resource.place, Place::Below { .. }));
    let record =
        Codec::new(context, resource, entity_type, parent).record(map, &path, Extent::Whole)?;
    if record.id != *id {
        // Invoices are found by their number too: another one would be a surprise.
        return Err(errors::surprise(&path, &format!("record {}", id.as_str()), &body));
    }
    Ok(record)
}
