//! `ficha related TYPE ID LINK`.
use clap::Args;

use super::{
    list::{Pick, described, print},
    output::Out,
    sentence::{Stop, usage},
    shell::{Place, Shell},
};
use crate::{
    config::nearest,
    domain::{
        action::Action,
        record::RecordId,
        schema::{EntityType, Link},
    },
};

/// `ficha related`.
#[derive(Args, Debug)]
pub struct Related {
    /// The record's entity type: Account
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    /// The link's name: contacts
    link: String,
    #[command(flatten)]
    pick: Pick,
}

/// Runs it.
pub async fn run(related: Related, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&related.entity)?;
    let link = link(&place, entity_type, &related.link)?;
    let Some(target) = &link.entity else {
        let message = format!("{} leads to several types; it cannot be listed.", link.name);
        return Err(usage(message).into());
    };
    let target = described(shell, &place, target.as_str()).await?;
    let (entity, id) = (entity_type.name.clone(), RecordId::from(related.id.as_str()));
    let link = link.name.clone();
    print(shell, out, &place, &target, &related.pick, |query| Action::Related {
        entity: entity.clone(),
        id: id.clone(),
        link: link.clone(),
        query,
    })
    .await
}

/// The link of that name.
pub fn link<'a>(place: &Place, entity_type: &'a EntityType, name: &str) -> Result<&'a Link, Stop> {
    let alike = || entity_type.links.values().find(|link| link.name.eq_ignore_ascii_case(name));
    if let Some(link) = entity_type.links.get(name).or_else(alike) {
        return Ok(link);
    }
    let names = || entity_type.links.keys().map(String::as_str);
    let near = nearest(name, names());
    let hint = if near.is_empty() { names().collect() } else { near };
    let fault = usage(format!("{} of {} has no link {name:?}.", entity_type.name, place.name));
    Err(fault.hint(format!("There are: {}", hint.join(", "))).into())
}
