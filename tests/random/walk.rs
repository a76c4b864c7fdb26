//! One walk through the program: a state, what it waits for, and what must always hold.
use ficha::{
    app::{
        msg::{Click, Configured, Effect, Goal, Msg, Recall, Recalled, Size},
        slots::Ticket,
        state::State,
        update::{begin, update},
    },
    domain::{
        action::{Action, Answer, Failure, Source},
        change::Conflict,
        check::{Check, CheckState, CheckStep},
        error::Error,
        offer::Offer,
        sign_in::SignInStep,
    },
    ui::{
        self,
        canvas::{Look, Signs},
        theme::{Light, Theme},
    },
};
use ratatui::{Terminal, backend::TestBackend};

use crate::{
    chance::Chance,
    support::{company, screen},
};

/// What happens next, drawn from a number.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    kind: u8,
    seed: u64,
}

impl Step {
    /// The same numbers give the same step.
    pub fn of(kind: u8, seed: u64) -> Self {
        Self { kind, seed }
    }
}

/// A state under way.
pub struct Walk {
    state: State,
    /// What an executor would have under way, the oldest first.
    waits: Vec<Effect>,
    looks: Vec<Look>,
    size: (u16, u16),
    has_quit: bool,
}

impl Walk {
    /// A picker with one connection, and its list of contacts on top.
    pub fn begin() -> Self {
        let lights = [Light::Dark, Light::Ansi, Light::None];
        let look = |light| Look { theme: Theme::new(light, None, false).0, signs: Signs::UNICODE };
        let mut walk = Self {
            state: company::state(),
            waits: Vec::new(),
            looks: lights.map(look).to_vec(),
            size: (80, 24),
            has_quit: false,
        };
        let effects = begin(&mut walk.state);
        walk.run(effects);
        walk.feed(Msg::Now(company::now()));
        walk.feed(Msg::Resized(Size { width: 80, height: 24 }));
        walk.feed(Msg::Go(company::contacts()));
        walk
    }

    /// One step, and all that must hold behind it.
    pub fn take(&mut self, step: Step) {
        let mut chance = Chance::new(step.seed);
        match step.kind % 16 {
            0..=3 => self.feed(Msg::Key(chance.key())),
            4 | 5 => self.feed(Msg::Act(chance.command())),
            6..=10 => self.answer(&mut chance),
            11 => self.feed(Msg::Paste(chance.text())),
            12 => self.resize(&mut chance),
            13 => {
                let click =
                    chance.pick(&[Click::Once, Click::Twice, Click::Wheel(3), Click::Wheel(-3)]);
                self.feed(Msg::Pointed(chance.target(), click));
            }
            14 => self.rare(&mut chance),
            _ if chance.once_in(2) => self.journey(&mut chance),
            _ => {
                let known =
                    ["enter", "e", "a", "j", "l", "space", "C", "/", "tab", "D", "A", "esc"];
                self.press(chance.pick(&known));
            }
        }
        self.holds(step);
    }

    /// A way on purpose to where chance alone comes seldom: a form, and its write refused.
    fn journey(&mut self, chance: &mut Chance) {
        self.feed(Msg::Go(company::contacts()));
        self.settle();
        self.press(chance.pick(&["enter", "e", "e", "a", "a"]));
        self.settle();
        self.feed(Msg::Paste("Typed".to_owned()));
        for _ in 0..chance.pick(&[0, 0, 1, 4]) {
            self.press("tab");
            self.feed(Msg::Paste(chance.text()));
        }
        self.press("ctrl-s");
        let write = self
            .waits
            .iter()
            .position(|it| matches!(it, Effect::Call(_, _, action) if action.is_write()));
        let Some(Effect::Call(ticket, _, action)) = write.map(|at| self.waits.remove(at)) else {
            return;
        };
        let error = match action {
            Action::Update { base, edits, .. } => {
                let mut theirs = *base;
                theirs.fields.extend(edits.keys().map(|name| (name.clone(), chance.value())));
                let fields = edits.keys().cloned().collect();
                Error::Conflict(Box::new(Conflict { theirs, fields }))
            }
            Action::Create { .. } => Error::Duplicate {
                records: (0..chance.below(4)).map(|_| chance.record()).collect(),
            },
            _ => chance.error(),
        };
        self.feed(Msg::Answered(ticket, Err(error.into())));
    }

    fn press(&mut self, key: &str) {
        self.feed(Msg::Key(key.parse().unwrap()));
    }

