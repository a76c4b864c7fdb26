//! Draws [`Actions`]: what can be run at the left, what it takes and gives at the right.
use ratatui::{layout::Rect, style::Style};

use super::{Words, canvas::Canvas, input, sentence, steps};
use crate::{
    app::{
        actions::{Actions, Shown as Row},
        command::Command,
        msg::Target,
        run::outline::{Line, outline},
        state::State,
    },
    text::{shown::Shown, width::wrap},
};

/// From here on both stand side by side.
const BESIDE: u16 = 90;
const NAME: u16 = 22;
const KIND: u16 = 18;

pub(super) fn draw(view: &Actions, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let margin = if area.width >= 60 { 2 } else { 0 };
    let inner = Rect { x: area.x + margin, width: area.width.saturating_sub(2 * margin), ..area };
    if inner.height == 0 {
        return;
    }
    typing(view, Rect { height: 1, ..inner }, canvas);
    let body = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
    let rows = view.rows();
    if rows.is_empty() {
        return empty(view, state, body, canvas);
    }
    if inner.width >= BESIDE {
        let left = Rect { width: inner.width * 2 / 5, ..body };
        list(view, &rows, left, canvas);
        let line = left.right() + 1;
        for y in body.y..body.bottom() {
            canvas.put(line, y, 1, canvas.signs().line, canvas.theme().rule);
        }
        let right = Rect { x: line + 2, width: inner.right().saturating_sub(line + 2), ..body };
        about(view, right, canvas);
        return;
    }
    let high = (body.height / 2).max(1);
    list(view, &rows, Rect { height: high.saturating_sub(1), ..body }, canvas);
    let below = Rect { y: body.y + high, height: body.height - high, ..body };
    about(view, below, canvas);
}

fn typing(view: &Actions, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.ground(area, theme.field);
    let text = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if view.edit().is_empty() {
        let says = "what is to be done: create a task, list contacts";
        canvas.put(text.x + 2, text.y, text.width.saturating_sub(2), says, theme.dim);
    }
    input::draw(view.edit(), false, text, theme.strong, canvas);
}

fn list(view: &Actions, rows: &[&Row], area: Rect, canvas: &mut Canvas<'_>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let first = (view.at() + 1).saturating_sub(usize::from(area.height));
    for (y, (at, row)) in (area.y..area.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..area };
        let is_here = at == view.at();
        if is_here {
            canvas.ground(line, theme.cursor);
            canvas.put(line.x, y, 1, signs.bar, theme.accent);
        }
        let style = match (row.offer.is_allowed, is_here) {
            (false, _) => theme.dim,
            (true, true) => theme.strong,
            (true, false) => theme.text,
        };
        let room = line.width.saturating_sub(2);
        let name = Shown::line(&row.offer.name);
        let end = canvas.put(line.x + 2, y, room, name.as_str(), style);
        let key = if row.of.is_empty() { &row.offer.key } else { &row.of };
        let room = line.right().saturating_sub(end + 2);
        canvas.put(end + 2, y, room, Shown::line(key).as_str(), theme.dim);
        canvas.hit(line, Target::Item(at));
    }
}

/// What the action under the cursor takes and gives.
fn about(view: &Actions, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(row) = view.selected() else { return };
    canvas.hit(area, Target::Pane);
    let theme = canvas.theme();
    let offer = &row.offer;
    let name = Shown::line(&offer.name);
    canvas.put(area.x, area.y, area.width, name.as_str(), theme.strong);
    let what = match (offer.is_allowed, offer.is_write) {
        (false, _) => "your role does not allow it",
        (true, true) => "changes something",
        (true, false) => "only reads",
    };
    let below = Shown::line(&format!("{}  {what}", offer.key));
    canvas.put(area.x, area.y + 1, area.width, below.as_str(), theme.dim);
    let lines = lines(view, area.width, canvas);
    let room = usize::from(area.height.saturating_sub(3));
    let top = view.top().min(lines.len().saturating_sub(room));
    let shown = lines.into_iter().skip(top);
    for (y, pieces) in (area.y + 3..area.bottom()).zip(shown) {
        for (x, wide, text, style) in pieces {
            let room = wide.min(area.width.saturating_sub(x));
            canvas.put(area.x + x, y, room, Shown::line(&text).as_str(), style);
        }
    }
}

/// Pieces of one line: where, how wide, what, how.
type Pieces = Vec<(u16, u16, String, Style)>;

