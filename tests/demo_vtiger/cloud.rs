//! The cloud's paths (part B).

use crate::house::{Answer, House, house, read};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

fn request(house: &House, method: &str, path: &str, key: &str) -> reqwest::RequestBuilder {
    let about = &house.demo.introduction().vtiger_cloud;
    let url = format!("{}/restapi/v1/vtiger/default/{path}", about.url);
    let pair = STANDARD.encode(format!("{}:{key}", about.user));
    house
        .client
        .request(Method::from_bytes(method.as_bytes()).unwrap(), url)
        .header("Authorization", format!("Basic {pair}"))
}

async fn get(house: &House, path: &str) -> Answer {
    read(request(house, "GET", path, &house.demo.introduction().vtiger_cloud.access_key)).await
}

async fn post(house: &House, path: &str, params: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    let request = request(house, "POST", path, &house.demo.introduction().vtiger_cloud.access_key);
    read(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

#[tokio::test]
async fn a_name_and_a_key_are_enough() {
    let house = house().await;
    let me = get(&house, "me").await.result();
    assert_eq!((&me["id"], &me["user_name"]), (&json!("19x1"), &json!("admin")));
    assert!(me.get("accesskey").is_none() && me.get("user_password").is_none());
    let wrong = read(request(&house, "GET", "me", "wrong")).await;
    assert_eq!((wrong.status, wrong.error().1.as_str()), (401, "Invalid username or access key"));
    let types = get(&house, "listtypes").await.result();
    assert!(types["types"].as_array().unwrap().contains(&json!("Robots")));
    let described = get(&house, "describe?elementType=Contacts").await.result();
    let field = &described["fields"][1];
    assert_eq!((&field["type"]["length"], &field["quickcreate"]), (&json!("40"), &json!(false)));
}

#[tokio::test]
async fn errors_are_statuses_and_limits_are_told() {
    let house = house().await;
    let refused = get(&house, "query?query=select%20nosuch%20from%20Contacts%3B").await;
    assert_eq!((refused.status, refused.error().0.as_str()), (400, "ACCESS_DENIED"));
    assert_eq!(get(&house, "frobnicate").await.status, 404);
    house.switch(&json!({"bare_errors": true})).await;
    let bare = get(&house, "retrieve?id=12x99999999").await;
    assert_eq!((bare.status, bare.body.as_str()), (400, ""));
    house.switch(&json!({"bare_errors": false, "minute_limit": 1})).await;
    let limited = request(&house, "GET", "me", &house.demo.introduction().vtiger_cloud.access_key)
        .send()
        .await
        .unwrap();
    assert_eq!(limited.status().as_u16(), 429);
    let header = |name: &str| limited.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("x-floodcontrol-minutelimit"), header("x-floodcontrol-minuteremaining")),
        ("1".into(), "0".into())
    );
    assert!(header("x-floodcontrol-minutereset").parse::<i64>().unwrap() > 1_700_000_000);
}

#[tokio::test]
async fn the_cloud_does_what_open_source_cannot() {
    let house = house().await;
    let contact = get(&house, "query?query=select%20id%2Cemail%20from%20Contacts%20limit%201%3B")
        .await
        .result()[0]
        .clone();
    let (id, email) = (contact["id"].as_str().unwrap(), contact["email"].as_str().unwrap());
    let found = get(
        &house,
        &format!(
            "lookup?type=email&value={email}&searchIn=%7B%22Contacts%22%3A%5B%22email%22%5D%7D"
        ),
    )
    .await
    .result();
    assert_eq!(found[0]["id"], id);
    let tags =
        post(&house, "tags_add", &[("id", id), ("tags", "[\"vip\",\"new\"]")]).await.result();
    assert_eq!(tags, json!({"tags": ["new", "vip"]}));
    let tags =
        post(&house, "tags_delete", &[("id", id), ("tags", "[\"new\"]"), ("delete_all", "0")])
            .await
            .result();
    assert_eq!(tags, json!({"tags": ["vip"]}));
    assert_eq!(get(&house, &format!("tags_retrieve?id={id}")).await.result(), tags);
    let element = json!({"lastname": "From the cloud", "assigned_user_id": "19x1"}).to_string();
    let made = post(&house, "create", &[("elementType", "Contacts"), ("element", &element)])
        .await
        .result();
    let made = made["id"].as_str().unwrap().to_owned();
    let campaign = house.first("Campaigns").await;
    let pair = [("sourceRecordId", campaign.as_str()), ("relatedRecordId", made.as_str())];
    post(&house, "add_related", &pair).await.result();
    let path = format!(
        "query_related?id={campaign}&relatedLabel=Contacts&query=SELECT%20lastname%20FROM%20Contacts"
    );
    let related = get(&house, &path).await.result();
    assert!(related.as_array().unwrap().iter().any(|one| one["id"] == made));
    post(&house, "delete_related", &pair).await.result();
    let related = get(&house, &path).await.result();
    assert!(!related.as_array().unwrap().iter().any(|one| one["id"] == made));
    let ticket = house.first("HelpDesk").await;
    house.revise(&json!({"id": ticket, "ticketstatus": "Closed"})).await.result();
    assert_eq!(post(&house, "reopen", &[("id", &ticket)]).await.result()["ticketstatus"], "Open");
    let account = house.first("Accounts").await;
    let daughter =
        json!({"accountname": "Daughter", "assigned_user_id": "19x1", "account_id": account});
    house.create("Accounts", &daughter).await.result();
    let tree = get(&house, &format!("get_account_hierarchy?id={account}")).await.result();
    assert_eq!((&tree[0]["id"], &tree[1]["accountname"]), (&json!(account), &json!("Daughter")));
}

#[tokio::test]
async fn the_sites_other_paths_are_pages() {
    let house = house().await;
    let site = house.demo.introduction().vtiger.url.clone();
    for path in ["restapi/v1/vtiger/default/me", "index.php"] {
        let page = read(house.client.get(format!("{site}/{path}"))).await;
        assert_eq!((page.status, page.kind.as_str()), (200, "text/html; charset=UTF-8"));
    }
}
