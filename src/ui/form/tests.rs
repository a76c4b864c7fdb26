//! Forms, conflicts and similar records as they are drawn.
#![expect(clippy::print_stdout, reason = "a failed test shows its screen")]
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use crate::{
    app::{
        form::{
            fixture::{Stage, record},
            tests::any_key,
        },
        msg::{Msg, Size},
        state::State,
    },
    domain::{change::Conflict, error::Error, value::Value},
    ui::{
        canvas::{Look, Signs},
        theme::{Light, Theme},
    },
};

fn look(light: Light) -> Look {
    Look { theme: Theme::new(light, None, true).0, signs: Signs::UNICODE }
}

fn drawn(state: &State, look: &Look) -> String {
    let size = state.world().size();
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    terminal
        .draw(|frame| {
            crate::ui::draw_frame(state, look, frame);
        })
        .unwrap();
    to_text(terminal.backend().buffer())
}

fn to_text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let row = |cells: &[ratatui::buffer::Cell]| {
        let mut text = String::new();
        let mut skip = 0;
        for cell in cells {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            skip = crate::text::width::width(cell.symbol()).saturating_sub(1);
            text.push_str(cell.symbol());
        }
        text.trim_end().to_owned()
    };
    buffer.content.chunks(width).map(row).collect::<Vec<_>>().join("\n")
}

fn screen(stage: &Stage) -> String {
    let text = drawn(&stage.state, &look(Light::Dark));
    println!("{text}\n");
    text
}

/// The row that holds the text.
fn row<'a>(screen: &'a str, text: &str) -> &'a str {
    screen.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text}"))
}

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

#[test]
fn a_form_shows_names_values_and_why_a_field_is_locked() {
    let stage = Stage::editing(120, 60);
    let text = screen(&stage);
    assert!(row(&text, "Name *").contains("Cobot cell"));
    assert!(row(&text, "Account").contains("Acme Robotics ›"));
    assert!(row(&text, "Stage").contains("● Proposal"));
    assert!(row(&text, "Amount").contains("46,000.00 EUR"));
    assert!(row(&text, "Owner").contains("Mara Vogel"));
    assert!(row(&text, "Owner").contains("your role cannot change this"));
    assert!(text.contains("ficha has no editor for this yet"));
    assert!(text.contains("nothing changed yet") && text.contains("version 7"));
    assert!(text.contains(" EDIT ") && text.contains("C-s"));
}

#[test]
fn a_change_has_a_sign_and_says_what_stood_there() {
    for (width, height) in SIZES {
        let mut stage = Stage::editing(width, height);
        stage.fill("odds", "60");
        let text = screen(&stage);
        assert!(text.contains("was 40"), "{width}");
        assert!(text.contains('~'), "{width}");
        if width > 60 {
            assert!(text.contains("1 changed · only changed fields are sent"));
            assert!(text.contains("~1 unsent"));
        }
    }
}

#[test]
fn an_error_stands_beside_its_field_and_at_the_top_with_its_key() {
    for (width, height) in SIZES {
        let mut stage = Stage::editing(width, height);
        stage.fill("odds", "600");
        stage.keys("tab");
        let text = screen(&stage);
        let top = row(&text, "! Probability: at m");
        assert!(top.contains("C-n"), "{top}");
        stage.keys("ctrl-n");
        assert!(screen(&stage).contains("! at most 100"), "{width}");
    }
}

#[test]
fn choices_hang_under_their_field_and_the_others_are_named() {
    for (width, height) in SIZES {
        let mut stage = Stage::editing(width, height);
        stage.go_to("stage");
        stage.write("neg");
        let text = screen(&stage);
        assert!(text.contains("● Negotiation"), "{width}");
        if height > 12 {
            assert!(text.contains("Not matching “neg”") && text.contains("Closed won"));
        }
    }
}

#[test]
fn the_month_has_numbers_of_weeks_and_the_day_in_words() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut stage = Stage::editing(width, height);
        stage.go_to("close");
        stage.keys("enter");
        let text = screen(&stage);
        assert!(text.contains("December 2026"));
        assert!(row(&text, "wk ").contains("Mo  Tu  We  Th  Fr  Sa  Su"));
        assert!(row(&text, "51 ").contains("14  15  16  17  18  19  20"));
        assert!(text.contains("Fri 18 Dec 2026   in 24 days"));
    }
}

#[test]
fn a_day_that_is_typed_is_said_in_words_under_the_month() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut stage = Stage::editing(width, height);
        stage.go_to("close");
        stage.keys("enter");
        stage.write("+2w");
        assert!(screen(&stage).contains("Tue 8 Dec 2026   in 14 days"));
        stage.write("x");
        stage.keys("enter");
        let text = screen(&stage);
        assert!(text.contains("\"+2wx\" is no date"));
        assert!(!text.contains("in 14 days"), "what is not taken is not shown");
    }
}

#[test]
fn the_way_back_is_always_in_the_footer() {
    for name in ["name", "stage", "close", "about"] {
        let mut stage = Stage::editing(80, 24);
        stage.fill("odds", "600");
        stage.keys("pageup pageup pageup");
        stage.go_to(name);
        assert!(screen(&stage).contains("back, draft stays"), "{name}");
    }
}

