//! Lists, records, searches, requests.
#![expect(clippy::too_many_lines, reason = "a test tells its whole story")]
use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use serde_json::Value as Json;

use super::program::{Demo, Home, Office};

#[test]
fn a_list_of_over_a_thousand_gives_each_record_exactly_once() {
    let office = Office::open(&["--records", "1100"]);
    let count = office.demo.introduction["records"]["Contact"].as_u64().unwrap();
    assert!(count >= 1_000);
    for format in ["plain", "ndjson", "csv"] {
        let ran =
            office.run(&["list", "Contact", "--all", "--columns", "id", "-o", format]).ended(0);
        let lines: Vec<&str> = ran.out.lines().filter(|line| *line != "id").collect();
        let once: HashSet<&&str> = lines.iter().collect();
        assert_eq!((lines.len() as u64, once.len() as u64), (count, count), "{format}");
    }
    let all = office.run(&["list", "Contact", "--all", "-o", "json"]).ended(0).json();
    assert_eq!(all["records"].as_array().unwrap().len() as u64, count);
    assert_eq!((&all["total"], &all["more"]), (&count.into(), &false.into()));
}

#[test]
fn a_list_has_the_fixed_shape() {
    let office = Office::open(&[]);
    let list = office.run(&["list", "Account", "--limit", "2", "-o", "json"]).ended(0).json();
    let names: Vec<&String> = list.as_object().unwrap().keys().collect();
    assert_eq!(names, ["records", "total", "more", "source", "age_s"]);
    let record = &list["records"][0];
    let names: Vec<&String> = record.as_object().unwrap().keys().collect();
    assert_eq!(names, ["connection", "type", "id", "title", "url", "fields"]);
    assert_eq!((&record["connection"], &record["type"]), (&"acme".into(), &"Account".into()));
    assert_eq!(list["records"].as_array().unwrap().len(), 2);
    assert_eq!(list["source"], "network");
    let one = office
        .run(&["get", "Account", record["id"].as_str().unwrap(), "-o", "json"])
        .ended(0)
        .json();
    assert_eq!(one["title"], record["title"]);
    assert!(one["fields"].as_object().unwrap().len() > record["fields"].as_object().unwrap().len());
}

