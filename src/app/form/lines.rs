//! The lines of a record, edited in place: a cell is an input of its own, a line that goes stays
//! until it is sent, and nothing typed is lost.
use serde::{Deserialize, Serialize};

use super::{
    super::{
        keymap::Key,
        lines::{Entry, Fate},
        world::World,
    },
    Command, Effect, Form,
    input::Input,
    typed::Ways,
};
use crate::domain::{
    schema::Field,
    value::{Line, Value},
};

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    line: Line,
    /// Its place among those that stood there; `None` = new.
    origin: Option<usize>,
    is_dropped: bool,
}

/// What a draft keeps of a table in which a cell cannot be read: all of it.
#[derive(Deserialize, Serialize)]
struct Kept {
    rows: Vec<Row>,
    at: (usize, usize),
    cell: Option<String>,
}

/// Lines being edited.
#[derive(Clone, Debug)]
pub struct Sheet {
    field: Field,
    before: Vec<Line>,
    rows: Vec<Row>,
    /// The line of the cursor, and the place of its column among those that can be typed.
    at: usize,
    column: usize,
    /// The cell being typed.
    cell: Option<Box<Input>>,
    /// Whether the line under the cursor moves with it.
    is_carried: bool,
}

fn lines_of(value: &Value) -> Vec<Line> {
    if let Value::Lines(lines) = value { lines.clone() } else { Vec::new() }
}

impl Sheet {
    /// These lines, over those that stood there. What is missing of those goes.
    pub(in crate::app) fn new(field: &Field, before: &Value, now: &Value) -> Self {
        let before = lines_of(before);
        let mut rows: Vec<Row> = Vec::new();
        for line in lines_of(now) {
            let is_it = |it: &Line| it.id.is_some() && it.id == line.id;
            let origin = before.iter().position(is_it);
            rows.push(Row { line, origin, is_dropped: false });
        }
        for (origin, line) in before.iter().enumerate() {
            if rows.iter().all(|row| row.origin != Some(origin)) {
                let row = Row { line: line.clone(), origin: Some(origin), is_dropped: true };
                rows.insert(origin.min(rows.len()), row);
            }
        }
        Self { field: field.clone(), before, rows, at: 0, column: 0, cell: None, is_carried: false }
    }

