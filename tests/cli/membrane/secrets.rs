//! No token, code, workspace secret or product's key shows anywhere but where it is kept.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use super::{desk::Desk, signing_in::headless};

/// What a file may hold: secrets that are kept, and nothing else does.
fn is_a_secrets_place(path: &std::path::Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    path.extension().is_some_and(|end| end == "key")
        || name.contains("session")
        || path.components().any(|part| part.as_os_str() == "sessions")
}

/// Whatever stands in a kept token: each of its texts is a secret.
fn kept(desk: &Desk) -> Vec<String> {
    let places = desk.home.files().into_iter().filter(|path| is_a_secrets_place(path));
    let texts = places.map(|path| std::fs::read_to_string(path).unwrap_or_default());
    let mut found = Vec::new();
    for text in texts {
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(json) => walk(&json, &mut found),
            Err(_) => found.push(text.trim().to_owned()),
        }
    }
    found.retain(|text| text.len() >= 16);
    found
}

fn walk(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Object(all) => {
            // The client's name and where codes go are no secrets.
            let secret =
                all.iter().filter(|(name, _)| !matches!(name.as_str(), "client" | "redirect"));
            secret.for_each(|(_, value)| walk(value, found));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|value| walk(value, found)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a test tells its whole story")]
fn no_secret_shows_in_any_output_file_or_address_but_its_own() {
    let desk = Desk::open();
    let demo = &desk.demo;
    let mut secrets: Vec<String> = ["token", "workspace_secret"]
        .iter()
        .map(|name| demo.membrane(name).to_owned())
        .chain(["api_key", "password", "hmac_secret"].iter().map(|name| demo.of(name).to_owned()))
        .collect();
    for (product, name) in
        [("vtiger", "access_key"), ("syncro", "token"), ("vtiger_cloud", "access_key")]
    {
        secrets.push(demo.introduction[product][name].as_str().unwrap().to_owned());
    }
    // A person's sign-in, a workspace's key and secret, and a sign-in that was only begun.
    let workspace = demo.membrane("workspace_key").to_owned();
    secrets.push(headless_as(&desk, "person", &["--workspace", &workspace]));
    secrets.push(headless_as(&desk, "tenant", &[]));
    let url = demo.membrane("url");
    let add = ["connection", "add", "signer", "--kind", "membrane", "--url", url, "--auth"];
    let more = ["workspace-key", "--key", &workspace, "--secret-stdin", "--store", "file"];
    desk.home.feed(&[&add[..], &more].concat(), demo.membrane("workspace_secret")).ended(0);
    desk.through("sy", "syncro", "syncro");
    desk.through("vt", "vtiger", "vtiger");
    desk.through("old", "espocrm", "needs-you");
    let mut said = Vec::new();
    let mut run = |arguments: &[&str]| {
        let ran = desk.run(&[&["-vv"], arguments].concat());
        said.push(format!("{arguments:?}\n{}\n{}", ran.out, ran.err));
    };
    for name in ["mem", "person", "tenant", "signer"] {
        run(&["-c", name, "membrane", "status", "-o", "json"]);
        run(&["-c", name, "membrane", "search", "espo"]);
        run(&["-c", name, "request", "/self"]);
        run(&["-c", name, "list", "Connection", "-o", "json"]);
        run(&["connection", "test", name, "-o", "json"]);
    }
    run(&["-c", "mem", "membrane", "connect", "nosuchapp", "--no-browser"]);
    run(&["-c", "mem", "membrane", "connect", "--reconnect", "needs-you", "--no-browser"]);
    for name in ["acme", "sy", "vt", "letters", "old"] {
        run(&["connection", "test", name]);
        run(&["-c", name, "action", "list"]);
        run(&["-c", name, "request", "nothing/here"]);
    }
    demo.switch(r#"{"app_signs_out": "espocrm", "for_good": true}"#);
    run(&["-c", "acme", "list", "Account"]);
    demo.switch(r#"{"end_tokens": true, "end_sign_ins": true}"#);
    for name in ["person", "tenant"] {
        run(&["-c", name, "list", "Connection"]);
    }
    run(&["-c", "mem", "action", "run", "create-lead", "--on", "Connection/espocrm", "-o", "json"]);
    run(&["-c", "mem", "action", "run", "list-modules", "--on", "Connection/vtiger"]);
    run(&["-c", "letters", "action", "run", "bounce-letter", "-o", "json"]);
    run(&["connection", "list", "-o", "json"]);
    run(&["config", "show", "--origin"]);
    run(&["doctor"]);
    secrets.extend(kept(&desk));
    run(&["-c", "tenant", "membrane", "logout"]);
    secrets.retain(|secret| secret.len() >= 8);
    assert!(secrets.len() >= 14, "{}", secrets.len());
    let shows = |text: &str| secrets.iter().find(|secret| text.contains(secret.as_str())).cloned();
    for part in &said {
        assert_eq!(shows(part), None, "{part}");
    }
    for line in desk.asked() {
        // Vtiger's open-source protocol demands its session's name there, not its key.
        assert_eq!(shows(&line), None, "{line}");
    }
    for path in desk.home.files() {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let is_its_own = is_a_secrets_place(&path);
        assert!(is_its_own || shows(&text).is_none(), "{}", path.display());
    }
}

/// As another connection; gives the code.
fn headless_as(desk: &Desk, name: &str, arguments: &[&str]) -> String {
    headless(desk, &[&["-c", name], arguments].concat())
}
