use super::{fixture::*, page::Stop, *};
use crate::{
    app::{
        keymap::Code,
        msg::{Msg, Size},
        slots::Ticket,
        state::{State, View},
        update::update,
    },
    domain::{error::Error, query::Filter, value::Value},
};

fn stop(state: &State) -> Stop {
    detail(state).cursor().unwrap().stop.clone()
}

fn stand(state: &mut State, wanted: &Stop) {
    for _ in 0..60 {
        if stop(state) == *wanted {
            return;
        }
        act(state, Command::Next);
    }
    panic!("the cursor never came to {wanted:?}");
}

fn row(id: &str) -> Stop {
    Stop::Row(0, RecordId::from(id))
}

fn writes(effects: &[Effect]) -> Option<(Ticket, Action)> {
    called(effects, |slot| matches!(slot, Slot::Write(_)))
}

#[test]
fn opening_asks_for_the_record_its_panels_and_where_there_is_room_for_what_happened() {
    let is_activity = |slot: Slot| matches!(slot, Slot::Activity(_));
    let (_, wide) = opened(120, 40);
    let (_, action) = called(&wide, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    assert_eq!(action, Action::Get { entity: name("Account"), id: "a1".into() });
    let (_, action) = called(&wide, |slot| matches!(slot, Slot::Panel(_, 1))).unwrap();
    let Action::Related { link, query, .. } = action else { panic!("{action:?}") };
    assert_eq!((link.as_str(), query.limit), ("opportunities", 20));
    assert_eq!(query.columns, ["name", "stage", "amount"]);
    assert!(called(&wide, is_activity).is_some());
    assert!(called(&wide, |slot| matches!(slot, Slot::Describe(_))).is_none());
    let (mut state, narrow) = opened(80, 24);
    assert!(called(&narrow, is_activity).is_none());
    act(&mut state, Command::NextTab);
    let effects = act(&mut state, Command::NextTab);
    assert!(called(&effects, is_activity).is_some());
}

#[test]
fn the_first_answer_makes_it_a_recent_record_and_a_kept_one_is_replaced_in_place() {
    let (mut state, effects) = opened(120, 40);
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    let kept = Answer { source: Source::Cache, ..fresh(Outcome::Record(Box::new(account()))) };
    let effects = update(&mut state, Msg::Partial(ticket, kept));
    let visit = effects.iter().find_map(|effect| {
        let Effect::Keep(_, keep) = effect else { return None };
        Some(keep.as_ref().clone())
    });
    assert!(matches!(visit, Some(Keep::Visit(it)) if it.title == "Acme Robotics GmbH"));
    assert_eq!(state.world().recents().len(), 1);
    assert!(matches!(detail(&state).source(), Shows::Kept { .. }));
    act(&mut state, Command::Next);
    let before = stop(&state);
    let mut newer = account();
    newer.fields.insert("name".to_owned(), text("Acme SE"));
    let newer = fresh(Outcome::Record(Box::new(newer)));
    let effects = update(&mut state, Msg::Answered(ticket, Ok(newer)));
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Keep(..))));
    assert_eq!((stop(&state), detail(&state).title(state.world())), (before, "Acme SE".to_owned()));
}

#[test]
fn the_cursor_goes_over_fields_then_rows_and_opens_what_they_point_to() {
    let mut state = filled(120, 40);
    assert_eq!(stop(&state), Stop::Field("name".to_owned()));
    stand(&mut state, &Stop::Field("parent".to_owned()));
    act(&mut state, Command::Open);
    assert_eq!(detail(&state).shows().as_str(), "a9");
    act(&mut state, Command::Close);
    stand(&mut state, &row("c2"));
    act(&mut state, Command::FollowLink);
    assert_eq!(
        (detail(&state).entity().as_str(), detail(&state).shows().as_str()),
        ("Contact", "c2")
    );
    act(&mut state, Command::Close);
    assert_eq!(stop(&state), row("c2"));
}

