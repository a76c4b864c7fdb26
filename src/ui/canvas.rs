//! Where views draw: cells with styles, and what the mouse hits there.
use ratatui::{layout::Rect, style::Style};

use super::{drawing::Drawing, theme::Theme};
use crate::{
    app::msg::Target,
    text::{
        cluster::is_plain,
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

    pub(super) fn add(&mut self, area: Rect, target: Target) {
        self.0.push((area, target));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Where views draw.
pub struct Canvas<'a> {
    drawing: &'a mut Drawing,
    /// How it looks.
    pub look: &'a Look,
}

impl<'a> Canvas<'a> {
    /// Over the whole screen.
    pub fn new(drawing: &'a mut Drawing, look: &'a Look) -> Self {
        Self { drawing, look }
    }

    /// Colours.
    pub fn theme(&self) -> &'a Theme {
        &self.look.theme
    }

    /// Signs.
    pub fn signs(&self) -> Signs {
        self.look.signs
    }

    /// Text from `x` on, at most `cells` wide, cut with `…`; the column behind it. Whatever would
    /// harm a terminal is replaced here, should it have come so far.
    pub fn put(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let area = self.drawing.area();
        if y >= area.bottom() || x >= area.right() || cells == 0 {
            return x;
        }
        let cells = cells.min(area.right() - x);
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.put_ascii((x, y), cells, text, style);
        }
        if !is_plain(text) && text.chars().any(is_harmful) {
            return self.put_harmless((x, y), cells, Shown::line(text).as_str(), style);
        }
        self.put_harmless((x, y), cells, text, style)
    }

    /// Plain ASCII, which most text is: one byte, one cell; cut as [`cut`] does.
    fn put_ascii(&mut self, at: (u16, u16), cells: u16, text: &str, style: Style) -> u16 {
        let room = usize::from(cells);
        let (text, mark) = match text.split_at_checked(room.saturating_sub(1)) {
            Some((head, _)) if text.len() > room => (head, "…"),
            _ => (text, ""),
        };
        let wide = u16::try_from(text.len()).unwrap_or(cells) + u16::from(!mark.is_empty());
        self.drawing.write(at, cells, [text, mark], style);
        at.0 + wide
    }

    fn put_harmless(&mut self, at: (u16, u16), cells: u16, text: &str, style: Style) -> u16 {
        let wide = width(text);
        let Some(wide) = u16::try_from(wide).ok().filter(|wide| *wide <= cells) else {
            let short = cut(text, usize::from(cells));
            self.drawing.write(at, cells, [&short, ""], style);
            return at.0 + u16::try_from(width(&short)).unwrap_or(cells);
        };
        self.drawing.write(at, cells, [text, ""], style);
        at.0 + wide
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
        self.drawing.ground(area, style);
    }

    /// Empties an area and lays a ground.
    pub fn clear(&mut self, area: Rect, style: Style) {
        self.drawing.clear(area, style);
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
        let symbols_only = Style::reset().patch(self.theme().base).patch(self.theme().scrim);
        self.drawing.ground(self.drawing.area(), symbols_only);
        self.drawing.hits_mut().clear();
        self.drawing.put_cursor(None);
    }

    /// The ground of a popup, with a border where grounds cannot be told apart; what is inside
    /// its padding of 1 row and 3 columns.
    pub fn popup(&mut self, area: Rect) -> Rect {
        let area = area.intersection(self.drawing.area());
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
        self.drawing.hits_mut().add(area, target);
    }

    /// Where the terminal's text cursor stands.
    pub fn cursor(&mut self, x: u16, y: u16) {
        self.drawing.put_cursor(Some((x, y)));
    }
}

#[cfg(test)]
mod tests {
    use ratatui::{buffer::Buffer, layout::Size};

    use super::*;
    use crate::ui::theme::Light;

    #[test]
    fn a_popup_covers_the_half_of_a_wide_character() {
        let look = Look { theme: Theme::new(Light::None, None, false).0, signs: Signs::UNICODE };
        let (mut drawing, mut buf) = (Drawing::default(), Buffer::empty(Rect::new(0, 0, 8, 1)));
        drawing.begin(Size::new(8, 1));
        let mut canvas = Canvas::new(&mut drawing, &look);
        canvas.put(0, 0, 8, "a東b", Style::new());
        canvas.clear(Rect::new(2, 0, 3, 1), Style::new());
        drawing.paint(&mut buf);
        let symbols: Vec<_> = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(symbols.concat().trim_end(), "a");
    }
}
