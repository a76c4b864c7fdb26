//! Entity types from an app's actions. §3.
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    super::element,
    fields::{fields, label, properties},
    ways::{Deed, Way, Ways, deed, is_reading, name_of},
};
use crate::domain::{
    error::Error,
    schema::{EntityName, EntityType, Field, FieldKind, Me, ReadOnly, Rights, Schema},
    verb::Verb,
};
use crate::providers::json::{at, text};

/// What the provider itself needs to know, kept with the schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// By entity type.
    pub ways: IndexMap<EntityName, Ways>,
    /// The ids of actions whose key here is not Membrane's own.
    pub actions: IndexMap<String, String>,
}

impl Notes {
    /// Of a schema.
    ///
    /// Errors: [`Error::Unreadable`] where another version wrote them.
    pub fn of(schema: &Schema) -> Result<Self, Error> {
        if schema.notes.is_null() {
            return Ok(Self::default());
        }
        serde_json::from_value(schema.notes.clone()).map_err(|error| Error::Unreadable {
            path: "notes".to_owned(),
            reason: error.to_string(),
        })
    }

    /// The ways to an entity type's records.
    pub fn ways(&self, entity: &EntityName) -> Result<&Ways, Error> {
        let unknown = || Error::NotFound { what: format!("entity type {entity}") };
        self.ways.get(entity).ok_or_else(unknown)
    }
}

/// An action with what it does.
struct Known<'a> {
    key: String,
    action: &'a Json,
    deed: Option<(Deed, String, Way)>,
}

/// The schema of an app: its connection, and all actions of that.
///
/// Errors: none that can come.
pub fn schema(connection: &Json, actions: &[Json], me: Option<Me>) -> Result<Schema, Error> {
    let mut known: Vec<Known> = Vec::new();
    for action in actions.iter().filter(|action| is_ready(action)) {
        let key = free_key(&known, action);
        known.push(Known { key, action, deed: deed(action) });
    }
    let (types, ways) = entity_types(&known)?;
    let is_covered = |known: &&Known| {
        known.deed.as_ref().is_some_and(|(deed, noun, way)| {
            let found = entity(noun).ok().and_then(|name| ways.get(&name)).cloned();
            found.is_some_and(|mut ways| ways.place(*deed).as_ref() == Some(way))
        })
    };
    let covered = known.iter().filter(is_covered).map(|one| {
        let covers = one.deed.as_ref().and_then(|(_, noun, _)| entity(noun).ok());
        Verb { covers, ..verb(one) }
    });
    let covered = covered.collect();
    let verbs = known.iter().filter(|one| !is_covered(one)).map(verb).collect();
    let ours = known.iter().filter(|one| text(one.action, "key") != Some(&one.key));
    let actions =
        ours.filter_map(|one| Some((one.key.clone(), text(one.action, "id")?.to_owned())));
    let notes = Notes { actions: actions.collect(), ways };
    Ok(Schema {
        stamp: text(connection, "updatedAt").unwrap_or("1").to_owned(),
        product: text(connection, "name").unwrap_or("Membrane").to_owned(),
        user: me,
        entity_types: types,
        verbs,
        covered,
        notes: json!(notes),
        ..Schema::default()
    })
}

/// One that is being built, or was put away, is not run. §3.
fn is_ready(action: &Json) -> bool {
    let is = |name: &str| action.get(name).and_then(Json::as_bool) == Some(true);
    let state = element::state(action);
    !is("isDeactivated") && text(action, "archivedAt").is_none() && state == "READY"
}

/// Actions of the catalogue have no key: their name makes one. Of two alike, the later has its id.
fn free_key(known: &[Known], action: &Json) -> String {
    let key = text(action, "key").map_or_else(|| name_of(action), str::to_owned);
    let id = text(action, "id").unwrap_or_default();
    let is_taken = known.iter().any(|other| other.key == key);
    if key.is_empty() {
        id.to_owned()
    } else if is_taken {
        format!("{key}-{id}")
    } else {
        key
    }
}

fn writes(known: &Known) -> bool {
    !is_reading(text(known.action, "type").unwrap_or_default(), &name_of(known.action))
}

