//! What a session tells its conversations: what one learnt, for those after it.
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::providers::cursors::Cursors;

/// What is remembered. Cheap to clone; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Where lists go on.
    pub cursors: Cursors,
    /// What the login told of whoever signed in.
    pub profile: Profile,
    /// Operations that this server broke on, though its like can do them: they are not offered again.
    pub broken: Noted,
    /// What the user was warned of: whoever wants it all the same says so once more.
    pub warned: Noted,
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
