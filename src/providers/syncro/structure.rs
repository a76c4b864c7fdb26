//! Who is signed in, and what there is.
use std::sync::Arc;

use serde_json::Value as Json;

use super::{
    done, entity_type,
    errors::{self, About},
    schema::{self, Told},
    send,
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

/// Where the account tells of itself, in the order in which it is asked.
const PLACES: [&[&str]; 4] =
    [&["me"], &["settings"], &["settings", "tabs"], &["tickets", "settings"]];

/// Reads what an account tells; what a permission hides is left out.
#[derive(Debug, Default)]
pub struct Tell {
    /// What was told so far.
    pub told: Told,
    asked: usize,
}

impl Tell {
    /// Without `/me`, where nobody asks who it is.
    pub fn without_me() -> Self {
        Self { told: Told::default(), asked: 1 }
    }

    /// The next exchange; `None` = everything was told.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Option<Exchange>, Error> {
        if let Some(response) = answer {
            self.read(response)?;
        }
        let place = PLACES.get(self.asked);
        self.asked += 1;
        Ok(place.map(|path| Exchange::get(path.iter().copied())))
    }

    fn read(&mut self, response: &Response) -> Result<(), Error> {
        let at = self.asked.saturating_sub(1);
        if at == 0 {
            self.told.me = me(response)?;
            return Ok(());
        }
        let resource = PLACES.get(at).copied().unwrap_or_default().join("/");
        let about = About { resource: &resource, ..About::default() };
        let told = match errors::body(response, about) {
            Ok(json) => json,
            // Closed to this token, or not known to this account: the written schema holds.
            Err(Error::Forbidden { .. } | Error::NotFound { .. }) => Json::Null,
            Err(error) => return Err(error),
        };
        match at {
            1 => self.told.settings = told,
            2 => self.told.tabs = told,
            _ => self.told.tickets = told,
        }
        Ok(())
    }
}

/// The schema.
#[derive(Debug, Default)]
pub struct Types(Tell);

impl Types {
    /// What comes next.
    pub fn next(&mut self, context: &Context, answer: Option<&Response>) -> Result<Step, Error> {
        if let Some(exchange) = self.0.next(answer)? {
            return Ok(send(exchange));
        }
        let scripts: Vec<_> = context.scripts.iter().map(|script| script.label.clone()).collect();
        let schema = schema::schema(&self.0.told, &context.site, &scripts)?;
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
