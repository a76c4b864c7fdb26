//! `ficha activity TYPE ID`.
use clap::Args;
use serde_json::json;

use super::{
    output::Out,
    sentence::Stop,
    shell::{Shell, surprise},
    types::object,
};
use crate::domain::{
    action::{Action, Happening, Outcome},
    record::RecordId,
};

/// `ficha activity`.
#[derive(Args, Debug)]
pub struct Activity {
    /// The record's entity type: Account
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

/// Runs it.
pub async fn run(activity: Activity, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity = place.entity_type(&activity.entity)?.name.clone();
    let id = RecordId::from(activity.id.as_str());
    let action = Action::Activity { entity, id, limit: activity.limit };
    let Outcome::Activity(happened) = shell.run(place.id, &place.name, action).await?.outcome
    else {
        return Err(surprise());
    };
    let rows = happened.iter().map(row).collect();
    out.rows("activity", &["at", "kind", "author", "title", "text"], rows)?;
    Ok(())
}

fn row(one: &Happening) -> serde_json::Map<String, serde_json::Value> {
    let record =
        one.record.as_ref().map(|(entity, id)| json!({"type": entity.as_str(), "id": id.as_str()}));
    object(json!({
        "id": one.id,
        "answers": one.answers,
        "audience": one.audience.map(|it| it.to_string()),
        "files": one.files.iter().map(|(id, name)| json!({"id": id, "name": name})).collect::<Vec<_>>(),
        "at": one.at.map(|at| at.to_string()),
        "kind": one.kind,
        "author": one.author,
        "title": one.title,
        "text": one.text,
        "id": one.id,
        "answers": one.answers,
        "audience": one.audience,
        "can_edit": one.can_edit,
        "files": one.files.iter().map(|(id, name)| json!({"id": id, "name": name})).collect::<Vec<_>>(),
        "record": record,
    }))
}
