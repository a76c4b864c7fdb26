//! `ficha link` and `ficha unlink TYPE ID LINK OTHER_ID…`.
use clap::Args;
use serde_json::json;

use super::{
    output::Out,
    related,
    sentence::{Stop, usage},
    shell::{Shell, ids},
};
use crate::domain::{
    action::{Action, LinkChange},
    record::RecordId,
};

/// `ficha link`, `ficha unlink`.
#[derive(Args, Debug)]
pub struct Link {
    /// The record's entity type: Account
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    /// The link's name: contacts
    #[arg(value_name = "LINK")]
    by: String,
    /// The others; - takes ids from standard input, one a line
    #[arg(value_name = "OTHER_ID", required = true)]
    others: Vec<String>,
}

/// Runs it.
pub async fn run(link: Link, is_on: bool, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&link.entity)?;
    let known = related::link(&place, entity_type, &link.by)?;
    if !known.is_editable {
        return Err(usage(format!("{} cannot be linked or unlinked by hand.", known.name)).into());
    }
    let change = LinkChange {
        entity: entity_type.name.clone(),
        id: RecordId::from(link.id.as_str()),
        link: known.name.clone(),
        others: ids(&link.others)?,
    };
    let others: Vec<String> = change.others.iter().map(|id| id.as_str().to_owned()).collect();
    let action = if is_on { Action::Link(change) } else { Action::Unlink(change) };
    shell.run(place.id, &place.name, action).await?;
    let done = if is_on { "linked" } else { "unlinked" };
    if out.is_json() {
        out.json(&json!({ done: others }))?;
    } else {
        shell.note(&format!("{} {done}.", others.len()));
    }
    Ok(())
}
