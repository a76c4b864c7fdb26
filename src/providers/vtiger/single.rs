//! One record: read it with the names it points to, or without what the server breaks on. A7, A8.
use serde_json::Value as Json;

use super::{
    World, agenda,
    codec::{self, Extent},
    done, errors, ids, lines, list,
    naming::{Named, Naming},
    stock, types,
    vtql::{Condition, Select, Test},
};
use crate::{
    domain::{
        action::Outcome,
        error::Error,
        record::{Record, RecordId},
        schema::{EntityName, EntityType, FieldKind},
        value::Value,
    },
    net::exchange::{Exchange, Response},
    providers::Step,
};

/// `retrieve`; then names.
#[derive(Debug)]
pub struct Get {
    entity: EntityName,
    id: RecordId,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Reading,
    /// Refused: is it there at all?
    Asking(Error),
    /// Broken there: what queries tell of it.
    Piecing(Error),
    Naming(Naming, Box<Record>),
}

impl Get {
    /// Of that record.
    pub fn new(entity: EntityName, id: RecordId) -> Self {
        Self { entity, id, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        self.entity = agenda::module(world, &self.entity, &self.id);
        let entity_type = world.entity_type(&self.entity)?;
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => {
                self.id = ids::whole(entity_type, &self.id);
                self.at = At::Reading;
                Ok(super::send(world.flavour.retrieve(self.id.as_str())))
            }
            (At::Reading, [response]) => match whole(response, entity_type, world) {
                Ok(record) => Ok(self.name(world, record)),
                // The cloud may refuse without a word. B.
                Err(error @ (Error::Forbidden { .. } | Error::Invalid { .. })) => {
                    self.at = At::Asking(error);
                    Ok(super::send(exists(world, entity_type, &self.id)))
                }
                Err(error @ Error::Server { status: 500, .. })
                    if stock::has_lines(self.entity.as_str()) =>
                {
                    self.at = At::Piecing(error);
                    Ok(Step::SendAll(self.pieces(world, entity_type)))
                }
                Err(error) => Err(error),
            },
            (At::Asking(error), [response]) => Err(missing(error, response, &self.id)),
            (At::Piecing(error), [header, lines]) => {
                let record = pieced(header, lines, entity_type, world).ok_or(error)?;
                Ok(self.name(world, record))
            }
            (At::Naming(naming, mut record), answers) => {
                naming.put(answers, std::iter::once(&mut *record), world);
                Ok(done(Outcome::Record(record)))
            }
            _ => Err(Error::bug("a read was driven out of turn")),
        }
    }

    fn name(&mut self, world: &World, record: Record) -> Step {
        match Naming::one(record, world) {
            Named::Ready(record) => done(Outcome::Record(record)),
            Named::Asked(naming, record, step) => {
                self.at = At::Naming(naming, record);
                step
            }
        }
    }

    /// Header and lines by queries, where retrieve answers 500 for this record. A8.
    fn pieces(&self, world: &World, entity_type: &EntityType) -> Vec<Exchange> {
        let fields = entity_type.fields.values();
        let columns =
            fields.filter(|field| field.kind != FieldKind::Lines).map(|field| field.name.clone());
        let mut header = Select::all(self.entity.as_str(), columns.collect(), 1);
        header.any = vec![vec![Condition::new("id", Test::Equal, self.id.as_str())]];
        let lines = format!(
            "SELECT * FROM LineItem WHERE {};",
            Condition::new("parent_id", Test::Equal, self.id.as_str())
        );
        vec![world.flavour.query(&header.to_string()), world.flavour.query(&lines)]
    }
}

/// The record of a write's answer.
pub fn read(
    operation: &str,
    response: &Response,
    entity_type: &EntityType,
    world: &World,
) -> Result<Record, Error> {
    let row = errors::result(response, operation)?;
    codec::record(&row, "result", entity_type, world, Extent::Whole)
}

/// The record of a `retrieve`.
pub fn whole(
    response: &Response,
    entity_type: &EntityType,
    world: &World,
) -> Result<Record, Error> {
    read("retrieve", response, entity_type, world)
}

/// The query that tells a record that is gone from one that is forbidden: both are refused alike.
/// A2.
pub fn exists(world: &World, entity_type: &EntityType, id: &RecordId) -> Exchange {
    let mut select = Select::all(entity_type.name.as_str(), types::title_parts(entity_type), 1);
    select.any = vec![vec![Condition::new("id", Test::Equal, id.as_str())]];
    world.flavour.query(&select.to_string())
}

/// What a refusal means, after it was asked whether the record is there.
pub fn missing(error: Error, response: &Response, id: &RecordId) -> Error {
    match errors::rows(response, "query") {
        Ok(rows) if rows.is_empty() => Error::NotFound { what: id.as_str().to_owned() },
        Ok(_) | Err(_) => error,
    }
}

/// Not whole, and so never edited: the server could not say all of it.
fn pieced(
    header: &Response,
    lines: &Response,
    entity_type: &EntityType,
    world: &World,
) -> Option<Record> {
    let rows = errors::rows(header, "query").ok()?;
    let mut record = list::records(&rows, entity_type, world).ok()?.pop()?;
    let field = entity_type.field(lines::FIELD)?;
    let rows: Vec<Json> = errors::rows(lines, "query").unwrap_or_default();
    let schema = world.context.schema.as_deref();
    let lines = rows.iter().map(|row| lines::line(field, row, schema)).collect();
    record.fields.insert(lines::FIELD.to_owned(), Value::Lines(lines));
    Some(record)
}
