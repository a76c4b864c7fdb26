//! The demo's Syncro dialect over real HTTP, against the contract and the specification's examples.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails; tables of cases are long; examples are found through the environment"
)]

#[path = "demo_syncro/house.rs"]
mod house;
#[path = "demo_syncro/shape.rs"]
mod shape;

#[path = "demo_syncro/shapes.rs"]
mod shapes;

#[path = "demo_syncro/door.rs"]
mod door;
#[path = "demo_syncro/lists.rs"]
mod lists;
#[path = "demo_syncro/refusals.rs"]
mod refusals;
#[path = "demo_syncro/rest.rs"]
mod rest;
#[path = "demo_syncro/tickets.rs"]
mod tickets;
#[path = "demo_syncro/traps.rs"]
mod traps;
