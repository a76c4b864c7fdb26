//! A sign-in by the browser, as it goes on.

/// What has happened so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInStep {
    /// This address is to be opened; there the user signs in. It holds no secret.
    Open(String),
    /// The browser came back; the tokens are asked for.
    Returned,
}
