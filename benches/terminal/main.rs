//! The built program in a pseudo-terminal, on a demo of 100,000 contacts, beside a plain ratatui
//! list in another one. It measures and prints; it never fails because something was slow.
//!
//! `cargo bench --bench terminal`; `-- --records 1500` for a quick look. Linux: it reads `/proc`.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot begin has nothing to measure, and it prints what it measured"
)]
mod company;
mod floor;
mod keys;
mod process;
mod report;
mod window;

use std::time::Duration;

use company::{Company, Home};
use keys::Keys;
use process::Cost;
use report::Report;
use window::Window;

/// What the status line of both programs says once rows are on the screen.
const ROWS: &str = "1–";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|it| it == "--floor") {
        return floor::run();
    }
    // Cargo's own test runs start every bench once; nothing is to be measured then.
    if arguments.iter().any(|it| it == "--test") {
        return;
    }
    let after = |name: &str| {
        arguments.iter().skip_while(|it| *it != name).nth(1).and_then(|it| it.parse::<u32>().ok())
    };
    let rounds = after("--rounds").and_then(|it| usize::try_from(it).ok());
    measure(after("--records").unwrap_or(100_000), rounds.unwrap_or(4));
}

fn measure(records: u32, rounds: usize) {
    let mut report = Report::new(records);
    let company = Company::start(records);
    report.note(&format!("The demo was ready after {:.1} s.", company.ready.as_secs_f64()));
    let home = Home::new(&company);
    for name in ["ficha, cold", "ficha, warm"] {
        let mut ficha = Window::open(home.browser());
        report.start(name, &mut ficha);
        ficha.settle(Duration::from_millis(800));
        ficha.close();
    }
    let mut ficha = Window::open(home.browser());
    let mut floor = Window::open(Home::floor());
    report.start("plain list", &mut floor);
    ficha.wait_for(ROWS, Duration::from_secs(30));
    for window in [&mut ficha, &mut floor] {
        window.settle(Duration::from_millis(800));
    }
    keys(&mut report, [&mut ficha, &mut floor], rounds);
    hanging(&mut report, &company, [&mut ficha, &mut floor], rounds);
    flood(&mut report, [&mut ficha, &mut floor]);
    rest(&mut report, [&mut ficha, &mut floor]);
    ficha.close();
    floor.close();
    report.print();
}

/// Turn by turn, so that what else the machine does hits both alike.
fn in_turns(
    report: &mut Report,
    name: &str,
    windows: [&mut Window; 2],
    rounds: usize,
    key: &[u8],
    times: usize,
) {
    let mut measured = [Keys::default(), Keys::default()];
    let [ficha, floor] = windows;
    for _ in 0..rounds {
        measured[0].press(ficha, key, times);
        measured[1].press(floor, key, times);
    }
    report.keys(name, &measured);
}

fn keys(report: &mut Report, [ficha, floor]: [&mut Window; 2], rounds: usize) {
    for window in [&mut *ficha, &mut *floor] {
        window.type_keys(b"gg");
        window.settle(Duration::from_millis(300));
    }
    in_turns(report, "a row down", [&mut *ficha, &mut *floor], 1, b"j", 25);
    in_turns(report, "a row down, scrolling", [&mut *ficha, &mut *floor], rounds, b"j", 50);
    in_turns(report, "a page up", [ficha, floor], 1, b"\x02", 4);
}

/// A request of the user's own is out and never answered. Upwards: there all rows are loaded, and
/// no more of them than were gone down before.
fn hanging(
    report: &mut Report,
    company: &Company,
    [ficha, floor]: [&mut Window; 2],
    rounds: usize,
) {
    company.faults("hang");
    ficha.type_keys(b"r");
    let asking = ficha.wait_for("asking", Duration::from_secs(5)).is_some();
    in_turns(report, "a row up, a request hangs", [&mut *ficha, floor], rounds, b"k", 20);
    if !(asking && ficha.text().contains("asking")) {
        report.note("The request did not hang all the time: that row does not say what it should.");
    }
    company.faults("");
    ficha.type_keys(b"\x03"); // stops what is asked
    ficha.settle(Duration::from_millis(500));
}

fn flood(report: &mut Report, windows: [&mut Window; 2]) {
    let keys = b"j".repeat(500);
    let took = windows.map(|window| {
        window.type_keys(b"gg");
        window.settle(Duration::from_millis(600));
        (window.flood(&keys), window.rows())
    });
    report.flood(&took);
}

/// Longer than any timer that a key leaves behind, then ten seconds of nothing.
fn rest(report: &mut Report, windows: [&mut Window; 2]) {
    std::thread::sleep(Duration::from_secs(5));
    let begun = windows.each_ref().map(|window| (Cost::of(window.pid()), window.bytes()));
    std::thread::sleep(Duration::from_secs(10));
    let [ficha, floor] = windows;
    for (name, window, (before, bytes)) in
        [("ficha", ficha, begun[0].clone()), ("plain list", floor, begun[1].clone())]
    {
        let now = Cost::of(window.pid());
        report.rest(name, &before, &now, window.bytes() - bytes);
    }
}
