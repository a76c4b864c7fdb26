//! Text from outside, made harmless: an escape code in a CRM field must not move the
//! cursor, a bidi override must not make one name look like another, and a flood of
//! accents must not bury the rows above.
use std::fmt;

use unicode_width::UnicodeWidthChar;

use super::{
    cluster::{clusters, is_plain},
    width,
};

/// So many marks may stand on one character; the tallest Vietnamese or Hebrew stacks need four.
const MARKS: usize = 8;
/// So many characters make at most one cluster; a family of four with skin tones has eleven.
const CLUSTER: usize = 24;
/// So many characters are read for one cell before the rest is given up.
const READ_PER_CELL: usize = 32;

/// The only kind of text that views print. Lossy, so never edited and never saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown(String);

impl Shown {
    /// For one line: line breaks and tabs become one blank.
    pub fn line(text: &str) -> Self {
        // Most text is plain, and harms nobody.
        if is_plain(text) {
            return Self(text.to_owned());
        }
        let mut filter = Filter::new(false);
        filter.read(text.chars());
        Self::clustered(&filter.out)
    }

    /// For text that may fill several lines: line breaks stay, as `\n`.
    pub fn lines(text: &str) -> Self {
        let mut filter = Filter::new(true);
        filter.read(text.chars());
        Self::clustered(&filter.out)
    }

    /// For one line of at most `cells` cells, ending in `…` where it was cut. It reads no more
    /// of the text than it needs, so that a megabyte in a field costs what the screen costs.
    pub fn line_max(text: &str, cells: usize) -> Self {
        let limit = cells.saturating_add(2).saturating_mul(READ_PER_CELL);
        let mut filter = Filter::new(false);
        let mut rest = text.chars();
        filter.read(rest.by_ref().take(limit));
        let shown = Self::clustered(&filter.out);
        if rest.next().is_some() {
            return Self(width::cut_here(&shown.0, cells));
        }
        Self(width::cut(&shown.0, cells))
    }

    /// The first so many lines of a text, each as long as it is; for previews.
    pub fn lines_max(text: &str, rows: usize, cells: usize) -> Vec<Self> {
        let limit = rows.saturating_mul(cells).saturating_add(2).saturating_mul(READ_PER_CELL);
        let mut filter = Filter::new(true);
        filter.read(text.chars().take(limit));
        let shown = Self::clustered(&filter.out);
        width::wrap(&shown.0, cells, rows).into_iter().map(Self).collect()
    }

    /// As it may be printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Cells it takes on one line.
    pub fn width(&self) -> usize {
        width::width(&self.0)
    }

