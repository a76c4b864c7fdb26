//! Whether to try again: a pure decision, so that a table can test it.
use std::time::Duration;

use crate::domain::error::Error;

/// How often an exchange is repeated at most.
pub const MOST: u32 = 3;

/// A server that asks for more patience than this is not waited for.
pub const LONGEST: Duration = Duration::from_secs(60);

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Try again after so long.
    Retry(Duration),
    /// What came is the answer.
    GiveUp,
}

/// A write that may have landed is never repeated; a 429 says that it has not.
/// `result` is the status, or the error that stands instead of one; `attempt` counts from 0.
pub fn decide(
    is_safe: bool,
    result: Result<u16, &Error>,
    retry_after: Option<Duration>,
    attempt: u32,
) -> Decision {
    let repeatable = match result {
        Ok(status) => status == 429 || (is_safe && matches!(status, 502..=504)),
        Err(error) => is_safe && is_passing(error),
    };
    let pause = retry_after.unwrap_or(Duration::from_millis(250 << attempt.min(MOST)));
    if !repeatable || attempt >= MOST || pause > LONGEST {
        return Decision::GiveUp;
    }
    Decision::Retry(pause)
}

/// A look is asked again so often after a 429 of a product whose allowance is counted.
pub const PATIENT: u32 = 6;

/// After a 429 of a product whose allowance is counted: as long as it says, else 2, 4, … 30 s and
/// up to a quarter more, so that not everybody comes back at once. `chance` is from 0 to 255. A
/// save waits as long as it takes: what was typed never fails for this.
pub fn after_429(
    is_save: bool,
    retry_after: Option<Duration>,
    attempt: u32,
    chance: u8,
) -> Decision {
    if !is_save && attempt >= PATIENT {
        return Decision::GiveUp;
    }
    let usual = Duration::from_secs(2 << attempt.min(4)).min(Duration::from_secs(30));
    let pause = retry_after.unwrap_or(usual);
    if pause > LONGEST && !is_save {
        return Decision::GiveUp;
    }
    Decision::Retry(pause + pause * u32::from(chance) / 1024)
}

/// A lost connection may come back within a second. A time-out was waited for long enough already.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Offline { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Duration = Duration::from_millis(500);
    const SEVEN: Duration = Duration::from_secs(7);

    #[test]
    fn a_write_is_not_repeated_after_a_gateway_error() {
        assert_eq!(decide(false, Ok(502), None, 0), Decision::GiveUp);
        assert_eq!(decide(true, Ok(502), None, 1), Decision::Retry(HALF));
        assert_eq!(decide(true, Ok(500), None, 0), Decision::GiveUp);
    }

    #[test]
    fn a_429_is_repeated_for_writes_too_when_the_server_says() {
        assert_eq!(decide(false, Ok(429), Some(SEVEN), 0), Decision::Retry(SEVEN));
        assert_eq!(decide(false, Ok(429), None, 1), Decision::Retry(HALF));
    }

    #[test]
    fn nobody_waits_for_an_hour() {
        let hour = Some(Duration::from_secs(3600));
        assert_eq!(decide(true, Ok(429), hour, 0), Decision::GiveUp);
    }

    #[test]
    fn a_save_waits_out_every_429_and_a_look_only_some() {
        let pauses: Vec<_> = (0..7).map(|attempt| after_429(true, None, attempt, 0)).collect();
        let seconds = |s| Decision::Retry(Duration::from_secs(s));
        assert_eq!(pauses, [2, 4, 8, 16, 30, 30, 30].map(seconds));
        assert_eq!(after_429(false, None, PATIENT, 0), Decision::GiveUp);
        assert_eq!(after_429(true, Some(SEVEN), 99, 0), Decision::Retry(SEVEN));
        let Decision::Retry(longest) = after_429(true, None, 4, 255) else { panic!("gave up") };
        assert!(longest > Duration::from_secs(37) && longest < Duration::from_secs(38));
    }

    #[test]
    fn three_repetitions_are_enough() {
        assert_eq!(decide(true, Ok(503), None, MOST), Decision::GiveUp);
        assert_eq!(decide(true, Ok(429), None, u32::MAX), Decision::GiveUp);
    }

    #[test]
    fn a_lost_connection_is_tried_again_for_reads_only() {
        let lost = Error::Offline { reason: "reset".into() };
        assert_eq!(decide(true, Err(&lost), None, 1), Decision::Retry(HALF));
        assert_eq!(decide(false, Err(&lost), None, 0), Decision::GiveUp);
        assert_eq!(decide(false, Err(&Error::Unknown), None, 0), Decision::GiveUp);
        assert_eq!(decide(true, Err(&Error::Timeout), None, 0), Decision::GiveUp);
    }
}
