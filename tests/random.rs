//! Any messages in any order, at any size, with the worst that a server can send: no panic, every
//! selection stands on a record, what is waited for will be answered, nothing harmful is drawn.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and looks at what it is about"
)]
mod support;

#[path = "random/chance.rs"]
mod chance;
#[path = "random/walk.rs"]
mod walk;

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use walk::{Step, Walk};

/// Another one by `FICHA_SEED`; every failure names it.
const SEED: u64 = 0xF1C4A;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

#[test]
fn whatever_happens_the_program_stands_and_shows_nothing_harmful() {
    let seed = number("FICHA_SEED", SEED);
    let cases = u32::try_from(number("FICHA_CASES", 64)).unwrap();
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let steps = vec((any::<u8>(), any::<u64>()), 1..160);
    let ran = TestRunner::new_with_rng(config, rng).run(&steps, |steps| {
        let mut walk = Walk::begin();
        for (kind, seed) in steps {
            walk.take(Step::of(kind, seed));
        }
        Ok(())
    });
    if let Err(error) = ran {
        panic!("FICHA_SEED={seed}: {error}");
    }
}

/// A walk can be read: what a failing case did, step by step.
#[test]
fn the_same_seed_walks_the_same_way() {
    let walk = || {
        let mut walk = Walk::begin();
        (0..200).for_each(|at| walk.take(Step::of(at, u64::from(at) * 7_919)));
        walk.screen()
    };
    assert_eq!(walk(), walk());
}

/// Else the walks would prove little.
#[test]
fn the_walks_come_to_every_kind_of_view() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..50_u64 {
        let mut walk = Walk::begin();
        for at in 0..60_u64 {
            let number = seed * 1_000 + at;
            let kind = u8::try_from(chance::Chance::new(!number).below(256)).unwrap();
            walk.take(Step::of(kind, number));
            seen.insert(walk.top());
        }
    }
    let all = "Actions Confirm Conflict Connect Deeds Detail Duplicates Exchange Filter Form Help List Menu Palette Picker";
    assert_eq!(seen.into_iter().collect::<Vec<_>>().join(" "), all);
}
