//! Times, as tables hold them.
use jiff::Timestamp;

/// Nanoseconds since 1970, as the tables hold them; far times are clamped.
pub fn nanoseconds(at: Timestamp) -> i64 {
    let clamped = at.as_nanosecond().clamp(i128::from(i64::MIN), i128::from(i64::MAX));
    i64::try_from(clamped).unwrap_or(i64::MAX)
}

/// The time that the tables hold.
pub fn time(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or(Timestamp::UNIX_EPOCH)
}
