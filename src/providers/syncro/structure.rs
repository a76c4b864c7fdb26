//! Who is signed in, and what there is.
use std::sync::Arc;

use serde_json::Value as Json;

use super::{
    done, entity_type,
    errors::{self, About},
    schema::{self, Told},
    send, wanting_json,
};
use crate::{
    domain::{action::Outcome, error::Error, schema::EntityName},
    net::exchange::{Exchange, Response},
    providers::{Context, Step},
};

/// `/me`: the check that a token works (§1).
#[derive(Debug)]
pub struct Whoami;

impl Whoami {
    /// What comes next.
    #[expect(clippy::unused_self, reason = "every flow is driven alike")]
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        match answer {
            None => Ok(send(Exchange::get(["me"]))),
            Some(response) => Ok(done(Outcome::Me(schema::me(&me(response)?)?))),
        }
    }
}

/// Who the token belongs to. A refusal here is about the token, whatever it says.
pub fn me(response: &Response) -> Result<Json, Error> {
    let about = About { resource: "me", ..About::default() };
    errors::body(response, about).map_err(about_token)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all others are what they are")]
fn about_token(error: Error) -> Error {
    match error {
        Error::Forbidden { .. } => {
            let reason = "the token is not known, has ended, or may do nothing".to_owned();
            Error::Unauthorized { reason }
        }
        Error::NotFound { what } => Error::NotThisProduct { reason: what },
        error => error,
    }
}

/// Where the account tells of itself.
const PLACES: [&[&str]; 4] =
    [&["me"], &["settings"], &["settings", "tabs"], &["tickets", "settings"]];

/// What one place tells, put where it belongs. What a permission hides is left out: the written
/// schema holds then.
fn take(told: &mut Told, place: &[&str], response: &Response) -> Result<(), Error> {
    if place == ["me"] {
        told.me = me(response)?;
        return Ok(());
    }
    let resource = place.join("/");
    let about = About { resource: &resource, ..About::default() };
    let json = match errors::body(response, about) {
        Ok(json) => json,
        Err(Error::Forbidden { .. } | Error::NotFound { .. }) => Json::Null,
        Err(error) => return Err(error),
    };
    match place {
        ["settings"] => told.settings = json,
        ["settings", "tabs"] => told.tabs = json,
        _ => told.tickets = json,
    }
    Ok(())
}

/// Reads the settings, one place after another.
#[derive(Debug)]
pub struct Tell {
    /// What was told so far.
    pub told: Told,
    asked: usize,
}

impl Tell {
    /// Nobody asks who it is.
    pub fn settings() -> Self {
        Self { told: Told::default(), asked: 0 }
    }

    /// The next exchange; `None` = everything was told.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Option<Exchange>, Error> {
        if let (Some(response), Some(place)) = (answer, PLACES.get(self.asked)) {
            take(&mut self.told, place, response)?;
        }
        self.asked += 1;
        Ok(PLACES.get(self.asked).map(|path| Exchange::get(path.iter().copied())))
    }
}

/// The schema: all places are asked at once.
#[derive(Debug)]
pub struct Types;

impl Types {
    /// The questions.
    #[expect(clippy::unused_self, reason = "every flow is driven alike")]
    pub fn ask(&self) -> Step {
        let ask = |path: &&[&str]| wanting_json(Exchange::get(path.iter().copied()));
        Step::SendAll(PLACES.iter().map(ask).collect())
    }

    /// The answers, in the same order.
    #[expect(clippy::unused_self, reason = "every flow is driven alike")]
    pub fn take(&self, context: &Context, responses: &[Response]) -> Result<Step, Error> {
        if responses.len() != PLACES.len() {
            return Err(Error::bug("other answers came than were asked for"));
        }
        let mut told = Told::default();
        for (place, response) in PLACES.iter().zip(responses) {
            take(&mut told, place, response)?;
        }
        let scripts: Vec<_> = context.scripts.iter().map(|script| script.label.clone()).collect();
        let schema = schema::schema(&told, &context.site, &scripts)?;
        Ok(done(Outcome::Schema(Arc::new(schema))))
    }
}

/// The schema holds the layouts already.
#[derive(Debug)]
pub struct Describe(pub EntityName);

impl Describe {
    /// What comes next.
    pub fn next(&self, context: &Context) -> Result<Step, Error> {
        let described = entity_type(context, &self.0)?.clone();
        Ok(done(Outcome::Type(Box::new(described))))
    }
}
