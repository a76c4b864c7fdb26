//! Draws [`Duplicates`]: what was typed, and the records like it beneath each other.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas, field};
use crate::{
    app::{command::Command, duplicates::Duplicates, msg::Target, state::State, world::Connected},
    domain::{
        schema::{EntityType, FieldKind},
        value::Value,
    },
    text::shown::Shown,
};

const WIDTH: u16 = 100;
/// Of the first column.
const NAME: u16 = 28;

/// What the columns show, looked up once a frame.
struct Table<'a> {
    connected: &'a Connected,
    entity_type: Option<&'a EntityType>,
    /// By field name; the title first.
    columns: Vec<&'a str>,
    widths: Vec<u16>,
}

pub(super) fn draw(view: &Duplicates, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let Some(connected) = state.connection().and_then(|id| state.world().connected(id)) else {
        return;
    };
    let count = u16::try_from(view.records().len()).unwrap_or(u16::MAX).min(200);
    let width = WIDTH.min(area.width.saturating_sub(2));
    let height = (count + 9).min(area.height.saturating_sub(1));
    let x = area.x + (area.width - width) / 2;
    let y = area.y + (area.height - height) / 3;
    let inside = canvas.popup(Rect { x, y, width, height });
    let table = table(view, connected, inside.width);
    paint(view, &table, inside, canvas);
}

fn paint(view: &Duplicates, table: &Table<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let end = area.bottom();
    if area.height == 0 {
        return;
    }
    let title = match view.records().len() {
        0 => "The server knows similar records that your role may not see.".to_owned(),
        1 => "A similar record exists already.".to_owned(),
        many => format!("{many} similar records exist already."),
    };
    canvas.put(area.x, area.y, area.width, &title, theme.strong);
    let is_low = area.height < 8;
    let mut y = area.y + if is_low { 1 } else { 2 };
    if y < end && !is_low {
        headings(table, Rect { y, height: 1, ..area }, canvas);
        y += 1;
    }
    if y < end {
        let typed = |name: &str| view.typed().get(name).cloned();
        row(table, &typed, None, Rect { y, height: 1, ..area }, canvas);
        canvas.put(area.x.saturating_sub(2), y, 1, canvas.signs().changed, theme.mine);
        y += if is_low { 1 } else { 2 };
    }
    let room = usize::from(end.saturating_sub(y + if is_low { 0 } else { 2 }));
    let from = (view.at() + 1).saturating_sub(room.max(1));
    for (index, record) in view.records().iter().enumerate().skip(from).take(room) {
        let value = |name: &str| match record.value(name) {
            None if table.columns.first() == Some(&name) => {
                Some(Value::Text(record.title(table.entity_type)))
            }
            value => value.cloned(),
        };
        let line = Rect { y, height: 1, ..area };
        row(table, &value, Some(index == view.at()), line, canvas);
        canvas.hit(line, Target::Item(index));
        y += 1;
    }
    if !is_low {
        let said = "Enter opens one; your draft is kept. c creates yours all the same.";
        canvas.put(area.x, end - 1, area.width, said, theme.dim);
    }
}

/// Name, then what people are told apart by, as far as there is room.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds that differ are named, the rest are alike"
)]
fn table<'a>(view: &'a Duplicates, connected: &'a Connected, width: u16) -> Table<'a> {
    let schema = connected.schema.as_ref();
    let entity_type = schema.and_then(|schema| schema.entity_type(view.entity()));
    let title = entity_type.map_or("name", |it| it.title.as_str());
    let has = |name: &str| {
        let is_set = |value: Option<&Value>| value.is_some_and(|value| !value.is_empty());
        is_set(view.typed().get(name)) || view.records().iter().any(|it| is_set(it.value(name)))
    };
    let rank = |kind: FieldKind| match kind {
        FieldKind::Emails => 0,
        FieldKind::Phones => 1,
        FieldKind::Reference => 2,
        FieldKind::Url | FieldKind::Text => 3,
        FieldKind::Address => 4,
        _ => 9,
    };
    let fields = entity_type.into_iter().flat_map(|it| it.fields.values());
    let mut others: Vec<_> = fields
        .filter(|it| it.name != title && rank(it.kind) < 9 && has(&it.name))
        .map(|it| (rank(it.kind), it.name.as_str()))
        .collect();
    others.sort_by_key(|(rank, _)| *rank);
    let columns: Vec<&str> =
        std::iter::once(title).chain(others.into_iter().map(|(_, name)| name)).collect();
    let name = NAME.min(width);
    let fit = usize::from((width - name) / 20);
    let columns: Vec<_> = columns.into_iter().take(1 + fit.min(4)).collect();
    let rest = u16::try_from(columns.len() - 1).unwrap_or(0);
    let each = (width - name).checked_div(rest).unwrap_or(0);
    let widths = (0..=rest).map(|at| if at == 0 { name } else { each }).collect();
    Table { connected, entity_type, columns, widths }
}

fn headings(table: &Table<'_>, row: Rect, canvas: &mut Canvas<'_>) {
    let mut x = row.x;
    for (name, width) in table.columns.iter().zip(&table.widths) {
        let field = table.entity_type.and_then(|it| it.field(name));
        let label = Shown::line(field.map_or(*name, |it| it.label.as_str()));
        canvas.put(x, row.y, width.saturating_sub(2), label.as_str(), canvas.theme().dim);
        x += width;
    }
}

/// `cursor`: whether it is the cursor's row; `None` = what was typed.
fn row(
    table: &Table<'_>,
    value: &impl Fn(&str) -> Option<Value>,
    cursor: Option<bool>,
    row: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    if cursor == Some(true) {
        canvas.ground(row, theme.cursor);
        canvas.put(row.x.saturating_sub(2), row.y, 1, canvas.signs().bar, theme.accent);
    }
    let mut x = row.x;
    for (at, (name, width)) in table.columns.iter().zip(&table.widths).enumerate() {
        let field = table.entity_type.and_then(|it| it.field(name));
        let cell =
            field::cell(&value(name).unwrap_or_default(), field, &table.connected.format, true);
        let style = match cursor {
            None => theme.mine,
            Some(true) if at == 0 => theme.strong,
            Some(_) => theme.text,
        };
        canvas.put(x, row.y, width.saturating_sub(2), cell.text.as_str(), style);
        x += width;
    }
}

pub(super) fn words(view: &Duplicates, state: &State) -> Words {
    let entity_type =
        state.connection().and_then(|id| state.world().entity_type(id, view.entity()));
    let plural = entity_type.map_or(view.entity().as_str(), |it| it.label_plural.as_str());
    let status = match view.records().len() {
        1 => "1 similar record; nothing was created".to_owned(),
        many => format!("{many} similar records; nothing was created"),
    };
    let mut hints =
        vec![(Command::CreateAnyway, None), (Command::Close, Some("back to the form".to_owned()))];
    if !view.records().is_empty() {
        hints.insert(0, (Command::Open, None));
    }
    Words {
        crumbs: vec![plural.to_owned(), "similar".to_owned()],
        status,
        aside: "your draft is kept".to_owned(),
        hints,
        ..Words::default()
    }
}
