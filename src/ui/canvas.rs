//! Where views draw: cells with styles, and what the mouse hits there.
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::theme::Theme;
use crate::{
    app::msg::Target,
    text::{
        shown::{Shown, is_harmful},
        width::{cut, width},
    },
};

/// Which signs are drawn. SCREENS §3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the signs are explained in SCREENS §3")]
pub struct Signs {
    pub bar: &'static str,
    pub mark: &'static str,
    pub changed: &'static str,
    pub kept: &'static str,
    pub asking: &'static str,
    pub square: &'static str,
    pub dot: &'static str,
    pub circle: &'static str,
    pub trying: &'static str,
    pub down: &'static str,
    pub up: &'static str,
    pub folded: &'static str,
    pub link: &'static str,
    pub arrow: &'static str,
    pub drop: &'static str,
    pub none: &'static str,
    pub line: &'static str,
    pub rule: &'static str,
    pub corners: [&'static str; 6],
    pub separator: &'static str,
}

impl Signs {
    /// For terminals with Unicode.
    pub const UNICODE: Self = Self {
        bar: "▌",
        mark: "✓",
        changed: "~",
        kept: "⌂",
        asking: "↻",
        square: "▪",
        dot: "●",
        circle: "○",
        trying: "◌",
        down: "▾",
        up: "▴",
        folded: "▸",
        link: "›",
        arrow: "→",
        drop: "×",
        none: "–",
        line: "│",
        rule: "─",
        corners: ["╭", "╮", "╰", "╯", "─", "│"],
        separator: "·",
    };
    /// For the others, and where ambiguous signs are two cells wide.
    pub const ASCII: Self = Self {
        bar: ">",
        mark: "*",
        changed: "~",
        kept: "^",
        asking: "@",
        square: "#",
        dot: "o",
        circle: "-",
        trying: ".",
        down: "v",
        up: "^",
        folded: ">",
        link: ">",
        arrow: "->",
        drop: "x",
        none: "-",
        line: "|",
        rule: "-",
        corners: ["+", "+", "+", "+", "-", "|"],
        separator: "-",
    };
}

/// How everything looks: chosen once at the start.
#[derive(Clone, Debug)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Signs.
    pub signs: Signs,
}

/// What the mouse can hit, topmost last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HitMap(Vec<(Rect, Target)>);

impl HitMap {
    /// What lies topmost at the cell.
    pub fn at(&self, column: u16, row: u16) -> Option<&Target> {
        let inside = |area: &Rect| {
            (area.left()..area.right()).contains(&column)
                && (area.top()..area.bottom()).contains(&row)
        };
        self.0.iter().rev().find(|(area, _)| inside(area)).map(|(_, target)| target)
    }
}

/// Where views draw.
pub struct Canvas<'a> {
    buf: &'a mut Buffer,
    /// How it looks.
    pub look: &'a Look,
    hits: HitMap,
    cursor: Option<(u16, u16)>,
}

impl<'a> Canvas<'a> {
    /// Over the whole screen.
    pub fn new(buf: &'a mut Buffer, look: &'a Look) -> Self {
        Self { buf, look, hits: HitMap::default(), cursor: None }
    }

