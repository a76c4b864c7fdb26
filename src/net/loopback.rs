//! A page on this machine where a browser's sign-in ends (RFC 8252): the code that it brings is
//! taken only with the state that the sign-in began with.
use std::{collections::HashMap, future::IntoFuture as _, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse},
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
    time::timeout,
};

use crate::domain::{error::Error, secret::Secret};

/// So long somebody may take to sign in.
const PATIENCE: Duration = Duration::from_secs(300);

/// So long the browser gets to read the page.
const READING: Duration = Duration::from_secs(2);

/// Listens on a free port of 127.0.0.1.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    port: u16,
}

type Told = mpsc::Sender<Result<Secret, Error>>;

#[derive(Clone)]
struct Page {
    state: Secret,
    told: Told,
}

impl Loopback {
    /// From now on the port is ours.
    ///
    /// Errors: [`Error::Disk`] where nothing can be listened on.
    pub async fn new() -> Result<Self, Error> {
        let wrong = |error: std::io::Error| Error::Disk {
            reason: format!("no port can be opened for the browser: {error}"),
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(wrong)?;
        let port = listener.local_addr().map_err(wrong)?.port();
        Ok(Self { listener, port })
    }

    /// Where the browser is to be sent.
    pub fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// The code that the browser brings, with that state. Whatever else is asked of the port
    /// changes nothing.
    ///
    /// Errors: [`Error::Unauthorized`] where the sign-in was refused, [`Error::Timeout`] after
    /// five minutes.
    pub async fn code(self, state: Secret) -> Result<Secret, Error> {
        let (told, mut answers) = mpsc::channel(1);
        let over = Arc::new(Notify::new());
        let pages = Router::new().route("/callback", get(page)).with_state(Page { state, told });
        let ended = Arc::clone(&over);
        let serving = axum::serve(self.listener, pages)
            .with_graceful_shutdown(async move { ended.notified().await })
            .into_future();
        tokio::pin!(serving);
        let answer = tokio::select! {
            answer = timeout(PATIENCE, answers.recv()) => answer,
            _ = &mut serving => Ok(None),
        };
        over.notify_one();
        // The browser may have gone already.
        let _ = timeout(READING, serving).await;
        match answer {
            Ok(Some(answer)) => answer,
            Ok(None) => Err(Error::bug("the page for the browser ended")),
            Err(_) => Err(Error::Timeout),
        }
    }
}

async fn page(
    State(page): State<Page>,
    Query(query): Query<HashMap<String, String>>,
) -> impl IntoResponse {
    let of = |name: &str| query.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let (status, title, text) = match (of("state"), of("code"), of("error")) {
        (Some(state), _, _) if state != page.state.reveal() => STRANGE,
        (Some(_), Some(code), None) => {
            // A second visit brings what is known already.
            let _ = page.told.try_send(Ok(Secret::new(code)));
            (StatusCode::OK, "Signed in", "ficha has what it needs. You can close this page.")
        }
        (Some(_), _, Some(error)) => {
            let reason = of("error_description").unwrap_or(error).to_owned();
            let _ = page.told.try_send(Err(Error::Unauthorized { reason })); // as above
            (StatusCode::OK, "Not signed in", "It was refused; ficha says why.")
        }
        (Some(_) | None, _, _) => STRANGE,
    };
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    let html = format!(
        "<!doctype html><meta charset=utf-8><title>{title}</title>\
         <body style=\"font:16px/1.5 system-ui;max-width:30em;margin:4em auto\">\
         <h1>{title}</h1><p>{text}</p>"
    );
    (status, headers, Html(html))
}

/// Nobody who was sent here by the sign-in.
const STRANGE: (StatusCode, &str, &str) = (
    StatusCode::BAD_REQUEST,
    "Not this sign-in",
    "This page belongs to another sign-in. Go back to ficha and begin again.",
);
