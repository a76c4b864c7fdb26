//! Looking things up.
use ficha::cli::args::Global;
use ratatui::style::Color;

use super::support::story::House;

fn acme() -> Global {
    Global { connection: vec!["acme".to_owned()], ..Global::default() }
}

/// How many pages of contacts were asked for; a preview asks for other things meanwhile.
async fn lists(house: &House) -> usize {
    let asked = house.requests().await;
    asked.iter().filter(|line| *line == "GET /api/v1/Contact").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_walked_a_record_opened_and_left_again() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    let (_, second) = house
        .elsewhere("GET", "Contact?maxSize=1&offset=1&orderBy=createdAt&order=desc", None)
        .await;
    let name = second["list"][0]["name"].as_str().unwrap().to_owned();
    story.press("j enter").await;
    story.sees_all(&["Overview", "2 of 120", &name]).await;
    story.press("esc").await;
    story.sees_no("2 of 120").await;
    assert!(
        story.line(&name).starts_with('▌') || story.line(&name).contains("│▌"),
        "{}",
        story.screen()
    );
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_narrows_at_once_and_asks_the_server_on_enter() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    let before = lists(&house).await;
    story.press("/ \"ada\"").await;
    story.shows("Ada ");
    story.shows_no("Elena Whitlock");
    assert_eq!(lists(&house).await, before, "typing asks nobody");
    story.press("enter").await;
    story.sees_all(&["ada ×", "of "]).await;
    assert!(lists(&house).await > before, "Enter asks the server");
    story.press("x").await;
    story.sees("of 120").await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_are_remembered_across_runs() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("Phone").await;
    story.press("C").await;
    story.sees("phoneNumber").await;
    story.press("j j j space enter").await;
    story.sees_no("Phone").await;
    story.quit("q").await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.shows("Email");
    story.shows_no("Phone");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_record_is_one_key_away_and_so_is_the_one_before() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.press("enter").await;
    story.sees("1 of 120").await;
    story.press("J").await;
    story.sees("2 of 120").await;
    story.press("J").await;
    story.sees("3 of 120").await;
    story.press("K").await;
    story.sees("2 of 120").await;
    story.press("K").await;
    story.sees("1 of 120").await;
    story.press("K").await;
    story.sees("end of the list").await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_followed_and_backspace_comes_back() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.press("l g d").await;
    story.sees_all(&["Accounts", "Overview", "Website"]).await;
    story.press("backspace").await;
    story.sees("of 120").await;
    story.shows_no("Overview");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_is_copied_and_the_page_opened() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.press("y u").await;
    story.press("o").await;
    story.page(0).await;
    let url = format!("{}/#Contact/view/", house.demo().introduction().espocrm.url);
    let desktop = story.desktop.clone();
    {
        let asked = desktop.lock().unwrap();
        assert!(asked.copies.len() == 1 && asked.copies[0].starts_with(&url), "{:?}", asked.copies);
        assert_eq!(asked.copies, asked.pages);
    }
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_key_is_told_with_the_next_step_and_not_tried_again() {
    let house = House::with_crm().await;
    house.connect("wrong", &house.demo().introduction().espocrm.url, "no-such-key");
    let global = Global { connection: vec!["wrong".to_owned()], ..Global::default() };
    let before = house.requests().await.len();
    let mut story = house.start(global, Some("Contact"), 120, 40).await;
    let told = ["not signed in", "refused the login", "sign in again"];
    let screen = story.sees_all(&told).await;
    story.press("j k j k").await;
    let asked: Vec<_> = house.requests().await.into_iter().skip(before).collect();
    // acme's own whoami is among them: the picker asks every connection once.
    let refused = asked.iter().filter(|it| !it.contains("/_demo/")).count();
    assert!(refused <= 3, "{asked:?}\n{screen}");
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_can_be_browsed_without_a_network() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.press("enter").await;
    story.sees_all(&["Overview", "Email"]).await;
    story.quit("q").await;
    house.fail("offline").await;
    let asked = house.requests().await.len();
    let mut story = house.start(Global { offline: true, ..acme() }, Some("Contact"), 120, 40).await;
    story.sees_all(&["of 120", "offline"]).await;
    story.press("enter").await;
    story.sees_all(&["Overview", "Email"]).await;
    story.press("e").await;
    assert_eq!(house.requests().await.len(), asked, "nothing was asked of the network");
    story.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_server_opens_its_cache_and_says_so() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.quit("q").await;
    house.fail("offline").await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees_all(&["of 120", "no answer"]).await;
    house.fail("").await;
    story.press("r").await;
    story.sees("live").await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_can_be_reached_in_40_by_12() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 40, 12).await;
    story.sees("120").await;
    story.press("enter").await;
    story.sees("Email").await;
    story.press("e").await;
    story.sees("first").await;
    story.press("tab \"X\"").await;
    story.sees("X").await;
    story.press("ctrl-s").await;
    story.sees("saved").await;
    story.press("esc").await;
    story.press("?").await;
    story.press("esc").await;
    story.press("ctrl-p").await;
    story.press("esc").await;
    story.resize(20, 5).await;
    story.resize(1, 1).await;
    story.resize(120, 40).await;
    story.sees("of 120").await;
    story.quit("q").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_colour_nothing_is_lost_but_the_colour() {
    let house = House::with_crm().await;
    let mut story =
        house.start(Global { no_color: true, ..acme() }, Some("Contact"), 120, 40).await;
    story.sees("of 120").await;
    for keys in ["j", "enter", "e", "esc", "?", "esc", "ctrl-p", "esc"] {
        story.press(keys).await;
        let cells = story.frame().cells;
        let coloured =
            cells.content.iter().find(|cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset));
        assert!(coloured.is_none(), "after {keys}: {coloured:?}");
    }
    story.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_palette_goes_to_a_type_and_the_picker_lists_the_connections() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    story.press("ctrl-p \"opportun\"").await;
    story.sees("Opportunities").await;
    story.press("enter").await;
    story.sees_all(&["Opportunities", "Stage"]).await;
    story.press("g c").await;
    story.sees("acme").await;
    story.press("enter").await;
    story.sees("Accounts").await;
    story.quit("q").await;
}
