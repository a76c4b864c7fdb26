//! The documents: one table a kind, an id, two moments and JSON.

use super::kinds::Kind;
use super::time;
use jiff::Timestamp;
use rusqlite::types::Value as Cell;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::{Map, Value};
use strum::IntoEnumIterator;

/// A document's members.
pub type Doc = Map<String, Value>;

/// A document that has a place in the database.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: i64,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last written.
    pub updated: Timestamp,
    /// Its members, without `id`, `created_at` and `updated_at`.
    pub doc: Doc,
}

impl Record {
    /// A member; `null` where it has none.
    pub fn at(&self, key: &str) -> &Value {
        self.doc.get(key).unwrap_or(&Value::Null)
    }

    /// A member that is a whole number.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.at(key).as_i64()
    }

    /// A member that is a text.
    pub fn text(&self, key: &str) -> &str {
        self.at(key).as_str().unwrap_or_default()
    }

    /// A member that is true.
    pub fn is(&self, key: &str) -> bool {
        self.at(key).as_bool().unwrap_or(false)
    }

    /// Sets a member.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.doc.insert(key.to_owned(), value.into());
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Record> {
        let doc: String = row.get(3)?;
        Ok(Record {
            id: row.get(0)?,
            created: time::of_millis(row.get(1)?),
            updated: time::of_millis(row.get(2)?),
            doc: serde_json::from_str(&doc).unwrap_or_default(),
        })
    }
}

/// Which documents, and in what order.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    terms: Vec<String>,
    values: Vec<Cell>,
    order: Option<String>,
}

impl Filter {
    /// All.
    pub fn all() -> Filter {
        Filter::default()
    }

    /// Those whose member is this value.
    pub fn of(key: &'static str, value: impl Into<Cell>) -> Filter {
        let mut filter = Filter::default();
        filter.equal(key, value);
        filter
    }

    /// Only those whose member is this value.
    pub fn equal(&mut self, key: &'static str, value: impl Into<Cell>) {
        self.term(format!("doc ->> '{key}' = ?"), value);
    }

    /// Only those of which this is true; the condition has one mark.
    pub fn term(&mut self, condition: String, value: impl Into<Cell>) {
        self.terms.push(condition);
        self.values.push(value.into());
    }

    /// Only those of which this is true.
    pub fn holds(&mut self, condition: &str) {
        self.terms.push(condition.to_owned());
    }

    /// Only those whose member is one of these values.
    pub fn among(&mut self, key: &str, values: Vec<Cell>) {
        let marks = vec!["?"; values.len()].join(", ");
        self.terms.push(format!("doc ->> '{key}' IN ({marks})"));
        self.values.extend(values);
    }

    /// Only those with these ids.
    pub fn ids(&mut self, ids: &[i64]) {
        let marks = vec!["?"; ids.len()].join(", ");
        self.terms.push(format!("id IN ({marks})"));
        self.values.extend(ids.iter().map(|id| Cell::from(*id)));
    }

    /// Only those whose member holds this text, whatever the case.
    pub fn like(&mut self, key: &str, text: &str) {
        self.term(format!("instr(fold(doc ->> '{key}'), ?) > 0"), text.to_lowercase());
    }

    /// Only those in whose words each part of the text is found.
    pub fn words(&mut self, text: &str) {
        for part in text.to_lowercase().split_whitespace() {
            self.term("instr(words, ?) > 0".to_owned(), part.to_owned());
        }
    }

    /// Only those made, or written, or with a member, after a moment.
    pub fn after(&mut self, column: &str, moment: Timestamp) {
        self.term(format!("{column} > ?"), moment.as_millisecond());
    }

    /// The documents of another table whose member points to one of these.
    pub fn inside(self, key: &str, table: &str) -> Filter {
        if self.terms.is_empty() {
            return Filter::default();
        }
        let inner = format!("SELECT id FROM \"{table}\" WHERE {}", self.condition());
        Filter {
            terms: vec![format!("doc ->> '{key}' IN ({inner})")],
            values: self.values,
            order: None,
        }
    }

    /// The order, as SQL.
    #[must_use]
    pub fn by(mut self, order: impl Into<String>) -> Filter {
        self.order = Some(order.into());
        self
    }

    fn condition(&self) -> String {
        if self.terms.is_empty() { "1".to_owned() } else { self.terms.join(" AND ") }
    }
}

/// Newest first: the usual order of a list.
pub const NEWEST: &str = "created DESC, id DESC";

/// The database.
#[derive(Debug, Clone, Copy)]
pub struct Shelf<'a>(pub &'a Connection);

