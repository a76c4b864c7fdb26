//! A request as EspoCRM reads it.

use super::params;
use super::reply::{Refusal, broken};
use serde_json::Value;

pub use crate::demo::http::Request;

impl Request {
    /// Whether a header says `true`.
    pub fn says(&self, name: &str) -> bool {
        self.header(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.header("cookie")?.split(';');
        cookies
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The decoded parts of the path.
    pub fn parts(&self) -> Vec<String> {
        self.path.split('/').filter(|part| !part.is_empty()).map(params::decode).collect()
    }

    /// The query as PHP reads it.
    pub fn params(&self) -> Value {
        params::tree(&self.query)
    }

    /// The body as JSON: nothing where it is not declared as JSON, an error where it is and is none (E§1).
    pub fn json(&self) -> Result<Value, Refusal> {
        let declared =
            self.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if !declared || self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).map_err(|_| broken())
    }
}
