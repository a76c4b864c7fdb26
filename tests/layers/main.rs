//! Keeps the layers honest: who may name whom, and who may touch the world.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use std::{
    fs,
    path::{Path, PathBuf},
};

use names::names;
use rules::{Rule, rule};

mod names;
mod planted;
mod rules;

/// What the code of a module names and should not.
fn violations(module: &str, code: &str) -> Vec<String> {
    let Some(rule) = rule(module) else { return vec![format!("{module} has no rule")] };
    let wrong = |name: &String| match name.strip_prefix("crate::") {
        Some(inside) => !may_name(rule, module, inside),
        None => rule.is_banned(name),
    };
    names(module, code).into_iter().filter(wrong).collect()
}

fn may_name(rule: &Rule, module: &str, path: &str) -> bool {
    let (own, named) = (top(module), top(path));
    let is_known = own == named || rule.may_name.contains(&named);
    is_known && !is_other_provider(module, path)
}

fn top(path: &str) -> &str {
    path.split("::").next().unwrap_or_default()
}

/// What the providers share.
const SHARED: [&str; 7] = ["cursors", "days", "fits", "json", "lookup", "send", "words"];

/// Within `providers` a provider may name the shared types and rooms, and its own.
fn is_other_provider(module: &str, path: &str) -> bool {
    let room = |path: &str| path.strip_prefix("providers::").map(|room| top(room).to_owned());
    let (Some(own), Some(named)) = (room(module), room(path)) else { return false };
    let is_room = named.starts_with(char::is_lowercase) && !SHARED.contains(&named.as_str());
    own != named && is_room
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let deep = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    deep.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// `app::list` for `src/app/list.rs`, `app` for `src/app/mod.rs`.
fn module(source: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(source).unwrap().with_extension("");
    let parts = inside.iter().map(|part| part.to_str().unwrap()).filter(|part| *part != "mod");
    parts.collect::<Vec<_>>().join("::")
}

/// Modules and their code. Files of tests alone are left out, as tests within files are.
fn source() -> Vec<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |file: PathBuf| (module(&source, &file), fs::read_to_string(&file).unwrap());
    let all: Vec<(String, String)> = files(&source).into_iter().map(read).collect();
    let tests: Vec<String> =
        all.iter().flat_map(|(name, code)| names::test_modules(name, code)).collect();
    let is_test = |module: &str| tests.iter().any(|test| rules::begins(module, test));
    all.into_iter().filter(|(module, _)| !is_test(module)).collect()
}

#[test]
fn imports_go_down_and_only_shells_touch_the_world() {
    let source = source();
    assert!(source.len() > 10, "the source was not found");
    let found: Vec<String> = source
        .iter()
        .flat_map(|(module, code)| {
            violations(module, code).into_iter().map(move |name| format!("{module} names {name}"))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_module_has_a_rule() {
    for (module, _) in source() {
        assert!(rule(&module).is_some(), "{module} has no rule");
    }
}

#[test]
fn a_rule_names_modules_that_lie_below_it() {
    for rule in rules::RULES {
        for below in rule.may_name {
            assert!(
                rules::level(below) <= rules::level(rule.module),
                "{} stands below {below}",
                rule.module
            );
        }
    }
}
