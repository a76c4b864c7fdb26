//! The records behind a link of the record: what is known of them, and their rows.
use indexmap::IndexMap;

use super::{
    overview::dot,
    page::{Ink, Page, Piece, Stop, piece, right},
};
use crate::{
    app::values,
    domain::{
        action::Failure,
        query::Query,
        record::{Page as Records, Record, RecordId, Total},
        schema::{ChoiceStyle, EntityName, EntityType, Field, FieldKind, Layout, Link, Schema},
        value::{Money, Value},
    },
    text::{
        format::{Format, has_cents},
        shown::Shown,
    },
};

/// Rows of a panel in the overview.
const SHOWN: usize = 4;
/// Rows read for it: as many as are summed up in its heading.
const READ: u32 = 20;
/// Rows of a page in the Related tab.
const PAGE: u32 = 50;
/// Columns of a panel, title and order included.
const COLUMNS: usize = 5;

/// The records behind one link.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    link: Link,
    entity: EntityName,
    rows: IndexMap<RecordId, Record>,
    total: Total,
    has_more: bool,
    /// Rows that the server sent, repeated ones counted too.
    received: u64,
    is_answered: bool,
    failure: Option<Failure>,
}

impl Panel {
    pub(in crate::app) fn new(link: &Link, entity: EntityName) -> Self {
        Self {
            link: link.clone(),
            entity,
            rows: IndexMap::new(),
            total: Total::Unknown,
            has_more: false,
            received: 0,
            is_answered: false,
            failure: None,
        }
    }

    /// The link.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// What it leads to.
    pub fn entity(&self) -> &EntityName {
        &self.entity
    }

    /// The records read so far.
    pub fn rows(&self) -> &IndexMap<RecordId, Record> {
        &self.rows
    }

    /// Whether the server was heard.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// Whether there is more than was read.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// How many there are, where that is known.
    pub fn count(&self) -> Option<u64> {
        match self.total {
            Total::Exact(total) => Some(total.max(self.rows.len() as u64)),
            Total::NoMore => Some(self.rows.len() as u64),
            Total::More | Total::Unknown => {
                (self.is_answered && !self.has_more).then_some(self.rows.len() as u64)
            }
        }
    }

    /// What its records come to, once all of them are read: the money of the open ones, else how
    /// many are open.
    pub fn sum(&self, entity_type: &EntityType, format: &Format) -> Option<String> {
        let rows: Vec<&Record> = self.rows.values().collect();
        if rows.is_empty() || self.count() != Some(rows.len() as u64) {
            return None;
        }
        let open: Vec<&Record> =
            rows.iter().copied().filter(|record| is_open(record, entity_type)).collect();
        if open.is_empty() {
            return None;
        }
        let is_partly_closed = open.len() < rows.len();
        let money = money_field(entity_type, rows.iter().flat_map(|record| record.fields.keys()));
        match money.and_then(|name| total(&open, name)) {
            Some(Money { amount, currency }) => {
                let sum = format.money(amount, &currency, has_cents(amount));
                Some(if is_partly_closed { format!("open {sum}") } else { sum })
            }
            None => is_partly_closed.then(|| format!("{} open", open.len())),
        }
    }

    /// The rows from the start: as many as were read before, at least the first few.
    pub(in crate::app) fn query(&self, schema: &Schema, layout: Option<&Layout>) -> Query {
        let columns = schema.entity_type(&self.entity).map(|it| columns(it, layout));
        let limit = u32::try_from(self.rows.len()).unwrap_or(READ).clamp(READ, 200);
        Query { columns: columns.unwrap_or_default(), ..Query::all(self.entity.clone(), limit) }
    }

    /// The next page behind them.
    pub(super) fn next(&self, schema: &Schema, layout: Option<&Layout>) -> Query {
        Query { offset: self.received, limit: PAGE, ..self.query(schema, layout) }
    }

    pub(in crate::app) fn take(&mut self, page: Records) {
        if page.offset == 0 {
            self.rows.clear();
        }
        self.received = page.offset + page.received.max(page.records.len() as u64);
        self.has_more = page.has_more;
        self.total = page.total;
        self.rows.extend(page.records);
        (self.is_answered, self.failure) = (true, None);
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.failure = Some(failure);
    }

    /// A record that changed elsewhere; whether it stands here.
    pub(super) fn refresh(&mut self, record: &Record) -> bool {
        let row = self.rows.get_mut(&record.id).filter(|_| record.entity == self.entity);
        let Some(row) = row else { return false };
        row.fields.extend(record.fields.clone());
        true
    }

