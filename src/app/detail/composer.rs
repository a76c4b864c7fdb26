//! A comment being written: in the Activity tab, above what was said. SCREENS §9.12. Its text is
//! kept as a draft from the first pause on, until the server has it.
use std::time::Duration;

use super::{
    Action, Command, Detail, Effect, Failure, Keep, Key, Move, Question, Slot, Tab, World, Writing,
    page::Stop,
};
use crate::{
    app::{
        edit::Edit,
        form::Kept,
        keymap::Code,
        msg::{Recall, Recalled},
        world,
    },
    domain::{
        action::Happening,
        comment::{Audience, Comment, Comments},
        draft::{Draft, DraftState, Part},
        error::Error,
    },
    text::width::wrap,
};

/// After the last key the draft is kept.
const PAUSE: Duration = Duration::from_millis(300);
/// Rows of text: at least, and at most.
const ROWS: (usize, usize) = (3, 12);
/// Rows of its own beneath the text: an empty one, who reads it, an empty one.
const FRAME: u16 = 3;
/// What a draft calls the text, and who shall read it.
const TEXT: &str = "text";
const AUDIENCE: &str = "audience";

/// A comment being written.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Composer {
    part: Part,
    edit: Edit,
    audience: Audience,
    /// Those that can be chosen.
    audiences: Vec<Audience>,
    /// Who wrote what is answered; raw.
    whom: String,
    /// The text in whose place it comes.
    before: String,
    kept: Kept,
    has_draft: bool,
    is_pending: bool,
    /// Whether an earlier draft is on its way back.
    is_waiting: bool,
    may_have_landed: bool,
}

impl Composer {
    /// What is written.
    pub fn edit(&self) -> &Edit {
        &self.edit
    }

    /// New, an answer, or another text.
    pub fn part(&self) -> &Part {
        &self.part
    }

    /// Who shall read it.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// Whether somebody else can be chosen.
    pub fn has_audiences(&self) -> bool {
        self.audiences.len() > 1 && !matches!(self.part, Part::Reword(_))
    }

    /// Who wrote what is answered; raw.
    pub fn whom(&self) -> &str {
        &self.whom
    }

    /// How far the draft has come.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Whether an earlier draft is on its way back.
    pub fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// Whether what was sent may have landed.
    pub fn may_have_landed(&self) -> bool {
        self.may_have_landed
    }

    /// Rows that it takes of so many, the text wrapped into so many cells.
    pub fn rows(&self, width: u16, rows: u16) -> u16 {
        let cells = usize::from(width.saturating_sub(1)).max(1);
        let text = wrap(&self.edit.text(), cells, ROWS.1).len().max(self.edit.rows().len());
        let most = usize::from(rows / 2).clamp(ROWS.0, ROWS.1);
        let text = u16::try_from(text.clamp(ROWS.0, most)).unwrap_or(3);
        let head = u16::from(self.part != Part::Comment);
        (text + FRAME + head).min(rows)
    }

    fn is_changed(&self) -> bool {
        self.edit.text() != self.before
    }
}

impl Detail {
    /// A comment being written.
    pub fn composer(&self) -> Option<&Composer> {
        self.composer.as_ref()
    }

    fn comments(&self, world: &World) -> Option<Comments> {
        self.entity_type(world)?.comments.clone()
    }

    /// A new comment.
    pub(super) fn comment(&mut self, world: &mut World) -> Vec<Effect> {
        self.open_composer(Part::Comment, world)
    }

    /// An answer to the comment under the cursor; elsewhere the server is asked again.
    pub(super) fn answer(&mut self, world: &mut World) -> Vec<Effect> {
        let can_answer = self.comments(world).is_some_and(|it| it.can_answer);
        match self.happening().and_then(|it| it.id.clone()) {
            Some(id) if can_answer => self.open_composer(Part::Answer(id), world),
            Some(_) | None => self.refresh(false, world),
        }
    }

    /// The id of one's own comment under the cursor, where its text can be replaced.
    pub(super) fn own_comment(&self, world: &World) -> Option<String> {
        let can_edit = self.comments(world).is_some_and(|it| it.can_edit);
        let happening = self.happening().filter(|it| can_edit && it.can_edit)?;
        happening.id.clone()
    }

