//! Draws [`Confirm`]: the question, what will happen, and the two answers.
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::{
    app::{
        command::Command,
        confirm::{Confirm, Question},
        state::{State, View},
    },
    text::{
        shown::Shown,
        width::{width, wrap},
    },
};

const WIDE: u16 = 66;

pub(super) fn draw(view: &Confirm, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    canvas.scrim();
    let wide = WIDE.min(area.width.saturating_sub(2));
    let room = usize::from(wide.saturating_sub(6));
    let (question, what) = texts(view.question(), state);
    let asked = wrap(Shown::line(&question).as_str(), room, 3);
    let what = wrap(Shown::line(&what).as_str(), room, 5);
    let rows = u16::try_from(asked.len() + what.len() + 5).unwrap_or(12);
    let place = middle(area, wide, rows);
    let inside = canvas.popup(place);
    let theme = canvas.theme();
    let mut y = inside.y;
    let lines = asked.iter().map(|line| (line.as_str(), theme.strong));
    let lines = lines.chain([("", theme.text)]);
    for (text, style) in lines.chain(what.iter().map(|line| (line.as_str(), theme.text))) {
        if y + 2 < inside.bottom() || (y < inside.bottom() && y == inside.y) {
            canvas.put(inside.x, y, inside.width, text, style);
            y += 1;
        }
    }
    if inside.height > 1 {
        keys(view, state, Rect { y: inside.bottom() - 1, height: 1, ..inside }, canvas);
    }
}

/// A popup stands a third from the top.
pub(super) fn middle(area: Rect, wide: u16, high: u16) -> Rect {
    let wide = wide.min(area.width);
    let high = high.min(area.height);
    let x = area.x + (area.width - wide) / 2;
    Rect { x, y: area.y + (area.height - high) / 3, width: wide, height: high }
}

fn keys(view: &Confirm, state: &State, area: Rect, canvas: &mut Canvas<'_>) {
    let contexts = state.top().map_or(&[][..], View::contexts);
    let yes = match view.question() {
        Question::Delete(..) => "yes, delete",
        Question::Unlink(..) => "yes, take it out",
        Question::RemoveConnection(_) => "yes, remove",
        Question::DropDraft(_) => "yes, throw it away",
        Question::Mail(..) => "yes, e-mail it",
        Question::Run(..) => "yes, do it",
    };
    let answers = [(Command::Yes, yes), (Command::Close, "no")];
    key_row(&answers, contexts, state, area, canvas);
}

/// Keys with what they do, as the last row of a popup; the mouse can hit them.
pub(super) fn key_row(
    keys: &[(Command, &str)],
    contexts: &[crate::app::keymap::Context],
    state: &State,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let theme = canvas.theme();
    let mut x = area.x;
    for (command, label) in keys {
        let Some(key) = state.world().key(contexts, *command) else { continue };
        let wide = u16::try_from(width(&key) + 1 + width(label)).unwrap_or(u16::MAX);
        if x.saturating_add(wide) > area.right() {
            return;
        }
        let hit = Rect { x, y: area.y, width: wide, height: 1 };
        canvas.put(x, area.y, wide, &key, theme.key);
        canvas.put_right(x + wide, area.y, wide, label, theme.dim);
        canvas.hit(hit, crate::app::msg::Target::Hint(*command));
        x += wide + 3;
    }
}

/// The question, with the record's name; and what will happen. Raw.
fn texts(question: &Question, state: &State) -> (String, String) {
    let named = |id| state.world().connected(id).map_or("the server", |it| &it.connection.name);
    match question {
        Question::Delete(id, record) => {
            let entity_type = state.world().entity_type(*id, &record.entity);
            let label = entity_type.map_or(record.entity.as_str(), |it| it.label.as_str());
            (
                format!("Delete {}?", record.title(entity_type)),
                format!(
                    "{} removes this {} for everyone. ficha cannot bring it back.",
                    named(*id),
                    label.to_lowercase()
                ),
            )
        }
        Question::Unlink(_, change, what) => {
            let others = if change.others.len() == 1 { "record" } else { "records" };
            (
                format!("Take {what} out?"),
                format!("Only the link goes; the {others} stay as they are."),
            )
        }
        Question::RemoveConnection(id) => (
            format!("Remove {}?", named(*id)),
            "It goes from the settings, with its secret. Nothing changes on the server; drafts \
             stay on this machine."
                .to_owned(),
        ),
        Question::Mail(id, title) => (
            format!("E-mail the comment on {title}?"),
            format!("{} sends it to the customer. It cannot be called back.", named(*id)),
        ),
        Question::Run(id, deed, _) => (
            deed.asks.clone().unwrap_or_else(|| format!("{}?", deed.named())),
            match deed.description.as_str() {
                "" => format!("{} on {}.", deed.label, named(*id)),
                said => said.to_owned(),
            },
        ),
        Question::DropDraft(draft) => (
            "Throw the draft away?".to_owned(),
            format!("What was typed into this {} and not sent is lost.", draft.entity),
        ),
    }
}

pub(super) fn words(_view: &Confirm, _state: &State) -> Words {
    Words {
        hints: vec![(Command::Yes, None), (Command::Close, Some("no".to_owned()))],
        ..Words::default()
    }
}
