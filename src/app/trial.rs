//! For tests: a state with the shipped keys, connections, and a schema of two types.
#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::unnecessary_wraps,
    reason = "a test looks at the few that it is about"
)]
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;

use super::{
    keymap::{Binding, Key, Keymap},
    msg::{Effect, Msg, Size},
    slots::{Slot, Ticket},
    state::State,
    update::update,
    world::{Move, Settings},
};
use crate::domain::{
    action::{Action, Answer, Failure, Outcome, Source},
    connection::{Auth, Connection, ConnectionId, Kind},
    record::{Page, Record, RecordId, Total},
    schema::{EntityName, EntityType, Field, FieldKind, Layout, Preset, Rights, Schema},
    secret::SecretSource,
    value::Value,
};

pub(crate) fn keymap() -> Keymap {
    let file: toml::Table = toml::from_str(include_str!("../../assets/default.toml")).unwrap();
    let mut bindings: Vec<Binding> = Vec::new();
    for (context, keys) in file["keys"].as_table().unwrap() {
        for (chord, command) in keys.as_table().unwrap() {
            let command = command.as_str().unwrap().to_owned();
            bindings.push((context.clone(), chord.clone(), command));
        }
    }
    let (keymap, problems) = Keymap::new(&bindings, &[]);
    assert!(problems.is_empty(), "{problems:?}");
    keymap
}

pub(crate) fn connection(name: &str) -> Connection {
    Connection {
        name: name.to_owned(),
        kind: Kind::Espocrm,
        url: format!("https://{name}.example"),
        auth: Auth::Password,
        user: Some("ada".to_owned()),
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    }
}

pub(crate) fn state(names: &[&str]) -> State {
    let settings = Settings {
        page_size: 100,
        follow: None,
        is_offline: false,
        is_remote: false,
        config_path: "~/.config/ficha/config.toml".to_owned(),
        log_path: "~/.local/state/ficha/ficha.log".to_owned(),
        downloads: "~/Downloads".to_owned(),
        secrets_place: "keyring (found: GNOME Keyring)".to_owned(),
    };
    let id = |place: usize| ConnectionId(u16::try_from(place).unwrap());
    let all = names.iter().enumerate().map(|(place, name)| (id(place), connection(name)));
    let mut state = State::new(keymap(), settings, all.collect());
    update(&mut state, Msg::Resized(Size { width: 120, height: 40 }));
    update(&mut state, Msg::Now(Timestamp::from_second(1_795_529_100).unwrap()));
    state
}

/// With a schema, and the list of contacts open.
pub(crate) fn with_list() -> State {
    let mut state = state(&["acme"]);
    let id = ConnectionId(0);
    let now = state.world.now;
    state.world.connections.get_mut(&id).unwrap().take_schema(Arc::new(schema()), now);
    state.world.moves.push(Move::List(id, Some(entity("Contact"))));
    update(&mut state, Msg::Resized(Size { width: 120, height: 40 }));
    let list = state.top().unwrap().pane().id();
    answer(&mut state, Slot::Describe(list), fresh(Outcome::Type(Box::new(described()))));
    let ticket = ticket(&mut state, Slot::Recall(list)).unwrap();
    update(&mut state, Msg::Recalled(ticket, super::msg::Recalled::Columns(None)));
    answer(&mut state, Slot::List(list), page(&[("1", "Ada"), ("2", "=cmd()"), ("3", "海蓝")]));
    state
}

pub(crate) fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

fn entity_type(name: &str) -> EntityType {
    let fields = [("name", FieldKind::Text), ("city", FieldKind::Text), ("note", FieldKind::Text)];
    let fields = fields.map(|(name, kind)| (name.to_owned(), Field::new(name, kind)));
    let all = Rights { read: true, create: true, edit: true, delete: true };
    let preset = |name: &str| Preset { name: name.to_owned(), label: format!("{name} ones") };
    EntityType {
        label_plural: format!("{name}s"),
        rights: all,
        fields: fields.into_iter().collect(),
        presets: vec![preset("open"), preset("closed")],
        flags: vec![preset("onlyMy")],
        ..EntityType::new(entity(name))
    }
}

fn described() -> EntityType {
    let columns = vec!["name".to_owned(), "city".to_owned()];
    EntityType { layout: Some(Layout { columns, ..Layout::default() }), ..entity_type("Contact") }
}

pub(crate) fn schema() -> Schema {
    let types = ["Contact", "Account"].map(|name| (entity(name), entity_type(name)));
    let entity_types = types.into_iter().collect();
    Schema { product: "EspoCRM 9.2.7".to_owned(), entity_types, ..Schema::default() }
}

pub(crate) fn record(id: &str, name: &str) -> Record {
    let values = [("name", name), ("city", "Berlin")];
    let fields = values.map(|(field, value)| (field.to_owned(), Value::Text(value.to_owned())));
    Record {
        entity: entity("Contact"),
        id: RecordId::from(id),
        fields: fields.into_iter().collect(),
        version: None,
        url: Some(format!("https://acme.example/#Contact/view/{id}")),
        is_complete: false,
        cut: Vec::new(),
    }
}

pub(crate) fn page(records: &[(&str, &str)]) -> Result<Answer, Failure> {
    let all = records.iter().map(|(id, name)| (RecordId::from(*id), record(id, name)));
    let records: IndexMap<_, _> = all.collect();
    let received = records.len() as u64;
    fresh(Outcome::Page(Page {
        records,
        total: Total::Exact(received),
        offset: 0,
        received,
        has_more: false,
        ..Page::default()
    }))
}

pub(crate) fn fresh(outcome: Outcome) -> Result<Answer, Failure> {
    Ok(Answer { outcome, source: Source::Network, seen: Timestamp::UNIX_EPOCH, took_ms: 38 })
}

/// The ticket of a slot that is open; the slot is opened anew to get it.
pub(crate) fn ticket(state: &mut State, slot: Slot) -> Option<Ticket> {
    state.world.slots.is_open(slot).then(|| state.world.slots.open(slot))
}

pub(crate) fn answer(
    state: &mut State,
    slot: Slot,
    result: Result<Answer, Failure>,
) -> Vec<Effect> {
    let ticket = ticket(state, slot).unwrap_or_else(|| panic!("{slot:?} is not open"));
    update(state, Msg::Answered(ticket, result))
}

/// Keys as a settings file spells them, blanks between; what was to be done for all of them.
pub(crate) fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    let keys = keys.split(' ').map(|key| key.parse::<Key>().unwrap());
    keys.flat_map(|key| update(state, Msg::Key(key))).collect()
}

/// Letters, one after another.
pub(crate) fn write(state: &mut State, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|c| update(state, Msg::Key(Key::char(c)))).collect()
}

pub(crate) fn calls(effects: &[Effect]) -> Vec<&Action> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Call(_, _, action) => Some(action),
            _ => None,
        })
        .collect()
}
