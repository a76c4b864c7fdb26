//! How much of a product's allowance is spent: a pure decision over the moments at which it was
//! asked. Not a bucket that fills again: one of 180 would let 360 through in its first minute.
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::rate::{Rate, Urgency};

/// What a product allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Who shares it: one name, one allowance.
    pub name: &'static str,
    /// So many exchanges.
    pub most: u32,
    /// Within so long.
    pub span: Duration,
}

/// What was spent of it, as the processes of one machine share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// When it was asked, ms since 1970, the oldest first; older than the span is forgotten.
    at: Vec<i64>,
    /// Nothing is asked before: the product said that it was too much.
    #[serde(default)]
    held: i64,
}

/// Whether to ask now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, and it is written down; what is left then.
    Go(Rate),
    /// After so long; what is left until then.
    Wait(Duration, Rate),
}

/// Where what was spent is kept.
pub trait Ledger: Send + Sync + 'static {
    /// Reads what was spent under a name, lets it be changed, and keeps it. Blocks for as long as
    /// another process does the same: some ten microseconds.
    fn change(&self, name: &str, change: &mut dyn FnMut(&mut Spent));
}

/// For one process.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<std::collections::HashMap<String, Spent>>);

impl Ledger for InMemory {
    fn change(&self, name: &str, change: &mut dyn FnMut(&mut Spent)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(name.to_owned()).or_default());
    }
}

impl Budget {
    /// What is kept back from those who are less urgent: a sixth for saves (the contract's 150 of
    /// 180), a third for whatever somebody waits for.
    fn kept_back(self, urgency: Urgency) -> u32 {
        match urgency {
            Urgency::Save => 0,
            Urgency::Asked => self.most / 6,
            Urgency::Ahead => self.most / 3,
        }
    }

    fn left(self, spent: &Spent) -> Rate {
        let used = u32::try_from(spent.at.len()).unwrap_or(u32::MAX);
        Rate { left: self.most.saturating_sub(used), of: self.most }
    }

    fn span_ms(self) -> i64 {
        i64::try_from(self.span.as_millis()).unwrap_or(i64::MAX)
    }

    /// Asks for one exchange.
    pub fn take(self, spent: &mut Spent, now: Timestamp, urgency: Urgency) -> Verdict {
        let now = now.as_millisecond();
        self.forget(spent, now);
        let rate = self.left(spent);
        let kept = self.kept_back(urgency);
        let wait = if spent.held > now {
            spent.held - now
        } else if rate.left > kept {
            spent.at.push(now);
            return Verdict::Go(self.left(spent));
        } else {
            // Until as many are forgotten as are wanting.
            let wanting = usize::try_from(kept - rate.left).unwrap_or(usize::MAX);
            let free = spent.at.get(wanting).copied().unwrap_or(now);
            (free + self.span_ms() - now).max(1)
        };
        Verdict::Wait(Duration::from_millis(wait.unsigned_abs()), rate)
    }

    /// The product said that it was asked too often: nobody asks for so long.
    pub fn hold(self, spent: &mut Spent, now: Timestamp, pause: Duration) {
        let pause = i64::try_from(pause.min(self.span).as_millis()).unwrap_or(0);
        spent.held = spent.held.max(now.as_millisecond().saturating_add(pause));
    }

    /// What is older than the span; and what lies in the future, since a clock was set back.
    fn forget(self, spent: &mut Spent, now: i64) {
        let span = self.span_ms();
        spent.at.retain(|at| *at <= now && now - *at < span);
        if spent.held > now.saturating_add(span) {
            spent.held = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { name: "x", most: 180, span: Duration::from_secs(60) };

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_000_000_000 + ms).unwrap()
    }

    fn drain(spent: &mut Spent, urgency: Urgency) -> u32 {
        let gone = (0..1000)
            .take_while(|_| matches!(BUDGET.take(spent, at(0), urgency), Verdict::Go(_)))
            .count();
        u32::try_from(gone).unwrap()
    }

    #[test]
    fn a_save_goes_where_a_look_waits_and_a_look_where_prefetch_waits() {
        let mut spent = Spent::default();
        assert_eq!(drain(&mut spent, Urgency::Ahead), 120);
        assert_eq!(drain(&mut spent, Urgency::Asked), 30);
        assert_eq!(drain(&mut spent, Urgency::Save), 30);
        let empty = Rate { left: 0, of: 180 };
        let wait = Duration::from_secs(60);
        assert_eq!(BUDGET.take(&mut spent, at(0), Urgency::Save), Verdict::Wait(wait, empty));
    }

    #[test]
    fn never_more_than_the_allowance_within_any_span() {
        let (mut spent, mut asked) = (Spent::default(), Vec::new());
        for ms in (0..180_000).step_by(100) {
            while let Verdict::Go(_) = BUDGET.take(&mut spent, at(ms), Urgency::Save) {
                asked.push(ms);
            }
        }
        for (place, begin) in asked.iter().enumerate() {
            let within = asked[place..].iter().take_while(|ms| **ms - begin < 60_000).count();
            assert!(within <= 180, "{within} from {begin}");
        }
        assert_eq!(asked.len(), 540);
    }

    #[test]
    fn whoever_waits_is_told_how_long() {
        let mut spent = Spent::default();
        for ms in 0..150 {
            assert!(matches!(BUDGET.take(&mut spent, at(ms * 10), Urgency::Asked), Verdict::Go(_)));
        }
        let Verdict::Wait(wait, rate) = BUDGET.take(&mut spent, at(2_000), Urgency::Asked) else {
            panic!("it went")
        };
        assert_eq!((wait, rate.left), (Duration::from_secs(58), 30));
        let later = at(2_000 + 58_000);
        assert!(matches!(BUDGET.take(&mut spent, later, Urgency::Asked), Verdict::Go(_)));
    }

    #[test]
    fn after_a_refusal_everybody_waits_and_a_clock_set_back_locks_nobody_out() {
        let mut spent = Spent::default();
        BUDGET.hold(&mut spent, at(0), Duration::from_secs(4));
        let wait = BUDGET.take(&mut spent, at(1_000), Urgency::Save);
        assert!(matches!(wait, Verdict::Wait(wait, _) if wait == Duration::from_secs(3)));
        BUDGET.take(&mut spent, at(500_000), Urgency::Save);
        BUDGET.hold(&mut spent, at(500_000), Duration::from_secs(60));
        assert!(matches!(BUDGET.take(&mut spent, at(0), Urgency::Ahead), Verdict::Go(_)));
    }

    #[test]
    fn little_is_less_than_a_quarter() {
        assert!(Rate { left: 44, of: 180 }.is_low());
        assert!(!Rate { left: 45, of: 180 }.is_low());
    }
}
