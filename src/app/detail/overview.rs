//! Lays out the fields of a record: the layout's sections, two fields a row. SCREENS §9.4.
use super::{
    page::{Ink, Page, Piece, Stop, piece, right},
    parts::Parts,
};
use crate::{
    app::{
        lines::{self, Entry, Fate},
        values,
    },
    domain::{
        record::Record,
        schema::{Cell, ChoiceStyle, EntityType, Field, FieldKind, Layout, Section},
        value::Value,
    },
    text::{format::Format, html, shown::Shown},
};

const LABEL: u16 = 12;
/// Text is never wider. SCREENS §6.
const MEASURE: u16 = 76;
/// No value takes more lines; the rest is in the browser and in the editor.
const MOST: usize = 400;
/// Under so many cells a value stands beneath its label.
const LEAST: u16 = 16;

/// What is needed to lay out fields.
pub(super) struct Fields<'a> {
    pub(super) record: &'a Record,
    pub(super) entity_type: &'a EntityType,
    pub(super) layout: Option<&'a Layout>,
    pub(super) format: &'a Format,
    pub(super) parts: Parts,
    pub(super) shows_empty: bool,
    /// Whether they stand beside something: then nothing takes the whole width.
    pub(super) is_aside: bool,
}

impl Fields<'_> {
    /// All sections; how many fields were left out since they are empty.
    pub(super) fn lay(&self, page: &mut Page) -> usize {
        let own;
        let sections = match self.layout {
            Some(layout) if !layout.sections.is_empty() => &layout.sections,
            Some(_) | None => {
                own = vec![everything(self.entity_type)];
                &own
            }
        };
        sections.iter().map(|section| self.section(section, page)).sum()
    }

    fn section(&self, section: &Section, page: &mut Page) -> usize {
        let cells = section.rows.iter().flatten();
        let known = cells.filter(|cell| self.record.value(&cell.field).is_some());
        let (shown, empty): (Vec<&Cell>, Vec<&Cell>) =
            known.partition(|cell| self.shows_empty || self.is_filled(cell));
        if shown.is_empty() {
            return empty.len();
        }
        page.gap();
        page.begin_part();
        let is_text_only = matches!(shown.as_slice(), [one] if self.is_long(one));
        if !section.label.trim().is_empty() && !is_text_only {
            page.add(vec![piece(0, self.parts.main, &section.label, Ink::Strong)]);
        }
        self.rows(&shown, page);
        empty.len()
    }

    fn rows(&self, shown: &[&Cell], page: &mut Page) {
        let mut left: Option<&Cell> = None;
        for cell in shown {
            if self.has_lines(cell) {
                self.row(left.take().as_slice(), page);
                self.table(cell, page);
            } else if self.is_long(cell) {
                self.row(left.take().as_slice(), page);
                self.long(cell, page);
            } else if cell.is_wide || self.parts.is_narrow {
                self.row(left.take().as_slice(), page);
                self.wide(cell, page);
            } else if let Some(first) = left.take() {
                self.row(&[first, cell], page);
            } else {
                left = Some(cell);
            }
        }
        self.row(left.as_slice(), page);
    }

    /// One or two fields beside each other.
    fn row(&self, cells: &[&Cell], page: &mut Page) {
        let half = self.parts.main / 2;
        let line = page.lines.len();
        for (cell, x) in cells.iter().zip([0, half]) {
            self.field(cell, (x, half.saturating_sub(2)), line, page);
        }
    }

    fn wide(&self, cell: &Cell, page: &mut Page) {
        let line = page.lines.len();
        self.field(cell, (0, self.parts.main), line, page);
    }

    fn field(&self, cell: &Cell, (x, width): (u16, u16), line: usize, page: &mut Page) {
        let field = self.entity_type.field(&cell.field);
        let label = field.map_or(cell.field.as_str(), |field| field.label.as_str());
        let is_under = width < LABEL + LEAST;
        let at = if is_under { (x, width) } else { (x + LABEL, width - LABEL) };
        let value = self.record.value(&cell.field).unwrap_or(&Value::Empty);
        let lines = self.value(value, field, at);
        let label_width = if is_under { width } else { LABEL - 1 };
        page.put(line, [piece(x, label_width, label, Ink::Dim)]);
        let first = line + usize::from(is_under);
        let height = lines.len() + usize::from(is_under);
        for (row, pieces) in lines.into_iter().enumerate() {
            page.put(first + row, pieces);
        }
        page.stop(Stop::Field(cell.field.clone()), (x, width), line, height.max(1));
    }

    /// Long text stands beneath its label, over the whole width.
    fn long(&self, cell: &Cell, page: &mut Page) {
        let field = self.entity_type.field(&cell.field);
        let label = field.map_or(cell.field.as_str(), |field| field.label.as_str());
        page.gap();
        let width = self.parts.main.min(MEASURE);
        let line = page.add(vec![piece(0, width, label, Ink::Strong)]);
        let value = self.record.value(&cell.field).unwrap_or(&Value::Empty);
        let lines = self.value(value, field, (0, width));
        let height = lines.len() + 1;
        page.lines.extend(lines);
        page.stop(Stop::Field(cell.field.clone()), (0, width), line, height);
        if self.record.cut.contains(&cell.field) {
            page.add(vec![piece(0, width, "The server cut this text here.", Ink::Dim)]);
        }
    }

    /// Lines with what sums them up, over the whole width; in a narrow place beside something
    /// they are counted.
    fn table(&self, cell: &Cell, page: &mut Page) {
        let Some(field) = self.entity_type.field(&cell.field) else { return };
        let Some(Value::Lines(all)) = self.record.value(&cell.field) else { return };
        let width = self.parts.main;
        let entry = |line| Entry { line, before: None, fate: Fate::Same };
        let entries: Vec<Entry<'_>> = all.iter().map(entry).collect();
        page.gap();
        page.begin_part();
        let label = Shown::line_max(&field.label, usize::from(width));
        let wide = u16::try_from(label.width()).unwrap_or(0);
        let code = lines::currency(&entries).map(|code| format!("in {code}")).unwrap_or_default();
        page.add(vec![
            piece(0, width, label.as_str(), Ink::Strong),
            piece(wide + 2, 8, &all.len().to_string(), Ink::Dim),
            right(width.saturating_sub(10), width.min(10), &code, Ink::Dim),
        ]);
        let table = lines::lay(field, &entries, self.format, width);
        let first = page.lines.len();
        page.lines.extend(table.lines);
        for (at, row) in table.rows.iter().enumerate() {
            let stop = Stop::Line(cell.field.clone(), at);
            page.stop(stop, (0, width), first + row.first, row.height);
        }
        let sums = lines::totals(field, self.record, self.entity_type, self.format, width);
        page.lines.extend(sums);
        page.gap();
    }

    fn has_lines(&self, cell: &Cell) -> bool {
        let value = self.record.value(&cell.field);
        !self.is_aside && matches!(value, Some(Value::Lines(all)) if !all.is_empty())
    }

    /// The lines of a value.
    fn value(&self, value: &Value, field: Option<&Field>, at: (u16, u16)) -> Vec<Vec<Piece>> {
        let (x, width) = at;
        if value.is_empty() {
            return vec![vec![Piece { ink: Ink::Nothing, ..piece(x, 1, "", Ink::Dim) }]];
        }
        let ink = ink(field);
        let dot = dot(value, field);
        let indent = if dot.is_some() { 2 } else { 0 };
        let room = width.saturating_sub(indent);
        let mut lines: Vec<Vec<Piece>> = wrapped(value, field, self.format, room)
            .into_iter()
            .map(|text| vec![Piece { x: x + indent, width: room, text, ink, is_right: false }])
            .collect();
        if let (Some(style), Some(first)) = (dot, lines.first_mut()) {
            first.push(Piece { ink: Ink::Dot(style), ..piece(x, 1, "", Ink::Dim) });
        }
        lines
    }

    fn is_filled(&self, cell: &Cell) -> bool {
        self.record.value(&cell.field).is_some_and(|value| !value.is_empty())
    }

    fn is_long(&self, cell: &Cell) -> bool {
        let kind = self.entity_type.field(&cell.field).map(|field| field.kind);
        matches!(kind, Some(FieldKind::LongText | FieldKind::Html))
    }
}

