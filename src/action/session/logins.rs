//! What a session knows of its logins: one that all exchanges share, or a few where the server
//! takes the exchanges of one login one after another (`Provider::parallel_logins`). No I/O.
use std::time::Duration;

use futures_util::future::{BoxFuture, Shared};
use jiff::Timestamp;

use crate::{domain::error::Error, providers::Login};

/// A sign-in under way, shared by all who wait for it.
pub(super) type Renewal = Shared<BoxFuture<'static, Result<Login, Error>>>;

/// One login, signed in or not.
#[derive(Default)]
pub(super) struct Signed {
    pub login: Option<Login>,
    pub renewal: Option<Renewal>,
    /// An exchange is on its way with it; only where each carries one at a time.
    is_taken: bool,
}

/// Whether one more login is being opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Opening {
    #[default]
    Idle,
    Now,
    /// The last try failed: those that there are must do.
    NoMore,
}

/// All of them.
pub(super) struct Logins {
    /// Never empty, never shorter than it was: exchanges under way know theirs by its place.
    all: Vec<Signed>,
    opening: Opening,
    /// Exchanges that no login is free for.
    waiting: usize,
    /// Why a sign-in was refused: it is not repeated by itself.
    pub refused: Option<Error>,
    /// Everything is refused until then.
    locked_until: Option<Timestamp>,
    /// The second factor's code, for the next sign-in only.
    pub code: Option<String>,
}

impl Default for Logins {
    fn default() -> Self {
        Self {
            all: vec![Signed::default()],
            opening: Opening::default(),
            waiting: 0,
            refused: None,
            locked_until: None,
            code: None,
        }
    }
}

impl Logins {
    /// The one at that place.
    pub fn at(&mut self, index: usize) -> &mut Signed {
        &mut self.all[index]
    }

    /// Takes a free one for one exchange; the caller knows that there is one.
    pub fn claim(&mut self) -> usize {
        let index = self.all.iter().position(|signed| !signed.is_taken).unwrap_or_default();
        self.all[index].is_taken = true;
        index
    }

    /// Gives it back.
    pub fn release(&mut self, index: usize) {
        self.all[index].is_taken = false;
    }

    /// One exchange more, or one less, finds no login free.
    pub fn wait(&mut self, is_waiting: bool) {
        let waiting = self.waiting;
        self.waiting = if is_waiting { waiting + 1 } else { waiting.saturating_sub(1) };
    }

    /// Whether one more shall be opened, of at most so many; then it counts as being opened.
    /// Not before the first one stands: what refused that would refuse them all.
    pub fn begin_opening(&mut self, limit: usize) -> bool {
        let is_signed_in = self.all.first().is_some_and(|first| first.login.is_some());
        let is_wanted = self.waiting > 0 && self.all.len() < limit;
        let begins =
            is_wanted && is_signed_in && self.refused.is_none() && self.opening == Opening::Idle;
        if begins {
            self.opening = Opening::Now;
        }
        begins
    }

    /// It was opened, or not; says whether there is one more.
    pub fn end_opening(&mut self, login: Option<Login>) -> bool {
        let is_open = login.is_some();
        self.opening = if is_open { Opening::Idle } else { Opening::NoMore };
        if is_open {
            self.all.push(Signed { login, ..Signed::default() });
        }
        is_open
    }

    /// What a sign-in ended with. Who only found nobody there may try again.
    pub fn settle(&mut self, index: usize, result: &Result<Login, Error>, is_refusal: bool) {
        let login = result.as_ref().ok().cloned();
        *self.at(index) = Signed { login, renewal: None, is_taken: self.all[index].is_taken };
        if let (Err(error), true) = (result, is_refusal) {
            self.refused = Some(error.clone());
        }
    }

    /// All that are signed in; from now on none is.
    pub fn forget(&mut self) -> Vec<Login> {
        self.all.iter_mut().filter_map(|signed| signed.login.take()).collect()
    }

    /// A later answer within the same lock-out does not shorten it.
    pub fn lock_out(&mut self, now: Timestamp, wait: Duration) {
        let until = jiff::SignedDuration::try_from(wait).ok();
        let until = until.and_then(|wait| now.checked_add(wait).ok());
        self.locked_until = self.locked_until.max(until);
    }

    /// Why nothing can be sent now: a lock-out, with what is left of it.
    pub fn locked_out(&mut self, now: Timestamp) -> Option<Error> {
        let wait = Duration::try_from(self.locked_until?.duration_since(now)).ok();
        let wait = wait.filter(|wait| !wait.is_zero());
        if wait.is_none() {
            self.locked_until = None;
        }
        wait.map(|wait| Error::LockedOut { wait })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;

    fn login(token: &str) -> Login {
        Login::Token { user: "ada".into(), token: Secret::new(token) }
    }

    #[test]
    fn no_further_login_is_opened_before_the_first_stands_or_after_one_was_not_given() {
        let mut logins = Logins::default();
        logins.wait(true);
        assert!(!logins.begin_opening(3), "nobody is signed in");
        logins.settle(0, &Ok(login("first")), false);
        assert!(logins.begin_opening(3) && !logins.begin_opening(3), "one at a time");
        assert!(!logins.end_opening(None) && !logins.begin_opening(3), "those must do");
    }

    #[test]
    fn no_more_are_opened_than_are_allowed_or_waited_for() {
        let mut logins = Logins::default();
        logins.settle(0, &Ok(login("first")), false);
        assert!(!logins.begin_opening(2), "nobody waits");
        logins.wait(true);
        assert!(logins.begin_opening(2) && logins.end_opening(Some(login("second"))));
        assert!(!logins.begin_opening(2), "two are all");
    }

    #[test]
    fn two_exchanges_never_claim_the_same_login() {
        let mut logins = Logins::default();
        logins.end_opening(Some(login("second")));
        let (one, other) = (logins.claim(), logins.claim());
        assert_ne!(one, other);
        logins.release(one);
        assert_eq!(logins.claim(), one);
    }
}
