use std::{fs, path::Path};

use ficha::{
    cache::{Cache, Limits, Problem},
    domain::{record::RecordId, value::Value},
};
use jiff::SignedDuration;
use tempfile::tempdir;

use crate::seed::{ACME, at, contact, names, newer_file, page, query, record, snapshot, whole};

fn open(path: &Path) -> Cache {
    let (cache, problem) = Cache::open(path, Limits::default());
    assert_eq!(problem, None);
    cache
}

async fn titles(cache: &Cache, text: &str) -> Vec<String> {
    let found = cache.search(ACME, text, 50).await;
    let mut titles: Vec<_> = found.iter().map(|record| record.title(None)).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn a_page_comes_back_as_it_was_after_reopening() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("deep/er/cache.db");
    let kept = page(vec![record("2", "Zoe"), record("1", "Anna")]);
    let cache = open(&path);
    cache.keep_page(ACME, "s1", &query(0), &kept, at(1)).await;
    drop(cache);

    let cache = open(&path);
    let found = cache.page(ACME, "s1", &query(0)).await.unwrap();
    assert_eq!((&found.value, found.seen), (&kept, at(1)));
    let ids: Vec<_> = found.value.records.keys().map(RecordId::as_str).collect();
    assert_eq!(ids, ["2", "1"], "in the server's order");
    assert_eq!(cache.page(ACME, "s1", &query(200)).await, None, "another query");
    assert_eq!(cache.page(ACME, "s2", &query(0)).await, None, "another schema");
    assert_eq!(cache.page("someone else", "s1", &query(0)).await, None, "another user");
    assert_eq!(cache.search("someone else", "Anna", 9).await, []);
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let path = folder.path().join("new/cache.db");
    let cache = open(&path);
    cache.keep_value(ACME, "k", "v", at(1)).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for name in names(path.parent().unwrap()) {
        assert_eq!(mode(&path.with_file_name(&name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_list_leaves_a_whole_record_whole_and_a_saved_record_shows_in_the_list() {
    let cache = Cache::in_memory();
    cache.keep_record(ACME, &whole("1", "Anna"), at(1)).await;
    cache.keep_page(ACME, "s", &query(0), &page(vec![record("1", "Anne")]), at(2)).await;

    let found = cache.record(ACME, &contact(), &"1".into()).await.unwrap();
    assert_eq!((found.value.is_complete, found.value.version, found.seen), (true, Some(3), at(1)));
    assert_eq!(found.value.value("name"), Some(&Value::Text("Anne".into())));
    assert!(found.value.value("description").is_some());

    cache.keep_record(ACME, &whole("1", "Anna Maria"), at(3)).await;
    let list = cache.page(ACME, "s", &query(0)).await.unwrap();
    assert_eq!(list.value, page(vec![record("1", "Anna Maria")]), "the list's fields only");
    assert_eq!(list.seen, at(2));
}

#[tokio::test]
async fn a_forgotten_record_leaves_the_pages_and_the_search() {
    let cache = Cache::in_memory();
    let both = page(vec![record("1", "Anna"), record("11", "Bert")]);
    cache.keep_page(ACME, "s", &query(0), &both, at(1)).await;
    cache.forget_record(ACME, &contact(), &"1".into()).await;
    let list = cache.page(ACME, "s", &query(0)).await.unwrap();
    assert_eq!(list.value, page(vec![record("11", "Bert")]));
    assert_eq!(cache.record(ACME, &contact(), &"1".into()).await, None);
    assert_eq!(titles(&cache, "Anna").await, Vec::<String>::new());
}

#[tokio::test]
async fn two_handles_on_one_file_see_each_others_writes() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let (one, two) = (open(&path), open(&path));
    let writes = (0..50).map(|number| {
        let cache = if number % 2 == 0 { &one } else { &two };
        let row = record(&number.to_string(), "Anna");
        cache.keep_page(ACME, "s", &query(number), &page(vec![row]), at(1))
    });
    futures_util::future::join_all(writes).await;
    for number in 0..50 {
        assert!(one.page(ACME, "s", &query(number)).await.is_some(), "{number}");
        assert!(two.page(ACME, "s", &query(number)).await.is_some(), "{number}");
    }
    assert_eq!(one.status().await.held[0].pages, 50);
}

#[test]
fn eight_first_runs_at_once_all_get_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || Cache::open(&path, Limits::default()).1)
        })
        .collect();
    for run in runs {
        assert_eq!(run.join().unwrap(), None);
    }
}

