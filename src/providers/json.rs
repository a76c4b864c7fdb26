//! Reading JSON that may hold anything: every wrong type is "not there", never a panic.
use serde_json::{Map, Value as Json};

use crate::domain::error::Error;

/// What stands behind those keys.
pub fn at<'a>(json: &'a Json, keys: &[&str]) -> Option<&'a Json> {
    keys.iter().try_fold(json, |json, key| json.get(key))
}

/// The text behind a key; an empty one is none.
pub fn text<'a>(json: &'a Json, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// Whether the key holds `true`.
pub fn is_true(json: &Json, key: &str) -> bool {
    json.get(key).and_then(Json::as_bool).unwrap_or(false)
}

/// The entries behind those keys; none where there is no object (PHP prints empty maps as `[]`).
pub fn entries<'a>(
    json: &'a Json,
    keys: &[&str],
) -> impl Iterator<Item = (&'a String, &'a Json)> + use<'a> {
    at(json, keys).and_then(Json::as_object).into_iter().flatten()
}

/// The items behind those keys; none where there is no array.
pub fn items<'a>(json: &'a Json, keys: &[&str]) -> impl Iterator<Item = &'a Json> + use<'a> {
    at(json, keys).and_then(Json::as_array).into_iter().flatten()
}

/// An object, or the JSON path of what stands there instead.
pub fn object<'a>(json: &'a Json, path: &str) -> Result<&'a Map<String, Json>, Error> {
    json.as_object().ok_or_else(|| unreadable(path, &format!("an object, not {}", kind(json))))
}

/// The answer cannot be read: where, and what was awaited.
pub fn unreadable(path: &str, awaited: &str) -> Error {
    Error::Unreadable { path: path.to_owned(), reason: format!("awaited {awaited}") }
}

/// What it is, in a word for people.
pub fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
