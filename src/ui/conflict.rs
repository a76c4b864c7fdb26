//! Draws [`ConflictView`]: before, theirs and mine, a field at a time. SCREENS §9.6.
use ratatui::{layout::Rect, style::Style};

mod differs;

use super::{Words, canvas::Canvas, field, form::text};
use crate::{
    app::{
        command::Command,
        conflict::{Choice, ConflictView, Row, Settled},
        form::input::{Entry, Input},
        msg::Target,
        state::State,
        world::Connected,
    },
    domain::{schema::Field, value::Value},
    text::{format::Format, shown::Shown, width::wrap},
};

/// Rows that a value may take.
const MOST: usize = 4;
/// From so many cells on the three values stand beside each other.
const WIDE: u16 = 83;
/// Of a long text so much is looked at: it differs near its start, or the form is the place.
const READ: usize = 600;

pub(super) fn draw(view: &ConflictView, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(connected) = state.connection().and_then(|id| state.world().connected(id)) else {
        return;
    };
    if area.width == 0 || area.height == 0 {
        return;
    }
    let margin = if area.width < 60 { 3 } else { 5 };
    let x = area.x + margin;
    let inside = Rect { x, width: area.right().saturating_sub(x + 2), ..area };
    let top = heading(view, connected, inside, canvas);
    let lines = lines(view, connected, canvas, inside.width);
    let room = usize::from(area.bottom().saturating_sub(top));
    let cursor = lines.iter().rposition(|line| line.row == Some(view.at())).unwrap_or(0);
    let from = if lines.len() <= room { 0 } else { (cursor + 2).saturating_sub(room) };
    for (y, line) in (top..area.bottom()).zip(lines.iter().skip(from)) {
        paint(line, view, Rect { y, height: 1, ..inside }, canvas);
    }
}

/// One sentence, one line of who and when; the row behind them.
fn heading(view: &ConflictView, connected: &Connected, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let theme = canvas.theme();
    let said = "Someone saved this record while you were editing.";
    canvas.put(area.x, area.y, area.width, said, theme.strong);
    if area.height < 12 {
        return area.y + 1;
    }
    let mut parts = vec![who(view, connected)];
    if let (Some(began), Some(now)) = (view.base_version(), view.theirs().version) {
        parts.push(format!("Version {now}; you began from version {began}."));
    }
    parts.push("Nothing is sent before you say so.".to_owned());
    let said = parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    canvas.put(area.x, area.y + 1, area.width, Shown::line(&said).as_str(), theme.dim);
    area.y + if area.height < 20 { 2 } else { 3 }
}

/// Who saved it and when, where the record says so.
fn who(view: &ConflictView, connected: &Connected) -> String {
    let name = match view.theirs().value("modifiedBy") {
        Some(Value::Reference(by)) => field::name(by).to_owned(),
        _ => return String::new(),
    };
    match view.theirs().value("modifiedAt") {
        Some(Value::DateTime(at)) => format!("{name}, {}.", connected.format.stamp_short(*at)),
        _ => format!("{name}."),
    }
}

/// One row of the screen.
#[derive(Default)]
struct Line {
    /// The row to decide about that it belongs to.
    row: Option<usize>,
    /// Whether it is the first one of that row.
    is_first: bool,
    /// Whether the value that is being typed stands here.
    edits: bool,
    /// A ground under some columns.
    ground: Option<(u16, u16, Style)>,
    pieces: Vec<(u16, u16, String, Style)>,
    is_rule: bool,
}

impl Line {
    fn text(x: u16, text: impl Into<String>, style: Style) -> Self {
        Self { pieces: vec![(x, u16::MAX, text.into(), style)], ..Self::default() }
    }
}