#[test]
fn tab_goes_from_part_to_part_and_round() {
    let mut state = filled(120, 40);
    let mut seen = vec![stop(&state)];
    for _ in 0..5 {
        act(&mut state, Command::NextPane);
        seen.push(stop(&state));
    }
    let field = |name: &str| Stop::Field(name.to_owned());
    let deal = Stop::Row(1, "o1".into());
    let parts = [field("name"), field("billing"), field("description"), row("c1"), deal];
    assert_eq!(seen, [parts.as_slice(), &[field("name")]].concat());
    act(&mut state, Command::PreviousPane);
    assert_eq!(stop(&state), Stop::Row(1, "o1".into()));
}

#[test]
fn empty_fields_are_hidden_until_they_are_wanted() {
    let mut state = filled(120, 40);
    let sic = Stop::Field("sicCode".to_owned());
    assert_eq!((detail(&state).hidden(), detail(&state).page().find(&sic)), (1, None));
    act(&mut state, Command::EmptyFields);
    assert_eq!(detail(&state).hidden(), 0);
    assert!(detail(&state).page().find(&sic).is_some());
}

#[test]
fn the_row_for_more_opens_the_whole_panel_and_reads_on() {
    let mut state = filled(120, 40);
    stand(&mut state, &Stop::More(0));
    let effects = act(&mut state, Command::Open);
    assert_eq!((detail(&state).tab(), stop(&state)), (Tab::Related, row("c5")));
    let (ticket, action) = called(&effects, |slot| matches!(slot, Slot::Panel(_, 0))).unwrap();
    assert!(matches!(action, Action::Related { query, .. } if query.offset == 5));
    let last = record("Contact", "c6", vec![("name", text("Ada"))]);
    let rest = crate::domain::record::Page { offset: 5, has_more: false, ..page(vec![last], 6) };
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Page(rest)))));
    assert_eq!(detail(&state).panels()[0].rows().len(), 6);
    assert_eq!(detail(&state).page().find(&Stop::More(0)), None);
    assert!(detail(&state).page().find(&Stop::Empty(2)).is_some());
}

#[test]
fn a_record_added_from_a_panel_points_back() {
    let mut state = filled(120, 40);
    stand(&mut state, &row("c1"));
    let View::Detail(view) = state.stack.last_mut().unwrap() else { panic!() };
    view.apply(Command::Add, 1, &mut state.world);
    let Some(Move::Add(_, entity, edits)) = state.world.moves.pop() else { panic!() };
    assert_eq!(entity, name("Contact"));
    let back = edits.get("account").unwrap();
    assert!(matches!(back, Value::Reference(it) if it.id == "a1"), "{back:?}");
}

#[test]
fn a_record_that_cannot_point_back_is_linked_once_it_is_written() {
    let mut state = filled(120, 40);
    act(&mut state, Command::NextTab);
    stand(&mut state, &Stop::Empty(2));
    act(&mut state, Command::Add);
    assert!(matches!(state.top(), Some(View::Form(_))));
    let new = record("TargetList", "t1", vec![("name", text("Fair"))]);
    state.world.moves.push(Move::Tell(News::Written(HERE, Box::new(new))));
    let effects = act(&mut state, Command::Redraw);
    let (ticket, action) = writes(&effects).unwrap();
    assert!(matches!(action, Action::Link(it) if it.link == "lists" && it.others == ["t1".into()]));
    act(&mut state, Command::Close);
    let effects = update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Done))));
    assert!(called(&effects, |slot| matches!(slot, Slot::Panel(_, 2))).is_some());
}

#[test]
fn unlinking_asks_first_and_then_writes() {
    let mut state = filled(120, 40);
    stand(&mut state, &row("c2"));
    let effects = act(&mut state, Command::Unlink);
    assert!(writes(&effects).is_none() && matches!(state.top(), Some(View::Confirm(_))));
    let change = detail_below(&state).change(0, "c2".into()).unwrap();
    let question = Question::Unlink(HERE, change.clone(), String::new());
    state.world.moves.extend([Move::Close, Move::Confirmed(Box::new(question))]);
    let effects = act(&mut state, Command::Redraw);
    let (ticket, action) = writes(&effects).unwrap();
    assert_eq!(action, Action::Unlink(change));
    let effects = update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Done))));
    assert!(called(&effects, |slot| matches!(slot, Slot::Panel(_, 0))).is_some());
}

