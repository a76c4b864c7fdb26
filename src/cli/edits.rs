//! `FIELD=VALUE…` and `--input JSON`: what create and update write.
use clap::Args;
use serde_json::Value as Json;

use super::{
    sentence::{Fault, Stop, status, usage},
    shell::{Place, Shell, json_of, unknown_field},
};
use crate::domain::{
    change::Edits,
    input::{self, part},
    json,
    record::Record,
    schema::{EntityType, Field, ReadOnly},
    value::Value,
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
    ) -> Result<Given, Stop> {
        let today = shell.today(&place.schema);
        let preferences = &place.schema.preferences;
        let mut given = Given::default();
        if let Some(input) = &self.input {
            for (name, json) in fields_of(json_of(input)?)? {
                let field = writable(entity_type, &name, is_new)?;
                let value = json::from_json(field, &json)?;
                given.put(field, value, json.is_string());
            }
        }
        for typed in &self.values {
            let Some((name, text)) = typed.split_once('=') else {
                return Err(usage(format!("{typed:?} is no FIELD=VALUE.")).into());
            };
            let part = part::named(entity_type, name);
            let field = match part {
                Some((field, _)) => writable(entity_type, &field.name, is_new)?,
                None => writable(entity_type, name, is_new)?,
            };
            let text = if text == "@-" { super::shell::standard_input()? } else { text.to_owned() };
            match part {
                Some((_, part)) => given.parts.push((field.clone(), part, text)),
                None => {
                    given.put(field, input::parse_value(field, &text, preferences, today)?, true);
                }
            }
        }
        if given.edits.is_empty() && given.parts.is_empty() {
            return Err(usage("There is nothing to write.")
                .hint("Give FIELD=VALUE, or --input JSON.")
                .into());
        }
        Ok(given)
    }
}

/// What was given, before it is laid over the record.
#[derive(Debug, Default)]
pub struct Given {
    edits: Edits,
    /// Fields of several addresses or numbers of which one was given.
    singles: Vec<String>,
    /// Parts of names and addresses.
    parts: Vec<(Field, &'static str, String)>,
}

impl Given {
    fn put(&mut self, field: &Field, value: Value, may_be_single: bool) {
        let is_one = matches!(&value, Value::Points(points) if points.len() == 1);
        self.singles.retain(|name| *name != field.name);
        if is_one && may_be_single {
            self.singles.push(field.name.clone());
        }
        self.edits.insert(field.name.clone(), value);
    }

    /// The values whole: a part beside the other parts that stand there, one address beside the
    /// other ones.
    pub fn over(self, base: Option<&Record>) -> Edits {
        let Self { mut edits, singles, parts } = self;
        let stands = |name: &str| base.and_then(|it| it.value(name)).cloned().unwrap_or_default();
        for name in singles {
            if let Some(Value::Points(points)) = edits.get(&name)
                && let Some(one) = points.first()
            {
                let whole = part::instead(one, &stands(&name));
                edits.insert(name, whole);
            }
        }
        for (field, part, text) in parts {
            let before = edits.get(&field.name).cloned().unwrap_or_else(|| stands(&field.name));
            let whole = part::laid(&field, &before, part, &text);
            edits.insert(field.name, whole);
        }
        edits
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
