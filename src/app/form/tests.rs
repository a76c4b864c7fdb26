#![expect(clippy::unnecessary_wraps, reason = "answers are results")]
use proptest::prelude::*;

use super::{
    super::world::Move,
    super::{
        keymap::{Code, Key},
        msg::{Keep, Msg, Size},
        slots::Slot,
        state::View,
    },
    fixture::{ID, Stage, deal, record, to_account},
    *,
};
use crate::domain::{
    action::Outcome,
    change::{Conflict, Written},
    draft::DraftState,
    record::Page,
    value::{Money, Value},
};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn saved(record: Record) -> Result<Outcome, Error> {
    let not_stored = indexmap::IndexMap::new();
    Ok(Outcome::Written(Box::new(Written { record, not_stored })))
}

fn sent(stage: &Stage) -> Edits {
    match stage.written() {
        Some(Action::Update { edits, .. } | Action::Create { edits, .. }) => edits.clone(),
        other => panic!("not a write: {other:?}"),
    }
}

#[test]
fn only_changed_fields_are_sent_against_the_record_as_read() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("odds");
    stage.keys("backspace backspace 6 0");
    stage.keys("ctrl-s");
    let edits = Edits::from([("odds".to_owned(), Value::Integer(60))]);
    let action = Action::Update { base: Box::new(record()), edits, resolved: false };
    assert_eq!(stage.written(), Some(&action));
}

#[test]
fn an_untouched_field_keeps_what_its_text_does_not_show() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("meet");
    stage.keys("left right x backspace");
    assert_eq!(stage.form().changes(), 0);
    let seconds = record().value("meet").cloned().unwrap();
    assert_eq!(stage.value("meet"), seconds);
}

#[test]
fn what_is_typed_back_is_no_change() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "Other");
    assert_eq!(stage.form().changes(), 1);
    stage.keys("ctrl-u");
    assert_eq!(stage.form().changes(), 0);
    stage.keys("ctrl-s");
    assert_eq!(stage.written(), None);
}

#[test]
fn the_draft_goes_to_the_journal_after_a_pause_and_at_once_on_esc() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    assert_eq!(stage.kept(), None);
    let pause = stage.ticket(|slot| matches!(slot, Slot::DraftPause(_)));
    stage.send(Msg::Elapsed(pause));
    assert_eq!(stage.draft().edits["name"], text("New name"));
    stage.write("r");
    stage.keys("esc");
    assert!(!stage.has_form());
    assert_eq!(stage.draft().edits["name"], text("New namer"));
    assert_eq!(stage.draft().state, DraftState::Typing);
    assert!(stage.said().contains("kept as a draft"));
}

#[test]
fn what_cannot_be_read_as_a_value_is_in_the_draft_as_typed() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("close", "someday");
    stage.keys("ctrl-s");
    assert_eq!(stage.written(), None, "it is not sent");
    assert_eq!(stage.form().errors().count(), 1);
    stage.keys("esc");
    assert_eq!(stage.draft().typed["close"], "someday");
    let draft = stage.draft().clone();
    let mut again = Stage::new(120, 40);
    again.wish(super::super::world::Move::Edit(fixture::ID, fixture::deal(), RecordId::from("d1")));
    again.recall(Some(draft));
    again.read(record());
    let input = &again.form().inputs()[again.form().place("close").unwrap()];
    assert_eq!(input.text().as_deref(), Some("someday"));
    assert!(again.form().restored().is_some());
}

#[test]
fn a_draft_that_the_journal_refuses_is_said_even_when_the_form_is_gone() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("esc");
    let ticket = stage.ticket(|slot| matches!(slot, Slot::Draft(_)));
    stage.send(Msg::Kept(ticket, Err(Error::Disk { reason: "disk full".into() })));
    assert!(stage.said().contains("disk full"), "{}", stage.said());
}

#[test]
fn a_refused_draft_is_said_in_the_form() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    let pause = stage.ticket(|slot| matches!(slot, Slot::DraftPause(_)));
    stage.send(Msg::Elapsed(pause));
    let ticket = stage.ticket(|slot| matches!(slot, Slot::Draft(_)));
    stage.send(Msg::Kept(ticket, Err(Error::Disk { reason: "disk full".into() })));
    assert!(matches!(stage.form().kept(), Kept::Refused(_)));
}

