//! Whether a connection can be used, and what it asks of the user where not. §2.
use std::time::Duration;

use serde_json::Value as Json;

use super::{element, errors};
use crate::{
    domain::error::Error,
    net::exchange::{Exchange, Response},
};

/// How often a connection that is being built is asked for: five minutes.
pub const LOOKS: u32 = 10;

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be used.
    Ready,
    /// It will be, or will say what it needs.
    Building,
}

/// The server holds the answer back while it builds. §2.
pub fn asked(id: &str) -> Exchange {
    let exchange = Exchange::get(["connections", id]).query("wait", "true").query("timeout", "30");
    Exchange { timeout: Some(Duration::from_secs(45)), ..exchange }
}

/// As the answer says.
///
/// Errors: [`Error::Mend`] for one that cannot be used, with what it needs and the page for it.
pub fn read(id: &str, response: &Response) -> Result<Standing, Error> {
    of(id, &errors::body(response, "connections")?)
}

/// As the connection's own JSON says.
///
/// Errors: [`Error::Mend`].
pub fn of(id: &str, found: &Json) -> Result<Standing, Error> {
    let state = element::state(found);
    if matches!(state.as_str(), "BUILDING" | "SETUP_IN_PROGRESS") {
        return Ok(Standing::Building);
    }
    if element::is_usable(found) {
        return Ok(Standing::Ready);
    }
    let needs = element::needs(found);
    let reason = if needs.is_empty() { state.replace('_', " ").to_lowercase() } else { needs };
    let url = element::page(found).map(str::to_owned);
    Err(Error::Mend { id: id.to_owned(), reason, url })
}

/// One that was built for too long.
pub fn still_building(id: &str) -> Error {
    let reason = "it is still being built".to_owned();
    Error::Mend { id: id.to_owned(), reason, url: None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_connection_is_ready_or_building_or_says_what_it_needs() {
        assert_eq!(of("c1", &json!({"state": "READY"})), Ok(Standing::Ready));
        assert_eq!(of("c1", &json!({"state": "BUILDING"})), Ok(Standing::Building));
        let asks = json!({"state": "CLIENT_ACTION_REQUIRED", "clientAction":
            {"description": "Sign in again", "uiUrl": "https://ui/x"}});
        let (id, reason) = ("c1".to_owned(), "Sign in again".to_owned());
        let url = Some("https://ui/x".to_owned());
        assert_eq!(of("c1", &asks), Err(Error::Mend { id, reason, url }));
        let failed = of("c1", &json!({"state": "SETUP_FAILED"}));
        assert!(matches!(failed, Err(Error::Mend { reason, .. }) if reason == "setup failed"));
    }
}
