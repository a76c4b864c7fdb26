//! The test is tested: each kind of violation, planted, is found.
use super::{names::test_modules, violations};

/// The module may not name any of these, and they are all that is found.
fn finds(module: &str, code: &str, expected: &[&str]) {
    assert_eq!(violations(module, code), expected, "{module}: {code}");
}

fn allows(module: &str, code: &str) {
    finds(module, code, &[]);
}

#[test]
fn a_plain_import_is_seen() {
    finds("app", "use crate::ui::draw;", &["crate::ui::draw"]);
    finds("app::list", "use tokio::sync::mpsc;", &["tokio::sync::mpsc"]);
    finds("domain::query", "use crate::text::shown::Shown;", &["crate::text::shown::Shown"]);
    allows("ui", "use crate::{app::state::State, text::shown::Shown}; use ratatui::Frame;");
}

#[test]
fn a_grouped_import_is_seen() {
    let code = "use crate::{domain::{error::Error, self}, runtime::{run, loops::Port}};";
    finds("app", code, &["crate::runtime::loops::Port", "crate::runtime::run"]);
}

#[test]
fn a_renamed_import_is_seen_however_often_it_is_renamed() {
    finds("ui", "use tokio as t; fn f() { t::spawn(g()); }", &["tokio", "tokio::spawn"]);
    let twice = "use std as s; use s::fs as f; fn g() { f::read(p); }";
    finds("ui", twice, &["std::fs", "std::fs::read"]);
    finds("ui", "extern crate tokio as t;", &["tokio"]);
    let two = "mod a { use std::fmt as x; } mod b { use std::fs as x; } fn f() { x::read(p) }";
    finds("ui", two, &["std::fs", "std::fs::read"]);
}

#[test]
fn super_and_the_crates_own_name_lead_out_of_the_module() {
    finds("app::list", "fn f() { super::super::ui::draw() }", &["crate::ui::draw"]);
    let inner = "mod inner { use super::super::super::ui::draw; }";
    finds("app::list", inner, &["crate::ui::draw"]);
    allows("app::list", "use super::state::State;");
    finds("app", "use ficha::runtime::run;", &["crate::runtime::run"]);
}

#[test]
fn a_path_in_a_body_a_type_or_an_attribute_is_seen() {
    let code = "fn f() -> crate::ui::Theme { let x: Vec<ratatui::Frame> = Vec::new(); }";
    finds("app", code, &["crate::ui::Theme", "ratatui::Frame"]);
    finds("app", "#[tokio::main] async fn f() {}", &["tokio::main"]);
    finds("app", "fn f() { <rusqlite::Row as A>::b() }", &["rusqlite::Row"]);
}

#[test]
fn a_path_in_a_macro_is_seen() {
    let code = r#"fn f() { format!("{}", g(std::env::var("HOME"))) }"#;
    finds("domain", code, &["std::env::var"]);
    finds("domain", "m! { use std::{fmt, fs}; }", &["std::fs"]);
    finds("domain", "m! { x: ::tokio::spawn }", &["tokio::spawn"]);
}

#[test]
fn tests_may_name_everything_and_what_follows_them_may_not() {
    let code = "#[cfg(test)] mod tests { use tokio::test; } fn f() { crate::ui::draw() }";
    finds("app", code, &["crate::ui::draw"]);
    allows("app", "impl A { #[cfg(test)] fn f() { std::fs::read(p) } }");
    let declared = "#[cfg(test)] mod tests; mod planted;";
    assert_eq!(test_modules("app::list", declared), ["app::list::tests"]);
}

#[test]
fn files_environment_and_processes_are_banned() {
    let code = "use std::{env, fs}; fn f() { env::var(x); }";
    finds("action", code, &["std::env", "std::env::var", "std::fs"]);
    finds("ui", "use std::process::Command;", &["std::process::Command"]);
    finds("config", "use reqwest::Client;", &["reqwest::Client"]);
}

#[test]
fn clocks_are_banned_under_any_name() {
    let named = "use std::time::Instant as I; fn f() { I::now(); <I>::now(); }";
    finds("app", named, &["std::time::Instant", "std::time::Instant::now"]);
    finds(
        "app",
        "use std::time; fn f() { time::SystemTime::now(); }",
        &["std::time::SystemTime::now"],
    );
    finds("net", "use tokio::time::{Instant, sleep};", &["tokio::time::Instant"]);
    finds("action", "fn f() { jiff::Timestamp::now() }", &["jiff::Timestamp::now"]);
    allows("app", "use std::time::Duration; use jiff::Timestamp;");
    // Actions are given clocks as plain functions.
    allows("action", "use jiff::Timestamp; struct A { now: fn() -> Timestamp }");
}

#[test]
fn a_glob_beside_something_banned_is_banned() {
    finds("app", "use std::time::*;", &["std::time::*"]);
    finds("app", "use std::*;", &["std::*"]);
    allows("app", "use std::collections::*;");
}

#[test]
fn only_those_who_own_what_they_start_spawn() {
    let code = "fn f() { tokio::spawn(g()); }";
    for module in
        ["runtime::terminal", "action::catalogue", "net::client", "cli::list", "bootstrap"]
    {
        finds(module, code, &["tokio::spawn"]);
    }
    for module in ["runtime::executor", "action::session", "demo::server"] {
        allows(module, code);
    }
    allows("sqlite::worker", "use std::thread;");
    finds("cache::worker", "use std::thread;", &["std::thread"]);
    finds("app", "use std::thread;", &["std::thread"]);
}

#[test]
fn the_one_exception_of_the_core_is_the_text_area() {
    allows("app::edit", "use ratatui_textarea::TextArea;");
    finds("app::list", "use ratatui_textarea::TextArea;", &["ratatui_textarea::TextArea"]);
    finds("app::edit", "use ratatui::Frame;", &["ratatui::Frame"]);
}

#[test]
fn one_provider_does_not_name_another() {
    let code = "use crate::providers::{Step, tiny::auth, other::auth as theirs};";
    finds("providers::tiny::codec", code, &["crate::providers::other::auth"]);
    finds("providers::tiny::codec", "use super::super::other;", &["crate::providers::other"]);
    allows("providers", "pub mod tiny; fn f() { tiny::auth::sign_in() }");
}

#[test]
fn the_stores_share_a_room_that_knows_neither() {
    allows("cache::open", "use crate::sqlite::Tables;");
    allows("journal::open", "use crate::sqlite::Tables;");
    finds("sqlite::worker", "use crate::cache::Cache;", &["crate::cache::Cache"]);
    finds("cache", "use crate::journal::Journal;", &["crate::journal::Journal"]);
}

#[test]
fn the_shells_do_not_name_one_another() {
    finds("cli::list", "use crate::ui::theme;", &["crate::ui::theme"]);
    finds("cli", "use crate::app::state::State;", &["crate::app::state::State"]);
    finds("cli", "use ratatui::Frame;", &["ratatui::Frame"]);
    finds("cli", "use crate::cache::Cache;", &["crate::cache::Cache"]);
    finds("cli", "use crate::demo;", &["crate::demo"]);
    finds("runtime", "use crate::demo::serve;", &["crate::demo::serve"]);
    finds("demo", "use crate::providers::Step;", &["crate::providers::Step"]);
    finds("demo", "use crate::net::exchange;", &["crate::net::exchange"]);
    allows("bootstrap", "use crate::{demo, cli, runtime};");
}

#[test]
fn a_module_without_a_rule_is_a_violation() {
    finds("helpers", "", &["helpers has no rule"]);
    finds("application", "", &["application has no rule"]);
}
