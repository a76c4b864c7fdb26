//! What comes out where: help, completions, man pages, colours, settings.
use super::program::{Home, Office};

#[test]
fn completions_and_man_pages_come_out_of_the_one_definition() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(home.run(&["completions", shell]).ended(0).out.contains("connection"), "{shell}");
    }
    let page = home.run(&["man"]).ended(0).out;
    assert!(page.contains(".TH ficha") && page.contains("request"));
    let folder = home.path("man");
    home.run(&["man", folder.to_str().unwrap()]).ended(0);
    assert!(folder.join("ficha.1").exists() && folder.join("ficha-list.1").exists());
}

#[test]
fn help_and_version_are_results_and_wrong_usage_ends_with_2() {
    let home = Home::new();
    assert!(home.run(&["--help"]).ended(0).out.contains("Exit status"));
    home.run(&["--version"]).ended(0);
    let ran = home.run(&["list"]).ended(2);
    assert!(ran.out.is_empty() && !ran.err.is_empty());
    home.run(&["demo", "--serve", "--fail", "nonsense:5%"]).ended(2);
    let ran = home.run(&["list", "-o", "json"]).ended(2);
    assert!(ran.err.contains("\"kind\":\"usage\""), "{}", ran.err);
}

#[test]
fn nothing_in_a_pipe_has_colours_or_escape_codes() {
    let office = Office::open(&[]);
    for format in ["table", "plain", "csv", "json", "ndjson"] {
        let ran = office.run(&["list", "Contact", "--limit", "100", "-o", format]).ended(0);
        assert!(!ran.out.contains('\u{1b}'), "{format}");
        assert!(!ran.out.contains('\u{202e}') && !ran.out.contains('\u{9b}'), "{format}");
    }
    let ran = office.run(&["get", "Account", "nope"]);
    assert!(!ran.err.contains('\u{1b}'));
}

#[test]
fn plain_has_no_header_and_csv_has_one() {
    let office = Office::open(&[]);
    let plain =
        office.run(&["list", "Account", "--limit", "2", "--columns", "id,name"]).ended(0).out;
    assert_eq!(plain.lines().count(), 2);
    assert!(plain.lines().all(|line| line.matches('\t').count() == 1), "{plain}");
    let csv = office
        .run(&["list", "Account", "--limit", "2", "--columns", "id,name", "-o", "csv"])
        .ended(0)
        .out;
    assert_eq!(csv.lines().next(), Some("id,name"));
}

#[test]
fn a_misspelt_setting_is_a_warning_and_a_broken_file_stops_nothing() {
    let home = Home::new();
    let file = home.path("mine.toml");
    std::fs::write(&file, "[settings]\ntiemout = \"3s\"\n").unwrap();
    let config = file.to_str().unwrap();
    let ran = home.run(&["--config", config, "config", "check"]).ended(0);
    assert!(ran.out.contains("did you mean timeout"), "{}", ran.out);
    std::fs::write(&file, "[settings]\nmouse = flase\n").unwrap();
    let ran = home.run(&["--config", config, "config", "check"]).ended(1);
    assert!(ran.out.contains("line 2"), "{}", ran.out);
    home.run(&["--config", config, "connection", "list"]).ended(0);
    let mut command = home.command(&["config", "path"]);
    let output = command.env("FICHA_CONFIG", &file).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), config);
}

#[test]
fn keys_and_colours_that_cannot_be_used_are_told() {
    let home = Home::new();
    let file = home.path("mine.toml");
    let text = "[keys.list]\nj = \"nxt\"\n\"g\" = \"first\"\n[theme.role.accnt]\ndark = \"#fff\"\n";
    std::fs::write(&file, text).unwrap();
    let told = home.run(&["--config", file.to_str().unwrap(), "config", "check"]).ended(0).out;
    for wrong in
        ["no command \"nxt\"", "gd can never be typed, since g is bound", "theme.role.accnt"]
    {
        assert!(told.contains(wrong), "{told}");
    }
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let home = Home::new();
    let file = home.path("mine.toml");
    std::fs::write(&file, "[settings]\nmouse = false\n").unwrap();
    let shown =
        home.run(&["--config", file.to_str().unwrap(), "config", "show", "--origin"]).ended(0).out;
    assert!(shown.contains("settings.mouse\tfalse\tfile"), "{shown}");
    assert!(shown.contains("settings.cache.max_age\t\"30d\"\tdefault"), "{shown}");
}

#[test]
fn types_are_listed_and_described() {
    let office = Office::open(&[]);
    let types = office.run(&["type", "list", "-o", "json"]).ended(0).json();
    assert!(types["types"].as_array().unwrap().iter().any(|one| one["name"] == "Contact"));
    let one = office.run(&["type", "describe", "contact", "-o", "json"]).ended(0).json();
    assert_eq!(one["name"], "Contact");
    assert!(one["fields"].as_array().unwrap().iter().any(|field| field["name"] == "emailAddress"));
    assert!(one["links"].as_array().unwrap().iter().any(|link| link["name"] == "account"));
}

#[test]
fn the_twenty_keys_exist_with_an_object_as_their_input() {
    let office = Office::open(&[]);
    let actions = office.run(&["action", "list", "-o", "json"]).ended(0).json();
    let actions = actions["actions"].as_array().unwrap();
    for (one, many) in
        [("account", "accounts"), ("contact", "contacts"), ("lead", "leads"), ("task", "tasks")]
    {
        let keys = [
            format!("list-{many}"),
            format!("get-{one}"),
            format!("create-{one}"),
            format!("update-{one}"),
            format!("delete-{one}"),
        ];
        for key in keys {
            let action = actions.iter().find(|action| action["key"] == key.as_str());
            assert_eq!(
                action.unwrap_or_else(|| panic!("{key}"))["input"]["type"],
                "object",
                "{key}"
            );
        }
    }
    let some =
        office.run(&["action", "list", "--intent", "create contact", "-o", "json"]).ended(0).json();
    assert_eq!(some["actions"][0]["key"], "create-contact");
    let of = office.run(&["action", "list", "--type", "Task", "-o", "json"]).ended(0).json();
    assert!(of["actions"].as_array().unwrap().iter().all(|action| action["type"] == "Task"));
}

#[test]
fn the_doctor_and_the_cache_tell_their_state() {
    let office = Office::open(&[]);
    office.run(&["list", "Account", "--limit", "1"]).ended(0);
    let doctor = office.run(&["doctor", "-o", "json"]).ended(0).json();
    assert!(
        doctor["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["check"] == "connection acme")
    );
    let status = office.run(&["cache", "status", "-o", "json"]).ended(0).json();
    assert_eq!(status["connections"][0]["connection"], "acme");
    office.run(&["cache", "clear"]).ended(0);
    let status = office.run(&["cache", "status", "-o", "json"]).ended(0).json();
    assert!(
        status["connections"].as_array().unwrap().iter().all(|one| one["records"] == 0),
        "{status}"
    );
}
