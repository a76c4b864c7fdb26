//! What can be run by a key, whichever it is of: the product's own deeds, or the typed actions that
//! every product has. [`Action::Run`] names either.
use serde_json::{Value as Json, json};

use super::{
    catalogue::{
        self, Plan,
        own::{self, Own},
    },
    json::to_json,
    site::Site,
};
use crate::domain::{
    action::{Action, Failure, Outcome, Ran, Run},
    error::Error,
    offer::Offer,
    record::{Page, Record, RecordId, Total},
    schema::{EntityName, EntityType, Schema},
};

/// What a key without a record comes to.
pub(super) enum Meaning {
    /// This, and nothing else; what it gives is given as it is.
    Plain(Action),
    /// A typed action: what it gives becomes a deed's output.
    Typed(Plan),
}

/// What a run means in this schema; `None` = the product's own business.
///
/// Errors: [`Error::Usage`], [`Error::Invalid`] with the member's name.
pub(super) fn meaning(run: &Run, schema: &Schema) -> Result<Option<Meaning>, Error> {
    if run.target.is_some() {
        return Ok(None);
    }
    let all = own::all(schema).into_iter().filter(|own| own.verb.key == run.key);
    if let Some(own) = all.min_by_key(|own| own.entity.is_some()) {
        return Ok(Some(Meaning::Plain(own.action(&run.input, None)?)));
    }
    let entry = catalogue::catalogue(schema).into_iter().find(|entry| entry.key == run.key);
    let plan = entry.map(|entry| catalogue::action(&entry, &run.input, schema)).transpose()?;
    Ok(plan.map(Meaning::Typed))
}

/// Everything that can be run by a key, the product's own deeds first.
pub(super) fn offers(schema: &Schema) -> Vec<Offer> {
    let own = own::all(schema).into_iter().map(|own| of_own(&own));
    let typed = catalogue::catalogue(schema).into_iter().map(|entry| Offer {
        input: pointing(entry.input, &entry.entity),
        key: entry.key,
        name: entry.name,
        description: String::new(),
        output: Json::Null,
        is_write: entry.is_write,
        is_allowed: entry.is_allowed,
        asks: (entry.verb == catalogue::Verb::Delete)
            .then(|| "Delete this record for everyone?".to_owned()),
    });
    own.chain(typed).collect()
}

fn of_own(own: &Own) -> Offer {
    let input = own.input();
    Offer {
        key: own.verb.key.clone(),
        name: own.verb.label.clone(),
        description: own.verb.description.clone(),
        input: match &own.entity {
            Some(entity) => pointing(input, entity),
            None => input,
        },
        output: Json::Null,
        is_write: own.verb.is_write,
        is_allowed: true,
        asks: own.verb.asks.clone(),
    }
}

/// The record's id is a member: forms then offer the records of its type.
fn pointing(mut input: Json, entity: &EntityName) -> Json {
    if let Some(id) = input.pointer_mut("/properties/id").and_then(Json::as_object_mut) {
        id.insert("x-entity".to_owned(), json!(entity.as_str()));
    }
    input
}

/// The record that an update is made against.
pub(super) async fn update(
    site: &Site,
    (entity, id): (EntityName, RecordId),
    edits: crate::domain::change::Edits,
    schema: std::sync::Arc<Schema>,
) -> Result<Action, Failure> {
    let context = site.context(Some(schema));
    let outcome = site.session.run(Action::Get { entity, id }, context, |_| {}).await?;
    let Outcome::Record(base) = outcome else {
        return Err(Error::bug(format!("get gave {outcome:?}")).into());
    };
    Ok(Action::Update { base, edits, resolved: false })
}

/// What a typed action gave, as a deed gives it.
pub(super) fn ran(outcome: Outcome, schema: &Schema) -> Outcome {
    let of = |record: &Record| document(record, schema.entity_type(&record.entity));
    let at = |record: &Record| Some((record.entity.clone(), record.id.clone()));
    match outcome {
        Outcome::Page(page) => {
            let records: Vec<Json> = page.records.values().map(of).collect();
            let Page { offset, has_more, total, .. } = page;
            let total = match total {
                Total::Exact(all) => json!(all),
                Total::More | Total::NoMore | Total::Unknown => Json::Null,
            };
            let output = json!({"records": records, "total": total, "offset": offset,
                "has_more": has_more});
            Outcome::Ran(Ran { output, ..Ran::default() })
        }
        Outcome::Record(record) => Outcome::Ran(Ran { output: of(&record), ..Ran::default() }),
        Outcome::Written(written) => {
            let record = at(&written.record);
            Outcome::Ran(Ran { output: of(&written.record), record, run_id: None })
        }
        Outcome::Done => Outcome::Ran(Ran { output: json!({"done": true}), ..Ran::default() }),
        other @ (Outcome::Me(_)
        | Outcome::Schema(_)
        | Outcome::Type(_)
        | Outcome::Activity(_)
        | Outcome::Json(_)
        | Outcome::Ran(_)
        | Outcome::File(_)) => other,
    }
}

fn document(record: &Record, entity_type: Option<&EntityType>) -> Json {
    let mut document = serde_json::Map::new();
    document.insert("id".to_owned(), json!(record.id.as_str()));
    if let Json::Object(fields) = to_json(record, entity_type) {
        document.extend(fields);
    }
    Json::Object(document)
}
