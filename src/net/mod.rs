//! Plain HTTP: what an exchange is, and what carries it.

pub mod address;
pub mod budget;
pub mod channel;
pub mod client;
pub mod exchange;
pub mod limit;
pub mod loopback;
pub mod reason;
pub mod redact;
pub mod retry;
