//! Records and files that the tests begin with.
use std::{
    fs,
    path::{Path, PathBuf},
};

use ficha::domain::{
    query::Query,
    record::{Page, Record, RecordId, Total},
    schema::EntityName,
    value::Value,
};
use jiff::Timestamp;

pub const ACME: &str = "espocrm\nhttps://crm.acme.example\nanna";

pub fn contact() -> EntityName {
    EntityName::try_from("Contact").unwrap()
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub fn record(id: &str, name: &str) -> Record {
    let fields = [("name", name), ("status", "New")];
    let fields = fields.map(|(name, text)| (name.to_owned(), Value::Text(text.to_owned())));
    Record {
        entity: contact(),
        id: RecordId::from(id),
        fields: fields.into_iter().collect(),
        version: None,
        url: None,
        is_complete: false,
        cut: vec![],
    }
}

pub fn whole(id: &str, name: &str) -> Record {
    let mut record = Record { is_complete: true, version: Some(3), ..record(id, name) };
    record.fields.insert("description".into(), Value::Text(format!("All about {name}.")));
    record
}

pub fn query(offset: u64) -> Query {
    Query { offset, ..Query::all(contact(), 200) }
}

pub fn page(records: Vec<Record>) -> Page {
    let received = records.len() as u64;
    let records = records.into_iter().map(|record| (record.id.clone(), record)).collect();
    Page {
        records,
        total: Total::Exact(received),
        offset: 0,
        received,
        has_more: false,
        ..Page::default()
    }
}

/// A file with no tables of ours whose header gives this version.
pub fn newer_file(path: &Path) -> Vec<u8> {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch("CREATE TABLE tomorrow (x); PRAGMA user_version = 99;").unwrap();
    drop(db);
    fs::read(path).unwrap()
}

/// What lies in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// A copy of a database as a sudden end would leave it: the file and its log, no closing.
pub fn snapshot(path: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("copy.db");
    for ending in ["", "-wal"] {
        let from = format!("{}{ending}", path.display());
        fs::copy(from, format!("{}{ending}", copy.display())).unwrap();
    }
    copy
}
