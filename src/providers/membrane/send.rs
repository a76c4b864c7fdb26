//! Requests as the user wrote them. The login is added as everywhere, and nothing replaces it.
use serde_json::Value as Json;

use super::run::{LARGEST, PATIENCE};
use crate::{
    domain::{
        action::{Outcome, Reply, Request},
        error::Error,
    },
    net::exchange::{Body, Exchange, Method, Response},
    providers::Step,
};

/// Headers that are the login's own.
const LOGIN: [&str; 2] = ["authorization", "cookie"];

/// One exchange, whatever it answers.
#[derive(Debug)]
pub struct Send(pub Request);

impl Send {
    /// To the app behind a connection: below its proxy. §4.
    pub fn through(connection: &str, request: Request) -> Self {
        let path = request.path.trim().trim_start_matches('/');
        let path = format!("connections/{connection}/proxy/{path}");
        Self(Request { path, ..request })
    }

    /// What comes next.
    pub fn next(&mut self, answer: Option<&Response>) -> Result<Step, Error> {
        match answer {
            None => Ok(Step::Send(Box::new(exchange(&self.0)?))),
            Some(response) => Ok(Step::Done(Ok(Outcome::Json(reply(response))))),
        }
    }
}

fn exchange(request: &Request) -> Result<Exchange, Error> {
    let usage = |reason: String| Error::Usage { reason };
    let method: Method = request
        .method
        .parse()
        .map_err(|_| usage(format!("{:?} is no method of HTTP", request.method)))?;
    let is_login = |name: &String| LOGIN.contains(&name.to_ascii_lowercase().as_str());
    if let Some((name, _)) = request.headers.iter().find(|(name, _)| is_login(name)) {
        return Err(usage(format!("{name} belongs to the connection's login")));
    }
    let path: Vec<&str> = request.path.trim().split('/').filter(|it| !it.is_empty()).collect();
    if path.iter().any(|segment| matches!(*segment, ".." | ".")) {
        return Err(usage(format!("{:?} climbs out of the API", request.path)));
    }
    let mut exchange = Exchange::new(method, path);
    exchange.query.clone_from(&request.query);
    exchange.headers.clone_from(&request.headers);
    exchange.body = request.body.clone().map(Body::Text);
    Ok(Exchange { timeout: Some(PATIENCE), limit: LARGEST, ..exchange })
}

fn reply(response: &Response) -> Reply {
    let json: Option<Json> = serde_json::from_slice(&response.body).ok();
    let text = match json {
        Some(_) => String::new(),
        None => String::from_utf8_lossy(&response.body).into_owned(),
    };
    Reply { status: response.status, json, text }
}
