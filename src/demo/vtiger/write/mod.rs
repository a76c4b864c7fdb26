//! `create`, `revise`, `update` and `delete` (A7, A8).

pub mod value;

use super::desk::{Desk, shares_numbers};
use super::inventory;
use super::reply::{Answer, Refusal, denied, missing};
use super::schema::{Field, Kind, Module};
use super::store;
use super::vtql::sql::quoted;
use rusqlite::params;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};

/// What is to be written.
pub type Element = serde_json::Map<String, Value>;

/// The `element` of a request; what is no JSON object is an empty one (A2).
pub fn element(desk: &Desk<'_>) -> Element {
    serde_json::from_str(desk.params.get("element")).unwrap_or_default()
}

/// `create`.
pub fn create(desk: &Desk<'_>) -> Answer {
    let name = desk.params.get("elementType");
    let module = desk.module(name).ok_or_else(|| denied(""))?;
    let number = add(desk, module, &element(desk))?;
    if module.has_lines {
        return inventory::created(desk, module, number);
    }
    let mut record = desk.whole(module, number)?;
    super::files::add_ids(desk, module, number, &mut record)?;
    Ok(Value::Object(record))
}

/// Adds a record and gives its number.
pub fn add(desk: &Desk<'_>, module: &Module, element: &Element) -> Result<i64, Refusal> {
    if module.name == "Users" {
        // No module holds the roles, so a user can be given none (A11).
        return Err(denied(" for id"));
    }
    let mut values = value::all(desk, module, element)?;
    for field in module.fields.values().filter(|field| is_demanded(module, field)) {
        if is_empty(element, &field.name) {
            return Err(missing(&field.name));
        }
    }
    if module.has_lines {
        inventory::check(element)?;
    }
    refuse_duplicates(desk, module, &values, 0)?;
    let now = desk.now();
    let number = if shares_numbers(module) {
        store::next(desk.db, "entity")?
    } else {
        store::next(desk.db, &module.name)?
    };
    stamp(desk, module, element, &now, &mut values)?;
    let values: Vec<(&str, Sql)> =
        values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    store::add(desk.db, module.table(), number, &values)?;
    if shares_numbers(module) {
        let owner = values
            .iter()
            .find(|(name, _)| *name == "assigned_user_id")
            .map(|(_, value)| value.clone());
        desk.db.execute(
            "INSERT INTO entity (id, module, owner, modified) VALUES (?1, ?2, ?3, ?4)",
            params![number, home(module, element), owner, now],
        )?;
    }
    if module.has_lines {
        inventory::replace_lines(desk, module, number, element)?;
    }
    if module.name == "LineItem" {
        inventory::count_again(desk, element)?;
    }
    super::files::keep_uploads(desk, module, number)?;
    Ok(number)
}

/// The module that a new record belongs to: a task without its type is an event and never seen under Calendar (A8).
fn home<'a>(module: &'a Module, element: &Element) -> &'a str {
    if module.table() != "Activity" {
        return &module.name;
    }
    let kind = element.get("activitytype").and_then(Value::as_str).unwrap_or_default();
    if kind == "Task" { "Calendar" } else { "Events" }
}

/// Whether a field must be there: those that the server fills by itself need not.
fn is_demanded(module: &Module, field: &Field) -> bool {
    let own = matches!(field.name.as_str(), "id" | "modifiedby" | "createdtime" | "modifiedtime");
    let one = module.name == "Currency" || module.name == "ProductTaxes";
    field.must && field.editable && !own && !(one && field.kind != Kind::Reference)
}