    /// A record that is gone.
    pub(super) fn remove(&mut self, entity: &EntityName, id: &RecordId) -> bool {
        if *entity != self.entity || self.rows.shift_remove(id).is_none() {
            return false;
        }
        if let Total::Exact(total) = self.total {
            self.total = Total::Exact(total.saturating_sub(1));
        }
        true
    }
}

/// Whether a record is still under way: its state is neither a good nor a bad end.
fn is_open(record: &Record, entity_type: &EntityType) -> bool {
    let state = entity_type.status.as_deref();
    let field = state.and_then(|name| entity_type.field(name));
    let value = state.and_then(|name| record.value(name));
    let (Some(field), Some(Value::Text(value))) = (field, value) else { return true };
    let choice = field.choices.iter().find(|choice| choice.value == *value);
    choice.is_none_or(|it| !matches!(it.style, ChoiceStyle::Good | ChoiceStyle::Bad))
}

/// The first amount of money among those that were read.
fn money_field<'a>(
    entity_type: &EntityType,
    mut names: impl Iterator<Item = &'a String>,
) -> Option<&'a str> {
    let is_money =
        |name: &str| entity_type.field(name).is_some_and(|field| field.kind == FieldKind::Money);
    names.find(|name| is_money(name)).map(String::as_str)
}

/// Of one currency; what is in another one cannot be added up here.
fn total(records: &[&Record], name: &str) -> Option<Money> {
    let mut sum: Option<Money> = None;
    for record in records {
        match record.value(name) {
            Some(Value::Money(money)) => match &mut sum {
                None => sum = Some(money.clone()),
                Some(sum) if sum.currency == money.currency => {
                    sum.amount = sum.amount.checked_add(money.amount)?;
                }
                Some(_) => return None,
            },
            Some(value) if value.is_empty() => {}
            Some(_) | None => return None,
        }
    }
    sum
}

/// Title, state, the layout's first ones, and what they are ordered by.
fn columns(entity_type: &EntityType, layout: Option<&Layout>) -> Vec<String> {
    let useful = |name: &&String| {
        let kind = entity_type.field(name).map(|field| field.kind);
        !matches!(kind, None | Some(FieldKind::LongText | FieldKind::Html | FieldKind::Other))
    };
    let mut names = vec![entity_type.title.clone()];
    names.extend(entity_type.status.clone());
    let order = entity_type.order.as_ref().map(|order| &order.field).filter(useful);
    let of_layout: Vec<&String> = match layout {
        Some(layout) => layout.columns.iter().filter(useful).collect(),
        None => {
            entity_type.fields.values().filter(|it| is_telling(it)).map(|it| &it.name).collect()
        }
    };
    for name in of_layout {
        if names.len() + 1 < COLUMNS && !names.contains(name) && Some(name) != order {
            names.push(name.clone());
        }
    }
    names.extend(order.filter(|name| !names.contains(name)).cloned());
    names
}

/// Without a layout: what says something of a record in a word.
fn is_telling(field: &Field) -> bool {
    let kinds = [FieldKind::Text, FieldKind::Enum, FieldKind::Date, FieldKind::Money];
    field.read_only.is_none() && kinds.contains(&field.kind)
}

/// What is needed to lay out panels.
pub(super) struct Rows<'a> {
    pub(super) schema: &'a Schema,
    pub(super) layouts: &'a dyn Fn(&EntityName) -> Option<&'a Layout>,
    pub(super) format: &'a Format,
    pub(super) width: u16,
    pub(super) full_stamps: bool,
    /// All that was read, and panels without records too.
    pub(super) is_whole: bool,
}

/// One cell of a row.
struct Text {
    text: Shown,
    dot: Option<ChoiceStyle>,
}

impl Text {
    fn width(&self) -> u16 {
        let dot = if self.dot.is_some() { 2 } else { 0 };
        u16::try_from(self.text.width() + dot).unwrap_or(u16::MAX)
    }
}

