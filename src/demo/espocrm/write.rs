//! Create, update, delete (E§9–11).

use super::acl::{Deed, Role};
use super::attribute::{Kind, Source};
use super::change;
use super::desk::Desk;
use super::read;
use super::relate;
use super::reply::{Refusal, broken, refuse};
use super::request::Request;
use super::schema::Type;
use super::select::{Record, quoted};
use super::stream;
use super::validate;
use super::where_;
use crate::demo::random::mix;
use rusqlite::types::Value as Cell;
use rusqlite::{OptionalExtension, params, params_from_iter};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `POST {E}`.
pub fn create(desk: &Desk<'_>, one: &Type, request: &Request) -> Result<Record, Refusal> {
    desk.may(one, Deed::Create)?;
    let body = request.json()?;
    let mut input = change::allowed(desk, one, &body);
    validate::check(&desk.espo.schema, one, &input, true)?;
    check_links(desk, one, &input)?;
    if !request.says("x-skip-duplicate-check") {
        refuse_duplicates(desk, one, &input)?;
    }
    let sent = input.clone();
    change::add_defaults(one, &mut input);
    change::follow(desk, one, &mut input, &Record::new())?;
    let id = desk.new_id(one)?;
    let stamp = desk.espo.clock().stamp();
    for (name, value) in [
        ("id", json!(id)),
        ("createdAt", json!(stamp)),
        ("modifiedAt", json!(stamp)),
        ("createdById", json!(desk.user_id())),
    ] {
        input.insert(name.into(), value);
    }
    number(desk, one, &mut input)?;
    insert(desk, one, &input)?;
    relate::keep(desk, one, &id, &input, true)?;
    stream::created(desk, one, &input)?;
    desk.espo.forget_totals();
    let found = read::find(desk, one, &id)?.ok_or_else(broken)?;
    let mut record = read::complete(desk, one, found)?;
    echo_moments(one, &mut record, &sent);
    Ok(trimmed(one, record, &sent))
}

/// Numbers that the server gives, the version, and the stream's time.
fn number(desk: &Desk<'_>, one: &Type, input: &mut Record) -> Result<(), Refusal> {
    let stamp = input.get("createdAt").cloned().unwrap_or_default();
    if one.is("occ") {
        input.insert("versionNumber".into(), json!(1));
    }
    if one.is("stream") {
        input.insert("streamUpdatedAt".into(), stamp);
    }
    for field in one
        .fields
        .values()
        .filter(|field| matches!(field.kind.as_str(), "autoincrement" | "number"))
    {
        let column = quoted(&field.name);
        let count = format!(
            "SELECT COALESCE(MAX(CAST(REPLACE({column}, 'EQ-', '') AS INTEGER)), 0) + 1 FROM {}",
            quoted(&one.name)
        );
        let next: i64 = desk.db.query_row(&count, [], |row| row.get(0))?;
        let value =
            if field.kind == "number" { json!(format!("EQ-{next:06}")) } else { json!(next) };
        input.insert(field.name.clone(), value);
    }
    Ok(())
}

fn insert(desk: &Desk<'_>, one: &Type, input: &Record) -> Result<(), Refusal> {
    let columns = change::columns(one, input);
    let names: Vec<String> = columns.iter().map(|(name, ..)| quoted(name)).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", quoted(&one.name), names.join(", "));
    let cells: Vec<Cell> = columns.iter().map(|(_, kind, value)| cell(*kind, value)).collect();
    desk.db.execute(&sql, params_from_iter(cells))?;
    Ok(())
}

fn cell(kind: Kind, value: &Value) -> Cell {
    match (kind, value) {
        (_, Value::Null) => Cell::Null,
        (Kind::Json, value) => Cell::Text(value.to_string()),
        (Kind::Bool, Value::Bool(yes)) => Cell::Integer(i64::from(*yes)),
        // An empty id is no id, and an empty address none either.
        (Kind::Id | Kind::Date | Kind::Moment, Value::String(text)) if text.is_empty() => {
            Cell::Null
        }
        _ => where_::cell(value, kind),
    }
}

/// Creation answers leave out what is empty, and a person's composed name (E§9).
fn trimmed(one: &Type, record: Record, sent: &Record) -> Record {
    let composed = |name: &str| {
        name == "name" && one.fields.get("name").is_some_and(|field| field.kind == "personName")
    };
    let keeps = |name: &str, value: &Value| {
        let named = one.attributes.get(name).is_some_and(|it| {
            matches!(it.source, Source::NameOf { .. } | Source::ParentName { .. })
        });
        (named || !value.is_null()) && (!composed(name) || sent.contains_key("firstName"))
    };
    record.into_iter().filter(|(name, value)| keeps(name, value)).collect()
}

