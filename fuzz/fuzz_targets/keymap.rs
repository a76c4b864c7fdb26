//! Any text is a key or is refused; any lines of settings make a keymap, and what it holds is
//! found again by the keys that it names.
#![no_main]
use ficha::app::keymap::{Binding, Chord, Context, Key, Keymap, Meaning};
use libfuzzer_sys::fuzz_target;

/// So many lines of settings are read at most: more of them show nothing new.
const MOST: usize = 64;

/// `list g g = first`, or anything else.
fn binding(line: &str) -> Binding {
    let (keys, command) = line.split_once('=').unwrap_or((line, ""));
    let (context, keys) = keys.trim().split_once(' ').unwrap_or(("list", keys));
    (context.to_owned(), keys.trim().to_owned(), command.trim().to_owned())
}

fuzz_target!(|text: &str| {
    if let Ok(key) = text.parse::<Key>() {
        let _ = (key.typed(), key.to_string());
    }
    if let Ok(chord) = text.parse::<Chord>() {
        assert!(!chord.0.is_empty());
        let _ = chord.to_string();
    }
    let lines: Vec<Binding> = text.lines().take(MOST).map(binding).collect();
    let (shipped, own) = lines.split_at(lines.len() / 2);
    let (keymap, problems) = Keymap::new(shipped, own);
    let contexts = [Context::Everywhere, Context::Browse, Context::List, Context::Form];
    for (context, chord, command) in keymap.bindings(&contexts) {
        assert_eq!(keymap.following(&[context], &[]).is_empty(), chord.0.is_empty());
        assert!(keymap.chord(&[context], command).is_some());
        let found = keymap.meaning(&[context], &chord.0);
        // A chord behind a shorter one is said to be a problem; else it is what its keys mean.
        assert!(found == Meaning::Command(command) || !problems.is_empty(), "{chord}: {found:?}");
    }
});
