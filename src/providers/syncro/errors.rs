//! What the server says when it refuses: one decoder for all of its shapes. §5.
use serde_json::{Map, Value as Json};

use super::auth;
use crate::{
    domain::{error::Error, schema::EntityType},
    net::exchange::Response,
    providers::json::{kind, unreadable},
};

/// Longer texts are no sentences; a server's web page is one.
const LONGEST: usize = 400;

/// What is asked for, for the errors about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The path, for people.
    pub resource: &'a str,
    /// The permission that it needs; `""` = none is known.
    pub needs: &'a str,
    /// Whose fields a refusal may name.
    pub entity_type: Option<&'a EntityType>,
}

/// The body of an answer that succeeded; else its error. An empty body is `null`.
pub fn body(response: &Response, about: About<'_>) -> Result<Json, Error> {
    if !(200..300).contains(&response.status) {
        return Err(error(response, about));
    }
    if response.body.trim_ascii().is_empty() {
        return Ok(Json::Null);
    }
    if is_html(response) {
        return Err(html(response, about));
    }
    serde_json::from_slice(&response.body).map_err(|surprise| Error::Unreadable {
        path: about.resource.to_owned(),
        reason: surprise.to_string(),
    })
}

/// Why a request was refused.
pub fn error(response: &Response, about: About<'_>) -> Error {
    let said = Said::of(response, about.entity_type);
    match response.status {
        300..=399 => Error::Redirected { to: response.header("location").unwrap_or_default() },
        401 if auth::is_about_permissions(response) => Error::Forbidden { what: missing(about) },
        401 => Error::Unauthorized { reason: said.sentence },
        403 => Error::Forbidden { what: said.sentence },
        400 | 404 | 405 if is_html(response) => html(response, about),
        404 => Error::NotFound { what: said.sentence_or(about.resource) },
        429 => Error::RateLimited { wait: response.retry_after() },
        503 if !said.sentence.is_empty() => Error::Maintenance { message: said.sentence },
        status @ 500.. => Error::Server { status, reason: said.sentence },
        _ => Error::Invalid { reason: said.sentence_or("refused"), field: said.field },
    }
}

/// Which permission is missing, as the account's settings call it.
fn missing(about: About<'_>) -> String {
    match about.needs {
        "" => format!("the token's permissions do not cover {}", about.resource),
        needs => format!("the token needs the permission “{needs}”"),
    }
}

fn is_html(response: &Response) -> bool {
    let first = response.body.iter().find(|byte| !byte.is_ascii_whitespace());
    first == Some(&b'<')
}

/// A web page where the API should be: at its root that is another product, or no such account.
fn html(response: &Response, about: About<'_>) -> Error {
    let status = response.status;
    let reason = format!("{} answered {status} with a web page instead of JSON", about.resource);
    if about.resource == "me" {
        Error::NotThisProduct { reason }
    } else {
        Error::Unreadable { path: about.resource.to_owned(), reason }
    }
}

/// What a refusal says: a sentence, and the field that it is about.
#[derive(Debug, Default)]
struct Said {
    sentence: String,
    field: Option<String>,
}

impl Said {
    fn of(response: &Response, entity_type: Option<&EntityType>) -> Self {
        let Ok(json) = serde_json::from_slice::<Json>(&response.body) else {
            return Self { sentence: plain(response), field: None };
        };
        // §5: "errors, error, message, then a top-level map of string arrays".
        let keys = ["errors", "error", "message"];
        let named = keys.iter().filter_map(|key| json.get(key)).find(|json| !is_nothing(json));
        let maps = || json.as_object().filter(|map| is_map_of_lists(map)).map(|_| &json);
        let mut said = Self::default();
        if let Some(found) = named.or_else(maps) {
            let mut parts = Vec::new();
            said.field = gather(found, None, entity_type, &mut parts);
            said.sentence = parts.join("; ");
        }
        said.sentence = cut(said.sentence);
        said
    }

    fn sentence_or(&self, other: &str) -> String {
        if self.sentence.is_empty() { other.to_owned() } else { self.sentence.clone() }
    }
}

/// Texts that are no JSON; web pages say nothing to people.
fn plain(response: &Response) -> String {
    if is_html(response) {
        return String::new();
    }
    cut(String::from_utf8_lossy(&response.body).trim().to_owned())
}

fn cut(text: String) -> String {
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("…".chars()).collect()
}

fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// `{"date":["can't be blank"]}`.
fn is_map_of_lists(map: &Map<String, Json>) -> bool {
    !map.is_empty() && map.values().all(|json| json.as_array().is_some_and(|list| !list.is_empty()))
}

