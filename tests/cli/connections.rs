//! Connections and secrets.
use std::process::Stdio;

use serde_json::Value as Json;

use super::program::{Demo, Home, Office};

#[test]
fn a_connection_is_added_tried_listed_changed_and_removed() {
    let office = Office::open(&[]);
    let text = std::fs::read_to_string(office.home.path("config/ficha/config.toml")).unwrap();
    assert!(
        text.contains("[connections.acme]") && text.contains("secret = { file = \"acme.key\" }"),
        "{text}"
    );
    office.run(&["connection", "test", "acme"]).ended(0);
    let tried = office.run(&["connection", "test", "acme", "-o", "json"]).ended(0).json();
    assert_eq!(tried["ok"], true);
    office.run(&["connection", "edit", "acme", "--rename", "umbrella", "--color", "teal"]).ended(0);
    let listed = office.run(&["connection", "list", "--json"]).ended(0).json();
    assert_eq!(listed["connections"][0]["name"], "umbrella");
    assert_eq!(listed["connections"][0]["color"], "teal");
    assert_eq!(listed["connections"][0]["secret"], "file umbrella.key");
    assert!(!office.home.path("config/ficha/acme.key").exists());
    office.run(&["list", "Account", "--limit", "1"]).ended(0);
    office.run(&["connection", "remove", "umbrella"]).ended(0);
    assert!(!office.home.path("config/ficha/umbrella.key").exists());
    office.run(&["connection", "remove", "umbrella"]).ended(2);
}

#[test]
fn where_nobody_can_be_asked_the_missing_secret_ends_with_5_and_a_hint() {
    let home = Home::new();
    let ran = home.run(&["connection", "add", "acme", "--url", "https://crm.example"]).ended(5);
    assert!(ran.err.contains("--secret-stdin"), "{}", ran.err);
    assert!(!home.path("config/ficha/config.toml").exists());
    let office = Office::open(&[]);
    let ran = office.run(&["connection", "login", "acme"]).ended(5);
    assert!(ran.err.contains("--secret-stdin"), "{}", ran.err);
}

#[test]
fn each_way_to_sign_in_works_and_a_wrong_secret_ends_with_5() {
    let office = Office::open(&[]);
    let (user, key) = (office.demo.of("user"), office.demo.of("hmac_key"));
    office.connect("person", &["--auth", "password", "--user", user], "password");
    office.connect("signed", &["--auth", "hmac", "--key", key], "hmac_secret");
    for name in ["person", "signed"] {
        office.run(&["-c", name, "list", "Account", "--limit", "1"]).ended(0);
    }
    office.run(&["connection", "logout", "person"]).ended(0);
    office
        .home
        .feed(&["connection", "login", "person", "--secret-stdin"], office.demo.of("password"))
        .ended(0);
    office.connect("stranger", &[], "url");
    let ran = office.run(&["-c", "stranger", "list", "Account", "-o", "json"]).ended(5);
    assert!(ran.err.contains("\"kind\":\"unauthorized\""), "{}", ran.err);
}

#[test]
fn of_four_processes_at_once_one_signs_in_and_the_others_take_its_token() {
    let office = Office::open(&["--latency", "200ms"]);
    office.connect("person", &["--auth", "password", "--user", office.demo.of("user")], "password");
    let before = office.demo.log().len();
    let list = ["-c", "person", "list", "Account", "--limit", "1"];
    let started =
        (0..4).map(|_| office.home.command(&list).stdout(Stdio::piped()).spawn().unwrap());
    let started: Vec<_> = started.collect();
    for mut process in started {
        assert!(process.wait().unwrap().success());
    }
    let asked = &office.demo.log()[before..];
    let has = |asked: &Json, header: &str| {
        asked["headers"].as_array().unwrap().iter().any(|pair| pair[0] == header)
    };
    let by_password = asked.iter().filter(|asked| {
        has(asked, "espo-authorization") && !has(asked, "espo-authorization-by-token")
    });
    assert_eq!(by_password.count(), 1, "{asked:#?}");
}

