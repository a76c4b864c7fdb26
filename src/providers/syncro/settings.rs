//! Settings as records: those of the account, its statuses, saved searches and custom fields.
use serde_json::{Map, Value as Json, json};

use super::{
    custom,
    reading::{id, text},
    schema::Told,
    table::Part,
};
use crate::providers::json::items;

/// The rows of that part.
pub fn rows(part: Part, told: &Told) -> Vec<Json> {
    match part {
        Part::Plain => plain(told),
        Part::Statuses => statuses(told),
        Part::Searches => searches(told),
        Part::Fields => fields(told),
    }
}

fn statuses(told: &Told) -> Vec<Json> {
    let names = items(&told.tickets, &["ticket_status_list"]).filter_map(text);
    // A status is known by its name alone.
    let row =
        |(place, name): (usize, String)| json!({ "id": name, "name": name, "position": place + 1 });
    names.enumerate().map(row).collect()
}

fn searches(told: &Told) -> Vec<Json> {
    let row = |search: &Json| {
        let id = search.get("id").and_then(id)?;
        let name = search.get("name").and_then(text).unwrap_or_else(|| id.clone());
        Some(json!({ "id": id, "name": name, "definition": search }))
    };
    items(&told.tickets, &["saved_searches"]).filter_map(row).collect()
}

fn fields(told: &Told) -> Vec<Json> {
    let row = |(place, it): (usize, custom::Definition)| {
        // Each kind counts its fields alone, so the kind is a part of the id.
        let own = if it.id.is_empty() { (place + 1).to_string() } else { it.id };
        json!({
            "id": format!("{}{own}", it.of),
            "name": it.name,
            "of": it.of,
            "type_name": it.type_name,
            "field_type": it.field_type,
            "required": it.is_required,
            "hidden": it.is_hidden,
            "answers": it.answers.join(", "),
            "position": it.position,
        })
    };
    custom::definitions(told).into_iter().enumerate().map(row).collect()
}

/// Everything that is one value, by its path; what is shown as records of its own is left out.
fn plain(told: &Told) -> Vec<Json> {
    let mut rows = Vec::new();
    for (name, json) in [("account", &told.settings), ("tickets", &told.tickets)] {
        gather(name, json, 0, &mut rows);
    }
    let tabs = told.tabs.get("tabs").unwrap_or(&told.tabs);
    gather("tabs", tabs, 0, &mut rows);
    rows
}

/// Settings are not deeper than this.
const DEPTH: usize = 4;

fn gather(path: &str, json: &Json, depth: usize, rows: &mut Vec<Json>) {
    match json {
        Json::Object(map) if depth < DEPTH => inside(path, map, depth, rows),
        Json::Array(all) if all.iter().all(|it| text(it).is_some() || it.as_str() == Some("")) => {
            let words: Vec<_> = all.iter().filter_map(text).collect();
            rows.push(row(path, &words.join(", ")));
        }
        Json::Array(all) if depth < DEPTH && path.ends_with("business_hours") => {
            for day in all {
                let part = |key: &str| day.get(key).and_then(text).unwrap_or_default();
                let hours = format!("{}–{}", part("start"), part("end"));
                let is_closed = day.get("closed").and_then(Json::as_bool) == Some(true);
                let hours = if is_closed { "closed".to_owned() } else { hours };
                rows.push(row(&format!("{path}.{}", part("day")), &hours));
            }
        }
        Json::Null => rows.push(row(path, "")),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            rows.push(row(path, &text(json).unwrap_or_default()));
        }
        // Lists of things are shown as records, or are not shown.
        Json::Object(_) | Json::Array(_) => {}
    }
}

fn inside(path: &str, map: &Map<String, Json>, depth: usize, rows: &mut Vec<Json>) {
    for (name, json) in map {
        gather(&format!("{path}.{name}"), json, depth + 1, rows);
    }
}

fn row(path: &str, value: &str) -> Json {
    json!({ "id": path, "name": path, "value": value })
}
