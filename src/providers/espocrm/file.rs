//! The file behind a field or a note. E§18.
use std::time::Duration;

use super::{done, entity_type, errors, send, single};
use crate::{
    domain::{
        action::{File, Outcome},
        error::Error,
        record::RecordId,
        schema::{EntityName, FieldKind},
        value::Value,
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

/// Servers take uploads of up to 256 MB as they come (E§3 `attachmentUploadMaxSize`).
const LIMIT: u64 = 256 * 1024 * 1024;

/// A file of that size may come over a slow line.
const TIMEOUT: Duration = Duration::from_secs(600);

/// `GET Attachment/file/{id}`; before it the record, where a field of it names the file.
#[derive(Debug)]
pub struct Download {
    /// The record's type.
    pub entity: EntityName,
    /// The record.
    pub id: RecordId,
    /// A field's name, or a file's id.
    pub file: String,
    /// What is known of the file once it is asked for.
    pub asked: Option<Known>,
}

/// A file that is asked for.
#[derive(Debug)]
pub struct Known {
    id: String,
    name: String,
}

impl Download {
    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let entity_type = entity_type(context, &self.entity)?;
        let is_field =
            || entity_type.field(&self.file).is_some_and(|field| field.kind == FieldKind::File);
        match (answer, &self.asked) {
            (None, _) if is_field() => Ok(send(single::read(&self.entity, &self.id))),
            (None, _) => {
                let known = Known { id: self.file.clone(), name: self.file.clone() };
                Ok(self.ask(known))
            }
            (Some(response), None) => {
                let record = single::whole(context, &self.entity, response)?;
                let known = only(record.value(&self.file), &self.file)?;
                Ok(self.ask(known))
            }
            (Some(response), Some(known)) => read(known, response),
        }
    }

    fn ask(&mut self, known: Known) -> Step {
        let mut exchange = Exchange::get(["Attachment", "file", &known.id]);
        (exchange.limit, exchange.timeout) = (LIMIT, Some(TIMEOUT));
        self.asked = Some(known);
        send(exchange)
    }
}

/// The one file of a field; of several the caller names one by its id.
fn only(value: Option<&Value>, field: &str) -> Result<Known, Error> {
    let references = match value {
        Some(Value::Reference(one)) => std::slice::from_ref(one),
        Some(Value::References(several)) => several.as_slice(),
        _ => &[],
    };
    match references {
        [one] => Ok(Known { id: one.id.clone(), name: one.name.clone().unwrap_or_default() }),
        [] => Err(Error::NotFound { what: format!("{field} holds no file") }),
        several => {
            let each = |one: &crate::domain::value::Reference| {
                format!("{} ({})", one.id, one.name.as_deref().unwrap_or_default())
            };
            let names: Vec<_> = several.iter().map(each).collect();
            let reason = format!("{field} holds several files, name one: {}", names.join(", "));
            Err(Error::Usage { reason })
        }
    }
}

fn read(known: &Known, response: &Response) -> Result<Step, Error> {
    if !(200..300).contains(&response.status) {
        let resource = format!("Attachment/file/{}", known.id);
        return Err(errors::error(response, &resource, None, None));
    }
    let named = response.header("content-disposition").as_deref().and_then(file_name);
    Ok(done(Outcome::File(File {
        name: named.unwrap_or_else(|| known.name.clone()),
        media_type: response.header("content-type").unwrap_or_default(),
        content: response.body.clone(),
    })))
}

/// `attachment; filename="test ü 文.txt"`: raw UTF-8 between quotes. E§1.
fn file_name(disposition: &str) -> Option<String> {
    let (_, rest) = disposition.split_once("filename=")?;
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.rsplit_once('"').map_or(quoted, |(name, _)| name),
        None => rest.split(';').next().unwrap_or_default().trim(),
    };
    Some(name.replace("\\\"", "\"")).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_what_the_header_says() {
        for (header, name) in [
            ("attachment; filename=\"test ü 文.txt\"", Some("test ü 文.txt")),
            ("attachment; filename=plain.txt; size=3", Some("plain.txt")),
            ("attachment; filename=\"a \\\"b\\\".txt\"", Some("a \"b\".txt")),
            ("attachment; filename=\"\"", None),
            ("inline", None),
        ] {
            assert_eq!(file_name(header).as_deref(), name, "{header}");
        }
    }
}
