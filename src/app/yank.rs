//! What is copied, and how.
use super::{command::Command, msg::Effect, world::World};
use crate::domain::{connection::ConnectionId, record::Record};

/// Copies by command; `records` are the marked ones, or the one under the cursor.
pub(super) fn act(
    command: Command,
    record: &Record,
    records: &[&Record],
    columns: &[String],
    cell: Option<&str>,
    connection: ConnectionId,
    world: &mut World,
) -> Vec<Effect> {
    let _ = (command, record, records, columns, cell, connection, world);
    Vec::new()
}
