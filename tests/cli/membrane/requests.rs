//! `ficha request` through Membrane with every flag, which are those of the vendor's own command
//! line.
use super::desk::Desk;

#[test]
fn every_flag_reaches_the_app_through_the_proxy_of_each_kind_of_connection() {
    let desk = Desk::open();
    desk.through("espo-app", "membrane", "espocrm");
    // Below the product's API, below the app's base, and at the platform itself.
    for (name, base) in
        [("acme", ""), ("espo-app", "/api/v1/"), ("mem", "/connections/espocrm/proxy/api/v1/")]
    {
        let request = |path: &str, arguments: &[&str]| {
            let path = format!("{base}{path}");
            desk.run(&[&["-c", name, "request", &path], arguments].concat())
        };
        let query = ["--query", "maxSize=1", "--query", "offset=2", "-H", "X-Mine: 1"];
        let list = request("Account", &query).ended(0).json();
        assert_eq!(list["list"].as_array().unwrap().len(), 1, "{name}");
        let id = list["list"][0]["id"].as_str().unwrap();
        let hole = format!("id={id}");
        let one = request("Account/{id}", &["--path-param", &hole]).ended(0).json();
        assert_eq!(one["id"], id, "{name}");
        let posted = request("Account", &["--json", r#"{"name":"By JSON"}"#]).ended(0).json();
        let made = format!("Account/{}", posted["id"].as_str().unwrap());
        let put = request(&made, &["-X", "PUT", "-d", r#"{"name":"By data"}"#]).ended(0).json();
        assert_eq!(put["name"], "By data", "{name}");
        let raw = [
            "-X",
            "PUT",
            "--raw-data",
            r#"{"name":"Raw"}"#,
            "-H",
            "Content-Type: application/json",
        ];
        assert_eq!(request(&made, &raw).ended(0).json()["name"], "Raw", "{name}");
        let piped = ["-c", name, "request", &format!("{base}{made}"), "-X", "PUT", "--json", "-"];
        let piped = desk.home.feed(&piped, r#"{"name":"Piped"}"#).ended(0).json();
        assert_eq!(piped["name"], "Piped", "{name}");
        request(&made, &["-X", "DELETE"]).ended(0);
        request(&made, &[]).ended(3);
        request("Account", &["-H", "Authorization: Bearer x"]).ended(2);
        request("Account/{id}", &["--path-param", "id=../User"]).ended(2);
        request("Account", &["--json", "{nope"]).ended(2);
    }
    let read_only = ["--read-only", "-c", "acme", "request", "Account", "--json", "{}"];
    desk.run(&read_only).ended(5);
}

#[test]
fn the_platforms_own_endpoints_answer_requests_too() {
    let desk = Desk::open();
    let me = desk.run(&["-c", "mem", "request", "/self"]).ended(0).json();
    assert_eq!(me["internalId"], "demo");
    let act = r#"{"connectionId":"letterbox","key":"count-letters","input":{}}"#;
    let ran = desk.run(&["-c", "mem", "request", "/act", "--json", act]).ended(0).json();
    assert!(ran["actionRunId"].is_string());
    let wrong = desk.run(&["-c", "mem", "request", "/act", "--json", r#"{"key":"a","id":"b"}"#]);
    wrong.ended(8);
    desk.run(&["-c", "mem", "request", "/nowhere"]).ended(3);
}
