//! Frames: what the views draw, and what of it the terminal does not show yet.
use std::{error::Error, io, mem};

use ratatui::{backend::Backend, buffer::Cell, layout::Size};

use crate::{
    app::state::State,
    text::{cluster::most_cells, width::cluster_width},
    ui::{
        self,
        canvas::{HitMap, Look},
        drawing::Drawing,
    },
};

/// Draws states on a terminal; only what differs from the frame before is sent.
pub struct Frames<'a, B> {
    backend: &'a mut B,
    look: &'a Look,
    /// What is on the terminal, and what comes to be there.
    shown: Drawing,
    next: Drawing,
    /// The same in cells; of the next frame only the rows that changed.
    shown_cells: Vec<Cell>,
    next_cells: Vec<Cell>,
    changed: Vec<u16>,
    /// Nobody knows what the terminal shows: the next frame is sent whole.
    is_lost: bool,
    /// So many were drawn.
    pub count: usize,
}

impl<'a, B> Frames<'a, B>
where
    B: Backend<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    /// On a terminal of which nobody knows what it shows.
    pub fn new(backend: &'a mut B, look: &'a Look) -> Self {
        Self {
            backend,
            look,
            shown: Drawing::default(),
            next: Drawing::default(),
            shown_cells: Vec::new(),
            next_cells: Vec::new(),
            changed: Vec::new(),
            is_lost: true,
            count: 0,
        }
    }

    /// What the mouse can hit in the last one.
    pub fn hits(&self) -> &HitMap {
        self.shown.hits()
    }

    /// The terminal was somebody else's, or shows what it should not: the next one is sent whole.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// The next one.
    ///
    /// Errors: the terminal cannot be written to, or its size not read.
    pub fn draw(&mut self, state: &State) -> io::Result<()> {
        let size = self.backend.size().map_err(io::Error::other)?;
        if mem::take(&mut self.is_lost) || size != self.shown.size() {
            self.begin(size)?;
        }
        ui::draw(state, self.look, size, &mut self.next);
        self.show()
    }

    fn show(&mut self) -> io::Result<()> {
        self.send(usize::from(self.next.size().width))?;
        mem::swap(&mut self.shown, &mut self.next);
        self.put_cursor()?;
        self.backend.flush().map_err(io::Error::other)?;
        self.count += 1;
        Ok(())
    }

    /// On an empty terminal.
    fn begin(&mut self, size: Size) -> io::Result<()> {
        self.backend.clear().map_err(io::Error::other)?;
        self.shown = Drawing::default();
        let cells = usize::from(size.width) * usize::from(size.height);
        for frame in [&mut self.shown_cells, &mut self.next_cells] {
            frame.clear();
            frame.resize(cells, Cell::EMPTY);
        }
        Ok(())
    }

    /// Rows that were drawn differently, and of these the cells that differ.
    fn send(&mut self, wide: usize) -> io::Result<()> {
        self.changed.clear();
        let rows = self.next_cells.chunks_exact_mut(wide.max(1));
        for (y, row) in (0..).zip(rows).filter(|(y, _)| !self.next.is_same_row(&self.shown, *y)) {
            self.next.paint_row(y, row);
            self.changed.push(y);
        }
        let rows = || self.changed.iter().map(|y| (*y, range(*y, wide)));
        let cells = rows().flat_map(|(y, range)| {
            let was = self.shown_cells.get(range.clone()).unwrap_or_default();
            let is = self.next_cells.get(range).unwrap_or_default();
            Changes::new(was, is).map(move |(x, cell)| (x, y, cell))
        });
        self.backend.draw(cells).map_err(io::Error::other)?;
        for (_, range) in rows() {
            if let (Some(was), Some(is)) =
                (self.shown_cells.get_mut(range.clone()), self.next_cells.get_mut(range))
            {
                was.swap_with_slice(is);
            }
        }
        Ok(())
    }

    fn put_cursor(&mut self) -> io::Result<()> {
        let put = match self.shown.cursor() {
            Some(at) => {
                self.backend.show_cursor().and_then(|()| self.backend.set_cursor_position(at))
            }
            None => self.backend.hide_cursor(),
        };
        put.map_err(io::Error::other)
    }
}

fn range(y: u16, wide: usize) -> std::ops::Range<usize> {
    let from = usize::from(y) * wide;
    from..from + wide
}

/// The cells of a row that must be sent, from left to right.
struct Changes<'a> {
    was: &'a [Cell],
    is: &'a [Cell],
    at: usize,
    /// Up to this column all is sent: a wide character that goes takes along what it covers, and
    /// one on whose cells terminals disagree what it may cover.
    upto: usize,
}

