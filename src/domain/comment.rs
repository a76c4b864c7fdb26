//! Comments on records: what is said, who reads it, and what a product can do with them.
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

/// Who reads a comment.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Audience {
    /// Whoever may read the record; the product makes no difference.
    #[default]
    Readers,
    /// Only the team.
    Private,
    /// The customer too, where they look it up.
    Public,
    /// The customer, by e-mail: it leaves the house, so it is asked before it is sent.
    Mailed,
}

/// A comment that is to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Plain text, as typed.
    pub text: String,
    /// Who shall read it.
    pub audience: Audience,
    /// The id of the comment that it answers.
    pub answers: Option<String>,
    /// The id of the comment in whose place it stands.
    pub replaces: Option<String>,
}

/// What a product can do with the comments of an entity type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comments {
    /// The readers that can be chosen, the safest first: it is the default.
    pub audiences: Vec<Audience>,
    /// Whether a comment can answer another one.
    pub can_answer: bool,
    /// Whether the text of one's own comments can be replaced.
    pub can_edit: bool,
}
