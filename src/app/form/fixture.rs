//! A small connection and a form on it, for the tests of forms and of their drawing.
#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::similar_names,
    clippy::double_ended_iterator_last,
    reason = "a test looks at the few that it is about"
)]
use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    app::{
        form::Form,
        keymap::{Binding, Code, Key, Keymap},
        msg::{Effect, Keep, Msg, Recalled, Size},
        slots::{Slot, Ticket},
        state::{State, View},
        update::update,
        world::{Move, Settings},
    },
    domain::{
        action::{Action, Answer, Failure, Outcome, Source},
        change::Edits,
        connection::{Auth, Connection, ConnectionId, Kind},
        draft::Draft,
        error::Error,
        record::{Record, RecordId},
        schema::{
            Cell, Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind, Layout,
            Preferences, ReadOnly, Rights, Schema, Section,
        },
        secret::SecretSource,
        value::{Address, Money, Person, Point, Reference, Value},
    },
};

pub(crate) const ID: ConnectionId = ConnectionId(1);

pub(crate) fn now() -> Timestamp {
    "2026-11-24T14:05:31Z".parse().unwrap()
}

pub(crate) fn deal() -> EntityName {
    EntityName::try_from("Deal").unwrap()
}

fn account() -> EntityName {
    EntityName::try_from("Account").unwrap()
}

fn field(name: &str, label: &str, kind: FieldKind) -> Field {
    Field { label: label.into(), ..Field::new(name, kind) }
}

fn choices(all: &[(&str, ChoiceStyle)]) -> Vec<Choice> {
    let choice = |(value, style): &(&str, ChoiceStyle)| Choice {
        value: (*value).into(),
        label: (*value).into(),
        style: *style,
    };
    all.iter().map(choice).collect()
}

/// Every kind, the title first.
fn fields() -> Vec<Field> {
    use FieldKind as K;
    let stages = [
        ("Prospecting", ChoiceStyle::Plain),
        ("Proposal", ChoiceStyle::Accent),
        ("Negotiation", ChoiceStyle::Warn),
        ("Closed won", ChoiceStyle::Good),
    ];
    let plain = |name, label, kind| field(name, label, kind);
    vec![
        Field { is_required: true, max_length: Some(40), ..plain("name", "Name", K::Text) },
        Field { targets: vec![account()], ..plain("account", "Account", K::Reference) },
        Field { choices: choices(&stages), ..plain("stage", "Stage", K::Enum) },
        plain("amount", "Amount", K::Money),
        Field { max: Some(100.into()), ..plain("odds", "Probability", K::Integer) },
        Field { is_required: true, ..plain("close", "Close date", K::Date) },
        Field { targets: vec![account()], ..plain("contacts", "Contacts", K::References) },
        Field { choices: choices(&stages), ..plain("tags", "Tags", K::MultiEnum) },
        plain("words", "Words", K::MultiEnum),
        Field { read_only: Some(ReadOnly::Forbidden), ..plain("owner", "Owner", K::Text) },
        Field { read_only: Some(ReadOnly::AfterCreate), ..plain("code", "Code", K::Text) },
        plain("about", "Description", K::LongText),
        plain("html", "Body", K::Html),
        plain("site", "Website", K::Url),
        plain("rate", "Rate", K::Number),
        plain("hot", "Hot", K::Bool),
        plain("meet", "Meeting", K::DateTime),
        plain("due", "Due", K::DateOrTime),
        plain("took", "Took", K::Duration),
        Field { targets: vec![account(), deal()], ..plain("parent", "Parent", K::AnyReference) },
        plain("emails", "E-mail", K::Emails),
        plain("phones", "Phone", K::Phones),
        plain("address", "Address", K::Address),
        plain("person", "Person", K::PersonName),
        plain("file", "File", K::File),
        plain("other", "Other", K::Other),
    ]
}

fn entity_type(name: EntityName, label: &str, fields: Vec<Field>) -> EntityType {
    let all = Rights { read: true, create: true, edit: true, delete: true };
    let cell = |it: &Field| vec![Cell { field: it.name.clone(), is_wide: false }];
    let rows = fields.iter().map(cell).collect();
    let sections = vec![Section { label: String::new(), rows }];
    EntityType {
        label: label.into(),
        label_plural: format!("{label}s"),
        rights: all,
        fields: fields.into_iter().map(|it| (it.name.clone(), it)).collect(),
        is_versioned: true,
        layout: Some(Layout { sections, ..Layout::default() }),
        ..EntityType::new(name)
    }
}

