//! The fields of a connection's settings.
use std::fmt;

use crate::{app::edit::Edit, domain::connection::Auth};

/// A field of a connection's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub enum Part {
    /// The site.
    Address,
    /// The connection's name.
    Name,
    /// The product; it can be chosen while the connection is new.
    Product,
    /// How to sign in.
    SignIn,
    /// The user.
    User,
    /// The public half of a pair.
    Key,
    /// The secret half.
    Secret,
    /// Whether it is marked as production.
    Production,
    /// Whether writes are refused.
    ReadOnly,
    /// The chip's hue.
    Colour,
}

impl Part {
    /// Whether text is typed into it.
    pub fn is_text(self) -> bool {
        match self {
            Self::Address | Self::Name | Self::User | Self::Key | Self::Secret => true,
            Self::Product | Self::SignIn | Self::Production | Self::ReadOnly | Self::Colour => {
                false
            }
        }
    }

    /// Whether a sign-in of that kind needs it.
    pub(super) fn is_for(self, auth: Auth) -> bool {
        match self {
            Self::User => auth.has_user() || auth.has_tenant(),
            Self::Key => auth.has_key(),
            Self::Secret => auth.has_secret(),
            Self::Address
            | Self::Name
            | Self::Product
            | Self::SignIn
            | Self::Production
            | Self::ReadOnly
            | Self::Colour => true,
        }
    }

    /// Its label.
    pub fn label(self, auth: Auth) -> &'static str {
        match self {
            Self::Address => "Address",
            Self::Name => "Name",
            Self::Product => "Product",
            Self::SignIn => "Sign in by",
            Self::User if auth.has_tenant() => "Tenant",
            Self::User => "User",
            Self::Key if auth == Auth::WorkspaceKey => "Workspace key",
            Self::Key => "Public key",
            Self::Secret => match auth {
                Auth::ApiKey => "API key",
                Auth::Hmac => "Secret key",
                Auth::Password => "Password",
                Auth::AccessKey => "Access key",
                Auth::Token => "Token",
                Auth::WorkspaceKey => "Workspace secret",
                Auth::Oauth | Auth::Cli => "No secret",
            },
            Self::Production => "Production",
            Self::ReadOnly => "Read-only",
            Self::Colour => "Colour",
        }
    }
}

/// A secret being typed: it never shows itself.
#[derive(Clone)]
pub struct Hidden(pub(in crate::app) Edit);

impl Hidden {
    /// The text, for the one place that draws its length.
    pub fn edit(&self) -> &Edit {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(..)")
    }
}
