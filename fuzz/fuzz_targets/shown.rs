//! Whatever comes: nothing harmful is left, and nothing is wider than asked.
#![no_main]
use ficha::text::{
    shown::{Shown, is_harmful},
    width::{width, wrap},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, u8)| {
    let (text, cells) = (input.0, usize::from(input.1));
    let line = Shown::line(text);
    assert!(!line.as_str().chars().any(is_harmful));
    assert_eq!(Shown::line(line.as_str()), line);
    assert!(Shown::line_max(text, cells).width() <= cells);
    let lines = Shown::lines(text);
    assert!(lines.as_str().chars().all(|c| c == '\n' || !is_harmful(c)));
    assert!(wrap(lines.as_str(), cells, 20).iter().all(|row| width(row) <= cells));
});
