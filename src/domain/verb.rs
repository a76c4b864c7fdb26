//! What a product can do beyond reading and writing records: start a timer, convert a lead, mute
//! an alert. Data that the provider gives with the schema, not a variant for each.
use serde::{Deserialize, Serialize};

use super::schema::EntityName;

/// One of the product's own deeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verb {
    /// Its key: `convert-lead`; unique within a connection.
    pub key: String,
    /// For people: `Convert lead`. Ours, or raw from the server.
    pub label: String,
    /// A sentence about it; may be empty. Ours, or raw from the server.
    pub description: String,
    /// JSON Schema of its input; an object without properties where it needs none.
    pub input: serde_json::Value,
    /// The question to be answered with yes before it is done: what leaves the house, or cannot
    /// be taken back.
    pub asks: Option<String>,
    /// Whether it changes something.
    pub is_write: bool,
    /// The entity type whose lists, details and forms do the same by this very deed, where there
    /// is one ([`super::schema::Schema::covered`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<EntityName>,
}

impl Verb {
    /// One that writes, needs nothing and asks nothing.
    pub fn new(key: &str, label: &str) -> Self {
        Self {
            key: key.to_owned(),
            label: label.to_owned(),
            description: String::new(),
            input: serde_json::json!({ "type": "object", "properties": {} }),
            asks: None,
            is_write: true,
            covers: None,
        }
    }
}

/// What a product has and its API does not offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotOffered {
    /// For people: `Reports`.
    pub label: String,
    /// What to do instead: `Open them in the browser with o.`
    pub instead: String,
    /// The web page where it can be done, where one is known.
    pub url: Option<String>,
}
