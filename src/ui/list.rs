//! Draws [`List`]: rail, records, preview. SCREENS §9.3.
use ratatui::{layout::Rect, style::Style};

use super::{
    Words,
    canvas::Canvas,
    field::{self, Cell},
    frame, preview, rail, sentence,
    table::{self, Column, Placed},
};
use crate::{
    app::{
        command::Command,
        geometry,
        list::{Focus, List, Shows, filter::FilterLine},
        msg::Target,
        state::{State, View},
        window::Window,
        world::Connected,
    },
    domain::{
        error::Error,
        filter_text,
        record::{Record, RecordId, Total},
        schema::{ChoiceStyle, EntityType, Field, FieldKind},
        verb::NotOffered,
    },
    text::{shown::Shown, width::width},
};

const GUTTER: u16 = 4;
/// Skeleton rows while nothing is there yet.
const SKELETON: u16 = 9;

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
        Some(it) => not_offered(it, state, beside_rail(panes.rail, pane), canvas),
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
        return waiting(list, state, area, canvas);
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
        return waiting(list, state, area, canvas);
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

/// In place of rows: why there are none, and what to do.
fn waiting(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if let Some(failure) = list.failure() {
        return refused(list, state, &failure.error, area, canvas);
    }
    if list.is_empty() {
        return empty(list, state, area, canvas);
    }
    if list.local().is_some_and(<[usize]>::is_empty) {
        let title = format!("None of the {} loaded rows hold this.", list.window().rows().len());
        return message(area, &title, &[], &[(Command::Open, "ask the server")], state, canvas);
    }
    let Some(asking) = state.world().asking() else { return };
    let theme = canvas.theme();
    let x = area.x + GUTTER;
    let wide = area.width.saturating_sub(GUTTER + 2);
    for row in 0..SKELETON.min(area.height.saturating_sub(3)) {
        let long = wide * (9 - row % 4) / 10;
        canvas.rule(x, area.y + 1 + row, long.min(wide));
    }
    if asking.as_secs() >= 1 {
        let y = area.y + SKELETON + 2;
        let text = format!("The server is being asked… {} s", asking.as_secs());
        if y < area.bottom() {
            canvas.put(x, y, wide, &text, theme.dim);
        }
    }
}

/// The sentence stands 5 rows under the headings, at the title column. SCREENS §9.14.
fn message(
    area: Rect,
    title: &str,
    lines: &[String],
    keys: &[(Command, &str)],
    state: &State,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let x = area.x + GUTTER;
    let wide = area.width.saturating_sub(GUTTER + 1).min(76);
    let mut y = area.y + if area.height > 12 { 5 } else { 1 };
    let bottom = area.bottom();
    let mut put = |text: &str, style: Style, canvas: &mut Canvas<'_>| {
        for line in crate::text::width::wrap(Shown::line(text).as_str(), usize::from(wide), 6) {
            if y < bottom {
                canvas.put(x, y, wide, &line, style);
            }
            y += 1;
        }
    };
    put(title, theme.strong, canvas);
    put(" ", theme.dim, canvas);
    for line in lines.iter().filter(|line| !line.is_empty()) {
        put(line, theme.dim, canvas);
    }
    put(" ", theme.dim, canvas);
    let contexts = state.top().map_or(&[][..], View::contexts);
    for (command, label) in keys {
        let Some(key) = state.world().key(contexts, *command) else { continue };
        if y < bottom {
            canvas.put(x, y, 8, &key, theme.key);
            canvas.put(x + 8, y, wide.saturating_sub(8), label, theme.text);
        }
        y += 1;
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

/// In place of rows: never as if there were none, but what to do instead.
fn not_offered(it: &NotOffered, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let title = format!("The API does not offer {}.", it.label);
    let keys = [(Command::Browser, "open the web page")];
    let keys = if it.url.is_some() { &keys[..] } else { &[] };
    message(area, &title, std::slice::from_ref(&it.instead), keys, state, canvas);
}

fn empty(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let plural = list.entity_type(state.world()).map_or("records", |it| it.label_plural.as_str());
    let plural = plural.to_lowercase();
    let can_add = list.entity_type(state.world()).is_some_and(|it| it.rights.create);
    let mut keys = Vec::new();
    if list.is_narrowed() {
        keys.extend([
            (Command::DropFilter, "drop the last filter"),
            (Command::DropFilters, "drop all filters"),
        ]);
    }
    if can_add {
        keys.push((Command::Add, "add one"));
    }
    keys.push((Command::Refresh, "ask again"));
    let title = if list.is_narrowed() {
        format!("No {plural} match these filters.")
    } else {
        format!("No {plural} here yet.")
    };
    message(area, &title, &[], &keys, state, canvas);
}

fn refused(list: &List, state: &State, error: &Error, area: Rect, canvas: &mut Canvas<'_>) {
    let name = state.world().connected(list.connection());
    let name = name.map_or("The server", |it| it.connection.name.as_str());
    let verb = if error.is_away() { "did not answer" } else { "refused" };
    let title = if let Error::Unauthorized { reason } = error {
        let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        format!("{name} refused the login{why}.")
    } else {
        format!("{name} {verb}: {}", sentence::reason(error))
    };
    let lines = [sentence::comfort(error).to_owned()];
    let keys = [
        (Command::Refresh, "try again"),
        (Command::SignIn, "sign in again"),
        (Command::Connections, "another connection, or change this one's settings"),
    ];
    message(area, &title, &lines, &keys, state, canvas);
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

/// The line in which a filter is typed lies over the status line.
pub(super) fn draw_filter(line: &FilterLine, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let y = area.bottom().saturating_sub(1);
    let row = Rect { y, height: 1, ..area };
    canvas.clear(row, theme.bar.patch(theme.text));
    let x = canvas.put(area.x + 1, y, 2, "/", theme.key) + 1;
    let text = line.edit().text();
    let wide = area.width.saturating_sub(4);
    let (_, at) = line.edit().cursor();
    let before: String = text.chars().take(at).collect();
    // A long text scrolls so that its cursor stays visible.
    let skip = width(&before).saturating_sub(usize::from(wide.saturating_sub(2)));
    let shown: String = text.chars().skip(skip).collect();
    canvas.put(x, y, wide, Shown::line(&shown).as_str(), theme.strong);
    let caret = x + u16::try_from(width(&before) - skip).unwrap_or(0);
    canvas.cursor(caret.min(area.right().saturating_sub(1)), y);
    if let Some(error) = line.error() {
        let mut said = error.what.to_string();
        if !error.nearest.is_empty() {
            said = format!("{said}; did you mean {}?", error.nearest.join(", "));
        }
        canvas.put_right(area.right().saturating_sub(1), y, wide / 2 + 8, &said, theme.bad);
    }
    let _ = (state, frame::hue);
}

pub(super) fn filter_words(_line: &FilterLine, state: &State) -> Words {
    let list = state.stack().iter().rev().find_map(View::list);
    Words {
        mode: "FILTER",
        status: list.map(|list| counts(list, state)).unwrap_or_default(),
        hints: vec![
            (Command::Open, Some("ask the server".to_owned())),
            (Command::Close, Some("back".to_owned())),
            (Command::Next, None),
            (Command::Previous, None),
        ],
        note: "status:open  amount>10k  created:7d  -type:customer  @me".to_owned(),
        ..Words::default()
    }
}
