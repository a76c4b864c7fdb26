//! `ficha action list` and `ficha action run KEY`.
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::{
    ask,
    create::print_written,
    get,
    output::{Format, Out},
    record::Printer,
    sentence::Stop,
    shell::{Place, Shell, json_of, nobody_to_ask, surprise},
    types::object,
};
use crate::{
    action::catalogue::{
        self, Entry, Plan,
        own::{self, Own},
    },
    domain::{
        action::{Action, Outcome},
        schema::EntityType,
    },
    text::{fuzzy, shown::Shown},
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
        /// The record that it is done to: TYPE/ID; also the input's member id
        #[arg(long, value_name = "TYPE/ID")]
        on: Option<String>,
        /// Do not ask before what cannot be taken back
        #[arg(long)]
        yes: bool,
    },
}

/// Runs it.
pub async fn run(command: Actions, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Actions::List { intent, entity } => {
            list(intent.as_deref(), entity.as_deref(), shell, out).await
        }
        Actions::Run { key, input, on, yes } => {
            run_key(&Wish { key, input, on, yes }, shell, out).await
        }
    }
}

async fn list(
    intent: Option<&str>,
    entity: Option<&str>,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let place = shell.place().await?;
    let own = catalogue::own::all(&place.schema).iter().map(Listed::own).collect::<Vec<_>>();
    let typed = catalogue::catalogue(&place.schema);
    let mut entries: Vec<Listed> =
        own.into_iter().chain(typed.into_iter().map(Listed::typed)).collect();
    if let Some(entity) = entity {
        let entity = place.entity_type(entity)?.name.as_str();
        entries.retain(|entry| entry.entity.as_deref() == Some(entity));
    }
    if let Some(intent) = intent {
        entries = fitting(entries, intent);
    }
    let rows = entries.into_iter().map(|entry| {
        object(json!({
            "key": entry.key,
            "name": entry.name,
            "type": entry.entity,
            "write": entry.is_write,
            "allowed": entry.is_allowed,
            "input": entry.input,
        }))
    });
    out.rows("actions", &["key", "name", "type", "write", "allowed"], rows.collect())?;
    Ok(())
}

/// A line of the list.
#[derive(Clone)]
struct Listed {
    key: String,
    name: String,
    entity: Option<String>,
    is_write: bool,
    is_allowed: bool,
    input: Json,
}

impl Listed {
    fn typed(entry: Entry) -> Self {
        let Entry { key, name, entity, is_write, is_allowed, input, .. } = entry;
        Self { key, name, entity: Some(entity.to_string()), is_write, is_allowed, input }
    }

    fn own(own: &Own) -> Self {
        Self {
            key: own.verb.key.clone(),
            name: own.verb.label.clone(),
            entity: own.entity.as_ref().map(ToString::to_string),
            is_write: own.verb.is_write,
            is_allowed: true,
            input: own.input(),
        }
    }
}

/// Those whose key or name holds every word, else those that are spelt alike.
fn fitting(entries: Vec<Listed>, intent: &str) -> Vec<Listed> {
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

/// What shall be run.
struct Wish {
    key: String,
    input: String,
    on: Option<String>,
    yes: bool,
}

/// A deed of the product's own: asked about where it says so.
async fn run_own(
    own: &Own,
    wish: &Wish,
    place: &Place,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let on = wish.on.as_deref().map(|on| on.rsplit_once('/').map_or(on, |(_, id)| id));
    let action = own.action(&json_of(&wish.input)?, on)?;
    if let Some(asks) = own.verb.asks.as_deref().filter(|_| !wish.yes) {
        if !shell.is_interactive() {
            let hint = format!("It asks: {asks} If you mean it: repeat it with --yes");
            return Err(nobody_to_ask("This asks first", &hint).into());
        }
        if !ask::yes(Shown::line(asks).as_str())? {
            shell.note("Nothing was done.");
            return Ok(());
        }
    }
    let Outcome::Ran(ran) = shell.run(place.id, &place.name, action).await?.outcome else {
        return Err(surprise());
    };
    super::ran::print(&ran, shell, out)
}

async fn run_key(wish: &Wish, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let (key, input) = (&wish.key, &wish.input);
    let named = wish.on.as_deref().and_then(|on| on.rsplit_once('/'));
    let entity = named.map(|(entity, _)| place.entity_type(entity)).transpose()?;
    if let Some(own) = own::find(&place.schema, key, entity.map(|it| &it.name)) {
        return run_own(&own, wish, &place, shell, out).await;
    }
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
