//! `convertlead` (A8): a lead becomes an account, a contact and a deal.

use super::desk::{Desk, Record};
use super::id::Id;
use super::reply::{Answer, Refusal, denied, refuse};
use super::schema::Module;
use super::write::{self, Element};
use rusqlite::OptionalExtension;
use serde_json::{Map, Value, json};

/// What an account, a contact and a deal take over: their field, the lead's.
const ACCOUNT: [(&str, &str); 8] = [
    ("accountname", "company"),
    ("phone", "phone"),
    ("website", "website"),
    ("industry", "industry"),
    ("email1", "email"),
    ("bill_street", "lane"),
    ("bill_city", "city"),
    ("bill_country", "country"),
];
const CONTACT: [(&str, &str); 9] = [
    ("lastname", "lastname"),
    ("firstname", "firstname"),
    ("email", "email"),
    ("phone", "phone"),
    ("mobile", "mobile"),
    ("title", "designation"),
    ("leadsource", "leadsource"),
    ("mailingstreet", "lane"),
    ("mailingcity", "city"),
];
const DEAL: [(&str, &str); 2] = [("leadsource", "leadsource"), ("description", "description")];

/// Converts a lead; it is never listed again.
pub fn convert(desk: &Desk<'_>) -> Answer {
    let element = write::element(desk);
    let text = |name: &str| element.get(name).and_then(Value::as_str).unwrap_or_default();
    let lead = lead(desk, text("leadId"))?;
    let (leads, number) = lead;
    let record = desk.read(leads, number)?;
    let entities = element.get("entities").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut made = Map::new();
    for (name, taken) in
        [("Accounts", &ACCOUNT[..]), ("Contacts", &CONTACT[..]), ("Potentials", &DEAL[..])]
    {
        let Some(wish) = entities.get(name).and_then(Value::as_object) else { continue };
        if !wish.get("create").is_some_and(|create| {
            *create == json!(true) || *create == json!("true") || *create == json!(1)
        }) {
            continue;
        }
        let module = desk.module(name).ok_or_else(|| denied(""))?;
        let element = merged(&record, wish, taken, text("assignedTo"), &made);
        let number = write::add(desk, module, &element)?;
        made.insert(name.into(), json!(Id { prefix: module.prefix, number }.write()));
    }
    transfer(desk, number, made.get(transfer_to(text("transferRelatedRecordsTo"))))?;
    desk.db.execute("DELETE FROM Leads WHERE id = ?1", [number])?;
    desk.db.execute(
        "UPDATE entity SET deleted = 2, modified = ?2 WHERE id = ?1",
        rusqlite::params![number, desk.now()],
    )?;
    Ok(Value::Object(made))
}

fn transfer_to(wish: &str) -> &str {
    if wish.is_empty() { "Contacts" } else { wish }
}

fn lead<'a>(desk: &Desk<'a>, id: &str) -> Result<(&'a Module, i64), Refusal> {
    let number = Id::read(id).map_or(0, |id| id.number);
    let state: Option<i64> = desk
        .db
        .query_row("SELECT deleted FROM entity WHERE id = ?1", [number], |row| row.get(0))
        .optional()?;
    if state == Some(2) {
        return Err(refuse("LEAD_ALREADY_CONVERTED", "Lead is already converted"));
    }
    desk.find(id)
}

/// What is wished, the lead's values where nothing is, the owner, and the account and contact that were made before.
fn merged(
    lead: &Record,
    wish: &Element,
    taken: &[(&str, &str)],
    owner: &str,
    made: &Map<String, Value>,
) -> Element {
    let mut element = Element::new();
    for (field, from) in taken {
        element.insert((*field).into(), lead.get(*from).cloned().unwrap_or_default());
    }
    for (name, value) in wish.iter().filter(|(name, _)| !matches!(name.as_str(), "create" | "name"))
    {
        element.insert(name.clone(), value.clone());
    }
    let own = lead.get("assigned_user_id").cloned().unwrap_or_default();
    element.insert("assigned_user_id".into(), if owner.is_empty() { own } else { json!(owner) });
    element.insert("isconvertedfromlead".into(), json!("1"));
    for (module, fields) in
        [("Accounts", ["account_id", "related_to"]), ("Contacts", ["contact_id", ""])]
    {
        if let Some(id) = made.get(module) {
            for field in fields.iter().filter(|field| !field.is_empty()) {
                element.entry(*field).or_insert_with(|| id.clone());
            }
        }
    }
    element
}

/// What hung on the lead hangs on another record now.
fn transfer(desk: &Desk<'_>, lead: i64, to: Option<&Value>) -> Result<(), Refusal> {
    let Some(to) = to.and_then(Value::as_str).and_then(Id::read) else { return Ok(()) };
    for sql in [
        "UPDATE ModComments SET related_to = ?2 WHERE related_to = ?1",
        "UPDATE Activity SET parent_id = ?2 WHERE parent_id = ?1",
        "UPDATE Emails SET parent_id = ?2 WHERE parent_id = ?1",
        "UPDATE OR IGNORE relation SET here = ?2 WHERE here = ?1",
        "UPDATE OR IGNORE relation SET there = ?2 WHERE there = ?1",
    ] {
        desk.db.execute(sql, [lead, to.number])?;
    }
    Ok(())
}
