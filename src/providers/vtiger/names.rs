//! How a name in a filter is looked up. A6.
use serde_json::Value as Json;

use super::{
    World, codec, errors,
    filter::{Tree, spread},
    types,
    vtql::{Condition, MOST, Select, Test},
};
use crate::{
    domain::{error::Error, record::Record},
    net::exchange::{Exchange, Response},
    providers::lookup::{How, Lookup},
};

/// The exchange that finds it.
pub fn ask(lookup: &Lookup, world: &World) -> Result<Exchange, Error> {
    let entity_type = world.entity_type(&lookup.entity)?;
    let parts = types::title_parts(entity_type);
    let is_in = |part: &String, word: &str| {
        // What may be a wildcard only finds more; the names are compared here.
        let odd = |c: char| c == '\\' || c.is_control();
        let safe: String = word.chars().map(|c| if odd(c) { '_' } else { c }).collect();
        Tree::One(Condition::new(part, Test::Like, format!("%{safe}%")))
    };
    let any = |word: &str| Tree::Any(parts.iter().map(|part| is_in(part, word)).collect());
    let tree = Tree::All(lookup.text.split_whitespace().map(any).collect());
    let mut select = Select::all(lookup.entity.as_str(), parts.clone(), MOST);
    select.any = spread(&tree).ok_or_else(|| lookup.too_many())?;
    Ok(world.flavour.query(&select.to_string()))
}

/// The ids that it stands for: those of that very name, else those that begin so.
///
/// Errors: [`Error::Unsupported`] when there are too many to be named in a filter.
pub fn read(lookup: &Lookup, response: &Response, world: &World) -> Result<Vec<String>, Error> {
    let rows = match errors::rows(response, "query") {
        Ok(rows) => rows,
        // What the user may not see has no name for them. A11.
        Err(Error::Forbidden { .. } | Error::NotFound { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    if rows.len() >= MOST as usize {
        return Err(lookup.too_many());
    }
    let entity_type = world.entity_type(&lookup.entity)?;
    let read = |row: &Json| {
        let record = codec::record(row, "result", entity_type, world, codec::Extent::Part).ok()?;
        let name = record.title(Some(entity_type)).to_lowercase();
        Some((record, name))
    };
    let wanted = lookup.text.trim().to_lowercase();
    let rows: Vec<(Record, String)> = rows.iter().filter_map(read).collect();
    let fitting = |test: &dyn Fn(&str) -> bool| -> Vec<String> {
        let fit = rows.iter().filter(|(_, name)| test(name));
        fit.map(|(record, _)| record.id.as_str().to_owned()).collect()
    };
    let begins = |name: &str| {
        name.split_whitespace().collect::<Vec<_>>().join(" ").starts_with(&wanted)
            || name.split_whitespace().any(|part| part.starts_with(&wanted))
    };
    Ok(match lookup.how {
        How::Is => {
            let same = fitting(&|name| name == wanted);
            if same.is_empty() { fitting(&begins) } else { same }
        }
        How::Begins => fitting(&begins),
        How::Holds => fitting(&|name| name.contains(&wanted)),
    })
}
