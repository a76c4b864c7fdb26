//! The API as its specification has it: requests are held against it, its examples answer.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::Arc,
};

use ficha::{
    domain::{action::Action, error::Error, schema::EntityName},
    net::exchange::{Body, Exchange, Response},
};
use serde_json::{Value as Json, json};

/// The specification and what was seen of it.
pub struct Specification {
    api: Json,
    /// By name: `get_tickets_id.200`.
    pub examples: BTreeMap<String, Json>,
    used: BTreeSet<String>,
    /// Operations whose requests were made.
    pub operations: BTreeSet<String>,
    /// How many requests were made.
    pub requests: usize,
    /// Whether an example was wanting since this was last set.
    pub is_wanting: bool,
    /// What was wrong with them.
    pub wrong: Vec<String>,
}

impl Specification {
    pub fn open() -> Option<Self> {
        let base = std::env::var_os("FICHA_CONTRACTS").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/contracts"),
            PathBuf::from,
        );
        let folder = base.join("syncro");
        let api = fs::read_to_string(folder.join("openapi.mock.json")).ok()?;
        let api = serde_json::from_str(&api).unwrap();
        let mut examples = BTreeMap::new();
        for entry in fs::read_dir(folder.join("samples/spec-examples")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            examples.insert(name, serde_json::from_str(&text).unwrap());
        }
        let (used, operations, wrong) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        Some(Self { api, examples, used, operations, requests: 0, is_wanting: false, wrong })
    }

    /// The path's pattern: `/tickets/{id}`; the most literal one where several fit.
    fn pattern(&self, exchange: &Exchange) -> Option<String> {
        let method = exchange.method.to_string().to_lowercase();
        let fits = |pattern: &&String| {
            let parts: Vec<_> = pattern.trim_start_matches('/').split('/').collect();
            let is_like = |(part, given): (&&str, &String)| part.starts_with('{') || part == given;
            parts.len() == exchange.path.len() && parts.iter().zip(&exchange.path).all(is_like)
        };
        let paths = self.api["paths"].as_object().unwrap();
        let of_method = paths.iter().filter(|(_, methods)| methods.get(&method).is_some());
        let patterns = of_method.map(|(pattern, _)| pattern).filter(fits);
        patterns.min_by_key(|pattern| pattern.matches('{').count()).cloned()
    }

    /// Holds the request against the specification, and answers with an example.
    pub fn answer(&mut self, exchange: &Exchange) -> Response {
        self.requests += 1;
        let method = exchange.method.to_string().to_lowercase();
        let Some(pattern) = self.pattern(exchange) else {
            self.wrong.push(format!("{method} {:?} is no operation", exchange.path));
            return nothing();
        };
        self.operations.insert(format!("{method} {pattern}"));
        let operation = self.api["paths"][&pattern][&method].clone();
        self.check_query(exchange, &pattern, &operation);
        self.check_body(exchange, &pattern, &operation);
        let name = example_name(&method, &pattern);
        for status in [200, 201] {
            let name = format!("{name}.{status}");
            if let Some(json) = self.examples.get(&name) {
                self.used.insert(name);
                return Response { status, headers: vec![], body: json.to_string().into_bytes() };
            }
        }
        self.is_wanting = true;
        nothing()
    }

    fn check_query(&mut self, exchange: &Exchange, pattern: &str, operation: &Json) {
        let known = operation["parameters"].as_array().into_iter().flatten();
        let known: Vec<_> = known.filter(|it| it["in"] == "query").cloned().collect();
        for (name, value) in &exchange.query {
            // The older specification wants it here, the newer one in the body: both are sent (§8).
            if pattern == "/ticket_timers/{id}" && name == "billable" {
                continue;
            }
            // The one specification has one, the other an array, which is spelled so (§8).
            if pattern == "/customers" && name == "id[]" && value.parse::<i64>().is_ok() {
                continue;
            }
            let Some(parameter) = known.iter().find(|it| it["name"] == name.as_str()) else {
                self.wrong.push(format!("{} {pattern} takes no {name}", exchange.method));
                continue;
            };
            let schema = &parameter["schema"];
            let fits = match schema["type"].as_str() {
                Some("integer") => value.parse::<i64>().is_ok(),
                Some("boolean") => value == "true" || value == "false",
                _ => schema["enum"].as_array().is_none_or(|all| all.contains(&json!(value))),
            };
            if !fits {
                self.wrong.push(format!("{} {pattern}: {name}={value}", exchange.method));
            }
        }
    }

    fn check_body(&mut self, exchange: &Exchange, pattern: &str, operation: &Json) {
        let schema = operation["requestBody"]["content"]["application/json"]["schema"].clone();
        let Some(Body::Json(body)) = &exchange.body else { return };
        if schema.is_null() {
            self.wrong.push(format!("{} {pattern} takes no body: {body}", exchange.method));
            return;
        }
        let validator = jsonschema::draft4::new(&nullable(schema)).unwrap();
        for error in validator.iter_errors(body) {
            let place = error.instance_path().to_string();
            self.wrong.push(format!("{} {pattern} {place}: {error}", exchange.method));
        }
    }

    /// Examples that no action reads: refusals, which every action reads alike, and what answers
    /// a request as the user wrote it. How many were read in all.
    pub fn read_others(&mut self) -> usize {
        for (name, json) in &self.examples {
            let status: u16 = name.rsplit_once('.').unwrap().1.parse().unwrap();
            let answer = Response { status, headers: vec![], body: json.to_string().into_bytes() };
            let is_read = if status >= 400 {
                let get = Action::Delete {
                    entity: EntityName::try_from("Ticket").unwrap(),
                    id: "1".into(),
                };
                let me = self.examples["get_me.200"].to_string().into_bytes();
                let me = Response { status: 200, headers: vec![], body: me };
                let mut answers = vec![me, answer];
                let schema = Some(Arc::default());
                let error = super::drive(get, schema, |_| answers.pop().unwrap_or_default());
                is_meant(status, &error.unwrap_err())
            } else {
                serde_json::from_slice::<Json>(&answer.body).is_ok()
            };
            if is_read {
                self.used.insert(name.clone());
            }
        }
        self.used.len()
    }

    /// How many examples were answers.
    pub fn answered(&self) -> usize {
        self.used.len()
    }

    pub fn unread(&self) -> Vec<&String> {
        self.examples.keys().filter(|name| !self.used.contains(*name)).collect()
    }

    /// The id that an operation's example has.
    pub fn id(&self, path: &str, list: &str, single: &str) -> Option<String> {
        let one = self.examples.get(&format!("get_{path}_id.200"));
        let one = one.map(|json| if json.get(single).is_some() { &json[single] } else { json });
        let many = self.examples.get(&format!("get_{path}.200"));
        let first = many.and_then(|json| json[list].get(0));
        let id = one.or(first)?.get("id")?;
        Some(id.to_string().trim_matches('"').to_owned())
    }
}

