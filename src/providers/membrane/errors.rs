//! What Membrane says when it refuses, told from what the app behind it says. §4, §5.
use serde_json::Value as Json;

use crate::providers::json::{at, text};
use crate::{domain::error::Error, net::exchange::Response};

/// The types that Membrane's own errors have. §5.
const TYPES: [&str; 14] = [
    "bad_request",
    "connection",
    "configuration",
    "dependency_error",
    "flow_run",
    "flow_instance_setup",
    "concurrency",
    "internal",
    "action_run",
    "action_instance_setup",
    "unit_run",
    "custom_code",
    "insufficient_credit",
    "openrouter_not_configured",
];

/// An error of an error of an error is a mistake.
const DEEPEST: usize = 16;

/// The body of an answer that succeeded: `null` where there is none (204, or 200 and empty).
/// `resource` names it for people.
///
/// Errors: what Membrane, or whoever stands before it, said.
pub fn body(response: &Response, resource: &str) -> Result<Json, Error> {
    if !(200..300).contains(&response.status) {
        return Err(error(response, resource));
    }
    if response.body.trim_ascii().is_empty() {
        return Ok(Json::Null);
    }
    serde_json::from_slice(&response.body).map_err(|surprise| {
        let reason = surprise.to_string();
        if is_page(response) && resource == "self" {
            return Error::NotThisProduct { reason: "it answered with a web page".to_owned() };
        }
        Error::Unreadable { path: resource.to_owned(), reason }
    })
}

fn is_page(response: &Response) -> bool {
    response.body.trim_ascii_start().first() == Some(&b'<')
}

/// Whether an answer that failed is Membrane's own word, not the app's behind its proxy. §4.
pub fn is_own(response: &Response) -> bool {
    response.status >= 400 && envelope(response).is_some()
}

/// Whether Membrane itself says that the login is not, or no longer, good.
pub fn is_own_refusal(response: &Response) -> bool {
    let links = envelope(response);
    let says = |links: &Vec<Link>| links.iter().any(|link| link.key == "not_authenticated");
    links.as_ref().is_some_and(says)
}

/// Whether another one holds the connection's lock: it passes. §5.
pub fn is_locked(response: &Response) -> bool {
    let links = envelope(response);
    links.is_some_and(|links| links.iter().any(|link| link.key == "lock_timeout"))
}

/// Whether Membrane itself says that something is wrong with the connection: nothing went through
/// it. The app's own limit is none of these. §5.
pub fn is_about_connection(response: &Response) -> bool {
    let links = if response.status >= 400 { envelope(response) } else { None };
    let is = |link: &Link| {
        let is_limit = link.key == "rate_limit_exceeded";
        link.kind == "connection" && !is_limit || link.key == "connection_is_defunct"
    };
    links.is_some_and(|links| links.iter().any(is))
}

/// Whether nobody can say what became of a write: no answer, or one that no Membrane gave.
pub fn is_ambiguous(response: &Response) -> bool {
    response.status >= 500 && envelope(response).is_none()
}

/// Why a request was refused.
pub fn error(response: &Response, resource: &str) -> Error {
    match envelope(response) {
        Some(links) => of_links(&links, response),
        None => of_status(response, resource),
    }
}

/// Why a deed failed: the chain of causes, where Membrane gives one.
pub fn of_run(response: &Response, resource: &str) -> Error {
    let Some(links) = envelope(response) else { return of_status(response, resource) };
    let error = of_links(&links, response);
    // What a 404 says is said of the record or of the action itself.
    let is_gone = matches!(error, Error::NotFound { .. });
    let is_plain = matches!(error, Error::Invalid { .. } | Error::Server { .. })
        || is_gone && response.status != 404;
    if is_plain && (run_id(response).is_some() || links.len() > 1) {
        return Error::RunFailed { causes: causes(&links), run_id: run_id(response) };
    }
    error
}

/// The error that a run's log holds.
pub fn of_log(log: &Json) -> Error {
    let links = chain(log.get("error").unwrap_or(&Json::Null));
    let run_id = text(log, "id").map(str::to_owned);
    let causes =
        if links.is_empty() { vec!["no reason is logged".to_owned()] } else { causes(&links) };
    Error::RunFailed { causes, run_id }
}

