//! What can be made to go wrong here, and not in the house as a whole: `POST /_demo/membrane`.

use super::connections::Stage;
use super::state::State;
use serde_json::Value;
use std::collections::HashMap;

/// What is to go wrong. Counts go down with each time.
#[derive(Debug, Default)]
pub struct Switches {
    /// So many proxied requests find the connection's lock taken (§5).
    pub locked: u64,
    /// So many runs find it taken.
    pub run_locked: u64,
    /// So many requests are refused by the platform's own limit (§5).
    pub limited: u64,
    /// So many proxied requests are refused by the app's limit.
    pub app_limited: u64,
    /// So many runs are done, and a gateway's page is the answer.
    pub lost_runs: u64,
    /// `POST /act` is not there yet (§3).
    pub has_no_act: bool,
    /// Where the base of an app's connector ends, in place of where it does (§6).
    pub bases: HashMap<String, String>,
    /// Connections whose login the app no longer takes, by id; whether the platform can renew it.
    pub signed_out: HashMap<String, bool>,
}

impl Switches {
    /// Whether one of so many is left; then it is taken.
    pub fn take(count: &mut u64) -> bool {
        let is_left = *count > 0;
        *count = count.saturating_sub(1);
        is_left
    }
}

impl State {
    /// `{"token_holds": 5}`: how long the tokens of later sign-ins hold, seconds;
    /// `{"end_tokens": true}` ends all of them at once, and `{"end_sign_ins": true}` also what
    /// would renew them. `{"locked": 2}`, `run_locked`, `limited`, `app_limited`, `lost_runs`: so many times.
    /// `{"has_no_act": true}`. `{"bases": {"espocrm": "/api/v1"}}`. `{"app_signs_out": "espocrm"}`
    /// until its credentials are renewed; with `"for_good": true` until it is mended.
    /// `{"building": "espocrm"}`: ready after two looks.
    pub fn switch(&mut self, wish: &Value) {
        if let Some(seconds) = wish.get("token_holds").and_then(Value::as_i64) {
            self.token_holds = Some(seconds);
        }
        if wish.get("end_tokens").is_some() || wish.get("end_sign_ins").is_some() {
            self.grants.clear();
        }
        if wish.get("end_sign_ins").is_some() {
            self.refreshes.clear();
        }
        let switches = &mut self.switches;
        let counts = [
            ("locked", &mut switches.locked),
            ("run_locked", &mut switches.run_locked),
            ("limited", &mut switches.limited),
            ("app_limited", &mut switches.app_limited),
            ("lost_runs", &mut switches.lost_runs),
        ];
        for (name, count) in counts {
            *count = wish.get(name).and_then(Value::as_u64).unwrap_or(*count);
        }
        if let Some(missing) = wish.get("has_no_act").and_then(Value::as_bool) {
            switches.has_no_act = missing;
        }
        for (app, base) in wish.get("bases").and_then(Value::as_object).into_iter().flatten() {
            let base = base.as_str().unwrap_or_default().to_owned();
            switches.bases.insert(app.clone(), base);
        }
        let named = |name: &str| wish.get(name).and_then(Value::as_str);
        let known = |key: &str| self.connections.iter().find(|one| one.key == key);
        if let Some(one) = named("app_signs_out").and_then(known) {
            let is_renewable = wish.get("for_good").is_none();
            self.switches.signed_out.insert(one.id.clone(), is_renewable);
        }
        if let Some(key) = named("building") {
            for one in self.connections.iter_mut().filter(|one| one.key == key) {
                one.state = Stage::Building(2);
            }
        }
    }
}