#[test]
fn before_it_is_sent_the_draft_says_so_and_after_it_landed_it_is_gone() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("ctrl-s");
    assert_eq!(stage.draft().state, DraftState::Sent);
    assert!(stage.form().is_sending());
    let mut landed = record();
    landed.fields.insert("name".into(), text("New name"));
    stage.answer(saved(landed));
    assert!(!stage.has_form());
    assert!(matches!(stage.kept(), Some(Keep::NoDraft(..))));
    assert!(stage.said().contains("New name saved · Name"), "{}", stage.said());
}

#[test]
fn what_the_server_did_not_keep_is_said() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("ctrl-s");
    let not_stored = indexmap::IndexMap::from([("name".to_owned(), text("Cobot cell"))]);
    stage.answer(Ok(Outcome::Written(Box::new(Written { record: record(), not_stored }))));
    assert!(stage.said().contains("did not keep Name: it stands at Cobot cell"));
}

#[test]
fn nothing_typed_is_lost_whatever_the_answer() {
    let errors = [
        Error::Unauthorized { reason: String::new() },
        Error::RateLimited { wait: None },
        Error::Offline { reason: "no route".into() },
        Error::Forbidden { what: String::new() },
        Error::Invalid { field: Some("name".into()), reason: "odd".into() },
        Error::Invalid { field: Some("nowhere".into()), reason: "odd".into() },
        Error::ReadOnly,
        Error::Server { status: 500, reason: String::new() },
    ];
    for error in errors {
        let mut stage = Stage::editing(120, 40);
        stage.fill("name", "New name");
        stage.keys("ctrl-s");
        stage.answer(Err(error.clone()));
        assert_eq!(stage.value("name"), text("New name"), "{error:?}");
        assert_eq!(stage.draft().state, DraftState::Typing, "{error:?}");
        stage.send(Msg::Resized(Size { width: 3, height: 2 }));
        stage.write("r");
        assert_eq!(stage.value("name"), text("New namer"), "{error:?}");
    }
}

#[test]
fn a_refused_field_gets_the_cursor_and_the_reason() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.go_to("site");
    stage.keys("ctrl-s");
    stage.answer(Err(Error::Invalid { field: Some("name".into()), reason: "maxLength".into() }));
    let input = &stage.form().inputs()[stage.form().at()];
    assert_eq!((input.name(), input.error()), ("name", Some("is too long for the server")));
}

#[test]
fn what_may_have_landed_is_looked_up_before_it_is_sent_again() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("ctrl-s");
    stage.answer(Err(Error::Unknown));
    assert!(stage.form().may_have_landed());
    assert_eq!(stage.draft().state, DraftState::Sent);
    stage.keys("f5");
    let mut landed = record();
    landed.fields.insert("name".into(), text("New name"));
    stage.read(landed);
    assert_eq!(stage.form().changes(), 0);
    assert!(matches!(stage.kept(), Some(Keep::NoDraft(..))));
    assert!(stage.said().contains("has landed"));
}

#[test]
fn a_write_whose_form_was_closed_is_told_and_its_draft_stays() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("ctrl-s esc");
    assert!(!stage.has_form());
    stage.answer(Err(Error::Timeout));
    assert_eq!(stage.draft().edits["name"], text("New name"));
    assert_eq!(stage.draft().state, DraftState::Typing);
    assert!(stage.said().contains("the change to Cobot cell"), "{}", stage.said());

    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("ctrl-s esc");
    stage.answer(saved(record()));
    assert!(matches!(stage.kept(), Some(Keep::NoDraft(..))));
    assert!(stage.said().contains("Cobot cell saved"));
}

#[test]
fn a_draft_over_a_record_that_was_changed_meanwhile_keeps_its_old_base() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "Mine");
    stage.keys("esc");
    let draft = stage.draft().clone();
    let mut theirs = record();
    theirs.version = Some(8);
    theirs.fields.insert("name".into(), text("Theirs"));
    let mut again = Stage::new(120, 40);
    let wish = super::super::world::Move::Edit(fixture::ID, fixture::deal(), RecordId::from("d1"));
    again.wish(wish);
    again.recall(Some(draft));
    again.read(theirs);
    assert_eq!(again.form().overtaken(), ["name"]);
    assert_eq!(again.form().base().and_then(|it| it.version), Some(7));
    assert_eq!(again.value("name"), text("Mine"));
}

#[test]
fn a_new_record_needs_its_required_fields_and_is_opened_when_created() {
    let mut stage = Stage::adding(120, 40);
    stage.keys("ctrl-s");
    assert_eq!((stage.written(), stage.form().errors().count()), (None, 2));
    stage.fill("name", "Cell");
    stage.fill("close", "2026-12-18");
    stage.keys("ctrl-s");
    let edits = sent(&stage);
    assert_eq!(edits.keys().collect::<Vec<_>>(), ["name", "close"]);
    stage.answer(saved(record()));
    assert!(matches!(stage.state.stack().last(), Some(View::Detail(_))));
    assert!(!stage.has_form());
}

