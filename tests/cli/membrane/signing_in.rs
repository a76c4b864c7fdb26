//! Each way to sign in, and that a sign-in survives between two commands.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and reads the environment"
)]
use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use super::desk::Desk;
use crate::program::browse;

/// The code that the page shows.
fn code(page: &str) -> String {
    let (_, rest) = page.split_once("<pre>").unwrap_or_else(|| panic!("no code: {page}"));
    rest.split_once("</pre>").unwrap().0.to_owned()
}

/// Begins a sign-in in one command and completes it in another one.
#[track_caller]
pub fn headless(desk: &Desk, arguments: &[&str]) -> String {
    let login =
        ["membrane", "login", "--headless", "--url", desk.demo.membrane("url"), "-o", "json"];
    let begun = desk.run(&[&login, arguments].concat()).ended(0).json();
    let code = code(&browse(begun["url"].as_str().unwrap()));
    let name = begun["connection"].as_str().unwrap();
    desk.home.feed(&["-c", name, "membrane", "complete", "-"], &code).ended(0);
    code
}

#[test]
fn a_headless_sign_in_is_completed_by_another_command_and_renewed_and_ended() {
    let desk = Desk::empty(&[]);
    let status = ["membrane", "status", "-o", "json"];
    assert!(desk.run(&status).ended(2).err.contains("ficha membrane login"));
    let code = headless(&desk, &[]);
    let signed_in = desk.run(&status).ended(0).json();
    assert_eq!(signed_in["membrane"][0]["signed_in"], true);
    assert_eq!(signed_in["membrane"][0]["user"], "Demo company");
    desk.demo.switch(r#"{"end_tokens": true}"#);
    desk.run(&["list", "Connection"]).ended(0);
    assert_eq!(desk.count("POST /membrane/oauth/token"), 2, "a code, then a renewal");
    let again = desk.run(&["membrane", "complete", &code]).ended(5);
    assert!(again.err.contains("login --headless"), "{}", again.err);
    desk.run(&status).ended(0);
    desk.run(&["membrane", "logout"]).ended(0);
    assert_eq!(desk.count("POST /membrane/oauth/revoke"), 1);
    let ended = desk.run(&status).ended(5);
    assert!(ended.out.contains(r#""signed_in":false"#), "{}", ended.out);
}

#[test]
fn a_sign_in_that_was_begun_twice_takes_the_later_code_and_a_pasted_address() {
    let desk = Desk::empty(&[]);
    let login =
        ["membrane", "login", "--headless", "--url", desk.demo.membrane("url"), "-o", "json"];
    let first = desk.run(&login).ended(0).json();
    let second = desk.run(&login).ended(0).json();
    let old = code(&browse(first["url"].as_str().unwrap()));
    desk.run(&["membrane", "complete", &old]).ended(5);
    let state = second["url"].as_str().unwrap().split("state=").nth(1).unwrap().to_owned();
    let state = state.split('&').next().unwrap();
    let new = code(&browse(second["url"].as_str().unwrap()));
    let address = format!("http://127.0.0.1:9/callback?code={new}&state={state}");
    desk.run(&["membrane", "complete", &address]).ended(0);
}

#[test]
fn a_browser_brings_its_code_back_to_this_machine() {
    let desk = Desk::empty(&[]);
    let url = desk.demo.membrane("url");
    let mut command = desk.home.command(&["membrane", "login", "--url", url]);
    // Nobody's real browser.
    let mut child = command.env("PATH", "").stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address =
        lines.find_map(|line| line.unwrap().strip_prefix("Sign in here: ").map(str::to_owned));
    let page = browse(&address.unwrap());
    assert!(page.contains("Signed in"), "{page}");
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("Demo company")), "{rest:?}");
    desk.run(&["membrane", "status"]).ended(0);
}

#[test]
fn of_four_processes_with_an_ended_token_one_renews_it() {
    let desk = Desk::empty(&["--latency", "100ms"]);
    // Every token that ends within a minute is renewed ahead of time.
    desk.demo.switch(r#"{"token_holds": 30}"#);
    headless(&desk, &["-c", "mem"]);
    desk.through("letters", "membrane", "letterbox");
    desk.demo.switch(r#"{"token_holds": 3600}"#);
    let before = desk.count("POST /membrane/oauth/token");
    let list = ["-c", "letters", "list", "Person", "--limit", "1"];
    let start = |_| desk.home.command(&list).stdout(Stdio::null()).spawn().unwrap();
    let started: Vec<_> = (0..4).map(start).collect();
    for mut process in started {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(desk.count("POST /membrane/oauth/token") - before, 1);
}

#[test]
fn a_person_of_the_platform_signs_in_to_a_workspace_as_a_tenant() {
    let desk = Desk::empty(&[]);
    let workspace = desk.demo.membrane("workspace_key").to_owned();
    headless(&desk, &["--workspace", &workspace, "--tenant", "acme"]);
    let status = desk.run(&["membrane", "status", "-o", "json"]).ended(0).json();
    assert_eq!(status["membrane"][0]["user"], "acme");
    assert_eq!(desk.count("POST /membrane/org-workspaces/"), 1);
    desk.run(&["list", "Connection"]).ended(0);
    assert_eq!(desk.count("POST /membrane/org-workspaces/"), 1, "the token is kept");
    let other = ["membrane", "login", "--headless", "--workspace", "other"];
    assert!(desk.run(&other).ended(2).err.contains(&workspace));
    let elsewhere = ["-c", "new", "membrane", "login", "--headless", "--workspace", "nobodys"];
    let url = ["--url", desk.demo.membrane("url"), "-o", "json"];
    let begun = desk.run(&[&elsewhere[..], &url].concat()).ended(0).json();
    let code = code(&browse(begun["url"].as_str().unwrap()));
    let refused = desk.run(&["-c", "new", "membrane", "complete", &code]).ended(5);
    assert!(refused.err.contains("nobodys") && refused.err.contains(&workspace), "{}", refused.err);
    assert!(!refused.err.contains(desk.demo.membrane("workspace_secret")));
}

#[test]
fn a_workspaces_key_and_secret_make_their_own_token() {
    let desk = Desk::empty(&[]);
    let key = desk.demo.membrane("workspace_key").to_owned();
    let ways = ["--auth", "workspace-key", "--key", &key, "--user", "acme"];
    desk.sign_in(&ways, "workspace_secret");
    let status = desk.run(&["membrane", "status", "-o", "json"]).ended(0).json();
    assert_eq!(status["membrane"][0]["user"], "acme");
    assert_eq!(desk.count("oauth"), 0);
    desk.run(&["connection", "remove", "mem"]).ended(0);
    desk.sign_in(&ways, "workspace_key");
    let refused = desk.run(&["list", "Connection", "-o", "json"]).ended(5);
    assert!(refused.err.contains(r#""kind":"unauthorized""#), "{}", refused.err);
}

#[cfg(unix)]
#[test]
fn an_installed_command_line_of_membrane_is_asked_for_a_token() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::empty(&[]);
    let (bin, url) = (desk.home.path("bin"), desk.demo.membrane("url"));
    std::fs::create_dir_all(&bin).unwrap();
    let token = desk.demo.membrane("token");
    let script = bin.join("membrane");
    let text = format!(
        "#!/bin/sh\necho \"$@\" >> \"$HOME/asked\"\nprintf '\\n%s\\nTip: more\\n' '{token}'\n"
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let run = |arguments: &[&str]| {
        let output = desk.home.command(arguments).env("PATH", &path).output().unwrap();
        crate::program::Ran::from(output)
    };
    let add = ["connection", "add", "mem", "--kind", "membrane", "--url", url];
    run(&[&add[..], &["--auth", "cli", "--user", "acme"]].concat()).ended(0);
    run(&["membrane", "status"]).ended(0);
    run(&["list", "Connection"]).ended(0);
    let asked = std::fs::read_to_string(desk.home.path("asked")).unwrap();
    assert_eq!(asked, "token --tenantKey acme\n", "asked once, then kept");
    std::fs::write(&script, "#!/bin/sh\necho 'Run membrane login first' >&2\nexit 1\n").unwrap();
    run(&["membrane", "logout"]).ended(0);
    let refused = run(&["membrane", "status"]).ended(5);
    assert!(refused.err.contains("Run membrane login first"), "{}", refused.err);
    std::fs::remove_file(&script).unwrap();
    let missing = desk.run(&["membrane", "status"]).ended(5);
    assert!(missing.err.contains("membrane cannot be run"), "{}", missing.err);
}

#[test]
fn where_membrane_is_away_it_says_so_and_what_was_seen_is_shown() {
    let desk = Desk::open();
    desk.run(&["-c", "letters", "list", "Person", "--limit", "5"]).ended(0);
    let Desk { home, demo } = desk;
    drop(demo);
    for arguments in [
        &["-c", "mem", "membrane", "status"][..],
        &["-c", "mem", "membrane", "search", "letter"],
        &["-c", "mem", "membrane", "connect", "letterbox", "--no-browser"],
        &["-c", "letters", "action", "run", "ring-the-bell"],
        &["-c", "acme", "request", "Account"],
        &["connection", "test", "acme"],
    ] {
        let ran = home.run(arguments).ended(6);
        assert!(ran.err.contains("cannot be reached"), "{arguments:?}: {}", ran.err);
    }
    let kept =
        home.run(&["-c", "letters", "list", "Person", "--limit", "5", "-o", "json"]).ended(0);
    assert_eq!(kept.json()["source"], "cache");
}
