//! Timers, lines, worksheets, blueprints, schedules, orders, attendance and what else there is.

use crate::house::{House, house, send};
use serde_json::{Value, json};

async fn ticket(house: &House) -> String {
    format!("tickets/{}", house.first("tickets", "tickets").await["id"])
}

#[tokio::test]
async fn a_timer_runs_rests_stops_and_is_charged_as_a_line() {
    let house = house().await;
    let path = ticket(&house).await;
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let begun =
        house.write("POST", "ticket_timers", json!({"ticket_id": id, "notes": "Axis 3"})).await;
    assert_eq!(begun.status, 201);
    let timer = begun.json()["ticket_timer"].clone();
    assert_eq!(timer["status"], "status_running");
    let again = house.write("POST", "ticket_timers", json!({"ticket_id": id})).await;
    assert_eq!((again.status, &again.json()["ticket_timer"]["id"]), (200, &timer["id"]));
    let turn = async |work: &str| {
        house.write("POST", &format!("ticket_timers/{}/{work}", timer["id"]), json!({})).await
    };
    assert_eq!(turn("pause").await.json()["ticket_timer"]["status"], "status_paused");
    assert_eq!(
        turn("pause").await.json()["errors"][0],
        "Ticket timer cannot transition from status 'status_paused'"
    );
    assert_eq!(turn("start").await.json()["ticket_timer"]["status"], "status_running");
    assert!(turn("stop").await.json()["ticket_timer"]["end_time"].is_string());
    let quiet = house
        .write("PATCH", &format!("ticket_timers/{}?billable=false", timer["id"]), json!({}))
        .await;
    assert_eq!(quiet.json()["ticket_timer"]["billable"], false);
    let entry =
        json!({"start_at": "2026-11-23T01:00:00Z", "duration_minutes": 90, "notes": "Gearbox"});
    let entry = house.write("POST", &format!("{path}/timer_entry"), entry).await.json();
    assert_eq!(
        (&entry["active_duration"], &entry["end_time"]),
        (&json!(5400), &json!("2026-11-23T02:30:00.000Z"))
    );
    let body = json!({"timer_entry_id": entry["id"], "duration_minutes": 120});
    house.write("PUT", &format!("{path}/update_timer_entry"), body).await;
    let charged = house
        .write(
            "POST",
            &format!("{path}/charge_timer_entry"),
            json!({"timer_entry_id": entry["id"]}),
        )
        .await
        .json();
    assert_eq!(charged["recorded"], true);
    let read = house.get(&path).await.json()["ticket"].clone();
    let line = read["line_items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == charged["ticket_line_item_id"])
        .unwrap();
    assert_eq!(
        (&line["quantity"], &line["retail_cents"], &line["price_retail"]),
        (&json!("2.0"), &json!(9500), &json!(95.0))
    );
    let gone = house
        .write(
            "POST",
            &format!("{path}/delete_timer_entry"),
            json!({"timer_entry_id": entry["id"]}),
        )
        .await;
    assert_eq!(gone.json(), json!({"success": true}));
}

#[tokio::test]
async fn lines_of_a_ticket_are_named_in_the_body() {
    let house = house().await;
    let path = ticket(&house).await;
    let line = json!({"name": "Fence", "description": "2 m", "quantity": 3, "price_retail": "10.5", "price_cost": 4});
    let line = house.write("POST", &format!("{path}/add_line_item"), line).await.json();
    assert_eq!(
        (&line["retail_cents"], &line["cost_cents"], &line["quantity"]),
        (&json!(1050), &json!(400), &json!("3.0"))
    );
    let body = json!({"ticket_line_item_id": line["id"], "price_retail": 12});
    let changed = house.write("PUT", &format!("{path}/update_line_item"), body).await.json();
    assert_eq!(changed["ticket_line_item"]["retail_cents"], 1200);
    let gone = house
        .write(
            "POST",
            &format!("{path}/remove_line_item"),
            json!({"ticket_line_item_id": line["id"]}),
        )
        .await;
    assert_eq!(gone.json(), json!({"success": true, "message": ""}));
}

#[tokio::test]
async fn files_scripts_and_invitations_are_only_written_down() {
    let house = house().await;
    let path = ticket(&house).await;
    let file =
        json!({"files": [{"url": "https://files.example/plan.pdf", "filename": "plan.pdf"}]});
    house.write("POST", &format!("{path}/attach_file_url"), file).await;
    let files = house.get(&path).await.json()["ticket"]["attachments"].clone();
    let body = json!({"attachment_id": files[0]["id"]});
    assert_eq!(
        house.write("POST", &format!("{path}/delete_attachment"), body).await.json(),
        json!({"success": true})
    );
    let asset = house.first("customer_assets?query=WS-", "assets").await;
    let run = json!({"script_id": 4601, "run_type": "now", "freq": "once", "script_options": {"run_as": "system"}});
    let answer =
        house.write("POST", &format!("rmm/public_scripts/{}/schedule", asset["id"]), run).await;
    assert_eq!(answer.json()["message"], "Ok, script scheduled.");
    let user = house.first("portal_users", "portal_users").await["id"].clone();
    house.write("POST", "portal_users/create_invitation", json!({"id": user})).await;
    house.write("POST", &format!("{path}/print"), json!({})).await;
    let what: Vec<Value> = house.sent().await.iter().map(|it| it["what"].clone()).collect();
    assert_eq!(what, ["fetch", "script", "invitation", "print"]);
}

#[tokio::test]
async fn blueprints_and_forms_make_tickets() {
    let house = house().await;
    let customer = house.first("customers", "customers").await["id"].clone();
    let list = house.get("ticket_blueprints").await.json();
    let parent = list["ticket_blueprints"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["role"] == "parent")
        .unwrap();
    let answer = house
        .write(
            "POST",
            &format!("ticket_blueprints/{}/apply", parent["id"]),
            json!({"customer_id": customer}),
        )
        .await;
    assert_eq!(answer.status, 201);
    let made = answer.json();
    assert_eq!(
        made["child_ticket_ids"].as_array().unwrap().len(),
        usize::try_from(parent["children_count"].as_u64().unwrap()).unwrap()
    );
    let children = house.get(&format!("tickets?parent_id={}", made["ticket_id"])).await.json();
    assert_eq!(
        children["tickets"].as_array().unwrap().len(),
        made["child_ticket_ids"].as_array().unwrap().len()
    );
    let form = house.first("new_ticket_forms", "new_ticket_forms").await["id"].clone();
    let body = json!({
        "customer_details": {"firstname": "Neue", "lastname": "Kundin", "email": "neu@kunde.example"},
        "ticket_details": {"subject": "Arm hängt", "problem_type": "Hardware", "description": "Seit heute", "do_not_email": true},
        "appointments": {"summary": "Besuch", "start_at": "2026-11-24T08:00:00Z", "end_at": "2026-11-24T10:00:00Z"},
    });
    let made = house
        .write("POST", &format!("new_ticket_forms/{form}/process_form"), body)
        .await
        .json()["ticket"]
        .clone();
    let read = house.get(&format!("tickets/{}", made["id"])).await.json()["ticket"].clone();
    assert_eq!(read["customer"]["fullname"], "Neue Kundin");
    assert_eq!(read["appointments"][0]["duration"], 2);
    assert_eq!(read["comments"][0]["body"], "Seit heute");
    assert!(house.sent().await.is_empty());
}

#[tokio::test]
async fn schedules_orders_and_worksheets_are_written() {
    let house = house().await;
    let customer = house.first("customers", "customers").await["id"].clone();
    let plan = json!({"customer_id": customer, "name": "Backup", "frequency": "Monthly", "next_run": "2026-12-01", "paused": true});
    let plan = house.write("POST", "schedules", plan).await.json()["schedule"].clone();
    let path = format!("schedules/{}", plan["id"]);
    for (call, body) in [
        ("line_items", json!({"name": "Backup", "retail_cents": 2500, "quantity": 2})),
        ("add_line_item", json!({"name": "Extra", "price_retail": 1.5})),
    ] {
        let line = house.write("POST", &format!("{path}/{call}"), body).await.json();
        assert!(line["schedule_line_item"]["id"].is_i64(), "{line}");
    }
    let read = house.get(&path).await.json()["schedule"].clone();
    assert_eq!((&read["subtotal"], read["lines"].as_array().unwrap().len()), (&json!(51.5), 2));
    let last = read["lines"][1]["id"].clone();
    assert_eq!(
        house.write("POST", &format!("{path}/remove_line_item"), last).await.json(),
        json!({"success": true})
    );
    let vendor = house.first("vendors", "vendors").await["id"].clone();
    let order = house
        .write("POST", "purchase_orders", json!({"vendor_id": vendor, "shipping_cents": 500}))
        .await
        .json()["purchase_order"]
        .clone();
    let product = house.first("products?query=gearbox", "products").await;
    let path = format!("purchase_orders/{}", order["id"]);
    let line = json!({"product_id": product["id"], "quantity": 2});
    let line = house.write("POST", &format!("{path}/create_po_line_item"), line).await.json()["po_line_item"].clone();
    let read = house
        .write(
            "POST",
            &format!("{path}/receive"),
            json!({"line_item_id": line["id"], "received_quantity": 2}),
        )
        .await
        .json();
    assert_eq!(read["purchase_order"]["line_items"][0]["received"], true);
    let after = house.get(&format!("products/{}", product["id"])).await.json();
    assert_eq!(
        after["product"]["quantity"].as_i64(),
        product["quantity"].as_i64().map(|it| it + 2)
    );
    let tickets = ticket(&house).await;
    let sheet = house
        .write("POST", &format!("{tickets}/worksheet_results"), json!({"title": "Abnahme"}))
        .await
        .json();
    let path = format!("{tickets}/worksheet_results/{}", sheet["worksheet_result"]["id"]);
    let done = house.write("PUT", &path, json!({"complete": true})).await.json();
    assert_eq!(done["worksheet_result"]["complete"], true);
    assert_eq!(house.write("DELETE", &path, json!({})).await.status, 200);
    assert_eq!(house.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_file_for_an_order_is_looked_at() {
    let house = house().await;
    let order = house.first("purchase_orders", "purchase_orders").await["id"].clone();
    let token = &house.demo.introduction().syncro.token;
    let form = |name: &str, content: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--b--\r\n"
        )
    };
    let big = "x".repeat(10 * 1024 * 1024 + 1);
    for (body, status) in [
        (form("plan.pdf", "%PDF"), 201),
        (form("copy.pdf", "%PDF"), 422),
        (form("tool.exe", "MZ"), 415),
        (form("big.pdf", &big), 413),
    ] {
        let request = house.request("POST", &format!("purchase_orders/{order}/attachments"));
        let request =
            request.bearer_auth(token).header("Content-Type", "multipart/form-data; boundary=b");
        assert_eq!(send(request.body(body)).await.status, status);
    }
}

#[tokio::test]
async fn alerts_are_made_in_two_ways_and_muted() {
    let house = house().await;
    let asset = house.first("customer_assets", "assets").await;
    let body = json!({"asset_id": asset["id"], "description": "Noise", "formatted_output": "Louder than 80 dB"});
    for body in [body.clone(), json!({"rmm_alert": body})] {
        let answer = house.write("POST", "rmm_alerts", body).await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.json()["alert"]["customer_id"], asset["customer_id"]);
    }
    let newest = house.first("rmm_alerts", "rmm_alerts").await;
    assert_eq!(newest["description"], "Noise");
    let muted = house
        .write("POST", &format!("rmm_alerts/{}/mute?mute_for=1-week", newest["id"]), json!({}))
        .await;
    assert_eq!(muted.json(), json!({"success": "true"}));
    assert_ne!(house.first("rmm_alerts", "rmm_alerts").await["id"], newest["id"]);
}

