//! Activities and history of a record (E§14), and the search over several types (E§15).

use super::acl::Deed;
use super::desk::Desk;
use super::filters;
use super::list::{self, Within};
use super::read;
use super::reply::{Answer, Refusal, refuse};
use super::request::Request;
use super::schema::Type;
use super::select::{Record, Sql, quoted};
use rusqlite::types::Value as Cell;
use rusqlite::{Row, params_from_iter};
use serde_json::{Value, json};

/// `GET Activities/{E}/{id}/activities|history` and `…/list/{type}`.
pub fn get(desk: &Desk<'_>, parts: &[&str], request: &Request) -> Answer {
    let (entity, id, which, typed) = match parts {
        [entity, id, which] => (entity, id, which, None),
        [entity, id, which, "list", kind] => (entity, id, which, Some(*kind)),
        _ => return Err(bad()),
    };
    let one = desk.entity(entity)?;
    let record = read::find(desk, one, id)?
        .ok_or_else(|| refuse(404, format!("Record {id} does not exist.")))?;
    desk.may_with(one, Deed::Read, &record)?;
    if !matches!(*which, "activities" | "history") {
        return Err(bad());
    }
    match typed {
        Some(kind) => of_type(desk, one, id, which, kind, request),
        None => mixed(desk, one, id, which, request),
    }
}

fn bad() -> Refusal {
    Refusal { html: true, ..refuse(400, "") }
}

fn kinds(which: &str) -> &'static [&'static str] {
    if which == "activities" { &["Meeting", "Call"] } else { &["Meeting", "Call", "Email"] }
}

/// Which of a type belong to the record: by parent, by account, or as somebody who takes part.
fn belongs(one: &Type, kind: &str, which: &str, id: &str) -> Sql {
    let statuses = match (which, kind) {
        ("activities", "Email") => "'Draft'",
        ("activities", _) => "'Planned'",
        (_, "Email") => "'Archived', 'Sent'",
        _ => "'Held', 'Not Held'",
    };
    let cell = || Cell::Text(id.to_owned());
    let mut any =
        vec![Sql::new(format!("t.parentId = ? AND t.parentType = '{}'", one.name), vec![cell()])];
    if one.name == "Account" {
        any.push(Sql::new("t.accountId = ?", vec![cell()]));
    }
    if matches!(one.name.as_str(), "Contact" | "Lead" | "User") && kind != "Email" {
        let relation = format!("{kind}{}", one.name);
        any.push(Sql::new(
            format!("EXISTS (SELECT 1 FROM relation r WHERE r.name = '{relation}' AND r.left_id = t.id AND r.right_id = ?)"),
            vec![cell()],
        ));
    }
    let any = Sql::join(any, " OR ", "0");
    Sql { text: format!("t.status IN ({statuses}) AND ({})", any.text), values: any.values }
}

fn of_type(
    desk: &Desk<'_>,
    one: &Type,
    id: &str,
    which: &str,
    kind: &str,
    request: &Request,
) -> Answer {
    let other = desk.entity(kind)?;
    if !kinds(which).contains(&kind) {
        return Err(bad());
    }
    let within = Within { condition: belongs(one, kind, which, id), middle: None };
    list::list(desk, other, &list::asked(request)?, Some(&within))
}