/// The errors of an element that could not be built, as one sentence; empty where it has none.
pub fn sentence(error: &Json) -> String {
    causes(&chain(error)).join(": ")
}

fn run_id(response: &Response) -> Option<String> {
    let json: Json = serde_json::from_slice(&response.body).ok()?;
    text(&json, "actionRunId").map(str::to_owned)
}

/// One error of the chain.
struct Link {
    kind: String,
    key: String,
    message: String,
    /// What support asks for. §5.
    error_id: Option<String>,
    connection: Option<String>,
}

/// Membrane's envelope, outermost first; `None` = it is none of its own.
fn envelope(response: &Response) -> Option<Vec<Link>> {
    let json: Json = serde_json::from_slice(&response.body).ok()?;
    text(&json, "message")?;
    let links = chain(&json);
    let own = links.first().is_some_and(|link| is_known(link, &json));
    own.then_some(links)
}

fn is_known(link: &Link, json: &Json) -> bool {
    TYPES.contains(&link.kind.as_str())
        || (link.key == "not_authenticated" && text(json, "type").is_none())
        || text(json, "code") == Some(DISCONNECTED)
}

/// In an older spelling, `code` says so. §5.
const DISCONNECTED: &str = "CONNECTION_DISCONNECTED";

fn chain(json: &Json) -> Vec<Link> {
    let first = Some(json).filter(|json| json.is_object());
    std::iter::successors(first, |json| cause(json)).take(DEEPEST).map(link).collect()
}

fn cause(json: &Json) -> Option<&Json> {
    json.get("causedByError").filter(|cause| cause.is_object())
}

fn link(json: &Json) -> Link {
    let of = |key: &str| text(json, key).unwrap_or_default().to_owned();
    let data = |key: &str| {
        let found = at(json, &["data", key])?;
        found.as_str().map(str::to_owned)
    };
    let connection = data("connectionKey").or_else(|| data("connectionId"));
    let key = if text(json, "code") == Some(DISCONNECTED) {
        "connection_is_defunct".to_owned()
    } else {
        of("key")
    };
    Link { kind: of("type"), key, message: of("message"), error_id: data("errorId"), connection }
}

/// Each message once: an outer one often repeats the inner one's.
fn causes(links: &[Link]) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    for link in links {
        let message = link.message.trim();
        let is_new = !causes
            .iter()
            .any(|cause| cause.trim_end_matches('.') == message.trim_end_matches('.'));
        if !message.is_empty() && is_new {
            causes.push(message.to_owned());
        }
    }
    causes
}

/// The innermost link whose key says something decides; not the status. §5.
fn of_links(links: &[Link], response: &Response) -> Error {
    let reason = causes(links).join(": ");
    for link in links.iter().rev() {
        if let Some(error) = of_key(link, response, &reason) {
            return error;
        }
    }
    let internal = links.iter().find(|link| link.kind == "internal");
    if let Some(link) = internal {
        let id = link.error_id.as_ref().map(|id| format!(" (error {id})")).unwrap_or_default();
        return Error::Server { status: response.status, reason: format!("{reason}{id}") };
    }
    if links.iter().any(|link| link.kind == "insufficient_credit") {
        return Error::Forbidden { what: reason };
    }
    match response.status {
        401 => Error::Unauthorized { reason },
        403 => Error::Forbidden { what: reason },
        404 => Error::NotFound { what: reason },
        429 => Error::RateLimited { wait: response.retry_after() },
        status @ 500.. => Error::Server { status, reason },
        _ => Error::Invalid { field: None, reason },
    }
}

fn of_key(link: &Link, response: &Response, reason: &str) -> Option<Error> {
    let reason = reason.to_owned();
    Some(match link.key.as_str() {
        "not_authenticated" => Error::Unauthorized { reason },
        "access_denied" => Error::Forbidden { what: reason },
        "not_found" => Error::NotFound { what: reason },
        "already_exists" => Error::Duplicate { records: Vec::new() },
        "rate_limit_exceeded" | "lock_timeout" => {
            Error::RateLimited { wait: response.retry_after() }
        }
        "connection_is_defunct" | "access_token_expired" => {
            let id = link.connection.clone().unwrap_or_else(|| "the connection".to_owned());
            Error::Mend { id, reason, url: None }
        }
        _ => return None,
    })
}

