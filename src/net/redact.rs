//! What was sent and received, as it may be shown: without secrets, cut at 64 KiB.
//!
//! Two nets: places where secrets stand (headers, query values, JSON members) are emptied by
//! their names, and then everything is searched for the secrets that the connection holds.
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::exchange::{Body, Exchange, Response};
use crate::domain::{exchanged::Exchanged, secret::Secret};

mod json;
mod known;
mod names;

pub use known::Known;

/// What stands in a secret's place.
pub const REMOVED: &str = "•••••••• removed";

/// How much of a body is kept, bytes.
pub const KEPT: usize = 64 * 1024;

/// Read beyond [`KEPT`], so that no secret is cut in two at the end and then not recognised.
const MARGIN: usize = 16 * 1024;

/// What is known of an exchange besides what was sent and answered.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// When it was sent first.
    pub at: Timestamp,
    /// How long all attempts took.
    pub took: Duration,
    /// How many there were.
    pub attempts: u32,
}

/// The exchange as it may be shown. `address` is where it went; `secrets` are those that the
/// connection holds, beside the exchange's own.
pub fn exchanged(
    exchange: &Exchange,
    address: &str,
    response: Option<&Response>,
    attempt: Attempt,
    secrets: &[Secret],
) -> Exchanged {
    let known = Known::new(own(exchange).chain(secrets));
    let sent = match &exchange.body {
        Some(Body::Json(json)) => json.to_string(),
        Some(Body::Text(text)) => text.clone(),
        Some(Body::Form(form)) => form.shown(),
        None => String::new(),
    };
    let received = response.map_or(&[][..], |response| &response.body);
    Exchanged {
        at: attempt.at,
        took: attempt.took,
        attempts: attempt.attempts,
        method: exchange.method.to_string(),
        url: known.remove(&names::url(address)),
        sent_headers: sent_headers(exchange, &known),
        sent: body(sent.as_bytes(), &known),
        sent_bytes: sent.len() as u64,
        status: response.map(|response| response.status),
        received_headers: response.map(|given| received_headers(given, &known)).unwrap_or_default(),
        received: body(received, &known),
        received_bytes: received.len() as u64,
    }
}

