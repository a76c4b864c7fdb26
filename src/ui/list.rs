//! Draws [`List`]: rail, records, preview. SCREENS §9.3.
mod filter;
mod reason;

pub(super) use filter::{draw_filter, filter_words};
use ratatui::{layout::Rect, style::Style};

use super::{
    Words,
    canvas::Canvas,
    field::{self, Cell},
    preview, rail, sentence,
    table::{self, Column, Placed},
};
use crate::{
    app::{
        command::Command,
        geometry,
        list::{Focus, List, Shows},
        msg::Target,
        state::State,
        window::Window,
        world::Connected,
    },
    domain::{
        filter_text,
        record::{Record, RecordId, Total},
        schema::{ChoiceStyle, EntityType, Field, FieldKind},
        verb::NotOffered,
    },
    text::{shown::Shown, width::width},
};

const GUTTER: u16 = 4;

/// Everything that a row needs, looked up once a frame.
struct Table<'a> {
    list: &'a List,
    entity_type: &'a EntityType,
    placed: Vec<Placed>,
    /// Formatted once a frame: their widths place the columns, then they are painted.
    cells: Cells,
    /// Records with something typed that has not landed.
    drafts: Vec<RecordId>,
    area: Rect,
}

/// By row on the screen, then by column; `None` = that field was not read.
type Cells = Vec<Vec<Option<Cell>>>;

pub(super) fn draw(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let panes = geometry::panes(area.width, list.shows_preview(area.width));
    let bottom = area.bottom();
    if panes.rail > 0 {
        rail::draw(list, state, Rect { width: panes.rail - 1, ..area }, canvas);
        canvas.line(area.x + panes.rail - 1, area.y, bottom);
    }
    let pane = Rect { x: area.x + panes.rail, width: panes.list, ..area };
    match missing(list, state) {
        Some(it) => reason::not_offered(it, state, beside_rail(panes.rail, pane), canvas),
        None => rows_or_reason(list, state, pane, canvas),
    }
    if panes.preview > 0 {
        let x = pane.right();
        canvas.line(x, area.y, bottom);
        let beside = Rect { x: x + 3, width: panes.preview.saturating_sub(4), ..area };
        preview::draw(list, state, beside, canvas);
    } else if list.shows_preview(area.width) {
        over(list, state, pane, canvas);
    }
    if panes.rail == 0 && list.focus() == Focus::Rail {
        let width = geometry::RAIL_OVER.min(area.width);
        let over = Rect { width, ..area };
        canvas.clear(over, canvas.theme().popup.patch(canvas.theme().text));
        rail::draw(list, state, over, canvas);
    }
}

/// On narrow screens the preview lies over the right half.
fn over(list: &List, state: &State, pane: Rect, canvas: &mut Canvas<'_>) {
    let width = (pane.width / 2).max(36).min(pane.width);
    let half = Rect { x: pane.right() - width, width, ..pane };
    canvas.clear(half, canvas.theme().popup.patch(canvas.theme().text));
    let inside = Rect { x: half.x + 2, width: half.width.saturating_sub(3), ..half };
    preview::draw(list, state, inside, canvas);
}

#[expect(clippy::similar_names, reason = "they are similar things")]
fn rows_or_reason(list: &List, state: &State, mut area: Rect, canvas: &mut Canvas<'_>) {
    canvas.hit(area, Target::Pane);
    if list.is_narrowed() && area.height > 3 {
        chips(list, Rect { height: 1, ..area }, canvas, state);
        let used = if state.world().size().height >= 30 { 2 } else { 1 };
        area.y += used;
        area.height = area.height.saturating_sub(used);
    }
    let connected = state.world().connected(list.connection());
    let (Some(connected), Some(entity_type)) = (connected, list.entity_type(state.world())) else {
        return reason::waiting(list, state, area, canvas);
    };
    let places = visible(list, area.height);
    let inside = Rect { x: area.x + GUTTER, width: area.width.saturating_sub(GUTTER + 1), ..area };
    let cells = cells(list, connected, entity_type, &places);
    let columns = columns(list, state, entity_type, &cells);
    let placed = table::place(&columns, inside.width);
    let drafts = state.world().drafts(list.connection()).filter_map(|it| it.part().0).collect();
    let table = Table { list, entity_type, placed, cells, drafts, area: inside };
    if area.height > 1 {
        headings(&table, state, canvas);
    }
    if places.is_empty() {
        return reason::waiting(list, state, area, canvas);
    }
    let first = area.y + u16::from(area.height > 1);
    for ((y, place), cells) in (first..area.bottom()).zip(places).zip(&table.cells) {
        row(&table, (place, cells), y, area, canvas);
    }
}

