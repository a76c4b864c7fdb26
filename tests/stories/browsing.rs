//! Looking things up.
use super::support::story::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_opened_walked_and_left() {
    let house = House::with_crm().await;
    let mut story = house.open("Contact", 120, 40).await;
    story.sees("of 120").await;
    let first = story.screen();
    story.press("j j").await;
    story.sees("3 of 120").await;
    assert_ne!(first, story.screen());
    story.quit("q").await;
}
