//! `ficha comment TYPE ID TEXT`.
use clap::Args;
use serde_json::json;

use super::{
    ask,
    output::Out,
    sentence::{Fault, Stop, usage},
    shell::{Place, Shell, nobody_to_ask, standard_input},
};
use crate::domain::{
    action::Action,
    comment::{Audience, Comments},
    error::Error,
    record::RecordId,
    schema::EntityType,
};

/// `ficha comment`.
#[derive(Args, Debug)]
pub struct Comment {
    /// The record's entity type: Account
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    /// What is said; - takes it from standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// Who reads it, where the product tells readers apart: readers, private, public, mailed
    #[arg(long, value_name = "WHO")]
    to: Option<Audience>,
    /// The id of the comment that it answers (ficha activity -o json)
    #[arg(long, value_name = "COMMENT_ID")]
    answers: Option<String>,
    /// The id of the own comment in whose place it stands
    #[arg(long, value_name = "COMMENT_ID", conflicts_with = "answers")]
    replaces: Option<String>,
    /// Do not ask before a mail leaves
    #[arg(long)]
    yes: bool,
}

/// Runs it.
pub async fn run(comment: Comment, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&comment.entity)?;
    let can = offered(&place, entity_type)?;
    let audience = audience(comment.to, can)?;
    if audience == Audience::Mailed && !comment.yes && !may_be_mailed(shell)? {
        shell.note("Nothing was sent.");
        return Ok(());
    }
    let text = if comment.text == "-" { standard_input()? } else { comment.text };
    let text = text.trim_end().to_owned();
    let (answers, replaces) = (comment.answers, comment.replaces);
    let id = RecordId::from(comment.id.as_str());
    let entity = entity_type.name.clone();
    let comment = crate::domain::comment::Comment { text, audience, answers, replaces };
    shell.run(place.id, &place.name, Action::Comment { entity, id, comment }).await?;
    if out.is_json() {
        out.json(&json!({"commented": true}))?;
    } else {
        shell.note("Said.");
    }
    Ok(())
}

/// A mail leaves the house, so a person says yes to it.
fn may_be_mailed(shell: &Shell) -> Result<bool, Stop> {
    if !shell.is_interactive() {
        let hint = "If you mean it: repeat it with --yes";
        return Err(nobody_to_ask("A mail to the customer asks first", hint).into());
    }
    ask::yes("The customer gets this by e-mail. Send it?")
}

fn offered<'a>(place: &Place, entity_type: &'a EntityType) -> Result<&'a Comments, Stop> {
    entity_type.comments.as_ref().ok_or_else(|| {
        let what = format!("comments on records of type {}", entity_type.name);
        Fault::of(&Error::Unsupported { what }, &place.name).into()
    })
}

/// The one that was asked for, else the safest.
fn audience(asked: Option<Audience>, can: &Comments) -> Result<Audience, Stop> {
    let usual = can.audiences.first().copied().unwrap_or_default();
    let asked = asked.unwrap_or(usual);
    if asked == usual || can.audiences.contains(&asked) {
        return Ok(asked);
    }
    let known: Vec<_> = can.audiences.iter().map(ToString::to_string).collect();
    let fault = usage(format!("Comments cannot be made for {asked} here."));
    Err(fault.hint(format!("They can for: {}", known.join(", "))).into())
}