    /// What happened that the cursor stands on.
    pub(super) fn happening(&self) -> Option<&Happening> {
        match self.stop()? {
            Stop::Happening(at) | Stop::File(at, _) => self.activity.all.get(at),
            Stop::Field(_) | Stop::Row(..) | Stop::More(_) | Stop::Empty(_) | Stop::Line(..) => {
                None
            }
        }
    }

    /// Opens the Activity tab with it; an earlier draft of it comes back.
    pub(in crate::app) fn open_composer(&mut self, part: Part, world: &mut World) -> Vec<Effect> {
        let Some(comments) = self.comments(world) else {
            return world.note("Records of this type take no comments here.");
        };
        if self.writing.is_some() {
            return world.note(super::BUSY);
        }
        let about = match &part {
            Part::Answer(id) | Part::Reword(id) => self.activity.find(id),
            Part::Comment | Part::Fields | Part::Run(_) => None,
        };
        let before = match (&part, about) {
            (Part::Reword(_), Some(it)) if it.text.is_empty() => it.title.clone(),
            (Part::Reword(_), Some(it)) => it.text.clone(),
            _ => String::new(),
        };
        let first = comments.audiences.first().copied().unwrap_or_default();
        let own = about.and_then(|it| it.audience).filter(|_| matches!(part, Part::Reword(_)));
        self.composer = Some(Composer {
            edit: Edit::lines(&before),
            audience: own.unwrap_or(first),
            audiences: comments.audiences,
            whom: about.map(|it| it.author.clone()).unwrap_or_default(),
            part,
            before,
            kept: Kept::Nothing,
            has_draft: false,
            is_pending: false,
            is_waiting: true,
            may_have_landed: false,
        });
        let mut effects = self.open_tab(Tab::Activity, world);
        let recall = Recall::Draft(self.identity(world), self.entity.clone(), self.draft_place());
        effects.push(Effect::Recall(world.slots.open(Slot::Recall(self.id)), recall));
        self.lay(world);
        effects
    }

    /// By what the journal knows its draft.
    fn draft_place(&self) -> Option<crate::domain::record::RecordId> {
        let part = self.composer.as_ref().map(|it| &it.part)?;
        part.place(Some(&self.shows))
    }

