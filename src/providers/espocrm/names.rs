//! References that a filter names by their names: the server compares ids only, so the names
//! are looked up first, each with an exchange of its own. E§5.
use serde_json::{Value as Json, json};

use super::{errors, query::PAGE_LIMIT};
use crate::{
    domain::{
        error::Error,
        query::{Compare, Filter},
        schema::{EntityName, EntityType, FieldKind},
        value::Value,
    },
    net::exchange::{Exchange, Response},
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

/// What the filter's names stand for, and what must be looked up.
pub fn lookups(filter: &Filter, entity_type: &EntityType) -> Result<Vec<Lookup>, Error> {
    let mut lookups = Vec::new();
    collect(filter, entity_type, &mut lookups);
    if lookups.len() > MOST {
        let what = format!("a filter with more than {MOST} names to look up");
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
            let is_reference = matches!(
                field.kind,
                FieldKind::Reference | FieldKind::AnyReference | FieldKind::References
            );
            if !is_reference {
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

/// The names in a comparison.
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

/// A text that is a name, not an id: ids of this product are 17 hexadecimal digits. E§.
#[expect(clippy::wildcard_enum_match_arm, reason = "only a text can be a name")]
pub fn name_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) if !text.is_empty() && !is_id(text) => Some(text),
        _ => None,
    }
}

/// Whether a text looks like a record's id.
pub fn is_id(text: &str) -> bool {
    text.len() == 17 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Lookup {
    /// The exchange that finds it.
    pub fn ask(&self) -> Exchange {
        let kind = match self.how {
            How::Is | How::Begins => "startsWith",
            How::Holds => "contains",
        };
        let params = json!({
            "select": ["id", "name"],
            "maxSize": PAGE_LIMIT,
            // The very name comes before those that only begin with it.
            "orderBy": "name",
            "order": "asc",
            "where": [{ "type": kind, "attribute": "name", "value": self.text }],
        });
        Exchange::get([self.entity.as_str()]).query("searchParams", params.to_string())
    }

    /// The ids that it stands for: those of that very name, else those that begin so.
    ///
    /// Errors: [`Error::Unsupported`] when there are too many to be named in a filter.
    pub fn read(&self, response: &Response) -> Result<Vec<String>, Error> {
        let body = match errors::body(response, self.entity.as_str()) {
            Ok(body) => body,
            // What the user may not see has no name for them.
            Err(Error::Forbidden { .. } | Error::NotFound { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let rows = body.get("list").and_then(Json::as_array).cloned().unwrap_or_default();
        let read = |row: &Json| {
            let name = row.get("name").and_then(Json::as_str).unwrap_or_default();
            Some((row.get("id")?.as_str()?.to_owned(), name.to_lowercase()))
        };
        let rows: Vec<_> = rows.iter().filter_map(read).collect();
        let wanted = self.text.to_lowercase();
        let same: Vec<_> = rows.iter().filter(|(_, name)| *name == wanted).cloned().collect();
        let chosen = if self.how == How::Is && !same.is_empty() { same } else { rows };
        let is_full = chosen.len() >= PAGE_LIMIT as usize;
        if is_full {
            let what =
                format!("{:?} as a name: it stands for too many of {}", self.text, self.entity);
            return Err(Error::Unsupported { what });
        }
        Ok(chosen.into_iter().map(|(id, _)| id).collect())
    }
}
