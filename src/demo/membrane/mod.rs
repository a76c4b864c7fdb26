//! Membrane as its contract describes it: signing in, connections to the company's other dialects and to an app of
//! its own, actions, and the proxy. "§" is a section of the contract.

mod actions;
mod answer;
mod apps;
mod catalogue;
mod connections;
mod connectors;
mod jwt;
mod letterbox;
mod logs;
mod oauth;
mod proxy;
mod requests;
mod run;
mod state;
mod tokens;

use super::books::Books;
use super::http::{Dialect, Reply, Request};
use answer::{Answer, Refusal, found};
pub use apps::{Door, Sibling};
use state::State;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokens::Caller;
pub use tokens::Keys;

/// Where it stands.
pub const PREFIX: &str = "/membrane";

/// The platform, over the other dialects.
pub struct Membrane {
    /// Its own address, without a slash at its end.
    url: String,
    /// The site that all dialects stand on.
    site: String,
    books: Arc<Books>,
    keys: Keys,
    siblings: Vec<Sibling>,
    state: Mutex<State>,
}

/// One request being answered.
struct Visit<'a> {
    membrane: &'a Membrane,
    request: &'a Request,
    query: Vec<(String, String)>,
}

impl Membrane {
    /// On that site, with connections to the siblings.
    pub fn new(books: Arc<Books>, site: &str, siblings: Vec<Sibling>) -> Membrane {
        let keys = Keys::new(books.seed);
        let state = Mutex::new(State::new(&books, &siblings));
        let url = format!("{site}{PREFIX}");
        Membrane { url, site: site.to_owned(), books, keys, siblings, state }
    }

    fn keys(&self) -> &Keys {
        &self.keys
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds since 1970.
    fn now(&self) -> i64 {
        self.books.clock.now().as_second()
    }

    /// The moment as the API writes it.
    fn stamp(&self) -> String {
        format!("{:.3}", self.books.clock.now())
    }
}

impl Dialect for Membrane {
    fn answer(&self, request: &Request) -> Reply {
        let query = url::form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        let visit = Visit { membrane: self, request, query };
        let path: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
        if let Some(reply) = oauth::answer(&visit, &path) {
            return reply;
        }
        if let ["connect", id] = path.as_slice() {
            return requests::page(&visit, id);
        }
        let routed = self.keys.caller(&visit).and_then(|caller| route(&visit, &caller, &path));
        routed.unwrap_or_else(Reply::from)
    }

    /// `POST /_demo/membrane {"token_holds": 5}`: how long the tokens of later sign-ins hold, seconds; and
    /// `{"end_tokens": true}` ends all of them at once; `{"end_sign_ins": true}` also what renews them.
    fn demo_page(&self, request: &Request) -> Option<Reply> {
        if (request.method.as_str(), request.path.as_str()) != ("POST", PREFIX) {
            return None;
        }
        let wish: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut state = self.state();
        if let Some(seconds) = wish.get("token_holds").and_then(serde_json::Value::as_i64) {
            state.token_holds = Some(seconds);
        }
        if wish.get("end_tokens").is_some() {
            state.grants.clear();
        }
        if wish.get("end_sign_ins").is_some() {
            state.grants.clear();
            state.refreshes.clear();
        }
        Some(answer::json_reply(200, &wish))
    }
}

fn route(visit: &Visit<'_>, caller: &Caller, path: &[&str]) -> Result<Reply, Refusal> {
    let method = visit.request.method.as_str();
    if let ["connections", selector, "proxy", rest @ ..] = path {
        return proxy::answer(visit, selector, rest);
    }
    let answer = match path {
        ["self" | "account" | "org-workspaces", ..] => tokens::answer(visit, caller, path),
        ["connections", ..] => return connections::answer(visit, path),
        ["connection-requests", ..] => requests::answer(visit, path),
        ["connection-options"] => connectors::options(visit),
        ["actions", ..] => actions::answer(visit, caller, path),
        ["act"] if method == "POST" => run::act(visit),
        ["action-run-logs", ..] => logs::answer(visit, path),
        ["search" | "integrations" | "external-apps" | "universe", ..] => {
            connectors::answer(visit, path)
        }
        _ => Err(found("path", &path.join("/"))),
    };
    answer.map(Reply::from)
}

impl Visit<'_> {
    /// A query parameter that is not empty.
    fn param(&self, name: &str) -> Option<&str> {
        let value = self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    /// The body as an object.
    fn body(&self) -> Answer<serde_json::Map<String, serde_json::Value>> {
        if self.request.body.is_empty() {
            return Ok(serde_json::Map::new());
        }
        serde_json::from_slice(&self.request.body)
            .map_err(|error| answer::bad_request(&format!("The body is no JSON object: {error}")))
    }
}