/// Links must lead to records that exist and that the caller sees; an assignment must be allowed.
fn check_links(desk: &Desk<'_>, one: &Type, input: &Record) -> Result<(), Refusal> {
    let assigned = input.get("assignedUserId").and_then(Value::as_str);
    if desk.role() == Role::Limited && assigned.is_some_and(|id| id != desk.user_id()) {
        return Err(refuse(403, "Assignment failure: assigned user or team not allowed."));
    }
    for (name, value) in input {
        let Some(attribute) =
            one.attributes.get(name).filter(|it| it.kind == Kind::Id && it.name != "id")
        else {
            continue;
        };
        let Some(id) = value.as_str().filter(|id| !id.is_empty()) else { continue };
        let Some(link) = one.links.get(&attribute.field) else { continue };
        let parent =
            input.get(&format!("{}Type", link.name)).and_then(Value::as_str).unwrap_or_default();
        let entity = if link.kind == "belongsToParent" { parent } else { link.entity.as_str() };
        if !desk.exists(entity, id)? {
            return Err(unrelatable(one, &link.name, entity));
        }
    }
    for link in one.links.values() {
        let ids = input.get(&format!("{}Ids", link.name)).and_then(Value::as_array);
        for id in ids.into_iter().flatten().filter_map(Value::as_str) {
            if !desk.exists(&link.entity, id)? {
                return Err(unrelatable(one, &link.name, &link.entity));
            }
        }
    }
    Ok(())
}

fn unrelatable(one: &Type, link: &str, entity: &str) -> Refusal {
    let body = json!({"messageTranslation": {"label": "cannotRelateNonExisting", "scope": null, "data": {"foreignEntityType": entity}}});
    let reason =
        format!("Can't relate with non-existing record. entity type: {}, link: {link}.", one.name);
    Refusal { body: Some(body), ..refuse(403, reason) }
}

