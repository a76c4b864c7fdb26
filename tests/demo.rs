//! The demo's EspoCRM dialect over real HTTP, against the contract and its recordings.

#[path = "demo/house.rs"]
mod house;

#[path = "demo/reading.rs"]
mod reading;