#[test]
fn filters_and_orders_reach_the_server_and_wrong_ones_name_the_nearest() {
    let office = Office::open(&[]);
    let ordered = office
        .run(&[
            "list",
            "Account",
            "--order",
            "name:desc",
            "--limit",
            "50",
            "--columns",
            "name",
            "-o",
            "json",
        ])
        .ended(0)
        .json();
    let names: Vec<String> = ordered["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["fields"]["name"].to_string().to_lowercase())
        .collect();
    assert!(names.len() > 5);
    let some = office
        .run(&[
            "list",
            "Account",
            "-f",
            "industry:Logistics",
            "--columns",
            "industry",
            "-o",
            "json",
        ])
        .ended(0)
        .json();
    let some = some["records"].as_array().unwrap();
    assert!(
        !some.is_empty() && some.iter().all(|one| one["fields"]["industry"] == "Logistics"),
        "{some:?}"
    );
    let others = office
        .run(&[
            "list",
            "Account",
            "-f",
            "-industry:Logistics",
            "--columns",
            "industry",
            "-o",
            "json",
        ])
        .ended(0)
        .json();
    let others = others["records"].as_array().unwrap();
    assert!(
        !others.is_empty() && others.iter().all(|one| one["fields"]["industry"] != "Logistics")
    );
    for (arguments, near) in [
        (vec!["list", "Account", "-f", "industri:x"], "industry"),
        (vec!["list", "Account", "--columns", "naem"], "name"),
        (vec!["list", "Account", "--order", "nmae"], "name"),
        (vec!["list", "Acount"], "Account"),
    ] {
        let ran = office.run(&arguments).ended(2);
        assert!(ran.err.contains(near) && ran.out.is_empty(), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn ids_from_one_command_feed_the_next() {
    let office = Office::open(&[]);
    let ids = office.run(&["list", "Account", "--limit", "3", "--columns", "id"]).ended(0).out;
    let records = office.home.feed(&["get", "Account", "-", "-o", "json"], &ids).ended(0).json();
    assert_eq!(records["records"].as_array().unwrap().len(), 3);
    let ran = office
        .home
        .feed(&["get", "Account", "-", "--columns", "id"], &format!("{ids}nope\n"))
        .ended(9);
    assert_eq!(ran.out.lines().count(), 3);
    assert!(ran.err.contains("nope"), "{}", ran.err);
}

#[test]
fn what_is_not_there_ends_with_3_and_says_so_in_json_too() {
    let office = Office::open(&[]);
    let ran = office.run(&["get", "Account", "nope", "-o", "json"]).ended(3);
    assert!(ran.out.is_empty());
    let error = ran.err.lines().find(|line| line.starts_with('{')).unwrap();
    let error: serde_json::Value = serde_json::from_str(error).unwrap();
    let names: Vec<&String> = error["error"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["kind", "message", "hint", "status", "request_id"]);
    assert_eq!(
        (&error["error"]["kind"], &error["error"]["status"]),
        (&"not-found".into(), &404.into())
    );
}

#[test]
fn without_a_network_it_ends_with_6_and_what_was_seen_is_shown_offline() {
    let office = Office::open(&[]);
    let list = ["list", "Account", "--limit", "5", "-o", "json"];
    let seen = office.run(&list).ended(0).json();
    let kept = office.run(&[&list[..], &["--offline"]].concat()).ended(0).json();
    assert_eq!(kept["source"], "cache");
    assert_eq!(kept["records"], seen["records"]);
    let Office { home, demo } = office;
    drop(demo);
    home.run(&["list", "Task", "--timeout", "2s"]).ended(6);
    let other = [
        "--offline",
        "-c",
        "acme",
        "list",
        "Account",
        "--columns",
        "type,name",
        "-f",
        "name:*",
        "-o",
        "json",
    ];
    let other = home.run(&other).ended(0);
    let gathered = other.json();
    assert!(gathered["kept_here"].as_u64() > Some(0) && gathered["total"].is_null(), "{gathered}");
    assert!(other.err.contains("kept here"), "{}", other.err);
    home.run(&["list", "Task", "--offline"]).ended(6);
}

#[test]
fn a_reader_that_goes_away_early_is_success() {
    let office = Office::open(&["--records", "1100"]);
    let mut command = office.home.command(&["list", "Contact", "--all"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn records_behind_a_link_and_activity_come_out() {
    let office = Office::open(&[]);
    let id = office.first("Account");
    let contacts =
        office.run(&["related", "Account", &id, "contacts", "-o", "json"]).ended(0).json();
    assert!(contacts["records"].as_array().unwrap().iter().all(|one| one["type"] == "Contact"));
    let ran = office.run(&["related", "Account", &id, "contact"]).ended(2);
    assert!(ran.err.contains("contacts"), "{}", ran.err);
    let activity = office.run(&["activity", "Account", &id, "-o", "json"]).ended(0).json();
    assert!(activity["activity"].is_array());
    let whole = office.run(&["get", "Account", &id, "--related", "-o", "json"]).ended(0).json();
    assert!(whole["related"]["contacts"].is_array());
}

#[test]
fn find_looks_everywhere_and_says_where() {
    let office = Office::open(&[]);
    office.connect(
        "signed",
        &["--auth", "hmac", "--key", office.demo.of("hmac_key")],
        "hmac_secret",
    );
    let id = office.first("Account");
    let one = office.run(&["-c", "acme", "get", "Account", &id, "-o", "json"]).ended(0).json();
    let name = one["title"].as_str().unwrap();
    let found = office.run(&["find", name, "--type", "Account", "-o", "json"]).ended(0).json();
    let places: HashSet<&str> = found["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["connection"].as_str().unwrap())
        .collect();
    assert_eq!(places, HashSet::from(["acme", "signed"]));
}

#[test]
fn a_request_takes_every_flag() {
    let office = Office::open(&[]);
    let id = office.first("Account");
    let one = office
        .run(&["request", "Account/{id}", "--path-param", &format!("id={id}")])
        .ended(0)
        .json();
    assert_eq!(one["id"], id.as_str());
    let list = office.run(&[
        "request",
        "Account",
        "-X",
        "GET",
        "--query",
        "maxSize=1",
        "--query",
        "offset=1",
        "-H",
        "X-Mine: 1",
    ]);
    assert_eq!(list.ended(0).json()["list"].as_array().unwrap().len(), 1);
    office.run(&["request", "Account/nope"]).ended(3);
    office.run(&["request", "Account/{id}", "--path-param", "id=../User"]).ended(2);
    office.run(&["request", "Account", "-d", "{}", "--json", "{}"]).ended(2);
    office.run(&["--read-only", "request", "Account", "-X", "POST", "--json", "{}"]).ended(5);
}

#[test]
fn a_web_address_opens_its_record() {
    let office = Office::open(&[]);
    let id = office.first("Account");
    let url = format!("{}/#Account/view/{id}", office.demo.of("url"));
    let one = office.run(&["open", &url, "-o", "json"]).ended(0).json();
    assert_eq!(one["id"], id.as_str());
    office.run(&["open", &format!("Account/{id}")]).ended(0);
    office.run(&["open", "https://elsewhere.example/#Account/view/1"]).ended(2);
}

#[test]
fn a_slow_server_is_given_up_after_the_timeout() {
    let home = Home::new();
    let demo = super::program::Demo::start(&home, &["--latency", "20s"]);
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
    home.run(&["list", "Account", "--timeout", "300ms"]).ended(6);
}

#[test]
fn processes_share_the_allowance_of_a_product_that_counts() {
    let home = Home::new();
    let demo = Demo::start(&home, &["--records", "60"]);
    let of = |name: &str| demo.introduction["syncro"][name].as_str().unwrap();
    let kind = ["connection", "add", "desk", "--kind", "syncro", "--url", of("url")];
    let kept = ["--secret-stdin", "--store", "file"];
    home.feed(&[&kind[..], &kept[..]].concat(), of("token")).ended(0);
    let spent = || {
        let files = home.files();
        let is_it = |it: &&std::path::PathBuf| it.to_string_lossy().contains("rate-syncro");
        let text = std::fs::read_to_string(files.iter().find(is_it).unwrap()).unwrap();
        let json: Json = serde_json::from_str(&text).unwrap();
        json["at"].as_array().unwrap().len()
    };
    home.run(&["-c", "desk", "list", "Ticket", "--limit", "1"]).ended(0);
    let first = spent();
    home.run(&["-c", "desk", "list", "Vendor", "--limit", "1"]).ended(0);
    assert!(first > 0 && spent() > first, "{first}, then {}", spent());
}
