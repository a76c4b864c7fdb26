//! Messages in, state and effects out: no runtime, no clock.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
use std::sync::Arc;

use indexmap::IndexMap;

use super::*;
use crate::{
    app::{keymap::Keymap, list::Shows, msg::Goal, world::Settings},
    domain::{
        action::{Action, Outcome, Source},
        connection::{Auth, Connection, ConnectionId, Kind},
        record::{Page, Record, RecordId, Total},
        schema::{EntityName, EntityType, Field, FieldKind, Layout, Rights, Schema},
        secret::SecretSource,
        value::Value,
    },
};

const CRM: ConnectionId = ConnectionId(0);

fn account() -> EntityName {
    EntityName::try_from("Account").unwrap()
}

fn field(name: &str) -> (String, Field) {
    let field = Field {
        label: name.to_uppercase(),
        wire_type: "varchar".to_owned(),
        ..Field::new(name, FieldKind::Text)
    };
    (name.to_owned(), field)
}

fn accounts() -> EntityType {
    let columns = vec!["name".to_owned(), "city".to_owned()];
    EntityType {
        label: "Account".to_owned(),
        label_plural: "Accounts".to_owned(),
        rights: Rights { read: true, create: true, edit: true, delete: true },
        fields: [field("name"), field("city")].into_iter().collect(),
        layout: Some(Layout { columns, ..Layout::default() }),
        ..EntityType::new(account())
    }
}

fn state() -> State {
    let connection = Connection {
        name: "acme".to_owned(),
        kind: Kind::Espocrm,
        url: "https://crm.example".to_owned(),
        auth: Auth::ApiKey,
        user: None,
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: false,
    };
    let settings = Settings {
        page_size: 3,
        follow: None,
        is_offline: false,
        is_remote: false,
        config_path: String::new(),
        log_path: String::new(),
        downloads: "~/Downloads".to_owned(),
        secrets_place: String::new(),
    };
    let keys: Vec<_> = [
        ("list", "j", "next"),
        ("list", "/", "filter"),
        ("list", "g g", "first"),
        ("filter", "enter", "open"),
        ("everywhere", "esc", "close"),
        ("list", "r", "refresh"),
    ]
    .map(|(place, keys, command)| (place.to_owned(), keys.to_owned(), command.to_owned()))
    .to_vec();
    let mut state = State::new(Keymap::new(&keys, &[]).0, settings, vec![(CRM, connection)]);
    update(&mut state, Msg::Resized(crate::app::msg::Size { width: 80, height: 24 }));
    state
}

fn answer(outcome: Outcome) -> Answer {
    let seen = jiff::Timestamp::UNIX_EPOCH;
    Answer { outcome, source: Source::Network, seen, took_ms: 5 }
}

fn page(ids: &[&str], offset: u64, has_more: bool) -> Outcome {
    let record = |id: &&str| {
        let fields = [("name".to_owned(), Value::Text(format!("Acme {id}")))];
        let record = Record {
            entity: account(),
            id: RecordId::from(*id),
            fields: fields.into_iter().collect(),
            version: None,
            url: None,
            is_complete: false,
            cut: Vec::new(),
        };
        (RecordId::from(*id), record)
    };
    let records: IndexMap<_, _> = ids.iter().map(record).collect();
    let received = records.len() as u64;
    Outcome::Page(Page {
        records,
        total: Total::Unknown,
        offset,
        received,
        has_more,
        ..Page::default()
    })
}

/// The newest ticket among the effects that fits.
fn ticket(effects: &[Effect], fits: impl Fn(&Slot) -> bool) -> Ticket {
    let tickets = effects.iter().filter_map(|effect| match effect {
        Effect::Call(ticket, ..) | Effect::After(ticket, _) | Effect::Recall(ticket, _) => {
            Some(*ticket)
        }
        _ => None,
    });
    tickets.filter(|it| fits(&it.slot())).last().expect("such a ticket")
}

/// Opens the list as far as its first page being asked for.
fn opened(state: &mut State) -> Ticket {
    let asked = update(state, Msg::Go(Goal::List(CRM, Some(account()))));
    let schema = Schema {
        stamp: "1".to_owned(),
        entity_types: [(account(), accounts())].into_iter().collect(),
        ..Schema::default()
    };
    let told = Ok(answer(Outcome::Schema(Arc::new(schema))));
    let schema = ticket(&asked, |slot| matches!(slot, Slot::Schema(_)));
    let asked = update(state, Msg::Answered(schema, told));
    let columns = ticket(&asked, |slot| matches!(slot, Slot::Recall(_)));
    let layout = ticket(&asked, |slot| matches!(slot, Slot::Describe(_)));
    update(state, Msg::Recalled(columns, Recalled::Columns(None)));
    let told = Ok(answer(Outcome::Type(Box::new(accounts()))));
    let asked = update(state, Msg::Answered(layout, told));
    ticket(&asked, |slot| matches!(slot, Slot::List(_)))
}

fn list(state: &State) -> &crate::app::list::List {
    state.stack().iter().find_map(View::list).expect("a list")
}

fn ids(state: &State) -> Vec<&str> {
    list(state).window().rows().keys().map(RecordId::as_str).collect()
}

