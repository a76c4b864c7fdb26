//! The schema, and how records are read by it.
use serde_json::json;

use super::{account, id, name, page, record, talk, text, told};
use crate::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        query::Query,
        schema::FieldKind,
        value::{Address, Value},
    },
    providers::syncro::table,
};

#[test]
fn every_entity_of_the_product_stands_in_a_group_of_the_rail() {
    let schema = account();
    let tabs = schema.entity_types.values().filter(|it| it.is_tab);
    assert!(tabs.clone().all(|it| it.group.is_some()));
    assert!(tabs.count() >= 34, "too few");
    let hidden = schema.entity_type(&name("Contract")).unwrap();
    assert!(!hidden.is_tab, "the account does not show contracts");
    assert!(schema.not_offered.len() >= 20);
}

#[test]
fn what_the_account_defines_is_joined() {
    let schema = account();
    let ticket = schema.entity_type(&name("Ticket")).unwrap();
    let values = |field: &str| -> Vec<String> {
        ticket.fields[field].choices.iter().map(|it| it.value.clone()).collect()
    };
    assert_eq!(values("status"), ["New", "In Progress", "Resolved"]);
    assert_eq!(values("priority"), ["1 High"]);
    assert_eq!(values("room"), ["101"]);
    assert_eq!(values("ticket_type_id"), ["3"]);
    assert_eq!(ticket.fields["room"].tooltip.as_deref(), Some("Only for Incident"));
    assert!(!ticket.rights.delete && ticket.rights.edit);
    assert!(ticket.presets.iter().any(|it| it.name == "search-44"));
    let asset = schema.entity_type(&name("Asset")).unwrap();
    assert_eq!(asset.fields["encrypted"].kind, FieldKind::Bool);
    assert!(!asset.rights.delete);
    let script = asset.verbs.iter().find(|verb| verb.key == "run-script").unwrap();
    assert_eq!(script.input["properties"]["script"]["enum"], json!(["Clean up"]));
    assert!(script.asks.is_some());
    assert_eq!(schema.preferences.default_currency, "USD");
}

#[test]
fn the_schema_is_asked_for_in_one_go_and_lives_without_settings() {
    let told = told();
    let closed = json!({"error": "Not authorized. Please ask account admin to update your group permissions."});
    let answers = [(200, told.me), (401, closed.clone()), (404, json!(null)), (200, told.tickets)];
    let (asked, result) = talk(Action::Types, &answers);
    assert_eq!(asked, ["GET me", "GET settings", "GET settings/tabs", "GET tickets/settings"]);
    let Ok(Outcome::Schema(schema)) = result else { panic!("{result:?}") };
    assert_eq!(schema.entity_types.len(), table::ALL.len());
    let (_, refused) = talk(Action::Whoami, &[(401, closed)]);
    assert!(matches!(refused, Err(Error::Unauthorized { .. })), "{refused:?}");
}

#[test]
fn values_are_read_whatever_they_come_as() {
    let read = record(
        "Asset",
        &json!({
            "id": 7, "name": "SRV", "asset_type": "Laptop", "customer_id": "12",
            "customer": {"business_then_name": "Acme"},
            "created_at": "2025-04-11T15:00:53.119+02:00",
            "properties": {
                "Model No.:": 4711, "Encrypted": "1", "IMEI": "x",
                "kabuto_information": {"os": {"name": "Windows"}},
            },
            "rmm_store": {"triggers": {"agent_offline_triggered": "true"}},
        }),
    );
    assert_eq!(read.fields["model_no"], text("4711"));
    assert_eq!(read.fields["encrypted"], Value::Bool(true));
    assert_eq!(read.fields["os"], text("Windows"));
    assert_eq!(read.fields["offline"], Value::Bool(true));
    assert_eq!(read.fields["properties"], Value::Json(json!({"IMEI": "x"})));
    let Value::Reference(customer) = &read.fields["customer_id"] else { panic!("{read:?}") };
    assert_eq!((customer.id.as_str(), customer.name.as_deref()), ("12", Some("Acme")));
    assert_eq!(read.fields["created_at"].clone(), {
        Value::DateTime("2025-04-11T13:00:53.119Z".parse().unwrap())
    });
    assert_eq!(read.url.as_deref(), Some("https://acme.example/customer_assets/7"));
}

