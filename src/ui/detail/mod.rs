//! Draws [`Detail`]: title, tabs, what is laid out, and the activity beside it. SCREENS §9.4.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas, sentence};
use crate::{
    app::{
        command::Command,
        detail::{Composer, Detail, Parts, Tab, page::Stop},
        list::Shows,
        msg::Target,
        state::State,
    },
    domain::{comment::Audience, draft::Part, schema::FieldKind, value::Value},
};

mod composer;
mod head;
mod offer;
mod page;
mod reason;

pub(super) use page::lines;

pub(super) fn draw(view: &Detail, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let parts = view.parts(state.world());
    let head = Rect { height: parts.head.min(area.height), ..area };
    head::draw(view, state, head, parts.margin, canvas);
    let rest = Rect { y: head.bottom(), height: area.height - head.height, ..area };
    canvas.hit(rest, Target::Pane);
    let mut main = Rect {
        x: rest.x + parts.margin,
        width: parts.main.min(rest.width.saturating_sub(parts.margin)),
        ..rest
    };
    if let Some(composer) = view.composer() {
        let above =
            Rect { height: parts.composer.min(main.height), width: main.width.min(76), ..main };
        composer::draw(composer, state, above, canvas);
        main = Rect { y: above.bottom(), height: main.height - above.height, ..main };
    }
    if view.record().is_none() {
        reason::draw(view, state, main, canvas);
    } else {
        page::draw(view, state, main, canvas);
    }
    if parts.aside > 0 {
        beside(view, state, rest, parts, canvas);
    }
    if let Some(popup) = view.offer() {
        offer::draw(popup, view, rest, canvas);
    }
}

/// The activity, in windows that are wide enough.
fn beside(view: &Detail, state: &State, rest: Rect, parts: Parts, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme();
    canvas.line(rest.x + parts.line(), rest.y, rest.bottom());
    let area = Rect { x: rest.x + parts.aside_at(), width: parts.aside, ..rest };
    if area.height == 0 {
        return;
    }
    if view.tab() == Tab::Activity {
        // The sections bring their own titles.
        return page::lines(view.aside(), 0, area, canvas);
    }
    canvas.put(area.x, area.y, area.width, "Activity", theme.strong);
    if area.width > 22 {
        canvas.put_right(area.right(), area.y, area.width - 10, "newest first", theme.dim);
    }
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    match page::activity_note(view, state) {
        Some(note) => page::note(&note, body, canvas),
        None if view.aside().lines.len() > usize::from(body.height) && body.height > 2 => {
            let last = Rect { y: body.bottom() - 1, height: 1, ..body };
            page::lines(view.aside(), 0, Rect { height: body.height - 1, ..body }, canvas);
            canvas.put(last.x, last.y, last.width, "older ones in the Activity tab", theme.dim);
            canvas.hit(last, Target::Tab(2));
        }
        None => page::lines(view.aside(), 0, body, canvas),
    }
}

pub(super) fn words(view: &Detail, state: &State) -> Words {
    let world = state.world();
    let entity_type = view.entity_type(world);
    let plural = entity_type.map_or(view.entity().as_str(), |it| it.label_plural.as_str());
    let hidden = match view.hidden() {
        0 => String::new(),
        1 => "1 empty field hidden".to_owned(),
        many => format!("{many} empty fields hidden"),
    };
    Words {
        crumbs: vec![plural.to_owned(), view.title(world)],
        status: status(view, state),
        aside: match view.composer() {
            Some(composer) => kept(composer, state),
            None if view.tab() == Tab::Overview => hidden,
            None => String::new(),
        },
        mode: match (view.composer(), view.offer()) {
            (Some(_), _) => "NOTE",
            (None, Some(_)) => "LINK",
            (None, None) => "",
        },
        hints: hints(view, state),
        ..Words::default()
    }
}

/// `version 12 · changed 21 Nov 2026 14:05 by Mara Vogel · seen 14:01`.
fn status(view: &Detail, state: &State) -> String {
    let connected = state.connection().and_then(|id| state.world().connected(id));
    let Some(connected) = connected else { return String::new() };
    let mut parts = Vec::new();
    if let Some(record) = view.record() {
        parts.extend(record.version.map(|version| format!("version {version}")));
        if let Some(Value::DateTime(at)) = record.value("modifiedAt") {
            let by = match record.value("modifiedBy") {
                Some(Value::Reference(by)) => format!(" by {}", super::field::name(by)),
                Some(_) | None => String::new(),
            };
            parts.push(format!("changed {}{by}", connected.format.stamp_short(*at)));
        }
    }
    match view.source() {
        Shows::Nothing => {}
        Shows::Fresh { seen, .. } => parts.push(format!("seen {}", connected.format.seen(*seen))),
        Shows::Kept { seen } => parts.push(format!("kept, seen {}", connected.format.seen(*seen))),
    }
    if let Some(failure) = view.failure().filter(|_| view.record().is_some()) {
        parts.push(sentence::reason(&failure.error).trim_end_matches('.').to_owned());
    }
    parts.join(" · ")
}

