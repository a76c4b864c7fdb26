//! Answers: the envelope, its errors, and the three that are no JSON (A2).

use crate::demo::http::Reply;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Value, json};
use std::io;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The envelope's error.
    Error {
        /// Its code.
        code: &'static str,
        /// Its message.
        message: String,
    },
    /// Duplicates, whose code is the number 0.
    Duplicate,
    /// HTTP 500 with an empty body: PHP died.
    Dead,
    /// HTTP 200 with a line of text: a file that may not be opened.
    Restricted,
}

/// A result or a refusal.
pub type Answer = Result<Value, Refusal>;

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        tracing::warn!("the demo's vtiger: {error}");
        Refusal::Dead
    }
}

/// An error with a code.
pub fn refuse(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::Error { code, message: message.into() }
}

/// The refusal that means nearly anything (A2); `about` is what follows `denied`.
pub fn denied(about: &str) -> Refusal {
    refuse("ACCESS_DENIED", format!("Permission to perform the operation is denied{about}"))
}

/// A module that is not there or may not be seen.
pub fn no_module(name: &str) -> Refusal {
    denied(&format!(" for name : {name}"))
}

/// An id that fits no module.
pub fn wrong_id() -> Refusal {
    refuse("INVALID_ID_ATTRIBUTE", "Id specified is incorrect")
}

/// A mandatory field without a value.
pub fn missing(field: &str) -> Refusal {
    refuse("MANDATORY_FIELDS_MISSING", format!("{field} does not have a value"))
}

/// The envelope of an answer.
pub fn envelope(answer: &Answer) -> Option<Value> {
    match answer {
        Ok(result) => Some(json!({"success": true, "result": result})),
        Err(Refusal::Error { code, message }) => {
            Some(json!({"success": false, "error": {"message": message, "code": code}}))
        }
        Err(Refusal::Duplicate) => Some(
            json!({"success": false, "error": {"message": "Duplicate(s) detected!", "code": 0}}),
        ),
        Err(Refusal::Dead | Refusal::Restricted) => None,
    }
}

/// An answer as webservice.php sends it.
pub fn written(answer: &Answer, plain: bool) -> Reply {
    match (envelope(answer), answer) {
        (Some(value), _) => headed(200, "application/json", json_bytes(&value, plain)),
        (None, Err(Refusal::Restricted)) => headed(
            200,
            "text/html; charset=UTF-8",
            b"Sorry! Attempt to access restricted file.".to_vec(),
        ),
        (None, _) => dead(),
    }
}

/// PHP died.
pub fn dead() -> Reply {
    Reply {
        status: 500,
        headers: vec![
            ("X-Powered-By", "PHP/8.2.36".into()),
            ("Content-type", "text/html; charset=UTF-8".into()),
        ],
        body: Vec::new(),
    }
}

/// A body with the headers that every answer has.
pub fn headed(status: u16, kind: &'static str, body: Vec<u8>) -> Reply {
    Reply {
        status,
        headers: vec![
            ("X-Powered-By", "PHP/8.2.36".into()),
            ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT".into()),
            ("Cache-Control", "no-store, no-cache, must-revalidate".into()),
            ("Pragma", "no-cache".into()),
            ("Content-type", kind.into()),
        ],
        body,
    }
}

/// JSON as PHP writes it: `\/`, and `\uXXXX` for what is not ASCII; or plainly, as 8.4 does.
pub fn json_bytes(value: &Value, plain: bool) -> Vec<u8> {
    if plain {
        return value.to_string().into_bytes();
    }
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Php(CompactFormatter));
    // Writing to memory does not fail.
    let _ = value.serialize(&mut serializer);
    bytes
}

struct Php(CompactFormatter);

impl Formatter for Php {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut units = [0; 2];
        for letter in fragment.chars() {
            match letter {
                '/' => writer.write_all(b"\\/")?,
                ascii if ascii.is_ascii() => {
                    self.0.write_string_fragment(writer, ascii.encode_utf8(&mut [0; 4]))?;
                }
                other => {
                    for unit in other.encode_utf16(&mut units) {
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

    #[test]
    fn json_is_written_as_php_does() {
        let value = json!({"a": "é/🙂\"\n"});
        assert_eq!(json_bytes(&value, false), br#"{"a":"\u00e9\/\ud83d\ude42\"\n"}"#);
        assert_eq!(json_bytes(&value, true), r#"{"a":"é/🙂\"\n"}"#.as_bytes());
    }
}
