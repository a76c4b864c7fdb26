//! Trying a connection, step by step: what the wizard and `connection test` show.
use jiff::Timestamp;

use super::site::Site;
use crate::{
    domain::{
        action::{Action, Failure, Outcome},
        error::Error,
        schema::{Me, Schema},
    },
    net::{channel, exchange::Exchange, reason::NO_SUCH_HOST},
};

/// What is tried, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::EnumIter)]
pub enum Step {
    /// The address can be read, and its host is known.
    Address,
    /// Somebody answers, and TLS holds.
    Answers,
    /// It is the product.
    Product,
    /// The login is taken.
    SignIn,
    /// What the user may do.
    Permissions,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Well.
    Passed {
        /// How long it took.
        ms: u32,
        /// What was found; raw, may be empty.
        note: String,
    },
    /// Badly; those behind it are not reached.
    Failed {
        /// Why.
        error: Error,
    },
    /// An earlier step failed.
    NotReached,
}

/// One step of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Which.
    pub step: Step,
    /// How it ended.
    pub state: State,
}

pub(super) const ALL: [Step; 5] =
    [Step::Address, Step::Answers, Step::Product, Step::SignIn, Step::Permissions];

/// Tells of the steps as they end, with the time since the one before.
struct Report<'a, F> {
    tell: &'a F,
    clock: fn() -> Timestamp,
    last: std::sync::Mutex<Timestamp>,
}

impl<F: Fn(TestStep)> Report<'_, F> {
    fn passed(&self, step: Step, note: impl Into<String>) {
        let now = (self.clock)();
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ms = now.duration_since(*last).as_millis().max(0);
        *last = now;
        drop(last);
        let ms = u32::try_from(ms).unwrap_or(u32::MAX);
        (self.tell)(TestStep { step, state: State::Passed { ms, note: note.into() } });
    }

    fn failed<T>(&self, step: Step, failure: Failure) -> Result<T, Failure> {
        let error = failure.error.clone();
        (self.tell)(TestStep { step, state: State::Failed { error } });
        for later in ALL.into_iter().filter(|later| *later > step) {
            (self.tell)(TestStep { step: later, state: State::NotReached });
        }
        Err(failure)
    }
}

/// See [`super::Layer::test`].
pub(super) async fn run(
    site: &Site,
    clock: fn() -> Timestamp,
    tell: &(impl Fn(TestStep) + Send + Sync),
) -> Result<Me, Failure> {
    let report = Report { tell, clock, last: std::sync::Mutex::new(clock()) };
    reached(site, &report).await?;
    let me = signed_in(site, &report).await?;
    let schema = match site.session.run(Action::Types, site.context(None), |_| {}).await {
        Ok(Outcome::Schema(schema)) => schema,
        Ok(_) => return report.failed(Step::Permissions, Error::bug("no schema").into()),
        Err(failure) => return report.failed(Step::Permissions, failure),
    };
    report.passed(Step::Permissions, rights(&schema));
    Ok(me)
}

/// Somebody answers to a request without login, whatever they say.
async fn reached(site: &Site, report: &Report<'_, impl Fn(TestStep)>) -> Result<(), Failure> {
    let address = match channel::site(&site.connection().url) {
        Ok(address) => address,
        Err(error) => return report.failed(Step::Address, error.into()),
    };
    let nothing: [&str; 0] = [];
    match site.session.probe(Exchange::get(nothing)).await {
        Ok(response) => {
            report.passed(Step::Address, address.as_str());
            let tls = if address.scheme() == "https" { "TLS, " } else { "" };
            report.passed(Step::Answers, format!("{tls}HTTP {}", response.status));
            Ok(())
        }
        Err(failure) => {
            let unknown = matches!(&failure.error, Error::Offline { reason } if reason.starts_with(NO_SUCH_HOST));
            if unknown || matches!(failure.error, Error::Usage { .. }) {
                return report.failed(Step::Address, failure);
            }
            report.passed(Step::Address, address.as_str());
            report.failed(Step::Answers, failure)
        }
    }
}

async fn signed_in(site: &Site, report: &Report<'_, impl Fn(TestStep)>) -> Result<Me, Failure> {
    let product = site.connection().kind.product();
    match site.whoami().await {
        Ok(me) => {
            report.passed(Step::Product, product);
            report.passed(Step::SignIn, me.name.as_str());
            Ok(me)
        }
        Err(failure) if is_about_login(&failure.error) => {
            report.passed(Step::Product, product);
            report.failed(Step::SignIn, failure)
        }
        Err(failure) => report.failed(Step::Product, failure),
    }
}

fn is_about_login(error: &Error) -> bool {
    matches!(
        error,
        Error::Unauthorized { .. }
            | Error::SecondFactor
            | Error::Forbidden { .. }
            | Error::LockedOut { .. }
            | Error::Disk { .. }
    )
}

fn rights(schema: &Schema) -> String {
    let types = || schema.entity_types.values().filter(|entity_type| entity_type.rights.read);
    let writable = types().filter(|entity_type| entity_type.rights.edit).count();
    format!("{}: {} types to read, {writable} to write", schema.product, types().count())
}
