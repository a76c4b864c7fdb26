//! VTQL (A6).

use crate::house::{contact, house};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn an_answer_holds_at_most_a_hundred_records_and_all_are_paged_through() {
    let house = house().await;
    for query in [
        "select id from Contacts;",
        "select id from Contacts limit 500;",
        "select id from Contacts limit 100,500;",
    ] {
        assert_eq!(house.rows(query).await.len(), 100, "{query}");
    }
    assert_eq!(house.count("select count(*) from Contacts limit 1;").await, 300);
    let mut seen = BTreeSet::new();
    for offset in [0, 100, 200, 300] {
        let page = house
            .rows(&format!(
                "select lastname from Contacts order by lastname,id limit {offset},100;"
            ))
            .await;
        seen.extend(page.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen.len(), 300);
    let mut seen = BTreeSet::new();
    for offset in [0, 100, 200] {
        let page = house
            .rows(&format!("select id from Contacts order by leadsource limit {offset},100;"))
            .await;
        seen.extend(page.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
    }
    assert!(seen.len() < 300, "an order that does not end with the id repeats and leaves out");
    assert!(house.rows("select id from Contacts limit 0;").await.is_empty());
    let next = house.rows("select id from Contacts where id > '12x100' order by id limit 2;").await;
    assert_eq!((&next[0]["id"], &next[1]["id"]), (&json!("12x101"), &json!("12x102")));
}

#[tokio::test]
async fn failures_that_look_like_success_do() {
    let house = house().await;
    for query in [
        "select id from Contacts order by nosuch limit 1;",
        "select id from Contacts limit -1;",
        "select id from Contacts limit 5000,100;",
    ] {
        assert!(house.rows(query).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn refusals_have_their_codes() {
    let house = house().await;
    for (query, code, message) in [
        (
            "select nosuch from Contacts;",
            "ACCESS_DENIED",
            "Permission to access '.nosuch.' attribute denied.",
        ),
        (
            "select id from Contacts where nosuch='1';",
            "ACCESS_DENIED",
            "Permission to access nosuch attribute denied.",
        ),
        (
            "select * from NoSuch;",
            "ACCESS_DENIED",
            "Permission to perform the operation is denied for name : NoSuch",
        ),
        (
            "select * from contacts;",
            "ACCESS_DENIED",
            "Permission to perform the operation is denied for name : contacts",
        ),
        (
            "select * Contacts;",
            "ACCESS_DENIED",
            "Permission to perform the operation is denied for query",
        ),
        ("", "ACCESS_DENIED", "Permission to perform the operation is denied for query"),
        (
            "select id from Contacts where account_id = '3' limit 2;",
            "INVALID_ID_ATTRIBUTE",
            "Id specified is incorrect",
        ),
        (
            "select id from Contacts where email = '' limit 1;",
            "INTERNAL_SERVER_ERROR",
            "Unknown Error while processing request",
        ),
        (
            "select shipping_&_handling from Quotes;",
            "INTERNAL_SERVER_ERROR",
            "Unknown Error while processing request",
        ),
    ] {
        assert_eq!(house.query(query).await.error(), (code.into(), message.into()), "{query}");
    }
    let posted = house.write("query", &[("query", "select id from Contacts;")]).await.error();
    assert_eq!(posted.1, "Permission to perform the operation is denied for query");
    let got = house.ask("create", &[("elementType", "Contacts"), ("element", "{}")]).await.error();
    assert_eq!(
        got,
        ("ACCESS_DENIED".into(), "Permission to perform the operation is denied".into())
    );
}

#[tokio::test]
async fn texts_compare_without_case_and_accents_and_blanks_are_nothing() {
    let house = house().await;
    house.create("Contacts", &contact("Ångström-Smith")).await.result();
    house.create("Contacts", &contact("O'Brien & \"Sons\" <b>")).await.result();
    for (condition, count) in [
        ("lastname = 'ANGSTROM-SMITH'", 1),
        ("lastname like '%strom-s%'", 1),
        ("lastname = 'O''Brien & \"Sons\" <b>'", 1),
        ("lastname like 'o''brien%'", 1),
        ("lastname in ('angstrom-smith','O''Brien & \"Sons\" <b>')", 2),
        ("lastname = 'angstrom-smith' or lastname like 'O''Brien%' and firstname = 'nobody'", 1),
    ] {
        let query = format!("select count(*) from Contacts where {condition};");
        assert_eq!(house.count(&query).await, count, "{condition}");
    }
    let all = house.count("select count(*) from Contacts;").await;
    let empty = house.count("select count(*) from Contacts where title = ' ';").await;
    let filled = house.count("select count(*) from Contacts where title != ' ';").await;
    assert!(empty > 0 && filled > 0 && empty + filled == all);
    let dated =
        house.count("select count(*) from Contacts where birthday = ' ' or birthday != ' ';").await;
    assert!(dated < all, "days that are not set match neither");
}

#[tokio::test]
async fn numbers_references_owners_and_moments_compare() {
    let house = house().await;
    let all = house.count("select count(*) from Potentials;").await;
    let above = house.count("select count(*) from Potentials where amount > '100000.5';").await;
    let below = house.count("select count(*) from Potentials where amount <= '100000.5';").await;
    assert!(above > 0 && below > 0 && above + below == all);
    let row = house
        .rows(
            "select account_id,assigned_user_id from Contacts where account_id != '11x0' limit 1;",
        )
        .await[0]
        .clone();
    let account = row["account_id"].as_str().unwrap();
    assert!(
        house
            .count(&format!("select count(*) from Contacts where account_id = '{account}';"))
            .await
            > 0
    );
    assert!(house.count("select count(*) from Contacts where account_id = '11x0';").await > 0);
    let owner = row["assigned_user_id"].as_str().unwrap();
    assert!(
        house
            .count(&format!("select count(*) from Contacts where assigned_user_id = '{owner}';"))
            .await
            > 0
    );
    assert!(
        house.count("select count(*) from Contacts where assigned_user_id = '20x3';").await > 0
    );
    assert!(
        house.count("select count(*) from Contacts where createdtime >= '2024-01-01';").await > 0
    );
    assert!(house.count("select count(*) from Contacts where donotcall = 1;").await > 0);
    let two = house.rows("select lastname from Contacts where id in (12x100,'12x101');").await;
    assert_eq!(two.len(), 2);
}

#[tokio::test]
async fn one_direction_counts_for_the_last_field_alone() {
    let house = house().await;
    let rows = house
        .rows("select leadsource,id from Contacts order by leadsource,id desc limit 100;")
        .await;
    let key =
        |row: &Value| (row["leadsource"].as_str().unwrap().to_uppercase(), -number(&row["id"]));
    assert!(rows.windows(2).all(|two| key(&two[0]) <= key(&two[1])), "as MySQL reads it");
}

fn number(id: &Value) -> i64 {
    id.as_str().unwrap().split_once('x').unwrap().1.parse().unwrap()
}

#[tokio::test]
async fn tasks_and_events_are_parted() {
    let house = house().await;
    let tasks = house.count("select count(*) from Calendar;").await;
    let events = house.count("select count(*) from Events;").await;
    assert!(tasks > 20 && events > 40);
    assert!(
        house
            .rows("select activitytype from Calendar;")
            .await
            .iter()
            .all(|row| row["activitytype"] == "Task")
    );
    assert!(
        house
            .rows("select activitytype from Events;")
            .await
            .iter()
            .all(|row| row["activitytype"] != "Task")
    );
    let event = house.first("Events").await;
    let wrong = event.replace("18x", "9x");
    assert_eq!(house.ask("retrieve", &[("id", &wrong)]).await.error().0, "INVALID_ID_ATTRIBUTE");
}

#[tokio::test]
async fn lines_make_rows_that_collapse() {
    let house = house().await;
    let header = house.rows("select subject from Quotes order by id limit 0,10;").await;
    let joined = house.rows("select subject,productid from Quotes order by id limit 0,10;").await;
    assert_eq!(header.len(), 10);
    assert!(joined.len() < 10);
    let quote = header[0]["id"].as_str().unwrap();
    assert!(
        !house.rows(&format!("select * from LineItem where parent_id='{quote}';")).await.is_empty()
    );
}

#[tokio::test]
async fn every_module_has_records() {
    let house = house().await;
    let types = house.ask("listtypes", &[]).await.result();
    for name in types["types"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let described = house.ask("describe", &[("elementType", name)]).await.result();
        let rows = house.rows(&format!("select * from {name} limit 3;")).await;
        assert!(!rows.is_empty() || name == "ProductTaxes", "{name} has no records");
        for row in rows {
            for (field, value) in row.as_object().unwrap() {
                assert!(value.is_string(), "{name}.{field}: {value}");
            }
            let known = described["fields"].as_array().unwrap();
            let wanted =
                known.iter().filter(|field| !field["name"].as_str().unwrap().contains('&')).count();
            assert!(row.as_object().unwrap().len() >= wanted, "{name}");
        }
    }
}
