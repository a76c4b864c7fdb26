//! Draws [`ExchangeView`]: what is behind a notice; all notices. SCREENS §9.10.
use ratatui::{layout::Rect, style::Style};

use super::{
    Words,
    canvas::Canvas,
    confirm::{key_row, middle},
    notice, sentence,
};
use crate::{
    app::{
        command::Command,
        exchange::{ExchangeView, exchanged},
        msg::Target,
        notice::{Notice, Said},
        state::{State, View},
    },
    domain::exchanged::Exchanged,
    text::{format::Format, shown::Shown, width::wrap},
};

#[cfg(test)]
mod tests;

const WIDE: u16 = 104;
const HIGH: u16 = 33;
const LABEL: usize = 11;

/// Pieces of one row.
type Row = Vec<(String, Style)>;

pub(super) fn draw(view: &ExchangeView, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let wide = WIDE.min(area.width.saturating_sub(if area.width < 60 { 0 } else { 2 }));
    let place = middle(area, wide, HIGH.min(area.height));
    let inside = canvas.popup(place);
    canvas.hit(place, Target::Pane);
    let foot = if inside.height >= 8 { 2 } else { 0 };
    let body = Rect { height: inside.height.saturating_sub(foot), ..inside };
    match view.notice() {
        Some(notice) => behind(view, notice, state, body, canvas),
        None => all(view, state, place, body, canvas),
    }
    if foot > 0 {
        let contexts = state.top().map_or(&[][..], View::contexts);
        let keys: &[(Command, &str)] = if view.notice().is_some() {
            &[
                (Command::YankMarkdown, "copy as a report"),
                (Command::YankCommand, "copy as `ficha request`"),
                (Command::Close, "close"),
            ]
        } else {
            &[(Command::Open, "what was exchanged"), (Command::Close, "close")]
        };
        let y = inside.bottom() - 1;
        key_row(keys, contexts, state, Rect { y, height: 1, ..inside }, canvas);
    }
}

fn behind(
    view: &ExchangeView,
    notice: &Notice,
    state: &State,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let rows = rows(view, notice, state, area.width, canvas);
    let last = rows.len().saturating_sub(usize::from(area.height));
    for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(view.at().min(last))) {
        let pieces: Vec<(&str, Style)> =
            row.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        canvas.put_all(area.x, y, area.width, &pieces);
    }
}

fn rows(
    view: &ExchangeView,
    notice: &Notice,
    state: &State,
    width: u16,
    canvas: &Canvas<'_>,
) -> Vec<Row> {
    let theme = canvas.theme();
    let said = notice::said(notice, state);
    let room = usize::from(width.saturating_sub(2).max(1));
    let mut rows: Vec<Row> =
        vec![vec![("What was exchanged".to_owned(), theme.strong)], Vec::new()];
    for (place, line) in wrap(Shown::line(&said).as_str(), room, 4).into_iter().enumerate() {
        let sign = if place == 0 { "! " } else { "  " };
        rows.push(vec![(sign.to_owned(), theme.bad), (line, theme.text)]);
    }
    if let Said::Refused { error, .. } = &notice.said {
        rows.push(vec![(sentence::comfort(error).to_owned(), theme.dim)]);
    }
    let Some(exchanged) = view.exchanged() else {
        rows.push(Vec::new());
        rows.push(vec![("Nothing was sent for it.".to_owned(), theme.dim)]);
        return rows;
    };
    let connected = notice.connection.and_then(|id| state.world().connected(id));
    let plain = Format::plain(state.world().now());
    let format = connected.map_or(&plain, |it| &it.format);
    rows.extend(facts(exchanged, format, canvas));
    rows.extend(sent(view, exchanged, format, canvas));
    rows.extend(received(view, exchanged, format, canvas));
    rows
}

fn facts(exchanged: &Exchanged, format: &Format, canvas: &Canvas<'_>) -> Vec<Row> {
    let theme = canvas.theme();
    let tried = if exchanged.attempts == 1 {
        "once".to_owned()
    } else {
        format!("{} times", exchanged.attempts)
    };
    let reason = exchanged
        .received_headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("x-status-reason"));
    let answer = match (exchanged.status, reason) {
        (Some(status), Some((_, reason))) => format!("{status} {reason}"),
        (Some(status), None) => status.to_string(),
        (None, _) => "none came".to_owned(),
    };
    let when = format!(
        "{} {}, {} ms",
        format.date(exchanged.at.to_zoned(format.time_zone().clone()).date()),
        format.clock_with_seconds(exchanged.at),
        exchanged.took.as_millis()
    );
    let mut rows = vec![Vec::new()];
    rows.extend([("When", when), ("Tried", tried), ("Answer", answer)].map(|(label, value)| {
        vec![(format!("{label:LABEL$}"), theme.dim), (line(&value), theme.text)]
    }));
    rows
}

fn line(text: &str) -> String {
    Shown::line(text).as_str().to_owned()
}

