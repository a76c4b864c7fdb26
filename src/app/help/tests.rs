use super::*;
use crate::app::{
    state::{State, View},
    trial::{press, with_list, write},
};

fn help(state: &State) -> &Help {
    let Some(View::Help(help)) = state.top() else { panic!("no help on top") };
    help
}

#[test]
fn help_finds_by_key_name_or_description_and_runs() {
    let mut state = with_list();
    press(&mut state, "?");
    write(&mut state, "columns");
    let best = help(&state).rows().nth(help(&state).at()).unwrap().clone();
    assert_eq!((best.command, best.keys.as_str()), (Command::Columns, "C"));
    press(&mut state, "enter");
    assert!(matches!(state.top(), Some(View::Menu(_))), "it ran in the list beneath");
}

#[test]
fn a_key_finds_what_it_does() {
    let mut state = with_list();
    press(&mut state, "? D");
    let best = help(&state).rows().nth(help(&state).at()).unwrap();
    assert_eq!(best.command, Command::Delete);
}

#[test]
fn keys_of_one_command_share_a_row_and_what_works_here_comes_first() {
    let mut state = with_list();
    press(&mut state, "?");
    let rows: Vec<Row> = help(&state).rows().cloned().collect();
    assert_eq!(rows[0].group, "Here");
    let down = rows.iter().filter(|row| row.command == Command::Next).collect::<Vec<_>>();
    assert_eq!(down.len(), 1);
    assert!(down[0].keys.contains('j') && down[0].keys.contains('↓'), "{down:?}");
    assert!(!rows.iter().any(|row| row.command == Command::Theirs));
    press(&mut state, "tab");
    assert!(help(&state).rows().any(|row| row.command == Command::Theirs && !row.is_here));
}

#[test]
fn esc_first_empties_the_filter() {
    let mut state = with_list();
    press(&mut state, "? x esc");
    assert!(help(&state).edit().is_empty());
    press(&mut state, "esc");
    assert!(state.top().and_then(View::list).is_some());
}
