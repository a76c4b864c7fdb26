//! create, revise, update, delete (A4, A7, A8).

use crate::house::{contact, house};
use serde_json::json;

#[tokio::test]
async fn a_record_is_made_changed_and_deleted() {
    let house = house().await;
    let made = house.create("Contacts", &json!({"lastname": "Kontract", "firstname": "Tést", "assigned_user_id": "19x1", "email": "k@example.com", "nosuch": "v", "contact_no": "MINE", "source": "TUI"})).await.result();
    assert_eq!((&made["label"], &made["source"]), (&json!("T&eacute;st Kontract"), &json!("TUI")));
    assert_eq!(made["contact_no"], "CON301");
    let id = made["id"].as_str().unwrap();
    let revised = house
        .revise(&json!({"id": id, "email": "", "donotcall": true, "birthday": "31/12/1999"}))
        .await
        .result();
    assert_eq!(
        (&revised["email"], &revised["donotcall"], &revised["birthday"]),
        (&json!(""), &json!("1"), &json!("1999-12-31"))
    );
    assert_eq!(revised["firstname"], "Tést");
    let element = json!({"id": id, "lastname": "Whole", "assigned_user_id": "20x3"}).to_string();
    let updated = house.write("update", &[("element", &element)]).await.result();
    assert_eq!(
        (&updated["lastname"], &updated["assigned_user_id"], &updated["firstname"]),
        (&json!("Whole"), &json!("20x3"), &json!("Tést"))
    );
    assert_eq!(
        house.write("delete", &[("id", id)]).await.result(),
        json!({"status": "successful"})
    );
    for answer in
        [house.ask("retrieve", &[("id", id)]).await, house.write("delete", &[("id", id)]).await]
    {
        assert_eq!(
            answer.error(),
            ("ACCESS_DENIED".into(), "Permission to perform the operation is denied".into())
        );
    }
}

#[tokio::test]
async fn refusals_are_those_of_the_recordings() {
    let house = house().await;
    for (module, element, code, message) in [
        (
            "Contacts",
            json!({"firstname": "x", "assigned_user_id": "19x1"}),
            "MANDATORY_FIELDS_MISSING",
            "lastname does not have a value",
        ),
        (
            "Contacts",
            json!({"lastname": "x"}),
            "MANDATORY_FIELDS_MISSING",
            "assigned_user_id does not have a value",
        ),
        (
            "Contacts",
            json!({"lastname": "x", "assigned_user_id": "19x1", "account_id": "12x203"}),
            "REFERENCE_INVALID",
            "Invalid reference specified for account_id",
        ),
        (
            "Contacts",
            json!({"lastname": "x", "assigned_user_id": "19x1", "account_id": "3"}),
            "REFERENCE_INVALID",
            "Invalid reference specified for account_id",
        ),
        ("NoSuch", json!({}), "ACCESS_DENIED", "Permission to perform the operation is denied"),
        (
            "Events",
            json!({"subject": "Ev", "assigned_user_id": "19x1", "date_start": "2026-12-01", "time_start": "10:00:00"}),
            "MANDATORY_FIELDS_MISSING",
            "due_date does not have a value",
        ),
        (
            "ModComments",
            json!({"commentcontent": "x", "assigned_user_id": "19x1"}),
            "MANDATORY_FIELDS_MISSING",
            "related_to does not have a value",
        ),
        (
            "DocumentFolders",
            json!({"foldername": "F2", "createdby": "19x1"}),
            "REFERENCE_INVALID",
            "Invalid reference specified for createdby",
        ),
        (
            "Users",
            json!({"user_name": "zed"}),
            "ACCESS_DENIED",
            "Permission to perform the operation is denied for id",
        ),
    ] {
        assert_eq!(
            house.create(module, &element).await.error(),
            (code.into(), message.into()),
            "{module} {element}"
        );
    }
    let first = json!({"accountname": "dup co", "assigned_user_id": "19x1"});
    house.create("Accounts", &first).await.result();
    let again = house.create("Accounts", &first).await;
    assert_eq!(again.json()["error"], json!({"message": "Duplicate(s) detected!", "code": 0}));
    let owner =
        house.create("Contacts", &json!({"lastname": "x", "assigned_user_id": "19x9999"})).await;
    assert_eq!(
        (owner.status, owner.body.as_str()),
        (200, "Sorry! Attempt to access restricted file.")
    );
    for element in [json!({"firstname": "x"}), json!({"id": "garbage"})] {
        assert_eq!(
            house.revise(&element).await.error().1,
            "Permission to perform the operation is denied for id"
        );
    }
    let emptied =
        house.revise(&json!({"id": house.first("Contacts").await, "lastname": ""})).await.error();
    assert_eq!(
        emptied,
        ("MANDATORY_FIELDS_MISSING".into(), "lastname does not have a value".into())
    );
}

#[tokio::test]
async fn what_is_kept_is_not_always_what_was_sent() {
    let house = house().await;
    let made = house.create("Contacts", &json!({"lastname": "L".repeat(300), "assigned_user_id": "1", "title": "emoji 🙂 end", "description": "<script>x</script> & \"q\"", "leadsource": "Not In List", "email": "not an email", "account_id": "11x99999999"})).await.result();
    assert_eq!(made["lastname"].as_str().unwrap().len(), 80);
    assert_eq!(made["title"], "emoji ???? end");
    assert_eq!(made["description"], "&lt;script&gt;x&lt;/script&gt; &amp; &quot;q&quot;");
    assert_eq!(
        (&made["leadsource"], &made["email"], &made["account_id"]),
        (&json!("Not In List"), &json!("not an email"), &json!(""))
    );
    assert_eq!(made["assigned_user_id"], "19x1");
    let text = json!({"lastname": "O'Brien & \"Sons\" <b>", "assigned_user_id": "19x1", "title": "lit &lt;x&gt; &amp;", "description": "tab\there\\ \nnew"});
    let kept = house.create("Contacts", &text).await.result();
    for field in ["lastname", "title", "description"] {
        assert_eq!(kept[field], text[field]);
    }
    assert_eq!(kept["label"], "O&#039;Brien &amp; &quot;Sons&quot; &lt;b&gt;");
}

