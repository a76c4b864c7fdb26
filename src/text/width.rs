//! How many cells text takes, and fitting it into some. Widths are ratatui's, cluster by cluster.
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::cluster::clusters;

/// Cells that a text takes on one line, as ratatui lays it out.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    clusters(text).map(|(_, cells)| cells).sum()
}

/// One cluster's cells, counted as ratatui's buffer does, which adds one for each halfwidth sound
/// mark: a text must never be wider there than it was thought to be.
pub fn cluster_width(cluster: &str) -> usize {
    if cluster.len() == 1 {
        return 1;
    }
    let sound_marks = cluster.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}')).count();
    cluster.width() + sound_marks
}

/// At most `cells` wide; what was cut ends in `…`. A wide character that would be halved leaves
/// a blank, so that the `…` stands in the last cell.
pub fn cut(text: &str, cells: usize) -> String {
    if fits(text, cells) {
        return text.to_owned();
    }
    let Some(room) = cells.checked_sub(1) else { return String::new() };
    let (mut head, used) = head(text, room);
    head.push_str(&" ".repeat(room - used));
    head.push('…');
    head
}

/// At most `cells` wide, cut at the left: for crumbs.
pub fn cut_left(text: &str, cells: usize) -> String {
    if fits(text, cells) {
        return text.to_owned();
    }
    let Some(room) = cells.checked_sub(1) else { return String::new() };
    let (tail, used) = tail(text, room);
    format!("…{}{tail}", " ".repeat(room - used))
}

/// At most `cells` wide, cut in the middle: for file names and URLs, whose end says most.
pub fn cut_middle(text: &str, cells: usize) -> String {
    if fits(text, cells) {
        return text.to_owned();
    }
    let Some(room) = cells.checked_sub(1) else { return String::new() };
    let (head, used) = head(text, room / 2);
    let (tail, used_behind) = tail(text, room - used);
    format!("{head}…{}{tail}", " ".repeat(room - used - used_behind))
}

/// The text and `…`, because more follows than is known here; at most `cells` wide.
pub fn cut_here(text: &str, cells: usize) -> String {
    let marked = format!("{}…", text.trim_end());
    if fits(&marked, cells) { marked } else { cut(&format!("{text} …"), cells) }
}

/// Exactly `cells` wide: cut, or blanks behind it.
pub fn pad(text: &str, cells: usize) -> String {
    let mut text = cut(text, cells);
    text.push_str(&" ".repeat(cells.saturating_sub(width(&text))));
    text
}

/// Exactly `cells` wide: cut, or blanks before it; for what is aligned at the right.
pub fn pad_left(text: &str, cells: usize) -> String {
    let text = cut(text, cells);
    format!("{}{text}", " ".repeat(cells.saturating_sub(width(&text))))
}

/// Whether it takes no more cells; reads no further than it must.
pub fn fits(text: &str, cells: usize) -> bool {
    if text.len() <= cells && text.is_ascii() {
        return true;
    }
    let mut used = 0;
    clusters(text).all(|(_, more)| {
        used += more;
        used <= cells
    })
}

/// As many clusters from the start as fit, and their cells.
fn head(text: &str, cells: usize) -> (String, usize) {
    let (mut out, mut used) = (String::new(), 0);
    for (cluster, more) in clusters(text) {
        if used + more > cells {
            break;
        }
        out.push_str(cluster);
        used += more;
    }
    (out, used)
}

/// As many clusters from the end as fit, and their cells.
fn tail(text: &str, cells: usize) -> (String, usize) {
    let (mut clusters, mut used) = (Vec::new(), 0);
    for cluster in text.graphemes(true).rev() {
        let more = cluster_width(cluster);
        if used + more > cells {
            break;
        }
        clusters.push(cluster);
        used += more;
    }
    clusters.reverse();
    (clusters.concat(), used)
}

/// The text in lines of at most `cells`, broken between words, a longer word between clusters;
/// at most `rows` of them, the last then cut with `…`. Line breaks in the text are kept.
pub fn wrap(text: &str, cells: usize, rows: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if cells == 0 {
        return lines;
    }
    for paragraph in text.split('\n') {
        // One line too many tells that something has to be cut.
        if lines.len() > rows {
            break;
        }
        wrap_paragraph(paragraph, cells, rows, &mut lines);
    }
    if lines.len() > rows {
        lines.truncate(rows);
        if let Some(last) = lines.last_mut() {
            *last = cut_here(last, cells);
        }
    }
    lines
}

