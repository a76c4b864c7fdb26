//! What a deed gave, printed: an object field by field, objects as rows, the rest as it is.
use serde_json::{Map, Value as Json, json};

use super::{output::Out, sentence::Stop, shell::Shell, value::cell_of_json};
use crate::domain::action::Ran;

/// Prints it.
pub fn print(ran: &Ran, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    if out.is_json() {
        let record = ran.record.as_ref();
        let record = record.map(|(it, id)| json!({"type": it.as_str(), "id": id.as_str()}));
        let all = json!({"output": ran.output, "record": record, "run_id": ran.run_id});
        out.json(&all)?;
        return Ok(());
    }
    match &ran.output {
        Json::Null => {}
        Json::Array(all) if all.iter().all(Json::is_object) && !all.is_empty() => table(all, out)?,
        Json::Object(all) => {
            let rows: Vec<Vec<String>> =
                all.iter().map(|(name, value)| vec![name.clone(), cell_of_json(value)]).collect();
            let mut sheet = out.sheet(vec!["field".to_owned(), "value".to_owned()]);
            out.cells(&mut sheet, &rows)?;
        }
        other @ (Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) => {
            let mut sheet = out.sheet(vec!["output".to_owned()]);
            out.cells(&mut sheet, &[vec![cell_of_json(other)]])?;
        }
    }
    let came = ran.record.as_ref().map(|(entity, id)| format!("{entity}/{}", id.as_str()));
    shell.note(&came.map_or_else(|| "Done.".to_owned(), |record| format!("Done: {record}")));
    Ok(())
}

fn table(rows: &[Json], out: &mut Out) -> Result<(), Stop> {
    let mut names: Vec<&str> = Vec::new();
    let objects: Vec<&Map<String, Json>> = rows.iter().filter_map(Json::as_object).collect();
    for name in objects.iter().flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let cells = |row: &&Map<String, Json>| {
        names.iter().map(|name| row.get(*name).map(cell_of_json).unwrap_or_default()).collect()
    };
    let cells: Vec<Vec<String>> = objects.iter().map(cells).collect();
    let mut sheet = out.sheet(names.iter().map(|name| (*name).to_owned()).collect());
    out.cells(&mut sheet, &cells)?;
    Ok(())
}
