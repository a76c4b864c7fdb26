//! Membrane: its connections, its actions, and the way through it. "§" is a section of its contract.
use super::{Context, Input, Step};
use crate::domain::{action::Action, error::Error};

pub mod auth;

/// Where its API stands below the site.
pub const BASE_PATH: &[&str] = &[];

/// One action's exchanges.
#[derive(Debug)]
pub struct Conversation {
    _action: Action,
    _context: Context,
}

impl Conversation {
    /// Of that action.
    pub fn new(action: Action, context: Context) -> Self {
        Self { _action: action, _context: context }
    }

    /// What comes next.
    pub fn next(&mut self, _input: Input) -> Step {
        Step::Done(Err(Error::Unsupported { what: "this product".to_owned() }))
    }
}

/// What an address of the web pages points to: `(entity type, record id)`.
pub fn parse_url(_site: &str, _url: &str) -> Option<(String, String)> {
    None
}
