//! From a state to bytes for the terminal: what every frame costs.
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
mod office;

use std::io;

use divan::Bencher;
use ficha::{
    app::{
        command::Command,
        msg::{Msg, Size},
        update::update,
    },
    ui,
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

type Nowhere = Terminal<CrosstermBackend<io::Sink>>;

/// The real backend, writing to nobody.
fn terminal(size: Size) -> Nowhere {
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    let backend = CrosstermBackend::new(io::sink());
    Terminal::with_options(backend, TerminalOptions { viewport }).expect("a terminal")
}

fn frame(office: &Office, look: &ui::canvas::Look, terminal: &mut Nowhere) {
    terminal
        .draw(|frame| drop(ui::draw_frame(&office.state, look, frame)))
        .expect("a sink takes all");
}

fn unchanged(bencher: Bencher, office: &Office, size: Size) {
    let (look, mut terminal) = (look(), terminal(size));
    bencher.bench_local(|| frame(office, &look, &mut terminal));
}

/// Nothing changed: all is painted, nothing is written.
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
    let (mut office, look, mut terminal) = (Office::open(size), look(), terminal(size));
    let mut turn = false;
    bencher.bench_local(|| {
        turn = !turn;
        update(&mut office.state, Msg::Act(if turn { there } else { back }));
        frame(&office, &look, &mut terminal);
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