#[tokio::test]
async fn a_broken_file_is_set_aside_and_a_new_one_begun() {
    for broken in [&b"garbage"[..], &[0u8; 5000], b"SQLite format 3\0 and no more"] {
        let folder = tempdir().unwrap();
        let path = folder.path().join("cache.db");
        fs::write(&path, broken).unwrap();
        let (cache, problem) = Cache::open(&path, Limits::default());
        let aside = folder.path().join("cache.db.broken-1");
        assert_eq!(problem, Some(Problem::SetAside { path: path.clone(), aside: aside.clone() }));
        assert_eq!(fs::read(aside).unwrap(), broken);
        cache.keep_value(ACME, "k", "v", at(1)).await;
        drop(cache);
        assert_eq!(open(&path).value(ACME, "k").await.unwrap().value, "v");
    }
}

#[tokio::test]
async fn a_truncated_file_is_set_aside() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let first = open(&path);
    let rows = (0..500).map(|number| record(&number.to_string(), "Anna")).collect();
    first.keep_page(ACME, "s", &query(0), &page(rows), at(1)).await;
    first.clear(Some("nobody: for the log to be written back")).await;
    let bytes = fs::read(&path).unwrap();
    let copy = folder.path().join("cut/cache.db");
    fs::create_dir(copy.parent().unwrap()).unwrap();
    fs::write(&copy, bytes.get(..bytes.len() / 2).unwrap()).unwrap();
    let (cache, problem) = Cache::open(&copy, Limits::default());
    assert!(matches!(problem, Some(Problem::SetAside { .. })), "{problem:?}");
    assert!(!cache.status().await.in_memory);
}

#[tokio::test]
async fn a_file_of_something_else_is_set_aside() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let foreign = rusqlite::Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE x (y); INSERT INTO x VALUES (1)").unwrap();
    drop(foreign);
    let (cache, problem) = Cache::open(&path, Limits::default());
    let Some(Problem::SetAside { aside, .. }) = problem else { panic!("{problem:?}") };
    assert!(!cache.status().await.in_memory);
    let foreign = rusqlite::Connection::open(aside).unwrap();
    let y: i64 = foreign.query_row("SELECT y FROM x", [], |row| row.get(0)).unwrap();
    assert_eq!(y, 1);
}

#[tokio::test]
async fn an_empty_file_is_a_new_one() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    fs::write(&path, b"").unwrap();
    assert!(!open(&path).status().await.in_memory);
}

#[tokio::test]
async fn a_file_that_breaks_while_in_use_is_left_alone_and_set_aside_afterwards() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let user = open(&path);
    user.clear(None).await;
    fs::write(&path, vec![7u8; 8192]).unwrap();
    let (second, problem) = Cache::open(&path, Limits::default());
    assert_eq!(problem, Some(Problem::Broken { path: path.clone() }));
    assert!(second.status().await.in_memory);
    assert_eq!(fs::read(&path).unwrap(), vec![7u8; 8192]);

    // The user of the broken file goes on without it, and marks it.
    for number in 0..3 {
        let row = page(vec![record("1", "Anna")]);
        user.keep_page(ACME, "s", &query(number), &row, at(1)).await;
    }
    let held = std::fs::File::open(folder.path().join("cache.db.lock")).unwrap();
    drop((user, second));
    // Until both threads of the first handle are gone.
    held.lock().unwrap();
    drop(held);
    let (third, problem) = Cache::open(&path, Limits::default());
    assert!(matches!(problem, Some(Problem::SetAside { .. })), "{problem:?}");
    assert!(!third.status().await.in_memory);
    drop(third);
}

#[tokio::test]
async fn a_newer_file_is_left_as_it_is() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let bytes = newer_file(&path);
    let (cache, problem) = Cache::open(&path, Limits::default());
    assert_eq!(problem, Some(Problem::Newer { path: path.clone(), version: 99 }));
    cache.keep_value(ACME, "k", "v", at(1)).await;
    assert_eq!(cache.value(ACME, "k").await.unwrap().value, "v", "in memory");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(names(folder.path()), ["cache.db", "cache.db.lock"]);
}