fn paint(line: &Line, view: &ConflictView, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    if line.is_rule {
        canvas.rule(area.x, area.y, area.width);
        return;
    }
    if let Some((x, width, ground)) = line.ground {
        let spot = Rect { x: area.x + x.saturating_sub(1), width: width + 1, ..area };
        canvas.ground(spot.intersection(area), ground);
    }
    for (x, width, text, style) in &line.pieces {
        let room = area.width.saturating_sub(*x).min(*width);
        canvas.put(area.x + x, area.y, room, text, *style);
    }
    if let Some(row) = line.row {
        canvas.hit(area, Target::Item(row));
        if row == view.at() && line.is_first {
            canvas.put(area.x.saturating_sub(2), area.y, 1, canvas.signs().bar, theme.accent);
        }
    }
    if let (true, Some(input)) = (line.edits, view.editing()) {
        editing(input, area, canvas);
    }
}

/// The third value, being typed.
fn editing(input: &Input, area: Rect, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    let edit = match input.entry() {
        Entry::Typed(edit) => edit,
        Entry::Parts(parts, at) => match parts.get(*at) {
            Some(part) => &part.edit,
            None => return,
        },
        Entry::Picked(_) | Entry::Lines(_) => return,
    };
    canvas.ground(area, theme.cell);
    let x = canvas.put(area.x + 1, area.y, area.width, "other: ", theme.strong);
    let room = area.right().saturating_sub(x);
    let wrong = input.error().map(|error| format!("! {error}"));
    let used =
        wrong.as_ref().map_or(0, |it| u16::try_from(Shown::line(it).width()).unwrap_or(0) + 2);
    let used = used.min(room / 2);
    if let Some(wrong) = wrong {
        canvas.put_right(area.right(), area.y, used, Shown::line(&wrong).as_str(), theme.bad);
    }
    let inside = Rect { x, width: room.saturating_sub(used), ..area };
    text::draw(edit, inside, true, theme.strong, canvas);
}

/// Everything beneath the heading.
fn lines(view: &ConflictView, connected: &Connected, canvas: &Canvas<'_>, width: u16) -> Vec<Line> {
    let theme = canvas.theme();
    let is_wide = width >= WIDE;
    let columns = Columns::of(width);
    let mut lines = vec![Line::default()];
    if is_wide {
        lines.push(columns.titles(view, connected, canvas));
        lines.push(Line { is_rule: true, ..Line::default() });
    }
    let open = view.open_choices();
    let said = if open == 0 { "All is decided".to_owned() } else { format!("{open} to decide") };
    lines.push(Line::text(0, said, theme.warn));
    for (at, row) in view.rows().iter().enumerate() {
        let new = if is_wide {
            columns.row(row, &connected.format, canvas)
        } else {
            block(row, &connected.format, width, canvas)
        };
        let count = new.len();
        for (index, line) in new.into_iter().enumerate() {
            lines.push(Line { row: Some(at), is_first: index == 0, ..line });
        }
        if view.editing().is_some() && at == view.at() && count > 0 {
            lines.push(Line { row: Some(at), edits: true, ..Line::default() });
        }
        lines.push(Line::default());
    }
    lines.extend(settled(view, &connected.format, canvas, width));
    lines.push(Line::text(0, "What will be sent", theme.strong));
    let sent = sent(view, connected);
    let sent = wrap(Shown::line(&sent).as_str(), usize::from(width), 4);
    lines.extend(sent.into_iter().map(|it| Line::text(0, it, theme.text)));
    lines
}