fn schema() -> Schema {
    let name = field("name", "Name", FieldKind::Text);
    let types =
        [entity_type(deal(), "Deal", fields()), entity_type(account(), "Account", vec![name])];
    Schema {
        preferences: Preferences {
            currencies: vec!["EUR".into()],
            default_currency: "EUR".into(),
            ..Preferences::default()
        },
        entity_types: types.into_iter().map(|it| (it.name.clone(), it)).collect(),
        ..Schema::default()
    }
}

/// A reference to an account.
pub(crate) fn to_account(id: &str, name: &str) -> Reference {
    Reference { entity: Some(account()), id: id.into(), name: Some(name.into()) }
}

/// The record as it is read.
pub(crate) fn record() -> Record {
    let text = |text: &str| Value::Text(text.into());
    let point = |value: &str, primary: bool| Point {
        value: value.into(),
        kind: Some("Mobile".into()),
        is_primary: primary,
        is_opted_out: !primary,
        is_invalid: false,
    };
    let amount = rust_decimal::Decimal::new(4_600_000, 2);
    let fields = [
        ("name", text("Cobot cell")),
        ("account", Value::Reference(to_account("a1", "Acme Robotics"))),
        ("stage", text("Proposal")),
        ("amount", Value::Money(Money { amount, currency: "EUR".into() })),
        ("odds", Value::Integer(40)),
        ("close", Value::Date(jiff::civil::date(2026, 12, 18))),
        ("owner", text("Mara Vogel")),
        ("about", text("Two cells.\nSafety plan comes from Acme.")),
        ("meet", Value::DateTime("2026-11-24T09:30:07Z".parse().unwrap())),
        ("phones", Value::Points(vec![point("+49 1", true), point("+49 2", false)])),
        ("address", Value::Address(Address { city: "Berlin".into(), ..Address::default() })),
        ("person", Value::Person(Person { last: "陈伟".into(), ..Person::default() })),
        ("file", Value::Json(serde_json::json!({"id": "f"}))),
    ];
    Record {
        entity: deal(),
        id: RecordId::from("d1"),
        fields: fields.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        version: Some(7),
        url: None,
        is_complete: true,
        cut: Vec::new(),
    }
}

fn keymap() -> Keymap {
    let text = include_str!("../../../assets/default.toml");
    let table: toml::Table = toml::from_str(text).unwrap();
    let mut bindings: Vec<Binding> = Vec::new();
    for (context, keys) in table["keys"].as_table().unwrap() {
        for (key, command) in keys.as_table().unwrap() {
            bindings.push((context.clone(), key.clone(), command.as_str().unwrap().into()));
        }
    }
    Keymap::new(&bindings, &[]).0
}

/// A program with one connection, and everything that it wants done.
pub(crate) struct Stage {
    pub state: State,
    pub effects: Vec<Effect>,
}

