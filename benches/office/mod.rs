//! A browser without a terminal: the state, driven by its own effects against a demo in this
//! process, until it shows what is to be measured.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a bench answers the few effects that it makes"
)]
#![allow(dead_code, reason = "each bench uses a part of it")]
use std::sync::{Arc, Mutex};

use ficha::{
    action::{Layer, Parts},
    app::{
        command::Command,
        keymap::{Binding, Key, Keymap},
        list::List,
        msg::{Effect, Goal, Msg, Recall, Recalled, Size},
        slots::Slot,
        state::{State, View},
        update::update,
        world::Settings,
    },
    cache::Cache,
    demo::{self, Demo, Options},
    domain::{
        action::Answer,
        connection::{Auth, Connection, ConnectionId, Kind},
        error::Error,
        schema::EntityName,
        secret::{Secret, SecretSource, SecretStore},
    },
    ui::{
        canvas::{Look, Signs},
        theme::{Light, Theme},
    },
};
use jiff::Timestamp;
use tokio::runtime::Runtime;

/// One key for every connection.
struct Known(Secret);

impl SecretStore for Known {
    fn read(&self, _: &str, _: &SecretSource) -> Result<Secret, Error> {
        Ok(self.0.clone())
    }

    fn token(&self, _: &str) -> Option<Secret> {
        None
    }

    fn keep_token(&self, _: &str, _: Option<&Secret>) {}
}

/// The state, and what answers it.
pub struct Office {
    pub state: State,
    runtime: Runtime,
    layer: Layer,
    _demo: Demo,
}

/// 22 November 2026, noon: what is shown must not depend on the day.
fn noon() -> Timestamp {
    Timestamp::new(1_795_348_800, 0).expect("a moment")
}

pub fn name(entity: &str) -> EntityName {
    EntityName::try_from(entity).expect("a name")
}

impl Office {
    /// The list of contacts, its first page and its preview there.
    pub fn open(size: Size) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let demo = runtime.block_on(demo::start(Options::new(noon()))).expect("a demo");
        let told = &demo.introduction().espocrm;
        let layer = Layer::new(Parts {
            connections: vec![connection(&told.url)],
            secrets: Arc::new(Known(Secret::new(&told.api_key))),
            cache: Cache::in_memory(),
            clock: noon,
            timeout: std::time::Duration::from_secs(20),
            offline: false,
        });
        let state = State::new(keymap(), settings(), layer.connections());
        let mut office = Self { state, runtime, layer, _demo: demo };
        let id = office.layer.find("office").expect("it was given");
        office.tell(Msg::Now(noon()));
        office.tell(Msg::Resized(size));
        office.tell(Msg::Go(Goal::List(id, Some(name("Contact")))));
        office
    }

    /// With as many rows as a window holds.
    pub fn with_full_window(mut self) -> Self {
        for _ in 0..200 {
            if self.list().window().rows().len() >= 1_200 {
                break;
            }
            self.tell(Msg::Act(Command::PageDown));
        }
        assert_eq!(self.list().window().rows().len(), 1_200, "the window is full");
        self
    }

    pub fn list(&self) -> &List {
        self.state.stack().iter().find_map(View::list).expect("a list is open")
    }

    /// A message, and all that follows from it.
    pub fn tell(&mut self, msg: Msg) {
        let mut waiting = vec![msg];
        while let Some(msg) = waiting.pop() {
            for effect in update(&mut self.state, msg) {
                waiting.extend(self.answered(effect));
            }
        }
    }

    fn answered(&self, effect: Effect) -> Vec<Msg> {
        match effect {
            Effect::Call(ticket, connection, action) => {
                let early: Mutex<Vec<Answer>> = Mutex::default();
                let keep = |answer| early.lock().expect("one thread").push(answer);
                let last = self.runtime.block_on(self.layer.run(connection, action, keep));
                let early = early.into_inner().expect("one thread");
                let mut all: Vec<_> = vec![Msg::Answered(ticket, last)];
                all.extend(early.into_iter().rev().map(|it| Msg::Partial(ticket, it)));
                all
            }
            Effect::After(ticket, _) if matches!(ticket.slot(), Slot::PreviewPause(_)) => {
                vec![Msg::Elapsed(ticket)]
            }
            Effect::Recall(ticket, what) => {
                let nothing = match what {
                    Recall::Columns(..) => Recalled::Columns(None),
                    Recall::Draft(..) => Recalled::Draft(None),
                    Recall::Recents(_) => Recalled::Recents(Vec::new()),
                    Recall::Drafts(_) => Recalled::Drafts(Vec::new()),
                };
                vec![Msg::Recalled(ticket, nothing)]
            }
            _ => Vec::new(), // timers, the clipboard: nothing that the screen waits for
        }
    }
}

/// A letter, as if it had been typed.
pub fn letter(c: char) -> Msg {
    Msg::Key(Key::char(c))
}

pub fn id() -> ConnectionId {
    ConnectionId(0)
}

fn connection(url: &str) -> Connection {
    Connection {
        name: "office".to_owned(),
        kind: Kind::Espocrm,
        url: url.to_owned(),
        auth: Auth::ApiKey,
        user: None,
        key: None,
        secret: SecretSource::Keyring(true),
        read_only: false,
        production: false,
        color: None,
        via: None,
        time_zone: None,
        scripts: Vec::new(),
        is_demo: true,
    }
}

fn settings() -> Settings {
    Settings {
        follow: None,
        page_size: 200,
        is_offline: false,
        is_remote: false,
        config_path: String::new(),
        log_path: String::new(),
        downloads: "~/Downloads".to_owned(),
        secrets_place: String::new(),
    }
}

/// The shipped keys.
fn keymap() -> Keymap {
    let shipped: toml::Table =
        toml::from_str(include_str!("../../assets/default.toml")).expect("the shipped settings");
    let places = shipped.get("keys").and_then(toml::Value::as_table).expect("its keys");
    let lines = places.iter().flat_map(|(place, keys)| {
        let keys = keys.as_table().into_iter().flatten();
        keys.map(move |(chord, command)| -> Binding {
            (place.clone(), chord.clone(), command.as_str().unwrap_or_default().to_owned())
        })
    });
    let (keymap, wrong) = Keymap::new(&lines.collect::<Vec<_>>(), &[]);
    assert!(wrong.is_empty(), "{wrong:?}");
    keymap
}

/// Truecolour on a dark ground, as most terminals have it.
pub fn look() -> Look {
    Look { theme: Theme::new(Light::Dark, None, true).0, signs: Signs::UNICODE }
}
