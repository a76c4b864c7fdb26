//! Where the table is played: a product, and the way there.
use std::fmt;

use ficha::domain::connection::Kind;

/// A product of the demo, reached directly or through its Membrane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    pub kind: Kind,
    /// Whether Membrane holds the credentials and passes the requests on.
    pub through: bool,
}

impl fmt::Display for Stand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.through { " × Membrane" } else { "" };
        write!(f, "{}{way} × demo", self.kind)
    }
}

impl Stand {
    fn both(kind: Kind) -> [Self; 2] {
        [false, true].map(|through| Self { kind, through })
    }

    /// Every product that has records of its own, both ways.
    pub fn all() -> Vec<Self> {
        Kind::built().filter(|kind| *kind != Kind::Membrane).flat_map(Self::both).collect()
    }

    /// EspoCRM, both ways: of whose types the long table is.
    pub fn espocrm() -> [Self; 2] {
        Self::both(Kind::Espocrm)
    }

    /// EspoCRM with the credentials in our own hands.
    pub fn espocrm_itself() -> Self {
        Self { kind: Kind::Espocrm, through: false }
    }

    /// How the demo's Membrane calls the product's connection.
    pub fn selector(self) -> String {
        self.kind.to_string()
    }
}
