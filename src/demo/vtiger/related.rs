//! Relations (A9): what a module is related to, the records, and links made by hand.

use super::desk::Desk;
use super::query;
use super::reply::{Answer, Refusal, denied, no_module, refuse};
use super::schema::{Module, Relation};
use super::store;
use super::vtql::parser;
use super::vtql::sql::{self, Made, quoted};
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value, json};

/// `relatedtypes`: types with their repetitions, and the relations by label.
pub fn types(desk: &Desk<'_>) -> Answer {
    let name = desk.params.get("elementType");
    let module = desk.module(name).ok_or_else(|| no_module(name))?;
    let names: Vec<&str> =
        module.relations.iter().map(|relation| relation.module.as_str()).collect();
    let about = |relation: &Relation| {
        (
            relation.label.clone(),
            json!({"name": relation.module, "label": relation.label, "isEntity": "1"}),
        )
    };
    let information: Map<String, Value> = module.relations.iter().map(about).collect();
    Ok(json!({"types": names, "information": information}))
}

fn not_related() -> Refusal {
    refuse("UNKOWN_ENTITY", "Relation specified is incorrect")
}

/// The record that is asked about; one that is not there reads as a module without a name.
fn source<'a>(desk: &Desk<'a>) -> Result<(&'a Module, i64), Refusal> {
    desk.find(desk.params.get("id")).map_err(|refusal| {
        let denied = matches!(refusal, Refusal::Error { code: "ACCESS_DENIED", .. });
        if denied { no_module("") } else { refusal }
    })
}

/// The relation of a label to a type.
fn relation<'a>(module: &'a Module, label: &str, kind: &str) -> Result<&'a Relation, Refusal> {
    let fits = |relation: &&Relation| relation.label == label && relation.module == kind;
    module.relations.iter().find(fits).ok_or_else(not_related)
}

/// What holds of the related records: SQL over `t`.
fn condition(relation: &Relation, number: i64) -> String {
    let holds = match &relation.field {
        Some(field) => format!("t.{} = {number}", quoted(field)),
        None => format!("t.id IN (SELECT there FROM relation WHERE here = {number})"),
    };
    let past = "t.taskstatus IN ('Completed', 'Deferred')";
    match relation.label.as_str() {
        "Activity History" => format!("{holds} AND {past}"),
        "Activities" => format!("{holds} AND NOT {past}"),
        _ => holds,
    }
}

/// `retrieve_related`: whole records, at most 100.
pub fn retrieve(desk: &Desk<'_>) -> Answer {
    let (module, number) = source(desk)?;
    let kind = desk.params.get("relatedType");
    let relation = relation(module, desk.params.get("relatedLabel"), kind)?;
    let related = desk.module(kind).ok_or_else(|| no_module(kind))?;
    // Lines would make a row each: the header's fields are asked for by name.
    let fields: Vec<&str> = related
        .ordered(desk.caller.admin)
        .into_iter()
        .filter(|field| !field.apart && !field.line)
        .map(|field| field.name.as_str())
        .collect();
    let query = parser::parse(&format!("select {} from {kind} order by id;", fields.join(",")))
        .map_err(|_| Refusal::Dead)?;
    let made = sql::make(
        &query,
        related,
        desk.caller.admin,
        &|_| false,
        Some(&condition(relation, number)),
    );
    match made {
        Ok(Made::Records(plan)) => desk.records(related, &plan).map(|records| json!(records)),
        Ok(Made::Count(_) | Made::Nothing) | Err(_) => Err(Refusal::Dead),
    }
}

/// `query_related`: a query without `;`, to which the server adds its condition behind an upper-case `WHERE`, or else at
/// the end, where it fits only after the module's name.
pub fn query(desk: &Desk<'_>) -> Answer {
    let (module, number) = source(desk)?;
    let text = desk.params.get("query");
    let kind = parser::module_of(text).ok_or_else(not_related)?;
    let relation = relation(module, desk.params.get("relatedLabel"), kind)?;
    if text.contains(';') {
        return Err(not_related());
    }
    let lower = text.to_lowercase();
    let more = ["where ", "order by ", "limit "].iter().any(|word| lower.contains(word));
    if !text.contains("WHERE ") && more {
        let message = "Syntax Error on line 1: token 'WHERE' Unexpected WHERE(WHERE), expected one of: SEMICOLON";
        return Err(refuse("QUERY_SYNTAX_ERROR", message));
    }
    query::run(desk, &format!("{text};"), Some(&condition(relation, number)))
}

fn unknown() -> Refusal {
    refuse("INTERNAL_SERVER_ERROR", "Unknown Error while processing request")
}

/// The two records of a link.
fn pair<'a>(desk: &Desk<'a>) -> Result<[(&'a Module, i64); 2], Refusal> {
    let find = |name: &str| desk.find(desk.params.get(name)).map_err(|_| unknown());
    Ok([find("sourceRecordId")?, find("relatedRecordId")?])
}

/// `add_related`: one record; what is related already is so again without a word.
pub fn add(desk: &Desk<'_>) -> Answer {
    let [(module, here), (other, there)] = pair(desk)?;
    let label = desk.params.get("relationIdLabel");
    let known = module.relations.iter().find(|relation| {
        relation.module == other.name && (label.is_empty() || relation.label == label)
    });
    match known {
        Some(Relation { field: Some(field), .. }) => {
            store::set(desk.db, other.table(), there, &[(field.as_str(), Sql::Integer(here))])?;
        }
        Some(Relation { field: None, .. }) => {
            let mut statement = desk
                .db
                .prepare_cached("INSERT OR IGNORE INTO relation (here, there) VALUES (?1, ?2)")?;
            statement.execute([here, there])?;
            statement.execute([there, here])?;
        }
        None => {}
    }
    Ok(json!({"message": "successfull"}))
}

/// `delete_related`: the cloud's alone.
pub fn remove(desk: &Desk<'_>) -> Answer {
    let [(module, here), (other, there)] = pair(desk)?;
    let mut statement =
        desk.db.prepare_cached("DELETE FROM relation WHERE here = ?1 AND there = ?2")?;
    statement.execute([here, there])?;
    statement.execute([there, here])?;
    for relation in module.relations.iter().filter(|relation| relation.module == other.name) {
        let Some(field) = &relation.field else { continue };
        if other.fields.get(field).is_some_and(|field| field.must) {
            return Err(denied(""));
        }
        let sql = format!(
            "UPDATE {} SET {} = 0 WHERE id = ?1 AND {} = ?2",
            quoted(other.table()),
            quoted(field),
            quoted(field)
        );
        desk.db.execute(&sql, [there, here])?;
    }
    Ok(json!({"message": "successfull"}))
}
