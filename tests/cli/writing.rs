//! Creating, changing, deleting, linking.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use serde_json::{Value as Json, json};

use super::program::Office;

#[track_caller]
fn create(office: &Office, arguments: &[&str]) -> Json {
    office.run(&[&["create"], arguments, &["-o", "json"]].concat()).ended(0).json()
}

fn id(record: &Json) -> &str {
    record["id"].as_str().unwrap()
}

#[test]
fn a_record_is_created_read_changed_and_deleted() {
    let office = Office::open(&[]);
    let assigned = format!("assignedUser={}", office.someone());
    let made = create(
        &office,
        &["Task", "name=Ring back", "status=Started", "dateEnd=2031-05-06 15:00", &assigned],
    );
    assert_eq!(made["fields"]["name"], "Ring back");
    let read = office.run(&["get", "Task", id(&made), "-o", "json"]).ended(0).json();
    assert_eq!(read["fields"]["status"], "Started");
    let changed = office
        .run(&["update", "Task", id(&made), "status=Completed", "description=", "-o", "json"])
        .ended(0)
        .json();
    assert_eq!(changed["fields"]["status"], "Completed");
    office.run(&["delete", "Task", id(&made)]).ended(5);
    office.run(&["delete", "Task", id(&made), "--yes"]).ended(0);
    office.run(&["get", "Task", id(&made)]).ended(3);
}

