//! Draws the record beside a list. SCREENS §9.3.
use ratatui::{layout::Rect, style::Style};

use super::{canvas::Canvas, field};
use crate::{
    app::{
        list::{List, Preview},
        state::State,
        world::Connected,
    },
    domain::{
        action::Happening,
        record::Record,
        schema::{EntityType, FieldKind},
        value::Value,
    },
    text::{shown::Shown, width::wrap},
};

const LABEL: u16 = 9;
const MOST: usize = 16;
/// Fields in a pane that is high enough for what is around the record too.
const FEW: usize = 7;
/// So high it is then.
const HIGH: u16 = 26;
/// Related records that are shown.
const RELATED: usize = 3;
/// Of a long text so many characters are read for each cell of the pane.
const CHARACTERS: usize = 4;

pub(super) fn draw(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let connected = state.world().connected(list.connection());
    let (Some(preview), Some(connected)) = (list.preview(), connected) else { return };
    if list.is_empty() || list.local().is_some_and(<[usize]>::is_empty) {
        return; // no row, nothing beside it
    }
    let record = preview.record();
    let Some(entity_type) = state.world().entity_type(list.connection(), &record.entity) else {
        return;
    };
    let theme = canvas.theme();
    let pick = |style: Style| if preview.is_stale() { theme.dim } else { style };
    let title = Shown::line(&record.title(Some(entity_type)));
    canvas.put(area.x, area.y, area.width, title.as_str(), pick(theme.strong));
    let mut y = area.y + 1;
    if let Some(status) = second_line(record, entity_type, connected) {
        canvas.put(area.x, y, area.width, status.as_str(), theme.dim);
        y += 1;
    }
    y += 1;
    let long = |kind: FieldKind| matches!(kind, FieldKind::LongText | FieldKind::Html);
    let names = order(connected, entity_type, record);
    let (texts, facts): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|it| entity_type.field(it).is_some_and(|it| long(it.kind)));
    let most = if area.height >= HIGH { FEW } else { MOST };
    for name in facts.into_iter().take(most) {
        y = fact(name, record, entity_type, connected, rest(area, y), &pick, canvas);
    }
    // What is around the record keeps its rows; the texts get the others.
    let around = if area.height >= HIGH { rows_around(preview) } else { 0 };
    let above = Rect { height: area.height.saturating_sub(around), ..area };
    for name in texts {
        y = text(name, preview, entity_type, rest(above, y + 1), &pick, canvas);
    }
    if around > 0 {
        y = related(preview, state, list, rest(area, y + 1), &pick, canvas);
        activity(preview, connected, rest(area, y), &pick, canvas);
    }
}

/// Rows that related records and activity need, with a gap before each.
fn rows_around(preview: &Preview) -> u16 {
    let rows = |count: usize| if count == 0 { 0 } else { count + 2 };
    let related = preview.panel().map_or(0, |panel| panel.rows().len().min(RELATED));
    u16::try_from(rows(related) + rows(preview.activity().len())).unwrap_or(u16::MAX)
}

/// The first records behind a link: the name, and at the right what a panel has there.
fn related(
    preview: &Preview,
    state: &State,
    list: &List,
    area: Rect,
    pick: &impl Fn(Style) -> Style,
    canvas: &mut Canvas<'_>,
) -> u16 {
    let theme = canvas.theme();
    let Some(panel) = preview.panel().filter(|panel| !panel.rows().is_empty()) else {
        return area.y;
    };
    let world = state.world();
    let (Some(entity_type), Some(connected)) =
        (world.entity_type(list.connection(), panel.entity()), world.connected(list.connection()))
    else {
        return area.y;
    };
    let format = &connected.format;
    let label = Shown::line_max(&panel.link().label, usize::from(area.width));
    canvas.put(area.x, area.y, area.width, label.as_str(), pick(theme.strong));
    let count = panel.count().map(|count| format.integer(i64::try_from(count).unwrap_or(i64::MAX)));
    let room = usize::from(area.width).saturating_sub(label.width() + 2);
    // Numbers are never cut: what does not fit is left out.
    let sum = panel.sum(entity_type, format).map(|sum| Shown::line(&sum));
    let told = [sum, count.map(|count| Shown::line(&count))];
    if let Some(told) = told.into_iter().flatten().find(|told| told.width() <= room) {
        canvas.put_right(area.right(), area.y, area.width, told.as_str(), theme.dim);
    }
    let mut y = area.y + 1;
    for record in
        panel.rows().values().take(RELATED).take(usize::from(area.height.saturating_sub(1)))
    {
        let value = last_value(record, entity_type, connected);
        let left = canvas.put_right(area.right(), y, area.width / 2, value.as_str(), theme.text);
        let room = left.saturating_sub(area.x + 2);
        let name = Shown::line(&record.title(Some(entity_type)));
        canvas.put(area.x, y, room, name.as_str(), pick(theme.text));
        y += 1;
    }
    y + 1
}

/// Its money, else its state.
fn last_value(record: &Record, entity_type: &EntityType, connected: &Connected) -> Shown {
    let is_money = |name: &&String| {
        entity_type.field(name).is_some_and(|field| field.kind == FieldKind::Money)
    };
    let name = record.fields.keys().find(is_money).or(entity_type.status.as_ref());
    let value = name.and_then(|name| Some((record.value(name)?, entity_type.field(name))));
    value.map_or_else(Shown::default, |(value, field)| {
        Shown::line(&field::line(value, field, &connected.format))
    })
}

