//! How exchanges travel.
use std::{
    future::Future,
    sync::{Arc, OnceLock},
};

use hyper::ext::ReasonPhrase;
use reqwest::{
    Client, RequestBuilder,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION},
    multipart,
};
use url::{Url, form_urlencoded};

use super::{
    address,
    client::{self, Options},
    exchange::{Body, Exchange, FilePart, Form, Method, PHRASE, Response},
    limit::Limit,
    reason,
};
use crate::domain::error::Error;

pub use super::address::site;

/// Carries exchanges, one try each. What it answers may be any status but a redirect.
pub trait Channel: Send + Sync + 'static {
    /// Sends it and reads the answer whole.
    ///
    /// Errors: [`Error::Offline`] (nothing was sent, or a read was cut), [`Error::Timeout`],
    /// [`Error::Unknown`] (a write that may have landed), [`Error::Certificate`],
    /// [`Error::Redirected`], [`Error::TooLarge`], [`Error::Unreadable`], [`Error::Usage`].
    fn send(&self, exchange: Exchange) -> impl Future<Output = Result<Response, Error>> + Send;

    /// The whole address that an exchange goes to, for the record of it.
    fn address(&self, exchange: &Exchange) -> String;
}

/// Straight to the server. Cheap to clone; clones share connections and places.
#[derive(Clone, Debug)]
pub struct Direct(Arc<Line>);

#[derive(Debug)]
struct Line {
    base: Result<Url, Error>,
    options: Options,
    client: OnceLock<Result<Client, Error>>,
    limit: Limit,
}

impl Direct {
    /// To a site as typed, and the API's path below it. Nothing is opened before the first
    /// exchange; an address that cannot be used is said then.
    pub fn new(typed: &str, api: &[&str], options: Options) -> Self {
        let base = site(typed).and_then(|site| address::base(&site, api));
        Self(Arc::new(Line { base, options, client: OnceLock::new(), limit: Limit::default() }))
    }

    fn base(&self) -> Result<&Url, Error> {
        self.0.base.as_ref().map_err(Clone::clone)
    }

    fn client(&self, base: &Url) -> Result<&Client, Error> {
        let made = self.0.client.get_or_init(|| client::client(base, &self.0.options));
        made.as_ref().map_err(Clone::clone)
    }
}

impl Channel for Direct {
    async fn send(&self, exchange: Exchange) -> Result<Response, Error> {
        let base = self.base()?;
        let url = address::below(base, &exchange.path, &exchange.query)?;
        let (is_safe, limit) = (exchange.is_safe, exchange.limit);
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = request(self.client(base)?, url.clone(), exchange)?;
        let _place = self.0.limit.place().await;
        let answer = request.send().await;
        let answer = answer.map_err(|error| reason::of_sending(&error, &host, is_safe))?;
        if let Some(error) = redirected(&url, &answer) {
            return Err(error);
        }
        read(answer, limit, is_safe).await
    }

    fn address(&self, exchange: &Exchange) -> String {
        let url =
            self.base().and_then(|base| address::below(base, &exchange.path, &exchange.query));
        url.map_or_else(|_| exchange.path.join("/"), String::from)
    }
}

fn request(client: &Client, mut url: Url, exchange: Exchange) -> Result<RequestBuilder, Error> {
    if !exchange.secret_query.is_empty() {
        let pairs = exchange.secret_query.iter();
        let pairs = pairs.map(|(name, secret)| (name.as_str(), secret.reveal()));
        url.query_pairs_mut().extend_pairs(pairs);
    }
    let mut request = client.request(method(exchange.method), url);
    if let Some(timeout) = exchange.timeout {
        request = request.timeout(timeout);
    }
    for (name, value) in &exchange.headers {
        request = request.header(header_name(name)?, header_value(name, value)?);
    }
    for (name, secret) in &exchange.secret_headers {
        let mut value = header_value(name, secret.reveal())?;
        value.set_sensitive(true);
        request = request.header(header_name(name)?, value);
    }
    Ok(match exchange.body {
        Some(Body::Json(json)) => {
            request.header(CONTENT_TYPE, "application/json").body(json.to_string())
        }
        Some(Body::Text(text)) => request.body(text),
        Some(Body::Form(form)) if form.files.is_empty() => {
            let mut text = form_urlencoded::Serializer::new(String::new());
            text.extend_pairs(pairs(&form));
            request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(text.finish())
        }
        Some(Body::Form(form)) => request.multipart(multipart(form)?),
        None => request,
    })
}

fn pairs(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    let secret = form.secret_fields.iter().map(|(name, secret)| (name.as_str(), secret.reveal()));
    secret.chain(form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn multipart(form: Form) -> Result<multipart::Form, Error> {
    let mut parts = multipart::Form::new();
    for (name, value) in pairs(&form) {
        parts = parts.text(name.to_owned(), value.to_owned());
    }
    for file in form.files {
        let FilePart { field, name, media_type, content } = file;
        let part = multipart::Part::bytes(content.to_vec()).file_name(name);
        let refused = |_| Error::Usage { reason: format!("{media_type:?} is no media type") };
        let part = if media_type.is_empty() {
            part
        } else {
            part.mime_str(&media_type).map_err(refused)?
        };
        parts = parts.part(field, part);
    }
    Ok(parts)
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
        Method::Options => reqwest::Method::OPTIONS,
    }
}

fn header_name(name: &str) -> Result<HeaderName, Error> {
    let refused = |_| Error::Usage { reason: format!("{name:?} cannot be a header's name") };
    HeaderName::from_bytes(name.as_bytes()).map_err(refused)
}

/// The value is not repeated in the error: it may be a secret.
fn header_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    let refused = |_| Error::Usage {
        reason: format!(
            "the value for the header {name} holds characters that no header can carry"
        ),
    };
    HeaderValue::from_bytes(value.as_bytes()).map_err(refused)
}

/// No redirect is followed: the login would go along to wherever it points.
fn redirected(url: &Url, answer: &reqwest::Response) -> Option<Error> {
    if !answer.status().is_redirection() {
        return None;
    }
    let location = answer.headers().get(LOCATION)?;
    let location = String::from_utf8_lossy(location.as_bytes());
    let to = url.join(&location).map_or_else(|_| "an unreadable address".to_owned(), plain);
    Some(Error::Redirected { to })
}

/// Without query and fragment, which may hold secrets.
fn plain(mut url: Url) -> String {
    url.set_query(None);
    url.set_fragment(None);
    // These fail for addresses that cannot have them.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.into()
}

async fn read(mut answer: reqwest::Response, limit: u64, is_safe: bool) -> Result<Response, Error> {
    let too_large = || if is_safe { Error::TooLarge { limit } } else { Error::Unknown };
    // What a header announces need not come; but what announces too much is not even begun.
    if answer.content_length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let status = answer.status().as_u16();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    let phrase = answer.extensions().get::<ReasonPhrase>();
    let phrase = phrase.map(|phrase| (PHRASE.to_owned(), phrase.as_bytes().to_vec()));
    let headers = headers.chain(phrase).collect();
    let mut body = Vec::new();
    let failed = |error: reqwest::Error| reason::of_reading(&error, is_safe);
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status, headers, body })
}
