//! The middle table: who is linked to whom, and what stands between them.

use super::desk::Desk;
use super::reply::Refusal;
use super::schema::{Link, Relation, Type};
use super::select::{Record, quoted};
use rusqlite::params;
use serde_json::{Value, json};

/// Writes what the input says of links to many. Ids replace the whole set (E§7).
pub fn keep(
    desk: &Desk<'_>,
    one: &Type,
    id: &str,
    input: &Record,
    creates: bool,
) -> Result<(), Refusal> {
    for link in one.links.values() {
        let Some(relation) = &link.relation else { continue };
        let ids = input.get(&format!("{}Ids", link.name)).and_then(Value::as_array);
        let columns = input.get(&format!("{}Columns", link.name)).unwrap_or(&Value::Null);
        if let Some(ids) = ids {
            let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
            replace(desk, relation, id, &ids)?;
        }
        for (other, values) in columns.as_object().into_iter().flatten() {
            set_columns(desk, relation, id, other, values)?;
        }
        if let Some(first) = relation
            .primary
            .as_ref()
            .and_then(|name| input.get(&format!("{name}Id")))
            .and_then(Value::as_str)
            && !first.is_empty()
        {
            add(desk, relation, id, first, &json!({}))?;
        }
    }
    if creates {
        invite(desk, one, id, input)?;
    }
    follow_assigned(desk, one, id, input)
}

/// Whoever a meeting or call is given to takes part in it.
fn invite(desk: &Desk<'_>, one: &Type, id: &str, input: &Record) -> Result<(), Refusal> {
    let Some(relation) = one.links.get("users").and_then(|link| link.relation.as_ref()) else {
        return Ok(());
    };
    let Some(user) = input.get("assignedUserId").and_then(Value::as_str) else { return Ok(()) };
    let status = if user == desk.user_id() { "Accepted" } else { "None" };
    add(desk, relation, id, user, &json!({"status": status}))?;
    set_columns(desk, relation, id, user, &json!({"status": status}))
}

/// Whoever a record is given to follows it.
fn follow_assigned(desk: &Desk<'_>, one: &Type, id: &str, input: &Record) -> Result<(), Refusal> {
    let user = input.get("assignedUserId").and_then(Value::as_str);
    if let (true, Some(user)) = (one.is("stream"), user) {
        let follow = Relation { name: "Follow".into(), left: true, ..Relation::default() };
        add(desk, &follow, id, user, &Value::Null)?;
    }
    Ok(())
}

fn sides<'a>(relation: &Relation, here: &'a str, there: &'a str) -> (&'a str, &'a str) {
    if relation.left { (here, there) } else { (there, here) }
}

/// Links two records; nothing happens where they are linked already.
pub fn add(
    desk: &Desk<'_>,
    relation: &Relation,
    here: &str,
    there: &str,
    columns: &Value,
) -> Result<(), Refusal> {
    let (left, right) = sides(relation, here, there);
    let columns = if columns.is_null() { None } else { Some(columns.to_string()) };
    let sql =
        "INSERT OR IGNORE INTO relation (name, left_id, right_id, columns) VALUES (?1, ?2, ?3, ?4)";
    desk.db.execute(sql, params![relation.name, left, right, columns])?;
    Ok(())
}

/// Unlinks two records.
pub fn remove(
    desk: &Desk<'_>,
    relation: &Relation,
    here: &str,
    there: &str,
) -> Result<(), Refusal> {
    let (left, right) = sides(relation, here, there);
    let sql = "DELETE FROM relation WHERE name = ?1 AND left_id = ?2 AND right_id = ?3";
    desk.db.execute(sql, params![relation.name, left, right])?;
    Ok(())
}

fn set_columns(
    desk: &Desk<'_>,
    relation: &Relation,
    here: &str,
    there: &str,
    values: &Value,
) -> Result<(), Refusal> {
    let (left, right) = sides(relation, here, there);
    let sql = "UPDATE relation SET columns = json_patch(COALESCE(columns, '{}'), ?4) WHERE name = ?1 AND left_id = ?2 AND right_id = ?3";
    desk.db.execute(sql, params![relation.name, left, right, values.to_string()])?;
    Ok(())
}

fn replace(desk: &Desk<'_>, relation: &Relation, id: &str, ids: &[&str]) -> Result<(), Refusal> {
    let (here, there) =
        if relation.left { ("left_id", "right_id") } else { ("right_id", "left_id") };
    let keep = json!(ids).to_string();
    let sql = format!(
        "DELETE FROM relation WHERE name = ?1 AND {here} = ?2 AND {there} NOT IN (SELECT value FROM json_each(?3))"
    );
    desk.db.execute(&sql, params![relation.name, id, keep])?;
    for other in ids {
        add(desk, relation, id, other, &json!({}))?;
    }
    Ok(())
}

/// Links or unlinks through whatever the link is made of.
pub fn set(
    desk: &Desk<'_>,
    one: &Type,
    link: &Link,
    id: &str,
    other: &str,
    linked: bool,
) -> Result<(), Refusal> {
    if let Some(relation) = &link.relation {
        if linked {
            add(desk, relation, id, other, &json!({}))?;
        } else {
            remove(desk, relation, id, other)?;
        }
        return primary(desk, one, link, id, other, linked);
    }
    let foreign = quoted(&format!("{}Id", link.foreign));
    let table = quoted(&link.entity);
    let kind = if link.kind == "hasChildren" {
        format!(", {} = '{}'", quoted(&format!("{}Type", link.foreign)), one.name)
    } else {
        String::new()
    };
    if linked {
        desk.db.execute(
            &format!("UPDATE {table} SET {foreign} = ?1{kind} WHERE id = ?2"),
            params![id, other],
        )?;
    } else {
        desk.db.execute(
            &format!("UPDATE {table} SET {foreign} = NULL WHERE id = ?2 AND {foreign} = ?1"),
            params![id, other],
        )?;
    }
    Ok(())
}

/// A contact keeps its first account in a column of its own.
fn primary(
    desk: &Desk<'_>,
    one: &Type,
    link: &Link,
    id: &str,
    other: &str,
    linked: bool,
) -> Result<(), Refusal> {
    let (contact, account) = match (one.name.as_str(), link.entity.as_str()) {
        ("Account", "Contact") => (other, id),
        ("Contact", "Account") => (id, other),
        _ => return Ok(()),
    };
    let sql = if linked {
        "UPDATE Contact SET accountId = ?2, accountIsInactive = 0 WHERE id = ?1 AND accountId IS NULL"
    } else {
        "UPDATE Contact SET accountId = NULL, accountIsInactive = NULL, title = NULL WHERE id = ?1 AND accountId = ?2"
    };
    desk.db.execute(sql, params![contact, account])?;
    Ok(())
}
