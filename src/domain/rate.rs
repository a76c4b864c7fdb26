//! How often a product may be asked: what is left, and who goes first when little is.
use serde::{Deserialize, Serialize};

/// How many exchanges a product still takes within its span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// So many are left.
    pub left: u32,
    /// Of so many.
    pub of: u32,
}

impl Rate {
    /// Whether so little is left that it is worth saying first (SCREENS §2: below 25 %).
    pub fn is_low(self) -> bool {
        self.left.saturating_mul(4) < self.of
    }
}

/// Who goes first: a save before a look, a look before what is fetched ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Fetched ahead: nobody waits for it.
    Ahead,
    /// Somebody looks at the screen for it.
    #[default]
    Asked,
    /// Something typed is to be kept.
    Save,
}