#[tokio::test]
async fn a_write_can_land_and_break() {
    let house = house().await;
    house.switch(&json!({"land_and_break": 1})).await;
    let broken = house.create("Contacts", &contact("Landed anyway")).await;
    assert_eq!((broken.status, broken.body.as_str()), (500, ""));
    assert_eq!(
        house.count("select count(*) from Contacts where lastname = 'Landed anyway';").await,
        1
    );
    house.create("Contacts", &contact("Next")).await.result();
    house.fail("landed:100%").await;
    let broken = house.create("Contacts", &contact("Landed too")).await;
    house.fail("").await;
    assert_eq!((broken.status, broken.body.as_str()), (500, ""));
    assert_eq!(
        house.count("select count(*) from Contacts where lastname = 'Landed too';").await,
        1
    );
    house.switch(&json!({"notices": 1})).await;
    assert!(house.query("select id from Contacts;").await.body.starts_with("<br />"));
}

#[tokio::test]
async fn a_task_without_its_type_is_never_seen_again() {
    let house = house().await;
    let mut task = json!({"subject": "lost task", "assigned_user_id": "19x1", "date_start": "2026-12-01", "time_start": "10:00:00", "due_date": "2026-12-01", "taskstatus": "Not Started"});
    let made = house.create("Calendar", &task).await.result();
    assert!(made["id"].as_str().unwrap().starts_with("9x"));
    assert_eq!(house.count("select count(*) from Calendar where subject = 'lost task';").await, 0);
    task["activitytype"] = json!("Task");
    house.create("Calendar", &task).await.result();
    assert_eq!(house.count("select count(*) from Calendar where subject = 'lost task';").await, 1);
}

#[tokio::test]
async fn orders_carry_lines_and_count_their_totals() {
    let house = house().await;
    let (product, service, account) = (
        house.first("Products").await,
        house.first("Services").await,
        house.first("Accounts").await,
    );
    let mut quote = json!({
        "subject": "Q <1> & \"2\"", "account_id": account, "assigned_user_id": "19x1", "bill_street": "a", "ship_street": "b",
        "quotestage": "Created", "productid": product, "hdnTaxType": "group", "hdnDiscountPercent": "10", "txtAdjustment": "5",
        "LineItems": [
            {"productid": product, "quantity": "2", "listprice": "10.5", "comment": "one"},
            {"productid": service, "quantity": "1", "listprice": "100", "comment": "svc", "discount_percent": "10"},
        ],
    });
    let made = house.create("Quotes", &quote).await.result();
    assert_eq!(
        (&made["hdnSubTotal"], &made["hdnGrandTotal"], &made["pre_tax_total"]),
        (&json!(111), &json!(104.9), &json!(99.9))
    );
    assert_eq!((made["LineItems"].as_array().unwrap().len(), &made["new"]), (2, &json!(true)));
    let id = made["id"].as_str().unwrap().to_owned();
    let read = house.ask("retrieve", &[("id", &id)]).await.result();
    assert_eq!(read["hdnGrandTotal"], "104.90000000");
    assert_eq!(read["LineItems"][1]["parent_id"], json!(id));
    assert_eq!(read["LineItems_FinalDetails"]["1"]["final_details"]["grandTotal"], "104.90");
    let kept = house.revise(&json!({"id": id, "quotestage": "Delivered"})).await.result();
    assert_eq!(kept["LineItems"].as_array().unwrap().len(), 2);
    let line = json!([{"productid": product, "quantity": "7", "listprice": "3"}]);
    let changed =
        house.revise(&json!({"id": id, "LineItems": line, "hdnTaxType": "group"})).await.result();
    assert_eq!(changed["LineItems"].as_array().unwrap().len(), 1);
    assert_eq!(changed["hdnSubTotal"], 21);
    house.switch(&json!({"php": 8})).await;
    let junk = house.ask("retrieve", &[("id", &id)]).await.result();
    assert_eq!(junk["LineItems"][0]["parent_id"], "4xArray");
    quote["hdnTaxType"] = json!("individual");
    quote["subject"] = json!("taxed alone");
    assert_eq!(house.create("Quotes", &quote).await.status, 500);
    let rows = house.rows("select subject from Quotes where subject = 'taxed alone';").await;
    assert_eq!(rows.len(), 1, "it was kept");
    assert_eq!(house.ask("retrieve", &[("id", rows[0]["id"].as_str().unwrap())]).await.status, 500);
    house.switch(&json!({"php": 7})).await;
    for (missing, message) in [
        ("LineItems", "Mandatory Fields Missing.."),
        ("productid", "productid does not have a value"),
    ] {
        let mut poor = quote.clone();
        poor.as_object_mut().unwrap().remove(missing);
        assert_eq!(
            house.create("Quotes", &poor).await.error(),
            ("MANDATORY_FIELDS_MISSING".into(), message.into())
        );
    }
}
