//! What a Membrane sign-in has: connections, connectors, actions, and the log of their runs, as
//! entity types. §2, §3.
use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::errors;
use crate::domain::{
    error::Error,
    record::{Record, RecordId},
    schema::{
        Cell, Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind, Layout, Link, Preset,
        ReadOnly, Rights, Section,
    },
    value::{Reference, Value},
    verb::Verb,
};
use crate::providers::json::{at, text, unreadable};

/// One of the platform's own entity types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter, strum::EnumString, strum::Display)]
pub enum Element {
    /// A login to an app, kept at Membrane.
    Connection,
    /// An app that can be connected.
    Connector,
    /// Something that can be run.
    Action,
    /// One run of an action.
    ActionRunLog,
}

/// The switch that shows archived connections too. §2.
pub const ARCHIVED: &str = "includeArchived";

impl Element {
    /// The one of that entity type.
    ///
    /// Errors: [`Error::NotFound`].
    pub fn of(entity: &EntityName) -> Result<Self, Error> {
        let unknown = |_| Error::NotFound { what: format!("entity type {entity}") };
        entity.as_str().parse().map_err(unknown)
    }

    /// The element type of a search's hit, in any case. §2.
    pub fn of_hit(element_type: &str) -> Option<Self> {
        match element_type.to_ascii_lowercase().as_str() {
            "connection" => Some(Self::Connection),
            "connector" => Some(Self::Connector),
            "action" => Some(Self::Action),
            "action-run-log-record" => Some(Self::ActionRunLog),
            _ => None,
        }
    }

    /// As an entity type's name.
    ///
    /// Errors: none that can come; the names are plain.
    pub fn name(self) -> Result<EntityName, Error> {
        EntityName::try_from(self.to_string()).map_err(|error| Error::bug(error.to_string()))
    }