fn ink(field: Option<&Field>) -> Ink {
    match field.map(|field| field.kind) {
        Some(FieldKind::Url) => Ink::Link,
        Some(kind) if values::is_link(kind) => Ink::Link,
        Some(_) | None => Ink::Text,
    }
}

/// The state of a choice, where it says more than its word.
pub(super) fn dot(value: &Value, field: Option<&Field>) -> Option<ChoiceStyle> {
    let Value::Text(text) = value else { return None };
    let choice = field?.choices.iter().find(|choice| choice.value == *text)?;
    (choice.style != ChoiceStyle::Plain).then_some(choice.style)
}

fn wrapped(value: &Value, field: Option<&Field>, format: &Format, width: u16) -> Vec<Shown> {
    let cells = usize::from(width.max(1));
    let is_html = field.is_some_and(|field| field.kind == FieldKind::Html);
    let lines = if let (Value::Text(text), true) = (value, is_html) {
        vec![html::to_text(text, cells)]
    } else {
        values::lines(value, field, format)
    };
    let mut shown = Vec::new();
    for line in lines {
        let left = MOST.saturating_sub(shown.len());
        if left == 0 {
            break;
        }
        shown.extend(Shown::lines_max(line.trim_end(), left, cells));
    }
    shown
}

/// Without a layout: all fields, as the schema has them.
fn everything(entity_type: &EntityType) -> Section {
    let cell = |name: &String| vec![Cell { field: name.clone(), is_wide: false }];
    Section { label: String::new(), rows: entity_type.fields.keys().map(cell).collect() }
}