    /// Colours.
    pub fn theme(&self) -> &'a Theme {
        &self.look.theme
    }

    /// Signs.
    pub fn signs(&self) -> Signs {
        self.look.signs
    }

    /// What the mouse can hit, and where the text cursor stands.
    pub fn finish(self) -> (HitMap, Option<(u16, u16)>) {
        (self.hits, self.cursor)
    }

    /// Text from `x` on, at most `cells` wide, cut with `…`; the column behind it. Whatever would
    /// harm a terminal is replaced here, should it have come so far.
    pub fn put(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let area = self.buf.area;
        if y < area.top() || y >= area.bottom() || x >= area.right() || cells == 0 {
            return x;
        }
        let cells = cells.min(area.right() - x);
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.put_plain(x, y, cells, text, style);
        }
        let safe;
        let text = if text.chars().any(is_harmful) {
            safe = Shown::line(text);
            safe.as_str()
        } else {
            text
        };
        if text.len() <= usize::from(cells) || width(text) <= usize::from(cells) {
            return self.buf.set_stringn(x, y, text, usize::from(cells), style).0;
        }
        let short = cut(text, usize::from(cells));
        self.buf.set_stringn(x, y, short, usize::from(cells), style).0
    }

    /// Plain ASCII, which most text is: one byte, one cell; cut as [`cut`] does.
    fn put_plain(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let fits = text.len() <= usize::from(cells);
        let room = usize::from(if fits { cells } else { cells.saturating_sub(1) });
        let from = self.buf.index_of(x, y);
        let mut end = x;
        for (cell, byte) in self.buf.content.iter_mut().skip(from).zip(text.bytes().take(room)) {
            cell.set_char(char::from(byte)).set_style(style);
            end += 1;
        }
        if fits { end } else { self.buf.set_stringn(end, y, "…", 1, style).0 }
    }

    /// Text that ends before `right`, at most `cells` wide; the column where it begins.
    pub fn put_right(&mut self, right: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let wide = u16::try_from(width(text)).unwrap_or(u16::MAX).min(cells).min(right);
        let x = right - wide;
        self.put(x, y, wide, text, style);
        x
    }

    /// Pieces one behind the other, all within `cells`; the column behind them.
    pub fn put_all(&mut self, x: u16, y: u16, cells: u16, pieces: &[(&str, Style)]) -> u16 {
        let end = x.saturating_add(cells);
        pieces
            .iter()
            .fold(x, |at, (text, style)| self.put(at, y, end.saturating_sub(at), text, *style))
    }

    /// Lays a ground under an area; what stands there keeps its text.
    pub fn ground(&mut self, area: Rect, style: Style) {
        self.buf.set_style(area, style);
    }

    /// Empties an area and lays a ground.
    pub fn clear(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buf.area);
        self.cut_wide(area);
        for position in area.positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// A wide character whose right half the area covers would still cover the area's edge.
    fn cut_wide(&mut self, area: Rect) {
        let Some(x) = area.x.checked_sub(1) else { return };
        for y in area.top()..area.bottom() {
            if let Some(cell) = self.buf.cell_mut((x, y))
                && width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
    }

    /// A vertical line.
    pub fn line(&mut self, x: u16, top: u16, bottom: u16) {
        let (sign, style) = (self.signs().line, self.theme().rule);
        for y in top..bottom {
            self.put(x, y, 1, sign, style);
        }
    }

    /// A horizontal line.
    pub fn rule(&mut self, x: u16, y: u16, cells: u16) {
        let (sign, style) = (self.signs().rule, self.theme().rule);
        self.put(x, y, cells, &sign.repeat(usize::from(cells)), style);
    }

    /// Everything so far becomes background of an overlay. SCREENS §6.
    pub fn scrim(&mut self) {
        let scrim = self.theme().scrim;
        for cell in &mut self.buf.content {
            let symbol_only = Style::reset().patch(self.look.theme.base).patch(scrim);
            cell.set_style(symbol_only);
        }
        self.hits = HitMap::default();
        self.cursor = None;
    }

    /// The ground of a popup, with a border where grounds cannot be told apart; what is inside
    /// its padding of 1 row and 3 columns.
    pub fn popup(&mut self, area: Rect) -> Rect {
        let area = area.intersection(self.buf.area);
        self.clear(area, self.theme().popup.patch(self.theme().text));
        if !self.theme().has_grounds() {
            self.border(area);
        }
        area.inner(ratatui::layout::Margin { horizontal: 3, vertical: 1 })
    }

    fn border(&mut self, area: Rect) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let [tl, tr, bl, br, h, v] = self.signs().corners;
        let (style, right, bottom) = (self.theme().rule, area.right() - 1, area.bottom() - 1);
        let across = h.repeat(usize::from(area.width - 2));
        for (y, left_sign, right_sign) in [(area.y, tl, tr), (bottom, bl, br)] {
            self.put(area.x, y, 1, left_sign, style);
            self.put(area.x + 1, y, area.width - 2, &across, style);
            self.put(right, y, 1, right_sign, style);
        }
        for y in area.y + 1..bottom {
            self.put(area.x, y, 1, v, style);
            self.put(right, y, 1, v, style);
        }
    }

    /// What the mouse hits in an area.
    pub fn hit(&mut self, area: Rect, target: Target) {
        self.hits.0.push((area, target));
    }

    /// Where the terminal's text cursor stands.
    pub fn cursor(&mut self, x: u16, y: u16) {
        self.cursor = Some((x, y));
    }

    /// The cells themselves, for what has no method here.
    pub fn buf(&mut self) -> &mut Buffer {
        self.buf
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::Light;

    #[test]
    fn a_popup_covers_the_half_of_a_wide_character() {
        let look = Look { theme: Theme::new(Light::None, None, false).0, signs: Signs::UNICODE };
        let mut buf = Buffer::empty(Rect::new(0, 0, 8, 1));
        let mut canvas = Canvas::new(&mut buf, &look);
        canvas.put(0, 0, 8, "a東b", Style::new());
        canvas.clear(Rect::new(2, 0, 3, 1), Style::new());
        let symbols: Vec<_> = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols.concat().trim_end(), "a");
    }
}
