//! One HTTP request and its response, as data.
use std::{fmt, sync::Arc, time::Duration};

use crate::domain::{rate::Urgency, secret::Secret};

/// The methods that the products take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "UPPERCASE")]
#[expect(missing_docs, reason = "HTTP's own words")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

/// A request. Path segments and query values are raw: the channel alone encodes them, so that
/// nothing in an id or a filter can climb out of its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// HTTP's method.
    pub method: Method,
    /// Segments below the channel's base.
    pub path: Vec<String>,
    /// Names and values, in order.
    pub query: Vec<(String, String)>,
    /// Names and values that are secrets and that the product wants in the address all the same
    /// (Vtiger's `sessionName`, A1). The channel adds them; no record of the exchange holds them.
    pub secret_query: Vec<(String, Secret)>,
    /// Names and values that are no secrets.
    pub headers: Vec<(String, String)>,
    /// Names and values that are: never shown, never logged, never sent to another host.
    pub secret_headers: Vec<(String, Secret)>,
    /// What is sent.
    pub body: Option<Body>,
    /// Whether doing it twice is the same as doing it once. `false` for writes.
    pub is_safe: bool,
    /// How large an answer may be, bytes.
    pub limit: u64,
    /// Who goes first, where the product counts how often it is asked.
    pub urgency: Urgency,
    /// How long the answer may take, where that is not the connection's usual time.
    pub timeout: Option<Duration>,
    /// Whether the conversation goes on with [`Response::lost`] where a write's answer is lost:
    /// it knows how to ask what became of it.
    pub tells_loss: bool,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// With `Content-Type: application/json`.
    Json(serde_json::Value),
    /// As it is, with the content type that the headers name.
    Text(String),
    /// With `Content-Type: application/x-www-form-urlencoded`; `multipart/form-data` where there
    /// are files.
    Form(Form),
}

/// A form's fields and files, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// Names and values that are no secrets.
    pub fields: Vec<(String, String)>,
    /// Names and values that are; they stand before the others.
    pub secret_fields: Vec<(String, Secret)>,
    /// What is sent as files.
    pub files: Vec<FilePart>,
}

/// A file within a form.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The field's name.
    pub field: String,
    /// The file's name, without folders.
    pub name: String,
    /// `image/png`; empty = the server finds out.
    pub media_type: String,
    /// All of it.
    pub content: Arc<[u8]>,
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilePart({:?}, {:?}, {} bytes)", self.field, self.name, self.content.len())
    }
}

impl Form {
    /// With one more field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// As people read it: `a=b&c=d`, secrets and files by their names alone.
    pub fn shown(&self) -> String {
        let encode = |name: &str, value: &str| {
            let mut text = url::form_urlencoded::Serializer::new(String::new());
            text.append_pair(name, value).finish()
        };
        let secrets = self.secret_fields.iter().map(|(name, _)| encode(name, "removed"));
        let fields = self.fields.iter().map(|(name, value)| encode(name, value));
        let file = |file: &FilePart| {
            encode(&file.field, &format!("@{} ({} bytes)", file.name, file.content.len()))
        };
        secrets.chain(fields).chain(self.files.iter().map(file)).collect::<Vec<_>>().join("&")
    }
}

/// Under this name the channel keeps the phrase behind the status.
pub const PHRASE: &str = ":reason";

/// Answers of up to 16 MiB are taken, unless an exchange says otherwise.
pub const USUAL_LIMIT: u64 = 16 * 1024 * 1024;

impl Exchange {
    /// A read of that path.
    pub fn get<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::new(Method::Get, path)
    }

    /// A request; safe if its method is.
    pub fn new<S: Into<String>>(method: Method, path: impl IntoIterator<Item = S>) -> Self {
        Self {
            method,
            path: path.into_iter().map(Into::into).collect(),
            query: Vec::new(),
            secret_query: Vec::new(),
            headers: Vec::new(),
            secret_headers: Vec::new(),
            body: None,
            is_safe: matches!(method, Method::Get | Method::Head | Method::Options),
            limit: USUAL_LIMIT,
            urgency: Urgency::default(),
            timeout: None,
            tells_loss: false,
        }
    }

    /// With one more query value.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a form as its body.
    #[must_use]
    pub fn form(mut self, form: Form) -> Self {
        self.body = Some(Body::Form(form));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: serde_json::Value) -> Self {
        self.body = Some(Body::Json(body));
        self
    }
}

/// An answer, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// HTTP's status.
    pub status: u16,
    /// Lower-case names; values as bytes, since they may be raw UTF-8 (E§1).
    pub headers: Vec<(String, Vec<u8>)>,
    /// As received, decompressed.
    pub body: Vec<u8>,
}

impl Response {
    /// Stands for an answer that never came, where a conversation must go on without it. No
    /// server answers so.
    pub fn lost() -> Self {
        Self { status: 599, ..Self::default() }
    }

    /// A header's value as text, lossy; the first one of that name (lower case).
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter().find(|(key, _)| key == name)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// The phrase behind the status, where it is not HTTP's usual one: some products say there
    /// what went wrong. It stands among the headers under a name that no server can send.
    pub fn phrase(&self) -> Option<String> {
        self.header(PHRASE).filter(|phrase| !phrase.is_empty())
    }

    /// `Retry-After` in seconds, where it is given so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }
}
