//! A running demo and a client to talk to its Syncro dialect.

use ficha::demo::{self, Demo, Options};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

pub const NOW: &str = "2026-11-23T02:00:00Z";

pub struct House {
    pub demo: Demo,
    pub client: Client,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub body: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }
}

/// A house whose limit no test reaches by itself.
pub async fn house() -> House {
    let house = house_with(Options { records: 300, ..Options::new(NOW.parse().unwrap()) }).await;
    house.limit(&json!({"requests": null})).await;
    house
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
    /// A request without a token.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/{path}", self.demo.introduction().syncro.url);
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url)
    }

    pub async fn get(&self, path: &str) -> Answer {
        let token = &self.demo.introduction().syncro.token;
        send(self.request("GET", path).bearer_auth(token)).await
    }

    /// A write with the full token.
    pub async fn write(&self, method: &str, path: &str, body: Value) -> Answer {
        let token = &self.demo.introduction().syncro.token;
        send(with_json(self.request(method, path).bearer_auth(token), &body)).await
    }

    /// With the token that may little.
    pub async fn limited(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let token = &self.demo.introduction().syncro.limited_token;
        let request = self.request(method, path).bearer_auth(token);
        send(match body {
            Some(body) => with_json(request, &body),
            None => request,
        })
        .await
    }

    /// The first record of a list.
    pub async fn first(&self, path: &str, name: &str) -> Value {
        let list = self.get(path).await.json();
        list[name].get(0).cloned().unwrap_or_else(|| panic!("{path}: no {name} in {list}"))
    }

    /// Sets the limit.
    pub async fn limit(&self, body: &Value) {
        let url = format!("{}/_demo/syncro/limit", self.demo.introduction().espocrm.url);
        let answer = send(with_json(self.client.post(url), body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// What left the house.
    pub async fn sent(&self) -> Vec<Value> {
        let url = format!("{}/_demo/syncro/sent", self.demo.introduction().espocrm.url);
        send(self.client.get(url)).await.json()["sent"].as_array().cloned().unwrap()
    }
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("Content-Type", "application/json").body(body.to_string())
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let headers = response.headers().clone();
    let kind = headers
        .get("content-type")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default();
    Answer {
        status: response.status().as_u16(),
        kind,
        body: response.text().await.unwrap(),
        headers,
    }
}
