//! From the attributes that are asked for to SQL, and from rows to records.

use super::attribute::{Attribute, Kind, Source};
use super::schema::{Link, Schema, Type};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value, json};

/// A record on the wire.
pub type Record = Map<String, Value>;

/// A piece of SQL and its values.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    /// The text, with `?` for values.
    pub text: String,
    /// The values.
    pub values: Vec<rusqlite::types::Value>,
}

impl Sql {
    /// Text with one value.
    pub fn new(text: impl Into<String>, values: Vec<rusqlite::types::Value>) -> Sql {
        Sql { text: text.into(), values }
    }

    /// Text without values.
    pub fn plain(text: impl Into<String>) -> Sql {
        Sql::new(text, Vec::new())
    }

    /// Some pieces with a word between them; `empty` where there are none.
    pub fn join(pieces: Vec<Sql>, word: &str, empty: &str) -> Sql {
        if pieces.is_empty() {
            return Sql::plain(empty);
        }
        let text =
            pieces.iter().map(|piece| format!("({})", piece.text)).collect::<Vec<_>>().join(word);
        Sql { text, values: pieces.into_iter().flat_map(|piece| piece.values).collect() }
    }
}

/// A name in quotes, for SQL. Names come from the schema; a quote in one would be doubled.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The expression of an attribute, where it has one. `t` is the record, `m` the middle table.
pub fn expression(schema: &Schema, attribute: &Attribute) -> Option<String> {
    match &attribute.source {
        Source::Column => Some(format!("t.{}", quoted(&attribute.name))),
        Source::NameOf { id, entity } => Some(name_of(entity, id, "name")),
        Source::Foreign { id, entity, field } => Some(name_of(entity, id, field)),
        Source::ParentName { id, kind } => {
            let cases: Vec<String> = schema
                .types
                .keys()
                .map(|entity| format!(" WHEN '{entity}' THEN {}", name_of(entity, id, "name")))
                .collect();
            Some(format!("CASE t.{}{} END", quoted(kind), cases.concat()))
        }
        Source::Ids(_)
        | Source::Names(_)
        | Source::Columns(_)
        | Source::Types(_)
        | Source::Middle(_) => None,
    }
}

fn name_of(entity: &str, id: &str, field: &str) -> String {
    format!("(SELECT x.{} FROM {} x WHERE x.id = t.{})", quoted(field), quoted(entity), quoted(id))
}

/// The expression of a middle column in a related list.
pub fn middle_expression(column: &str) -> String {
    format!("json_extract(m.columns, '$.{column}')")
}

/// A row's values for some attributes, in their order.
pub fn record(row: &Row<'_>, attributes: &[&Attribute]) -> rusqlite::Result<Record> {
    let mut record = Record::new();
    for (place, attribute) in attributes.iter().enumerate() {
        record.insert(attribute.name.clone(), value(row.get_ref(place)?, attribute.kind));
    }
    Ok(record)
}

fn value(raw: ValueRef<'_>, kind: Kind) -> Value {
    match (raw, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(number), Kind::Bool) => json!(number != 0),
        (ValueRef::Integer(number), _) => json!(number),
        (ValueRef::Real(number), _) => json!(number),
        (ValueRef::Text(bytes) | ValueRef::Blob(bytes), Kind::Json) => {
            serde_json::from_slice(bytes).unwrap_or(Value::Null)
        }
        (ValueRef::Text(bytes) | ValueRef::Blob(bytes), _) => json!(String::from_utf8_lossy(bytes)),
    }
}

/// One linked record as a link to many shows it.
pub struct Linked {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Value,
    /// The middle columns.
    pub columns: Value,
    /// The media type, for attachments.
    pub media: Value,
}

/// The records that a link to many holds.
pub fn linked(db: &Connection, link: &Link, id: &str) -> rusqlite::Result<Vec<Linked>> {
    let Some(relation) = &link.relation else { return Ok(Vec::new()) };
    let (here, there) =
        if relation.left { ("left_id", "right_id") } else { ("right_id", "left_id") };
    let media = if link.entity == "Attachment" { "f.\"type\"" } else { "NULL" };
    let sql = format!(
        "SELECT f.id, f.name, r.columns, {media} FROM relation r JOIN {} f ON f.id = r.{there} WHERE r.name = ?1 AND r.{here} = ?2 AND f.deleted = 0 ORDER BY f.name",
        quoted(&link.entity)
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![relation.name, id], |row| {
        let columns: Option<String> = row.get(2)?;
        Ok(Linked {
            id: row.get(0)?,
            name: value(row.get_ref(1)?, Kind::Text),
            columns: columns
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_else(|| json!({})),
            media: value(row.get_ref(3)?, Kind::Text),
        })
    })?;
    rows.collect()
}

/// Adds what links to many give: ids, names, columns, media types.
pub fn add_many(
    db: &Connection,
    one: &Type,
    record: &mut Record,
    wanted: &[&Attribute],
) -> rusqlite::Result<()> {
    let Some(id) = record.get("id").and_then(Value::as_str).map(str::to_owned) else {
        return Ok(());
    };
    for attribute in wanted {
        let (Source::Ids(link) | Source::Names(link) | Source::Columns(link) | Source::Types(link)) =
            &attribute.source
        else {
            continue;
        };
        let Some(about) = one.links.get(link) else { continue };
        let all = linked(db, about, &id)?;
        let map = |part: fn(&Linked) -> Value| {
            Value::Object(all.iter().map(|it| (it.id.clone(), part(it))).collect())
        };
        let value = match &attribute.source {
            Source::Ids(_) => json!(all.iter().map(|it| &it.id).collect::<Vec<_>>()),
            Source::Names(_) => map(|it| it.name.clone()),
            Source::Types(_) => map(|it| it.media.clone()),
            Source::Columns(_) => Value::Object(
                all.iter().map(|it| (it.id.clone(), filled(about, &it.columns))).collect(),
            ),
            Source::Column
            | Source::NameOf { .. }
            | Source::ParentName { .. }
            | Source::Foreign { .. }
            | Source::Middle(_) => continue,
        };
        record.insert(attribute.name.clone(), value);
    }
    Ok(())
}

/// All middle columns, also those that nobody set.
fn filled(link: &Link, columns: &Value) -> Value {
    let names = link.relation.iter().flat_map(|relation| &relation.columns);
    let fill = |name: &str| match (columns.get(name), name) {
        (Some(value), _) => value.clone(),
        (None, "isInactive") => json!(false),
        (None, "status") => json!("None"),
        (None, _) => Value::Null,
    };
    Value::Object(names.map(|(name, _)| (name.clone(), fill(name))).collect())
}