    /// Which field's.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// The lines, to be laid out.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let entry = |row: &'_ Row| (row.origin, row.is_dropped);
        let all = self.rows.iter().map(|row| {
            let (origin, is_dropped) = entry(row);
            let before = origin.and_then(|at| self.before.get(at));
            let fate = match before {
                _ if is_dropped => Fate::Dropped,
                None => Fate::New,
                Some(before) if is_same(&row.line, before) => Fate::Same,
                Some(_) => Fate::Changed,
            };
            Entry { line: &row.line, before, fate }
        });
        all.collect()
    }

    /// How many lines there will be.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_dropped).count()
    }

    /// The line of the cursor.
    pub fn at(&self) -> usize {
        self.at.min(self.rows.len().saturating_sub(1))
    }

    /// The column of the cursor, among all of them.
    pub fn column(&self) -> Option<usize> {
        self.editable().get(self.column).copied()
    }

    /// The cell being typed.
    pub fn cell(&self) -> Option<&Input> {
        self.cell.as_deref()
    }

    pub(in crate::app) fn cell_mut(&mut self) -> Option<&mut Input> {
        self.cell.as_deref_mut()
    }

    /// Whether the line under the cursor moves with it.
    pub fn is_carried(&self) -> bool {
        self.is_carried
    }

    /// Columns that can be typed into, in order.
    fn editable(&self) -> Vec<usize> {
        let all = self.field.columns.iter().enumerate();
        all.filter(|(_, column)| column.read_only.is_none()).map(|(at, _)| at).collect()
    }

    /// All that will be sent, or why a cell cannot be read.
    pub(in crate::app) fn value(&self) -> Result<Value, String> {
        let mut rows = self.rows.clone();
        if let (Some(cell), Some(row)) = (&self.cell, rows.get_mut(self.at)) {
            let value = cell.value().clone().map_err(|why| said(self.at, cell.field(), &why))?;
            put(row, cell, value, &self.field);
        }
        let lines = rows.into_iter().filter(|row| !row.is_dropped).map(|row| row.line);
        let lines: Vec<Line> = lines.collect();
        Ok(if lines.is_empty() { Value::Empty } else { Value::Lines(lines) })
    }

    /// A cell that needs a value and has none.
    pub(in crate::app) fn missing(&self) -> Option<String> {
        let needed: Vec<&Field> = self
            .field
            .columns
            .iter()
            .filter(|column| column.is_required && column.read_only.is_none())
            .collect();
        let empty =
            |line: &Line, column: &Field| line.fields.get(&column.name).is_none_or(Value::is_empty);
        self.rows.iter().enumerate().filter(|(_, row)| !row.is_dropped).find_map(|(at, row)| {
            let column = needed.iter().find(|column| empty(&row.line, column))?;
            Some(said(at, column, "needs a value"))
        })
    }

    /// All of it as text, for a draft.
    pub(in crate::app) fn text(&self) -> String {
        let cell = self.cell.as_ref().and_then(|cell| cell.text());
        let kept = Kept { rows: self.rows.clone(), at: (self.at, self.column), cell };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// From a draft's text; what it cannot read changes nothing.
    pub(in crate::app) fn set_text(&mut self, text: &str, ways: &Ways) {
        let Ok(kept) = serde_json::from_str::<Kept>(text) else { return };
        self.rows = kept.rows;
        (self.at, self.column) = (kept.at.0.min(self.rows.len().saturating_sub(1)), kept.at.1);
        self.cell = None;
        if let Some(text) = kept.cell {
            self.begin(ways);
            if let Some(cell) = &mut self.cell {
                cell.set_text(&text, ways);
            }
        }
    }

    /// Down or up by so many; whether there was a line.
    fn step(&mut self, by: isize) -> bool {
        let next = self.at().checked_add_signed(by).filter(|next| *next < self.rows.len());
        let Some(next) = next else { return false };
        if self.is_carried {
            self.rows.swap(self.at, next);
        }
        self.at = next;
        true
    }

    fn step_column(&mut self, by: isize) {
        let last = self.editable().len().saturating_sub(1);
        self.column = self.column.saturating_add_signed(by).min(last);
    }

    /// The next cell, over the ends of lines; whether there was one.
    fn step_cell(&mut self, by: isize) -> bool {
        let last = self.editable().len().saturating_sub(1);
        match self.column.checked_add_signed(by).filter(|next| *next <= last) {
            Some(next) => self.column = next,
            None if self.step(by) => self.column = if by > 0 { 0 } else { last },
            None => return false,
        }
        true
    }

    /// The cell under the cursor is typed.
    fn begin(&mut self, ways: &Ways) {
        let at = self.at();
        let Some(column) = self.column().and_then(|at| self.field.columns.get(at)) else { return };
        let Some(row) = self.rows.get(at).filter(|row| !row.is_dropped) else { return };
        let value = row.line.fields.get(&column.name).cloned().unwrap_or_default();
        let column = Field { is_required: false, ..column.clone() };
        self.cell = Some(Box::new(Input::new(column, value, true, false, ways)));
    }

    /// What is typed goes into the line, if it can be read.
    fn commit(&mut self) -> Result<(), String> {
        let Some(cell) = &self.cell else { return Ok(()) };
        let value = cell.value().clone().map_err(|why| said(self.at, cell.field(), &why))?;
        let at = self.at();
        if let Some(row) = self.rows.get_mut(at) {
            put(row, cell, value, &self.field);
        }
        self.cell = None;
        Ok(())
    }

    /// A new line under the cursor's.
    fn add(&mut self) {
        let at = if self.rows.is_empty() { 0 } else { self.at() + 1 };
        let mut line = Line::default();
        for column in self.field.columns.iter().filter(|column| column.read_only.is_none()) {
            if let Some(default) = &column.default {
                line.fields.insert(column.name.clone(), default.clone());
            }
        }
        self.rows.insert(at, Row { line, origin: None, is_dropped: false });
        (self.at, self.column) = (at, 0);
    }

    /// The line goes, or comes back; a new one is gone at once.
    fn drop_line(&mut self) {
        let at = self.at();
        let Some(row) = self.rows.get_mut(at) else { return };
        if row.origin.is_none() {
            self.rows.remove(at);
            self.at = at.min(self.rows.len().saturating_sub(1));
        } else {
            row.is_dropped = !row.is_dropped;
        }
    }

    /// The line as it stood there.
    fn undo_line(&mut self) {
        let at = self.at();
        let Some(row) = self.rows.get_mut(at) else { return };
        if let Some(before) = row.origin.and_then(|at| self.before.get(at)) {
            row.line = before.clone();
            row.is_dropped = false;
        }
    }
}

