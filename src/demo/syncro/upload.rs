//! A file in a form, the one thing that is not JSON: for purchase orders.

use crate::demo::http::Request;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A file that came.
#[derive(Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub bytes: usize,
    /// Tells it from others.
    pub digest: String,
}

/// Whether a request is a form for a file.
pub fn is_one(request: &Request) -> bool {
    let kind = request.header("content-type").unwrap_or_default();
    kind.to_lowercase().starts_with("multipart/form-data") && request.path.ends_with("/attachments")
}

/// The file of a form: its part named `file`.
pub fn read(request: &Request) -> Option<Upload> {
    if !is_one(request) {
        return None;
    }
    let (_, mark) = request.header("content-type")?.split_once("boundary=")?;
    let mark = format!("--{}", mark.split(';').next()?.trim().trim_matches('"'));
    let mut rest = after(&request.body, mark.as_bytes())?;
    loop {
        let (head, body) = cut(rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(head).into_owned();
        let (content, next) = cut(body, format!("\r\n{mark}").as_bytes())?;
        if said(&head, "name") == Some("file") {
            let mut hasher = DefaultHasher::new();
            content.hash(&mut hasher);
            let digest = format!("{:016x}", hasher.finish());
            let name = said(&head, "filename").unwrap_or_default().to_owned();
            return Some(Upload { name, bytes: content.len(), digest });
        }
        rest = next;
    }
}

/// `x` of `; name="x"` in a part's head.
fn said<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = head.split_once(&format!("; {name}=\""))?;
    rest.split('"').next()
}

/// What stands before and after a mark.
fn cut<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    cut(bytes, mark).map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_form_is_found() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nPlan\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--x--\r\n";
        let request = Request {
            path: "/purchase_orders/1/attachments".into(),
            headers: vec![("content-type".into(), "multipart/form-data; boundary=x".into())],
            body: body.into(),
            ..Request::default()
        };
        let upload = read(&request).unwrap();
        assert_eq!((upload.name.as_str(), upload.bytes), ("p.pdf", 4));
        let broken = Request { body: b"--x\r\nname".to_vec(), ..request };
        assert_eq!(read(&broken), None);
    }
}