fn is_empty(element: &Element, name: &str) -> bool {
    match element.get(name) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

/// What the server sets by itself.
fn stamp(
    desk: &Desk<'_>,
    module: &Module,
    element: &Element,
    now: &str,
    values: &mut Vec<(String, Sql)>,
) -> Result<(), Refusal> {
    let mut put = |name: &str, value: Sql| {
        if module.kept().any(|field| field.name == name) {
            values.retain(|(known, _)| known != name);
            values.push((name.to_owned(), value));
        }
    };
    put("createdtime", Sql::Text(now.to_owned()));
    put("modifiedtime", Sql::Text(now.to_owned()));
    put("modifiedby", Sql::Integer(desk.caller.number));
    if module.name == "ModComments" {
        put("creator", Sql::Integer(desk.caller.number));
    }
    // `source` is the one fixed field that is taken as sent (A5).
    let source = element.get("source").and_then(Value::as_str).unwrap_or("WEBSERVICE");
    put("source", Sql::Text(source.to_owned()));
    if is_empty(element, "currency_id") {
        put("currency_id", Sql::Integer(1));
    }
    if is_empty(element, "conversion_rate") && module.has_lines {
        put("conversion_rate", Sql::Real(1.0));
    }
    if let Some((field, begin)) = &module.number {
        let last = store::next(desk.db, &module.name)?;
        put(field, Sql::Text(format!("{begin}{last}")));
    }
    Ok(())
}

fn refuse_duplicates(
    desk: &Desk<'_>,
    module: &Module,
    values: &[(String, Sql)],
    except: i64,
) -> Result<(), Refusal> {
    for field in module.fields.values().filter(|field| field.unique) {
        let Some((_, value)) = values.iter().find(|(name, _)| *name == field.name) else {
            continue;
        };
        let sql = format!(
            "SELECT 1 FROM {} WHERE {} = ?1 AND id <> ?2",
            quoted(module.table()),
            quoted(&field.name)
        );
        if desk.db.prepare_cached(&sql)?.exists(params![value, except])? {
            return Err(Refusal::Duplicate);
        }
    }
    Ok(())
}

/// `revise`: the fields that are sent. `update`: these, but all mandatory ones must be among them.
pub fn change(desk: &Desk<'_>, all_mandatory: bool) -> Answer {
    let element = element(desk);
    let id = element.get("id").and_then(Value::as_str).unwrap_or_default();
    let (module, number) = desk.find(id)?;
    for field in module.fields.values().filter(|field| is_demanded(module, field)) {
        let sent = element.contains_key(&field.name);
        if (sent || all_mandatory) && is_empty(&element, &field.name) {
            return Err(missing(&field.name));
        }
    }
    revise(desk, module, number, &element)?;
    if module.has_lines {
        return inventory::revised(desk, module, number, &element);
    }
    let mut record = desk.whole(module, number)?;
    super::files::add_ids(desk, module, number, &mut record)?;
    Ok(Value::Object(record))
}

/// Sets the fields that are sent.
pub fn revise(
    desk: &Desk<'_>,
    module: &Module,
    number: i64,
    element: &Element,
) -> Result<(), Refusal> {
    let mut values = value::all(desk, module, element)?;
    refuse_duplicates(desk, module, &values, number)?;
    let now = desk.now();
    for (name, value) in
        [("modifiedtime", Sql::Text(now.clone())), ("modifiedby", Sql::Integer(desk.caller.number))]
    {
        if module.kept().any(|field| field.name == name) {
            values.push((name.to_owned(), value));
        }
    }
    let owner =
        values.iter().find(|(name, _)| name == "assigned_user_id").map(|(_, value)| value.clone());
    let values: Vec<(&str, Sql)> =
        values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    store::set(desk.db, module.table(), number, &values)?;
    if shares_numbers(module) {
        let sql = "UPDATE entity SET modified = ?2, owner = COALESCE(?3, owner) WHERE id = ?1";
        desk.db.prepare_cached(sql)?.execute(params![number, now, owner])?;
        if module.table() == "Activity" && element.contains_key("activitytype") {
            let sql = "UPDATE entity SET module = ?2 WHERE id = ?1";
            desk.db.execute(sql, params![number, home(module, element)])?;
        }
    }
    if module.has_lines && element.contains_key("LineItems") {
        inventory::replace_lines(desk, module, number, element)?;
    }
    super::files::keep_uploads(desk, module, number)
}

/// `delete`: to the recycle bin, from which the API brings nothing back.
pub fn delete(desk: &Desk<'_>) -> Answer {
    let (module, number) = desk.find(desk.params.get("id"))?;
    if module.name == "Users" {
        return Err(denied(""));
    }
    if module.has_lines {
        inventory::may_be_read(desk, module, number)?;
    }
    remove(desk, module, number)?;
    Ok(json!({"status": "successful"}))
}

/// Takes a record out of its table; what shares the numbers is remembered as deleted.
pub fn remove(desk: &Desk<'_>, module: &Module, number: i64) -> Result<(), Refusal> {
    desk.db.execute(&format!("DELETE FROM {} WHERE id = ?1", quoted(module.table())), [number])?;
    if shares_numbers(module) {
        desk.db.execute(
            "UPDATE entity SET deleted = 1, modified = ?2 WHERE id = ?1",
            params![number, desk.now()],
        )?;
    }
    if module.has_lines {
        desk.db.execute("DELETE FROM LineItem WHERE parent_id = ?1", [number])?;
    }
    Ok(())
}
