//! A help desk and its quotes, made by hand: groups in the rail, comments, what else a product
//! can do, lines with totals, files, and what an API does not offer.
use std::sync::Arc;

use ficha::domain::{
    action::{Action, File, Happening, Outcome, Ran},
    change::Written,
    comment::{Audience, Comments},
    query::Query,
    record::{Page, Record, RecordId, Total},
    schema::{
        Cell, Choice, ChoiceStyle, EntityType, Field, FieldKind, Layout, Preferences, ReadOnly,
        Rights, Schema, Section,
    },
    value::{Line, Value},
    verb::{NotOffered, Verb},
};
use rust_decimal::Decimal;
use serde_json::json;

use super::company::{entity, field, points_to, record, text};

/// What its server answers; `None` to what no test asks.
pub fn answer(action: &Action) -> Option<Outcome> {
    Some(match action {
        Action::Types => Outcome::Schema(Arc::new(schema())),
        Action::Describe(name) => {
            let mut described = schema().entity_types.swap_remove(name)?;
            described.layout = Some(layout(name.as_str()));
            Outcome::Type(Box::new(described))
        }
        Action::List(query) | Action::Related { query, .. } => Outcome::Page(page(query)),
        Action::Search { .. } => Outcome::Page(Page::default()),
        Action::Get { entity, id } => {
            let all = all(entity.as_str());
            Outcome::Record(Box::new(all.into_iter().find(|it| it.id == *id)?))
        }
        Action::Update { base, edits, .. } => {
            let mut record = base.as_ref().clone();
            record.fields.extend(edits.clone());
            let not_stored = indexmap::IndexMap::new();
            Outcome::Written(Box::new(Written { record, not_stored }))
        }
        Action::Activity { entity, .. } if entity.as_str() == "Ticket" => Outcome::Activity(talk()),
        Action::Activity { .. } => Outcome::Activity(Vec::new()),
        Action::Comment { .. } => Outcome::Done,
        Action::Run(_) => Outcome::Ran(Ran { output: report(), ..Ran::default() }),
        Action::Download { .. } => Outcome::File(File {
            name: "spooler.log".to_owned(),
            media_type: "text/plain".to_owned(),
            content: b"Event 808".to_vec(),
        }),
        Action::Whoami
        | Action::Create { .. }
        | Action::Delete { .. }
        | Action::Link(_)
        | Action::Unlink(_)
        | Action::Send(_) => return None,
    })
}

/// What a report gives.
pub fn report() -> serde_json::Value {
    json!({
        "period": "November 2026",
        "totals": {"hours": 41.5, "billable": 36, "checked": true},
        "rows": [
            {"technician": "Jo Tanaka", "tickets": 18, "hours": 22.5},
            {"technician": "Ada Lindqvist", "tickets": 11, "hours": 19},
        ],
    })
}

fn schema() -> Schema {
    let types = [ticket_type(), contact_type(), quote_type(), product_type()];
    let instead = |label: &str, instead: &str, url: Option<&str>| NotOffered {
        label: label.to_owned(),
        instead: instead.to_owned(),
        url: url.map(str::to_owned),
    };
    let page = Some("https://desk.example/reports");
    Schema {
        stamp: "1".to_owned(),
        product: "Desk 1".to_owned(),
        preferences: Preferences {
            currencies: vec!["EUR".to_owned()],
            default_currency: "EUR".to_owned(),
            ..Preferences::default()
        },
        entity_types: types.into_iter().map(|it| (it.name.clone(), it)).collect(),
        verbs: vec![Verb {
            description: "Hours and tickets of a month.".to_owned(),
            is_write: false,
            ..Verb::new("report", "Monthly report")
        }],
        not_offered: vec![
            instead("Reports", "Run them in the browser; o opens the page.", page),
            instead("Roles", "Ask whoever administrates the desk.", None),
        ],
        ..Schema::default()
    }
}

fn entity_type(name: &str, plural: &str, group: &str, fields: Vec<Field>) -> EntityType {
    EntityType {
        label_plural: plural.to_owned(),
        group: Some(group.to_owned()),
        rights: Rights { read: true, create: true, edit: true, delete: true },
        fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        ..EntityType::new(entity(name))
    }
}

