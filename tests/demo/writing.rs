//! Create, update, delete, link, stream.

use crate::house::{House, difference, house, recorded};
use serde_json::{Value, json};

async fn make(house: &House, entity: &str, body: Value) -> Value {
    let made = house.keyed("POST", entity, Some(body), &[]).await;
    assert_eq!(made.status, 200, "{:?} {}", made.reason, made.body);
    made.json()
}

#[tokio::test]
async fn a_creation_answers_without_what_is_empty() {
    let house = house().await;
    let body = json!({"name": "Rec Test 会社 🚀", "website": "rec.example.test", "emailAddress": "rec@example.test",
        "phoneNumber": "+12025550001", "billingAddressCity": "Berlin", "type": "Customer", "nope": 1, "id": "mine"});
    let made = make(&house, "Account", body).await;
    assert!(
        made.get("industry").is_none()
            && made["campaignName"].is_null()
            && made["versionNumber"] == 1
    );
    assert_ne!(made["id"], "mine");
    let read = house.get(&format!("Account/{}", made["id"].as_str().unwrap())).await.json();
    assert!(read["industry"].is_null() && read.get("industry").is_some());
    assert_eq!(read["emailAddressData"][0]["lower"], "rec@example.test");
    let lead = make(&house, "Lead", json!({"lastName": "Mini"})).await;
    assert!(lead.get("name").is_none(), "the composed name is missing from a create response");
}

#[tokio::test]
async fn validation_names_the_first_field_that_fails() {
    let house = house().await;
    let user = house.first_id("User").await;
    for (entity, body, field, rule) in [
        ("Account", json!({"website": "x.test"}), "name", "required"),
        ("Account", json!([1, 2]), "name", "required"),
        ("Account", json!({"name": "a <b> c"}), "name", "pattern"),
        ("Account", json!({"name": "x".repeat(300)}), "name", "maxLength"),
        ("Lead", json!({}), "name", "required"),
        ("Lead", json!({"lastName": "Z", "status": "Bogus"}), "status", "valid"),
        (
            "Contact",
            json!({"lastName": "Z", "emailAddress": "not an email"}),
            "emailAddress",
            "emailAddress",
        ),
        ("Contact", json!({"lastName": "Z", "phoneNumber": "12;drop"}), "phoneNumber", "valid"),
        ("Opportunity", json!({"name": "x"}), "amount", "required"),
        (
            "Opportunity",
            json!({"name": "x", "amount": "abc", "closeDate": "2026-12-31"}),
            "amount",
            "valid",
        ),
        (
            "Opportunity",
            json!({"name": "x", "amount": 1, "closeDate": "31/12/2026"}),
            "closeDate",
            "valid",
        ),
        (
            "Opportunity",
            json!({"name": "x", "amount": 1, "amountCurrency": "XXX", "closeDate": "2026-12-31"}),
            "amount",
            "validCurrency",
        ),
        (
            "Call",
            json!({"name": "x", "dateStart": "tomorrow", "dateEnd": "2026-01-01 11:00:00", "assignedUserId": user}),
            "dateStart",
            "valid",
        ),
        (
            "Call",
            json!({"name": "x", "dateStart": "2026-01-01T10:00:00.000Z", "dateEnd": "2026-01-01 11:00:00", "assignedUserId": user}),
            "dateStart",
            "valid",
        ),
        ("Task", json!({"name": "x"}), "assignedUser", "required"),
        ("CEquipment", json!({"name": "x", "applications": "Welding"}), "applications", "array"),
    ] {
        let answer = house.keyed("POST", entity, Some(body.clone()), &[]).await;
        assert_eq!(answer.status, 400, "{entity} {body} {}", answer.body);
        let reason = format!(
            "Field validation failure; entityType: {entity}, field: {field}, type: {rule}."
        );
        assert_eq!(answer.reason.as_deref(), Some(reason.as_str()), "{body}");
        assert_eq!(
            answer.json()["messageTranslation"]["data"],
            json!({"field": field, "type": rule})
        );
    }
    let bad = house
        .request("POST", "Account")
        .header("X-Api-Key", &house.demo.introduction().espocrm.api_key);
    let bad =
        crate::house::send(bad.header("Content-Type", "application/json").body("{bad json")).await;
    assert_eq!((bad.status, bad.body.as_str()), (500, ""));
}

#[tokio::test]
async fn a_duplicate_is_refused_with_a_bare_array_and_taken_when_told() {
    let house = house().await;
    let first = house.get("Account?maxSize=1&select=name,emailAddress").await.list().remove(0);
    let body = json!({"name": first["name"], "emailAddress": "other@example.test"});
    let refused = house.keyed("POST", "Account", Some(body.clone()), &[]).await;
    assert_eq!((refused.status, refused.reason.as_deref()), (409, Some("duplicate")));
    assert_eq!(refused.json()[0]["id"], first["id"]);
    let taken =
        house.keyed("POST", "Account", Some(body), &[("X-Skip-Duplicate-Check", "true")]).await;
    assert_eq!(taken.status, 200);
}

