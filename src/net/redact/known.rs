//! The secrets that a connection holds, found wherever they stand.
use std::fmt::Write as _;

use url::form_urlencoded;

use super::REMOVED;
use crate::domain::secret::Secret;

/// Shorter ones are not searched for: they would be found everywhere.
const LEAST: usize = 4;

/// Secrets and the shapes that they have in JSON and in addresses.
pub struct Known(Vec<Secret>);

impl Known {
    /// Of these secrets.
    pub fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let long = secrets.filter(|secret| secret.reveal().len() >= LEAST);
        let mut shapes: Vec<Secret> = long.flat_map(|secret| shapes(secret.reveal())).collect();
        // The longest first: one may be a part of another.
        shapes.sort_by_key(|shape| std::cmp::Reverse(shape.reveal().len()));
        shapes.dedup();
        Self(shapes)
    }

    /// The text without them.
    pub fn remove(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.0 {
            if clean.contains(secret.reveal()) {
                clean = clean.replace(secret.reveal(), REMOVED);
            }
        }
        clean
    }
}

fn shapes(secret: &str) -> Vec<Secret> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_start_matches('"');
    let json = json.strip_suffix('"').unwrap_or(json).to_owned();
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let percent = form.replace('+', "%20");
    let php = ascii(&json).replace('/', "\\/");
    let shapes = [secret.to_owned(), ascii(&json), json, php, form, percent, path(secret)];
    shapes.into_iter().map(Secret::new).collect()
}

/// As a segment of an address.
fn path(secret: &str) -> String {
    let mut url = url::Url::parse("x://h/").ok();
    if let Some(Ok(mut segments)) = url.as_mut().map(url::Url::path_segments_mut) {
        segments.push(secret);
    }
    let path = url.map(|url| url.path().trim_start_matches('/').to_owned());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| secret.to_owned())
}

/// As PHP writes JSON: everything beyond ASCII as `\uXXXX`.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing into a String cannot fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}
