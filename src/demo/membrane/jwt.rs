//! Tokens that a workspace's secret signs (§1a).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Sha256, Sha512};

/// What a token says, if that secret signed it; with HS256 or HS512.
pub fn claims(token: &str, secret: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (head, body) = signed.split_once('.')?;
    let head: Value = read(head)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let holds = match head.get("alg").and_then(Value::as_str)? {
        "HS256" => Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .ok()?
            .chain_update(signed)
            .verify_slice(&signature)
            .is_ok(),
        "HS512" => Hmac::<Sha512>::new_from_slice(secret.as_bytes())
            .ok()?
            .chain_update(signed)
            .verify_slice(&signature)
            .is_ok(),
        _ => false,
    };
    holds.then(|| read(body)).flatten()
}

fn read(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A token of those claims, HS256.
pub fn sign(claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = serde_json::json!({"alg": "HS256", "typ": "JWT"});
    let signed = format!("{}.{}", part(&head), part(claims));
    // HMAC takes keys of any length, so the error cannot come; an empty signature holds nowhere.
    let signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(&signed).finalize().into_bytes().to_vec())
        .unwrap_or_default();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_holds_only_as_it_was_signed() {
        let token = sign(&json!({"workspaceKey": "k", "exp": 9}), "secret");
        assert_eq!(claims(&token, "secret").unwrap()["workspaceKey"], "k");
        assert!(claims(&token, "other").is_none());
        let forged = token.replacen("eyJ", "eyK", 1);
        assert!(claims(&forged, "secret").is_none());
        assert!(claims("a.b", "secret").is_none());
    }
}
