//! Files of purchase orders: sent as a form, one by one, after the order itself (§8).
use super::{
    single,
    table::{Resource, Wire},
};
use crate::{
    domain::{change::Edits, error::Error, record::RecordId, value::Value},
    net::exchange::{Body, Exchange, FilePart, Form, Method},
};

/// "10 MB": a larger one would be answered with 413.
const LARGEST: usize = 10 * 1024 * 1024;
/// What the API takes; anything else would be answered with 415.
const KINDS: [(&str, &str); 8] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("pdf", "application/pdf"),
    ("csv", "text/csv"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// The requests that send the files among the edits.
///
/// Errors: [`Error::Invalid`] with the field for a file that the API would refuse.
pub fn requests(resource: &Resource, id: &RecordId, edits: &Edits) -> Result<Vec<Exchange>, Error> {
    let is_file = |name: &str| resource.row(name).is_some_and(|row| row.wire == Wire::Files);
    let files = edits.iter().filter(|(name, _)| is_file(name));
    files.map(|(name, value)| request(resource, id, name, value)).collect()
}

fn request(
    resource: &Resource,
    id: &RecordId,
    field: &str,
    value: &Value,
) -> Result<Exchange, Error> {
    let refused = |reason: &str| {
        Err(Error::Invalid { field: Some(field.to_owned()), reason: reason.to_owned() })
    };
    let Value::Upload(upload) = value else {
        return refused("the path of a file is wanted; the API takes none away");
    };
    let Some(content) = upload.content.clone() else {
        return refused("the file was not read");
    };
    if content.len() > LARGEST {
        return refused("it is larger than 10 MB, the most that is taken");
    }
    let name = base_name(&upload.path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let kind = KINDS.iter().find(|(known, _)| *known == ending);
    let Some((_, media_type)) = kind else {
        return refused("JPEG, PNG, GIF, PDF, CSV, XLS and XLSX are taken, nothing else");
    };
    let part = FilePart {
        field: "file".to_owned(),
        name: name.to_owned(),
        media_type: (*media_type).to_owned(),
        content,
    };
    let form = Form { files: vec![part], ..Form::default() };
    let mut path = single::path(resource, id);
    path.push("attachments".to_owned());
    let mut exchange = Exchange::new(Method::Post, path);
    exchange.body = Some(Body::Form(form));
    Ok(exchange)
}

/// A file's name without its folders.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
