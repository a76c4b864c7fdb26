//! What a key and an answer cost before anything is drawn.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a bench looks at the few effects that it makes"
)]
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
mod office;

use divan::Bencher;
use ficha::{
    app::{
        command::Command,
        keymap::{Code, Key},
        msg::{Effect, Msg, Size},
        slots::Ticket,
        update::update,
    },
    domain::{
        action::{Action, Answer, Outcome, Source},
        record::{Page, Record, RecordId, Total},
        value::Value,
    },
};
use jiff::Timestamp;
use office::{Office, letter, name};

fn main() {
    divan::main();
}

const USUAL: Size = Size { width: 120, height: 40 };

/// Down and up again, in the middle of 1,200 rows: two keys.
#[divan::bench]
fn a_row_down_and_up_in_1200_rows(bencher: Bencher) {
    let mut office = Office::open(USUAL).with_full_window();
    for _ in 0..15 {
        office.tell(Msg::Act(Command::PageUp));
    }
    bencher.bench_local(|| {
        update(&mut office.state, letter('j'));
        update(&mut office.state, letter('k'))
    });
}

/// The first letter of a filter, which every row is looked through for, and back.
#[divan::bench(args = ['a', 'q'])]
fn a_letter_of_a_filter_over_1200_rows(bencher: Bencher, c: char) {
    let mut office = Office::open(USUAL).with_full_window();
    office.tell(letter('/'));
    let back = Key { code: Code::Backspace, ctrl: false, alt: false, shift: false };
    bencher.bench_local(|| {
        update(&mut office.state, letter(c));
        update(&mut office.state, Msg::Key(back))
    });
}

/// Fresh rows in the place of old ones, under the same selection.
#[divan::bench]
fn a_page_of_200_arrives(bencher: Bencher) {
    let mut office = Office::open(USUAL);
    let answer = answer();
    bencher.with_inputs(|| answer.clone()).bench_local_values(|answer| {
        let ticket = asked(update(&mut office.state, Msg::Act(Command::Refresh)));
        update(&mut office.state, Msg::Answered(ticket, Ok(answer)))
    });
}

fn asked(effects: Vec<Effect>) -> Ticket {
    let list = effects.into_iter().find_map(|effect| match effect {
        Effect::Call(ticket, _, Action::List(_)) => Some(ticket),
        _ => None,
    });
    list.expect("a refresh asks for rows")
}

fn answer() -> Answer {
    let records = (0..200_u32).map(record).map(|it| (it.id.clone(), it)).collect();
    let page = Page {
        records,
        total: Total::Exact(1_500),
        offset: 0,
        received: 200,
        has_more: true,
        ..Page::default()
    };
    let seen = Timestamp::UNIX_EPOCH;
    Answer { outcome: Outcome::Page(page), source: Source::Network, seen, took_ms: 12 }
}

fn record(number: u32) -> Record {
    let fields = ["name", "accountName", "emailAddress", "phoneNumber", "status", "createdAt"];
    let value = |field: &str| Value::Text(format!("{field} of {number}"));
    Record {
        entity: name("Contact"),
        id: RecordId::from(format!("65f0c0ffee{number:07}").as_str()),
        fields: fields.into_iter().map(|it| (it.to_owned(), value(it))).collect(),
        version: None,
        url: None,
        is_complete: false,
        cut: Vec::new(),
    }
}
