//! Moments and days as Syncro writes and takes them (§6).

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The zone of the demo's account: one that moves its clocks twice a year.
pub const ZONE: &str = "Europe/Berlin";

/// The account's zone.
pub fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

/// A moment from milliseconds.
pub fn of_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// So many minutes later, or earlier.
pub fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(at)
}

/// A moment as documents keep it: UTC, three digits, so that texts stand in the order of time.
pub fn kept(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A moment in the account's zone, with its offset.
pub fn local(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

/// A day in the account's zone.
pub fn day(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%d").to_string()
}

/// The zone's offset at a moment: `+01:00`.
pub fn offset(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%:z").to_string()
}

/// `Mon 11-23-26 03:00 AM`, as appointments are labelled.
pub fn label(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%a %m-%d-%y %I:%M %p").to_string()
}

/// A moment that somebody sent: with an offset, without one (the account's zone), or a day (its start).
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil = text
        .parse::<DateTime>()
        .ok()
        .or_else(|| Some(text.parse::<Date>().ok()?.at(0, 0, 0, 0)))?;
    Some(civil.to_zoned(zone()).ok()?.timestamp())
}

/// A day that somebody sent, as a day or as a moment.
pub fn whole_day(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() == 10 {
        return text.parse::<Date>().ok().map(|date| date.to_string());
    }
    moment(text).map(day)
}

/// A kept moment, read back.
pub fn read(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(|text| text.parse().ok())
}

/// Whether a member of this name holds a moment, where it holds one.
pub fn is_moment(key: &str) -> bool {
    key.ends_with("_at")
        || matches!(
            key,
            "due_date"
                | "start_time"
                | "end_time"
                | "expected_date"
                | "paid_date"
                | "published_date"
                | "signature_date"
                | "outtake_form_date"
                | "date"
                | "requestedon"
                | "orderedon"
                | "receivedon"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_carry_the_offset_of_their_season() {
        let winter = "2026-11-23T02:00:00.119Z".parse().unwrap();
        let summer = "2026-07-01T12:00:00Z".parse().unwrap();
        assert_eq!(local(winter), "2026-11-23T03:00:00.119+01:00");
        assert_eq!(local(summer), "2026-07-01T14:00:00.000+02:00");
        assert_eq!(kept(winter), "2026-11-23T02:00:00.119Z");
    }

    #[test]
    fn moments_are_taken_with_an_offset_without_one_and_as_days() {
        for (text, taken) in [
            ("2026-11-23T02:00:00Z", "2026-11-23T02:00:00.000Z"),
            ("2026-11-23T03:00:00.5+01:00", "2026-11-23T02:00:00.500Z"),
            ("2026-11-23T03:00:00", "2026-11-23T02:00:00.000Z"),
            ("2026-11-23", "2026-11-22T23:00:00.000Z"),
        ] {
            assert_eq!(moment(text).map(kept).as_deref(), Some(taken), "{text}");
        }
        assert_eq!(moment("soon"), None);
        assert_eq!(whole_day("2026-11-22T23:30:00Z").as_deref(), Some("2026-11-23"));
        assert_eq!(whole_day("2026-02-30"), None);
    }
}
