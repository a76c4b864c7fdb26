//! Changing things: what was typed lands, or stays where it was typed.
use ficha::{
    domain::{
        action::{Action, Outcome, Request},
        connection::ConnectionId,
    },
    runtime::Port as _,
};
use serde_json::{Value, json};

use super::support::story::{House, Story};

/// The newest account: the first of the list.
async fn first_account(house: &House) -> Value {
    let (status, page) =
        house.elsewhere("GET", "Account?maxSize=1&orderBy=createdAt&order=desc", None).await;
    assert_eq!(status, 200, "{page}");
    page["list"][0].clone()
}

async fn account(house: &House, id: &str) -> Value {
    house.elsewhere("GET", &format!("Account/{id}"), None).await.1
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

/// The form of the newest account, and the account.
async fn editing(house: &House) -> (Story, Value) {
    let first = first_account(house).await;
    let mut story = house.open("Account", 110, 40).await;
    story.sees("1–").await;
    story.press("e").await;
    story.sees("C-s send").await;
    (story, first)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_run_to_an_edited_record() {
    let house = House::empty();
    let mut story = house.start(ficha::cli::args::Global::default(), None, 120, 40).await;
    story.sees_all(&["Try the demo", "Add a connection"]).await;
    story.press("d").await;
    story.sees("of 300").await;
    story.press("enter").await;
    story.sees_all(&["Overview", "Billing"]).await;
    story.press("e").await;
    story.sees("C-s send").await;
    story.press("\" & Sons\"").await;
    story.sees_all(&["C-s send 1 change", "~1 unsent"]).await;
    story.press("ctrl-s").await;
    let screen = story.sees("saved").await;
    assert!(screen.contains("& Sons"), "{screen}");
    let newest = Request {
        method: "GET".to_owned(),
        path: "Account".to_owned(),
        query: vec![("orderBy".into(), "createdAt".into()), ("order".into(), "desc".into())],
        headers: Vec::new(),
        body: None,
    };
    let answer = story.world.call(ConnectionId(0), Action::Send(newest), |_| {}).await.unwrap();
    let Outcome::Json(reply) = answer.outcome else { panic!("{answer:?}") };
    let name = &reply.json.unwrap()["list"][0]["name"];
    assert!(name.as_str().unwrap().ends_with("& Sons"), "{name}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_was_changed_is_sent_and_others_changes_stay() {
    let house = House::with_crm().await;
    let (mut story, first) = editing(&house).await;
    let theirs = json!({ "website": "https://elsewhere.example" });
    let path = format!("Account/{}", id(&first));
    assert_eq!(house.elsewhere("PUT", &path, Some(theirs)).await.0, 200);
    story.press("\" mine\" ctrl-s").await;
    story.sees("saved").await;
    let now = account(&house, &id(&first)).await;
    assert_eq!(now["website"], "https://elsewhere.example");
    assert!(now["name"].as_str().unwrap().ends_with(" mine"), "{now}");
    story.quit("q").await;
}

/// Both changed the name: the conflict's screen.
async fn in_conflict(house: &House) -> (Story, Value) {
    let (mut story, first) = editing(house).await;
    let path = format!("Account/{}", id(&first));
    let theirs = json!({ "name": "Named by Bob" });
    assert_eq!(house.elsewhere("PUT", &path, Some(theirs)).await.0, 200);
    story.press("\" mine\" ctrl-s").await;
    story.sees_all(&["Named by Bob", " mine"]).await;
    (story, first)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_is_resolved_with_mine() {
    let house = House::with_crm().await;
    let (mut story, first) = in_conflict(&house).await;
    assert_eq!(account(&house, &id(&first)).await["name"], "Named by Bob", "nothing was forced");
    story.press("M").await;
    story.press("ctrl-s").await;
    story.sees("saved").await;
    let name = account(&house, &id(&first)).await["name"].clone();
    assert!(name.as_str().unwrap().ends_with(" mine"), "{name}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_is_resolved_with_theirs() {
    let house = House::with_crm().await;
    let (mut story, first) = in_conflict(&house).await;
    story.press("A").await;
    story.press("ctrl-s").await;
    story.sees_no("C-s").await;
    assert_eq!(account(&house, &id(&first)).await["name"], "Named by Bob");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaving_a_conflict_keeps_what_was_typed() {
    let house = House::with_crm().await;
    let (mut story, _) = in_conflict(&house).await;
    story.press("esc").await;
    let screen = story.screen();
    assert!(screen.contains(" mine"), "{screen}");
    story.kill().await;
}

/// A new contact named like one that exists: what the server says to that.
async fn duplicate(house: &House) -> Story {
    let body = json!({ "firstName": "Wilhelmina", "lastName": "Twice" });
    assert_eq!(house.elsewhere("POST", "Contact", Some(body)).await.0, 200);
    let mut story = house.open("Contact", 110, 40).await;
    story.sees("of 121").await;
    story.press("a").await;
    story.sees("C-s create").await;
    story.press("tab \"Wilhelmina\" tab tab \"Twice\" ctrl-s").await;
    story.sees("create all the same").await;
    story
}

async fn twins(house: &House) -> usize {
    let path = "Contact?textFilter=Twice&maxSize=10";
    let (_, page) = house.elsewhere("GET", path, None).await;
    page["list"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_is_seen_and_opened_instead() {
    let house = House::with_crm().await;
    let mut story = duplicate(&house).await;
    story.press("enter").await;
    story.sees_all(&["Wilhelmina Twice", "Overview"]).await;
    assert_eq!(twins(&house).await, 1);
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_is_created_all_the_same() {
    let house = House::with_crm().await;
    let mut story = duplicate(&house).await;
    story.press("c").await;
    story.sees("saved").await;
    assert_eq!(twins(&house).await, 2);
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_loses_nothing_that_was_typed() {
    let house = House::with_crm().await;
    let (mut story, first) = editing(&house).await;
    story.press("\" typed\"").await;
    house.fail("offline").await;
    story.press("ctrl-s").await;
    // A line that breaks under a write leaves open whether it landed, and that is said.
    story.sees("did not answer to the change").await;
    story.shows(" typed");
    story.press("\" more\"").await;
    story.shows(" typed more");
    house.fail("").await;
    assert_eq!(account(&house, &id(&first)).await["name"], first["name"], "nothing has landed");
    story.press("ctrl-s").await;
    story.sees("saved").await;
    let name = account(&house, &id(&first)).await["name"].clone();
    assert!(name.as_str().unwrap().ends_with(" typed more"), "{name}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_program_shows_the_draft_at_its_next_run() {
    let house = House::with_crm().await;
    let (mut story, first) = editing(&house).await;
    story.press("\" typed\"").await;
    story.sees("draft kept").await;
    story.kill().await;
    let mut story = house.open("Account", 110, 40).await;
    story.sees("1–").await;
    story.press("e").await;
    story.sees_all(&[" typed", "C-s send 1 change"]).await;
    story.press("ctrl-s").await;
    story.sees("saved").await;
    let name = account(&house, &id(&first)).await["name"].clone();
    assert!(name.as_str().unwrap().ends_with(" typed"), "{name}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_left_is_found_again_as_it_was() {
    let house = House::with_crm().await;
    let (mut story, _) = editing(&house).await;
    story.press("\" typed\"").await;
    story.press("esc").await;
    story.sees("draft").await;
    story.press("e").await;
    story.sees_all(&[" typed", "C-s send 1 change"]).await;
    story.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_deleted_only_after_a_yes() {
    let house = House::with_crm().await;
    let first = first_account(&house).await;
    let path = format!("Account/{}", id(&first));
    let mut story = house.open("Account", 110, 40).await;
    story.sees("1–").await;
    story.press("D").await;
    story.sees("Delete").await;
    story.press("enter").await;
    story.sees_no("cannot bring").await;
    assert_eq!(house.elsewhere("GET", &path, None).await.0, 200, "Enter means no");
    story.press("D").await;
    story.sees("Delete").await;
    // A yes that comes with the question was meant for something else: it is said until heard.
    while story.screen().contains("cannot bring") {
        story.press("y").await;
    }
    story.sees("deleted").await;
    assert_eq!(house.elsewhere("GET", &path, None).await.0, 404);
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_is_edited_in_the_users_own_editor() {
    let house = House::with_crm().await;
    let (mut story, first) = editing(&house).await;
    story.desktop.lock().unwrap().editor = Some(Box::new(|text| Some(format!("{text} by vi"))));
    story.press("ctrl-e").await;
    story.sees(" by vi").await;
    story.press("ctrl-s").await;
    story.sees("saved").await;
    let name = account(&house, &id(&first)).await["name"].clone();
    assert!(name.as_str().unwrap().ends_with(" by vi"), "{name}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_while_the_system_ends_the_program_is_kept() {
    let house = House::with_crm().await;
    let (story, _) = editing(&house).await;
    story.ends_by_signal("\" typed\"").await;
    let mut story = house.open("Account", 110, 40).await;
    story.sees("1–").await;
    story.press("e").await;
    story.sees_all(&[" typed", "C-s send 1 change"]).await;
    story.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_before_the_form_is_there_is_not_lost() {
    let house = House::with_crm().await;
    let mut story = house.open("Account", 110, 40).await;
    story.sees("1–").await;
    story.press("e \" typed\"").await;
    story.sees_all(&[" typed", "C-s send 1 change"]).await;
    story.kill().await;
}
