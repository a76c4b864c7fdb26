//! An action that can be run by a key, as people browse them.
use serde_json::Value as Json;

/// An action that can be run by a key. Its texts are ours, or raw from the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// By what it is run; unique within a connection.
    pub key: String,
    /// For people.
    pub name: String,
    /// A sentence about it; may be empty.
    pub description: String,
    /// JSON Schema of what it takes.
    pub input: Json,
    /// JSON Schema of what it gives; null where that is not told.
    pub output: Json,
    /// Whether it changes something.
    pub is_write: bool,
    /// Whether the user's role allows it, at best.
    pub is_allowed: bool,
    /// The question before it is done.
    pub asks: Option<String>,
}
