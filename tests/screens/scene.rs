//! A screen by hand: the company's state, keys pressed, answers given one by one. No clock, no
//! network, no demo: only a change of the program changes what it shows.
use ficha::{
    app::{
        msg::{Effect, Goal, Msg, Recall, Recalled, Size},
        slots::Slot,
        state::State,
        update::update,
    },
    domain::{
        action::{Action, Answer, Failure, Outcome, Source},
        connection::Connection,
        error::Error,
        exchanged::Exchanged,
    },
    ui::{
        self,
        canvas::{Look, Signs},
        theme::{Light, Theme},
    },
};
use ratatui::{Terminal, backend::TestBackend};

use crate::support::{company, desk, keys::keys, screen, studio};

/// 120x40.
pub const USUAL: (u16, u16) = (120, 40);
/// 80x24.
pub const SMALL: (u16, u16) = (80, 24);
/// 40x12.
pub const TINY: (u16, u16) = (40, 12);
/// 200x60.
pub const LARGE: (u16, u16) = (200, 60);
/// All of them.
pub const SIZES: [(u16, u16); 4] = [USUAL, SMALL, TINY, LARGE];

/// A state under way, and what it waits for.
pub struct Scene {
    /// What is shown.
    pub state: State,
    waits: Vec<Effect>,
    size: (u16, u16),
    server: fn(&Action) -> Option<Outcome>,
}

impl Scene {
    /// The picker with these connections.
    pub fn picker(size: (u16, u16), connections: Vec<Connection>) -> Self {
        let ids = (0..).map(ficha::domain::connection::ConnectionId);
        let connections = ids.zip(connections).collect();
        let state = State::new(company::keymap(), company::settings(), connections);
        let mut scene = Self { state, waits: Vec::new(), size, server: company::answer };
        scene.tell(Msg::Now(company::now()));
        scene.tell(Msg::Resized(Size { width: size.0, height: size.1 }));
        scene
    }

    /// A list, asked for; nothing is answered yet.
    pub fn asking(size: (u16, u16), of: &str) -> Self {
        let mut scene = Self::picker(size, vec![company::connection()]);
        scene.tell(Msg::Go(Goal::List(company::ACME, Some(company::entity(of)))));
        scene
    }

    /// A list as the company answers it.
    pub fn list(size: (u16, u16), of: &str) -> Self {
        let mut scene = Self::asking(size, of);
        scene.settle();
        scene
    }

    /// A list as the help desk answers it.
    pub fn desk(size: (u16, u16), of: &str) -> Self {
        let mut scene = Self::asking(size, of);
        scene.server = desk::answer;
        scene.settle();
        scene
    }

    /// The list of connections with a sign-in to Membrane, and all that it keeps.
    pub fn studio(size: (u16, u16)) -> Self {
        let mut scene = Self::picker(size, studio::connections());
        scene.server = studio::answer;
        scene.press("r")
    }

    /// The page of the sign-in that was begun is told.
    pub fn page_opens(mut self) -> Self {
        let ticket = self.waits.iter().rev().find_map(|it| match it {
            Effect::SignInByBrowser(ticket, _) | Effect::BeginSignIn(ticket, _) => Some(*ticket),
            _ => None,
        });
        self.tell(studio::opened(ticket.expect("a sign-in was begun")));
        self
    }

    /// The sign-in is refused.
    pub fn sign_in_fails(mut self, error: Error) -> Self {
        let ticket = self.waits.iter().rev().find_map(|it| match it {
            Effect::SignIn(ticket, ..) | Effect::SignInByBrowser(ticket, _) => Some(*ticket),
            _ => None,
        });
        let ticket = ticket.filter(|it| it.slot() == studio::sign_in());
        self.tell(Msg::Answered(ticket.expect("a sign-in is under way"), Err(error.into())));
        self
    }

    /// What the connection can run by a key is told: nothing.
    pub fn offers_nothing(mut self) -> Self {
        let ticket = self.waits.iter().find_map(|it| match it {
            Effect::Offers(ticket, _) => Some(*ticket),
            _ => None,
        });
        if let Some(ticket) = ticket {
            self.tell(Msg::Offered(ticket, Ok(Vec::new())));
        }
        self
    }

    /// Keys, each with all that it asks answered behind it.
    pub fn press(mut self, line: &str) -> Self {
        for key in keys(line) {
            self.tell(Msg::Key(key));
            self.settle();
        }
        self
    }

    /// One message.
    pub fn tell(&mut self, msg: Msg) {
        for effect in update(&mut self.state, msg) {
            self.note(effect);
        }
    }

    fn note(&mut self, effect: Effect) {
        if let Some(slot) = slot(&effect) {
            self.waits.retain(|it| self::slot(it) != Some(slot));
        }
        self.waits.push(effect);
    }

