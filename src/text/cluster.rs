//! What stands in one place on a screen: grapheme clusters with their cells. Most characters of most
//! names join nothing, and are told apart without looking up any rule.
use std::str::Chars;

use unicode_segmentation::UnicodeSegmentation;

use super::width::cluster_width;

/// Clusters from left to right, each with its cells.
#[derive(Clone, Debug)]
pub struct Clusters<'a> {
    rest: Chars<'a>,
}

/// The clusters of a text on one line, each with the cells it takes.
pub fn clusters(text: &str) -> Clusters<'_> {
    Clusters { rest: text.chars() }
}

impl<'a> Clusters<'a> {
    /// What was not read yet.
    pub fn rest(&self) -> &'a str {
        self.rest.as_str()
    }

    fn take(&mut self, bytes: usize) -> Option<&'a str> {
        let (cluster, rest) = self.rest.as_str().split_at_checked(bytes)?;
        self.rest = rest.chars();
        Some(cluster)
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let mut ahead = self.rest.clone();
        let first = ahead.next()?;
        // Between two that join nothing there is always a border, whatever stood before.
        if let Some(cells) = plain_cells(first)
            && ahead.next().is_none_or(|second| plain_cells(second).is_some())
        {
            return Some((self.take(first.len_utf8())?, cells));
        }
        let cluster = self.rest.as_str().graphemes(true).next()?;
        Some((self.take(cluster.len())?, cluster_width(cluster)))
    }
}

/// Whether every character is one of those that stand alone: no control, no mark, nothing that
/// joins, hides or reorders.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        || text.chars().all(|c| plain_cells(c).is_some())
}

/// Whether terminals may disagree on its cells: several characters in one place, unless they are
/// accents. What is drawn behind it must not rely on where the terminal thinks it ends.
pub fn is_doubtful(cluster: &str) -> bool {
    cluster.chars().skip(1).any(|c| !matches!(c, '\u{300}'..='\u{36f}'))
}

/// How many cells a terminal may give it at most: one that joins nothing shows each character apart.
pub fn most_cells(cluster: &str) -> usize {
    if !is_doubtful(cluster) {
        return cluster_width(cluster);
    }
    let apart = cluster.chars().map(|c| cluster_width(c.encode_utf8(&mut [0; 4])).max(1)).sum();
    cluster_width(cluster).max(apart)
}

/// The cells of a character that is a cluster by itself beside any other such one; `None` = the
/// rules must be asked (marks, joiners, jamo, emoji, flags, whole scripts that few names have).
pub(super) fn plain_cells(c: char) -> Option<usize> {
    match c {
        ' '..='~'
        // Latin (without the soft hyphen), Greek, Cyrillic.
        | '\u{a0}'..='\u{ac}'
        | '\u{ae}'..='\u{2ff}'
        | '\u{370}'..='\u{482}'
        | '\u{48a}'..='\u{52f}'
        | '\u{1e00}'..='\u{1fff}'
        // Letters of Hebrew and Arabic; of Devanagari and Thai those that wait for a mark too.
        | '\u{5d0}'..='\u{5ea}'
        | '\u{620}'..='\u{64a}'
        | '\u{671}'..='\u{6d3}'
        | '\u{904}'..='\u{939}'
        | '\u{e01}'..='\u{e30}'
        | '\u{e32}'
        | '\u{e40}'..='\u{e46}'
        // Punctuation, currencies, arrows, lines and blocks.
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{203b}'
        | '\u{20a0}'..='\u{20bf}'
        | '\u{2190}'..='\u{2193}'
        | '\u{2212}'
        | '\u{2500}'..='\u{25fc}'
        | '\u{2713}' => Some(1),
        // Han, kana, Hangul as syllables, and their punctuation.
        '\u{3000}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309b}'..='\u{30ff}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff01}'..='\u{ff60}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::shown::{Shown, is_harmful};

    fn by_the_rules(text: &str) -> Vec<(&str, usize)> {
        text.graphemes(true).map(|cluster| (cluster, cluster_width(cluster))).collect()
    }

    #[test]
    fn what_is_called_plain_is_harmless_and_as_wide_as_the_rules_say() {
        let all = ('\0'..=char::MAX).filter_map(|c| Some((c, plain_cells(c)?)));
        for (c, cells) in all {
            let text = c.to_string();
            assert_eq!(cells, cluster_width(&text), "{c:?}");
            assert!(!is_harmful(c), "{c:?}");
        }
    }

    #[test]
    fn what_is_called_plain_joins_nothing_plain() {
        // One of each thousand and all that are not alike in the first thousands.
        let all = ('\0'..=char::MAX).filter(|c| plain_cells(*c).is_some());
        let some: Vec<char> = all.filter(|c| *c < '\u{3100}' || u32::from(*c) % 97 == 0).collect();
        for first in &some {
            let other = |second: char| {
                let pair: String = [*first, second].into_iter().collect();
                assert_eq!(pair.graphemes(true).count(), 2, "{pair:?}");
            };
            ['a', '©', 'は', '한', 'क', 'ก', 'ل', 'ا', *first].into_iter().for_each(other);
        }
    }

    #[test]
    fn plain_text_is_shown_as_it_is() {
        for text in ["Zoë Müller", "Ирина", "张伟科技", "김민수", "שלום", "2,400 €–"]
        {
            assert!(is_plain(text), "{text}");
            assert_eq!(Shown::line(text).as_str(), text);
        }
        for text in ["e\u{301}", "👍", "a\u{200d}b", "กำ", "हिन्दी", "a\tb", "\u{ad}"]
        {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn clusters_of_several_characters_are_doubtful_but_for_accents() {
        assert!(["हि", "กำ", "❤\u{fe0f}", "🇩🇪", "1\u{fe0f}\u{20e3}"].into_iter().all(is_doubtful));
        assert!(!["a", "张", "é", "e\u{301}", "👍", ""].into_iter().any(is_doubtful));
        assert_eq!(["a", "张", "e\u{301}", "👨\u{200d}👩", "กำ"].map(most_cells), [1, 2, 1, 5, 2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn clusters_are_those_of_the_rules(text in "(\\PC|[a-zé张한กำหिन्\u{300}-\u{303}\u{200d}\u{fe0f}\u{1f1e6}-\u{1f1ff}\u{1f468}©]){0,40}") {
            prop_assert_eq!(clusters(&text).collect::<Vec<_>>(), by_the_rules(&text));
        }
    }
}
