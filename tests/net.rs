//! The channel against small servers of its own: bad addresses, bad bodies, bad certificates.
#![expect(clippy::disallowed_methods, reason = "the servers of these tests are tasks")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use ficha::{
    domain::{error::Error, secret::Secret},
    net::{
        channel::{Channel, Direct},
        client::Options,
        exchange::{Exchange, FilePart, Form, Method, Response},
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

/// What a server was asked, whole requests as text.
type Asked = Arc<Mutex<Vec<String>>>;

/// A server on a port of its own.
struct Server {
    address: SocketAddr,
    asked: Asked,
}

impl Server {
    /// Answers everything with these bytes, then closes.
    async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let (listener, server) = Self::listening().await;
        let (asked, answer) = (Arc::clone(&server.asked), answer.into());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (asked, answer) = (Arc::clone(&asked), answer.clone());
                tokio::spawn(async move { converse(&mut stream, &asked, &answer).await });
            }
        });
        server
    }

    async fn listening() -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, Self { address, asked: Asked::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn channel(&self) -> Direct {
        Direct::new(&format!("http://{}", self.address), &["api", "v1"], Options::default())
    }

    async fn get(&self) -> Result<Response, Error> {
        self.channel().send(Exchange::get(["Account"])).await
    }

    async fn put(&self) -> Result<Response, Error> {
        self.channel().send(write()).await
    }
}

fn write() -> Exchange {
    Exchange::new(Method::Put, ["Account", "1"]).json(serde_json::json!({"name": "Acme"}))
}

