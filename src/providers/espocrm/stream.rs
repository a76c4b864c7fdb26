//! Notes of a record's stream: those that are there, and posts of one's own. E§13.
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::{
    activity, days,
    json::{at, is_true, items, suffixed, text},
    single::Truth,
};
use crate::{
    domain::{
        action::Happening,
        comment::{Audience, Comment},
        error::Error,
        record::RecordId,
        schema::{EntityName, EntityType, Schema},
    },
    net::exchange::{Exchange, Method},
};

/// One's own posts can be changed for so long, unless the server is set otherwise.
const EDITABLE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A post on a record, or another text in the place of one.
///
/// Errors: what the product cannot do; an empty text, which it would take.
pub fn comment(entity: &EntityName, id: &RecordId, comment: &Comment) -> Result<Truth, Error> {
    let unsupported = |what: &str| Err(Error::Unsupported { what: what.to_owned() });
    if comment.text.trim().is_empty() {
        return Err(Error::Invalid { field: None, reason: "a comment needs a text".to_owned() });
    }
    if comment.answers.is_some() {
        return unsupported("answering a post");
    }
    if comment.audience != Audience::Readers {
        return unsupported("choosing who reads a post");
    }
    if let Some(note) = &comment.replaces {
        let exchange = Exchange::new(Method::Put, ["Note", note]);
        let exchange = exchange.json(json!({ "post": comment.text }));
        return Ok(Truth::of(exchange, format!("Note/{note}")));
    }
    let exchange = Exchange::new(Method::Post, ["Note"]).json(json!({
        "type": "Post",
        "parentType": entity.as_str(),
        "parentId": id.as_str(),
        "post": comment.text,
    }));
    Ok(Truth::of(exchange, "Note".to_owned()))
}

/// A note as something that happened; `None` for what is none.
pub fn happening(
    note: &Json,
    entity_type: &EntityType,
    schema: &Schema,
    now: Timestamp,
) -> Option<Happening> {
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
    let at = text(note, "createdAt").and_then(days::moment);
    let is_post = kind == "Post";
    Some(Happening {
        id: text(note, "id").filter(|_| is_post).map(str::to_owned),
        can_edit: is_post && is_own(note, schema) && at.is_some_and(|at| is_fresh(at, now)),
        audience: is_true(note, "isInternal").then_some(Audience::Private),
        files: files(note),
        at,
        kind: word.to_owned(),
        author: text(note, "createdByName").unwrap_or_default().to_owned(),
        title,
        text: body,
        record: record(note, data),
        ..Happening::default()
    })
}

fn is_own(note: &Json, schema: &Schema) -> bool {
    let me = schema.user.as_ref().map(|me| me.id.as_str());
    me.is_some() && text(note, "createdById") == me
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < EDITABLE
}

fn post(note: &Json) -> String {
    text(note, "post").unwrap_or_default().to_owned()
}

/// The first line stands for the note; the whole text follows when there is more.
fn posted(note: &Json) -> (&'static str, String, String) {
    let post = post(note);
    let first = post.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    let rest = if first.len() < post.trim().len() { post.clone() } else { String::new() };
    if !first.is_empty() {
        return ("note", first, rest);
    }
    let names: Vec<_> = files(note).into_iter().map(|(_, name)| name).collect();
    let title = if names.is_empty() { "empty note".to_owned() } else { names.join(", ") };
    ("note", title, String::new())
}

/// Ids and names of the files that are attached.
fn files(note: &Json) -> Vec<(String, String)> {
    let names = note.get("attachmentsNames").and_then(Json::as_object).into_iter().flatten();
    names.filter_map(|(id, name)| Some((id.clone(), name.as_str()?.to_owned()))).collect()
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
