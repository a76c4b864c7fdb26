//! Challenges, keys, sessions (A3).

use crate::house::house;
use serde_json::json;

#[tokio::test]
async fn a_challenge_and_a_key_open_a_session() {
    let house = house().await;
    let about = house.demo.introduction().vtiger.clone();
    let token = house.token("ADMIN").await;
    let answer = house.login("admin", &token, &about.access_key).await;
    let login = answer.result();
    assert_eq!((&login["userId"], &login["is_admin"]), (&json!("19x1"), &json!("on")));
    assert_eq!(answer.kind, "application/json");
    let again = house.login("admin", &token, &about.access_key).await;
    again.result();
    assert_eq!(house.ask("listtypes", &[]).await.result()["types"].as_array().unwrap().len(), 36);
}

#[tokio::test]
async fn a_new_challenge_voids_the_one_before() {
    let house = house().await;
    let about = house.demo.introduction().vtiger.clone();
    let old = house.token(&about.user).await;
    let new = house.token(&about.user).await;
    let refused = house.login(&about.user, &old, &about.access_key).await.error();
    assert_eq!(refused, ("INVALID_USER_CREDENTIALS".into(), "Invalid username or password".into()));
    house.login(&about.user, &new, &about.access_key).await.result();
}

#[tokio::test]
async fn wrong_ways_in_are_refused_as_recorded() {
    let house = house().await;
    let get = |params: &'static [(&'static str, &'static str)]| house.get(params);
    let code = |answer: crate::house::Answer| answer.error().0;
    assert_eq!(
        get(&[("operation", "getchallenge"), ("username", "nobody")]).await.error(),
        ("ACCESS_DENIED".into(), "username does not exists".into())
    );
    assert_eq!(
        get(&[("operation", "getchallenge")]).await.error(),
        ("ACCESS_DENIED".into(), "No username given".into())
    );
    assert_eq!(code(house.login("samira", "x", "y").await), "INVALID_AUTH_TOKEN");
    assert_eq!(code(house.login("nobody", "x", "y").await), "INVALID_AUTH_TOKEN");
    let token = house.token("oskar").await;
    assert_eq!(code(house.login("oskar", &token, "y").await), "INVALID_USER_CREDENTIALS");
    assert_eq!(code(get(&[("operation", "listtypes")]).await), "AUTHENTICATION_REQUIRED");
    assert_eq!(
        code(get(&[("operation", "listtypes"), ("sessionName", "x")]).await),
        "INVALID_SESSIONID"
    );
    assert_eq!(code(house.post(&[("operation", "extendsession")]).await), "AUTHENTICATION_FAILURE");
    for params in [
        &[("operation", "frobnicate")][..],
        &[("operation", "")],
        &[],
        &[("operation", "lookup")],
        &[("operation", "mobile.fetchrecord")],
    ] {
        let dead = house.get(params).await;
        assert_eq!((dead.status, dead.body.as_str()), (500, ""), "{params:?}");
    }
}

#[tokio::test]
async fn sessions_end_and_can_be_ended() {
    let house = house().await;
    let extended = house.write("extendsession", &[]).await.result();
    assert_eq!(extended["sessionName"], json!(house.session));
    house.switch(&json!({"end_sessions": true})).await;
    assert_eq!(house.ask("listtypes", &[]).await.error().0, "INVALID_SESSIONID");
    for (switch, code) in [("idle_s", "SESSION_LEFT_IDLE"), ("life_s", "SESSION_EXPIRED")] {
        house.switch(&json!({"idle_s": 1800, "life_s": 86400})).await;
        let session = house.limited().await;
        house.ask_as(&session, "listtypes", &[]).await.result();
        house.switch(&json!({switch: 0})).await;
        assert_eq!(house.ask_as(&session, "listtypes", &[]).await.error().0, code);
        assert_eq!(house.ask_as(&session, "listtypes", &[]).await.error().0, "INVALID_SESSIONID");
    }
    house.switch(&json!({"idle_s": 1800, "life_s": 86400, "calls": 2})).await;
    let session = house.limited().await;
    for _ in 0..2 {
        house.ask_as(&session, "listtypes", &[]).await.result();
    }
    assert_eq!(house.ask_as(&session, "listtypes", &[]).await.error().0, "INVALID_SESSIONID");
    house.switch(&json!({"calls": 0, "challenge_s": 0})).await;
    let token = house.token("admin").await;
    let key = house.demo.introduction().vtiger.access_key.clone();
    assert_eq!(house.login("admin", &token, &key).await.error().0, "INVALID_AUTH_TOKEN");
}

#[tokio::test]
async fn logging_out_ends_the_session_unless_php_8_breaks_it() {
    let house = house().await;
    house.switch(&json!({"php": 8})).await;
    assert_eq!(house.write("logout", &[]).await.status, 500);
    house.ask("listtypes", &[]).await.result();
    house.switch(&json!({"php": 7})).await;
    assert_eq!(house.write("logout", &[]).await.result(), json!({"message": "successfull"}));
    assert_eq!(house.ask("listtypes", &[]).await.error().0, "INVALID_SESSIONID");
}

#[tokio::test]
async fn those_who_are_no_administrators_cannot_see_users() {
    let house = house().await;
    let session = house.limited().await;
    let types = house.ask_as(&session, "listtypes", &[]).await.result();
    assert!(!types["types"].as_array().unwrap().contains(&json!("Users")));
    for (operation, params) in [
        ("query", [("query", "select * from Users;")]),
        ("retrieve", [("id", "19x6")]),
        ("describe", [("elementType", "Users")]),
    ] {
        let refused = house.ask_as(&session, operation, &params).await.error();
        assert_eq!(
            refused,
            ("ACCESS_DENIED".into(), "Permission to perform the operation is denied".into())
        );
    }
    house.ask_as(&session, "query", &[("query", "select * from Groups;")]).await.result();
    let users = house.rows("select user_name,accesskey,user_password from Users;").await;
    assert!(users.iter().all(|user| user["accesskey"] != "" && user["user_password"] != ""));
    assert!(
        !users.iter().any(|user| user["user_name"] == "oskar"),
        "the inactive one is not listed"
    );
    house.switch(&json!({"release": "8.4"})).await;
    let refused = house.query("select user_name,accesskey from Users;").await.error();
    assert_eq!(refused.1, "Permission to access '.accesskey.' attribute denied.");
    assert!(house.rows("select * from Users;").await[0].get("user_password").is_none());
}
