//! What a terminal answers so late that nobody waits for it any more. The colour of its ground is
//! asked for before the first frame; over a slow line the answer comes as if it were typed.
use super::input::Raw;
use crate::app::keymap::{Code, Key};

/// More than any answer holds: `]11;rgba:ffff/ffff/ffff/ffff`.
const LONGEST: usize = 40;

/// Tells such an answer from what is typed, key by key.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// What may be an answer's beginning.
    held: Vec<Raw>,
}

impl Late {
    /// What was typed for sure, in order; nothing while it may still be an answer.
    pub(super) fn typed(&mut self, raw: Raw) -> Vec<Raw> {
        if self.held.is_empty() && !begins(&raw) {
            return vec![raw];
        }
        let is_part = self.held.is_empty() || continues(&raw) && self.held.len() < LONGEST;
        let is_end = !is_part && ends(&raw) && self.held.len() > 1;
        self.held.push(raw);
        let held = if is_part { Vec::new() } else { self.given_up() };
        if is_end { Vec::new() } else { held }
    }

    /// Whether something is held that nothing has followed yet.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// What was held, since nothing follows: then it was typed.
    pub(super) fn given_up(&mut self) -> Vec<Raw> {
        std::mem::take(&mut self.held)
    }
}

/// `ESC ]`, which reads as a key with Alt.
fn begins(raw: &Raw) -> bool {
    matches!(raw, Raw::Key(Key { code: Code::Char(']'), alt: true, .. }))
}

/// A letter of `11;rgb:1616/1818/1c1c`.
fn continues(raw: &Raw) -> bool {
    let is_letter = |c: char| c.is_ascii_hexdigit() || ";:/rgb".contains(c);
    matches!(raw, Raw::Key(Key { code: Code::Char(c), alt: false, ctrl: false, .. }) if is_letter(*c))
}

/// `ESC \` or `BEL`.
fn ends(raw: &Raw) -> bool {
    matches!(
        raw,
        Raw::Key(
            Key { code: Code::Char('\\'), alt: true, .. }
                | Key { code: Code::Char('g'), ctrl: true, .. }
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: char, alt: bool, ctrl: bool) -> Raw {
        Raw::Key(Key { code: Code::Char(code), alt, ctrl, shift: false })
    }

    fn plain(text: &str) -> Vec<Raw> {
        text.chars().map(|c| key(c, false, false)).collect()
    }

    /// What comes out of it at once.
    fn typed(late: &mut Late, raws: Vec<Raw>) -> Vec<Raw> {
        raws.into_iter().flat_map(|raw| late.typed(raw)).collect()
    }

    #[test]
    fn a_late_answer_is_not_typed() {
        for end in [key('\\', true, false), key('g', false, true)] {
            for answer in ["11;rgb:1616/1818/1c1c", "10;rgba:ffff/ffff/ffff/ffff"] {
                let mut late = Late::default();
                let mut all = plain("j");
                all.push(key(']', true, false));
                all.extend(plain(answer));
                all.push(end.clone());
                all.extend(plain("k"));
                assert_eq!(typed(&mut late, all), plain("jk"), "{answer}");
                assert!(!late.is_holding());
            }
        }
    }

    #[test]
    fn what_only_begins_so_is_typed() {
        let mut late = Late::default();
        let mut all = vec![key(']', true, false)];
        all.extend(plain("1x2"));
        assert_eq!(typed(&mut late, all.clone()), all);
        assert_eq!(late.typed(key(']', true, false)), Vec::new());
        assert!(late.is_holding());
        assert_eq!(late.given_up(), vec![key(']', true, false)]);
        let mut endless = vec![key(']', true, false)];
        endless.extend(plain(&"1".repeat(60)));
        assert_eq!(typed(&mut late, endless.clone()), endless);
    }
}