#[tokio::test]
async fn a_stale_version_is_a_conflict_only_where_something_changes() {
    let house = house().await;
    let made = make(&house, "Account", json!({"name": "Versioned"})).await;
    let path = format!("Account/{}", made["id"].as_str().unwrap());
    let put = |body: Value, version: &'static str| {
        house.keyed(
            "PUT",
            Box::leak(path.clone().into_boxed_str()),
            Some(body),
            Box::leak(Box::new([("X-Version-Number", version)])),
        )
    };
    assert_eq!(put(json!({"description": "once"}), "1").await.json()["versionNumber"], 2);
    let conflict = put(json!({"description": "mine", "type": "Partner"}), "1").await;
    assert_eq!((conflict.status, conflict.reason.as_deref()), (409, Some("modified")));
    assert_eq!(
        conflict.json(),
        json!({"values": {"type": null, "description": "once"}, "versionNumber": 2})
    );
    let same = put(json!({"description": "once"}), "1").await;
    assert_eq!((same.status, &same.json()["versionNumber"]), (200, &json!(2)));
    let contact = house.first_id("Contact").await;
    let ignored = house
        .keyed(
            "PATCH",
            &format!("Contact/{contact}"),
            Some(json!({"description": "x"})),
            &[("X-Version-Number", "1")],
        )
        .await;
    assert_eq!(ignored.status, 200);
}

#[tokio::test]
async fn the_answer_to_a_cleared_phone_shows_the_old_data() {
    let house = house().await;
    let made =
        make(&house, "Account", json!({"name": "Phone test", "phoneNumber": "+12025550077"})).await;
    let path = format!("Account/{}", made["id"].as_str().unwrap());
    let cleared = house.keyed("PUT", &path, Some(json!({"phoneNumber": null})), &[]).await.json();
    assert!(
        cleared["phoneNumber"].is_null()
            && cleared["phoneNumberData"][0]["phoneNumber"] == "+12025550077"
    );
    assert_eq!(house.get(&path).await.json()["phoneNumberData"], json!([]));
    if let Some(recorded) = recorded("update-clear-phone") {
        assert_eq!(difference(&cleared, &recorded, "update"), Vec::<String>::new());
    }
}

#[tokio::test]
async fn dates_amounts_and_people_are_completed_by_the_server() {
    let house = house().await;
    let user = house.first_id("User").await;
    let task = make(
        &house,
        "Task",
        json!({"name": "T", "assignedUserId": user, "dateEnd": null, "dateEndDate": "2026-12-05"}),
    )
    .await;
    assert_eq!(
        (&task["dateEnd"], &task["dateEndDate"]),
        (&json!("2026-12-06 00:00:00"), &json!("2026-12-05"))
    );
    let deal = make(&house, "Opportunity", json!({"name": "O", "amount": 200, "amountCurrency": "EUR", "closeDate": "2026-12-31", "stage": "Proposal"})).await;
    assert_eq!((&deal["amount"], &deal["probability"]), (&json!(200), &json!(50)));
    assert!((deal["amountConverted"].as_f64().unwrap() - 220.0).abs() < 1e-9);
    let call = make(&house, "Call", json!({"name": "C", "dateStart": "2026-01-01T10:00:00+02:00", "dateEnd": "2026-01-01 09:00", "assignedUserId": user})).await;
    assert_eq!(
        (&call["dateStart"], &call["dateEnd"]),
        (&json!("2026-01-01 08:00:00"), &json!("2026-01-01 09:00"))
    );
    let contact =
        make(&house, "Contact", json!({"firstName": "Full", "lastName": "Contact"})).await;
    assert_eq!(contact["name"], "Full Contact");
}

#[tokio::test]
async fn links_are_made_read_and_cut() {
    let house = house().await;
    let account =
        make(&house, "Account", json!({"name": "Linked"})).await["id"].as_str().unwrap().to_owned();
    let contact = house.first_id("Contact").await;
    let path = format!("Account/{account}/contacts");
    let link = |method: &'static str, body: Option<Value>| {
        house.keyed(method, Box::leak(path.clone().into_boxed_str()), body, &[])
    };
    assert_eq!(link("POST", Some(json!({"id": contact}))).await.json(), json!(true));
    assert_eq!(link("POST", Some(json!({}))).await.json(), json!(false));
    assert_eq!(link("POST", Some(json!({"id": "nope"}))).await.status, 404);
    let bare = house.get(&path).await.list().remove(0);
    assert!(
        bare.get("name").is_none() && bare["id"] == contact.as_str(),
        "no select gives no name: {bare}"
    );
    let chosen = house.get(&format!("{path}?select=name,accountRole&maxSize=5")).await;
    assert_eq!(chosen.json()["total"], 1);
    if let Some(recorded) = recorded("related-contacts") {
        assert_eq!(
            difference(&chosen.list()[0], &recorded["list"][0], "related"),
            Vec::<String>::new()
        );
    }
    assert_eq!(link("DELETE", None).await.json(), json!(false));
    assert_eq!(link("DELETE", Some(json!({"id": contact}))).await.json(), json!(true));
    assert_eq!(house.get(&format!("{path}?select=name")).await.json()["total"], 0);
    let unknown = house.get(&format!("Account/{account}/nope")).await;
    assert_eq!((unknown.status, unknown.reason.as_deref()), (404, Some("Link does not exist.")));
    let bad = house
        .keyed(
            "POST",
            "Contact",
            Some(json!({"lastName": "Z", "accountId": "nonexistent00000"})),
            &[],
        )
        .await;
    assert_eq!(
        (bad.status, &bad.json()["messageTranslation"]["label"]),
        (403, &json!("cannotRelateNonExisting"))
    );
}

