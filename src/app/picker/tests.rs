#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use super::*;
use crate::{
    app::{
        msg::{Configured, Msg, Recall, Recalled},
        state::State,
        trial::{answer, connection, fresh, press, state, ticket, write},
        update::{begin, update},
    },
    domain::{
        action::Outcome,
        check::{Check, CheckState},
        schema::Me,
    },
};

fn picker(state: &State) -> &Picker {
    let Some(View::Picker(picker)) = state.stack().first() else { panic!("no picker") };
    picker
}

#[test]
fn at_the_start_every_connection_is_asked_whether_it_answers() {
    let mut state = state(&["acme", "vineyard"]);
    let effects = begin(&mut state);
    let asked = |effect: &&Effect| matches!(effect, Effect::Call(_, _, Action::Whoami));
    assert_eq!(effects.iter().filter(asked).count(), 2);
    let recalled = |effect: &&Effect| matches!(effect, Effect::Recall(_, Recall::Recents(_)));
    assert_eq!(effects.iter().filter(recalled).count(), 2);
    answer(&mut state, Slot::Health(ConnectionId(1)), fresh(Outcome::Me(Me::default())));
    let health = |id| state.world().connected(ConnectionId(id)).unwrap().health.clone();
    assert_eq!((health(0), health(1)), (Health::Unknown, Health::Live(38)));
}

#[test]
fn what_the_journal_remembers_of_two_connections_is_kept_side_by_side() {
    let mut state = state(&["acme", "vineyard"]);
    begin(&mut state);
    for (id, at) in [(0, 10), (1, 20)] {
        let id = ConnectionId(id);
        let recent = crate::domain::draft::Recent {
            identity: state.world().connected(id).unwrap().connection.identity(),
            entity: crate::app::trial::entity("Contact"),
            id: "1".into(),
            title: "Ada".to_owned(),
            at: jiff::Timestamp::from_second(at).unwrap(),
        };
        let ticket = ticket(&mut state, Slot::Recents(id)).unwrap();
        update(&mut state, Msg::Recalled(ticket, Recalled::Recents(vec![recent])));
    }
    let ats: Vec<_> = state.world().recents().iter().map(|it| it.at.as_second()).collect();
    assert_eq!(ats, [20, 10]);
}

#[test]
fn the_first_run_starts_the_demo_and_opens_it() {
    let mut state = state(&[]);
    let effects = press(&mut state, "d");
    let [Effect::StartDemo(ticket)] = effects[..] else { panic!("{effects:?}") };
    assert!(press(&mut state, "d").is_empty(), "it starts once");
    let demo = Connection { is_demo: true, ..connection("demo") };
    let id = ConnectionId(7);
    let configured =
        Configured { connections: vec![(id, demo)], changed: Some(id), note: String::new() };
    update(&mut state, Msg::Configured(ticket, Ok(configured)));
    let list = state.top().and_then(View::list).expect("the demo's list is open");
    assert_eq!(list.connection(), id);
}

#[test]
fn the_first_run_chooses_with_the_cursor_too() {
    let mut state = state(&[]);
    press(&mut state, "j enter");
    assert!(matches!(state.top(), Some(View::Connect(_))));
}

#[test]
fn letters_are_commands_until_a_slash_makes_them_words() {
    let mut state = state(&["acme", "vineyard", "helpdesk"]);
    press(&mut state, "/");
    write(&mut state, "desk");
    assert_eq!(picker(&state).selected(state.world()), Some(ConnectionId(2)));
    press(&mut state, "enter");
    assert_eq!(state.top().and_then(View::connection), Some(ConnectionId(2)));
}

#[test]
fn an_unreachable_connection_opens_all_the_same() {
    let mut state = state(&["acme"]);
    begin(&mut state);
    answer(&mut state, Slot::Health(ConnectionId(0)), Err(Error::Timeout.into()));
    press(&mut state, "enter");
    assert!(state.top().and_then(View::list).is_some());
}

#[test]
fn a_test_ends_with_its_last_step_and_waits_for_nothing_more() {
    let mut state = state(&["acme"]);
    let effects = press(&mut state, "t");
    let test = effects.iter().find_map(|effect| match effect {
        Effect::Check(ticket, of, None) => Some((*ticket, of.name.clone())),
        _ => None,
    });
    let (ticket, name) = test.expect("a test");
    assert_eq!(name, "acme");
    for (check, state_of) in [
        (Check::Address, CheckState::Passed(2, String::new())),
        (Check::Answers, CheckState::Failed(Error::Timeout)),
        (Check::Permissions, CheckState::NotReached),
    ] {
        update(&mut state, Msg::Checked(ticket, CheckStep { check, state: state_of }));
    }
    assert!(picker(&state).tested().unwrap().is_over());
    assert!(!state.world().slots().is_asking());
}

#[test]
fn a_second_factor_is_typed_and_sent_with_the_sign_in() {
    let mut state = state(&["acme"]);
    begin(&mut state);
    let id = ConnectionId(0);
    answer(&mut state, Slot::Health(id), Err(Error::SecondFactor.into()));
    press(&mut state, "s");
    write(&mut state, "123456");
    let effects = press(&mut state, "enter");
    let sent = |effect: &Effect| matches!(effect, Effect::SignIn(_, of, Some(code)) if *of == id && code == "123456");
    assert!(effects.iter().any(sent), "{effects:?}");
}

#[test]
fn removing_asks_first_and_names_the_connection() {
    let mut state = state(&["acme", "vineyard"]);
    assert!(press(&mut state, "j D").is_empty());
    assert!(matches!(state.top(), Some(View::Confirm(_))));
    let question = Question::RemoveConnection(ConnectionId(1));
    state.world.moves.extend([Move::Close, Move::Confirmed(Box::new(question))]);
    let effects = update(&mut state, Msg::Resumed);
    let removes = |effect: &Effect| matches!(effect, Effect::Configure(_, what) if **what == Configure::Remove("vineyard".into()));
    assert!(effects.iter().any(removes), "{effects:?}");
}

use crate::domain::connection::Connection;