#[test]
fn input_comes_as_json_from_an_argument_a_file_or_a_pipe() {
    let office = Office::open(&[]);
    create(&office, &["Account", "--input", r#"{"name":"One"}"#]);
    let file = office.home.path("two.json");
    std::fs::write(&file, r#"{"fields":{"name":"Two","industry":"Logistics"}}"#).unwrap();
    create(&office, &["Account", "--input", &format!("@{}", file.display())]);
    let made = office
        .home
        .feed(&["create", "Account", "--input", "-", "-o", "json"], r#"{"name":"Three"}"#)
        .ended(0)
        .json();
    assert_eq!(made["title"], "Three");
    office.run(&["create", "Task", "--input", "[]"]).ended(2);
    office.run(&["create", "Task", "--input", "{"]).ended(2);
    office.run(&["create", "Task"]).ended(2);
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let office = Office::open(&[]);
    let account = office.first("Account");
    let before = office.run(&["get", "Account", &account, "-o", "json"]).ended(0).json();
    let told = office
        .run(&["update", "Account", &account, "website=https://new.example", "--dry-run"])
        .ended(0)
        .json();
    assert_eq!(told["changes"]["website"]["to"], "https://new.example");
    assert_eq!(told["changes"]["website"]["from"], before["fields"]["website"]);
    let after = office.run(&["get", "Account", &account, "-o", "json"]).ended(0).json();
    assert_eq!(before["fields"], after["fields"]);
}

#[test]
fn another_version_than_the_expected_one_is_a_conflict() {
    let office = Office::open(&[]);
    let account = office.first("Account");
    let version =
        office.run(&["get", "Account", &account, "-o", "json"]).ended(0).json()["version"]
            .as_u64()
            .unwrap();
    let expected = version.to_string();
    office
        .run(&[
            "update",
            "Account",
            &account,
            "website=https://a.example",
            "--if-version",
            &expected,
        ])
        .ended(0);
    let ran = office
        .run(&[
            "update",
            "Account",
            &account,
            "website=https://b.example",
            "--if-version",
            &expected,
            "-o",
            "json",
        ])
        .ended(4);
    assert!(ran.err.contains("\"kind\":\"conflict\""), "{}", ran.err);
    let now = office.run(&["get", "Account", &account, "-o", "json"]).ended(0).json();
    assert_eq!(now["fields"]["website"], "https://a.example");
}

#[test]
fn a_duplicate_ends_with_4_unless_it_is_meant() {
    let office = Office::open(&[]);
    let arguments = [
        "create",
        "Contact",
        "--input",
        r#"{"name":{"first":"Zoe","last":"Quill"},"emailAddress":[{"value":"zoe@quill.example","primary":true}]}"#,
    ];
    office.run(&arguments).ended(0);
    let ran = office.run(&arguments).ended(4);
    assert!(ran.err.contains("--despite-duplicates"), "{}", ran.err);
    office.run(&[&arguments[..], &["--despite-duplicates"]].concat()).ended(0);
}

#[test]
fn what_cannot_be_valid_ends_with_8_and_an_unknown_field_with_2() {
    let office = Office::open(&[]);
    let ran = office.run(&["create", "Task", "name=x", "status=Nonsense"]).ended(8);
    assert!(ran.err.contains("status"), "{}", ran.err);
    office.run(&["create", "Task", "status=Started"]).ended(8);
    office.run(&["create", "Task", "name=x", "createdAt=today"]).ended(8);
    let ran = office.run(&["create", "Task", "naem=x"]).ended(2);
    assert!(ran.err.contains("Did you mean name?"), "{}", ran.err);
}

#[test]
fn records_are_linked_and_unlinked() {
    let office = Office::open(&[]);
    let account = create(&office, &["Account", "name=Linkage Ltd", "--despite-duplicates"]);
    let contact = office.first("Contact");
    let count = || {
        let related = office
            .run(&["related", "Account", id(&account), "contacts", "-o", "json"])
            .ended(0)
            .json();
        related["records"].as_array().unwrap().len()
    };
    assert_eq!(count(), 0);
    office.run(&["link", "Account", id(&account), "contacts", &contact]).ended(0);
    assert_eq!(count(), 1);
    let unlinked = office
        .run(&["unlink", "Account", id(&account), "contacts", &contact, "-o", "json"])
        .ended(0)
        .json();
    assert_eq!(unlinked, json!({"unlinked": [contact]}));
    assert_eq!(count(), 0);
}

#[test]
fn actions_run_by_their_key() {
    let office = Office::open(&[]);
    let run = |key: &str, input: Json| {
        office.run(&["action", "run", key, "--input", &input.to_string(), "-o", "json"])
    };
    let made = run("create-task", json!({"name": "By key", "assignedUser": office.someone()}))
        .ended(0)
        .json();
    let changed =
        run("update-task", json!({"id": id(&made), "status": "Completed"})).ended(0).json();
    assert_eq!(changed["fields"]["status"], "Completed");
    let read = run("get-task", json!({"id": id(&made)})).ended(0).json();
    assert_eq!(read["title"], "By key");
    run("delete-task", json!({"id": id(&made)})).ended(0);
    run("get-task", json!({"id": id(&made)})).ended(3);
    assert_eq!(
        run("list-tasks", json!({"limit": 2})).ended(0).json()["records"].as_array().unwrap().len(),
        2
    );
    run("fly-task", json!({})).ended(2);
    run("get-task", json!({})).ended(8);
}

#[test]
fn what_may_not_be_written_ends_with_5() {
    let office = Office::open(&[]);
    let account = office.first("Account");
    office
        .run(&["--read-only", "update", "Account", &account, "website=https://a.example"])
        .ended(5);
    office.connect("limited", &[], "limited_api_key");
    let ran = office.run(&["-c", "limited", "delete", "Account", &account, "--yes"]);
    assert!(ran.code == 5 || ran.code == 3, "{} {}", ran.code, ran.err);
    office.run(&["-c", "acme", "get", "Account", &account]).ended(0);
}

#[test]
fn some_of_many_ends_with_9() {
    let office = Office::open(&[]);
    let made = create(&office, &["Account", "name=Gone soon"]);
    let ran = office.run(&["delete", "Account", id(&made), "nope", "--yes", "-o", "json"]).ended(9);
    assert_eq!(ran.json()["deleted"], json!([id(&made)]));
}

#[test]
fn one_address_given_keeps_the_others_and_several_replace_all() {
    let office = Office::open(&[]);
    let made = create(&office, &["Contact", "name=Ada L", "emailAddress=a@b.example, c@d.example"]);
    let values = |record: &Json| -> Vec<String> {
        let points = record["fields"]["emailAddress"].as_array().unwrap();
        points.iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect()
    };
    let update = |what: &[&str]| {
        office
            .run(&[&["update", "Contact", id(&made)], what, &["-o", "json"]].concat())
            .ended(0)
            .json()
    };
    let one = update(&["emailAddress=x@y.example"]);
    assert_eq!(values(&one), ["x@y.example", "c@d.example"]);
    let json = update(&["--input", r#"{"emailAddress":"z@y.example"}"#]);
    assert_eq!(values(&json), ["z@y.example", "c@d.example"]);
    let all = update(&["emailAddress=e@f.example,g@h.example"]);
    assert_eq!(values(&all), ["e@f.example", "g@h.example"]);
    let called = update(&["phoneNumber=+4670111"]);
    assert_eq!(called["fields"]["phoneNumber"][0]["value"], "+4670111");
}

#[test]
fn parts_of_a_name_and_an_address_are_given_alone() {
    let office = Office::open(&[]);
    let made = create(&office, &["Contact", "name.first=Ada", "lastName=Lovelace"]);
    assert_eq!(made["fields"]["name"]["full"], "Ada Lovelace");
    let changed = office
        .run(&["update", "Contact", id(&made), "firstName=Eva", "-o", "json"])
        .ended(0)
        .json();
    assert_eq!(changed["fields"]["name"]["full"], "Eva Lovelace");
    let account = create(&office, &["Account", "name=One", "billingAddress.city=Bonn"]);
    let street = "billingAddress.street=Way 1";
    let changed =
        office.run(&["update", "Account", id(&account), street, "-o", "json"]).ended(0).json();
    let address = &changed["fields"]["billingAddress"];
    assert_eq!((&address["street"], &address["city"]), (&json!("Way 1"), &json!("Bonn")));
}

#[test]
fn a_comment_is_said_replaced_and_read_again() {
    let office = Office::open(&[]);
    let account = office.first("Account");
    let said = || {
        let ran = office.run(&["activity", "Account", &account, "-o", "json"]).ended(0).json();
        let own = |it: &&serde_json::Value| it["can_edit"] == true;
        ran["activity"].as_array().unwrap().iter().find(own).cloned().unwrap()
    };
    office.home.feed(&["comment", "Account", &account, "-"], "Called back\nNo answer\n").ended(0);
    let first = said();
    assert_eq!(
        (&first["title"], &first["text"]),
        (&"Called back".into(), &"Called back\nNo answer".into())
    );
    let id = first["id"].as_str().unwrap();
    office.run(&["comment", "Account", &account, "Reached", "--replaces", id]).ended(0);
    assert_eq!((&said()["title"], &said()["id"]), (&"Reached".into(), &id.into()));
    office.run(&["comment", "Account", &account, " "]).ended(8);
    office.run(&["comment", "Account", &account, "x", "--audience", "mailed"]).ended(2);
    office.run(&["comment", "Document", &office.first("Document"), "x"]).ended(1);
}

#[test]
fn a_file_is_saved_once_and_never_written_over() {
    let office = Office::open(&[]);
    let document = office.first("Document");
    let folder = office.home.path("saved");
    std::fs::create_dir(&folder).unwrap();
    let to = folder.to_str().unwrap();
    let download = ["download", "Document", &document, "file", "--to", to, "-o", "json"];
    let saved = office.run(&download).ended(0).json();
    let content = std::fs::read(saved["path"].as_str().unwrap()).unwrap();
    assert!(content.starts_with(b"%PDF-") && saved["size"] == content.len());
    let again = office.run(&download).ended(2);
    assert!(again.err.contains("there already"), "{}", again.err);
    office.run(&["download", "Document", &document, "file", "--to", "-"]).ended(0);
}
