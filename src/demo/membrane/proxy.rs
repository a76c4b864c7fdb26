//! The way through: a request goes on to the app with the credentials that are kept here (§4).

use super::Visit;
use super::answer::{Answer, Refusal, bad_request, html, refuse};
use super::connections::{self, Connection};
use super::switches::Switches;
use crate::demo::http::{Reply, Request};

/// What is not passed on (§4).
const DROPPED: [&str; 15] = [
    "host",
    "x-request-id",
    "x-real-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-scheme",
    "forwarded-for-header",
    "cdn-loop",
    "cf-ray",
    "connection",
    "authorization",
    "content-length",
    "accept-encoding",
];

/// The app's answer, unchanged.
pub(super) fn answer(visit: &Visit<'_>, selector: &str, rest: &[&str]) -> Result<Reply, Refusal> {
    let one = connections::usable(visit, selector)?;
    if Switches::take(&mut visit.membrane.state().switches.locked) {
        return Err(locked());
    }
    if Switches::take(&mut visit.membrane.state().switches.app_limited) {
        return Ok(html(429, "<h1>Slow down.</h1>"));
    }
    let path = place(visit, rest)?;
    let dropped = |name: &String| DROPPED.contains(&name.as_str());
    let headers = visit.request.headers.iter().filter(|(name, _)| !dropped(name)).cloned();
    let request = Request {
        method: visit.request.method.clone(),
        path,
        query: visit.request.query.clone(),
        headers: headers.collect(),
        body: visit.request.body.clone(),
    };
    Ok(ask(visit, &one, request))
}

/// Another request holds the connection (§5).
pub(super) fn locked() -> Refusal {
    refuse(400, "concurrency", "lock_timeout", "The connection is locked by another request")
}

/// The path below the app's base; a full URL must be the app's own site.
fn place(visit: &Visit<'_>, rest: &[&str]) -> Answer<String> {
    match rest {
        [scheme @ ("http:" | "https:"), tail @ ..] => {
            let full = format!("{scheme}//{}", tail.join("/"));
            let below = full.strip_prefix(&visit.membrane.site).map(|path| format!("//{path}"));
            below.ok_or_else(|| bad_request("The demo's proxy reaches the demo only"))
        }
        _ => Ok(format!("/{}", rest.join("/"))),
    }
}

/// Asks the app of a connection. `//` at the path's start stands for a path of the whole site.
pub(super) fn ask(visit: &Visit<'_>, one: &Connection, request: Request) -> Reply {
    let Some(sibling) = visit.membrane.siblings.iter().find(|it| it.key == one.app) else {
        return html(404, "<h1>This app has no address.</h1>");
    };
    let (base, is_signed_out) = {
        let switches = &visit.membrane.state().switches;
        let base = switches.bases.get(sibling.key).cloned();
        (base, switches.signed_out.contains_key(&one.id))
    };
    let base = base.unwrap_or_else(|| sibling.base.to_owned());
    let path = match request.path.strip_prefix("//") {
        Some(whole) => format!("/{}", whole.trim_start_matches('/')),
        None => format!("{base}{}", request.path),
    };
    if is_signed_out { sibling.refuse(&path, request) } else { sibling.ask(&path, request) }
}
