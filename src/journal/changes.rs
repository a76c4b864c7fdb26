//! What was written, and what stood there before: for `ficha history` and `ficha undo`.
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use strum::{Display, EnumString};

use super::worker::json;
use crate::{
    domain::{change::Edits, record::RecordId, schema::EntityName},
    sqlite::{nanoseconds, time},
};

/// One write that a CRM took.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Names it for `ficha undo`; given when it is written down, 0 until then.
    pub number: u64,
    /// The connection's identity.
    pub identity: String,
    /// The record's type.
    pub entity: EntityName,
    /// The record.
    pub id: RecordId,
    /// What was done.
    pub deed: Deed,
    /// What stood there before: the written fields; of a deleted record all that was known.
    pub old: Edits,
    /// What was written.
    pub new: Edits,
    /// When.
    pub at: Timestamp,
}

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Deed {
    /// It is new.
    Created,
    /// Fields were changed.
    Updated,
    /// It is gone.
    Deleted,
}

/// Writes a change down and gives its number.
pub(super) fn write(db: &Connection, change: &Change) -> rusqlite::Result<u64> {
    db.execute(
        "INSERT INTO change (identity, entity, record, deed, old, new, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            change.identity,
            change.entity.as_str(),
            change.id.as_str(),
            change.deed.to_string(),
            json(&change.old)?,
            json(&change.new)?,
            nanoseconds(change.at),
        ],
    )?;
    Ok(u64::try_from(db.last_insert_rowid()).unwrap_or(0))
}

/// The last changes, newest first.
pub(super) fn last(
    db: &Connection,
    identity: Option<&str>,
    limit: u32,
) -> rusqlite::Result<Vec<Change>> {
    let mut statement = db.prepare(
        "SELECT number, identity, entity, record, deed, old, new, at FROM change
         WHERE identity = ?1 OR ?1 IS NULL ORDER BY number DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![identity, limit], change)?;
    rows.filter_map(Result::transpose).collect()
}

/// A row that cannot be read is passed over, never deleted.
fn change(row: &Row<'_>) -> rusqlite::Result<Option<Change>> {
    let entity = EntityName::try_from(row.get::<_, String>(2)?);
    let deed = row.get::<_, String>(4)?.parse();
    let edits = |column| {
        let json: String = row.get(column)?;
        Ok::<_, rusqlite::Error>(serde_json::from_str::<Edits>(&json))
    };
    let (Ok(entity), Ok(deed), Ok(old), Ok(new)) = (entity, deed, edits(5)?, edits(6)?) else {
        tracing::warn!("a change cannot be read; it is left as it is");
        return Ok(None);
    };
    Ok(Some(Change {
        number: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
        identity: row.get(1)?,
        entity,
        id: RecordId::from(row.get::<_, String>(3)?.as_str()),
        deed,
        old,
        new,
        at: time(row.get(7)?),
    }))
}
