//! Tokens, permissions, the limit, what must be said about a body.

use crate::house::{House, house, send};
use serde_json::json;

const MISSING_RIGHT: &str =
    "Not authorized. Please ask account admin to update your group permissions.";

#[tokio::test]
async fn a_token_is_wanted_and_says_what_it_may() {
    let house = house().await;
    for path in ["me", "tickets", "nothing/here"] {
        let answer = send(house.request("GET", path)).await;
        assert_eq!(answer.status, 401, "{path}");
        assert_ne!(answer.json()["error"], MISSING_RIGHT, "{path}");
    }
    let full = house.get("me").await.json();
    assert_eq!((&full["admin"], &full["user_name"]), (&json!(true), &json!("Ada Lindqvist")));
    let little = house.limited("GET", "me", None).await.json();
    assert_eq!(
        little["permissions"]["customer"],
        json!({"read": true, "write": false, "delete": false})
    );
    assert_eq!(little["permissions"]["invoice"]["read"], false);
    assert!(little.get("user_token").is_none());
}

#[tokio::test]
async fn a_missing_permission_is_a_401_with_its_words() {
    let house = house().await;
    let ticket = house.first("tickets", "tickets").await["id"].clone();
    for (method, path, body) in [
        ("GET", "invoices".to_owned(), None),
        ("GET", "line_items".to_owned(), None),
        ("GET", "appointment_types".to_owned(), None),
        ("PUT", format!("tickets/{ticket}"), Some(json!({"status": "Resolved"}))),
        ("POST", format!("tickets/{ticket}/comment"), Some(json!({"subject": "x", "body": "y"}))),
        ("DELETE", format!("tickets/{ticket}"), Some(json!({}))),
    ] {
        let answer = house.limited(method, &path, body).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (401, &json!(MISSING_RIGHT)),
            "{path}"
        );
    }
    assert_eq!(house.limited("GET", "tickets", None).await.status, 200);
}

#[tokio::test]
async fn a_write_that_does_not_call_itself_json_meets_a_page() {
    let house = house().await;
    let token = &house.demo.introduction().syncro.token;
    for request in [
        house.request("POST", "customers").body("{}"),
        house.request("POST", "customers").header("Content-Type", "application/json").body("{no"),
        house.request("DELETE", "customers/1"),
    ] {
        let answer = send(request.bearer_auth(token)).await;
        assert_eq!(answer.status, 400);
        assert!(answer.kind.starts_with("text/html") && answer.body.contains("<h1>"), "{answer:?}");
    }
}

async fn statuses(house: &House, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(house.get("me").await.status);
    }
    statuses
}

#[tokio::test]
async fn more_than_the_limit_is_a_429_that_says_nothing() {
    let house = house().await;
    house.limit(&json!({"requests": 3, "milliseconds": 600_000})).await;
    assert_eq!(statuses(&house, 5).await, [200, 200, 200, 429, 429]);
    let refused = house.get("tickets").await;
    assert!(refused.headers.get("retry-after").is_none());
    assert!(serde_json::from_str::<serde_json::Value>(&refused.body).is_err());
    house.limit(&json!({"requests": null})).await;
    assert_eq!(statuses(&house, 5).await, [200; 5]);
}
