//! What was sent and received, behind a notice; and all notices of this run.
use std::fmt::Write as _;

use super::{
    command::Command,
    connect::quoted,
    keymap::Context,
    msg::{Click, Effect, Target},
    notice::{Notice, Said},
    slots::ViewId,
    state::{Pane, View},
    world::{Move, World},
};
use crate::domain::exchanged::Exchanged;

#[cfg(test)]
pub(crate) mod tests;

/// At most so many rows of a body are shown; the report has all that was kept.
const ROWS: usize = 2_000;
const PAGE: usize = 10;

/// What was sent and received, behind a notice; and all notices of this run.
#[derive(Debug)]
pub struct ExchangeView {
    id: ViewId,
    /// `None` = all notices.
    notice: Option<Notice>,
    sent: Vec<String>,
    received: Vec<String>,
    /// The first visible row; or the notice under the cursor, 0 = the newest.
    at: usize,
}

impl ExchangeView {
    pub(super) fn open(id: ViewId, notice: Option<u32>, world: &World) -> Self {
        let kept = world.notices.kept().iter();
        let notice = notice.and_then(|id| kept.clone().find(|it| it.id == id)).cloned();
        let behind = notice.as_ref().and_then(exchanged);
        let rows = |text: Option<&str>| text.map_or_else(Vec::new, body_rows);
        let sent = rows(behind.map(|it| it.sent.as_str()));
        let received = rows(behind.map(|it| it.received.as_str()));
        Self { id, sent, received, notice, at: 0 }
    }

    /// The notice; `None` = all of them are listed.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The exchange behind it.
    pub fn exchanged(&self) -> Option<&Exchanged> {
        self.notice.as_ref().and_then(exchanged)
    }

    /// What was sent, as rows; JSON is laid out.
    pub fn sent(&self) -> &[String] {
        &self.sent
    }

    /// What was received, as rows; JSON is laid out.
    pub fn received(&self) -> &[String] {
        &self.received
    }

    /// The first visible row; or the notice under the cursor, 0 = the newest.
    pub fn at(&self) -> usize {
        self.at
    }

    fn last(&self, world: &World) -> usize {
        let rows = match self.notice {
            Some(_) => self.sent.len() + self.received.len() + 20,
            None => world.notices.kept().len(),
        };
        rows.saturating_sub(1)
    }

    fn step(&mut self, by: isize, world: &World) {
        self.at = self.at.saturating_add_signed(by).min(self.last(world));
    }

    /// What is behind the notice under the cursor.
    fn open_notice(&self, world: &mut World) -> Vec<Effect> {
        let chosen = world.notices.kept().iter().rev().nth(self.at);
        let Some(notice) = chosen.filter(|_| self.notice.is_none()) else { return Vec::new() };
        if exchanged(notice).is_none() {
            return world.note("Nothing was exchanged for this one.");
        }
        let wanted = notice.id;
        let view = Self::open(world.new_view(), Some(wanted), world);
        world.moves.push(Move::Open(Box::new(View::Exchange(Box::new(view)))));
        Vec::new()
    }

    fn copy(text: Option<String>, what: &str, world: &mut World) -> Vec<Effect> {
        let Some(text) = text else {
            return world.note("There is no exchange to copy here.");
        };
        let mut effects = vec![Effect::Copy(text)];
        effects.extend(world.done(format!("copied {what}")));
        effects
    }

    fn request(&self, world: &World) -> Option<String> {
        let exchanged = self.exchanged()?;
        let connection = self.notice.as_ref()?.connection?;
        let name = &world.connected(connection)?.connection.name;
        Some(request_line(exchanged, name))
    }
}

/// The exchange behind a notice.
pub fn exchanged(notice: &Notice) -> Option<&Exchanged> {
    match &notice.said {
        Said::Refused { exchange, .. } => exchange.as_deref(),
        Said::Done(_) | Said::Note(_) => None,
    }
}

/// A body as rows: JSON is laid out, anything else stays as it is.
fn body_rows(body: &str) -> Vec<String> {
    let json = serde_json::from_str::<serde_json::Value>(body).ok();
    let laid_out = json.and_then(|json| serde_json::to_string_pretty(&json).ok());
    let text = laid_out.as_deref().unwrap_or(body);
    text.lines().take(ROWS).map(str::to_owned).collect()
}

/// For a bug report: everything that is shown, as Markdown. Secrets were removed on the way here.
fn report(exchanged: &Exchanged) -> String {
    let mut text = String::new();
    let status = exchanged.status.map_or_else(|| "no answer".to_owned(), |it| it.to_string());
    // Writing into a string is never refused.
    let _ = writeln!(text, "**{} {}**: {status}\n", exchanged.method, exchanged.url);
    let _ = writeln!(
        text,
        "At {}, {} ms, tried {} times.\n",
        exchanged.at,
        exchanged.took.as_millis(),
        exchanged.attempts
    );
    for (title, headers, body) in [
        ("Sent", &exchanged.sent_headers, &exchanged.sent),
        ("Received", &exchanged.received_headers, &exchanged.received),
    ] {
        let _ = writeln!(text, "{title}:\n\n````");
        for (name, value) in headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = writeln!(text, "\n{body}\n````\n");
    }
    text
}

/// The same request from a shell: `ficha request Contact/1 -X PUT -d '…' -c acme`.
fn request_line(exchanged: &Exchanged, connection: &str) -> String {
    let url = &exchanged.url;
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let path = path.split_once("api/v1/").map_or(path, |(_, path)| path);
    let mut line = format!("ficha request {}", quoted(path));
    if exchanged.method != "GET" {
        let _ = write!(line, " -X {}", quoted(&exchanged.method));
    }
    if !exchanged.sent.is_empty() {
        let _ = write!(line, " --json {}", quoted(&exchanged.sent));
    }
    let _ = write!(line, " -c {}", quoted(connection));
    line
}

impl Pane for ExchangeView {
    fn id(&self) -> ViewId {
        self.id
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Exchange, Context::Browse, Context::Everywhere]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view takes few of all commands")]
    fn apply(&mut self, command: Command, times: u32, world: &mut World) -> Vec<Effect> {
        let by = isize::try_from(times).unwrap_or(1);
        match command {
            Command::Next => self.step(by, world),
            Command::Previous => self.step(-by, world),
            Command::HalfPageDown | Command::PageDown => self.step(PAGE.cast_signed(), world),
            Command::HalfPageUp | Command::PageUp => self.step(-PAGE.cast_signed(), world),
            Command::First => self.at = 0,
            Command::Last => self.at = self.last(world),
            Command::Open => return self.open_notice(world),
            Command::YankMarkdown => {
                let text = self.exchanged().map(report);
                return Self::copy(text, "a report", world);
            }
            Command::YankCommand => {
                let text = self.request(world);
                return Self::copy(text, "the request as a command", world);
            }
            Command::Close => world.moves.push(Move::Close),
            _ => {}
        }
        Vec::new()
    }

    fn pointed(&mut self, target: &Target, click: Click, world: &mut World) -> Vec<Effect> {
        match (target, click) {
            (_, Click::Wheel(rows)) => self.step(isize::from(rows), world),
            (Target::Item(at), Click::Once) if self.notice.is_none() => self.at = *at,
            (Target::Item(at), Click::Twice) if self.notice.is_none() => {
                self.at = *at;
                return self.open_notice(world);
            }
            _ => {}
        }
        Vec::new()
    }
}