    /// All that is asked is answered as the company does, until nothing more is.
    fn settle(&mut self) {
        for _ in 0..40 {
            let call = |it: &Effect| matches!(it, Effect::Call(_, _, action) if !action.is_write());
            let recall = |it: &Effect| matches!(it, Effect::Recall(..));
            let Some(at) = self.waits.iter().position(|it| call(it) || recall(it)) else { return };
            let msg = match self.waits.remove(at) {
                Effect::Call(ticket, _, action) => {
                    let known = company::answer(&action).ok_or(Failure::from(Error::Timeout));
                    Msg::Answered(ticket, known.map(|it| answered(it, Source::Network)))
                }
                Effect::Recall(ticket, Recall::Columns(..)) => {
                    Msg::Recalled(ticket, Recalled::Columns(None))
                }
                Effect::Recall(ticket, Recall::Draft(..)) => {
                    Msg::Recalled(ticket, Recalled::Draft(None))
                }
                Effect::Recall(ticket, Recall::Recents(_)) => {
                    Msg::Recalled(ticket, Recalled::Recents(Vec::new()))
                }
                _ => return,
            };
            self.feed(msg);
        }
    }

    /// The kind of view that has the keys.
    pub fn top(&self) -> String {
        let shown = format!("{:?}", self.state.top());
        shown.chars().skip("Some(".len()).take_while(char::is_ascii_alphabetic).collect()
    }

    fn resize(&mut self, chance: &mut Chance) {
        let usual = [(0, 0), (1, 1), (5, 2), (20, 5), (40, 12), (80, 24), (120, 40), (200, 60)];
        self.size = chance.pick(&usual);
        let (width, height) = self.size;
        self.feed(Msg::Resized(Size { width, height }));
    }

    fn rare(&mut self, chance: &mut Chance) {
        let msg = match chance.below(5) {
            0 => Msg::Resumed,
            1 => Msg::Told(chance.text()),
            2 => Msg::Go(Goal::Find(chance.text())),
            3 => Msg::Go(Goal::Record(company::ACME, company::entity("Contact"), "c3".into())),
            _ => Msg::Go(company::contacts()),
        };
        self.feed(msg);
    }

    fn feed(&mut self, msg: Msg) {
        let effects = update(&mut self.state, msg);
        self.run(effects);
    }

    /// As the executor would: a new read of a slot puts an end to the old one.
    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match &effect {
                Effect::Cancel(slot) => self
                    .waits
                    .retain(|it| is_write(it) || ticket(it).is_none_or(|of| of.slot() != *slot)),
                Effect::Quit => self.has_quit = true,
                Effect::Copy(_) | Effect::Browse(_) | Effect::Suspend | Effect::Redraw => {}
                _ => {
                    let slot = ticket(&effect).map(Ticket::slot);
                    if !is_write(&effect) {
                        self.waits
                            .retain(|it| is_write(it) || ticket(it).map(Ticket::slot) != slot);
                    }
                    self.waits.push(effect);
                }
            }
        }
    }

    /// One of the things waited for comes, most often the oldest; now and then it stays open.
    fn answer(&mut self, chance: &mut Chance) {
        if self.waits.is_empty() {
            return;
        }
        let at = if chance.once_in(3) { chance.below(self.waits.len()) } else { 0 };
        if let Effect::Call(ticket, _, action) = &self.waits[at]
            && chance.once_in(6)
        {
            let answer = answered(chance.outcome(action), Source::Cache);
            return self.feed(Msg::Partial(*ticket, answer));
        }
        if let Effect::Check(ticket, ..) = &self.waits[at]
            && chance.once_in(2)
        {
            let step = checked(chance);
            return self.feed(Msg::Checked(*ticket, step));
        }
        let msg = reply(self.waits.remove(at), chance);
        self.feed(msg);
    }

    /// The text of the screen now.
    pub fn screen(&self) -> String {
        let (width, height) = self.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let look = &self.looks[usize::from(width) % self.looks.len()];
        terminal.draw(|frame| drop(ui::draw_frame(&self.state, look, frame))).unwrap();
        let buffer = terminal.backend().buffer();
        let harmful = screen::harmful(buffer);
        assert!(harmful.is_empty(), "{harmful:?} in\n{}", screen::text(buffer));
        screen::text(buffer)
    }

    fn holds(&mut self, step: Step) {
        for list in self.state.stack().iter().filter_map(ficha::app::state::View::list) {
            let window = list.window();
            let stands = window.rows().is_empty() || window.selected().is_some();
            assert!(stands, "{step:?}: a list's selection is no record of it");
        }
        assert!(!self.state.stack().is_empty(), "{step:?}: nothing is left to show");
        let slots = self.state.world().slots();
        let newest: Vec<_> =
            self.waits.iter().filter_map(ticket).filter(|it| slots.is_newest(*it)).collect();
        for (at, one) in newest.iter().enumerate() {
            let twice = newest.iter().skip(at + 1).any(|other| other.slot() == one.slot());
            assert!(!twice, "{step:?}: {:?} has two tickets", one.slot());
        }
        let waits = newest.iter().any(|it| it.slot().is_read() || slots.is_writing());
        assert!(!slots.is_asking() || waits, "{step:?}: it waits for what nobody will answer");
        assert!(
            !self.has_quit || !slots.is_writing(),
            "{step:?}: it quit while a write is under way"
        );
        self.has_quit = false;
        self.screen();
    }
}

