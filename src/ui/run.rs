//! Draws what else the product can do, and what a deed gave.
use ratatui::layout::Rect;

use super::{
    Words,
    canvas::Canvas,
    confirm::{key_row, middle},
    detail::lines,
};
use crate::{
    app::{
        command::Command,
        msg::Target,
        run::{Deeds, ResultView, result::inside},
        state::{State, View},
    },
    text::{shown::Shown, width::wrap},
};

const WIDE: u16 = 76;
const ROWS: u16 = 20;

/// The menu: letter, name, what it does.
pub(super) fn draw_menu(view: &Deeds, _state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let widest = view.items().iter().map(|it| Shown::line(&it.deed.label).width()).max();
    let label = u16::try_from(widest.unwrap_or(0)).unwrap_or(30).clamp(8, 30);
    let has_text = view.items().iter().any(|it| !it.deed.description.is_empty());
    let wide = if has_text { WIDE } else { label + 16 };
    let rows = u16::try_from(view.items().len()).unwrap_or(ROWS).clamp(1, ROWS);
    let place = middle(area, wide.min(area.width.saturating_sub(2)), rows.saturating_add(4));
    let inner = canvas.popup(place);
    let (theme, signs) = (canvas.theme(), canvas.signs());
    if inner.height > 0 {
        canvas.put(inner.x, inner.y, inner.width, &title(view), theme.strong);
    }
    let top = inner.y + 2;
    let high = usize::from(inner.bottom().saturating_sub(top));
    let first = (view.at() + 1).saturating_sub(high);
    for (y, (at, item)) in (top..inner.bottom()).zip(view.items().iter().enumerate().skip(first)) {
        let line = Rect { x: place.x, y, width: place.width.min(area.width), height: 1 };
        if at == view.at() {
            canvas.ground(line, theme.cursor);
            canvas.put(line.x + 1, y, 1, signs.bar, theme.accent);
        }
        let letter = item.letter.map(String::from).unwrap_or_default();
        canvas.put(inner.x, y, 1, &letter, theme.key);
        let style = if at == view.at() { theme.strong } else { theme.text };
        let room = label.min(inner.width.saturating_sub(3));
        canvas.put(inner.x + 3, y, room, Shown::line(&item.deed.label).as_str(), style);
        let x = inner.x + 3 + label + 2;
        let said = Shown::line(&item.deed.description);
        canvas.put(x, y, inner.right().saturating_sub(x), said.as_str(), theme.dim);
        canvas.hit(line, Target::Item(at));
    }
}

/// `More for Ada Brandt`.
fn title(view: &Deeds) -> String {
    let on = view.items().iter().map(|it| it.deed.on.as_str()).find(|it| !it.is_empty());
    on.map_or_else(
        || "More actions".to_owned(),
        |on| format!("More for {}", Shown::line(on).as_str()),
    )
}

pub(super) fn menu_words(_view: &Deeds, _state: &State) -> Words {
    Words {
        hints: vec![
            (Command::Open, Some("do it".to_owned())),
            (Command::Next, None),
            (Command::Previous, None),
            (Command::Close, Some("back".to_owned())),
        ],
        ..Words::default()
    }
}

/// While it is done a line says so; then what it gave, over everything.
pub(super) fn draw_result(view: &ResultView, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    if view.ran().is_none() {
        return running(view, state, area, canvas);
    }
    canvas.scrim();
    let size = state.world().size();
    let (wide, high) = inside(size.width, size.height);
    let high = u16::try_from(view.page().lines.len()).unwrap_or(high).min(high);
    let place = middle(area, wide + 6, high + 6);
    let inner = canvas.popup(place);
    canvas.hit(place, Target::Pane);
    if inner.height == 0 {
        return;
    }
    let theme = canvas.theme();
    let name = Shown::line(&view.deed().named());
    canvas.put(inner.x, inner.y, inner.width, name.as_str(), theme.strong);
    let body = Rect { y: inner.y + 2, height: inner.height.saturating_sub(4), ..inner };
    lines(view.page(), view.top(usize::from(body.height)), body, canvas);
    if inner.height > 3 {
        let other = if view.is_json() { "as fields" } else { "as JSON" };
        let mut keys = vec![(Command::NextPane, other)];
        keys.extend(view.more().map(|_| (Command::MoreOfIt, "more of it")));
        keys.push((Command::YankJson, "copy JSON"));
        keys.extend(
            view.ran().and_then(|it| it.run_id.as_ref()).map(|_| (Command::RunLog, "its log")),
        );
        keys.push((Command::Close, "back"));
        let contexts = state.top().map_or(&[][..], View::contexts);
        let row = Rect { y: inner.bottom() - 1, height: 1, ..inner };
        key_row(&keys, contexts, state, row, canvas);
    }
}

fn running(view: &ResultView, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(asking) = state.world().asking() else { return };
    let text = format!("{}… {} s", view.deed().named(), asking.as_secs());
    let wide = area.width.saturating_sub(2).min(60);
    let texts = wrap(Shown::line(&text).as_str(), usize::from(wide.saturating_sub(6)), 3);
    let high = u16::try_from(texts.len()).unwrap_or(1) + 2;
    let inner = canvas.popup(middle(area, wide, high));
    let style = canvas.theme().text;
    for (y, text) in (inner.y..inner.bottom()).zip(&texts) {
        canvas.put(inner.x, y, inner.width, text, style);
    }
}

pub(super) fn result_words(view: &ResultView, _state: &State) -> Words {
    let hints = match view.ran() {
        None => vec![(Command::Close, Some("back".to_owned()))],
        Some(_) => vec![
            (Command::NextPane, Some("JSON or fields".to_owned())),
            (Command::Next, None),
            (Command::YankJson, Some("copy JSON".to_owned())),
            (Command::Close, Some("back".to_owned())),
        ],
    };
    let aside = view.ran().and_then(|it| it.run_id.clone()).map(|id| format!("run {id}"));
    Words { hints, note: aside.unwrap_or_default(), ..Words::default() }
}
