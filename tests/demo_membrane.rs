//! The demo's Membrane dialect over real HTTP, against the contract ("§") and the vendor's recorded requests.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; recordings are found through the environment"
)]
#![allow(dead_code, reason = "the house serves other tests too")]

#[path = "demo/house.rs"]
mod house;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use house::{House, house};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Status and JSON of a request to the platform.
async fn ask(house: &House, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let token = house.demo.introduction().membrane.clone().token;
    ask_as(house, &token, method, path, body).await
}

async fn ask_as(
    house: &House,
    token: &str,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let url = format!("{}{path}", house.demo.introduction().membrane.clone().url);
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = house.client.request(method, url).bearer_auth(token);
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn get(house: &House, path: &str) -> Value {
    let (status, body) = ask(house, "GET", path, None).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

#[tokio::test]
async fn a_token_of_the_workspaces_secret_opens_and_another_one_does_not() {
    let house = house().await;
    let about = house.demo.introduction().membrane.clone();
    let sign = |claims: &Value, secret: &str| {
        use hmac::{Hmac, KeyInit, Mac};
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let signature = mac.chain_update(&signed).finalize().into_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let (key, secret) = (&about.workspace_key, &about.workspace_secret);
    for (claims, secret, expected) in [
        (json!({"workspaceKey": key, "tenantKey": "acme", "exp": 4_000_000_000_i64}), secret, 200),
        (json!({"iss": key, "id": "acme", "exp": 4_000_000_000_i64}), secret, 200),
        (json!({"workspaceKey": key, "exp": 1_000_000_000}), secret, 401),
        (json!({"workspaceKey": "other", "exp": 4_000_000_000_i64}), secret, 401),
        (json!({"workspaceKey": key, "exp": 4_000_000_000_i64}), key, 401),
    ] {
        let token = sign(&claims, secret);
        let (status, body) = ask_as(&house, &token, "GET", "/self", None).await;
        assert_eq!(status, expected, "{claims}: {body}");
        if status == 401 {
            assert_eq!(body["key"], "not_authenticated");
        }
    }
}

#[tokio::test]
async fn a_browser_is_sent_back_with_a_code_that_works_once_and_only_with_its_verifier() {
    let house = house().await;
    let url = house.demo.introduction().membrane.clone().url;
    let redirect = "http://127.0.0.1:9/callback";
    let (status, client) =
        ask_as(&house, "", "POST", "/oauth/register", Some(json!({"redirect_uris": [redirect]})))
            .await;
    assert_eq!(status, 201);
    let client = client["client_id"].as_str().unwrap().to_owned();
    let verifier = "a-verifier-that-is-long-enough-to-be-one-of-43-characters";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let asked = url::Url::parse_with_params(
        &format!("{url}/oauth/authorize"),
        [
            ("response_type", "code"),
            ("client_id", &client),
            ("redirect_uri", redirect),
            ("state", "s1"),
            ("scope", "tenant"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ],
    );
    let asked = asked.unwrap();
    let code = |place: &str| {
        let place = url::Url::parse(place).unwrap();
        let pairs: Vec<_> = place.query_pairs().into_owned().collect();
        assert!(pairs.contains(&("state".to_owned(), "s1".to_owned())));
        pairs.into_iter().find(|(key, _)| key == "code").unwrap().1
    };
    let exchange = |code: String, verifier: &'static str| {
        let form = [
            ("grant_type", "authorization_code".to_owned()),
            ("code", code),
            ("client_id", client.clone()),
            ("redirect_uri", redirect.to_owned()),
            ("code_verifier", verifier.to_owned()),
        ];
        let body: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        house.client.post(format!("{url}/oauth/token")).body(body).send()
    };
    for (verifier, expected) in [("wrong", 400), (verifier, 200)] {
        let answer = house.client.get(asked.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 302);
        let code = code(answer.headers()["location"].to_str().unwrap());
        let answer = exchange(code.clone(), verifier).await.unwrap();
        assert_eq!(answer.status().as_u16(), expected);
        assert_eq!(exchange(code, verifier).await.unwrap().status(), 400, "a code works once");
        if expected == 200 {
            let token: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            let access = token["access_token"].as_str().unwrap();
            assert_eq!(ask_as(&house, access, "GET", "/self", None).await.0, 200);
        }
    }
}

#[tokio::test]
async fn the_proxy_reaches_the_company_and_passes_the_apps_answer_on() {
    let house = house().await;
    let page = get(&house, "/connections/espocrm/proxy/api/v1/Contact?maxSize=1").await;
    assert_eq!(page["list"].as_array().unwrap().len(), 1);
    let (status, _) =
        ask(&house, "GET", "/connections/espocrm/proxy/api/v1/Contact/none", None).await;
    assert_eq!(status, 404, "the app's own status");
    let (status, body) =
        ask(&house, "GET", "/connections/needs-you/proxy/api/v1/Contact", None).await;
    assert_eq!((status, &body["key"]), (400, &json!("connection_is_defunct")));
    let (status, body) = ask(&house, "GET", "/connections/nobody/proxy/x", None).await;
    assert_eq!((status, &body["key"]), (404, &json!("not_found")));
}

#[tokio::test]
async fn an_action_runs_by_key_and_by_id_and_its_log_tells_what_was_exchanged() {
    let house = house().await;
    let found = get(&house, "/actions?connectionId=espocrm&intent=list+contacts").await;
    let first = &found["items"][0];
    assert_eq!(first["key"], "list-contacts");
    let id = first["id"].as_str().unwrap().to_owned();
    for body in [json!({"key": "list-contacts"}), json!({"id": id})] {
        let mut body = body;
        body["connectionId"] = json!("espocrm");
        body["input"] = json!({"maxSize": 2});
        let (status, ran) = ask(&house, "POST", "/act", Some(body)).await;
        assert_eq!(status, 200, "{ran}");
        assert_eq!(ran["output"]["list"].as_array().unwrap().len(), 2);
        let run = ran["actionRunId"].as_str().unwrap();
        assert_eq!(get(&house, &format!("/action-run-logs/{run}")).await["status"], "success");
        let details = get(&house, &format!("/action-run-logs/{run}/details")).await;
        assert_eq!(details["requests"][0]["request"]["path"], "/api/v1/Contact");
    }
    let strange = json!({"key": "list-contacts", "connectionId": "espocrm", "sort": 1});
    assert_eq!(ask(&house, "POST", "/act", Some(strange)).await.0, 400, "the body is strict");
}

#[tokio::test]
async fn a_failed_run_names_its_causes_and_its_log() {
    let house = house().await;
    let body = json!({"key": "bounce-letter", "connectionKey": "letterbox", "input": {}});
    let (status, error) = ask(&house, "POST", "/act", Some(body)).await;
    assert_eq!(status, 400);
    let deepest = &error["causedByError"]["causedByError"];
    assert!(deepest["message"].as_str().unwrap().contains("Sundays"), "{error}");
    let run = error["actionRunId"].as_str().unwrap();
    assert_eq!(get(&house, &format!("/action-run-logs/{run}")).await["status"], "error");
}

#[tokio::test]
async fn people_are_listed_page_by_page_each_once_and_written() {
    let house = house().await;
    let run = async |key: &str, input: Value| {
        let body = json!({"key": key, "connectionKey": "letterbox", "input": input});
        let (status, ran) = ask(&house, "POST", "/act", Some(body)).await;
        assert_eq!(status, 200, "{key}: {ran}");
        ran["output"].clone()
    };
    let (mut seen, mut cursor) = (std::collections::BTreeSet::new(), Value::Null);
    loop {
        let page = run("list-people", json!({"cursor": cursor})).await;
        for one in page["records"].as_array().unwrap() {
            assert!(seen.insert(one["id"].as_str().unwrap().to_owned()), "twice: {one}");
        }
        cursor = page["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 137);
    let made = run("create-person", json!({"fields": {"name": "New 🍇"}})).await;
    let changed = json!({"id": made["id"], "fields": {"city": "Faro"}});
    run("update-person", changed).await;
    let one = run("find-person-by-id", json!({"id": made["id"]})).await;
    assert_eq!((&one["name"], &one["fields"]["city"]), (&json!("New 🍇"), &json!("Faro")));
}

#[tokio::test]
async fn a_request_for_a_connection_ends_in_one_and_a_repair_makes_no_second() {
    let house = house().await;
    let count = async || get(&house, "/connections").await["items"].as_array().unwrap().len();
    let before = count().await;
    let wait = async |body: Value| {
        let (status, request) = ask(&house, "POST", "/connection-requests", Some(body)).await;
        assert_eq!(status, 200, "{request}");
        let path = format!("/connection-requests/{}", request["requestId"].as_str().unwrap());
        for _ in 0..5 {
            let now = get(&house, &path).await;
            if now["status"] == "success" {
                return now["resultConnectionId"].as_str().unwrap().to_owned();
            }
        }
        panic!("it stays pending")
    };
    wait(json!({"connectionId": "needs-you"})).await;
    assert_eq!(count().await, before, "mended in place");
    assert_eq!(get(&house, "/connections/needs-you").await["state"], "READY");
    let made = wait(json!({"connectorKey": "letterbox", "name": "Second"})).await;
    assert_eq!(count().await, before + 1);
    assert_eq!(ask(&house, "DELETE", &format!("/connections/{made}"), None).await.0, 200);
    assert_eq!(count().await, before, "archived ones are not listed");
}

/// Every request that the vendor's SDK was recorded to send finds a handler here.
#[tokio::test]
async fn what_the_vendors_sdk_asks_is_answered() {
    let place =
        std::env::var("FICHA_CONTRACTS").unwrap_or_else(|_| "../shared/contracts".to_owned());
    let Ok(recorded) = std::fs::read_to_string(format!("{place}/membrane/sdk-recorded.jsonl"))
    else {
        eprintln!("SKIPPED: no recordings of the vendor's SDK at {place}");
        return;
    };
    let house = house().await;
    let action = get(&house, "/actions?connectionId=espocrm&search=list+leads").await;
    let action = action["items"][0]["id"].as_str().unwrap().to_owned();
    let mut answered = 0;
    for line in recorded.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let own = |text: &str| text.replace("665000000000000000000101", &action);
        let body = (!line["body"].is_null())
            .then(|| serde_json::from_str(&own(&line["body"].to_string())).unwrap());
        let (method, url) =
            (line["method"].as_str().unwrap(), own(line["rawUrl"].as_str().unwrap()));
        let (status, said) = ask(&house, method, &url, body).await;
        let is_known =
            status < 400 || said["key"] != "not_found" || url.contains("000000000000000000000000");
        assert!(is_known, "{method} {url}: {status} {said}");
        answered += 1;
    }
    eprintln!("{answered} recorded requests of the vendor's SDK are answered");
    assert!(answered >= 20);
}