    pub(super) fn take_recalled(&mut self, had: Recalled, world: &mut World) -> Vec<Effect> {
        let Some(composer) = &mut self.composer else { return Vec::new() };
        composer.is_waiting = false;
        let Recalled::Draft(Some(draft)) = had else { return Vec::new() };
        if let Some(text) = draft.typed.get(TEXT) {
            composer.edit.set(text);
        }
        let audience = draft.typed.get(AUDIENCE).and_then(|it| it.parse().ok());
        if let Some(audience) = audience.filter(|it| composer.audiences.contains(it)) {
            composer.audience = audience;
        }
        composer.has_draft = true;
        composer.may_have_landed = draft.state == DraftState::Sent;
        composer.kept = Kept::Since(draft.at);
        self.lay(world);
        Vec::new()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a view knows its own commands")]
    pub(super) fn apply_composer(&mut self, command: Command, world: &mut World) -> Vec<Effect> {
        let page = usize::from(self.parts(world).rows).max(1);
        match command {
            Command::Close if self.writing.is_some() => world.note(super::BUSY),
            Command::Close => self.close_composer(world),
            Command::PageDown => self.scrolled(page, true, world),
            Command::PageUp => self.scrolled(page, false, world),
            _ if self.writing.is_some() => Vec::new(),
            Command::Save => self.send_or_ask(world),
            Command::Audience => self.next_audience(world),
            Command::ClearField => {
                if let Some(composer) = &mut self.composer {
                    composer.edit.set("");
                }
                self.wrote(world)
            }
            Command::ExternalEditor => {
                let text = self.composer.as_ref().map(|it| it.edit.text()).unwrap_or_default();
                vec![Effect::Edit(world.slots.open(Slot::Editor(self.id)), text, ".md")]
            }
            _ => Vec::new(),
        }
    }

    fn scrolled(&mut self, lines: usize, is_down: bool, world: &World) -> Vec<Effect> {
        self.scroll(lines, is_down, world);
        Vec::new()
    }

    fn next_audience(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(composer) = self.composer.as_mut().filter(|it| it.has_audiences()) else {
            return world.note("Everyone who may see the record reads its comments.");
        };
        let at = composer.audiences.iter().position(|it| *it == composer.audience).unwrap_or(0);
        let next = composer.audiences.get((at + 1) % composer.audiences.len().max(1));
        composer.audience = next.copied().unwrap_or_default();
        self.wrote(world)
    }

    pub(super) fn type_composer(&mut self, key: Key, world: &mut World) -> Vec<Effect> {
        let Some(composer) = self.composer.as_mut().filter(|_| self.writing.is_none()) else {
            return Vec::new();
        };
        // A tab is no part of a sentence, and Esc is a command.
        if matches!(key.code, Code::Tab | Code::BackTab) {
            return Vec::new();
        }
        let before = composer.edit.text();
        composer.edit.press(key);
        if composer.edit.text() == before { Vec::new() } else { self.wrote(world) }
    }

    pub(super) fn paste_composer(&mut self, text: &str, world: &mut World) -> Vec<Effect> {
        let Some(composer) = self.composer.as_mut().filter(|_| self.writing.is_none()) else {
            return Vec::new();
        };
        composer.edit.paste(text);
        self.wrote(world)
    }

    /// Back from the user's editor, which ends a file with a line break that nobody typed.
    pub(super) fn take_edited(
        &mut self,
        result: Result<Option<String>, Error>,
        world: &mut World,
    ) -> Vec<Effect> {
        match result {
            Ok(Some(text)) => {
                let Some(composer) = &mut self.composer else { return Vec::new() };
                composer.edit.set(text.strip_suffix('\n').unwrap_or(&text));
                self.wrote(world)
            }
            Ok(None) => Vec::new(),
            Err(error) => world.refuse(self.connection, "to open your editor", error.into()),
        }
    }

    fn wrote(&mut self, world: &mut World) -> Vec<Effect> {
        self.lay(world);
        let Some(composer) = &mut self.composer else { return Vec::new() };
        composer.is_pending = true;
        if !matches!(composer.kept, Kept::Refused(_)) {
            composer.kept = Kept::Going;
        }
        vec![world.after(Slot::DraftPause(self.id), PAUSE)]
    }

    /// The text stays as a draft, and that is said.
    fn close_composer(&mut self, world: &mut World) -> Vec<Effect> {
        let mut effects = self.keep_pending(world);
        let is_changed = self.composer.as_ref().is_some_and(Composer::is_changed);
        self.composer = None;
        self.lay(world);
        if is_changed {
            effects.extend(world.note("What you wrote is kept as a draft."));
        }
        effects
    }

    /// What was written since the last pause goes to the journal.
    pub(super) fn keep_pending(&mut self, world: &mut World) -> Vec<Effect> {
        match &self.composer {
            Some(composer) if composer.is_pending => self.keep_comment(world),
            Some(_) | None => Vec::new(),
        }
    }

    /// To the journal with it; an untouched text has no draft.
    pub(super) fn keep_comment(&mut self, world: &mut World) -> Vec<Effect> {
        world.slots.close(Slot::DraftPause(self.id));
        let Some(composer) = &mut self.composer else { return Vec::new() };
        composer.is_pending = false;
        if !composer.is_changed() {
            let had = std::mem::take(&mut composer.has_draft);
            composer.kept = Kept::Nothing;
            return if had { vec![self.drop_comment(world)] } else { Vec::new() };
        }
        let is_sent = composer.may_have_landed;
        vec![self.keep_as(if is_sent { DraftState::Sent } else { DraftState::Typing }, world)]
    }

    fn keep_as(&mut self, state: DraftState, world: &mut World) -> Effect {
        if let Some(composer) = &mut self.composer {
            (composer.has_draft, composer.is_pending) = (true, false);
        }
        let draft = self.draft(state, world);
        world.keep(Slot::Draft(self.id), Keep::Draft(draft))
    }

    fn drop_comment(&mut self, world: &mut World) -> Effect {
        let gone = Keep::NoDraft(self.identity(world), self.entity.clone(), self.draft_place());
        world.keep(Slot::Draft(self.id), gone)
    }

    fn draft(&self, state: DraftState, world: &World) -> Draft {
        let text = self.composer.as_ref().map(|it| it.edit.text()).unwrap_or_default();
        let audience = self.composer.as_ref().map(|it| it.audience).unwrap_or_default();
        let typed = [(TEXT.to_owned(), text), (AUDIENCE.to_owned(), audience.to_string())];
        Draft {
            identity: self.identity(world),
            entity: self.entity.clone(),
            id: self.draft_place(),
            base: self.record.clone(),
            edits: crate::domain::change::Edits::new(),
            typed: typed.into_iter().collect(),
            at: world.now,
            state,
        }
    }

    pub(super) fn take_kept(&mut self, result: Result<(), Error>, world: &World) {
        let Some(composer) = &mut self.composer else { return };
        composer.kept = match result {
            Ok(()) if !composer.has_draft => Kept::Nothing,
            Ok(()) => Kept::Since(world.now),
            Err(error) => Kept::Refused(error),
        };
    }

    /// What leaves the house by e-mail is asked about first.
    fn send_or_ask(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(composer) = &self.composer else { return Vec::new() };
        if composer.edit.text().trim().is_empty() {
            return world.note("Nothing is written yet.");
        }
        if !composer.is_changed() {
            return world.note("Nothing is changed, so nothing is sent.");
        }
        if composer.audience == Audience::Mailed && !matches!(composer.part, Part::Reword(_)) {
            let question = Question::Mail(self.connection, self.title(world));
            world.moves.push(Move::Ask(Box::new(question)));
            return Vec::new();
        }
        self.send_comment(world)
    }

    /// The draft says that it was sent before it is: a crash in between loses nothing.
    pub(super) fn send_comment(&mut self, world: &mut World) -> Vec<Effect> {
        let Some(composer) = &self.composer else { return Vec::new() };
        let (answers, replaces) = match &composer.part {
            Part::Answer(id) => (Some(id.clone()), None),
            Part::Reword(id) => (None, Some(id.clone())),
            Part::Comment | Part::Fields | Part::Run(_) => (None, None),
        };
        let (text, audience) = (composer.edit.text(), composer.audience);
        let comment = Comment { text, audience, answers, replaces };
        let mut effects = vec![self.keep_as(DraftState::Sent, world)];
        let name = format!("the comment on {}", self.title(world));
        let (connection, draft) = (self.connection, self.draft(DraftState::Sent, world));
        world.writes.insert(self.id, world::Writing { connection, name, draft });
        self.writing = Some(Writing::Comment);
        let (entity, id) = (self.entity.clone(), self.shows.clone());
        let action = Action::Comment { entity, id, comment };
        effects.push(world.call(Slot::Write(self.id), self.connection, action));
        effects
    }

    /// It landed: the draft goes, and what was said is read again.
    pub(super) fn commented(&mut self, world: &mut World) -> Vec<Effect> {
        let mut effects = vec![self.drop_comment(world)];
        let done = match self.composer.take().map(|it| it.part) {
            Some(Part::Answer(_)) => "Answer added",
            Some(Part::Reword(_)) => "Comment changed",
            Some(Part::Comment | Part::Fields | Part::Run(_)) | None => "Comment added",
        };
        world.slots.close(Slot::DraftPause(self.id));
        effects.extend(world.done(done));
        self.activity.is_asked = false;
        effects.extend(self.ask_activity(world));
        self.lay(world);
        effects
    }

    /// The text stays. Where it may have landed, what was said is read again to see.
    pub(super) fn not_commented(&mut self, failure: Failure, world: &mut World) -> Vec<Effect> {
        let may_have_landed = matches!(failure.error, Error::Unknown);
        if let Some(composer) = &mut self.composer {
            composer.may_have_landed = may_have_landed;
        }
        let mut effects = self.keep_comment(world);
        if may_have_landed {
            self.activity.is_asked = false;
            effects.extend(self.ask_activity(world));
        }
        let tried = format!("the comment on {}", self.title(world));
        effects.extend(world.refuse(self.connection, tried, failure));
        effects
    }
}
