//! Failures on request, and the log.

use crate::house::{House, house, house_with, options};
use serde_json::{Value, json};

async fn plan(house: &House, spec: &str) -> u16 {
    let url = format!("{}/_demo/faults", house.demo.introduction().espocrm.url);
    house
        .client
        .post(url)
        .body(json!({"spec": spec}).to_string())
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

async fn log(house: &House) -> Vec<Value> {
    let url = format!("{}/_demo/log", house.demo.introduction().espocrm.url);
    let text = house.client.get(url).send().await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["requests"].as_array().unwrap().clone()
}

fn ask(house: &House) -> reqwest::RequestBuilder {
    house
        .request("GET", "Account?maxSize=5")
        .header("X-Api-Key", &house.demo.introduction().espocrm.api_key)
}

#[tokio::test]
async fn each_failure_fails_as_it_says_and_the_switches_do_not() {
    let house = house().await;
    assert_eq!(plan(&house, "429:100%").await, 200);
    let limited = ask(&house).send().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()),
        (429, "1")
    );
    plan(&house, "status:503:100%").await;
    assert_eq!(ask(&house).send().await.unwrap().status(), 503);
    for spec in ["drop:100%", "offline"] {
        plan(&house, spec).await;
        assert!(ask(&house).send().await.is_err(), "{spec} answers nothing");
    }
    plan(&house, "half:100%").await;
    let half = ask(&house).send().await.unwrap();
    assert_eq!(half.status(), 200);
    assert!(half.bytes().await.is_err(), "half a body is an error");
    plan(&house, "garbage:100%").await;
    let garbage = ask(&house).send().await.unwrap().bytes().await.unwrap();
    assert!(serde_json::from_slice::<Value>(&garbage).is_err());
    plan(&house, "html:100%").await;
    assert!(ask(&house).send().await.unwrap().text().await.unwrap().starts_with("<!doctype"));
    plan(&house, "fat:2MB:100%").await;
    assert_eq!(ask(&house).send().await.unwrap().bytes().await.unwrap().len(), 2_000_000);
    plan(&house, "redirect:100%").await;
    let away = ask(&house).send().await.unwrap();
    assert!(
        away.status() == 302
            && away.headers()["location"].to_str().unwrap().starts_with("http://localhost:")
    );
    assert_eq!(plan(&house, "nonsense").await, 400);
    plan(&house, "").await;
    assert_eq!(ask(&house).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_hanging_answer_never_comes_and_a_slow_one_does() {
    let house =
        house_with(ficha::demo::Options { faults: "slow:100%@5ms".parse().unwrap(), ..options() })
            .await;
    assert_eq!(ask(&house).send().await.unwrap().status(), 200);
    plan(&house, "hang").await;
    let wait = std::time::Duration::from_millis(100);
    assert!(ask(&house).timeout(wait).send().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn the_log_tells_what_was_asked_without_the_secrets() {
    let house = house().await;
    ask(&house).send().await.unwrap();
    let entries = log(&house).await;
    let entry = &entries[0];
    assert_eq!(
        (&entry["method"], &entry["path"], &entry["status"]),
        (&json!("GET"), &json!("/api/v1/Account"), &json!(200))
    );
    let text = json!(entries).to_string();
    assert!(
        text.contains("x-api-key") && !text.contains(&house.demo.introduction().espocrm.api_key)
    );
}