/// An action as a deed with the schema of its own input.
fn verb(known: &Known) -> Verb {
    let input = known.action.get("inputSchema").filter(|schema| schema.is_object()).cloned();
    let plain = Verb::new(&known.key, text(known.action, "name").unwrap_or(&known.key));
    Verb {
        description: text(known.action, "description").unwrap_or_default().to_owned(),
        input: input.unwrap_or_else(|| plain.input.clone()),
        is_write: writes(known),
        ..plain
    }
}

/// `sales-order` is `SalesOrder`.
fn entity(noun: &str) -> Result<EntityName, Error> {
    let mut name = String::new();
    for word in noun.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    let refused =
        |error: crate::domain::schema::NotAnEntityName| Error::Bug { what: error.to_string() };
    EntityName::try_from(name.as_str()).map_err(refused)
}

type Types = IndexMap<EntityName, EntityType>;
type AllWays = IndexMap<EntityName, Ways>;

/// Only what can be listed is an entity type; the first action of each kind is its way.
fn entity_types(known: &[Known]) -> Result<(Types, AllWays), Error> {
    let mut all: AllWays = IndexMap::new();
    let mut schemas: IndexMap<EntityName, Schemas> = IndexMap::new();
    for (deed, noun, way, action) in known.iter().filter_map(|known| {
        let (deed, noun, way) = known.deed.as_ref()?;
        Some((*deed, noun, way, known.action))
    }) {
        let name = entity(noun)?;
        let ways = all.entry(name.clone()).or_default();
        let place = ways.place(deed);
        if place.is_none() {
            *place = Some(way.clone());
            schemas.entry(name).or_default().take(deed, noun, action);
        }
    }
    all.retain(|_, ways| ways.list.is_some());
    let names: Vec<EntityName> = all.keys().cloned().collect();
    let mut types = Types::new();
    for (name, ways) in &all {
        let schemas = schemas.get(name).cloned().unwrap_or_default();
        types.insert(name.clone(), entity_type(name, ways, &schemas, &names));
    }
    Ok((types, all))
}

/// What is known of an entity type's fields, and what it is called.
#[derive(Clone, Default)]
struct Schemas {
    noun: String,
    plural: Option<String>,
    /// As it is read.
    read: Vec<Json>,
    create: Option<Json>,
    update: Option<Json>,
}

impl Schemas {
    fn take(&mut self, deed: Deed, noun: &str, action: &Json) {
        noun.clone_into(&mut self.noun);
        let input = action.get("inputSchema").unwrap_or(&Json::Null);
        let output = ["customOutputSchema", "outputSchema"].map(|name| action.get(name));
        let output = output.into_iter().flatten().find(|schema| schema.is_object());
        match deed {
            Deed::List => {
                let name = text(action, "name").unwrap_or_default();
                self.plural = name.strip_prefix("List ").map(label);
                self.read.extend(output.and_then(|schema| item(schema, noun)).cloned());
            }
            Deed::Get => self.read.extend(output.map(|schema| one(schema, noun)).cloned()),
            Deed::Create => self.create = Some(values(input).clone()),
            Deed::Update => self.update = Some(values(input).clone()),
            Deed::Delete => {}
        }
    }
}

/// The schema of a list's items: of the one list that its output has.
fn item<'a>(schema: &'a Json, noun: &str) -> Option<&'a Json> {
    if let Some(items) = schema.get("items") {
        return Some(inner(items));
    }
    let all = properties(schema)?;
    let known = ["records", "items", "list", "data", "results"];
    let known = known.iter().find_map(|name| all.get(*name)?.get("items"));
    let any = || all.values().find_map(|member| member.get("items"));
    let found = known.or_else(any)?;
    Some(one(found, noun))
}

/// The schema of a record, which may be wrapped.
fn one<'a>(schema: &'a Json, noun: &str) -> &'a Json {
    let wrapped = [noun, "record", "data", "item"];
    let member = wrapped.iter().find_map(|name| {
        let member = properties(schema)?.get(*name)?;
        properties(member).map(|_| member)
    });
    inner(member.unwrap_or(schema))
}

