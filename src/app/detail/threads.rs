//! Lays out what happened: newest first, answers beneath what they answer.
use std::collections::HashMap;

use super::page::{Ink, Page, Piece, Stop, piece, right};
use crate::{
    domain::{action::Happening, comment::Audience},
    text::{format::Format, shown::Shown, width::cut_middle},
};

/// Where the text of something that happened begins.
const KIND: u16 = 6;
/// Lines of text of one of them beside the fields; in the tab of its own.
const LINES: usize = 3;
const WHOLE: usize = 400;
/// An answer stands so far to the right of what it answers, so many times at most.
const INDENT: u16 = 2;
const DEEPEST: u16 = 5;

/// Who reads a comment, in a word.
pub fn word(audience: Audience) -> &'static str {
    match audience {
        Audience::Readers => "",
        Audience::Private => "private",
        Audience::Public => "public",
        Audience::Mailed => "public, e-mailed",
    }
}

/// How what happened is laid out.
pub(super) struct Threads<'a> {
    pub(super) format: &'a Format,
    pub(super) full_stamps: bool,
    pub(super) width: u16,
    /// With all text and places to stand on; else the first lines.
    pub(super) is_whole: bool,
}

impl Threads<'_> {
    /// What happened: kind, author, who reads it, when, text.
    pub(super) fn lay(&self, all: &[Happening]) -> Page {
        let mut page = Page::default();
        for (at, depth) in threads(all) {
            let Some(happening) = all.get(at) else { continue };
            page.gap();
            page.begin_part();
            let line = page.lines.len();
            let x = (depth * INDENT).min(self.width / 3);
            self.one(happening, x, &mut page);
            if self.is_whole {
                let height = page.lines.len() - line;
                page.stop(Stop::Happening(at), (x, self.width - x), line, height);
            }
            self.files(at, happening, x, &mut page);
        }
        page
    }

    fn one(&self, happening: &Happening, x: u16, page: &mut Page) {
        let full = self.full_stamps;
        let stamp = |at| if full { self.format.stamp(at) } else { self.format.stamp_short(at) };
        let when = happening.at.map(stamp).unwrap_or_default();
        let width = self.width.saturating_sub(x);
        let wide = u16::try_from(Shown::line(&when).width()).unwrap_or(0).min(width);
        let room = width.saturating_sub(KIND + 1 + wide + 2);
        // A word that has no room before the name stands behind it.
        let is_short = Shown::line(&happening.kind).width() <= usize::from(KIND);
        let (kind, role) =
            if is_short { (happening.kind.as_str(), "") } else { ("", happening.kind.as_str()) };
        let audience = happening.audience.map(word).filter(|word| !word.is_empty());
        let author = Shown::line_max(&happening.author, usize::from(room));
        let behind = u16::try_from(author.width()).unwrap_or(0);
        let from = x + KIND + 1;
        page.add(vec![
            piece(x, KIND.min(width), kind, Ink::Dim),
            piece(from, room, author.as_str(), Ink::Strong),
            piece(
                from + behind + 2,
                room.saturating_sub(behind + 2),
                audience.unwrap_or(role),
                Ink::Dim,
            ),
            right(self.width - wide, wide, &when, Ink::Dim),
        ]);
        self.text(happening, from, page);
    }

    fn text(&self, happening: &Happening, x: u16, page: &mut Page) {
        let most = if self.is_whole { WHOLE } else { LINES };
        let width = self.width.saturating_sub(x);
        let cells = usize::from(width);
        let mut texts = Shown::lines_max(happening.title.trim(), most, cells);
        let left = most.saturating_sub(texts.len());
        if left > 0 && !happening.text.trim().is_empty() {
            texts.extend(Shown::lines_max(happening.text.trim(), left, cells));
        }
        for text in texts.into_iter().filter(|text| self.is_whole || !text.is_empty()) {
            if text.is_empty() && page.lines.last().is_some_and(Vec::is_empty) {
                continue;
            }
            page.add(vec![Piece { x, width, text, ink: Ink::Text, is_right: false }]);
        }
    }

    fn files(&self, at: usize, happening: &Happening, x: u16, page: &mut Page) {
        let from = x + KIND + 1;
        let width = self.width.saturating_sub(from);
        for (place, (_, name)) in happening.files.iter().enumerate() {
            let name = cut_middle(Shown::line(name).as_str(), usize::from(width));
            let line = page.add(vec![
                piece(x, KIND.min(self.width), "file", Ink::Dim),
                piece(from, width, &name, Ink::Link),
            ]);
            if self.is_whole {
                page.stop(Stop::File(at, place), (x, self.width - x), line, 1);
            }
        }
    }
}

/// The order in which they stand, and how deep. What a server says about answers may go in
/// circles: each of them stands once.
fn threads(all: &[Happening]) -> Vec<(usize, u16)> {
    let known: HashMap<&str, usize> =
        all.iter().enumerate().filter_map(|(at, it)| Some((it.id.as_deref()?, at))).collect();
    let parent = |at: usize| {
        let answers = all.get(at).and_then(|it| it.answers.as_deref());
        answers.and_then(|id| known.get(id).copied()).filter(|to| *to != at)
    };
    let mut answers: HashMap<usize, Vec<usize>> = HashMap::new();
    // The newest stands first: answers are read from the oldest on.
    for at in (0..all.len()).rev() {
        if let Some(to) = parent(at) {
            answers.entry(to).or_default().push(at);
        }
    }
    let mut order = Vec::new();
    let mut stands = vec![false; all.len()];
    let roots = (0..all.len()).filter(|at| parent(*at).is_none());
    for root in roots.chain(0..all.len()) {
        let mut left = vec![(root, 0_u16)];
        while let Some((at, depth)) = left.pop() {
            if stands.get(at).copied().unwrap_or(true) {
                continue;
            }
            if let Some(it) = stands.get_mut(at) {
                *it = true;
            }
            order.push((at, depth));
            let beneath = answers.get(&at).into_iter().flatten().rev();
            left.extend(beneath.map(|at| (*at, (depth + 1).min(DEEPEST))));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(id: &str, answers: Option<&str>) -> Happening {
        let answers = answers.map(str::to_owned);
        Happening { id: Some(id.to_owned()), answers, ..Happening::default() }
    }

    #[test]
    fn answers_stand_beneath_what_they_answer_the_oldest_first() {
        let all = [
            said("new", None),
            said("second", Some("old")),
            said("first", Some("old")),
            said("old", None),
            said("deeper", Some("first")),
        ];
        assert_eq!(threads(&all), [(0, 0), (3, 0), (2, 1), (4, 2), (1, 1)]);
    }

    #[test]
    fn answers_in_a_circle_stand_once() {
        let all = [said("a", Some("b")), said("b", Some("a")), said("c", Some("c"))];
        let mut order: Vec<_> = threads(&all).into_iter().map(|(at, _)| at).collect();
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2]);
    }

    #[test]
    fn an_answer_to_what_was_not_read_stands_by_itself() {
        assert_eq!(threads(&[said("a", Some("gone"))]), [(0, 0)]);
    }
}
