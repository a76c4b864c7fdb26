//! How a detail is parted, as a pure function of the window: laying out and drawing agree by it.
use crate::app::{geometry, msg::Size};

/// Where the parts of a detail are, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Rows of title, facts and tabs: 0 to 5.
    pub head: u16,
    /// Rows of a comment being written, beneath them.
    pub composer: u16,
    /// Rows beneath that.
    pub rows: u16,
    /// Columns that stay free at both edges.
    pub margin: u16,
    /// Columns of the fields.
    pub main: u16,
    /// Columns of what stands beside them: the activity, or the fields; 0 = that is a tab.
    pub aside: u16,
    /// Whether there is room for one field a row only.
    pub is_narrow: bool,
}

impl Parts {
    /// In a window so large; the overview and the activity have something beside them.
    pub fn new(size: Size, has_aside: bool) -> Self {
        let body = geometry::rows(size).body;
        let head = match body {
            14.. => 5,
            8..=13 => 2,
            3..=7 => 1,
            _ => 0,
        };
        let width = size.width;
        let margin = if width >= 60 { 3 } else { 1 };
        let whole = width.saturating_sub(2 * margin);
        let (main, aside) = match width {
            160.. if has_aside => (110, (width - 121).min(60)),
            110..=159 if has_aside => (72, width - 83),
            _ => (whole, 0),
        };
        let (composer, rows) = (0, body - head);
        Self { head, composer, rows, margin, main, aside, is_narrow: width < 60 }
    }

    /// With so many rows for a comment being written.
    #[must_use]
    pub fn with_composer(self, rows: u16) -> Self {
        let composer = rows.min(self.rows);
        Self { composer, rows: self.rows - composer, ..self }
    }

    /// Where the line before the activity stands.
    pub fn line(&self) -> u16 {
        self.margin + self.main + 2
    }

    /// Where the activity begins.
    pub fn aside_at(&self) -> u16 {
        self.line() + 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fit_into_every_window() {
        for width in 0..220 {
            for height in 0..70 {
                let parts = Parts::new(Size { width, height }, true);
                let used = if parts.aside > 0 {
                    parts.aside_at() + parts.aside
                } else {
                    parts.margin + parts.main
                };
                assert!(used <= width.max(parts.margin), "{parts:?} in {width}");
                assert!(parts.head + parts.rows <= height, "{parts:?} in {height}");
            }
        }
    }
}
