//! The words of the trade: no I/O, no terminal, no clock.

pub mod action;
pub mod change;
pub mod check;
pub mod comment;
pub mod connection;
pub mod draft;
pub mod error;
pub mod exchanged;
pub mod filter_text;
pub mod fits;
pub mod input;
pub mod offer;
pub mod query;
pub mod rate;
pub mod record;
pub mod schema;
pub mod secret;
pub mod sign_in;
pub mod value;
pub mod verb;
