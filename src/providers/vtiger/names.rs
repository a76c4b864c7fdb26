//! Names in filters that stand for records: looked up first, since references are compared by id.
use serde_json::Value as Json;

use super::{
    World, codec, errors,
    filter::{Tree, spread},
    ids, types,
    vtql::{Condition, MOST, Select, Test},
};
use crate::domain::{
    error::Error,
    query::{Compare, Filter},
    record::Record,
    schema::{EntityName, EntityType, Field, FieldKind},
    value::Value,
};
use crate::net::exchange::{Exchange, Response};

/// So many names of one filter are looked up at most.
const MOST_NAMES: usize = 12;

/// A name to be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Where.
    pub entity: EntityName,
    /// What.
    pub text: String,
    /// How.
    pub how: How,
}

/// How a name is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Equal, or else beginning.
    Is,
    /// Beginning.
    Begins,
    /// Anywhere.
    Holds,
}

/// A name that was looked up, and the ids that it stands for.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was looked up.
    pub lookup: Lookup,
    /// The ids.
    pub ids: Vec<String>,
}

/// The names in a filter that are still to be looked up.
///
/// Errors: [`Error::Unsupported`] for too many.
pub fn lookups(
    filter: &Filter,
    entity_type: &EntityType,
    world: &World,
) -> Result<Vec<Lookup>, Error> {
    let mut lookups = Vec::new();
    collect(filter, entity_type, &mut lookups);
    lookups.retain(|lookup: &Lookup| world.entity_type(&lookup.entity).is_ok());
    if lookups.len() > MOST_NAMES {
        let what = format!("a filter with more than {MOST_NAMES} names to look up");
        return Err(Error::Unsupported { what });
    }
    Ok(lookups)
}

fn collect(filter: &Filter, entity_type: &EntityType, lookups: &mut Vec<Lookup>) {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => {
            for filter in filters {
                collect(filter, entity_type, lookups);
            }
        }
        Filter::Not(filter) => collect(filter, entity_type, lookups),
        Filter::Words(_) => {}
        Filter::Test(test) => {
            let Some(field) = entity_type.field(&test.field) else { return };
            if !matches!(field.kind, FieldKind::Reference | FieldKind::AnyReference) {
                return;
            }
            for (text, how) in named(&test.test) {
                for entity in &field.targets {
                    let lookup = Lookup { entity: entity.clone(), text: text.to_owned(), how };
                    if !lookups.contains(&lookup) {
                        lookups.push(lookup);
                    }
                }
            }
        }
    }
}

fn named(compare: &Compare) -> Vec<(&str, How)> {
    let name = |value| name_of(value).map(|text| (text, How::Is));
    match compare {
        Compare::Is(value) => name(value).into_iter().collect(),
        Compare::OneOf(values) => values.iter().filter_map(name).collect(),
        Compare::Contains(text) => vec![(text.as_str(), How::Holds)],
        Compare::StartsWith(text) => vec![(text.as_str(), How::Begins)],
        Compare::Above(_)
        | Compare::AtLeast(_)
        | Compare::Below(_)
        | Compare::AtMost(_)
        | Compare::Within(_)
        | Compare::HasValue
        | Compare::Me => Vec::new(),
    }
}

/// A text that is a name, not an id.
#[expect(clippy::wildcard_enum_match_arm, reason = "only a text can be a name")]
fn name_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) if !text.is_empty() && ids::parts(text).is_none() => Some(text),
        _ => None,
    }
}

impl Lookup {
    /// Whether it is about that text of that field.
    pub fn is(&self, field: &Field, text: &str, how: How) -> bool {
        self.text == text && self.how == how && field.targets.contains(&self.entity)
    }

    /// The exchange that finds it.
    pub fn ask(&self, world: &World) -> Result<Exchange, Error> {
        let entity_type = world.entity_type(&self.entity)?;
        let parts = types::title_parts(entity_type);
        let is_in = |part: &String, word: &str| {
            // What may be a wildcard only finds more; the names are compared here.
            let odd = |c: char| c == '\\' || c.is_control();
            let safe: String = word.chars().map(|c| if odd(c) { '_' } else { c }).collect();
            Tree::One(Condition::new(part, Test::Like, format!("%{safe}%")))
        };
        let any = |word: &str| Tree::Any(parts.iter().map(|part| is_in(part, word)).collect());
        let tree = Tree::All(self.text.split_whitespace().map(any).collect());
        let mut select = Select::all(self.entity.as_str(), parts.clone(), MOST);
        select.any = spread(&tree).ok_or_else(|| self.too_many())?;
        Ok(world.flavour.query(&select.to_string()))
    }

    fn too_many(&self) -> Error {
        let what = format!("{:?} as a name: it stands for too many of {}", self.text, self.entity);
        Error::Unsupported { what }
    }

    /// The ids that it stands for: those of that very name, else those that begin so.
    ///
    /// Errors: [`Error::Unsupported`] when there are too many to be named in a filter.
    pub fn read(&self, response: &Response, world: &World) -> Result<Vec<String>, Error> {
        let rows = match errors::rows(response, "query") {
            Ok(rows) => rows,
            // What the user may not see has no name for them. A11.
            Err(Error::Forbidden { .. } | Error::NotFound { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        if rows.len() >= MOST as usize {
            return Err(self.too_many());
        }
        let entity_type = world.entity_type(&self.entity)?;
        let read = |row: &Json| {
            let record =
                codec::record(row, "result", entity_type, world, codec::Extent::Part).ok()?;
            let name = record.title(Some(entity_type)).to_lowercase();
            Some((record, name))
        };
        let wanted = self.text.trim().to_lowercase();
        let rows: Vec<(Record, String)> = rows.iter().filter_map(read).collect();
        let fitting = |test: &dyn Fn(&str) -> bool| -> Vec<String> {
            let fit = rows.iter().filter(|(_, name)| test(name));
            fit.map(|(record, _)| record.id.as_str().to_owned()).collect()
        };
        let begins = |name: &str| {
            name.split_whitespace().collect::<Vec<_>>().join(" ").starts_with(&wanted)
                || name.split_whitespace().any(|part| part.starts_with(&wanted))
        };
        Ok(match self.how {
            How::Is => {
                let same = fitting(&|name| name == wanted);
                if same.is_empty() { fitting(&begins) } else { same }
            }
            How::Begins => fitting(&begins),
            How::Holds => fitting(&|name| name.contains(&wanted)),
        })
    }
}
