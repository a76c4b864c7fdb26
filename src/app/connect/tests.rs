#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use super::*;
use crate::app::{
    msg::{Configured, Msg},
    state::{State, View},
    trial::{connection, press, state, write},
    update::update,
};

fn form(state: &State) -> &Connect {
    let Some(View::Connect(form)) = state.top() else { panic!("no form on top") };
    form
}

fn filled() -> State {
    let mut state = state(&[]);
    press(&mut state, "a");
    update(&mut state, Msg::Paste("https://crm.acme.example/#Account/view/1".into()));
    press(&mut state, "tab tab tab right right tab");
    write(&mut state, "ada");
    press(&mut state, "tab");
    write(&mut state, "s3cret word");
    state
}

#[test]
fn a_pasted_page_fills_address_and_name() {
    let state = filled();
    let form = form(&state);
    assert_eq!(form.edit(Part::Address).unwrap().text(), "https://crm.acme.example");
    assert_eq!(form.edit(Part::Name).unwrap().text(), "acme");
    assert_eq!(form.auth(), Auth::Password);
}

#[test]
fn the_test_takes_what_is_typed_and_the_secret_shows_nowhere() {
    let mut state = filled();
    let effects = press(&mut state, "ctrl-t");
    let check = effects.iter().find_map(|effect| match effect {
        Effect::Check(_, connection, Some(secret)) => Some((connection, secret)),
        _ => None,
    });
    let (connection, secret) = check.expect("a test with the typed secret");
    assert_eq!((connection.user.as_deref(), secret.reveal()), (Some("ada"), "s3cret word"));
    assert!(!format!("{state:?}{effects:?}").contains("s3cret"), "it shows in Debug");
    let line = form(&state).command_line();
    assert_eq!(
        line,
        "ficha connection add acme --kind espocrm --url https://crm.acme.example --auth password \
         --user ada --secret-stdin"
    );
}

#[test]
fn saving_opens_the_new_connection() {
    let mut state = filled();
    let effects = press(&mut state, "ctrl-s");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Configure(ticket, what) => match &**what {
            Configure::Save(None, new, Some(_)) if new.name == "acme" => Some(*ticket),
            _ => None,
        },
        _ => None,
    });
    assert!(press(&mut state, "ctrl-s").is_empty(), "it is not saved twice");
    let id = ConnectionId(3);
    let connections = vec![(id, connection("acme"))];
    let configured = Configured { connections, changed: Some(id), note: "kept".into() };
    update(&mut state, Msg::Configured(ticket.expect("it is saved"), Ok(configured)));
    assert_eq!(
        state.top().and_then(View::list).map(super::super::list::List::connection),
        Some(id)
    );
}

#[test]
fn what_is_missing_is_said_at_its_field_and_nothing_is_sent() {
    let mut state = state(&["acme"]);
    press(&mut state, "a");
    assert!(press(&mut state, "ctrl-s").is_empty());
    assert!(form(&state).error(Part::Address).is_some());
    assert!(form(&state).error(Part::Secret).is_some_and(|why| why.contains("api key")));
    assert_eq!(form(&state).at(), Part::Address);
    press(&mut state, "tab");
    write(&mut state, "acme");
    press(&mut state, "ctrl-t");
    assert_eq!(form(&state).error(Part::Name), Some("Another connection is called so"));
}

#[test]
fn an_empty_secret_of_a_known_connection_is_kept() {
    let mut state = state(&["acme"]);
    press(&mut state, "e tab");
    write(&mut state, "2");
    let effects = press(&mut state, "ctrl-s");
    let saved = effects.iter().any(|effect| match effect {
        Effect::Configure(_, what) => {
            matches!(&**what, Configure::Save(Some(old), new, None) if old == "acme" && new.name == "acme2")
        }
        _ => false,
    });
    assert!(saved, "{effects:?}");
}

#[test]
fn what_was_typed_is_not_lost_by_one_esc() {
    let mut state = filled();
    press(&mut state, "esc");
    assert!(matches!(state.top(), Some(View::Connect(_))));
    press(&mut state, "esc");
    assert!(matches!(state.top(), Some(View::Picker(_))));
}