fn detail_below(state: &State) -> &Detail {
    let found = state.stack().iter().rev().find_map(|view| {
        let View::Detail(detail) = view else { return None };
        Some(detail.as_ref())
    });
    found.unwrap()
}

#[test]
fn a_deleted_record_closes_its_detail_whatever_lies_above_and_a_refusal_keeps_it() {
    let mut state = filled(120, 40);
    let delete = |state: &mut State| {
        act(state, Command::Delete);
        let question = Question::Delete(HERE, Box::new(account()));
        state.world.moves.extend([Move::Close, Move::Confirmed(Box::new(question))]);
        writes(&act(state, Command::Redraw)).unwrap()
    };
    let (ticket, action) = delete(&mut state);
    assert_eq!(action, Action::Delete { entity: name("Account"), id: "a1".into() });
    let forbidden = Error::Forbidden { what: String::new() };
    update(&mut state, Msg::Answered(ticket, refused(forbidden)));
    assert!(detail(&state).record().is_some() && state.world().notices().refusal().is_some());
    let (ticket, _) = delete(&mut state);
    act(&mut state, Command::Help);
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Done))));
    assert!(matches!(state.stack(), [View::Picker(_), View::Help(_)]));
}

#[test]
fn a_record_to_link_is_searched_for_recent_ones_first() {
    let mut state = filled(120, 40);
    let seen = |id: &str, title: &str| Recent {
        identity: detail(&state).identity(state.world()),
        entity: name("Contact"),
        id: id.into(),
        title: title.to_owned(),
        at: now(),
    };
    let recents = vec![seen("c1", "Grace Okonkwo"), seen("c8", "Zoë Recent"), seen("c9", "Bob")];
    state.world.recents.extend(recents);
    stand(&mut state, &row("c1"));
    act(&mut state, Command::Link);
    for c in ['z', 'o'] {
        update(&mut state, Msg::Key(Key::char(c)));
    }
    let titles = |state: &State| {
        let rows = detail(state).offer().unwrap().rows().iter();
        rows.map(|row| row.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&state), ["Zoë Recent"]);
    let effects = update(&mut state, Msg::Key(Key::char('e')));
    let pause = effects.iter().find_map(|effect| {
        let Effect::After(ticket, _) = effect else { return None };
        matches!(ticket.slot(), Slot::OfferPause(_)).then_some(*ticket)
    });
    let effects = update(&mut state, Msg::Elapsed(pause.unwrap()));
    let (ticket, action) = called(&effects, |slot| matches!(slot, Slot::Offer(_))).unwrap();
    let words = Some(Filter::Words("zoe".to_owned()));
    assert!(matches!(action, Action::List(query) if query.filter == words));
    let zoe = record("Contact", "c7", vec![("name", text("Zoe Server"))]);
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Page(page(vec![zoe], 1))))));
    assert_eq!(titles(&state), ["Zoë Recent", "Zoe Server"]);
    update(&mut state, Msg::Key(Key::plain(Code::Down)));
    let effects = update(&mut state, Msg::Key(Key::plain(Code::Enter)));
    let (_, action) = writes(&effects).unwrap();
    assert!(matches!(action, Action::Link(it) if it.others == ["c7".into()]));
    assert!(detail(&state).offer().is_none());
}

#[test]
fn what_is_typed_into_the_popup_closes_with_esc_and_the_detail_stays() {
    let mut state = filled(120, 40);
    stand(&mut state, &row("c1"));
    act(&mut state, Command::Link);
    update(&mut state, Msg::Key(Key::char('q')));
    assert_eq!(detail(&state).offer().unwrap().edit().text(), "q");
    update(&mut state, Msg::Key(Key::plain(Code::Esc)));
    assert!(detail(&state).offer().is_none() && state.stack().len() == 2);
}

#[test]
fn a_failure_keeps_what_was_kept() {
    let (mut state, effects) = opened(120, 40);
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    let kept = Answer { source: Source::Cache, ..fresh(Outcome::Record(Box::new(account()))) };
    update(&mut state, Msg::Partial(ticket, kept));
    update(&mut state, Msg::Answered(ticket, refused(Error::Timeout)));
    assert!(detail(&state).record().is_some() && detail(&state).failure().is_some());
    assert!(matches!(detail(&state).source(), Shows::Kept { .. }));
}

