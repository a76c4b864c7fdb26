//! Connections: one configured login to one product.
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoEnumIterator as _};

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
    /// Vtiger, open source: `webservice.php`.
    Vtiger,
    /// Vtiger's cloud: REST.
    VtigerCloud,
    /// Syncro, and RepairShopr.
    Syncro,
    /// Membrane: holds the credentials of further apps.
    Membrane,
}

impl Kind {
    /// The product's own name, for people.
    pub fn product(self) -> &'static str {
        match self {
            Self::Espocrm => "EspoCRM",
            Self::Vtiger => "Vtiger",
            Self::VtigerCloud => "Vtiger cloud",
            Self::Syncro => "Syncro",
            Self::Membrane => "Membrane",
        }
    }

    /// Where it usually is, where there is one place for everybody.
    pub fn usual_url(self) -> Option<&'static str> {
        match self {
            Self::Membrane => Some("https://api.getmembrane.com"),
            Self::Espocrm | Self::Vtiger | Self::VtigerCloud | Self::Syncro => None,
        }
    }

    /// The products that this build speaks.
    pub fn built() -> impl Iterator<Item = Self> + Clone {
        Self::iter()
    }

    /// The address that is meant by what was typed: `acme` is `https://acme.syncromsp.com`.
    /// RepairShopr, which speaks the same, is named in full.
    pub fn site(self, typed: &str) -> String {
        let typed = typed.trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self == Self::Syncro && !typed.is_empty() && typed.chars().all(is_name) {
            return format!("https://{}.syncromsp.com", typed.to_ascii_lowercase());
        }
        typed.to_owned()
    }

    /// How one can sign in there, the usual way first (INTERFACE §2).
    pub fn auths(self) -> &'static [Auth] {
        match self {
            Self::Espocrm => &[Auth::ApiKey, Auth::Hmac, Auth::Password],
            Self::Vtiger | Self::VtigerCloud => &[Auth::AccessKey],
            Self::Syncro => &[Auth::Token],
            Self::Membrane => &[Auth::Oauth, Auth::Token, Auth::WorkspaceKey, Auth::Cli],
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
    /// User and access key: a challenge at Vtiger's open source, Basic at its cloud.
    AccessKey,
    /// A token in a header; the secret is the token.
    Token,
    /// In the browser, or by a code that it shows; the tokens are kept.
    Oauth,
    /// A workspace's key and secret, of which tokens are made here.
    WorkspaceKey,
    /// The product's own command line is asked for a token.
    Cli,
}

impl Auth {
    /// Whether a user is named beside the secret.
    pub fn has_user(self) -> bool {
        matches!(self, Self::Password | Self::AccessKey)
    }

    /// Whether there is a public half beside the secret.
    pub fn has_key(self) -> bool {
        matches!(self, Self::Hmac | Self::WorkspaceKey)
    }

    /// Whether a tenant may be named beside it: Membrane's user, whose connections are meant.
    pub fn has_tenant(self) -> bool {
        matches!(self, Self::WorkspaceKey | Self::Cli)
    }

    /// The first of a product's ways: what is meant where none is named.
    pub fn usual(kind: Kind) -> Self {
        kind.auths().first().copied().unwrap_or(Self::Token)
    }

    /// Whether there is a secret that the user types in or keeps elsewhere.
    pub fn has_secret(self) -> bool {
        !matches!(self, Self::Oauth | Self::Cli)
    }
}

/// The Membrane connection through which a product is reached: it holds the credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The Membrane sign-in, by its name in the settings.
    pub connection: String,
    /// The product's connection there: `conn_…`, id or key.
    pub id: String,
}

/// A script that can be run on a device, since the product does not list them (Syncro).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// For people: the key in `[connections.NAME.scripts]`.
    pub label: String,
    /// As the product numbers it.
    pub id: i64,
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
    /// The Membrane connection that it is reached through; it then has no secret of its own.
    pub via: Option<Via>,
    /// The server's time zone, where its API does not tell it (Vtiger); IANA, `None` = UTC.
    pub time_zone: Option<String>,
    /// Scripts that can be run on devices, where the product does not list them.
    pub scripts: Vec<Script>,
    /// The built-in company, which exists for this run only.
    pub is_demo: bool,
}

impl Connection {
    /// What the cache is keyed by: another user or host never sees these rows.
    pub fn identity(&self) -> String {
        let user = self.user.as_deref().or(self.key.as_deref()).unwrap_or("");
        let via = self.via.as_ref();
        let via = via.map_or(String::new(), |via| format!("\n{} {}", via.connection, via.id));
        format!("{}\n{}\n{}\n{}\n{}{via}", self.kind, self.url, self.auth, user, self.name)
    }

    /// Whether two identities are of one user of one connection, wherever that stands by now:
    /// what somebody typed stays theirs when its address or way of signing in is changed.
    pub fn is_same_user(identity: &str, other: &str) -> bool {
        // Of `identity`: the kind, the user, the name.
        let told =
            |identity: &str| [0, 3, 4].map(|at| identity.split('\n').nth(at).map(str::to_owned));
        let (one, two) = (told(identity), told(other));
        identity == other || one == two && one.iter().all(Option::is_some)
    }

    /// The address of its site: a Syncro account's subdomain alone is enough.
    pub fn site(&self) -> String {
        self.kind.site(&self.url)
    }

    /// The public half that its sign-in needs and that is not there: `user`, `key`. A connection
    /// through Membrane needs none: the credentials are kept there.
    pub fn missing_half(&self) -> Option<&'static str> {
        if self.via.is_some() {
            return None;
        }
        let user = (self.auth.has_user() && self.user.is_none()).then_some("user");
        user.or_else(|| (self.auth.has_key() && self.key.is_none()).then_some("key"))
    }

    /// Host and port for people, without scheme and path: `crm.acme.example`.
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_its_users_when_the_address_changes() {
        let acme = "espocrm\nhttps://old.example\napi-key\nada\nacme";
        for (other, is_same) in [
            ("espocrm\nhttps://new.example\napi-key\nada\nacme", true),
            ("espocrm\nhttps://old.example\npassword\nada\nacme", true),
            ("espocrm\nhttps://old.example\napi-key\nbob\nacme", false),
            ("espocrm\nhttps://old.example\napi-key\nada\nother", false),
            ("syncro\nhttps://old.example\napi-key\nada\nacme", false),
            ("acme", false),
        ] {
            assert_eq!(Connection::is_same_user(acme, other), is_same, "{other}");
        }
        assert!(Connection::is_same_user("a", "a") && !Connection::is_same_user("a", "b"));
    }

    #[test]
    fn a_subdomain_alone_names_a_syncro_account() {
        assert_eq!(Kind::Syncro.site(" Acme-IT "), "https://acme-it.syncromsp.com");
        for full in ["https://acme.repairshopr.com", "acme.syncromsp.com", "http://127.0.0.1:80"] {
            assert_eq!(Kind::Syncro.site(full), full);
        }
        assert_eq!(Kind::Espocrm.site("acme"), "acme");
    }
}