/// The fields that need no choice: folded with the reason, or one by one.
fn settled(view: &ConflictView, format: &Format, canvas: &Canvas<'_>, width: u16) -> Vec<Line> {
    let (theme, signs) = (canvas.theme(), canvas.signs());
    let sign = if view.is_unfolded() { signs.down } else { signs.folded };
    let mut lines = Vec::new();
    if !view.settled().is_empty() {
        lines.push(Line { is_rule: true, ..Line::default() });
        let head = format!("{sign} {} settled by themselves", view.settled().len());
        if view.is_unfolded() {
            lines.push(Line::text(0, head, theme.strong));
            lines.extend(view.settled().iter().map(|(row, why)| {
                if width >= WIDE {
                    Columns::of(width).settled(row, *why, format, canvas)
                } else {
                    short(row, *why, format, canvas)
                }
            }));
        } else {
            let of = |(row, why): &(Row, Settled)| {
                format!("{} {}", Shown::line(&row.field.label).as_str(), reason(*why))
            };
            let all: Vec<_> = view.settled().iter().map(of).collect();
            let said = format!("{head}: {}", all.join(" · "));
            let said = wrap(&said, usize::from(width), 2);
            lines.extend(said.into_iter().map(|it| Line::text(0, it, theme.dim)));
        }
        lines.push(Line::default());
    }
    let (equal, is_one) = (view.equal(), view.equal().len() == 1);
    if !equal.is_empty() {
        let what = if is_one { "field is" } else { "fields are" };
        let said = format!("{sign} {} {what} the same on both sides", equal.len());
        lines.push(Line::text(0, said, theme.dim));
        if view.is_unfolded() {
            let labels = Shown::line(&equal.join(" · "));
            let labels = wrap(labels.as_str(), usize::from(width.saturating_sub(2)), MOST);
            lines.extend(labels.into_iter().map(|it| Line::text(2, it, theme.dim)));
        }
        lines.push(Line::default());
    }
    lines
}

/// In words.
fn sent(view: &ConflictView, connected: &Connected) -> String {
    let label = |name: &str| {
        let all = view.rows().iter().chain(view.settled().iter().map(|(row, _)| row));
        all.map(|row| &row.field).find(|field| field.name == name)
    };
    let mut parts: Vec<String> = view
        .to_send()
        .iter()
        .map(|(name, value)| match label(name) {
            Some(field) => {
                let text = short_text(value, field, &connected.format);
                let text = if text.is_empty() { "nothing" } else { text.as_str() };
                format!("{} {text}", field.label)
            }
            None => name.clone(),
        })
        .collect();
    let open = view.rows().iter().filter(|row| row.choice == Choice::Open);
    parts.extend(open.map(|row| format!("{} ? not chosen yet", row.field.label)));
    if parts.is_empty() { "nothing: theirs stands".to_owned() } else { parts.join(" · ") }
}

fn short_text(value: &Value, field: &Field, format: &Format) -> String {
    let text = value_text(value, field, format);
    Shown::line_max(&text, 40).as_str().to_owned()
}

/// A value in one text; of a long one the beginning.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the values that differ are named, the rest are alike"
)]
fn value_text(value: &Value, field: &Field, format: &Format) -> String {
    match value {
        Value::Text(text) if text.len() > READ => {
            let head: String = text.chars().take(READ).collect();
            field::line(&Value::Text(head), Some(field), format)
        }
        _ => field::line(value, Some(field), format),
    }
}

fn pieces(value: &Value, field: &Field, format: &Format, cells: u16, none: &str) -> Vec<String> {
    let text = value_text(value, field, format);
    if text.trim().is_empty() {
        return vec![none.to_owned()];
    }
    wrap(Shown::lines(&text).as_str(), usize::from(cells), MOST)
}

/// What stands at the right of a row.
fn verdict(row: &Row, canvas: &Canvas<'_>) -> (String, Style) {
    let (theme, sign) = (canvas.theme(), canvas.signs().mark);
    match row.choice {
        Choice::Open => ("? h or l".to_owned(), theme.warn),
        Choice::Theirs => (format!("{sign} theirs"), theme.theirs),
        Choice::Mine => (format!("{sign} mine"), theme.mine),
        Choice::Other(_) => (format!("{sign} other"), theme.mine),
    }
}

/// The value of the third column, and whether it is a third value.
fn mine(row: &Row) -> &Value {
    match &row.choice {
        Choice::Other(value) => value,
        Choice::Open | Choice::Theirs | Choice::Mine => &row.mine,
    }
}