#[tokio::test]
async fn a_link_to_many_replaces_the_whole_set() {
    let house = house().await;
    let ids: Vec<String> = house
        .get("Contact?maxSize=3&select=id")
        .await
        .list()
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let deal = make(
        &house,
        "Opportunity",
        json!({"name": "O", "amount": 1, "closeDate": "2026-12-31", "contactsIds": ids}),
    )
    .await;
    assert_eq!(deal["contactsIds"].as_array().unwrap().len(), 3);
    let path = format!("Opportunity/{}", deal["id"].as_str().unwrap());
    let body = json!({"contactsIds": [ids[1]], "contactsColumns": {ids[1].clone(): {"role": "Decision Maker"}}});
    let changed = house.keyed("PUT", &path, Some(body), &[]).await.json();
    assert_eq!(changed["contactsIds"], json!([ids[1]]));
    assert_eq!(changed["contactsColumns"][&ids[1]]["role"], "Decision Maker");
}

#[tokio::test]
async fn a_deleted_record_is_gone() {
    let house = house().await;
    let id = make(&house, "Account", json!({"name": "Short life"})).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("Account/{id}");
    assert_eq!(house.keyed("DELETE", &path, None, &[]).await.json(), json!(true));
    assert_eq!(house.keyed("DELETE", &path, None, &[]).await.status, 404);
    let gone = house.get(&path).await;
    assert_eq!((gone.status, gone.reason.unwrap()), (404, format!("Record {id} does not exist.")));
}

#[tokio::test]
async fn the_stream_tells_what_happened_and_takes_posts() {
    let house = house().await;
    let id = make(&house, "Account", json!({"name": "Told", "type": "Partner"})).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    house.keyed("PUT", &format!("Account/{id}"), Some(json!({"type": "Customer"})), &[]).await;
    let note = make(&house, "Note", json!({"type": "Post", "parentType": "Account", "parentId": id, "post": "Hello **日本語**"})).await;
    if let Some(recorded) = recorded("note-post") {
        assert_eq!(difference(&note, &recorded, "note"), Vec::<String>::new());
    }
    let stream = house.get(&format!("Account/{id}/stream?maxSize=20")).await.json();
    let kinds: Vec<&str> =
        stream["list"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Post", "Update", "Create"]);
    assert_eq!(
        stream["list"][1]["data"]["attributes"],
        json!({"was": {"type": "Partner"}, "became": {"type": "Customer"}})
    );
    if let Some(recorded) = recorded("stream-record") {
        assert_eq!(
            difference(&stream["list"][0], &recorded["list"][0], "stream"),
            Vec::<String>::new()
        );
    }
    assert_eq!(house.get(&format!("Account/{id}/posts")).await.json()["total"], 1);
    let lost = json!({"type": "Post", "post": "x", "parentType": "Account", "parentId": "nope"});
    assert_eq!(house.keyed("POST", "Note", Some(lost), &[]).await.status, 403);
}

#[tokio::test]
async fn a_narrow_role_is_held_to_it() {
    let house = house().await;
    let account = house.first_id("Account").await;
    let refused = house
        .limited("PUT", &format!("Account/{account}"), Some(json!({"description": "x"})))
        .await;
    assert_eq!((refused.status, refused.reason.as_deref()), (403, Some("No edit access.")));
    let refused = house.limited("POST", "Lead", Some(json!({"lastName": "Z"}))).await;
    assert_eq!((refused.status, refused.reason.as_deref()), (403, Some("No create access.")));
    let other = house.first_id("User").await;
    let refused =
        house.limited("POST", "Account", Some(json!({"name": "A", "assignedUserId": other}))).await;
    assert_eq!(
        refused.reason.as_deref(),
        Some("Assignment failure: assigned user or team not allowed.")
    );
    let made = house
        .limited("POST", "Account", Some(json!({"name": "Mine", "industry": "Energy"})))
        .await
        .json();
    assert!(made.get("industry").is_none(), "a field that may not be written is dropped silently");
}
