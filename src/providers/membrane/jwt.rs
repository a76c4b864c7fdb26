//! Tokens that a workspace's secret signs, and what any token says of itself. §1a.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use sha2::Sha256;

use crate::domain::secret::Secret;

/// How long a token of ours holds, seconds: as long as the SDK's. §1a.
pub const HOLDS: i64 = 3600;

/// A token of a tenant, or of the workspace where none is named; and when it ends.
pub fn mint(key: &str, secret: &Secret, tenant: &str, now: Timestamp) -> (Secret, Timestamp) {
    let ends = now.as_second().saturating_add(HOLDS);
    let mut claims = json!({ "workspaceKey": key, "exp": ends });
    if !tenant.is_empty() {
        claims["tenantKey"] = json!(tenant);
    }
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": "HS256", "typ": "JWT" })), part(&claims));
    // HMAC takes keys of any length, so the error cannot come; an empty signature is refused.
    let signature = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes())
        .map(|mac| mac.chain_update(&signed).finalize().into_bytes().to_vec())
        .unwrap_or_default();
    let token = Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)));
    (token, Timestamp::from_second(ends).unwrap_or(now))
}

/// When a token ends, as far as it says so. Not all of them are JWTs. §1a.
pub fn ends(token: &Secret) -> Option<Timestamp> {
    let claims = token.reveal().split('.').nth(1)?;
    let claims: Json = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Timestamp::from_second(claims.get("exp")?.as_i64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is_and_is_signed() {
        let now = Timestamp::from_second(1_764_000_000).unwrap();
        let (token, end) = mint("wk", &Secret::new("s3cret"), "acme", now);
        assert_eq!(end.as_second(), 1_764_003_600);
        assert_eq!(ends(&token), Some(end));
        let parts: Vec<&str> = token.reveal().split('.').collect();
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        let claims: Json = serde_json::from_slice(&claims).unwrap();
        let expected = json!({"workspaceKey": "wk", "exp": 1_764_003_600, "tenantKey": "acme"});
        assert_eq!(claims, expected);
        // printf '%s' "HEAD.CLAIMS" | openssl dgst -sha256 -hmac s3cret -binary | basenc --base64url
        assert_eq!(parts[2], EXPECTED);
        assert!(!format!("{token:?}").contains("eyJ"));
    }

    const EXPECTED: &str = "Z9xyImjJ_HMozTv6HHdoIwOsgnqKMS3HPPrm8dnRLlY";

    #[test]
    fn what_is_no_jwt_has_no_end() {
        for token in ["pat-0123", "a.b.c", "", "a.e30.c"] {
            assert_eq!(ends(&Secret::new(token)), None, "{token}");
        }
    }
}
