//! New records. E§9.
use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{
    codec::{self, Extent},
    done,
    encode::encode,
    entity_type, errors, send, single,
};
use crate::{
    domain::{
        action::Outcome,
        change::{Edits, Written},
        error::Error,
        record::Record,
        schema::{EntityName, EntityType},
        value::{Point, Value},
    },
    net::exchange::{Exchange, Method, Response},
    providers::{Context, Step},
};

/// Write, then read back: the answer to the write leaves empty attributes out, and a 200 does
/// not prove that everything was stored.
#[derive(Debug)]
pub struct Create {
    entity: EntityName,
    edits: Edits,
    despite_duplicates: bool,
    /// What the write answered, once it did.
    created: Option<Record>,
}

impl Create {
    /// A new record of those values.
    pub fn new(entity: EntityName, edits: Edits, despite_duplicates: bool) -> Self {
        Self { entity, edits, despite_duplicates, created: None }
    }

    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        let entity_type = entity_type(context, &self.entity)?;
        let Some(response) = answer else { return Ok(send(self.write(entity_type)?)) };
        let Some(created) = self.created.take() else {
            let record = self.written(context, entity_type, response)?;
            let id = record.id.clone();
            self.created = Some(record);
            return Ok(send(single::read(&self.entity, &id)));
        };
        let read = single::whole(context, &self.entity, response);
        Ok(done(written(&self.edits, read, created)))
    }

    fn write(&self, entity_type: &EntityType) -> Result<Exchange, Error> {
        let body = body(entity_type, &self.edits)?;
        let exchange = Exchange::new(Method::Post, [self.entity.as_str()]).json(Json::Object(body));
        Ok(if self.despite_duplicates {
            exchange.header("X-Skip-Duplicate-Check", "true")
        } else {
            exchange
        })
    }

    fn written(
        &self,
        context: &Context,
        entity_type: &EntityType,
        response: &Response,
    ) -> Result<Record, Error> {
        let schema = context.schema.as_deref();
        let body = errors::body_of(response, self.entity.as_str(), Some(entity_type), schema);
        let has_landed = (200..300).contains(&response.status);
        body.and_then(|body| codec::record(&body, "", entity_type, &context.site, Extent::Part))
            // It succeeded, but does not say what it made: it must not be made again.
            .map_err(|error| if has_landed { Error::Unknown } else { error })
            .map_err(|error| with_addresses(error, &context.site))
    }
}

/// Records that are in the way can be opened in the browser.
fn with_addresses(error: Error, site: &str) -> Error {
    let Error::Duplicate { mut records } = error else { return error };
    for record in &mut records {
        record.url = Some(codec::web_page(site, &record.entity, &record.id));
    }
    Error::Duplicate { records }
}

/// The attributes of those edits.
pub fn body(entity_type: &EntityType, edits: &Edits) -> Result<Map<String, Json>, Error> {
    let mut body = Map::new();
    for (name, value) in edits {
        let field = entity_type.field(name).ok_or_else(|| Error::Invalid {
            field: Some(name.clone()),
            reason: format!("{} has no such field", entity_type.name),
        })?;
        body.extend(encode(field, value)?);
    }
    Ok(body)
}

/// The outcome of a write that landed. If it cannot be read back it is still written: the
/// record is then what the write itself said.
pub fn written(edits: &Edits, read: Result<Record, Error>, answered: Record) -> Outcome {
    let (record, not_stored) = match read {
        Ok(record) => {
            let not_stored = not_stored(edits, &record);
            (record, not_stored)
        }
        // The read failed, the write did not: what is missing shows when the record is opened.
        Err(_) => (Record { is_complete: false, ..answered }, IndexMap::new()),
    };
    Outcome::Written(Box::new(Written { record, not_stored }))
}

/// What was sent and stands there differently. A field that was not read tells nothing.
fn not_stored(edits: &Edits, stored: &Record) -> IndexMap<String, Value> {
    edits
        .iter()
        .filter_map(|(name, sent)| Some((name, sent, stored.value(name)?)))
        .filter(|(_, sent, stands)| !is_stored(sent, stands) && !is_kept(sent, stands))
        .map(|(name, _, stands)| (name.clone(), stands.clone()))
        .collect()
}

/// Whether the value that stands there is the one that was sent: `false` stands for an emptied
/// switch, and moments are stored in whole seconds.
pub fn is_stored(sent: &Value, stands: &Value) -> bool {
    match (sent, stands) {
        (Value::Empty, Value::Bool(false)) => true,
        (Value::DateTime(a), Value::DateTime(b)) => a.as_second() == b.as_second(),
        (Value::Text(text), Value::Points(points)) => {
            points.iter().any(|point| point.is_primary && point.value == *text)
        }
        (Value::Points(a), Value::Points(b)) => {
            let keys = |points: &[_]| points.iter().map(point_key).collect::<BTreeSet<_>>();
            keys(a) == keys(b)
        }
        // Money without a currency takes the one that stands there.
        (Value::Money(a), Value::Money(b)) if a.currency.is_empty() => a.amount == b.amount,
        (sent, stands) => sent.means_the_same(stands),
    }
}

/// Whether all addresses or numbers that were sent are there: the server gives a kind to those
/// sent without one, knows of its own which are opted out, and writes numbers its own way.
fn is_kept(sent: &Value, stands: &Value) -> bool {
    let (Value::Points(sent), Value::Points(stands)) = (sent, stands) else { return false };
    let kept = |sent: &Point| {
        stands.iter().any(|it| {
            reached(&sent.value) == reached(&it.value)
                && (sent.kind.is_none() || sent.kind == it.kind)
                && sent.is_primary == it.is_primary
                && sent.is_opted_out <= it.is_opted_out
                && sent.is_invalid <= it.is_invalid
        })
    };
    sent.len() == stands.len() && sent.iter().all(kept)
}

/// An address in any case, or the digits of a number.
fn reached(value: &str) -> String {
    if value.contains('@') {
        return value.to_lowercase();
    }
    value.chars().filter(|c| !c.is_whitespace() && !"-–()./".contains(*c)).collect()
}

/// The order is the server's to choose.
fn point_key(point: &Point) -> (String, Option<String>, [bool; 3]) {
    let flags = [point.is_primary, point.is_opted_out, point.is_invalid];
    (point.value.to_lowercase(), point.kind.clone(), flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(value: &str, kind: Option<&str>) -> Point {
        let (value, kind) = (value.to_owned(), kind.map(str::to_owned));
        Point { value, kind, is_primary: true, ..Point::default() }
    }

    #[test]
    fn a_number_is_kept_though_the_server_gives_it_a_kind_and_blanks() {
        let stands = Value::Points(vec![phone("0301 5555", Some("Mobile"))]);
        for sent in [phone("03015555", None), phone("0301-5555", Some("Mobile"))] {
            assert!(is_kept(&Value::Points(vec![sent.clone()]), &stands), "{sent:?}");
        }
        let lost = [
            phone("0301 5556", None),
            phone("0301 5555", Some("Fax")),
            Point { is_opted_out: true, ..phone("0301 5555", None) },
        ];
        for sent in lost {
            assert!(!is_kept(&Value::Points(vec![sent.clone()]), &stands), "{sent:?}");
        }
    }
}
