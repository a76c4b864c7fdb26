//! `ficha action run KEY`: ours, one of the product's own, or one that only Membrane knows.
use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::{Run, is_sign_in, target};
use crate::{
    action::catalogue::{
        self, Entry, Plan,
        own::{self, Own},
    },
    cli::{
        ask,
        create::print_written,
        get,
        output::{Format, Out},
        paging, ran,
        record::Printer,
        run_log,
        sentence::{Fault, Stop, status},
        shell::{Place, Shell, json_of, nobody_to_ask, surprise},
    },
    domain::{
        action::{self, Action, Answer, Outcome, Ran},
        connection::{Connection, ConnectionId},
        output,
        schema::EntityType,
    },
    providers::membrane,
    text::shown::Shown,
};

/// So many pages are followed at most.
const PAGES: usize = 200;

/// Runs it.
pub(super) async fn run(wish: &Run, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (id, connection) = shell.connection()?;
    let place = shell.place_of(id, &connection.name).await?;
    let on = wish.on.as_deref().map(|on| target(on, &place)).transpose()?;
    let entity = on.as_ref().map(|(entity, _)| entity);
    if let Some(own) = own::find(&place.schema, &wish.key, entity) {
        return deed(&own, wish, (id, &connection), shell, out).await;
    }
    match catalogue::find(&place.schema, &wish.key) {
        Ok(entry) => typed(&entry, wish, &place, shell, out).await,
        // The workspace's own actions are not in the schema: Membrane says whether it knows one.
        Err(_) if is_sign_in(&connection) => {
            let (key, input) = (wish.key.clone(), json_of(&wish.input)?);
            let is_write = !membrane::is_reading("", &key);
            let run = action::Run { key, target: on, input, is_write };
            let ran = once(run.clone(), (id, &connection), shell).await?;
            // What its input may say is not known; a page's cursor goes back where it came from.
            let schema = json!({"properties": {"cursor": {}}});
            followed(Follow { run, schema: &schema, wish }, ran, (id, &connection), shell, out)
                .await
        }
        Err(error) => Err(error.into()),
    }
}

/// A deed of the product's own: asked about where it says so.
async fn deed(
    own: &Own,
    wish: &Run,
    place: (ConnectionId, &Connection),
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let on = wish.on.as_deref().map(|on| on.rsplit_once('/').map_or(on, |(_, id)| id));
    let Action::Run(run) = own.action(&json_of(&wish.input)?, on)? else {
        return Err(surprise());
    };
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
    let ran = once(run.clone(), place, shell).await?;
    followed(Follow { run, schema: &own.verb.input, wish }, ran, place, shell, out).await
}

async fn once(
    run: action::Run,
    place: (ConnectionId, &Connection),
    shell: &Shell,
) -> Result<Ran, Stop> {
    match shell.try_run(place.0, Action::Run(run)).await {
        Ok(Answer { outcome: Outcome::Ran(ran), .. }) => Ok(ran),
        Ok(_) => Err(surprise()),
        Err(failure) => Err(run_log::stop(&failure, place, shell).await),
    }
}

/// A run whose output may be the first page of several.
struct Follow<'a> {
    run: action::Run,
    /// Of the input.
    schema: &'a Json,
    wish: &'a Run,
}

/// Prints what it gave; with `--all` its pages are followed and joined. Only what changes nothing
/// is run again.
async fn followed(
    follow: Follow<'_>,
    first: Ran,
    place: (ConnectionId, &Connection),
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let Follow { mut run, schema, wish } = follow;
    let mut all = first;
    let mut last = all.output.clone();
    let mut seen: HashSet<String> = ids(&last).collect();
    let mut next = output::next_input(schema, &run.input, &last).filter(|_| !run.is_write);
    let mut failed = None;
    for _ in 1..PAGES {
        let Some(input) = next.clone().filter(|_| wish.all) else { break };
        run.input = input;
        let page = match once(run.clone(), place, shell).await {
            Ok(page) => page,
            Err(stop) => {
                failed = Some(stop);
                break;
            }
        };
        last = page.output;
        // Some products give the last page again and again. M§3.
        let new: Vec<String> = ids(&last).filter(|id| !seen.contains(id)).collect();
        let has_ids = ids(&last).next().is_some();
        next = output::next_input(schema, &run.input, &last);
        if has_ids && new.is_empty() {
            next = None;
            break;
        }
        seen.extend(new);
        join(&mut all.output, &last, next.as_ref());
    }
    ran::print(&all, next.as_ref(), shell, out)?;
    failed.map_or(Ok(()), |stop| Err(partly(stop)))
}

fn ids(output: &Json) -> impl Iterator<Item = String> {
    let rows = output::rows(output).into_iter().flatten();
    rows.filter_map(|row| row.get("id")).map(ToString::to_string)
}

/// More rows behind those that are there; the cursor is the last page's.
fn join(all: &mut Json, page: &Json, next: Option<&Json>) {
    let more = output::rows(page).cloned().unwrap_or_default();
    if let Some(rows) = output::rows_mut(all) {
        rows.extend(more);
    }
    let cursors: Vec<String> = all
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys().filter(|name| name.to_lowercase().contains("cursor")).cloned())
        .collect();
    for name in cursors {
        if next.is_none()
            && let Some(all) = all.as_object_mut()
        {
            all.shift_remove(&name);
        } else if let (Some(all), Some(value)) = (all.as_object_mut(), page.get(&name)) {
            all.insert(name, value.clone());
        }
    }
}

/// Some pages are printed, and the rest is missing: a script must not take them for all.
fn partly(stop: Stop) -> Stop {
    match stop {
        Stop::Fault(fault) => {
            let message = format!("Only some pages came. {}", fault.message);
            Fault { kind: "partly", message, code: status::PARTLY, ..*fault }.into()
        }
        Stop::Pipe => Stop::Pipe,
    }
}

async fn typed(
    entry: &Entry,
    wish: &Run,
    place: &Place,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    let input = json_of(&wish.input)?;
    let action = match catalogue::action(entry, &input, &place.schema)? {
        Plan::Direct(action) => action,
        Plan::ReadThenUpdate { entity, id, edits } => {
            let base = get::read(shell, place, &entity, &id).await?;
            Action::Update { base: Box::new(base), edits, resolved: false }
        }
    };
    let entity_type = place.entity_type(entry.entity.as_str())?;
    let answer = shell.run(place.id, &place.name, action).await?;
    print(answer, entity_type, place, &input, shell, out)
}

fn print(
    answer: Answer,
    entity_type: &EntityType,
    place: &Place,
    input: &Json,
    shell: &Shell,
    out: &mut Out,
) -> Result<(), Stop> {
    match answer.outcome {
        Outcome::Page(_) => {
            let mut told = paging::Told::default();
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
