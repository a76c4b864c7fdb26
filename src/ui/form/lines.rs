//! The lines of a record being edited: the table, the cell with the cursor, and what is typed there.
use ratatui::layout::Rect;

use super::{place::Place, text, values};
use crate::{
    app::{
        detail::Page,
        form::{
            Form,
            input::{Entry, Input},
            lines::Sheet,
            popup::Popup,
        },
        lines::{Fate, Spot, Table, currency, lay},
        state::State,
    },
    text::shown::Shown,
    ui::{canvas::Canvas, detail::lines},
};

/// Cells left and right of the table.
const MARGIN: u16 = 5;
/// Rows above it: its name.
const HEAD: u16 = 1;

/// How wide a table is in a form so wide.
fn wide(area: u16) -> u16 {
    let margin = if area < 60 { 3 } else { MARGIN };
    area.saturating_sub(margin + if area < 60 { 1 } else { MARGIN })
}

/// The table, laid out.
fn table(sheet: &Sheet, state: &State, area: u16) -> Table {
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let entries = sheet.entries();
    connected.map_or_else(Table::default, |it| lay(sheet.field(), &entries, &it.format, wide(area)))
}

/// Rows of the field, and the rows of the line with the cursor among them.
pub(super) fn size(sheet: &Sheet, state: &State, area: u16) -> (u16, (u16, u16)) {
    let table = table(sheet, state, area);
    let rows = u16::try_from(table.lines.len()).unwrap_or(u16::MAX);
    let row = table.rows.get(sheet.at());
    let cursor = row.map_or((0, 1), |row| {
        let number = |it: usize| u16::try_from(it).unwrap_or(u16::MAX);
        (number(row.first).saturating_add(HEAD), number(row.height))
    });
    (rows.saturating_add(HEAD + 1), cursor)
}

/// Where the cell with the cursor stands on the screen: what hangs under it is drawn there.
pub(super) fn cell(form: &Form, state: &State, place: &Place, body: Rect) -> Option<Place> {
    let sheet = form.sheet()?;
    let table = table(sheet, state, body.width);
    let spot = spot(sheet, &table)?;
    let line = i32::try_from(spot.line).ok()?;
    Some(Place { y: place.y + i32::from(HEAD) + line, rows: 1, height: 1, ..*place })
}

fn spot(sheet: &Sheet, table: &Table) -> Option<Spot> {
    table.rows.get(sheet.at())?.cells.get(sheet.column()?).copied()
}

pub(super) fn draw(
    sheet: &Sheet,
    form: &Form,
    state: &State,
    (place, has_cursor): (&Place, bool),
    body: Rect,
    canvas: &mut Canvas<'_>,
) {
    let margin = if body.width < 60 { 3 } else { MARGIN };
    let table = table(sheet, state, body.width);
    head(sheet, place, body, canvas);
    let first = place.y + i32::from(HEAD);
    let top = first.max(i32::from(body.top()));
    let end = (first + i32::try_from(table.lines.len()).unwrap_or(0)).min(i32::from(body.bottom()));
    let (Ok(y), Ok(height)) = (u16::try_from(top), u16::try_from(end - top)) else { return };
    let skipped = usize::try_from(top - first).unwrap_or(0);
    let area = Rect { x: body.x + margin, y, width: wide(body.width), height };
    let spot = spot(sheet, &table).filter(|_| has_cursor);
    let on_screen = |line: usize| {
        let by = u16::try_from(line.checked_sub(skipped)?).ok().filter(|by| *by < height)?;
        Some(y + by)
    };
    if let Some((spot, y)) = spot.and_then(|it| Some((it, on_screen(it.line)?))) {
        let cell =
            Rect { x: area.x + spot.x.saturating_sub(1), y, width: spot.width + 2, height: 1 };
        canvas.ground(cell.intersection(area_with_edge(area)), canvas.theme().cell);
    }
    gutters(sheet, &table, has_cursor, (body.x, body.width < 60), &on_screen, canvas);
    let page = Page::of(table.lines.clone());
    lines(&page, skipped, area, canvas);
    if table.rows.is_empty() && has_cursor && height > 0 {
        let dim = canvas.theme().dim;
        canvas.put(area.x + 4, y + height.min(2), area.width, "No lines yet; a adds one.", dim);
    }
    if let Some((spot, y)) = spot.and_then(|it| Some((it, on_screen(it.line)?))) {
        let cell = Rect { x: area.x + spot.x, y, width: spot.width, height: 1 };
        if let Some(input) = sheet.cell() {
            typed(input, form, state, cell, canvas);
        }
    }
}

fn area_with_edge(area: Rect) -> Rect {
    Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area }
}

/// The name of the lines, how many there will be, and the currency that they share.
fn head(sheet: &Sheet, place: &Place, body: Rect, canvas: &mut Canvas<'_>) {
    let Some(y) = u16::try_from(place.y).ok().filter(|y| (body.top()..body.bottom()).contains(y))
    else {
        return;
    };
    let margin = if body.width < 60 { 3 } else { MARGIN };
    let x = body.x + margin;
    let label = Shown::line_max(&sheet.field().label, 40);
    let after = x + u16::try_from(label.width()).unwrap_or(0) + 2;
    let code = currency(&sheet.entries()).map(|code| format!("  in {code}")).unwrap_or_default();
    let said = format!("{}{code}", sheet.count());
    canvas.put(after, y, 20, Shown::line(&said).as_str(), canvas.theme().dim);
}

/// The bar of the cursor's line, and what has become of each.
fn gutters(
    sheet: &Sheet,
    table: &Table,
    has_cursor: bool,
    (x, is_narrow): (u16, bool),
    on_screen: &dyn Fn(usize) -> Option<u16>,
    canvas: &mut Canvas<'_>,
) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let at = if is_narrow { x } else { x + 2 };
    for (index, (row, entry)) in table.rows.iter().zip(sheet.entries()).enumerate() {
        let Some(y) = on_screen(row.first) else { continue };
        if has_cursor && index == sheet.at() {
            let sign = if sheet.is_carried() { signs.down } else { signs.bar };
            canvas.put(at, y, 1, sign, theme.accent);
        }
        let sign = match entry.fate {
            Fate::Same => continue,
            Fate::Changed | Fate::New => signs.changed,
            Fate::Dropped => signs.drop,
        };
        canvas.put(at + 1, y, 1, sign, theme.mine);
    }
}

/// What is typed into the cell.
fn typed(input: &Input, form: &Form, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.clear(area, theme.cell.patch(theme.strong));
    match (input.entry(), form.popup()) {
        (_, Some(Popup::Records(it))) if !it.search().is_empty() => {
            text::draw(it.search(), area, true, theme.strong, canvas);
        }
        (_, Some(Popup::Choices(it))) if !it.filter().is_empty() => {
            text::draw(it.filter(), area, true, theme.strong, canvas);
        }
        (Entry::Typed(edit), _) => text::draw(edit, area, true, theme.strong, canvas),
        (Entry::Parts(..) | Entry::Picked(_) | Entry::Lines(_), _) => {
            let connected = state.connection().and_then(|id| state.world().connected(id));
            let (Some(connected), Ok(value)) = (connected, input.value()) else { return };
            let text = Shown::line(&values::line(value, Some(input.field()), &connected.format));
            canvas.put(area.x, area.y, area.width, text.as_str(), theme.strong);
            canvas.cursor(area.x, area.y);
        }
    }
}
