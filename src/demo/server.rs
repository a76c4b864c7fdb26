//! HTTP: from a connection to a dialect and back, with the failures between.

use super::faults::{Fault, Faults};
use super::http::{Dialect, Reply, Request as Asked};
use super::log::{self, Entry, Log};
use super::random::Random;
use super::wire::{Cut, Door};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures_util::stream;
use serde_json::{Value, json};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The largest body that is taken.
const MOST: usize = 300_000_000;

/// What every request meets.
pub struct House {
    /// The products' protocols, each below a path of its own.
    pub dialects: Vec<Wing>,
    /// Every answer comes so much later.
    pub latency: Duration,
    /// The port, for redirects.
    pub port: u16,
    /// What was asked.
    pub log: Log,
    /// The failures and their numbers.
    pub plan: Mutex<(Faults, Random)>,
}

/// A dialect and the path below which it answers.
pub struct Wing {
    /// `/api/v1`: with its leading slash, without one at its end.
    pub prefix: &'static str,
    /// Who answers.
    pub dialect: Arc<dyn Dialect>,
}

impl Wing {
    /// What stands below the prefix; `None` where the path is not this dialect's.
    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.prefix)?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }
}

/// Answers until it is dropped.
pub async fn serve(door: Door, house: Arc<House>) -> io::Result<()> {
    let router = Router::new().fallback(answer).with_state(house);
    axum::serve(door, router.into_make_service_with_connect_info::<Cut>()).await
}

async fn answer(
    State(house): State<Arc<House>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let Some(asked) = read(request).await else { return plain(413, "text/html", Bytes::new()) };
    if path.starts_with("/_demo/") {
        return switches(&house, &path, &asked);
    }
    let fault = house.draw();
    let mut entry = entry(&path, &asked, fault);
    tokio::time::sleep(house.latency).await;
    let (status, response) = match fault {
        None => reached(&house, path, asked).await,
        Some(Fault::Slow(late)) => {
            tokio::time::sleep(late).await;
            reached(&house, path, asked).await
        }
        Some(Fault::Half) => {
            let (status, response) = reached(&house, path, asked).await;
            (status, half(response).await)
        }
        Some(Fault::Landed) => {
            let _ = reached(&house, path, asked).await; // its answer is what gets lost
            (500, status_page(500))
        }
        Some(Fault::Hang) => {
            house.log.add(entry.clone());
            std::future::pending().await
        }
        Some(fault) => broken(fault, &house, &cut, &path),
    };
    entry.status = status;
    house.log.add(entry);
    response
}

fn entry(path: &str, asked: &Asked, fault: Option<Fault>) -> Entry {
    Entry {
        number: 0,
        method: asked.method.clone(),
        path: path.to_owned(),
        query: asked.query.clone(),
        status: 0,
        fault: fault.map(|fault| format!("{fault:?}")),
        headers: log::shown(&asked.headers),
    }
}

impl House {
    fn draw(&self) -> Option<Fault> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let (faults, random) = &mut *plan;
        faults.draw(random)
    }
}

async fn read(request: Request) -> Option<Asked> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MOST).await.ok()?;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Some(Asked {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: body.to_vec(),
    })
}

/// The dialect's answer. The database works on a thread that may block.
async fn reached(house: &Arc<House>, path: String, mut asked: Asked) -> (u16, Response<Body>) {
    let found = house.dialects.iter().find_map(|wing| Some((wing, wing.below(&path)?)));
    let Some((wing, below)) = found else {
        return (if path == "/" { 200 } else { 404 }, outside(&path));
    };
    below.clone_into(&mut asked.path);
    let dialect = Arc::clone(&wing.dialect);
    let head_only = asked.method == "HEAD";
    let work = tokio::runtime::Handle::current().spawn_blocking(move || dialect.answer(&asked));
    match work.await {
        Ok(reply) => (reply.status, written(reply, head_only)),
        Err(_) => (500, plain(500, "text/html", Bytes::new())),
    }
}

/// What stands beside the API: the page of the web client.
fn outside(path: &str) -> Response<Body> {
    match path {
        "/" => plain(
            200,
            "text/html; charset=UTF-8",
            Bytes::from_static(b"<!doctype html><title>EspoCRM</title><p>The demo's web client."),
        ),
        _ => plain(
            404,
            "text/html; charset=UTF-8",
            Bytes::from_static(b"<!doctype html><title>404 Not Found</title>"),
        ),
    }
}

fn written(reply: Reply, head_only: bool) -> Response<Body> {
    let body = if head_only { Body::empty() } else { Body::from(reply.body) };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers {
        // A reason may quote what was asked; line breaks in it would end the header.
        let clean: String = value.chars().filter(|letter| !letter.is_control()).collect();
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name), HeaderValue::from_bytes(clean.as_bytes()))
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn plain(status: u16, kind: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert("content-type", HeaderValue::from_static(kind));
    response
}

