#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    app::{
        msg::Msg,
        trial::{press, state},
        update::update,
    },
    domain::{action::Failure, connection::ConnectionId, error::Error},
};

pub(crate) fn refusal() -> Failure {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let exchanged = Exchanged {
        at: jiff::Timestamp::UNIX_EPOCH,
        took: Duration::from_millis(41),
        attempts: 1,
        method: "PUT".to_owned(),
        url: "https://crm.acme.example/api/v1/Contact/65f0".to_owned(),
        sent_headers: vec![pair("X-Api-Key", "•••••••• removed")],
        sent: r#"{"title":"it's"}"#.to_owned(),
        sent_bytes: 16,
        status: Some(400),
        received_headers: vec![pair("X-Status-Reason", "Field validation failure")],
        received: "no json\u{1b}[31m".to_owned(),
        received_bytes: 7,
    };
    let error = Error::Invalid { field: Some("account".into()), reason: "required".into() };
    Failure { error, exchange: Some(Arc::new(exchanged)) }
}

pub(crate) fn refused() -> crate::app::state::State {
    let mut state = state(&["acme"]);
    state.world.refuse(ConnectionId(0), "the change to Olu", refusal());
    press(&mut state, "enter !");
    state
}

fn copied(effects: &[Effect]) -> String {
    let text = effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    text.unwrap_or_else(|| panic!("nothing copied: {effects:?}"))
}

#[test]
fn an_exchange_is_copied_as_a_report_and_as_a_command() {
    let mut state = refused();
    let report = copied(&press(&mut state, "y"));
    assert!(report.contains("PUT https://crm.acme.example") && report.contains("removed"));
    let line = copied(&press(&mut state, "s"));
    assert_eq!(line, r#"ficha request Contact/65f0 -X PUT --json '{"title":"it'\''s"}' -c acme"#);
}

#[test]
fn json_is_laid_out_once_on_opening() {
    let state = refused();
    let Some(View::Exchange(view)) = state.top() else { panic!("no exchange") };
    assert_eq!(view.sent(), ["{", "  \"title\": \"it's\"", "}"]);
    assert_eq!(view.received().len(), 1);
}

#[test]
fn all_messages_are_listed_and_open_what_is_behind() {
    let mut state = refused();
    update(&mut state, Msg::Act(Command::Close));
    state.world.done("saved");
    press(&mut state, "g m enter");
    assert!(matches!(state.top(), Some(View::Exchange(view)) if view.notice().is_none()));
    press(&mut state, "G enter");
    assert!(matches!(state.top(), Some(View::Exchange(view)) if view.exchanged().is_some()));
}
