//! Lays out what a deed gave: fields of an object, a table of objects, else JSON.
use serde_json::{Map, Value as Json};

use super::members::in_words;
use crate::{
    app::detail::page::{Ink, Page, Piece, piece},
    text::shown::Shown,
};

/// Labels are not wider.
const LABEL: u16 = 24;
/// Columns of a table are not wider.
const COLUMN: u16 = 32;
/// So many rows of a table, lines of a text, lines of JSON.
const ROWS: usize = 1_000;
const LINES: usize = 200;
const JSON_LINES: usize = 20_000;
/// Objects within objects are laid out down to here; deeper ones stand as JSON.
const DEEPEST: usize = 3;

/// Whether there is something to read in it.
pub fn says_something(output: &Json) -> bool {
    match output {
        Json::Null | Json::Bool(_) => false,
        Json::Number(_) => true,
        Json::String(text) => !text.trim().is_empty(),
        Json::Array(all) => !all.is_empty(),
        Json::Object(all) => all.iter().any(|(name, value)| {
            let is_flag = matches!(name.as_str(), "success" | "ok" | "done") && value.is_boolean();
            !is_flag && (says_something(value) || value.is_boolean())
        }),
    }
}

/// As fields and tables.
pub fn laid_out(output: &Json, width: u16) -> Page {
    let mut page = Page::default();
    let mut sheet = Sheet { page: &mut page, width };
    match output {
        Json::Object(all) => sheet.object(all, 0, 0),
        Json::Array(all) => sheet.array(all, 0, 0),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            sheet.text(&spelled(output), 0, Ink::Text);
        }
    }
    page
}

/// As JSON, a piece a line.
pub fn as_json(output: &Json, width: u16) -> Page {
    let mut page = Page::default();
    let text = serde_json::to_string_pretty(output).unwrap_or_default();
    for line in text.lines() {
        let left = JSON_LINES.saturating_sub(page.lines.len());
        for text in Shown::lines_max(line, left.min(LINES), usize::from(width)) {
            page.add(vec![Piece { x: 0, width, text, ink: Ink::Text, is_right: false }]);
        }
        if page.lines.len() >= JSON_LINES {
            break;
        }
    }
    page
}

struct Sheet<'a> {
    page: &'a mut Page,
    width: u16,
}

