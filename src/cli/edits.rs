//! `FIELD=VALUE…` and `--input JSON`: what create and update write.
use clap::Args;
use serde_json::Value as Json;

use super::{
    sentence::{Fault, Stop, status, usage},
    shell::{Place, Shell, json_of, unknown_field},
};
use crate::{
    action::json,
    domain::{
        change::Edits,
        input,
        schema::{EntityType, Field, ReadOnly},
        value::Value,
    },
};

/// What to write.
#[derive(Args, Debug)]
pub struct Typed {
    /// New values: 'name=Ada Lovelace'; FIELD= empties it, FIELD=@- takes standard input
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<String>,
    /// New values as a JSON object: itself, @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", conflicts_with = "values")]
    input: Option<String>,
}

impl Typed {
    /// The edits of it, each checked against the entity type.
    pub fn edits(
        &self,
        shell: &Shell,
        place: &Place,
        entity_type: &EntityType,
        is_new: bool,
    ) -> Result<Edits, Stop> {
        let today = shell.today(&place.schema);
        let preferences = &place.schema.preferences;
        let mut edits = Edits::new();
        if let Some(input) = &self.input {
            for (name, given) in fields_of(json_of(input)?)? {
                let field = writable(entity_type, &name, is_new)?;
                let value = json::from_json(field, &given)?;
                edits.insert(name, value);
            }
        }
        for typed in &self.values {
            let Some((name, text)) = typed.split_once('=') else {
                return Err(usage(format!("{typed:?} is no FIELD=VALUE.")).into());
            };
            let field = writable(entity_type, name, is_new)?;
            let text = if text == "@-" { super::shell::standard_input()? } else { text.to_owned() };
            edits.insert(name.to_owned(), input::parse_value(field, &text, preferences, today)?);
        }
        if edits.is_empty() {
            return Err(usage("There is nothing to write.")
                .hint("Give FIELD=VALUE, or --input JSON.")
                .into());
        }
        Ok(edits)
    }
}

/// An object of fields, or a record as `get -o json` printed it.
fn fields_of(json: Json) -> Result<serde_json::Map<String, Json>, Stop> {
    let wrong = || Stop::from(usage("The input must be one JSON object: {\"field\": value}."));
    let Json::Object(mut object) = json else { return Err(wrong()) };
    match object.remove("fields") {
        Some(Json::Object(fields)) => Ok(fields),
        Some(_) => Err(wrong()),
        None => Ok(object),
    }
}

fn writable<'a>(entity_type: &'a EntityType, name: &str, is_new: bool) -> Result<&'a Field, Stop> {
    let field = entity_type.field(name).ok_or_else(|| unknown_field(entity_type, name))?;
    let why = match field.read_only {
        // ficha has no editor for the latter, but whoever writes JSON needs none.
        None | Some(ReadOnly::NoEditor) => return Ok(field),
        Some(ReadOnly::AfterCreate) if is_new => return Ok(field),
        Some(ReadOnly::AfterCreate) => "can only be set on a new record",
        Some(ReadOnly::Computed) => "is computed by the server",
        Some(ReadOnly::Forbidden) => "may not be changed by your role",
    };
    Err(Fault::new("invalid", status::REFUSED, format!("{name} {why}.")).into())
}

/// What would change, for `--dry-run`.
pub fn difference(edits: &Edits, before: impl Fn(&str) -> Value) -> Json {
    let change = |(name, value): (&String, &Value)| {
        (name.clone(), serde_json::json!({"from": json::of(&before(name)), "to": json::of(value)}))
    };
    edits.iter().map(change).collect::<serde_json::Map<_, _>>().into()
}
