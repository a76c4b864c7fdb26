//! New records. A7: an answer that is none of the product's does not tell whether one was made,
//! so it is looked for and never made again.
use serde_json::Value as Json;

use super::{
    World,
    compare::{same, written},
    done, element, errors, list,
    naming::{Named, Naming},
    send, single, stock,
    vtql::{Condition, Select, Test},
};
use crate::{
    domain::{
        action::Outcome,
        change::Edits,
        error::Error,
        record::Record,
        schema::{EntityName, EntityType, FieldKind},
        value::Value,
    },
    net::exchange::{Exchange, Response},
    providers::Step,
};

/// A record that was made so long ago is not the one that was just sent.
const LATELY: i64 = 15 * 60;

/// Write; read back where the answer counts less than the record; name what it points to.
#[derive(Debug)]
pub struct Create {
    entity: EntityName,
    edits: Edits,
    despite_duplicates: bool,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Writing,
    /// It is not known whether it landed.
    Looking(Error),
    /// Which ones stand in the way.
    Twins,
    Reading(Box<Record>),
    Naming(Naming, Box<Record>),
}

impl Create {
    /// A new record of those values.
    pub fn new(entity: EntityName, edits: Edits, despite_duplicates: bool) -> Self {
        Self { entity, edits, despite_duplicates, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        let entity_type = world.entity_type(&self.entity)?;
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => self.write(world, entity_type),
            (At::Writing, [response]) => self.answered(world, entity_type, response),
            (At::Looking(error), [response]) => {
                let record = self.found(response, entity_type, world, error)?;
                Ok(self.landed(world, record))
            }
            (At::Twins, [response]) => Err(twins(response, entity_type, world)),
            (At::Reading(answered), [response]) => {
                let read = single::whole(response, entity_type, world);
                let record = read.unwrap_or(Record { is_complete: false, ..*answered });
                Ok(self.name(world, record))
            }
            (At::Naming(naming, mut record), answers) => {
                naming.put(answers, std::iter::once(&mut *record), world);
                Ok(self.over(*record))
            }
            _ => Err(Error::bug("a create was driven out of turn")),
        }
    }

    fn write(&mut self, world: &World, entity_type: &EntityType) -> Result<Step, Error> {
        let element = element::element(entity_type, &self.edits, world)?;
        let element = element::complete(element, entity_type, world);
        let text = Json::Object(element.fields).to_string();
        let params = [("elementType", self.entity.as_str()), ("element", text.as_str())];
        self.at = At::Writing;
        Ok(send(world.flavour.upload("create", &params, element.files)))
    }

