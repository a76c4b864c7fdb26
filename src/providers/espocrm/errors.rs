//! What the server says when it refuses. E§19.
use std::time::Duration;

use serde_json::Value as Json;

use super::{codec, json};
use crate::{
    domain::{
        error::Error,
        schema::{EntityType, Schema},
    },
    net::exchange::Response,
};

/// How long a lock-out lasts after too many failed sign-ins. E§2.
pub const LOCK_OUT: Duration = Duration::from_secs(60);

/// The body of an answer that succeeded; else its error. `resource` names it for people.
pub fn body(response: &Response, resource: &str) -> Result<Json, Error> {
    body_of(response, resource, None, None)
}

/// Like [`body`], for an entity type: names its fields, and reads records that are in the way.
pub fn body_of(
    response: &Response,
    resource: &str,
    entity_type: Option<&EntityType>,
    schema: Option<&Schema>,
) -> Result<Json, Error> {
    if !(200..300).contains(&response.status) {
        return Err(error(response, resource, entity_type, schema));
    }
    if is_html(response) {
        return Err(html(response, resource));
    }
    serde_json::from_slice(&response.body).map_err(|surprise| Error::Unreadable {
        path: resource.to_owned(),
        reason: surprise.to_string(),
    })
}

/// Why a request was refused.
pub fn error(
    response: &Response,
    resource: &str,
    entity_type: Option<&EntityType>,
    schema: Option<&Schema>,
) -> Error {
    let said = Said::new(response);
    match response.status {
        300..=399 => {
            let to = response.header("location").unwrap_or_default();
            Error::Redirected { to }
        }
        401 if said.reason == "second-step-required" => Error::SecondFactor,
        401 => Error::Unauthorized { reason: said.sentence() },
        403 => forbidden(response, &said, entity_type),
        404 | 405 if is_html(response) && is_api_root(resource) => html(response, resource),
        404 => Error::NotFound { what: said.sentence_or(resource) },
        405 => Error::Unsupported { what: said.sentence_or(resource) },
        409 => taken(&said, entity_type, schema),
        429 => Error::RateLimited { wait: response.retry_after() },
        503 if said.json.is_some() => Error::Maintenance { message: said.sentence() },
        status @ 500.. => Error::Server { status, reason: said.sentence() },
        _ => invalid(&said, entity_type),
    }
}

/// Answers that come from the site itself, without which it is no EspoCRM.
fn is_api_root(resource: &str) -> bool {
    matches!(resource, "App/user" | "Metadata" | "I18n")
}

fn is_html(response: &Response) -> bool {
    let declared = response.header("content-type").is_some_and(|kind| kind.contains("html"));
    let first = response.body.iter().find(|byte| !byte.is_ascii_whitespace());
    // Some of its own JSON is declared as HTML (E§2), so the first character decides too.
    first == Some(&b'<') || (declared && !matches!(first, None | Some(b'{' | b'[' | b'"')))
}

fn html(response: &Response, resource: &str) -> Error {
    let status = response.status;
    let reason = format!("{resource} answered {status} with a web page instead of JSON");
    if is_api_root(resource) && response.header("x-app-timestamp").is_none() {
        Error::NotThisProduct { reason }
    } else {
        Error::Unreadable { path: resource.to_owned(), reason }
    }
}

fn forbidden(response: &Response, said: &Said, entity_type: Option<&EntityType>) -> Error {
    // A lock-out says nothing at all; a role's refusal has the header, though maybe empty. E§2.
    if response.header("x-status-reason").is_none() && response.body.trim_ascii().is_empty() {
        return Error::LockedOut { wait: LOCK_OUT };
    }
    let link = said.reason.split_once("link: ").map(|(_, link)| link.trim_end_matches('.'));
    let field = link.and_then(|link| field_name(link, entity_type));
    match field {
        Some(_) if said.label.as_deref() == Some("cannotRelateNonExisting") => {
            Error::Invalid { field, reason: said.sentence() }
        }
        _ => Error::Forbidden { what: said.sentence() },
    }
}

fn taken(said: &Said, entity_type: Option<&EntityType>, schema: Option<&Schema>) -> Error {
    let rows = said.json.as_ref().and_then(Json::as_array);
    match rows {
        Some(rows) if said.reason == "duplicate" => {
            let read = |row| codec::similar(row, entity_type, schema);
            Error::Duplicate { records: rows.iter().filter_map(read).collect() }
        }
        _ => Error::Invalid { field: None, reason: said.sentence() },
    }
}

fn invalid(said: &Said, entity_type: Option<&EntityType>) -> Error {
    let part = |key: &str| {
        let json = said.json.as_ref()?;
        json::at(json, &["messageTranslation", "data", key])?.as_str().map(str::to_owned)
    };
    if said.label.as_deref() == Some("validationFailure")
        && let (Some(field), Some(kind)) = (part("field"), part("type"))
    {
        let field = field_name(&field, entity_type).or(Some(field));
        return Error::Invalid { field, reason: kind };
    }
    Error::Invalid { field: None, reason: said.sentence_or("refused") }
}