    /// All that is asked is answered by the company; writes and timers stay open.
    pub fn settle(&mut self) {
        let server = self.server;
        self.answer(|action| if action.is_write() { None } else { server(action).map(Ok) });
    }

    /// What is asked is answered so, until nothing more is; `None` leaves it open.
    pub fn answer(&mut self, says: impl Fn(&Action) -> Option<Result<Outcome, Error>>) {
        for _ in 0..60 {
            let fits = |it: &Effect| match it {
                Effect::Call(_, _, action) => says(action).is_some(),
                Effect::Recall(..) => true,
                // Short pauses before something is asked end at once.
                Effect::After(ticket, _) => matches!(
                    ticket.slot(),
                    Slot::PreviewPause(_) | Slot::OfferPause(_) | Slot::FindPause(_)
                ),
                _ => false,
            };
            let Some(at) = self.waits.iter().position(fits) else { return };
            let msg = match self.waits.remove(at) {
                Effect::Call(ticket, _, action) => {
                    let said = says(&action).unwrap();
                    Msg::Answered(ticket, said.map(fresh).map_err(|error| failed(error, &action)))
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
                Effect::After(ticket, _) => Msg::Elapsed(ticket),
                _ => return,
            };
            self.tell(msg);
        }
    }

    /// The write under way is answered so; then everything settles.
    pub fn written(mut self, says: impl FnOnce(&Action) -> Result<Outcome, Error>) -> Self {
        let write = |it: &Effect| matches!(it, Effect::Call(_, _, action) if action.is_write());
        let at = self.waits.iter().position(write).expect("a write is under way");
        let Effect::Call(ticket, _, action) = self.waits.remove(at) else { return self };
        let said = says(&action);
        self.tell(Msg::Answered(ticket, said.map(fresh).map_err(|error| failed(error, &action))));
        self.settle();
        self
    }

    /// The timer of that slot ends.
    pub fn elapse(&mut self, fits: impl Fn(Slot) -> bool) {
        let of = |it: &Effect| matches!(it, Effect::After(ticket, _) if fits(ticket.slot()));
        let at = self.waits.iter().position(of).expect("the timer runs");
        if let Effect::After(ticket, _) = self.waits.remove(at) {
            self.tell(Msg::Elapsed(ticket));
        }
    }

    /// The screen as text.
    pub fn text(&self) -> String {
        let (width, height) = self.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let look = Look { theme: Theme::new(Light::Dark, None, false).0, signs: Signs::UNICODE };
        terminal.draw(|frame| drop(ui::draw_frame(&self.state, &look, frame))).unwrap();
        screen::text(terminal.backend().buffer())
    }

    /// Compares the screen with the snapshot of that name, in dark colours.
    pub fn is(&self, name: &str) {
        self.is_in(name, Light::Dark);
    }

    /// As [`Self::is`], in that light.
    pub fn is_in(&self, name: &str, light: Light) {
        let (width, height) = self.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let look = Look { theme: Theme::new(light, None, false).0, signs: Signs::UNICODE };
        terminal.draw(|frame| drop(ui::draw_frame(&self.state, &look, frame))).unwrap();
        let buffer = terminal.backend().buffer();
        assert!(screen::harmful(buffer).is_empty());
        let shown =
            format!("{}\n\n{light} styles {}", screen::text(buffer), screen::style_hash(buffer));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.add_filter(r"ficha \d+\.\d+\.\d+\S*", "ficha VERSION");
        let name = format!("{name}@{width}x{height}-{light}");
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}

fn slot(effect: &Effect) -> Option<Slot> {
    match effect {
        Effect::Call(ticket, ..) | Effect::After(ticket, _) | Effect::Recall(ticket, _) => {
            Some(ticket.slot())
        }
        _ => None,
    }
}

fn fresh(outcome: Outcome) -> Answer {
    Answer { outcome, source: Source::Network, seen: company::now(), took_ms: 12 }
}

/// With the exchange that could stand behind it.
fn failed(error: Error, action: &Action) -> Failure {
    let exchange = Exchanged {
        at: company::now(),
        took: std::time::Duration::from_millis(41),
        attempts: 1,
        method: if action.is_write() { "PUT" } else { "GET" }.to_owned(),
        url: "https://crm.acme.example/api/v1/Contact/c0".to_owned(),
        sent_headers: vec![("X-Api-Key".to_owned(), "removed".to_owned())],
        sent: "{\"lastName\":\"Adeyemi\"}".to_owned(),
        sent_bytes: 22,
        status: Some(403),
        received_headers: vec![("X-Status-Reason".to_owned(), "No access".to_owned())],
        received: "{\"messageTranslation\":{\"label\":\"noAccess\"}}".to_owned(),
        received_bytes: 45,
    };
    Failure { error, exchange: Some(std::sync::Arc::new(exchange)) }
}
