//! The loop under load, with a fake port and a clock that stands still while work is done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and looks at what it is about"
)]
mod support;

#[path = "loop/bench.rs"]
mod bench;

use std::{sync::atomic::Ordering::SeqCst, time::Duration};

use bench::{Does, Play, Port, after, keys, play};
use futures_util::{StreamExt, stream};

const SECOND: Duration = Duration::from_secs(1);
const HALF: Duration = Duration::from_millis(500);

#[tokio::test(start_paused = true)]
async fn a_thousand_keys_cost_few_frames_and_one_answer() {
    let port = Port::that(Does::Answers { after: SECOND });
    // Behind the first rows a thousand wishes to read them anew, all at once.
    let input = after(3 * SECOND, "r").chain(keys(&"r ".repeat(999))).chain(after(3 * SECOND, "q"));
    let Play { frames, screen, .. } = play(input, &port).await;
    assert!(screen.contains("1 of 340") || screen.contains("of 340"), "{screen}");
    assert_eq!(port.lists.finished.load(SeqCst), 2, "the first rows, and the last wish");
    // Begin, schema, rows, patience twice a question, four batches, the answer, the end.
    assert!(frames <= 16, "{frames} frames");
}

#[tokio::test(start_paused = true)]
async fn a_new_task_for_a_slot_aborts_the_stale_one() {
    let port = Port::that(Does::Answers { after: SECOND });
    let input = after(HALF, "r").chain(after(HALF * 6, "q"));
    play(input, &port).await;
    let counts = (port.lists.started.load(SeqCst), port.lists.finished.load(SeqCst));
    assert_eq!(counts, (2, 1));
    assert_eq!(port.lists.dropped.load(SeqCst), 1, "its exchange was closed");
}

#[tokio::test(start_paused = true)]
async fn leaving_a_view_aborts_what_it_waits_for() {
    let port = Port::that(Does::Answers { after: SECOND });
    let input = after(HALF, "g c").chain(after(HALF * 6, "q"));
    let Play { screen, .. } = play(input, &port).await;
    let counts = (port.lists.started.load(SeqCst), port.lists.finished.load(SeqCst));
    assert_eq!(counts, (1, 0), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_aborts_what_is_asked_and_a_second_one_leaves() {
    let port = Port::that(Does::Answers { after: SECOND });
    let input = after(HALF, "ctrl-c").chain(after(HALF, "ctrl-c")).chain(stream::pending());
    let Play { screen, .. } = play(input, &port).await;
    assert_eq!(port.lists.finished.load(SeqCst), 0);
    assert!(screen.contains("Stopped."), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_keys_starves_neither_the_tasks_nor_the_screen() {
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    let (lists, mut sent) = (port.lists.clone(), 0);
    let flood = stream::iter(std::iter::from_fn(move || {
        sent += 1;
        let answered = lists.finished.load(SeqCst) > 0;
        assert!(sent < 5_000 || answered, "the tasks were starved");
        (sent <= 20_000).then(|| bench::key("j"))
    }));
    let Play { frames, screen, .. } = play(flood, &port).await;
    let batches = 20_000 / 256;
    assert!((batches..batches + 12).contains(&frames), "{frames} frames");
    assert!(screen.contains("of 340"), "{screen}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_answers_starves_neither_the_keys_nor_the_frame() {
    let port = Port::that(Does::AnswersForEver);
    let told = port.lists.enough.clone();
    let quit = stream::once(async move {
        told.notified().await;
        bench::key("q")
    });
    let Play { frames, .. } = play(quit, &port).await;
    assert!(frames <= 8, "{frames} frames: the clock stands still, so no frame is due");
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_for_the_frame_and_a_key_does_not() {
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    let millis = Duration::from_millis;
    // Long after the first rows: asked, answered at once, and before the next frame a key.
    let input = after(SECOND, "r").chain(after(millis(5), "j")).chain(after(millis(1), "q"));
    let with_key = play(input, &port).await;
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    let input = after(SECOND, "r").chain(after(millis(6), "q"));
    let without = play(input, &port).await;
    assert_eq!(
        with_key.frames,
        without.frames + 1,
        "the key alone was drawn, with the answer in it"
    );
    assert!(with_key.screen.contains("2 of 340") || with_key.screen.contains("of 340"));
}

#[tokio::test(start_paused = true)]
async fn at_rest_nothing_is_drawn_and_nothing_wakes() {
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    let soon = play(after(SECOND * 5, "q"), &port).await;
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    let late = play(after(SECOND * 36_000, "q"), &port).await;
    assert_eq!(soon.frames, late.frames, "ten hours at rest cost no frame");
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_task_becomes_an_error_and_the_screen_stays() {
    let port = Port::that(Does::Panics);
    let Play { screen, .. } = play(after(SECOND, "q"), &port).await;
    assert!(screen.to_lowercase().contains("bug"), "{screen}");
    assert_eq!(port.lists.started.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_keeps_is_never_aborted_and_is_waited_for_at_the_end() {
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    // A record looked at is kept; the disk takes two seconds, the user leaves at once.
    let input = after(SECOND, "enter").chain(after(HALF, "q"));
    play(input, &port).await;
    let counts = (port.keeps.started.load(SeqCst), port.keeps.finished.load(SeqCst));
    assert!(counts.0 > 0 && counts.0 == counts.1, "started and finished: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_input_is_the_end_of_the_program() {
    let port = Port::that(Does::Answers { after: SECOND });
    let Play { frames, .. } = play(stream::empty(), &port).await;
    assert!(frames >= 1);
}

#[tokio::test(start_paused = true)]
async fn of_several_jobs_in_one_batch_none_is_lost() {
    let port = Port::that(Does::Answers { after: Duration::ZERO });
    let input = after(SECOND, "y i j y i q");
    let Play { copies, .. } = play(input, &port).await;
    assert_eq!(copies, ["c0", "c1"]);
}