/// The field of ours that holds what the server names: `lastName` is a part of `name`.
fn field_name(named: &str, entity_type: Option<&EntityType>) -> Option<String> {
    let fields = &entity_type?.fields;
    if fields.contains_key(named) {
        return Some(named.to_owned());
    }
    let holds = |attributes: Vec<String>| attributes.iter().any(|attribute| attribute == named);
    let field = fields.values().find(|field| holds(codec::attributes(field)));
    field.map(|field| field.name.clone())
}

/// Everything that an answer says about its failure.
struct Said {
    /// `X-Status-Reason`, once: it may repeat itself.
    reason: String,
    /// `messageTranslation.label`.
    label: Option<String>,
    /// The body.
    json: Option<Json>,
}

impl Said {
    fn new(response: &Response) -> Self {
        let json: Option<Json> = serde_json::from_slice(&response.body).ok();
        let label = json.as_ref().and_then(|json| json::at(json, &["messageTranslation", "label"]));
        let label = label.and_then(Json::as_str).map(str::to_owned);
        let reason = response.header("x-status-reason").unwrap_or_default();
        Self { reason: once(reason.trim()), label, json }
    }

    /// The sentence for people: the message, else the reason, else the label in words.
    fn sentence(&self) -> String {
        let message = self.json.as_ref().and_then(|json| json::text(json, "message"));
        if let Some(message) = message {
            return message.to_owned();
        }
        if !self.reason.is_empty() {
            return self.reason.clone();
        }
        self.label.as_deref().map(in_words).unwrap_or_default()
    }

    fn sentence_or(&self, other: &str) -> String {
        let sentence = self.sentence();
        if sentence.is_empty() { other.to_owned() } else { sentence }
    }
}

/// "X. X." is "X.": the server writes it twice when a cause repeats its message. E§19.
fn once(reason: &str) -> String {
    let middle = reason.len() / 2;
    match (reason.get(..middle), reason.get(middle..)) {
        (Some(first), Some(second)) if !first.is_empty() && first.trim() == second.trim() => {
            first.trim().to_owned()
        }
        _ => reason.to_owned(),
    }
}

/// `cannotRelateForbidden` = `cannot relate forbidden`.
fn in_words(label: &str) -> String {
    let mut words = String::new();
    for letter in label.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec()));
        Response { status, headers: headers.collect(), body: body.as_bytes().to_vec() }
    }

    fn refused(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
        super::body(&response(status, headers, body), "Account").unwrap_err()
    }

    #[test]
    fn a_refusal_without_a_reason_header_is_a_lock_out_and_with_an_empty_one_a_role() {
        assert_eq!(refused(403, &[], ""), Error::LockedOut { wait: LOCK_OUT });
        let role = refused(403, &[("x-status-reason", "")], "");
        assert_eq!(role, Error::Forbidden { what: String::new() });
    }

    #[test]
    fn a_validation_failure_names_its_field_and_its_type() {
        let body = r#"{"messageTranslation":{"label":"validationFailure","scope":null,"data":{"field":"name","type":"required"}}}"#;
        let error = refused(400, &[("x-status-reason", "Field validation failure")], body);
        assert_eq!(error, Error::Invalid { field: Some("name".into()), reason: "required".into() });
    }

    #[test]
    fn a_reason_that_repeats_itself_is_said_once() {
        let error = refused(400, &[("x-status-reason", "Bad thing. Bad thing.")], "");
        assert_eq!(error, Error::Invalid { field: None, reason: "Bad thing.".into() });
    }

    #[test]
    fn a_web_page_where_the_api_should_be_is_another_product() {
        let page = response(200, &[("content-type", "text/html")], "<!doctype html>");
        let error = super::body(&page, "App/user").unwrap_err();
        assert!(matches!(error, Error::NotThisProduct { .. }), "{error:?}");
        let error = super::body(&page, "Account").unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    }

    #[test]
    fn the_second_step_is_told_from_a_wrong_password() {
        let second = refused(401, &[("x-status-reason", "second-step-required")], "{}");
        assert_eq!(second, Error::SecondFactor);
        assert_eq!(refused(401, &[], ""), Error::Unauthorized { reason: String::new() });
    }

    #[test]
    fn cut_json_is_unreadable_with_the_place() {
        let error = refused(200, &[], r#"{"total":1,"list":[{"id":"6"#);
        let Error::Unreadable { path, reason } = error else { panic!("{error:?}") };
        assert_eq!(path, "Account");
        assert!(reason.contains("EOF"), "{reason}");
    }

    #[test]
    fn a_reason_in_raw_bytes_is_read() {
        let mut answer = response(400, &[], "");
        answer.headers.push(("x-status-reason".into(), b"gr\xfc\xc3\xbcn".to_vec()));
        let error = super::body(&answer, "Account").unwrap_err();
        assert_eq!(error, Error::Invalid { field: None, reason: "gr\u{fffd}ün".into() });
    }
}
