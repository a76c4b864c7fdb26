//! The stream of a record and its notes (E§13).

use super::acl::{Deed, Role};
use super::desk::Desk;
use super::list;
use super::read;
use super::reply::{Answer, Refusal, refuse};
use super::request::Request;
use super::schema::Type;
use super::select::Record;
use crate::demo::random::mix;
use rusqlite::types::Value as Cell;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use serde_json::{Value, json};

const COLUMNS: &str = "n.id, n.post, n.data, n.type, n.targetType, n.number, n.isInternal, n.isPinned, n.createdAt, n.modifiedAt, \
    n.parentId, n.parentType, n.createdById, (SELECT name FROM User WHERE id = n.createdById), n.modifiedById, \
    (SELECT name FROM User WHERE id = n.modifiedById)";

/// `GET {E}/{id}/stream` and `/posts`.
pub fn get(desk: &Desk<'_>, one: &Type, id: &str, only_posts: bool, request: &Request) -> Answer {
    let record = read::find(desk, one, id)?
        .ok_or_else(|| refuse(404, format!("Record {id} does not exist.")))?;
    desk.may_with(one, Deed::Read, &record)?;
    desk.may_with(one, Deed::Stream, &record).map_err(|_| refuse(403, ""))?;
    let asked = list::asked(request)?;
    let (condition, values) = narrowed(desk, id, only_posts, request);
    let sql = format!(
        "SELECT {COLUMNS} FROM note n WHERE {condition} ORDER BY n.number DESC LIMIT {} OFFSET {}",
        asked.max_size, asked.offset
    );
    let list = notes(desk, &sql, &values)?;
    let count = format!("SELECT COUNT(*) FROM note n WHERE {condition}");
    let total: i64 =
        desk.db.query_row(&count, params_from_iter(values.iter()), |row| row.get(0))?;
    let pinned = format!(
        "SELECT {COLUMNS} FROM note n WHERE n.parentId = ?1 AND n.deleted = 0 AND n.isPinned = 1 ORDER BY n.number DESC"
    );
    let pinned = notes(desk, &pinned, &[Cell::Text(id.to_owned())])?;
    Ok(json!({"total": total, "list": list, "pinnedList": pinned}))
}

fn narrowed(desk: &Desk<'_>, id: &str, only_posts: bool, request: &Request) -> (String, Vec<Cell>) {
    let params = request.params();
    let text = |key: &str| params.get(key).and_then(super::params::text);
    let mut condition = "n.parentId = ? AND n.deleted = 0".to_owned();
    let mut values = vec![Cell::Text(id.to_owned())];
    match text("filter").as_deref() {
        Some("updates") if !only_posts => {
            condition.push_str(" AND n.type IN ('Update', 'Status', 'Assign', 'Create')");
        }
        kind if only_posts || kind == Some("posts") => condition.push_str(" AND n.type = 'Post'"),
        _ => {}
    }
    for (key, piece) in
        [("after", " AND n.createdAt > ?"), ("beforeNumber", " AND n.number < CAST(? AS INTEGER)")]
    {
        if let Some(value) = text(key) {
            condition.push_str(piece);
            values.push(Cell::Text(value));
        }
    }
    if text("skipOwn").as_deref() == Some("true") {
        condition.push_str(" AND n.createdById <> ?");
        values.push(Cell::Text(desk.user_id().to_owned()));
    }
    (condition, values)
}