fn part(title: &str, bytes: u64, format: &Format, canvas: &Canvas<'_>) -> [Row; 2] {
    let theme = canvas.theme();
    let size = format!("   {}", format.bytes(bytes));
    [Vec::new(), vec![(title.to_owned(), theme.strong), (size, theme.dim)]]
}

fn sent(
    view: &ExchangeView,
    exchanged: &Exchanged,
    format: &Format,
    canvas: &Canvas<'_>,
) -> Vec<Row> {
    let theme = canvas.theme();
    let mut rows = part("Sent", exchanged.sent_bytes, format, canvas).to_vec();
    let url = format!("{} {}", exchanged.method, exchanged.url);
    rows.push(vec![(line(&url), theme.text)]);
    rows.extend(headers(&exchanged.sent_headers, canvas));
    rows.extend(body(view.sent(), canvas));
    rows
}

fn received(
    view: &ExchangeView,
    exchanged: &Exchanged,
    format: &Format,
    canvas: &Canvas<'_>,
) -> Vec<Row> {
    let mut rows = part("Received", exchanged.received_bytes, format, canvas).to_vec();
    rows.extend(headers(&exchanged.received_headers, canvas));
    rows.extend(body(view.received(), canvas));
    rows
}

fn headers(headers: &[(String, String)], canvas: &Canvas<'_>) -> Vec<Row> {
    let theme = canvas.theme();
    let row = |(name, value): &(String, String)| {
        vec![(format!("{:15} ", line(name)), theme.dim), (line(value), theme.text)]
    };
    headers.iter().map(row).collect()
}

/// JSON is laid out already; its names are dim, so that the values stand out.
fn body(lines: &[String], canvas: &Canvas<'_>) -> Vec<Row> {
    let theme = canvas.theme();
    let mut rows = if lines.is_empty() { Vec::new() } else { vec![Vec::new()] };
    rows.extend(lines.iter().map(|text| {
        let shown = Shown::line_max(text, 400);
        match shown.as_str().split_once("\": ") {
            Some((name, value)) if name.trim_start().starts_with('"') => {
                let name = format!("{name}\": ");
                vec![(name, theme.dim), (value.to_owned(), theme.link)]
            }
            _ => vec![(shown.as_str().to_owned(), theme.text)],
        }
    }));
    rows
}

/// All notices of this run, newest first.
fn all(view: &ExchangeView, state: &State, place: Rect, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    if area.height == 0 {
        return;
    }
    canvas.put(area.x, area.y, area.width, "Messages", theme.strong);
    let top = area.y + if area.height > 4 { 2 } else { 1 };
    let kept = state.world().notices().kept();
    if kept.is_empty() && top < area.bottom() {
        canvas.put(area.x, top, area.width, "There are none in this run.", theme.dim);
    }
    let high = usize::from(area.bottom().saturating_sub(top));
    let skip = (view.at() + 1).saturating_sub(high);
    for (y, (at, notice)) in (top..area.bottom()).zip(kept.iter().rev().enumerate().skip(skip)) {
        let whole = Rect { y, height: 1, ..place };
        if at == view.at() {
            canvas.ground(whole, theme.cursor);
            canvas.put(area.x.saturating_sub(2), y, 1, canvas.signs().bar, theme.accent);
        }
        one(notice, state, Rect { y, height: 1, ..area }, canvas);
        canvas.hit(whole, Target::Item(at));
    }
}

fn one(notice: &Notice, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let (sign, style) = match &notice.said {
        Said::Done(_) => (signs.mark, theme.ok),
        Said::Note(_) => (signs.separator, theme.accent),
        Said::Refused { .. } => ("!", theme.bad),
    };
    let connected = notice.connection.and_then(|id| state.world().connected(id));
    let plain = Format::plain(state.world().now());
    let format = connected.map_or(&plain, |it| &it.format);
    let clock = format.clock_with_seconds(notice.at);
    let x = canvas.put(area.x, area.y, area.width, &clock, theme.dim) + 2;
    canvas.put(x, area.y, area.right().saturating_sub(x), sign, style);
    let arrow = if exchanged(notice).is_some() { signs.link } else { "" };
    canvas.put_right(area.right(), area.y, 1, arrow, theme.dim);
    let room = area.right().saturating_sub(x + 4);
    let said = notice::said(notice, state);
    canvas.put(x + 2, area.y, room, Shown::line(&said).as_str(), theme.text);
}

pub(super) fn words(view: &ExchangeView, _state: &State) -> Words {
    let hints = if view.notice().is_some() {
        vec![
            (Command::YankMarkdown, Some("copy as a report".to_owned())),
            (Command::YankCommand, Some("copy as a command".to_owned())),
            (Command::Next, None),
            (Command::Close, None),
        ]
    } else {
        vec![(Command::Open, None), (Command::Next, None), (Command::Close, None)]
    };
    Words { hints, ..Words::default() }
}