/// Field and three equal columns.
struct Columns {
    field: u16,
    each: u16,
    verdict: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let (field, verdict) = (16, 10);
        let each = width.saturating_sub(field + verdict) / 3;
        Self { field, each, verdict }
    }

    fn x(&self, at: u16) -> u16 {
        self.field + self.each * at
    }

    fn cells(&self) -> u16 {
        self.each.saturating_sub(2).max(1)
    }

    /// What each column holds, and whose it is.
    fn titles(&self, view: &ConflictView, connected: &Connected, canvas: &Canvas<'_>) -> Line {
        let theme = canvas.theme();
        let before = view.base_version().map(|version| format!("version {version}"));
        let titles = [
            ("Before", before.unwrap_or_default(), theme.text),
            ("Theirs", who(view, connected).trim_end_matches('.').to_owned(), theme.theirs),
            ("Mine", "unsent".to_owned(), theme.mine),
        ];
        let mut pieces = vec![(0, self.field, "Field".to_owned(), theme.dim)];
        for (at, (title, whose, style)) in (0..).zip(titles) {
            let behind = u16::try_from(title.len()).unwrap_or(0) + 1;
            let whose = Shown::line_max(&whose, usize::from(self.cells().saturating_sub(behind)));
            pieces.push((self.x(at), self.cells(), title.to_owned(), style));
            let room = self.cells().saturating_sub(behind);
            pieces.push((self.x(at) + behind, room, whose.as_str().to_owned(), theme.dim));
        }
        Line { pieces, ..Line::default() }
    }

    fn row(&self, row: &Row, format: &Format, canvas: &Canvas<'_>) -> Vec<Line> {
        let (theme, none) = (canvas.theme(), canvas.signs().none);
        let (theirs_style, mine_style, ground) = match row.choice {
            Choice::Open => (theme.theirs, theme.mine, None),
            Choice::Theirs => (theme.theirs, theme.dim, Some((self.x(1), theme.theirs_bg))),
            Choice::Mine | Choice::Other(_) => {
                (theme.dim, theme.mine, Some((self.x(2), theme.mine_bg)))
            }
        };
        let columns =
            [(&row.before, theme.dim), (&row.theirs, theirs_style), (mine(row), mine_style)];
        let before = value_text(&row.before, &row.field, format);
        let columns = columns.map(|(value, style)| {
            let wrapped = pieces(value, &row.field, format, self.cells(), none);
            let is_told = differs::is_told(&row.field) && style != theme.dim;
            let text = if is_told { value_text(value, &row.field, format) } else { String::new() };
            differs::coloured(&wrapped, is_told.then_some((&before, &text)), theme.text, style)
        });
        let high = columns.iter().map(Vec::len).max().unwrap_or(1);
        let ground = ground.map(|(x, style)| (x, self.each.saturating_sub(1), style));
        let mut lines: Vec<Line> = (0..high).map(|_| Line { ground, ..Line::default() }).collect();
        for (at, rows) in (0..).zip(columns) {
            for (line, pieces) in lines.iter_mut().zip(rows) {
                let placed = pieces.into_iter().map(|(x, text, style)| {
                    (self.x(at) + x, self.cells().saturating_sub(x), text, style)
                });
                line.pieces.extend(placed);
            }
        }
        if let Some(first) = lines.first_mut() {
            let label = Shown::line_max(&row.field.label, usize::from(self.field - 2));
            first.pieces.push((0, self.field - 1, label.as_str().to_owned(), theme.text));
            let (text, style) = verdict(row, canvas);
            first.pieces.push((self.x(3), self.verdict, text, style));
        }
        lines
    }

    fn settled(&self, row: &Row, why: Settled, format: &Format, canvas: &Canvas<'_>) -> Line {
        let (dim, taken) = (canvas.theme().dim, canvas.theme().text);
        let label = Shown::line_max(&row.field.label, usize::from(self.field - 2));
        let mut all = vec![(0, self.field - 1, label.as_str().to_owned(), dim)];
        // What stands in the end is no dimmer than what is still to be chosen.
        let [theirs, mine] = match why {
            Settled::Same => [taken, taken],
            Settled::Theirs => [taken, dim],
            Settled::Mine => [dim, taken],
        };
        let values = [(&row.before, dim), (&row.theirs, theirs), (&row.mine, mine)];
        for (at, (value, style)) in (0..).zip(values) {
            let text = value_text(value, &row.field, format);
            let text = Shown::line_max(&text, usize::from(self.cells()));
            let text = if text.is_empty() { canvas.signs().none } else { text.as_str() };
            all.push((self.x(at), self.cells(), text.to_owned(), style));
        }
        all.push((self.x(3), self.verdict, reason(why).to_owned(), dim));
        Line { pieces: all, ..Line::default() }
    }
}

