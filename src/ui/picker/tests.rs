use crate::{
    app::{
        msg::Msg,
        slots::Slot,
        trial::{answer, fresh, press, state, ticket, write},
        update::{begin, update},
    },
    domain::{
        action::Outcome,
        check::{Check, CheckState, CheckStep},
        connection::ConnectionId,
        error::Error,
        schema::Me,
    },
    ui::drawn::{screen, survives_all_sizes},
};

#[test]
fn the_first_run_offers_two_choices_and_says_where_secrets_go() {
    let state = state(&[]);
    let text = screen(&state, 120, 40);
    for part in [
        "every CRM,",
        "one keyboard",
        "▌ d   Try the demo",
        "  a   Add a connection",
        "ficha connection add NAME",
        "Secrets go to the",
        "keyring (found: GNOME Keyring)",
        "~/.config/ficha/config.toml.",
        "Enter start   j choose   ? help   q quit",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let small = screen(&state, 80, 24);
    assert!(small.contains("Try the demo") && !small.contains("every CRM"), "{small}");
}

#[test]
fn health_is_told_in_words() {
    let mut state = state(&["acme", "vineyard", "helpdesk", "old"]);
    begin(&mut state);
    answer(&mut state, Slot::Health(ConnectionId(0)), fresh(Outcome::Me(Me::default())));
    answer(&mut state, Slot::Health(ConnectionId(1)), Err(Error::Timeout.into()));
    let out = Error::Unauthorized { reason: String::new() };
    answer(&mut state, Slot::Health(ConnectionId(2)), Err(out.into()));
    let text = screen(&state, 120, 40);
    let row = |name: &str| text.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(row("▪ acme").contains("● 38 ms"), "{text}");
    assert!(row("▪ vineyard").contains("○ no answer"), "{text}");
    assert!(row("▪ helpdesk").contains("! needs sign-in again"), "{text}");
    assert!(row("▪ old").contains("◌ checking…"), "{text}");
    assert!(text.contains("4 connections · 1 needs you · 1 not reached"), "{text}");
    let narrow = screen(&state, 40, 12);
    assert!(narrow.contains("▪ vineyard") && narrow.contains("no answer"), "{narrow}");
}

#[test]
fn the_steps_of_a_test_stand_beneath_with_what_they_mean() {
    let mut state = state(&["acme"]);
    press(&mut state, "t");
    let picker = state.top().unwrap();
    let _ = picker;
    let slot = Slot::Test(crate::app::slots::ViewId(1));
    let ticket = ticket(&mut state, slot).expect("a test runs");
    let error = Error::Unauthorized { reason: String::new() };
    for (check, how) in [
        (Check::Address, CheckState::Passed(3, String::new())),
        (Check::Answers, CheckState::Passed(96, String::new())),
        (Check::Product, CheckState::Passed(12, "EspoCRM 9.2.7".to_owned())),
        (Check::SignIn, CheckState::Failed(error)),
        (Check::Permissions, CheckState::NotReached),
    ] {
        update(&mut state, Msg::Checked(ticket, CheckStep { check, state: how }));
    }
    let text = screen(&state, 120, 40);
    for part in [
        "✓  The server answers",
        "96 ms",
        "12 ms · EspoCRM 9.2.7",
        "!  The login was refused",
        "·  Permissions",
        "not reached",
        "The login was refused.",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn no_size_is_too_small_for_the_picker() {
    survives_all_sizes(&state(&[]));
    let mut state = state(&["acme", "ein sehr langer Name 海蓝科技有限公司 mit mehr", "c"]);
    press(&mut state, "t");
    survives_all_sizes(&state);
    press(&mut state, "/");
    write(&mut state, "acme and more words than there is room for in this line of text");
    survives_all_sizes(&state);
}