/// Positions of the rows on the screen.
fn visible(list: &List, height: u16) -> Vec<usize> {
    let rows = usize::from(height.saturating_sub(u16::from(height > 1)));
    let window = list.window();
    if let Some(local) = list.local() {
        let at = local.iter().position(|it| *it == window.position()).unwrap_or(0);
        let first = (at + 1).saturating_sub(rows);
        return local.iter().skip(first).take(rows).copied().collect();
    }
    let top = window.top(rows);
    (top..window.rows().len().min(top + rows)).collect()
}

fn cells(list: &List, connected: &Connected, entity_type: &EntityType, places: &[usize]) -> Cells {
    let fields: Vec<_> =
        list.columns().iter().map(|name| (name, entity_type.field(name))).collect();
    let one = |record: &Record, name: &str, field: Option<&Field>| {
        let value = record.value(name)?;
        Some(field::cell(value, field, &connected.format, list.full_stamps()))
    };
    let records = places.iter().filter_map(|place| list.window().rows().get_index(*place));
    let row = |record| fields.iter().map(|(name, field)| one(record, name, *field)).collect();
    records.map(|(_, record)| row(record)).collect()
}

fn columns(list: &List, state: &State, entity_type: &EntityType, cells: &Cells) -> Vec<Column> {
    let order = list.order(state.world());
    let one = |(index, name): (usize, &String)| {
        let field = entity_type.field(name);
        let column = cells.iter().filter_map(|row| row.get(index)?.as_ref());
        let widest = column.map(table::cells).max();
        let label = field.map_or(name.as_str(), |field| field.label.as_str());
        let kind = field.map_or(FieldKind::Other, |field| field.kind);
        let is_order = order.is_some_and(|order| order.field == *name);
        let signs = if is_order { 2 } else { 0 } + if field::is_link(kind) { 2 } else { 0 };
        let heading = u16::try_from(Shown::line(label).width() + signs).unwrap_or(u16::MAX);
        Column { index, kind, heading, widest: widest.unwrap_or(0), is_order }
    };
    list.columns().iter().enumerate().map(one).collect()
}

fn headings(table: &Table<'_>, state: &State, canvas: &mut Canvas<'_>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let order = table.list.order(state.world());
    for placed in &table.placed {
        let Some(name) = table.list.columns().get(placed.index) else { continue };
        let field = table.entity_type.field(name);
        let label = Shown::line(field.map_or(name.as_str(), |field| field.label.as_str()));
        let mut text = label.as_str().to_owned();
        if field.is_some_and(|field| field::is_link(field.kind)) {
            text = format!("{text} {}", signs.link);
        }
        let mut style = theme.dim;
        if let Some(order) = order.filter(|order| order.field == *name) {
            text = format!("{text} {}", if order.descending { signs.down } else { signs.up });
            style = theme.strong;
        }
        let x = table.area.x + placed.x;
        if placed.is_right {
            canvas.put_right(x + placed.width, table.area.y, placed.width, &text, style);
        } else {
            canvas.put(x, table.area.y, placed.width, &text, style);
        }
        let hit = Rect { x, y: table.area.y, width: placed.width, height: 1 };
        canvas.hit(hit, Target::Heading(placed.index));
    }
}

fn row(
    table: &Table<'_>,
    (place, cells): (usize, &[Option<Cell>]),
    y: u16,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let list = table.list;
    let Some((id, record)) = list.window().rows().get_index(place) else { return };
    let is_cursor = list.window().selected_id() == Some(id);
    let has_focus = list.focus() == Focus::Rows;
    let theme = canvas.theme();
    let whole = Rect { y, height: 1, ..area };
    if is_cursor {
        canvas.ground(whole, if has_focus { theme.cursor } else { theme.cursor_off });
        let bar = if has_focus { theme.accent } else { theme.dim };
        canvas.put(area.x, y, 1, canvas.signs().bar, bar);
    }
    if list.marks().contains(id) {
        canvas.put(area.x + 1, y, 1, canvas.signs().mark, theme.accent);
    }
    if table.drafts.contains(id) {
        canvas.put(area.x + 2, y, 1, canvas.signs().changed, theme.mine);
    }
    let number = list.window().start() + place as u64;
    canvas.hit(whole, Target::Row(number, None));
    for placed in &table.placed {
        let is_cell = is_cursor && has_focus && placed.index == list.cell();
        let x = table.area.x + placed.x;
        if is_cell && list.columns().len() > 1 {
            let cell = Rect { x: x.saturating_sub(1), y, width: placed.width + 2, height: 1 };
            canvas.ground(cell.intersection(whole), theme.cell);
        }
        let style =
            if is_cell || (is_cursor && placed.index == 0) { theme.strong } else { theme.text };
        if let Some(Some(cell)) = cells.get(placed.index) {
            one_cell(table, record, (placed, cell), (x, y), style, canvas);
        }
        let hit = Rect { x, y, width: placed.width, height: 1 };
        canvas.hit(hit, Target::Row(number, Some(placed.index)));
    }
}

