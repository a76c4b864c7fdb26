//! Fuzzy search for pickers and the palette: frizbee's ranking, accents and case folded away,
//! and which characters matched, for underlining.
use frizbee::{CaseMatching, Config, Matcher, SortStrategy, UnicodeMatching};

/// Longer needles than this are cut: scores would overflow, and nobody types them.
const NEEDLE: usize = 64;
/// Only so much of an item is looked at.
const ITEM: usize = 256;

/// An item that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its place among the items.
    pub index: usize,
    /// Larger is better.
    pub score: u16,
    /// Which of its characters matched, in order; counted in `char`s.
    pub matched: Vec<usize>,
}

/// The items that match, best first; equals in their own order. An empty query matches all.
/// Every word of the query must match. From four letters on a word may have a typo.
pub fn rank<S: AsRef<str>>(query: &str, items: &[S]) -> Vec<Hit> {
    let folded: Vec<Folded> = items.iter().map(|item| Folded::new(item.as_ref())).collect();
    let mut hits: Vec<Hit> =
        (0..folded.len()).map(|index| Hit { index, score: 0, matched: Vec::new() }).collect();
    for word in fold(query).split_whitespace().take(8) {
        let needle: String = word.chars().take(NEEDLE).collect();
        hits = narrow(&hits, &folded, &needle);
    }
    for hit in &mut hits {
        hit.matched.sort_unstable();
        hit.matched.dedup();
    }
    hits.sort_by_key(|hit| (std::cmp::Reverse(hit.score), hit.index));
    hits
}

/// Those hits that one more word matches too.
fn narrow(hits: &[Hit], folded: &[Folded], needle: &str) -> Vec<Hit> {
    let typos = u16::from(needle.chars().count() >= 4);
    let config = Config {
        max_typos: Some(typos),
        casing: CaseMatching::Ignore,
        unicode: UnicodeMatching::Always,
        sort: SortStrategy::IndexAsc,
        ..Config::default()
    };
    let texts: Vec<&str> = hits
        .iter()
        .filter_map(|hit| folded.get(hit.index))
        .map(|item| item.text.as_str())
        .collect();
    let found = Matcher::new(needle, &config).match_list_indices(&texts);
    let more = found.into_iter().filter_map(|found| {
        let hit = hits.get(found.index as usize)?;
        let item = folded.get(hit.index)?;
        let places = found.indices.iter().filter_map(|at| item.place(*at as usize));
        let matched = hit.matched.iter().copied().chain(places).collect();
        Some(Hit { index: hit.index, score: hit.score.saturating_add(found.score), matched })
    });
    more.collect()
}

/// Text without accents and case, and where its characters come from.
struct Folded {
    text: String,
    /// For each character of `text`, the place of the character it stands for.
    origins: Vec<usize>,
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = Self { text: String::new(), origins: Vec::new() };
        for (at, c) in text.chars().take(ITEM).enumerate() {
            let before = folded.text.len();
            fold_char(c, &mut folded.text);
            let added = folded.text.get(before..).map_or(0, |added| added.chars().count());
            folded.origins.extend(std::iter::repeat_n(at, added));
        }
        folded
    }

    fn place(&self, at: usize) -> Option<usize> {
        self.origins.get(at).copied()
    }
}

/// Text without accents and case: `Müller` is `muller`, `Łódź` is `lodz`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut out);
    }
    out
}

/// The letters of Latin-1 and Latin Extended-A (U+00C0..U+017F), by what they look like; a
/// blank is a character that stays.
const LATIN: &str = "AAAAAA CEEEEIIIIDNOOOOO OUUUUY  aaaaaa ceeeeiiiidnooooo ouuuuy y\
                     AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi  JjKk LlLlLlLlLl\
                     NnNnNn   OoOoOo  RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// One character without accent and case; a combining accent becomes nothing.
fn fold_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let pair = match c {
        'ß' | 'ẞ' => "ss",
        'Æ' | 'æ' => "ae",
        'Œ' | 'œ' => "oe",
        'Þ' | 'þ' => "th",
        'Ĳ' | 'ĳ' => "ij",
        '\u{300}'..='\u{36f}' => return,
        _ => "",
    };
    if !pair.is_empty() {
        out.push_str(pair);
        return;
    }
    let at = (c as usize).checked_sub(0xc0);
    let plain = at.and_then(|at| LATIN.as_bytes().get(at)).filter(|plain| **plain != b' ');
    match plain.or_else(|| beyond(c)) {
        Some(plain) => out.push(char::from(plain.to_ascii_lowercase())),
        None => out.extend(c.to_lowercase()),
    }
}

/// Romanian commas and the letters of Vietnamese (U+1EA0..U+1EF9).
fn beyond(c: char) -> Option<&'static u8> {
    let plain = match c {
        'Ș' | 'ș' => b"s",
        'Ț' | 'ț' => b"t",
        'Ơ' | 'ơ' | '\u{1ecc}'..='\u{1ee3}' => b"o",
        'Ư' | 'ư' | '\u{1ee4}'..='\u{1ef1}' => b"u",
        '\u{1ea0}'..='\u{1eb7}' => b"a",
        '\u{1eb8}'..='\u{1ec7}' => b"e",
        '\u{1ec8}'..='\u{1ecb}' => b"i",
        '\u{1ef2}'..='\u{1ef9}' => b"y",
        _ => return None,
    };
    plain.first()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn best(query: &str, items: &[&str]) -> Vec<usize> {
        rank(query, items).into_iter().map(|hit| hit.index).collect()
    }

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(
            fold("Müller Łódź Çelik ŽIŽEK Straße Nguyễn Ștefan Œuvre ø"),
            "muller lodz celik zizek strasse nguyen stefan oeuvre o"
        );
        assert_eq!(fold("e\u{301}张ДЖ"), "e张дж");
        assert_eq!(best("muller", &["Miller & Co", "Jörg Müller"]).first(), Some(&1));
    }

    #[test]
    fn the_matched_characters_are_told_in_characters() {
        let hits = rank("mull", &["Jörg Müller"]);
        assert_eq!(hits.first().map(|hit| hit.matched.clone()), Some(vec![5, 6, 7, 8]));
        let hits = rank("strasse", &["Große Straße"]);
        assert_eq!(hits.first().and_then(|hit| hit.matched.last().copied()), Some(11));
    }

    #[test]
    fn short_queries_have_no_typos_and_long_ones_may() {
        assert!(best("adx", &["Ada Lovelace"]).is_empty());
        assert_eq!(best("lovelxce", &["Ada Lovelace", "Grace Hopper"]), [0]);
    }

    #[test]
    fn every_word_must_match_in_any_order() {
        assert_eq!(best("lace ada", &["Ada Lovelace", "Ada Byron"]), [0]);
        assert_eq!(best("", &["b", "a"]), [0, 1]);
        assert_eq!(best("张", &["李雷", "张伟"]), [1]);
    }

    #[test]
    fn the_closer_match_comes_first() {
        assert_eq!(best("acc", &["Search activities", "Accounts"]).first(), Some(&1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn places_are_inside_the_item(query in "\\PC{0,80}", items in prop::collection::vec("\\PC{0,40}", 0..5)) {
            for hit in rank(&query, &items) {
                let length = items[hit.index].chars().count();
                prop_assert!(hit.matched.iter().all(|at| *at < length));
            }
        }
    }
}
