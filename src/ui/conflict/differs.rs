//! Of a long text only the words that differ are coloured.
use ratatui::style::Style;
use similar::{ChangeTag, TextDiff};

use crate::{
    domain::schema::{Field, FieldKind},
    text::{shown::Shown, width::width},
};

/// Pieces of one row of the screen: where, what, how.
pub(super) type Pieces = Vec<(u16, String, Style)>;

/// Whether the words of such a field are compared one by one.
pub(super) fn is_told(field: &Field) -> bool {
    matches!(field.kind, FieldKind::LongText | FieldKind::Html)
}

/// Rows of a text that was wrapped. With what stood there before and what stands there now, the
/// words that are new are in `style` and the others in `plain`; else all are in `style`.
pub(super) fn coloured(
    rows: &[String],
    change: Option<(&str, &str)>,
    plain: Style,
    style: Style,
) -> Vec<Pieces> {
    let Some((before, now)) = change else {
        return rows.iter().map(|row| vec![(0, row.clone(), style)]).collect();
    };
    let (before, now) = (Shown::lines(before), Shown::lines(now));
    let mut marks = marks(before.as_str(), now.as_str()).into_iter().peekable();
    let mut is_new = false;
    let mut row_of = |row: &String| {
        let mut pieces = Pieces::new();
        for c in row.chars() {
            // Blanks where a row ends are not on the screen; the sign of a cut is in no text.
            while marks.next_if(|(other, _)| *other != c && other.is_whitespace()).is_some() {}
            if let Some((_, mark)) = marks.next_if(|(other, _)| *other == c) {
                is_new = mark;
            }
            push(&mut pieces, c, if is_new { style } else { plain });
        }
        pieces
    };
    rows.iter().map(&mut row_of).collect()
}

fn push(pieces: &mut Pieces, c: char, style: Style) {
    match pieces.last_mut() {
        Some((_, text, last)) if *last == style => text.push(c),
        last => {
            let x = last.map_or(0, |(x, text, _)| {
                x.saturating_add(u16::try_from(width(text)).unwrap_or(u16::MAX))
            });
            pieces.push((x, c.to_string(), style));
        }
    }
}

/// Each character that stands there now, and whether it belongs to a word that is new.
fn marks(before: &str, now: &str) -> Vec<(char, bool)> {
    let diff = TextDiff::from_unicode_words(before, now);
    let stands = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Delete);
    let marked = stands.flat_map(|change| {
        let is_new = change.tag() == ChangeTag::Insert;
        change.value().chars().map(move |c| (c, is_new)).collect::<Vec<_>>()
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::text::width::wrap;

    /// New words stand in brackets.
    fn told(before: &str, now: &str, cells: usize) -> Vec<String> {
        let (plain, style) = (Style::new(), Style::new().fg(Color::Red));
        let rows = coloured(&wrap(now, cells, 9), Some((before, now)), plain, style);
        let text = |(_, text, of): &(u16, String, Style)| {
            if *of == style { format!("[{text}]") } else { text.clone() }
        };
        rows.iter().map(|row| row.iter().map(text).collect()).collect()
    }

    #[test]
    fn only_new_words_are_coloured_across_the_ends_of_rows() {
        let before = "Two cells. Safety plan comes from Acme.";
        let theirs = "Two cells, one spare gripper. Safety plan comes from Acme.";
        let rows = told(before, theirs, 24);
        assert_eq!(rows.concat().replace(['[', ']'], ""), wrap(theirs, 24, 9).concat());
        assert!(rows[0].starts_with("Two cells[, one spare]"), "{rows:?}");
        assert!(!rows.last().unwrap().contains('['), "{rows:?}");
    }

    #[test]
    fn words_without_blanks_and_of_two_cells_keep_their_places() {
        let (plain, style) = (Style::new(), Style::new().fg(Color::Red));
        let rows = coloured(
            &["価格と納期 new".into()],
            Some(("価格と納期", "価格と納期 new")),
            plain,
            style,
        );
        let last = rows[0].last().unwrap();
        assert_eq!((last.0 + u16::try_from(last.1.len()).unwrap(), last.2), (14, style));
    }

    #[test]
    fn a_cut_text_is_no_trouble() {
        let now = "one two three four five six seven";
        let rows = coloured(&wrap(now, 8, 2), Some(("one", now)), Style::new(), Style::new());
        assert_eq!(rows.len(), 2);
    }
}