fn mixed(desk: &Desk<'_>, one: &Type, id: &str, which: &str, request: &Request) -> Answer {
    let asked = list::asked(request)?;
    let only = request.params().get("entityType").and_then(Value::as_str).map(str::to_owned);
    let mut pieces = Vec::new();
    let mut values = Vec::new();
    for kind in kinds(which).iter().filter(|kind| only.as_deref().is_none_or(|only| only == **kind))
    {
        if !desk.role().sees(kind) {
            continue;
        }
        let belongs = belongs(one, kind, which, id);
        let (start, end) =
            if *kind == "Email" { ("t.dateSent", "NULL") } else { ("t.dateStart", "t.dateEnd") };
        pieces.push(format!(
            "SELECT '{kind}' AS scope, t.id, t.name, t.status, {start} AS start, {end} AS finish, t.parentId, t.parentType, t.assignedUserId, \
             (SELECT name FROM User WHERE id = t.assignedUserId), t.createdAt FROM {} t WHERE t.deleted = 0 AND {}",
            quoted(kind),
            belongs.text
        ));
        values.extend(belongs.values);
    }
    if pieces.is_empty() {
        return Ok(json!({"total": 0, "list": []}));
    }
    let union = pieces.join(" UNION ALL ");
    let total: i64 = desk.db.query_row(
        &format!("SELECT COUNT(*) FROM ({union})"),
        params_from_iter(values.iter()),
        |row| row.get(0),
    )?;
    let sql =
        format!("{union} ORDER BY start DESC, 2 LIMIT {} OFFSET {}", asked.max_size, asked.offset);
    let mut statement = desk.db.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(values.iter()), activity)?;
    let list = rows.collect::<rusqlite::Result<Vec<Value>>>()?;
    Ok(json!({"total": total, "list": list}))
}

fn activity(row: &Row<'_>) -> rusqlite::Result<Value> {
    let text = |place: usize| row.get::<_, Option<String>>(place);
    let scope = text(0)?.unwrap_or_default();
    let mut item = json!({
        "id": text(1)?, "name": text(2)?, "deleted": false, "status": text(3)?, "dateStart": text(4)?, "dateEnd": text(5)?,
        "dateStartDate": null, "dateEndDate": null, "parentId": text(6)?, "parentType": text(7)?, "assignedUserId": text(8)?,
        "assignedUserName": text(9)?, "createdAt": text(10)?, "_scope": scope,
    });
    if scope == "Email" {
        item["dateSent"] = item["dateStart"].clone();
    }
    Ok(item)
}

/// `GET GlobalSearch`.
pub fn search(desk: &Desk<'_>, request: &Request) -> Answer {
    let params = request.params();
    let words = params.get("q").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    if words.is_empty() {
        return Err(Refusal { html: true, ..refuse(400, "No `q` parameter.") });
    }
    let asked = list::asked(request)?;
    let enough = asked.offset + asked.max_size + 1;
    let mut found = Vec::new();
    for scope in ["Account", "Contact", "Lead", "Opportunity", "CEquipment"] {
        if i64::try_from(found.len()).unwrap_or(0) < enough && desk.role().sees(scope) {
            found.extend(matches(desk, desk.entity(scope)?, &words, enough)?);
        }
    }
    let start = usize::try_from(asked.offset).unwrap_or(usize::MAX).min(found.len());
    let mut list = found.split_off(start);
    let size = usize::try_from(asked.max_size).unwrap_or(0);
    let more = list.len() > size;
    list.truncate(size);
    Ok(json!({"total": if more { -1 } else { -2 }, "list": list}))
}

fn matches(desk: &Desk<'_>, one: &Type, words: &str, limit: i64) -> Result<Vec<Value>, Refusal> {
    let condition = Sql::join(vec![filters::text(one, words), desk.readable(one)?], " AND ", "1");
    let extra: Vec<&str> = ["status", "stage", "emailAddress", "phoneNumber"]
        .into_iter()
        .filter(|name| one.attributes.contains_key(*name))
        .collect();
    let columns =
        extra.iter().map(|name| format!(", t.{}", quoted(name))).collect::<Vec<_>>().concat();
    let sql = format!(
        "SELECT t.id, t.name{columns} FROM {} t WHERE t.deleted = 0 AND {} ORDER BY t.name, t.id LIMIT {limit}",
        quoted(&one.name),
        condition.text
    );
    let mut statement = desk.db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(condition.values.iter()), |row| {
        let mut item = Record::new();
        for (place, name) in ["id", "name"].iter().chain(&extra).enumerate() {
            item.insert((*name).into(), json!(row.get::<_, Option<String>>(place)?));
        }
        item.insert("_scope".into(), json!(one.name));
        Ok(Value::Object(item))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
