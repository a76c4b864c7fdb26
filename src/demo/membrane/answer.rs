//! Answers and the error envelope (§5).

use crate::demo::http::Reply;
use serde_json::{Value, json};

/// What a handler gives.
pub type Answer<T = Given> = Result<T, Refusal>;

/// A good answer.
#[derive(Debug)]
pub enum Given {
    /// 200 with JSON.
    Json(Value),
    /// 200 without a body.
    Empty,
    /// 204.
    Nothing,
}

/// The envelope of an error with its status.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `{type, key, message, …}`.
    pub body: Value,
}

/// An error of that kind.
pub fn refuse(status: u16, kind: &str, key: &str, message: &str) -> Refusal {
    Refusal { status, body: json!({"type": kind, "key": key, "message": message}) }
}

/// 400.
pub fn bad_request(message: &str) -> Refusal {
    refuse(400, "bad_request", "bad_request", message)
}

/// 404 for a thing by its id or key.
pub fn found(what: &str, name: &str) -> Refusal {
    refuse(404, "bad_request", "not_found", &format!("There is no {what} {name:?}"))
}

/// 401.
pub fn unknown_caller(message: &str) -> Refusal {
    refuse(401, "bad_request", "not_authenticated", message)
}

/// 403.
pub fn denied(message: &str) -> Refusal {
    refuse(403, "bad_request", "access_denied", message)
}

impl Refusal {
    /// With something more in its envelope.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Refusal {
        if let Some(body) = self.body.as_object_mut() {
            body.insert(name.to_owned(), value);
        }
        self
    }
}

impl From<Value> for Given {
    fn from(value: Value) -> Given {
        Given::Json(value)
    }
}

impl From<Given> for Reply {
    fn from(given: Given) -> Reply {
        match given {
            Given::Json(value) => json_reply(200, &value),
            Given::Empty => Reply { status: 200, headers: Vec::new(), body: Vec::new() },
            Given::Nothing => Reply { status: 204, headers: Vec::new(), body: Vec::new() },
        }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        json_reply(refusal.status, &refusal.body)
    }
}

/// JSON with its status.
pub fn json_reply(status: u16, value: &Value) -> Reply {
    let headers = vec![("Content-Type", "application/json; charset=utf-8".to_owned())];
    Reply { status, headers, body: value.to_string().into_bytes() }
}

/// A page for people.
pub fn html(status: u16, text: &str) -> Reply {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Membrane</title></head><body>{text}</body></html>"
    );
    let headers = vec![("Content-Type", "text/html; charset=utf-8".to_owned())];
    Reply { status, headers, body: page.into_bytes() }
}

/// A list's page: `limit` and `cursor` as the caller gave them; the cursor is a place (§3 Pagination).
pub fn page(items: Vec<Value>, limit: Option<&str>, cursor: Option<&str>, usual: usize) -> Value {
    let limit: usize = limit.and_then(|text| text.parse().ok()).unwrap_or(usual).clamp(1, 1000);
    let from: usize = cursor.and_then(|text| text.parse().ok()).unwrap_or(0);
    let all = items.len();
    let some: Vec<Value> = items.into_iter().skip(from).take(limit).collect();
    let next = from + some.len();
    let mut page = json!({"items": some});
    if next < all {
        page["cursor"] = json!(next.to_string());
    }
    page
}