fn of_status(response: &Response, resource: &str) -> Error {
    let said = said(response);
    let what = if said.is_empty() { resource.to_owned() } else { said.clone() };
    match response.status {
        401 => Error::Unauthorized { reason: said },
        403 => Error::Forbidden { what: said },
        404 if is_page(response) && resource == "self" => {
            Error::NotThisProduct { reason: "it answered with a web page".to_owned() }
        }
        404 => Error::NotFound { what },
        405 => Error::Unsupported { what },
        413 => Error::Invalid { field: None, reason: "it is larger than 10 MB".to_owned() },
        429 => Error::RateLimited { wait: response.retry_after() },
        status @ 500.. => Error::Server { status, reason: said },
        _ => Error::Invalid { field: None, reason: what },
    }
}

/// What a gateway or an OAuth server says: `message`, `error_description`, `error`.
fn said(response: &Response) -> String {
    let json: Json = serde_json::from_slice(&response.body).unwrap_or_default();
    let words = ["message", "error_description", "error"].map(|key| text(&json, key));
    words.into_iter().flatten().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &Json) -> Response {
        Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    #[test]
    fn the_innermost_cause_decides_and_all_of_them_are_told() {
        let body = json!({"type": "action_run", "message": "Action failed", "causedByError":
            {"type": "connection", "key": "connection_is_defunct", "message": "Token revoked",
             "data": {"connectionId": "c1"}}});
        let expected = Error::Mend {
            id: "c1".into(),
            reason: "Action failed: Token revoked".into(),
            url: None,
        };
        assert_eq!(error(&answer(400, &body), "act"), expected);
    }

    #[test]
    fn a_failed_run_keeps_its_causes_apart_and_its_log() {
        let body = json!({"type": "action_run", "message": "Action failed", "actionRunId": "r1",
            "causedByError": {"message": "Field lastName is required"}});
        let causes = vec!["Action failed".to_owned(), "Field lastName is required".to_owned()];
        let failed = Error::RunFailed { causes, run_id: Some("r1".into()) };
        assert_eq!(of_run(&answer(400, &body), "act"), failed);
    }

    #[test]
    fn a_401_of_the_app_is_not_membranes() {
        for (body, own) in [
            (json!({"type": "bad_request", "key": "not_authenticated", "message": "m"}), true),
            (json!({"key": "not_authenticated", "message": "m"}), true),
            (json!({"message": "Unauthorized"}), false),
            (json!({"type": "invalid_token", "message": "m"}), false),
            (json!(["bad_request"]), false),
        ] {
            assert_eq!(is_own_refusal(&answer(401, &body)), own, "{body}");
        }
        assert!(!is_own(&Response { status: 401, ..Response::default() }));
    }

    #[test]
    fn the_older_spelling_of_a_broken_connection_is_understood() {
        let body = json!({"code": "CONNECTION_DISCONNECTED", "message": "Disconnected"});
        assert!(matches!(error(&answer(400, &body), "act"), Error::Mend { .. }));
    }

    #[test]
    fn an_internal_error_quotes_its_id() {
        let body = json!({"type": "internal", "message": "Oops", "data": {"errorId": "e7"}});
        let expected = Error::Server { status: 500, reason: "Oops (error e7)".into() };
        assert_eq!(error(&answer(500, &body), "act"), expected);
    }

    #[test]
    fn an_empty_answer_is_no_surprise_and_half_a_one_is() {
        assert_eq!(body(&Response { status: 204, ..Response::default() }, "x"), Ok(Json::Null));
        let half = Response { status: 200, body: b"{\"items\":[".to_vec(), ..Response::default() };
        assert!(matches!(body(&half, "connections"), Err(Error::Unreadable { .. })));
    }

    #[test]
    fn a_chain_without_an_end_has_one_here() {
        let mut body = json!({"message": "deep"});
        for _ in 0..60 {
            body = json!({"type": "internal", "message": "deep", "causedByError": body});
        }
        assert_eq!(sentence(&body), "deep");
    }
}
