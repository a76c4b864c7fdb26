//! How much may be asked: 180 requests in any minute, from one address (§2).

use std::collections::VecDeque;
use std::time::Duration;

/// The requests of the last while. Everybody who reaches the demo has the same address.
#[derive(Debug)]
pub struct Limit {
    /// How many; none is ever refused where it is `None`.
    pub most: Option<usize>,
    /// In how long.
    pub within: Duration,
    taken: VecDeque<Duration>,
}

impl Default for Limit {
    fn default() -> Limit {
        Limit { most: Some(180), within: Duration::from_secs(60), taken: VecDeque::new() }
    }
}

impl Limit {
    /// Another limit, with nothing taken.
    pub fn new(most: Option<usize>, within: Duration) -> Limit {
        Limit { most, within, taken: VecDeque::new() }
    }

    /// Whether one more is allowed at this moment; it counts if so.
    pub fn take(&mut self, at: Duration) -> bool {
        while self.taken.front().is_some_and(|first| *first + self.within <= at) {
            self.taken.pop_front();
        }
        let allowed = self.most.is_none_or(|most| self.taken.len() < most);
        if allowed {
            self.taken.push_back(at);
        }
        allowed
    }

    /// How many were taken in the last while.
    pub fn taken(&self) -> usize {
        self.taken.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minute_slides() {
        let mut limit = Limit::new(Some(2), Duration::from_secs(10));
        let at = Duration::from_secs;
        assert!(limit.take(at(0)) && limit.take(at(6)));
        assert!(!limit.take(at(9)), "two in ten seconds");
        assert!(limit.take(at(10)), "the first is ten seconds old");
        assert!(!limit.take(at(15)));
        assert!(limit.take(at(16)));
    }
}