#[test]
fn money_is_read_in_three_forms_and_days_in_two() {
    let amount = |value: &Value| match value {
        Value::Money(money) => (money.amount.to_string(), money.currency.clone()),
        other => panic!("{other:?}"),
    };
    let invoice = record(
        "Invoice",
        &json!({"id": 1, "total": "9.90", "balance_due": 9.9, "date": "2026-11-06T00:00:00.000-08:00", "due_date": "2026-11-07"}),
    );
    assert_eq!(amount(&invoice.fields["total"]), ("9.9".into(), "USD".into()));
    assert_eq!(invoice.fields["total"], invoice.fields["balance_due"]);
    assert_eq!(invoice.fields["date"], Value::Date(jiff::civil::date(2026, 11, 6)));
    assert_eq!(invoice.fields["due_date"], Value::Date(jiff::civil::date(2026, 11, 7)));
    let order = record(
        "PurchaseOrder",
        &json!({"id": 1, "line_items": [{"id": 2, "product_id": 3, "cost_cents": 150}]}),
    );
    let Value::Lines(lines) = &order.fields["line_items"] else { panic!("{order:?}") };
    assert_eq!(amount(&lines[0].fields["cost_cents"]).0, "1.5");
}

#[test]
fn addresses_are_two_lines_and_a_town() {
    let contact = record(
        "Contact",
        &json!({"id": 1, "name": "Boba", "address1": "1 Main", "address2": "Apt. 2", "city": "X", "state": null, "zip": 11111}),
    );
    let address = Address {
        street: "1 Main\nApt. 2".into(),
        city: "X".into(),
        postal_code: "11111".into(),
        ..Address::default()
    };
    assert_eq!(contact.fields["address"], Value::Address(address));
}

#[test]
fn settings_are_records_too() {
    let told = told();
    let answers = [(200, told.settings), (200, told.tabs), (200, told.tickets)];
    for (entity, count) in [("Status", 3), ("SavedSearch", 1), ("CustomField", 3)] {
        let query = Query::all(name(entity), 50);
        let (asked, result) = talk(Action::List(query), &answers);
        assert_eq!(asked, ["GET settings", "GET settings/tabs", "GET tickets/settings"]);
        assert_eq!(page(result).records.len(), count, "{entity}");
    }
    let (_, result) = talk(Action::List(Query::all(name("Setting"), 500)), &answers);
    let page = page(result);
    let zone = page.records.values().find(|it| it.id.as_str() == "account.locale.time_zone");
    assert_eq!(zone.unwrap().fields["value"], text("America/Los_Angeles"));
}

#[test]
fn a_missing_permission_is_told_from_a_dead_token() {
    let closed = json!({"error": "Not authorized. Please ask account admin to update your group permissions."});
    let get = || Action::Get { entity: name("Invoice"), id: id(6) };
    let (asked, result) = talk(get(), &[(401, closed.clone()), (200, told().me)]);
    assert_eq!(asked, ["GET invoices/6", "GET me"]);
    let Err(Error::Forbidden { what }) = result else { panic!("{result:?}") };
    assert!(what.contains("Invoices - View Details"), "{what}");
    let (_, result) = talk(get(), &[(401, closed.clone()), (401, closed)]);
    assert!(matches!(result, Err(Error::Unauthorized { .. })), "{result:?}");
}

#[test]
fn an_address_of_the_web_names_its_record() {
    let site = "https://acme.example";
    let parse = |url: &str| crate::providers::syncro::parse_url(site, url);
    assert_eq!(parse("https://acme.example/tickets/7#x"), Some(("Ticket".into(), "7".into())));
    assert_eq!(parse("https://acme.example/customer_assets/7").unwrap().0, "Asset");
    for other in
        ["https://acme.example/tickets", "https://other/tickets/7", "https://acme.example/x/1"]
    {
        assert_eq!(parse(other), None);
    }
}
