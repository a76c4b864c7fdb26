//! Operations as exchanges. A1: fixed verbs, forms, one address; B: a path for each.
use crate::net::exchange::{Exchange, FilePart, Form, Method};

/// Which of both APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Open source: `webservice.php`.
    Open,
    /// The vendor's cloud: REST.
    Cloud,
}

/// Where all of the open source's operations stand below the site. A1.
pub const OPEN: &str = "webservice.php";

/// Names and values of an operation's parameters.
pub type Params<'a> = &'a [(&'a str, &'a str)];

impl Flavour {
    /// An operation that reads: its parameters stand in the address.
    pub fn read(self, operation: &str, params: Params<'_>) -> Exchange {
        let start = match self {
            Self::Open => Exchange::get([OPEN]).query("operation", operation),
            Self::Cloud => Exchange::get([operation]),
        };
        params.iter().fold(start, |exchange, (name, value)| exchange.query(*name, *value))
    }

    /// An operation that writes: its parameters stand in a form.
    pub fn write(self, operation: &str, params: Params<'_>) -> Exchange {
        self.upload(operation, params, Vec::new())
    }

    /// An operation that writes, with files. A8.
    pub fn upload(self, operation: &str, params: Params<'_>, files: Vec<FilePart>) -> Exchange {
        let (exchange, form) = match self {
            Self::Open => {
                let form = Form::default().field("operation", operation);
                (Exchange::new(Method::Post, [OPEN]), form)
            }
            Self::Cloud => (Exchange::new(Method::Post, [operation]), Form::default()),
        };
        let form = params.iter().fold(form, |form, (name, value)| form.field(*name, *value));
        exchange.form(Form { files, ..form })
    }

    /// A query in VTQL. A6.
    pub fn query(self, vtql: &str) -> Exchange {
        self.read("query", &[("query", vtql)])
    }

    /// One record, whole. A7.
    pub fn retrieve(self, id: &str) -> Exchange {
        self.read("retrieve", &[("id", id)])
    }
}
