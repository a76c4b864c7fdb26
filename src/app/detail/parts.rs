//! How a detail is parted, as a pure function of the window: laying out and drawing agree by it.
use crate::app::{geometry, msg::Size};

/// Where the parts of a detail are, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Rows of title, facts and tabs: 0 to 5.
    pub head: u16,
    /// Rows beneath them.
    pub rows: u16,
    /// Columns that stay free at both edges.
    pub margin: u16,
    /// Columns of the fields.
    pub main: u16,
    /// Columns of the activity beside them; 0 = it is a tab.
    pub aside: u16,
    /// Whether there is room for one field a row only.
    pub is_narrow: bool,
}

impl Parts {
    /// In a window so large; only the overview has something beside it.
    pub fn new(size: Size, is_overview: bool) -> Self {
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
            160.. if is_overview => (110, (width - 121).min(60)),
            110..=159 if is_overview => (72, width - 83),
            _ => (whole, 0),
        };
        Self { head, rows: body - head, margin, main, aside, is_narrow: width < 60 }
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
