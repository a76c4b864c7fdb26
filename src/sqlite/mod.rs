//! What the stores share: a file for the user's eyes only, tables by version, a thread that owns
//! the connection. What each keeps, and what it does about a file that fails, is its own.
mod connection;
mod file;
mod tables;
mod time;
mod worker;

pub use self::{
    connection::{connect, enter_wal, is_empty, transact, user_version},
    file::{beside, make, narrow, peek},
    tables::Tables,
    time::{nanoseconds, time},
    worker::Worker,
};
