//! A small company for the tests of details and of their drawing: one account with what belongs to it.
use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexMap;
use jiff::Timestamp;

use crate::{
    app::{
        command::Command,
        keymap::{Binding, Keymap},
        msg::{Effect, Msg, Recalled, Size},
        slots::{Slot, Ticket},
        state::{State, View},
        update::update,
        world::{Move, Settings},
    },
    domain::{
        action::{Action, Answer, Failure, Happening, Outcome, Source},
        connection::{Auth, Connection, ConnectionId, Kind},
        error::Error,
        record::{Page, Record, RecordId, Total},
        schema::{
            Cell, Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind, Layout, Link,
            Rights, Schema, Section,
        },
        secret::SecretSource,
        value::{Address, Point, Reference, Value},
    },
};

pub(crate) const HERE: ConnectionId = ConnectionId(1);
pub(crate) const TEXT: &str = "Builds cobot cells for small series. Buys twice a year, in March and \
     October. Wants fixed lead times more than a discount. 🤝 until 2027.";

pub(crate) fn name(text: &str) -> EntityName {
    EntityName::try_from(text).unwrap()
}

fn keymap() -> Keymap {
    let shipped: BTreeMap<String, toml::Value> =
        toml::from_str(include_str!("../../../assets/default.toml")).unwrap();
    let mut bindings: Vec<Binding> = Vec::new();
    for (context, keys) in shipped["keys"].as_table().unwrap() {
        for (chord, command) in keys.as_table().unwrap() {
            bindings.push((context.clone(), chord.clone(), command.as_str().unwrap().to_owned()));
        }
    }
    let (keymap, problems) = Keymap::new(&bindings, &[]);
    assert!(problems.is_empty(), "{problems:?}");
    keymap
}

fn connection() -> Connection {
    Connection {
        name: "acme-espo".to_owned(),
        kind: Kind::Espocrm,
        url: "https://crm.acme.example".to_owned(),
        auth: Auth::ApiKey,
        user: None,
        key: None,
        secret: SecretSource::Env("KEY".to_owned()),
        read_only: false,
        production: true,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    }
}

pub(crate) fn field(name: &str, label: &str, kind: FieldKind) -> Field {
    Field {
        label: label.to_owned(),
        wire_type: format!("{kind:?}").to_lowercase(),
        ..Field::new(name, kind)
    }
}

fn entity(called: &str, plural: &str, fields: Vec<Field>, links: Vec<Link>) -> EntityType {
    EntityType {
        label: called.to_owned(),
        label_plural: plural.to_owned(),
        rights: Rights { read: true, create: true, edit: true, delete: true },
        fields: fields.into_iter().map(|it| (it.name.clone(), it)).collect(),
        links: links.into_iter().map(|it| (it.name.clone(), it)).collect(),
        is_versioned: true,
        ..EntityType::new(name(called))
    }
}

fn link(called: &str, label: &str, to: &str) -> Link {
    let (name, entity) = (called.to_owned(), Some(name(to)));
    Link { name, label: label.to_owned(), entity, is_many: true, is_editable: true, is_slow: false }
}

pub(crate) fn schema() -> Schema {
    use FieldKind::{
        Address, DateTime, Emails, Enum, LongText, Money, Phones, Reference, Text, Url,
    };
    let parent = Field { targets: vec![name("Account")], ..field("parent", "Parent", Reference) };
    let account = entity(
        "Account",
        "Accounts",
        vec![
            field("name", "Name", Text),
            field("website", "Website", Url),
            field("email", "E-mail", Emails),
            field("phone", "Phone", Phones),
            field("type", "Type", Enum),
            field("industry", "Industry", Text),
            parent,
            field("sicCode", "SIC code", Text),
            field("billing", "Billing", Address),
            field("description", "Description", LongText),
            field("assignedUser", "Owner", Reference),
            field("modifiedAt", "Modified", DateTime),
        ],
        vec![
            link("contacts", "Contacts", "Contact"),
            link("opportunities", "Opportunities", "Opportunity"),
            link("lists", "Lists", "TargetList"),
        ],
    );
    let back = Field { targets: vec![name("Account")], ..field("account", "Account", Reference) };
    let contact = entity(
        "Contact",
        "Contacts",
        vec![field("name", "Name", Text), field("title", "Title", Text), back],
        Vec::new(),
    );
    let choice = Choice {
        value: "nego".to_owned(),
        label: "Negotiation".to_owned(),
        style: ChoiceStyle::Warn,
    };
    let stage = Field { choices: vec![choice], ..field("stage", "Stage", Enum) };
    let opportunity = EntityType {
        status: Some("stage".to_owned()),
        ..entity(
            "Opportunity",
            "Opportunities",
            vec![field("name", "Name", Text), stage, field("amount", "Amount", Money)],
            Vec::new(),
        )
    };
    let list = entity("TargetList", "Lists", vec![field("name", "Name", Text)], Vec::new());
    let entity_types: IndexMap<_, _> =
        [account, contact, opportunity, list].into_iter().map(|it| (it.name.clone(), it)).collect();
    Schema { entity_types, stamp: "1".to_owned(), ..Schema::default() }
}

