//! Trying a connection, step by step: what the wizard and `connection test` show.
use jiff::Timestamp;
use strum::IntoEnumIterator;

use super::site::Site;
use crate::{
    domain::{
        action::{Action, Failure, Outcome},
        check::{Check, CheckState, CheckStep},
        error::Error,
        schema::{Me, Schema},
    },
    net::{channel, exchange::Exchange, reason::NO_SUCH_HOST},
};

/// Tells of the steps as they end, with the time since the one before.
struct Report<'a, F> {
    tell: &'a F,
    clock: fn() -> Timestamp,
    last: std::sync::Mutex<Timestamp>,
}

impl<F: Fn(CheckStep)> Report<'_, F> {
    fn passed(&self, check: Check, note: impl Into<String>) {
        let now = (self.clock)();
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ms = now.duration_since(*last).as_millis().max(0);
        *last = now;
        drop(last);
        let ms = u32::try_from(ms).unwrap_or(u32::MAX);
        (self.tell)(CheckStep { check, state: CheckState::Passed(ms, note.into()) });
    }

    fn failed<T>(&self, check: Check, failure: Failure) -> Result<T, Failure> {
        let error = failure.error.clone();
        (self.tell)(CheckStep { check, state: CheckState::Failed(error) });
        for later in Check::iter().filter(|later| *later > check) {
            (self.tell)(CheckStep { check: later, state: CheckState::NotReached });
        }
        Err(failure)
    }
}

/// See [`super::Layer::test`].
pub(super) async fn run(
    site: &Site,
    clock: fn() -> Timestamp,
    tell: &(impl Fn(CheckStep) + Send + Sync),
) -> Result<Me, Failure> {
    let report = Report { tell, clock, last: std::sync::Mutex::new(clock()) };
    reached(site, &report).await?;
    let me = signed_in(site, &report).await?;
    let schema = match site.session.run(Action::Types, site.context(None), |_| {}).await {
        Ok(Outcome::Schema(schema)) => schema,
        Ok(_) => return report.failed(Check::Permissions, Error::bug("no schema").into()),
        Err(failure) => return report.failed(Check::Permissions, failure),
    };
    report.passed(Check::Permissions, rights(&schema));
    Ok(me)
}

/// Somebody answers to a request without login, whatever they say.
async fn reached(site: &Site, report: &Report<'_, impl Fn(CheckStep)>) -> Result<(), Failure> {
    if let Some(via) = &site.connection().via {
        // Its address is the sign-in's, which has a test of its own.
        report.passed(Check::Address, format!("through {}", via.connection));
        report.passed(Check::Answers, via.id.as_str());
        return Ok(());
    }
    let address = match channel::site(&site.connection().url) {
        Ok(address) => address,
        Err(error) => return report.failed(Check::Address, error.into()),
    };
    let nothing: [&str; 0] = [];
    match site.session.probe(Exchange::get(nothing)).await {
        Ok(response) => {
            report.passed(Check::Address, address.as_str());
            let tls = if address.scheme() == "https" { "TLS, " } else { "" };
            report.passed(Check::Answers, format!("{tls}HTTP {}", response.status));
            Ok(())
        }
        Err(failure) => {
            let unknown = matches!(&failure.error, Error::Offline { reason } if reason.starts_with(NO_SUCH_HOST));
            if unknown || matches!(failure.error, Error::Usage { .. }) {
                return report.failed(Check::Address, failure);
            }
            report.passed(Check::Address, address.as_str());
            report.failed(Check::Answers, failure)
        }
    }
}

async fn signed_in(site: &Site, report: &Report<'_, impl Fn(CheckStep)>) -> Result<Me, Failure> {
    let product = site.connection().kind.product();
    match site.whoami().await {
        Ok(me) => {
            report.passed(Check::Product, product);
            report.passed(Check::SignIn, me.name.as_str());
            Ok(me)
        }
        Err(failure) if is_about_login(&failure.error) => {
            report.passed(Check::Product, product);
            report.failed(Check::SignIn, failure)
        }
        Err(failure) => report.failed(Check::Product, failure),
    }
}

fn is_about_login(error: &Error) -> bool {
    matches!(
        error,
        Error::Unauthorized { .. }
            | Error::SecondFactor
            | Error::Forbidden { .. }
            | Error::LockedOut { .. }
            | Error::Mend { .. }
            | Error::Disk { .. }
    )
}

fn rights(schema: &Schema) -> String {
    let types = || schema.entity_types.values().filter(|entity_type| entity_type.rights.read);
    let writable = types().filter(|entity_type| entity_type.rights.edit).count();
    format!("{}: {} types to read, {writable} to write", schema.product, types().count())
}