    /// Where its list stands.
    pub fn list_path(self) -> &'static [&'static str] {
        match self {
            Self::Connection => &["connections"],
            Self::Connector => &["universe", "connectors"],
            Self::Action => &["actions"],
            Self::ActionRunLog => &["action-run-logs"],
        }
    }

    /// Where one of them stands.
    pub fn path(self, id: &str) -> Vec<String> {
        let folder = match self {
            Self::Connection => "connections",
            Self::Connector => "connectors",
            Self::Action => "actions",
            Self::ActionRunLog => "action-run-logs",
        };
        vec![folder.to_owned(), id.to_owned()]
    }

    /// The entity type.
    ///
    /// Errors: none that can come; the names are plain.
    pub fn entity_type(self) -> Result<EntityType, Error> {
        let fields = self.fields()?.into_iter().map(|field| (field.name.clone(), field));
        let (label, label_plural) = self.labels();
        let is_connection = self == Self::Connection;
        Ok(EntityType {
            label: label.to_owned(),
            label_plural: label_plural.to_owned(),
            rights: Rights {
                read: true,
                create: false,
                edit: is_connection,
                delete: is_connection,
            },
            fields: fields.collect(),
            links: self.links()?,
            status: self.status().map(str::to_owned),
            flags: match self {
                Self::Connection => {
                    vec![Preset { name: ARCHIVED.to_owned(), label: "Archived too".to_owned() }]
                }
                Self::Connector | Self::Action | Self::ActionRunLog => Vec::new(),
            },
            searched: vec!["name".to_owned()],
            verbs: self.verbs(),
            layout: Some(self.layout()),
            ..EntityType::new(self.name()?)
        })
    }

    fn labels(self) -> (&'static str, &'static str) {
        match self {
            Self::Connection => ("Connection", "Connections"),
            Self::Connector => ("Connector", "Connectors"),
            Self::Action => ("Action", "Actions"),
            Self::ActionRunLog => ("Action run", "Action runs"),
        }
    }

    fn status(self) -> Option<&'static str> {
        match self {
            Self::Connection | Self::Action => Some("state"),
            Self::ActionRunLog => Some("status"),
            Self::Connector => None,
        }
    }

    fn fields(self) -> Result<Vec<Field>, Error> {
        use FieldKind::{Bool, DateTime, LongText, Number, Other, Text, Url};
        let moment = |name, label| shown(name, label, DateTime);
        Ok(match self {
            Self::Connection => vec![
                Field { read_only: None, is_required: true, ..shown("name", "Name", Text) },
                chosen("state", "State", &STATES),
                shown("app", "App", Text),
                shown("needs", "Needs", LongText),
                shown("page", "To do in the browser", Url),
                shown("connected", "Connected", Bool),
                Field { read_only: None, ..shown("key", "Key", Text) },
                moment("lastActiveAt", "Last active"),
                moment("createdAt", "Created"),
                moment("updatedAt", "Changed"),
                moment("archivedAt", "Archived"),
            ],
            Self::Connector => vec![
                shown("name", "Name", Text),
                shown("key", "Key", Text),
                shown("appUri", "App", Url),
                shown("description", "Description", LongText),
            ],
            Self::Action => vec![
                shown("name", "Name", Text),
                shown("key", "Key", Text),
                chosen("type", "Type", &[]),
                pointing("connection", "Connection", Self::Connection)?,
                chosen("state", "State", &STATES),
                shown("description", "Description", LongText),
                shown("needs", "Needs", LongText),
                shown("inputSchema", "Input", Other),
                shown("outputSchema", "Output", Other),
                moment("createdAt", "Created"),
                moment("updatedAt", "Changed"),
            ],
            Self::ActionRunLog => vec![
                shown("name", "Name", Text),
                chosen("status", "Status", &STATUSES),
                pointing("connection", "Connection", Self::Connection)?,
                pointing("action", "Action", Self::Action)?,
                moment("createdAt", "Begun"),
                moment("completedAt", "Ended"),
                shown("duration", "Duration, ms", Number),
                shown("error", "Error", LongText),
                shown("input", "Input", Other),
                shown("output", "Output", Other),
                shown("exchange", "Exchange", Other),
            ],
        })
    }

    fn links(self) -> Result<IndexMap<String, Link>, Error> {
        let link = |name: &str, label: &str, entity: Self| {
            let entity = Some(entity.name()?);
            let (name, label) = (name.to_owned(), label.to_owned());
            Ok((
                name.clone(),
                Link { name, label, entity, is_many: true, is_editable: false, is_slow: false },
            ))
        };
        match self {
            Self::Connection => {
                let actions = link("actions", "Actions", Self::Action)?;
                Ok(IndexMap::from([actions, link("runs", "Action runs", Self::ActionRunLog)?]))
            }
            Self::Connector => {
                Ok(IndexMap::from([link("connections", "Connections", Self::Connection)?]))
            }
            Self::Action => Ok(IndexMap::from([link("runs", "Action runs", Self::ActionRunLog)?])),
            Self::ActionRunLog => Ok(IndexMap::new()),
        }
    }

    fn layout(self) -> Layout {
        let (columns, panels): (&[&str], &[&str]) = match self {
            Self::Connection => {
                (&["name", "state", "app", "needs", "lastActiveAt"], &["actions", "runs"])
            }
            Self::Connector => (&["name", "key", "description"], &["connections"]),
            Self::Action => (&["name", "key", "type", "connection", "description"], &["runs"]),
            Self::ActionRunLog => (&["name", "status", "connection", "createdAt", "error"], &[]),
        };
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let names = self.fields().unwrap_or_default();
        let rows = names.into_iter().map(|field| vec![Cell { field: field.name, is_wide: true }]);
        let sections = vec![Section { label: String::new(), rows: rows.collect() }];
        Layout { columns: owned(columns), sections, panels: owned(panels) }
    }

    /// What can be done with one of them. §2, §3.
    fn verbs(self) -> Vec<Verb> {
        match self {
            Self::Connection => connection_verbs(),
            Self::Connector => vec![Verb {
                description: "Begins a sign-in to the app; it ends in the browser.".to_owned(),
                ..Verb::new("connect-connector", "Connect")
            }],
            Self::Action => vec![Verb {
                description: "Runs the action.".to_owned(),
                input: json!({"type": "object", "properties": {
                    "input": {"type": "object", "title": "Input", "description": "As the action's input schema says"},
                    "connection": {"type": "string", "title": "Connection", "description": "Id or key, where the action belongs to none"},
                }}),
                ..Verb::new("run", "Run")
            }],
            Self::ActionRunLog => Vec::new(),
        }
    }

    /// The record of one of them.
    ///
    /// Errors: [`Error::Unreadable`] where it has no id.
    pub fn record(self, json: &Json, path: &str, is_complete: bool) -> Result<Record, Error> {
        let id = text(json, "id").ok_or_else(|| unreadable(path, "an object with an id"))?;
        let fields = self.fields()?;
        let fields =
            fields.iter().filter_map(|field| Some((field.name.clone(), self.value(field, json)?)));
        Ok(Record {
            entity: self.name()?,
            id: RecordId::from(id),
            fields: fields.collect(),
            version: None,
            url: None,
            is_complete,
            cut: Vec::new(),
        })
    }

    /// The value of a field; a whole record has all of them.
    fn value(self, field: &Field, json: &Json) -> Option<Value> {
        match (self, field.name.as_str()) {
            (Self::Connection | Self::Action, "needs") => Some(words(&needs(json))),
            (Self::Connection, "state") => Some(words(&state(json))),
            (Self::Connection, "page") => Some(words(page(json).unwrap_or_default())),
            (Self::Connection, "app") => Some(words(&app(json))),
            (Self::ActionRunLog, "name") => {
                let own = text(json, "name").or_else(|| at(json, &["action", "name"])?.as_str());
                Some(words(own.unwrap_or_default()))
            }
            (Self::ActionRunLog, "error") => {
                Some(words(&errors::sentence(json.get("error").unwrap_or(&Json::Null))))
            }
            (Self::ActionRunLog, "action") => Some(pointer(json, &ACTIONS, "action", field)),
            (_, "connection") => Some(pointer(json, &["connectionId"], "connection", field)),
            // Only the details of one run have it.
            (Self::ActionRunLog, "exchange") => json.get("exchange").cloned().map(Value::Json),
            (_, name) => Some(simple(field.kind, json.get(name).unwrap_or(&Json::Null))),
        }
    }
}

