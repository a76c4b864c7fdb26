//! Membrane's own actions: discovered, run, followed; and why one failed.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use std::collections::HashSet;

use serde_json::Value as Json;

use super::desk::Desk;

#[track_caller]
fn listed(desk: &Desk, arguments: &[&str]) -> Vec<Json> {
    let list = [&["action", "list", "-o", "json"], arguments].concat();
    desk.run(&list).ended(0).json()["actions"].as_array().unwrap().clone()
}

fn keys(actions: &[Json]) -> Vec<&str> {
    actions.iter().map(|one| one["key"].as_str().unwrap()).collect()
}

#[test]
fn an_apps_actions_are_its_own_and_each_key_stands_once() {
    let desk = Desk::open();
    let all = listed(&desk, &["-c", "letters"]);
    let keys = keys(&all);
    let once: HashSet<&&str> = keys.iter().collect();
    assert_eq!(once.len(), keys.len(), "{keys:?}");
    for key in ["list-people", "create-person", "search-people", "send-letter", "ring-the-bell"] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    let create = all.iter().find(|one| one["key"] == "create-person").unwrap();
    assert_eq!(create["type"], "Person");
    assert!(create["input"]["properties"]["fields"].is_object(), "Membrane's own schema: {create}");
    let people = listed(&desk, &["-c", "letters", "--type", "Person"]);
    assert!(self::keys(&people).contains(&"list-people"), "{people:?}");
}

#[test]
fn an_intent_is_searched_for_by_membrane() {
    let desk = Desk::open();
    let found = listed(&desk, &["-c", "letters", "--intent", "mail somebody a letter"]);
    assert_eq!(desk.count("intent=mail+somebody+a+letter"), 1, "{:?}", desk.asked());
    assert_eq!(keys(&found)[0], "send-letter");
    // At the sign-in the connection is named.
    let on = ["-c", "mem", "--on", "Connection/espocrm", "--intent", "list contacts"];
    let found = listed(&desk, &on);
    assert_eq!(keys(&found)[0], "list-contacts");
    assert!(found[0]["input"]["properties"]["maxSize"].is_object(), "{}", found[0]);
    assert!(found[0]["id"].as_str().is_some_and(|id| id.len() == 24));
    // A product's own connection has our keys, and asks nobody.
    let before = desk.count("intent=");
    let ours = listed(&desk, &["-c", "acme", "--intent", "create task"]);
    assert_eq!(keys(&ours)[0], "create-task");
    assert_eq!(desk.count("intent="), before);
}

#[test]
fn the_sign_in_lists_the_workspaces_actions_beside_its_own_deeds() {
    let desk = Desk::open();
    let all = listed(&desk, &["-c", "mem"]);
    let keys = keys(&all);
    for key in ["list-contacts", "send-letter", "describe-module", "connect", "reconnect"] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    let of = listed(&desk, &["-c", "mem", "--on", "Connection/letterbox"]);
    assert_eq!(of.len(), 11, "{:?}", self::keys(&of));
}

