//! The lines of a quote, an invoice, a ticket as a table: laid out alike in a detail and in a form.
//! SCREENS §9.13.
use super::{
    detail::page::{Ink, Piece, piece, right},
    values::{self, Cell},
};
use crate::{
    domain::{
        record::Record,
        schema::{EntityType, Field, FieldKind},
        value::{Line, Value},
    },
    text::{format::Format, shown::Shown},
};

/// Cells of the number before a line, and where the first column begins.
const NUMBER: u16 = 2;
const BEGIN: u16 = 4;
/// Cells between columns.
const GAP: u16 = 2;
/// The first column has so many at least, as long as another one can give way.
const LEAST: u16 = 24;
/// Other texts are not wider.
const WIDEST: u16 = 24;
/// Lines of the first column's text, and of a comment.
const ROWS: usize = 3;
/// So many lines are laid out; nobody reads on in a terminal.
pub const MOST: usize = 1_000;

/// What has become of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// As it was.
    #[default]
    Same,
    /// Some of its cells say something else.
    Changed,
    /// It was not there.
    New,
    /// It goes.
    Dropped,
}

/// A line to be laid out.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// As it is.
    pub line: &'a Line,
    /// As it was.
    pub before: Option<&'a Line>,
    /// What has become of it.
    pub fate: Fate,
}

/// Where a cell stands, from the table's left edge and first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The line of the screen.
    pub line: usize,
    /// From the left.
    pub x: u16,
    /// Cells.
    pub width: u16,
}

/// A line's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its first line.
    pub first: usize,
    /// How many.
    pub height: usize,
    /// Where its cells stand, by column.
    pub cells: Vec<Spot>,
}

/// A table, laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Headings, then the lines.
    pub lines: Vec<Vec<Piece>>,
    /// The lines' places.
    pub rows: Vec<Row>,
}

/// Where the columns stand.
struct Plan {
    /// Beside each other: column, from the left, cells, whether at the right.
    across: Vec<(usize, u16, u16, bool)>,
    /// What has no room there: in the line's second row.
    beneath: Vec<usize>,
    /// Long texts: in rows of their own.
    texts: Vec<usize>,
    /// The currency that all amounts share: it stands in the heading.
    currency: Option<String>,
    width: u16,
}