/// `draft kept 14:06:02`.
fn kept(composer: &Composer, state: &State) -> String {
    super::form::kept(composer.kept(), state)
}

/// What stands over the place that the cursor has.
fn composer_hints(composer: &Composer) -> Vec<(Command, Option<String>)> {
    let said = |text: &str| Some(text.to_owned());
    let sends = match (composer.part(), composer.audience()) {
        (Part::Answer(_), _) => "send the answer",
        (Part::Reword(_), _) => "send the change",
        (_, Audience::Private) => "add private note",
        (_, Audience::Mailed) => "add and e-mail",
        (_, Audience::Public | Audience::Readers) => "add comment",
    };
    let mut hints = vec![(Command::Save, said(sends))];
    if composer.has_audiences() {
        hints.push((Command::Audience, None));
    }
    hints.extend([
        (Command::Close, said("back, draft stays")),
        (Command::ExternalEditor, None),
        (Command::ClearField, said("empty it")),
    ]);
    hints
}

fn hints(view: &Detail, state: &State) -> Vec<(Command, Option<String>)> {
    if let Some(composer) = view.composer() {
        return composer_hints(composer);
    }
    if view.offer().is_some() {
        return vec![
            (Command::Open, Some("link it".to_owned())),
            (Command::Close, Some("back".to_owned())),
            (Command::Next, None),
            (Command::Previous, None),
        ];
    }
    if view.record().is_none() {
        let few = [Command::Refresh, Command::Close, Command::Help];
        return few.map(|command| (command, None)).to_vec();
    }
    let mut hints = Vec::new();
    if let Some(name) = leads_to(view, state) {
        hints.push((Command::Open, Some(format!("open {name}"))));
    }
    hints.push((Command::Edit, None));
    let comments = view.entity_type(state.world()).and_then(|it| it.comments.as_ref());
    let is_comment = view.cursor().is_some_and(|it| matches!(it.stop, Stop::Happening(_)));
    if let Some(comments) = comments {
        hints.push((Command::Comment, None));
        if comments.can_answer && is_comment {
            hints.push((Command::Answer, None));
        }
    }
    if matches!(view.cursor().map(|place| &place.stop), Some(Stop::File(..))) {
        hints.push((Command::SaveFile, None));
    }
    if view.entity_type(state.world()).is_some_and(|it| !it.verbs.is_empty()) {
        hints.push((Command::Verbs, None));
    }
    if view.cursor().is_some_and(|place| place.stop.panel().is_some()) {
        hints.extend([(Command::Add, None), (Command::Link, None)]);
    }
    if matches!(view.cursor().map(|place| &place.stop), Some(Stop::Row(..))) {
        hints.push((Command::Unlink, None));
    }
    let rest = [
        Command::NextPane,
        Command::NextTab,
        Command::EmptyFields,
        Command::Browser,
        Command::Delete,
        Command::YankUrl,
        Command::Close,
        Command::Help,
    ];
    hints.extend(rest.map(|command| (command, None)));
    hints
}

/// The name of what Enter opens, where it opens something.
fn leads_to(view: &Detail, state: &State) -> Option<String> {
    let cut = |text: &str| crate::text::width::cut(text, 24);
    match &view.cursor()?.stop {
        Stop::Field(name) => {
            let value = view.record()?.value(name)?;
            let field = view.entity_type(state.world())?.field(name);
            if let Value::Reference(reference) = value {
                return Some(cut(super::field::name(reference)));
            }
            if let Value::References(many) = value {
                return Some(cut(super::field::name(many.first()?)));
            }
            field.filter(|it| it.kind == FieldKind::Url).map(|_| "the page".to_owned())
        }
        Stop::Row(at, id) => {
            let panel = view.panels().get(*at)?;
            let entity_type = state.world().entity_type(state.connection()?, panel.entity());
            Some(cut(&panel.rows().get(id)?.title(entity_type)))
        }
        Stop::More(_) => Some("all".to_owned()),
        Stop::Happening(at) | Stop::File(at, _) => {
            let happening = view.activity().all().get(*at)?;
            happening.record.as_ref().map(|_| cut(&happening.title))
        }
        Stop::Line(name, at) => {
            let Value::Lines(lines) = view.record()?.value(name)? else { return None };
            let mut values = lines.get(*at)?.fields.values();
            values.find_map(|value| {
                let Value::Reference(reference) = value else { return None };
                Some(cut(super::field::name(reference)))
            })
        }
        Stop::Empty(_) => None,
    }
}

#[cfg(test)]
mod tests;
