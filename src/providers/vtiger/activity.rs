//! What happened around a record: its comments, events, tasks and mails, each with a query of its
//! own, all at once. A8, A9.
use super::{
    World, done, errors, ids, list,
    naming::Naming,
    types,
    vtql::{Condition, Select, Test},
};
use crate::{
    domain::{
        action::{Happening, Outcome},
        comment::Audience,
        error::Error,
        record::{Record, RecordId},
        schema::{EntityName, EntityType, FieldKind},
        value::Value,
    },
    net::exchange::Response,
    providers::Step,
};

/// Where something may have happened.
const PLACES: [&str; 4] = ["ModComments", "Events", "Calendar", "Emails"];

/// Up to four exchanges, merged; each may be closed to the user.
#[derive(Debug)]
pub struct Activity {
    entity: EntityName,
    id: RecordId,
    limit: u32,
    at: At,
}

#[derive(Debug)]
enum At {
    Start,
    Reading(Vec<EntityName>),
    Naming(Naming, Vec<Record>),
}

impl Activity {
    /// Of that record, at most so many.
    pub fn new(entity: EntityName, id: RecordId, limit: u32) -> Self {
        Self { entity, id, limit, at: At::Start }
    }

    /// What comes next.
    pub fn next(&mut self, world: &World, answers: &[Response]) -> Result<Step, Error> {
        match (std::mem::replace(&mut self.at, At::Start), answers) {
            (At::Start, _) => self.ask(world),
            (At::Reading(places), answers) => self.read(world, &places, answers),
            (At::Naming(naming, mut records), answers) => {
                naming.put(answers, records.iter_mut(), world);
                Ok(self.over(world, &records))
            }
        }
    }

    fn ask(&mut self, world: &World) -> Result<Step, Error> {
        self.id = ids::whole(world.entity_type(&self.entity)?, &self.id);
        let schema = world.schema()?;
        let (mut places, mut exchanges) = (Vec::new(), Vec::new());
        for place in PLACES {
            let Ok(name) = EntityName::try_from(place) else { continue };
            let Some(entity_type) = schema.entity_type(&name) else { continue };
            let Some(field) = types::reference_to(entity_type, &self.entity) else { continue };
            let fields =
                entity_type.fields.values().filter(|it| it.wire_type != super::fields::LABEL);
            let columns = fields.filter(|it| it.kind != FieldKind::Lines).map(|it| it.name.clone());
            let mut select = Select::all(place, columns.collect(), self.limit.max(1));
            select.any = vec![vec![Condition::new(field, Test::Equal, self.id.as_str())]];
            exchanges.push(world.flavour.query(&select.to_string()));
            places.push(name);
        }
        if exchanges.is_empty() {
            return Ok(done(Outcome::Activity(Vec::new())));
        }
        self.at = At::Reading(places);
        Ok(Step::SendAll(exchanges))
    }

    /// A place that is closed or broken leaves the others alone; when none answered, that is no
    /// empty list.
    fn read(
        &mut self,
        world: &World,
        places: &[EntityName],
        answers: &[Response],
    ) -> Result<Step, Error> {
        let (mut records, mut closed, mut has_answered) = (Vec::new(), None, false);
        for (place, response) in places.iter().zip(answers) {
            let entity_type = world.entity_type(place)?;
            let rows = errors::rows(response, "query");
            match rows.and_then(|rows| list::records(&rows, entity_type, world)) {
                Ok(some) => {
                    has_answered = true;
                    records.extend(some);
                }
                Err(error) => closed = closed.or(Some(error)),
            }
        }
        if let (false, Some(error)) = (has_answered, closed) {
            return Err(error);
        }
        let (naming, exchanges) = Naming::of(records.iter(), world);
        if exchanges.is_empty() {
            naming.put(&[], records.iter_mut(), world);
            return Ok(self.over(world, &records));
        }
        self.at = At::Naming(naming, records);
        Ok(Step::SendAll(exchanges))
    }

    fn over(&self, world: &World, records: &[Record]) -> Step {
        let mut all: Vec<Happening> =
            records.iter().map(|record| happening(record, world)).collect();
        all.sort_by_key(|it| std::cmp::Reverse(it.at));
        all.truncate(self.limit as usize);
        done(Outcome::Activity(all))
    }
}

fn happening(record: &Record, world: &World) -> Happening {
    if record.entity.as_str() == "ModComments" {
        return comment(record, world);
    }
    let entity_type = world.entity_type(&record.entity).ok();
    let kind = match (record.entity.as_str(), words(record, "activitytype").as_str()) {
        ("Emails", _) => "mail",
        ("Calendar", _) => "task",
        (_, "Call" | "Mobile Call") => "call",
        _ => "meet",
    };
    Happening {
        at: moment(record, world),
        kind: kind.to_owned(),
        author: name(record, "assigned_user_id"),
        title: record.title(entity_type),
        text: entity_type.and_then(|it| status(record, it)).unwrap_or_default(),
        record: Some((record.entity.clone(), record.id.clone())),
        ..Happening::default()
    }
}

/// A customer's comment comes from the portal. A8.
fn comment(record: &Record, world: &World) -> Happening {
    let text = words(record, "commentcontent");
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    let customer = name(record, "customer");
    let is_mine = match (record.value("creator"), world.me()) {
        (Some(Value::Reference(creator)), Some(me)) => creator.id == me.id,
        _ => false,
    };
    let is_private = record.value("is_private") == Some(&Value::Bool(true));
    let parent = match record.value("parent_comments") {
        Some(Value::Reference(parent)) => Some(parent.id.clone()),
        _ => None,
    };
    Happening {
        id: Some(record.id.as_str().to_owned()),
        answers: parent,
        audience: Some(if is_private { Audience::Private } else { Audience::Readers }),
        can_edit: is_mine,
        at: moment(record, world),
        kind: "note".to_owned(),
        author: if customer.is_empty() { name(record, "creator") } else { customer },
        text: if first.len() < text.trim().len() { text } else { String::new() },
        title: first,
        ..Happening::default()
    }
}

fn words(record: &Record, field: &str) -> String {
    record.value(field).and_then(crate::providers::words::words_of).unwrap_or_default()
}

fn name(record: &Record, field: &str) -> String {
    match record.value(field) {
        Some(Value::Reference(other)) => other.name.clone().unwrap_or_else(|| other.id.clone()),
        _ => String::new(),
    }
}

/// When it is, of what has a day and a time; else when it was made.
fn moment(record: &Record, world: &World) -> Option<jiff::Timestamp> {
    if let Some(Value::Date(day)) = record.value("date_start") {
        let time = words(record, "time_start");
        let time = if time.is_empty() { "00:00:00" } else { time.as_str() };
        return world.clock().moment(&format!("{day} {time}"));
    }
    match record.value("createdtime") {
        Some(Value::DateTime(at)) => Some(*at),
        _ => None,
    }
}

fn status(record: &Record, entity_type: &EntityType) -> Option<String> {
    let field = entity_type.field(entity_type.status.as_deref()?)?;
    let stored = crate::providers::words::words_of(record.value(&field.name)?)?;
    let choice = field.choices.iter().find(|choice| choice.value == stored);
    Some(choice.map_or(stored.clone(), |choice| choice.label.clone()))
}