fn reason(why: Settled) -> &'static str {
    match why {
        Settled::Same => "same",
        Settled::Theirs => "theirs",
        Settled::Mine => "mine",
    }
}

/// Narrow: one field a block of three rows.
fn block(row: &Row, format: &Format, width: u16, canvas: &Canvas<'_>) -> Vec<Line> {
    let (theme, none) = (canvas.theme(), canvas.signs().none);
    let (text, style) = verdict(row, canvas);
    let label = Shown::line_max(&row.field.label, usize::from(width.saturating_sub(12)));
    let x = u16::try_from(label.width()).unwrap_or(0) + 2;
    let head = vec![(0, width, label.as_str().to_owned(), theme.strong), (x, 12, text, style)];
    let mut lines = vec![Line { pieces: head, ..Line::default() }];
    let chosen = |is: bool, ground: Style| is.then_some((1, width.saturating_sub(1), ground));
    let takes_mine = matches!(row.choice, Choice::Mine | Choice::Other(_));
    let all = [
        ("Before", &row.before, theme.dim, None),
        (
            "Theirs",
            &row.theirs,
            theme.theirs,
            chosen(row.choice == Choice::Theirs, theme.theirs_bg),
        ),
        ("Mine", mine(row), theme.mine, chosen(takes_mine, theme.mine_bg)),
    ];
    for (name, value, style, ground) in all {
        let text = short_line(value, &row.field, format, width.saturating_sub(9), none);
        let pieces = vec![(1, 7, name.to_owned(), theme.dim), (9, width, text, style)];
        lines.push(Line { ground, pieces, ..Line::default() });
    }
    lines
}

fn short_line(value: &Value, field: &Field, format: &Format, cells: u16, none: &str) -> String {
    let text = value_text(value, field, format);
    let text = Shown::line_max(&text, usize::from(cells));
    if text.is_empty() { none.to_owned() } else { text.as_str().to_owned() }
}

/// A settled field in a narrow window: what it will be, and why.
fn short(row: &Row, why: Settled, format: &Format, canvas: &Canvas<'_>) -> Line {
    let dim = canvas.theme().dim;
    let value = if why == Settled::Theirs { &row.theirs } else { &row.mine };
    let text = short_text(value, &row.field, format);
    Line::text(
        0,
        format!("{}: {text} ({})", Shown::line(&row.field.label).as_str(), reason(why)),
        dim,
    )
}

pub(super) fn words(view: &ConflictView, state: &State) -> Words {
    let entity_type =
        state.connection().and_then(|id| state.world().entity_type(id, view.entity()));
    let plural = entity_type.map_or(view.entity().as_str(), |it| it.label_plural.as_str());
    let open = view.open_choices();
    let status = format!(
        "{open} to choose · {} chosen · {} settled · {} the same",
        view.rows().len() - open,
        view.settled().len(),
        view.equal().len()
    );
    let said = |text: &str| Some(text.to_owned());
    let hints = if view.editing().is_some() {
        vec![(Command::Open, said("take it")), (Command::Close, said("leave it"))]
    } else {
        vec![
            (Command::Theirs, None),
            (Command::Mine, None),
            (Command::Edit, said("other value")),
            (Command::AllTheirs, None),
            (Command::AllMine, None),
            (Command::Fold, said(if view.is_unfolded() { "fold" } else { "unfold" })),
            (Command::Save, said("send")),
            (Command::Close, said("later, draft stays")),
        ]
    };
    Words {
        crumbs: vec![plural.to_owned(), view.title().to_owned(), "conflict".to_owned()],
        status,
        aside: "your text is kept".to_owned(),
        unsent: "! not sent".to_owned(),
        hints,
        ..Words::default()
    }
}
