//! `sync` (A10): what was changed and deleted since a moment.

use super::desk::{Desk, shares_numbers};
use super::id::Id;
use super::reply::{Answer, Refusal, denied, refuse};
use jiff::Timestamp;
use serde_json::json;

/// How many changes one answer holds, but for those of one second, which stay together.
const PAGE: usize = 100;

/// A change.
struct Change {
    id: i64,
    module: String,
    deleted: bool,
    modified: String,
}

/// The changes of one page.
pub fn sync(desk: &Desk<'_>) -> Answer {
    let kind = desk.params.get("elementType");
    if !kind.is_empty() && desk.module(kind).is_none_or(|module| !shares_numbers(module)) {
        return Err(denied(""));
    }
    let since: i64 = desk.params.get("modifiedTime").parse().unwrap_or(0);
    let since = Timestamp::from_second(since).map_err(|_| Refusal::Dead)?;
    let changes = changes(desk, kind, &crate::demo::clock::moment(since), &owners(desk)?)?;
    let edge = changes.get(PAGE - 1).map(|change| change.modified.clone());
    let kept = changes
        .iter()
        .enumerate()
        .filter(|(place, change)| *place < PAGE || Some(&change.modified) == edge.as_ref());
    let kept: Vec<&Change> = kept.map(|(_, change)| change).collect();
    let (mut updated, mut deleted) = (Vec::new(), Vec::new());
    for change in &kept {
        let Some(module) = desk.module(&change.module) else { continue };
        if change.deleted {
            deleted.push(Id { prefix: module.prefix, number: change.id }.write());
        } else {
            updated.push(desk.read(module, change.id)?);
        }
    }
    let last = kept.last().and_then(|change| {
        format!("{}Z", change.modified.replace(' ', "T")).parse::<Timestamp>().ok()
    });
    Ok(json!({
        "updated": updated,
        "deleted": deleted,
        "more": changes.len() > kept.len(),
        "lastModifiedTime": last.unwrap_or(since).as_second(),
    }))
}

/// Whose records count: SQL over the owner.
fn owners(desk: &Desk<'_>) -> Result<String, Refusal> {
    let own = desk.caller.number;
    match desk.params.get("syncType") {
        "application" if desk.caller.admin => Ok("1".into()),
        "application" => {
            Err(refuse("ACCESS_DENIED", "Only admin users can perform application sync"))
        }
        "userandgroup" => Ok(format!("(owner = {own} OR owner IN (SELECT id FROM Groups))")),
        _ => Ok(format!("owner = {own}")),
    }
}

fn changes(desk: &Desk<'_>, kind: &str, since: &str, owners: &str) -> Result<Vec<Change>, Refusal> {
    let sql = format!(
        "SELECT id, module, deleted, modified FROM entity WHERE modified > ?1 AND (?2 = '' OR module = ?2) AND {owners} \
         ORDER BY modified, id LIMIT 1000"
    );
    let mut statement = desk.db.prepare_cached(&sql)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Change {
            id: row.get(0)?,
            module: row.get(1)?,
            deleted: row.get::<_, i64>(2)? != 0,
            modified: row.get(3)?,
        })
    };
    let changes: Vec<Change> =
        statement.query_map([since, kind], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(changes)
}
