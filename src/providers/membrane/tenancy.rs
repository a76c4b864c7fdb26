//! From a person's token to a tenant's: the person's workspace is found by its key, and asked for
//! a token of the tenant. §1c.
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::{errors, jwt, list::items};
use crate::{
    domain::{error::Error, secret::Secret},
    net::exchange::{Exchange, Method, Response},
    providers::{
        Input, Step,
        json::{text, unreadable},
    },
};

/// As many workspaces as come at once.
const AT_ONCE: &str = "100";

/// So many pages of them are looked through.
const PAGES: u32 = 20;

/// How long a token that does not say is taken to hold.
const USUAL: SignedDuration = SignedDuration::from_hours(1);

/// The exchanges for one token.
pub struct Tenancy {
    person: Secret,
    workspace: String,
    tenant: String,
    now: Timestamp,
    seen: Vec<String>,
    pages: u32,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Searching,
    Asking,
}

impl std::fmt::Debug for Tenancy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tenancy({:?})", self.at)
    }
}

impl Tenancy {
    /// In the workspace of that key, as that tenant; an empty one is Membrane's own choice.
    pub fn new(person: Secret, workspace: &str, tenant: &str, now: Timestamp) -> Self {
        let (workspace, tenant) = (workspace.to_owned(), tenant.to_owned());
        Self { person, workspace, tenant, now, seen: Vec::new(), pages: 0, at: At::Start }
    }

    /// What comes next; ends with the token and its end.
    pub fn next(&mut self, input: Input) -> Step<(Secret, Timestamp)> {
        let step = match (self.at, input) {
            (At::Start, Input::Go) => Ok(self.search(None)),
            (At::Searching, Input::Answer(response)) => self.found(&response),
            (At::Asking, Input::Answer(response)) => {
                self.given(&response).map(|it| Step::Done(Ok(it)))
            }
            (At::Start | At::Searching | At::Asking, _) => {
                Err(Error::bug("a sign-in was driven out of turn"))
            }
        };
        step.unwrap_or_else(|error| Step::Done(Err(error)))
    }

    fn search(&mut self, cursor: Option<&str>) -> Step<(Secret, Timestamp)> {
        self.at = At::Searching;
        self.pages += 1;
        let exchange = Exchange::get(["org-workspaces"]).query("limit", AT_ONCE);
        self.send(match cursor {
            Some(cursor) => exchange.query("cursor", cursor),
            None => exchange,
        })
    }

    /// Each comes with its secret, of which nothing is kept.
    fn found(&mut self, response: &Response) -> Result<Step<(Secret, Timestamp)>, Error> {
        let body = errors::body(response, "org-workspaces").map_err(refused)?;
        let (found, cursor) = items(&body)?;
        let is_it = |one: &&Json| text(one, "key") == Some(self.workspace.as_str());
        if let Some(id) = found.iter().find(is_it).and_then(|one| text(one, "id")) {
            self.at = At::Asking;
            let path = ["org-workspaces", id, "access-token"];
            let body = match self.tenant.as_str() {
                "" => json!({}),
                tenant => json!({ "tenantKey": tenant }),
            };
            // A second token does no harm.
            let exchange = Exchange::new(Method::Post, path).json(body);
            return Ok(self.send(Exchange { is_safe: true, ..exchange }));
        }
        let keys = found.iter().filter_map(|one| text(one, "key")).map(str::to_owned);
        self.seen.extend(keys);
        match cursor.filter(|_| !found.is_empty() && self.pages < PAGES) {
            Some(cursor) => Ok(self.search(Some(&cursor))),
            None => Err(Error::Unauthorized { reason: self.missing() }),
        }
    }

    fn missing(&self) -> String {
        let known: Vec<&str> = self.seen.iter().take(8).map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!("there is no workspace with the key {} (there is: {known})", self.workspace)
    }

    fn given(&self, response: &Response) -> Result<(Secret, Timestamp), Error> {
        let body = errors::body(response, "access-token").map_err(refused)?;
        let token = text(&body, "token").ok_or_else(|| unreadable("token", "a text"))?;
        let token = Secret::new(token);
        let usual = || self.now.checked_add(USUAL).unwrap_or(self.now);
        let ends = jwt::ends(&token).unwrap_or_else(usual);
        Ok((token, ends))
    }

    fn send(&self, exchange: Exchange) -> Step<(Secret, Timestamp)> {
        Step::Send(Box::new(super::auth::bearing(exchange, &self.person)))
    }
}

/// A tenant's token cannot ask for tenants' tokens.
fn refused(error: Error) -> Error {
    if let Error::Forbidden { what } = &error {
        let reason = format!("the login is no person's of the platform: {what}");
        return Error::Unauthorized { reason };
    }
    error
}

#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm, reason = "a test stops where it is surprised")]
mod tests {
    use super::*;

    fn answer(status: u16, body: &Json) -> Input {
        let body = body.to_string().into_bytes();
        Input::Answer(Response { status, headers: Vec::new(), body })
    }

    fn begun(tenant: &str) -> (Tenancy, Exchange) {
        let now = Timestamp::from_second(1_764_000_000).unwrap();
        let mut tenancy = Tenancy::new(Secret::new("person"), "wk-2", tenant, now);
        let Step::Send(asked) = tenancy.next(Input::Go) else { panic!() };
        (tenancy, *asked)
    }

    #[test]
    fn the_workspace_is_found_on_any_page_and_gives_a_token() {
        let (mut tenancy, asked) = begun("acme");
        assert_eq!(asked.path, ["org-workspaces"]);
        assert_eq!(asked.secret_headers[0].1.reveal(), "Bearer person");
        let first = json!({"items": [{"id": "w1", "key": "wk-1", "secret": "x"}], "cursor": 1});
        let Step::Send(asked) = tenancy.next(answer(200, &first)) else { panic!() };
        assert!(asked.query.contains(&("cursor".to_owned(), "1".to_owned())));
        let second = json!({"items": [{"id": "w2", "key": "wk-2", "secret": "y"}]});
        let Step::Send(asked) = tenancy.next(answer(200, &second)) else { panic!() };
        assert_eq!(asked.path, ["org-workspaces", "w2", "access-token"]);
        assert_eq!(
            asked.body,
            Some(crate::net::exchange::Body::Json(json!({"tenantKey": "acme"})))
        );
        let Step::Done(Ok((token, ends))) = tenancy.next(answer(200, &json!({"token": "t"})))
        else {
            panic!()
        };
        assert_eq!((token.reveal(), ends.as_second()), ("t", 1_764_003_600));
    }

    #[test]
    fn a_workspace_that_is_not_theirs_is_refused_with_those_that_are() {
        let (mut tenancy, _) = begun("");
        let none = json!({"items": [{"id": "w1", "key": "wk-1", "secret": "5ecret"}]});
        let Step::Done(Err(Error::Unauthorized { reason })) = tenancy.next(answer(200, &none))
        else {
            panic!()
        };
        assert!(reason.contains("wk-1") && !reason.contains("5ecret"), "{reason}");
        let (mut tenancy, _) = begun("");
        let denied = json!({"type": "bad_request", "key": "access_denied", "message": "No"});
        let end = tenancy.next(answer(403, &denied));
        assert!(matches!(end, Step::Done(Err(Error::Unauthorized { .. }))));
    }
}
