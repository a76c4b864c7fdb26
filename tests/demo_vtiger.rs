//! The demo's Vtiger dialect over real HTTP, against the contract and its recordings.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails; tables of cases are long; recordings are found through the environment"
)]

#[path = "demo_vtiger/house.rs"]
mod house;
#[path = "fixtures/vtiger/recordings.rs"]
#[allow(dead_code, reason = "another test program reads more of a recording")]
mod shelf;

#[path = "demo_vtiger/cloud.rs"]
mod cloud;
#[path = "demo_vtiger/queries.rs"]
mod queries;
#[path = "demo_vtiger/recordings.rs"]
mod recordings;
#[path = "demo_vtiger/relations.rs"]
mod relations;
#[path = "demo_vtiger/signing_in.rs"]
mod signing_in;
#[path = "demo_vtiger/writing.rs"]
mod writing;
