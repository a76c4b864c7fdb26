//! Records on standard output.
use std::{collections::HashSet, io};

use serde_json::{Map, Value as Json, json};

use super::{
    output::{Format, Out, Sheet},
    value::cell,
};
use crate::domain::{
    json::to_json,
    record::{Record, RecordId},
    schema::EntityType,
    value::Value,
};

/// Columns that every record has besides its fields.
pub const OWN_COLUMNS: [&str; 6] = ["id", "title", "type", "connection", "url", "version"];

/// A record as `get`, `create` and `update` print it.
pub fn document(
    connection: &str,
    entity_type: Option<&EntityType>,
    record: &Record,
    columns: Option<&[String]>,
) -> Json {
    let chosen =
        |name: &str| columns.is_none_or(|columns| columns.iter().any(|column| column == name));
    let mut fields = to_json(record, entity_type);
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|name, _| chosen(name));
    }
    let mut document = json!({
        "connection": connection,
        "type": record.entity.as_str(),
        "id": record.id.as_str(),
        "title": record.title(entity_type),
        "url": record.url,
        "fields": fields,
    });
    if let (Some(version), Some(object)) = (record.version, document.as_object_mut()) {
        object.insert("version".to_owned(), json!(version));
    }
    document
}

/// A field that is a text; raw.
pub fn word(record: &Record, field: &str) -> Option<String> {
    match record.value(field) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(_) | None => None,
    }
}

/// One column of a record as text; raw.
pub fn column(
    connection: &str,
    entity_type: Option<&EntityType>,
    record: &Record,
    name: &str,
) -> String {
    if let Some(value) = record.value(name) {
        return cell(value);
    }
    match name {
        "id" => record.id.as_str().to_owned(),
        "title" => record.title(entity_type),
        "type" => record.entity.to_string(),
        "connection" => connection.to_owned(),
        "url" => record.url.clone().unwrap_or_default(),
        "version" => record.version.map(|version| version.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Prints records as they come, each once; the JSON document at the end.
pub struct Printer<'a> {
    out: &'a mut Out,
    columns: Vec<String>,
    /// Which fields JSON shows; `None` = those that were read.
    fields: Option<Vec<String>>,
    sheet: Sheet,
    seen: HashSet<(String, RecordId)>,
    documents: Vec<Json>,
}

impl<'a> Printer<'a> {
    /// With those columns of text; `fields` restricts JSON.
    pub fn new(out: &'a mut Out, columns: Vec<String>, fields: Option<Vec<String>>) -> Self {
        let sheet = out.sheet(columns.clone());
        Self { out, columns, fields, sheet, seen: HashSet::new(), documents: Vec::new() }
    }

    /// How many were printed.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Prints those that were not printed before, at most `room`.
    pub fn print<'r>(
        &mut self,
        connection: &str,
        entity_type: Option<&EntityType>,
        records: impl IntoIterator<Item = &'r Record>,
        room: usize,
    ) -> io::Result<()> {
        let place =
            |record: &Record| (format!("{connection}\n{}", record.entity), record.id.clone());
        let records: Vec<&Record> =
            records.into_iter().filter(|record| self.seen.insert(place(record))).collect();
        for record in records.iter().skip(room) {
            self.seen.remove(&place(record));
        }
        let records = records.into_iter().take(room);
        if self.out.is_json() {
            for record in records {
                let document = document(connection, entity_type, record, self.fields.as_deref());
                match self.out.format {
                    Format::Ndjson => self.out.json(&document)?,
                    Format::Json | Format::Table | Format::Csv | Format::Plain => {
                        self.documents.push(document);
                    }
                }
            }
            return Ok(());
        }
        let cells = |record: &Record| -> Vec<String> {
            self.columns.iter().map(|name| column(connection, entity_type, record, name)).collect()
        };
        let rows: Vec<Vec<String>> = records.map(cells).collect();
        self.out.cells(&mut self.sheet, &rows)
    }

    /// The end: as JSON the whole document, with what else is to be said of the list.
    pub fn finish(self, rest: Map<String, Json>) -> io::Result<()> {
        if self.out.format != Format::Json {
            return Ok(());
        }
        let mut document = Map::from_iter([("records".to_owned(), Json::Array(self.documents))]);
        document.extend(rest);
        self.out.json(&Json::Object(document))
    }
}
