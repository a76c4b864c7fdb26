//! Frames: what the views draw, and what of it the terminal does not show yet.
use std::{error::Error, io, mem};

use ratatui::{backend::Backend, buffer::Cell, layout::Size};

use crate::{
    app::state::State,
    text::{cluster::is_doubtful, width::cluster_width},
    ui::{
        self,
        canvas::{HitMap, Look},
        drawing::Drawing,
    },
};

/// Draws states on a terminal; only what differs from the frame before is sent.
pub(super) struct Frames<'a, B> {
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
    pub(super) count: usize,
}

impl<'a, B> Frames<'a, B>
where
    B: Backend<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    pub(super) fn new(backend: &'a mut B, look: &'a Look) -> Self {
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
    pub(super) fn hits(&self) -> &HitMap {
        self.shown.hits()
    }

    /// The terminal was somebody else's, or shows what it should not: the next one is sent whole.
    pub(super) fn lose(&mut self) {
        self.is_lost = true;
    }

    /// The next one.
    ///
    /// Errors: the terminal cannot be written to, or its size not read.
    pub(super) fn draw(&mut self, state: &State) -> io::Result<()> {
        let size = self.backend.size().map_err(io::Error::other)?;
        if mem::take(&mut self.is_lost) || size != self.shown.size() {
            self.begin(size)?;
        }
        ui::draw(state, self.look, size, &mut self.next);
        self.send(usize::from(size.width))?;
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
    /// Up to this column all is sent: a wide character that goes takes along what it covers.
    upto: usize,
}

impl<'a> Changes<'a> {
    /// Where terminals may disagree on the cells of anything in the row, before or now, all of it is
    /// sent: nobody knows what stands behind it.
    fn new(was: &'a [Cell], is: &'a [Cell]) -> Self {
        let doubtful = |cell: &Cell| cell.symbol().len() > 1 && is_doubtful(cell.symbol());
        let is_doubtful = was.iter().chain(is).any(doubtful);
        Self { was, is, at: 0, upto: if is_doubtful { is.len() } else { 0 } }
    }
}

impl<'a> Iterator for Changes<'a> {
    type Item = (u16, &'a Cell);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.at;
            let cell = self.is.get(at)?;
            let end = at + cluster_width(cell.symbol()).max(1);
            self.at = end;
            let was = self.was.get(at..end.min(self.was.len())).unwrap_or_default();
            if at >= self.upto && was.first() == Some(cell) {
                continue;
            }
            let reach = (at..).zip(was).map(|(x, old)| x + cluster_width(old.symbol()));
            self.upto = reach.fold(self.upto, usize::max);
            return Some((u16::try_from(at).ok()?, cell));
        }
    }
}
