//! Days that are typed: into the field, and under its calendar.
use super::{fixture::Stage, popup::Popup};
use crate::domain::value::Value;

fn day(month: i8, day: i8) -> Value {
    Value::Date(jiff::civil::date(2026, month, day))
}

fn text(stage: &Stage) -> String {
    stage.form().inputs()[stage.form().at()].text().unwrap()
}

fn shown(stage: &Stage) -> Value {
    let Some(Popup::Days(days)) = stage.form().popup() else { panic!("no calendar") };
    Value::Date(days.day())
}

fn on(field: &str) -> Stage {
    let mut stage = Stage::editing(120, 40);
    stage.go_to(field);
    stage
}

#[test]
fn what_is_typed_under_a_calendar_replaces_the_day_and_moves_it() {
    let mut stage = on("close");
    stage.keys("enter");
    assert_eq!(shown(&stage), day(12, 18), "it begins at the field's own day");
    stage.write("+2w");
    assert_eq!((text(&stage), shown(&stage)), ("+2w".to_owned(), day(12, 8)));
    stage.keys("enter");
    assert!(stage.form().popup().is_none());
    assert_eq!(stage.value("close"), day(12, 8));
}

#[test]
fn a_text_that_is_no_day_is_never_taken_for_one() {
    let mut stage = on("close");
    stage.keys("enter");
    stage.write("xyz");
    stage.keys("enter");
    let input = &stage.form().inputs()[stage.form().at()];
    assert!(input.error().unwrap().starts_with("\"xyz\" is no date"));
    assert!(stage.form().popup().is_some() && text(&stage) == "xyz");
    stage.keys("ctrl-u");
    assert_eq!((stage.form().changes(), shown(&stage)), (0, day(12, 18)));
    stage.write("xyz");
    stage.keys("down enter");
    assert_eq!(stage.value("close"), day(12, 25), "a day that a key chose is taken");
}

#[test]
fn a_text_that_was_no_day_before_the_calendar_opened_is_not_taken_either() {
    let mut stage = on("close");
    stage.write("xyz");
    stage.keys("enter enter");
    assert!(stage.form().popup().is_some());
    assert_eq!(text(&stage), "xyz");
}

#[test]
fn esc_leaves_a_day_as_it_was_before_the_calendar_opened() {
    let mut stage = on("close");
    stage.keys("enter");
    stage.write("fri");
    stage.keys("esc");
    assert_eq!(stage.form().changes(), 0);
}

#[test]
fn the_first_character_replaces_a_day_and_the_next_ones_do_not() {
    let mut stage = on("close");
    stage.write("+2w");
    assert_eq!(text(&stage), "+2w");
    stage.keys("tab backtab");
    assert_eq!(text(&stage), "8 Dec 2026", "it says the day once it was left");
    assert_eq!(stage.value("close"), day(12, 8));
    stage.keys("left right 1");
    assert_eq!(text(&stage), "8 Dec 20261", "a moved cursor means to change the text");
}

#[test]
fn a_day_typed_under_a_calendar_keeps_the_time_unless_one_is_typed() {
    let moment = |text: &str| Value::DateTime(text.parse().unwrap());
    let mut stage = on("meet");
    stage.keys("enter");
    stage.write("tomorrow");
    stage.keys("enter");
    assert_eq!(stage.value("meet"), moment("2026-11-25T09:30:07Z"));
    stage.keys("enter");
    stage.write("tomorrow 3pm");
    stage.keys("enter");
    assert_eq!(stage.value("meet"), moment("2026-11-25T15:00:00Z"));
}