/// Reads a request with its body, then says its piece.
async fn converse(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    asked: &Asked,
    answer: &[u8],
) {
    let (mut request, mut some) = (Vec::new(), [0; 4096]);
    while !is_whole(&request) {
        match stream.read(&mut some).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&some[..count]),
        }
    }
    asked.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
    // The client may hang up in the middle: that is what some tests want.
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.trim().parse().unwrap())
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn an_answer_comes_back_whole_with_its_headers() {
    let server = Server::saying(answer("200 OK", "X-App-Timestamp: 7\r\n", r#"{"id":"1"}"#)).await;
    let response = server.get().await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, &br#"{"id":"1"}"#[..]));
    assert_eq!(response.header("x-app-timestamp").as_deref(), Some("7"));
}

#[tokio::test]
async fn a_request_is_sent_as_the_exchange_says() {
    let server = Server::saying(answer("200 OK", "", "{}")).await;
    let exchange = write().query("where[0][value]", "a&b").header("X-Version-Number", "3");
    let key = ("X-Api-Key".to_owned(), Secret::new("s3cret"));
    server.channel().send(Exchange { secret_headers: vec![key], ..exchange }).await.unwrap();
    let asked = server.asked().remove(0);
    let expected = "PUT /api/v1/Account/1?where%5B0%5D%5Bvalue%5D=a%26b HTTP/1.1";
    assert!(asked.starts_with(expected), "{asked}");
    for line in [
        "x-version-number: 3",
        "x-api-key: s3cret",
        "content-type: application/json",
        "user-agent: ficha/",
    ] {
        assert!(asked.to_lowercase().contains(line), "{line}: {asked}");
    }
    assert!(asked.ends_with(r#"{"name":"Acme"}"#), "{asked}");
}

#[tokio::test]
async fn a_form_is_sent_as_pairs_and_with_a_file_in_parts() {
    let server = Server::saying(answer("200 OK", "", "{}")).await;
    let form = Form {
        secret_fields: vec![("sessionName".into(), Secret::new("s3cr&t"))],
        ..Form::default().field("element", r#"{"a":"ü b"}"#)
    };
    let send = |form: Form| {
        let exchange = Exchange::new(Method::Post, ["webservice.php"]).form(form);
        async { server.channel().send(exchange).await.unwrap() }
    };
    send(form.clone()).await;
    let file = FilePart {
        field: "filename".into(),
        name: "up file ü.txt".into(),
        media_type: "text/plain".into(),
        content: Arc::from(&b"hello\r\n--file"[..]),
    };
    send(Form { files: vec![file], ..form }).await;
    let asked = server.asked();
    assert!(asked[0].contains("content-type: application/x-www-form-urlencoded"), "{}", asked[0]);
    let pairs = "sessionName=s3cr%26t&element=%7B%22a%22%3A%22%C3%BC+b%22%7D";
    assert!(asked[0].ends_with(pairs), "{}", asked[0]);
    assert!(asked[1].contains("content-type: multipart/form-data; boundary="), "{}", asked[1]);
    let parts = ["name=\"sessionName\"", "name=\"filename\"; filename=\"", "hello\r\n--file"];
    assert!(parts.iter().all(|part| asked[1].contains(part)), "{}", asked[1]);
}

#[tokio::test]
async fn a_secret_query_value_is_sent_and_is_in_no_address_that_is_shown() {
    let server = Server::saying(answer("200 OK", "", "{}")).await;
    let mut exchange = Exchange::get(["webservice.php"]).query("operation", "query");
    exchange.secret_query.push(("sessionName".into(), Secret::new("5e55ion")));
    assert!(!server.channel().address(&exchange).contains("5e55ion"));
    assert!(!format!("{exchange:?}").contains("5e55ion"));
    server.channel().send(exchange).await.unwrap();
    assert!(server.asked()[0].contains("?operation=query&sessionName=5e55ion "));
}

#[tokio::test]
async fn a_phrase_behind_the_status_is_kept_where_it_says_something() {
    let phrase = async |status: &str| {
        Server::saying(answer(status, "", "")).await.get().await.unwrap().phrase()
    };
    assert_eq!(phrase("400 lastname is missing").await.as_deref(), Some("lastname is missing"));
    assert_eq!(phrase("400 Bad Request").await, None);
}

#[tokio::test]
async fn every_status_but_a_redirect_is_an_answer() {
    for status in [200, 204, 304, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504] {
        let server = Server::saying(answer(&format!("{status} X"), "", "")).await;
        let response = server.get().await;
        assert_eq!(response.map(|response| response.status), Ok(status));
    }
}

#[tokio::test]
async fn a_page_instead_of_json_comes_through_as_it_is() {
    let html = "<html><body>Proxy login</body></html>";
    let server = Server::saying(answer("200 OK", "Content-Type: text/html\r\n", html)).await;
    assert_eq!(server.get().await.unwrap().body, html.as_bytes());
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_anything_is_sent() {
    for typed in ["", "ftp://crm", "http://"] {
        let channel = Direct::new(typed, &["api"], Options::default());
        let sent = channel.send(Exchange::get(["A"])).await;
        assert!(matches!(sent, Err(Error::Usage { .. })), "{typed}: {sent:?}");
    }
}

#[tokio::test]
async fn a_header_with_a_line_break_is_refused_without_showing_it() {
    let server = Server::saying(answer("200 OK", "", "{}")).await;
    let key = ("X-Api-Key".to_owned(), Secret::new("s3\r\nX: cret"));
    let exchange = Exchange { secret_headers: vec![key], ..Exchange::get(["A"]) };
    let error = server.channel().send(exchange).await.unwrap_err();
    assert!(
        matches!(error, Error::Usage { .. }) && !format!("{error:?}").contains("s3"),
        "{error:?}"
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_refused_port_is_offline_for_writes_too_since_nothing_was_sent() {
    let (listener, server) = Server::listening().await;
    drop(listener);
    let refused = Error::Offline { reason: "127.0.0.1 refuses the connection".to_owned() };
    assert_eq!(server.get().await, Err(refused.clone()));
    assert_eq!(server.put().await, Err(refused));
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_named() {
    let channel = Direct::new("http://nobody.invalid", &["api"], Options::default());
    let Err(Error::Offline { reason }) = channel.send(Exchange::get(["A"])).await else {
        panic!("answered")
    };
    // Where no name server answers either, it is the time that runs out.
    assert!(reason.contains("nobody.invalid"), "{reason}");
}

#[tokio::test]
async fn a_cut_body_is_offline_for_a_read_and_unknown_for_a_write() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":";
    let server = Server::saying(half).await;
    let read = server.get().await;
    assert!(matches!(&read, Err(Error::Offline { reason }) if reason.contains("cut")), "{read:?}");
    assert_eq!(server.put().await, Err(Error::Unknown));
}

#[tokio::test]
async fn a_connection_that_is_closed_without_an_answer_may_have_taken_the_write() {
    let server = Server::saying("").await;
    let read = server.get().await;
    assert!(matches!(read, Err(Error::Offline { .. })), "{read:?}");
    assert_eq!(server.put().await, Err(Error::Unknown));
}

#[tokio::test]
async fn what_is_no_http_is_not_an_answer() {
    let server = Server::saying("SSH-2.0-OpenSSH_9.2\r\n").await;
    let read = server.get().await;
    assert!(matches!(read, Err(Error::Offline { .. })), "{read:?}");
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_begun() {
    let fat = "HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n";
    let server = Server::saying(fat).await;
    assert_eq!(server.get().await, Err(Error::TooLarge { limit: 16 * 1024 * 1024 }));
}

#[tokio::test]
async fn a_body_without_length_is_read_up_to_the_limit_only() {
    let mut fat = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    fat.resize(50 * 1024 * 1024, b'x');
    let server = Server::saying(fat).await;
    let exchange = Exchange { limit: 100_000, ..Exchange::get(["A"]) };
    let sent = server.channel().send(exchange).await;
    assert_eq!(sent, Err(Error::TooLarge { limit: 100_000 }));
}

#[tokio::test]
async fn a_server_that_never_answers_is_a_time_out_and_for_a_write_unknown() {
    let (listener, server) = Server::listening().await;
    let options = Options { timeout: Duration::from_millis(200), ..Options::default() };
    let channel = Direct::new(&format!("http://{}", server.address), &["api"], options);
    assert_eq!(channel.send(Exchange::get(["A"])).await, Err(Error::Timeout));
    assert_eq!(channel.send(write()).await, Err(Error::Unknown));
    drop(listener);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_no_key_goes_along() {
    let thief = Server::saying(answer("200 OK", "", "{}")).await;
    let location = format!("Location: http://{}/steal?token=abc\r\n", thief.address);
    for status in ["301 X", "302 X", "303 X", "307 X", "308 X"] {
        let server = Server::saying(answer(status, &location, "")).await;
        let key = ("X-Api-Key".to_owned(), Secret::new("s3cret"));
        let exchange = Exchange { secret_headers: vec![key], ..write() };
        let sent = server.channel().send(exchange).await;
        let to = format!("http://{}/steal", thief.address);
        assert_eq!(sent, Err(Error::Redirected { to }), "{status}");
        assert_eq!(server.asked().len(), 1);
    }
    assert!(thief.asked().is_empty(), "{:?}", thief.asked());
}

mod tls {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::{
        TlsAcceptor,
        rustls::{
            ServerConfig,
            pki_types::{CertificateDer, PrivatePkcs8KeyDer},
        },
    };

    use super::{
        Asked, Channel, Direct, Error, Exchange, Options, Response, Server, answer, converse,
    };

    /// An authority of our own, and a server with a certificate of it.
    struct Place {
        server: Server,
        ca_pem: Vec<u8>,
    }

    async fn place(host: &str, change: impl FnOnce(&mut CertificateParams)) -> Place {
        ficha::net::client::install_crypto();
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_der = ca.self_signed(&ca_key).unwrap().der().clone();
        let mut leaf = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut leaf);
        let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        let server = serve(leaf.der().clone(), &key).await;
        let encoded = STANDARD.encode(&ca_der);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let pem = format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        );
        Place { server, ca_pem: pem.into_bytes() }
    }

    async fn serve(leaf: CertificateDer<'static>, key: &KeyPair) -> Server {
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![leaf], key.into()).unwrap();
        let acceptor = TlsAcceptor::from(std::sync::Arc::new(config));
        let (listener, server) = Server::listening().await;
        let asked: Asked = std::sync::Arc::clone(&server.asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    converse(&mut stream, &asked, answer("200 OK", "", "{}").as_bytes()).await;
                }
            }
        });
        server
    }

    impl Place {
        async fn get(&self, is_trusted: bool) -> Result<Response, Error> {
            let ca_file = is_trusted.then(|| self.ca_pem.clone());
            let options = Options { ca_file, ..Options::default() };
            let channel =
                Direct::new(&format!("https://{}", self.server.address), &["api"], options);
            channel.send(Exchange::get(["A"])).await
        }
    }

    fn reason(result: Result<Response, Error>) -> String {
        match result {
            Err(Error::Certificate { reason }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_authority_from_a_file_is_trusted() {
        let place = place("127.0.0.1", |_| {}).await;
        assert_eq!(place.get(true).await.unwrap().status, 200);
    }

    #[tokio::test]
    async fn an_unknown_issuer_is_refused_and_nothing_is_sent() {
        let place = place("127.0.0.1", |_| {}).await;
        assert_eq!(reason(place.get(false).await), "its issuer is not known here");
        assert!(place.server.asked().is_empty());
    }

    #[tokio::test]
    async fn a_certificate_of_another_host_is_refused() {
        let place = place("other.example", |_| {}).await;
        let reason = reason(place.get(true).await);
        assert!(reason.starts_with("it is for another host"), "{reason}");
    }

    #[tokio::test]
    async fn an_expired_certificate_is_refused() {
        let place = place("127.0.0.1", |leaf| {
            leaf.not_before = date_time_ymd(2020, 1, 1);
            leaf.not_after = date_time_ymd(2021, 1, 1);
        });
        assert_eq!(reason(place.await.get(true).await), "it has expired");
    }

    #[tokio::test]
    async fn a_server_without_tls_is_told_from_a_bad_certificate() {
        let (listener, server) = Server::listening().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer("400 Bad Request", "", "plain").as_bytes()).await;
            let _ = stream.shutdown().await;
        });
        let channel =
            Direct::new(&format!("https://{}", server.address), &["api"], Options::default());
        let sent = channel.send(Exchange::get(["A"])).await;
        let reason = "it does not speak TLS; http:// perhaps?".to_owned();
        assert_eq!(sent, Err(Error::Offline { reason }));
    }
}
