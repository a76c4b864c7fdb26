//! Connections: one configured login to one product.
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString};

use super::secret::SecretSource;

/// Names a connection within one run. Small, because slots and effects carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u16);

/// Which product's protocol a connection speaks, as `config.toml` spells it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// EspoCRM 9 and later.
    Espocrm,
}

impl Kind {
    /// The product's own name, for people.
    pub fn product(self) -> &'static str {
        match self {
            Self::Espocrm => "EspoCRM",
        }
    }
}

/// How a connection signs in, as `config.toml` spells it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Auth {
    /// A key in a header; the secret is the key.
    ApiKey,
    /// A public key and a signature; the secret is the signing key.
    Hmac,
    /// User and password, exchanged for a token.
    Password,
}

/// The hue of a connection's chip (SCREENS §5).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Hue {
    /// Production, unless another one was chosen.
    Red,
    #[expect(missing_docs, reason = "a colour's name says it")]
    Amber,
    #[expect(missing_docs, reason = "a colour's name says it")]
    Green,
    #[expect(missing_docs, reason = "a colour's name says it")]
    Teal,
    #[expect(missing_docs, reason = "a colour's name says it")]
    Blue,
    #[expect(missing_docs, reason = "a colour's name says it")]
    Violet,
    /// ficha itself.
    Grey,
}

/// One `[connections.NAME]` of the settings (INTERFACE §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its key in the settings; unique.
    pub name: String,
    /// The product.
    pub kind: Kind,
    /// The site, as typed: scheme, host, maybe a sub-folder.
    pub url: String,
    /// How to sign in.
    pub auth: Auth,
    /// The user to sign in as, where the product needs one.
    pub user: Option<String>,
    /// The public half of a pair: EspoCRM HMAC's API key.
    pub key: Option<String>,
    /// Where the secret half is kept; never the secret itself.
    pub secret: SecretSource,
    /// Whether writes are refused before they leave.
    pub read_only: bool,
    /// Whether it is marked as production.
    pub production: bool,
    /// The chip's hue; `None` = the next free one.
    pub color: Option<Hue>,
    /// The built-in company, which exists for this run only.
    pub is_demo: bool,
}

impl Connection {
    /// What the cache is keyed by: another user or host never sees these rows.
    pub fn identity(&self) -> String {
        let user = self.user.as_deref().or(self.key.as_deref()).unwrap_or("");
        format!("{}\n{}\n{}\n{}\n{}", self.kind, self.url, self.auth, user, self.name)
    }

    /// Host and port for people, without scheme and path: `crm.acme.example`.
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.trim_end_matches('/')
    }
}
