//! `ficha request PATH`: a request of the user's own, with the connection's login.
use clap::Args;
use serde_json::{Value as Json, json};

use super::{
    output::{Format, Out},
    sentence::{Fault, Stop, status, usage},
    shell::{Shell, json_of, surprise, text_of},
};
use crate::{
    domain::{
        action::{self, Action, Outcome, Reply},
        error::Error,
    },
    text::shown::Shown,
};

/// `ficha request`.
#[derive(Args, Debug)]
pub struct Request {
    /// Below the product's API: Account/{id}
    path: String,
    /// GET, POST, PUT, PATCH, DELETE [default: GET, or POST with a body]
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<String>,
    /// 'Name: value'; cannot replace the login's
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    headers: Vec<String>,
    /// The body: JSON where it is JSON, else a form; also @FILE, or - for standard input
    #[arg(short, long, value_name = "DATA", group = "body", allow_hyphen_values = true)]
    data: Option<String>,
    /// The body as JSON; also @FILE, or - for standard input
    #[arg(long, value_name = "JSON", group = "body")]
    json: Option<String>,
    /// The body as it is; JSON to the server unless -H names another type; also @FILE, or - for standard input
    #[arg(long, value_name = "TEXT", group = "body", allow_hyphen_values = true)]
    raw_data: Option<String>,
    /// A query value, raw: 'maxSize=5'
    #[arg(long, value_name = "K=V")]
    query: Vec<String>,
    /// What stands for {K} in the path, raw
    #[arg(long, value_name = "K=V")]
    path_param: Vec<String>,
}

/// Runs it.
pub async fn run(request: Request, shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let built = build(&request)?;
    let (id, connection) = shell.connection()?;
    let Outcome::Json(reply) = shell.run(id, &connection.name, Action::Send(built)).await?.outcome
    else {
        return Err(surprise());
    };
    print(&reply, out)?;
    refused(&reply, &connection.name)
}

fn build(request: &Request) -> Result<action::Request, Stop> {
    let mut headers =
        request.headers.iter().map(|header| parse_header(header)).collect::<Result<Vec<_>, _>>()?;
    let (body, content_type) = body(request)?;
    let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let (Some(content_type), false) = (content_type, named) {
        headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    }
    let usual = if body.is_some() { "POST" } else { "GET" };
    let method = request.method.as_deref().unwrap_or(usual).to_ascii_uppercase();
    if method.is_empty() || !method.chars().all(|c| c.is_ascii_uppercase()) {
        return Err(usage(format!("{method:?} is no HTTP method.")).into());
    }
    Ok(action::Request {
        method,
        path: fill(&request.path, &pairs(&request.path_param)?)?,
        query: pairs(&request.query)?,
        headers,
        body,
    })
}

fn body(request: &Request) -> Result<(Option<String>, Option<&'static str>), Stop> {
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    if let Some(json) = &request.json {
        return Ok((Some(json_of(json)?.to_string()), Some(JSON)));
    }
    if let Some(data) = &request.data {
        let text = text_of(data)?;
        let is_json = serde_json::from_str::<Json>(&text)
            .is_ok_and(|json| json.is_object() || json.is_array());
        return Ok((Some(text), Some(if is_json { JSON } else { FORM })));
    }
    match &request.raw_data {
        Some(text) => Ok((Some(text_of(text)?), None)),
        None => Ok((None, None)),
    }
}

fn parse_header(header: &str) -> Result<(String, String), Stop> {
    let parts = header
        .split_once(':')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    // The header itself is not repeated: it may hold a secret.
    parts
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| usage("A header is written 'Name: value'.").into())
}

fn pairs(typed: &[String]) -> Result<Vec<(String, String)>, Stop> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err(usage(format!("{text:?} is no K=V.")).into()),
    };
    typed.iter().map(pair).collect()
}

/// The path with its `{name}`s filled in. A value that could climb out of its segment is refused.
fn fill(path: &str, values: &[(String, String)]) -> Result<String, Stop> {
    let mut filled = path.to_owned();
    for (name, value) in values {
        let hole = format!("{{{name}}}");
        if !path.contains(&hole) {
            return Err(usage(format!("The path has no {hole}.")).into());
        }
        if value.contains(['/', '\\']) || matches!(value.as_str(), "" | "." | "..") {
            return Err(usage(format!(
                "{value:?} cannot stand for {hole}: it must be one segment of the path."
            ))
            .into());
        }
        filled = filled.replace(&hole, value);
    }
    if filled.contains(['{', '}']) {
        return Err(usage("The path has a {name} that no --path-param fills.").into());
    }
    Ok(filled)
}

fn print(reply: &Reply, out: &mut Out) -> Result<(), Stop> {
    match (&reply.json, out.format) {
        (Some(json), _) => out.json(json)?,
        (None, Format::Json | Format::Ndjson) => out.json(&json!(reply.text))?,
        (None, Format::Table) => out.text(&format!("{}\n", Shown::lines(&reply.text)))?,
        (None, Format::Csv | Format::Plain) => out.text(&reply.text)?,
    }
    Ok(())
}

/// A status that is no success ends with the same exit status as an action's would.
fn refused(reply: &Reply, connection: &str) -> Result<(), Stop> {
    let none = String::new;
    let error = match reply.status {
        0..=399 => return Ok(()),
        401 => Error::Unauthorized { reason: none() },
        403 => Error::Forbidden { what: none() },
        404 => Error::NotFound { what: none() },
        429 => Error::RateLimited { wait: None },
        409 => {
            let fault = Fault::new(
                "conflict",
                status::CONFLICT,
                format!("{connection} answered HTTP 409."),
            );
            return Err(Fault { status: Some(409), ..fault }.into());
        }
        400 | 422 => Error::Invalid { field: None, reason: format!("HTTP {}", reply.status) },
        status => Error::Server { status, reason: none() },
    };
    Err(Fault { status: Some(reply.status), ..Fault::of(&error, connection) }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_path_value_stays_in_its_segment() {
        assert_eq!(fill("Account/{id}", &[pair("id", "65f")]).unwrap(), "Account/65f");
        for bad in ["../User", "..", "", "a/b"] {
            assert!(fill("Account/{id}", &[pair("id", bad)]).is_err(), "{bad}");
        }
        assert!(fill("Account/{id}", &[]).is_err());
        assert!(fill("Account", &[pair("id", "1")]).is_err());
    }

    #[test]
    fn a_malformed_header_is_refused_and_not_repeated() {
        let Err(Stop::Fault(fault)) = parse_header("hunter2") else { panic!() };
        assert!(!fault.message.contains("hunter2"));
    }
}
