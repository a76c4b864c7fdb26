//! What a deed gave, printed: a page of rows as a table, an object field by field, the rest as it
//! is.
use serde_json::{Map, Value as Json, json};

use super::{output::Out, sentence::Stop, shell::Shell, value::cell_of_json};
use crate::domain::{action::Ran, output};

/// Prints it; `next` is the input that asks for the page behind it, where there is one.
pub fn print(ran: &Ran, next: Option<&Json>, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    if out.is_json() {
        let record = ran.record.as_ref();
        let record = record.map(|(it, id)| json!({"type": it.as_str(), "id": id.as_str()}));
        let (output, run_id) = (&ran.output, &ran.run_id);
        out.json(&json!({"output": output, "record": record, "run_id": run_id, "next": next}))?;
        return Ok(());
    }
    match (page(&ran.output), &ran.output) {
        (Some(rows), _) => table(&rows, out)?,
        (None, Json::Null) => {}
        (None, Json::Object(all)) => {
            let rows: Vec<Vec<String>> =
                all.iter().map(|(name, value)| vec![name.clone(), cell_of_json(value)]).collect();
            let mut sheet = out.sheet(vec!["field".to_owned(), "value".to_owned()]);
            out.cells(&mut sheet, &rows)?;
        }
        (None, other) => {
            let mut sheet = out.sheet(vec!["output".to_owned()]);
            out.cells(&mut sheet, &[vec![cell_of_json(other)]])?;
        }
    }
    let came = ran.record.as_ref().map(|(entity, id)| format!("{entity}/{}", id.as_str()));
    shell.note(&came.map_or_else(|| "Done.".to_owned(), |record| format!("Done: {record}")));
    if next.is_some() {
        shell.note("There is more: --all follows to the end.");
    }
    Ok(())
}

/// The rows of an output that is a page of objects and says little else: a count, a cursor. What
/// an app itself knows of a row may stand in `fields`. M§3.
fn page(output: &Json) -> Option<Vec<Map<String, Json>>> {
    let rows = output::rows(output).filter(|rows| !rows.is_empty())?;
    let lists = output.as_object().map_or(0, |all| {
        all.values().filter(|value| value.is_array() || value.is_object()).count()
    });
    let rows = rows.iter().map(|row| row.as_object().map(flat)).collect::<Option<Vec<_>>>()?;
    (lists <= 1).then_some(rows)
}

fn flat(row: &Map<String, Json>) -> Map<String, Json> {
    let Some(fields) = row.get("fields").and_then(Json::as_object) else { return row.clone() };
    let id = row.get("id").map(|id| ("id".to_owned(), id.clone()));
    id.into_iter().chain(fields.clone()).collect()
}

fn table(rows: &[Map<String, Json>], out: &mut Out) -> Result<(), Stop> {
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let cells = |row: &Map<String, Json>| {
        names.iter().map(|name| row.get(*name).map(cell_of_json).unwrap_or_default()).collect()
    };
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let mut sheet = out.sheet(names.iter().map(|name| (*name).to_owned()).collect());
    out.cells(&mut sheet, &cells)?;
    Ok(())
}