/// When, what kind, in a line.
fn activity(
    preview: &Preview,
    connected: &Connected,
    area: Rect,
    pick: &impl Fn(Style) -> Style,
    canvas: &mut Canvas<'_>,
) {
    const KIND: u16 = 5;
    let theme = canvas.theme();
    if preview.activity().is_empty() || area.height < 2 {
        return;
    }
    canvas.put(area.x, area.y, area.width, "Activity", pick(theme.strong));
    let when = |one: &Happening| one.at.map(|at| connected.format.stamp_short(at));
    let all: Vec<String> =
        preview.activity().iter().map(|it| when(it).unwrap_or_default()).collect();
    let widest = all.iter().map(String::len).max().unwrap_or(0);
    let widest = u16::try_from(widest).unwrap_or(u16::MAX).min(area.width / 2);
    let rows = area.y + 1..area.bottom();
    for (y, (one, when)) in rows.zip(preview.activity().iter().zip(&all)) {
        canvas.put_right(area.x + widest, y, widest, when, theme.dim);
        let x = area.x + widest + 2;
        canvas.put(x, y, KIND, Shown::line(&one.kind).as_str(), theme.dim);
        let x = x + KIND + 1;
        let title = Shown::line_max(&one.title, usize::from(area.width));
        canvas.put(x, y, area.right().saturating_sub(x), title.as_str(), pick(theme.text));
    }
}

/// What is left of an area from a row on.
fn rest(area: Rect, y: u16) -> Rect {
    Rect { y, height: area.bottom().saturating_sub(y), ..area }
}

/// The state, or what the record says of itself in a word.
fn second_line(record: &Record, entity_type: &EntityType, connected: &Connected) -> Option<Shown> {
    let named = ["title", "type", "accountName"];
    let fields = entity_type.status.as_deref().into_iter().chain(named);
    let mut values = fields.filter_map(|name| {
        let value = record.value(name).filter(|value| !value.is_empty())?;
        Some(field::line(value, entity_type.field(name), &connected.format))
    });
    values.next().map(|text| Shown::line(&text))
}

/// Fields with a value, in the layout's order; those of the layout only.
fn order<'a>(
    connected: &'a Connected,
    entity_type: &'a EntityType,
    record: &'a Record,
) -> Vec<&'a str> {
    let layout = connected.layout(&entity_type.name);
    let of_layout = layout.iter().flat_map(|layout| {
        let cells = layout.sections.iter().flat_map(|it| it.rows.iter().flatten());
        cells.map(|cell| cell.field.as_str())
    });
    let mut names: Vec<&str> = of_layout.collect();
    if names.is_empty() {
        names = entity_type.fields.keys().map(String::as_str).collect();
    }
    let skip =
        |name: &&str| *name != entity_type.title && Some(*name) != entity_type.status.as_deref();
    let filled = |name: &&str| {
        record.value(name).is_some_and(|it| !it.is_empty() && *it != Value::Bool(false))
    };
    names.into_iter().filter(skip).filter(filled).collect()
}

fn fact(
    name: &str,
    record: &Record,
    entity_type: &EntityType,
    connected: &Connected,
    area: Rect,
    pick: &impl Fn(Style) -> Style,
    canvas: &mut Canvas<'_>,
) -> u16 {
    let (Some(value), true) = (record.value(name), area.y < area.bottom()) else { return area.y };
    let theme = canvas.theme();
    let known = entity_type.field(name);
    let label = Shown::line(known.map_or(name, |it| it.label.as_str()));
    canvas.put(area.x, area.y, LABEL, label.as_str(), theme.dim);
    let style =
        if known.is_some_and(|it| field::is_link(it.kind)) { theme.link } else { theme.text };
    let text = Shown::line(&field::line(value, known, &connected.format));
    let room = area.width.saturating_sub(LABEL + 1);
    canvas.put(area.x + LABEL + 1, area.y, room, text.as_str(), pick(style));
    area.y + 1
}

fn text(
    name: &str,
    preview: &Preview,
    entity_type: &EntityType,
    area: Rect,
    pick: &impl Fn(Style) -> Style,
    canvas: &mut Canvas<'_>,
) -> u16 {
    let Some(text) = preview.text(name).filter(|_| area.y < area.bottom()) else { return area.y };
    let theme = canvas.theme();
    let label = Shown::line(entity_type.field(name).map_or(name, |it| it.label.as_str()));
    canvas.put(area.x, area.y, area.width, label.as_str(), pick(theme.strong));
    let mut y = area.y + 1;
    let rows = usize::from(area.bottom() - y);
    // No more than the pane may hold is looked at: a text of megabytes costs what the screen costs.
    let most = (rows * usize::from(area.width)).saturating_mul(CHARACTERS);
    let head = text.char_indices().nth(most).map_or(text, |(at, _)| text.split_at(at).0);
    for line in wrap(Shown::lines(head).as_str(), usize::from(area.width), rows) {
        canvas.put(area.x, y, area.width, &line, pick(theme.text));
        y += 1;
    }
    y
}
