//! Ids: `12x203` (A4).

/// An id's two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id {
    /// The module's number on this install.
    pub prefix: i64,
    /// The record's number.
    pub number: i64,
}

impl Id {
    /// Reads an id; `None` where it is none.
    pub fn read(text: &str) -> Option<Id> {
        let (prefix, number) = text.split_once('x')?;
        Some(Id { prefix: digits(prefix)?, number: digits(number)? })
    }

    /// The id as it is sent.
    pub fn write(self) -> String {
        format!("{}x{}", self.prefix, self.number)
    }
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The number behind the `x`; 0 where it is no number, `None` where there is no `x`.
pub fn number_of(text: &str) -> Option<i64> {
    text.split_once('x').map(|(_, number)| digits(number).unwrap_or(0))
}