impl Shelf<'_> {
    /// A document.
    pub fn get(self, kind: Kind, id: i64) -> rusqlite::Result<Option<Record>> {
        let sql =
            format!("SELECT id, created, updated, doc FROM \"{}\" WHERE id = ?", kind.table());
        self.0.prepare_cached(&sql)?.query_row([id], Record::read).optional()
    }

    /// The documents of a filter.
    pub fn all(self, kind: Kind, filter: &Filter) -> rusqlite::Result<Vec<Record>> {
        self.page(kind, filter, i64::MAX, 0)
    }

    /// The first document of a filter.
    pub fn first(self, kind: Kind, filter: &Filter) -> rusqlite::Result<Option<Record>> {
        Ok(self.page(kind, filter, 1, 0)?.into_iter().next())
    }

    /// So many documents of a filter, after so many.
    pub fn page(
        self,
        kind: Kind,
        filter: &Filter,
        limit: i64,
        skipped: i64,
    ) -> rusqlite::Result<Vec<Record>> {
        let order = filter.order.as_deref().unwrap_or("id");
        let sql = format!(
            "SELECT id, created, updated, doc FROM \"{}\" WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {skipped}",
            kind.table(),
            filter.condition()
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        statement.query_map(params_from_iter(&filter.values), Record::read)?.collect()
    }

    /// How many there are.
    pub fn count(self, kind: Kind, filter: &Filter) -> rusqlite::Result<i64> {
        let sql = format!("SELECT COUNT(*) FROM \"{}\" WHERE {}", kind.table(), filter.condition());
        self.0.prepare_cached(&sql)?.query_row(params_from_iter(&filter.values), |row| row.get(0))
    }

    /// A new document.
    pub fn add(self, kind: Kind, doc: Doc, now: Timestamp) -> rusqlite::Result<Record> {
        Rows::of(self.0, kind)?.add(None, now, now, &doc)?;
        Ok(Record { id: self.0.last_insert_rowid(), created: now, updated: now, doc })
    }

    /// Writes a document back.
    pub fn save(self, kind: Kind, record: &mut Record, now: Timestamp) -> rusqlite::Result<()> {
        record.updated = now;
        let sql = format!(
            "UPDATE \"{}\" SET created = ?, updated = ?, doc = ?, words = ? WHERE id = ?",
            kind.table()
        );
        self.0.prepare_cached(&sql)?.execute(params![
            record.created.as_millisecond(),
            now.as_millisecond(),
            Value::Object(record.doc.clone()).to_string(),
            words(kind, &record.doc),
            record.id
        ])?;
        Ok(())
    }

    /// Removes a document.
    pub fn remove(self, kind: Kind, id: i64) -> rusqlite::Result<()> {
        let sql = format!("DELETE FROM \"{}\" WHERE id = ?", kind.table());
        self.0.prepare_cached(&sql)?.execute([id]).map(|_| ())
    }

    /// Removes the documents that belong to another.
    pub fn remove_of(self, kind: Kind, key: &'static str, id: i64) -> rusqlite::Result<()> {
        let sql = format!("DELETE FROM \"{}\" WHERE doc ->> '{key}' = ?", kind.table());
        self.0.prepare_cached(&sql)?.execute([id]).map(|_| ())
    }

    /// The largest number that a member has.
    pub fn largest(self, kind: Kind, key: &str) -> rusqlite::Result<i64> {
        let sql = format!(
            "SELECT COALESCE(MAX(CAST(doc ->> '{key}' AS INTEGER)), 0) FROM \"{}\"",
            kind.table()
        );
        self.0.query_row(&sql, [], |row| row.get(0))
    }
}

/// Many new documents.
pub struct Rows<'a> {
    statement: CachedStatement<'a>,
    kind: Kind,
}

impl<'a> Rows<'a> {
    /// Documents of a kind.
    pub fn of(db: &'a Connection, kind: Kind) -> rusqlite::Result<Rows<'a>> {
        let sql = format!(
            "INSERT INTO \"{}\" (id, created, updated, doc, words) VALUES (?, ?, ?, ?, ?)",
            kind.table()
        );
        Ok(Rows { statement: db.prepare_cached(&sql)?, kind })
    }

    /// One document; its id follows from the last one where none is given.
    pub fn add(
        &mut self,
        id: Option<i64>,
        created: Timestamp,
        updated: Timestamp,
        doc: &Doc,
    ) -> rusqlite::Result<()> {
        let text = serde_json::to_string(doc).unwrap_or_default();
        self.statement.execute(params![
            id,
            created.as_millisecond(),
            updated.as_millisecond(),
            text,
            words(self.kind, doc)
        ])?;
        Ok(())
    }
}

fn words(kind: Kind, doc: &Doc) -> Option<String> {
    let keys = kind.words();
    if keys.is_empty() {
        return None;
    }
    let mut words = String::new();
    for value in keys.iter().filter_map(|key| doc.get(*key)) {
        match value {
            Value::String(text) => words.push_str(&text.to_lowercase()),
            Value::Number(number) => words.push_str(&number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => continue,
        }
        words.push('\n');
    }
    Some(words)
}

/// An empty database with its tables.
pub fn open() -> rusqlite::Result<Connection> {
    let db = Connection::open_in_memory()?;
    db.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")?;
    db.set_prepared_statement_cache_capacity(256);
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8
        | rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("fold", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
    })?;
    for kind in Kind::iter() {
        let (table, base) = (kind.table(), kind.base());
        db.execute_batch(&format!(
            "CREATE TABLE \"{table}\" (id INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER NOT NULL, updated INTEGER NOT NULL, doc TEXT NOT NULL, words TEXT);
             INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {base});"
        ))?;
    }
    Ok(db)
}

/// Makes the indexes: after the seeding, because that is faster.
pub fn index(db: &Connection) -> rusqlite::Result<()> {
    for kind in Kind::iter() {
        let table = kind.table();
        db.execute_batch(&format!(
            "CREATE INDEX \"{table}_created\" ON \"{table}\" (created, id); CREATE INDEX \"{table}_updated\" ON \"{table}\" (updated);"
        ))?;
        for key in kind.keys() {
            db.execute_batch(&format!(
                "CREATE INDEX \"{table}_{key}\" ON \"{table}\" (doc ->> '{key}', id);"
            ))?;
        }
    }
    Ok(())
}

/// An object's members, in this order.
pub fn doc(value: Value) -> Doc {
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Doc::new()
        }
    }
}
