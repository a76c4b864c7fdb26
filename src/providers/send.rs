//! Requests as the user wrote them. The login is added as everywhere, and nothing replaces it.
use serde_json::Value as Json;

use crate::{
    domain::{
        action::{Outcome, Reply, Request},
        error::Error,
    },
    net::exchange::{Body, Exchange, Method, Response},
    providers::Step,
};

/// One exchange, whatever it answers.
#[derive(Debug)]
pub struct Send(pub Request);

impl Send {
    /// What comes next.
    /// What comes next. `login` names the headers that are the login's own, in lower case; `base`
    /// is the API's path below the site, which may be written or not.
    pub fn next(
        &mut self,
        answer: Option<&Response>,
        login: &[&str],
        base: &[&str],
    ) -> Result<Step, Error> {
        match answer {
            None => Ok(Step::Send(Box::new(exchange(&self.0, login, base)?))),
            Some(response) => Ok(Step::Done(Ok(Outcome::Json(reply(response))))),
        }
    }
}

fn exchange(request: &Request, login: &[&str], base: &[&str]) -> Result<Exchange, Error> {
    let usage = |reason: String| Error::Usage { reason };
    let method: Method = request
        .method
        .parse()
        .map_err(|_| usage(format!("{:?} is no method of HTTP", request.method)))?;
    let is_login = |name: &String| login.contains(&name.to_ascii_lowercase().as_str());
    if let Some((name, _)) = request.headers.iter().find(|(name, _)| is_login(name)) {
        return Err(usage(format!("{name} belongs to the connection's login")));
    }
    let mut exchange = Exchange::new(method, segments(&request.path, &base.join("/"))?);
    exchange.query.clone_from(&request.query);
    exchange.headers.clone_from(&request.headers);
    if let Some(body) = &request.body {
        let is_typed =
            request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if !is_typed {
            // Any other type, and the server ignores the body (E§1), or refuses it.
            exchange = exchange.header("Content-Type", "application/json");
        }
        exchange.body = Some(Body::Text(body.clone()));
    }
    Ok(exchange)
}

/// The path below the base.
fn segments(path: &str, base: &str) -> Result<Vec<String>, Error> {
    let path = path.trim().trim_matches('/');
    let below = path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let path = below.unwrap_or(path).trim_start_matches('/');
    if path.split('/').any(|segment| segment == ".." || segment == ".") {
        let reason = format!("{path:?} climbs out of the API");
        return Err(Error::Usage { reason });
    }
    Ok(path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect())
}

fn reply(response: &Response) -> Reply {
    let json: Option<Json> = serde_json::from_slice(&response.body).ok();
    let text = match json {
        Some(_) => String::new(),
        None => String::from_utf8_lossy(&response.body).into_owned(),
    };
    Reply { status: response.status, json, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, headers: &[(&str, &str)]) -> Result<Exchange, Error> {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let (method, path) = ("POST".to_owned(), path.to_owned());
        let body = Some("{}".to_owned());
        let request = Request { method, path, query: vec![], headers, body };
        exchange(&request, &["x-api-key"], &["api", "v1"])
    }

    #[test]
    fn a_request_goes_out_as_it_was_written() {
        let exchange = request("/api/v1/Account/1/contacts", &[("X-No-Total", "true")]).unwrap();
        assert_eq!(exchange.path, ["Account", "1", "contacts"]);
        assert_eq!(exchange.body, Some(Body::Text("{}".into())));
        assert!(!exchange.is_safe);
        assert!(exchange.headers.contains(&("Content-Type".into(), "application/json".into())));
    }

    #[test]
    fn a_request_neither_leaves_the_api_nor_replaces_the_login() {
        assert!(matches!(request("Account/../../x", &[]), Err(Error::Usage { .. })));
        assert!(matches!(request("Account", &[("x-api-KEY", "1")]), Err(Error::Usage { .. })));
    }
}
