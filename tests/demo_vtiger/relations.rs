//! Relations, files, conversion, sync, and what PHP 8 breaks (A8, A9, A10, A12).

use crate::house::{contact, house, read};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

#[tokio::test]
async fn relations_are_listed_and_their_records_are_read() {
    let house = house().await;
    let types = house.ask("relatedtypes", &[("elementType", "Contacts")]).await.result();
    assert_eq!(
        types["information"]["Activity History"],
        json!({"name": "Calendar", "label": "Activity History", "isEntity": "1"})
    );
    assert_eq!(
        types["types"].as_array().unwrap().iter().filter(|name| **name == "Calendar").count(),
        2
    );
    let row =
        house.rows("select account_id from Contacts where account_id != '11x0' limit 1;").await[0]
            .clone();
    let account = row["account_id"].as_str().unwrap();
    let params = [("id", account), ("relatedLabel", "Contacts"), ("relatedType", "Contacts")];
    let related = house.ask("retrieve_related", &params).await.result();
    assert!(
        related
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["account_id"] == account && one.get("label").is_none())
    );
    let wrong = house
        .ask(
            "retrieve_related",
            &[("id", account), ("relatedLabel", "Nope"), ("relatedType", "Contacts")],
        )
        .await;
    assert_eq!(wrong.error(), ("UNKOWN_ENTITY".into(), "Relation specified is incorrect".into()));
    let missing = house
        .ask(
            "retrieve_related",
            &[("id", "11x99999999"), ("relatedLabel", "Contacts"), ("relatedType", "Contacts")],
        )
        .await;
    assert_eq!(missing.error().1, "Permission to perform the operation is denied for name : ");
}

#[tokio::test]
async fn related_queries_have_an_odd_grammar() {
    let house = house().await;
    let campaign = house.rows("select id from Campaigns order by id desc limit 1;").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let ask = async |query: &str| {
        house
            .ask(
                "query_related",
                &[("id", &campaign), ("relatedLabel", "Contacts"), ("query", query)],
            )
            .await
    };
    assert_eq!(ask("SELECT count(*) FROM Contacts").await.result()[0]["count"], "130");
    assert_eq!(ask("SELECT lastname FROM Contacts").await.result().as_array().unwrap().len(), 100);
    let page = ask("SELECT lastname FROM Contacts WHERE id > '12x0' ORDER BY id LIMIT 100,100")
        .await
        .result();
    assert_eq!(page.as_array().unwrap().len(), 30);
    for query in [
        "SELECT lastname FROM Contacts LIMIT 1",
        "SELECT lastname FROM Contacts ORDER BY lastname",
        "SELECT lastname FROM Contacts where lastname like '%a%'",
    ] {
        let message = "Syntax Error on line 1: token 'WHERE' Unexpected WHERE(WHERE), expected one of: SEMICOLON";
        assert_eq!(
            ask(query).await.error(),
            ("QUERY_SYNTAX_ERROR".into(), message.into()),
            "{query}"
        );
    }
    assert_eq!(ask("SELECT lastname FROM Contacts;").await.error().0, "UNKOWN_ENTITY");
    let relate = async |related: &str| {
        house
            .write(
                "add_related",
                &[
                    ("sourceRecordId", &campaign),
                    ("relatedRecordId", related),
                    ("relationIdLabel", "Contacts"),
                ],
            )
            .await
    };
    let new = house.create("Contacts", &contact("new member")).await.result()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        assert_eq!(relate(&new).await.result(), json!({"message": "successfull"}));
    }
    assert_eq!(ask("SELECT count(*) FROM Contacts").await.result()[0]["count"], "131");
    assert_eq!(relate("[\"12x204\"]").await.error().0, "INTERNAL_SERVER_ERROR");
    for operation in
        ["delete_related", "lookup", "tags_add", "reopen", "get_account_hierarchy", "me"]
    {
        assert_eq!(house.write(operation, &[]).await.status, 500, "{operation}");
    }
}

fn multipart(fields: &[(&str, &str)], name: &str, body: &str) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields = fields.iter().map(part).collect::<Vec<_>>().concat();
    format!(
        "{fields}--XyZ\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{body}\r\n--XyZ--\r\n"
    )
}

