//! How the screen is parted, as a pure function of its size: paging needs it, and views draw by it.
use super::msg::Size;

/// Rows of the parts that every screen has. SCREENS §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// 0 or 1.
    pub header: u16,
    /// The empty one beneath it: 0 or 1.
    pub gap: u16,
    /// What is left for the view.
    pub body: u16,
    /// 0 or 1.
    pub status: u16,
    /// 0 or 1.
    pub hints: u16,
}

/// The parts of a screen so high.
pub fn rows(size: Size) -> Rows {
    let height = size.height;
    let header = u16::from(height >= 6);
    let gap = u16::from(height >= 30);
    let hints = u16::from(height >= 6);
    let status = u16::from(height >= 14 || (height >= 10 && size.width >= 40));
    let body = height.saturating_sub(header + gap + status + hints);
    Rows { header, gap, body, status, hints }
}

/// Columns of a list's panes. SCREENS §2 "Widths". 0 = not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    /// The rail, with the line behind it.
    pub rail: u16,
    /// The list.
    pub list: u16,
    /// The preview, with the line before it.
    pub preview: u16,
}

/// How wide the rail is when it lies over a narrow list.
pub const RAIL_OVER: u16 = 24;

/// The panes of a list in a screen so wide.
pub fn panes(width: u16, has_preview: bool) -> Panes {
    let (rail, preview) = match width {
        160.. => (25, 51),
        110..=159 => (22, 36),
        90..=109 => (22, 0),
        _ => (0, 0),
    };
    let preview = if has_preview { preview } else { 0 };
    Panes { rail, list: width.saturating_sub(rail + preview), preview }
}

/// Rows of records that a list shows: its body without headings.
pub fn list_rows(size: Size, has_chips: bool) -> usize {
    let chips = if has_chips { if size.height >= 30 { 2 } else { 1 } } else { 0 };
    usize::from(rows(size).body.saturating_sub(1 + chips)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_every_screen() {
        for height in 0..80 {
            for width in [0, 1, 39, 40, 80, 200] {
                let parts = rows(Size { width, height });
                let sum = parts.header + parts.gap + parts.body + parts.status + parts.hints;
                assert_eq!(sum, height);
                let panes = panes(width, true);
                assert_eq!(panes.rail + panes.list + panes.preview, width);
            }
        }
    }
}
