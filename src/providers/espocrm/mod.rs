//! EspoCRM.
use super::{Context, Input, Step};
use crate::domain::{action::Action, error::Error};

pub mod auth;

/// Where its API stands below the site. E§ notation.
pub const BASE_PATH: &[&str] = &["api", "v1"];

/// One action's exchanges.
#[derive(Debug)]
pub struct Conversation;

impl Conversation {
    /// Of that action.
    pub fn new(_action: Action, _context: Context) -> Self {
        Self
    }

    /// What comes next.
    pub fn next(&mut self, _input: Input) -> Step {
        Step::Done(Err(Error::bug("not written yet")))
    }
}

/// `https://crm/#Contact/view/ID`.
pub fn parse_url(_site: &str, _url: &str) -> Option<(String, String)> {
    None
}