/// JSON that another program wrote down of an exchange, without the values of secret places:
/// members, headers as pairs or as `{name, value}`, addresses, and JSON within texts.
pub fn document(json: &Value) -> Value {
    match json {
        Value::String(text) => Value::String(json::clean(&names::form(&names::url_in(text)))),
        Value::Array(items) => match items.as_slice() {
            [Value::String(name), Value::String(_)] if names::is_secret_header(name) => {
                Value::Array(vec![Value::String(name.clone()), REMOVED.into()])
            }
            _ => items.iter().map(document).collect(),
        },
        Value::Object(members) => members.iter().map(|member| part(member, members)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => json.clone(),
    }
}

fn part((name, value): (&String, &Value), beside: &Map<String, Value>) -> (String, Value) {
    let title = ["name", "key", "header"].iter().find_map(|title| beside.get(*title)?.as_str());
    let is_named = name == "value" && title.is_some_and(names::is_secret_header);
    let is_secret = names::is_secret_header(name) && !value.is_null();
    let value = if is_secret || is_named { REMOVED.into() } else { document(value) };
    (name.clone(), value)
}

/// The secrets that the exchange itself carries.
fn own(exchange: &Exchange) -> impl Iterator<Item = &Secret> {
    let fields = match &exchange.body {
        Some(Body::Form(form)) => form.secret_fields.as_slice(),
        Some(Body::Json(_) | Body::Text(_)) | None => &[],
    };
    let pairs = exchange.secret_headers.iter().chain(&exchange.secret_query).chain(fields);
    pairs.map(|(_, secret)| secret)
}

fn sent_headers(exchange: &Exchange, known: &Known) -> Vec<(String, String)> {
    let plain = exchange.headers.iter().map(|(name, value)| header(name, value, known));
    let secret = exchange.secret_headers.iter();
    let secret = secret.map(|(name, _)| (known.remove(name), REMOVED.to_owned()));
    plain.chain(secret).collect()
}

fn received_headers(response: &Response, known: &Known) -> Vec<(String, String)> {
    let lossy = |value| String::from_utf8_lossy(value);
    let headers = response.headers.iter().take(64);
    headers.map(|(name, value)| header(name, &lossy(value), known)).collect()
}

fn header(name: &str, value: &str, known: &Known) -> (String, String) {
    let value = match () {
        () if names::is_secret_header(name) => REMOVED.to_owned(),
        () if name.eq_ignore_ascii_case("location") => known.remove(&names::url(value)),
        () => known.remove(value),
    };
    (known.remove(name), value)
}

fn body(bytes: &[u8], known: &Known) -> String {
    let window = bytes.get(..KEPT + MARGIN).unwrap_or(bytes);
    let text = String::from_utf8_lossy(window);
    let mut clean = known.remove(&json::clean(&names::form(&text)));
    if window.len() < bytes.len() {
        // The window's end may be half a secret: it is never shown.
        let sure = clean.len().saturating_sub(MARGIN);
        cut(&mut clean, sure);
    }
    cut(&mut clean, KEPT);
    clean
}

/// Cuts at a character's border, at or before `length` bytes.
fn cut(text: &mut String, length: usize) {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::net::exchange::Form;

    const ATTEMPT: Attempt =
        Attempt { at: Timestamp::UNIX_EPOCH, took: Duration::ZERO, attempts: 1 };

    fn shown(exchange: &Exchange, response: &Response, secrets: &[Secret]) -> Exchanged {
        let query = exchange.query.iter().map(|(name, value)| format!("{name}={value}"));
        let query: Vec<_> = query.collect();
        let address = format!("https://a/{}?{}", exchange.path.join("/"), query.join("&"));
        exchanged(exchange, &address, Some(response), ATTEMPT, secrets)
    }

    fn answer(body: impl Into<Vec<u8>>) -> Response {
        Response { status: 200, headers: Vec::new(), body: body.into() }
    }

    #[test]
    fn secrets_are_removed_by_the_names_of_their_places() {
        let sent = json!({"user": {"Password": "hunter22", "tokens": ["t0ken"], "name": "Ada"}});
        let exchange = Exchange::get(["App"])
            .query("sessionName", "5e55ion")
            .header("Cookie", "c00kie")
            .json(sent);
        let response = Response {
            headers: vec![("set-cookie".into(), b"c00kie".to_vec())],
            ..answer(r#"{"token":"t0ken","apiKey" : "ap1","auth":{"x":["deep"]},"n":1}"#)
        };
        let text = format!("{:?}", shown(&exchange, &response, &[]));
        for secret in ["hunter22", "t0ken", "5e55ion", "c00kie", "ap1", "deep"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert!(text.contains("Ada"), "{text}");
    }

    #[test]
    fn what_another_program_wrote_down_loses_its_secrets_in_every_shape() {
        let log = json!({"requests": [{"request": {
            "url": "https://a/b?token=t0ken&x=1", "body": "{\"password\":\"hunter22\",\"n\":1}",
            "headers": {"Authorization": "Bearer 5ecret", "Accept": "application/json"},
            "pairs": [["x-api-key", "ap1"], ["accept", "text/html"]],
            "list": [{"name": "Cookie", "value": "c00kie"}, {"name": "Accept", "value": "b"}],
        }, "response": {"status": 200, "body": "ok"}}]});
        let text = document(&log).to_string();
        for secret in ["t0ken", "hunter22", "5ecret", "ap1", "c00kie"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        for kept in ["x=1", "application/json", "text/html", r#""value":"b""#, r#""status":200"#] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
    }

    #[test]
    fn a_body_that_is_cut_or_no_json_is_cleaned_all_the_same() {
        for body in
            [r#"{"token":"t0ken"#, r#"<a {"token":"t0ken"}"#, r#"{"pass\u0077ord":"t0ken","#]
        {
            let shown = shown(&Exchange::get(["A"]), &answer(body), &[]);
            assert!(!shown.received.contains("t0ken"), "{}", shown.received);
        }
    }

    #[test]
    fn a_large_body_is_cut_at_a_character() {
        let body = "é".repeat(KEPT);
        let shown = shown(&Exchange::get(["A"]), &answer(body.clone()), &[]);
        assert!(shown.received.len() <= KEPT && shown.received.chars().all(|c| c == 'é'));
        assert_eq!(shown.received_bytes, body.len() as u64);
    }

    #[test]
    fn a_secret_across_the_cut_is_not_half_shown() {
        let secret = "0123456789abcdef";
        for before in KEPT - 20..KEPT + 4 {
            let body = format!("{}{secret}{}", ".".repeat(before), ".".repeat(99_999));
            let shown = shown(&Exchange::get(["A"]), &answer(body), &[Secret::new(secret)]);
            assert!(!shown.received.contains("0123"), "{before}");
        }
    }

    #[test]
    fn what_is_no_secret_is_left_as_it_was() {
        let body = r#"{"author":"Ada","list":[{"name":"a\"b","amount":1.5,"x":null}],"total":2}"#;
        assert_eq!(shown(&Exchange::get(["A"]), &answer(body), &[]).received, body);
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(7), cases: 200, ..ProptestConfig::default() })]
        #[test]
        fn a_secret_never_appears_wherever_it_stands(secret in "[a-zA-Z0-9/+=\"\\\\ü&%]{6,40}", place in 0..12) {
            let mut exchange = Exchange::get(["A"]);
            let mut response = answer("");
            match place {
                0 => exchange.secret_headers.push(("X".into(), Secret::new(&secret))),
                1 => exchange.headers.push(("X-Other".into(), secret.clone())),
                2 => exchange.query.push(("q".into(), secret.clone())),
                3 => exchange.path.push(secret.clone()),
                4 => exchange.body = Some(Body::Json(json!({"a": [{"b": secret.clone()}]}))),
                5 => exchange.body = Some(Body::Text(format!("x={secret}"))),
                6 => response.headers.push(("x-echo".into(), secret.clone().into_bytes())),
                7 => response.body = json!({"deep": {"er": secret.clone()}}).to_string().into_bytes(),
                8 => exchange.secret_query.push(("session".into(), Secret::new(&secret))),
                9 => exchange.body = Some(Body::Form(Form::default().field("x", secret.clone()))),
                10 => {
                    let secret_fields = vec![("x".into(), Secret::new(&secret))];
                    exchange.body = Some(Body::Form(Form { secret_fields, ..Form::default() }));
                }
                _ => response.body = format!("<p>{secret}</p>").into_bytes(),
            }
            let shown = shown(&exchange, &response, &[Secret::new(&secret)]);
            let escaped = serde_json::to_string(&secret).unwrap();
            let text = [shown.url, shown.sent, shown.received].join("\n");
            let headers = [shown.sent_headers, shown.received_headers].concat();
            let headers: Vec<_> = headers.into_iter().map(|(_, value)| value).collect();
            for text in [text, headers.join("\n")] {
                prop_assert!(!text.contains(&secret), "{text}");
                prop_assert!(!text.contains(escaped.trim_matches('"')), "{text}");
            }
        }

        #[test]
        fn any_bytes_are_cleaned_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = shown(&Exchange::get(["A"]), &answer(bytes), &[]);
        }

        #[test]
        fn anything_like_json_is_cleaned_without_a_panic(text in "[\\{\\}\\[\\]\",:\\\\a-z0-9 ]{0,80}") {
            let _ = shown(&Exchange::get(["A"]), &answer(text), &[]);
        }
    }
}
