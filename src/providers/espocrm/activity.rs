//! What happened around a record: its stream, and its meetings, calls and mails. E§13, E§14.
use serde_json::Value as Json;

use super::{
    days, done, entity_type, errors,
    json::{at, items, text},
    stream,
};
use crate::{
    domain::{
        action::{Happening, Outcome},
        error::Error,
        record::RecordId,
        schema::{EntityName, EntityType, Schema},
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

/// The places where something may have happened, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Stream,
    History,
    Activities,
}

const PLACES: [Place; 3] = [Place::Stream, Place::History, Place::Activities];

/// Up to three exchanges, merged; each may be closed to the user.
#[derive(Debug)]
pub struct Activity {
    entity: EntityName,
    id: RecordId,
    limit: u32,
    asked: usize,
    happenings: Vec<Happening>,
    /// Why one of the places did not answer.
    closed: Option<Error>,
    has_answered: bool,
}

impl Activity {
    /// Of that record, at most so many.
    pub fn new(entity: EntityName, id: RecordId, limit: u32) -> Self {
        let limit = limit.clamp(1, super::query::PAGE_LIMIT);
        let (happenings, closed, has_answered) = (Vec::new(), None, false);
        Self { entity, id, limit, asked: 0, happenings, closed, has_answered }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let entity_type = entity_type(context, &self.entity)?;
        if let Some(response) = answer {
            self.read(context, entity_type, response)?;
        }
        let places = if has_activities(entity_type) { PLACES.as_slice() } else { &PLACES[..1] };
        match places.get(self.asked) {
            Some(place) => {
                self.asked += 1;
                Ok(super::send(self.ask(*place)))
            }
            None => self.end(),
        }
    }

    fn ask(&self, place: Place) -> Exchange {
        let (entity, id) = (self.entity.as_str(), self.id.as_str());
        let exchange = match place {
            Place::Stream => Exchange::get([entity, id, "stream"]),
            Place::History => Exchange::get(["Activities", entity, id, "history"]),
            Place::Activities => Exchange::get(["Activities", entity, id, "activities"]),
        };
        exchange.query("maxSize", self.limit.to_string()).query("offset", "0")
    }

    /// A place that is closed, missing or broken leaves the others alone.
    fn read(
        &mut self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<(), Error> {
        let place = PLACES.get(self.asked.saturating_sub(1)).copied().unwrap_or(Place::Stream);
        let schema = super::schema_of(context)?;
        match errors::body(response, &format!("{}/activity", self.entity)) {
            Ok(body) => {
                self.has_answered = true;
                self.happenings.extend(items(&body, &["list"]).filter_map(|row| match place {
                    Place::Stream => stream::happening(row, entity_type, schema, context.now),
                    Place::History | Place::Activities => happening(row, schema),
                }));
            }
            Err(
                error @ (Error::Forbidden { .. }
                | Error::NotFound { .. }
                | Error::Invalid { .. }
                | Error::Server { status: 500, .. }),
            ) => self.closed = self.closed.take().or(Some(error)),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// When no place answered, that is no empty list.
    fn end(&mut self) -> Result<Step, Error> {
        if let (false, Some(error)) = (self.has_answered, self.closed.take()) {
            return Err(error);
        }
        let mut happenings = std::mem::take(&mut self.happenings);
        happenings.sort_by_key(|happening| std::cmp::Reverse(happening.at));
        happenings.truncate(self.limit as usize);
        Ok(done(Outcome::Activity(happenings)))
    }
}

/// Records have activities where meetings, calls or mails can be linked to them.
fn has_activities(entity_type: &EntityType) -> bool {
    let is_one = |entity: &EntityName| matches!(entity.as_str(), "Meeting" | "Call" | "Email");
    entity_type.links.values().any(|link| link.is_many && link.entity.as_ref().is_some_and(is_one))
}

/// A row of `Activities/…`. Attributes vary by type.
fn happening(row: &Json, schema: &Schema) -> Option<Happening> {
    let scope = text(row, "_scope")?;
    let entity = EntityName::try_from(scope).ok()?;
    let times = ["dateSent", "dateStart", "dateStartDate", "createdAt"];
    let at = times.iter().find_map(|key| text(row, key)).and_then(time);
    let author = ["fromName", "assignedUserName", "createdByName", "fromString"];
    let author = author.iter().find_map(|key| text(row, key)).unwrap_or_default();
    let id = text(row, "id")?;
    Some(Happening {
        at,
        kind: kind(scope).to_owned(),
        author: author.to_owned(),
        title: text(row, "name").unwrap_or_default().to_owned(),
        text: status(row, schema, &entity).unwrap_or_default(),
        record: Some((entity, RecordId::from(id))),
        ..Happening::default()
    })
}

/// A moment, or the beginning of a day.
fn time(text: &str) -> Option<jiff::Timestamp> {
    days::moment(text).or_else(|| days::moment(&format!("{text} 00:00:00")))
}

/// The one word for it.
pub fn kind(scope: &str) -> &'static str {
    match scope {
        "Meeting" => "meet",
        "Call" => "call",
        "Email" => "mail",
        "Task" => "task",
        _ => "note",
    }
}

/// How far it has come, by its label.
fn status(row: &Json, schema: &Schema, entity: &EntityName) -> Option<String> {
    let stored = at(row, &["status"])?.as_str()?;
    let field = schema.entity_type(entity).and_then(|entity_type| entity_type.field("status"));
    let choice = field.and_then(|field| field.choices.iter().find(|c| c.value == stored));
    Some(choice.map_or(stored, |choice| choice.label.as_str()).to_owned())
}