/// The newer names first: the last one is deprecated. §3.
const ACTIONS: [&str; 4] =
    ["connectionActionId", "integrationActionId", "universalActionId", "actionId"];

/// Open: a state that is not among them is shown as it came. §2.
const STATES: [(&str, ChoiceStyle); 10] = [
    ("READY", ChoiceStyle::Good),
    ("BUILDING", ChoiceStyle::Accent),
    ("SETUP_IN_PROGRESS", ChoiceStyle::Accent),
    ("CLIENT_ACTION_REQUIRED", ChoiceStyle::Warn),
    ("NOT_CONFIGURED", ChoiceStyle::Warn),
    ("CONFIGURATION_ERROR", ChoiceStyle::Bad),
    ("SETUP_FAILED", ChoiceStyle::Bad),
    ("DISCONNECTED", ChoiceStyle::Bad),
    ("ERROR", ChoiceStyle::Bad),
    ("DISCONNECTING", ChoiceStyle::Plain),
];

const STATUSES: [(&str, ChoiceStyle); 2] =
    [("success", ChoiceStyle::Good), ("error", ChoiceStyle::Bad)];

fn connection_verbs() -> Vec<Verb> {
    let verb = |key: &str, label: &str, description: &str| Verb {
        description: description.to_owned(),
        ..Verb::new(key, label)
    };
    vec![
        Verb {
            is_write: false,
            ..verb("test", "Test", "Asks the app whether the kept login still works.")
        },
        verb(
            "reconnect",
            "Mend",
            "Signs in to the app anew, in the browser; nothing else changes.",
        ),
        verb("refresh-credentials", "Renew the login", "Asks the app for new tokens, without you."),
        Verb {
            asks: Some("Archive this connection? Whatever goes through it stops.".to_owned()),
            ..verb("archive", "Archive", "Takes it out of use; it can be restored.")
        },
        verb("restore", "Restore", "Takes an archived connection into use again."),
        Verb {
            asks: Some("Erase the login that Membrane keeps? This cannot be undone.".to_owned()),
            ..verb("disconnect", "Disconnect", "Erases the kept login for good.")
        },
    ]
}

fn shown(name: &str, label: &str, kind: FieldKind) -> Field {
    let read_only = Some(ReadOnly::Computed);
    Field { label: label.to_owned(), read_only, ..Field::new(name, kind) }
}

fn chosen(name: &str, label: &str, choices: &[(&str, ChoiceStyle)]) -> Field {
    let choice = |(value, style): &(&str, ChoiceStyle)| Choice {
        value: (*value).to_owned(),
        label: value.replace('_', " ").to_lowercase(),
        style: *style,
    };
    Field { choices: choices.iter().map(choice).collect(), ..shown(name, label, FieldKind::Enum) }
}

fn pointing(name: &str, label: &str, to: Element) -> Result<Field, Error> {
    Ok(Field { targets: vec![to.name()?], ..shown(name, label, FieldKind::Reference) })
}