fn ticket_type() -> EntityType {
    let steps = [("In Progress", ChoiceStyle::Warn), ("Resolved", ChoiceStyle::Good)];
    let choices = steps.map(|(value, style)| Choice {
        value: value.to_owned(),
        label: value.to_owned(),
        style,
    });
    let status = Field { choices: choices.into(), ..field("status", "Status", FieldKind::Enum) };
    let fields = vec![
        field("name", "Subject", FieldKind::Text),
        status,
        field("contact", "Contact", FieldKind::Reference),
        field("type", "Type", FieldKind::Text),
        field("sla", "SLA", FieldKind::Text),
        field("log", "Log", FieldKind::File),
        lines("lines", "Charges", &["total"]),
        computed("total", "Total"),
    ];
    let input = json!({
        "type": "object",
        "required": ["minutes"],
        "properties": {
            "minutes": {"type": "integer", "minimum": 1, "description": "How long it took."},
            "rate": {"oneOf": [{"const": 1, "title": "Remote"}, {"const": 2, "title": "On site"}]},
            "billable": {"type": "boolean", "default": true},
            "day": {"type": "string", "format": "date"},
            "customer": {"type": "string", "x-entity": "Contact"},
            "notes": {"type": "string", "maxLength": 2000},
        },
    });
    let charge = Verb {
        description: "Makes a line of the time that was worked.".to_owned(),
        input,
        ..Verb::new("charge-time", "Charge time")
    };
    let mail = Verb {
        description: "The customer gets the whole ticket as a PDF.".to_owned(),
        asks: Some("E-mail the ticket to the customer?".to_owned()),
        ..Verb::new("mail-ticket", "E-mail the ticket")
    };
    let mut ticket = entity_type("Ticket", "Tickets", "Service", fields);
    ticket.status = Some("status".to_owned());
    ticket.verbs = vec![Verb::new("start-timer", "Start the timer"), charge, mail];
    ticket.comments = Some(Comments {
        audiences: vec![Audience::Private, Audience::Public, Audience::Mailed],
        can_answer: true,
        can_edit: true,
    });
    ticket
}

fn contact_type() -> EntityType {
    let fields = vec![field("name", "Name", FieldKind::Text)];
    entity_type("Contact", "Contacts", "Service", fields)
}

fn product_type() -> EntityType {
    let fields = vec![field("name", "Name", FieldKind::Text)];
    entity_type("Product", "Products", "Sales", fields)
}

fn quote_type() -> EntityType {
    let fields = vec![
        field("name", "Subject", FieldKind::Text),
        field("contact", "Contact", FieldKind::Reference),
        field("validUntil", "Valid until", FieldKind::Date),
        lines("lines", "Line items", &["items", "discount", "shipping", "tax", "total"]),
        computed("items", "Items"),
        computed("discount", "Discount 3 %"),
        computed("shipping", "Shipping"),
        computed("tax", "IVA 21 %"),
        computed("total", "Total"),
        field("terms", "Terms", FieldKind::LongText),
    ];
    entity_type("Quote", "Quotes", "Sales", fields)
}

fn computed(name: &str, label: &str) -> Field {
    Field { read_only: Some(ReadOnly::Computed), ..field(name, label, FieldKind::Money) }
}

/// Lines of products, with what sums them up.
pub fn lines(name: &str, label: &str, totals: &[&str]) -> Field {
    let item = Field {
        targets: vec![entity("Product")],
        is_required: true,
        ..field("item", "Item", FieldKind::Reference)
    };
    let columns = vec![
        item,
        field("quantity", "Quantity", FieldKind::Number),
        field("price", "Price", FieldKind::Money),
        field("discount", "Discount", FieldKind::Number),
        field("tax", "Tax", FieldKind::Number),
        computed("total", "Total"),
        field("comment", "Comment", FieldKind::LongText),
    ];
    let totals = totals.iter().map(|name| (*name).to_owned()).collect();
    Field { columns, totals, ..field(name, label, FieldKind::Lines) }
}

fn layout(name: &str) -> Layout {
    let (columns, rows): (&[&str], &[&[&str]]) = match name {
        "Ticket" => (
            &["name", "status", "contact"],
            &[&["name", "status"], &["contact", "type"], &["sla", "log"], &["lines"]],
        ),
        "Quote" => (
            &["name", "contact", "total"],
            &[&["name", "contact"], &["validUntil"], &["lines"], &["terms"]],
        ),
        _ => (&["name"], &[&["name"]]),
    };
    let rows = rows.iter().map(|row| {
        let is_wide = row.len() == 1;
        row.iter().map(|field| Cell { field: (*field).to_owned(), is_wide }).collect()
    });
    Layout {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        sections: vec![Section { label: "Details".to_owned(), rows: rows.collect() }],
        panels: Vec::new(),
    }
}

fn page(query: &Query) -> Page {
    let records: indexmap::IndexMap<RecordId, Record> =
        all(query.entity.as_str()).into_iter().map(|it| (it.id.clone(), it)).collect();
    let received = records.len() as u64;
    Page { records, total: Total::Exact(received), received, ..Page::default() }
}

