//! Draws the rail: entity types with counts, and recent records. SCREENS §9.3.
use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::{
    app::{
        list::{Focus, List},
        msg::Target,
        rail::RailRow,
        state::State,
        world::Connected,
    },
    domain::{
        draft::{Draft, Part},
        record::Total,
        schema::EntityName,
    },
    text::shown::Shown,
};

const WORDS: &str = "Not offered by the API";

pub(super) fn draw(list: &List, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(connected) = state.world().connected(list.connection()) else { return };
    let rows = list.rail().rows(state.world(), list.connection());
    let height = usize::from(area.height);
    // What follows the cursor's row is seen too.
    let first = (list.rail().at() + 2).min(rows.len()).saturating_sub(height);
    for (y, (at, row)) in (area.y..area.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..area };
        if row.is_place() && at == list.rail().at() {
            cursor(list, line, canvas);
        }
        match row {
            RailRow::Heading(text) => {
                let text = Shown::line(text);
                let room = area.width.saturating_sub(3);
                canvas.put(area.x + 2, y, room, text.as_str(), canvas.theme().dim);
            }
            RailRow::Blank => {}
            RailRow::Type(name) => entity(list, connected, name, line, canvas),
            RailRow::Fold(count) => fold(list, *count, line, canvas),
            RailRow::NotOffered(it) => {
                let room = area.width.saturating_sub(5);
                let label = Shown::line(&it.label);
                canvas.put(area.x + 4, y, room, label.as_str(), canvas.theme().dim);
            }
            RailRow::Draft(draft) => {
                let (theme, sign) = (canvas.theme(), canvas.signs().changed);
                canvas.put(area.x + 1, y, 1, sign, theme.mine);
                let title = Shown::line(&draft_title(draft, connected));
                let room = area.width.saturating_sub(3);
                canvas.put(area.x + 2, y, room, title.as_str(), theme.mine);
            }
            RailRow::Recent(recent) => {
                let title = Shown::line(&recent.title);
                let room = area.width.saturating_sub(3);
                canvas.put(area.x + 2, y, room, title.as_str(), canvas.theme().text);
            }
        }
        canvas.hit(line, Target::Rail(at));
    }
}

fn cursor(list: &List, line: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let has_focus = list.focus() == Focus::Rail;
    canvas.ground(line, if has_focus { theme.cursor } else { theme.cursor_off });
    let bar = if has_focus { theme.accent } else { theme.dim };
    canvas.put(line.x, line.y, 1, canvas.signs().bar, bar);
}

/// `▸ Not offered by the API  12`.
fn fold(list: &List, count: usize, line: Rect, canvas: &mut Canvas<'_>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let sign = if list.rail().is_unfolded() { signs.down } else { signs.folded };
    canvas.put(line.x + 2, line.y, 1, sign, theme.dim);
    let count = count.to_string();
    let right = canvas.put_right(line.right().saturating_sub(1), line.y, 4, &count, theme.dim);
    let room = right.saturating_sub(line.x + 6);
    let words = if usize::from(room) < WORDS.len() { "Not offered" } else { WORDS };
    canvas.put(line.x + 4, line.y, room + 1, words, theme.dim);
}

fn entity(
    list: &List,
    connected: &Connected,
    name: &EntityName,
    line: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let label = connected.schema.as_ref().and_then(|it| it.entity_type(name));
    let label = Shown::line(label.map_or(name.as_str(), |it| it.label_plural.as_str()));
    let style = if list.entity() == Some(name) { theme.strong } else { theme.text };
    let mut right = line.right().saturating_sub(1);
    if let Some(Total::Exact(total)) = connected.total(name) {
        let count = connected.format.integer(i64::try_from(total).unwrap_or(i64::MAX));
        right = canvas.put_right(right, line.y, 9, &count, theme.dim).saturating_sub(1);
    }
    canvas.put(line.x + 2, line.y, right.saturating_sub(line.x + 2), label.as_str(), style);
}

/// The record that was being changed, or that a new one was being made.
fn draft_title(draft: &Draft, connected: &Connected) -> String {
    let entity_type = connected.schema.as_ref().and_then(|it| it.entity_type(&draft.entity));
    let named = || draft.base.as_ref().map(|base| base.title(entity_type)).unwrap_or_default();
    match draft.part() {
        (_, Part::Fields) => {}
        (_, Part::Run(key)) => return key,
        (_, Part::Comment) => return format!("Comment, {}", named()),
        (_, Part::Answer(_)) => return format!("Answer, {}", named()),
        (_, Part::Reword(_)) => return format!("Rewording, {}", named()),
    }
    draft.base.as_ref().map_or_else(
        || {
            let label = entity_type.map_or(draft.entity.as_str(), |it| it.label.as_str());
            format!("New {}", label.to_lowercase())
        },
        |base| base.title(entity_type),
    )
}
