//! Where lists go on that know their pages by a cursor, though everybody asks for them by offset.
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// At most so many lists are remembered; then all are forgotten.
const LISTS: usize = 64;

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
