//! What a client falls over: overwriting writes, members that are ignored, deletions that are none, forms of values.

use crate::house::{House, house, house_with};
use ficha::demo::Options;
use serde_json::{Value, json};

async fn customer(house: &House) -> Value {
    house.first("customers", "customers").await["id"].clone()
}

#[tokio::test]
async fn properties_of_a_new_asset_are_lost_and_a_later_write_replaces_them() {
    let house = house().await;
    let body = json!({"name": "Cell", "customer_id": customer(&house).await, "asset_type_name": "Robot", "properties": {"Axes": "6"}});
    let asset = house.write("POST", "customer_assets", body).await.json()["asset"].clone();
    assert_eq!(asset["properties"], json!({}));
    let path = format!("customer_assets/{}", asset["id"]);
    for properties in [json!({"Axes": "6", "Payload kg": "20"}), json!({"Axes": "7"})] {
        let body = json!({"name": "Cell", "properties": properties});
        let read = house.write("PUT", &path, body).await.json();
        assert_eq!(read["asset"]["properties"], properties);
    }
    let unknown = json!({"name": "Cell", "asset_type_name": "Toaster"});
    let refused = house.write("POST", "customer_assets", unknown).await;
    assert_eq!(
        (refused.status, &refused.json()["message"][0]),
        (422, &json!("Asset type can't be blank"))
    );
    assert_eq!(house.write("DELETE", &path, json!({})).await.status, 404, "there is no delete");
}

#[tokio::test]
async fn an_invoice_takes_no_lines_when_made_and_forgets_what_a_write_leaves_out() {
    let house = house().await;
    let lines = json!([{"item": "Work", "name": "Work", "price": 10}]);
    let body = json!({"customer_id": customer(&house).await, "date": "2026-11-20", "note": "n", "po_number": "7", "line_items": lines});
    let made = house.write("POST", "invoices", body).await.json()["invoice"].clone();
    assert_eq!((&made["line_items"], &made["total"]), (&json!([]), &json!("0.0")));
    let path = format!("invoices/{}", made["id"]);
    let product = house.first("products?query=pendant", "products").await;
    let line = json!({"product_id": product["id"], "price": 1, "quantity": 2});
    let line =
        house.write("POST", &format!("{path}/line_items"), line).await.json()["line_item"].clone();
    assert_eq!(
        (&line["price"], &line["quantity"]),
        (&json!("1199.0"), &json!("2.0")),
        "the product's price wins"
    );
    let read = house.get(&path).await.json()["invoice"].clone();
    assert_eq!(read["subtotal"], "2398.0");
    let read = house.write("PUT", &path, json!({"note": "new"})).await.json()["invoice"].clone();
    assert_eq!((&read["note"], &read["po_number"]), (&json!("new"), &json!(null)));
    let by_number = house.get(&format!("invoices/{}", made["number"].as_str().unwrap())).await;
    assert_eq!(by_number.json()["invoice"]["id"], made["id"]);
}

#[tokio::test]
async fn an_invoice_that_is_paid_stays_whatever_its_deletion_says() {
    let house = house().await;
    let paid = house.first("invoices?paid=true", "invoices").await["id"].clone();
    let body = json!({"customer_id": customer(&house).await, "date": "2026-11-20"});
    let fresh = house.write("POST", "invoices", body).await.json()["invoice"]["id"].clone();
    for (id, left) in [(paid, 200), (fresh, 404), (json!(1), 404)] {
        let path = format!("invoices/{id}");
        assert_eq!(house.write("DELETE", &path, json!({})).await.status, 200);
        assert_eq!(house.get(&path).await.status, left, "{path}");
    }
}

#[tokio::test]
async fn a_payment_in_cents_settles_an_invoice() {
    let house = house().await;
    let open = house.first("invoices?unpaid=true", "invoices").await;
    let due = open["balance_due"].as_f64().unwrap();
    let path = format!("invoices/{}", open["id"]);
    #[expect(clippy::cast_possible_truncation, reason = "amounts in a test are small")]
    let cents = (due * 100.0).round() as i64;
    let body = json!({"invoice_id": open["id"], "amount_cents": cents, "payment_method": "Cash"});
    let payment = house.write("POST", "payments", body).await.json()["payment"].clone();
    assert_eq!(payment["payment_amount"], json!(due));
    let read = house.get(&path).await.json()["invoice"].clone();
    assert_eq!((&read["is_paid"], &read["balance_due"]), (&json!(true), &json!("0.0")));
    assert!(read["payments"].as_array().unwrap().iter().any(|it| it["id"] == payment["id"]));
    let card =
        json!({"customer_id": open["customer_id"], "credit_card_number": "4111111111111111"});
    let refused = house.write("POST", "payments", card).await;
    assert!(refused.status == 422 && !refused.body.contains("4111"));
}

#[tokio::test]
async fn a_product_loses_its_stock_keeping_and_wants_both_names() {
    let house = house().await;
    let product = house.first("products?query=gearbox", "products").await;
    assert_eq!(product["maintain_stock"], true);
    let path = format!("products/{}", product["id"]);
    let refused = house.write("PUT", &path, json!({"notes": "x"})).await;
    assert_eq!(
        refused.json()["message"],
        json!(["Name can't be blank", "Description can't be blank"])
    );
    let body = json!({"name": product["name"], "description": product["description"]});
    let read = house.write("PUT", &path, body).await.json();
    assert_eq!(read["product"]["maintain_stock"], false);
    assert_eq!(read["product"]["price_retail"], product["price_retail"], "the rest stays");
}

