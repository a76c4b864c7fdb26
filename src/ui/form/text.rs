//! Text being typed, as it fits into its input: around the cursor.
use ratatui::{layout::Rect, style::Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    app::edit::Edit,
    text::{
        shown::Shown,
        width::{cluster_width, width},
    },
    ui::canvas::Canvas,
};

/// Of a line without breaks, no more characters are looked at on either side of the cursor.
const NEAR: usize = 4_000;

/// Draws the text; with the cursor, if it has it.
pub(in crate::ui) fn draw(
    edit: &Edit,
    area: Rect,
    has_cursor: bool,
    style: Style,
    canvas: &mut Canvas<'_>,
) {
    let (cells, rows) = (usize::from(area.width), usize::from(area.height));
    if cells == 0 || rows == 0 {
        return;
    }
    let (lines, cursor) = if edit.is_multiline() {
        around(edit, has_cursor, cells, rows)
    } else {
        one_line(edit, has_cursor, cells)
    };
    for (y, line) in (area.y..area.bottom()).zip(&lines) {
        canvas.put(area.x, y, area.width, line, style);
    }
    if has_cursor {
        let x = area.x + u16::try_from(cursor.0).unwrap_or(0).min(area.width - 1);
        let y = area.y + u16::try_from(cursor.1).unwrap_or(0).min(area.height - 1);
        canvas.cursor(x, y);
    }
}

/// One line, moved left until the cursor is seen; and where that stands.
fn one_line(edit: &Edit, has_cursor: bool, cells: usize) -> (Vec<String>, (usize, usize)) {
    let text = edit.rows().first().map_or("", String::as_str);
    if !has_cursor {
        return (vec![Shown::line_max(text, cells).as_str().to_owned()], (0, 0));
    }
    let column = edit.cursor().1;
    let skip = column.saturating_sub(NEAR);
    let before: String = text.chars().skip(skip).take(column - skip).collect();
    let after: String = text.chars().skip(column).take(NEAR).collect();
    let before = Shown::line(&before);
    let clusters: Vec<&str> = before.as_str().graphemes(true).collect();
    // A cell stays free for the cursor behind the last character.
    let mut used: usize = clusters.iter().map(|it| cluster_width(it)).sum();
    let hidden = clusters.iter().take_while(|it| {
        let hides = used >= cells;
        used -= if hides { cluster_width(it) } else { 0 };
        hides
    });
    let from = hidden.count();
    let line = clusters.get(from..).unwrap_or_default().concat();
    let at = width(&line);
    (vec![line + Shown::line(&after).as_str()], (at, 0))
}

/// Several lines, broken between words, around the cursor; from the top without one.
fn around(
    edit: &Edit,
    has_cursor: bool,
    cells: usize,
    rows: usize,
) -> (Vec<String>, (usize, usize)) {
    let (row, column) = if has_cursor { edit.cursor() } else { (0, 0) };
    let text = |at: usize| edit.rows().get(at).map_or("", String::as_str);
    let current = pieces(text(row), cells, column.saturating_add(NEAR));
    let place = current.iter().rposition(|(start, _)| *start <= column).unwrap_or(0);
    let start = current.get(place).map_or(0, |(start, _)| *start);
    let typed: String = text(row).chars().skip(start).take(column.saturating_sub(start)).collect();
    let mut lines = above(row, rows, place, cells, &text);
    let y = lines.len() + place;
    lines.extend(current.into_iter().map(|(_, line)| line));
    let mut next = row + 1;
    while lines.len() < y + rows && next < edit.rows().len() {
        lines.extend(pieces(text(next), cells, NEAR).into_iter().map(|(_, line)| line));
        next += 1;
    }
    let top = (y + 1).saturating_sub(rows);
    let lines = lines.into_iter().skip(top).take(rows).collect();
    (lines, (Shown::line(&typed).width(), y - top))
}

/// As many pieces before a line as the screen may show.
fn above<'a>(
    row: usize,
    rows: usize,
    place: usize,
    cells: usize,
    text: &impl Fn(usize) -> &'a str,
) -> Vec<String> {
    let mut above: Vec<String> = Vec::new();
    for before in (0..row).rev() {
        if above.len() + place >= rows {
            break;
        }
        let pieces = pieces(text(before), cells, NEAR).into_iter().map(|(_, line)| line);
        above = pieces.chain(above).collect();
    }
    above
}

/// A line in pieces of at most so many cells, each with the character that it begins with.
fn pieces(line: &str, cells: usize, most: usize) -> Vec<(usize, String)> {
    let mut pieces = Vec::new();
    let (mut start, mut at, mut used) = (0, 0, 0);
    let mut text = String::new();
    let head: String = line.chars().take(most).collect();
    for word in head.split_inclusive(' ') {
        let shown = Shown::line(word);
        if used > 0 && used + width(shown.as_str().trim_end()) >= cells {
            pieces.push((start, std::mem::take(&mut text)));
            (start, used) = (at, 0);
        }
        for cluster in word.graphemes(true) {
            let shown = Shown::line(cluster);
            if used > 0 && used + shown.width() >= cells && cluster != " " {
                pieces.push((start, std::mem::take(&mut text)));
                (start, used) = (at, 0);
            }
            text.push_str(shown.as_str());
            used += shown.width();
            at += cluster.chars().count();
        }
    }
    pieces.push((start, text));
    pieces
}
