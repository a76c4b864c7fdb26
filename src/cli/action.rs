//! `ficha action list` and `ficha action run KEY`.
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::{
    create::print_written,
    get,
    output::{Format, Out},
    record::Printer,
    sentence::Stop,
    shell::{Place, Shell, json_of, surprise},
    types::object,
};
use crate::{
    action::catalogue::{self, Entry, Plan},
    domain::{
        action::{Action, Outcome},
        schema::EntityType,
    },
    text::fuzzy,
};

/// `ficha action`.
#[derive(Debug, Subcommand)]
pub enum Actions {
    /// Keys, names and what each takes
    List {
        /// Those that fit these words
        #[arg(long, value_name = "TEXT")]
        intent: Option<String>,
        /// Those of an entity type
        #[arg(long = "type", value_name = "TYPE")]
        entity: Option<String>,
    },
    /// Run one
    Run {
        /// Its key: create-contact
        key: String,
        /// What it takes, as JSON; also @FILE, or - for standard input
        #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
        input: String,
    },
}

/// Runs it.
pub async fn run(command: Actions, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Actions::List { intent, entity } => {
            list(intent.as_deref(), entity.as_deref(), shell, out).await
        }
        Actions::Run { key, input } => run_key(&key, &input, shell, out).await,
    }
}

async fn list(
    intent: Option<&str>,
    entity: Option<&str>,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let place = shell.place().await?;
    let mut entries = catalogue::catalogue(&place.schema);
    if let Some(entity) = entity {
        let entity = &place.entity_type(entity)?.name;
        entries.retain(|entry| entry.entity == *entity);
    }
    if let Some(intent) = intent {
        entries = fitting(entries, intent);
    }
    let rows = entries.into_iter().map(|entry| {
        object(json!({
            "key": entry.key,
            "name": entry.name,
            "type": entry.entity.as_str(),
            "write": entry.is_write,
            "allowed": entry.is_allowed,
            "input": entry.input,
        }))
    });
    out.rows("actions", &["key", "name", "type", "write", "allowed"], rows.collect())?;
    Ok(())
}

/// Those whose key or name holds every word, else those that are spelt alike.
fn fitting(entries: Vec<Entry>, intent: &str) -> Vec<Entry> {
    let texts: Vec<String> = entries
        .iter()
        .map(|entry| format!("{} {}", entry.key, entry.name).to_lowercase())
        .collect();
    let words: Vec<String> = intent.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let whole = texts.iter().map(|text| words.iter().all(|word| text.contains(word.as_str())));
    let whole: Vec<bool> = whole.collect();
    if whole.contains(&true) {
        return entries
            .into_iter()
            .zip(whole)
            .filter(|(_, fits)| *fits)
            .map(|(entry, _)| entry)
            .collect();
    }
    let hits = fuzzy::rank(intent, &texts);
    hits.into_iter().take(20).filter_map(|hit| entries.get(hit.index).cloned()).collect()
}

async fn run_key(key: &str, input: &str, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entry = catalogue::find(&place.schema, key)?;
    let input = json_of(input)?;
    let action = match catalogue::action(&entry, &input, &place.schema)? {
        Plan::Direct(action) => action,
        Plan::ReadThenUpdate { entity, id, edits } => {
            let base = get::read(shell, &place, &entity, &id).await?;
            Action::Update { base: Box::new(base), edits, resolved: false }
        }
    };
    let entity_type = place.entity_type(entry.entity.as_str())?;
    let answer = shell.run(place.id, &place.name, action).await?;
    print(answer, entity_type, &place, &input, shell, out)
}

fn print(
    answer: crate::domain::action::Answer,
    entity_type: &EntityType,
    place: &Place,
    input: &Json,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    match answer.outcome {
        Outcome::Page(_) => {
            let mut told = super::paging::Told::default();
            let page = told.page(answer, (shell.clock)())?;
            let columns = shell.global.columns.clone();
            let first = page.records.values().next();
            let read = first
                .map(|record| record.fields.keys().cloned().collect::<Vec<_>>())
                .unwrap_or_default();
            let shown = columns
                .clone()
                .unwrap_or_else(|| std::iter::once("id".to_owned()).chain(read).collect());
            let mut printer = Printer::new(out, shown, columns);
            printer.print(&place.name, Some(entity_type), page.records.values(), usize::MAX)?;
            printer.finish(told.document())?;
            Ok(())
        }
        Outcome::Record(record) => get::print(shell, out, place, entity_type, &record),
        Outcome::Written(written) => print_written(shell, out, place, entity_type, &written),
        Outcome::Done => {
            let id = input.get("id").cloned().unwrap_or(Json::Null);
            match out.format {
                Format::Json | Format::Ndjson => out.json(&json!({"done": true, "id": id}))?,
                Format::Table | Format::Csv | Format::Plain => shell.note("Done."),
            }
            Ok(())
        }
        Outcome::Me(_)
        | Outcome::Schema(_)
        | Outcome::Type(_)
        | Outcome::Activity(_)
        | Outcome::Json(_)
        | Outcome::Ran(_)
        | Outcome::File(_) => Err(surprise()),
    }
}
