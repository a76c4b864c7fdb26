//! What changes while the demo runs.

use super::apps::Sibling;
use super::connections::{self, Connection};
use super::letterbox::Letterbox;
use super::logs::Run;
use super::oauth::Code;
use super::requests::Pending;
use super::switches::Switches;
use super::tokens::Caller;
use crate::demo::books::Books;
use crate::demo::random::{Random, mix};
use std::collections::HashMap;

/// All of it; held for a moment, never while another dialect is asked.
#[derive(Debug)]
pub struct State {
    /// In the order of their making.
    pub connections: Vec<Connection>,
    /// Requests for a connection, by id.
    pub pending: HashMap<String, Pending>,
    /// Every run of an action, the newest last.
    pub runs: Vec<Run>,
    /// The app that has no other protocol.
    pub letterbox: Letterbox,
    /// Registered clients and their redirects.
    pub clients: HashMap<String, Vec<String>>,
    /// Codes that wait for their exchange.
    pub codes: HashMap<String, Code>,
    /// Tokens by their text.
    pub grants: HashMap<String, Grant>,
    /// Refresh tokens by their text.
    pub refreshes: HashMap<String, Caller>,
    /// How long new tokens hold, seconds, where that was changed.
    pub token_holds: Option<i64>,
    /// What is to go wrong.
    pub switches: Switches,
    random: Random,
    count: u64,
}

/// A token of a sign-in.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Whose.
    pub caller: Caller,
    /// Seconds since 1970.
    pub ends: i64,
}

impl State {
    /// As the demo starts.
    pub fn new(books: &Books, siblings: &[Sibling]) -> State {
        State {
            connections: connections::first(siblings),
            pending: HashMap::new(),
            runs: Vec::new(),
            letterbox: Letterbox::new(books.seed),
            clients: HashMap::new(),
            codes: HashMap::new(),
            grants: HashMap::new(),
            refreshes: HashMap::new(),
            token_holds: None,
            switches: Switches::default(),
            random: Random::new(mix(books.seed ^ 0x3E3C)),
            count: 0,
        }
    }

    /// A new id as the platform makes them: 24 hexadecimal digits that sort by age.
    pub fn id(&mut self) -> String {
        self.count += 1;
        format!("6651{:08x}{}", self.count, self.random.hex(12))
    }

    /// A new name of that kind, not to be guessed.
    pub fn name(&mut self, kind: &str) -> String {
        format!("{kind}-{}", self.random.hex(24))
    }

    /// A new secret text.
    pub fn secret(&mut self, kind: &str) -> String {
        format!("{kind}-{}", self.random.hex(48))
    }
}
