//! Apps are found and connected; connections are tested, mended, put away.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use super::desk::Desk;
use crate::program::browse;

/// Runs a connect whose page a browser opens at once.
#[track_caller]
fn connected(desk: &Desk, arguments: &[&str]) -> String {
    let connect = ["-c", "mem", "membrane", "connect", "--no-browser"];
    let mut command = desk.home.command(&[&connect[..], arguments].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said: Vec<String> = lines.by_ref().take(1).map(Result::unwrap).collect();
    let address = said[0].strip_prefix("Sign in to the app here: ").unwrap();
    assert!(browse(address).contains("Connected"));
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    rest.join("\n")
}

#[test]
fn an_app_is_found_connected_under_a_name_and_used() {
    let desk = Desk::open();
    let found =
        desk.run(&["-c", "mem", "membrane", "search", "espo", "-o", "json"]).ended(0).json();
    assert_eq!(found["connectors"][0]["key"], "espocrm");
    let none = desk.run(&["-c", "mem", "membrane", "search", "nothing", "-o", "json"]).ended(0);
    assert_eq!(none.json()["connectors"].as_array().unwrap().len(), 0);
    let before = desk.connections();
    let said = connected(&desk, &["espocrm", "--as", "crm", "--name", "Second CRM"]);
    assert!(said.contains("Connection crm was added"), "{said}");
    assert_eq!(desk.connections(), before + 1);
    let listed = desk.run(&["connection", "list", "--json"]).ended(0).json();
    let crm = listed["connections"].as_array().unwrap().iter().find(|it| it["name"] == "crm");
    assert_eq!(crm.unwrap()["kind"], "espocrm");
    assert!(crm.unwrap()["via"].as_str().unwrap().starts_with("mem/"));
    let list = desk.run(&["-c", "crm", "list", "Account", "--limit", "2", "-o", "json"]).ended(0);
    assert_eq!(list.json()["records"].as_array().unwrap().len(), 2);
    let taken = ["-c", "mem", "membrane", "connect", "letterbox", "--as", "crm", "--no-browser"];
    desk.run(&taken).ended(2);
    let unknown = ["-c", "mem", "membrane", "connect", "nosuchapp", "--no-browser"];
    assert!(desk.run(&unknown).ended(3).err.contains("nosuchapp"));
}

#[test]
fn a_broken_connection_is_mended_in_place_and_no_second_one_is_made() {
    let desk = Desk::open();
    desk.through("old", "espocrm", "needs-you");
    let broken = desk.run(&["-c", "old", "list", "Account", "-o", "json"]).ended(5);
    assert!(broken.err.contains(r#""kind":"mend""#), "{}", broken.err);
    assert!(broken.err.contains("/connect/"), "the page: {}", broken.err);
    let tried = desk.run(&["connection", "test", "old"]).ended(5);
    assert!(tried.err.contains("must be mended"), "{}", tried.err);
    let before = desk.connections();
    connected(&desk, &["--reconnect", "needs-you"]);
    assert_eq!(desk.connections(), before);
    desk.run(&["-c", "old", "list", "Account", "--limit", "1"]).ended(0);
    desk.run(&["connection", "test", "old"]).ended(0);
}

#[test]
fn a_connection_is_tested_renamed_archived_and_restored() {
    let desk = Desk::open();
    let on = ["--on", "Connection/letterbox"];
    let deed = |key: &str, more: &[&str]| {
        let run = ["-c", "mem", "action", "run", key, "-o", "json"];
        desk.run(&[&run[..], &on, more].concat())
    };
    assert_eq!(deed("test", &[]).ended(0).json()["output"]["success"], true);
    let page = desk.run(&["-c", "mem", "get", "Connection", "letterbox", "-o", "json"]).ended(0);
    let id = page.json()["id"].as_str().unwrap().to_owned();
    let update = ["-c", "mem", "update", "Connection", &id, "name=Letters of Ada", "-o", "json"];
    assert_eq!(desk.run(&update).ended(0).json()["fields"]["name"], "Letters of Ada");
    let before = desk.connections();
    assert!(deed("archive", &[]).ended(5).err.contains("--yes"));
    deed("archive", &["--yes"]).ended(0);
    assert_eq!(desk.connections(), before - 1);
    let stopped = desk.run(&["-c", "letters", "action", "run", "ring-the-bell"]).ended(5);
    assert!(stopped.err.contains("archived"), "{}", stopped.err);
    deed("restore", &[]).ended(0);
    assert_eq!(desk.connections(), before);
    desk.run(&["-c", "mem", "delete", "Connection", &id, "--yes"]).ended(0);
    assert_eq!(desk.connections(), before - 1);
}

#[test]
fn one_that_is_being_built_is_waited_for() {
    let desk = Desk::open();
    desk.through("new", "espocrm", "being-built");
    desk.run(&["-c", "new", "list", "Account", "--limit", "1"]).ended(0);
    let tried = desk.run(&["connection", "test", "new", "-o", "json"]).ended(0).json();
    assert_eq!(tried["ok"], true);
}