/// The table of these lines.
pub fn lay(field: &Field, entries: &[Entry<'_>], format: &Format, width: u16) -> Table {
    let plan = plan(field, entries, format, width);
    let mut table = Table::default();
    table.lines.push(headings(field, &plan));
    table.lines.push(vec![rule(0, width)]);
    for (at, entry) in entries.iter().enumerate().take(MOST) {
        row(at, entry, field, format, &plan, &mut table);
    }
    if entries.len() > MOST {
        let text = format!("{} more lines", entries.len() - MOST);
        table.lines.push(vec![piece(BEGIN, width.saturating_sub(BEGIN), &text, Ink::Dim)]);
    }
    table
}

/// A rule over the cells.
fn rule(x: u16, width: u16) -> Piece {
    Piece { ink: Ink::Rule, ..piece(x, width, "", Ink::Dim) }
}

/// The currency that all amounts share.
pub fn currency(entries: &[Entry<'_>]) -> Option<String> {
    let values = entries.iter().flat_map(|entry| entry.line.fields.values());
    let mut codes = values.filter_map(|value| {
        if let Value::Money(money) = value { Some(money.currency.as_str()) } else { None }
    });
    let first = codes.next().filter(|code| !code.is_empty())?;
    codes.all(|code| code == first).then(|| first.to_owned())
}

/// A cell as it is shown: amounts with cents, so that they stand beneath each other.
fn text(value: &Value, column: &Field, format: &Format, plan: Option<&str>) -> Shown {
    if let Value::Money(money) = value {
        let amount = format.amount(money.amount, true);
        let is_known = plan == Some(money.currency.as_str()) || money.currency.is_empty();
        return if is_known {
            Shown::line(&amount)
        } else {
            Shown::line(&format!("{amount} {}", money.currency))
        };
    }
    let Cell { text, unit, .. } = values::cell(value, Some(column), format, true);
    if unit.is_empty() {
        return text;
    }
    Shown::line(&format!("{} {}", text.as_str(), unit.as_str()))
}

fn is_long(column: &Field) -> bool {
    matches!(column.kind, FieldKind::LongText | FieldKind::Html)
}

/// The first column takes what the others leave; those before the last one give way to it, from
/// the right.
fn plan(field: &Field, entries: &[Entry<'_>], format: &Format, width: u16) -> Plan {
    let currency = currency(entries);
    let texts = (0..field.columns.len()).filter(|at| field.columns.get(*at).is_some_and(is_long));
    let texts: Vec<usize> = texts.collect();
    let mut names: Vec<usize> = (0..field.columns.len()).filter(|at| !texts.contains(at)).collect();
    let wide = |at: usize| {
        let Some(column) = field.columns.get(at) else { return 0 };
        let cells = entries.iter().take(MOST).filter_map(|it| it.line.fields.get(&column.name));
        let widest = cells.map(|it| text(it, column, format, currency.as_deref()).width()).max();
        let label = Shown::line(&column.label).width();
        let most = if values::is_right(column.kind) { 40 } else { usize::from(WIDEST) };
        u16::try_from(widest.unwrap_or(0).max(label).clamp(4, most)).unwrap_or(WIDEST)
    };
    let needs = |names: &[usize]| names.iter().skip(1).map(|at| wide(*at) + GAP).sum::<u16>();
    let mut beneath = Vec::new();
    while names.len() > 2 && needs(&names) + BEGIN + LEAST > width {
        let at = names.remove(names.len() - 2);
        beneath.insert(0, at);
    }
    let first = width.saturating_sub(needs(&names) + BEGIN);
    let mut x = BEGIN;
    let mut across = Vec::new();
    for (place, at) in names.into_iter().enumerate() {
        let cells = if place == 0 { first } else { wide(at) };
        let is_right = field.columns.get(at).is_some_and(|it| values::is_right(it.kind));
        across.push((at, x, cells, is_right && place > 0));
        x += cells + GAP;
    }
    Plan { across, beneath, texts, currency, width }
}

fn headings(field: &Field, plan: &Plan) -> Vec<Piece> {
    let number = right(0, NUMBER, "#", Ink::Dim);
    let columns = plan.across.iter().filter_map(|(at, x, width, is_right)| {
        let label = &field.columns.get(*at)?.label;
        Some(if *is_right {
            right(*x, *width, label, Ink::Dim)
        } else {
            piece(*x, *width, label, Ink::Dim)
        })
    });
    std::iter::once(number).chain(columns).collect()
}

fn row(
    at: usize,
    entry: &Entry<'_>,
    field: &Field,
    format: &Format,
    plan: &Plan,
    table: &mut Table,
) {
    let first = table.lines.len();
    let nowhere = Spot { line: first, x: BEGIN, width: 0 };
    let mut cells = vec![nowhere; field.columns.len()];
    let ink = match entry.fate {
        Fate::Dropped => Ink::Dim,
        Fate::Same | Fate::Changed | Fate::New => Ink::Text,
    };
    let mut lines = vec![vec![right(0, NUMBER, &(at + 1).to_string(), Ink::Dim)]];
    for (place, (column, x, width, is_right)) in plan.across.iter().enumerate() {
        let Some(of) = field.columns.get(*column) else { continue };
        if let Some(cell) = cells.get_mut(*column) {
            *cell = Spot { line: first, x: *x, width: *width };
        }
        let Some(value) = entry.line.fields.get(&of.name) else { continue };
        let shown = text(value, of, format, plan.currency.as_deref());
        let ink = if is_changed(entry, of) { Ink::Mine } else { ink };
        if place == 0 {
            wrapped(&shown, *x, *width, ink, 0, &mut lines);
        } else if *is_right {
            lines[0].push(right(*x, *width, shown.as_str(), ink));
        } else {
            lines[0].push(piece(*x, *width, shown.as_str(), ink));
        }
    }
    was(entry, field, format, plan, &mut lines);
    beneath(entry, field, format, plan, (first, &mut cells), &mut lines);
    texts(entry, field, plan, (first, &mut cells), &mut lines);
    let said = match entry.fate {
        Fate::Same | Fate::Changed => "",
        Fate::New => "new line",
        Fate::Dropped => "goes when it is sent",
    };
    if !said.is_empty() {
        lines.push(vec![piece(BEGIN, plan.width.saturating_sub(BEGIN), said, Ink::Mine)]);
    }
    table.rows.push(Row { first, height: lines.len(), cells });
    table.lines.extend(lines);
}

/// Whether a cell of a line that was there says something else now.
fn is_changed(entry: &Entry<'_>, column: &Field) -> bool {
    let Some(before) = entry.before.filter(|_| column.read_only.is_none()) else { return false };
    let value = |line: &Line| line.fields.get(&column.name).cloned().unwrap_or_default();
    !value(entry.line).means_the_same(&value(before))
}

/// What stood in changed cells, beneath them.
fn was(
    entry: &Entry<'_>,
    field: &Field,
    format: &Format,
    plan: &Plan,
    lines: &mut Vec<Vec<Piece>>,
) {
    let changed = plan.across.iter().filter_map(|(at, x, width, is_right)| {
        let column = field.columns.get(*at).filter(|column| is_changed(entry, column))?;
        let before = entry.before?.fields.get(&column.name).cloned().unwrap_or_default();
        let text = text(&before, column, format, plan.currency.as_deref());
        let said = format!("was {}", if text.is_empty() { "–" } else { text.as_str() });
        let (x, width) = if *is_right {
            // It may be wider than its column: it has the room before it.
            let wide = u16::try_from(Shown::line(&said).width()).unwrap_or(*width).max(*width);
            let end = x + width;
            (end.saturating_sub(wide), wide.min(end))
        } else {
            (*x, *width)
        };
        Some(if *is_right {
            right(x, width, &said, Ink::Dim)
        } else {
            piece(x, width, &said, Ink::Dim)
        })
    });
    let pieces: Vec<Piece> = changed.collect();
    if !pieces.is_empty() {
        let at = 1;
        if lines.len() <= at {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.get_mut(at) {
            line.extend(pieces);
        }
    }
}

/// Columns that have no room beside the others: with their names.
fn beneath(
    entry: &Entry<'_>,
    field: &Field,
    format: &Format,
    plan: &Plan,
    (first, cells): (usize, &mut Vec<Spot>),
    lines: &mut Vec<Vec<Piece>>,
) {
    let mut x = plan.width;
    for at in &plan.beneath {
        let Some(column) = field.columns.get(*at) else { continue };
        let value = entry.line.fields.get(&column.name).cloned().unwrap_or_default();
        let shown = text(&value, column, format, plan.currency.as_deref());
        let label = Shown::line_max(&column.label, 16);
        let name = u16::try_from(label.width()).unwrap_or(16) + 1;
        let wide = u16::try_from(shown.width()).unwrap_or(WIDEST).clamp(6, WIDEST);
        if x + name + wide > plan.width {
            lines.push(Vec::new());
            x = BEGIN;
        }
        let wide = wide.min(plan.width.saturating_sub(x + name));
        let line = first + lines.len() - 1;
        if let Some(cell) = cells.get_mut(*at) {
            *cell = Spot { line, x: x + name, width: wide };
        }
        let ink = if is_changed(entry, column) { Ink::Mine } else { Ink::Text };
        let text = if shown.is_empty() { "–" } else { shown.as_str() };
        if let Some(line) = lines.last_mut() {
            line.push(piece(x, name, label.as_str(), Ink::Dim));
            line.push(piece(x + name, wide, text, ink));
        }
        x += name + wide + 3;
    }
}

/// Long texts, in rows of their own.
fn texts(
    entry: &Entry<'_>,
    field: &Field,
    plan: &Plan,
    (first, cells): (usize, &mut Vec<Spot>),
    lines: &mut Vec<Vec<Piece>>,
) {
    let width = plan.width.saturating_sub(BEGIN).min(76);
    for at in &plan.texts {
        let Some(column) = field.columns.get(*at) else { continue };
        if let Some(cell) = cells.get_mut(*at) {
            *cell = Spot { line: first + lines.len(), x: BEGIN, width };
        }
        let value = entry.line.fields.get(&column.name);
        let Some(Value::Text(text)) = value.filter(|it| !it.is_empty()) else { continue };
        let ink = if is_changed(entry, column) { Ink::Mine } else { Ink::Dim };
        for text in Shown::lines_max(text.trim(), ROWS, usize::from(width)) {
            lines.push(vec![Piece { x: BEGIN, width, text, ink, is_right: false }]);
        }
    }
}

fn wrapped(shown: &Shown, x: u16, width: u16, ink: Ink, from: usize, lines: &mut Vec<Vec<Piece>>) {
    let texts = Shown::lines_max(shown.as_str(), ROWS, usize::from(width));
    for (by, text) in texts.into_iter().enumerate() {
        let piece = Piece { x, width, text, ink, is_right: false };
        match lines.get_mut(from + by) {
            Some(line) => line.push(piece),
            None => lines.push(vec![piece]),
        }
    }
}

/// What sums the lines up, at the right edge; a rule above the last, its currency behind it.
pub fn totals(
    field: &Field,
    record: &Record,
    entity_type: &EntityType,
    format: &Format,
    width: u16,
) -> Vec<Vec<Piece>> {
    let sums = field.totals.iter().filter_map(|name| {
        let value = record.value(name).filter(|value| !value.is_empty())?;
        let of = entity_type.field(name);
        let label = of.map_or(name.as_str(), |of| of.label.as_str());
        let (amount, code) = if let Value::Money(money) = value {
            (format.amount(money.amount, true), money.currency.clone())
        } else {
            (values::line(value, of, format), String::new())
        };
        Some((Shown::line(label), Shown::line(&amount), Shown::line(&code)))
    });
    let sums: Vec<(Shown, Shown, Shown)> = sums.collect();
    let widest = |of: &dyn Fn(&(Shown, Shown, Shown)) -> usize| {
        u16::try_from(sums.iter().map(of).max().unwrap_or(0)).unwrap_or(0)
    };
    let code = widest(&|it| it.2.width());
    let behind = if code > 0 { code + 1 } else { 0 };
    let amount = widest(&|it| it.1.width()).max(8);
    let label = widest(&|it| it.0.width()).min(30);
    let whole = label + GAP + amount;
    if whole + behind > width || sums.is_empty() {
        return plain(&sums, width);
    }
    // Where there is room for it, the code stands to the right of the table's edge.
    let end = width - behind;
    let mut lines = vec![vec![rule(0, width)]];
    for (at, (name, sum, code)) in sums.iter().enumerate() {
        let is_last = at + 1 == sums.len();
        if is_last && at > 0 {
            lines.push(vec![rule(end - whole, whole)]);
        }
        let ink = if is_last { Ink::Strong } else { Ink::Text };
        let mut line = vec![
            right(end - whole, label, name.as_str(), if is_last { Ink::Strong } else { Ink::Dim }),
            right(end - amount, amount, sum.as_str(), ink),
        ];
        if is_last && behind > 0 {
            line.push(piece(end + 1, behind - 1, code.as_str(), Ink::Dim));
        }
        lines.push(line);
    }
    lines
}

/// Where the window is too narrow for columns.
fn plain(sums: &[(Shown, Shown, Shown)], width: u16) -> Vec<Vec<Piece>> {
    let line = |(name, sum, _): &(Shown, Shown, Shown)| {
        vec![
            piece(0, width / 2, name.as_str(), Ink::Dim),
            right(width / 2, width - width / 2, sum.as_str(), Ink::Text),
        ]
    };
    sums.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Money;

    fn quote() -> Field {
        let money = |name: &str| Field::new(name, FieldKind::Money);
        let columns = vec![
            Field::new("item", FieldKind::Text),
            Field::new("quantity", FieldKind::Number),
            money("price"),
            Field::new("discount", FieldKind::Number),
            Field::new("tax", FieldKind::Number),
            money("total"),
            Field::new("comment", FieldKind::LongText),
        ];
        Field { columns, ..Field::new("lines", FieldKind::Lines) }
    }

    fn line(item: &str, price: i64) -> Line {
        let money =
            |amount: i64| Value::Money(Money { amount: amount.into(), currency: "EUR".to_owned() });
        let fields = [
            ("item", Value::Text(item.to_owned())),
            ("price", money(price)),
            ("total", money(price * 2)),
            ("comment", Value::Text("two of them".to_owned())),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        Line { id: Some("1".to_owned()), fields: fields.into_iter().collect() }
    }

    fn laid(width: u16) -> Table {
        let line = line("A mast of 6 m, galvanised, with wires and ground anchors", 245);
        let entry = Entry { line: &line, before: None, fate: Fate::Same };
        lay(&quote(), &[entry], &Format::plain(jiff::Timestamp::UNIX_EPOCH), width)
    }

    fn shown(table: &Table) -> String {
        let text = |line: &Vec<Piece>| {
            line.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("|")
        };
        table.lines.iter().map(text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn columns_end_at_the_right_edge_and_give_way_from_the_right_but_for_the_last() {
        let wide = laid(114);
        let last = wide.lines[0].last().unwrap();
        assert_eq!((last.text.as_str(), last.x + last.width), ("total", 114));
        let narrow = laid(48);
        let across: Vec<_> = narrow.lines[0].iter().map(|it| it.text.as_str()).collect();
        assert_eq!(across, ["#", "item", "quantity", "total"]);
        assert!(shown(&narrow).contains("tax"), "{}", shown(&narrow));
    }

    #[test]
    fn every_cell_has_a_place_in_every_width() {
        for width in 0..130 {
            let table = laid(width);
            assert_eq!(table.rows[0].cells.len(), 7);
            for line in &table.lines {
                assert!(line.iter().all(|it| it.x <= width.max(BEGIN + 40)), "{width}");
            }
        }
    }

    #[test]
    fn a_changed_cell_says_what_stood_there() {
        let (now, before) = (line("Mast", 245), line("Mast", 240));
        let entry = Entry { line: &now, before: Some(&before), fate: Fate::Changed };
        let format = Format::plain(jiff::Timestamp::UNIX_EPOCH);
        let table = lay(&quote(), &[entry], &format, 114);
        assert!(shown(&table).contains("was 240.00"), "{}", shown(&table));
    }
}
