use super::*;
use crate::app::{
    msg::Msg,
    state::{State, View},
    trial::{answer, calls, entity, page, press, state, ticket, with_list, write},
    update::update,
};

fn palette(state: &State) -> &Palette {
    let Some(View::Palette(palette)) = state.top() else { panic!("no palette on top") };
    palette
}

fn titles(state: &State, group: Group) -> Vec<String> {
    let entries = palette(state).entries();
    let of = entries.into_iter().filter(|entry| entry.group == group);
    of.map(|entry| entry.title.clone()).collect()
}

/// Types, and lets the pause go by.
fn search(state: &mut State, text: &str) -> Vec<Effect> {
    write(state, text);
    let pause = Slot::FindPause(palette(state).id);
    let ticket = ticket(state, pause).expect("a pause before servers are asked");
    update(state, Msg::Elapsed(ticket))
}

fn recent(state: &State, title: &str, id: &str) -> crate::domain::draft::Recent {
    crate::domain::draft::Recent {
        identity: state.world().connected(ConnectionId(0)).unwrap().connection.identity(),
        entity: entity("Contact"),
        id: id.into(),
        title: title.to_owned(),
        at: state.world().now(),
    }
}

#[test]
fn kept_records_come_first_then_those_of_the_server_and_the_cursor_stays() {
    let mut state = with_list();
    let seen = recent(&state, "Acme Robotics", "9");
    state.world.recents.push(seen);
    press(&mut state, "ctrl-p");
    let effects = search(&mut state, "acm");
    assert!(matches!(calls(&effects)[..], [Action::Search { .. }]), "{effects:?}");
    assert_eq!(titles(&state, Group::Kept), ["Acme Robotics"]);
    press(&mut state, "down");
    let before = palette(&state).at.clone();
    let slot = Slot::Found(palette(&state).id, ConnectionId(0));
    answer(&mut state, slot, page(&[("9", "Acme Robotics"), ("7", "Acme (EU)")]));
    assert_eq!(titles(&state, Group::Far), ["Acme (EU)"], "what is kept is not told twice");
    assert_eq!(palette(&state).at, before);
}

#[test]
fn typing_on_drops_answers_to_what_was_typed_before() {
    let mut state = with_list();
    press(&mut state, "ctrl-p");
    let effects = search(&mut state, "acm");
    let Some(Effect::Call(old, ..)) = effects.first() else { panic!("{effects:?}") };
    write(&mut state, "x");
    update(&mut state, Msg::Answered(*old, page(&[("7", "Acme")])));
    assert!(titles(&state, Group::Far).is_empty());
}

#[test]
fn a_server_that_failed_is_a_row_and_not_silence() {
    let mut state = with_list();
    press(&mut state, "ctrl-p");
    search(&mut state, "acm");
    let slot = Slot::Found(palette(&state).id, ConnectionId(0));
    answer(&mut state, slot, Err(Error::Timeout.into()));
    let entries = palette(&state).entries();
    assert!(entries.iter().any(|entry| entry.what == What::Failed(ConnectionId(0))));
    assert_eq!(palette(&state).asked(state.world()), (1, 1));
}

#[test]
fn a_command_runs_in_the_view_beneath() {
    let mut state = with_list();
    press(&mut state, ":");
    write(&mut state, "columns");
    press(&mut state, "enter");
    assert!(matches!(state.top(), Some(View::Menu(_))));
}

#[test]
fn a_refused_command_stays_with_its_reason() {
    let mut state = with_list();
    state.world.connections[0].connection.read_only = true;
    press(&mut state, ":");
    write(&mut state, "delete");
    let first = palette(&state).entries()[0].clone();
    assert_eq!(first.what, What::Command(Command::Delete, Some("this connection is read-only")));
    press(&mut state, "enter");
    assert!(matches!(state.top(), Some(View::Palette(_))));
}

#[test]
fn prefixes_narrow_to_types_and_connections() {
    let mut state = with_list();
    press(&mut state, "ctrl-p");
    write(&mut state, "#acc");
    assert_eq!(titles(&state, Group::Types)[0], "Accounts");
    press(&mut state, "enter");
    let list = state.top().and_then(View::list).unwrap();
    assert_eq!(list.entity(), Some(&entity("Account")));
    press(&mut state, "ctrl-p");
    write(&mut state, "@acm");
    assert_eq!(titles(&state, Group::Connections), ["acme"]);
}

#[test]
fn the_pasted_address_of_a_record_opens_it_in_its_connection() {
    let mut state = state(&["acme", "other"]);
    press(&mut state, "ctrl-p");
    update(&mut state, Msg::Paste("https://other.example/#Contact/view/65f0\n".into()));
    let first = palette(&state).entries()[0].clone();
    let record = What::Record(ConnectionId(1), entity("Contact"), "65f0".into());
    assert_eq!(first.what, record);
    press(&mut state, "enter");
    assert_eq!(state.top().and_then(View::connection), Some(ConnectionId(1)));
}