impl Rows<'_> {
    pub(super) fn lay(&self, at: usize, panel: &Panel, page: &mut Page) {
        let is_empty = panel.rows.is_empty();
        if is_empty && !self.is_whole && panel.failure.is_none() {
            return;
        }
        page.gap();
        page.begin_part();
        let line = page.add(self.heading(panel));
        page.headings.push((at, line));
        // What was kept is shown without complaint: the status line says that nobody answers.
        let is_news = |failure: &&Failure| is_empty || !failure.error.is_away();
        if let Some(failure) = panel.failure.as_ref().filter(is_news) {
            let text = if failure.error.is_away() {
                "This was not answered; r asks again."
            } else {
                "The server refused to list these."
            };
            page.add(vec![piece(0, self.width, text, Ink::Bad)]);
        }
        if is_empty {
            let text = match (&panel.failure, panel.is_answered) {
                (Some(_), _) => "not known",
                (None, true) => "none yet",
                (None, false) => "being read",
            };
            let line = page.add(vec![piece(0, self.width, text, Ink::Dim)]);
            page.stop(Stop::Empty(at), (0, self.width), line, 1);
            return;
        }
        self.rows(at, panel, page);
    }

    fn heading(&self, panel: &Panel) -> Vec<Piece> {
        let label = Shown::line_max(&panel.link.label, usize::from(self.width));
        let wide = u16::try_from(label.width()).unwrap_or(self.width);
        let number = |count: u64| self.format.integer(i64::try_from(count).unwrap_or(i64::MAX));
        let mut count = match panel.count() {
            Some(count) => number(count),
            None if panel.is_answered => format!("{}+", number(panel.rows.len() as u64)),
            None => String::new(),
        };
        let entity_type = self.schema.entity_type(&panel.entity);
        if let Some(sum) = entity_type.and_then(|it| panel.sum(it, self.format)) {
            count = format!("{count} · {}", Shown::line(&sum).as_str());
        }
        let room = self.width.saturating_sub(wide + 2);
        vec![
            piece(0, self.width, label.as_str(), Ink::Strong),
            piece(wide + 2, room, &count, Ink::Dim),
        ]
    }

    fn rows(&self, at: usize, panel: &Panel, page: &mut Page) {
        let all = panel.rows.len();
        let count = panel.count().unwrap_or(all as u64 + 1);
        let fits = all as u64 == count && all <= SHOWN + 1;
        let shown = if self.is_whole || fits { all } else { all.min(SHOWN) };
        let Some(entity_type) = self.schema.entity_type(&panel.entity) else { return };
        let names = columns(entity_type, (self.layouts)(&panel.entity));
        let records: Vec<&Record> = panel.rows.values().take(shown).collect();
        let table: Vec<Vec<Text>> =
            records.iter().map(|record| self.texts(record, entity_type, &names)).collect();
        let kind = |name: &String| entity_type.field(name).map_or(FieldKind::Other, |it| it.kind);
        let kinds: Vec<FieldKind> = names.iter().map(kind).collect();
        let placed = place(&table, &kinds, self.width);
        for (record, texts) in records.iter().zip(&table) {
            let line = page.add(pieces(texts, &placed));
            page.stop(Stop::Row(at, record.id.clone()), (0, self.width), line, 1);
        }
        let more = count.saturating_sub(shown as u64);
        if more > 0 {
            let text = match panel.count() {
                Some(_) => format!("{more} more"),
                None => "more".to_owned(),
            };
            let line = page.add(vec![piece(0, self.width, &text, Ink::Dim)]);
            page.stop(Stop::More(at), (0, self.width), line, 1);
        }
    }

    fn texts(&self, record: &Record, entity_type: &EntityType, names: &[String]) -> Vec<Text> {
        let one = |(at, name): (usize, &String)| {
            if at == 0 {
                let text = Shown::line_max(&record.title(Some(entity_type)), 200);
                return Text { text, dot: None };
            }
            let field = entity_type.field(name);
            let Some(value) = record.value(name) else {
                return Text { text: Shown::default(), dot: None };
            };
            let cell = values::cell(value, field, self.format, self.full_stamps);
            let unit = cell.unit.as_str();
            let text = format!("{} {unit}", cell.text.as_str());
            Text { text: Shown::line_max(text.trim_end(), 200), dot: dot(value, field) }
        };
        names.iter().enumerate().map(one).collect()
    }
}

/// Column, where it begins, cells, whether at the right.
type Placed = (usize, u16, u16, bool);

/// Panels beneath each other share where the second column begins, where there is room.
const TITLE: u16 = 24;
/// Other texts are not wider.
const WIDEST: u16 = 30;

