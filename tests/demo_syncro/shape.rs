//! What an example says about the shape of an answer, and where an answer differs from it.

use serde_json::Value;
use std::path::PathBuf;

/// The specification, or `None` (said aloud) where the contracts are not here.
pub fn specification() -> Option<Value> {
    let folder = std::env::var_os("FICHA_CONTRACTS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/contracts"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(folder.join("syncro/openapi.json")) else {
        println!("SKIPPED: no specification in {}", folder.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// An operation's example for a status.
pub fn example(specification: &Value, method: &str, path: &str, status: u16) -> Option<Value> {
    let response = &specification["paths"][path][method]["responses"][status.to_string()];
    let content = response.get("content")?.as_object()?.values().next()?;
    let first = || content.get("examples")?.as_object()?.values().next()?.get("value");
    content.get("example").or_else(first).cloned()
}

/// Where an answer has not the shape of an example: members that are missing or too many, kinds that are not those. `null`
/// on either side fits all, an empty list or object too.
pub fn differences(ours: &Value, theirs: &Value, at: &str) -> Vec<String> {
    match (ours, theirs) {
        (_, Value::Null) | (Value::Null, _) => Vec::new(),
        (Value::Object(ours), Value::Object(theirs)) => {
            if theirs.is_empty() {
                return Vec::new();
            }
            let mut found = Vec::new();
            for (name, value) in theirs {
                match ours.get(name) {
                    Some(own) => found.extend(differences(own, value, &format!("{at}.{name}"))),
                    None => found.push(format!("{at}.{name} is missing")),
                }
            }
            let more = ours.keys().filter(|name| !theirs.contains_key(*name));
            found.extend(more.map(|name| format!("{at}.{name} is too much")));
            found
        }
        (Value::Array(ours), Value::Array(theirs)) => match theirs.first() {
            // Pairs, as users are.
            Some(first) if theirs.iter().any(|other| kind(other) != kind(first)) => ours
                .iter()
                .zip(theirs)
                .flat_map(|(own, other)| differences(own, other, &format!("{at}[]")))
                .collect(),
            Some(first) => {
                ours.iter().flat_map(|own| differences(own, first, &format!("{at}[]"))).collect()
            }
            None => Vec::new(),
        },
        _ if kind(ours) == kind(theirs) => Vec::new(),
        _ => vec![format!("{at} is {ours}, the example has {theirs}")],
    }
}

fn kind(value: &Value) -> std::mem::Discriminant<Value> {
    std::mem::discriminant(value)
}
