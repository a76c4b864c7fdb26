//! `ficha get TYPE ID`.
use clap::Args;
use serde_json::{Value as Json, json};

use super::{
    output::{Format, Out},
    record::{Printer, document},
    sentence::{Fault, Stop, status},
    shell::{Place, Shell, ids, surprise},
    value::cell,
};
use crate::domain::{
    action::{Action, Outcome},
    query::Query,
    record::{Page, Record, RecordId},
    schema::{EntityName, EntityType, Field},
    value::{Line, Value},
};

/// `ficha get`.
#[derive(Args, Debug)]
pub struct Get {
    /// The entity type: Contact
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record; - takes ids from standard input, one a line
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// With the first records behind each of its links
    #[arg(long)]
    related: bool,
}

/// Behind each link, with `--related`.
const RELATED_LIMIT: u32 = 20;

/// Runs it.
pub async fn run(get: Get, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&get.entity)?.clone();
    shell.columns(&entity_type)?;
    let is_one = get.ids.len() == 1 && !get.ids.iter().any(|id| id == "-");
    let ids = ids(&get.ids)?;
    match ids.as_slice() {
        [id] if is_one => show(shell, out, &place, &entity_type, id, get.related).await,
        _ => many(shell, out, &place, &entity_type, &ids).await,
    }
}

