//! Documents and their files (A8).

use super::desk::{Desk, Record};
use super::id::Id;
use super::reply::{Answer, Refusal, refuse};
use super::schema::Module;
use super::store;
use super::write::value::kept;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

/// Keeps the file that came with a document as the part `filename`: one document, one file. Its number is taken from
/// the records' number space.
pub fn keep_uploads(desk: &Desk<'_>, module: &Module, number: i64) -> Result<(), Refusal> {
    if module.name != "Documents" {
        return Ok(());
    }
    let Some(file) = desk.params.files.iter().find(|file| file.field == "filename") else {
        return Ok(());
    };
    let name = kept(&file.name.replace(' ', "_"), 255, false);
    let id = store::next(desk.db, "entity")?;
    desk.db.execute("DELETE FROM file WHERE owner = ?1", [number])?;
    desk.db.execute(
        "INSERT INTO file (id, owner, name, type, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, number, name, file.kind, file.body],
    )?;
    let size = i64::try_from(file.body.len()).unwrap_or(i64::MAX);
    let values = [
        ("filename", Sql::Text(name)),
        ("filetype", Sql::Text(file.kind.clone())),
        ("filesize", Sql::Integer(size)),
        ("filelocationtype", Sql::Text("I".into())),
    ];
    store::set(desk.db, "Documents", number, &values).map_err(Refusal::from)
}

/// Adds `imageattachmentids` to a document that has a file: the ids that `files_retrieve` takes.
pub fn add_ids(
    desk: &Desk<'_>,
    module: &Module,
    number: i64,
    record: &mut Record,
) -> Result<(), Refusal> {
    if module.name != "Documents" {
        return Ok(());
    }
    let mut statement = desk.db.prepare_cached("SELECT id FROM file WHERE owner = ?1")?;
    let ids: Vec<i64> =
        statement.query_map([number], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    if !ids.is_empty() {
        let ids: Vec<String> =
            ids.iter().map(|id| Id { prefix: module.prefix, number: *id }.write()).collect();
        let label = record.shift_remove("label").unwrap_or_default();
        record.insert("imageattachmentids".into(), json!(ids.join(",")));
        record.insert("label".into(), label);
    }
    Ok(())
}

/// `files_retrieve`: by the file's own id.
pub fn retrieve(desk: &Desk<'_>) -> Answer {
    let number = Id::read(desk.params.get("id")).map_or(0, |id| id.number);
    let (name, kind, body) = find(desk.db, number)?.ok_or_else(|| {
        refuse("RECORD_NOT_FOUND", "Record you are trying to access is not found")
    })?;
    let size = body.len();
    let one = json!({
        "fileid": number.to_string(),
        "filename": name,
        "filetype": kind,
        "filesize": size,
        "filecontents": STANDARD.encode(body),
    });
    Ok(Value::Array(vec![one]))
}

/// A file's name, type and contents. The company's own files are made when they are asked for.
fn find(db: &Connection, number: i64) -> rusqlite::Result<Option<(String, String, Vec<u8>)>> {
    let sql = "SELECT name, type, body FROM file WHERE id = ?1";
    let found: Option<(String, String, Option<Vec<u8>>)> = db
        .query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(found.map(|(name, kind, body)| {
        let body = body.unwrap_or_else(|| page(&name));
        (name, kind, body)
    }))
}

/// A PDF of one page that says its name, in letters that PDF knows without a font of its own.
pub fn page(name: &str) -> Vec<u8> {
    let plain = |letter: char| {
        if letter.is_ascii() && !matches!(letter, '(' | ')' | '\\') { letter } else { '?' }
    };
    let title: String = name.chars().map(plain).collect();
    let text = format!("BT /F1 18 Tf 60 760 Td ({title}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf = format!("{pdf}{} 0 obj\n{object}\nendobj\n", place + 1);
    }
    let start = pdf.len();
    pdf.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        pdf = format!("{pdf}{place:010} 00000 n \n");
    }
    format!("{pdf}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").into_bytes()
}