fn lines(view: &Actions, width: u16, canvas: &Canvas<'_>) -> Vec<Pieces> {
    let theme = canvas.theme();
    let Some(row) = view.selected() else { return Vec::new() };
    let mut lines: Vec<Pieces> = Vec::new();
    let whole = |text: &str, style: Style| vec![(0, width, text.to_owned(), style)];
    let said = Shown::line(&row.offer.description);
    if !said.is_empty() {
        let texts = wrap(said.as_str(), usize::from(width), 6);
        lines.extend(texts.iter().map(|text| whole(text, theme.text)));
        lines.push(Vec::new());
    }
    for (title, schema) in [("Takes", &row.offer.input), ("Gives", &row.offer.output)] {
        if schema.is_null() {
            continue;
        }
        lines.push(whole(title, theme.strong));
        if view.is_json() {
            let text = serde_json::to_string_pretty(schema).unwrap_or_default();
            lines.extend(text.lines().take(2_000).map(|line| whole(line, theme.text)));
        } else {
            let members = outline(schema);
            if members.is_empty() {
                lines.push(whole("nothing that it tells of", theme.dim));
            }
            lines.extend(members.iter().flat_map(|member| member_lines(member, width, canvas)));
        }
        lines.push(Vec::new());
    }
    lines
}

/// Name, kind, and what is told of it, beneath where there is no room beside.
fn member_lines(member: &Line, width: u16, canvas: &Canvas<'_>) -> Vec<Pieces> {
    let theme = canvas.theme();
    let indent = u16::try_from(member.depth * 2).unwrap_or(0).min(width / 2);
    let must = if member.is_required { "*" } else { "" };
    let name = format!("{}{must}", member.name);
    let style = if member.is_required { theme.strong } else { theme.text };
    let kind_at = NAME.max(indent + 12);
    let about_at = kind_at + KIND + 2;
    let mut first = vec![
        (indent, kind_at.saturating_sub(indent + 2), name, style),
        (kind_at, width.saturating_sub(kind_at), member.kind.clone(), theme.dim),
    ];
    let beside = width.saturating_sub(about_at);
    let is_short = Shown::line(&member.kind).width() <= usize::from(KIND);
    if member.about.is_empty() {
        return vec![first];
    }
    if beside >= 12 && is_short && Shown::line(&member.about).width() <= usize::from(beside) {
        first.push((about_at, beside, member.about.clone(), theme.text));
        return vec![first];
    }
    let at = indent + 2;
    let room = usize::from(width.saturating_sub(at));
    let texts = wrap(Shown::line(&member.about).as_str(), room, 3);
    let more = texts.into_iter().map(|text| vec![(at, width, text, theme.text)]);
    std::iter::once(first).chain(more).collect()
}

/// Why nothing is there.
fn empty(view: &Actions, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let says = match (view.failure(), view.is_read()) {
        (Some(failure), _) => steps::capital(&sentence::reason(&failure.error)),
        (None, true) if view.edit().is_empty() => "There is nothing to run here.".to_owned(),
        (None, true) => "No action is meant by these words.".to_owned(),
        (None, false) if state.world().asking().is_some() => "The actions are read…".to_owned(),
        (None, false) => String::new(),
    };
    let y = area.y + area.height.min(2);
    for (y, line) in (y..area.bottom()).zip(wrap(
        Shown::line(&says).as_str(),
        usize::from(area.width.min(76)),
        4,
    )) {
        canvas.put(area.x, y, area.width, &line, theme.text);
    }
}

pub(super) fn words(view: &Actions, _state: &State) -> Words {
    let count = view.rows().len();
    let many = format!("{count} action{}", if count == 1 { "" } else { "s" });
    let status = match (view.failure(), view.is_meant()) {
        (Some(failure), _) => steps::capital(&sentence::reason(&failure.error)),
        (None, true) => {
            format!("{many}, those first that Membrane takes the words to mean")
        }
        (None, false) => many,
    };
    let other = if view.is_json() { "schema as a list" } else { "schema as JSON" };
    Words {
        crumbs: vec!["Actions".to_owned()],
        status,
        hints: vec![
            (Command::Open, Some("run it".to_owned())),
            (Command::NextPane, Some(other.to_owned())),
            (Command::PageDown, Some("read on".to_owned())),
            (Command::YankJson, Some("copy what it takes".to_owned())),
            (Command::Close, None),
        ],
        ..Words::default()
    }
}