#[test]
fn an_overtaken_answer_is_dropped_and_draws_nothing() {
    let mut state = state();
    let slow = opened(&mut state);
    let fast =
        ticket(&update(&mut state, Msg::Act(Command::Refresh)), |it| matches!(it, Slot::List(_)));
    update(&mut state, Msg::Answered(fast, Ok(answer(page(&["new"], 0, false)))));
    state.take_dirty();
    update(&mut state, Msg::Partial(slow, answer(page(&["old"], 0, false))));
    update(&mut state, Msg::Answered(slow, Ok(answer(page(&["old"], 0, false)))));
    assert_eq!(ids(&state), ["new"]);
    assert!(!state.take_dirty());
}

#[test]
fn a_failure_keeps_the_rows_and_is_no_empty_list() {
    let mut state = state();
    let first = opened(&mut state);
    update(&mut state, Msg::Answered(first, Ok(answer(page(&["1"], 0, false)))));
    let again =
        ticket(&update(&mut state, Msg::Act(Command::Refresh)), |it| matches!(it, Slot::List(_)));
    update(&mut state, Msg::Answered(again, Err(Error::Timeout.into())));
    assert_eq!(ids(&state), ["1"]);
    assert!(list(&state).failure().is_some());
}

#[test]
fn a_list_that_never_came_is_not_empty_but_failed() {
    let mut state = state();
    let first = opened(&mut state);
    update(&mut state, Msg::Answered(first, Err(Error::Timeout.into())));
    assert!(!list(&state).is_empty() && *list(&state).shows() == Shows::Nothing);
    assert!(list(&state).failure().is_some());
}

#[test]
fn the_next_page_is_asked_for_before_the_end_is_reached() {
    let mut state = state();
    let first = opened(&mut state);
    let asked =
        update(&mut state, Msg::Answered(first, Ok(answer(page(&["1", "2", "3"], 0, true)))));
    let offsets: Vec<_> = asked
        .iter()
        .filter_map(|effect| match effect {
            Effect::Call(ticket, _, Action::List(query)) => Some((ticket.slot(), query.offset)),
            _ => None,
        })
        .collect();
    assert!(matches!(offsets.as_slice(), [(Slot::More(_), 3)]), "{offsets:?}");
}

#[test]
fn typing_narrows_what_is_loaded_and_asks_nobody() {
    let mut state = state();
    let first = opened(&mut state);
    update(&mut state, Msg::Answered(first, Ok(answer(page(&["1", "2", "3"], 0, false)))));
    update(&mut state, Msg::Key(Key::char('/')));
    let effects = update(&mut state, Msg::Key(Key::char('2')));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Call(..))), "{effects:?}");
    assert_eq!(list(&state).local(), Some(&[1][..]));
    assert_eq!(list(&state).window().selected_id(), Some(&RecordId::from("2")));
    update(&mut state, Msg::Key("esc".parse().unwrap()));
    assert_eq!(list(&state).local(), None);
}

#[test]
fn enter_asks_the_server_with_what_was_typed() {
    let mut state = state();
    let first = opened(&mut state);
    update(&mut state, Msg::Answered(first, Ok(answer(page(&["1"], 0, false)))));
    for key in ["/", "c", "i", "t", "y", ":", "x"] {
        update(&mut state, Msg::Key(key.parse().unwrap()));
    }
    let effects = update(&mut state, Msg::Key("enter".parse().unwrap()));
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Call(_, _, Action::List(query)) => query.filter.clone(),
        _ => None,
    });
    assert!(format!("{asked:?}").contains("city"), "{asked:?}");
    assert_eq!(list(&state).filters().len(), 1);
}

#[test]
fn a_filter_that_cannot_be_read_stays_and_asks_nobody() {
    let mut state = state();
    let first = opened(&mut state);
    update(&mut state, Msg::Answered(first, Ok(answer(page(&["1"], 0, false)))));
    for key in ["/", "c", "i", "t", ":", "x"] {
        update(&mut state, Msg::Key(key.parse().unwrap()));
    }
    let effects = update(&mut state, Msg::Key("enter".parse().unwrap()));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Call(..))), "{effects:?}");
    assert!(matches!(state.top(), Some(View::Filter(line)) if line.error().is_some()));
}

#[test]
fn closing_a_view_cancels_what_it_waits_for() {
    let mut state = state();
    opened(&mut state);
    let effects = update(&mut state, Msg::Act(Command::Close));
    assert!(effects.iter().any(|it| matches!(it, Effect::Cancel(Slot::List(_)))), "{effects:?}");
    assert!(!state.world().slots().is_asking());
}

#[test]
fn the_last_view_never_closes_and_escape_never_quits() {
    let mut state = state();
    for _ in 0..5 {
        assert_eq!(update(&mut state, Msg::Key("esc".parse().unwrap())), []);
    }
    assert_eq!(state.stack().len(), 1);
}

