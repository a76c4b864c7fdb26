use std::{
    env, fs,
    io::{BufRead, Write},
    path::Path,
    process,
};

use ficha::{
    domain::{change::Edits, error::Error, value::Value},
    journal::{Change, Deed, Draft, DraftState, Journal, Problem},
};
use tempfile::tempdir;

use crate::seed::{ACME, at, contact, names, newer_file, snapshot, whole};

fn open(path: &Path, instance: &str) -> Journal {
    let (journal, problem) = Journal::open(path, instance);
    assert_eq!(problem, None);
    journal
}

fn edits(text: &str) -> Edits {
    [("name".to_owned(), Value::Text(text.to_owned()))].into_iter().collect()
}

fn draft(text: &str, second: i64) -> Draft {
    Draft {
        identity: ACME.to_owned(),
        entity: contact(),
        id: Some("1".into()),
        base: Some(whole("1", "Anna")),
        edits: edits(text),
        typed: [("date".to_owned(), "tomorr".to_owned())].into_iter().collect(),
        at: at(second),
        state: DraftState::Typing,
    }
}

async fn texts(journal: &Journal) -> Vec<String> {
    let drafts = journal.drafts(Some(ACME)).await;
    drafts.iter().map(|draft| format!("{:?}", draft.edits.get("name"))).collect()
}

#[tokio::test]
async fn a_draft_comes_back_as_it_was_after_reopening() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("deep/journal.db");
    let (mine, new) = (draft("Anne", 1), Draft { id: None, base: None, ..draft("New", 2) });
    let sent = Draft { state: DraftState::Sent, id: Some("".into()), ..draft("Sent", 3) };
    let journal = open(&path, "a");
    for draft in [&mine, &new, &sent] {
        journal.keep_draft(draft.clone()).await.unwrap();
    }
    drop(journal);
    let journal = open(&path, "b");
    assert_eq!(journal.draft(ACME, &contact(), Some(&"1".into())).await, Some(mine.clone()));
    assert_eq!(journal.draft(ACME, &contact(), None).await, Some(new.clone()));
    assert_eq!(journal.drafts(None).await, [sent, new, mine]);
    assert_eq!(journal.drafts(Some("someone else")).await, []);
}

#[tokio::test]
async fn a_newer_draft_of_the_same_run_replaces_the_older_one() {
    let journal = Journal::in_memory();
    journal.keep_draft(draft("A", 1)).await.unwrap();
    journal.keep_draft(draft("An", 2)).await.unwrap();
    assert_eq!(journal.drafts(None).await, [draft("An", 2)]);
    journal.drop_draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    assert_eq!(journal.drafts(None).await, []);
}

#[tokio::test]
async fn two_runs_with_a_form_of_one_record_both_keep_what_was_typed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let (one, two) = (open(&path, "one"), open(&path, "two"));
    one.keep_draft(draft("from one", 1)).await.unwrap();
    two.keep_draft(draft("from two", 2)).await.unwrap();
    assert_eq!(one.drafts(None).await, [draft("from two", 2), draft("from one", 1)]);
    let newest = one.draft(ACME, &contact(), Some(&"1".into())).await;
    assert_eq!(newest, Some(draft("from two", 2)));
    one.drop_draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    assert_eq!(two.drafts(None).await, [draft("from two", 2)], "only its own");
}

#[tokio::test]
async fn a_draft_that_a_crash_left_is_continued_and_dropped_by_the_next_run() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    open(&path, "crashed").keep_draft(draft("half", 1)).await.unwrap();
    let next = open(&path, "next");
    let found = next.draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    next.keep_draft(found).await.unwrap();
    next.keep_draft(draft("half and half", 2)).await.unwrap();
    assert_eq!(next.drafts(None).await.len(), 1, "{:?}", texts(&next).await);
    next.drop_draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    assert_eq!(next.drafts(None).await, []);
}

#[tokio::test]
async fn a_draft_of_another_run_goes_only_when_it_was_shown_and_is_not_wanted() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let (other, mine) = (open(&path, "other"), open(&path, "mine"));
    let precise = Value::Json("0.30000000000000004".parse().unwrap());
    let mut odd = draft("theirs", 1);
    odd.edits.insert("share".into(), precise);
    other.keep_draft(odd).await.unwrap();
    mine.drop_draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    let shown = mine.draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    other.keep_draft(draft("theirs, and more", 2)).await.unwrap();
    mine.discard_draft(shown).await.unwrap();
    let shown = mine.draft(ACME, &contact(), Some(&"1".into())).await;
    assert_eq!(shown, Some(draft("theirs, and more", 2)), "typed since");
    mine.discard_draft(shown.unwrap()).await.unwrap();
    assert_eq!(mine.drafts(None).await, []);
}

