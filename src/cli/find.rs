//! `ficha find TEXT`: over every connection, unless some are named.
use clap::Args;
use serde_json::json;

use super::{
    get::Tally,
    output::Out,
    record::Printer,
    sentence::Stop,
    shell::{Place, Shell, surprise},
    types::object,
};
use crate::domain::{
    action::{Action, Outcome, Source},
    connection::ConnectionId,
    query::{Filter, Query},
    record::Page,
};

/// `ficha find`.
#[derive(Args, Debug)]
pub struct Find {
    /// The words
    #[arg(required = true)]
    text: Vec<String>,
    /// Only records of this entity type
    #[arg(long = "type", value_name = "TYPE")]
    entity: Option<String>,
    /// At most so many of each connection
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

/// Runs it.
pub async fn run(find: Find, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let columns = shell.global.columns.clone();
    let shown = columns
        .clone()
        .unwrap_or_else(|| ["connection", "type", "id", "title"].map(str::to_owned).to_vec());
    let mut printer = Printer::new(out, shown, columns);
    let (mut tally, mut more, mut from_cache, mut age) = (Tally::default(), false, false, 0);
    for (id, name) in connections(shell)? {
        match search(&find, shell, id, &name).await {
            Ok((place, page, source, seen)) => {
                for record in page.records.values() {
                    let entity_type = place.schema.entity_type(&record.entity);
                    printer.print(&place.name, entity_type, [record], usize::MAX)?;
                }
                tally.done += 1;
                more |= page.has_more;
                from_cache |= source == Source::Cache;
                age = age.max((shell.clock)().duration_since(seen).as_secs().max(0));
            }
            Err(stop) => tally.failed(&name, stop)?,
        }
    }
    let source = if from_cache { "cache" } else { "network" };
    if tally.done > 0 {
        let total = if more { None } else { Some(printer.count()) };
        printer.finish(object(
            json!({"total": total, "more": more, "source": source, "age_s": age}),
        ))?;
    }
    tally.end()
}

fn connections(shell: &Shell) -> Result<Vec<(ConnectionId, String)>, Stop> {
    if shell.global.connection.is_empty() {
        let all = shell.layer.connections();
        if all.is_empty() {
            shell.connection()?;
        }
        return Ok(all.into_iter().map(|(id, connection)| (id, connection.name)).collect());
    }
    let named = shell.global.connection.iter();
    named.map(|name| shell.find(name).map(|(id, connection)| (id, connection.name))).collect()
}

async fn search(
    find: &Find,
    shell: &Shell,
    id: ConnectionId,
    name: &str,
) -> Result<(Place, Page, Source, jiff::Timestamp), Stop> {
    let place = shell.place_of(id, name).await?;
    let text = find.text.join(" ");
    let action = match &find.entity {
        None => Action::Search { text, limit: find.limit },
        Some(entity) => {
            let entity = place.entity_type(entity)?.name.clone();
            Action::List(Query {
                filter: Some(Filter::Words(text)),
                ..Query::all(entity, find.limit)
            })
        }
    };
    let answer = shell.run(id, name, action).await?;
    let Outcome::Page(page) = answer.outcome else {
        return Err(surprise());
    };
    Ok((place, page, answer.source, answer.seen))
}