fn is_write(effect: &Effect) -> bool {
    match effect {
        Effect::Call(_, _, action) => action.is_write(),
        Effect::Keep(..) | Effect::Configure(..) | Effect::StartDemo(_) => true,
        _ => false,
    }
}

fn ticket(effect: &Effect) -> Option<Ticket> {
    match effect {
        Effect::Call(ticket, ..)
        | Effect::After(ticket, _)
        | Effect::Recall(ticket, _)
        | Effect::Keep(ticket, _)
        | Effect::Configure(ticket, _)
        | Effect::Check(ticket, ..)
        | Effect::SignIn(ticket, ..)
        | Effect::SignInByBrowser(ticket, _)
        | Effect::BeginSignIn(ticket, _)
        | Effect::Offers(ticket, _)
        | Effect::Edit(ticket, ..)
        | Effect::Save(ticket, ..)
        | Effect::StartDemo(ticket) => Some(*ticket),
        Effect::Cancel(_)
        | Effect::Copy(_)
        | Effect::Browse(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => None,
    }
}

fn answered(outcome: ficha::domain::action::Outcome, source: Source) -> Answer {
    Answer { outcome, source, seen: company::now(), took_ms: 12 }
}

fn checked(chance: &mut Chance) -> CheckStep {
    let state = match chance.below(3) {
        0 => CheckState::NotReached,
        1 => CheckState::Failed(chance.error()),
        _ => CheckState::Passed(3, chance.text()),
    };
    CheckStep { check: Check::Product, state }
}

/// What comes of an effect, well or badly.
fn reply(effect: Effect, chance: &mut Chance) -> Msg {
    let fails = chance.once_in(4);
    let failure = |chance: &mut Chance| Failure::from(chance.error());
    match effect {
        Effect::Call(ticket, ..) if fails => Msg::Answered(ticket, Err(failure(chance))),
        Effect::Call(ticket, _, action) => {
            let source = chance.pick(&[Source::Network, Source::Cache]);
            Msg::Answered(ticket, Ok(answered(chance.outcome(&action), source)))
        }
        Effect::After(ticket, _) => Msg::Elapsed(ticket),
        Effect::Recall(ticket, recall) => Msg::Recalled(ticket, recalled(&recall, chance)),
        Effect::Keep(ticket, _) => {
            Msg::Kept(ticket, if fails { Err(chance.error()) } else { Ok(()) })
        }
        Effect::Configure(ticket, _) | Effect::StartDemo(ticket) if fails => {
            Msg::Configured(ticket, Err(chance.error()))
        }
        Effect::Configure(ticket, _) | Effect::StartDemo(ticket) => {
            let connections = if chance.once_in(3) {
                Vec::new()
            } else {
                vec![(company::ACME, company::connection())]
            };
            let changed = connections.first().map(|(id, _)| *id);
            Msg::Configured(ticket, Ok(Configured { connections, changed, note: chance.text() }))
        }
        Effect::Save(ticket, path, _) => {
            Msg::Saved(ticket, if fails { Err(chance.error()) } else { Ok(path) })
        }
        Effect::BeginSignIn(ticket, _) if !fails => {
            Msg::SigningIn(ticket, SignInStep::Open(chance.text()))
        }
        Effect::Offers(ticket, _) => {
            let offer = |name: String| Offer { name, ..Offer::default() };
            let all = (0..chance.below(5)).map(|_| offer(chance.text())).collect();
            Msg::Offered(ticket, if fails { Err(failure(chance)) } else { Ok(all) })
        }
        Effect::Check(ticket, ..)
        | Effect::SignIn(ticket, ..)
        | Effect::SignInByBrowser(ticket, _)
        | Effect::BeginSignIn(ticket, _) => {
            let me = company::answer(&ficha::domain::action::Action::Whoami).unwrap();
            let well = !chance.once_in(3);
            Msg::Answered(
                ticket,
                if well { Ok(answered(me, Source::Network)) } else { Err(failure(chance)) },
            )
        }
        Effect::Edit(ticket, ..) => {
            Msg::Edited(ticket, if fails { Err(chance.error()) } else { Ok(Some(chance.text())) })
        }
        Effect::Cancel(_)
        | Effect::Copy(_)
        | Effect::Browse(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => Msg::Resumed,
    }
}

fn recalled(recall: &Recall, chance: &mut Chance) -> Recalled {
    match recall {
        Recall::Columns(..) => {
            let columns = chance.pick(&[
                None,
                Some(vec![]),
                Some(vec!["name".to_owned(), "\u{1b}".to_owned()]),
            ]);
            Recalled::Columns(columns)
        }
        Recall::Drafts(_) => Recalled::Drafts((0..3).map(|_| chance.draft()).collect()),
        Recall::Draft(..) => Recalled::Draft(chance.once_in(2).then(|| Box::new(chance.draft()))),
        Recall::Recents(_) => {
            Recalled::Recents((0..chance.below(30)).map(|_| chance.recent()).collect())
        }
    }
}