#[tokio::test]
async fn a_sent_draft_is_not_taken_for_one_being_typed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let (other, mine) = (open(&path, "other"), open(&path, "mine"));
    let sent = Draft { state: DraftState::Sent, ..draft("same", 1) };
    other.keep_draft(sent.clone()).await.unwrap();
    mine.keep_draft(draft("same", 2)).await.unwrap();
    assert_eq!(mine.drafts(None).await, [draft("same", 2), sent], "it may have landed");
}

#[tokio::test]
async fn a_full_disk_is_said_and_costs_nothing_that_was_kept() {
    let folder = tempdir().unwrap();
    let journal = open(&folder.path().join("journal.db"), "a");
    journal.keep_draft(draft("small", 1)).await.unwrap();
    journal.fill_disk().await;
    let refused = journal.keep_draft(draft(&"large ".repeat(50_000), 2)).await;
    assert!(matches!(refused, Err(Error::Disk { .. })), "{refused:?}");
    assert_eq!(journal.drafts(None).await, [draft("small", 1)]);
    journal.drop_draft(ACME, &contact(), Some(&"1".into())).await.unwrap();
    assert_eq!(journal.drafts(None).await, []);
}

#[tokio::test]
async fn a_file_copied_between_two_writes_holds_all_that_was_kept() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = open(&path, "a");
    for second in 1..20 {
        let kept = draft(&format!("text {second}"), second);
        journal.keep_draft(kept.clone()).await.unwrap();
        let elsewhere = tempdir().unwrap();
        let copy = open(&snapshot(&path, elsewhere.path()), "b");
        assert_eq!(copy.drafts(None).await, [kept]);
    }
}