fn all(of: &str) -> Vec<Record> {
    match of {
        "Ticket" => vec![ticket()],
        "Quote" => vec![quote()],
        "Product" => ["Soil moisture probe SP-4", "Gateway LoRa", "Label roll 62 mm"]
            .into_iter()
            .enumerate()
            .map(|(at, name)| record("Product", &format!("p{at}"), &[("name", text(name))]))
            .collect(),
        "Contact" => vec![record("Contact", "c1", &[("name", text("Nia Roberts"))])],
        _ => Vec::new(),
    }
}

fn ticket() -> Record {
    let lines = vec![
        line("1", "Remote labour", "0.58", "125", None, "72.50", ""),
        line("2", "Label roll 62 mm", "1", "18", None, "18", ""),
    ];
    let mut ticket = record(
        "Ticket",
        "4471",
        &[
            ("name", text("Printer offline after the update")),
            ("status", text("In Progress")),
            ("contact", points_to("Contact", "c1", "Nia Roberts")),
            ("type", text("Remote support")),
            ("sla", text("Gold, 4 h")),
            ("log", text("spooler.log")),
            ("lines", Value::Lines(lines)),
            ("total", money("97.75")),
        ],
    );
    ticket.version = None;
    ticket
}

fn quote() -> Record {
    let lines = vec![
        line("1", "Soil moisture probe SP-4", "48", "112", None, "5376", ""),
        line("2", "Gateway LoRa, outdoor, 868 MHz", "3", "690", None, "2070", ""),
        line(
            "3",
            "Mast 6 m, galvanised, with guy wires and ground anchors",
            "3",
            "245",
            None,
            "735",
            "",
        ),
        line(
            "4",
            "Installation, per day",
            "4",
            "640",
            Some("10"),
            "2304",
            "North slope first; two people on site",
        ),
        line("5", "Training, Spanish 🍇", "1", "480", Some("100"), "0", ""),
        line("6", "数据平台订阅 (12 个月)", "12", "89.50", None, "1074", ""),
    ];
    let mut quote = record(
        "Quote",
        "q31",
        &[
            ("name", text("Harvest sensors, Sol y Mar")),
            ("contact", points_to("Contact", "c1", "Tomás Álvarez")),
            ("validUntil", Value::Date("2026-12-18".parse().unwrap())),
            ("lines", Value::Lines(lines)),
            ("items", money("11559")),
            ("discount", money("-346.77")),
            ("shipping", money("180")),
            ("tax", money("2392.37")),
            ("total", money("13784.60")),
            ("terms", text("50 % with the order, the rest 30 days after delivery.")),
        ],
    );
    quote.version = None;
    quote
}

fn money(amount: &str) -> Value {
    let (amount, currency) = (amount.parse().unwrap(), "EUR".to_owned());
    Value::Money(ficha::domain::value::Money { amount, currency })
}

fn line(
    id: &str,
    item: &str,
    quantity: &str,
    price: &str,
    discount: Option<&str>,
    total: &str,
    comment: &str,
) -> Line {
    let number = |text: &str| Value::Number(text.parse::<Decimal>().unwrap());
    let fields = [
        ("item", points_to("Product", &format!("p{id}"), item)),
        ("quantity", number(quantity)),
        ("price", money(price)),
        ("discount", discount.map(number).unwrap_or_default()),
        ("tax", number("21")),
        ("total", money(total)),
        ("comment", if comment.is_empty() { Value::Empty } else { text(comment) }),
    ];
    Line {
        id: Some(id.to_owned()),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

fn talk() -> Vec<Happening> {
    let said = |id: &str, at: &str, author: &str, kind: &str, text: &str| Happening {
        id: Some(id.to_owned()),
        at: Some(format!("2026-11-23T{at}:00Z").parse().unwrap()),
        kind: kind.to_owned(),
        author: author.to_owned(),
        title: text.to_owned(),
        ..Happening::default()
    };
    let private = Some(Audience::Private);
    let (jo, nia) = ("Jo Tanaka", "Nia Roberts");
    let spooler = "Spooler restarts every 40 s. Event 808 since the 22 Nov patch. Asked the \
                   vendor for 6.1 driver.";
    let offline = "Still offline, both rooms now. We have patients at 15:00 and need the consent \
                   forms 🙏";
    let looking = "Hello Nia, I am looking at it now and will call within the half hour.";
    vec![
        Happening {
            audience: private,
            can_edit: true,
            files: vec![("f1".to_owned(), "spooler.log".to_owned())],
            ..said("4", "14:02", jo, "note", spooler)
        },
        said("3", "13:41", nia, "customer", offline),
        Happening {
            audience: Some(Audience::Mailed),
            answers: Some("1".to_owned()),
            can_edit: true,
            ..said("2", "13:20", jo, "note", looking)
        },
        said("1", "13:07", nia, "customer", "Printer says offline since this morning."),
    ]
}