fn refuse_duplicates(desk: &Desk<'_>, one: &Type, input: &Record) -> Result<(), Refusal> {
    if one.list("duplicates").is_empty() {
        return Ok(());
    }
    let text = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = if one.attributes.contains_key("lastName") {
        format!("{} {}", text("firstName"), text("lastName")).trim().to_owned()
    } else {
        text("name").to_owned()
    };
    let whole = !one.attributes.contains_key("lastName") || !text("firstName").is_empty();
    let name = if whole { name } else { String::new() };
    let sql = format!(
        "SELECT id FROM {} WHERE deleted = 0 AND ((?1 <> '' AND name = ?1) OR (?2 <> '' AND emailAddress = ?2)) LIMIT 20",
        quoted(&one.name)
    );
    let mut statement = desk.db.prepare_cached(&sql)?;
    let ids: Vec<String> = statement
        .query_map(params![name, text("emailAddress")], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut records = Vec::new();
    for id in ids {
        let found = read::find(desk, one, &id)?.unwrap_or_default();
        let listed =
            |name: &str| one.attributes.get(name).is_some_and(|attribute| attribute.listed);
        records.push(found.into_iter().filter(|(name, _)| listed(name)).collect::<Record>());
    }
    if records.is_empty() {
        return Ok(());
    }
    Err(Refusal { body: Some(json!(records)), ..refuse(409, "duplicate") })
}

/// `PUT|PATCH {E}/{id}`.
pub fn update(desk: &Desk<'_>, one: &Type, id: &str, request: &Request) -> Result<Record, Refusal> {
    let body = request.json()?;
    let found =
        read::find(desk, one, id)?.ok_or_else(|| refuse(404, format!("Record {id} not found.")))?;
    desk.may_with(one, Deed::Edit, &found)?;
    let before = read::complete(desk, one, found)?;
    let mut input = change::allowed(desk, one, &body);
    validate::check(&desk.espo.schema, one, &input, false)?;
    refuse_stale(one, request, &input, &before)?;
    check_links(desk, one, &input)?;
    let sent = input.clone();
    change::follow(desk, one, &mut input, &before)?;
    let changes: Record = input
        .iter()
        .filter(|(name, value)| !is_same(&before, name, value))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    if !changes.is_empty() {
        store(desk, one, id, changes, &before)?;
    }
    let found = read::find(desk, one, id)?.ok_or_else(broken)?;
    let mut record = read::complete(desk, one, found)?;
    echo_stale(one, &mut record, &sent, &before);
    Ok(record)
}

fn is_same(before: &Record, name: &str, value: &Value) -> bool {
    let was = before.get(name).unwrap_or(&Value::Null);
    let ids = |value: &Value| {
        let ids = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        ids.map(str::to_owned).collect::<BTreeSet<String>>()
    };
    change::same(value, was) || name.ends_with("Ids") && ids(value) == ids(was)
}

/// A stale version and a real change: 409 with what stands there now (E§10).
fn refuse_stale(
    one: &Type,
    request: &Request,
    input: &Record,
    before: &Record,
) -> Result<(), Refusal> {
    let version =
        request.header("x-version-number").and_then(|text| text.trim().parse::<i64>().ok());
    let current = before.get("versionNumber").and_then(Value::as_i64);
    let (true, Some(version), Some(current)) = (one.is("occ"), version, current) else {
        return Ok(());
    };
    let changed: Vec<&String> = input
        .iter()
        .filter(|(name, value)| !is_same(before, name, value))
        .map(|(name, _)| name)
        .collect();
    if version == current || changed.is_empty() {
        return Ok(());
    }
    let fields: Vec<&str> = changed
        .iter()
        .filter_map(|name| one.attributes.get(*name))
        .map(|it| it.field.as_str())
        .collect();
    let values: Record = one
        .attributes
        .values()
        .filter(|it| fields.contains(&it.field.as_str()))
        .filter_map(|it| before.get(&it.name).map(|value| (it.name.clone(), value.clone())))
        .collect();
    Err(Refusal {
        body: Some(json!({"values": values, "versionNumber": current})),
        ..refuse(409, "modified")
    })
}

fn store(
    desk: &Desk<'_>,
    one: &Type,
    id: &str,
    mut changes: Record,
    before: &Record,
) -> Result<(), Refusal> {
    let stamp = desk.espo.clock().stamp();
    stream::changed(desk, one, id, &changes, before)?;
    changes.insert("modifiedAt".into(), json!(stamp));
    if one.attributes.contains_key("modifiedById") {
        changes.insert("modifiedById".into(), json!(desk.user_id()));
    }
    if let Some(version) = before.get("versionNumber").and_then(Value::as_i64) {
        changes.insert("versionNumber".into(), json!(version + 1));
    }
    if one.is("stream") {
        changes.insert("streamUpdatedAt".into(), json!(stamp));
    }
    let columns = change::columns(one, &changes);
    let sets: Vec<String> =
        columns.iter().map(|(name, ..)| format!("{} = ?", quoted(name))).collect();
    let mut cells: Vec<Cell> = columns.iter().map(|(_, kind, value)| cell(*kind, value)).collect();
    cells.push(Cell::Text(id.to_owned()));
    desk.db.execute(
        &format!("UPDATE {} SET {} WHERE id = ?", quoted(&one.name), sets.join(", ")),
        params_from_iter(cells),
    )?;
    relate::keep(desk, one, id, &changes, false)?;
    desk.espo.forget_totals();
    Ok(())
}

/// The quirk of rec:update-clear-phone: the data and flags beside a new address are still the old ones; sent data comes back as sent.
fn echo_stale(one: &Type, record: &mut Record, sent: &Record, before: &Record) {
    for field in
        one.fields.values().filter(|field| matches!(field.kind.as_str(), "email" | "phone"))
    {
        let data = format!("{}Data", field.name);
        if let Some(given) = sent.get(&data) {
            record.insert(data, given.clone());
        } else if sent.contains_key(&field.name) {
            for name in
                [data, format!("{}IsOptedOut", field.name), format!("{}IsInvalid", field.name)]
            {
                if let Some(value) = before.get(&name) {
                    record.insert(name, value.clone());
                }
            }
        }
    }
    echo_moments(one, record, sent);
}

/// A moment without seconds comes back without seconds (E§8).
fn echo_moments(one: &Type, record: &mut Record, sent: &Record) {
    for (name, value) in sent {
        if value.as_str().is_some_and(|text| text.len() == 16)
            && one.attributes.get(name).is_some_and(|it| it.kind == Kind::Moment)
        {
            record.insert(name.clone(), value.clone());
        }
    }
}

/// `DELETE {E}/{id}`.
pub fn delete(desk: &Desk<'_>, one: &Type, id: &str) -> Result<Value, Refusal> {
    let found =
        read::find(desk, one, id)?.ok_or_else(|| refuse(404, format!("Record {id} not found.")))?;
    desk.may_with(one, Deed::Delete, &found)?;
    desk.db
        .execute(&format!("UPDATE {} SET deleted = 1 WHERE id = ?1", quoted(&one.name)), [id])?;
    desk.espo.forget_totals();
    Ok(json!(true))
}

impl Desk<'_> {
    /// Whether a record exists.
    pub fn exists(&self, entity: &str, id: &str) -> Result<bool, Refusal> {
        if !self.espo.schema.types.contains_key(entity) {
            return Ok(false);
        }
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE id = ?1 AND deleted = 0)",
            quoted(entity)
        );
        Ok(self.db.query_row(&sql, [id], |row| row.get(0))?)
    }

    /// One text column of a record; null where there is none.
    pub fn value_of(&self, entity: &str, id: &str, column: &str) -> Result<Value, Refusal> {
        let known = self
            .espo
            .schema
            .types
            .get(entity)
            .and_then(|one| one.attributes.get(column))
            .is_some_and(super::attribute::Attribute::is_column);
        if !known {
            return Ok(Value::Null);
        }
        let sql = format!("SELECT {} FROM {} WHERE id = ?1", quoted(column), quoted(entity));
        let found: Option<Option<String>> =
            self.db.query_row(&sql, [id], |row| row.get(0)).optional()?;
        Ok(json!(found.flatten()))
    }

    /// An id that nobody has.
    pub fn new_id(&self, one: &Type) -> Result<String, Refusal> {
        let count: i64 = self.db.query_row(
            &format!("SELECT COUNT(*) FROM {}", quoted(&one.name)),
            [],
            |row| row.get(0),
        )?;
        let clock = u64::try_from(self.espo.clock().now().as_microsecond()).unwrap_or(0);
        let tail = mix(clock ^ u64::try_from(count).unwrap_or(0)) >> 28;
        Ok(format!("{:08x}{tail:09x}", clock / 1_000_000))
    }
}
