use std::sync::LazyLock;

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use crate::{
    app::{
        command::Command,
        detail::fixture::{
            TEXT, account, act, called, detail, filled, fresh, from_a_list, opened, refused,
        },
        msg::{Click, Msg, Target},
        slots::Slot,
        state::State,
        update::update,
    },
    domain::{
        action::{Answer, Outcome, Source},
        error::Error,
    },
    ui::{
        canvas::{HitMap, Look, Signs},
        theme::{Light, Theme},
    },
};

static LOOK: LazyLock<Look> = LazyLock::new(|| {
    let theme = Theme::new(Light::Dark, None, true).0;
    Look { theme, signs: Signs::UNICODE }
});

fn drawn(state: &State) -> (String, HitMap) {
    let size = state.world().size();
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    let mut hits = HitMap::default();
    terminal.draw(|frame| hits = crate::ui::draw_frame(state, &LOOK, frame)).unwrap();
    (text_of(terminal.backend().buffer()), hits)
}

/// The screen as lines of text; the second cell of a wide character is left out.
fn text_of(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let line = |cells: &[ratatui::buffer::Cell]| {
        let (mut line, mut skip) = (String::new(), 0);
        for cell in cells {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            line.push_str(cell.symbol());
            skip = crate::text::width::width(cell.symbol()).saturating_sub(1);
        }
        line.trim_end().to_owned()
    };
    buffer.content.chunks(width).map(line).collect::<Vec<_>>().join("\n")
}

fn shows(state: &State, all: &[&str]) {
    let (text, _) = drawn(state);
    for wanted in all {
        assert!(text.contains(wanted), "{wanted:?} is not on the screen:\n{text}");
    }
}

#[test]
fn a_wide_window_shows_fields_panels_and_activity_beside_each_other() {
    let state = filled(120, 40);
    shows(
        &state,
        &[
            "acme-espo  PROD Accounts › Acme Robotics GmbH",
            "Customer · Industrial automation · Berlin · owned by Mara Vogel",
            "   Overview    Related 7    Activity 2    All fields    JSON",
            "   Company                                                                   │  Activity",
            "  ▌Name        Acme Robotics GmbH      Website     https://acme.example      │",
            "   Billing     Gleisdreieck 14",
            "               10963 Berlin",
            "   October. Wants fixed lead times more than a discount. 🤝 until 2027.",
            "   Contacts  6",
            "   陈伟                      Resident engineer, Suzhou",
            "   2 more",
            "● Negotiation",
            "mail   Grace Okonkwo",
            "Re: lead times Q1",
            "version 12 · changed Sat 14:05 · seen 14:05",
            "1 empty field hidden",
        ],
    );
}

#[test]
fn a_narrow_window_has_one_field_a_row_and_activity_as_a_tab() {
    shows(
        &filled(80, 24),
        &[
            "   E-mail      info@acme.example        Phone       +49 30 5550 0100",
            "   Overview    Related 7    Activity    All fields    JSON",
        ],
    );
    let state = filled(40, 12);
    shows(&state, &[" E-mail      info@acme.example\n Phone       +49 30 5550 0100", "▌Name"]);
}

#[test]
fn tiny_windows_do_not_panic_in_any_tab() {
    for (width, height) in
        (0..12).flat_map(|w| (0..8).map(move |h| (w, h))).chain([(10, 5), (20, 40), (300, 3)])
    {
        let mut state = filled(width, height);
        for _ in 0..5 {
            drawn(&state);
            for command in [Command::Next, Command::Last, Command::PageUp, Command::NextPane] {
                act(&mut state, command);
                drawn(&state);
            }
            act(&mut state, Command::NextTab);
        }
    }
}

