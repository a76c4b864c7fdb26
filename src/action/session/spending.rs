//! Products that count how often they are asked: before each exchange some of the allowance is
//! taken, by those who are most urgent first; what they answer may tell what is left.
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::time::sleep;

use super::Session;
use crate::{
    domain::{
        error::Error,
        rate::{Rate, Urgency},
    },
    net::{
        budget::{Budget, Ledger, Spent, Verdict},
        channel::Channel,
        exchange::{Exchange, Response},
        retry::{Decision, after_429},
    },
};

impl<C: Channel> Session<C> {
    /// What is left of the product's allowance, as far as that was counted or told.
    pub fn rate(&self) -> Option<Rate> {
        *self.0.rate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, rate: Rate) {
        *self.0.rate.lock().unwrap_or_else(PoisonError::into_inner) = Some(rate);
    }

    /// What the answer tells.
    pub(super) fn note_told(&self, response: &Response) {
        if let Some(rate) = self.0.provider.rate(response) {
            self.note(rate);
        }
    }

    /// The budget and the place where it is counted.
    fn counted(&self) -> Option<(Budget, Arc<dyn Ledger>)> {
        Some((self.0.provider.budget()?, Arc::clone(self.0.ledger.get()?)))
    }

    /// Takes a piece of the allowance, once there is one for somebody so urgent.
    pub(super) async fn spend(&self, exchange: &Exchange) {
        let Some((budget, ledger)) = self.counted() else { return };
        let (name, urgency) = (self.account(budget, exchange), exchange.urgency);
        loop {
            let now = (self.0.place.clock)();
            let take = move |spent: &mut Spent| budget.take(spent, now, urgency);
            // Whoever cannot count does not wait for ever.
            let Some(verdict) = changed(&ledger, &name, take).await else { return };
            match verdict {
                Verdict::Go(rate) => return self.note(rate),
                Verdict::Wait(wait, rate) => {
                    self.note(rate);
                    sleep(wait).await;
                }
            }
        }
    }

    /// How long to wait after a 429; `None` = it was none, or nobody counts.
    pub(super) async fn hold(
        &self,
        exchange: &Exchange,
        result: &Result<Response, Error>,
        attempt: u32,
    ) -> Option<Decision> {
        let (budget, ledger) = self.counted()?;
        let response = result.as_ref().ok().filter(|response| response.status == 429)?;
        let now = (self.0.place.clock)();
        let chance = u8::try_from(now.subsec_microsecond().unsigned_abs() % 256).unwrap_or(0);
        let is_save = exchange.urgency == Urgency::Save;
        let decision = after_429(is_save, response.retry_after(), attempt, chance);
        let pause = match decision {
            Decision::Retry(pause) => pause,
            Decision::GiveUp => Duration::from_secs(2),
        };
        let hold = move |spent: &mut Spent| budget.hold(spent, now, pause);
        changed(&ledger, &self.account(budget, exchange), hold).await;
        Some(decision)
    }

    /// All accounts of a product share an allowance, since it is counted by our address; what runs
    /// on this machine counts by itself.
    fn account(&self, budget: Budget, exchange: &Exchange) -> String {
        let address = self.0.place.channel.address(exchange);
        let host = address.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        if host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]") {
            return format!("{}-{host}", budget.name);
        }
        budget.name.to_owned()
    }
}

/// A ledger's lock blocks, so it is another thread's business; `None` = it panicked.
#[expect(clippy::disallowed_methods, reason = "a ledger blocks for a moment")]
async fn changed<T: Send + 'static>(
    ledger: &Arc<dyn Ledger>,
    name: &str,
    mut change: impl FnMut(&mut Spent) -> T + Send + 'static,
) -> Option<T> {
    let (ledger, name) = (Arc::clone(ledger), name.to_owned());
    let work = move || {
        let mut given = None;
        ledger.change(&name, &mut |spent| given = Some(change(spent)));
        given
    };
    tokio::task::spawn_blocking(work).await.ok().flatten()
}
