//! The account's settings: types, fields, statuses. They are only read.

use super::desk::Desk;
use super::kinds::Kind;
use super::reply::{self, Answer, missing};
use super::resource::base;
use super::shelf::{Doc, Filter, doc};
use super::{ACCOUNT, tickets, time};
use serde_json::{Value, json};

/// A custom field: its name, its type, its answers (parted by `|`).
type Custom = (&'static str, &'static str, &'static str);

/// A type of things with custom fields.
pub struct Type {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: &'static str,
    /// Its custom fields.
    pub fields: &'static [Custom],
}

/// The types of assets.
pub const ASSETS: [Type; 4] = [
    Type { id: 4101, name: "Syncro Device", fields: &[("Warranty until", "date_field", "")] },
    Type {
        id: 4102,
        name: "Robot",
        fields: &[
            ("Model No.:", "text_field", ""),
            ("Axes", "select_box", "4|5|6|7"),
            ("Payload kg", "text_field", ""),
            ("Leased", "check_box", ""),
            ("取扱説明書", "text_field", ""),
        ],
    },
    Type {
        id: 4103,
        name: "Server",
        fields: &[("Rack", "text_field", ""), ("Role", "select_box", "Files|Mail|Databases")],
    },
    Type { id: 4104, name: "Printer", fields: &[("Toner", "text_field", "")] },
];

/// The types of tickets.
pub const TICKETS: [Type; 3] = [
    Type {
        id: 4201,
        name: "Service",
        fields: &[
            ("Device Type", "select_box", "Hard Drive|Gripper|Controller|Sonstiges"),
            ("Maker", "text_field", ""),
            ("On site", "check_box", ""),
        ],
    },
    Type { id: 4202, name: "Install", fields: &[("Acceptance test", "date_field", "")] },
    Type { id: 4203, name: "社内", fields: &[] },
];

/// The custom fields of customers.
pub const CUSTOMERS: [Custom; 4] = [
    ("Service Tier", "select_box", "Bronze|Silver|Gold|Platinum"),
    ("Website", "text_field", ""),
    ("Reg No.", "text_field", ""),
    ("Remote access allowed", "check_box", ""),
];

/// What tickets may be; the last one is the account's own.
pub const STATUSES: [&str; 9] = [
    "New",
    "In Progress",
    "Resolved",
    "Invoiced",
    "Waiting for Parts",
    "Waiting on Customer",
    "Scheduled",
    "Customer Reply",
    "Prüfung 確認",
];

/// What tickets are about.
pub const PROBLEMS: [&str; 6] =
    ["Hardware", "Software", "Network", "Robot axis", "Sicherheit / 安全", "Other"];

/// How urgent tickets are.
pub const PRIORITIES: [&str; 5] = ["", "0 Urgent", "1 High", "2 Normal", "3 Low"];

/// The saved searches of tickets.
pub const SEARCHES: [(i64, &str); 4] = [
    (4301, "My open tickets"),
    (4302, "Waiting for parts"),
    (4303, "Nobody's"),
    (4304, "Dringend ⚠"),
];

/// Made so long before the demo starts.
const MADE: i64 = -600_000;

fn made(desk: &Desk<'_>) -> String {
    time::kept(time::later(desk.syncro.started, MADE))
}

/// The fields of a type with their answers; `owner` names the members that point back.
fn fields(
    desk: &Desk<'_>,
    of: &[Custom],
    first: i64,
    owner: Option<(&str, i64)>,
    key: &str,
) -> Vec<Value> {
    let stamp = made(desk);
    let one = |(place, (name, kind, answers)): (usize, &Custom)| {
        let place = i64::try_from(place).unwrap_or(0);
        let id = first + place;
        let answers: Vec<Value> = answers
            .split('|')
            .filter(|content| !content.is_empty())
            .zip(0..)
            .map(|(content, at)| json!({"id": id * 10 + at, key: id, "content": content, "created_at": stamp, "updated_at": stamp, "account_id": null}))
            .collect();
        let mut field = json!({"id": id, "name": name, "field_type": kind, "required": null, "account_id": ACCOUNT, "created_at": stamp, "updated_at": stamp});
        if let Some((member, id)) = owner {
            field[member] = json!(id);
        }
        field["hidden"] = json!(false);
        field["position"] = json!(place);
        field["answers"] = Value::Array(answers);
        field
    };
    of.iter().enumerate().map(one).collect()
}

/// The custom fields of a type of tickets.
pub fn ticket_fields(desk: &Desk<'_>, of: &Type) -> Vec<Value> {
    fields(desk, of.fields, of.id * 10, Some(("ticket_type_id", of.id)), "ticket_field_id")
}

fn asset_fields(desk: &Desk<'_>, of: &Type) -> Vec<Value> {
    fields(desk, of.fields, of.id * 10, Some(("asset_type_id", of.id)), "asset_field_id")
}

fn customer_fields(desk: &Desk<'_>) -> Vec<Value> {
    fields(desk, &CUSTOMERS, 44_000, None, "customer_field_id")
}

fn answers(fields: &[Value]) -> Vec<Value> {
    let of = |field: &Value| field["answers"].as_array().cloned().unwrap_or_default();
    fields.iter().flat_map(of).collect()
}

/// A type of tickets as a ticket shows it.
pub fn ticket_type(desk: &Desk<'_>, id: Option<i64>) -> Value {
    TICKETS.iter().find(|one| Some(one.id) == id).map_or(Value::Null, |one| {
        let mut shown = plain_type(desk, one);
        shown["ticket_fields"] = Value::Array(ticket_fields(desk, one));
        shown
    })
}

fn plain_type(desk: &Desk<'_>, one: &Type) -> Value {
    let stamp = made(desk);
    json!({
        "id": one.id, "name": one.name, "account_id": ACCOUNT, "created_at": stamp,
        "updated_at": stamp, "disabled": false, "intake_terms": null, "skip_intake": false,
        "outtake_terms": null, "skip_outtake": false,
    })
}

/// `/settings`, `/settings/tabs`, `/settings/printing`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", []) => reply::ok(&Value::Object(all(desk))),
        ("GET", ["tabs"]) => reply::ok(&json!({"tabs": tabs()})),
        ("GET", ["printing"]) => {
            reply::ok(&json!({"messaging_channel": "100000000000000000001", "registers": []}))
        }
        _ => Err(missing()),
    }
}

