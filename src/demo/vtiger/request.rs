//! What a request says: parameters from the URL and from the body, files, the operation.

use crate::demo::http::Request;
use std::collections::HashMap;

/// A file that came with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The form field.
    pub field: String,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// What is in it.
    pub body: Vec<u8>,
}

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub struct Params {
    url: HashMap<String, String>,
    form: HashMap<String, String>,
    /// The files.
    pub files: Vec<Upload>,
    /// Whether the operation reads the form; else it reads the URL (A1).
    posts: bool,
}

impl Params {
    /// Reads a request. Other bodies than forms are not read (A1).
    pub fn of(request: &Request) -> Params {
        let mut params = Params { url: pairs(request.query.as_bytes()), ..Params::default() };
        let kind = request.header("content-type").unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            params.form = pairs(&request.body);
        } else if kind.starts_with("multipart/form-data")
            && let Some(boundary) = boundary(kind)
        {
            params.take_parts(&request.body, &boundary);
        }
        params
    }

    /// Takes a JSON object as the form: the cloud seems to (part B). What is no text is kept as JSON.
    pub fn read_json(&mut self, request: &Request) {
        let is_json =
            request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        if let Some(serde_json::Value::Object(map)) =
            is_json.then(|| serde_json::from_slice(&request.body).unwrap_or_default())
        {
            let text = |value: serde_json::Value| {
                value.as_str().map_or_else(|| value.to_string(), str::to_owned)
            };
            self.form.extend(map.into_iter().map(|(name, value)| (name, text(value))));
        }
    }

    /// Whether the parameters of the operation come from the form.
    pub fn read_form(&mut self, posts: bool) {
        self.posts = posts;
    }

    /// A parameter of the operation; empty where it is not there.
    pub fn get(&self, name: &str) -> &str {
        let place = if self.posts { &self.form } else { &self.url };
        place.get(name).map_or("", String::as_str)
    }

    /// `operation`, `sessionName` and `format` may stand in either place (A1).
    pub fn either(&self, name: &str) -> &str {
        self.url.get(name).or_else(|| self.form.get(name)).map_or("", String::as_str)
    }

    fn take_parts(&mut self, body: &[u8], boundary: &str) {
        for part in parts(body, boundary) {
            let Some((head, content)) = cut(part, b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(head);
            let Some(field) = attribute(&head, "name") else { continue };
            match attribute(&head, "filename") {
                Some(name) => {
                    let kind = header(&head, "content-type")
                        .unwrap_or("application/octet-stream")
                        .to_owned();
                    self.files.push(Upload { field, name, kind, body: content.to_vec() });
                }
                None => {
                    self.form.insert(field, String::from_utf8_lossy(content).into_owned());
                }
            }
        }
    }
}

fn pairs(bytes: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}

fn boundary(kind: &str) -> Option<String> {
    let text = kind.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    Some(text.trim_matches('"').to_owned())
}

/// What stands between the boundaries.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = format!("--{boundary}");
    let mut found = Vec::new();
    let mut rest = cut(body, mark.as_bytes()).map(|(_, rest)| rest);
    while let Some(after) = rest {
        let Some((part, next)) = cut(after, format!("\r\n{mark}").as_bytes()) else { break };
        found.push(part.strip_prefix(b"\r\n").unwrap_or(part));
        rest = Some(next);
    }
    found
}

fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = bytes.windows(at.len().max(1)).position(|window| window == at)?;
    Some((bytes.get(..place)?, bytes.get(place + at.len()..)?))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// `name="…"` of a part's disposition.
fn attribute(head: &str, name: &str) -> Option<String> {
    let line = header(head, "content-disposition")?;
    let found = line.split(';').find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key == name).then(|| value.trim_matches('"').to_owned())
    })?;
    Some(found.replace("%22", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_with_files_are_read() {
        let body = "--X\r\nContent-Disposition: form-data; name=\"operation\"\r\n\r\ncreate\r\n--X\r\n\
            Content-Disposition: form-data; name=\"filename\"; filename=\"up file ü.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\nyou\r\n--X--\r\n";
        let headers =
            vec![("content-type".to_owned(), "multipart/form-data; boundary=X".to_owned())];
        let request = Request { body: body.into(), headers, ..Request::default() };
        let params = Params::of(&request);
        assert_eq!(params.either("operation"), "create");
        let file = &params.files[0];
        assert_eq!((file.name.as_str(), file.kind.as_str()), ("up file ü.txt", "text/plain"));
        assert_eq!(file.body, b"hello\r\nyou");
    }

    #[test]
    fn an_operation_reads_one_place_only() {
        let headers =
            vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        let request = Request {
            query: "a=1&operation=x".into(),
            body: b"a=2".to_vec(),
            headers,
            ..Request::default()
        };
        let mut params = Params::of(&request);
        assert_eq!((params.get("a"), params.either("operation")), ("1", "x"));
        params.read_form(true);
        assert_eq!(params.get("a"), "2");
    }
}
