//! Keys, HMAC, passwords, tokens, the second factor, the lock-out.

use crate::house::{House, difference, house, keys, recorded, send};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;

fn basic(name: &str, password: &str) -> String {
    STANDARD.encode(format!("{name}:{password}"))
}

async fn espo(house: &House, headers: &[(&str, &str)]) -> crate::house::Answer {
    let mut request = house.request("GET", "App/user");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

#[tokio::test]
async fn a_key_opens_and_tells_who_one_is() {
    let house = house().await;
    let mine = house.get("App/user").await.json();
    assert_eq!(mine["user"]["type"], "api");
    assert!(mine["token"].is_null());
    if let Some(recorded) = recorded("app-user-apikey") {
        assert_eq!(keys(&mine), keys(&recorded));
        assert_eq!(difference(&mine["user"], &recorded["user"], "user"), Vec::<String>::new());
        assert_eq!(keys(&mine["acl"]), keys(&recorded["acl"]));
    }
    let limited = house.limited("GET", "App/user", None).await.json();
    assert!(
        limited["acl"]["table"].get("Lead").is_none()
            && limited["acl"]["table"].get("CEquipment").is_none()
    );
    let no = &limited["acl"]["fieldTableQuickAccess"]["Account"]["attributes"]["read"]["no"];
    assert!(no.as_array().unwrap().contains(&json!("billingAddressCity")));
}

#[tokio::test]
async fn hmac_signs_method_and_path_without_the_query() {
    let house = house().await;
    let about = &house.demo.introduction().espocrm;
    let sign = |text: &str| {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(about.hmac_secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let hex: String =
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        STANDARD.encode(format!("{}:{hex}", about.hmac_key))
    };
    let ask = |sign: String| {
        send(
            house
                .request("GET", "Account?maxSize=1&select=name")
                .header("X-Hmac-Authorization", sign),
        )
    };
    assert_eq!(ask(sign("GET /Account")).await.status, 200);
    let wrong = ask(sign("GET /Contact")).await;
    assert_eq!((wrong.status, wrong.body.as_str(), wrong.reason), (401, "", None));
    let as_key = send(house.request("GET", "App/user").header("X-Api-Key", &about.hmac_key)).await;
    assert_eq!(as_key.status, 401, "an HMAC user's key alone opens nothing");
}

#[tokio::test]
async fn a_password_gives_a_token_that_works_until_it_is_destroyed() {
    let house = house().await;
    let about = house.demo.introduction().espocrm.clone();
    let first =
        espo(&house, &[("Espo-Authorization", &basic(&about.user, &about.password))]).await.json();
    let token = first["token"].as_str().unwrap().to_owned();
    assert_eq!((token.len(), &first["user"]["userName"]), (32, &json!(about.user)));
    let pair = basic(&about.user, &token);
    let by_token = [("Espo-Authorization", pair.as_str()), ("Espo-Authorization-By-Token", "true")];
    assert_eq!(espo(&house, &by_token).await.status, 200);
    let destroy = || {
        let request =
            house.request("POST", "App/destroyAuthToken").header("X-Api-Key", &about.api_key);
        send(
            request
                .header("Content-Type", "application/json")
                .body(json!({"token": token}).to_string()),
        )
    };
    assert_eq!(destroy().await.json(), json!(true));
    assert_eq!(destroy().await.json(), json!(false));
    assert_eq!(espo(&house, &by_token).await.status, 401);
    let plain = format!("Basic {}", basic(&about.user, &about.password));
    assert!(espo(&house, &[("Authorization", &plain)]).await.json()["token"].is_null());
    let wrong = espo(&house, &[("Espo-Authorization", "%%%")]).await;
    assert_eq!(
        (wrong.status, wrong.reason.as_deref()),
        (400, Some("Auth: Bad authorization string provided."))
    );
}

#[tokio::test]
async fn a_token_with_a_secret_needs_its_cookie() {
    let house = house().await;
    let about = house.demo.introduction().espocrm.clone();
    let pair = basic(&about.user, &about.password);
    let first = espo(
        &house,
        &[("Espo-Authorization", &pair), ("Espo-Authorization-Create-Token-Secret", "true")],
    )
    .await;
    let cookie =
        first.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let pair = basic(&about.user, first.json()["token"].as_str().unwrap());
    let by_token = [("Espo-Authorization", pair.as_str()), ("Espo-Authorization-By-Token", "true")];
    assert_eq!(espo(&house, &by_token).await.status, 401);
    assert_eq!(espo(&house, &[by_token[0], by_token[1], ("Cookie", &cookie)]).await.status, 200);
}

#[tokio::test]
async fn the_second_factor_is_asked_for() {
    let house = house().await;
    let about = house.demo.introduction().espocrm.clone();
    let pair = basic(&about.two_factor_user, &about.password);
    let asked = espo(&house, &[("Espo-Authorization", &pair)]).await;
    assert_eq!((asked.status, asked.reason.as_deref()), (401, Some("second-step-required")));
    assert!(asked.kind.starts_with("text/html"));
    assert_eq!(asked.json()["status"], "secondStepRequired");
    let code = about.two_factor_code.clone();
    assert_eq!(
        espo(&house, &[("Espo-Authorization", &pair), ("Espo-Authorization-Code", &code)])
            .await
            .status,
        200
    );
    assert_eq!(
        espo(&house, &[("Espo-Authorization", &pair), ("Espo-Authorization-Code", "000000")])
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn after_eleven_failures_even_a_good_key_is_locked_out_but_a_token_is_not() {
    let house = house().await;
    let about = house.demo.introduction().espocrm.clone();
    let token = espo(&house, &[("Espo-Authorization", &basic(&about.user, &about.password))])
        .await
        .json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    for _ in 0..11 {
        assert_eq!(espo(&house, &[("X-Api-Key", "wrong")]).await.status, 401);
    }
    let locked = house.get("Account?maxSize=1").await;
    assert_eq!((locked.status, locked.reason, locked.body.as_str()), (403, None, ""));
    let pair = basic(&about.user, &token);
    let by_token = [("Espo-Authorization", pair.as_str()), ("Espo-Authorization-By-Token", "true")];
    assert_eq!(espo(&house, &by_token).await.status, 200);
}

#[tokio::test]
async fn an_administrator_acts_as_somebody_else() {
    let house = house().await;
    let about = house.demo.introduction().espocrm.clone();
    let pair = format!("Basic {}", basic(&about.admin_user, &about.password));
    let other = espo(&house, &[("Authorization", &pair), ("X-Another-User", &about.user)]).await;
    assert_eq!(other.json()["user"]["userName"], about.user);
}

#[tokio::test]
async fn settings_answer_to_anybody_and_the_rest_does_not() {
    let house = house().await;
    let settings = send(house.request("GET", "Settings")).await;
    assert_eq!(settings.status, 200);
    if let Some(recorded) = recorded("settings-noauth") {
        assert_eq!(keys(&settings.json()), keys(&recorded));
    }
    assert_eq!(send(house.request("GET", "")).await.json(), json!("EspoCRM REST API"));
    let nobody = send(house.request("GET", "Account?maxSize=1")).await;
    assert_eq!((nobody.status, nobody.body.as_str()), (401, ""));
}

#[tokio::test]
async fn keys_follow_from_the_seed() {
    let (one, two) = (house().await, house().await);
    assert_eq!(one.demo.introduction().espocrm.api_key, two.demo.introduction().espocrm.api_key);
    assert_eq!(one.first_id("Account").await, two.first_id("Account").await);
}
