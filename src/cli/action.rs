//! `ficha action list` and `ficha action run KEY`.
mod list;
mod run;

use clap::{Args, Subcommand};

use super::{
    output::Out,
    sentence::{Stop, usage},
    shell::{Place, Shell},
};
use crate::domain::{
    connection::{Connection, Kind},
    record::RecordId,
    schema::EntityName,
};

/// `ficha action`.
#[derive(Debug, Subcommand)]
pub enum Actions {
    /// Keys, names and what each takes
    List(List),
    /// Run one
    Run(Run),
}

/// `ficha action list`.
#[derive(Args, Debug)]
pub struct List {
    /// Those that fit these words; Membrane itself is asked for its own
    #[arg(long, value_name = "TEXT")]
    intent: Option<String>,
    /// Those of an entity type
    #[arg(long = "type", value_name = "TYPE")]
    entity: Option<String>,
    /// At a sign-in to Membrane: those of one connection there, Connection/ID
    #[arg(long, value_name = "TYPE/ID")]
    on: Option<String>,
}

/// `ficha action run`.
#[derive(Args, Debug)]
pub struct Run {
    /// Its key: create-contact; at a sign-in to Membrane also its id
    key: String,
    /// What it takes, as JSON; also @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    input: String,
    /// The record that it is done to: TYPE/ID; also the input's member id
    #[arg(long, value_name = "TYPE/ID")]
    on: Option<String>,
    /// Follow a page's cursor to the end
    #[arg(long)]
    all: bool,
    /// Do not ask before what cannot be taken back
    #[arg(long)]
    yes: bool,
}

/// Runs it.
pub async fn run(command: Actions, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    match command {
        Actions::List(wish) => list::list(&wish, shell, out).await,
        Actions::Run(wish) => run::run(&wish, shell, out).await,
    }
}

/// `TYPE/ID` as typed.
fn target(on: &str, place: &Place) -> Result<(EntityName, RecordId), Stop> {
    match on.rsplit_once('/') {
        Some((entity, id)) if !id.is_empty() => {
            Ok((place.entity_type(entity)?.name.clone(), RecordId::from(id)))
        }
        Some(_) | None => Err(usage(format!("{on:?} is no TYPE/ID.")).into()),
    }
}

/// Whether it is the sign-in to Membrane itself, not an app behind it.
fn is_sign_in(connection: &Connection) -> bool {
    connection.kind == Kind::Membrane && connection.via.is_none()
}
