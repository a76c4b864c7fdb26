//! A day at the service desk, over Syncro: from an alert to its invoice, a missing permission, and
//! little left of the allowance.
use ficha::cli::args::Global;
use serde_json::{Value, json};

use super::support::story::{House, Story};

async fn at_the_desk(house: &House, open: &str) -> Story {
    let global = Global { connection: vec!["desk".to_owned()], ..Global::default() };
    house.start(global, Some(open), 130, 44).await
}

/// Takes a deed from the menu of `;` by the letter that stands before it.
async fn take(story: &mut Story, label: &str) {
    story.press(";").await;
    story.sees(label).await;
    let line = story.line(label);
    let (before, _) = line.split_once(label).unwrap();
    let letter = before.trim_end().chars().last().unwrap();
    assert!(letter.is_ascii_alphanumeric(), "{label} has no letter: {line}");
    story.press(&format!("\"{letter}\"")).await;
}

/// Sends the form on top, and waits until the record beneath is seen again.
async fn send(story: &mut Story) {
    story.press("ctrl-s").await;
    story.sees("Overview").await;
}

/// Yes, once the question has stood for so long that it can have been read.
async fn say_yes(story: &mut Story) {
    story.sees("yes, ").await;
    while story.screen().contains("yes, ") {
        story.press("y").await;
    }
}