fn wrap_paragraph(paragraph: &str, cells: usize, rows: usize, lines: &mut Vec<String>) {
    let (mut line, mut used) = (String::new(), 0);
    for piece in paragraph.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if used + width(word) > cells {
            if used > 0 {
                lines.push(line.trim_end().to_owned());
            }
            (line, used) = break_word(word, cells, rows, lines);
        } else {
            line.push_str(word);
            used += width(word);
        }
        if lines.len() > rows {
            return;
        }
        // A blank where a line ends is not carried to the next one.
        let blank = piece.strip_prefix(word).unwrap_or_default();
        if used + width(blank) <= cells {
            line.push_str(blank);
            used += width(blank);
        }
    }
    lines.push(line.trim_end().to_owned());
}

/// Full lines go out, the rest begins the next line.
fn break_word(word: &str, cells: usize, rows: usize, lines: &mut Vec<String>) -> (String, usize) {
    let (mut line, mut used) = (String::new(), 0);
    for (cluster, more) in clusters(word) {
        if used + more > cells && used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if lines.len() > rows {
            break;
        }
        // Wider than the whole line: left out, as a halved character is.
        if more <= cells {
            line.push_str(cluster);
            used += more;
        }
    }
    (line, used)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_are_those_of_a_terminal() {
        assert_eq!(width("Ada"), 3);
        assert_eq!(width("张伟"), 4);
        assert_eq!(width("👩‍👩‍👧‍👦"), 2);
        assert_eq!(width("e\u{301}"), 1);
    }

    #[test]
    fn widths_agree_with_ratatuis_buffer() {
        use ratatui::{buffer::Buffer, layout::Rect, style::Style};
        for text in ["Ada", "张伟 x", "👩‍👩‍👧‍👦 👍🏽", "e\u{301}é", "ﾊﾞﾟ", "שלום", "❤️", "🇩🇪"]
        {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
            let (x, _) = buffer.set_stringn(0, 0, text, 40, Style::default());
            assert_eq!(width(text), usize::from(x), "{text}");
        }
    }

    #[test]
    fn a_halved_wide_character_leaves_a_blank() {
        assert_eq!(cut("张伟科技", 8), "张伟科技");
        assert_eq!(cut("张伟科技", 6), "张伟 …");
        assert_eq!(cut("张伟科技", 5), "张伟…");
        assert_eq!(cut_left("张伟科技", 6), "… 科技");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("abc", 1), "…");
    }

    #[test]
    fn a_file_name_keeps_its_end() {
        assert_eq!(cut_middle("quotation-2026-final.pdf", 11), "quota…l.pdf");
        assert_eq!(cut_left("acme › Accounts › Haas", 10), "…ts › Haas");
    }

    #[test]
    fn padding_is_exact() {
        assert_eq!(pad("张", 4), "张  ");
        assert_eq!(pad_left("12", 4), "  12");
        assert_eq!(pad("abcdef", 4), "abc…");
    }

    #[test]
    fn words_wrap_and_long_words_break() {
        assert_eq!(wrap("the quick brown fox", 10, 9), ["the quick", "brown fox"]);
        assert_eq!(wrap("abcdefghij kl", 4, 9), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("a\n\nb", 4, 9), ["a", "", "b"]);
        assert_eq!(wrap("张伟科技", 5, 9), ["张伟", "科技"]);
    }

    #[test]
    fn rows_are_bounded_and_say_so() {
        assert_eq!(wrap("one two three four", 5, 2), ["one", "two…"]);
        assert_eq!(wrap("one two", 5, 2), ["one", "two"]);
        assert_eq!(wrap(&"long ".repeat(500_000), 20, 3).len(), 3);
        assert_eq!(wrap(&"\n".repeat(500_000), 20, 3).len(), 3);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]
        #[test]
        fn nothing_is_wider_than_asked(text in "(\\PC|[a-z 张\n]){0,60}", cells in 0..20_usize, rows in 0..6_usize) {
            let line = text.replace('\n', " ");
            for cut in [cut(&line, cells), cut_left(&line, cells), cut_middle(&line, cells)] {
                prop_assert!(width(&cut) <= cells, "{cut:?}");
            }
            prop_assert_eq!(width(&pad(&line, cells)), cells);
            let lines = wrap(&text, cells, rows);
            prop_assert!(lines.len() <= rows);
            prop_assert!(lines.iter().all(|line| width(line) <= cells), "{lines:?}");
        }
    }
}
