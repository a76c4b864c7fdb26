//! Every shape of refusal that the contract knows, where it says that it occurs (§5).

use crate::house::house;
use crate::shape::{example, specification};
use serde_json::{Value, json};

/// What a refusal is to be, by its status and its members.
fn fits(body: &Value, wanted: &Value) -> bool {
    match (body, wanted) {
        (Value::Object(body), Value::Object(wanted)) => {
            body.len() == wanted.len()
                && wanted
                    .iter()
                    .all(|(name, value)| body.get(name).is_some_and(|own| fits(own, value)))
        }
        (_, Value::Null) => true,
        (Value::Array(body), Value::Array(wanted)) => {
            wanted.is_empty()
                || body.len() == wanted.len()
                    && body.iter().zip(wanted).all(|(own, it)| fits(own, it))
        }
        _ => body == wanted,
    }
}

#[tokio::test]
async fn refusals_have_their_shapes() {
    let house = house().await;
    let first = async |list: &str, name: &str| house.first(list, name).await["id"].to_string();
    let customer = first("customers", "customers").await;
    let contact = first("contacts", "contacts").await;
    let ticket = first("tickets", "tickets").await;
    let asset = first("customer_assets", "assets").await;
    let estimate = first("estimates", "estimates").await;
    let product = first("products", "products").await;
    let order = first("purchase_orders", "purchase_orders").await;
    let alert = first("rmm_alerts", "rmm_alerts").await;
    let schedule = first("schedules", "schedules").await;
    let form = first("new_ticket_forms", "new_ticket_forms").await;
    let blank = |names: &[&str]| json!({"success": false, "message": names.iter().map(|it| format!("{it} can't be blank")).collect::<Vec<_>>(), "params": null});
    for (method, path, body, status, wanted) in [
        (
            "POST",
            format!("products/{product}/product_skus"),
            json!({}),
            400,
            json!({"message": ["Vendor is blank", "Value is blank"]}),
        ),
        (
            "POST",
            "otp_login".into(),
            json!({"code": "1"}),
            401,
            json!({"login": false, "instructions": null}),
        ),
        ("GET", "contacts/1".into(), json!(null), 404, json!({"message": "Not found"})),
        (
            "GET",
            "customer_assets/1/patches".into(),
            json!(null),
            404,
            json!({"error": "Asset not found"}),
        ),
        (
            "GET",
            "policy_folders/1".into(),
            json!(null),
            404,
            json!({"errors": ["Policy folder not found"]}),
        ),
        (
            "GET",
            "policy_folders".into(),
            json!(null),
            404,
            json!({"errors": ["Customer not found"]}),
        ),
        (
            "POST",
            "customers".into(),
            json!({"firstname": "A", "email": "no"}),
            422,
            json!({"success": false, "message": ["Email is not an email", "Email Only able to parse up to \"no\""], "params": {"firstname": "A", "email": "no"}}),
        ),
        (
            "PUT",
            format!("customers/{customer}"),
            json!({"email": "no"}),
            422,
            json!({"success": false, "message": null}),
        ),
        (
            "POST",
            "appointments".into(),
            json!({"description": "x"}),
            422,
            json!({"success": false, "error": "Summary can't be blank,Start at can't be blank,End at can't be blank", "message": null, "params": {"description": "x"}}),
        ),
        (
            "POST",
            "contacts".into(),
            json!({"customer_id": customer.parse::<i64>().unwrap(), "name": "B", "email": "xxx"}),
            422,
            json!({"record": null, "errors": "Email is not an email"}),
        ),
        (
            "PUT",
            format!("contacts/{contact}"),
            json!({"email": "a@b.example"}),
            422,
            json!({"record": null, "errors": "Name can't be blank"}),
        ),
        (
            "POST",
            "contracts".into(),
            json!({"name": "No Customer"}),
            422,
            json!({"record": null, "errors": "Customer can't be blank"}),
        ),
        (
            "POST",
            "appointment_types".into(),
            json!({"name": ""}),
            422,
            json!({"record": null, "errors": "Name can't be blank,Location type can't be blank"}),
        ),
        (
            "POST",
            "wiki_pages".into(),
            json!({"name": ""}),
            422,
            json!({"success": false, "errors": ["Body can't be blank", "Name can't be blank"], "params": {"name": ""}}),
        ),
        (
            "POST",
            "wiki_pages".into(),
            json!({"name": "a", "body": "b", "visibility": "internal"}),
            422,
            json!({"success": false, "errors": [], "params": null}),
        ),
        (
            "POST",
            "policy_folders".into(),
            json!({"customer_id": customer.parse::<i64>().unwrap()}),
            422,
            json!({"errors": ["Name is required"]}),
        ),
        (
            "POST",
            format!("purchase_orders/{order}/create_po_line_item"),
            json!({"product_id": product.parse::<i64>().unwrap()}),
            422,
            json!({"errors": null}),
        ),
        (
            "POST",
            format!("rmm_alerts/{alert}/mute?mute_for=2-years"),
            json!({}),
            422,
            json!({"errors": {"mute_for": []}}),
        ),
        (
            "POST",
            format!("new_ticket_forms/{form}/process_form"),
            json!({"ticket_details": {"subject": "x"}, "appointments": {"location": "x"}}),
            422,
            json!({"success": false, "errors": {"appointments": {"summary": ["can't be blank"], "start_at": ["can't be blank"], "end_at": ["can't be blank"]}}}),
        ),
        ("POST", "tickets".into(), json!({}), 422, json!({"error": "Customer required field"})),
        (
            "POST",
            "schedules".into(),
            json!({"next_run": "2026-12-01T00:00:00Z"}),
            422,
            json!({"error": ["Frequency Must be a valid selection", "Frequency can't be blank", "Next run can't be blank", "Name can't be blank", "Customer can't be blank"]}),
        ),
        (
            "POST",
            format!("schedules/{schedule}/line_items"),
            json!({}),
            422,
            json!({"error": ["Name can't be blank"]}),
        ),
        (
            "POST",
            "estimates".into(),
            json!({}),
            422,
            json!({"customer_id": ["can't be blank"], "date": ["can't be blank"]}),
        ),
        (
            "PUT",
            format!("estimates/{estimate}"),
            json!({"date": ""}),
            422,
            json!({"date": ["can't be blank"]}),
        ),
        (
            "POST",
            format!("estimates/{estimate}/line_items"),
            json!({}),
            422,
            json!({"errors": "validation error: Item can't be blank"}),
        ),
        (
            "POST",
            format!("tickets/{ticket}/add_line_item"),
            json!({}),
            422,
            json!({"errors": "Name can't be blank, Description can't be blank", "params": {}}),
        ),
        (
            "POST",
            format!("tickets/{ticket}/timer_entry"),
            json!({}),
            422,
            json!({"error": "no implicit conversion of nil into String"}),
        ),
        (
            "POST",
            format!("tickets/{ticket}/attach_file_url"),
            json!({}),
            422,
            json!({"error": null}),
        ),
        (
            "POST",
            format!("products/{product}/product_serials/attach_to_line_item"),
            json!({"product_serial_ids": [1]}),
            422,
            json!({"status": "attached", "errors": null}),
        ),
        (
            "POST",
            "ticket_timers".into(),
            json!({}),
            422,
            json!({"errors": ["ticket_id is required"]}),
        ),
        (
            "POST",
            "ticket_timers/1/stop".into(),
            json!({}),
            404,
            json!({"errors": ["Ticket timer not found"]}),
        ),
        (
            "POST",
            format!("rmm/public_scripts/{asset}/schedule"),
            json!({"script_id": 1}),
            404,
            json!({"error": "No such script on account"}),
        ),
        (
            "POST",
            format!("rmm/public_scripts/{asset}/schedule"),
            json!({"script_id": 4601, "freq": "daily"}),
            422,
            json!({"error": "recurring schedules are not supported through the api."}),
        ),
        (
            "POST",
            "leads".into(),
            json!({"from_check_in": true}),
            422,
            blank(&["Ticket description"]),
        ),
        (
            "POST",
            "vendors".into(),
            json!({"name": "V", "email": "broken"}),
            422,
            json!({"success": false, "message": ["Email is not an email"], "params": null}),
        ),
        (
            "POST",
            "portal_users".into(),
            json!({"password": "a", "password_confirmation": "b"}),
            422,
            json!({"success": false, "message": ["Email can't be blank", "Password confirmation doesn't match Password"], "params": null}),
        ),
        (
            "POST",
            "user_devices".into(),
            json!({}),
            422,
            json!({"message": "Missing params device_uuid"}),
        ),
        (
            "POST",
            format!("customers/{customer}/phones"),
            json!({"number": ""}),
            422,
            json!({"success": false, "message": ["Number can't be blank"], "params": {"customer_id": customer, "number": ""}}),
        ),
        (
            "POST",
            format!("customers/{customer}/payment_profiles"),
            json!({}),
            422,
            json!({"message": "Account not configured to use integrated processing."}),
        ),
    ] {
        let answer = if body.is_null() {
            house.get(&path).await
        } else {
            house.write(method, &path, body).await
        };
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert!(fits(&answer.json(), &wanted), "{method} {path}: {} is not {wanted}", answer.body);
    }
    let empty = house.get("vendors/1").await;
    assert_eq!((empty.status, empty.body.as_str()), (404, ""));
    let rest: Vec<u16> = vec![
        house.get("nothing").await.status,
        house.write("DELETE", "leads/1", json!({})).await.status,
    ];
    assert_eq!(rest, [404, 404]);
    let Some(specification) = specification() else { return };
    // The words are the specification's own where it has some.
    for (path, status, method) in
        [("/tickets", 422, "post"), ("/schedules", 422, "post"), ("/contacts/{id}", 404, "get")]
    {
        assert!(example(&specification, method, path, status).is_some(), "{path}");
    }
}
