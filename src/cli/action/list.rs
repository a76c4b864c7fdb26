//! `ficha action list`: ours, the product's own, and at Membrane those that it finds.
use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::{List, is_sign_in, target};
use crate::{
    action::catalogue::{
        self, Entry,
        own::{self, Own},
    },
    cli::{
        output::Out,
        record::word,
        sentence::Stop,
        shell::{Place, Shell, surprise},
        types::object,
    },
    domain::{
        action::{Action, Outcome},
        connection::{Connection, ConnectionId, Kind},
        error::Error,
        query::{Filter, Query},
        record::{Record, RecordId},
        schema::EntityName,
        value::Value,
    },
    providers::membrane,
    text::fuzzy,
};

/// So many that fit an intent are asked for.
const FITTING: u32 = 25;

/// As many as come at once. M§3.
const PAGE: u32 = 1000;

/// More actions of one workspace are not read.
const MOST: u64 = 10_000;

/// A line of the list.
#[derive(Clone)]
struct Listed {
    key: String,
    name: String,
    description: String,
    entity: Option<String>,
    is_write: bool,
    is_allowed: bool,
    input: Json,
    /// Membrane's own id, where it was asked.
    id: Option<String>,
}

/// Prints it.
pub(super) async fn list(wish: &List, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let (id, connection) = shell.connection()?;
    let place = shell.place_of(id, &connection.name).await?;
    let typed = catalogue::catalogue(&place.schema).into_iter().map(Listed::typed);
    let own = own::all(&place.schema);
    let known: Vec<Listed> = own.iter().map(Listed::own).chain(typed).collect();
    let mut entries = found(wish, known, (&place, &connection), shell).await?;
    if let Some(entity) = &wish.entity {
        let entity = place.entity_type(entity)?.name.as_str();
        entries.retain(|entry| entry.entity.as_deref() == Some(entity));
    }
    let rows = entries.into_iter().map(|entry| {
        object(json!({
            "key": entry.key,
            "name": entry.name,
            "description": entry.description,
            "type": entry.entity,
            "write": entry.is_write,
            "allowed": entry.is_allowed,
            "id": entry.id,
            "input": entry.input,
        }))
    });
    out.rows("actions", &["key", "name", "type", "write", "allowed"], rows.collect())?;
    Ok(())
}

/// Those that are meant: Membrane's own searching comes first, where there is one.
async fn found(
    wish: &List,
    known: Vec<Listed>,
    (place, connection): (&Place, &Connection),
    shell: &Shell,
) -> Result<Vec<Listed>, Stop> {
    let intent = wish.intent.as_deref();
    let asked = match (&connection.via, intent) {
        _ if shell.layer.is_offline() => None,
        (None, _) if is_sign_in(connection) => {
            let on = wish.on.as_deref().map(|on| target(on, place)).transpose()?;
            Some(asked(shell, place.id, on, intent).await?)
        }
        (Some(via), Some(_)) if connection.kind == Kind::Membrane => {
            let (id, _) = shell.find(&via.connection)?;
            let on = (connections()?, RecordId::from(via.id.as_str()));
            Some(asked(shell, id, Some(on), intent).await?)
        }
        _ => None,
    };
    let Some(asked) = asked else {
        return Ok(intent.map_or(known.clone(), |intent| fitting(known, intent, true)));
    };
    let own = asked.iter().map(|record| known_as(record, &known));
    let mut all: Vec<Listed> = own.collect();
    let keys: HashSet<String> = all.iter().map(|entry| entry.key.clone()).collect();
    let rest = match (intent, &wish.on) {
        (Some(intent), _) => fitting(known, intent, all.is_empty()),
        (None, Some(_)) => Vec::new(),
        (None, None) => known,
    };
    all.extend(rest.into_iter().filter(|entry| !keys.contains(&entry.key)));
    Ok(all)
}

fn connections() -> Result<EntityName, Error> {
    EntityName::try_from("Connection").map_err(|error| Error::bug(error.to_string()))
}

