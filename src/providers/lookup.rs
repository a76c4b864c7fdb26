//! Names in filters that stand for records: products compare references by id, so the names are
//! looked up first, each with an exchange of its own.
use crate::domain::{
    error::Error,
    query::{Compare, Filter},
    schema::{EntityName, EntityType, Field, FieldKind},
    value::Value,
};

/// So many names of one filter are looked up at most.
const MOST: usize = 12;

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

/// Whether a text looks like a record's id: each product has its own.
pub type IsId = fn(&str) -> bool;

/// The names in a filter that are still to be looked up, in the types that `is_known`.
///
/// Errors: [`Error::Unsupported`] for too many.
pub fn lookups(
    filter: &Filter,
    entity_type: &EntityType,
    is_id: IsId,
    is_known: impl Fn(&EntityName) -> bool,
) -> Result<Vec<Lookup>, Error> {
    let mut lookups = Vec::new();
    collect(filter, entity_type, is_id, &mut lookups);
    lookups.retain(|lookup: &Lookup| is_known(&lookup.entity));
    if lookups.len() > MOST {
        let what = format!("a filter with more than {MOST} names to look up");
        return Err(Error::Unsupported { what });
    }
    Ok(lookups)
}

fn collect(filter: &Filter, entity_type: &EntityType, is_id: IsId, lookups: &mut Vec<Lookup>) {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => {
            for filter in filters {
                collect(filter, entity_type, is_id, lookups);
            }
        }
        Filter::Not(filter) => collect(filter, entity_type, is_id, lookups),
        Filter::Words(_) => {}
        Filter::Test(test) => {
            let Some(field) = entity_type.field(&test.field) else { return };
            let is_reference = matches!(
                field.kind,
                FieldKind::Reference | FieldKind::AnyReference | FieldKind::References
            );
            if !is_reference {
                return;
            }
            for (text, how) in named(&test.test, is_id) {
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

/// The names in a comparison.
fn named(compare: &Compare, is_id: IsId) -> Vec<(&str, How)> {
    let name = |value| name_of(value, is_id).map(|text| (text, How::Is));
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
fn name_of(value: &Value, is_id: IsId) -> Option<&str> {
    match value {
        Value::Text(text) if !text.is_empty() && !is_id(text) => Some(text),
        _ => None,
    }
}

/// A name that was looked up, and the ids that it stands for.
#[derive(Clone, Debug)]
pub struct Found {
    /// What was looked up.
    pub lookup: Lookup,
    /// The ids.
    pub ids: Vec<String>,
}

impl Lookup {
    /// Whether it is about that text of that field.
    pub fn is(&self, field: &Field, text: &str, how: How) -> bool {
        self.text == text && self.how == how && field.targets.contains(&self.entity)
    }

    /// It stands for more records than a filter can name.
    pub fn too_many(&self) -> Error {
        let what = format!("{:?} as a name: it stands for too many of {}", self.text, self.entity);
        Error::Unsupported { what }
    }
}