impl<'a> Changes<'a> {
    fn new(was: &'a [Cell], is: &'a [Cell]) -> Self {
        Self { was, is, at: 0, upto: 0 }
    }
}

impl<'a> Iterator for Changes<'a> {
    type Item = (u16, &'a Cell);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.at;
            let cell = self.is.get(at)?;
            let end = at + cells_of(cell, cluster_width).max(1);
            self.at = end;
            let was = self.was.get(at..end.min(self.was.len())).unwrap_or_default();
            if at >= self.upto && was.first() == Some(cell) {
                continue;
            }
            let reach = (at..).zip(was).map(|(x, old)| x + cells_of(old, most_cells));
            self.upto = reach.fold(self.upto.max(at + cells_of(cell, most_cells)), usize::max);
            return Some((u16::try_from(at).ok()?, cell));
        }
    }
}

fn cells_of(cell: &Cell, count: fn(&str) -> usize) -> usize {
    let symbol = cell.symbol();
    if symbol.len() == 1 { 1 } else { count(symbol) }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::style::{Color, Style};

    use super::*;
    use crate::{
        runtime::sheet::Sheet,
        ui::{
            canvas::Signs,
            theme::{Light, Theme},
        },
    };

    const SIZE: Size = Size { width: 12, height: 3 };

    /// Texts with their places, one screen after the other.
    type Screens = Vec<Vec<(u16, u16, String, bool)>>;

    fn drawn(screen: &[(u16, u16, String, bool)], drawing: &mut Drawing) {
        drawing.begin(SIZE);
        for (x, y, text, is_loud) in screen {
            let style = if *is_loud { Style::new().bg(Color::Blue).bold() } else { Style::new() };
            let cells = SIZE.width - x;
            let text = crate::text::width::cut(text, usize::from(cells));
            drawing.write((*x, *y), cells, [&text, ""], style);
        }
    }

    fn terminal() -> vt100::Parser {
        let cells = |cells| NonZeroU16::new(cells).unwrap();
        vt100::Parser::new(cells(SIZE.height), cells(SIZE.width), 0)
    }

    fn look() -> Look {
        Look { theme: Theme::new(Light::None, None, false).0, signs: Signs::UNICODE }
    }

    /// What the terminal shows after all these, told only what changed.
    fn one_after_the_other(screens: &Screens) -> vt100::Parser {
        let ((mut paper, sheet), look, mut terminal) = (Sheet::held(SIZE), look(), terminal());
        let mut frames = Frames::new(&mut paper, &look);
        frames.begin(SIZE).unwrap();
        for screen in screens {
            drawn(screen, &mut frames.next);
            frames.show().unwrap();
            terminal.process(&sheet.take());
        }
        terminal
    }

    /// A cell as it looks: one that was never written to is a blank.
    fn look_of(terminal: &vt100::Parser, y: u16, x: u16) -> (String, bool, vt100::Color, bool) {
        let cell = terminal.screen().cell(y, x).unwrap();
        let text = if cell.has_contents() { cell.contents() } else { " " };
        (text.to_owned(), cell.is_wide_continuation(), cell.bgcolor(), cell.bold())
    }

    #[test]
    fn rows_that_are_drawn_alike_are_not_sent() {
        let ((mut paper, sheet), look) = (Sheet::held(SIZE), look());
        let mut frames = Frames::new(&mut paper, &look);
        let screen =
            |name: &str| vec![(0, 0, "Ada".to_owned(), true), (2, 2, name.to_owned(), false)];
        drawn(&screen("Bob"), &mut frames.next);
        frames.begin(SIZE).unwrap();
        frames.show().unwrap();
        assert!(String::from_utf8(sheet.take()).unwrap().contains("Ada"));
        drawn(&screen("Bob"), &mut frames.next);
        frames.show().unwrap();
        assert_eq!(sheet.take(), b"");
        drawn(&screen("Rob"), &mut frames.next);
        frames.show().unwrap();
        assert_eq!(sheet.take(), b"\x1b[3;3HR");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn a_screen_told_in_changes_is_the_screen_told_at_once(
            screens in prop::collection::vec(
                prop::collection::vec((0..12_u16, 0..3_u16, "([a-c ]|[張e\u{301}한]|👍|नि|กำ|🇩🇪|❤\u{fe0f}){0,9}", any::<bool>()), 0..5),
                1..6,
            )
        ) {
            let last = screens[screens.len() - 1..].to_vec();
            let (told, whole) = (one_after_the_other(&screens), one_after_the_other(&last));
            for (y, x) in (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (y, x))) {
                prop_assert_eq!(look_of(&told, y, x), look_of(&whole, y, x), "{} {}", y, x);
            }
        }
    }
}