/// What Membrane has, by its own searching where there are words; page after page where not.
async fn asked(
    shell: &Shell,
    id: ConnectionId,
    on: Option<(EntityName, RecordId)>,
    intent: Option<&str>,
) -> Result<Vec<Record>, Stop> {
    let name = shell.layer.connection(id).map(|it| it.name).unwrap_or_default();
    let actions = EntityName::try_from("Action").map_err(|error| Error::bug(error.to_string()))?;
    let mut all = Vec::new();
    let mut offset = 0;
    loop {
        let filter = intent.map(|words| Filter::Words(words.to_owned()));
        let limit = if intent.is_some() { FITTING } else { PAGE };
        let query = Query { filter, offset, ..Query::all(actions.clone(), limit) };
        let action = match &on {
            Some((entity, id)) => {
                let (entity, id, link) = (entity.clone(), id.clone(), "actions".to_owned());
                Action::Related { entity, id, link, query }
            }
            None => Action::List(query),
        };
        let Outcome::Page(page) = shell.run(id, &name, action).await?.outcome else {
            return Err(surprise());
        };
        offset += page.received;
        let is_over = intent.is_some() || !page.has_more || page.received == 0 || offset >= MOST;
        all.extend(page.records.into_values());
        if is_over {
            return Ok(all);
        }
    }
}

/// As the schema knows it, by key, else by name (M§6); else as it came.
fn known_as(record: &Record, known: &[Listed]) -> Listed {
    let (key, name) = (word(record, "key"), word(record, "name"));
    let by_key = key.as_ref().and_then(|key| known.iter().find(|it| it.key == *key));
    let by_name = || known.iter().find(|it| key.is_none() && Some(&it.name) == name.as_ref());
    let id = Some(record.id.as_str().to_owned());
    match by_key.or_else(by_name) {
        Some(known) => Listed { id, ..known.clone() },
        None => Listed::of_record(record),
    }
}

impl Listed {
    fn typed(entry: Entry) -> Self {
        let Entry { key, name, entity, is_write, is_allowed, input, .. } = entry;
        let (entity, description) = (Some(entity.to_string()), String::new());
        Self { key, name, description, entity, is_write, is_allowed, input, id: None }
    }

    fn own(own: &Own) -> Self {
        Self {
            key: own.verb.key.clone(),
            name: own.verb.label.clone(),
            description: own.verb.description.clone(),
            entity: own.entity.as_ref().map(ToString::to_string),
            is_write: own.verb.is_write,
            is_allowed: true,
            input: own.input(),
            id: None,
        }
    }

    /// An action that the platform told of; one without a key is run by its id. M§3.
    fn of_record(record: &Record) -> Self {
        let id = record.id.as_str().to_owned();
        let key = word(record, "key").unwrap_or_else(|| id.clone());
        let input = match record.value("inputSchema") {
            Some(Value::Json(schema)) => schema.clone(),
            Some(_) | None => json!({ "type": "object" }),
        };
        let kind = word(record, "type").unwrap_or_default();
        Self {
            name: word(record, "name").unwrap_or_else(|| key.clone()),
            description: word(record, "description").unwrap_or_default(),
            entity: Some(record.entity.to_string()),
            is_write: !membrane::is_reading(&kind, &key),
            // One that is still being built is not run. M§3.
            is_allowed: word(record, "state").is_none_or(|state| state == "READY"),
            input,
            id: Some(id),
            key,
        }
    }
}

/// Those whose key or name holds every word, else, where that is wanted, those that are spelt
/// alike.
fn fitting(entries: Vec<Listed>, intent: &str, or_alike: bool) -> Vec<Listed> {
    let text = |entry: &Listed| format!("{} {}", entry.key, entry.name).to_lowercase();
    let texts: Vec<String> = entries.iter().map(text).collect();
    let words: Vec<String> = intent.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let holds = |text: &String| words.iter().all(|word| text.contains(word.as_str()));
    if texts.iter().any(holds) {
        let pairs = entries.into_iter().zip(&texts);
        return pairs.filter(|(_, text)| holds(text)).map(|(entry, _)| entry).collect();
    }
    let hits = if or_alike { fuzzy::rank(intent, &texts) } else { Vec::new() };
    hits.into_iter().take(20).filter_map(|hit| entries.get(hit.index).cloned()).collect()
}