#[tokio::test]
async fn deletions_answer_each_in_their_own_way() {
    let house = house().await;
    let first = async |list: &str, name: &str| house.first(list, name).await["id"].clone();
    let contract = first("contracts", "contracts").await;
    let alert = first("rmm_alerts", "rmm_alerts").await;
    let portal = first("portal_users", "portal_users").await;
    let estimate = house.first("estimates", "estimates").await;
    let canned = first("canned_responses", "canned_responses").await;
    let gone = async |path: String| house.write("DELETE", &path, json!({})).await;
    gone(format!("contracts/{contract}")).await;
    let read = house.get(&format!("contracts/{contract}")).await;
    assert_eq!((read.status, read.body.as_str()), (200, "null"));
    let answer = gone(format!("rmm_alerts/{alert}")).await;
    assert_eq!(answer.json(), json!({"success": "true"}));
    let read = house.get(&format!("rmm_alerts/{alert}")).await.json();
    assert_eq!(read["rmm_alert"]["resolved"], true, "it is only resolved");
    assert_eq!(gone(format!("portal_users/{portal}")).await.json()["id"], portal);
    let words =
        format!("{}: We deleted # {}", estimate["id"], estimate["number"].as_str().unwrap());
    assert_eq!(gone(format!("estimates/{}", estimate["id"])).await.json()["message"], words);
    let answer = gone(format!("canned_responses/{canned}")).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
}

#[tokio::test]
async fn an_estimate_becomes_an_invoice_with_its_lines() {
    let house = house().await;
    let fresh = house.first("estimates?status=Fresh", "estimates").await;
    let path = format!("estimates/{}", fresh["id"]);
    let answer = house.write("POST", &format!("{path}/convert_to_invoice"), json!({})).await;
    let invoice = answer.json()["invoice"].clone();
    assert_eq!(invoice["total"], fresh["total"]);
    let read = house.get(&path).await.json()["estimate"].clone();
    assert_eq!((&read["status"], &read["invoice_id"]), (&json!("Approved"), &invoice["id"]));
    let again = house.write("POST", &format!("{path}/convert_to_invoice"), json!({})).await;
    assert!(again.status == 422 && again.json()["error"].is_string());
    for work in ["email", "print"] {
        let sent =
            house.write("POST", &format!("invoices/{}/{work}", invoice["id"]), json!({})).await;
        assert_eq!(sent.status, 200);
    }
    let sent = house.sent().await;
    let kinds: Vec<&Value> = sent.iter().map(|it| &it["what"]).collect();
    assert_eq!(kinds, [&json!("email"), &json!("print")]);
}

#[tokio::test]
async fn values_have_the_forms_of_the_contract() {
    let house = house().await;
    let customer = house.first("customers", "customers").await;
    let stamp = customer["created_at"].as_str().unwrap();
    assert!(stamp.ends_with("+01:00") || stamp.ends_with("+02:00"), "{stamp}");
    let phone = customer["phone"].as_str().unwrap();
    assert!(phone.bytes().all(|byte| byte.is_ascii_digit()), "{phone}");
    let phones = house.get(&format!("customers/{}/phones", customer["id"])).await.json();
    assert!(phones["phones"][0]["created_at"].as_str().unwrap().ends_with('Z'));
    let written = json!({"label": "Work", "number": "+49 (30) 1234-5"});
    let path = format!("customers/{}/phones", customer["id"]);
    assert_eq!(house.write("POST", &path, written).await.json()["number"], "493012345");
    let user = house.get("users/1000001").await.json()["user"].clone();
    assert!(user["admin?"].is_boolean() && user.get("admin").is_none());
    let product = house.first("products", "products").await;
    let invoice = house.first("invoices?paid=true", "invoices").await;
    assert!(product["price_retail"].is_f64() && invoice["total"].is_string());
    assert!(invoice["amount_paid"].is_f64());
    assert_eq!(invoice["date"].as_str().unwrap().len(), 10);
    let meeting = house.first("appointments", "appointments").await["appointment"].clone();
    assert_eq!(meeting["do_not_email"], "1");
    let device = house.first("customer_assets?query=WS-", "assets").await;
    assert!(device["properties"]["kabuto_information"]["os"]["name"].is_string());
    let flags = device["rmm_store"]["triggers"].as_object().unwrap();
    assert!(flags.values().all(|flag| *flag == "true" || *flag == "false"));
}

#[tokio::test]
async fn the_same_seed_makes_the_same_company() {
    let of = async |seed: u64| {
        let house = house_with(Options {
            records: 100,
            seed,
            ..Options::new(crate::house::NOW.parse().unwrap())
        })
        .await;
        let mut bodies = Vec::new();
        for path in ["customers", "tickets", "customer_assets", "invoices", "leads"] {
            bodies.push(house.get(path).await.body);
        }
        (bodies, house.demo.introduction().syncro.token.clone())
    };
    let (one, other, third) = (of(5).await, of(5).await, of(6).await);
    assert_eq!(one.1, other.1);
    assert_ne!(one.1, third.1);
    assert_eq!(one.0, other.0);
    assert_ne!(one.0[0], third.0[0]);
}
