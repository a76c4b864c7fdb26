//! One table of actions, run against every product's demo over real HTTP, through the layer that
//! the program itself uses: who asks, what, how it ends, and which requests that took.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it is surprised, and a table is as long as it is"
)]

#[path = "contract/deep.rs"]
mod deep;
#[path = "contract/every.rs"]
mod every;
#[path = "contract/faults.rs"]
mod faults;
#[path = "contract/filters.rs"]
mod filters;
#[path = "contract/fits.rs"]
mod fits;
#[path = "contract/others.rs"]
mod others;
#[path = "contract/pages.rs"]
mod pages;
#[path = "contract/reading.rs"]
mod reading;
#[path = "contract/row.rs"]
mod row;
#[path = "contract/stage.rs"]
mod stage;
#[path = "contract/stand.rs"]
mod stand;
#[path = "contract/talking.rs"]
mod talking;
#[path = "contract/vocabulary.rs"]
mod vocabulary;
#[path = "contract/words.rs"]
mod words;
#[path = "contract/writing.rs"]
mod writing;

use std::collections::BTreeSet;

use ficha::domain::{
    action::{Action, Outcome},
    error::Error,
};
use futures_util::{StreamExt as _, future::join_all, stream};
use row::{Row, VERBS, judge, row, run, say};
use stage::{Stage, Who};
use stand::Stand;

/// Everybody who can sign in.
fn signing_in() -> Vec<Row> {
    let whoami = |_: &Stage| Action::Whoami;
    vec![
        row("whoami by a key", Who::Full, whoami, "demo-api").asked("GET App/user 200"),
        row("whoami by a narrow key", Who::Limited, whoami, "demo-limited"),
        row("whoami by a signature", Who::Hmac, whoami, "demo-hmac").asked("GET App/user 200"),
        row("whoami by a password", Who::Password, whoami, "ada").asked("GET App/user 200"),
        row("whoami with a code", Who::TwoFactor, whoami, "tova").asked("GET App/user 200"),
        row("whoami without the code", Who::NoCode, whoami, "SecondFactor")
            .asked("GET App/user 401"),
        row("whoami without the code again", Who::NoCode, whoami, "SecondFactor").asked(""),
        row("whoami by nobody's key", Who::Stranger, whoami, "Unauthorized…")
            .asked("GET App/user 401"),
        row("whoami by nobody's key again", Who::Stranger, whoami, "Unauthorized…").asked(""),
        row(
            "list by nobody's key",
            Who::Stranger,
            |_| words::list("Contact", &["name"], 5),
            "Unauthorized…",
        )
        .asked(""),
    ]
}

#[tokio::test]
async fn everybody_signs_in_in_their_own_way_and_a_refusal_is_not_repeated() {
    run(&[Stand::espocrm_itself()], "signing in", 20, signing_in).await;
}

#[tokio::test]
async fn what_is_read_is_as_the_table_says() {
    run(&Stand::espocrm(), "reading", 300, reading::rows).await;
}

#[tokio::test]
async fn what_is_filtered_is_what_fits() {
    for stand in Stand::espocrm() {
        filters::run(stand).await;
    }
    run(&Stand::espocrm(), "filters that are refused", 20, filters::refused).await;
}

#[tokio::test]
async fn what_is_written_is_as_the_table_says() {
    run(&Stand::espocrm(), "writing", 60, writing::rows).await;
}

#[tokio::test]
async fn after_too_many_refusals_everybody_waits() {
    let mut stage = Stage::open(Stand::espocrm_itself(), 20).await;
    for _ in 0..11 {
        assert_eq!(stage.knock().await, 401);
    }
    let (layer, id) = stage.new_layer(Who::Full);
    let refused = layer.run(id, Action::Whoami, |_| {}).await.unwrap_err();
    assert!(matches!(refused.error, Error::LockedOut { wait } if wait.as_secs() == 60));
    let asked = stage.log().await.len();
    let refused = layer.run(id, Action::Types, |_| {}).await.unwrap_err();
    assert!(matches!(refused.error, Error::LockedOut { .. }));
    assert_eq!(stage.log().await.len(), asked, "it is not asked while locked out");
    // A second one begins its own wait.
    let row = [row("whoami while locked out", Who::Full, |_| Action::Whoami, "LockedOut…")];
    let wrong = judge(&mut stage, "EspoCRM, locked out", &row).await;
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn a_token_that_was_ended_is_worth_nothing() {
    let mut stage = Stage::open(Stand::espocrm_itself(), 20).await;
    let (layer, id) = stage.layer(Who::Password).await;
    let before = stage.log().await.last().unwrap().number;
    layer.sign_out(id).await.unwrap();
    let me = layer.run(id, Action::Whoami, |_| {}).await.unwrap();
    assert!(matches!(me.outcome, Outcome::Me(me) if me.login == "ada"));
    let asked = stage.asked_after(before, 3).await;
    let asked: Vec<_> = asked.into_iter().map(|asked| asked.line).collect();
    let anew = ["POST App/destroyAuthToken 200", "GET App/user 200", "GET App/user 200"];
    assert_eq!(asked, anew, "ended, signed in anew, asked");
}

#[tokio::test]
async fn every_failure_ends_as_the_table_says() {
    join_all(Stand::espocrm().map(faults::run)).await;
}

#[tokio::test]
async fn every_product_reads_as_every_other() {
    run(&Stand::all(), "what every product reads", 60, every::reading).await;
}

#[tokio::test]
async fn every_product_writes_as_every_other() {
    run(&Stand::all(), "what every product writes", 60, every::writing).await;
}

#[tokio::test]
async fn every_product_fails_as_every_other() {
    // Most of it is waiting; some at a time, so that nobody is late for want of a processor.
    let stands = stream::iter(Stand::all()).map(every::failing).buffer_unordered(4);
    let wrong: String = stands.collect().await;
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_table_covers_every_action() {
    let groups = [
        signing_in(),
        reading::rows(),
        filters::refused(),
        writing::rows(),
        every::reading(),
        every::writing(),
        faults::groups().into_iter().flat_map(|(_, rows)| rows).collect(),
    ];
    let names: Vec<_> = groups.iter().flatten().map(|row| row.name).collect();
    let verbs: BTreeSet<_> = names.iter().filter_map(|name| name.split(' ').next()).collect();
    assert_eq!(verbs, BTreeSet::from(VERBS));
    let filters = fits::rows().len();
    let all = names.len() + filters + 1;
    say(&format!("contract: {all} rows in the table, {filters} of them filters"));
    assert!(all >= 200, "only {all} rows");
}