#[test]
fn similar_records_can_be_passed_by() {
    let mut stage = Stage::adding(120, 40);
    stage.fill("name", "Cell");
    stage.fill("close", "2026-12-18");
    stage.keys("ctrl-s");
    stage.answer(Err(Error::Duplicate { records: vec![record()] }));
    assert!(matches!(stage.state.stack().last(), Some(View::Duplicates(_))));
    stage.keys("c");
    assert!(
        matches!(stage.written(), Some(Action::Create { despite_duplicates: true, .. })),
        "{:?}",
        stage.written()
    );
}

fn in_conflict() -> (Stage, Record) {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "Mine");
    stage.fill("odds", "60");
    stage.fill("site", "https://mine.example");
    let mut theirs = record();
    theirs.version = Some(8);
    theirs.fields.insert("name".into(), text("Theirs"));
    theirs.fields.insert("odds".into(), Value::Integer(50));
    theirs.fields.insert("stage".into(), text("Negotiation"));
    stage.keys("ctrl-s");
    let fields = vec!["name".to_owned(), "odds".to_owned()];
    let conflict = Conflict { theirs: theirs.clone(), fields };
    stage.answer(Err(Error::Conflict(Box::new(conflict))));
    assert!(matches!(stage.state.stack().last(), Some(View::Conflict(_))));
    (stage, theirs)
}

#[test]
fn a_conflict_sends_exactly_what_was_chosen() {
    let (mut stage, theirs) = in_conflict();
    stage.keys("ctrl-s");
    assert!(stage.said().contains("Name is not chosen yet"));
    stage.keys("h l ctrl-s");
    let edits = Edits::from([
        ("odds".to_owned(), Value::Integer(60)),
        ("site".to_owned(), text("https://mine.example")),
    ]);
    let action = Action::Update { base: Box::new(theirs), edits, resolved: true };
    assert_eq!(stage.written(), Some(&action));
    assert_eq!(stage.value("name"), text("Theirs"));
}

#[test]
fn a_third_value_is_sent_in_a_conflict() {
    let (mut stage, _) = in_conflict();
    stage.keys("e");
    stage.write("!");
    stage.keys("enter h ctrl-s");
    let edits = sent(&stage);
    assert_eq!(edits["name"], text("Mine!"));
    assert!(!edits.contains_key("odds"));
}

#[test]
fn esc_in_a_conflict_goes_back_with_everything_that_was_typed() {
    let (mut stage, _) = in_conflict();
    stage.keys("e");
    stage.write("!");
    stage.keys("enter esc");
    assert_eq!(stage.value("name"), text("Mine!"));
    assert_eq!(stage.value("odds"), Value::Integer(60));
    assert_eq!(stage.form().base().and_then(|it| it.version), Some(7));
}

#[test]
fn a_conflict_that_is_held_up_again_keeps_the_choice() {
    let (mut stage, theirs) = in_conflict();
    stage.keys("M ctrl-s");
    stage.answer(Err(Error::Offline { reason: String::new() }));
    assert_eq!(stage.value("name"), text("Mine"));
    assert_eq!(stage.draft().base.as_ref(), Some(&theirs));
    assert_eq!(stage.draft().edits["name"], text("Mine"));
}

#[test]
fn letters_narrow_the_choices() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("stage");
    stage.write("neg");
    stage.keys("enter");
    assert_eq!(stage.value("stage"), text("Negotiation"));
    stage.write("xyz");
    stage.keys("esc");
    assert_eq!(stage.value("stage"), text("Negotiation"));
}

#[test]
fn several_choices_are_set_with_space() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("tags");
    stage.keys("enter space down space enter");
    let both = vec!["Prospecting".to_owned(), "Proposal".to_owned()];
    assert_eq!(stage.value("tags"), Value::Many(both));
}

#[test]
fn words_are_parted_by_comma_where_there_are_no_choices() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("words", "a, b");
    assert_eq!(stage.value("words"), Value::Many(vec!["a".into(), "b".into()]));
}

#[test]
fn days_are_typed_or_chosen() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("close");
    stage.keys("enter right down pagedown enter");
    assert_eq!(stage.value("close"), Value::Date(jiff::civil::date(2027, 1, 26)));
    stage.keys("ctrl-x");
    stage.write("tomorrow");
    assert_eq!(stage.value("close"), Value::Date(jiff::civil::date(2026, 11, 25)));
}

