//! The cache on a real file: what a list, a record and a search wait for.
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use ficha::{
    cache::{Cache, Limits},
    domain::{
        query::Query,
        record::{Page, Record, RecordId, Total},
        schema::EntityName,
        value::Value,
    },
};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const WHO: &str = "espocrm\nhttps://crm.acme.example\nanna";
const FIRST: [&str; 8] = ["Anna", "Bert", "张伟", "Clara", "Jennifer", "王芳", "Müller", "Zoe"];
const LAST: [&str; 5] = ["García", "Smith", "上海科技", "Jansen", "Okafor"];

fn main() {
    divan::main();
}

/// A cache of 20,000 contacts in pages of 200, made once.
struct Bench {
    runtime: Runtime,
    cache: Cache,
    _folder: TempDir,
}

static FULL: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench::new();
    for offset in (0..20_000).step_by(200) {
        let page = page(offset, 0);
        let kept = bench.cache.keep_page(WHO, "s", &query(offset), &page, Timestamp::UNIX_EPOCH);
        bench.runtime.block_on(kept);
    }
    bench
});

impl Bench {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let (cache, problem) = Cache::open(&folder.path().join("cache.db"), Limits::default());
        assert_eq!(problem, None);
        Self { runtime, cache, _folder: folder }
    }
}

fn contact() -> EntityName {
    EntityName::try_from("Contact").expect("a name")
}

fn query(offset: u64) -> Query {
    Query { offset, ..Query::all(contact(), 200) }
}

fn record(number: u64, round: u64) -> Record {
    let pick = |names: &[&str], step: u64| {
        let index = usize::try_from(number / step).unwrap_or(0) % names.len();
        names.get(index).copied().unwrap_or("").to_owned()
    };
    let name = format!("{} {}", pick(&FIRST, 1), pick(&LAST, 3));
    let fields = [
        ("name", Value::Text(name)),
        ("emailAddress", Value::Text(format!("someone{number}@acme.example"))),
        ("phoneNumber", Value::Text(format!("+49 30 {number:07}"))),
        ("accountName", Value::Text(format!("Acme {}", number % 300))),
        ("status", Value::Text(format!("Round {round}"))),
        ("createdAt", Value::DateTime(Timestamp::UNIX_EPOCH)),
    ];
    Record {
        entity: contact(),
        id: RecordId::from(format!("65f0c0ffee{number:07}").as_str()),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        version: None,
        url: None,
        is_complete: false,
        cut: vec![],
    }
}

fn page(offset: u64, round: u64) -> Page {
    let records = (offset..offset + 200).map(|number| record(number, round));
    let records = records.map(|record| (record.id.clone(), record)).collect();
    Page {
        records,
        total: Total::Exact(20_000),
        offset,
        received: 200,
        has_more: true,
        ..Page::default()
    }
}

#[divan::bench]
fn keep_a_new_page_of_200(bencher: Bencher) {
    let bench = Bench::new();
    let mut offset = 0;
    bencher.bench_local(|| {
        offset += 200;
        let kept = bench.cache.keep_page(
            WHO,
            "s",
            &query(offset),
            &page(offset, 0),
            Timestamp::UNIX_EPOCH,
        );
        bench.runtime.block_on(kept);
    });
}

#[divan::bench]
fn keep_the_same_page_with_a_changed_word_in_each_row(bencher: Bencher) {
    let bench = Bench::new();
    let mut round = 0;
    bencher.bench_local(|| {
        round += 1;
        let page = page(0, round);
        let kept = bench.cache.keep_page(WHO, "s", &query(0), &page, Timestamp::UNIX_EPOCH);
        bench.runtime.block_on(kept);
    });
}

#[divan::bench]
fn read_a_page_of_200(bencher: Bencher) {
    let bench = &*FULL;
    bencher.bench_local(|| {
        let found = bench.runtime.block_on(bench.cache.page(WHO, "s", &query(10_000)));
        assert_eq!(found.map(|kept| kept.value.records.len()), Some(200));
    });
}

#[divan::bench]
fn read_a_record(bencher: Bencher) {
    let bench = &*FULL;
    let (entity, id) = (contact(), record(12_345, 0).id);
    bencher.bench_local(|| {
        let found = bench.runtime.block_on(bench.cache.record(WHO, &entity, &id));
        assert!(black_box(found).is_some());
    });
}

#[divan::bench(args = ["张伟", "科技", "jennifer gar", "someone12345", "a"])]
fn search_20_000_records_for_50(bencher: Bencher, text: &str) {
    let bench = &*FULL;
    bencher.bench_local(|| {
        let found = bench.runtime.block_on(bench.cache.search(WHO, text, 50));
        assert!(!black_box(found).is_empty());
    });
}
