//! A small company made by hand, with a fixed clock: what the server of the demo makes up must
//! not change a snapshot.
use std::sync::Arc;

use ficha::{
    app::{keymap::Keymap, msg::Goal, state::State, world::Settings},
    bootstrap,
    config::{self, Paths},
    domain::{
        action::{Action, Happening, Outcome, Ran},
        change::Written,
        connection::{Auth, Connection, ConnectionId, Kind},
        query::{Order, Query},
        record::{Page, Record, RecordId, Total},
        schema::{
            Cell, Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind, Layout, Link, Me,
            Preferences, Preset, Rights, Schema, Section,
        },
        secret::SecretSource,
        value::{Address, Money, Person, Point, Reference, Value},
    },
};
use jiff::Timestamp;
use rust_decimal::Decimal;

/// The one connection.
pub const ACME: ConnectionId = ConnectionId(0);

/// A Monday afternoon.
pub fn now() -> Timestamp {
    "2026-11-23T14:05:00Z".parse().unwrap()
}

/// The shipped keys.
pub fn keymap() -> Keymap {
    let nowhere = Paths::below(std::path::Path::new("/nonexistent/ficha"));
    let (keymap, problems) = bootstrap::keymap(&config::load(nowhere));
    assert!(problems.is_empty(), "{problems:?}");
    keymap
}

/// Online, pages of 100.
pub fn settings() -> Settings {
    Settings {
        follow: None,
        page_size: 100,
        is_offline: false,
        is_remote: false,
        config_path: "~/.config/ficha/config.toml".to_owned(),
        log_path: "~/.local/state/ficha/ficha.log".to_owned(),
        downloads: "~/Downloads".to_owned(),
        secrets_place: "keyring".to_owned(),
    }
}

/// A login to the company.
pub fn connection() -> Connection {
    Connection {
        name: "acme".to_owned(),
        kind: Kind::Espocrm,
        url: "https://crm.acme.example".to_owned(),
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
    }
}

/// The picker with that one connection; nothing has happened yet.
pub fn state() -> State {
    State::new(keymap(), settings(), vec![(ACME, connection())])
}

/// Where most stories begin.
pub fn contacts() -> Goal {
    Goal::List(ACME, Some(entity("Contact")))
}

/// The name of an entity type.
pub fn entity(name: &str) -> EntityName {
    EntityName::try_from(name).unwrap()
}

/// What the company's server answers; `None` to what no test asks.
pub fn answer(action: &Action) -> Option<Outcome> {
    Some(match action {
        Action::Whoami => Outcome::Me(me()),
        Action::Types => Outcome::Schema(Arc::new(schema())),
        Action::Describe(name) => {
            let mut described = schema().entity_types.swap_remove(name)?;
            described.layout = Some(layout(name.as_str()));
            Outcome::Type(Box::new(described))
        }
        Action::List(query) | Action::Related { query, .. } => Outcome::Page(page(query)),
        Action::Search { .. } => Outcome::Page(page(&Query::all(entity("Contact"), 20))),
        Action::Get { entity, id } => Outcome::Record(Box::new(whole(entity, id)?)),
        Action::Create { entity, edits, .. } => {
            let mut record = record(entity.as_str(), "new1", &[]);
            record.fields.extend(edits.clone());
            written(record)
        }
        Action::Update { base, edits, .. } => {
            let mut record = base.as_ref().clone();
            record.fields.extend(edits.clone());
            record.version = record.version.map(|version| version + 1);
            written(record)
        }
        Action::Delete { .. } | Action::Link(_) | Action::Unlink(_) | Action::Comment { .. } => {
            Outcome::Done
        }
        Action::Run(_) => Outcome::Ran(Ran::default()),
        Action::Activity { .. } => Outcome::Activity(happenings()),
        Action::Send(_) | Action::Download { .. } => return None,
    })
}

fn written(record: Record) -> Outcome {
    Outcome::Written(Box::new(Written { record, not_stored: indexmap::IndexMap::new() }))
}

fn me() -> Me {
    Me {
        id: "u1".to_owned(),
        login: "ada".to_owned(),
        name: "Ada Brandt".to_owned(),
        is_admin: false,
    }
}

/// Five entity types.
pub fn schema() -> Schema {
    let types = [contact_type(), account_type(), opportunity_type(), task_type(), user_type()];
    Schema {
        stamp: "1".to_owned(),
        product: "EspoCRM 9.2.7".to_owned(),
        user: Some(me()),
        preferences: Preferences {
            currencies: vec!["EUR".to_owned(), "USD".to_owned()],
            default_currency: "EUR".to_owned(),
            ..Preferences::default()
        },
        entity_types: types.into_iter().map(|it| (it.name.clone(), it)).collect(),
        ..Schema::default()
    }
}