#[test]
fn list_contacts_and_create_task_run_at_the_sign_in_and_through_the_proxy() {
    let desk = Desk::open();
    let at = ["-c", "mem", "action", "run", "-o", "json", "--on", "Connection/espocrm"];
    let list = [&at[..], &["list-contacts", "--input", r#"{"maxSize": 2}"#]].concat();
    let ran = desk.run(&list).ended(0).json();
    assert_eq!(ran["output"]["list"].as_array().unwrap().len(), 2);
    assert!(ran["run_id"].is_string());
    let user = ran["output"]["list"][0]["assignedUserId"].clone();
    let input = format!(r#"{{"name": "Ring back", "assignedUserId": {user}}}"#);
    let made = desk.run(&[&at[..], &["create-task", "--input", &input]].concat()).ended(0).json();
    assert_eq!(made["output"]["name"], "Ring back");
    let typed = ["-c", "acme", "action", "run", "list-contacts", "-o", "json"];
    let page = desk.run(&[&typed[..], &["--input", r#"{"limit": 2}"#]].concat()).ended(0).json();
    assert_eq!(page["records"].as_array().unwrap().len(), 2);
    let task = made["output"]["id"].as_str().unwrap();
    let get = ["-c", "acme", "get", "Task", task, "-o", "json"];
    assert_eq!(desk.run(&get).ended(0).json()["fields"]["name"], "Ring back");
    let create = ["-c", "acme", "action", "run", "create-task", "-o", "json", "--input"];
    let input = format!(r#"{{"name": "Typed", "assignedUser": {{"id": {user}}}}}"#);
    let typed = desk.run(&[&create[..], &[&input]].concat()).ended(0).json();
    assert_eq!(typed["fields"]["name"], "Typed");
}

#[test]
fn an_action_without_a_key_is_run_by_a_name_or_by_its_id() {
    let desk = Desk::open();
    let run = ["-c", "letters", "action", "run", "ring-the-bell", "-o", "json"];
    assert_eq!(desk.run(&run).ended(0).json()["output"], "Ding");
    let all = listed(&desk, &["-c", "mem", "--on", "Connection/letterbox"]);
    let bell = all.iter().find(|one| one["name"] == "Ring the bell").unwrap();
    assert_eq!(bell["key"], bell["id"]);
    let by_id = ["-c", "mem", "action", "run", bell["id"].as_str().unwrap(), "-o", "json"];
    let ran = desk.run(&[&by_id[..], &["--on", "Connection/letterbox"]].concat()).ended(0);
    assert_eq!(ran.json()["output"], "Ding");
    desk.run(&["-c", "letters", "action", "run", "no-such-action"]).ended(2);
    let on = ["--on", "Connection/letterbox"];
    let unknown = ["-c", "mem", "action", "run", "no-such-action"];
    desk.run(&[&unknown[..], &on].concat()).ended(3);
}

#[test]
fn a_cursor_is_followed_to_the_end_where_that_is_asked() {
    let desk = Desk::open();
    let run = ["-c", "letters", "action", "run", "list-people", "-o", "json"];
    let first = desk.run(&run).ended(0).json();
    assert_eq!(first["output"]["records"].as_array().unwrap().len(), 50);
    assert_eq!(first["next"]["cursor"], "50");
    let input = first["next"].to_string();
    let second = desk.run(&[&run[..], &["--input", &input]].concat()).ended(0).json();
    assert_eq!(second["next"]["cursor"], "100");
    let all = desk.run(&[&run[..], &["--all"]].concat()).ended(0).json();
    let ids: HashSet<&str> = all["output"]["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 137);
    assert!(all["next"].is_null() && all["output"]["cursor"].is_null());
    let plain = desk.run(&["-c", "letters", "action", "run", "list-people"]).ended(0);
    assert_eq!(plain.out.lines().count(), 50, "a page is a table: {}", plain.out);
    assert!(plain.err.contains("--all"), "{}", plain.err);
    let listed = desk.run(&["-c", "letters", "list", "Person", "--all", "-o", "ndjson"]).ended(0);
    assert_eq!(listed.out.lines().count(), 137);
}

#[test]
fn a_failed_run_tells_its_causes_and_its_log_with_the_exchange() {
    let desk = Desk::open();
    let bounce = ["-c", "letters", "action", "run", "bounce-letter"];
    let failed = desk.run(&bounce).ended(1);
    let order = ["could not be returned", "because: The step", "because: The post office"];
    let places: Vec<usize> = order.iter().map(|part| failed.err.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{}", failed.err);
    // One that the app refused: the exchange with it is told, without its credentials.
    let create = ["-c", "mem", "action", "run", "create-contact", "--on", "Connection/espocrm"];
    let input = ["--input", r#"{"lastName": "A", "emailAddress": "no address"}"#];
    let failed = desk.run(&[&create[..], &input].concat());
    let failed = failed.ended(1);
    assert!(
        failed.err.contains("Exchange:") && failed.err.contains("/api/v1/Contact"),
        "{}",
        failed.err
    );
    assert!(
        failed.err.contains("x-api-key") && !failed.err.contains(desk.demo.of("api_key")),
        "{}",
        failed.err
    );
    let json = desk.run(&[&create[..], &input, &["-o", "json"]].concat()).ended(1);
    let error = json.err.lines().find_map(|line| serde_json::from_str::<Json>(line).ok()).unwrap();
    let error = &error["error"];
    assert_eq!(error["kind"], "run-failed");
    assert!(error["causes"].as_array().unwrap().len() >= 2, "{error}");
    assert_eq!(error["run"]["status"], "error");
    assert_eq!(error["run"]["exchange"]["requests"][0]["request"]["method"], "POST");
    let missing = ["-c", "mem", "action", "run", "create-contact", "--on", "Connection/espocrm"];
    let missing = desk.run(&missing).ended(1);
    assert!(missing.err.contains("lastName"), "{}", missing.err);
}

#[test]
fn an_app_without_other_protocol_is_listed_written_and_read() {
    let desk = Desk::open();
    let create = ["-c", "letters", "create", "Person", "name=Ada Ö", "city=Porto", "-o", "json"];
    let made = desk.run(&create).ended(0).json();
    let id = made["id"].as_str().unwrap();
    let update = ["-c", "letters", "update", "Person", id, "city=Faro", "-o", "json"];
    assert_eq!(desk.run(&update).ended(0).json()["fields"]["city"], "Faro");
    let get = ["-c", "letters", "get", "Person", id, "-o", "json"];
    assert_eq!(desk.run(&get).ended(0).json()["fields"]["name"], "Ada Ö");
    desk.run(&["-c", "letters", "delete", "Person", id, "--yes"]).ended(0);
    desk.run(&get).ended(3);
}
