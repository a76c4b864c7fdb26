//! Who calls, and what they may ask of themselves (§1).

use super::answer::{Answer, denied, found, page, unknown_caller};
use super::{Visit, jwt};
use crate::demo::random::{Random, mix};
use serde_json::{Value, json};

/// How long a token that the demo makes holds, seconds.
pub const HOLDS: i64 = 3600;

/// The workspace's key and secret, and a token that never ends.
#[derive(Debug, Clone)]
pub struct Keys {
    /// A tenant's long-lived token.
    pub token: String,
    /// The public half.
    pub workspace_key: String,
    /// What signs tokens.
    pub workspace_secret: String,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The tenant's key; `None` = the workspace itself.
    pub tenant: Option<String>,
    /// Whether they manage the workspace.
    pub is_manager: bool,
    /// Whether they are a person of the platform, not a tenant.
    pub is_person: bool,
}

impl Keys {
    /// From the company's seed.
    pub fn new(seed: u64) -> Keys {
        let mut random = Random::new(mix(seed ^ 0x3E3B));
        Keys {
            token: format!("pat-{}", random.hex(40)),
            workspace_key: format!("demo-{}", random.hex(12)),
            workspace_secret: random.hex(64),
        }
    }

    /// Who a request's token belongs to.
    pub(super) fn caller(&self, visit: &Visit<'_>) -> Answer<Caller> {
        let header = visit.request.header("authorization").unwrap_or_default();
        let Some(token) = header.strip_prefix("Bearer ").map(str::trim) else {
            return Err(unknown_caller("No bearer token was sent"));
        };
        if token == self.token {
            return Ok(Caller::tenant("demo"));
        }
        if let Some(grant) = visit.membrane.state().grants.get(token) {
            if grant.ends > visit.membrane.now() {
                return Ok(grant.caller.clone());
            }
            return Err(unknown_caller("The token has expired"));
        }
        let claims = jwt::claims(token, &self.workspace_secret);
        let claims = claims.ok_or_else(|| unknown_caller("The token is not known here"))?;
        self.of_claims(&claims, visit.membrane.now())
    }

    /// Both spellings of the claims are in use (§1a).
    fn of_claims(&self, claims: &Value, now: i64) -> Answer<Caller> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("workspaceKey").or(text("iss")) != Some(self.workspace_key.as_str()) {
            return Err(unknown_caller("The token names another workspace"));
        }
        if claims.get("exp").and_then(Value::as_i64).is_some_and(|ends| ends <= now) {
            return Err(unknown_caller("The token has expired"));
        }
        let tenant = text("tenantKey").or(text("id")).map(str::to_owned);
        let is_manager =
            tenant.is_none() && claims.get("isAdmin").and_then(Value::as_bool) == Some(true);
        Ok(Caller { tenant, is_manager, is_person: false })
    }
}

impl Caller {
    /// A tenant of the workspace.
    pub fn tenant(key: &str) -> Caller {
        Caller { tenant: Some(key.to_owned()), is_manager: false, is_person: false }
    }
}

/// `self`, `account`, `org-workspaces`.
pub(super) fn answer(visit: &Visit<'_>, caller: &Caller, path: &[&str]) -> Answer {
    let keys = visit.membrane.keys();
    match (visit.request.method.as_str(), path) {
        ("GET", ["self"]) => Ok(about(keys, caller).into()),
        ("GET", ["account"]) if caller.is_person => {
            Ok(json!({"id": "6650000000000000000000aa", "email": "ada@demo.example"}).into())
        }
        ("GET", ["org-workspaces"]) if caller.is_person => {
            // The secret stands in the answer (§1c): a client must not keep or show it.
            let one = json!({
                "id": WORKSPACE, "name": "Demo workspace", "orgId": "6650000000000000000000ac",
                "key": keys.workspace_key, "secret": keys.workspace_secret,
            });
            Ok(page(vec![one], visit.param("limit"), visit.param("cursor"), 100).into())
        }
        ("POST", ["org-workspaces", WORKSPACE, "access-token"]) if caller.is_person => {
            let body = visit.body()?;
            let tenant = body.get("tenantKey").and_then(Value::as_str).unwrap_or("demo");
            let ends = visit.membrane.now() + HOLDS;
            let claims =
                json!({"workspaceKey": keys.workspace_key, "tenantKey": tenant, "exp": ends});
            Ok(json!({"token": jwt::sign(&claims, &keys.workspace_secret)}).into())
        }
        (_, ["account"] | ["org-workspaces", ..]) => {
            Err(denied("Only a person of the platform may do this"))
        }
        _ => Err(found("path", &path.join("/"))),
    }
}

/// The one workspace's id.
const WORKSPACE: &str = "6650000000000000000000ab";

fn about(keys: &Keys, caller: &Caller) -> Value {
    let tenant = caller.tenant.as_deref().unwrap_or("workspace");
    json!({
        "id": "6650000000000000000000ad",
        "name": if tenant == "demo" { "Demo company" } else { tenant },
        "internalId": tenant,
        "fields": {},
        "isTest": true,
        "workspaceKey": keys.workspace_key,
    })
}