#[tokio::test]
async fn a_document_goes_up_and_comes_down() {
    let house = house().await;
    let element = json!({"notes_title": "Upload test", "assigned_user_id": "19x1", "filelocationtype": "I", "filestatus": "1", "folderid": "22x1"}).to_string();
    let fields = [
        ("operation", "create"),
        ("sessionName", house.session.as_str()),
        ("elementType", "Documents"),
        ("element", &element),
    ];
    let url = format!("{}/webservice.php", house.demo.introduction().vtiger.url);
    let request =
        house.client.post(url).header("content-type", "multipart/form-data; boundary=XyZ");
    let made = read(request.body(multipart(&fields, "up file ü.txt", "hello"))).await.result();
    assert_eq!(
        (&made["filename"], &made["filesize"], &made["filetype"]),
        (&json!("up_file_ü.txt"), &json!("5"), &json!("text/plain"))
    );
    let file = made["imageattachmentids"].as_str().unwrap();
    let down = house.ask("files_retrieve", &[("id", file)]).await.result();
    assert_eq!(STANDARD.decode(down[0]["filecontents"].as_str().unwrap()).unwrap(), b"hello");
    let own = house.ask("files_retrieve", &[("id", made["id"].as_str().unwrap())]).await.error();
    assert_eq!(
        own,
        ("RECORD_NOT_FOUND".into(), "Record you are trying to access is not found".into())
    );
    let old = house
        .rows("select id,filesize from Documents where filelocationtype = 'I' order by id limit 1;")
        .await[0]
        .clone();
    let old_file = house.ask("retrieve", &[("id", old["id"].as_str().unwrap())]).await.result();
    let down = house
        .ask("files_retrieve", &[("id", old_file["imageattachmentids"].as_str().unwrap())])
        .await
        .result();
    let bytes = STANDARD.decode(down[0]["filecontents"].as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    assert_eq!(old["filesize"], bytes.len().to_string());
    house.switch(&json!({"php": 8})).await;
    for operation in ["files_retrieve", "sync", "retrieve_inventory"] {
        assert_eq!(house.ask(operation, &[]).await.status, 500);
    }
    for operation in ["logout", "convertlead"] {
        assert_eq!(house.write(operation, &[]).await.status, 500);
    }
    let restricted = house.write("changePassword", &[("id", "19x5")]).await;
    assert_eq!(restricted.body, "Sorry! Attempt to access restricted file.");
}

#[tokio::test]
async fn a_lead_is_converted_once() {
    let house = house().await;
    let lead = house.first("Leads").await;
    let element = json!({"leadId": lead, "assignedTo": "19x1", "entities": {
        "Accounts": {"create": true, "name": "Accounts", "accountname": "ConvCo", "industry": "Banking"},
        "Contacts": {"create": true, "name": "Contacts", "lastname": "ConvLast", "firstname": "F", "email": ""},
        "Potentials": {"create": true, "name": "Potentials", "potentialname": "ConvDeal", "closingdate": "2026-12-31", "sales_stage": "Prospecting", "amount": "1"},
    }}).to_string();
    let made = house.write("convertlead", &[("element", &element)]).await.result();
    let contact =
        house.ask("retrieve", &[("id", made["Contacts"].as_str().unwrap())]).await.result();
    assert_eq!(
        (&contact["account_id"], &contact["lastname"], &contact["email"]),
        (&made["Accounts"], &json!("ConvLast"), &json!(""))
    );
    let deal =
        house.ask("retrieve", &[("id", made["Potentials"].as_str().unwrap())]).await.result();
    assert_eq!((&deal["related_to"], &deal["contact_id"]), (&made["Accounts"], &made["Contacts"]));
    assert_eq!(house.count(&format!("select count(*) from Leads where id = '{lead}';")).await, 0);
    let again = house.write("convertlead", &[("element", &element)]).await.error();
    assert_eq!(again, ("LEAD_ALREADY_CONVERTED".into(), "Lead is already converted".into()));
}

#[tokio::test]
async fn sync_gives_every_change_once_and_what_was_deleted() {
    let house = house().await;
    let gone = house.create("Contacts", &contact("gone")).await.result()["id"].clone();
    house.write("delete", &[("id", gone.as_str().unwrap())]).await.result();
    let (mut since, mut seen) = ("1".to_owned(), Vec::new());
    loop {
        let params = [
            ("modifiedTime", since.as_str()),
            ("elementType", "Contacts"),
            ("syncType", "application"),
        ];
        let page = house.ask("sync", &params).await.result();
        seen.extend(
            page["updated"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        since = page["lastModifiedTime"].to_string();
        if page["more"] == false {
            assert_eq!(page["deleted"], json!([gone]));
            break;
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (300, 300));
    let session = house.limited().await;
    let refused =
        house.ask_as(&session, "sync", &[("modifiedTime", "1"), ("syncType", "application")]).await;
    assert_eq!(
        refused.error(),
        ("ACCESS_DENIED".into(), "Only admin users can perform application sync".into())
    );
    let unknown: Value =
        house.ask("sync", &[("modifiedTime", "1"), ("elementType", "Nope")]).await.json();
    assert_eq!(unknown["error"]["code"], "ACCESS_DENIED");
}