#[tokio::test]
async fn people_clock_in_and_out_and_calls_are_known() {
    let house = house().await;
    let open = house.get("timelogs/last").await.json();
    assert!(open["out_at"].is_null());
    let out = house
        .write("PUT", "timelogs", json!({"out_at": "2026-11-23T16:00:00Z", "out_note": "Bye"}))
        .await
        .json();
    assert_eq!((&out["id"], &out["out_note"]), (&open["id"], &json!("Bye")));
    let new = house.write("PUT", "timelogs", json!({"in_note": "Again"})).await.json();
    assert_ne!(new["id"], open["id"]);
    let others = house.limited("GET", "timelogs", None).await.json();
    let me = house.limited("GET", "me", None).await.json()["user_id"].clone();
    assert!(others["timelogs"].as_array().unwrap().iter().all(|log| log["user_id"] == me));
    assert_eq!(
        house.get("callerid?did=%2B1%20202%20555%200003").await.json()["data"]["name"]
            .as_str()
            .map(str::is_empty),
        Some(false)
    );
    assert_eq!(house.get("callerid?did=000").await.body, "Disabled");
    let folder_customer =
        house.first("customer_assets?query=WS-", "assets").await["customer_id"].clone();
    let folders = house.get(&format!("policy_folders?customer_id={folder_customer}")).await.json();
    let root = &folders["policy_folders"][0];
    let refused = house.write("DELETE", &format!("policy_folders/{}", root["id"]), json!({})).await;
    assert_eq!(refused.json()["errors"][0], "Cannot delete a folder with child folders");
}
