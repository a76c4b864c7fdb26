//! From a state to bytes for the terminal: what every frame costs.
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
#[path = "terminal/floor.rs"]
#[expect(dead_code, reason = "only what it draws is wanted here")]
mod floor;
mod office;

use std::io;

use divan::Bencher;
use ficha::{
    app::{
        command::Command,
        msg::{Msg, Size},
        update::update,
    },
    runtime::{
        frames::Frames,
        sheet::{Paper, Sheet},
    },
};
use office::{Office, look};
use ratatui::{
    Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, buffer::Buffer, layout::Rect,
};

fn main() {
    divan::main();
}

const USUAL: Size = Size { width: 120, height: 40 };
const LARGE: Size = Size { width: 200, height: 60 };

/// The real way to the terminal, but for its end.
fn frame(office: &Office, frames: &mut Frames<'_, Paper>, sheet: &Sheet) {
    frames.draw(&office.state).expect("nothing is written");
    drop(sheet.take());
}

fn held(size: Size) -> (Paper, Sheet) {
    Sheet::held(ratatui::layout::Size::new(size.width, size.height))
}

fn unchanged(bencher: Bencher, office: &Office, size: Size) {
    let ((mut paper, sheet), look) = (held(size), look());
    let mut frames = Frames::new(&mut paper, &look);
    bencher.bench_local(|| frame(office, &mut frames, &sheet));
}

/// Nothing changed: all is drawn, nothing is laid out or written.
#[divan::bench]
fn list_120x40_unchanged(bencher: Bencher) {
    unchanged(bencher, &Office::open(USUAL), USUAL);
}

#[divan::bench]
fn list_200x60_unchanged(bencher: Bencher) {
    unchanged(bencher, &Office::open(LARGE), LARGE);
}

#[divan::bench]
fn detail_120x40_unchanged(bencher: Bencher) {
    let mut office = Office::open(USUAL);
    office.tell(Msg::Act(Command::Open));
    unchanged(bencher, &office, USUAL);
}

fn moving(bencher: Bencher, size: Size, there: Command, back: Command) {
    let ((mut paper, sheet), look) = (held(size), look());
    let (mut office, mut frames) = (Office::open(size), Frames::new(&mut paper, &look));
    let mut turn = false;
    bencher.bench_local(|| {
        turn = !turn;
        update(&mut office.state, Msg::Act(if turn { there } else { back }));
        frame(&office, &mut frames, &sheet);
    });
}

/// A key and its frame: the cursor goes to the next row, and back.
#[divan::bench]
fn list_120x40_a_row_down_and_up(bencher: Bencher) {
    moving(bencher, USUAL, Command::Next, Command::Previous);
}

#[divan::bench]
fn list_200x60_a_row_down_and_up(bencher: Bencher) {
    moving(bencher, LARGE, Command::Next, Command::Previous);
}

/// All rows change.
#[divan::bench]
fn list_120x40_a_page_down_and_up(bencher: Bencher) {
    moving(bencher, USUAL, Command::PageDown, Command::PageUp);
}

type Nowhere = Terminal<CrosstermBackend<io::Sink>>;

/// ratatui's own terminal, writing to nobody.
fn terminal(size: Size) -> Nowhere {
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    let backend = CrosstermBackend::new(io::sink());
    Terminal::with_options(backend, TerminalOptions { viewport }).expect("a terminal")
}

/// The plain list that `benches/terminal` compares with: a row down, and up again.
#[divan::bench]
fn a_plain_list_120x40_a_row_down_and_up(bencher: Bencher) {
    let (rows, mut terminal) = (floor::rows(), terminal(USUAL));
    let mut at = 0;
    bencher.bench_local(|| {
        at = 1 - at;
        terminal.draw(|frame| _ = floor::draw(frame, &rows, at, 0)).expect("a sink takes all");
    });
}

/// What ratatui itself needs for a frame of that size in which nothing changed.
#[divan::bench(args = [(120, 40), (200, 60)])]
fn ratatui_alone(bencher: Bencher, (width, height): (u16, u16)) {
    let mut terminal = terminal(Size { width, height });
    bencher.bench_local(|| terminal.draw(|_| {}).map(|_| ()).expect("a sink takes all"));
}

#[divan::bench]
fn an_empty_buffer_of_120x40(bencher: Bencher) {
    bencher.bench_local(|| Buffer::empty(Rect::new(0, 0, 120, 40)));
}
