//! Switches: what only some installs do (A2, A4, A10, A12).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is switched. `POST /_demo/vtiger` takes any of them as a JSON object, and answers with all of them.
///
/// `{"release": "8.4"}` and `{"php": 8}` stand for what comes with them; what is named beside them counts more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each by itself")]
pub struct Quirks {
    /// Operations that answer HTTP 500 with nothing: on PHP 8 `logout`, `convertlead`, `files_retrieve`, `sync` and
    /// `retrieve_inventory` (A12).
    pub broken: Vec<String>,
    /// Orders that are taxed individually answer 500, but are kept (A8).
    pub individual_tax_breaks: bool,
    /// `LineItems[].parent_id` is `"4xArray"` (A8).
    pub junk_parents: bool,
    /// Empty references are null, letters beyond ASCII are not escaped, `<script` is kept, hashes and keys of users are
    /// left out: what 8.4 does (A4, A6).
    pub is_8_4: bool,
    /// How many of the next writes land and then answer 500 with nothing (A2).
    pub land_and_break: u32,
    /// How many of the next answers are a notice of PHP before the JSON (A2).
    pub notices: u32,
    /// Seconds of rest after which a session is `SESSION_LEFT_IDLE`.
    pub idle_s: u64,
    /// Seconds of life after which a session is `SESSION_EXPIRED`.
    pub life_s: u64,
    /// Seconds that a challenge lives.
    pub challenge_s: u64,
    /// Calls after which a session is not known any more; 0 never.
    pub calls: u32,
    /// Requests a minute on the cloud; 0 is the One Pilot plan, which allows none.
    pub minute_limit: u32,
    /// Requests a day on the cloud.
    pub daily_limit: u32,
    /// Cloud errors have no body, only a reason in the status line.
    pub bare_errors: bool,
}

/// What PHP 8 breaks in 8.0 (A12).
const BROKEN: [&str; 5] = ["logout", "convertlead", "files_retrieve", "sync", "retrieve_inventory"];
/// What PHP 8 breaks in 8.4.
const STILL_BROKEN: [&str; 2] = ["sync", "retrieve_inventory"];

impl Default for Quirks {
    /// 8.0 on PHP 7, where everything works.
    fn default() -> Quirks {
        Quirks {
            broken: Vec::new(),
            individual_tax_breaks: false,
            junk_parents: false,
            is_8_4: false,
            land_and_break: 0,
            notices: 0,
            idle_s: 1_800,
            life_s: 86_400,
            challenge_s: 300,
            calls: 0,
            minute_limit: 600,
            daily_limit: 120_000,
            bare_errors: false,
        }
    }
}

impl Quirks {
    /// The switches with some of them changed; the error says what is not known.
    pub fn changed(&self, mut wish: Map<String, Value>) -> Result<Quirks, String> {
        let mut quirks = self.clone();
        match wish
            .remove("release")
            .as_ref()
            .map(|value| value.as_str().unwrap_or_default().to_owned())
            .as_deref()
        {
            None => {}
            Some("8.0") => quirks = Quirks { is_8_4: false, ..quirks },
            Some("8.4") => quirks = Quirks { is_8_4: true, ..quirks },
            Some(other) => return Err(format!("release is 8.0 or 8.4, not {other}")),
        }
        match wish.remove("php").map(|value| value.as_i64().unwrap_or(0)) {
            None => {}
            Some(7) => {
                quirks = Quirks {
                    broken: Vec::new(),
                    individual_tax_breaks: false,
                    junk_parents: false,
                    ..quirks
                };
            }
            Some(8) => {
                let broken: &[&str] = if quirks.is_8_4 { &STILL_BROKEN } else { &BROKEN };
                quirks.broken = broken.iter().map(|name| (*name).to_owned()).collect();
                quirks.individual_tax_breaks = !quirks.is_8_4;
                quirks.junk_parents = !quirks.is_8_4;
            }
            Some(other) => return Err(format!("php is 7 or 8, not {other}")),
        }
        let mut all = serde_json::to_value(&quirks).map_err(|error| error.to_string())?;
        if let Some(all) = all.as_object_mut() {
            all.extend(wish);
        }
        serde_json::from_value(all).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_change_alone_or_by_release() {
        let wish = |text: &str| serde_json::from_str(text).unwrap();
        let old = Quirks::default().changed(wish(r#"{"php": 8}"#)).unwrap();
        assert!(old.junk_parents && old.broken.contains(&"logout".to_owned()));
        let new = old.changed(wish(r#"{"release": "8.4", "php": 8, "idle_s": 1}"#)).unwrap();
        assert!(!new.junk_parents && new.is_8_4 && new.idle_s == 1);
        assert_eq!(new.broken, STILL_BROKEN);
        assert_eq!(new.changed(wish(r#"{"broken": ["sync"]}"#)).unwrap().broken, ["sync"]);
        assert!(new.changed(wish(r#"{"nope": 1}"#)).unwrap_err().contains("nope"));
    }
}
