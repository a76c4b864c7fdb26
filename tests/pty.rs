//! The built program in a pseudo-terminal: what the README promises, and that the terminal is
//! given back whatever happens.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "pty/tty.rs"]
mod tty;

use tty::{Begin, Tty};

const F12: &str = "\u{1b}[24~";
const CTRL_S: &str = "\u{13}";
const CTRL_T: &str = "\u{14}";
const CTRL_U: &str = "\u{15}";
const CTRL_Z: &str = "\u{1a}";

/// The demo's first list is there.
fn opened(begin: &Begin<'_>) -> Tty {
    let tty = Tty::start(begin);
    tty.sees("of 300");
    tty.is_taken();
    tty
}

#[test]
fn ficha_demo_shows_the_company_and_q_leaves_without_a_trace() {
    let mut tty = opened(&Begin::default());
    tty.sees("Contacts");
    tty.types("j");
    tty.types("q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn the_first_run_offers_two_ways_and_d_opens_the_demo() {
    let mut tty = Tty::start(&Begin { args: &[], ..Begin::default() });
    let screen = tty.sees("demo");
    assert!(screen.to_lowercase().contains("connection"), "{screen}");
    tty.types("d");
    tty.sees("of 300");
    tty.types("q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn keys_beyond_what_is_read_at_a_time_wait_for_no_other_key() {
    let mut tty = opened(&Begin::default());
    tty.types(&format!("{}q", "j".repeat(3_000)));
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn keys_behind_a_long_paste_wait_for_no_other_key() {
    let mut tty = opened(&Begin::default());
    tty.types("/");
    tty.sees("FILTER");
    // In one write: the paste, and what was typed behind it.
    tty.types(&format!(
        "\u{1b}[200~{}\u{1b}[201~{}\u{3}\u{3}",
        "x".repeat(1_500),
        "y".repeat(1_200)
    ));
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn what_the_terminal_answers_too_late_is_not_typed() {
    let mut tty = opened(&Begin { env: &[("COLORTERM", "truecolor")], ..Begin::default() });
    // The colour of its ground, over a slow line; as keys it would open a search and type into it.
    tty.types("\u{1b}]11;rgb:1616/1818/1c1c\u{1b}\\q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn a_polite_end_by_a_signal_gives_the_terminal_back() {
    for signal in ["TERM", "HUP"] {
        let mut tty = opened(&Begin::default());
        tty.signal(signal);
        assert_eq!(tty.ends(), 0, "{signal}");
        tty.is_restored();
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_can_be_read() {
    let mut tty = opened(&Begin { env: &[("FICHA_PANIC", "1")], ..Begin::default() });
    tty.types(F12);
    assert_eq!(tty.ends(), 101);
    tty.sees("F12 was pressed");
    tty.is_restored();
}

#[test]
fn without_its_variable_f12_breaks_nothing() {
    let mut tty = opened(&Begin::default());
    tty.types(F12);
    tty.types("\u{3}\u{3}"); // twice Ctrl-c leaves
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_paints_everything_anew() {
    let mut tty = opened(&Begin::default());
    tty.types(CTRL_Z);
    tty.is_restored();
    let back =
        |screen: &vt100::Screen| screen.alternate_screen() && screen.contents().contains("of 300");
    tty.wakes(back);
    tty.is_taken();
    tty.types("j");
    tty.sees("Contacts");
    tty.types("q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn a_window_is_dragged_to_one_cell_and_back() {
    let mut tty = opened(&Begin::default());
    for size in [(40, 12), (1, 1), (2, 1), (200, 60)] {
        tty.resize(size);
    }
    tty.sees("of 300");
    let wide = |screen: &vt100::Screen| screen.rows(0, 200).any(|row| row.chars().count() > 120);
    tty.until("the whole width is used", wide);
    tty.types("q");
    assert_eq!(tty.ends(), 0);
}

#[test]
fn it_begins_in_one_cell_too() {
    let mut tty = Tty::start(&Begin { size: (1, 1), ..Begin::default() });
    tty.is_taken();
    tty.types("jk");
    tty.resize((100, 30));
    tty.sees("of 300");
    tty.types("q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn no_colour_is_sent_where_none_is_wanted() {
    let without: [&[(&str, &str)]; 2] = [&[("NO_COLOR", "1")], &[("TERM", "dumb")]];
    for env in without {
        let mut tty = opened(&Begin { env, ..Begin::default() });
        tty.types("j");
        tty.types("q");
        assert_eq!(tty.ends(), 0);
        let colours = colours(&tty.bytes());
        assert!(colours.is_empty(), "{env:?}: {colours:?}");
    }
    let mut tty = opened(&Begin::default());
    tty.types("q");
    tty.ends();
    assert!(!colours(&tty.bytes()).is_empty(), "the test sees colours where there are some");
}

/// Parameters of SGR codes that choose a colour; going back to the terminal's own is none.
fn colours(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let codes = text.split("\u{1b}[").skip(1).filter_map(|rest| rest.split_once('m'));
    let is_plain = |code: &str| code.chars().all(|c| c.is_ascii_digit() || c == ';');
    let codes = codes.map(|(code, _)| code).filter(|code| is_plain(code));
    let is_colour = |part: &str| {
        part.parse().is_ok_and(|number: u16| matches!(number, 30..=38 | 40..=48 | 90..=107))
    };
    codes.filter(|code| code.split(';').any(is_colour)).map(str::to_owned).collect()
}

#[test]
fn a_dumb_terminal_gets_plain_signs() {
    let mut tty = opened(&Begin { env: &[("TERM", "dumb")], ..Begin::default() });
    let screen = tty.sees("Contacts");
    assert!(!screen.contains('│') && !screen.contains('▌'), "{screen}");
    tty.types("q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
}

#[test]
fn in_a_pipe_the_browser_says_what_to_do_instead() {
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_ficha")).arg("demo").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("needs a terminal"));
}

#[test]
fn a_connection_is_added_and_what_a_killed_run_had_typed_is_there_again() {
    let options = ficha::demo::Options {
        records: 60,
        ..ficha::demo::Options::new("2026-11-23T02:00:00Z".parse().unwrap())
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let demo = runtime.block_on(ficha::demo::start(options)).unwrap();
    let espocrm = demo.introduction().espocrm.clone();
    let home = tempfile::tempdir().unwrap();
    let begin = Begin { args: &[], home: Some(home.path()), ..Begin::default() };
    let mut tty = Tty::start(&begin);
    tty.sees("Add a connection");
    tty.types("a");
    tty.sees("A new connection");
    tty.pastes(&espocrm.url);
    tty.types("\t\t\t\t");
    tty.pastes("not-the-key");
    tty.types(CTRL_T);
    tty.sees("The login was refused");
    tty.types(CTRL_U);
    tty.pastes(&espocrm.api_key);
    tty.types(CTRL_S);
    tty.sees("file of mode 0600");
    tty.sees("1–");
    tty.types("e");
    tty.sees("EDIT");
    tty.types(" typed");
    tty.sees("draft kept");
    tty.signal("KILL");
    tty.ends();
    let mut tty = Tty::start(&Begin { args: &["-c", "crm", "Account"], ..begin });
    tty.sees("1–");
    tty.types("e");
    tty.sees(" typed");
    tty.types(CTRL_S);
    tty.sees("saved");
    tty.types("q");
    assert_eq!(tty.ends(), 0);
    tty.is_restored();
    let config = std::fs::read_to_string(home.path().join("config/ficha/config.toml")).unwrap();
    assert!(!config.contains(&espocrm.api_key), "no secret stands in the settings");
}
