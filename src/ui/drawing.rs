//! What views drew, row by row, before it becomes cells. A row that is drawn as it was in the frame
//! before is neither laid out nor compared cell by cell nor sent again: what a key costs follows
//! what it changes.
use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Rect, Size},
    style::Style,
};

use super::canvas::HitMap;
use crate::text::{cluster::clusters, width::width};

/// A whole screen: its rows, what the mouse hits there, and where the text cursor stands.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    size: Size,
    rows: Vec<Row>,
    hits: HitMap,
    cursor: Option<(u16, u16)>,
}

/// What was drawn on a row, one stroke over the other.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    strokes: Vec<Stroke>,
    /// The texts of all strokes, one behind the other.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Stroke {
    x: u16,
    cells: u16,
    style: Style,
    does: Does,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    /// Writes so many bytes of the row's text; it was made to fit.
    Write(usize),
    /// Lays a ground under what stands there.
    Ground,
    /// Empties the cells, then lays a ground.
    Clear,
}

impl Drawing {
    /// An empty screen of that size; memory is used again.
    pub(crate) fn begin(&mut self, size: Size) {
        self.size = size;
        self.rows.resize_with(usize::from(size.height), Row::default);
        for row in &mut self.rows {
            row.strokes.clear();
            row.text.clear();
        }
        self.hits.clear();
        self.cursor = None;
    }

    /// The size it was drawn for.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What the mouse can hit.
    pub fn hits(&self) -> &HitMap {
        &self.hits
    }

    /// Where the text cursor stands; `None` = it is hidden.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.cursor
    }

    /// Whether that row looks as it does in another drawing of this size.
    pub fn is_same_row(&self, other: &Self, y: u16) -> bool {
        self.size == other.size && self.rows.get(usize::from(y)) == other.rows.get(usize::from(y))
    }

    /// Makes a row's cells what was drawn there; whatever they held is gone.
    pub fn paint_row(&self, y: u16, cells: &mut [Cell]) {
        for cell in cells.iter_mut() {
            cell.reset();
        }
        if let Some(row) = self.rows.get(usize::from(y)) {
            row.paint(cells);
        }
    }

    /// Makes a buffer of its size what was drawn.
    pub fn paint(&self, buffer: &mut Buffer) {
        let wide = usize::from(buffer.area.width).max(1);
        for (y, cells) in (0..).zip(buffer.content.chunks_mut(wide)) {
            self.paint_row(y, cells);
        }
    }

    /// Text that fits into so many cells.
    pub(crate) fn write(&mut self, (x, y): (u16, u16), cells: u16, text: [&str; 2], style: Style) {
        let Some(row) = self.rows.get_mut(usize::from(y)) else { return };
        let before = row.text.len();
        for part in text {
            row.text.push_str(part);
        }
        let does = Does::Write(row.text.len() - before);
        row.strokes.push(Stroke { x, cells, style, does });
    }

    pub(super) fn ground(&mut self, area: Rect, style: Style) {
        self.fill(area, style, Does::Ground);
    }

    pub(super) fn clear(&mut self, area: Rect, style: Style) {
        self.fill(area, style, Does::Clear);
    }

    fn fill(&mut self, area: Rect, style: Style, does: Does) {
        let area = area.intersection(self.area());
        let (x, cells) = (area.x, area.width);
        let rows = self.rows.iter_mut().skip(usize::from(area.y)).take(usize::from(area.height));
        for row in rows {
            row.strokes.push(Stroke { x, cells, style, does });
        }
    }

    /// All of it.
    pub(super) fn area(&self) -> Rect {
        Rect::from(self.size)
    }

    pub(super) fn hits_mut(&mut self) -> &mut HitMap {
        &mut self.hits
    }

    pub(super) fn put_cursor(&mut self, at: Option<(u16, u16)>) {
        self.cursor = at;
    }
}