#[test]
fn a_chosen_day_keeps_the_time() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("meet");
    stage.keys("enter right enter");
    assert_eq!(stage.value("meet"), Value::DateTime("2026-11-25T09:30:07Z".parse().unwrap()));
}

#[test]
fn records_are_searched_on_the_server_after_a_pause() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("account");
    stage.write("ac");
    let pause = stage.ticket(|slot| matches!(slot, Slot::OfferPause(_)));
    stage.send(Msg::Elapsed(pause));
    let ticket = stage.ticket(|slot| matches!(slot, Slot::Offer(_)));
    let mut found = record();
    found.id = RecordId::from("a2");
    let records = indexmap::IndexMap::from([(found.id.clone(), found)]);
    let page = Page { records, ..Page::default() };
    stage.send(Msg::Answered(ticket, Ok(fixture::answer(Outcome::Page(page)))));
    stage.keys("down enter");
    let Value::Reference(reference) = stage.value("account") else { panic!() };
    assert_eq!(reference.id, "a2");
    stage.keys("enter delete");
    assert_eq!(stage.value("account"), Value::Empty);
}

#[test]
fn several_records_are_added_and_taken_out() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("contacts");
    let set = vec![to_account("a1", "Acme"), to_account("a2", "Acma")];
    let at = stage.form().at();
    let ways = stage.form().ways(stage.state.world());
    let View::Form(form) = stage.state.stack.last_mut().unwrap() else { panic!() };
    form.inputs[at].set(Value::References(set), &ways);
    stage.keys("enter down enter esc");
    assert_eq!(stage.value("contacts"), Value::References(vec![to_account("a1", "Acme")]));
}

#[test]
fn an_unchanged_number_keeps_its_flags() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("phones");
    stage.keys("enter");
    stage.write("+49 3 (Office)");
    let Value::Points(points) = stage.value("phones") else { panic!() };
    assert_eq!(points.len(), 3);
    assert!(points[0].is_primary && points[1].is_opted_out && !points[2].is_opted_out);
    assert_eq!(points[2].kind.as_deref(), Some("Office"));
}

#[test]
fn a_number_is_typed_before_its_type() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("phones");
    stage.keys("backspace 9 9");
    let Value::Points(points) = stage.value("phones") else { panic!() };
    let typed = (points[1].value.as_str(), points[1].kind.as_deref());
    assert_eq!(typed, ("+49 99", Some("Mobile")));
}

#[test]
fn a_number_with_letters_or_half_a_type_is_refused() {
    for bad in ["+1 2 (Mobile99", "+1 2 Mobile)", "+1 2 Mobile", "call 12", "+1 (2", "+1 2 (M2)"] {
        let mut stage = Stage::editing(120, 40);
        stage.fill("phones", bad);
        stage.keys("ctrl-s");
        assert_eq!((stage.form().errors().count(), stage.written()), (1, None), "{bad}");
    }
    for good in ["(030) 5555", "+1-2/3.4 (Home)", "0301 (5) 55"] {
        let mut stage = Stage::editing(120, 40);
        stage.fill("phones", good);
        stage.keys("ctrl-s");
        assert_eq!(stage.form().errors().count(), 0, "{good}");
    }
}

#[test]
fn an_address_is_typed_part_by_part() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("address");
    stage.keys("tab");
    stage.write("!");
    let Value::Address(address) = stage.value("address") else { panic!() };
    assert_eq!(address.city, "Berlin!");
}

#[test]
fn money_and_bool_are_typed() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("amount", "48,200.50");
    let amount = rust_decimal::Decimal::new(4_820_050, 2);
    assert_eq!(stage.value("amount"), Value::Money(Money { amount, currency: "EUR".into() }));
    stage.go_to("hot");
    stage.keys("space");
    assert_eq!(stage.value("hot"), Value::Bool(true));
}

#[test]
fn what_may_not_be_changed_is_passed_by_and_never_sent() {
    let mut stage = Stage::editing(120, 40);
    let at = stage.form().place("owner").unwrap();
    stage.send(Msg::Pointed(Target::Field(at), Click::Once));
    stage.write("x");
    stage.send(Msg::Paste("y".into()));
    stage.keys("ctrl-x ctrl-u enter");
    assert_eq!(stage.form().changes(), 0);
}

#[test]
fn a_cut_text_is_never_edited() {
    let mut stage = Stage::new(120, 40);
    let wish = super::super::world::Move::Edit(fixture::ID, fixture::deal(), RecordId::from("d1"));
    stage.wish(wish);
    stage.recall(None);
    stage.read(Record { cut: vec!["about".into()], ..record() });
    let input = &stage.form().inputs()[stage.form().place("about").unwrap()];
    assert_eq!(input.locked(), Some(input::Locked::Cut));
}

