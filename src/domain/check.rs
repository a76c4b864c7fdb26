//! A connection's test, step by step.
use super::error::Error;

/// What a test looks at, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::EnumIter)]
pub enum Check {
    /// The address can be read and its host found.
    Address,
    /// It answers, over TLS where the address says so.
    Answers,
    /// It is the product.
    Product,
    /// The login is taken.
    SignIn,
    /// The user may see something.
    Permissions,
}

/// One step of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckStep {
    /// Which.
    pub check: Check,
    /// How it went.
    pub state: CheckState,
}

/// How a step went.
#[derive(Clone, Debug, PartialEq)]
pub enum CheckState {
    /// Well; ms, and a few words (version, user).
    Passed(u32, String),
    /// Not.
    Failed(Error),
    /// An earlier one failed.
    NotReached,
}
