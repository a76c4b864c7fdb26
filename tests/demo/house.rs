//! A running demo and a client to talk to it.

use ficha::demo::{self, Demo, Options};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use std::collections::BTreeSet;

pub const NOW: &str = "2026-11-23T02:00:00Z";

pub struct House {
    pub demo: Demo,
    pub client: Client,
}

pub struct Answer {
    pub status: u16,
    pub reason: Option<String>,
    pub kind: String,
    pub body: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn list(&self) -> Vec<Value> {
        self.json()["list"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| panic!("no list: {} {}", self.status, self.body))
    }
}

pub fn options() -> Options {
    Options { records: 300, ..Options::new(NOW.parse().unwrap()) }
}

pub async fn house() -> House {
    house_with(options()).await
}

pub async fn house_with(options: Options) -> House {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    House { demo: demo::start(options).await.unwrap(), client }
}

impl House {
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/{path}", self.demo.introduction().espocrm.url);
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.keyed("GET", path, None, &[]).await
    }

    pub async fn limited(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let key = &self.demo.introduction().espocrm.limited_api_key;
        let request = self.request(method, path).header("X-Api-Key", key);
        send(body.map_or(request.try_clone().unwrap(), |body| with_json(request, &body))).await
    }

    pub async fn keyed(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self
            .request(method, path)
            .header("X-Api-Key", &self.demo.introduction().espocrm.api_key);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(body.map_or(request.try_clone().unwrap(), |body| with_json(request, &body))).await
    }

    pub async fn first_id(&self, entity: &str) -> String {
        self.get(&format!("{entity}?maxSize=1&select=id")).await.list()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("Content-Type", "application/json").body(body.to_string())
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let headers = response.headers().clone();
    let text = |name: &str| {
        headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Answer {
        status: response.status().as_u16(),
        reason: text("x-status-reason"),
        kind: text("content-type").unwrap_or_default(),
        body: response.text().await.unwrap(),
        headers,
    }
}

/// The names in an object.
pub fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

/// The JSON body of a recording, or `None` (said aloud) where the recordings are not here.
pub fn recorded(name: &str) -> Option<Value> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contracts");
    let root = std::env::var("FICHA_CONTRACTS").unwrap_or_else(|_| beside.to_owned());
    let path = format!("{root}/espocrm/recordings/{name}.http");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("SKIPPED: no recording at {path}");
        return None;
    };
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let body = text
        .split_once("### RESPONSE\n")
        .and_then(|(_, answer)| answer.split_once("\n\n"))
        .map(|(_, body)| body.trim().to_owned());
    Some(serde_json::from_str(&body.unwrap()).unwrap())
}

/// What differs between two objects' names, custom fields aside; empty where nothing does.
pub fn difference(ours: &Value, recorded: &Value, about: &str) -> Vec<String> {
    let (ours, theirs) = (keys(ours), keys(recorded));
    let custom = |name: &&String| {
        !(name.starts_with('c') && name.chars().nth(1).is_some_and(char::is_uppercase))
    };
    let missing = theirs.difference(&ours).map(|name| format!("{about}: missing {name}"));
    let extra =
        ours.difference(&theirs).filter(custom).map(|name| format!("{about}: extra {name}"));
    missing.chain(extra).collect()
}