fn one_cell(
    table: &Table<'_>,
    record: &Record,
    (placed, cell): (&Placed, &Cell),
    (x, y): (u16, u16),
    style: Style,
    canvas: &mut Canvas<'_>,
) {
    if placed.index == 0 && cell.text.is_empty() {
        // A record is never nameless: its id stands for its name.
        canvas.put(
            x,
            y,
            placed.width,
            Shown::line(record.id.as_str()).as_str(),
            canvas.theme().dim,
        );
        return;
    }
    paint_cell(cell, placed, (x, y), style, canvas);
    if !table.list.searched().is_empty() {
        underline(table.list.searched(), cell, placed, (x, y), canvas);
    }
}

fn paint_cell(cell: &Cell, placed: &Placed, at: (u16, u16), style: Style, canvas: &mut Canvas<'_>) {
    let ((mut x, y), theme) = (at, canvas.theme());
    if placed.is_right {
        let mut right = x + placed.width;
        if !cell.unit.is_empty() {
            right = canvas.put_right(right, y, placed.width, cell.unit.as_str(), theme.dim);
            right = right.saturating_sub(1);
        }
        canvas.put_right(right, y, right.saturating_sub(x), cell.text.as_str(), style);
        return;
    }
    if let Some(dot) = cell.dot {
        let sign = canvas.signs().dot;
        canvas.put(x, y, placed.width, sign, dot_style(dot, canvas));
        x += 2;
    }
    let room = (at.0 + placed.width).saturating_sub(x);
    x = canvas.put(x, y, room, cell.text.as_str(), style);
    if !cell.unit.is_empty() {
        let room = (at.0 + placed.width).saturating_sub(x + 1);
        canvas.put(x + 1, y, room, cell.unit.as_str(), theme.dim);
    }
}

fn dot_style(dot: ChoiceStyle, canvas: &Canvas<'_>) -> Style {
    canvas.theme().choice(dot)
}

/// The letters that matched a search.
fn underline(words: &str, cell: &Cell, placed: &Placed, at: (u16, u16), canvas: &mut Canvas<'_>) {
    let text = cell.text.as_str();
    let lower = text.to_lowercase();
    if placed.is_right || lower.len() != text.len() {
        return;
    }
    for word in words.to_lowercase().split_whitespace() {
        let Some((before, _)) = lower.split_once(word) else { continue };
        let begins = u16::try_from(width(before)).unwrap_or(u16::MAX);
        let wide = u16::try_from(width(word)).unwrap_or(0);
        let dots = if cell.dot.is_some() { 2 } else { 0 };
        let from = begins.saturating_add(dots).min(placed.width);
        let hit = Rect { x: at.0 + from, y: at.1, width: wide.min(placed.width - from), height: 1 };
        canvas.ground(hit, Style::new().underlined());
    }
}

/// The filters that are on, each with the key that drops the last.
fn chips(list: &List, area: Rect, canvas: &mut Canvas<'_>, state: &State) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let entity_type = list.entity_type(state.world());
    let mut texts: Vec<String> = Vec::new();
    let named = |name: &str, of: fn(&EntityType) -> &Vec<crate::domain::schema::Preset>| {
        let found = entity_type.and_then(|it| of(it).iter().find(|preset| preset.name == name));
        found.map_or_else(|| name.to_owned(), |preset| preset.label.clone())
    };
    texts.extend(list.preset().map(|name| named(name, |it| &it.presets)));
    texts.extend(list.flags().iter().map(|name| named(name, |it| &it.flags)));
    texts.extend(list.filters().iter().map(filter_text::print));
    let mut x = area.x + GUTTER;
    for (at, text) in texts.iter().enumerate() {
        let text = Shown::line(text);
        let wide = u16::try_from(text.width() + 4).unwrap_or(u16::MAX);
        let left = area.right().saturating_sub(x);
        if wide.saturating_add(4) > left && at > 0 {
            canvas.put(x, area.y, left, &format!("+{}", texts.len() - at), theme.dim);
            break;
        }
        let wide = wide.min(left.saturating_sub(1));
        let chip = Rect { x, width: wide, ..area };
        canvas.ground(chip, theme.field);
        let end = canvas.put(x + 1, area.y, wide.saturating_sub(4), text.as_str(), theme.text);
        canvas.put(end + 1, area.y, 1, signs.drop, theme.dim);
        x += wide + 2;
    }
}