/// `line 2, Quantity: …`.
fn said(at: usize, column: &Field, why: &str) -> String {
    format!("line {}, {}: {why}", at + 1, column.label)
}

/// Whether two lines say the same in what one can type.
fn is_same(line: &Line, before: &Line) -> bool {
    let value = |line: &Line, name: &str| line.fields.get(name).cloned().unwrap_or_default();
    line.fields.keys().all(|name| value(line, name).means_the_same(&value(before, name)))
}

/// A cell's value into its line; what the server counts of the line is not known any more.
fn put(row: &mut Row, cell: &Input, value: Value, field: &Field) {
    let name = cell.name();
    let stood = row.line.fields.get(name).cloned().unwrap_or_default();
    if stood.means_the_same(&value) {
        return;
    }
    row.line.fields.insert(name.to_owned(), value);
    let counted = |name: &String| {
        field.columns.iter().any(|column| column.name == *name && column.read_only.is_some())
    };
    row.line.fields.retain(|name, _| !counted(name));
}

impl Form {
    /// The lines under the cursor, where the field has some and can be typed into.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.inputs.get(self.at)?.sheet()
    }

    fn sheet_mut(&mut self) -> Option<&mut Sheet> {
        self.inputs.get_mut(self.at)?.sheet_mut()
    }

    /// Whether a cell of lines is being typed.
    pub fn is_in_cell(&self) -> bool {
        self.sheet().is_some_and(|sheet| sheet.cell.is_some())
    }

    /// A command for the lines under the cursor; `None` = for the form.
    pub(super) fn apply_lines(
        &mut self,
        command: Command,
        world: &mut World,
    ) -> Option<Vec<Effect>> {
        if self.is_sending || self.sheet().is_none() {
            return None;
        }
        if self.is_in_cell() {
            self.apply_cell(command, world)
        } else {
            self.apply_sheet(command, world)
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "lines take few of all commands")]
    fn apply_sheet(&mut self, command: Command, world: &mut World) -> Option<Vec<Effect>> {
        let sheet = self.sheet_mut()?;
        match command {
            Command::Next | Command::Previous => {
                let by = if command == Command::Next { 1 } else { -1 };
                if !sheet.step(by) && !sheet.is_carried {
                    return None;
                }
                if !sheet.is_carried {
                    return Some(Vec::new());
                }
            }
            Command::Left => sheet.step_column(-1),
            Command::Right => sheet.step_column(1),
            Command::EditCell | Command::Open if sheet.is_carried => sheet.is_carried = false,
            Command::EditCell | Command::Open => return Some(self.begin_cell("", world)),
            Command::Add => {
                sheet.add();
                let mut effects = self.changed(world);
                effects.extend(self.begin_cell("", world));
                return Some(effects);
            }
            Command::Delete => sheet.drop_line(),
            Command::UndoLine => sheet.undo_line(),
            Command::MoveLine => {
                sheet.is_carried = !sheet.is_carried;
                return Some(Vec::new());
            }
            Command::Close if sheet.is_carried => {
                sheet.is_carried = false;
                return Some(Vec::new());
            }
            _ => return None,
        }
        Some(self.changed(world))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a cell takes few of all commands")]
    fn apply_cell(&mut self, command: Command, world: &mut World) -> Option<Vec<Effect>> {
        match command {
            Command::NextPane => Some(self.leave_cell(1, world)),
            Command::PreviousPane => Some(self.leave_cell(-1, world)),
            Command::Next | Command::Previous
                if self.focused().is_some_and(Input::is_multiline) =>
            {
                None
            }
            Command::Next | Command::Previous => {
                let by = if command == Command::Next { 1 } else { -1 };
                if self.commit_cell(world)
                    && let Some(sheet) = self.sheet_mut()
                {
                    sheet.step(by);
                }
                Some(self.changed(world))
            }
            Command::Open if self.focused().is_some_and(Input::has_popup) => {
                Some(self.open_popup("", world))
            }
            Command::Open if self.focused().is_some_and(Input::is_multiline) => None,
            Command::Open => {
                self.commit_cell(world);
                Some(self.changed(world))
            }
            Command::Close => Some(self.leave_as_it_was(world)),
            Command::Save if !self.commit_cell(world) => Some(self.changed(world)),
            _ => None,
        }
    }

    /// The cell under the cursor is typed, or chosen; with what was typed already.
    pub(super) fn begin_cell(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let ways = self.ways(world);
        let Some(sheet) = self.sheet_mut() else { return Vec::new() };
        if sheet.rows.is_empty() {
            return world.note("There are no lines yet; a adds one.");
        }
        if sheet.rows.get(sheet.at()).is_some_and(|row| row.is_dropped) {
            return world.note("This line goes; D brings it back.");
        }
        sheet.begin(&ways);
        let has_popup = sheet.cell().is_some_and(Input::has_popup);
        if has_popup {
            return self.open_popup(text, world);
        }
        if let Some(cell) = sheet.cell_mut().filter(|_| !text.is_empty()) {
            cell.set_text(text, &ways);
            return self.changed(world);
        }
        Vec::new()
    }

    /// A letter over a cell takes its place.
    pub(super) fn type_over_cell(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        match key.typed().filter(|c| !c.is_whitespace()) {
            Some(c) => self.begin_cell(&c.to_string(), world),
            None => Vec::new(),
        }
    }

    /// Whether what is typed is in its line now; else it is said why not.
    pub(super) fn commit_cell(&mut self, _world: &mut World) -> bool {
        let Some(sheet) = self.sheet_mut() else { return true };
        let committed = sheet.commit();
        let is_done = committed.is_ok();
        self.complain_of_lines(committed.err());
        is_done
    }

    /// What was typed into the cell goes.
    pub(super) fn leave_as_it_was(&mut self, world: &mut World) -> Vec<Effect> {
        if let Some(sheet) = self.sheet_mut() {
            sheet.cell = None;
        }
        self.complain_of_lines(None);
        self.changed(world)
    }

    fn complain_of_lines(&mut self, why: Option<String>) {
        if let Some(input) = self.inputs.get_mut(self.at) {
            input.complain(why);
        }
    }

    /// What is typed is taken, and the next cell is typed.
    fn leave_cell(&mut self, by: isize, world: &mut World) -> Vec<Effect> {
        self.popup = None;
        if !self.commit_cell(world) {
            return self.changed(world);
        }
        let mut effects = self.changed(world);
        if self.sheet_mut().is_some_and(|sheet| sheet.step_cell(by)) {
            effects.extend(self.begin_cell("", world));
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::schema::{FieldKind, Preferences, ReadOnly},
        text::format::Format,
    };

    fn ways() -> Ways {
        let format = Format::plain(jiff::Timestamp::UNIX_EPOCH);
        Ways { preferences: Preferences::default(), format }
    }

    fn field() -> Field {
        let total =
            Field { read_only: Some(ReadOnly::Computed), ..Field::new("total", FieldKind::Number) };
        let item = Field { is_required: true, ..Field::new("item", FieldKind::Text) };
        let columns = vec![item, Field::new("quantity", FieldKind::Number), total];
        Field { columns, ..Field::new("lines", FieldKind::Lines) }
    }

    fn line(id: &str, item: &str) -> Line {
        let fields = [
            ("item", Value::Text(item.to_owned())),
            ("quantity", Value::Integer(2)),
            ("total", Value::Integer(20)),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        Line { id: Some(id.to_owned()), fields: fields.into_iter().collect() }
    }

    fn sheet() -> Sheet {
        let value = Value::Lines(vec![line("1", "a"), line("2", "b")]);
        Sheet::new(&field(), &value, &value)
    }

    fn typed(sheet: &mut Sheet, text: &str) {
        sheet.begin(&ways());
        sheet.cell_mut().unwrap().set_text(text, &ways());
    }

    fn lines(sheet: &Sheet) -> Vec<Line> {
        lines_of(&sheet.value().unwrap())
    }

    #[test]
    fn a_changed_cell_leaves_what_the_server_counts_to_the_server() {
        let mut sheet = sheet();
        sheet.step_column(1);
        typed(&mut sheet, "5");
        sheet.commit().unwrap();
        let first = &lines(&sheet)[0];
        assert!(first.fields["quantity"].means_the_same(&Value::Integer(5)));
        assert!(!first.fields.contains_key("total"));
        assert_eq!(sheet.entries()[0].fate, Fate::Changed);
    }

    #[test]
    fn a_dropped_line_stays_in_sight_and_comes_back() {
        let mut sheet = sheet();
        sheet.drop_line();
        assert_eq!(lines(&sheet).len(), 1);
        assert_eq!(sheet.entries()[0].fate, Fate::Dropped);
        sheet.drop_line();
        assert_eq!(lines(&sheet).len(), 2);
    }

    #[test]
    fn an_added_line_has_no_id_and_misses_what_it_needs() {
        let mut sheet = sheet();
        sheet.add();
        assert_eq!(lines(&sheet)[1].id, None);
        assert!(sheet.missing().unwrap().contains("line 2"));
        typed(&mut sheet, "c");
        sheet.commit().unwrap();
        assert_eq!(sheet.missing(), None);
    }

    #[test]
    fn a_line_moves_with_the_cursor() {
        let mut sheet = sheet();
        sheet.is_carried = true;
        assert!(sheet.step(1));
        let ids: Vec<_> = lines(&sheet).into_iter().filter_map(|it| it.id).collect();
        assert_eq!(ids, ["2", "1"]);
    }

    #[test]
    fn a_cell_that_cannot_be_read_is_refused_and_survives_in_the_draft() {
        let mut sheet = sheet();
        sheet.step_column(1);
        typed(&mut sheet, "many");
        assert!(sheet.value().unwrap_err().contains("line 1"));
        assert!(sheet.commit().is_err());
        let text = sheet.text();
        let mut again = self::sheet();
        again.set_text(&text, &ways());
        assert_eq!(again.cell().unwrap().text().as_deref(), Some("many"));
    }

    #[test]
    fn lines_of_a_draft_show_what_went() {
        let (old, now) = (vec![line("1", "a"), line("2", "b")], vec![line("2", "b")]);
        let sheet = Sheet::new(&field(), &Value::Lines(old), &Value::Lines(now));
        let fates: Vec<_> = sheet.entries().iter().map(|it| it.fate).collect();
        assert_eq!(fates, [Fate::Dropped, Fate::Same]);
    }
}