fn words(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

fn pointer(json: &Json, ids: &[&str], named: &str, field: &Field) -> Value {
    let id =
        ids.iter().find_map(|id| text(json, id)).or_else(|| at(json, &[named, "id"])?.as_str());
    let Some(id) = id else { return Value::Empty };
    let name = at(json, &[named, "name"]).and_then(Json::as_str).map(str::to_owned);
    Value::Reference(Reference { entity: field.targets.first().cloned(), id: id.to_owned(), name })
}

fn simple(kind: FieldKind, json: &Json) -> Value {
    match (kind, json) {
        (_, Json::Null) => Value::Empty,
        (FieldKind::Bool, Json::Bool(yes)) => Value::Bool(*yes),
        (FieldKind::DateTime, Json::String(text)) => {
            text.parse().map_or_else(|_| words(text), Value::DateTime)
        }
        (FieldKind::Number, Json::Number(number)) => {
            number.to_string().parse().map_or_else(|_| Value::Json(json.clone()), Value::Number)
        }
        (
            FieldKind::Text | FieldKind::LongText | FieldKind::Url | FieldKind::Enum,
            Json::String(text),
        ) => words(text),
        _ => Value::Json(json.clone()),
    }
}

/// The state; an old connection without one is usable unless it is disconnected. §2.
pub fn state(json: &Json) -> String {
    let is = |key: &str, wanted: bool| json.get(key).and_then(Json::as_bool) == Some(wanted);
    let broken = is("disconnected", true) || is("isDefunct", true) || is("connected", false);
    match text(json, "state") {
        Some("READY") | None if broken => "DISCONNECTED".to_owned(),
        Some(state) => state.to_owned(),
        None => "READY".to_owned(),
    }
}

/// Whether exchanges may go through a connection. §2.
pub fn is_usable(json: &Json) -> bool {
    state(json) == "READY"
}

/// What the element asks of the user, else what is wrong with it; empty where nothing is.
pub fn needs(json: &Json) -> String {
    if let Some(asked) = at(json, &["clientAction", "description"]).and_then(Json::as_str) {
        return asked.to_owned();
    }
    let errors = json.get("errors").and_then(Json::as_array).into_iter().flatten();
    let errors = errors.chain(json.get("error")).map(errors::sentence);
    let errors: Vec<String> = errors.filter(|text| !text.is_empty()).collect();
    errors.join("; ")
}

/// The page where the user does what it asks for.
pub fn page(json: &Json) -> Option<&str> {
    at(json, &["clientAction", "uiUrl"])?.as_str().filter(|url| url.starts_with("http"))
}

fn app(json: &Json) -> String {
    let mut named = ["integration", "connector", "externalApp"].iter();
    let name = named.find_map(|key| at(json, &[key, "name"])?.as_str());
    let id = || text(json, "connectorId").or_else(|| text(json, "externalAppId"));
    name.or_else(id).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn each_type_is_whole_and_can_be_kept() {
        for element in Element::iter() {
            let entity_type = element.entity_type().unwrap();
            assert_eq!(Element::of(&entity_type.name).unwrap(), element);
            let layout = entity_type.layout.as_ref().unwrap();
            for column in &layout.columns {
                assert!(entity_type.field(column).is_some(), "{element} {column}");
            }
            for panel in &layout.panels {
                assert!(entity_type.links.contains_key(panel), "{element} {panel}");
            }
            let text = serde_json::to_string(&entity_type).unwrap();
            assert_eq!(serde_json::from_str::<EntityType>(&text).unwrap(), entity_type);
        }
    }

    #[test]
    fn a_connection_says_its_state_and_what_it_needs() {
        let json = json!({"id": "c1", "name": "Acme", "state": "CLIENT_ACTION_REQUIRED",
            "clientAction": {"type": "connect", "description": "Sign in", "uiUrl": "https://ui/x"},
            "integration": {"name": "EspoCRM"}});
        let record = Element::Connection.record(&json, "x", true).unwrap();
        for (field, value) in [
            ("state", "CLIENT_ACTION_REQUIRED"),
            ("needs", "Sign in"),
            ("page", "https://ui/x"),
            ("app", "EspoCRM"),
        ] {
            assert_eq!(record.value(field), Some(&Value::Text(value.into())), "{field}");
        }
    }

    #[test]
    fn an_old_connection_is_usable_unless_it_says_otherwise() {
        for (json, usable) in [
            (json!({}), true),
            (json!({"disconnected": true}), false),
            (json!({"state": "READY", "connected": false}), false),
            (json!({"state": "READY", "connected": true}), true),
            (json!({"state": "SOMETHING_NEW"}), false),
        ] {
            assert_eq!(is_usable(&json), usable, "{json}");
        }
    }

    #[test]
    fn wrong_types_are_kept_as_they_came() {
        let json = json!({"id": "r1", "createdAt": "soon", "duration": "long", "status": 5});
        let record = Element::ActionRunLog.record(&json, "x", true).unwrap();
        assert_eq!(record.value("createdAt"), Some(&Value::Text("soon".into())));
        assert_eq!(record.value("status"), Some(&Value::Json(json!(5))));
        assert!(Element::ActionRunLog.record(&json!([]), "x", true).is_err());
    }
}
