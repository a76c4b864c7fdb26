//! What is laid out once when it arrives, and drawn as it is: lines of pieces, and the places where
//! the cursor can stand.
use crate::{domain::record::RecordId, domain::schema::ChoiceStyle, text::shown::Shown};

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A value.
    Text,
    /// A title.
    Strong,
    /// Labels, counts, times.
    Dim,
    /// It leads somewhere.
    Link,
    /// What is wrong.
    Bad,
    /// Typed here, not sent.
    Mine,
    /// A rule over all its cells; the piece has no text.
    Rule,
    /// The sign of a state; the piece has no text.
    Dot(ChoiceStyle),
    /// The sign of an empty value; the piece has no text.
    Nothing,
}

/// Some text at its place in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// From the left edge of the page.
    pub x: u16,
    /// At most so many cells.
    pub width: u16,
    /// Harmless, of one line.
    pub text: Shown,
    /// How it is meant.
    pub ink: Ink,
    /// Whether it ends at the right end of its cells.
    pub is_right: bool,
}

/// What the cursor can stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A field, by name.
    Field(String),
    /// A record of a panel.
    Row(usize, RecordId),
    /// The row that stands for the records of a panel that are not shown.
    More(usize),
    /// A panel without records.
    Empty(usize),
    /// Something that happened, by its place.
    Happening(usize),
    /// A file that hangs on it, by both places.
    File(usize, usize),
    /// A line of a field, by its place.
    Line(String, usize),
}

impl Stop {
    /// The panel that it belongs to.
    pub fn panel(&self) -> Option<usize> {
        match self {
            Self::Row(panel, _) | Self::More(panel) | Self::Empty(panel) => Some(*panel),
            Self::Field(_) | Self::Happening(_) | Self::File(..) | Self::Line(..) => None,
        }
    }
}

/// A place where the cursor can stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// On what.
    pub stop: Stop,
    /// From the left edge of the page.
    pub x: u16,
    /// Cells.
    pub width: u16,
    /// Its first line.
    pub line: usize,
    /// How many lines.
    pub height: usize,
    /// The section or panel, counted; `Tab` goes from one to the next.
    pub part: usize,
}

/// Lines, and places in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// From top to bottom.
    pub lines: Vec<Vec<Piece>>,
    /// In the order in which the cursor goes.
    pub places: Vec<Place>,
    /// The headings of panels: panel and line.
    pub headings: Vec<(usize, usize)>,
    part: usize,
}

impl Page {
    /// These lines, and nothing to stand on.
    pub fn of(lines: Vec<Vec<Piece>>) -> Self {
        Self { lines, ..Self::default() }
    }

    /// An empty line, unless one or nothing stands above.
    pub(in crate::app) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(Vec::new());
        }
    }

    /// Another section or panel begins.
    pub(in crate::app) fn begin_part(&mut self) {
        self.part += 1;
    }

    /// A line below the others; its number.
    pub(in crate::app) fn add(&mut self, line: Vec<Piece>) -> usize {
        self.lines.push(line);
        self.lines.len() - 1
    }

    /// Adds pieces to a line that may not be there yet.
    pub(in crate::app) fn put(&mut self, line: usize, pieces: impl IntoIterator<Item = Piece>) {
        if self.lines.len() <= line {
            self.lines.resize(line + 1, Vec::new());
        }
        if let Some(line) = self.lines.get_mut(line) {
            line.extend(pieces);
        }
    }

    /// The cursor can stand on these lines.
    pub(in crate::app) fn stop(
        &mut self,
        stop: Stop,
        (x, width): (u16, u16),
        line: usize,
        height: usize,
    ) {
        self.places.push(Place { stop, x, width, line, height, part: self.part });
    }

    /// Where a stop is.
    pub fn find(&self, stop: &Stop) -> Option<usize> {
        self.places.iter().position(|place| place.stop == *stop)
    }
}

/// A piece at the left end of its cells.
pub(in crate::app) fn piece(x: u16, width: u16, text: &str, ink: Ink) -> Piece {
    let text = Shown::line_max(text, usize::from(width));
    Piece { x, width, text, ink, is_right: false }
}

/// A piece at the right end of its cells.
pub(in crate::app) fn right(x: u16, width: u16, text: &str, ink: Ink) -> Piece {
    Piece { is_right: true, ..piece(x, width, text, ink) }
}
