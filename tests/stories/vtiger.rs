//! What only a Vtiger has: lines of a quote, comments on a ticket, sessions that end, and users who
//! may not read each other's names.
use serde_json::{Value, json};

use super::support::story::{House, Story};

/// A quote with three lines; its id.
async fn quote(house: &House) -> String {
    let first = |rows: Value| rows[0]["id"].as_str().unwrap().to_owned();
    let query = |text: &'static str| house.at_vtiger("query", &[("query", text)]);
    let account = first(query("SELECT id FROM Accounts ORDER BY id LIMIT 0,1;").await);
    let items = query("SELECT id FROM Products ORDER BY id LIMIT 0,3;").await;
    let line = |at: usize, quantity: &str, price: &str| {
        json!({ "productid": items[at]["id"], "quantity": quantity, "listprice": price })
    };
    let element = json!({
        "subject": "Three lines",
        "account_id": account,
        "assigned_user_id": "19x1",
        "quotestage": "Created",
        "bill_street": "Lange Reihe 12",
        "ship_street": "Lange Reihe 12",
        "productid": items[0]["id"],
        "hdnTaxType": "group",
        "LineItems": [line(0, "1", "10"), line(1, "2", "20"), line(2, "3", "30")],
    });
    let params = [("elementType", "Quotes"), ("element", &element.to_string())];
    house.at_vtiger("create", &params).await["id"].as_str().unwrap().to_owned()
}

async fn retrieve(house: &House, id: &str) -> Value {
    house.at_vtiger("retrieve", &[("id", id)]).await
}

/// Quantity and price of each line.
async fn lines(house: &House, id: &str) -> Vec<(f64, f64)> {
    let quote = retrieve(house, id).await;
    let lines = quote["LineItems"].as_array().unwrap();
    let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    lines.iter().map(|line| (number(&line["quantity"]), number(&line["listprice"]))).collect()
}

async fn first_of(house: &House, kind: &str, wanted: &str) -> Story {
    let mut story = house.open(kind, 140, 44).await;
    story.sees(wanted).await;
    story
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_with_three_lines_is_edited() {
    for kind in ["vtiger", "vtiger-cloud"] {
        let house = House::with_vtiger(kind, true).await;
        let id = quote(&house).await;
        let mut story = first_of(&house, "Quotes", "Three lines").await;
        story.press("enter").await;
        let screen = story.sees_all(&["Quantity", "List price", "Total"]).await;
        std::fs::write(format!("/tmp/q-{kind}.txt"), &screen).unwrap();
        story.kill().await;
        let _ = lines(&house, &id).await;
    }
}