/// The lines of a record as tables of their own: as one cell nobody could read them.
fn print_lines(out: &mut Out, entity_type: &EntityType, record: &Record) -> Result<(), Stop> {
    for (name, value) in &record.fields {
        let (Value::Lines(lines), Some(field)) = (value, entity_type.field(name)) else { continue };
        let shown = |line: &Line, column: &Field| {
            line.fields.get(&column.name).map(cell).unwrap_or_default()
        };
        let rows = lines.iter().enumerate().map(|(at, line)| {
            let number = std::iter::once((at + 1).to_string());
            number.chain(field.columns.iter().map(|column| shown(line, column))).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let columns = field.columns.iter().map(|column| column.name.clone());
        out.text("\n")?;
        let mut sheet = out.sheet(std::iter::once(name.clone()).chain(columns).collect());
        out.cells(&mut sheet, &rows)?;
    }
    Ok(())
}

/// Prints one record.
pub async fn show(
    shell: &Shell,
    out: &mut Out,
    place: &Place,
    entity_type: &EntityType,
    id: &RecordId,
    related: bool,
) -> Result<(), Stop> {
    let record = read(shell, place, &entity_type.name, id).await?;
    let links = if related { links(shell, place, entity_type, id).await? } else { Vec::new() };
    if out.is_json() {
        let mut printed =
            document(&place.name, Some(entity_type), &record, shell.global.columns.as_deref());
        if related {
            put(&mut printed, "related", related_document(place, &links));
        }
        out.json(&printed)?;
        return Ok(());
    }
    print(shell, out, place, entity_type, &record)?;
    for (link, page) in links.iter().filter(|(_, page)| !page.records.is_empty()) {
        let rows = page.records.values().map(|record| {
            let of = place.schema.entity_type(&record.entity);
            vec![
                link.clone(),
                record.entity.to_string(),
                record.id.as_str().to_owned(),
                record.title(of),
            ]
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if out.format == Format::Table {
            out.text("\n")?;
        }
        let mut sheet = out.sheet(["link", "type", "id", "title"].map(str::to_owned).to_vec());
        out.cells(&mut sheet, &rows)?;
    }
    Ok(())
}

/// Prints a record that was read: field by field for people, as one row for spreadsheets.
pub fn print(
    shell: &Shell,
    out: &mut Out,
    place: &Place,
    entity_type: &EntityType,
    record: &Record,
) -> Result<(), Stop> {
    let columns = shell.global.columns.clone();
    if out.is_json() {
        out.json(&document(&place.name, Some(entity_type), record, columns.as_deref()))?;
        return Ok(());
    }
    let is_table = |value: &Value| out.format == Format::Table && matches!(value, Value::Lines(_));
    let shown = |value: &Value| !value.is_empty() && !is_table(value);
    let names: Vec<String> = record
        .fields
        .iter()
        .filter(|(_, value)| shown(value))
        .map(|(name, _)| name.clone())
        .collect();
    if out.format == Format::Csv || columns.is_some() {
        let columns = columns.unwrap_or_else(|| {
            std::iter::once("id".to_owned()).chain(record.fields.keys().cloned()).collect()
        });
        Printer::new(out, columns, None).print(
            &place.name,
            Some(entity_type),
            [record],
            usize::MAX,
        )?;
        return Ok(());
    }
    let own =
        [("id", record.id.as_str().to_owned()), ("url", record.url.clone().unwrap_or_default())];
    let own = own.into_iter().map(|(name, text)| vec![name.to_owned(), text]);
    let fields = names.into_iter().map(|name| {
        let text = record.value(&name).map(cell).unwrap_or_default();
        vec![name, text]
    });
    let rows: Vec<Vec<String>> = own.chain(fields).collect();
    let mut sheet = out.sheet(vec!["field".to_owned(), "value".to_owned()]);
    out.cells(&mut sheet, &rows)?;
    if out.format == Format::Table { print_lines(out, entity_type, record) } else { Ok(()) }
}

/// Reads one record, whole.
pub async fn read(
    shell: &Shell,
    place: &Place,
    entity: &EntityName,
    id: &RecordId,
) -> Result<Record, Stop> {
    let action = Action::Get { entity: entity.clone(), id: id.clone() };
    let Outcome::Record(record) = shell.run(place.id, &place.name, action).await?.outcome else {
        return Err(surprise());
    };
    Ok(*record)
}

async fn many(
    shell: &Shell,
    out: &mut Out,
    place: &Place,
    entity_type: &EntityType,
    ids: &[RecordId],
) -> Result<(), Stop> {
    let columns = shell.global.columns.clone();
    let shown = columns.clone().unwrap_or_else(|| vec!["id".to_owned(), "title".to_owned()]);
    let mut printer = Printer::new(out, shown, columns);
    let mut tally = Tally::default();
    for id in ids {
        match read(shell, place, &entity_type.name, id).await {
            Ok(record) => {
                printer.print(&place.name, Some(entity_type), [&record], usize::MAX)?;
                tally.done += 1;
            }
            Err(stop) => tally.failed(id.as_str(), stop)?,
        }
    }
    let count = printer.count();
    printer.finish(super::types::object(
        json!({"total": count, "more": false, "source": "network", "age_s": 0}),
    ))?;
    tally.end()
}

async fn links(
    shell: &Shell,
    place: &Place,
    entity_type: &EntityType,
    id: &RecordId,
) -> Result<Vec<(String, Page)>, Stop> {
    let mut found = Vec::new();
    for link in entity_type.links.values().filter(|link| link.is_many) {
        let Some(target) = link.entity.clone() else { continue };
        let query = Query::all(target, RELATED_LIMIT);
        let action = Action::Related {
            entity: entity_type.name.clone(),
            id: id.clone(),
            link: link.name.clone(),
            query,
        };
        match shell.run(place.id, &place.name, action).await {
            Ok(answer) => {
                if let Outcome::Page(page) = answer.outcome {
                    found.push((link.name.clone(), page));
                }
            }
            // A role may forbid one link and not the others: said, and gone on.
            Err(Stop::Fault(fault))
                if matches!(fault.kind, "forbidden" | "not-found" | "unsupported") =>
            {
                shell.note(&format!("{}: {}", link.name, fault.message));
            }
            Err(stop) => return Err(stop),
        }
    }
    Ok(found)
}

fn related_document(place: &Place, links: &[(String, Page)]) -> Json {
    let of = |page: &Page| -> Vec<Json> {
        let one = |record: &Record| {
            document(&place.name, place.schema.entity_type(&record.entity), record, None)
        };
        page.records.values().map(one).collect()
    };
    links
        .iter()
        .map(|(link, page)| (link.clone(), Json::Array(of(page))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Sets a member of a document of ours.
pub fn put(document: &mut Json, name: &str, value: Json) {
    if let Some(object) = document.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// Some of many: how many were done, and what stopped the others.
#[derive(Debug, Default)]
pub struct Tally {
    /// So many.
    pub done: usize,
    faults: Vec<Fault>,
}

impl Tally {
    /// One was not done. What stops all of them stops here too.
    pub fn failed(&mut self, what: &str, stop: Stop) -> Result<(), Stop> {
        match stop {
            Stop::Pipe => Err(Stop::Pipe),
            Stop::Fault(fault) => {
                super::note(&format!("{what}: {}", fault.message));
                self.faults.push(*fault);
                Ok(())
            }
        }
    }

    /// Done, failed alike (the first one's status), or partly done.
    pub fn end(self) -> Result<(), Stop> {
        let failed = self.faults.len();
        match self.faults.into_iter().next() {
            None => Ok(()),
            Some(fault) if self.done == 0 => Err(fault.into()),
            Some(fault) => {
                let message = format!("{} done, {failed} failed. {}", self.done, fault.message);
                Err(Fault { code: status::PARTLY, kind: "partly", message, ..fault }.into())
            }
        }
    }
}