/// The title first, then as many as fit; a last one that is a number or a day at the right edge.
fn place(table: &[Vec<Text>], kinds: &[FieldKind], width: u16) -> Vec<Placed> {
    let widest = |column: usize| {
        let cells = table.iter().filter_map(|row| row.get(column));
        cells.map(Text::width).max().unwrap_or(0)
    };
    let filled: Vec<(usize, u16)> =
        (1..kinds.len()).map(|at| (at, widest(at))).filter(|(_, wide)| *wide > 0).collect();
    let stands_right = |at: usize| kinds.get(at).is_some_and(|kind| values::is_never_cut(*kind));
    let last = filled.last().copied();
    let last = last.filter(|(at, wide)| stands_right(*at) && wide + 14 <= width);
    let reserved = last.map_or(0, |(_, wide)| wide + 2);
    let usual = if width >= 60 { TITLE } else { 0 };
    let most = if filled.is_empty() { width } else { (width / 2).max(12) };
    let title = widest(0).max(usual).min(most).min(width.saturating_sub(reserved));
    let mut placed = vec![(0, 0, title, false)];
    let mut x = title + 2;
    for (column, wide) in filled.iter().filter(|it| Some(**it) != last) {
        let room = width.saturating_sub(x + reserved);
        let wide =
            if stands_right(*column) { *wide } else { (*wide).min(WIDEST).min(room.max(12)) };
        if wide <= room {
            placed.push((*column, x, wide, false));
            x += wide + 2;
        }
    }
    if let Some((column, wide)) = last {
        placed.push((column, width - wide, wide, true));
    }
    placed
}

fn pieces(texts: &[Text], placed: &[Placed]) -> Vec<Piece> {
    let mut line = Vec::new();
    for (column, x, width, is_right) in placed {
        let Some(cell) = texts.get(*column) else { continue };
        let text = cell.text.as_str();
        if *is_right && cell.dot.is_none() {
            line.push(right(*x, *width, text, Ink::Text));
            continue;
        }
        let indent = if cell.dot.is_some() { 2 } else { 0 };
        if let Some(style) = cell.dot {
            line.push(Piece { ink: Ink::Dot(style), ..piece(*x, 1, "", Ink::Text) });
        }
        line.push(piece(x + indent, width.saturating_sub(indent), text, Ink::Text));
    }
    line
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::domain::schema::Choice;

    fn deals() -> EntityType {
        let mut deal = EntityType::new(EntityName::try_from("Deal").unwrap());
        let mut stage = Field::new("stage", FieldKind::Enum);
        stage.choices = [("Open", ChoiceStyle::Plain), ("Won", ChoiceStyle::Good)]
            .map(|(value, style)| Choice { value: value.into(), label: value.into(), style })
            .to_vec();
        deal.status = Some("stage".into());
        for field in [stage, Field::new("amount", FieldKind::Money)] {
            deal.fields.insert(field.name.clone(), field);
        }
        deal
    }

    fn panel(rows: &[(&str, i64, &str)], has_more: bool) -> Panel {
        let entity = EntityName::try_from("Deal").unwrap();
        let link = Link {
            name: "deals".into(),
            label: "Deals".into(),
            entity: Some(entity.clone()),
            is_many: true,
            is_editable: true,
            is_slow: false,
        };
        let record = |(at, (stage, amount, currency)): (usize, &(&str, i64, &str))| {
            let money = Money { amount: Decimal::from(*amount), currency: (*currency).into() };
            let fields = [("stage", Value::Text((*stage).into())), ("amount", Value::Money(money))];
            let id = RecordId::from(at.to_string().as_str());
            let record = Record {
                entity: entity.clone(),
                id: id.clone(),
                fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
                version: None,
                url: None,
                is_complete: false,
                cut: Vec::new(),
            };
            (id, record)
        };
        let records: IndexMap<_, _> = rows.iter().enumerate().map(record).collect();
        let (received, total) = (records.len() as u64, Total::Exact(records.len() as u64));
        let total = if has_more { Total::Unknown } else { total };
        let mut panel = Panel::new(&link, entity);
        panel.take(Records { records, total, received, has_more, ..Records::default() });
        panel
    }

    #[test]
    fn a_heading_sums_up_what_is_open_and_never_what_was_not_all_read() {
        let sum = |rows, has_more| {
            panel(rows, has_more).sum(&deals(), &Format::plain(jiff::Timestamp::UNIX_EPOCH))
        };
        let two = &[("Open", 48_200, "EUR"), ("Open", 9_600, "EUR")];
        assert_eq!(sum(two, false).as_deref(), Some("57,800 EUR"));
        assert_eq!(sum(two, true), None, "there are more");
        let won = &[("Open", 48_200, "EUR"), ("Won", 1, "EUR"), ("Won", 2, "USD")];
        assert_eq!(sum(won, false).as_deref(), Some("open 48,200 EUR"));
        let mixed = &[("Open", 1, "EUR"), ("Open", 2, "USD"), ("Won", 3, "EUR")];
        assert_eq!(sum(mixed, false).as_deref(), Some("2 open"), "two currencies");
        assert_eq!(sum(&[("Won", 1, "EUR")], false), None);
        assert_eq!(sum(&[], false), None);
    }
}
