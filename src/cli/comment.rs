//! `ficha comment TYPE ID TEXT`.
use clap::Args;
use serde_json::json;

use super::{
    ask,
    output::Out,
    sentence::{Fault, Stop, usage},
    shell::{Shell, nobody_to_ask, text_of},
};
use crate::domain::{
    action::Action,
    comment::{Audience, Comment as Said, Comments},
    error::Error,
    record::RecordId,
};

/// `ficha comment`.
#[derive(Args, Debug)]
pub struct Comment {
    /// The record's entity type: Case
    #[arg(value_name = "TYPE")]
    entity: String,
    /// The record
    id: String,
    /// What is said: itself, @FILE, or - for standard input
    #[arg(value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    text: String,
    /// Who reads it: readers, private, public or mailed [default: the safest that the product has]
    #[arg(long, value_name = "WHO")]
    audience: Option<Audience>,
    /// The comment that it answers (its id stands in `ficha activity -o json`)
    #[arg(long, value_name = "ID", conflicts_with = "replaces")]
    answers: Option<String>,
    /// The comment of yours in whose place it comes
    #[arg(long, value_name = "ID")]
    replaces: Option<String>,
    /// Do not ask before it is sent by e-mail
    #[arg(long)]
    yes: bool,
}

/// Runs it.
pub async fn run(comment: Comment, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let place = shell.place().await?;
    let entity_type = place.entity_type(&comment.entity)?;
    let Some(can) = &entity_type.comments else {
        let what = format!("comments on records of type {}", entity_type.name);
        return Err(Fault::of(&Error::Unsupported { what }, &place.name).into());
    };
    let audience = audience(&comment, can)?;
    let text = text_of(&comment.text)?.trim_end().to_owned();
    if text.trim().is_empty() {
        let empty = Error::Invalid { field: None, reason: "the comment is empty".to_owned() };
        return Err(Fault::of(&empty, &place.name).into());
    }
    if audience == Audience::Mailed && !comment.yes && !may_mail(shell)? {
        shell.note("Nothing was sent.");
        return Ok(());
    }
    let said = Said { text, audience, answers: comment.answers, replaces: comment.replaces };
    let (entity, id) = (entity_type.name.clone(), RecordId::from(comment.id.as_str()));
    let action = Action::Comment { entity, id, comment: said };
    shell.run(place.id, &place.name, action).await?;
    if out.is_json() {
        out.json(&json!({"commented": comment.id, "audience": audience.to_string()}))?;
    } else {
        shell.note("Done.");
    }
    Ok(())
}

/// The readers that were chosen, or the safest, if the product knows such.
fn audience(comment: &Comment, can: &Comments) -> Result<Audience, Stop> {
    let Some(wanted) = comment.audience else {
        return Ok(can.audiences.first().copied().unwrap_or_default());
    };
    if can.audiences.contains(&wanted) {
        return Ok(wanted);
    }
    let names: Vec<String> = can.audiences.iter().map(ToString::to_string).collect();
    let fault = usage(format!("Comments here cannot be {wanted}."));
    Err(fault.hint(format!("One of: {}", names.join(", "))).into())
}

/// It leaves the house: a person says yes, or `--yes` stands there.
fn may_mail(shell: &Shell) -> Result<bool, Stop> {
    if !shell.is_interactive() {
        let hint = "If you mean it: repeat it with --yes";
        return Err(nobody_to_ask("A comment that is e-mailed asks first", hint).into());
    }
    ask::yes("E-mail this comment to the customer?")
}