#[test]
fn esc_and_a_key_that_a_slow_line_joined_are_two_keys() {
    let mut state = state();
    let first = opened(&mut state);
    update(&mut state, Msg::Answered(first, Ok(answer(page(&["1", "2"], 0, false)))));
    update(&mut state, Msg::Key("/".parse().unwrap()));
    assert!(matches!(state.top(), Some(View::Filter(_))));
    update(&mut state, Msg::Key("alt-j".parse().unwrap()));
    assert!(matches!(state.top(), Some(View::List(_))));
    assert_eq!(list(&state).window().position(), 1);
}

#[test]
fn both_neighbours_of_a_record_that_was_read_are_fetched_ahead() {
    let mut state = state();
    update(&mut state, Msg::Resized(crate::app::msg::Size { width: 160, height: 40 }));
    let first = opened(&mut state);
    let rows = page(&["1", "2", "3", "4"], 0, false);
    update(&mut state, Msg::Answered(first, Ok(answer(rows))));
    let moved = update(&mut state, Msg::Key(Key::char('j')));
    let pause = ticket(&moved, |slot| matches!(slot, Slot::PreviewPause(_)));
    let asked = update(&mut state, Msg::Elapsed(pause));
    let preview = ticket(&asked, |slot| matches!(slot, Slot::Preview(_)));
    let read = list(&state).window().selected().cloned().expect("a record");
    let read = Outcome::Record(Box::new(read));
    let ahead = update(&mut state, Msg::Answered(preview, Ok(answer(read))));
    let asked: Vec<_> = ahead
        .iter()
        .filter_map(|effect| match effect {
            Effect::Call(ticket, _, Action::Get { id, .. }) => Some((ticket.slot(), id.as_str())),
            _ => None,
        })
        .collect();
    assert!(
        matches!(asked.as_slice(), [(Slot::Ahead(_, 1), "3"), (Slot::Ahead(_, -1), "1")]),
        "{asked:?}"
    );
}

/// The cursor moves on, its record is read, and what is around it is asked for.
fn previewed(state: &mut State) -> Vec<Effect> {
    let moved = update(state, Msg::Key(Key::char('j')));
    let pause = ticket(&moved, |slot| matches!(slot, Slot::PreviewPause(_)));
    let asked = update(state, Msg::Elapsed(pause));
    let preview = ticket(&asked, |slot| matches!(slot, Slot::Preview(_)));
    let read = list(state).window().selected().cloned().expect("a record");
    update(state, Msg::Answered(preview, Ok(answer(Outcome::Record(Box::new(read))))))
}

#[test]
fn what_happened_around_a_record_is_shown_beside_it_and_never_beside_the_next_one() {
    let mut state = state();
    update(&mut state, Msg::Resized(crate::app::msg::Size { width: 160, height: 40 }));
    let first = opened(&mut state);
    let rows = page(&["1", "2", "3", "4"], 0, false);
    update(&mut state, Msg::Answered(first, Ok(answer(rows))));
    let happened = || Outcome::Activity(vec![crate::domain::action::Happening::default()]);
    let shown = |state: &State| list(state).preview().map_or(0, |it| it.activity().len());
    let asked = previewed(&mut state);
    let early = ticket(&asked, |slot| matches!(slot, Slot::Activity(_)));
    update(&mut state, Msg::Answered(early, Ok(answer(happened()))));
    assert_eq!(shown(&state), 1);
    let asked = previewed(&mut state);
    assert_eq!(shown(&state), 0, "that was another record's");
    let late = ticket(&asked, |slot| matches!(slot, Slot::Activity(_)));
    let gone = previewed(&mut state);
    assert!(gone.contains(&Effect::Cancel(late.slot())), "{gone:?}");
    update(&mut state, Msg::Answered(late, Ok(answer(happened()))));
    assert_eq!(shown(&state), 0);
}

#[test]
fn a_count_repeats_the_command() {
    let mut state = state();
    let first = opened(&mut state);
    let all = ["1", "2", "3", "4", "5"];
    update(&mut state, Msg::Answered(first, Ok(answer(page(&all, 0, false)))));
    for key in ["3", "j"] {
        update(&mut state, Msg::Key(key.parse().unwrap()));
    }
    assert_eq!(list(&state).window().position(), 3);
    for key in ["g", "g"] {
        update(&mut state, Msg::Key(key.parse().unwrap()));
    }
    assert_eq!(list(&state).window().position(), 0);
}

#[test]
fn waiting_is_shown_after_a_while_and_nothing_ticks_at_rest() {
    let mut state = state();
    let asked = update(&mut state, Msg::Go(Goal::List(CRM, Some(account()))));
    let patience = ticket(&asked, |slot| *slot == Slot::Patience);
    assert!(state.world().asking().is_none());
    let again = update(&mut state, Msg::Elapsed(patience));
    assert!(state.world().asking().is_some());
    let second = ticket(&again, |slot| *slot == Slot::Patience);
    let schema = ticket(&asked, |slot| matches!(slot, Slot::Schema(_)));
    let effects = update(&mut state, Msg::Answered(schema, Err(Error::Timeout.into())));
    assert!(effects.contains(&Effect::Cancel(Slot::Patience)), "{effects:?}");
    assert_eq!(update(&mut state, Msg::Elapsed(second)), []);
    assert!(state.world().asking().is_none());
}
