//! The demo's EspoCRM dialect over real HTTP, against the contract and its recordings.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails; tables of cases are long; recordings are found through the environment"
)]

#[path = "demo/house.rs"]
mod house;

#[path = "demo/faults.rs"]
mod faults;
#[path = "demo/reading.rs"]
mod reading;
#[path = "demo/signing_in.rs"]
mod signing_in;
#[path = "demo/writing.rs"]
mod writing;
