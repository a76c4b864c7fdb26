//! `ficha create TYPE FIELD=VALUE…`.
use clap::Args;
use serde_json::json;

use super::{
    edits::{Typed, difference},
    get,
    output::Out,
    record::document,
    sentence::{Fault, Stop, status},
    shell::{Place, Shell, surprise},
};
use crate::domain::{
    action::{Action, Outcome},
    change::Written,
    json,
    schema::EntityType,
    value::Value,
};

/// `ficha create`.
#[derive(Args, Debug)]
pub struct Create {
    /// The entity type: Contact
    #[arg(value_name = "TYPE")]
    entity: String,
    #[command(flatten)]
    typed: Typed,
    /// Print what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Create it though the server knows similar ones
    #[arg(long)]
    despite_duplicates: bool,
}

/// Runs it.
pub async fn run(create: Create, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&create.entity)?;
    let edits = create.typed.edits(shell, &place, entity_type, true)?.over(None);
    if create.dry_run {
        out.json(&json!({"type": entity_type.name.as_str(), "changes": difference(&edits, |_| Value::Empty)}))?;
        return Ok(());
    }
    let entity = entity_type.name.clone();
    let action = Action::Create { entity, edits, despite_duplicates: create.despite_duplicates };
    let Outcome::Written(written) = shell.run(place.id, &place.name, action).await?.outcome else {
        return Err(surprise());
    };
    print_written(shell, out, &place, entity_type, &written)
}

/// Prints the record as it is now; what the server did not keep is told, with status 9.
pub fn print_written(
    shell: &Shell,
    out: &mut Out,
    place: &Place,
    entity_type: &EntityType,
    written: &Written,
) -> Result<(), Stop> {
    let lost = &written.not_stored;
    if out.is_json() {
        let columns = shell.global.columns.as_deref();
        let mut printed = document(&place.name, Some(entity_type), &written.record, columns);
        if !lost.is_empty() {
            let stands = lost.iter().map(|(name, value)| (name.clone(), json::of(value)));
            get::put(&mut printed, "not_stored", stands.collect::<serde_json::Map<_, _>>().into());
        }
        out.json(&printed)?;
    } else {
        get::print(shell, out, place, entity_type, &written.record)?;
    }
    if lost.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = lost.keys().map(String::as_str).collect();
    let message =
        format!("The record was saved, but the server did not keep {}.", names.join(", "));
    Err(Fault::new("partly", status::PARTLY, message)
        .hint("Your role or a rule of the server may forbid it.")
        .into())
}