fn all(desk: &Desk<'_>) -> Doc {
    let customers = customer_fields(desk);
    let assets: Vec<Value> = ASSETS.iter().flat_map(|one| asset_fields(desk, one)).collect();
    let tickets = all_ticket_fields(desk);
    let asset_types: Vec<Value> = ASSETS
        .iter()
        .map(|one| json!({"id": one.id, "name": one.name, "account_id": ACCOUNT}))
        .collect();
    let week = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let hours: Vec<Value> = week
        .iter()
        .map(|day| json!({"day": day, "start": "08:00", "end": "17:30", "closed": day.starts_with('S')}))
        .collect();
    doc(json!({
        "customers": {"required_fields": null, "customer_fields": customers, "customer_field_answers": answers(&customers)},
        "assets": {"asset_types": asset_types, "asset_type_fields": assets, "asset_type_field_answers": answers(&assets)},
        "locale": {"iso_code": "en", "currency_symbol": "€", "date_format": "dd.mm.yy", "time_format": "HH:mm", "time_zone": time::ZONE, "time_offset": time::offset(desk.now)},
        "ticket": {
            "ticket_types": ticket_types(desk), "ticket_type_fields": tickets,
            "ticket_type_field_answers": answers(&tickets), "problem_types": PROBLEMS, "priorities": PRIORITIES,
        },
        "business_hours_enabled": true, "business_hours": hours, "default_holiday_calendar": "Germany", "msp_addon": null,
    }))
}

fn ticket_types(desk: &Desk<'_>) -> Vec<Value> {
    TICKETS.iter().map(|one| plain_type(desk, one)).collect()
}

fn all_ticket_fields(desk: &Desk<'_>) -> Vec<Value> {
    TICKETS.iter().flat_map(|one| ticket_fields(desk, one)).collect()
}

/// Which modules the account shows.
fn tabs() -> Value {
    json!({
        "msp_dashboard": true, "customers": true, "assets": true, "alerts": true, "contracts": true,
        "invoices": true, "customer_purchases": false, "refurbs": false, "estimates": true,
        "tickets": true, "parts": true, "products": true, "purchase_orders": true,
        "field_jobs": false, "kabuto_policies": true, "scripts": true, "sales": true, "leads": true,
        "domo": false, "marketr": false, "recur": true, "reports": true, "wiki": true,
        "app_center": false, "pax8": false,
    })
}

/// `/tickets/settings`.
pub fn of_tickets(desk: &Desk<'_>) -> Answer {
    let fields = all_ticket_fields(desk);
    let users = desk.shelf.all(Kind::User, &Filter::all())?;
    let kinds = desk.shelf.all(Kind::AppointmentType, &Filter::all())?;
    let searches: Vec<Value> =
        SEARCHES.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    reply::ok(&json!({
        "ticket_status_list": STATUSES,
        "default_labor_product_id": tickets::labour(desk)?,
        "ticket_timer_charge_by_default": true,
        "saved_searches": searches,
        "ticket_types": ticket_types(desk),
        "ticket_type_fields": fields,
        "ticket_type_field_answers": answers(&fields),
        "appointment_types": kinds.iter().map(base).collect::<Vec<_>>(),
        "users": users.iter().map(|user| json!({"id": user.id, "name": user.at("full_name")})).collect::<Vec<_>>(),
        "dashboard_settings": null,
        "worksheet_templates": [{"id": super::worksheets::TEMPLATE, "name": super::worksheets::NAME}],
        "require_ticket_type": null, "require_intake_form_with_ticket": null,
        "require_outtake_form_with_ticket": null, "ticket_workflow_default_id": null,
    }))
}
