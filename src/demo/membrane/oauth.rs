//! Signing in by the browser, or by hand (§1b): registration, the page that asks, tokens for codes.

use super::Visit;
use super::answer::{html, json_reply};
use super::state::Grant;
use super::tokens::{Caller, HOLDS};
use crate::demo::http::Reply;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How long a code may be used, seconds.
const CODE_HOLDS: i64 = 600;

/// A code that waits for its exchange.
#[derive(Debug, Clone)]
pub struct Code {
    client: String,
    redirect: String,
    challenge: String,
    is_person: bool,
    ends: i64,
}

/// What needs no token; `None` = the path is another's.
pub(super) fn answer(visit: &Visit<'_>, path: &[&str]) -> Option<Reply> {
    Some(match (visit.request.method.as_str(), path) {
        ("GET", [".well-known", "oauth-authorization-server"]) => about(visit),
        ("POST", ["oauth", "register"]) => register(visit),
        ("GET", ["oauth", "authorize"]) => authorize(visit),
        ("POST", ["oauth", "token"]) => token(visit),
        ("POST", ["oauth", "revoke"]) => revoke(visit),
        _ => return None,
    })
}

fn about(visit: &Visit<'_>) -> Reply {
    let url = &visit.membrane.url;
    let place = |name: &str| format!("{url}/oauth/{name}");
    let about = json!({
        "issuer": url,
        "authorization_endpoint": place("authorize"),
        "token_endpoint": place("token"),
        "registration_endpoint": place("register"),
        "revocation_endpoint": place("revoke"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "client_id_metadata_document_supported": true,
    });
    json_reply(200, &about)
}

fn refused(error: &str, description: &str) -> Reply {
    json_reply(400, &json!({"error": error, "error_description": description}))
}

/// RFC 7591: any client whose redirects are on this machine, or that shows the code to a person.
fn register(visit: &Visit<'_>) -> Reply {
    let Ok(body) = visit.body() else { return refused("invalid_client_metadata", "no JSON") };
    let uris: Vec<String> = body
        .get("redirect_uris")
        .and_then(Value::as_array)
        .map(|uris| uris.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    if uris.is_empty() {
        return refused("invalid_redirect_uri", "redirect_uris is empty");
    }
    let mut state = visit.membrane.state();
    let id = state.name("client");
    let about = json!({
        "client_id": id, "redirect_uris": uris, "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "client_name": body.get("client_name").cloned().unwrap_or_default(),
    });
    state.clients.insert(id, uris);
    json_reply(201, &about)
}

/// The page that a person would see. The demo's person always agrees: a redirect to this machine
/// gets its code at once, any other one is shown the code to type (headless).
fn authorize(visit: &Visit<'_>) -> Reply {
    let param = |name: &str| visit.param(name).unwrap_or_default().to_owned();
    let (client, redirect) = (param("client_id"), param("redirect_uri"));
    let mut state = visit.membrane.state();
    if !state.clients.get(&client).is_some_and(|uris| uris.contains(&redirect)) {
        return html(400, "<h1>This client is not registered with that redirect.</h1>");
    }
    let scope = param("scope");
    let wrong = if param("response_type") != "code" {
        Some("response_type must be code")
    } else if param("code_challenge_method") != "S256" || param("code_challenge").is_empty() {
        Some("PKCE with S256 is needed")
    } else if !matches!(scope.as_str(), "tenant" | "platform-user") {
        Some("scope must be one of: platform-user, tenant")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return refused("invalid_request", wrong);
    }
    let code = state.name("code");
    let ends = visit.membrane.now() + CODE_HOLDS;
    let is_person = scope == "platform-user";
    let challenge = param("code_challenge");
    let kept = Code { client, redirect: redirect.clone(), challenge, is_person, ends };
    state.codes.insert(code.clone(), kept);
    drop(state);
    back(&redirect, &code, &param("state"))
}

fn back(redirect: &str, code: &str, state: &str) -> Reply {
    let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    if !local.iter().any(|start| redirect.starts_with(start)) {
        return html(200, &format!("<p>Type this code where you came from:</p><pre>{code}</pre>"));
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("code", code)
        .append_pair("state", state)
        .finish();
    html(302, "").with("Location", format!("{redirect}?{query}"))
}

fn token(visit: &Visit<'_>) -> Reply {
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(&visit.request.body).into_owned().collect();
    let field = |name: &str| {
        form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    };
    match field("grant_type") {
        "authorization_code" => {
            let code = visit.membrane.state().codes.remove(field("code"));
            let Some(code) = code.filter(|code| code.ends > visit.membrane.now()) else {
                return refused("invalid_grant", "The code is not known, or was used");
            };
            let is_theirs =
                code.client == field("client_id") && code.redirect == field("redirect_uri");
            if !is_theirs || challenge(field("code_verifier")) != code.challenge {
                return refused("invalid_grant", "The code belongs to another client");
            }
            granted(visit, code.is_person)
        }
        "refresh_token" => {
            let grant = visit.membrane.state().refreshes.remove(field("refresh_token"));
            match grant {
                Some(caller) => granted(visit, caller.is_person),
                None => refused("invalid_grant", "The refresh token is not known, or was used"),
            }
        }
        _ => refused("unsupported_grant_type", "authorization_code or refresh_token"),
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A token and the one that renews it; each renewal gives a new pair.
fn granted(visit: &Visit<'_>, is_person: bool) -> Reply {
    let tenant = (!is_person).then(|| "demo".to_owned());
    let caller = Caller { tenant, is_manager: false, is_person };
    let mut state = visit.membrane.state();
    let (access, refresh) = (state.secret("access"), state.secret("refresh"));
    let holds = state.token_holds.unwrap_or(HOLDS);
    let ends = visit.membrane.now() + holds;
    state.grants.insert(access.clone(), Grant { caller: caller.clone(), ends });
    state.refreshes.insert(refresh.clone(), caller);
    let keys = visit.membrane.keys();
    let body = json!({
        "access_token": access, "token_type": "Bearer", "expires_in": holds,
        "refresh_token": refresh, "default_workspace_key": keys.workspace_key,
        "default_tenant_key": "demo", "email": "ada@demo.example",
    });
    json_reply(200, &body)
}

/// RFC 7009: an unknown token is answered like a known one.
fn revoke(visit: &Visit<'_>) -> Reply {
    let form = url::form_urlencoded::parse(&visit.request.body);
    let token = form.into_owned().find(|(key, _)| key == "token").map(|(_, value)| value);
    let token = token.unwrap_or_default();
    let mut state = visit.membrane.state();
    state.grants.remove(&token);
    state.refreshes.remove(&token);
    json_reply(200, &json!({}))
}