/// Not a test by itself: what the test below starts and kills.
#[expect(clippy::disallowed_methods, reason = "how the parent says where")]
#[tokio::test]
async fn child_that_keeps_drafts_until_it_is_killed() {
    let Some(path) = env::var_os("FICHA_TEST_JOURNAL") else { return };
    let journal = open(Path::new(&path), "child");
    for second in 1.. {
        journal.keep_draft(draft(&second.to_string(), second)).await.unwrap();
        writeln!(std::io::stdout(), "kept {second}").unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn kill_9_loses_no_draft_that_was_said_to_be_kept() {
    let folder = tempdir().unwrap();
    for round in 0..5 {
        let path = folder.path().join(format!("journal-{round}.db"));
        let mut child = process::Command::new(env::current_exe().unwrap())
            .args(["--exact", "journal::child_that_keeps_drafts_until_it_is_killed"])
            .args(["--nocapture", "--test-threads=1"])
            .env("FICHA_TEST_JOURNAL", &path)
            .stdout(process::Stdio::piped())
            .spawn()
            .unwrap();
        let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.map_while(Result::ok).filter(|line| line.starts_with("kept "));
        let last = said.take(3 + 7 * round).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let last: i64 = last.trim_start_matches("kept ").parse().unwrap();
        let found = open(&path, "after").drafts(None).await;
        assert_eq!(found.len(), 1);
        assert!(found[0].at >= at(last), "{last} was said to be kept, {:?} is", found[0].at);
    }
}

#[tokio::test]
async fn a_broken_or_newer_file_is_not_touched_and_the_run_goes_on() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let newer = newer_file(&path);
    let whole = {
        let good = folder.path().join("good.db");
        let journal = open(&good, "a");
        journal.keep_draft(draft(&"x".repeat(20_000), 1)).await.unwrap();
        drop(
            rusqlite::Connection::open(&good)
                .unwrap()
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"),
        );
        fs::read(good).unwrap()
    };
    let half = whole.get(..whole.len() / 2).unwrap().to_vec();
    let foreign = {
        let path = folder.path().join("foreign.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
        fs::read(path).unwrap()
    };
    for bytes in [newer, half, foreign, b"garbage".to_vec(), vec![0; 9000]] {
        let folder = tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fs::write(&path, &bytes).unwrap();
        let (journal, problem) = Journal::open(&path, "a");
        let said = matches!(problem, Some(Problem::Newer { .. } | Problem::Broken { .. }));
        assert!(said, "{problem:?}");
        journal.keep_draft(draft("in memory", 1)).await.unwrap();
        assert_eq!(journal.drafts(None).await.len(), 1);
        drop(journal);
        assert_eq!(fs::read(&path).unwrap(), bytes);
        if matches!(problem, Some(Problem::Newer { .. })) {
            assert_eq!(names(folder.path()), ["journal.db"], "not even looked into");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_a_journal_in_memory() {
    let folder = tempdir().unwrap();
    let (journal, problem) = Journal::open(folder.path(), "a");
    assert!(matches!(problem, Some(Problem::Unwritable { .. })), "{problem:?}");
    journal.keep_draft(draft("in memory", 1)).await.unwrap();
    assert_eq!(journal.drafts(None).await.len(), 1);
}

#[test]
fn eight_first_runs_at_once_all_get_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let run = |number: usize| {
        let path = path.clone();
        std::thread::spawn(move || Journal::open(&path, &number.to_string()).1)
    };
    for run in (0..8).map(run).collect::<Vec<_>>() {
        assert_eq!(run.join().unwrap(), None);
    }
}

#[tokio::test]
async fn habits_come_back() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let journal = open(&path, "a");
    let columns = ["name".to_owned(), "status".to_owned()];
    journal.keep_columns(ACME, &contact(), &columns).await;
    journal.keep_value("last", "acme").await;
    for (second, id) in [(1, "1"), (2, "2"), (3, "1")] {
        journal.visit(ACME, &contact(), &id.into(), &format!("No. {id}"), at(second)).await;
    }
    drop(journal);
    let journal = open(&path, "b");
    assert_eq!(journal.columns(ACME, &contact()).await.unwrap(), columns);
    assert_eq!(journal.columns("someone else", &contact()).await, None);
    assert_eq!(journal.value("last").await.as_deref(), Some("acme"));
    assert_eq!(journal.value("first").await, None);
    let recents = journal.recents(Some(ACME), 9).await;
    let seen: Vec<_> = recents.iter().map(|one| (one.id.as_str(), one.visits, one.at)).collect();
    assert_eq!(seen, [("1", 2, at(3)), ("2", 1, at(2))]);
    assert_eq!(journal.recents(None, 1).await.len(), 1);
}

#[tokio::test]
async fn what_was_written_can_be_told_and_undone() {
    let journal = Journal::in_memory();
    let change = |deed, second| Change {
        number: 0,
        identity: ACME.to_owned(),
        entity: contact(),
        id: "1".into(),
        deed,
        old: edits("before"),
        new: edits("after"),
        at: at(second),
    };
    let first = journal.written(change(Deed::Created, 1)).await.unwrap();
    let second = journal.written(change(Deed::Updated, 2)).await.unwrap();
    let history = journal.history(Some(ACME), 9).await;
    let newest = Change { number: second, ..change(Deed::Updated, 2) };
    let oldest = Change { number: first, ..change(Deed::Created, 1) };
    assert_eq!(history, [newest, oldest]);
    assert_eq!(journal.history(None, 1).await.len(), 1);
    assert_eq!(journal.history(Some("someone else"), 9).await, []);
}

#[tokio::test]
async fn a_draft_stays_its_users_when_the_connections_address_is_changed() {
    const OLD: &str = "espocrm\nhttps://old.example\napi-key\nada\nacme";
    const NEW: &str = "espocrm\nhttps://new.example\napi-key\nada\nacme";
    const BOB: &str = "espocrm\nhttps://new.example\napi-key\nbob\nacme";
    let journal = Journal::in_memory();
    let of = |identity: &str, text, second| Draft {
        identity: identity.to_owned(),
        ..draft(text, second)
    };
    journal.keep_draft(of(OLD, "half", 1)).await.unwrap();
    assert_eq!(journal.drafts(Some(NEW)).await, [of(OLD, "half", 1)]);
    assert_eq!(journal.drafts(Some(BOB)).await, [], "not another user's");
    let found = journal.draft(NEW, &contact(), Some(&"1".into())).await;
    assert_eq!(found, Some(of(OLD, "half", 1)));
    assert_eq!(journal.draft(BOB, &contact(), Some(&"1".into())).await, None);
    journal.keep_draft(of(NEW, "half and half", 2)).await.unwrap();
    assert_eq!(journal.drafts(None).await, [of(NEW, "half and half", 2)], "its past is gone");
    journal.drop_draft(NEW, &contact(), Some(&"1".into())).await.unwrap();
    assert_eq!(journal.drafts(None).await, []);
}
