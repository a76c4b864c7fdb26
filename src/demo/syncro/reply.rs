//! Answers, and refusals in all their shapes (§5).

use crate::demo::http::Reply;
use serde_json::{Value, json};

/// A refusal: what a handler returns instead of an answer.
#[derive(Debug)]
pub struct Refusal(pub Reply);

/// What a handler gives.
pub type Answer = Result<Reply, Refusal>;

/// JSON with a status.
pub fn with(status: u16, value: &Value) -> Reply {
    let headers = vec![("Content-Type", "application/json; charset=utf-8".to_owned())];
    Reply { status, headers, body: value.to_string().into_bytes() }
}

/// A good answer.
#[expect(clippy::unnecessary_wraps, reason = "it ends handlers")]
pub fn ok(value: &Value) -> Answer {
    Ok(with(200, value))
}

/// A good answer with nothing in it.
pub fn nothing(status: u16) -> Reply {
    Reply { status, headers: Vec::new(), body: Vec::new() }
}

/// A page, as frameworks answer what does not reach the application.
pub fn page(status: u16, title: &str) -> Refusal {
    let body = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    );
    let headers = vec![("Content-Type", "text/html; charset=utf-8".to_owned())];
    Refusal(Reply { status, headers, body: body.into_bytes() })
}

/// A refusal with a JSON body.
pub fn refuse(status: u16, body: &Value) -> Refusal {
    Refusal(with(status, body))
}

/// 404 without a word.
pub fn missing() -> Refusal {
    Refusal(nothing(404))
}

/// 404 with `{"message":"Not found"}`.
pub fn not_found() -> Refusal {
    refuse(404, &json!({"message": "Not found"}))
}

/// 401: the permission is missing.
pub fn not_authorized() -> Refusal {
    refuse(
        401,
        &json!({"error": "Not authorized. Please ask account admin to update your group permissions."}),
    )
}

/// 422 `{"success":false,"message":[…],"params":{…}}`.
pub fn invalid(messages: &[String], params: &Value) -> Refusal {
    refuse(422, &json!({"success": false, "message": messages, "params": params}))
}

/// 422 `{"error":…}`.
pub fn error(error: impl Into<Value>) -> Refusal {
    let error: Value = error.into();
    refuse(422, &json!({"error": error}))
}

/// 422 `{"errors":…}`.
pub fn errors(errors: impl Into<Value>) -> Refusal {
    let errors: Value = errors.into();
    refuse(422, &json!({"errors": errors}))
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        page(500, &format!("demo store: {error}"))
    }
}