fn entity_type(name: &str, label: &str, plural: &str, fields: Vec<Field>) -> EntityType {
    EntityType {
        label: label.to_owned(),
        label_plural: plural.to_owned(),
        is_tab: name != "User",
        rights: Rights { read: true, create: true, edit: true, delete: true },
        fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        presets: vec![preset("onlyMy", "Only My")],
        order: Some(Order { field: "createdAt".to_owned(), descending: true }),
        searched: vec!["name".to_owned()],
        is_versioned: true,
        ..EntityType::new(entity(name))
    }
}

fn preset(name: &str, label: &str) -> Preset {
    Preset { name: name.to_owned(), label: label.to_owned() }
}

/// A field with nothing special.
pub fn field(name: &str, label: &str, kind: FieldKind) -> Field {
    Field {
        label: label.to_owned(),
        wire_type: format!("{kind:?}").to_lowercase(),
        is_required: name == "name",
        ..Field::new(name, kind)
    }
}

fn chosen(name: &str, label: &str, choices: &[(&str, ChoiceStyle)]) -> Field {
    let choices = choices.iter().map(|(value, style)| Choice {
        value: (*value).to_owned(),
        label: (*value).to_owned(),
        style: *style,
    });
    Field { choices: choices.collect(), ..field(name, label, FieldKind::Enum) }
}

fn pointing(name: &str, label: &str, target: &str) -> Field {
    Field { targets: vec![entity(target)], ..field(name, label, FieldKind::Reference) }
}

fn stamp(name: &str, label: &str) -> Field {
    let read_only = Some(ficha::domain::schema::ReadOnly::Computed);
    Field { read_only, ..field(name, label, FieldKind::DateTime) }
}

fn link(name: &str, label: &str, target: &str) -> Link {
    Link {
        name: name.to_owned(),
        label: label.to_owned(),
        entity: Some(entity(target)),
        is_many: true,
        is_editable: true,
        is_slow: false,
    }
}

fn contact_type() -> EntityType {
    let fields = vec![
        field("name", "Name", FieldKind::PersonName),
        pointing("account", "Account", "Account"),
        field("emailAddress", "Email", FieldKind::Emails),
        field("phoneNumber", "Phone", FieldKind::Phones),
        field("title", "Title", FieldKind::Text),
        field("doNotCall", "Do Not Call", FieldKind::Bool),
        field("birthday", "Birthday", FieldKind::Date),
        field("address", "Address", FieldKind::Address),
        field("description", "Description", FieldKind::LongText),
        pointing("assignedUser", "Assigned User", "User"),
        stamp("createdAt", "Created At"),
    ];
    let mut contact = entity_type("Contact", "Contact", "Contacts", fields);
    let links =
        [link("opportunities", "Opportunities", "Opportunity"), link("tasks", "Tasks", "Task")];
    contact.links = links.into_iter().map(|it| (it.name.clone(), it)).collect();
    contact
}

fn account_type() -> EntityType {
    let industries = [
        ("Energy", ChoiceStyle::Plain),
        ("Health", ChoiceStyle::Plain),
        ("Software", ChoiceStyle::Accent),
    ];
    let fields = vec![
        field("name", "Name", FieldKind::Text),
        field("website", "Website", FieldKind::Url),
        chosen("industry", "Industry", &industries),
        field("billingAddress", "Billing Address", FieldKind::Address),
        pointing("assignedUser", "Assigned User", "User"),
        stamp("createdAt", "Created At"),
    ];
    let mut account = entity_type("Account", "Account", "Accounts", fields);
    let link = link("contacts", "Contacts", "Contact");
    account.links = [(link.name.clone(), link)].into_iter().collect();
    account
}

fn opportunity_type() -> EntityType {
    let stages = [
        ("Prospecting", ChoiceStyle::Plain),
        ("Proposal", ChoiceStyle::Accent),
        ("Negotiation", ChoiceStyle::Warn),
        ("Closed Won", ChoiceStyle::Good),
        ("Closed Lost", ChoiceStyle::Bad),
    ];
    let fields = vec![
        field("name", "Name", FieldKind::Text),
        pointing("account", "Account", "Account"),
        chosen("stage", "Stage", &stages),
        field("amount", "Amount", FieldKind::Money),
        field("probability", "Probability", FieldKind::Integer),
        field("closeDate", "Close Date", FieldKind::Date),
        pointing("assignedUser", "Assigned User", "User"),
        field("description", "Description", FieldKind::LongText),
        stamp("createdAt", "Created At"),
    ];
    let mut deal = entity_type("Opportunity", "Opportunity", "Opportunities", fields);
    deal.status = Some("stage".to_owned());
    deal.presets = vec![preset("open", "Open"), preset("won", "Won")];
    deal
}