    /// Whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Long clusters (a chain of joined emoji, a flood of jamo) are cut: they would fill one
    /// cell with kilobytes.
    fn clustered(text: &str) -> Self {
        if text.is_ascii() {
            return Self(text.to_owned());
        }
        let mut out = String::with_capacity(text.len());
        for (cluster, _) in clusters(text) {
            out.extend(cluster.chars().take(CLUSTER));
        }
        Self(out)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Shown> for String {
    fn from(shown: Shown) -> Self {
        shown.0
    }
}

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Whether a character may never reach a terminal from outside: C0, DEL and C1; what reorders
/// or breaks a line; what is invisible and only there to deceive.
pub fn is_harmful(c: char) -> bool {
    c.is_control() || is_line_break(c) || is_invisible(c)
}

/// U+2028 and U+2029; the others are controls.
fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Bidi controls, zero-width blanks, fillers, annotation and tag characters, variation
/// selectors other than those of text and emoji, the soft hyphen.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Joiners have a meaning between letters of some scripts and between emoji, else none.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Text style and emoji style: they stand on the character before.
fn is_style(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

struct Filter {
    out: String,
    keeps_lines: bool,
    /// What the next character would stand on; `None` at a line's start and after a blank.
    base: Option<char>,
    marks: usize,
    after_return: bool,
    joiner: Option<char>,
}

impl Filter {
    fn new(keeps_lines: bool) -> Self {
        let (base, joiner) = (None, None);
        Self { out: String::new(), keeps_lines, base, marks: 0, after_return: false, joiner }
    }

    fn read(&mut self, text: impl Iterator<Item = char>) {
        for c in text {
            let is_second = self.after_return && c == '\n';
            self.after_return = c == '\r';
            if !is_second {
                self.take(c);
            }
        }
    }

    fn take(&mut self, c: char) {
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.end_line(),
            '\t' => self.put(' '),
            c if c.is_control() => self.put('\u{fffd}'),
            c if is_invisible(c) => {}
            c if is_joiner(c) => self.joiner = self.base.filter(|base| !base.is_ascii()).map(|_| c),
            c if is_mark(c) => self.mark(c),
            c => self.put(c),
        }
    }

    fn end_line(&mut self) {
        self.put(if self.keeps_lines { '\n' } else { ' ' });
    }

    /// A joiner is written only once it is known what it joins.
    fn put(&mut self, c: char) {
        if let Some(joiner) = self.joiner.take()
            && !c.is_ascii()
            && c != '\u{fffd}'
        {
            self.out.push(joiner);
        }
        self.out.push(c);
        self.base = Some(c).filter(|c| !c.is_whitespace() && *c != '\u{fffd}');
        self.marks = 0;
    }

    /// A mark without a base would stand on the cell before, which is not its own.
    fn mark(&mut self, c: char) {
        let after_style = is_style(c) && self.out.chars().next_back().is_some_and(is_style);
        if self.base.is_none() || self.marks >= MARKS || after_style {
            return;
        }
        self.marks += 1;
        self.out.push(c);
    }
}

/// What takes no cell of its own.
fn is_mark(c: char) -> bool {
    is_style(c) || (!c.is_ascii() && c.width() == Some(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn outside_text_cannot_move_the_cursor() {
        let shown = Shown::line("a\u{1b}[2Jb\u{9b}c\u{7f}");
        assert_eq!(shown.as_str(), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}");
    }

    #[test]
    fn nothing_invisible_reorders_or_hides() {
        let bad = "\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\
                   \u{e0041}\u{fff9}\u{ad}\u{2060}\u{fe01}\u{e0100}";
        assert_eq!(Shown::line(&format!("a{bad}b")).as_str(), "ab");
        assert!(bad.chars().all(is_harmful));
    }

    #[test]
    fn line_breaks_stay_only_where_they_are_wanted() {
        assert_eq!(Shown::line("a\r\nb\tc\u{2028}d").as_str(), "a b c d");
        assert_eq!(Shown::lines("a\r\nb\tc\rd\u{2029}\n").as_str(), "a\nb c\nd\n\n");
    }

    #[test]
    fn joined_emoji_and_persian_stay_and_lone_joiners_go() {
        for whole in ["👩‍👩‍👧‍👦", "❤️", "می‌خواهم", "क्‍ष", "e\u{301}", "👍🏽", "🇩🇪"]
        {
            assert_eq!(Shown::line(whole).as_str(), whole);
        }
        assert_eq!(Shown::line("a\u{200d}b\u{200c} \u{200d}").as_str(), "ab ");
        assert_eq!(Shown::line("\u{301}a \u{301}b\u{fe0f}\u{fe0f}").as_str(), "a b\u{fe0f}");
    }

    #[test]
    fn a_flood_of_marks_is_cut() {
        let flood = format!("Z{}x", "\u{301}".repeat(5000));
        assert_eq!(Shown::line(&flood).as_str().chars().count(), 1 + MARKS + 1);
        let chain = "👩\u{200d}".repeat(5000);
        let longest = |text: &str| text.graphemes(true).map(|g| g.chars().count()).max();
        assert!(longest(Shown::line(&chain).as_str()) <= Some(CLUSTER));
    }

    #[test]
    fn a_cut_line_is_as_wide_as_asked_and_reads_little() {
        assert_eq!(Shown::line_max("Ingrid Haas", 6).as_str(), "Ingri…");
        assert_eq!(Shown::line_max("Ingrid", 6).as_str(), "Ingrid");
        assert_eq!(Shown::line_max("", 6).as_str(), "");
        let hidden = format!("a{}b", "\u{200b}".repeat(1_000_000));
        assert!(Shown::line_max(&hidden, 10).as_str().ends_with('…'));
        let huge = "word ".repeat(1_000_000);
        assert!(Shown::line_max(&huge, 80).as_str().len() < 200);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn whatever_comes_is_harmless_and_fits(text in "(.|\n|\\PC|[\u{300}-\u{36f}\u{200b}-\u{200f}\u{1f468}\u{1f3fd}]){0,60}", cells in 0..20_usize) {
            let is_fine = |shown: &Shown| !shown.as_str().chars().any(is_harmful);
            prop_assert!(is_fine(&Shown::line(&text)));
            prop_assert!(Shown::lines(&text).as_str().chars().all(|c| c == '\n' || !is_harmful(c)));
            let cut = Shown::line_max(&text, cells);
            prop_assert!(is_fine(&cut) && cut.width() <= cells);
            prop_assert_eq!(Shown::line(Shown::line(&text).as_str()), Shown::line(&text));
        }
    }
}
