//! What only a Vtiger has: lines of a quote, comments on a ticket, sessions that end, and users who
//! may not read each other's names.
use serde_json::{Value, json};

use super::support::story::{House, Story};

/// A quote with three lines; its id.
async fn quote(house: &House) -> String {
    let first = |rows: Value| rows[0]["id"].as_str().unwrap().to_owned();
    let query = async |text: &str| house.at_vtiger("query", &[("query", text)]).await;
    let account = first(query("SELECT id FROM Accounts ORDER BY id LIMIT 0,1;").await);
    let items = query("SELECT id FROM Products ORDER BY id LIMIT 0,3;").await;
    let line = |at: usize, quantity: &str, price: &str| json!({ "productid": items[at]["id"], "quantity": quantity, "listprice": price });
    let element = json!({
        "subject": "Three lines",
        "account_id": account,
        "assigned_user_id": "19x1",
        "quotestage": "Created",
        "bill_street": "Lange Reihe 12",
        "ship_street": "Lange Reihe 12",
        "productid": items[0]["id"],
        "hdnTaxType": "group",
        "LineItems": [line(0, "1", "10"), line(1, "2", "20"), line(2, "3", "30")],
    });
    let params = [("elementType", "Quotes"), ("element", &element.to_string())];
    house.at_vtiger("create", &params).await["id"].as_str().unwrap().to_owned()
}

async fn retrieve(house: &House, id: &str) -> Value {
    house.at_vtiger("retrieve", &[("id", id)]).await
}

/// Quantity and price of each line.
async fn lines(house: &House, id: &str) -> Vec<(f64, f64)> {
    let quote = retrieve(house, id).await;
    let lines = quote["LineItems"].as_array().unwrap();
    let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    lines.iter().map(|line| (number(&line["quantity"]), number(&line["listprice"]))).collect()
}

async fn first_of(house: &House, kind: &str, wanted: &str) -> Story {
    let mut story = house.open(kind, 140, 44).await;
    story.sees(wanted).await;
    story
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_with_three_lines_is_edited() {
    for kind in ["vtiger", "vtiger-cloud"] {
        let house = House::with_vtiger(kind, true).await;
        let id = quote(&house).await;
        let mut story = first_of(&house, "Quotes", "Three lines").await;
        story.press("enter").await;
        // A new detail begins at its top: the lines' headings are not scrolled away.
        story.sees_all(&["Subject", "Quantity", "List price", "Total"]).await;
        story.press("e").await;
        story.sees("C-s send").await;
        while !story.line("Lines *").contains('▌') {
            story.press("tab").await;
        }
        // Another quantity, typed over the old one; the second line goes; the last one comes first.
        story.press("l 7 enter j D j m k m").await;
        story.sees("C-s send 1 change").await;
        story.press("ctrl-s").await;
        story.sees_all(&["saved", "160"]).await;
        assert_eq!(lines(&house, &id).await, [(7.0, 10.0), (3.0, 30.0)]);
        story.quit("q").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_is_commented() {
    for kind in ["vtiger", "vtiger-cloud"] {
        let house = House::with_vtiger(kind, true).await;
        let mut story = first_of(&house, "HelpDesk", "1–").await;
        story.press("enter").await;
        story.sees("Overview").await;
        story.press("c").await;
        story.sees("add comment").await;
        story.press("\"The valve was closed\" ctrl-s").await;
        story.sees_all(&["Comment added", "The valve was closed"]).await;
        let newest = "SELECT * FROM ModComments ORDER BY id DESC LIMIT 0,1;";
        let said = house.at_vtiger("query", &[("query", newest)]).await;
        assert_eq!(said[0]["commentcontent"], "The valve was closed", "{said}");
        let tickets = "SELECT id FROM HelpDesk ORDER BY id DESC LIMIT 0,1;";
        let ticket = house.at_vtiger("query", &[("query", tickets)]).await;
        assert_eq!(said[0]["related_to"], ticket[0]["id"], "on the ticket that was open");
        story.quit("q").await;
    }
}

/// The newest organization.
async fn organization(house: &House) -> Value {
    let newest = "SELECT * FROM Accounts ORDER BY id DESC LIMIT 0,1;";
    house.at_vtiger("query", &[("query", newest)]).await[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ends_in_the_middle_of_an_edit_loses_nothing() {
    let house = House::with_vtiger("vtiger", true).await;
    let before = organization(&house).await;
    let mut story = first_of(&house, "Accounts", "1–").await;
    story.press("e").await;
    story.sees("C-s send").await;
    story.press("\" typed\"").await;
    story.sees_all(&[" typed", "C-s send 1 change"]).await;
    house.switch_vtiger(json!({ "end_sessions": true })).await;
    let logins = |all: Vec<String>| all.iter().filter(|it| it.starts_with("POST")).count();
    let asked = logins(house.requests().await);
    story.press("ctrl-s").await;
    story.sees("saved").await;
    assert!(logins(house.requests().await) > asked + 1, "it signed in anew, and wrote");
    let now = organization(&house).await;
    let name = before["accountname"].as_str().unwrap();
    assert_eq!(now["accountname"], format!("{name} typed"));
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_changed_meanwhile_is_a_conflict_though_there_are_no_versions() {
    let house = House::with_vtiger("vtiger", true).await;
    let before = organization(&house).await;
    let mut story = first_of(&house, "Accounts", "1–").await;
    story.press("e").await;
    story.sees("C-s send").await;
    story.press("\" mine\"").await;
    let theirs = json!({ "id": before["id"], "accountname": "Named by Bob" }).to_string();
    house.at_vtiger("revise", &[("element", &theirs)]).await;
    story.press("ctrl-s").await;
    story.sees_all(&["Named by Bob", " mine"]).await;
    assert_eq!(organization(&house).await["accountname"], "Named by Bob", "nothing was forced");
    story.press("M").await;
    story.press("ctrl-s").await;
    story.sees("saved").await;
    let name = organization(&house).await["accountname"].clone();
    assert!(name.as_str().unwrap().ends_with(" mine"), "{name}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_may_not_read_users_sees_owners_with_the_reason() {
    let house = House::with_vtiger("vtiger", false).await;
    let mut story = first_of(&house, "Accounts", "1–").await;
    story.sees("User 19x").await;
    story.press("enter").await;
    // It says why, over as many lines as it takes.
    story.sees_all(&["(only", "administrators may"]).await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_and_tasks_stand_in_one_agenda() {
    let house = House::with_vtiger("vtiger", true).await;
    let mut story = first_of(&house, "EventsAndTasks", "1–").await;
    story.sees_all(&["Agenda", "Task", "Meeting", "Planned", "Not Started"]).await;
    story.press("a").await;
    story.sees("Nothing can be added to this list").await;
    story.press("enter").await;
    // Each is opened as what it is.
    story.sees_all(&["Overview", "Due Date"]).await;
    let crumbs = story.screen();
    assert!(crumbs.contains("Tasks ›") || crumbs.contains("Events ›"), "{crumbs}");
    story.quit("q").await;
}