#[test]
fn a_record_written_elsewhere_is_shown_at_once() {
    let mut state = filled(120, 40);
    let mut newer = account();
    newer.fields.insert("name".to_owned(), text("Acme SE"));
    state.world.moves.push(Move::Tell(News::Written(HERE, Box::new(newer))));
    act(&mut state, Command::Redraw);
    assert_eq!(detail(&state).title(state.world()), "Acme SE");
}

#[test]
fn the_cursor_is_on_the_screen_wherever_it_goes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12), (30, 8), (200, 60)] {
        let mut state = filled(width, height);
        for tab in 0..Tab::ALL.len() {
            let commands = [
                Command::Next,
                Command::HalfPageDown,
                Command::Last,
                Command::Previous,
                Command::PageUp,
                Command::NextPane,
                Command::First,
            ];
            for command in commands.into_iter().cycle().take(60) {
                act(&mut state, command);
                let view = detail(&state);
                let rows = usize::from(view.parts(state.world()).rows);
                let Some(place) = view.cursor().filter(|_| rows > 0) else { continue };
                let top = view.top(rows);
                let seen = place.line < top + rows && place.line + place.height > top;
                assert!(seen, "{place:?} from {top} in {width}x{height}, tab {tab}");
            }
            act(&mut state, Command::NextTab);
        }
    }
}

#[test]
fn a_smaller_window_lays_the_text_out_anew() {
    let mut state = filled(120, 40);
    let before = detail(&state).page().lines.len();
    update(&mut state, Msg::Resized(Size { width: 40, height: 12 }));
    assert!(detail(&state).page().lines.len() > before);
    let page = detail(&state).page();
    assert!(page.lines.iter().flatten().all(|piece| piece.x + piece.width <= 38));
}

#[test]
fn a_window_that_grows_asks_for_what_it_has_room_for_now() {
    let (mut state, _) = opened(80, 24);
    let effects = update(&mut state, Msg::Resized(Size { width: 120, height: 40 }));
    assert!(called(&effects, |slot| matches!(slot, Slot::Activity(_))).is_some());
    let effects = update(&mut state, Msg::Resized(Size { width: 121, height: 40 }));
    assert!(called(&effects, |slot| matches!(slot, Slot::Activity(_))).is_none());
}

#[test]
fn a_detail_stays_until_its_write_is_answered() {
    let mut state = filled(120, 40);
    act(&mut state, Command::Delete);
    let question = Question::Delete(HERE, Box::new(account()));
    state.world.moves.extend([Move::Close, Move::Confirmed(Box::new(question))]);
    let effects = act(&mut state, Command::Redraw);
    act(&mut state, Command::Close);
    assert_eq!(state.stack().len(), 2);
    let (ticket, _) = writes(&effects).unwrap();
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Done))));
    assert_eq!(state.stack().len(), 1);
}

#[test]
fn without_a_layout_all_fields_stand_in_one_section_and_all_links_are_panels() {
    let (mut state, _) = opened(120, 40);
    let contact = Move::Record(HERE, name("Contact"), "c1".into());
    state.world.moves.push(contact);
    let effects = act(&mut state, Command::Redraw);
    let (describe, _) = called(&effects, |slot| matches!(slot, Slot::Describe(_))).unwrap();
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    let grace = record("Contact", "c1", vec![("name", text("Grace")), ("title", text("Head"))]);
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Record(Box::new(grace))))));
    update(&mut state, Msg::Answered(describe, refused(Error::Timeout)));
    assert_eq!(detail(&state).page().places.len(), 2);
}

#[test]
fn a_long_text_is_read_to_its_end_before_the_cursor_leaves_it() {
    let (mut state, effects) = opened(80, 24);
    let mut long = account();
    let lines: Vec<String> = (0..60).map(|at| format!("line {at}")).collect();
    long.fields.insert("description".to_owned(), text(&lines.join("\n")));
    let is_record = |slot: Slot| matches!(slot, Slot::Detail(_));
    answer(&mut state, &effects, is_record, Outcome::Record(Box::new(long)));
    let field = Stop::Field("description".to_owned());
    stand(&mut state, &field);
    let rows = usize::from(detail(&state).parts(state.world()).rows);
    let mut seen = Vec::new();
    for _ in 0..60 {
        let top = detail(&state).top(rows);
        let page = &detail(&state).page().lines;
        let texts =
            page.iter().skip(top).take(rows).flatten().map(|it| it.text.as_str().to_owned());
        seen.extend(texts);
        act(&mut state, Command::Next);
    }
    assert!(lines.iter().all(|line| seen.contains(line)));
}

