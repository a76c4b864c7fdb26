//! A request of the user's own, as a deed: its form is the console. What was sent before stands in
//! the menu again, newest first.
use serde_json::{Value as Json, json};

use super::{Deed, Way};
use crate::{
    app::world::World,
    domain::{
        action::{Action, Ran, Reply, Request},
        connection::ConnectionId,
    },
};

/// So many requests of a run are remembered, and so many of them stand in the menu.
const REMEMBERED: usize = 50;
const SHOWN: usize = 5;

/// An empty request.
pub fn deed() -> Deed {
    Deed {
        key: "request".to_owned(),
        label: "Send a request".to_owned(),
        description: "any path of the product's API, with the connection's login".to_owned(),
        input: schema(),
        asks: None,
        is_write: false,
        target: None,
        on: String::new(),
        way: Way::Send,
        given: None,
    }
}

/// A request that was sent before, to be changed or sent again.
pub fn again(input: &Json) -> Deed {
    let said = |name: &str| input.get(name).and_then(Json::as_str).unwrap_or_default();
    let label = format!("{} {}", method(input), said("path"));
    Deed { label, description: "sent before".to_owned(), given: Some(input.clone()), ..deed() }
}

fn schema() -> Json {
    json!({
        "type": "object",
        "required": ["method", "path"],
        "properties": {
            "method": {
                "type": "string", "title": "Method", "default": "GET",
                "enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"],
            },
            "path": {
                "type": "string", "title": "Path", "maxLength": 250,
                "description": "below the product's API: Account/65f0…",
            },
            "query": {
                "type": "string", "title": "Query", "maxLength": 20_000,
                "description": "name=value, one a row",
            },
            "headers": {
                "type": "string", "title": "Headers", "maxLength": 20_000,
                "description": "Name: value, one a row; the login's are added",
            },
            "body": {
                "type": "string", "title": "Body", "maxLength": 1_000_000,
                "description": "what begins like JSON must be JSON",
            },
        },
    })
}

/// What is asked of the connection.
///
/// Errors: the member and what is wrong with it, in a sentence's second half.
pub fn action(input: &Json) -> Result<Action, (String, String)> {
    let said = |name: &str| input.get(name).and_then(Json::as_str).unwrap_or_default();
    let rows = |name: &str| said(name).lines().map(str::trim).filter(|row| !row.is_empty());
    let pair = |row: &str, at: char| {
        let (name, value) = row.split_once(at)?;
        let name = name.trim();
        (!name.is_empty()).then(|| (name.to_owned(), value.trim().to_owned()))
    };
    let wrong = |name: &str, why: &str| (name.to_owned(), why.to_owned());
    let query: Option<Vec<_>> = rows("query").map(|row| pair(row, '=')).collect();
    let query = query.ok_or_else(|| wrong("query", "each row is name=value"))?;
    // The header itself is not repeated: it may hold a secret.
    let headers: Option<Vec<_>> = rows("headers").map(|row| pair(row, ':')).collect();
    let mut headers = headers.ok_or_else(|| wrong("headers", "each row is Name: value"))?;
    let body = Some(said("body")).filter(|body| !body.trim().is_empty());
    if let Some(body) = body {
        let kind = content_type(body).map_err(|why| ("body".to_owned(), why))?;
        let is_named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        headers.extend((!is_named).then(|| ("Content-Type".to_owned(), kind.to_owned())));
    }
    Ok(Action::Send(Request {
        method: method(input).to_owned(),
        path: said("path").trim().trim_start_matches('/').to_owned(),
        query,
        headers,
        body: body.map(str::to_owned),
    }))
}

/// What begins like JSON must be JSON; anything else is a form, as `ficha request -d` has it.
fn content_type(body: &str) -> Result<&'static str, String> {
    if !body.trim_start().starts_with(['{', '[']) {
        return Ok("application/x-www-form-urlencoded");
    }
    match serde_json::from_str::<Json>(body) {
        Ok(_) => Ok("application/json"),
        Err(error) => Err(format!("no JSON: {error}")),
    }
}

/// Whether the product is asked to change something.
pub fn is_write(input: &Json) -> bool {
    !matches!(method(input), "GET" | "HEAD")
}

/// A form leaves out what stands at its default.
fn method(input: &Json) -> &str {
    input.get("method").and_then(Json::as_str).unwrap_or("GET")
}

/// What can be sent in a connection: anything, and what was sent before.
pub(super) fn deeds(connection: ConnectionId, world: &World) -> impl Iterator<Item = Deed> {
    let theirs = world.requests.iter().filter(move |(of, _)| *of == connection);
    let before: Vec<Deed> = theirs.take(SHOWN).map(|(_, input)| again(input)).collect();
    std::iter::once(deed()).chain(before)
}

/// The newest first, each once.
pub(in crate::app) fn remember(connection: ConnectionId, input: &Json, world: &mut World) {
    world.requests.retain(|known| *known != (connection, input.clone()));
    world.requests.insert(0, (connection, input.clone()));
    world.requests.truncate(REMEMBERED);
}

/// What came, to be shown like what a deed gave.
pub fn ran(reply: Reply) -> Ran {
    let body = reply.json.unwrap_or(Json::String(reply.text));
    Ran { output: json!({"status": reply.status, "body": body}), ..Ran::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_pairs_and_a_body_says_what_it_is() {
        let input = json!({
            "method": "POST", "path": "/Account", "query": "a=1\n b = x=y ",
            "headers": "X-Skip: true", "body": "{\"name\": \"Acme\"}",
        });
        let Ok(Action::Send(request)) = action(&input) else { panic!("refused") };
        assert_eq!(request.path, "Account");
        assert_eq!(request.query, [("a".into(), "1".into()), ("b".into(), "x=y".into())]);
        let kind = ("Content-Type".to_owned(), "application/json".to_owned());
        assert_eq!(request.headers.last(), Some(&kind));
        assert!(is_write(&input));
    }

    #[test]
    fn a_row_that_is_no_pair_and_a_body_that_is_no_json_are_refused_at_their_field() {
        let at = |input: Json| action(&input).unwrap_err().0;
        assert_eq!(at(json!({"method": "GET", "path": "x", "query": "alone"})), "query");
        assert_eq!(at(json!({"method": "GET", "path": "x", "headers": "none"})), "headers");
        assert_eq!(at(json!({"method": "PUT", "path": "x", "body": "{\"a\": "})), "body");
    }
}
