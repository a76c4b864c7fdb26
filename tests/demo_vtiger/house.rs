//! A running demo, and somebody who is signed in.

use ficha::demo::{self, Demo, Options};
use md5::{Digest, Md5};
use reqwest::Client;
use serde_json::{Value, json};

pub const NOW: &str = "2026-11-23T02:00:00Z";

pub struct House {
    pub demo: Demo,
    pub client: Client,
    /// Of the administrator.
    pub session: String,
}

pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// The result, which there must be.
    pub fn result(&self) -> Value {
        let value = self.json();
        assert_eq!(value["success"], true, "{value}");
        value["result"].clone()
    }

    /// The error's code and message, which there must be.
    pub fn error(&self) -> (String, String) {
        let value = self.json();
        assert_eq!(value["success"], false, "{value}");
        let code = &value["error"]["code"];
        let code = code.as_str().map_or_else(|| code.to_string(), str::to_owned);
        (code, value["error"]["message"].as_str().unwrap().to_owned())
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
    let demo = demo::start(options).await.unwrap();
    let mut house = House { demo, client, session: String::new() };
    let about = house.demo.introduction().vtiger.clone();
    house.session = house.sign_in(&about.user, &about.access_key).await;
    house
}

pub fn md5(text: &str) -> String {
    Md5::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

impl House {
    fn url(&self) -> String {
        format!("{}/webservice.php", self.demo.introduction().vtiger.url)
    }

    /// GET with these parameters.
    pub async fn get(&self, params: &[(&str, &str)]) -> Answer {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        read(self.client.get(format!("{}?{query}", self.url()))).await
    }

    /// POST of a form.
    pub async fn post(&self, params: &[(&str, &str)]) -> Answer {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        let request = self
            .client
            .post(self.url())
            .header("content-type", "application/x-www-form-urlencoded");
        read(request.body(body)).await
    }

    pub async fn token(&self, user: &str) -> String {
        let answer = self.get(&[("operation", "getchallenge"), ("username", user)]).await;
        answer.result()["token"].as_str().unwrap().to_owned()
    }

    pub async fn login(&self, user: &str, token: &str, key: &str) -> Answer {
        let key = md5(&format!("{token}{key}"));
        self.post(&[("operation", "login"), ("username", user), ("accessKey", &key)]).await
    }

    pub async fn sign_in(&self, user: &str, key: &str) -> String {
        let token = self.token(user).await;
        let answer = self.login(user, &token, key).await.result();
        answer["sessionName"].as_str().unwrap().to_owned()
    }

    /// The session of somebody who is no administrator.
    pub async fn limited(&self) -> String {
        let about = self.demo.introduction().vtiger.clone();
        self.sign_in(&about.limited_user, &about.limited_access_key).await
    }

    pub async fn ask(&self, operation: &str, params: &[(&str, &str)]) -> Answer {
        self.ask_as(&self.session, operation, params).await
    }

    pub async fn ask_as(&self, session: &str, operation: &str, params: &[(&str, &str)]) -> Answer {
        let all = [&[("operation", operation), ("sessionName", session)], params].concat();
        self.get(&all).await
    }

    pub async fn write(&self, operation: &str, params: &[(&str, &str)]) -> Answer {
        let all =
            [&[("operation", operation), ("sessionName", self.session.as_str())], params].concat();
        self.post(&all).await
    }

    pub async fn query(&self, query: &str) -> Answer {
        self.ask("query", &[("query", query)]).await
    }

    pub async fn rows(&self, query: &str) -> Vec<Value> {
        self.query(query).await.result().as_array().unwrap().clone()
    }

    pub async fn count(&self, query: &str) -> i64 {
        self.rows(query).await[0]["count"].as_str().unwrap().parse().unwrap()
    }

    pub async fn first(&self, module: &str) -> String {
        let rows = self.rows(&format!("select id from {module} order by id limit 1;")).await;
        rows[0]["id"].as_str().unwrap().to_owned()
    }

    pub async fn create(&self, module: &str, element: &Value) -> Answer {
        self.write("create", &[("elementType", module), ("element", &element.to_string())]).await
    }

    pub async fn revise(&self, element: &Value) -> Answer {
        self.write("revise", &[("element", &element.to_string())]).await
    }

    pub async fn switch(&self, quirks: &Value) -> Value {
        let site = self.demo.introduction().espocrm.url.clone();
        let answer =
            read(self.client.post(format!("{site}/_demo/vtiger")).body(quirks.to_string())).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

impl House {
    /// Sets the failures of the whole demo.
    pub async fn fail(&self, spec: &str) {
        let site = &self.demo.introduction().espocrm.url;
        let body = json!({"spec": spec}).to_string();
        read(self.client.post(format!("{site}/_demo/faults")).body(body)).await;
    }
}

pub async fn read(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let kind = response.headers().get("content-type");
    let kind = kind.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    Answer { status: response.status().as_u16(), kind, body: response.text().await.unwrap() }
}

/// A contact with a name and an owner.
pub fn contact(name: &str) -> Value {
    json!({"lastname": name, "assigned_user_id": "19x1"})
}