impl Sheet<'_> {
    fn text(&mut self, text: &str, x: u16, ink: Ink) {
        let width = self.width.saturating_sub(x);
        for text in Shown::lines_max(text, LINES, usize::from(width)) {
            self.page.add(vec![Piece { x, width, text, ink, is_right: false }]);
        }
    }

    fn object(&mut self, all: &Map<String, Json>, x: u16, depth: usize) {
        let widest = all.keys().map(|name| Shown::line(&in_words(name)).width()).max().unwrap_or(0);
        let room = self.width.saturating_sub(x);
        let label = u16::try_from(widest).unwrap_or(LABEL).min(LABEL).min(room / 2);
        for (name, value) in all {
            match value {
                Json::Object(inner) if !inner.is_empty() && depth < DEEPEST => {
                    self.heading(name, x, inner.len());
                    self.object(inner, x + 2, depth + 1);
                }
                Json::Array(inner) if inner.iter().any(Json::is_object) && depth < DEEPEST => {
                    self.heading(name, x, inner.len());
                    self.array(inner, x + 2, depth + 1);
                }
                Json::Null
                | Json::Bool(_)
                | Json::Number(_)
                | Json::String(_)
                | Json::Array(_)
                | Json::Object(_) => self.field(name, value, (x, label)),
            }
        }
    }

    fn heading(&mut self, name: &str, x: u16, count: usize) {
        let room = self.width.saturating_sub(x);
        let title = Shown::line_max(&in_words(name), usize::from(room));
        let wide = u16::try_from(title.width()).unwrap_or(0);
        self.page.gap();
        self.page.add(vec![
            piece(x, room, title.as_str(), Ink::Strong),
            piece(x + wide + 2, room.saturating_sub(wide + 2), &count.to_string(), Ink::Dim),
        ]);
    }

    fn field(&mut self, name: &str, value: &Json, (x, label): (u16, u16)) {
        let at = x + label + 2;
        let width = self.width.saturating_sub(at);
        let line = self.page.add(vec![piece(x, label, &in_words(name), Ink::Dim)]);
        if is_empty(value) {
            self.page.put(line, [Piece { ink: Ink::Nothing, ..piece(at, 1, "", Ink::Dim) }]);
            return;
        }
        let texts = Shown::lines_max(&spelled(value), LINES, usize::from(width));
        for (by, text) in texts.into_iter().enumerate() {
            let piece = Piece { x: at, width, text, ink: Ink::Text, is_right: false };
            self.page.put(line + by, [piece]);
        }
    }

    /// Objects as a table, anything else one a line.
    fn array(&mut self, all: &[Json], x: u16, depth: usize) {
        let objects: Vec<&Map<String, Json>> = all.iter().filter_map(Json::as_object).collect();
        if objects.len() == all.len() && !objects.is_empty() {
            return self.table(&objects, x);
        }
        for value in all.iter().take(ROWS) {
            match value.as_object().filter(|_| depth < DEEPEST) {
                Some(inner) => {
                    self.page.gap();
                    self.object(inner, x, depth + 1);
                }
                None => self.text(&spelled(value), x, Ink::Text),
            }
        }
        self.rest(all.len(), x);
    }

    fn table(&mut self, rows: &[&Map<String, Json>], x: u16) {
        let names = columns(rows);
        let text = |row: &Map<String, Json>, name: &str| {
            let value = row.get(name).filter(|it| !is_empty(it));
            Shown::line_max(&value.map(spelled).unwrap_or_default(), usize::from(COLUMN))
        };
        let mut placed: Vec<(&str, u16, u16)> = Vec::new();
        let mut at = x;
        for name in names {
            let cells = rows.iter().take(ROWS).map(|row| text(row, name).width());
            let widest = cells.chain([Shown::line(&in_words(name)).width()]).max().unwrap_or(0);
            let wide = u16::try_from(widest).unwrap_or(COLUMN).min(COLUMN);
            if at + wide > self.width && !placed.is_empty() {
                break;
            }
            placed.push((name, at, wide.min(self.width.saturating_sub(at))));
            at += wide + 2;
        }
        let head =
            placed.iter().map(|(name, at, wide)| piece(*at, *wide, &in_words(name), Ink::Dim));
        self.page.add(head.collect());
        for row in rows.iter().take(ROWS) {
            let cells = placed
                .iter()
                .map(|(name, at, wide)| piece(*at, *wide, text(row, name).as_str(), Ink::Text));
            self.page.add(cells.collect());
        }
        self.rest(rows.len(), x);
    }

    fn rest(&mut self, count: usize, x: u16) {
        if count > ROWS {
            self.text(&format!("{} more; y j copies them all", count - ROWS), x, Ink::Dim);
        }
    }
}

/// The names that most rows have, in the order of the first.
fn columns<'a>(rows: &[&'a Map<String, Json>]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for row in rows.iter().take(50) {
        for (name, value) in *row {
            if !names.contains(&name.as_str()) && !value.is_object() {
                names.push(name);
            }
        }
    }
    names
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(all) => all.is_empty(),
        Json::Object(all) => all.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// For people: texts as they are, several by comma, the rest as JSON; raw.
fn spelled(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Array(all) if all.iter().all(|it| !it.is_array() && !it.is_object()) => {
            all.iter().map(spelled).collect::<Vec<_>>().join(", ")
        }
        Json::Null => String::new(),
        Json::Number(_) | Json::Array(_) | Json::Object(_) => value.to_string(),
    }
}
