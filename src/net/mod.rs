//! Plain HTTP: what an exchange is, and what carries it.

pub mod exchange;
