//! Drafts: what stands in a form and is not yet in the CRM. Nothing typed is lost, not by a
//! crash and not by a second ficha with a form of the same record: each run has its own row.
use indexmap::IndexMap;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::worker::json;
use crate::{
    domain::{
        change::Edits,
        connection::Connection as Login,
        record::{Record, RecordId},
        schema::EntityName,
    },
    sqlite::{nanoseconds, time},
};

pub use crate::domain::draft::{Draft, DraftState};

#[derive(Serialize)]
struct Body<'a> {
    base: &'a Option<Record>,
    edits: &'a Edits,
    typed: &'a IndexMap<String, String>,
}

#[derive(Deserialize)]
struct OwnedBody {
    base: Option<Record>,
    edits: Edits,
    typed: IndexMap<String, String>,
}

/// Which form: the columns `identity, entity, is_new, record`.
pub(super) struct Place {
    identity: String,
    entity: EntityName,
    id: Option<RecordId>,
}

impl Place {
    pub(super) fn new(identity: &str, entity: &EntityName, id: Option<&RecordId>) -> Self {
        Self { identity: identity.to_owned(), entity: entity.clone(), id: id.cloned() }
    }

    fn columns(&self) -> (&str, &str, bool, &str) {
        let record = self.id.as_ref().map_or("", RecordId::as_str);
        (&self.identity, self.entity.as_str(), self.id.is_none(), record)
    }
}

/// A draft in the table; `draft` is `None` when it cannot be read.
struct Found {
    row: i64,
    identity: String,
    instance: String,
    draft: Option<Draft>,
}

impl Found {
    /// Whether it says the same and is no newer: then nothing is lost with it.
    fn is_covered_by(&self, other: &Draft) -> bool {
        self.draft.as_ref().is_some_and(|draft| {
            draft.at <= other.at
                && (&draft.base, &draft.edits, &draft.typed)
                    == (&other.base, &other.edits, &other.typed)
        })
    }

    fn is_state(&self, state: DraftState) -> bool {
        self.draft.as_ref().is_some_and(|draft| draft.state == state)
    }
}

/// Keeps a draft as this run's. Another run's older one that says the same is taken over: that
/// is how a draft left by a crash is continued.
pub(super) fn keep(db: &Connection, instance: &str, draft: &Draft) -> rusqlite::Result<()> {
    let Draft { base, edits, typed, .. } = draft;
    let body = json(&Body { base, edits, typed })?;
    let place = Place::new(&draft.identity, &draft.entity, draft.id.as_ref());
    let (identity, entity, is_new, record) = place.columns();
    let (state, at) = (draft.state.to_string(), nanoseconds(draft.at));
    db.execute(
        "INSERT OR REPLACE INTO draft
           (identity, entity, is_new, record, instance, body, state, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![identity, entity, is_new, record, instance, body, state, at],
    )?;
    delete(db, &place, |found| {
        let is_own = found.instance == instance;
        let is_covered = found.is_covered_by(draft) && found.is_state(draft.state);
        // One's own from before the connection's address was changed is this one's past.
        if is_own { found.identity != draft.identity } else { is_covered }
    })
}

/// Drops this run's draft and others' older ones that say the same. Where this run has none,
/// nothing goes.
pub(super) fn leave(db: &Connection, instance: &str, place: &Place) -> rusqlite::Result<()> {
    let mut all = found(db, place)?.into_iter();
    let own = all.find(|found| found.instance == instance).and_then(|found| found.draft);
    delete(db, place, |found| {
        found.instance == instance || own.as_ref().is_some_and(|own| found.is_covered_by(own))
    })
}

/// Drops a draft as it was shown, whoever typed it. What was typed since stays.
pub(super) fn discard(db: &Connection, draft: &Draft) -> rusqlite::Result<()> {
    let place = Place::new(&draft.identity, &draft.entity, draft.id.as_ref());
    delete(db, &place, |found| found.is_covered_by(draft))
}

/// Compared here and not by `SQLite`: a number's JSON may change its spelling on its way.
fn delete(db: &Connection, place: &Place, which: impl Fn(&Found) -> bool) -> rusqlite::Result<()> {
    for found in found(db, place)?.iter().filter(|found| which(found)) {
        db.execute("DELETE FROM draft WHERE rowid = ?1", [found.row])?;
    }
    Ok(())
}

/// Those of a form: of one user of a connection, whatever its address was.
fn found(db: &Connection, place: &Place) -> rusqlite::Result<Vec<Found>> {
    let (own, entity, is_new, record) = place.columns();
    let sql = format!(
        "{SELECT} WHERE entity = ?1 AND is_new = ?2 AND record = ?3 ORDER BY at DESC, rowid DESC"
    );
    let mut statement = db.prepare(&sql)?;
    let rows = statement.query_map(params![entity, is_new, record], |row| {
        let (identity, instance) = (row.get(0)?, row.get(8)?);
        Ok(Found { row: row.get(7)?, identity, instance, draft: draft(row)? })
    })?;
    let is_own = |found: &Found| Login::is_same_user(&found.identity, own);
    rows.filter(|found| found.as_ref().map_or(true, is_own)).collect()
}

/// The newest draft of a form, whoever typed it.
pub(super) fn newest(db: &Connection, place: &Place) -> rusqlite::Result<Option<Draft>> {
    Ok(found(db, place)?.into_iter().find_map(|found| found.draft))
}

/// All drafts of a user of a connection, or of everybody, newest first.
pub(super) fn all(db: &Connection, identity: Option<&str>) -> rusqlite::Result<Vec<Draft>> {
    let mut statement = db.prepare(&format!("{SELECT} ORDER BY at DESC, rowid DESC"))?;
    let rows = statement.query_map([], draft)?;
    let is_own =
        |draft: &Draft| identity.is_none_or(|own| Login::is_same_user(&draft.identity, own));
    let drafts = rows.filter_map(Result::transpose);
    drafts.filter(|draft| draft.as_ref().map_or(true, is_own)).collect()
}

const SELECT: &str =
    "SELECT identity, entity, is_new, record, body, state, at, rowid, instance FROM draft";

/// A row that cannot be read is passed over, never deleted.
fn draft(row: &Row<'_>) -> rusqlite::Result<Option<Draft>> {
    let (is_new, id): (bool, String) = (row.get(2)?, row.get(3)?);
    let body: String = row.get(4)?;
    let state: String = row.get(5)?;
    let entity = EntityName::try_from(row.get::<_, String>(1)?);
    let (Ok(entity), Ok(body)) = (entity, serde_json::from_str::<OwnedBody>(&body)) else {
        tracing::warn!("a draft cannot be read; it is left as it is");
        return Ok(None);
    };
    Ok(Some(Draft {
        identity: row.get(0)?,
        entity,
        id: (!is_new).then(|| RecordId::from(id.as_str())),
        base: body.base,
        edits: body.edits,
        typed: body.typed,
        at: time(row.get(6)?),
        // A word of a later version: the careful reading.
        state: state.parse().unwrap_or(DraftState::Sent),
    }))
}