fn notes(desk: &Desk<'_>, sql: &str, values: &[Cell]) -> Result<Vec<Value>, Refusal> {
    let mut statement = desk.db.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(values.iter()), note)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn note(row: &Row<'_>) -> rusqlite::Result<Value> {
    let text = |place: usize| row.get::<_, Option<String>>(place);
    let data: Value =
        text(2)?.and_then(|data| serde_json::from_str(&data).ok()).unwrap_or_default();
    let kind = text(3)?.unwrap_or_default();
    let mut note = json!({
        "id": text(0)?, "deleted": false, "post": text(1)?, "data": data, "type": kind, "targetType": text(4)?,
        "number": row.get::<_, i64>(5)?, "isGlobal": false, "createdByGender": null, "isInternal": row.get::<_, bool>(6)?,
        "isPinned": row.get::<_, bool>(7)?, "reactionCounts": null, "myReactions": [], "createdAt": text(8)?, "modifiedAt": text(9)?,
        "parentId": text(10)?, "parentType": text(11)?, "relatedId": null, "relatedType": null, "createdById": text(12)?,
        "createdByName": text(13)?, "modifiedById": text(14)?, "modifiedByName": text(15)?, "superParentId": null, "superParentType": null,
    });
    if kind == "Post" {
        for (name, value) in [
            ("attachmentsIds", json!([])),
            ("attachmentsNames", json!({})),
            ("attachmentsTypes", json!({})),
        ] {
            note[name] = value;
        }
    }
    Ok(note)
}

/// `POST Note`, `PUT Note/{id}`, `DELETE Note/{id}`, `GET Note/{id}` and pins; `None` where the path is none of them.
pub fn route(desk: &Desk<'_>, request: &Request, rest: &[&str]) -> Option<Answer> {
    match (request.method.as_str(), rest) {
        ("POST", []) => Some(post(desk, request)),
        ("GET", [id]) => Some(one(desk, id)),
        ("PUT" | "PATCH", [id]) => Some(edit(desk, id, request)),
        ("DELETE", [id]) => Some(remove(desk, id)),
        ("POST", [id, "pin"]) => Some(pin(desk, id, true)),
        ("DELETE", [id, "pin"]) => Some(pin(desk, id, false)),
        _ => None,
    }
}

fn post(desk: &Desk<'_>, request: &Request) -> Answer {
    let body = request.json()?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (kind, id) = (text("parentType"), text("parentId"));
    if let Some(id) = id {
        let entity =
            desk.entity(kind.unwrap_or_default()).map_err(|_| refuse(403, "No create access."))?;
        let record =
            read::find(desk, entity, id)?.ok_or_else(|| refuse(403, "No create access."))?;
        desk.may_with(entity, Deed::Read, &record).map_err(|_| refuse(403, "No create access."))?;
    }
    let internal = body.get("isInternal").and_then(Value::as_bool).unwrap_or(false);
    let target = text("targetType").filter(|_| id.is_none());
    let note = add(desk, "Post", text("post"), &json!({}), kind.zip(id), internal, target)?;
    let mut answer = one(desk, &note)?;
    for name in [
        "number",
        "isGlobal",
        "createdByGender",
        "isPinned",
        "superParentId",
        "superParentType",
        "modifiedById",
        "relatedId",
        "relatedType",
    ] {
        answer.as_object_mut().and_then(|map| map.shift_remove(name));
    }
    answer["parentName"] =
        kind.zip(id).map_or(Ok(Value::Null), |(kind, id)| desk.value_of(kind, id, "name"))?;
    answer["relatedName"] = Value::Null;
    if id.is_some() {
        answer.as_object_mut().and_then(|map| map.shift_remove("targetType"));
    }
    Ok(answer)
}

fn add(
    desk: &Desk<'_>,
    kind: &str,
    post: Option<&str>,
    data: &Value,
    parent: Option<(&str, &str)>,
    internal: bool,
    target: Option<&str>,
) -> Result<String, Refusal> {
    let number: i64 =
        desk.db.query_row("SELECT COALESCE(MAX(number), 0) + 1 FROM note", [], |row| row.get(0))?;
    let id = format!("6e{:015x}", mix(u64::try_from(number).unwrap_or(0)) >> 4);
    let stamp = desk.espo.clock().stamp();
    let sql = "INSERT INTO note (id, type, post, data, parentType, parentId, targetType, isInternal, createdAt, modifiedAt, createdById) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)";
    let (parent_type, parent_id) = parent.unzip();
    desk.db.execute(
        sql,
        params![
            id,
            kind,
            post,
            data.to_string(),
            parent_type,
            parent_id,
            target,
            internal,
            stamp,
            desk.user_id()
        ],
    )?;
    Ok(id)
}

