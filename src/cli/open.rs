//! `ficha open URL | TYPE/ID`.
use clap::Args;

use super::{
    get,
    output::Out,
    sentence::{Fault, Stop, status, usage},
    shell::Shell,
};
use crate::{
    domain::{
        connection::{Connection, ConnectionId},
        record::RecordId,
    },
    providers::Provider,
};

/// `ficha open`.
#[derive(Args, Debug)]
pub struct Open {
    /// The record's web address, or TYPE/ID
    #[arg(value_name = "URL|TYPE/ID")]
    what: String,
    /// Open its web page
    #[arg(long)]
    browser: bool,
}

/// Runs it.
pub async fn run(open: Open, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (id, connection, entity, record) = target(&open.what, shell)?;
    let place = shell.place_of(id, &connection.name).await?;
    let entity_type = place.entity_type(&entity)?.clone();
    let record = RecordId::from(record.as_str());
    if !open.browser {
        return get::show(shell, out, &place, &entity_type, &record, false).await;
    }
    let read = get::read(shell, &place, &entity_type.name, &record).await?;
    let Some(url) = read.url else {
        return Err(
            Fault::new("unsupported", status::FAILED, "This record has no web page.").into()
        );
    };
    browse(&url, shell)
}

fn target(what: &str, shell: &Shell) -> Result<(ConnectionId, Connection, String, String), Stop> {
    if what.starts_with("https://") || what.starts_with("http://") {
        let all = shell.layer.connections();
        let found = all.into_iter().find_map(|(id, connection)| {
            let (entity, record) =
                Provider::from(connection.kind).parse_url(&connection.url, what)?;
            Some((id, connection, entity, record))
        });
        let none =
            || usage("No connection knows this address.").hint("See them: ficha connection list");
        return found.ok_or_else(|| none().into());
    }
    let (id, connection) = shell.connection()?;
    match what.split_once('/') {
        Some((entity, record)) if !entity.is_empty() && !record.is_empty() => {
            Ok((id, connection, entity.to_owned(), record.to_owned()))
        }
        Some(_) | None => {
            Err(usage(format!("{what:?} is neither a web address nor TYPE/ID.")).into())
        }
    }
}

/// Opens a web page; nothing else.
pub(super) fn browse(url: &str, shell: &Shell) -> Result<(), Stop> {
    // An address from a server: nothing but a web page is opened.
    if crate::config::check_url(url.split(['#', '?']).next().unwrap_or(url)).is_err() {
        return Err(Fault::new(
            "unsupported",
            status::FAILED,
            "This record's address is no web page.",
        )
        .into());
    }
    let chosen = &shell.config.settings.browser;
    let opened = if chosen.is_empty() {
        open::that_detached(url)
    } else {
        open::with_detached(url, chosen.as_str())
    };
    opened.map_err(|error| {
        let message = format!("The browser cannot be started: {error}.");
        Fault::new("disk", status::FAILED, message).hint(url).into()
    })
}