#[tokio::test]
async fn what_cannot_be_written_is_a_cache_in_memory() {
    let folder = tempdir().unwrap();
    let (taken, file) = (folder.path().join("taken"), folder.path().join("file"));
    fs::create_dir(&taken).unwrap();
    fs::write(&file, b"x").unwrap();
    for path in [taken, file.join("cache.db")] {
        let (cache, problem) = Cache::open(&path, Limits::default());
        assert!(matches!(problem, Some(Problem::Unwritable { .. })), "{problem:?}");
        assert!(cache.status().await.in_memory);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_is_a_cache_in_memory() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("probe"), b"x").is_ok() {
        eprintln!("SKIPPED: this user may write into read-only folders");
        return;
    }
    let (cache, problem) = Cache::open(&folder.path().join("cache.db"), Limits::default());
    assert!(matches!(problem, Some(Problem::Unwritable { .. })), "{problem:?}");
    assert!(cache.status().await.in_memory);
}

#[tokio::test]
async fn the_size_limit_lets_the_oldest_go() {
    let folder = tempdir().unwrap();
    let limits = Limits { max_bytes: 1 << 20, ..Limits::default() };
    let (cache, _) = Cache::open(&folder.path().join("cache.db"), limits);
    for number in 0..200u64 {
        let mut row = record(&number.to_string(), "Anna");
        row.fields.insert("text".into(), Value::Text(format!("word{number} ").repeat(2_000)));
        let second = i64::try_from(number).unwrap();
        cache.keep_page(ACME, "s", &query(number), &page(vec![row]), at(second)).await;
    }
    cache.settle().await;
    let status = cache.status().await;
    assert!(status.bytes < 4 << 20, "{status:?}");
    assert!((1..150).contains(&status.held[0].pages), "{status:?}");
    assert_eq!(cache.page(ACME, "s", &query(0)).await, None);
    assert!(cache.page(ACME, "s", &query(199)).await.is_some());
    assert_eq!(cache.search(ACME, "word0", 9).await, []);
    assert_eq!(cache.search(ACME, "word199", 9).await.len(), 1);
}

#[tokio::test]
async fn the_age_limit_counts_from_the_newest_time() {
    let limits = Limits { max_age: SignedDuration::from_secs(100), ..Limits::default() };
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let (cache, _) = Cache::open(&path, limits);
    cache.keep_value(ACME, "old", "v", at(0)).await;
    drop(cache);
    let (cache, _) = Cache::open(&path, limits);
    assert!(cache.value(ACME, "old").await.is_some(), "nobody has said how late it is");
    cache.keep_value(ACME, "new", "v", at(101)).await;
    cache.settle().await;
    assert_eq!(cache.value(ACME, "old").await, None);
    assert!(cache.value(ACME, "new").await.is_some());
}

#[tokio::test]
async fn words_are_found_in_every_script() {
    let cache = Cache::in_memory();
    let people = ["张伟", "上海科技有限公司", "Jennifer García", "Müller & Söhne", "田中さん"];
    for (number, name) in people.iter().enumerate() {
        cache.keep_record(ACME, &whole(&number.to_string(), name), at(1)).await;
    }
    for (text, found) in [
        ("张伟", "张伟"),
        ("伟", "张伟"),
        ("科技", "上海科技有限公司"),
        ("上海科技有限", "上海科技有限公司"),
        ("jennifer gar", "Jennifer García"),
        ("garci\u{301}a", "Jennifer García"),
        ("muller", "Müller & Söhne"),
        ("さん", "田中さん"),
    ] {
        assert_eq!(titles(&cache, text).await, [found], "{text}");
    }
    assert_eq!(titles(&cache, "海上").await, Vec::<String>::new(), "the order counts");
    assert_eq!(cache.search(ACME, "about", 2).await.len(), 2, "the limit holds");
}

#[tokio::test]
async fn a_name_counts_more_than_a_mention_and_a_changed_word_is_found_no_more() {
    let cache = Cache::in_memory();
    let mut mention = whole("1", "Bert");
    mention.fields.insert("description".into(), Value::Text("knows Anna, Anna, Anna".into()));
    cache.keep_record(ACME, &whole("2", "Anna"), at(1)).await;
    cache.keep_record(ACME, &mention, at(1)).await;
    assert_eq!(cache.search(ACME, "anna", 9).await[0].id.as_str(), "2");
    cache.keep_record(ACME, &whole("2", "Clara"), at(2)).await;
    assert_eq!(titles(&cache, "anna").await, ["Bert"]);
}

