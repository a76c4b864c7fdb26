//! Membrane: signing in, connecting, what a sign-in keeps, running actions.
use ficha::cli::args::Global;

use super::support::story::{House, Story, client};

/// A demo, and a sign-in to its Membrane that nobody made yet.
async fn house() -> House {
    let house = House::beside_crm().await;
    let url = &house.demo().introduction().membrane.url;
    house.set(&format!(
        "[connections.studio]\nkind = \"membrane\"\nurl = \"{url}\"\nauth = \"oauth\"\n"
    ));
    house
}

/// The list of connections, signed in through the browser.
async fn signed_in(house: &House) -> Story {
    let mut story = house.start(Global::default(), None, 120, 40).await;
    story.sees("needs sign-in").await;
    story.press("s").await;
    story.sees("Sign in on the page that your browser shows").await;
    visit(&mut story, 0).await;
    story.sees_all(&["Signed in to studio", "Letterbox demo", "connect another app"]).await;
    story
}

/// What the user's browser does with the page that was opened.
async fn visit(story: &mut Story, at: usize) -> String {
    story.sees("that your browser shows").await;
    let page = story.page(at).await;
    browse(&page).await
}

/// A page, wherever it leads to.
async fn browse(page: &str) -> String {
    client().get(page).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_by_the_browser_goes_on_while_the_screen_is_used_and_unfolds() {
    let house = house().await;
    let mut story = house.start(Global::default(), None, 120, 40).await;
    story.sees("needs sign-in").await;
    story.press("s").await;
    story.sees("Sign in on the page that your browser shows").await;
    story.press("esc").await;
    story.sees_all(&["signing in…", "The sign-in goes on"]).await;
    story.press("?").await;
    story.sees("Here").await;
    story.press("esc").await;
    let page = story.page(0).await;
    browse(&page).await;
    let screen = story
        .sees_all(&["Signed in to studio", "● signed in", "Letterbox demo", "needs you"])
        .await;
    assert!(!screen.contains("access-") && !screen.contains("refresh-"), "{screen}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_without_a_browser_shows_the_address_and_takes_the_code() {
    let house = house().await;
    let mut story = house.start(Global::default(), None, 120, 40).await;
    story.sees("needs sign-in").await;
    story.press("s").await;
    story.sees("Sign in on the page").await;
    story.press("ctrl-t").await;
    story.sees_all(&["bring the code", "/oauth/authorize"]).await;
    story.press("ctrl-y").await;
    story.press("\"wrong\" enter").await;
    story.sees("It can be begun").await;
    story.press("enter").await;
    story.sees("bring the code").await;
    story.shows_no("wrong");
    story.press("ctrl-y").await;
    let address = story.copied(1).await;
    let shown = browse(&address).await;
    let code = shown.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap().to_owned();
    for _ in 0..5 {
        story.press("backspace").await;
    }
    story.paste(&code).await;
    story.shows_no(&code);
    story.press("enter").await;
    story.sees_all(&["Signed in to studio", "Letterbox demo"]).await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_is_added_by_its_form_and_signed_in_at_once() {
    let house = House::beside_crm().await;
    let url = house.demo().introduction().membrane.url.clone();
    let mut story = house.start(Global::default(), None, 120, 40).await;
    story.sees("Add a connection").await;
    story.press("a").await;
    story.paste(&url).await;
    story.press("tab").await;
    for _ in 0..10 {
        story.press("backspace").await;
    }
    story.press("\"studio\" tab left").await;
    story.sees_all(&["‹ Membrane ›", "in the browser"]).await;
    story.shows_no("Secret");
    story.press("ctrl-s").await;
    story.sees("Sign in on the page").await;
    visit(&mut story, 0).await;
    story.sees_all(&["Signed in to studio", "EspoCRM demo"]).await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_behind_a_sign_in_opens_with_the_same_panes() {
    let house = house().await;
    let mut story = signed_in(&house).await;
    story.press("/ \"espocrm demo\" enter").await;
    story.sees_all(&["Accounts", "Contacts"]).await;
    story.press("g c").await;
    let row = story.sees("via studio").await;
    assert!(row.contains("espocrm-demo"), "{row}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_app_is_connected_and_one_that_lost_its_login_mended() {
    let house = house().await;
    let mut story = signed_in(&house).await;
    let before = story.screen().matches("via studio").count();
    story.press("G enter").await;
    story.sees_all(&["Connect an app", "syncro"]).await;
    story.press("\"letter\"").await;
    story.sees_no("syncro").await;
    story.press("enter").await;
    story.sees("Connect Letterbox").await;
    visit(&mut story, 1).await;
    story.sees("Letterbox is connected").await;
    story.press("/ \"old login\" enter").await;
    story.sees("again").await;
    visit(&mut story, 2).await;
    story.sees("(old login) is connected").await;
    let after = story.screen().matches("via studio").count();
    assert_eq!(after, before + 1, "mending makes no second one:\n{}", story.screen());
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_ended_in_the_middle_of_work_loses_nothing() {
    let house = house().await;
    let mut story = signed_in(&house).await;
    story.press("/ \"espocrm demo\" enter").await;
    story.sees("Contacts").await;
    story.press("a").await;
    story.sees("Tab next field").await;
    story.press("\"Kept through it\"").await;
    house.end_sign_ins().await;
    story.press("ctrl-s").await;
    story.sees("Sign in to studio").await;
    story.press("enter").await;
    story.sees("Sign in on the page").await;
    visit(&mut story, 1).await;
    story.sees_no("Sign in to studio").await;
    story.sees("Kept through it").await;
    story.shows_no("the login was refused");
    story.press("ctrl-s").await;
    story.sees_all(&["Overview", "Kept through it"]).await;
    story.quit("esc q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn actions_are_found_by_what_is_meant_and_list_contacts_is_run_to_its_next_page() {
    let house = house().await;
    let mut story = signed_in(&house).await;
    story.press("j g a").await;
    story.sees_all(&["List contacts", "Takes", "maxSize"]).await;
    story.press("\"list contacts\"").await;
    story.sees("those first that Membrane takes the words to mean").await;
    story.press("enter").await;
    story.sees_all(&["How many", "Words"]).await;
    story.press("ctrl-x \"7\" ctrl-s").await;
    let screen = story.sees_all(&["Total", "120", "more of it"]).await;
    assert!(!screen.contains("api_key"), "{screen}");
    story.press("n y j").await;
    story.sees("Copied").await;
    let last =
        |story: &Story| story.desktop.lock().unwrap().copies.last().cloned().unwrap_or_default();
    let rows = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        json["list"].as_array().map_or(0, Vec::len)
    };
    for _ in 0..20 {
        story.press("y j").await;
        if rows(&last(&story)) == 14 {
            break;
        }
        story.sees("more of it").await;
    }
    assert_eq!(rows(&last(&story)), 14, "the second page stands behind the first");
    story.quit("esc esc q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_task_is_run_in_a_form_of_its_schema_and_a_failed_run_leads_to_its_log() {
    let house = house().await;
    let mut story = signed_in(&house).await;
    story.press("j g a \"create-task\"").await;
    story.sees("Create task").await;
    story.press("enter").await;
    story.sees("Tab next field").await;
    story.press("ctrl-s").await;
    story.sees("needs a value").await;
    story.press("\"Call Ada\" ctrl-s").await;
    story.sees_all(&["it failed", "F6 its log"]).await;
    story.press("f6").await;
    story.sees_all(&["Action runs", "answered with status 400", "validationFai"]).await;
    story.press("esc").await;
    story.sees_all(&["Call Ada", "Tab next field"]).await;
    let (_, users) = house.elsewhere("GET", "User?maxSize=1", None).await;
    let user = users["list"][0]["id"].as_str().unwrap().to_owned();
    story.press("tab tab tab tab tab").await;
    story.paste(&user).await;
    story.press("ctrl-s").await;
    story.sees_no("Tab next field").await;
    let (_, tasks) = house.elsewhere("GET", "Task?textFilter=Call+Ada", None).await;
    assert_eq!(tasks["list"][0]["name"], "Call Ada", "{tasks}");
    story.quit("esc esc esc q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_sent_through_the_proxy_and_offered_again() {
    let house = house().await;
    let mut story = signed_in(&house).await;
    story.press("/ \"espocrm demo\" enter").await;
    story.sees("Contacts").await;
    story.press("; \"s\"").await;
    story.sees("Path").await;
    story.press("tab \"Contact\" tab \"maxSize=1\" ctrl-s").await;
    let screen = story.sees_all(&["Status", "200", "Total"]).await;
    assert!(!screen.contains("Bearer"), "{screen}");
    story.press("esc ;").await;
    story.sees("GET Contact").await;
    story.quit("esc q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demos_membrane_is_there_for_this_run_only() {
    let house = House::empty();
    let mut story = house.start(Global::default(), None, 120, 40).await;
    story.sees("Try the demo").await;
    story.press("d").await;
    story.sees("Contacts").await;
    story.press("g c").await;
    story.sees_all(&["demo-membrane", "Letterbox demo"]).await;
    story.press("/ \"letterbox demo\" enter").await;
    story.sees("People").await;
    story.quit("q").await;
    assert!(!house.path().join("config.toml").exists(), "nothing is written to the settings");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_connection_shows_its_own_catalogue_in_the_same_browser() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.press("g a \"list contacts\"").await;
    story.sees_all(&["list-contacts", "Takes", "limit"]).await;
    story.press("enter").await;
    story.sees("Tab next field").await;
    story.press("ctrl-x \"3\" ctrl-s").await;
    story.sees_all(&["Records", "more of it"]).await;
    story.press("esc").await;
    story.sees("Takes").await;
    story.press("ctrl-x \"update contact\" enter").await;
    story.sees("Tab next field").await;
    story.quit("esc esc esc q").await;
}