    fn answered(
        &mut self,
        world: &World,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Step, Error> {
        match single::read("create", response, entity_type, world) {
            Ok(record) => Ok(self.landed(world, record)),
            Err(Error::Duplicate { .. }) => self.in_the_way(world, entity_type),
            Err(error) if errors::is_unclear(response) => {
                self.at = At::Looking(about_owner(error, response, entity_type));
                Ok(send(self.look(world, entity_type)))
            }
            // A reference of the wrong type: the record itself has no id yet. A2.
            Err(Error::NotFound { what }) => Err(Error::Invalid { field: None, reason: what }),
            // It succeeded, but does not say what it made: it must not be made again.
            Err(Error::Unreadable { .. }) => Err(Error::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Totals and lines are those of a read (A8: the answer to a create has odd ones).
    fn landed(&mut self, world: &World, record: Record) -> Step {
        if stock::has_lines(self.entity.as_str()) || !record.is_complete {
            let exchange = world.flavour.retrieve(record.id.as_str());
            self.at = At::Reading(Box::new(record));
            return send(exchange);
        }
        self.name(world, record)
    }

    fn name(&mut self, world: &World, record: Record) -> Step {
        match Naming::one(record, world) {
            Named::Ready(record) => self.over(*record),
            Named::Asked(naming, record, step) => {
                self.at = At::Naming(naming, record);
                step
            }
        }
    }

    fn over(&self, record: Record) -> Step {
        done(Outcome::Written(Box::new(written(&self.edits, record))))
    }

    /// The newest records that hold the texts that were sent.
    fn look(&self, world: &World, entity_type: &EntityType) -> Exchange {
        let texts = self.edits.iter().filter_map(|(name, value)| {
            let field = entity_type.field(name)?;
            let is_plain =
                matches!(field.kind, FieldKind::Text | FieldKind::Enum | FieldKind::Reference);
            let text = super::value::text_of(field, value).filter(|text| !text.is_empty())?;
            let is_safe = text.len() < 60 && text.chars().all(|c| c != '\\' && !c.is_control());
            (is_plain && is_safe).then(|| Condition::new(name, Test::Equal, text))
        });
        let mut columns: Vec<String> = self.edits.keys().cloned().collect();
        columns.push("createdtime".to_owned());
        columns
            .retain(|name| entity_type.field(name).is_some_and(|it| it.kind != FieldKind::Lines));
        let mut select = Select::all(self.entity.as_str(), columns, 5);
        let all: Vec<Condition> = texts.take(8).collect();
        if !all.is_empty() {
            select.any = vec![all];
        }
        world.flavour.query(&select.to_string())
    }

    /// The one that was just made and holds what was sent.
    ///
    /// Errors: that of the write where nothing was made; [`Error::Unknown`] where it cannot be told.
    fn found(
        &self,
        response: &Response,
        entity_type: &EntityType,
        world: &World,
        error: Error,
    ) -> Result<Record, Error> {
        let rows = errors::rows(response, "query").map_err(|_| Error::Unknown)?;
        let records = list::records(&rows, entity_type, world).map_err(|_| Error::Unknown)?;
        let holds = |record: &&Record| {
            self.edits.iter().all(|(name, sent)| {
                record.value(name).is_none_or(|stands| same(sent, stands))
                    || matches!(sent, Value::Lines(_))
            })
        };
        let now = world.context.now.as_second();
        let is_new = |record: &&Record| match record.value("createdtime") {
            Some(Value::DateTime(at)) => Some((at.as_second() - now).abs() < LATELY),
            _ => None,
        };
        let same: Vec<&Record> = records.iter().filter(holds).collect();
        match same.first() {
            None => Err(error),
            Some(first) if is_new(first) == Some(true) => Ok((*first).clone()),
            // The same was there before, or the clocks do not agree.
            Some(_) => Err(Error::Unknown),
        }
    }

    /// The records that its rules take for the same: by the fields that must differ. A7.
    fn in_the_way(&mut self, world: &World, entity_type: &EntityType) -> Result<Step, Error> {
        if self.despite_duplicates {
            let field = Some(entity_type.title.clone());
            let reason = "the product's own rules refuse another one like this".to_owned();
            return Err(Error::Invalid { field, reason });
        }
        let sent = |name: &String| {
            let text = crate::providers::words::words_of(self.edits.get(name)?)?;
            let is_safe = text.chars().all(|c| c != '\\' && !c.is_control());
            (!text.trim().is_empty() && is_safe)
                .then(|| vec![Condition::new(name, Test::Equal, text)])
        };
        let any: Vec<_> = entity_type.searched.iter().filter_map(sent).collect();
        if any.is_empty() {
            return Err(Error::Duplicate { records: Vec::new() });
        }
        let columns = entity_type.searched.clone();
        let select = Select { any, ..Select::all(self.entity.as_str(), columns, 10) };
        self.at = At::Twins;
        Ok(send(world.flavour.query(&select.to_string())))
    }
}

fn twins(response: &Response, entity_type: &EntityType, world: &World) -> Error {
    let rows = errors::rows(response, "query").unwrap_or_default();
    let records = list::records(&rows, entity_type, world).unwrap_or_default();
    Error::Duplicate { records }
}

/// An owner that does not exist is refused with a sentence about files. A2.
fn about_owner(error: Error, response: &Response, entity_type: &EntityType) -> Error {
    let owner = entity_type.fields.values().find(|field| field.wire_type == "owner");
    match (error, owner) {
        (Error::Invalid { field: None, .. }, Some(owner)) if response.status == 200 => {
            let reason = "there is no such user or group".to_owned();
            Error::Invalid { field: Some(owner.name.clone()), reason }
        }
        (error, _) => error,
    }
}
