//! Names of the records that others point to: one query a module for a page. A7.
use std::collections::HashMap;

use super::{
    World, codec, errors, ids, types,
    vtql::{Condition, MOST_IN, Select},
};
use crate::{
    domain::{
        record::Record,
        schema::EntityName,
        value::{Reference, Value},
    },
    net::exchange::{Exchange, Response},
    providers::Step,
};

/// A record that is whole, or waits for names.
#[derive(Debug)]
pub enum Named {
    /// All names are there.
    Ready(Box<Record>),
    /// Send this, then put the answers in.
    Asked(Naming, Box<Record>, Step),
}

/// What was asked for names.
#[derive(Debug, Default)]
pub struct Naming {
    asked: Vec<EntityName>,
}

impl Naming {
    /// The queries for all names that those records lack.
    pub fn of<'a>(
        records: impl Iterator<Item = &'a Record>,
        world: &World,
    ) -> (Self, Vec<Exchange>) {
        let mut wanted: Vec<(EntityName, Vec<String>)> = Vec::new();
        for other in records.flat_map(|record| record.fields.values()).flat_map(references) {
            let Some(entity) = other.entity.as_ref().filter(|_| other.name.is_none()) else {
                continue;
            };
            if world.me().is_some_and(|me| me.id == other.id) || ids::parts(&other.id).is_none() {
                continue;
            }
            let place = wanted.iter().position(|(known, _)| known == entity);
            let place = place.unwrap_or_else(|| {
                wanted.push((entity.clone(), Vec::new()));
                wanted.len() - 1
            });
            if let Some((_, of)) = wanted.get_mut(place)
                && !of.contains(&other.id)
            {
                of.push(other.id.clone());
            }
        }
        let (mut asked, mut exchanges) = (Vec::new(), Vec::new());
        for (entity, of) in wanted {
            for some in of.chunks(MOST_IN) {
                if let Some(exchange) = query(&entity, some, world) {
                    asked.push(entity.clone());
                    exchanges.push(exchange);
                }
            }
        }
        (Self { asked }, exchanges)
    }

    /// The record at once where nothing has to be asked for it, else what has to be.
    pub fn one(mut record: Record, world: &World) -> Named {
        let (naming, exchanges) = Self::of(std::iter::once(&record), world);
        if exchanges.is_empty() {
            naming.put(&[], std::iter::once(&mut record), world);
            return Named::Ready(Box::new(record));
        }
        Named::Asked(naming, Box::new(record), Step::SendAll(exchanges))
    }

    /// Puts the names in. A query that failed leaves its ids as they are, and so does a record
    /// that is gone; why a user has no name is said in its place.
    pub fn put<'a>(
        self,
        answers: &[Response],
        records: impl Iterator<Item = &'a mut Record>,
        world: &World,
    ) {
        let mut names: HashMap<String, String> = HashMap::new();
        for (entity, response) in self.asked.iter().zip(answers) {
            let Ok(entity_type) = world.entity_type(entity) else { continue };
            for row in errors::rows(response, "query").unwrap_or_default() {
                let read = codec::record(&row, "result", entity_type, world, codec::Extent::Part);
                if let Ok(record) = read {
                    let name = record.title(Some(entity_type));
                    names.insert(record.id.as_str().to_owned(), name);
                }
            }
        }
        if let Some(me) = world.me() {
            names.insert(me.id.clone(), me.name.clone());
        }
        for value in records.flat_map(|record| record.fields.values_mut()) {
            for other in references_mut(value) {
                if other.name.is_none() {
                    other.name = names.get(&other.id).cloned().or_else(|| unknown(other, world));
                }
            }
        }
    }
}

/// A user whose name the signed-in one may not read. A11.
fn unknown(other: &Reference, world: &World) -> Option<String> {
    let is_user = other.entity.as_ref().is_some_and(|entity| entity.as_str() == "Users");
    let is_hidden = is_user && world.me().is_some_and(|me| !me.is_admin);
    is_hidden.then(|| format!("User {} (only administrators may read names)", other.id))
}

fn query(entity: &EntityName, ids: &[String], world: &World) -> Option<Exchange> {
    let entity_type = world.entity_type(entity).ok()?;
    let columns = types::title_parts(entity_type);
    let known = columns.iter().all(|column| entity_type.fields.contains_key(column));
    if !known || columns.is_empty() {
        return None;
    }
    let limit = u32::try_from(ids.len()).unwrap_or(super::vtql::MOST);
    let mut select = Select::all(entity.as_str(), columns, limit);
    select.any = vec![vec![Condition::one_of("id", ids.to_vec())]];
    Some(world.flavour.query(&select.to_string()))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values point to nothing")]
fn references(value: &Value) -> Vec<&Reference> {
    match value {
        Value::Reference(other) => vec![other],
        Value::Lines(lines) => {
            lines.iter().flat_map(|line| line.fields.values()).flat_map(references).collect()
        }
        _ => Vec::new(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other values point to nothing")]
fn references_mut(value: &mut Value) -> Vec<&mut Reference> {
    match value {
        Value::Reference(other) => vec![other],
        Value::Lines(lines) => lines
            .iter_mut()
            .flat_map(|line| line.fields.values_mut())
            .flat_map(references_mut)
            .collect(),
        _ => Vec::new(),
    }
}
