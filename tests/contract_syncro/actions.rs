//! Every action on every entity type, with every field that can be written.
use ficha::domain::{
    action::{Action, Run},
    change::Edits,
    comment::{Audience, Comment},
    query::Query,
    record::{Record, RecordId},
    schema::{EntityName, EntityType, Field, FieldKind, ReadOnly, Schema},
    value::{Address, Line, Money, Reference, Upload, Value},
    verb::Verb,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::specification::Specification;

/// Where the examples of a type are: path, list, single.
fn place(entity: &str) -> (&'static str, &'static str, &'static str) {
    match entity {
        "Customer" => ("customers", "customers", "customer"),
        "Contact" => ("contacts", "contacts", "contact"),
        "Asset" => ("customer_assets", "assets", "asset"),
        "Ticket" => ("tickets", "tickets", "ticket"),
        "Timer" => ("ticket_timers", "ticket_timers", "ticket_timer"),
        "Invoice" => ("invoices", "invoices", "invoice"),
        "Estimate" => ("estimates", "estimates", "estimate"),
        "Product" => ("products", "products", "product"),
        "Payment" => ("payments", "payments", "payment"),
        "Schedule" => ("schedules", "schedules", "schedule"),
        "Contract" => ("contracts", "contracts", "contract"),
        "Lead" => ("leads", "leads", "lead"),
        "Appointment" => ("appointments", "appointments", "appointment"),
        "AppointmentType" => ("appointment_types", "appointment_types", "appointment_type"),
        "RmmAlert" => ("rmm_alerts", "rmm_alerts", "rmm_alert"),
        "PolicyFolder" => ("policy_folders", "policy_folders", "policy_folder"),
        "PurchaseOrder" => ("purchase_orders", "purchase_orders", "purchase_order"),
        "Vendor" => ("vendors", "vendors", "vendor"),
        "WikiPage" => ("wiki_pages", "wiki_pages", "wiki_page"),
        "User" => ("users", "users", "user"),
        "NewTicketForm" => ("new_ticket_forms", "new_ticket_forms", "new_ticket_form"),
        _ => ("", "", ""),
    }
}

pub fn all(schema: &Schema, there: &Specification) -> Vec<Action> {
    let mut all = vec![Action::Whoami, Action::Types];
    all.push(Action::Search { text: "4".to_owned(), limit: 20 });
    all.extend(schema.verbs.iter().flat_map(|verb| runs(verb, None)));
    for entity_type in schema.entity_types.values() {
        let (path, list, single) = place(entity_type.name.as_str());
        let is_below = matches!(
            entity_type.name.as_str(),
            "Phone" | "Worksheet" | "ProductSerial" | "ProductSku"
        );
        let id = match there.id(path, list, single) {
            _ if is_below => "1-1".to_owned(),
            Some(id) => id,
            None => "1".to_owned(),
        };
        all.extend(of_type(entity_type, &RecordId::from(id.as_str())));
    }
    all
}

fn of_type(entity_type: &EntityType, id: &RecordId) -> Vec<Action> {
    let entity = entity_type.name.clone();
    let record = || (entity.clone(), id.clone());
    let mut all = vec![
        Action::List(Query::all(entity.clone(), 50)),
        Action::Get { entity: entity.clone(), id: id.clone() },
        Action::Activity { entity: entity.clone(), id: id.clone(), limit: 20 },
    ];
    for preset in &entity_type.presets {
        let preset = Some(preset.name.clone());
        all.push(Action::List(Query { preset, ..Query::all(entity.clone(), 50) }));
    }
    let flags = entity_type.flags.iter().map(|flag| flag.name.clone()).collect();
    all.push(Action::List(Query { flags, ..Query::all(entity.clone(), 50) }));
    for link in entity_type.links.values() {
        let query = Query::all(link.entity.clone().unwrap(), 50);
        let (entity, id) = record();
        all.push(Action::Related { entity, id, link: link.name.clone(), query });
    }
    if entity_type.rights.create {
        let edits = edits(entity_type, |field| {
            field.read_only.is_none() || field.read_only == Some(ReadOnly::AfterCreate)
        });
        all.push(Action::Create { entity: entity.clone(), edits, despite_duplicates: false });
    }
    if entity_type.rights.edit {
        let edits = edits(entity_type, |field| field.read_only.is_none());
        let base = Record {
            entity: entity.clone(),
            id: id.clone(),
            fields: Edits::default(),
            version: None,
            url: None,
            is_complete: true,
            cut: Vec::new(),
        };
        all.push(Action::Update { base: Box::new(base), edits, resolved: true });
    }
    if entity_type.rights.delete {
        all.push(Action::Delete { entity: entity.clone(), id: id.clone() });
    }
    if let Some(comments) = &entity_type.comments {
        all.extend(comments.audiences.iter().map(|audience| comment(record(), *audience)));
    }
    all.extend(entity_type.verbs.iter().flat_map(|verb| runs(verb, Some(&record()))));
    all
}

fn comment((entity, id): (EntityName, RecordId), audience: Audience) -> Action {
    let comment = Comment { text: "Hello".to_owned(), audience, ..Comment::default() };
    Action::Comment { entity, id, comment }
}

fn edits(entity_type: &EntityType, can: impl Fn(&Field) -> bool) -> Edits {
    let writable = entity_type.fields.values().filter(|field| can(field));
    writable.map(|field| (field.name.clone(), value(field))).collect()
}

fn value(field: &Field) -> Value {
    let reference = || Reference { entity: None, id: "1".to_owned(), name: None };
    match field.kind {
        FieldKind::Bool => Value::Bool(true),
        FieldKind::Integer | FieldKind::Duration => Value::Integer(3),
        FieldKind::Number => Value::Number(Decimal::from(2)),
        FieldKind::Money => {
            Value::Money(Money { amount: Decimal::new(1250, 2), currency: "USD".to_owned() })
        }
        FieldKind::Date => Value::Date(jiff::civil::date(2026, 11, 24)),
        FieldKind::DateTime => Value::DateTime("2026-11-24T10:00:00Z".parse().unwrap()),
        FieldKind::MultiEnum => Value::Many(vec!["a".to_owned()]),
        FieldKind::Reference => Value::Reference(reference()),
        FieldKind::References => Value::References(vec![reference()]),
        FieldKind::Address => Value::Address(Address {
            street: "1 Main".to_owned(),
            city: "Town".to_owned(),
            ..Address::default()
        }),
        FieldKind::File => Value::Upload(Upload {
            path: "a.pdf".to_owned(),
            content: Some(std::sync::Arc::from(&b"%PDF"[..])),
        }),
        FieldKind::Lines => {
            let columns =
                field.columns.iter().filter(|it| it.read_only != Some(ReadOnly::Computed));
            let fields = columns.map(|column| (column.name.clone(), value(column))).collect();
            let id = (field.name == "answers").then(|| "check".to_owned());
            Value::Lines(vec![Line { id, fields }])
        }
        _ if field.name.ends_with("_id") => Value::Text("1".to_owned()),
        _ => {
            let first = field.choices.first().map(|choice| choice.value.clone());
            Value::Text(first.unwrap_or_else(|| "x".to_owned()))
        }
    }
}

/// With all that it takes, and with what it needs only.
fn runs(verb: &Verb, target: Option<&(EntityName, RecordId)>) -> Vec<Action> {
    let required = verb.input["required"].as_array().cloned().unwrap_or_default();
    let input = |only_needed: bool| {
        let properties = verb.input["properties"].as_object().cloned().unwrap_or_default();
        let taken = properties
            .into_iter()
            .filter(|(name, _)| !only_needed || required.contains(&json!(name)));
        Json::Object(taken.map(|(name, schema)| (name, sample(&schema))).collect::<Map<_, _>>())
    };
    [true, false]
        .map(|only_needed| {
            let (key, input, is_write) = (verb.key.clone(), input(only_needed), verb.is_write);
            Action::Run(Run { key, target: target.cloned(), input, is_write })
        })
        .to_vec()
}

fn sample(schema: &Json) -> Json {
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("integer") => json!(1),
        Some("number") => json!(2),
        Some("boolean") => json!(true),
        _ if schema["format"] == "date-time" => json!("2026-11-24T10:00:00Z"),
        _ => json!("7"),
    }
}