/// A refusal with a sentence, of the kind that its status says.
fn is_meant(status: u16, error: &Error) -> bool {
    match (status, error) {
        (401, Error::Unauthorized { .. }) => true,
        (401, Error::Forbidden { what }) | (404, Error::NotFound { what }) => !what.is_empty(),
        (400 | 422, Error::Invalid { reason, .. }) => !reason.is_empty() && reason != "refused",
        _ => false,
    }
}

fn nothing() -> Response {
    Response { status: 200, headers: vec![], body: b"{\"success\":true}".to_vec() }
}

/// `get`, `/tickets/{id}/comments` = `get_tickets_id_comments`.
fn example_name(method: &str, pattern: &str) -> String {
    let plain = pattern.replace(['{', '}'], "").replace('/', "_");
    format!("{method}{plain}")
}

/// The specification's `nullable` in JSON Schema's words.
fn nullable(mut schema: Json) -> Json {
    let is_nullable = schema.get("nullable") == Some(&Json::Bool(true));
    if let Json::Object(map) = &mut schema {
        if is_nullable && let Some(kind) = map.get("type").cloned() {
            map.insert("type".to_owned(), json!([kind, "null"]));
        }
        for (_, inner) in map.iter_mut() {
            *inner = nullable(inner.take());
        }
    } else if let Json::Array(all) = &mut schema {
        for inner in all.iter_mut() {
            *inner = nullable(inner.take());
        }
    }
    schema
}
