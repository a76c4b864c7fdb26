//! Text being typed: one line or several. Wraps the text-area crate, so that graphemes, words and
//! undo are its business. The one declared exception of this layer (ARCHITECTURE §3).
use ratatui_textarea::{CursorMove, Input, Key as Pressed, TextArea};

use super::keymap::{Code, Key};

/// Text with a cursor.
#[derive(Clone, Debug)]
pub struct Edit {
    area: TextArea<'static>,
    is_line: bool,
}

impl Edit {
    /// One line; line breaks become blanks.
    pub fn line(text: &str) -> Self {
        Self::new(vec![text.replace(['\n', '\r'], " ")], true)
    }

    /// Several lines.
    pub fn lines(text: &str) -> Self {
        Self::new(
            text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect(),
            false,
        )
    }

    fn new(lines: Vec<String>, is_line: bool) -> Self {
        let mut area = TextArea::new(lines);
        area.set_max_histories(200);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, is_line }
    }

    /// The text as it stands.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Its lines.
    pub fn rows(&self) -> &[String] {
        self.area.lines()
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.area.lines().iter().all(String::is_empty)
    }

    /// Whether it takes several lines.
    pub fn is_multiline(&self) -> bool {
        !self.is_line
    }

    /// Line and character of the cursor.
    pub fn cursor(&self) -> (usize, usize) {
        let at = self.area.cursor();
        (at.0, at.1)
    }

    /// The cursor goes to that character of its line.
    pub fn go_to_column(&mut self, column: usize) {
        self.area.move_cursor(CursorMove::Head);
        for _ in 0..column {
            self.area.move_cursor(CursorMove::Forward);
        }
    }

    /// Whether the key changed the text or moved the cursor; keys it does not know do nothing.
    pub fn press(&mut self, key: Key) -> bool {
        let Some(pressed) = pressed(key) else { return false };
        if self.is_line && matches!(pressed, Pressed::Enter | Pressed::Up | Pressed::Down) {
            return false;
        }
        let before = self.area.cursor();
        let input = Input { key: pressed, ctrl: key.ctrl, alt: key.alt, shift: key.shift };
        let changed = self.area.input(input);
        changed || self.area.cursor() != before
    }

    /// Puts text in at the cursor.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.area.insert_str(if self.is_line { text.replace('\n', " ") } else { text });
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set(&mut self, text: &str) {
        *self = if self.is_line { Self::line(text) } else { Self::lines(text) };
    }
}

impl PartialEq for Edit {
    fn eq(&self, other: &Self) -> bool {
        self.rows() == other.rows() && self.cursor() == other.cursor()
    }
}

fn pressed(key: Key) -> Option<Pressed> {
    Some(match key.code {
        Code::Char(c) => Pressed::Char(c),
        Code::Enter => Pressed::Enter,
        Code::Backspace => Pressed::Backspace,
        Code::Delete => Pressed::Delete,
        Code::Home => Pressed::Home,
        Code::End => Pressed::End,
        Code::Up => Pressed::Up,
        Code::Down => Pressed::Down,
        Code::Left => Pressed::Left,
        Code::Right => Pressed::Right,
        Code::Esc
        | Code::Tab
        | Code::BackTab
        | Code::Insert
        | Code::PageUp
        | Code::PageDown
        | Code::F(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_never_breaks() {
        let mut edit = Edit::line("a\nb");
        edit.paste("c\r\nd");
        assert!(!edit.press(Key::plain(Code::Enter)));
        assert_eq!(edit.text(), "a bc d");
    }

    #[test]
    fn typing_goes_to_the_cursor() {
        let mut edit = Edit::lines("one\ntwo");
        edit.press(Key::plain(Code::Home));
        edit.press(Key::char('å'));
        assert_eq!(edit.text(), "one\nåtwo");
    }
}
