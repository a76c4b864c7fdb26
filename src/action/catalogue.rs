//! Typed actions by key: `list-contacts`, `create-task`. Made from the live schema, so that a
//! custom entity type has its keys too.
use std::collections::HashSet;

use serde_json::Value as Json;

use self::name::{kebab, plural};
use crate::domain::{
    action::Action,
    change::Edits,
    error::Error,
    json,
    query::{Order, Query},
    record::RecordId,
    schema::{EntityName, EntityType, Schema},
    value::Value,
};

mod input_schema;
mod name;
pub mod own;

/// So many records a list gives where the input does not say.
pub const USUAL_LIMIT: u32 = 50;

/// What a typed action does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Verb {
    /// Some records.
    List,
    /// One record.
    Get,
    /// A new record.
    Create,
    /// Changed fields.
    Update,
    /// Away with it.
    Delete,
}

/// A typed action.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// `create-contact`: verb and entity type in kebab-case, plural after `list`.
    pub key: String,
    /// For people: `Create Contact`. Holds a label of the server, raw.
    pub name: String,
    /// Of which entity type.
    pub entity: EntityName,
    /// What it does.
    pub verb: Verb,
    /// Whether it changes something, and so needs more than the right to read.
    pub is_write: bool,
    /// Whether the user's role allows it, at best.
    pub is_allowed: bool,
    /// The JSON Schema of its input.
    pub input: Json,
}

/// What an entry and its input come to.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one plan at a time")]
pub enum Plan {
    /// Run this.
    Direct(Action),
    /// Read the record whole, then run [`Action::Update`] with it as the base.
    ReadThenUpdate {
        /// Its type.
        entity: EntityName,
        /// Its id.
        id: RecordId,
        /// What to change.
        edits: Edits,
    },
}

/// All typed actions of a schema, ordered by entity type as the product has them. Keys are
/// unique: of two types that would share one, the later one's keys end with its exact name, and
/// where the product has a key of its own, that stands ([`own::all`]) and not ours.
pub fn catalogue(schema: &Schema) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for entity_type in schema.entity_types.values() {
        for verb in [Verb::List, Verb::Get, Verb::Create, Verb::Update, Verb::Delete] {
            let key = free_key(&entries, verb, entity_type);
            entries.push(entry(key, verb, entity_type));
        }
    }
    let own: HashSet<String> = own::all(schema).into_iter().map(|own| own.verb.key).collect();
    entries.retain(|entry| !own.contains(&entry.key));
    entries
}

fn free_key(entries: &[Entry], verb: Verb, entity_type: &EntityType) -> String {
    let key = key(verb, entity_type.name.as_str());
    if entries.iter().all(|entry| entry.key != key) {
        return key;
    }
    format!("{key}-{}", entity_type.name)
}

fn key(verb: Verb, entity: &str) -> String {
    match verb {
        Verb::List => format!("{verb}-{}", plural(&kebab(entity))),
        Verb::Get | Verb::Create | Verb::Update | Verb::Delete => {
            format!("{verb}-{}", kebab(entity))
        }
    }
}

/// The entry of that key.
///
/// Errors: [`Error::Usage`] that names similar keys.
pub fn find(schema: &Schema, key: &str) -> Result<Entry, Error> {
    let entries = catalogue(schema);
    if let Some(entry) = entries.iter().find(|entry| entry.key == key) {
        return Ok(entry.clone());
    }
    let tail = key.split_once('-').map_or(key, |(_, tail)| tail).trim_end_matches('s');
    let own = own::all(schema);
    let keys = own.iter().map(|own| own.verb.key.as_str());
    let keys = keys.chain(entries.iter().map(|entry| entry.key.as_str()));
    let near: Vec<_> = keys.filter(|key| key.contains(tail)).take(6).collect();
    let hint = if near.is_empty() { String::new() } else { format!("; near: {}", near.join(", ")) };
    Err(Error::Usage { reason: format!("there is no action {key}{hint}") })
}

fn entry(key: String, verb: Verb, entity_type: &EntityType) -> Entry {
    let (one, many) = (&entity_type.label, &entity_type.label_plural);
    let rights = entity_type.rights;
    let (name, is_allowed) = match verb {
        Verb::List => (format!("List {many}"), rights.read),
        Verb::Get => (format!("Get {one}"), rights.read),
        Verb::Create => (format!("Create {one}"), rights.create),
        Verb::Update => (format!("Update {one}"), rights.edit),
        Verb::Delete => (format!("Delete {one}"), rights.delete),
    };
    let is_write = match verb {
        Verb::List | Verb::Get => false,
        Verb::Create | Verb::Update | Verb::Delete => true,
    };
    let (entity, input) = (entity_type.name.clone(), input_schema::of(verb, entity_type));
    Entry { key, name, entity, verb, is_write, is_allowed, input }
}

