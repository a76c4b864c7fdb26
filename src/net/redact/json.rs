//! Members of JSON with secret names lose their values. A scanner, not a parser: it serves for
//! halves of bodies and for pages with JSON in them too, and takes one pass.
use super::{REMOVED, names};

/// The text with the values of secret members removed, whatever they are.
pub fn clean(text: &str) -> String {
    let mut scan = Scan { rest: text, clean: String::with_capacity(text.len()) };
    while !scan.rest.is_empty() {
        scan.step();
    }
    scan.clean
}

struct Scan<'a> {
    rest: &'a str,
    clean: String,
}

impl<'a> Scan<'a> {
    /// Up to the next quote, its text, and the value behind it if its name is secret.
    fn step(&mut self) {
        let before = self.rest.find('"').unwrap_or(self.rest.len());
        self.keep(before);
        let token = self.take(string_length(self.rest));
        self.clean.push_str(token);
        let colon = self.rest.trim_start();
        let Some(value) = colon.strip_prefix(':') else { return };
        if !is_secret(token) {
            return;
        }
        let gap = self.rest.len() - value.trim_start().len();
        self.keep(gap);
        self.take(value_length(self.rest));
        self.clean.push('"');
        self.clean.push_str(REMOVED);
        self.clean.push('"');
    }

    fn keep(&mut self, length: usize) {
        let kept = self.take(length);
        self.clean.push_str(kept);
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

/// The name may be written with escapes.
fn is_secret(token: &str) -> bool {
    serde_json::from_str::<String>(token).is_ok_and(|name| names::is_secret(&name))
}

/// How long the string is that the text begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long the value is that the text begins with: a string, a number, or all of an object.
fn value_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let length = if first == '"' { string_length(rest) } else { first.len_utf8() };
        match first {
            '{' | '[' => depth += 1,
            '}' | ']' | ',' if depth == 0 => return at,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        at += length;
        let closed = matches!(first, '"' | '}' | ']') && depth == 0;
        if closed {
            return at;
        }
    }
    text.len()
}