/// Membrane's own records have what the app knows in `fields`. §3.
fn inner(schema: &Json) -> &Json {
    let nested = properties(schema).and_then(|all| all.get("fields"));
    nested.filter(|nested| properties(nested).is_some()).unwrap_or(schema)
}

/// The values within an input.
fn values(input: &Json) -> &Json {
    at(input, &["properties", "fields"])
        .filter(|nested| properties(nested).is_some())
        .unwrap_or(input)
}

/// The fields that are read, then those that can only be written; each says what can be done.
fn all_fields(
    schemas: &Schemas,
    ways: &Ways,
    read: &dyn Fn(&Json) -> IndexMap<String, Field>,
) -> IndexMap<String, Field> {
    let mut all: IndexMap<String, Field> = IndexMap::new();
    for schema in &schemas.read {
        merge(&mut all, read(schema));
    }
    let create = schemas.create.as_ref().map(read).unwrap_or_default();
    let mut update = schemas.update.as_ref().map(read).unwrap_or_default();
    if let Some(target) = ways.update.as_ref().and_then(|way| way.target.as_ref()) {
        update.shift_remove(target);
    }
    merge(&mut all, create.clone());
    merge(&mut all, update.clone());
    for (name, field) in &mut all {
        let can = (create.contains_key(name), update.contains_key(name));
        field.is_required = create.get(name).is_some_and(|field| field.is_required);
        field.read_only = match (field.kind, can) {
            (FieldKind::Other, (true, _) | (_, true)) => Some(ReadOnly::NoEditor),
            (_, (_, true)) => None,
            (_, (true, false)) => Some(ReadOnly::AfterCreate),
            (_, (false, false)) => Some(ReadOnly::Computed),
        };
    }
    if all.is_empty() {
        let read_only = Some(ReadOnly::Computed);
        all.extend(["id", "name"].map(|name| {
            let (label, plain) = (label(name), Field::new(name, FieldKind::Text));
            (name.to_owned(), Field { label, read_only, is_sortable: false, ..plain })
        }));
    }
    all
}

fn entity_type(
    name: &EntityName,
    ways: &Ways,
    schemas: &Schemas,
    names: &[EntityName],
) -> EntityType {
    let is_entity = |collection: &str| {
        let wanted = collection.replace(['-', '_'], "").to_lowercase();
        let wanted = wanted.trim_end_matches('s');
        names.iter().find(|name| name.as_str().to_lowercase() == wanted).cloned()
    };
    let read = |schema: &Json| fields(schema, &is_entity);
    let all = all_fields(schemas, ways, &read);
    EntityType {
        label: label(&schemas.noun),
        label_plural: schemas
            .plural
            .clone()
            .unwrap_or_else(|| format!("{}s", label(&schemas.noun))),
        rights: Rights {
            read: true,
            create: ways.create.is_some(),
            edit: ways.update.is_some(),
            delete: ways.delete.is_some(),
        },
        title: title(&all),
        status: ["status", "stage", "state"]
            .iter()
            .find(|name| all.contains_key(**name))
            .map(|it| (*it).to_owned()),
        searched: ways.list.as_ref().and_then(|way| way.words.clone()).into_iter().collect(),
        fields: all,
        ..EntityType::new(name.clone())
    }
}

/// What is known already stays; what a later schema knows better is taken.
fn merge(all: &mut IndexMap<String, Field>, more: IndexMap<String, Field>) {
    for (name, field) in more {
        match all.get_mut(&name) {
            Some(known) if known.kind == FieldKind::Other || known.choices.is_empty() => {
                let label = std::mem::take(&mut known.label);
                *known = Field { label, ..field };
            }
            Some(_) => {}
            None => {
                all.insert(name, field);
            }
        }
    }
}

fn title(fields: &IndexMap<String, Field>) -> String {
    let known = ["name", "title", "subject", "label", "lastName", "last_name", "email"];
    let text = |field: &&Field| field.kind == FieldKind::Text && field.name != "id";
    let first = || fields.values().find(text).map(|field| field.name.as_str());
    let known = known.iter().copied().find(|name| fields.contains_key(*name));
    known.or_else(first).unwrap_or("name").to_owned()
}
