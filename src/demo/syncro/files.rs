//! Files of tickets: fetched by their public address, later. Nothing is uploaded.

use super::desk::Desk;
use super::kinds::Kind;
use super::reply::{self, Answer, missing};
use super::resource::base;
use super::shelf::{Record, doc};
use super::tickets;
use serde_json::{Value, json};

/// A file.
pub fn show(file: &Record) -> Value {
    base(file)
}

/// `POST /tickets/{id}/attach_file_url {files:[{url,filename}]}`.
pub fn attach(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let files = desk.ask.body.get("files").and_then(Value::as_array).filter(|it| !it.is_empty());
    let files = files.ok_or_else(|| {
        reply::error(
            "Missing files param - or not an array like [{'url':'http://foo','filename': 'test'}]",
        )
    })?;
    for file in files {
        let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default();
        desk.send("fetch", text("url"), tickets::called(ticket), file.clone());
        let new = json!({
            "file_name": text("filename"), "file": {"url": text("url")},
            "ticket_id": ticket.id, "created_at": null, "updated_at": null,
        });
        desk.add(Kind::Attachment, doc(new))?;
    }
    reply::ok(&json!({"message": "Processing - refresh ticket in a moment to see if it worked."}))
}

/// `POST /tickets/{id}/delete_attachment`.
pub fn delete(desk: &Desk<'_>, ticket: &Record) -> Answer {
    let id = desk.ask.sent("attachment_id").ok_or_else(missing)?;
    let file = desk.shelf.get(Kind::Attachment, id)?.ok_or_else(missing)?;
    if file.number("ticket_id") != Some(ticket.id) {
        return Err(missing());
    }
    desk.shelf.remove(Kind::Attachment, id)?;
    reply::ok(&json!({"success": true}))
}
