//! What the server says when it refuses. A2: with status 200, or with no JSON at all.
use std::borrow::Cow;

use serde_json::Value as Json;

use super::limits::wait;
use crate::{
    domain::error::Error,
    net::exchange::Response,
    providers::json::{at, text},
};

/// What stands instead of JSON where a file is not to be loaded: a user that does not exist. A2.
const RESTRICTED: &[u8] = b"Sorry! Attempt to access restricted file.";

/// The operations that answer on every Vtiger: what else is there is another product.
const FIRST: [&str; 5] = ["getchallenge", "login", "listtypes", "extendsession", "me"];

/// The result of an operation that succeeded; else its error. `operation` names it for people.
pub fn result(response: &Response, operation: &str) -> Result<Json, Error> {
    let Some(mut envelope) = envelope(response) else { return Err(no_json(response, operation)) };
    match envelope.get("success").and_then(Json::as_bool) {
        Some(true) if response.status < 400 => {
            Ok(envelope.get_mut("result").map(Json::take).unwrap_or_default())
        }
        Some(true | false) | None => Err(refused(&envelope, response)),
    }
}

/// The rows of a query.
pub fn rows(response: &Response, operation: &str) -> Result<Vec<Json>, Error> {
    let mut found = result(response, operation)?;
    if let Some(rows) = found.as_array_mut() {
        return Ok(std::mem::take(rows));
    }
    let reason = format!("awaited a list, not {}", crate::providers::json::kind(&found));
    Err(Error::Unreadable { path: "result".to_owned(), reason })
}

/// The code of a refusal; duplicates have the number 0. A2.
pub fn code_of(response: &Response) -> Option<String> {
    code(&envelope(response)?)
}

/// Whether the answer is none of the product's, so that a write may have landed all the same:
/// HTTP 500 without a body, plain text, a page. A2.
pub fn is_unclear(response: &Response) -> bool {
    envelope(response).is_none() && !matches!(response.status, 300..=499)
}

/// HTTP 500 without a word: the operation is not there, or PHP broke in it. A2.
pub fn is_mute(response: &Response) -> bool {
    response.status == 500 && response.body.trim_ascii().is_empty()
}

/// This server cannot do what others can: it is not offered again.
pub fn cannot(what: &str) -> Error {
    let what = format!(
        "{what}: this server answers HTTP 500 (Vtiger 8.0 on PHP 8 does); do it in the browser, o \
         opens the record"
    );
    Error::Unsupported { what }
}