/// The newest ticket, whole.
async fn newest_ticket(house: &House) -> Value {
    let (_, page) = house.at_syncro("GET", "tickets", None).await;
    let id = &page["tickets"][0]["id"];
    house.at_syncro("GET", &format!("tickets/{id}"), None).await.1["ticket"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_goes_from_its_alert_to_an_invoice_by_keys_alone() {
    let house = House::with_desk().await;
    let mut story = at_the_desk(&house, "RmmAlert").await;
    story.sees_all(&["RMM alerts", "1–"]).await;
    take(&mut story, "Make ticket").await;
    story.sees("C-s").await;
    story.press("\"The arm stands still\" ctrl-s").await;
    story.sees_all(&["The arm stands still", "Overview", "New"]).await;

    // What is said stays in the house, unless it is asked otherwise.
    story.press("c").await;
    story.sees("Private note: only the team reads it").await;
    story.press("\"Called, nobody there\" ctrl-s").await;
    story.sees("Comment added").await;
    story.press("[ [").await;

    take(&mut story, "Start timer").await;
    story.sees("Labour product").await;
    send(&mut story).await;
    story.sees("Timer since").await;
    take(&mut story, "Stop timer").await;
    story.sees("Stop timer on").await;
    story.sees_no("Timer since").await;
    take(&mut story, "Charge time").await;
    story.sees("Timer's id").await;
    send(&mut story).await;
    story.sees("Charge time on").await;

    take(&mut story, "Add line").await;
    story.sees("Taxable").await;
    story.press("\"Cable\" tab \"2 m, shielded\" tab \"2\" tab \"9.50\"").await;
    send(&mut story).await;
    story.sees("Cable").await;
    take(&mut story, "Set status").await;
    story.sees("C-s").await;
    story.press("enter \"Resol\" enter").await;
    story.sees("Resolved").await;
    send(&mut story).await;
    story.sees("Set status on").await;

    let ticket = newest_ticket(&house).await;
    assert_eq!(ticket["subject"], "The arm stands still");
    assert_eq!(ticket["status"], "Resolved");
    let said = ticket["comments"].as_array().unwrap();
    assert!(said.iter().all(|comment| comment["hidden"] == json!(true)), "{said:#?}");
    assert_eq!(ticket["line_items"].as_array().unwrap().len(), 2, "{:#}", ticket["line_items"]);
    assert_eq!(ticket["ticket_timers"][0]["recorded"], json!(true));

    take(&mut story, "Make invoice").await;
    story.sees("Make an invoice of this ticket").await;
    say_yes(&mut story).await;
    story.sees_all(&["Invoices", "Cable", "2 m, shielded"]).await;
    take(&mut story, "Print").await;
    story.sees("Print this invoice").await;
    story.press("n").await;
    take(&mut story, "E-mail to customer").await;
    story.sees("Send this invoice by e-mail").await;
    assert_eq!(house.left_the_house().await, Vec::<Value>::new(), "nothing leaves unasked");
    say_yes(&mut story).await;
    story.sees("E-mail to customer on").await;
    let sent = house.left_the_house().await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["what"], "email");
    let (_, invoices) =
        house.at_syncro("GET", &format!("invoices?ticket_id={}", ticket["id"]), None).await;
    assert_eq!(invoices["invoices"].as_array().unwrap().len(), 1, "{invoices}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_permission_is_named_and_what_was_typed_stays() {
    let house = House::with_desk().await;
    let syncro = &house.demo().introduction().syncro;
    house.connect_to("narrow", "syncro", &syncro.url, "token", &syncro.limited_token);
    let global = Global { connection: vec!["narrow".to_owned()], ..Global::default() };
    let mut story = house.start(global, Some("Estimate"), 130, 44).await;
    story.sees_all(&["your role may not do this", "“Estimates - List/Search”", "live"]).await;
    story.press("ctrl-p \"RMM alerts\" enter").await;
    story.sees_all(&["RMM alerts", "1–"]).await;
    take(&mut story, "Mute").await;
    story.sees("C-s").await;
    story.press("enter \"2-days\" enter").await;
    story.sees("2-days").await;
    story.press("ctrl-s").await;
    story.sees("“RMM Alerts - Clear/Manage”").await;
    story.shows("2-days");
    story.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_goes_before_a_list_that_waits_for_the_allowance_and_both_finish_by_themselves() {
    let house = House::with_desk().await;
    house.set("[settings]\npage_size = 20\n");
    let mut story = at_the_desk(&house, "Ticket").await;
    story.sees("of 100").await;
    let ticket = newest_ticket(&house).await;
    story.press("enter").await;
    story.sees_all(&["Overview", ticket["subject"].as_str().unwrap()]).await;
    story.press("esc").await;
    story.sees_no("Overview").await;
    // Another process spends what is not kept for saves; it comes back after four seconds.
    house.spend(150, 56);
    let asked = house.requests().await.len();
    story.press("G g g e").await;
    story.sees("C-s send").await;
    story.press("\" (urgent)\" ctrl-s").await;
    story.sees("saved ").await;
    let between: Vec<_> = house.requests().await.into_iter().skip(asked).collect();
    let is_page = |line: &String| line.contains("GET") && line.ends_with("/api/v1/tickets");
    let put = between.iter().position(|line| line.starts_with("PUT")).unwrap();
    assert!(!between[..put].iter().any(is_page), "the list went first: {between:#?}");
    let now = house.at_syncro("GET", &format!("tickets/{}", ticket["id"]), None).await.1;
    assert!(now["ticket"]["subject"].as_str().unwrap().ends_with(" (urgent)"), "{now}");
    // Nothing is pressed: the page comes by itself.
    story.sees("81–").await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_list_follows_what_others_change_under_the_same_selected_record() {
    let house = House::with_desk().await;
    house.set("[settings]\nfollow = \"200ms\"\n");
    let mut story = at_the_desk(&house, "Ticket").await;
    story.sees_all(&["Tickets", "1–"]).await;
    story.press("j j").await;
    let (_, page) = house.at_syncro("GET", "tickets", None).await;
    let (first, third) = (page["tickets"][0].clone(), page["tickets"][2].clone());
    let number = third["number"].as_i64().unwrap();
    let selected = format!("{},{:03}", number / 1000, number % 1000);
    let is_selected = |story: &Story| {
        let line = story.line(&selected);
        line.contains('▌')
    };
    assert!(is_selected(&story), "{}", story.screen());
    let path = format!("tickets/{}", first["id"]);
    let change = json!({"subject": "By others"});
    assert_eq!(house.at_syncro("PUT", &path, Some(change)).await.0, 200);
    story.sees("By others").await;
    assert!(is_selected(&story), "{}", story.screen());
    let new = json!({"subject": "Brand new", "customer_id": first["customer_id"]});
    assert_eq!(house.at_syncro("POST", "tickets", Some(new)).await.0, 200);
    story.sees("1 newer").await;
    assert!(is_selected(&story), "{}", story.screen());
    story.press(".").await;
    story.sees("Brand new").await;
    // Only what changed is asked for.
    let asked = house.log().await;
    let lists =
        asked.iter().filter(|it| it["path"] == "/syncro/api/v1/tickets" && it["method"] == "GET");
    let plain = lists.clone().filter(|it| !it["query"].to_string().contains("since_updated_at"));
    assert!(lists.count() > plain.clone().count(), "{asked:#?}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_that_was_asked_too_often_waits_and_lands_by_itself() {
    let house = House::with_desk().await;
    let mut story = at_the_desk(&house, "Ticket").await;
    story.sees("of 100").await;
    let ticket = newest_ticket(&house).await;
    story.press("e").await;
    story.sees("C-s send").await;
    house.limit(&json!({"requests": 0})).await;
    story.press("\" (late)\" ctrl-s").await;
    let is_refused = |it: &Value| it["status"] == 429;
    while !house.log().await.iter().any(is_refused) {}
    story.shows(" (late)");
    story.shows_no("refused");
    house.limit(&json!({"requests": null})).await;
    story.sees("saved ").await;
    let now = house.at_syncro("GET", &format!("tickets/{}", ticket["id"]), None).await.1;
    assert!(now["ticket"]["subject"].as_str().unwrap().ends_with(" (late)"), "{now}");
    let puts = house.log().await;
    let puts = puts.iter().filter(|it| it["method"] == "PUT" && it["status"] == 200);
    assert_eq!(puts.count(), 1, "it is written once");
    story.quit("q").await;
}
