#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use super::*;
use crate::app::trial::{press, with_list};

fn copied(keys: &str) -> String {
    let mut state = with_list();
    let effects = press(&mut state, keys);
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    copied.unwrap_or_else(|| panic!("nothing copied: {effects:?}"))
}

#[test]
fn a_row_is_tab_separated_and_a_cell_stands_alone() {
    assert_eq!(copied("y r"), "Ada\tBerlin");
    assert_eq!(copied("l y c"), "Berlin");
    assert_eq!(copied("y i"), "1");
    assert_eq!(copied("y u"), "https://acme.example/#Contact/view/1");
    assert_eq!(copied("y s"), "ficha get Contact 1 -c acme");
}

#[test]
fn a_spreadsheet_runs_nothing_of_a_copied_csv() {
    let csv = copied("space space space y v");
    assert_eq!(csv, "name,city\nAda,Berlin\n'=cmd(),Berlin\n海蓝,Berlin\n");
}

#[test]
fn markdown_is_a_list_of_one_and_a_table_of_several() {
    let one = copied("y m");
    assert!(one.starts_with("**Ada**\n\n- name: Ada\n- city: Berlin"), "{one}");
    let many = copied("space space y m");
    assert!(many.starts_with("| name | city |\n| --- | --- |\n| Ada | Berlin |"), "{many}");
}

#[test]
fn json_has_the_shape_of_the_command_line() {
    let json: serde_json::Value = serde_json::from_str(&copied("y j")).unwrap();
    assert_eq!(json["type"], "Contact");
    assert_eq!(json["fields"]["city"], "Berlin");
}

#[test]
fn only_a_web_page_is_given_to_the_browser() {
    let mut state = with_list();
    let effects = press(&mut state, "o");
    assert_eq!(effects, [Effect::Browse("https://acme.example/#Contact/view/1".into())]);
}