fn code(envelope: &Json) -> Option<String> {
    match at(envelope, &["error", "code"])? {
        Json::String(code) => Some(code.clone()),
        Json::Number(code) => Some(code.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The answer, if it is one of this product: JSON with `success`. What PHP prints before it, where
/// its errors are shown, is passed over.
fn envelope(response: &Response) -> Option<Json> {
    let body = response.body.trim_ascii();
    let parse = |bytes: &[u8]| {
        let json: Json = serde_json::from_slice(bytes).ok()?;
        json.get("success").is_some_and(Json::is_boolean).then_some(json)
    };
    if let Some(json) = parse(body) {
        return Some(json);
    }
    let begins = [&b"{\"success\":"[..], b"{\"error\":", b"{\"result\":"];
    let is_begin = |place: &usize| {
        let rest = body.get(*place..).unwrap_or_default();
        begins.iter().any(|begin| rest.starts_with(begin))
    };
    let notice = (1..body.len().min(64 * 1024)).find(is_begin)?;
    parse(body.get(notice..)?)
}

fn no_json(response: &Response, operation: &str) -> Error {
    let said = response.phrase().unwrap_or_default();
    let is_page = is_page(response);
    match response.status {
        300..=399 => Error::Redirected { to: response.header("location").unwrap_or_default() },
        401 => Error::Unauthorized { reason: said },
        403 => Error::Forbidden { what: said },
        404 if is_page || FIRST.contains(&operation) => not_this_product(response, operation),
        404 => Error::NotFound { what: said },
        429 => Error::RateLimited { wait: wait(response) },
        400..=499 => Error::Invalid { field: None, reason: or(said, operation) },
        status @ 500.. => Error::Server { status, reason: or(said, operation) },
        _ if response.body.trim_ascii().starts_with(RESTRICTED) => {
            let reason =
                "the server may not load a file for this; an owner that does not exist is \
                          refused so"
                    .to_owned();
            Error::Invalid { field: None, reason }
        }
        _ if is_page && FIRST.contains(&operation) => not_this_product(response, operation),
        _ => unreadable(response, operation),
    }
}

fn or(said: String, operation: &str) -> String {
    if said.is_empty() {
        format!("{operation} failed there without a word: it cannot do it, or broke on this record")
    } else {
        said
    }
}

fn is_page(response: &Response) -> bool {
    response.body.trim_ascii().first() == Some(&b'<')
}

fn not_this_product(response: &Response, operation: &str) -> Error {
    let status = response.status;
    let what = if is_page(response) { "a web page" } else { "something else" };
    Error::NotThisProduct { reason: format!("{operation} answered {status} with {what}, not JSON") }
}

fn unreadable(response: &Response, operation: &str) -> Error {
    let parsed = serde_json::from_slice::<Json>(&response.body);
    let reason = match parsed {
        Ok(_) => "JSON without success or failure".to_owned(),
        Err(_) if is_page(response) => "a web page instead of JSON".to_owned(),
        Err(surprise) => surprise.to_string(),
    };
    Error::Unreadable { path: operation.to_owned(), reason }
}

/// A refusal, by what the user can do about it.
fn refused(envelope: &Json, response: &Response) -> Error {
    let code = code(envelope).unwrap_or_default();
    let message = envelope.get("error").and_then(|error| text(error, "message"));
    let message = message.map(str::to_owned).or_else(|| response.phrase());
    by_code(&code, &message.unwrap_or_default(), response)
}

fn by_code(code: &str, message: &str, response: &Response) -> Error {
    let said = || message.to_owned();
    match code {
        "AUTHENTICATION_REQUIRED"
        | "INVALID_SESSIONID"
        | "SESSION_LEFT_IDLE"
        | "SESSION_EXPIRED"
        | "AUTHENTICATION_FAILURE"
        | "INVALID_AUTH_TOKEN"
        | "INVALID_USER_CREDENTIALS"
        | "ACCESSKEY_UNDEFINED" => Error::Unauthorized { reason: said() },
        "ACCESS_DENIED" => Error::Forbidden { what: said() },
        "RECORD_NOT_FOUND" | "INVALID_ID_ATTRIBUTE" | "UNKOWN_ENTITY" => {
            Error::NotFound { what: said() }
        }
        "REFERENCE_INVALID" | "MANDATORY_FIELDS_MISSING" => about_field(message),
        "0" => Error::Duplicate { records: Vec::new() },
        "OPERATION_NOT_SUPPORTED" | "UNKNOWN_OPERATION" => Error::Unsupported { what: said() },
        "INTERNAL_SERVER_ERROR"
        | "DATABASE_QUERY_ERROR"
        | "FAILED_TO_CREATE"
        | "FAILED_TO_UPDATE"
        | "FAILED_TO_CREATE_RELATION"
        | "FAILED_TO_MARK_LEAD_CONVERTED"
        | "LEAD_RELATEDLIST_UPDATE_FAILED"
        | "CHANGE_PASSWORD_FAILURE" => Error::Server { status: 500, reason: said() },
        _ => match response.status {
            401 => Error::Unauthorized { reason: said() },
            403 => Error::Forbidden { what: said() },
            404 => Error::NotFound { what: said() },
            429 => Error::RateLimited { wait: wait(response) },
            status @ 500.. => Error::Server { status, reason: said() },
            _ => Error::Invalid { field: None, reason: in_words(code, message).into_owned() },
        },
    }
}

/// The sentence of the server, else its code in words.
fn in_words<'a>(code: &str, message: &'a str) -> Cow<'a, str> {
    if message.is_empty() {
        Cow::Owned(code.replace('_', " ").to_lowercase())
    } else {
        Cow::Borrowed(message)
    }
}

/// `lastname does not have a value`, `Invalid reference specified for account_id`. A2.
fn about_field(message: &str) -> Error {
    let is_name = |name: &&str| !name.is_empty() && !name.contains(' ');
    if let Some(field) = message.strip_suffix(" does not have a value").filter(is_name) {
        return Error::Invalid { field: Some(field.to_owned()), reason: "required".to_owned() };
    }
    let field = message.strip_prefix("Invalid reference specified for ").filter(is_name);
    Error::Invalid { field: field.map(str::to_owned), reason: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: vec![], body: body.as_bytes().to_vec() }
    }

    fn error(status: u16, body: &str) -> Error {
        result(&answer(status, body), "query").unwrap_err()
    }

    fn coded(code: &str) -> Error {
        let body = format!(r#"{{"success":false,"error":{{"code":{code},"message":"m"}}}}"#);
        error(200, &body)
    }

    /// A2, row by row.
    #[test]
    fn every_code_of_the_contract_has_an_error_that_says_what_to_do() {
        let name = |error: &Error| {
            let text = format!("{error:?}");
            text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
        };
        for (codes, expected) in [
            ("AUTHENTICATION_REQUIRED INVALID_SESSIONID SESSION_LEFT_IDLE", "Unauthorized"),
            ("SESSION_EXPIRED AUTHENTICATION_FAILURE INVALID_AUTH_TOKEN", "Unauthorized"),
            ("INVALID_USER_CREDENTIALS ACCESSKEY_UNDEFINED", "Unauthorized"),
            ("ACCESS_DENIED", "Forbidden"),
            ("RECORD_NOT_FOUND INVALID_ID_ATTRIBUTE UNKOWN_ENTITY", "NotFound"),
            ("REFERENCE_INVALID MANDATORY_FIELDS_MISSING QUERY_SYNTAX_ERROR", "Invalid"),
            ("LEAD_ALREADY_CONVERTED INVALID_POTENTIAL_FOR_CONVERTLEAD", "Invalid"),
            ("INVALID_OLD_PASSWORD NEW_PASSWORD_MISMATCH PASSWORD_NOT_STRONG", "Invalid"),
            ("CURRENCY_INACTIVE POTENTIAL_OWNER_INVALID", "Invalid"),
            ("INTERNAL_SERVER_ERROR DATABASE_QUERY_ERROR FAILED_TO_CREATE", "Server"),
            ("LEAD_RELATEDLIST_UPDATE_FAILED FAILED_TO_CREATE_RELATION", "Server"),
            ("FAILED_TO_MARK_LEAD_CONVERTED FAILED_TO_UPDATE CHANGE_PASSWORD_FAILURE", "Server"),
            ("OPERATION_NOT_SUPPORTED UNKNOWN_OPERATION", "Unsupported"),
        ] {
            for code in codes.split(' ') {
                assert_eq!(name(&coded(&format!("\"{code}\""))), expected, "{code}");
            }
        }
        assert_eq!(coded("0"), Error::Duplicate { records: vec![] }, "the number of duplicates");
    }

    #[test]
    fn three_answers_that_are_no_json_are_survived() {
        assert!(matches!(error(500, ""), Error::Server { status: 500, .. }));
        let restricted = "Sorry! Attempt to access restricted file.";
        assert!(matches!(error(200, restricted), Error::Invalid { .. }));
        assert!(matches!(error(200, "<html>"), Error::Unreadable { .. }));
        for unclear in [answer(500, ""), answer(200, restricted), answer(200, "<html>")] {
            assert!(is_unclear(&unclear));
        }
        assert!(!is_unclear(&answer(200, r#"{"success":true,"result":[]}"#)));
        assert!(!is_unclear(&answer(400, "")), "it was refused");
    }

    #[test]
    fn what_php_prints_before_the_json_is_passed_over() {
        let noisy = "<br />\n<b>Warning</b>: {x} in y\n{\"success\":true,\"result\":[1]}";
        assert_eq!(result(&answer(200, noisy), "query"), Ok(serde_json::json!([1])));
    }

    #[test]
    fn a_field_that_is_named_is_found() {
        let body = r#"{"success":false,"error":{"code":"MANDATORY_FIELDS_MISSING","message":"lastname does not have a value"}}"#;
        let (field, reason) = (Some("lastname".into()), "required".into());
        assert_eq!(error(200, body), Error::Invalid { field, reason });
        let body = r#"{"success":false,"error":{"code":"REFERENCE_INVALID","message":"Invalid reference specified for account_id"}}"#;
        assert!(
            matches!(error(200, body), Error::Invalid { field: Some(f), .. } if f == "account_id")
        );
    }

    #[test]
    fn the_cloud_says_in_the_status_line_what_went_wrong_and_until_when_to_wait() {
        let phrase = |status, phrase: &str| {
            let headers = vec![(":reason".into(), phrase.as_bytes().to_vec())];
            result(&Response { status, headers, body: vec![] }, "create").unwrap_err()
        };
        let reason = "lastname is missing".to_owned();
        assert_eq!(phrase(400, &reason), Error::Invalid { field: None, reason });
        let headers =
            [("date", "Sun, 22 Nov 2026 20:00:46 GMT"), ("x-floodcontrol-reset", "1795377676")];
        let headers = headers.map(|(n, v)| (n.to_owned(), v.as_bytes().to_vec())).to_vec();
        let busy = Response { status: 429, headers, body: vec![] };
        let wait = Some(Duration::from_secs(30));
        assert_eq!(result(&busy, "query"), Err(Error::RateLimited { wait }));
    }

    #[test]
    fn cut_json_is_unreadable_with_the_operation() {
        let Error::Unreadable { path, reason } = error(200, r#"{"success":true,"res"#) else {
            panic!("read")
        };
        assert_eq!(path, "query");
        assert!(reason.contains("EOF"), "{reason}");
    }
}
