//! Tokens and what they may (§1).

use crate::demo::http::Request;
use crate::demo::random::{Random, mix};

/// What the limited token may: names from the operations' descriptions.
const LIMITED: [&str; 11] = [
    "Appointments - View Own",
    "Assets - List/Search",
    "Assets - View Details",
    "Customers - List/Search",
    "Customers - View Detail",
    "Documentation - Allow Usage",
    "Products - List/Search",
    "RMM Alerts - List",
    "Tickets - Create",
    "Tickets - List/Search",
    "Tickets - View Details",
];

/// The tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// May everything.
    pub full: String,
    /// May a little.
    pub limited: String,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// Their place among the users.
    pub place: i64,
    /// Their permissions; `None` for all.
    rights: Option<&'static [&'static str]>,
}

impl Tokens {
    /// The tokens of a seed.
    pub fn of(seed: u64) -> Tokens {
        let mut random = Random::new(mix(seed ^ 0x5F_9C20));
        let mut token = || format!("T{}-{}", random.hex(16), random.hex(32));
        Tokens { full: token(), limited: token() }
    }

    /// Who holds the token of a request. The token may stand in the query, but only as its first parameter.
    pub fn admit(&self, request: &Request) -> Option<Caller> {
        let token = match request.header("authorization") {
            Some(text) => text.strip_prefix("Bearer ").unwrap_or(text).trim(),
            None => request.query.split('&').next()?.strip_prefix("api_key=")?,
        };
        if token == self.full {
            Some(Caller { place: 1, rights: None })
        } else if token == self.limited {
            Some(Caller { place: 6, rights: Some(&LIMITED) })
        } else {
            None
        }
    }
}

impl Caller {
    /// Whether they have a permission.
    pub fn may(&self, right: &str) -> bool {
        right.is_empty() || self.rights.is_none_or(|rights| rights.contains(&right))
    }

    /// Whether they may everything.
    pub fn is_admin(&self) -> bool {
        self.rights.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_from_the_header_or_as_the_first_parameter() {
        let tokens = Tokens::of(1);
        let ask = |header: Option<String>, query: &str| Request {
            query: query.to_owned(),
            headers: header.map(|text| ("authorization".to_owned(), text)).into_iter().collect(),
            ..Request::default()
        };
        let full = Some(format!("Bearer {}", tokens.full));
        assert!(tokens.admit(&ask(full, "")).unwrap().is_admin());
        let query = format!("api_key={}&page=2", tokens.limited);
        let caller = tokens.admit(&ask(None, &query)).unwrap();
        assert!(caller.may("Tickets - List/Search") && !caller.may("Invoices - List/Search"));
        assert!(tokens.admit(&ask(None, &format!("page=2&api_key={}", tokens.limited))).is_none());
        assert!(tokens.admit(&ask(Some("Bearer no".into()), "")).is_none());
    }
}
