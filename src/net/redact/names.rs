//! Places whose names say that secrets stand there.
use std::borrow::Cow;

use url::Url;

use super::REMOVED;

/// Whether a header of that name holds one.
pub fn is_secret_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let exact = ["cookie", "set-cookie", "x-api-key", "x-auth-token", "www-authenticate"];
    exact.contains(&name.as_str()) || name.contains("authorization") || is_secret(&name)
}

/// Whether a JSON member or a form's field of that name holds one.
pub fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let parts = [
        "password",
        "passwd",
        "token",
        "secret",
        "apikey",
        "accesskey",
        "sessionname",
        "credential",
    ];
    parts.iter().any(|part| plain.contains(part))
        || ["auth", "pwd", "cookie", "sessionid", "hmackey", "authorization", "totp", "otp"]
            .contains(&plain.as_str())
}

/// The address without user, password, and the values of query names that hold secrets.
pub fn url(address: &str) -> String {
    let Some((place, query)) = address.split_once('?') else { return without_user(address) };
    let (query, fragment) = query.split_once('#').unwrap_or((query, ""));
    let pairs: Vec<_> = query.split('&').map(pair).collect();
    let fragment = if fragment.is_empty() { "" } else { "#…" };
    format!("{}?{}{fragment}", without_user(place), pairs.join("&"))
}

/// The same of a text that is one; others are left.
pub fn url_in(text: &str) -> String {
    let is_one = ["http://", "https://", "/"].iter().any(|begin| text.starts_with(begin));
    if is_one && !text.contains(char::is_whitespace) { url(text) } else { text.to_owned() }
}

fn pair(pair: &str) -> Cow<'_, str> {
    let Some((name, _)) = pair.split_once('=') else { return Cow::Borrowed(pair) };
    let decoded = url::form_urlencoded::parse(name.as_bytes()).next();
    let decoded = decoded.map_or_else(|| name.to_owned(), |(name, _)| name.into_owned());
    if is_secret(&decoded) || decoded.eq_ignore_ascii_case("key") {
        return Cow::Owned(format!("{name}={REMOVED}"));
    }
    Cow::Borrowed(pair)
}

fn without_user(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.username().is_empty() && url.password().is_none() {
        return address.to_owned();
    }
    // These fail for addresses that cannot have them.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.into()
}

/// A form's body (`a=b&c=d`) without its secret values; anything else as it is.
pub fn form(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "=&%+-_.~*[]".contains(c);
    if !text.contains('=') || !text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let pairs: Vec<_> = text.split('&').map(pair).collect();
    Cow::Owned(pairs.join("&"))
}
