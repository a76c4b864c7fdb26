//! Requests and answers as every dialect sees them.

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// In upper case.
    pub method: String,
    /// The path below the dialect's prefix, with its leading slash, not decoded.
    pub path: String,
    /// The raw query.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers; values may hold raw UTF-8 bytes.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }
}

/// One product's protocol over the company. A dialect blocks while its database works, so the server asks it on a
/// thread that may.
pub trait Dialect: Send + Sync {
    /// Answers a request.
    fn answer(&self, request: &Request) -> Reply;

    /// Answers what is asked about the dialect itself, below `/_demo`; `None` where the page is not its own. Must not block.
    fn demo_page(&self, _request: &Request) -> Option<Reply> {
        None
    }
}
