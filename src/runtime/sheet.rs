//! What frames are written on: ratatui's backend without what it repeats every frame.
use std::{
    io::{self, Write, stdout},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use super::pen::Pen;

/// Tells a terminal that knows how to show a whole frame at once (mode 2026).
const BEGINS: &[u8] = b"\x1b[?2026h";
const ENDS: &[u8] = b"\x1b[?2026l";

/// Gathers a frame, so that it leaves in one piece: ratatui flushes two or three times a frame,
/// and each would be a write, and maybe half a frame on the screen. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Sheet(Arc<Mutex<Page>>);

#[derive(Debug, Default)]
struct Page {
    bytes: Vec<u8>,
    /// A frame is being drawn: nothing leaves before its end.
    is_held: bool,
    is_cursor_hidden: bool,
    /// Asking the system takes three calls; it tells when the size changes.
    size: Option<Size>,
}

impl Sheet {
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A frame begins or ends. One in which nothing changed writes nothing.
    ///
    /// Errors: the terminal cannot be written to.
    pub(super) fn frame(&self, begins: bool) -> io::Result<()> {
        let mut page = self.page();
        page.is_held = begins;
        if begins || page.bytes.is_empty() {
            return Ok(());
        }
        page.bytes.splice(..0, BEGINS.iter().copied());
        page.bytes.extend(ENDS);
        page.leave()
    }

    /// The terminal has another size, or was somebody else's for a while.
    pub(super) fn forget(&self) {
        let mut page = self.page();
        (page.size, page.is_cursor_hidden) = (None, false);
    }

    /// A terminal of that size to which nothing goes, for tests and benches: what would go is taken
    /// from the sheet.
    pub fn held(size: Size) -> (Paper, Self) {
        let (paper, sheet) = screen();
        let mut page = sheet.page();
        (page.is_held, page.size) = (true, Some(size));
        drop(page);
        (paper, sheet)
    }

    /// What would have gone.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.page().bytes)
    }

    /// Whether that changes anything.
    fn hides_cursor(&self, hides: bool) -> bool {
        std::mem::replace(&mut self.page().is_cursor_hidden, hides) != hides
    }
}

impl Page {
    fn leave(&mut self) -> io::Result<()> {
        let mut out = stdout().lock();
        let written = out.write_all(&self.bytes).and_then(|()| out.flush());
        self.bytes.clear();
        written
    }
}

impl Write for Sheet {
    fn write(&mut self, new: &[u8]) -> io::Result<usize> {
        self.page().bytes.extend_from_slice(new);
        Ok(new.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut page = self.page();
        if page.is_held { Ok(()) } else { page.leave() }
    }
}

/// ratatui's backend for crossterm on a [`Sheet`].
#[derive(Debug)]
pub struct Paper {
    inner: CrosstermBackend<Sheet>,
    sheet: Sheet,
}

/// Standard output as a backend, and the sheet that its frames are written on.
pub fn screen() -> (Paper, Sheet) {
    let sheet = Sheet::default();
    (Paper { inner: CrosstermBackend::new(sheet.clone()), sheet: sheet.clone() }, sheet)
}

impl Backend for Paper {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, cells: I) -> io::Result<()> {
        let (mut pen, mut page) = (Pen::default(), self.sheet.page());
        for (x, y, cell) in cells {
            pen.put((x, y), cell, &mut page.bytes)?;
        }
        pen.lift(&mut page.bytes);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.sheet.hides_cursor(true) { self.inner.hide_cursor() } else { Ok(()) }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.sheet.hides_cursor(false) { self.inner.show_cursor() } else { Ok(()) }
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.sheet.forget();
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.inner.clear_region(region)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        if let Some(size) = self.sheet.page().size {
            return Ok(size);
        }
        let size = self.inner.size()?;
        self.sheet.page().size = Some(size);
        Ok(size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_frame_leaves_before_its_end() {
        let (mut paper, sheet) = Sheet::held(Size::new(8, 2));
        paper.draw([(0, 0, &Cell::new("x"))].into_iter()).unwrap();
        paper.hide_cursor().unwrap();
        paper.flush().unwrap();
        assert!(sheet.page().bytes.contains(&b'x') && sheet.page().bytes.ends_with(b"[?25l"));
    }

    #[test]
    fn a_frame_without_changes_writes_nothing() {
        let (mut paper, sheet) = Sheet::held(Size::new(8, 2));
        paper.hide_cursor().unwrap();
        sheet.page().bytes.clear();
        paper.draw(std::iter::empty()).unwrap();
        paper.hide_cursor().unwrap();
        paper.flush().unwrap();
        assert_eq!(sheet.page().bytes, b"");
        sheet.forget();
        paper.hide_cursor().unwrap();
        assert_eq!(sheet.page().bytes, b"\x1b[?25l", "the terminal may have been another's");
    }
}