#[test]
fn every_tab_shows_its_part_of_the_record() {
    let mut state = filled(120, 40);
    act(&mut state, Command::NextTab);
    shows(&state, &["Lists  0", "none yet", "1 more", "a add"]);
    act(&mut state, Command::NextTab);
    shows(&state, &["  ▌mail   Grace Okonkwo", "Ada Lindqvist"]);
    act(&mut state, Command::NextTab);
    shows(&state, &["SIC code                –", "sicCode · text"]);
    act(&mut state, Command::NextTab);
    shows(&state, &["\"id\": \"a1\"", "\"sicCode\": null"]);
}

#[test]
fn a_record_that_is_gone_says_so_in_place_with_what_can_be_done() {
    for (error, said) in [
        (Error::NotFound { what: String::new() }, "This account is not in acme-espo any more."),
        (
            Error::Forbidden { what: String::new() },
            "Your role may not see this account in acme-espo.",
        ),
        (Error::Timeout, "acme-espo did not answer: no answer came in time."),
    ] {
        let (mut state, effects) = opened(100, 30);
        let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
        update(&mut state, Msg::Answered(ticket, refused(error)));
        shows(&state, &[said, "r       try again", "Esc     back"]);
    }
}

#[test]
fn what_was_kept_is_shown_with_its_age_while_the_server_is_away() {
    let (mut state, effects) = opened(120, 40);
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    let kept = Answer { source: Source::Cache, ..fresh(Outcome::Record(Box::new(account()))) };
    update(&mut state, Msg::Partial(ticket, kept));
    update(&mut state, Msg::Answered(ticket, refused(Error::Timeout)));
    shows(&state, &["kept, seen 14:05 · no answer came in time", "Industrial automation"]);
}

#[test]
fn harmful_text_reaches_no_cell() {
    let (mut state, effects) = opened(120, 40);
    let mut evil = account();
    let value = crate::domain::value::Value::Text(format!("\u{1b}[31mred\u{202e}{TEXT}"));
    for name in ["name", "industry", "description"] {
        evil.fields.insert(name.to_owned(), value.clone());
    }
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Detail(_))).unwrap();
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Record(Box::new(evil))))));
    for _ in 0..5 {
        let (text, _) = drawn(&state);
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
        act(&mut state, Command::NextTab);
    }
}

#[test]
fn a_click_on_what_is_drawn_moves_the_cursor_there_and_tabs_open() {
    let mut state = filled(120, 40);
    let (text, hits) = drawn(&state);
    let row = text.lines().position(|line| line.contains("Marcus Webb")).unwrap();
    let target = hits.at(5, u16::try_from(row).unwrap()).unwrap().clone();
    update(&mut state, Msg::Pointed(target, Click::Once));
    let (text, hits) = drawn(&state);
    assert!(text.contains("▌Marcus Webb"), "{text}");
    assert_eq!(hits.at(16, 5), Some(&Target::Tab(1)));
    update(&mut state, Msg::Pointed(Target::Tab(4), Click::Once));
    let before = detail(&state).top(10);
    update(&mut state, Msg::Pointed(Target::Pane, Click::Wheel(3)));
    assert!(detail(&state).top(10) > before);
}

#[test]
fn the_popup_to_link_says_what_it_waits_for() {
    let mut state = filled(100, 30);
    for _ in 0..3 {
        act(&mut state, Command::NextPane);
    }
    let effects = act(&mut state, Command::Link);
    shows(&state, &["Link to Contacts", "The server is being asked…", " LINK "]);
    let (ticket, _) = called(&effects, |slot| matches!(slot, Slot::Offer(_))).unwrap();
    let none = crate::domain::record::Page::default();
    update(&mut state, Msg::Answered(ticket, Ok(fresh(Outcome::Page(none)))));
    shows(&state, &["Nothing found."]);
    for (width, height) in [(0, 0), (5, 3), (20, 6)] {
        update(&mut state, Msg::Resized(crate::app::msg::Size { width, height }));
        drawn(&state);
    }
}

#[test]
fn the_place_in_the_list_stands_at_the_right_of_the_title() {
    shows(&from_a_list(), &["1 of 3,118  J next  K previous", "Accounts › Acme"]);
}
