//! The Syncro provider against its API's specification: every request of every action is valid
//! there, every example of it is read; and against the demo over real HTTP.
//!
//! The specification is read from `../shared/contracts/syncro` (or `FICHA_CONTRACTS`); where it
//! is not there this says SKIPPED, and the provider's own tests cover the same ground.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it is surprised"
)]

#[path = "contract_syncro/actions.rs"]
mod actions;
#[path = "contract_syncro/deeds.rs"]
mod deeds;
#[path = "contract_syncro/demo.rs"]
mod demo;
#[path = "contract_syncro/names.rs"]
mod names;
#[path = "contract_syncro/specification.rs"]
mod specification;

use std::{io::Write as _, sync::Arc};

use ficha::{
    domain::{
        action::{Action, Outcome},
        error::Error,
        schema::Schema,
    },
    net::exchange::{Exchange, Response},
    providers::{Context, Input, Provider, Step},
};
use specification::Specification;

/// To where a test's output is not captured.
fn say(line: &str) {
    // Nobody reads it: then nothing is lost.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn context(schema: Option<Arc<Schema>>) -> Context {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    Context { now, site: "https://acme.example".to_owned(), schema, ..Context::default() }
}

/// Drives an action; whatever is asked, `answers` answers.
fn drive(
    action: Action,
    schema: Option<Arc<Schema>>,
    mut answers: impl FnMut(&Exchange) -> Response,
) -> Result<Outcome, Error> {
    let mut conversation = Provider::Syncro.start(action, context(schema));
    let mut input = Input::Go;
    for _ in 0..60 {
        input = match conversation.next(input) {
            Step::Send(exchange) => Input::Answer(answers(&exchange)),
            Step::SendAll(all) => Input::Answers(all.iter().map(&mut answers).collect()),
            Step::Wait(_) | Step::Partial(_) => Input::Go,
            Step::Done(result) => return result,
        };
    }
    panic!("the conversation did not end")
}

#[test]
fn every_request_is_valid_and_every_example_is_read() {
    let Some(mut there) = Specification::open() else {
        say("contract_syncro: SKIPPED, the specification is not here");
        return;
    };
    let Ok(Outcome::Schema(schema)) = drive(Action::Types, None, |asked| there.answer(asked))
    else {
        panic!("the examples are no schema")
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for action in actions::all(&schema, &there) {
        count += 1;
        let about = format!("{action:?}").chars().take(160).collect::<String>();
        there.is_wanting = false;
        let result = drive(action, Some(Arc::clone(&schema)), |asked| there.answer(asked));
        match result {
            // A success that says nothing may have landed: right where there is no example.
            Err(Error::Unknown) if there.is_wanting => {}
            Err(error @ (Error::Bug { .. } | Error::Unreadable { .. } | Error::Unknown)) => {
                wrong.push(format!("{about}\n    {error:?}"));
            }
            Ok(_) | Err(_) => {}
        }
    }
    wrong.extend(there.wrong.iter().cloned());
    let answered = there.answered();
    let read = there.read_others();
    say(&format!(
        "contract_syncro: {count} actions, {} requests of {} operations, {} wrong; {} of {} examples \
         are read, {answered} of them as answers to actions",
        there.requests,
        there.operations.len(),
        wrong.len(),
        read,
        there.examples.len(),
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(read, there.examples.len(), "not read: {:?}", there.unread());
    assert!(there.operations.len() >= 100, "only {} operations", there.operations.len());
}
