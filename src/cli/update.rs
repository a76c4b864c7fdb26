//! `ficha update TYPE ID FIELD=VALUE…`.
use clap::Args;
use serde_json::json;

use super::{
    create::print_written,
    edits::{Typed, difference},
    get,
    output::Out,
    sentence::{Fault, Stop, status},
    shell::{Shell, surprise},
};
use crate::domain::{
    action::{Action, Outcome},
    change::Edits,
    record::{Record, RecordId},
    value::Value,
};

/// `ficha update`.
#[derive(Args, Debug)]
pub struct Update {
    /// The entity type: Contact
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    #[command(flatten)]
    typed: Typed,
    /// Print what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Only if the record still has this version
    #[arg(long, value_name = "V")]
    if_version: Option<u64>,
}

/// Runs it.
pub async fn run(update: Update, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&update.entity)?;
    let given = update.typed.edits(shell, &place, entity_type, false)?;
    let id = RecordId::from(update.id.as_str());
    let base = get::read(shell, &place, &entity_type.name, &id).await?;
    check_version(&base, update.if_version)?;
    let edits = changed(given.over(Some(&base)), &base);
    if update.dry_run {
        let before = |name: &str| base.value(name).cloned().unwrap_or_default();
        let changes = difference(&edits, before);
        out.json(&json!({"type": base.entity.as_str(), "id": base.id.as_str(), "version": base.version, "changes": changes}))?;
        return Ok(());
    }
    if edits.is_empty() {
        shell.note("Nothing to write: the record says so already.");
        return get::print(shell, out, &place, entity_type, &base);
    }
    let action = Action::Update { base: Box::new(base), edits, resolved: false };
    let Outcome::Written(written) = shell.run(place.id, &place.name, action).await?.outcome else {
        return Err(surprise());
    };
    print_written(shell, out, &place, entity_type, &written)
}

fn check_version(base: &Record, expected: Option<u64>) -> Result<(), Stop> {
    let Some(expected) = expected else { return Ok(()) };
    let message = match base.version {
        Some(version) if version == expected => return Ok(()),
        Some(version) => {
            format!("The record has version {version}, not {expected}; nothing was written.")
        }
        None => "The record has no version to compare; nothing was written.".to_owned(),
    };
    let hint = "Read the record again (ficha get), then repeat the update.";
    Err(Fault::new("conflict", status::CONFLICT, message).hint(hint).into())
}

/// Without those that stand there already.
fn changed(edits: Edits, base: &Record) -> Edits {
    let differs = |name: &str, value: &Value| {
        base.value(name).is_none_or(|before| !before.means_the_same(value))
    };
    edits.into_iter().filter(|(name, value)| differs(name, value)).collect()
}
