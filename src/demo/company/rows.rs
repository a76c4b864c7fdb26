//! Many rows into one table.

use rusqlite::{CachedStatement, Connection, Params};

/// An insertion that is prepared once.
pub struct Rows<'a>(CachedStatement<'a>);

impl<'a> Rows<'a> {
    /// Rows of a table with these columns, parted by spaces.
    pub fn of(db: &'a Connection, table: &str, columns: &str) -> rusqlite::Result<Rows<'a>> {
        let columns: Vec<String> =
            columns.split_whitespace().map(|name| format!("\"{name}\"")).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO \"{table}\" ({}) VALUES ({marks})", columns.join(", "));
        Ok(Rows(db.prepare_cached(&sql)?))
    }

    /// The rows of the relation table.
    pub fn relation(db: &'a Connection) -> rusqlite::Result<Rows<'a>> {
        Ok(Rows(db.prepare_cached(
            "INSERT OR IGNORE INTO relation (name, left_id, right_id, columns) VALUES (?, ?, ?, ?)",
        )?))
    }

    /// One row.
    pub fn add(&mut self, values: impl Params) -> rusqlite::Result<()> {
        self.0.execute(values).map(|_| ())
    }
}
