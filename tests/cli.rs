//! The built program as scripts use it: exit statuses, JSON, pipes, and that no secret shows.
//! Every test has a folder of its own; the demo is `ficha demo --serve` itself.

#[path = "cli/connections.rs"]
mod connections;
#[path = "cli/membrane/mod.rs"]
mod membrane;
#[path = "cli/program.rs"]
mod program;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/shapes.rs"]
mod shapes;
#[path = "cli/writing.rs"]
mod writing;