/// Sentences of text, lists and maps inside one another; gives the first field that is named.
fn gather(
    json: &Json,
    field: Option<&str>,
    entity_type: Option<&EntityType>,
    parts: &mut Vec<String>,
) -> Option<String> {
    match json {
        Json::String(text) => {
            let label = field.map(|name| label(name, entity_type));
            parts.push(match label {
                Some(label) => format!("{label} {text}"),
                None => text.trim().to_owned(),
            });
            let is_field = |name: &&str| entity_type.is_some_and(|it| it.field(name).is_some());
            field.filter(is_field).map(str::to_owned)
        }
        Json::Array(items) => {
            let found = items.iter().map(|item| gather(item, field, entity_type, parts));
            found.fold(None, Option::or)
        }
        Json::Object(map) => {
            let found = map.iter().map(|(name, json)| gather(json, Some(name), entity_type, parts));
            found.fold(None, Option::or)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => None,
    }
}

/// A field's label, where it is one of ours.
fn label(name: &str, entity_type: Option<&EntityType>) -> String {
    let known = entity_type.and_then(|entity_type| entity_type.field(name));
    known.map_or(name, |field| field.label.as_str()).to_owned()
}

/// An answer that is not of the shape that was awaited.
pub fn surprise(path: &str, awaited: &str, found: &Json) -> Error {
    unreadable(path, &format!("{awaited}, not {}", kind(found)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::{EntityName, Field, FieldKind};

    fn refused(status: u16, body: &str) -> Error {
        let mut entity_type = EntityType::new(EntityName::try_from("Estimate").unwrap());
        let field = Field { label: "Day".to_owned(), ..Field::new("date", FieldKind::Date) };
        entity_type.fields.insert("date".to_owned(), field);
        let response = Response { status, body: body.into(), ..Response::default() };
        let (resource, needs) = ("estimates/1", "Estimates - Edit");
        error(&response, About { resource, needs, entity_type: Some(&entity_type) })
    }

    fn said(body: &str) -> String {
        let error = refused(422, body);
        let Error::Invalid { reason, .. } = error else { panic!("{error:?}") };
        reason
    }

    #[test]
    fn every_shape_of_a_refusal_gives_its_sentence() {
        for (body, sentence) in [
            (r#"{"message":["Vendor is blank"]}"#, "Vendor is blank"),
            (r#"{"success":false,"message":["a","b"],"params":{"x":"secret"}}"#, "a; b"),
            (r#"{"success":false,"message":"a","params":{}}"#, "a"),
            (r#"{"record":{"id":1},"errors":"a,b"}"#, "a,b"),
            (r#"{"errors":["a","b"]}"#, "a; b"),
            (r#"{"errors":{"mute_for":["is wrong"]}}"#, "mute_for is wrong"),
            (r#"{"errors":{"appointments":{"summary":["is blank"]}}}"#, "summary is blank"),
            (r#"{"error":"text"}"#, "text"),
            (r#"{"error":["Name can't be blank"]}"#, "Name can't be blank"),
            (r#"{"date":["can't be blank"]}"#, "Day can't be blank"),
            (r#"{"status":"attached","errors":"no"}"#, "no"),
            ("", "refused"),
            ("{}", "refused"),
            ("Disabled", "Disabled"),
        ] {
            assert_eq!(said(body), sentence, "{body}");
        }
    }

    #[test]
    fn a_refusal_names_the_field_that_is_ours() {
        let Error::Invalid { field, .. } = refused(422, r#"{"date":["can't be blank"]}"#) else {
            panic!("not invalid")
        };
        assert_eq!(field.as_deref(), Some("date"));
    }

    #[test]
    fn a_missing_permission_is_named() {
        let body = r#"{"error":"Not authorized. Please ask account admin to update your group permissions."}"#;
        let Error::Forbidden { what } = refused(401, body) else { panic!("not forbidden") };
        assert!(what.contains("Estimates - Edit"), "{what}");
        assert!(matches!(refused(401, ""), Error::Unauthorized { .. }));
    }

    #[test]
    fn what_is_gone_is_gone_in_every_shape() {
        for body in ["", r#"{"message":"Not found"}"#, r#"{"errors":["Policy folder not found"]}"#]
        {
            assert!(matches!(refused(404, body), Error::NotFound { .. }), "{body}");
        }
    }

    #[test]
    fn a_web_page_is_no_sentence() {
        let page = "<!doctype html><p>Bad request</p>";
        assert!(matches!(refused(400, page), Error::Unreadable { .. }));
        assert_eq!(refused(502, page), Error::Server { status: 502, reason: String::new() });
        let response = Response { status: 200, body: page.into(), ..Response::default() };
        let about = About { resource: "me", ..About::default() };
        assert!(matches!(body(&response, about), Err(Error::NotThisProduct { .. })));
    }

    #[test]
    fn a_long_refusal_is_cut_at_a_character() {
        let long = format!(r#"{{"error":"{}"}}"#, "ü".repeat(1000));
        assert_eq!(said(&long).chars().count(), LONGEST + 1);
    }
}