#[test]
fn a_record_that_is_gone_is_not_shown_from_what_was_kept() {
    let (mut state, effects) = opened(120, 40);
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    let kept = Answer { source: Source::Cache, ..fresh(Outcome::Record(Box::new(account()))) };
    update(&mut state, Msg::Partial(ticket, kept));
    update(&mut state, Msg::Answered(ticket, refused(Error::NotFound { what: String::new() })));
    assert!(detail(&state).record().is_none());
    act(&mut state, Command::Edit);
    assert_eq!(state.stack().len(), 2);
}

#[test]
fn the_next_record_of_the_list_comes_into_the_same_place_and_tab() {
    let mut state = from_a_list();
    assert_eq!(detail(&state).place(), Some((1, Total::Exact(3118))));
    act(&mut state, Command::NextTab);
    act(&mut state, Command::NextTab);
    let effects = act(&mut state, Command::NextRecord);
    assert_eq!((detail(&state).shows().as_str(), detail(&state).tab()), ("a2", Tab::Activity));
    assert!(called(&effects, |slot| matches!(slot, Slot::Activity(_))).is_some());
    assert_eq!(state.stack().len(), 3);
    act(&mut state, Command::PreviousRecord);
    assert_eq!(detail(&state).shows().as_str(), "a1");
    act(&mut state, Command::PreviousRecord);
    assert!(!state.world().notices().shown().is_empty());
}

mod comments {
    //! A comment being written, kept, sent, and what may happen to it on its way.
    #![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at the few that it is about")]
    use std::sync::Arc;

    use super::*;
    use crate::{
        app::{
            detail::fixture::{HERE, name},
            keymap::Key,
            msg::{Effect, Keep, Recalled},
            state::View,
        },
        domain::{
            action::{Action, Happening},
            comment::{Audience, Comments},
            draft::Part,
        },
    };

    fn said(id: &str, author: &str, text: &str) -> Happening {
        Happening {
            id: Some(id.to_owned()),
            kind: "note".to_owned(),
            author: author.to_owned(),
            title: text.to_owned(),
            audience: Some(Audience::Private),
            can_edit: author == "Ada",
            ..Happening::default()
        }
    }

    /// The account, whose type takes comments, with two of them; its Activity tab is open.
    fn talking() -> State {
        let mut state = filled(120, 40);
        let mut schema = crate::app::detail::fixture::schema();
        let audiences = vec![Audience::Private, Audience::Public, Audience::Mailed];
        let comments = Comments { audiences, can_answer: true, can_edit: true };
        schema.entity_types.get_mut(&name("Account")).unwrap().comments = Some(comments);
        let now = state.world.now;
        state.world.connections.get_mut(&HERE).unwrap().take_schema(Arc::new(schema), now);
        press(&mut state, "] ]");
        if let Some(View::Detail(detail)) = state.stack.last_mut() {
            detail.activity.all = vec![said("7", "Jo", "Called."), said("8", "Ada", "Mailed.")];
            detail.lay(&state.world);
        }
        state
    }

    fn press(state: &mut State, keys: &str) -> Vec<Effect> {
        let keys = keys.split(' ').map(|key| key.parse::<Key>().unwrap());
        keys.flat_map(|key| update(state, Msg::Key(key))).collect()
    }