fn one(desk: &Desk<'_>, id: &str) -> Answer {
    let sql = format!("SELECT {COLUMNS} FROM note n WHERE n.id = ?1 AND n.deleted = 0");
    let found = desk.db.query_row(&sql, [id], note).optional()?;
    found.ok_or_else(|| refuse(404, format!("Record {id} does not exist.")))
}

fn own(desk: &Desk<'_>, id: &str, deed: &str) -> Result<(), Refusal> {
    let note = one(desk, id)?;
    let mine = note["createdById"] == desk.user_id() || desk.role() == Role::Admin;
    if mine { Ok(()) } else { Err(refuse(403, format!("No {deed} access."))) }
}

fn edit(desk: &Desk<'_>, id: &str, request: &Request) -> Answer {
    own(desk, id, "edit")?;
    let body = request.json()?;
    if let Some(post) = body.get("post").and_then(Value::as_str) {
        let sql = "UPDATE note SET post = ?2, modifiedAt = ?3, modifiedById = ?4 WHERE id = ?1";
        desk.db.execute(sql, params![id, post, desk.espo.clock().stamp(), desk.user_id()])?;
    }
    one(desk, id)
}

fn remove(desk: &Desk<'_>, id: &str) -> Answer {
    own(desk, id, "delete")?;
    desk.db.execute("UPDATE note SET deleted = 1 WHERE id = ?1", [id])?;
    Ok(json!(true))
}

fn pin(desk: &Desk<'_>, id: &str, pinned: bool) -> Answer {
    one(desk, id)?;
    desk.db.execute("UPDATE note SET isPinned = ?2 WHERE id = ?1", params![id, pinned])?;
    Ok(json!(true))
}

/// The note of a new record.
pub fn created(desk: &Desk<'_>, one: &Type, record: &Record) -> Result<(), Refusal> {
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
    if !one.is("stream") {
        return Ok(());
    }
    let mut data = json!({});
    if let Some(user) = record.get("assignedUserId").and_then(Value::as_str) {
        data["assignedUserId"] = json!(user);
        data["assignedUserName"] = desk.value_of("User", user, "name")?;
    }
    if let Some(status) = one.status() {
        data["statusField"] = json!(status.name);
        data["statusValue"] = record.get(&status.name).cloned().unwrap_or_default();
    }
    add(desk, "Create", None, &data, Some((&one.name, id)), false, None).map(|_| ())
}

/// The notes of a change: of the assignment, and of audited fields.
pub fn changed(
    desk: &Desk<'_>,
    one: &Type,
    id: &str,
    changes: &Record,
    before: &Record,
) -> Result<(), Refusal> {
    if !one.is("stream") {
        return Ok(());
    }
    let parent = Some((one.name.as_str(), id));
    if let Some(user) = changes.get("assignedUserId") {
        let name = desk.value_of("User", user.as_str().unwrap_or_default(), "name")?;
        add(
            desk,
            "Assign",
            None,
            &json!({"assignedUserId": user, "assignedUserName": name}),
            parent,
            false,
            None,
        )?;
    }
    let audited = |name: &&String| {
        let field =
            one.attributes.get(*name).and_then(|attribute| one.fields.get(&attribute.field));
        field.is_some_and(|field| field.params.contains_key("audited"))
    };
    let names: Vec<&String> = changes.keys().filter(audited).collect();
    if names.is_empty() {
        return Ok(());
    }
    let status = one.status().map(|field| field.name.as_str());
    let fields: Vec<&str> = names
        .iter()
        .filter_map(|name| one.attributes.get(*name))
        .map(|it| it.field.as_str())
        .filter(|name| Some(*name) != status)
        .collect();
    let pick = |from: &Record| {
        names
            .iter()
            .map(|name| ((*name).clone(), from.get(*name).cloned().unwrap_or_default()))
            .collect::<Record>()
    };
    let mut data =
        json!({"fields": fields, "attributes": {"was": pick(before), "became": pick(changes)}});
    if let Some(value) = status.and_then(|name| changes.get(name)) {
        data["value"] = value.clone();
    }
    add(desk, "Update", None, &data, parent, false, None).map(|_| ())
}
