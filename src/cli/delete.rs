//! `ficha delete TYPE ID…`.
use clap::Args;
use serde_json::json;

use super::{
    ask,
    get::Tally,
    output::Out,
    sentence::Stop,
    shell::{Shell, ids, nobody_to_ask},
};
use crate::domain::{action::Action, record::RecordId};

/// `ficha delete`.
#[derive(Args, Debug)]
pub struct Delete {
    /// The entity type: Contact
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The records; - takes ids from standard input, one a line
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Runs it.
pub async fn run(delete: Delete, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    if !delete.yes && !shell.is_interactive() {
        let hint = "If you mean it: repeat it with --yes";
        return Err(nobody_to_ask("Deleting asks first", hint).into());
    }
    let place = shell.place().await?;
    let entity_type = place.entity_type(&delete.entity)?;
    let ids = ids(&delete.ids)?;
    if !delete.yes
        && !ask::yes(&format!("Delete {} of {} on {}?", ids.len(), entity_type.name, place.name))?
    {
        shell.note("Nothing was deleted.");
        return Ok(());
    }
    let mut tally = Tally::default();
    let mut done: Vec<&RecordId> = Vec::new();
    for id in &ids {
        let action = Action::Delete { entity: entity_type.name.clone(), id: id.clone() };
        match shell.run(place.id, &place.name, action).await {
            Ok(_) => {
                tally.done += 1;
                done.push(id);
            }
            Err(stop) => tally.failed(id.as_str(), stop)?,
        }
    }
    let done: Vec<&str> = done.into_iter().map(RecordId::as_str).collect();
    if out.is_json() {
        out.json(&json!({"deleted": done}))?;
    } else {
        shell.note(&format!("{} deleted.", done.len()));
    }
    tally.end()
}
