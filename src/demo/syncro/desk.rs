//! What a handler works with: the request as it was understood, the documents, the caller.

use super::access::Caller;
use super::fields;
use super::kinds::Kind;
use super::outbox::Sent;
use super::reply::{Refusal, missing, not_authorized, page};
use super::shelf::{Doc, Record, Shelf};
use super::upload::{self, Upload};
use super::{Syncro, time};
use crate::demo::http::Request;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

/// A request as it was understood.
#[derive(Debug, Default)]
pub struct Ask {
    /// In upper case.
    pub method: String,
    /// The parts of the path, decoded.
    pub parts: Vec<String>,
    /// The query's parameters, in their order.
    pub query: Vec<(String, String)>,
    /// The body's members; none where it is no object.
    pub body: Map<String, Value>,
    /// The body as it came.
    pub raw: Value,
    /// The file that came instead of a body.
    pub upload: Option<Upload>,
}

impl Ask {
    /// Reads a request. A write that does not call itself JSON meets a page (§1); what it carries is looked at later.
    pub fn read(request: &Request) -> Result<Ask, Refusal> {
        let decoded = |part: &str| {
            form_urlencoded::parse(format!("x={}", part.replace('+', "%2B")).as_bytes())
                .next()
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let parts = request
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(decoded)
            .collect::<Vec<_>>();
        let query = form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        let raw = body(request)?;
        let body = raw.as_object().cloned().unwrap_or_default();
        let upload = upload::read(request);
        Ok(Ask { method: request.method.clone(), parts, query, body, raw, upload })
    }

    /// A query parameter that is not empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name)?;
        Some(found.1.as_str()).filter(|value| !value.is_empty())
    }

    /// All values of a query parameter that is a list: `statuses[]`.
    pub fn query_all(&self, name: &str) -> Vec<&str> {
        self.query
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// A query parameter that is a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.query(name)?.trim().parse().ok()
    }

    /// A query parameter that says yes.
    pub fn is(&self, name: &str) -> bool {
        self.query(name).is_some_and(|text| fields::flag(&json!(text)) == Some(true))
    }

    /// A query parameter that is a moment.
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.query(name).and_then(time::moment)
    }

    /// A member of the body that is a whole number.
    pub fn sent(&self, name: &str) -> Option<i64> {
        fields::whole(self.body.get(name)?)
    }

    /// The body, to be sent back with a complaint.
    pub fn params(&self) -> Value {
        Value::Object(self.body.clone())
    }
}

fn body(request: &Request) -> Result<Value, Refusal> {
    if matches!(request.method.as_str(), "GET" | "HEAD") {
        return Ok(Value::Null);
    }
    if upload::is_one(request) {
        return Ok(Value::Null);
    }
    let kind = request.header("content-type").unwrap_or_default().to_lowercase();
    if !kind.starts_with("application/json") {
        return Err(page(400, "400 Bad Request"));
    }
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&request.body).map_err(|_| page(400, "400 Bad Request"))
}

/// What a handler works with.
pub struct Desk<'a> {
    /// The dialect.
    pub syncro: &'a Syncro,
    /// The documents.
    pub shelf: Shelf<'a>,
    /// Who asks.
    pub caller: Caller,
    /// What they ask.
    pub ask: &'a Ask,
    /// When.
    pub now: Timestamp,
}

impl Desk<'_> {
    /// Refuses who has not this permission.
    pub fn needs(&self, right: &str) -> Result<(), Refusal> {
        if self.caller.may(right) { Ok(()) } else { Err(not_authorized()) }
    }

    /// The caller's user id.
    pub fn me(&self) -> i64 {
        Kind::User.base() + self.caller.place
    }

    /// The document with the id of a path's part, or a 404 without a word.
    pub fn find(&self, kind: Kind, id: &str) -> Result<Record, Refusal> {
        self.look(kind, id)?.ok_or_else(missing)
    }

    /// The document with the id of a path's part.
    pub fn look(&self, kind: Kind, id: &str) -> Result<Option<Record>, Refusal> {
        match id.parse() {
            Ok(id) => Ok(self.shelf.get(kind, id)?),
            Err(_) => Ok(None),
        }
    }

    /// The document that a member points to.
    pub fn linked(&self, kind: Kind, id: &Value) -> Result<Option<Record>, Refusal> {
        match fields::whole(id) {
            Some(id) => Ok(self.shelf.get(kind, id)?),
            None => Ok(None),
        }
    }

    /// Adds a document.
    pub fn add(&self, kind: Kind, doc: Doc) -> Result<Record, Refusal> {
        Ok(self.shelf.add(kind, doc, self.now)?)
    }

    /// Writes a document back.
    pub fn save(&self, kind: Kind, record: &mut Record) -> Result<(), Refusal> {
        Ok(self.shelf.save(kind, record, self.now)?)
    }

    /// Writes down what would have left the house.
    pub fn send(&self, what: &'static str, to: &str, about: String, content: Value) {
        self.syncro.outbox.add(Sent { what, to: to.to_owned(), about, content });
    }
}