#[test]
fn the_users_editor_gives_its_text_to_the_field_it_was_opened_for() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("about");
    stage.keys("ctrl-e");
    let ticket = stage.ticket(|slot| matches!(slot, Slot::Editor(_)));
    stage.keys("tab");
    stage.send(Msg::Edited(ticket, Ok(Some("New\ntext\n".into()))));
    assert_eq!(stage.value("about"), text("New\ntext"));
}

#[test]
fn what_is_pasted_goes_into_the_field() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "");
    stage.send(Msg::Paste("a\nb".into()));
    assert_eq!(stage.value("name"), text("a b"));
}

#[test]
fn the_draft_is_dropped_only_after_a_yes() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.keys("ctrl-t");
    assert!(matches!(stage.state.stack().last(), Some(View::Confirm(_))));
    stage.keys("esc");
    assert_eq!(stage.value("name"), text("New name"));
    let draft = stage.form().draft(DraftState::Typing, stage.state.world());
    let question = Box::new(Question::DropDraft(Box::new(draft)));
    stage.wish(super::super::world::Move::Confirmed(question));
    assert_eq!(stage.form().changes(), 0);
    assert!(matches!(stage.kept(), Some(Keep::NoDraft(..))));
}

#[test]
fn leaving_for_the_connections_keeps_the_draft() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.send(Msg::Act(Command::Connections));
    assert_eq!(stage.draft().edits["name"], text("New name"));
}

#[test]
fn quitting_keeps_the_draft_first() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    stage.send(Msg::Act(Command::Quit));
    assert_eq!(stage.draft().edits["name"], text("New name"));
    assert_eq!(stage.effects.last(), Some(&Effect::Quit));
}

pub(crate) fn any_key() -> impl Strategy<Value = Key> {
    let codes = prop::sample::select(vec![
        Code::Enter,
        Code::Tab,
        Code::BackTab,
        Code::Backspace,
        Code::Delete,
        Code::Up,
        Code::Down,
        Code::Left,
        Code::Right,
        Code::Home,
        Code::End,
        Code::PageUp,
        Code::PageDown,
    ]);
    let letters = prop::sample::select("a1 n,.+@(陈é😀/-".chars().collect::<Vec<_>>());
    let marked = prop::sample::select("uenxsk".chars().collect::<Vec<_>>());
    prop_oneof![
        3 => codes.prop_map(Key::plain),
        3 => letters.prop_map(Key::char),
        1 => marked.prop_map(Key::ctrl),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_keys_leave_a_form_whose_draft_gives_back_what_was_typed(
        keys in prop::collection::vec(any_key(), 1..120),
    ) {
        let mut stage = Stage::editing(80, 24);
        for key in keys {
            stage.send(Msg::Key(key));
        }
        let Some(View::Form(form)) = stage.state.stack().last() else { return Ok(()) };
        if form.is_sending() {
            return Ok(());
        }
        let draft = form.draft(DraftState::Typing, stage.state.world());
        let typed: Vec<_> = form.inputs().iter().map(|it| it.value().clone()).collect();
        let mut again = Stage::new(80, 24);
        again.wish(super::super::world::Move::Edit(
            fixture::ID, fixture::deal(), RecordId::from("d1"),
        ));
        again.recall(Some(draft));
        again.read(record());
        for (input, value) in again.form().inputs().iter().zip(typed) {
            match (&value, input.value()) {
                (Ok(a), Ok(b)) => prop_assert!(a.means_the_same(b), "{}: {a:?} {b:?}", input.name()),
                (a, b) => prop_assert_eq!(a.is_err(), b.is_err()),
            }
        }
    }
}

#[test]
fn what_is_typed_before_the_record_was_read_goes_into_its_form() {
    let mut stage = Stage::new(120, 40);
    stage.wish(Move::Edit(ID, deal(), RecordId::from("d1")));
    stage.keys("end");
    stage.write(" two");
    stage.recall(None);
    stage.read(record());
    assert_eq!(stage.value("name"), text("Cobot cell two"));
    assert_eq!(stage.form().changes(), 1);
}

#[test]
fn esc_leaves_a_form_that_is_still_being_read() {
    let mut stage = Stage::new(120, 40);
    stage.wish(Move::Edit(ID, deal(), RecordId::from("d1")));
    stage.write("x");
    stage.keys("esc");
    assert!(!stage.has_form());
}
