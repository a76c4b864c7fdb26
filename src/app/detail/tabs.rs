//! Lays out all fields, and the record as JSON.
use super::page::{Ink, Page, Piece, Stop, piece};
use crate::{
    app::values,
    domain::{json::to_json, record::Record, schema::EntityType},
    text::{format::Format, shown::Shown},
};

/// No more lines of JSON are laid out.
const JSON_LINES: usize = 20_000;
/// One of them is not wrapped into more.
const JSON_ROWS: usize = 500;

/// Every field of the schema: label, value, name, type.
pub(super) fn fields(
    record: &Record,
    entity_type: &EntityType,
    format: &Format,
    width: u16,
) -> Page {
    let mut page = Page::default();
    let is_narrow = width < 70;
    let (label, name) = (22, 34);
    let room = if is_narrow { width } else { width.saturating_sub(label + name + 4) };
    for field in entity_type.fields.values() {
        let value = record.value(&field.name);
        let (text, ink) = match value {
            None => ("not read".to_owned(), Ink::Dim),
            Some(value) if value.is_empty() => (String::new(), Ink::Nothing),
            Some(value) => (values::line(value, Some(field), format), Ink::Text),
        };
        let kind = format!("{} · {}", field.name, field.wire_type);
        let line = page.lines.len();
        if is_narrow {
            page.add(vec![piece(0, width, &field.label, Ink::Dim)]);
            page.add(vec![Piece { ink, ..piece(0, width, &text, Ink::Text) }]);
            page.add(vec![piece(0, width, &kind, Ink::Dim)]);
        } else {
            page.add(vec![
                piece(0, label, &field.label, Ink::Text),
                Piece { ink, ..piece(label + 2, room, &text, Ink::Text) },
                piece(label + room + 4, name, &kind, Ink::Dim),
            ]);
        }
        let height = page.lines.len() - line;
        page.stop(Stop::Field(field.name.clone()), (0, width), line, height);
    }
    page
}

/// The record's values as JSON, one piece a line; nothing to stand on.
pub(super) fn raw(record: &Record, width: u16) -> Page {
    let mut page = Page::default();
    let text = serde_json::to_string_pretty(&with_id(record)).unwrap_or_default();
    let cells = usize::from(width);
    for line in text.lines() {
        let left = JSON_LINES.saturating_sub(page.lines.len());
        if left == 0 {
            break;
        }
        for text in Shown::lines_max(line, left.min(JSON_ROWS), cells) {
            page.add(vec![Piece { x: 0, width, text, ink: Ink::Text, is_right: false }]);
        }
    }
    page
}

/// With its id, which is no field.
fn with_id(record: &Record) -> serde_json::Value {
    let mut all = to_json(record, None);
    if let Some(all) = all.as_object_mut() {
        all.shift_insert(0, "id".to_owned(), record.id.as_str().into());
    }
    all
}
