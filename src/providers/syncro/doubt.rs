//! A 401 may be a missing permission or a token that is worth nothing, and both may say the same
//! (§1): `/me`, which needs no permission, tells.
use super::structure;
use crate::{domain::error::Error, net::exchange::Response};

/// The refusal, as far as it was understood.
#[derive(Debug)]
pub struct Doubt(pub Error);

impl Doubt {
    /// What it was, now that `/me` has answered.
    pub fn decide(self, response: &Response) -> Error {
        match structure::me(response) {
            Err(error @ Error::Unauthorized { .. }) => error,
            Ok(_) | Err(_) => self.0,
        }
    }
}