/// What is not offered, where the rail is in hand and its cursor stands on such a thing.
fn missing<'a>(list: &List, state: &'a State) -> Option<&'a NotOffered> {
    let has_rail = list.focus() == Focus::Rail;
    has_rail.then(|| list.rail().not_offered(state.world(), list.connection())).flatten()
}

/// What the rail leaves free where it lies over the list.
fn beside_rail(rail: u16, pane: Rect) -> Rect {
    let over = if rail == 0 { geometry::RAIL_OVER.min(pane.width) } else { 0 };
    Rect { x: pane.x + over, width: pane.width - over, ..pane }
}

pub(super) fn words(list: &List, state: &State) -> Words {
    let plural = list.entity_type(state.world()).map(|it| it.label_plural.clone());
    let cell = list.columns().get(list.cell());
    let label = cell.and_then(|name| {
        let field: Option<&Field> = list.entity_type(state.world())?.field(name);
        field.map(|field| field.label.clone())
    });
    let newer = list.window().newer();
    let status = match missing(list, state) {
        Some(it) => format!("{}: {}", it.label, it.instead),
        None => counts(list, state),
    };
    Words {
        crumbs: vec![plural.unwrap_or_default()],
        status,
        aside: if newer > 0 { format!("{newer} newer, press .") } else { String::new() },
        unsent: match state.world().drafts(list.connection()).count() {
            0 => String::new(),
            1 => "~1 draft".to_owned(),
            many => format!("~{many} drafts"),
        },
        note: label.map_or_else(String::new, |label| format!("cell {label}")),
        hints: [
            Command::Open,
            Command::Edit,
            Command::Filter,
            Command::Add,
            Command::Mark,
            Command::Sort,
            Command::Palette,
            Command::Help,
            Command::NextPane,
            Command::Columns,
        ]
        .map(|command| (command, None))
        .to_vec(),
        ..Words::default()
    }
}

/// `1–35 of ~12,300 · 3 marked · seen 14:01`.
#[expect(clippy::similar_names, reason = "they are similar things")]
fn counts(list: &List, state: &State) -> String {
    let Some(connected) = state.world().connected(list.connection()) else { return String::new() };
    let (window, format) = (list.window(), &connected.format);
    let mut parts = Vec::new();
    let number = |number: u64| format.integer(i64::try_from(number).unwrap_or(i64::MAX));
    if let Some(local) = list.local() {
        parts.push(format!("{} of {} loaded", local.len(), window.rows().len()));
    } else if !window.rows().is_empty() {
        let height = geometry::list_rows(state.world().size(), list.is_narrowed());
        let top = window.start() + window.top(height) as u64;
        let last = (top + height as u64).min(window.start() + window.rows().len() as u64);
        let known = window.start() + window.rows().len() as u64;
        let total = match window.total() {
            // It counts more than what fits the filter.
            Total::Exact(_) if window.is_filtered_here() && !window.has_more() => number(known),
            Total::Exact(_) if window.is_filtered_here() => format!("{}+", number(known)),
            Total::Exact(total) => number(total.max(known)),
            Total::More | Total::Unknown if window.has_more() => format!("{}+", number(known)),
            Total::More | Total::NoMore | Total::Unknown => number(known),
        };
        parts.push(format!("{}–{} of {total}", number(top + 1), number(last)));
    }
    if !list.marks().is_empty() {
        parts.push(format!("{} marked", list.marks().len()));
    }
    match list.shows() {
        Shows::Nothing => {}
        Shows::Fresh { took_ms, .. } => {
            if window.is_filtered_here() {
                parts.push("partly filtered here".to_owned());
            }
            parts.push(format!("{took_ms} ms"));
        }
        Shows::Kept { seen } => parts.push(kept(window, &format.seen(*seen), &number)),
    }
    if let Some(failure) = list.failure().filter(|_| !window.rows().is_empty()) {
        parts.push(sentence::reason(&failure.error).trim_end_matches('.').to_owned());
    }
    parts.join(" · ")
}

/// Of a list that was kept; one that was made of kept records says among how many.
fn kept(window: &Window, seen: &str, number: &impl Fn(u64) -> String) -> String {
    match window.total() {
        Total::Exact(all) if window.is_filtered_here() => {
            let found = number(window.start() + window.rows().len() as u64);
            let more = if window.has_more() { "+" } else { "" };
            format!("{found}{more} of {} kept here, the oldest {seen}", number(all))
        }
        Total::Exact(_) | Total::More | Total::NoMore | Total::Unknown => format!("kept, {seen}"),
    }
}