impl Row {
    fn paint(&self, cells: &mut [Cell]) {
        let mut rest = self.text.as_str();
        for stroke in &self.strokes {
            match stroke.does {
                Does::Write(bytes) => {
                    let Some((text, behind)) = rest.split_at_checked(bytes) else { return };
                    rest = behind;
                    stroke.write(text, cells);
                }
                Does::Ground => {
                    for cell in stroke.cells_of(cells) {
                        cell.set_style(stroke.style);
                    }
                }
                Does::Clear => stroke.clear(cells),
            }
        }
    }
}

impl Stroke {
    fn cells_of<'a>(&self, row: &'a mut [Cell]) -> impl Iterator<Item = &'a mut Cell> + use<'a> {
        row.iter_mut().skip(usize::from(self.x)).take(usize::from(self.cells))
    }

    fn clear(&self, row: &mut [Cell]) {
        cut_wide(row, self.x);
        for cell in self.cells_of(row) {
            cell.reset();
            cell.set_style(self.style);
        }
    }

    fn write(&self, text: &str, row: &mut [Cell]) {
        let mut free = self.cells_of(row);
        if text.is_ascii() {
            for (cell, byte) in free.zip(text.bytes()) {
                cell.set_char(char::from(byte)).set_style(self.style);
            }
            return;
        }
        let mut left = usize::from(self.cells);
        for (cluster, wide) in clusters(text).filter(|(_, wide)| *wide > 0) {
            let (Some(rest), Some(cell)) = (left.checked_sub(wide), free.next()) else { return };
            left = rest;
            cell.set_symbol(cluster).set_style(self.style);
            // What a wide character covers is empty, and so equal to what it covered before.
            free.by_ref().take(wide - 1).for_each(Cell::reset);
        }
    }
}

/// A wide character whose right half is covered from there on would still cover what covers it.
fn cut_wide(row: &mut [Cell], from: u16) {
    let before = from.checked_sub(1).and_then(|x| row.get_mut(usize::from(x)));
    if let Some(cell) = before.filter(|cell| width(cell.symbol()) > 1) {
        cell.set_symbol(" ");
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Modifier as M;

    use super::*;

    fn drawing(text: &str) -> Drawing {
        let mut drawing = Drawing::default();
        drawing.begin(Size::new(8, 2));
        drawing.write((1, 1), 7, [text, ""], Style::new().bold());
        drawing
    }

    fn symbols(drawing: &Drawing, y: u16) -> String {
        let mut cells = vec![Cell::new("?"); 8];
        drawing.paint_row(y, &mut cells);
        cells.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn a_row_that_is_drawn_alike_is_the_same_row() {
        let (one, mut two) = (drawing("Ada"), drawing("Ada"));
        assert!(one.is_same_row(&two, 0) && one.is_same_row(&two, 1));
        two.ground(Rect::new(3, 1, 1, 1), Style::new().underlined());
        assert!(one.is_same_row(&two, 0) && !one.is_same_row(&two, 1));
        assert!(!one.is_same_row(&drawing("Bob"), 1));
        two.begin(Size::new(9, 2));
        assert!(!one.is_same_row(&two, 0), "in another size nothing is the same");
    }

    #[test]
    fn a_drawing_that_begins_again_holds_nothing_of_the_last() {
        let mut again = drawing("Ada");
        again.begin(Size::new(8, 2));
        assert_eq!(symbols(&again, 1), " ".repeat(8));
        again.write((0, 0), 8, ["a張", "b"], Style::new());
        assert_eq!(symbols(&again, 0), "a張 b    ");
        assert!(again.hits().at(1, 1).is_none() && again.cursor().is_none());
    }

    #[test]
    fn strokes_lie_one_over_the_other() {
        let mut drawing = drawing("Ada");
        drawing.ground(Rect::new(0, 0, 8, 2), Style::new().underlined());
        drawing.clear(Rect::new(2, 1, 1, 9), Style::new());
        assert_eq!(symbols(&drawing, 1), " A a    ");
        let mut cells = vec![Cell::EMPTY; 8];
        drawing.paint_row(1, &mut cells);
        let style = |x: usize| cells[x].modifier;
        assert_eq!(
            (style(0), style(1), style(2)),
            (M::UNDERLINED, M::BOLD | M::UNDERLINED, M::empty())
        );
    }
}