    fn write(state: &mut State, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| update(state, Msg::Key(Key::char(c)))).collect()
    }

    /// Opens it with a key; what the journal had of it comes back.
    fn open(state: &mut State, key: &str, had: Option<Box<crate::domain::draft::Draft>>) {
        let effects = press(state, key);
        let recall = effects.iter().find_map(|it| match it {
            Effect::Recall(ticket, _) => Some(*ticket),
            _ => None,
        });
        update(state, Msg::Recalled(recall.expect("a draft is asked for"), Recalled::Draft(had)));
    }

    fn sent(effects: &[Effect]) -> Option<crate::domain::comment::Comment> {
        effects.iter().find_map(|it| match it {
            Effect::Call(_, _, Action::Comment { comment, .. }) => Some(comment.clone()),
            _ => None,
        })
    }

    fn written(state: &mut State, result: Result<Answer, Failure>) -> Vec<Effect> {
        let view = state.top().unwrap().pane().id();
        let ticket = state.world.slots.open(Slot::Write(view));
        update(state, Msg::Answered(ticket, result))
    }

    #[test]
    fn a_comment_is_for_the_team_unless_somebody_else_is_chosen() {
        let mut state = talking();
        open(&mut state, "c", None);
        write(&mut state, "Spooler restarts");
        let comment = sent(&press(&mut state, "ctrl-s")).unwrap();
        assert_eq!(
            (comment.text.as_str(), comment.audience),
            ("Spooler restarts", Audience::Private)
        );
        let effects = written(&mut state, Ok(fresh(Outcome::Done)));
        assert!(detail(&state).composer().is_none());
        assert!(called(&effects, |it| matches!(it, Slot::Activity(_))).is_some(), "{effects:?}");
    }

    #[test]
    fn what_is_mailed_is_asked_about_first() {
        let mut state = talking();
        open(&mut state, "c", None);
        write(&mut state, "Hello Nia");
        press(&mut state, "ctrl-t ctrl-t");
        assert_eq!(detail(&state).composer().unwrap().audience(), Audience::Mailed);
        assert!(sent(&press(&mut state, "ctrl-s")).is_none());
        assert!(matches!(state.top(), Some(View::Confirm(_))));
        let later = state.world.now + jiff::SignedDuration::from_millis(500);
        update(&mut state, Msg::Now(later));
        assert_eq!(sent(&press(&mut state, "y")).unwrap().audience, Audience::Mailed);
    }

    #[test]
    fn what_is_written_is_kept_and_comes_back() {
        let mut state = talking();
        open(&mut state, "c", None);
        write(&mut state, "half a sen");
        let effects = press(&mut state, "esc");
        let kept = effects.iter().find_map(|it| match it {
            Effect::Keep(_, keep) => match keep.as_ref() {
                Keep::Draft(draft) => Some(draft.clone()),
                _ => None,
            },
            _ => None,
        });
        let draft = kept.expect("a draft");
        assert_eq!(draft.part(), (Some("a1".into()), Part::Comment));
        open(&mut state, "c", Some(Box::new(draft)));
        assert_eq!(detail(&state).composer().unwrap().edit().text(), "half a sen");
    }

    #[test]
    fn r_answers_the_comment_under_the_cursor_and_e_changes_ones_own() {
        let mut state = talking();
        open(&mut state, "r", None);
        write(&mut state, "Thanks");
        assert_eq!(sent(&press(&mut state, "ctrl-s")).unwrap().answers.as_deref(), Some("7"));
        written(&mut state, Ok(fresh(Outcome::Done)));
        press(&mut state, "j");
        open(&mut state, "e", None);
        assert_eq!(detail(&state).composer().unwrap().edit().text(), "Mailed.");
        write(&mut state, " Twice.");
        let comment = sent(&press(&mut state, "ctrl-s")).unwrap();
        assert_eq!(
            (comment.replaces.as_deref(), comment.text.as_str()),
            (Some("8"), "Mailed. Twice.")
        );
    }

    #[test]
    fn a_refused_comment_stays_and_one_that_may_have_landed_is_said_to() {
        for error in [Error::Timeout, Error::Unknown] {
            let mut state = talking();
            open(&mut state, "c", None);
            write(&mut state, "Kept");
            press(&mut state, "ctrl-s");
            written(&mut state, Err(error.clone().into()));
            let composer = detail(&state).composer().unwrap();
            assert_eq!(composer.edit().text(), "Kept");
            assert_eq!(composer.may_have_landed(), error == Error::Unknown);
        }
    }

    #[test]
    fn types_without_comments_say_so() {
        let mut state = filled(120, 40);
        press(&mut state, "c");
        assert!(detail(&state).composer().is_none());
        assert!(!state.world.notices().shown().is_empty());
    }
}