#[test]
fn a_secret_comes_from_the_environment_or_a_command_too() {
    let home = Home::new();
    let demo = Demo::start(&home, &[]);
    let url = demo.of("url");
    home.run(&["connection", "add", "env", "--url", url, "--secret-env", "ACME_KEY"]).ended(0);
    home.run(&["connection", "add", "cmd", "--url", url, "--secret-command", "cat \"$HOME/key\""])
        .ended(0);
    home.run(&["-c", "env", "list", "Account", "--limit", "1"]).ended(5);
    std::fs::write(home.path("key"), demo.of("api_key")).unwrap();
    home.run(&["-c", "cmd", "list", "Account", "--limit", "1"]).ended(0);
    let mut command = home.command(&["list", "Account", "--limit", "1"]);
    command.env("ACME_KEY", demo.of("api_key")).env("FICHA_CONNECTION", "env");
    assert!(command.output().unwrap().status.success());
}

#[test]
fn no_secret_shows_in_any_output_or_file_but_its_own() {
    let office = Office::open(&[]);
    office.connect("person", &["--auth", "password", "--user", office.demo.of("user")], "password");
    let secrets = [office.demo.of("api_key"), office.demo.of("password")];
    for arguments in [
        vec!["connection", "list", "-o", "json"],
        vec!["config", "show", "--origin"],
        vec!["doctor"],
        vec!["-vv", "-c", "acme", "list", "Account", "--limit", "1"],
        vec!["-vv", "-c", "person", "list", "Account", "--limit", "1"],
        vec!["-vv", "-c", "person", "connection", "test", "person"],
        vec!["-vv", "-c", "acme", "request", "App/user"],
        vec!["-vv", "-c", "acme", "get", "Account", "nope", "-o", "json"],
    ] {
        let ran = office.run(&arguments);
        for secret in secrets {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{arguments:?}");
        }
    }
    for path in office.home.files() {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let is_its_own = path.extension().is_some_and(|end| end == "key");
        assert!(
            is_its_own || secrets.iter().all(|secret| !text.contains(secret)),
            "{}",
            path.display()
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_secret_stands_among_the_arguments_of_a_running_process() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--latency", "300ms"]);
    home.feed(
        &[
            "connection",
            "add",
            "acme",
            "--url",
            demo.of("url"),
            "--secret-stdin",
            "--store",
            "file",
        ],
        demo.of("api_key"),
    )
    .ended(0);
    let mut child =
        home.command(&["list", "Account", "--limit", "1"]).stdout(Stdio::null()).spawn().unwrap();
    let arguments = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    let environment = std::fs::read(format!("/proc/{}/environ", child.id())).unwrap();
    assert!(child.wait().unwrap().success());
    for seen in [arguments, environment] {
        assert!(!String::from_utf8_lossy(&seen).contains(demo.of("api_key")));
    }
}

#[cfg(unix)]
#[test]
fn files_that_hold_secrets_or_records_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::open(&[]);
    office.connect("person", &["--auth", "password", "--user", office.demo.of("user")], "password");
    office.run(&["-c", "person", "list", "Account", "--limit", "1"]).ended(0);
    let private: Vec<_> =
        office.home.files().into_iter().filter(|path| !path.ends_with("config.lock")).collect();
    assert!(private.len() >= 4, "{private:?}");
    for path in private {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o077;
        let is_secret =
            path.extension().is_some_and(|end| end == "key" || end == "db" || end == "toml");
        assert!(!is_secret || mode == 0, "{} {mode:o}", path.display());
    }
}

#[test]
fn a_connection_that_cannot_be_used_stops_no_other_one() {
    let office = Office::open(&[]);
    let path = office.home.path("config/ficha/config.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        format!("{text}\n[connections.later]\nkind = \"vtiger\"\nurl = \"https://x.example\"\n"),
    )
    .unwrap();
    office.run(&["-c", "acme", "list", "Account", "--limit", "1"]).ended(0);
    let ran = office.run(&["-c", "later", "list", "Account"]).ended(2);
    assert!(ran.err.contains("names no user"), "{}", ran.err);
    office.run(&["config", "check"]).ended(1);
}
