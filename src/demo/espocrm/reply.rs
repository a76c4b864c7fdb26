//! Answers as EspoCRM writes them (E§1, E§19).

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::Formatter;
use std::io;

pub use crate::demo::http::Reply;

/// A refusal: what a handler returns instead of a value.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `X-Status-Reason`; `None` leaves the header out.
    pub reason: Option<String>,
    /// The body, where there is one.
    pub body: Option<Value>,
    /// Whether the content type is `text/html`, as for what no controller answers.
    pub html: bool,
}

/// What a handler gives.
pub type Answer = Result<Value, Refusal>;

/// A refusal with a reason.
pub fn refuse(status: u16, reason: impl Into<String>) -> Refusal {
    Refusal { status, reason: Some(reason.into()), ..Refusal::default() }
}

/// A 500 without a word.
pub fn broken() -> Refusal {
    Refusal { status: 500, ..Refusal::default() }
}

/// A 404 or 405 of the router, with its page.
pub fn routed(status: u16, allow: Option<&str>) -> Reply {
    let (title, text) = match status {
        405 => ("405 Method Not Allowed", "This resource does not answer that method."),
        _ => ("404 Not Found", "There is nothing at this address."),
    };
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1><div><p>{text}</p></div></body></html>"
    );
    let mut headers = vec![("Content-Type", "text/html;charset=UTF-8".to_owned())];
    headers.extend(allow.map(|methods| ("Allow", methods.to_owned())));
    Reply { status, headers, body: page.into_bytes() }
}

impl Reply {
    /// A JSON answer with the headers of a good one.
    pub fn json(value: &Value, stamp: i64) -> Reply {
        Reply { body: encode(value), ..Reply::empty_json(stamp) }
    }

    /// A good answer without a body (`Metadata?key=<missing>`).
    pub fn empty_json(stamp: i64) -> Reply {
        let headers = vec![
            ("Content-Type", "application/json".to_owned()),
            ("X-App-Timestamp", stamp.to_string()),
            ("Expires", "0".to_owned()),
            (
                "Cache-Control",
                "no-store, no-cache, must-revalidate, post-check=0, pre-check=0".to_owned(),
            ),
        ];
        Reply { status: 200, headers, body: Vec::new() }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        let kind = if refusal.html { "text/html; charset=UTF-8" } else { "application/json" };
        let mut headers = vec![("Content-Type", kind.to_owned())];
        headers.extend(refusal.reason.map(|reason| ("X-Status-Reason", reason)));
        let body = refusal.body.as_ref().map(encode).unwrap_or_default();
        Reply { status: refusal.status, headers, body }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        Refusal { reason: Some(format!("demo store: {error}")), ..broken() }
    }
}

/// JSON as PHP writes it: `\/`, `\uXXXX` for all that is not ASCII, whole numbers without a point.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Php);
    match value.serialize(&mut serializer) {
        Ok(()) => bytes,
        // Writing a `Value` to a `Vec` has no way to fail.
        Err(_) => Vec::new(),
    }
}

struct Php;

impl Formatter for Php {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && value.abs() < 1e15 {
            return write!(writer, "{value:.0}");
        }
        write!(writer, "{value}")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut units = [0u16; 2];
        for letter in fragment.chars() {
            match letter {
                '/' => writer.write_all(b"\\/")?,
                ' '..='~' => {
                    writer.write_all(&[u8::try_from(u32::from(letter)).unwrap_or(b'?')])?;
                }
                _ => {
                    for unit in letter.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_escaped_as_php_does_it() {
        let text =
            String::from_utf8(encode(&json!({"a/b": "é🚀\n", "n": 200.0, "x": 1.5}))).unwrap();
        assert_eq!(text, r#"{"a\/b":"\u00e9\ud83d\ude80\n","n":200,"x":1.5}"#);
    }
}
