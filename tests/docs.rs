//! The documents that are made from the program are what the program says.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and may be told to rewrite"
)]
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use ficha::app::{
    command::Command,
    keymap::{Binding, Context, Keymap},
};
use strum::IntoEnumIterator;

const SHIPPED: &str = include_str!("../assets/default.toml");

fn bindings() -> Vec<Binding> {
    let file: toml::Table = toml::from_str(SHIPPED).unwrap();
    let places = file["keys"].as_table().unwrap();
    let lines = places.iter().flat_map(|(place, keys)| {
        let keys = keys.as_table().unwrap();
        keys.iter().map(|(chord, command)| {
            (place.clone(), chord.clone(), command.as_str().unwrap().to_owned())
        })
    });
    lines.collect()
}

fn keymap() -> Keymap {
    let (keymap, problems) = Keymap::new(&bindings(), &[]);
    assert!(problems.is_empty(), "{problems:#?}");
    keymap
}

/// What each part of the keys is for.
fn heading(context: Context) -> &'static str {
    match context {
        Context::Everywhere => "Everywhere, also while text is typed",
        Context::Browse => "Wherever no text is typed",
        Context::Picker => "Connections",
        Context::Connection => "The settings of a connection",
        Context::List => "Lists",
        Context::Filter => "While a filter is typed",
        Context::Detail => "A record",
        Context::Composer => "A comment being written",
        Context::Form => "A record being edited",
        Context::Lines => "Lines of a record being edited",
        Context::Popup => "Choices, days and records under a field",
        Context::Conflict => "A conflict",
        Context::Duplicates => "Records like a new one",
        Context::Palette => "The palette",
        Context::Help => "The help",
        Context::Confirm => "A question",
        Context::Menu => "Columns and presets",
        Context::Deeds => "What else the product can do; a letter takes its row",
        Context::Result => "What an action gave",
        Context::Path => "Where a file is to be saved",
        Context::Actions => "Everything that can be run",
        Context::SignIn => "A sign-in that ends in the browser",
        Context::Exchange => "What was exchanged",
    }
}

fn keys_md() -> String {
    let keymap = keymap();
    let mut text = String::from(
        "# Keys\n\nMade from `assets/default.toml` by `tests/docs.rs`; \
         `FICHA_BLESS=1 cargo test --test docs` rewrites it.\n",
    );
    for context in Context::iter() {
        let mut by_command: BTreeMap<Command, Vec<String>> = BTreeMap::new();
        for (_, chord, command) in keymap.bindings(&[context]) {
            by_command.entry(command).or_default().push(format!("`{chord}`"));
        }
        if by_command.is_empty() {
            continue;
        }
        write!(text, "\n## {}\n\n| keys | command | does |\n|---|---|---|\n", heading(context))
            .unwrap();
        for (command, keys) in by_command {
            writeln!(text, "| {} | {command} | {} |", keys.join(" "), command.description())
                .unwrap();
        }
    }
    text
}

#[test]
fn the_list_of_keys_is_what_the_shipped_settings_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let made = keys_md();
    if std::env::var_os("FICHA_BLESS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == made, "docs/keys.md is old: FICHA_BLESS=1 cargo test --test docs");
}

#[test]
fn every_command_has_a_key_somewhere() {
    let bound: Vec<_> = bindings().into_iter().map(|(_, _, command)| command).collect();
    let without: Vec<_> =
        Command::iter().map(|it| it.to_string()).filter(|it| !bound.contains(it)).collect();
    assert!(without.is_empty(), "without a key: {without:?}");
}

#[test]
fn no_key_of_the_clashes_to_refuse_destroys_anything() {
    let keymap = keymap();
    for context in Context::iter() {
        for (_, chord, command) in keymap.bindings(&[context]) {
            let destroys = matches!(
                command,
                Command::Delete | Command::RemoveConnection | Command::Unlink | Command::DropDraft
            );
            let plain = ["C-d", "C-k", "d", "Enter", "Esc", "Space"];
            assert!(
                !(destroys && plain.contains(&chord.to_string().as_str())),
                "{chord} {command}"
            );
        }
    }
}
