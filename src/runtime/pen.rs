//! Cells as bytes for a terminal: a style is said once, a place only where it does not follow.
use std::io::{self, Write};

use crossterm::{
    cursor::MoveTo,
    queue,
    style::{Color as TerminalColor, Colored},
};
use ratatui::{
    backend::IntoCrossterm as _,
    buffer::Cell,
    style::{Color, Modifier},
};

use crate::text::{cluster::is_doubtful, width::cluster_width};

/// ECMA-48's numbers of what cells can be.
const MARKS: [(Modifier, &[u8]); 9] = [
    (Modifier::BOLD, b"1"),
    (Modifier::DIM, b"2"),
    (Modifier::ITALIC, b"3"),
    (Modifier::UNDERLINED, b"4"),
    (Modifier::SLOW_BLINK, b"5"),
    (Modifier::RAPID_BLINK, b"6"),
    (Modifier::REVERSED, b"7"),
    (Modifier::HIDDEN, b"8"),
    (Modifier::CROSSED_OUT, b"9"),
];

/// Writes cells; it begins and ends with no style.
#[derive(Debug, Default)]
pub(super) struct Pen {
    /// Where the terminal's cursor is known to stand.
    at: Option<(u16, u16)>,
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    /// A cell at its place.
    ///
    /// A cluster on whose cells terminals disagree gets its cells emptied first, should it take
    /// fewer, and the next one its own place, should it take more.
    pub(super) fn put(
        &mut self,
        (x, y): (u16, u16),
        cell: &Cell,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        if self.at != Some((x, y)) {
            queue!(out, MoveTo(x, y))?;
        }
        self.change(cell, out)?;
        let text = cell.symbol();
        if text.len() == 1 {
            out.extend_from_slice(text.as_bytes());
            self.at = Some((x + 1, y));
            return Ok(());
        }
        let wide = cluster_width(text);
        let is_doubtful = is_doubtful(text);
        if is_doubtful && wide > 1 {
            out.extend(std::iter::repeat_n(b' ', wide));
            queue!(out, MoveTo(x, y))?;
        }
        out.extend_from_slice(text.as_bytes());
        let behind = u16::try_from(wide).ok().and_then(|wide| x.checked_add(wide));
        self.at = behind.filter(|_| !is_doubtful).map(|x| (x, y));
        Ok(())
    }

    /// No style is left behind.
    pub(super) fn lift(&mut self, out: &mut Vec<u8>) {
        if (self.fg, self.bg, self.modifier) != (Color::Reset, Color::Reset, Modifier::empty()) {
            out.extend_from_slice(b"\x1b[0m");
        }
        *self = Self::default();
    }

    /// What differs from the cell before, in one sequence.
    fn change(&mut self, cell: &Cell, out: &mut Vec<u8>) -> io::Result<()> {
        if (cell.fg, cell.bg, cell.modifier) == (self.fg, self.bg, self.modifier) {
            return Ok(());
        }
        let begins = out.len();
        out.extend_from_slice(b"\x1b[");
        if self.modifier.intersects(!cell.modifier) {
            // Some cannot be taken back alone: bold and dim share their end.
            out.extend_from_slice(b"0;");
            (self.fg, self.bg, self.modifier) = (Color::Reset, Color::Reset, Modifier::empty());
        }
        for (_, number) in
            MARKS.iter().filter(|(it, _)| (cell.modifier - self.modifier).contains(*it))
        {
            out.extend_from_slice(number);
            out.push(b';');
        }
        if cell.fg != self.fg {
            color(Colored::ForegroundColor, cell.fg, out)?;
        }
        if cell.bg != self.bg {
            color(Colored::BackgroundColor, cell.bg, out)?;
        }
        (self.fg, self.bg, self.modifier) = (cell.fg, cell.bg, cell.modifier);
        match out.last_mut() {
            Some(last) if *last == b';' => *last = b'm',
            _ => out.truncate(begins), // where no colour is wanted nothing had to be said
        }
        Ok(())
    }
}

/// Said by crossterm, which says nothing where no colour is wanted.
fn color(of: fn(TerminalColor) -> Colored, color: Color, out: &mut Vec<u8>) -> io::Result<()> {
    let before = out.len();
    write!(out, "{}", of(color.into_crossterm()))?;
    if out.len() > before {
        out.push(b';');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn written(cells: &[(u16, u16, &str, Style)]) -> String {
        let (mut pen, mut out) = (Pen::default(), Vec::new());
        for (x, y, symbol, style) in cells {
            let mut cell = Cell::EMPTY;
            cell.set_symbol(symbol).set_style(*style);
            pen.put((*x, *y), &cell, &mut out).unwrap();
        }
        pen.lift(&mut out);
        String::from_utf8(out).unwrap().replace('\u{1b}', "^")
    }

    #[test]
    fn a_place_and_a_style_are_said_once() {
        let red = Style::new().fg(Color::Rgb(255, 0, 0));
        assert_eq!(written(&[(1, 2, "a", red), (2, 2, "b", red)]), "^[3;2H^[38;2;255;0;0mab^[0m");
        let plain = Style::new();
        assert_eq!(written(&[(0, 0, "張", plain), (2, 0, "b", plain)]), "^[1;1H張b");
        assert_eq!(written(&[(0, 0, "a", plain), (2, 0, "b", plain)]), "^[1;1Ha^[1;3Hb");
    }

    #[test]
    fn a_mark_that_ends_takes_no_other_along() {
        let bold = Style::new().bold().fg(Color::Red);
        let both = bold.underlined();
        assert_eq!(
            written(&[(0, 0, "a", both), (1, 0, "b", bold), (2, 0, "c", both)]),
            "^[1;1H^[1;4;38;5;1ma^[0;1;38;5;1mb^[4mc^[0m"
        );
        let off = Style::new().fg(Color::Red);
        assert_eq!(
            written(&[(0, 0, "a", bold), (1, 0, "b", off)]),
            "^[1;1H^[1;38;5;1ma^[0;38;5;1mb^[0m"
        );
    }

    #[test]
    fn what_follows_a_doubtful_cluster_is_put_where_it_belongs() {
        let plain = Style::new();
        assert_eq!(
            written(&[(3, 0, "👨\u{200d}👩", plain), (5, 0, "b", plain)]),
            "^[1;4H  ^[1;4H👨\u{200d}👩^[1;6Hb"
        );
        assert_eq!(written(&[(0, 0, "e\u{301}", plain), (1, 0, "b", plain)]), "^[1;1He\u{301}b");
    }
}