/// What to run for an input. `limit`, `offset`, `order`, `descending`, `search`, `preset` and
/// `columns` go with lists; `id` with the rest; other members are fields.
///
/// Errors: [`Error::Invalid`] with the member's name.
pub fn action(entry: &Entry, input: &Json, schema: &Schema) -> Result<Plan, Error> {
    let entity_type = schema.entity_type(&entry.entity).ok_or_else(|| Error::Usage {
        reason: format!("there is no entity type {}", entry.entity),
    })?;
    let given = Given::new(input)?;
    let entity = entry.entity.clone();
    match entry.verb {
        Verb::List => Ok(Plan::Direct(Action::List(query(entity, &given, entity_type)?))),
        Verb::Get => Ok(Plan::Direct(Action::Get { entity, id: given.only_id()? })),
        Verb::Delete => Ok(Plan::Direct(Action::Delete { entity, id: given.only_id()? })),
        Verb::Create => {
            let despite_duplicates = given.flag("despite_duplicates")?;
            let edits = with_currency(given.edits(entity_type, &["despite_duplicates"])?, schema);
            Ok(Plan::Direct(Action::Create { entity, edits, despite_duplicates }))
        }
        Verb::Update => {
            let edits = with_currency(given.edits(entity_type, &["id"])?, schema);
            Ok(Plan::ReadThenUpdate { entity, id: given.id()?, edits })
        }
    }
}

fn query(entity: EntityName, given: &Given, entity_type: &EntityType) -> Result<Query, Error> {
    let known = ["limit", "offset", "order", "descending", "search", "preset", "columns"];
    given.only(&known)?;
    let mut query = Query::all(entity, USUAL_LIMIT);
    if let Some(limit) = given.number("limit")? {
        query.limit = u32::try_from(limit).unwrap_or(u32::MAX);
    }
    query.offset = given.number("offset")?.unwrap_or_default();
    query.preset = given.text("preset")?;
    query.filter = given.text("search")?.map(crate::domain::query::Filter::Words);
    query.columns = given.names("columns")?;
    let descending = given.flag("descending")?;
    query.order = given.text("order")?.map(|field| Order { field, descending });
    let named = query.columns.iter().chain(query.order.as_ref().map(|order| &order.field));
    for name in named {
        if entity_type.field(name).is_none() {
            return Err(invalid(name, "there is no such field"));
        }
    }
    Ok(query)
}

/// Money without a currency is of the user's usual one.
fn with_currency(mut edits: Edits, schema: &Schema) -> Edits {
    for value in edits.values_mut() {
        if let Value::Money(money) = value
            && money.currency.is_empty()
        {
            money.currency.clone_from(&schema.preferences.default_currency);
        }
    }
    edits
}

fn invalid(member: &str, reason: &str) -> Error {
    Error::Invalid { field: Some(member.to_owned()), reason: reason.to_owned() }
}

/// An input's members.
struct Given<'a>(&'a serde_json::Map<String, Json>);

impl<'a> Given<'a> {
    fn new(input: &'a Json) -> Result<Self, Error> {
        let refused = || Error::Usage { reason: "the input must be a JSON object".to_owned() };
        input.as_object().map(Self).ok_or_else(refused)
    }

    fn only(&self, known: &[&str]) -> Result<(), Error> {
        let unknown = self.0.keys().find(|name| !known.contains(&name.as_str()));
        unknown.map_or(Ok(()), |name| Err(invalid(name, "it is not known here")))
    }

    fn member<T>(
        &self,
        name: &str,
        what: &str,
        read: impl Fn(&'a Json) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        match self.0.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| invalid(name, what)),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.member(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Error> {
        self.member(name, "a whole number", Json::as_u64)
    }

    fn flag(&self, name: &str) -> Result<bool, Error> {
        Ok(self.member(name, "true or false", Json::as_bool)?.unwrap_or_default())
    }

    fn names(&self, name: &str) -> Result<Vec<String>, Error> {
        let read = |value: &Json| {
            let texts = value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        };
        Ok(self.member(name, "a list of texts", read)?.unwrap_or_default())
    }

    fn id(&self) -> Result<RecordId, Error> {
        let id = self.text("id")?.filter(|id| !id.is_empty());
        id.map(|id| RecordId::from(id.as_str())).ok_or_else(|| invalid("id", "required"))
    }

    fn only_id(&self) -> Result<RecordId, Error> {
        self.only(&["id"])?;
        self.id()
    }

    /// The other members as fields' values.
    fn edits(&self, entity_type: &EntityType, besides: &[&str]) -> Result<Edits, Error> {
        let fields = self.0.iter().filter(|(name, _)| !besides.contains(&name.as_str()));
        let edit = |(name, value): (&String, &Json)| {
            let field =
                entity_type.field(name).ok_or_else(|| invalid(name, "there is no such field"))?;
            Ok((name.clone(), json::from_json(field, value)?))
        };
        fields.map(edit).collect()
    }
}

#[cfg(test)]
pub(super) mod tests;