impl Stage {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let connection = Connection {
            name: "acme".into(),
            kind: Kind::Espocrm,
            url: "https://crm.example".into(),
            auth: Auth::ApiKey,
            user: None,
            key: None,
            secret: SecretSource::Keyring(true),
            read_only: false,
            production: false,
            color: None,
            via: None,
            time_zone: None,
            scripts: Vec::new(),
            is_demo: false,
        };
        let settings = Settings {
            page_size: 50,
            follow: None,
            is_offline: false,
            is_remote: false,
            config_path: String::new(),
            log_path: String::new(),
            downloads: "~/Downloads".to_owned(),
            secrets_place: String::new(),
        };
        let mut state = State::new(keymap(), settings, vec![(ID, connection)]);
        update(&mut state, Msg::Now(now()));
        let schema = Arc::new(schema());
        let connected = state.world.connections.get_mut(&ID).unwrap();
        for entity_type in schema.entity_types.values() {
            let layout = entity_type.layout.clone().unwrap();
            connected.layouts.insert(entity_type.name.clone(), layout);
        }
        connected.take_schema(schema, now());
        // Taking a schema for the first time clears nothing: layouts stay.
        let mut stage = Self { state, effects: Vec::new() };
        stage.send(Msg::Resized(Size { width, height }));
        stage
    }

    /// The form of the record, read, without a draft.
    pub(crate) fn editing(width: u16, height: u16) -> Self {
        let mut stage = Self::new(width, height);
        stage.wish(Move::Edit(ID, deal(), RecordId::from("d1")));
        stage.recall(None);
        stage.read(record());
        stage
    }

    /// A form for a new record.
    pub(crate) fn adding(width: u16, height: u16) -> Self {
        let mut stage = Self::new(width, height);
        stage.wish(Move::Add(ID, deal(), Box::new(Edits::new())));
        stage.recall(None);
        stage
    }

    pub(crate) fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.state, msg);
        self.effects.extend(effects);
    }

    pub(in crate::app) fn wish(&mut self, wish: Move) {
        self.state.world.moves.push(wish);
        let size = self.state.world().size();
        self.send(Msg::Resized(size));
    }

    /// The newest ticket of a slot like this that is still awaited.
    pub(crate) fn ticket(&self, fits: impl Fn(Slot) -> bool) -> Ticket {
        let tickets = self.effects.iter().rev().filter_map(|effect| match effect {
            Effect::Call(ticket, ..)
            | Effect::After(ticket, _)
            | Effect::Recall(ticket, _)
            | Effect::Keep(ticket, _)
            | Effect::Edit(ticket, ..) => Some(*ticket),
            _ => None,
        });
        tickets.into_iter().find(|it| fits(it.slot())).expect("such a ticket")
    }

    pub(crate) fn recall(&mut self, draft: Option<Draft>) {
        let ticket = self.ticket(|slot| matches!(slot, Slot::Recall(_)));
        self.send(Msg::Recalled(ticket, Recalled::Draft(draft.map(Box::new))));
    }

    pub(crate) fn read(&mut self, record: Record) {
        let ticket = self.ticket(|slot| matches!(slot, Slot::Detail(_)));
        self.send(Msg::Answered(ticket, Ok(answer(Outcome::Record(Box::new(record))))));
    }

    pub(crate) fn answer(&mut self, result: Result<Outcome, Error>) {
        let ticket = self.ticket(|slot| matches!(slot, Slot::Write(_)));
        self.send(Msg::Answered(ticket, result.map(answer).map_err(Failure::from)));
    }

    pub(crate) fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.send(Msg::Key(key.parse().unwrap()));
        }
    }

    pub(crate) fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Key(Key::plain(Code::Char(c))));
        }
    }

    /// Down to that field.
    pub(crate) fn go_to(&mut self, name: &str) {
        for _ in 0..60 {
            if self.form().inputs()[self.form().at()].name() == name {
                return;
            }
            self.keys("tab");
        }
        panic!("no field {name}");
    }

    /// Empties the field and types.
    pub(crate) fn fill(&mut self, name: &str, text: &str) {
        self.go_to(name);
        self.keys("ctrl-x");
        self.write(text);
    }

    pub(crate) fn form(&self) -> &Form {
        let forms = self.state.stack().iter().filter_map(|view| match view {
            View::Form(form) => Some(form),
            _ => None,
        });
        forms.last().expect("a form")
    }

    pub(crate) fn has_form(&self) -> bool {
        self.state.stack().iter().any(|view| matches!(view, View::Form(_)))
    }

    pub(crate) fn value(&self, name: &str) -> Value {
        let input = self.form().inputs().iter().find(|it| it.name() == name).unwrap();
        input.value().clone().unwrap()
    }

    /// The last write that was asked for.
    pub(crate) fn written(&self) -> Option<&Action> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Call(ticket, _, action) if matches!(ticket.slot(), Slot::Write(_)) => {
                Some(action)
            }
            _ => None,
        })
    }

    /// What the journal was asked last.
    pub(crate) fn kept(&self) -> Option<&Keep> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Keep(_, keep) => Some(keep.as_ref()),
            _ => None,
        })
    }

    pub(crate) fn draft(&self) -> &Draft {
        match self.kept() {
            Some(Keep::Draft(draft)) => draft,
            other => panic!("no draft but {other:?}"),
        }
    }

    /// All notices as one text.
    pub(crate) fn said(&self) -> String {
        format!("{:?}", self.state.world().notices().kept())
    }
}

pub(crate) fn answer(outcome: Outcome) -> Answer {
    Answer { outcome, source: Source::Network, seen: now(), took_ms: 30 }
}