/// The failures that need no answer of the dialect.
fn broken(fault: Fault, house: &House, cut: &Cut, path: &str) -> (u16, Response<Body>) {
    let page = "<!doctype html><html><body><h1>Welcome to the hotel network</h1><p>Please sign in.</p></body></html>";
    match fault {
        Fault::Status(status) => (status, status_page(status)),
        Fault::Garbage => (
            200,
            plain(
                200,
                "application/json",
                Bytes::from_static(b"{\"total\": 3, \"list\": [{\"id\": \xff\xfe,,"),
            ),
        ),
        Fault::Html => {
            (200, plain(200, "text/html; charset=UTF-8", Bytes::from_static(page.as_bytes())))
        }
        Fault::Fat(size) => (200, fat(size)),
        Fault::Redirect => (302, redirect(house.port, path)),
        Fault::Drop
        | Fault::Offline
        | Fault::Half
        | Fault::Landed
        | Fault::Slow(_)
        | Fault::Hang => {
            cut.now();
            (0, plain(500, "text/plain", Bytes::new()))
        }
    }
}

fn status_page(status: u16) -> Response<Body> {
    let mut response = plain(status, "text/html; charset=UTF-8", Bytes::new());
    if matches!(status, 429 | 503) {
        response.headers_mut().insert("retry-after", HeaderValue::from_static("1"));
    }
    response
}

/// Another host name is another origin; whoever follows comes back here, and the log shows what they brought.
fn redirect(port: u16, path: &str) -> Response<Body> {
    let mut response = plain(302, "text/html; charset=UTF-8", Bytes::new());
    let place = format!("http://localhost:{port}/redirected{path}");
    if let Ok(value) = HeaderValue::from_str(&place) {
        response.headers_mut().insert("location", value);
    }
    response
}

/// A JSON body of this size, made while it is sent.
fn fat(size: u64) -> Response<Body> {
    const HEAD: &[u8] = b"{\"total\":1,\"list\":[{\"id\":\"fat\",\"name\":\"";
    const TAIL: &[u8] = b"\"}]}";
    let fixed = u64::try_from(HEAD.len() + TAIL.len()).unwrap_or(0);
    let filling = size.saturating_sub(fixed);
    let chunk = Bytes::from(vec![b'x'; 65_536]);
    let (whole, rest) = (filling / 65_536, usize::try_from(filling % 65_536).unwrap_or(0));
    let tail = [vec![b'x'; rest], TAIL.to_vec()].concat();
    let chunks = std::iter::once(Bytes::from_static(HEAD))
        .chain((0..whole).map(move |_| chunk.clone()))
        .chain(std::iter::once(Bytes::from(tail)))
        .map(Ok::<Bytes, io::Error>);
    let mut response = Response::new(Body::from_stream(stream::iter(chunks)));
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response.headers_mut().insert("content-length", HeaderValue::from(size.max(fixed)));
    response
}

/// Half of the body under the length of the whole.
async fn half(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, MOST).await.unwrap_or_default();
    head.headers.insert("content-length", HeaderValue::from(whole.len()));
    let part = whole.slice(..whole.len() / 2);
    let chunks = stream::unfold(Some(part), |next| async move {
        let Some(part) = next else {
            // The first half must leave before the connection breaks.
            tokio::time::sleep(Duration::from_millis(20)).await;
            return Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None));
        };
        Some((Ok::<Bytes, io::Error>(part), None))
    });
    Response::from_parts(head, Body::from_stream(chunks))
}

/// `/_demo/faults`, `/_demo/log`, and the dialects' own pages.
fn switches(house: &House, path: &str, asked: &Asked) -> Response<Body> {
    let json = |status: u16, value: &Value| {
        plain(status, "application/json", Bytes::from(value.to_string()))
    };
    match (asked.method.as_str(), path) {
        ("GET", "/_demo/log") => json(200, &json!({"requests": house.log.all()})),
        ("POST", "/_demo/faults") => {
            let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            let spec = body.get("spec").and_then(Value::as_str).unwrap_or_default();
            match spec.parse::<Faults>() {
                Ok(faults) => {
                    house.plan.lock().unwrap_or_else(PoisonError::into_inner).0 = faults;
                    json(200, &json!({"spec": spec}))
                }
                Err(error) => json(400, &json!({"error": error.to_string()})),
            }
        }
        _ => own_page(house, path, asked).unwrap_or_else(|| {
            json(404, &json!({"error": "only GET /_demo/log, POST /_demo/faults and the dialects' pages"}))
        }),
    }
}

/// A page of a dialect about itself.
fn own_page(house: &House, path: &str, asked: &Asked) -> Option<Response<Body>> {
    let below = path.strip_prefix("/_demo")?;
    let asked = Asked { path: below.to_owned(), ..asked.clone() };
    let reply = house.dialects.iter().find_map(|wing| wing.dialect.demo_page(&asked))?;
    Some(written(reply, false))
}