pub(crate) fn layout() -> Layout {
    let cell = |field: &str| Cell { field: field.to_owned(), is_wide: false };
    let section = |label: &str, rows: &[&[&str]]| Section {
        label: label.to_owned(),
        rows: rows.iter().map(|row| row.iter().map(|it| cell(it)).collect()).collect(),
    };
    Layout {
        columns: vec!["name".to_owned(), "website".to_owned()],
        sections: vec![
            section(
                "Company",
                &[
                    &["name", "website"],
                    &["email", "phone"],
                    &["type", "industry"],
                    &["parent", "sicCode"],
                ],
            ),
            section("Address", &[&["billing"]]),
            section("Description", &[&["description"]]),
        ],
        panels: vec!["contacts".to_owned(), "opportunities".to_owned(), "lists".to_owned()],
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn reference(to: &str, id: &str, called: &str) -> Value {
    let (entity, name) = (Some(name(to)), Some(called.to_owned()));
    Value::Reference(Reference { entity, id: id.to_owned(), name })
}

pub(crate) fn record(of: &str, id: &str, fields: Vec<(&str, Value)>) -> Record {
    Record {
        entity: name(of),
        id: RecordId::from(id),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        version: Some(12),
        url: Some(format!("https://crm.acme.example/#{of}/view/{id}")),
        is_complete: true,
        cut: Vec::new(),
    }
}

pub(crate) fn account() -> Record {
    let point = |value: &str| Point { value: value.to_owned(), ..Point::default() };
    let address = Address {
        street: "Gleisdreieck 14".to_owned(),
        city: "Berlin".to_owned(),
        postal_code: "10963".to_owned(),
        country: "Germany".to_owned(),
        ..Address::default()
    };
    let fields = vec![
        ("name", text("Acme Robotics GmbH")),
        ("website", text("https://acme.example")),
        ("email", Value::Points(vec![point("info@acme.example")])),
        ("phone", Value::Points(vec![point("+49 30 5550 0100")])),
        ("type", text("Customer")),
        ("industry", text("Industrial automation")),
        ("parent", reference("Account", "a9", "Acme Holding SE")),
        ("sicCode", Value::Empty),
        ("billing", Value::Address(address)),
        ("description", text(TEXT)),
        ("assignedUser", reference("User", "u1", "Mara Vogel")),
        ("modifiedAt", Value::DateTime("2026-11-21T14:05:00Z".parse().unwrap())),
    ];
    record("Account", "a1", fields)
}

pub(crate) fn page(records: Vec<Record>, total: u64) -> Page {
    let received = records.len() as u64;
    Page {
        records: records.into_iter().map(|it| (it.id.clone(), it)).collect(),
        total: Total::Exact(total),
        offset: 0,
        received,
        has_more: received < total,
        ..Page::default()
    }
}

pub(crate) fn contacts() -> Page {
    let people = [
        ("c1", "Grace Okonkwo", "Head of Procurement"),
        ("c2", "Ingrid Haas", "Plant manager"),
        ("c3", "Marcus Webb", "Controlling"),
        ("c4", "陈伟", "Resident engineer, Suzhou"),
        ("c5", "Olu Adeyemi", "Logistics"),
    ];
    let one = |(id, called, title): (&str, &str, &str)| {
        record("Contact", id, vec![("name", text(called)), ("title", text(title))])
    };
    page(people.into_iter().map(one).collect(), 6)
}

pub(crate) fn now() -> Timestamp {
    "2026-11-24T14:05:00Z".parse().unwrap()
}

pub(crate) fn fresh(outcome: Outcome) -> Answer {
    Answer { outcome, source: Source::Network, seen: now(), took_ms: 80 }
}

/// The state with the account's detail on top of the picker; what it asked for.
pub(crate) fn opened(width: u16, height: u16) -> (State, Vec<Effect>) {
    let settings = Settings {
        page_size: 100,
        follow: None,
        is_offline: false,
        is_remote: false,
        config_path: String::new(),
        log_path: String::new(),
        downloads: "~/Downloads".to_owned(),
        secrets_place: String::new(),
    };
    let mut state = State::new(keymap(), settings, vec![(HERE, connection())]);
    update(&mut state, Msg::Now(now()));
    let known = state.world.connections.get_mut(&HERE).unwrap();
    known.take_schema(Arc::new(schema()), now());
    known.layouts.insert(name("Account"), layout());
    update(&mut state, Msg::Resized(Size { width, height }));
    state.world.moves.push(Move::Record(HERE, name("Account"), RecordId::from("a1")));
    let effects = update(&mut state, Msg::Resized(Size { width, height }));
    (state, effects)
}

/// The ticket and action of the call for a slot that fits.
pub(crate) fn called(effects: &[Effect], fits: impl Fn(Slot) -> bool) -> Option<(Ticket, Action)> {
    effects.iter().find_map(|effect| {
        let Effect::Call(ticket, _, action) = effect else { return None };
        fits(ticket.slot()).then(|| (*ticket, action.clone()))
    })
}

/// Answers what was asked for a slot; what is asked then.
pub(crate) fn answer(
    state: &mut State,
    effects: &[Effect],
    fits: impl Fn(Slot) -> bool,
    outcome: Outcome,
) -> Vec<Effect> {
    let (ticket, _) = called(effects, fits).expect("it was asked");
    update(state, Msg::Answered(ticket, Ok(fresh(outcome))))
}

pub(crate) fn refused(error: Error) -> Result<Answer, Failure> {
    Err(Failure::from(error))
}

pub(crate) fn happenings() -> Vec<Happening> {
    let one = |kind: &str, author: &str, title: &str, body: &str| Happening {
        at: Some("2026-11-24T13:39:00Z".parse().unwrap()),
        kind: kind.to_owned(),
        author: author.to_owned(),
        title: title.to_owned(),
        text: body.to_owned(),
        record: None,
        ..Happening::default()
    };
    vec![
        one(
            "mail",
            "Grace Okonkwo",
            "Re: lead times Q1",
            "If you can hold 5 weeks we sign before Christmas.",
        ),
        one("note", "Ada Lindqvist", "Wants a site visit.", ""),
    ]
}

/// Everything answered: record, panels, activity where it was asked.
pub(crate) fn filled(width: u16, height: u16) -> State {
    let (mut state, effects) = opened(width, height);
    answer(
        &mut state,
        &effects,
        |it| matches!(it, Slot::Detail(_)),
        Outcome::Record(Box::new(account())),
    );
    answer(&mut state, &effects, |it| matches!(it, Slot::Panel(_, 0)), Outcome::Page(contacts()));
    let deal = record(
        "Opportunity",
        "o1",
        vec![("name", text("Cobot cell, phase 2")), ("stage", text("nego"))],
    );
    answer(
        &mut state,
        &effects,
        |it| matches!(it, Slot::Panel(_, 1)),
        Outcome::Page(page(vec![deal], 1)),
    );
    answer(
        &mut state,
        &effects,
        |it| matches!(it, Slot::Panel(_, 2)),
        Outcome::Page(page(vec![], 0)),
    );
    if let Some((ticket, _)) = called(&effects, |it| matches!(it, Slot::Activity(_))) {
        update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Activity(happenings())))));
    }
    state
}

/// The detail on top.
pub(crate) fn detail(state: &State) -> &super::Detail {
    match state.top() {
        Some(View::Detail(detail)) => detail,
        other => panic!("no detail on top: {other:?}"),
    }
}

pub(crate) fn act(state: &mut State, command: Command) -> Vec<Effect> {
    update(state, Msg::Act(command))
}

/// The detail of the first account of a list of two, opened from it.
pub(crate) fn from_a_list() -> State {
    let (mut state, _) = opened(120, 40);
    act(&mut state, Command::Close);
    state.world.moves.push(Move::List(HERE, Some(name("Account"))));
    let effects = act(&mut state, Command::Redraw);
    let recall = effects.iter().find_map(|effect| {
        let Effect::Recall(ticket, _) = effect else { return None };
        Some(*ticket)
    });
    let had = Recalled::Columns(None);
    let effects = update(&mut state, Msg::Recalled(recall.unwrap(), had));
    let rows = vec![account(), record("Account", "a2", vec![("name", text("Bolt"))])];
    let is_list = |slot: Slot| matches!(slot, Slot::List(_));
    answer(&mut state, &effects, is_list, Outcome::Page(page(rows, 3118)));
    act(&mut state, Command::Open);
    state
}
