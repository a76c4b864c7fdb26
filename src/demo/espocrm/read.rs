//! Reading one record (E§6).

use super::acl::{Deed, Level};
use super::attribute::{Attribute, Source};
use super::desk::Desk;
use super::reply::{Refusal, refuse};
use super::schema::Type;
use super::select::{self, Record, expression, quoted};
use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value, json};

/// A record as `GET {E}/{id}` answers it.
pub fn get(desk: &Desk<'_>, one: &Type, id: &str) -> Result<Record, Refusal> {
    desk.may(one, Deed::Read)?;
    let missing = || refuse(404, format!("Record {id} does not exist."));
    let record = find(desk, one, id)?.ok_or_else(missing)?;
    desk.may_with(one, Deed::Read, &record)?;
    complete(desk, one, record)
}

/// A record's columns and names, with nothing hidden yet; `None` where there is none.
pub fn find(desk: &Desk<'_>, one: &Type, id: &str) -> Result<Option<Record>, Refusal> {
    let direct: Vec<&Attribute> = one
        .attributes
        .values()
        .filter(|it| it.shown && expression(&desk.espo.schema, it).is_some())
        .collect();
    let columns: Vec<String> =
        direct.iter().filter_map(|it| expression(&desk.espo.schema, it)).collect();
    let sql = format!(
        "SELECT {} FROM {} t WHERE t.id = ?1 AND t.deleted = 0",
        columns.join(", "),
        quoted(&one.name)
    );
    let mut statement = desk.db.prepare_cached(&sql)?;
    Ok(statement.query_row(params![id], |row| select::record(row, &direct)).optional()?)
}

/// With links to many, followers and stars; without what the caller may not see.
pub fn complete(desk: &Desk<'_>, one: &Type, mut record: Record) -> Result<Record, Refusal> {
    let many: Vec<&Attribute> = one
        .attributes
        .values()
        .filter(|it| {
            matches!(
                it.source,
                Source::Ids(_) | Source::Names(_) | Source::Columns(_) | Source::Types(_)
            )
        })
        .collect();
    select::add_many(desk.db, one, &mut record, &many)?;
    if one.is("stream") {
        add_followers(desk, one, &mut record)?;
    }
    if one.is("stars") {
        let starred = desk.holds("Star", &record)?;
        record.insert("isStarred".into(), json!(starred));
    }
    for attribute in one.attributes.values() {
        if desk.role().hides(&one.name, &attribute.field) {
            record.shift_remove(&attribute.name);
        }
    }
    Ok(record)
}

fn add_followers(desk: &Desk<'_>, one: &Type, record: &mut Record) -> Result<(), Refusal> {
    let followed = desk.holds("Follow", record)?;
    record.insert("isFollowed".into(), json!(followed));
    let level = desk.role().level(&one.name, Deed::Stream);
    if level != Level::All && desk.may_with(one, Deed::Stream, record).is_err() {
        return Ok(());
    }
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    let sql = "SELECT u.id, u.name FROM relation r JOIN User u ON u.id = r.right_id WHERE r.name = 'Follow' AND r.left_id = ?1 ORDER BY u.name";
    let mut statement = desk.db.prepare_cached(sql)?;
    let pairs = statement
        .query_map([id], |row| Ok((row.get::<_, String>(0)?, json!(row.get::<_, String>(1)?))))?;
    let names: Map<String, Value> = pairs.collect::<rusqlite::Result<_>>()?;
    record.insert("followersIds".into(), json!(names.keys().collect::<Vec<_>>()));
    record.insert("followersNames".into(), Value::Object(names));
    Ok(())
}

impl Desk<'_> {
    /// Whether the caller follows or has starred a record.
    pub fn holds(&self, relation: &str, record: &Record) -> Result<bool, Refusal> {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        let sql = "SELECT EXISTS (SELECT 1 FROM relation WHERE name = ?1 AND left_id = ?2 AND right_id = ?3)";
        let mut statement = self.db.prepare_cached(sql)?;
        Ok(statement.query_row(params![relation, id, self.user_id()], |row| row.get(0))?)
    }
}
