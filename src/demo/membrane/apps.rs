//! The other dialects as Membrane sees them: where their API begins, and how their doors open.

use crate::demo::http::{Dialect, Reply, Request};
use std::sync::{Arc, Mutex, PoisonError};

/// Another dialect that Membrane reaches with credentials of its own.
#[derive(Clone)]
pub struct Sibling {
    /// The connector's key: `espocrm`.
    pub key: &'static str,
    /// For people: `EspoCRM`.
    pub name: &'static str,
    /// The path below which the dialect answers.
    pub prefix: &'static str,
    /// The path at which the connector's base URL ends: what the proxy puts before each path.
    pub base: &'static str,
    /// How Membrane signs in.
    pub door: Door,
    /// Who answers.
    pub dialect: Arc<dyn Dialect>,
    /// Held while somebody signs in.
    pub turn: Arc<Mutex<()>>,
}

/// How credentials travel.
#[derive(Clone)]
pub enum Door {
    /// A header.
    Header(&'static str, String),
    /// Vtiger's open source: user and access key, exchanged for a session's name.
    Vtiger(String, String),
    /// Vtiger's open source with a session that has ended.
    Ended,
}

impl std::fmt::Debug for Sibling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sibling({})", self.key)
    }
}

impl Sibling {
    /// Whether a path of the site is this dialect's: what stands below its prefix.
    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.prefix)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// Asks the dialect with Membrane's credentials; `path` is below the site. Outside of the
    /// dialect the site answers with its own page.
    pub fn ask(&self, path: &str, request: Request) -> Reply {
        self.ask_by(&self.door, path, request)
    }

    /// Asks it with credentials that it no longer takes.
    pub fn refuse(&self, path: &str, request: Request) -> Reply {
        let door = match &self.door {
            Door::Header(name, _) => Door::Header(name, "ended".to_owned()),
            Door::Vtiger(..) | Door::Ended => Door::Ended,
        };
        self.ask_by(&door, path, request)
    }

    fn ask_by(&self, door: &Door, path: &str, mut request: Request) -> Reply {
        let Some(below) = self.below(path) else {
            return super::answer::html(404, "<h1>404 Not Found</h1>");
        };
        below.clone_into(&mut request.path);
        match door {
            Door::Header(name, value) => request.headers.push(((*name).to_owned(), value.clone())),
            Door::Vtiger(user, key) => self.enter(user, key, &mut request),
            Door::Ended => with_session("ended", &mut request),
        }
        self.dialect.answer(&request)
    }

    /// Challenge and answer, then the session's name in the address. The platform would keep the
    /// session; here each request opens one.
    fn enter(&self, user: &str, key: &str, request: &mut Request) {
        // Of two sign-ins at once the later challenge voids the earlier one (A3).
        let session = {
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            self.session(user, key)
        };
        let Some(session) = session else { return };
        with_session(&session, request);
    }

    fn session(&self, user: &str, key: &str) -> Option<String> {
        let form = |pairs: &[(&str, &str)]| {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(pairs);
            form.finish()
        };
        let path = "/webservice.php".to_owned();
        let query = form(&[("operation", "getchallenge"), ("username", user)]);
        let get = Request { method: "GET".into(), path: path.clone(), query, ..Request::default() };
        let token = text(&self.dialect.answer(&get), "token")?;
        let hash = md5_hex(&format!("{token}{key}"));
        let body = form(&[("operation", "login"), ("username", user), ("accessKey", &hash)]);
        let kind = ("content-type".into(), "application/x-www-form-urlencoded".into());
        let post = Request {
            method: "POST".into(),
            path,
            headers: vec![kind],
            body: body.into_bytes(),
            ..Request::default()
        };
        text(&self.dialect.answer(&post), "sessionName")
    }
}

fn with_session(session: &str, request: &mut Request) {
    let pair: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("sessionName", session)
        .finish();
    let before = std::mem::take(&mut request.query);
    request.query = if before.is_empty() { pair } else { format!("{before}&{pair}") };
}

fn text(reply: &Reply, name: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
    body.get("result")?.get(name)?.as_str().map(str::to_owned)
}

fn md5_hex(text: &str) -> String {
    use md5::{Digest, Md5};
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16));
    Md5::digest(text.as_bytes()).iter().flat_map(digits).flatten().collect()
}
