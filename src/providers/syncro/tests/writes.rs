//! Writes: strict bodies, conflicts, lines, comments, deeds.
use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::{id, name, record, talk, text};
use crate::domain::{
    action::{Action, LinkChange, Outcome, Run},
    change::{Edits, Written},
    comment::{Audience, Comment},
    error::Error,
    value::{Address, Line, Money, Value},
};

fn edits<const N: usize>(edits: [(&str, Value); N]) -> Edits {
    edits.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn update(entity: &str, base: &Json, edits: Edits) -> Action {
    Action::Update { base: Box::new(record(entity, base)), edits, resolved: false }
}

fn create(entity: &str, edits: Edits) -> Action {
    Action::Create { entity: name(entity), edits, despite_duplicates: false }
}

fn written(result: Result<Outcome, Error>) -> Written {
    match result {
        Ok(Outcome::Written(written)) => *written,
        other => panic!("{other:?}"),
    }
}

fn dollars(cents: i64) -> Value {
    Value::Money(Money { amount: Decimal::new(cents, 2), currency: "USD".to_owned() })
}

#[test]
fn a_change_is_compared_with_what_stands_there_and_only_the_change_is_sent() {
    let base = json!({"id": 5, "subject": "Old", "status": "New"});
    let theirs = json!({"ticket": {"id": 5, "subject": "Theirs", "status": "New"}});
    let after = json!({"ticket": {"id": 5, "subject": "Theirs", "status": "Resolved"}});
    let action = update("Ticket", &base, edits([("status", text("Resolved"))]));
    let answers = [(200, theirs.clone()), (200, after.clone()), (200, after)];
    let (asked, result) = talk(action, &answers);
    let put = r#"PUT tickets/5 {"status":"Resolved"}"#;
    assert_eq!(asked, ["GET tickets/5", put, "GET tickets/5"]);
    assert!(written(result).not_stored.is_empty());
    let action = update("Ticket", &base, edits([("subject", text("Mine"))]));
    let (asked, result) = talk(action, &[(200, theirs)]);
    let Err(Error::Conflict(conflict)) = result else { panic!("{result:?}") };
    assert_eq!((asked.len(), conflict.fields), (1, vec!["subject".to_owned()]));
}

#[test]
fn properties_are_read_merged_and_written() {
    let base = json!({"id": 5, "name": "SRV", "properties": {"Encrypted": "0"}});
    let theirs = json!({"asset": {"id": 5, "name": "SRV", "properties": {"Encrypted": "0", "Rack": "3", "kabuto_live_uuid": "u"}}});
    let action = update("Asset", &base, edits([("encrypted", Value::Bool(true))]));
    let (asked, _) = talk(action, &[(200, theirs.clone()), (200, theirs.clone()), (200, theirs)]);
    let put = r#"PUT customer_assets/5 {"name":"SRV","properties":{"Encrypted":"1","Rack":"3","kabuto_live_uuid":"u"}}"#;
    assert_eq!(asked[1], put, "the name is always wanted, the other values stay");
}

#[test]
fn where_a_change_overwrites_all_all_is_sent() {
    let product = json!({"id": 1, "name": "Cable", "description": "2 m", "price_retail": 9.5, "maintain_stock": true, "quantity": 3, "photos": []});
    let theirs = (200, json!({"product": product.clone()}));
    let action = update("Product", &product, edits([("name", text("Wire"))]));
    let (asked, _) = talk(action, &[theirs.clone(), theirs.clone(), theirs]);
    let put = r#"PUT products/1 {"name":"Wire","description":"2 m","price_retail":9.5,"quantity":3,"maintain_stock":true}"#;
    assert_eq!(asked[1], put);
}

#[test]
fn a_new_asset_gets_its_properties_by_a_change() {
    let action = create(
        "Asset",
        edits([
            ("name", text("SRV")),
            ("asset_type", text("Laptop")),
            ("encrypted", Value::Bool(true)),
        ]),
    );
    let made = json!({"asset": {"id": 9, "name": "SRV", "properties": {}}});
    let after = json!({"asset": {"id": 9, "name": "SRV", "asset_type": "Laptop", "properties": {"Encrypted": "1"}}});
    let (asked, result) = talk(action, &[(200, made), (200, after.clone()), (200, after)]);
    assert_eq!(
        asked,
        [
            r#"POST customer_assets {"name":"SRV","asset_type_name":"Laptop","properties":{"Encrypted":"1"}}"#,
            r#"PUT customer_assets/9 {"properties":{"Encrypted":"1"},"name":"SRV"}"#,
            "GET customer_assets/9",
        ]
    );
    assert!(written(result).not_stored.is_empty());
}

#[test]
fn amounts_become_cents_where_the_api_wants_them() {
    let order = json!({"id": 1, "status": "Open", "shipping": 1.5});
    let theirs = (200, json!({"purchase_order": order.clone()}));
    let action = update("PurchaseOrder", &order, edits([("shipping", dollars(1299))]));
    let (asked, _) = talk(action, &[theirs.clone(), theirs.clone(), theirs.clone()]);
    assert_eq!(asked[1], r#"PUT purchase_orders/1 {"shipping_cents":1299}"#);
    let half = Value::Number(Decimal::new(12_345, 4));
    let action = update("PurchaseOrder", &order, edits([("shipping", half)]));
    let (_, result) = talk(action, &[theirs]);
    assert!(
        matches!(result, Err(Error::Invalid { field: Some(field), .. }) if field == "shipping")
    );
}

#[test]
fn what_has_no_place_is_refused_and_not_lost() {
    let address = Address { country: "USA".into(), ..Address::default() };
    let cases = [
        ("Contact", edits([("address", Value::Address(address))])),
        ("Ticket", edits([("resolved_at", text("now"))])),
        ("Ticket", edits([("nothing", text("x"))])),
    ];
    for (entity, edits) in cases {
        let (asked, result) = talk(create(entity, edits), &[]);
        assert!(asked.is_empty() && matches!(result, Err(Error::Invalid { .. })), "{result:?}");
    }
    for entity in ["User", "PartOrder", "Setting"] {
        let (asked, result) = talk(create(entity, Edits::new()), &[]);
        assert!(asked.is_empty() && matches!(result, Err(Error::Unsupported { .. })));
    }
}

fn line(id: Option<&str>, name: &str, price: i64) -> Line {
    let fields: IndexMap<_, _> = [
        ("name".to_owned(), text(name)),
        ("description".to_owned(), text(name)),
        ("price_retail".to_owned(), dollars(price)),
    ]
    .into();
    Line { id: id.map(str::to_owned), fields }
}

#[test]
fn lines_are_written_as_what_was_added_changed_and_taken_out() {
    let row = |id: u32, name: &str, price: f64| json!({"id": id, "name": name, "description": name, "price_retail": price});
    let base =
        json!({"id": 5, "line_items": [row(1, "A", 1.0), row(2, "B", 2.0), row(3, "C", 3.0)]});
    let mine = vec![line(Some("1"), "A", 100), line(Some("2"), "B", 250), line(None, "D", 400)];
    let after = json!({"ticket": {"id": 5, "line_items": [row(1, "A", 1.0), row(2, "B", 2.5), row(4, "D", 4.0)]}});
    let action = update("Ticket", &base, edits([("line_items", Value::Lines(mine))]));
    let ok = (200, json!({"success": true}));
    let answers = [(200, json!({"ticket": base})), ok.clone(), ok.clone(), ok, (200, after)];
    let (asked, result) = talk(action, &answers);
    assert_eq!(
        asked[1..4],
        [
            r#"PUT tickets/5/update_line_item {"price_retail":2.5,"ticket_line_item_id":2}"#,
            r#"POST tickets/5/remove_line_item {"ticket_line_item_id":3}"#,
            r#"POST tickets/5/add_line_item {"name":"D","description":"D","price_retail":4}"#,
        ]
    );
    assert!(written(result).not_stored.is_empty());
}

#[test]
fn a_refused_line_leaves_the_others_and_says_how_many() {
    let base = json!({"id": 5, "line_items": []});
    let mine = vec![line(None, "A", 1), line(None, "B", 2)];
    let action = update("Ticket", &base, edits([("line_items", Value::Lines(mine))]));
    let after = json!({"ticket": {"id": 5, "line_items": [{"id": 1, "name": "A"}]}});
    let answers = [
        (200, json!({"ticket": base})),
        (200, json!({"id": 1, "name": "A"})),
        (422, json!({"errors": "Description can't be blank", "params": {}})),
        (200, after),
    ];
    let (_, result) = talk(action, &answers);
    let Err(Error::Partly { done: 1, errors }) = result else { panic!("{result:?}") };
    assert!(matches!(&errors[0], Error::Invalid { reason, .. } if reason.contains("blank")));
}

#[test]
fn an_invoice_line_whose_quantity_changes_is_made_anew() {
    let row = json!({"id": 1, "item": "A", "name": "a", "quantity": "1.0", "price": "2.0"});
    let base = json!({"id": 6, "line_items": [row]});
    let fields = [("quantity".to_owned(), Value::Number(Decimal::from(3)))].into();
    let mine = vec![Line { id: Some("1".into()), fields }];
    let action = update("Invoice", &base, edits([("line_items", Value::Lines(mine))]));
    let (invoice, ok) = ((200, json!({"invoice": base})), (200, json!({"success": true})));
    let (asked, _) = talk(action, &[invoice.clone(), ok.clone(), ok, invoice]);
    assert_eq!(
        asked[1..3],
        [
            r#"POST invoices/6/line_items {"item":"A","name":"a","quantity":3,"price":2}"#,
            "DELETE invoices/6/line_items/1",
        ]
    );
}

#[test]
fn a_comment_is_private_unless_said_otherwise() {
    for (audience, hidden, quiet) in [
        (Audience::Readers, true, true),
        (Audience::Private, true, true),
        (Audience::Public, false, true),
        (Audience::Mailed, false, false),
    ] {
        let comment = Comment { text: "Hi".to_owned(), audience, ..Comment::default() };
        let action = Action::Comment { entity: name("Ticket"), id: id(5), comment };
        let (asked, result) = talk(action, &[(200, json!({"comment": {"id": 1}}))]);
        assert_eq!(result, Ok(Outcome::Done));
        let flags = format!(r#""hidden":{hidden},"do_not_email":{quiet}"#);
        assert!(asked[0].contains(&flags), "{asked:?}");
    }
}

#[test]
fn nothing_is_deleted_where_the_api_deletes_nothing_and_an_invoice_is_looked_after() {
    for entity in
        ["Asset", "Lead", "Product", "Vendor", "PurchaseOrder", "Payment", "TicketComment"]
    {
        let (asked, result) = talk(Action::Delete { entity: name(entity), id: id(1) }, &[]);
        assert!(asked.is_empty() && matches!(result, Err(Error::Unsupported { .. })), "{entity}");
    }
    let delete = || Action::Delete { entity: name("Invoice"), id: id(6) };
    let (said, there) = ((200, json!({"message": "ok"})), (200, json!({"invoice": {"id": 6}})));
    let (_, result) = talk(delete(), &[said.clone(), there]);
    assert!(matches!(result, Err(Error::Invalid { .. })), "it is still there: {result:?}");
    let (_, result) = talk(delete(), &[said, (404, json!({}))]);
    assert_eq!(result, Ok(Outcome::Done));
}

#[test]
fn assets_are_linked_to_a_ticket_by_its_list_of_them() {
    let link = |is_added: bool| {
        let others = vec![id(3)];
        let change =
            LinkChange { entity: name("Ticket"), id: id(5), link: "assets".into(), others };
        if is_added { Action::Link(change) } else { Action::Unlink(change) }
    };
    let ticket = |ids: Json| (200, json!({"ticket": {"id": 5, "asset_ids": ids}}));
    let answers = [ticket(json!([1])), ticket(json!([1, 3])), ticket(json!([1, 3]))];
    let (asked, result) = talk(link(true), &answers);
    assert_eq!(asked[1], r#"PUT tickets/5 {"asset_ids":[1,3]}"#);
    assert_eq!(result, Ok(Outcome::Done));
    let answers = [ticket(json!([1, 3])), ticket(json!([1])), ticket(json!([1]))];
    assert_eq!(talk(link(false), &answers).0[1], r#"PUT tickets/5 {"asset_ids":[1]}"#);
}

fn run(key: &str, target: Option<(&str, u32)>, input: Json) -> Action {
    let target = target.map(|(entity, number)| (name(entity), id(number)));
    Action::Run(Run { key: key.to_owned(), target, input, is_write: true })
}

#[test]
fn deeds_ask_what_the_api_wants() {
    let ok = || vec![(200, json!({"success": true}))];
    for (action, asked) in [
        (run("email-invoice", Some(("Invoice", 6)), json!({})), "POST invoices/6/email"),
        (
            run("mute-alert", Some(("RmmAlert", 1)), json!({"mute_for": "1-day"})),
            "POST rmm_alerts/1/mute?mute_for=1-day",
        ),
        (run("resolve-alert", Some(("RmmAlert", 1)), json!({})), "DELETE rmm_alerts/1"),
        (
            run("run-script", Some(("Asset", 3)), json!({"script": "Clean up"})),
            r#"POST rmm/public_scripts/3/schedule {"script_id":77,"run_type":"now"}"#,
        ),
        (
            run("log-time", Some(("Ticket", 5)), json!({"duration_minutes": 30})),
            r#"POST tickets/5/timer_entry {"duration_minutes":30,"start_at":"2026-11-23T11:30:00Z"}"#,
        ),
        (
            run("attach-file", Some(("Ticket", 5)), json!({"url": "https://x.example/a.pdf"})),
            r#"POST tickets/5/attach_file_url {"files":[{"url":"https://x.example/a.pdf","filename":"a.pdf"}]}"#,
        ),
        (run("clock-in", None, json!({})), r#"PUT timelogs {"in_at":"2026-11-23T12:00:00Z"}"#),
    ] {
        let (found, result) = talk(action, &ok());
        assert_eq!(found, [asked]);
        assert!(matches!(result, Ok(Outcome::Ran(_))), "{result:?}");
    }
}

#[test]
fn an_alert_becomes_a_ticket_and_a_ticket_an_invoice() {
    let alert = json!({"rmm_alert": {"id": 1, "customer_id": 7, "asset_id": 3, "computer_name": "SRV", "description": "Disk", "formatted_output": "99 %"}});
    let made = json!({"ticket": {"id": 5}});
    let (asked, result) = talk(
        run("ticket-from-alert", Some(("RmmAlert", 1)), json!({})),
        &[(200, alert), (200, made)],
    );
    assert!(
        asked[1].contains(r#""subject":"SRV: Disk","customer_id":7,"asset_ids":[3]"#),
        "{asked:?}"
    );
    assert!(asked[1].contains(r#""hidden":true,"do_not_email":true"#), "{asked:?}");
    let Ok(Outcome::Ran(ran)) = result else { panic!("{result:?}") };
    assert_eq!(ran.record, Some((name("Ticket"), id(5))));
    let ticket = json!({"ticket": {"id": 5, "customer_id": 7, "subject": "Disk", "line_items": [
        {"id": 1, "name": "Work", "description": "Cleaned", "quantity": "1.0", "price_retail": 80}]}});
    let (asked, result) = talk(
        run("invoice-ticket", Some(("Ticket", 5)), json!({})),
        &[(200, ticket), (200, json!({"invoice": {"id": 6}})), (200, json!({"success": true}))],
    );
    let line =
        r#"POST invoices/6/line_items {"item":"Work","name":"Cleaned","quantity":1,"price":80}"#;
    assert_eq!(asked[2], line);
    let Ok(Outcome::Ran(ran)) = result else { panic!("{result:?}") };
    assert_eq!(ran.record, Some((name("Invoice"), id(6))));
}

#[test]
fn a_timer_is_found_before_it_is_stopped() {
    let timers = json!({"ticket_timers": [{"id": 8, "user_id": 1}, {"id": 9, "user_id": 2}]});
    let stop = || run("stop-timer", Some(("Ticket", 5)), json!({}));
    let (asked, _) = talk(stop(), &[(200, timers), (200, json!({"ticket_timer": {"id": 8}}))]);
    assert_eq!(
        asked,
        ["GET ticket_timers?ticket_id=5&status=running", "POST ticket_timers/8/stop"],
        "the other one is a colleague's"
    );
    let (_, result) = talk(stop(), &[(200, json!({"ticket_timers": []}))]);
    assert!(matches!(result, Err(Error::Invalid { .. })));
}

#[test]
fn a_deed_takes_what_it_needs_and_nothing_else() {
    for (key, target, input) in [
        ("mute-alert", ("RmmAlert", 1), json!({})),
        ("mute-alert", ("RmmAlert", 1), json!({"mute_for": "a while"})),
        ("email-invoice", ("Invoice", 1), json!({"to": "me"})),
        ("run-script", ("Asset", 1), json!({"script": "Unknown"})),
    ] {
        let (asked, result) = talk(run(key, Some(target), input), &[]);
        assert!(asked.is_empty() && matches!(result, Err(Error::Invalid { .. })), "{result:?}");
    }
    let (_, result) = talk(run("email-invoice", Some(("Ticket", 1)), json!({})), &[]);
    assert!(matches!(result, Err(Error::Usage { .. })));
}
