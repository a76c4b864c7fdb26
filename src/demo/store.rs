//! The company's database: tables made from the schema, in memory or in a file.

use super::espocrm::schema::{Schema, Type};
use rusqlite::Connection;
use std::path::Path;

/// Opens the database and makes its tables. The second value tells whether there is nothing in them yet.
pub fn open(path: Option<&Path>, schema: &Schema) -> rusqlite::Result<(Connection, bool)> {
    let db = match path {
        Some(path) => Connection::open(path)?,
        None => Connection::open_in_memory()?,
    };
    db.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;",
    )?;
    db.set_prepared_statement_cache_capacity(256);
    let fresh = !db.table_exists(None, "relation")?;
    if fresh {
        for one in schema.types.values() {
            db.execute_batch(&table(one))?;
        }
        db.execute_batch(FIXED)?;
    }
    Ok((db, fresh))
}

/// Makes the indexes: after the seeding, because that is faster.
pub fn index(db: &Connection, schema: &Schema) -> rusqlite::Result<()> {
    for one in schema.types.values() {
        db.execute_batch(&indexes(one))?;
    }
    db.execute_batch(
        "CREATE INDEX relation_right ON relation (name, right_id, left_id); CREATE INDEX note_parent ON note (parentId, number); ANALYZE;",
    )
}

const FIXED: &str = "
CREATE TABLE relation (name TEXT, left_id TEXT, right_id TEXT, columns TEXT, PRIMARY KEY (name, left_id, right_id)) WITHOUT ROWID;
CREATE TABLE note (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, type TEXT, post TEXT, data TEXT, parentId TEXT,
  parentType TEXT, relatedId TEXT, relatedType TEXT, targetType TEXT, isInternal INTEGER DEFAULT 0, isPinned INTEGER DEFAULT 0,
  createdAt TEXT, modifiedAt TEXT, createdById TEXT, modifiedById TEXT, deleted INTEGER DEFAULT 0);
";

fn table(one: &Type) -> String {
    let columns: Vec<String> = one
        .attributes
        .values()
        .filter(|attribute| attribute.is_column())
        .map(|attribute| match attribute.name.as_str() {
            "id" => "\"id\" TEXT PRIMARY KEY".to_owned(),
            "deleted" => "\"deleted\" INTEGER NOT NULL DEFAULT 0".to_owned(),
            name => format!("\"{name}\" {}", attribute.sql_type()),
        })
        .collect();
    format!("CREATE TABLE \"{}\" ({});", one.name, columns.join(", "))
}

/// What lists are ordered or narrowed by.
const INDEXED: [&str; 14] = [
    "createdAt",
    "name",
    "accountId",
    "assignedUserId",
    "emailAddress",
    "status",
    "stage",
    "dateStart",
    "dateEnd",
    "number",
    "parentId",
    "dateSent",
    "lastName",
    "firstName",
];

fn indexes(one: &Type) -> String {
    let known = |name: &&&str| {
        one.attributes.get(**name).is_some_and(super::espocrm::attribute::Attribute::is_column)
    };
    let make = |name: &&str| {
        format!(
            "CREATE INDEX \"{0}_{name}\" ON \"{0}\" (\"{name}\", \"id\") WHERE \"deleted\" = 0;",
            one.name
        )
    };
    INDEXED.iter().filter(known).map(make).collect()
}
