//! What a session tells its conversations: what one learnt, for those after it.
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// At most so many lists are remembered; then all are forgotten.
const LISTS: usize = 64;

/// What a session tells its conversations. Cheap to clone; clones share what is learnt.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The connection at Membrane whose app is meant; `None` = Membrane itself, or none of its.
    pub app: Option<String>,
    /// Where lists go on.
    pub cursors: Cursors,
    /// What the login told of whoever signed in.
    pub profile: Profile,
    /// Operations that this server broke on, though its like can do them: they are not offered again.
    pub broken: Noted,
    /// What the user was warned of: whoever wants it all the same says so once more.
    pub warned: Noted,
}

impl Memory {
    /// Of a session; `app` is the id or key of the connection at Membrane whose app is meant.
    pub fn new(app: Option<String>) -> Self {
        Self { app, ..Self::default() }
    }
}

/// What was noticed of a server, in the provider's own words. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Noted(Arc<Mutex<BTreeSet<String>>>);

impl Noted {
    /// It is noticed; whether for the first time.
    pub fn note(&self, what: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned())
    }

    /// Whether it was noticed.
    pub fn holds(&self, what: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(what)
    }
}

/// What a sign-in told of whoever signed in, as text that only the provider reads. Cheap to clone;
/// clones share it.
#[derive(Clone, Debug, Default)]
pub struct Profile(Arc<Mutex<Option<String>>>);

impl Profile {
    /// As it was told last.
    pub fn told(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It is told.
    pub fn tell(&self, profile: Option<String>) {
        if profile.is_some() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = profile;
        }
    }
}

/// Where lists go on that know their pages by a cursor, though everybody asks for them by offset.
/// A cursor is the provider's own text. Cheap to clone; clones share it. Forgetting it costs
/// exchanges, nothing else.
#[derive(Clone, Debug, Default)]
pub struct Cursors(Arc<Mutex<HashMap<String, BTreeMap<u64, String>>>>);

impl Cursors {
    /// The cursor nearest before that offset, and how many stand before it.
    pub fn before(&self, list: &str, offset: u64) -> Option<(u64, String)> {
        let lists = self.lists();
        let (at, cursor) = lists.get(list)?.range(..=offset).next_back()?;
        Some((*at, cursor.clone()))
    }

    /// The cursor of the page that begins there.
    pub fn at(&self, list: &str, offset: u64) -> Option<String> {
        self.lists().get(list)?.get(&offset).cloned()
    }

    /// So many of that list stand before that cursor.
    pub fn keep(&self, list: &str, at: u64, cursor: &str) {
        let mut lists = self.lists();
        if lists.len() >= LISTS && !lists.contains_key(list) {
            lists.clear();
        }
        lists.entry(list.to_owned()).or_default().insert(at, cursor.to_owned());
    }

    /// A list that is read from its start again may have changed.
    pub fn forget(&self, list: &str) {
        self.lists().remove(list);
    }

    /// Never held across anything that waits.
    fn lists(&self) -> MutexGuard<'_, HashMap<String, BTreeMap<u64, String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