#[test]
fn a_street_shows_its_lines_up_to_three_around_the_cursor() {
    let street = |text: &str| {
        let address = crate::domain::value::Address { street: text.into(), ..Default::default() };
        let mut record = record();
        record.fields.insert("address".into(), Value::Address(address));
        let mut stage = Stage::editing(120, 60);
        stage.keys("f5");
        stage.read(record);
        stage
    };
    let mut two = street("1 Harbour Road\nGate 0");
    let text = screen(&two);
    assert!(text.contains("1 Harbour Road") && text.contains("Gate 0"));
    two.go_to("address");
    let text = screen(&two);
    assert!(text.contains("1 Harbour Road") && text.contains("Gate 0"));
    let mut four = street("line a\nline b\nline c\nline d");
    four.go_to("address");
    let text = screen(&four);
    assert!(!text.contains("line a") && text.contains("line b") && text.contains("line d"));
}

#[test]
fn records_hang_under_their_field_with_the_one_that_is_set() {
    let mut stage = Stage::editing(120, 40);
    stage.go_to("account");
    stage.keys("enter");
    let text = screen(&stage);
    assert!(row(&text, "✓").contains("Acme Robotics"));
    assert!(text.contains("On the server"));
}

#[test]
fn a_draft_that_was_not_kept_is_said_loudly() {
    let mut stage = Stage::editing(120, 40);
    stage.fill("name", "New name");
    let pause = stage.ticket(|slot| matches!(slot, crate::app::slots::Slot::DraftPause(_)));
    stage.send(Msg::Elapsed(pause));
    let ticket = stage.ticket(|slot| matches!(slot, crate::app::slots::Slot::Draft(_)));
    stage.send(Msg::Kept(ticket, Ok(())));
    assert!(screen(&stage).contains("draft kept 14:05:31"));
    stage.write("x");
    let pause = stage.ticket(|slot| matches!(slot, crate::app::slots::Slot::DraftPause(_)));
    stage.send(Msg::Elapsed(pause));
    let ticket = stage.ticket(|slot| matches!(slot, crate::app::slots::Slot::Draft(_)));
    stage.send(Msg::Kept(ticket, Err(Error::Disk { reason: "disk full".into() })));
    let said = "the draft could NOT be kept: disk full; your text is still here";
    assert!(screen(&stage).contains(said));
}

#[test]
fn text_from_the_server_cannot_reach_the_terminal_raw() {
    let mut record = record();
    record.fields.insert("name".into(), Value::Text("a\u{1b}[31mb\u{202e}c".into()));
    let mut stage = Stage::editing(120, 40);
    stage.keys("f5");
    stage.read(record);
    let text = screen(&stage);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

fn conflict(width: u16, height: u16) -> Stage {
    let mut stage = Stage::editing(width, height);
    stage.fill("name", "Mine");
    stage.fill("site", "https://mine.example");
    let mut theirs = record();
    theirs.version = Some(8);
    theirs.fields.insert("name".into(), Value::Text("Theirs".into()));
    theirs.fields.insert("stage".into(), Value::Text("Negotiation".into()));
    stage.keys("ctrl-s");
    let fields = vec!["name".to_owned()];
    stage.answer(Err(Error::Conflict(Box::new(Conflict { theirs, fields }))));
    stage
}

#[test]
fn a_conflict_shows_three_values_and_what_will_be_sent() {
    let mut stage = conflict(120, 40);
    let text = screen(&stage);
    let name = row(&text, "? h or l");
    assert!(name.contains("Cobot cell") && name.contains("Theirs") && name.contains("Mine"));
    assert!(text.contains("1 to decide") && text.contains("2 settled by themselves"));
    assert!(text.contains("Website https://mine.example · Name ? not chosen yet"), "{text}");
    stage.keys("l");
    let text = screen(&stage);
    assert!(text.contains("✓ mine") && text.contains("Name Mine · Website https://mine.example"));
    for (width, height) in [(80, 24), (40, 12)] {
        let text = screen(&conflict(width, height));
        assert!(row(&text, "Theirs").contains("Theirs  Theirs"));
        assert!(row(&text, "Mine").contains("Mine"));
    }
}

#[test]
fn similar_records_stand_beneath_what_was_typed() {
    for (width, height) in SIZES {
        let mut stage = Stage::adding(width, height);
        stage.fill("name", "Cobot");
        stage.fill("close", "tomorrow");
        stage.keys("ctrl-s");
        stage.answer(Err(Error::Duplicate { records: vec![record()] }));
        let text = screen(&stage);
        assert!(text.contains("A similar record exists already."));
        assert!(text.contains("Cobot cell"), "{width}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_keys_at_any_size_are_drawn(
        keys in prop::collection::vec(any_key(), 1..80),
        sizes in prop::collection::vec((0_u16..130, 0_u16..45), 1..6),
        is_new in any::<bool>(),
    ) {
        let mut stage = if is_new { Stage::adding(80, 24) } else { Stage::editing(80, 24) };
        let dark = look(Light::Dark);
        let none = look(Light::None);
        for part in keys.chunks(keys.len().div_ceil(sizes.len()).max(1)).zip(&sizes) {
            let (keys, (width, height)) = part;
            stage.send(Msg::Resized(Size { width: *width, height: *height }));
            for key in keys {
                stage.send(Msg::Key(*key));
                drawn(&stage.state, &dark);
            }
            drawn(&stage.state, &none);
        }
    }

    #[test]
    fn a_conflict_is_drawn_at_any_size(
        keys in "[hljkeAM]{0,8}",
        width in 0_u16..130,
        height in 0_u16..45,
    ) {
        let mut stage = conflict(120, 40);
        stage.write(&keys);
        stage.send(Msg::Resized(Size { width, height }));
        drawn(&stage.state, &look(Light::Dark));
    }
}
