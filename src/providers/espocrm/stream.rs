//! Notes of a record's stream. E§13.
use serde_json::Value as Json;

use super::{
    activity, days,
    json::{at, items, suffixed, text},
};
use crate::domain::{
    action::Happening,
    record::RecordId,
    schema::{EntityName, EntityType, Schema},
};

/// A note as something that happened; `None` for what is none.
pub fn happening(note: &Json, entity_type: &EntityType, schema: &Schema) -> Option<Happening> {
    let kind = text(note, "type")?;
    let nothing = Json::Null;
    let data = note.get("data").unwrap_or(&nothing);
    let (word, title, body) = match kind {
        "Post" => posted(note),
        "Update" => updated(data, entity_type),
        "Status" => ("field", status(data, entity_type), String::new()),
        "Assign" => ("field", assigned(data), String::new()),
        "Create" => ("field", created(data, entity_type), String::new()),
        "CreateRelated" => (related_kind(note), related(note, "created", schema), String::new()),
        "Relate" => ("field", related(note, "linked", schema), String::new()),
        "Unrelate" => ("field", related(note, "unlinked", schema), String::new()),
        "EmailReceived" => ("mail", mail(data, "received"), post(note)),
        "EmailSent" => ("mail", mail(data, "sent"), post(note)),
        other => ("note", other.to_owned(), post(note)),
    };
    Some(Happening {
        at: text(note, "createdAt").and_then(days::moment),
        kind: word.to_owned(),
        author: text(note, "createdByName").unwrap_or_default().to_owned(),
        title,
        text: body,
        record: record(note, data),
        ..Happening::default()
    })
}

fn post(note: &Json) -> String {
    text(note, "post").unwrap_or_default().to_owned()
}

/// The first line stands for the note; the whole text follows when there is more.
fn posted(note: &Json) -> (&'static str, String, String) {
    let post = post(note);
    let files = files(note);
    let first = post.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    let rest = if first.len() < post.trim().len() { post.clone() } else { String::new() };
    match (first.is_empty(), files.is_empty()) {
        (true, true) => ("note", "empty note".to_owned(), String::new()),
        (true, false) => ("note", files, String::new()),
        (false, true) => ("note", first, rest),
        (false, false) if rest.is_empty() => ("note", first, files),
        (false, false) => ("note", first, format!("{rest}\n{files}")),
    }
}

/// Names of the files that are attached.
fn files(note: &Json) -> String {
    let names = note.get("attachmentsNames").and_then(Json::as_object).into_iter().flatten();
    let names: Vec<_> = names.filter_map(|(_, name)| name.as_str()).collect();
    names.join(", ")
}

/// Which fields, and what they were and became.
fn updated(data: &Json, entity_type: &EntityType) -> (&'static str, String, String) {
    let fields: Vec<_> = items(data, &["fields"]).filter_map(Json::as_str).collect();
    if fields.is_empty() {
        return ("field", status(data, entity_type), String::new());
    }
    let labels: Vec<_> = fields.iter().map(|field| label(entity_type, field)).collect();
    let lines: Vec<_> =
        fields.iter().filter_map(|field| change(data, entity_type, field)).collect();
    ("field", format!("{} changed", labels.join(", ")), lines.join("\n"))
}

fn change(data: &Json, entity_type: &EntityType, field: &str) -> Option<String> {
    let shown = |side: &str| {
        let values = at(data, &["attributes", side])?;
        let own = || values.get(field);
        values.get(suffixed(field, "name")).or_else(own).map(plain)
    };
    let (was, became) = (shown("was"), shown("became"));
    if was.is_none() && became.is_none() {
        return None;
    }
    let label = label(entity_type, field);
    let (was, became) = (was.unwrap_or_default(), became.unwrap_or_default());
    Some(format!("{label}: {was} → {became}"))
}

fn plain(json: &Json) -> String {
    if json.is_null() {
        return String::new();
    }
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn label(entity_type: &EntityType, field: &str) -> String {
    entity_type.field(field).map_or_else(|| field.to_owned(), |field| field.label.clone())
}

/// `Stage: Closed Won`, with the choice's label.
fn status(data: &Json, entity_type: &EntityType) -> String {
    let value = text(data, "value").or_else(|| text(data, "statusValue")).unwrap_or_default();
    let named = text(data, "field").or_else(|| text(data, "statusField"));
    let name = named.or(entity_type.status.as_deref()).unwrap_or("status");
    let choice = entity_type
        .field(name)
        .and_then(|field| field.choices.iter().find(|choice| choice.value == value));
    let value = choice.map_or(value, |choice| choice.label.as_str());
    format!("{}: {value}", label(entity_type, name))
}

fn assigned(data: &Json) -> String {
    match text(data, "assignedUserName") {
        Some(name) => format!("assigned to {name}"),
        None if data.get("assignedUserId").is_some_and(Json::is_string) => "assigned".to_owned(),
        None => "assigned to nobody".to_owned(),
    }
}

fn created(data: &Json, entity_type: &EntityType) -> String {
    let mut parts = vec!["created".to_owned()];
    if text(data, "statusValue").is_some() {
        parts.push(status(data, entity_type));
    }
    if text(data, "assignedUserName").is_some() {
        parts.push(assigned(data));
    }
    parts.join(", ")
}

fn related_kind(note: &Json) -> &'static str {
    text(note, "relatedType").map_or("field", |scope| match activity::kind(scope) {
        "note" => "field",
        kind => kind,
    })
}

/// `Meeting created: Kick-off`.
fn related(note: &Json, what: &str, schema: &Schema) -> String {
    let scope = text(note, "relatedType").unwrap_or("record");
    let entity = EntityName::try_from(scope).ok();
    let entity_type = entity.as_ref().and_then(|name| schema.entity_type(name));
    let label = entity_type.map_or(scope, |entity_type| entity_type.label.as_str());
    match text(note, "relatedName") {
        Some(name) => format!("{label} {what}: {name}"),
        None => format!("{label} {what}"),
    }
}

fn mail(data: &Json, what: &str) -> String {
    match text(data, "emailName") {
        Some(name) => name.to_owned(),
        None => format!("mail {what}"),
    }
}

/// The record behind the note: the related one, or the mail.
fn record(note: &Json, data: &Json) -> Option<(EntityName, RecordId)> {
    let related = text(note, "relatedType").zip(text(note, "relatedId"));
    let mail = || text(data, "emailId").map(|id| ("Email", id));
    let (entity, id) = related.or_else(mail)?;
    Some((EntityName::try_from(entity).ok()?, RecordId::from(id)))
}