#[tokio::test]
async fn what_a_user_types_is_never_syntax() {
    let cache = Cache::in_memory();
    cache.keep_record(ACME, &whole("1", "Anna NEAR Or"), at(1)).await;
    for text in
        ["\"", "*", "NEAR(", "a* OR", "title:", "-", "^a", "(", "'", "\0", "a\0b", "AND", "{", "ัั"]
    {
        // Nothing found or something: the point is that the next one still works.
        cache.search(ACME, text, 9).await;
    }
    assert_eq!(titles(&cache, "anna NEAR(").await, ["Anna NEAR Or"]);
    assert_eq!(titles(&cache, "anna* \"or\"").await, ["Anna NEAR Or"]);
    assert_eq!(titles(&cache, "anna OR nobody").await, Vec::<String>::new(), "all words");
    assert_eq!(titles(&cache, "title:anna").await, Vec::<String>::new(), "no column");
}

#[tokio::test]
async fn a_file_copied_between_two_writes_holds_all_that_was_kept() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let cache = open(&path);
    for number in 0..10 {
        let kept = page(vec![record(&number.to_string(), "Anna")]);
        cache.keep_page(ACME, "s", &query(number), &kept, at(1)).await;
        let elsewhere = tempdir().unwrap();
        let copy = open(&snapshot(&path, elsewhere.path()));
        assert_eq!(copy.page(ACME, "s", &query(number)).await.unwrap().value, kept);
    }
}

#[tokio::test]
async fn clearing_one_connection_leaves_the_other() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let cache = open(&path);
    for whose in [ACME, "other"] {
        cache.keep_page(whose, "s", &query(0), &page(vec![record("1", "Zebedee")]), at(1)).await;
        cache.keep_value(whose, "k", "v", at(2)).await;
    }
    let held = cache.status().await.held;
    assert_eq!((held[0].pages, held[0].records, held[0].values), (1, 1, 1));
    assert_eq!((held[0].oldest, held[0].newest), (Some(at(1)), Some(at(2))));
    cache.clear(Some("other")).await;
    assert_eq!(cache.status().await.held.len(), 1);
    assert!(cache.page(ACME, "s", &query(0)).await.is_some());
    assert_eq!(titles(&cache, "zebedee").await.len(), 1);
    cache.clear(None).await;
    assert_eq!(cache.status().await.held, []);
    let bytes = fs::read(&path).unwrap();
    assert!(
        !bytes.windows(7).any(|window| window.eq_ignore_ascii_case(b"zebedee")),
        "nothing stays in the file"
    );
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_a_row_that_is_not_there() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let cache = open(&path);
    let both = page(vec![record("1", "Anna"), record("2", "Bert")]);
    cache.keep_page(ACME, "s", &query(0), &both, at(1)).await;
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute("UPDATE record SET listed = '{\"half' WHERE record = '1'", []).unwrap();
    assert_eq!(cache.record(ACME, &contact(), &"1".into()).await, None);
    assert_eq!(cache.page(ACME, "s", &query(0)).await, None, "not a shorter list");
    cache.keep_page(ACME, "s", &query(0), &both, at(2)).await;
    assert_eq!(cache.page(ACME, "s", &query(0)).await.unwrap().value, both);
    db.execute("UPDATE page SET frame = '[]'", []).unwrap();
    assert_eq!(cache.page(ACME, "s", &query(0)).await, None);
}

#[tokio::test]
async fn a_read_does_not_wait_for_a_locked_file_and_a_write_gives_up() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let cache = open(&path);
    cache.keep_value(ACME, "k", "before", at(1)).await;
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let write = cache.keep_value(ACME, "k", "meanwhile", at(2));
    assert_eq!(cache.value(ACME, "k").await.unwrap().value, "before");
    write.await;
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(cache.value(ACME, "k").await.unwrap().value, "before");
    cache.keep_value(ACME, "k", "after", at(3)).await;
    assert_eq!(cache.value(ACME, "k").await.unwrap().value, "after");
}
