//! A ticket and what hangs on it.

use crate::house::{House, house};
use serde_json::{Value, json};

async fn new_ticket(house: &House) -> Value {
    let customer = house.first("customers", "customers").await["id"].clone();
    let body = json!({
        "customer_id": customer, "subject": "Axis 3 überhitzt", "problem_type": "Hardware",
        "comments_attributes": [{"subject": "Initial Issue", "body": "Since Monday", "hidden": true, "do_not_email": true}],
    });
    let answer = house.write("POST", "tickets", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["ticket"].clone()
}

#[tokio::test]
async fn a_ticket_is_made_changed_found_and_deleted() {
    let house = house().await;
    let ticket = new_ticket(&house).await;
    let (id, number) = (&ticket["id"], &ticket["number"]);
    assert_eq!(ticket["comments"][0]["body"], "Since Monday");
    let found = house.get(&format!("tickets?number={number}")).await.json();
    assert_eq!(&found["tickets"][0]["id"], id);
    let path = format!("tickets/{id}");
    let closed = house.write("PUT", &path, json!({"status": "Resolved"})).await.json();
    assert_eq!(closed["ticket"]["subject"], "Axis 3 überhitzt", "what is not sent stays");
    assert!(closed["ticket"]["resolved_at"].is_string());
    let open = house.write("PUT", &path, json!({"status": "New"})).await.json();
    assert!(open["ticket"]["resolved_at"].is_null());
    let gone = house.write("DELETE", &path, json!({})).await;
    assert_eq!(gone.json()["message"], "Ticket was successfully deleted. ");
    let again = house.get(&path).await;
    assert_eq!((again.status, again.json()), (404, json!({"message": "Not found"})));
}

#[tokio::test]
async fn what_is_wrong_with_a_ticket_is_said_in_two_ways() {
    let house = house().await;
    let made = house.write("POST", "tickets", json!({"subject": "x"})).await;
    assert_eq!((made.status, made.json()), (422, json!({"error": "Customer required field"})));
    let ticket = new_ticket(&house).await;
    let path = format!("tickets/{}", ticket["id"]);
    let changed = house.write("PUT", &path, json!({"subject": ""})).await;
    let words = json!({"success": false, "message": ["Subject can't be blank"]});
    assert_eq!((changed.status, changed.json()), (422, words));
    let child = house.write("PUT", &path, json!({"parent_id": 1})).await;
    assert_eq!(child.status, 403);
}

#[tokio::test]
async fn only_a_comment_that_may_be_mailed_leaves_the_house() {
    let house = house().await;
    let ticket = new_ticket(&house).await;
    let path = format!("tickets/{}/comment", ticket["id"]);
    for (hidden, silent) in [(true, true), (false, true), (false, false)] {
        let body =
            json!({"subject": "Update", "body": "Ready", "hidden": hidden, "do_not_email": silent});
        let answer = house.write("POST", &path, body).await.json();
        assert_eq!(answer["comment"]["hidden"], hidden);
        assert!(answer["comment"].get("do_not_email").is_none());
    }
    let sent = house.sent().await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["what"], "email");
    let wrong = house.write("POST", &path, json!({"body": ""})).await;
    assert_eq!(wrong.json()["message"], json!(["Body can't be blank", "Subject can't be blank"]));
}

#[tokio::test]
async fn comments_come_in_pages_newest_first_and_lists_carry_the_first_alone() {
    let house = house().await;
    let newest = house.first("tickets", "tickets").await;
    assert_eq!(newest["comments"].as_array().unwrap().len(), 1);
    let path = format!("tickets/{}/comments", newest["id"]);
    let page = house.get(&path).await.json();
    assert_eq!(page["comments"].as_array().unwrap().len(), 10);
    assert_eq!(page["meta"], json!({"total_pages": 7, "page": 1, "per_page": 10}));
    let last = house.get(&format!("{path}?page=7")).await.json();
    assert_eq!(last["comments"][0]["subject"], "Initial Issue");
    let up = house.get(&format!("{path}?sort_direction=ASC&per_page=2")).await.json();
    assert_eq!(up["comments"][0]["subject"], "Initial Issue");
    assert_eq!(up["comments"].as_array().unwrap().len(), 2);
}
