//! The demo's EspoCRM dialect over real HTTP, against the contract and its recordings.

#[path = "demo/house.rs"]
mod house;

#[path = "demo/faults.rs"]
mod faults;
#[path = "demo/large.rs"]
mod large;
#[path = "demo/reading.rs"]
mod reading;
#[path = "demo/signing_in.rs"]
mod signing_in;
#[path = "demo/writing.rs"]
mod writing;
