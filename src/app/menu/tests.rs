use crate::{
    app::{
        state::View,
        trial::{calls, press, with_list},
    },
    domain::action::Action,
};

#[test]
fn columns_are_chosen_and_moved_and_asked_for() {
    let mut state = with_list();
    let effects = press(&mut state, "C j K space j space enter");
    let Some(Action::List(query)) = calls(&effects).pop() else { panic!("{effects:?}") };
    assert_eq!(query.columns, ["name", "note"]);
    assert!(state.top().and_then(View::list).is_some(), "the menu closed");
}

#[test]
fn a_list_keeps_at_least_one_column() {
    let mut state = with_list();
    press(&mut state, "C space space enter");
    assert!(matches!(state.top(), Some(View::Menu(_))));
    press(&mut state, "esc");
    assert_eq!(state.top().and_then(View::list).unwrap().columns(), ["name", "city"]);
}

#[test]
fn a_preset_is_chosen_with_enter_and_flags_with_space() {
    let mut state = with_list();
    let effects = press(&mut state, "P j j j space k k enter");
    let Some(Action::List(query)) = calls(&effects).pop() else { panic!("{effects:?}") };
    assert_eq!(query.preset.as_deref(), Some("open"));
    assert_eq!(query.flags, ["onlyMy"]);
}
