use serde_json::json;

use super::*;
use crate::domain::{change::Edits, value::Address};

fn update(base: Record, edits: &[(&str, Value)], resolved: bool) -> Action {
    let edits: Edits = edits.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    Action::Update { base: Box::new(base), edits, resolved }
}

fn row(name: &str, kind: &str, version: u32) -> Response {
    ok(&json!({"id": "a1", "name": name, "type": kind, "versionNumber": version}).to_string())
}

fn modified(values: &Json, version: u32) -> Response {
    let body = json!({"values": values, "versionNumber": version}).to_string();
    answer(409, &[("x-status-reason", "modified")], &body)
}

fn steps(sent: &[Exchange]) -> Vec<String> {
    sent.iter().map(path).collect()
}

fn version(exchange: &Exchange) -> Option<&str> {
    let found = exchange.headers.iter().find(|(name, _)| name == "X-Version-Number");
    found.map(|(_, value)| value.as_str())
}

fn old(version: Option<u64>) -> Record {
    base(version, &[("name", text("Old")), ("type", text("Customer"))])
}

#[test]
fn only_what_changed_is_sent_with_the_version_that_was_read() {
    let edits = [("name", text("New")), ("type", text("Customer"))];
    let action = update(old(Some(4)), &edits, false);
    let (outcome, sent) = run(action, &[row("New", "Customer", 5), row("New", "Customer", 5)]);
    assert_eq!(steps(&sent), ["PUT Account/a1", "GET Account/a1"]);
    assert_eq!((body(&sent[0]), version(&sent[0])), (&json!({"name": "New"}), Some("4")));
    let Ok(Outcome::Written(written)) = outcome else { panic!("{outcome:?}") };
    assert!(written.not_stored.is_empty() && written.record.version == Some(5));
}

#[test]
fn nothing_changed_is_nothing_sent() {
    let action = update(old(Some(4)), &[("name", text("Old"))], false);
    let (outcome, sent) = run(action, &[row("Old", "Customer", 4)]);
    assert_eq!(steps(&sent), ["GET Account/a1"]);
    assert!(matches!(outcome, Ok(Outcome::Written(_))));
}

#[test]
fn a_new_version_without_a_change_of_my_fields_is_no_conflict() {
    let action = update(old(Some(1)), &[("name", text("New"))], false);
    let refused = modified(&json!({"name": "Old"}), 3);
    let (outcome, sent) = run(action, &[refused, row("New", "Lost", 4), row("New", "Lost", 4)]);
    assert_eq!(steps(&sent), ["PUT Account/a1", "PUT Account/a1", "GET Account/a1"]);
    assert_eq!(version(&sent[1]), Some("3"));
    assert!(matches!(outcome, Ok(Outcome::Written(_))));
}

#[test]
fn a_change_of_my_field_by_someone_else_is_a_conflict() {
    let edits = [("name", text("Mine")), ("type", text("Partner"))];
    let action = update(old(Some(1)), &edits, false);
    let refused = modified(&json!({"name": "Theirs", "type": "Partner"}), 3);
    let (outcome, sent) = run(action, &[refused, row("Theirs", "Partner", 3)]);
    assert_eq!(steps(&sent), ["PUT Account/a1", "GET Account/a1"]);
    let Err(Error::Conflict(conflict)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(conflict.fields, ["name"], "of the other field both made the same");
    assert_eq!(conflict.theirs.version, Some(3));
}

#[test]
fn the_same_change_by_someone_else_is_no_conflict() {
    let action = update(old(Some(1)), &[("name", text("Same"))], false);
    let answers = [
        modified(&json!({"name": "Same"}), 3),
        row("Same", "Customer", 3),
        row("Same", "Customer", 3),
        row("Same", "Customer", 3),
    ];
    let (outcome, sent) = run(action, &answers);
    assert_eq!(version(&sent[2]), Some("3"));
    assert!(matches!(outcome, Ok(Outcome::Written(_))), "{outcome:?}");
}

#[test]
fn a_record_that_changes_faster_than_we_write_ends_as_a_conflict() {
    let action = update(old(Some(1)), &[("name", text("New"))], false);
    let again = |version| modified(&json!({"name": "Old"}), version);
    let (outcome, sent) = run(action, &[again(2), again(3), again(4), row("Old", "Lost", 5)]);
    assert_eq!(sent.len(), 4);
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
}

#[test]
fn where_the_server_does_not_check_we_read_first() {
    let edits = [("name", text("Mine"))];
    let (outcome, sent) = run(update(old(None), &edits, false), &[row("Theirs", "Customer", 1)]);
    assert_eq!(steps(&sent), ["GET Account/a1"]);
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    let answers = [row("Old", "Lost", 1), row("Mine", "Lost", 1), row("Mine", "Lost", 1)];
    let (outcome, sent) = run(update(old(None), &edits, false), &answers);
    assert_eq!(steps(&sent), ["GET Account/a1", "PUT Account/a1", "GET Account/a1"]);
    assert!(matches!(outcome, Ok(Outcome::Written(_))));
    let answers = [row("Mine", "Lost", 1), row("Mine", "Lost", 1)];
    let (_, sent) = run(update(old(None), &edits, true), &answers);
    assert_eq!(steps(&sent), ["PUT Account/a1", "GET Account/a1"], "theirs were seen already");
}

#[test]
fn only_the_changed_part_of_an_address_is_sent() {
    let address = |city: &str| {
        let (city, street) = (city.to_owned(), "Way 1".to_owned());
        Value::Address(Address { street, city, ..Address::default() })
    };
    let before = base(Some(1), &[("billingAddress", address("Bonn"))]);
    let action = update(before, &[("billingAddress", address("Berlin"))], false);
    let (_, sent) = run(action, &[ok("not even JSON"), answer(500, &[], "")]);
    assert_eq!(body(&sent[0]), &json!({"billingAddressCity": "Berlin"}));
}

#[test]
fn an_update_that_landed_never_looks_failed() {
    let action = update(old(Some(1)), &[("name", text("New"))], false);
    let (outcome, _) = run(action, &[ok("<html>"), answer(503, &[], "")]);
    let Ok(Outcome::Written(written)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(written.record.value("name"), Some(&text("New")));
    assert!(!written.record.is_complete);
}

#[test]
fn a_record_that_is_gone_is_said_to_be() {
    let action = update(old(Some(1)), &[("name", text("New"))], false);
    let gone = answer(404, &[("x-status-reason", "Record a1 not found.")], "");
    let what = "Record a1 not found.".to_owned();
    assert_eq!(run(action, &[gone]).0, Err(Error::NotFound { what }));
}