fn task_type() -> EntityType {
    let states = [
        ("Not Started", ChoiceStyle::Plain),
        ("Started", ChoiceStyle::Accent),
        ("Completed", ChoiceStyle::Good),
    ];
    let fields = vec![
        field("name", "Name", FieldKind::Text),
        chosen("status", "Status", &states),
        field("dateEnd", "Due", FieldKind::DateOrTime),
        field("parent", "Parent", FieldKind::AnyReference),
        stamp("createdAt", "Created At"),
    ];
    let mut task = entity_type("Task", "Task", "Tasks", fields);
    task.status = Some("status".to_owned());
    task
}

fn user_type() -> EntityType {
    entity_type("User", "User", "Users", vec![field("name", "Name", FieldKind::PersonName)])
}

fn layout(name: &str) -> Layout {
    let (columns, rows, panels): (&[&str], &[&[&str]], &[&str]) = match name {
        "Contact" => (
            &["name", "account", "emailAddress", "phoneNumber", "createdAt"],
            &[
                &["name", "account"],
                &["emailAddress", "phoneNumber"],
                &["title", "doNotCall"],
                &["birthday", "assignedUser"],
                &["address"],
                &["description"],
            ],
            &["opportunities", "tasks"],
        ),
        "Account" => (
            &["name", "website", "industry", "createdAt"],
            &[&["name", "website"], &["industry", "assignedUser"], &["billingAddress"]],
            &["contacts"],
        ),
        "Opportunity" => (
            &["name", "account", "stage", "amount", "closeDate"],
            &[
                &["name", "account"],
                &["stage", "amount"],
                &["probability", "closeDate"],
                &["assignedUser"],
                &["description"],
            ],
            &[],
        ),
        "Task" => (&["name", "status", "dateEnd", "parent"], &[&["name", "status"]], &[]),
        _ => (&["name"], &[&["name"]], &[]),
    };
    let rows = rows.iter().map(|row| {
        let is_wide = row.len() == 1;
        row.iter().map(|field| Cell { field: (*field).to_owned(), is_wide }).collect()
    });
    Layout {
        columns: owned(columns),
        sections: vec![Section { label: "Overview".to_owned(), rows: rows.collect() }],
        panels: owned(panels),
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A record with these values.
pub fn record(of: &str, id: &str, fields: &[(&str, Value)]) -> Record {
    Record {
        entity: entity(of),
        id: RecordId::from(id),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        version: Some(3),
        url: Some(format!("https://crm.acme.example/#{of}/view/{id}")),
        is_complete: true,
        cut: Vec::new(),
    }
}

/// A text value.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A value that points to a record.
pub fn points_to(of: &str, id: &str, name: &str) -> Value {
    Value::Reference(Reference {
        entity: Some(entity(of)),
        id: id.to_owned(),
        name: Some(name.to_owned()),
    })
}

fn person(first: &str, last: &str) -> Value {
    Value::Person(Person {
        first: first.to_owned(),
        last: last.to_owned(),
        full: format!("{first} {last}").trim().to_owned(),
        ..Person::default()
    })
}

fn reached(value: &str) -> Value {
    Value::Points(vec![Point { value: value.to_owned(), is_primary: true, ..Point::default() }])
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

fn moment(text: &str) -> Value {
    Value::DateTime(text.parse().unwrap())
}

const PEOPLE: [(&str, &str, &str); 12] = [
    ("Olu", "Adeyemi", "Northwind Energy"),
    ("Ingrid", "Bergström", "Fjord Health"),
    ("李", "小龙", "东方软件有限公司"),
    ("Chloé", "Dupont-Lefèvre de la Rochefoucauld", "Atelier Rivière"),
    ("Zoë 👩‍💻", "Emoji", "Northwind Energy"),
    ("דנה", "לוי", "Fjord Health"),
    ("Ada\u{1b}[31m", "Escape", "Northwind Energy"),
    ("Văn-An", "Nguyễn", "Sông Hồng"),
    ("Grace", "Hopper", "Northwind Energy"),
    ("Lin", "Ito", "Atelier Rivière"),
    ("Max", "Müller", "Fjord Health"),
    ("", "Cher", "Sông Hồng"),
];

fn contact(at: usize) -> Record {
    let (first, last, account) = PEOPLE[at % PEOPLE.len()];
    let created = format!("2026-11-{:02}T09:30:00Z", 22 - at % PEOPLE.len());
    let mut contact = record(
        "Contact",
        &format!("c{at}"),
        &[
            ("name", person(first, last)),
            ("account", points_to("Account", "a1", account)),
            ("emailAddress", reached(&format!("person{at}@acme.example"))),
            ("phoneNumber", reached(&format!("+49 30 5550 {at:03}"))),
            ("title", text("Head of Buying")),
            ("doNotCall", Value::Bool(at.is_multiple_of(3))),
            ("birthday", day("1981-04-09")),
            ("address", Value::Address(address())),
            ("description", text("Met at the fair.\nWants the new catalogue <b>soon</b>.")),
            ("assignedUser", points_to("User", "u1", "Ada Brandt")),
            ("createdAt", moment(&created)),
        ],
    );
    if at == 8 {
        contact.fields.insert("account".to_owned(), Value::Empty);
    }
    contact
}

fn address() -> Address {
    Address {
        street: "Lange Reihe 12".to_owned(),
        city: "Hamburg".to_owned(),
        postal_code: "20099".to_owned(),
        country: "Germany".to_owned(),
        ..Address::default()
    }
}

fn account(at: usize) -> Record {
    let name = ["Northwind Energy", "Fjord Health", "Atelier Rivière", "东方软件有限公司"][at % 4];
    record(
        "Account",
        &format!("a{at}"),
        &[
            ("name", text(name)),
            ("website", text("https://northwind.example")),
            ("industry", text("Energy")),
            ("billingAddress", Value::Address(address())),
            ("createdAt", moment("2026-10-02T08:00:00Z")),
        ],
    )
}

fn opportunity(at: usize) -> Record {
    let stage = ["Prospecting", "Proposal", "Negotiation", "Closed Won", "Closed Lost"][at % 5];
    let amount = Decimal::new(4_820_050 + i64::try_from(at).unwrap() * 100_000, 2);
    record(
        "Opportunity",
        &format!("o{at}"),
        &[
            ("name", text(&format!("Turbines, lot {}", at + 1))),
            ("account", points_to("Account", "a1", "Northwind Energy")),
            ("stage", text(stage)),
            ("amount", Value::Money(Money { amount, currency: "EUR".to_owned() })),
            ("probability", Value::Integer(40)),
            ("closeDate", day(&format!("2026-12-{:02}", at + 1))),
            ("assignedUser", points_to("User", "u1", "Ada Brandt")),
            ("description", text("Two lots,\none price.")),
            ("createdAt", moment("2026-11-01T08:00:00Z")),
        ],
    )
}

fn task(at: usize) -> Record {
    record(
        "Task",
        &format!("t{at}"),
        &[
            ("name", text(&format!("Call back {}", at + 1))),
            ("status", text("Started")),
            ("dateEnd", day("2026-11-25")),
            ("createdAt", moment("2026-11-20T08:00:00Z")),
        ],
    )
}

/// How many there are of a type.
fn amount(of: &str) -> usize {
    match of {
        "Contact" => 340,
        "Opportunity" => 9,
        "Account" => 4,
        "Task" => 2,
        _ => 1,
    }
}

fn one(of: &str, at: usize) -> Record {
    match of {
        "Contact" => contact(at),
        "Account" => account(at),
        "Opportunity" => opportunity(at),
        "Task" => task(at),
        _ => record("User", "u1", &[("name", person("Ada", "Brandt"))]),
    }
}

/// A page of a list; filters are not applied.
pub fn page(query: &Query) -> Page {
    let (of, all) = (query.entity.as_str(), amount(query.entity.as_str()));
    let from = usize::try_from(query.offset).unwrap_or(usize::MAX).min(all);
    let to = from.saturating_add(query.limit as usize).min(all);
    let rows = (from..to).map(|at| one(of, at)).map(|it| Record { is_complete: false, ..it });
    Page {
        records: rows.map(|it| (it.id.clone(), it)).collect(),
        total: Total::Exact(all as u64),
        offset: from as u64,
        received: (to - from) as u64,
        has_more: to < all,
        ..Page::default()
    }
}

fn whole(of: &EntityName, id: &RecordId) -> Option<Record> {
    let at = (0..amount(of.as_str())).find(|at| one(of.as_str(), *at).id == *id)?;
    Some(one(of.as_str(), at))
}

fn happenings() -> Vec<Happening> {
    vec![
        Happening {
            at: Some("2026-11-21T10:12:00Z".parse().unwrap()),
            kind: "call".to_owned(),
            author: "Ada Brandt".to_owned(),
            title: "Asked about the price".to_owned(),
            text: "Will call back on Monday.".to_owned(),
            record: None,
            ..Happening::default()
        },
        Happening {
            at: None,
            kind: "note".to_owned(),
            author: "Grace".to_owned(),
            title: "Sent the catalogue".to_owned(),
            text: String::new(),
            record: None,
            ..Happening::default()
        },
    ]
}
