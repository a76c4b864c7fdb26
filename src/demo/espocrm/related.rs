//! Related records (E§12): their lists, linking and unlinking.

use super::acl::Deed;
use super::desk::Desk;
use super::list::{self, Within};
use super::read;
use super::relate;
use super::reply::{Answer, Refusal, refuse};
use super::request::Request;
use super::schema::{Link, Type};
use super::select::{Record, Sql, quoted};
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

/// `GET {E}/{id}/{link}`.
pub fn get(desk: &Desk<'_>, one: &Type, id: &str, name: &str, request: &Request) -> Answer {
    let record = found(desk, one, id, Deed::Read)?;
    let link = link(one, name)?;
    if link.kind.starts_with("belongsTo") {
        return Err(refuse(404, "Link does not exist."));
    }
    let other = desk
        .espo
        .schema
        .types
        .get(&link.entity)
        .ok_or_else(|| refuse(404, "Link does not exist."))?;
    desk.may(other, Deed::Read).map_err(|_| refuse(403, ""))?;
    let back = link
        .relation
        .as_ref()
        .map(|relation| super::schema::Relation { left: !relation.left, ..relation.clone() });
    let within = Within { condition: condition(one, link, &record), middle: back.as_ref() };
    list::list(desk, other, &list::asked(request)?, Some(&within))
}

fn found(desk: &Desk<'_>, one: &Type, id: &str, deed: Deed) -> Result<Record, Refusal> {
    desk.may(one, deed)?;
    let record = read::find(desk, one, id)?
        .ok_or_else(|| refuse(404, format!("Record {id} does not exist.")))?;
    desk.may_with(one, deed, &record)?;
    Ok(record)
}

fn link<'a>(one: &'a Type, name: &str) -> Result<&'a Link, Refusal> {
    one.links.get(name).ok_or_else(|| refuse(404, "Link does not exist."))
}

fn condition(one: &Type, link: &Link, record: &Record) -> Sql {
    let id = Cell::Text(record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned());
    if let Some(relation) = &link.relation {
        let here = if relation.left { "left_id" } else { "right_id" };
        return Sql::new(format!("m.name = '{}' AND m.{here} = ?", relation.name), vec![id]);
    }
    let foreign = quoted(&format!("{}Id", link.foreign));
    if link.kind == "hasChildren" {
        let kind = quoted(&format!("{}Type", link.foreign));
        return Sql::new(format!("t.{foreign} = ? AND t.{kind} = '{}'", one.name), vec![id]);
    }
    Sql::new(format!("t.{foreign} = ?"), vec![id])
}

/// `POST {E}/{id}/{link}` and `DELETE {E}/{id}/{link}`.
pub fn set(desk: &Desk<'_>, one: &Type, id: &str, name: &str, request: &Request) -> Answer {
    let body = request.json()?;
    found(desk, one, id, Deed::Edit).map_err(|refusal| Refusal {
        reason: refusal.reason.map(|text| text.replace("does not exist", "not found")),
        ..refusal
    })?;
    let link = link(one, name)?;
    if body.get("massRelate").and_then(Value::as_bool) == Some(true) {
        return Err(refuse(403, "Mass link is not allowed."));
    }
    let listed = body.get("ids").and_then(Value::as_array).into_iter().flatten();
    let ids: Vec<&str> =
        body.get("id").into_iter().chain(listed).filter_map(Value::as_str).collect();
    if ids.is_empty() {
        return Ok(json!(false));
    }
    for other in &ids {
        if !desk.exists(&link.entity, other)? {
            return Err(refuse(404, ""));
        }
    }
    for other in ids {
        relate::set(desk, one, link, id, other, request.method == "POST")?;
    }
    desk.espo.forget_totals();
    Ok(json!(true))
}

/// `GET Meeting/{id}/attendees`.
pub fn attendees(desk: &Desk<'_>, one: &Type, id: &str) -> Answer {
    found(desk, one, id, Deed::Read)?;
    let mut list = Vec::new();
    for name in ["users", "contacts", "leads"] {
        let Some(link) = one.links.get(name) else { continue };
        for person in super::select::linked(desk.db, link, id)? {
            let address = desk.value_of(&link.entity, &person.id, "emailAddress")?;
            let status = person.columns.get("status").cloned().unwrap_or_else(|| json!("None"));
            list.push(json!({"id": person.id, "name": person.name, "emailAddress": address, "acceptanceStatus": status, "_scope": link.entity}));
        }
    }
    Ok(json!({"list": list}))
}

/// `PUT|DELETE {E}/{id}/subscription` and `starSubscription`.
pub fn subscribe(desk: &Desk<'_>, one: &Type, id: &str, relation: &str, on: bool) -> Answer {
    found(desk, one, id, Deed::Read)?;
    if relation == "Star" && desk.caller.user.kind == "api" {
        return Err(refuse(403, "Not allowed for non-internal users."));
    }
    let relation = super::schema::Relation {
        name: relation.into(),
        left: true,
        ..super::schema::Relation::default()
    };
    if on {
        relate::add(desk, &relation, id, desk.user_id(), &Value::Null)?;
    } else {
        relate::remove(desk, &relation, id, desk.user_id())?;
    }
    desk.espo.forget_totals();
    Ok(json!(true))
}
